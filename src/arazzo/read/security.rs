//! `x-security`, as Redocly's runner reads it.

use super::Reader;
use super::node::{Item, Node};
use crate::arazzo::{Placed, SchemeReference, Security};

impl<'a> Reader<'a> {
    /// The credentials that a workflow or step gives.
    pub(super) fn security(&mut self, node: &Node<'a>) -> Vec<Security> {
        let items = self.list(node, "x-security");
        let found = items.iter().filter_map(|item| self.one_security(item));
        found.collect()
    }

    fn one_security(&mut self, item: &Item<'a>) -> Option<Security> {
        let Some(members) = item.value.as_object() else {
            let message = "an item of `x-security` is an object with `schemeName` and `values`";
            self.unreadable(&item.at, message);
            return None;
        };
        let node = Node {
            at: item.at.clone(),
            members,
        };
        self.only_keys(&node, &["schemeName", "scheme", "values"]);
        let scheme = match (node.item("schemeName"), node.item("scheme")) {
            (Some(name), None) => {
                let text = self.text_of(&name)?;
                match text.strip_prefix("$sourceDescriptions.") {
                    Some(rest) => {
                        let Some((source, name)) = rest.split_once('.') else {
                            let message = format!("`{text}` names no security scheme");
                            self.unreadable(&name.at, message)
                                .hint("write `$sourceDescriptions.name.schemeName`");
                            return None;
                        };
                        SchemeReference::Named {
                            source: Some(source.to_owned()),
                            name: name.to_owned(),
                        }
                    }
                    None => SchemeReference::Named {
                        source: None,
                        name: text,
                    },
                }
            }
            (None, Some(scheme)) => SchemeReference::Inline(Placed {
                value: scheme.value.clone(),
                location: self.document.location(&scheme.at),
            }),
            _ => {
                self.unreadable(&node.at, "one of `schemeName` and `scheme` is needed");
                return None;
            }
        };
        let values = self.map(&node, "values");
        let values = values
            .into_iter()
            .filter_map(|(name, item)| Some((name, self.template(&item)?)));
        let values = values.collect();
        Some(Security {
            scheme,
            values,
            location: self.document.location(&node.at),
        })
    }
}
