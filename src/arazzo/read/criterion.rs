//! Criteria.

use super::Reader;
use super::body::selector_kind;
use super::keys::Kind;
use super::node::{Item, Node};
use crate::arazzo::{Written, suggest};
use crate::code::Code;

impl<'a> Reader<'a> {
    /// The criteria of a member.
    pub(super) fn criteria(&mut self, node: &Node<'a>, key: &str) -> Vec<Written> {
        let items = self.list(node, key);
        if items.is_empty() && node.has(key) {
            self.nonstandard(&node.at.join(key), format!("`{key}` is empty"))
                .hint("leave it out");
        }
        let criteria = items.iter().filter_map(|item| self.criterion(item));
        criteria.collect()
    }

    fn criterion(&mut self, item: &Item<'a>) -> Option<Written> {
        let node = self.object(item, Kind::Criterion)?;
        self.required(&node, "condition", Kind::Criterion)?;
        if let Some(kind) = node.item("type") {
            match selector_kind(kind.value) {
                Some("simple" | "regex" | "jsonpath") => {}
                Some("xpath") => {
                    self.report(
                        Code::UNSUPPORTED_FEATURE,
                        &kind.at,
                        "XPath is not supported",
                    )
                    .hint("`type: regex` with `context: $response.body` looks into XML as text");
                    return None;
                }
                Some(other) => {
                    let hint = suggest::hint(other, ["simple", "regex", "jsonpath"]);
                    let message = format!("there is no criterion of type `{other}`");
                    self.unreadable(&kind.at, message).hint_if(hint);
                    return None;
                }
                None => {
                    let message = "`type` is a word or an expression type";
                    self.unreadable(&kind.at, message);
                    return None;
                }
            }
        }
        Some(self.written(item))
    }
}
