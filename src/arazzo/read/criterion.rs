//! Criteria.

use super::Reader;
use super::body::selector_kind;
use super::keys::Kind;
use super::node::{Item, Node};
use crate::arazzo::{Criterion, Placed};

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
            Err(error) => {
                let wrong = item.value.pointer(error.pointer.as_str());
                self.syntax(&item.at.concat(&error.pointer), wrong, &error.error);
                None
            }
        }
    }
}
