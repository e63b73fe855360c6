//! Criteria.

use serde_json::Value;

use super::Reader;
use super::body::selector_kind;
use super::keys::Kind;
use super::node::{Item, Node};
use crate::arazzo::{Criterion, CriterionError, Placed};

impl<'a> Reader<'a> {
    /// The criteria of a member.
    pub(super) fn criteria(&mut self, node: &Node<'a>, key: &str) -> Vec<Placed<Criterion>> {
        let items = self.list(node, key);
        if items.is_empty() && node.has(key) {
            self.nonstandard(&node.at.join(key), format!("`{key}` is empty"))
                .hint("leave it out");
        }
        let criteria = items.iter().filter_map(|item| self.criterion(item));
        criteria.collect()
    }

    fn criterion(&mut self, item: &Item<'a>) -> Option<Placed<Criterion>> {
        let node = self.object(item, Kind::Criterion)?;
        if let Some(kind) = node.item("type") {
            if kind.value.is_object() {
                self.object(&kind, Kind::ExpressionType);
            }
            if selector_kind(kind.value) == Some("xpath") {
                self.unsupported_xpath(&kind.at);
                return None;
            }
        }
        match Criterion::read(item.value) {
            Ok(value) => Some(Placed {
                value,
                location: self.document.location(&item.at),
            }),
            Err(CriterionError { pointer, mut error }) => {
                let wrong = item.value.pointer(pointer.as_str());
                let is_query = node
                    .item("type")
                    .is_some_and(|kind| selector_kind(kind.value) == Some("jsonpath"));
                let text = wrong.and_then(Value::as_str).unwrap_or_default();
                let compares = ["==", "!=", "<", ">"]
                    .iter()
                    .any(|sign| text.contains(sign));
                if is_query && compares && !text.contains("[?") {
                    let hint = "compare within a filter, as in `$[?@.id != null]`, or with a simple criterion, as in `$response.body#/id != null`";
                    error.hint.get_or_insert_with(|| hint.to_owned());
                }
                self.syntax(&item.at.concat(&pointer), wrong, &error);
                None
            }
        }
    }
}
