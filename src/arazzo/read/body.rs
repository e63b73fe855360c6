//! Request bodies.

use serde_json::Value;

use super::Reader;
use super::keys::Kind;
use super::node::{Item, Node};
use crate::arazzo::{
    ExpressionType, Generate, GenerateMode, Optionals, PayloadReplacement, Placed, Renewal,
    RequestBody, suggest,
};
use crate::code::Code;

impl<'a> Reader<'a> {
    pub(super) fn request_body(&mut self, item: &Item<'a>) -> Option<RequestBody> {
        let node = self.object(item, Kind::RequestBody)?;
        let payload = node
            .item("payload")
            .and_then(|payload| self.template(&payload));
        let generate = self.generate(&node);
        let items = self.list(&node, "replacements");
        let replacements: Vec<Placed<PayloadReplacement>> = items
            .iter()
            .filter_map(|item| self.replacement(item))
            .collect();
        if !node.has("payload") && generate.is_none() && !replacements.is_empty() {
            let message = "`replacements` have no `payload` to be put into";
            self.unreadable(&node.at.join("replacements"), message)
                .hint("add `payload`, or `x-proofmark-generate: {}` for one that is drawn");
        }
        Some(RequestBody {
            content_type: self.text(&node, "contentType"),
            payload,
            replacements,
            generate,
            location: self.document.location(&node.at),
        })
    }

    fn replacement(&mut self, item: &Item<'a>) -> Option<Placed<PayloadReplacement>> {
        let node = self.object(item, Kind::Replacement)?;
        for key in ["target", "value"] {
            if !node.has(key) {
                self.unreadable(&node.at, format!("a replacement needs `{key}`"));
                return None;
            }
        }
        let target = self.text(&node, "target")?;
        let kind = match node.item("targetSelectorType") {
            None => None,
            Some(kind) if selector_kind(kind.value) == Some("xpath") => {
                self.unsupported_xpath(&kind.at);
                return None;
            }
            Some(kind) => match ExpressionType::read(kind.value) {
                Ok(read) => Some(read),
                Err(error) => {
                    self.syntax(&kind.at, Some(kind.value), &error);
                    return None;
                }
            },
        };
        let value = self.template(&node.item("value")?)?.value;
        match PayloadReplacement::new(&target, kind, value) {
            Ok(value) => Some(Placed {
                value,
                location: self.document.location(&node.at),
            }),
            Err(error) => {
                self.syntax(&node.at.join("target"), None, &error);
                None
            }
        }
    }

    fn generate(&mut self, node: &Node<'a>) -> Option<Generate> {
        let item = node.item("x-proofmark-generate")?;
        let Value::Object(members) = item.value else {
            self.unreadable(&item.at, "`x-proofmark-generate` of a body is an object")
                .hint("`{}` draws any valid body");
            return None;
        };
        let directive = Node {
            at: item.at,
            members,
        };
        self.only_keys(&directive, &["mode", "optional", "per"]);
        let mode = self.word(
            &directive,
            "mode",
            &[
                ("valid", GenerateMode::Valid),
                ("minimal", GenerateMode::Minimal),
                ("example", GenerateMode::Example),
                ("invalid", GenerateMode::Invalid),
            ],
        );
        let optional = self.word(
            &directive,
            "optional",
            &[
                ("none", Optionals::None),
                ("some", Optionals::Some),
                ("all", Optionals::All),
            ],
        );
        let per = self.word(
            &directive,
            "per",
            &[("iteration", Renewal::Iteration), ("run", Renewal::Run)],
        );
        Some(Generate {
            mode: mode.unwrap_or_default(),
            optional: optional.unwrap_or_default(),
            per: per.unwrap_or_default(),
        })
    }

    /// What one of a few words means; an unknown word is reported.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node<'_>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(node, key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let hint = suggest::hint(&text, words.iter().map(|(word, _)| *word));
            let message = format!("`{key}` cannot be `{text}`");
            self.unreadable(&node.at.join(key), message).hint_if(hint);
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// Names the keys of an extension that mean nothing.
    pub(super) fn only_keys(&mut self, node: &Node<'_>, known: &[&str]) {
        for key in node.members.keys().filter(|key| !known.contains(&&***key)) {
            let hint = suggest::hint(key, known.iter().copied());
            let message = format!("there is no key `{key}` here");
            self.report(Code::UNKNOWN_KEY, &node.at.join(key), message)
                .hint_if(hint);
        }
    }
}

/// The language of a selector: its name, or the `type` of an expression type.
pub(super) fn selector_kind(value: &Value) -> Option<&str> {
    match value {
        Value::String(kind) => Some(kind),
        other => other.get("type").and_then(Value::as_str),
    }
}
