//! Templates: values with expressions, wherever the standard lets them stand.

use serde_json::Value;

use super::Reader;
use super::body::selector_kind;
use super::node::Item;
use crate::arazzo::{Placed, Selector, SyntaxError, Template};
use crate::code::Code;
use crate::document::Pointer;

/// The longest text that is shown in a message, in characters.
const SHOWN: usize = 60;

impl Reader<'_> {
    /// The template that a value is; what is wrong with it is reported where it stands.
    pub(super) fn template(&mut self, item: &Item<'_>) -> Option<Placed<Template>> {
        if self.version.minor == 0 {
            self.early_selectors(item);
        }
        let error = match Template::parse(item.value) {
            Ok(value) => {
                return Some(Placed {
                    value,
                    location: self.document.location(&item.at),
                });
            }
            Err(error) => error,
        };
        let wrong = item.value.pointer(error.pointer.as_str());
        let at = item.at.concat(&error.pointer);
        let kind = wrong.and_then(|value| value.get("type"));
        if kind.and_then(selector_kind) == Some("xpath") {
            self.unsupported_xpath(&at.join("type"));
        } else {
            self.syntax(&at, wrong, &error.error);
        }
        None
    }

    /// Reports a text that is no expression, condition or the like.
    pub(super) fn syntax(&mut self, at: &Pointer, text: Option<&Value>, error: &SyntaxError) {
        let message = match text.and_then(Value::as_str) {
            Some(text) if !text.is_empty() => {
                let shown: String = if text.chars().count() <= SHOWN {
                    text.to_owned()
                } else {
                    text.chars().take(SHOWN - 1).chain(['…']).collect()
                };
                format!("`{shown}` cannot be read: {}", error.message)
            }
            _ => error.message.clone(),
        };
        let hint = error.hint.clone();
        self.unreadable(at, message).hint_if(hint);
    }

    pub(super) fn unsupported_xpath(&mut self, at: &Pointer) {
        let hint = "`type: regex` with `context: $response.body` looks into XML as text";
        self.report(Code::UNSUPPORTED_FEATURE, at, "XPath is not supported")
            .hint(hint);
    }

    /// Names the selectors of a file that is older than they are.
    fn early_selectors(&mut self, item: &Item<'_>) {
        let mut pending = vec![item.clone()];
        while let Some(item) = pending.pop() {
            if Selector::is_one(item.value) {
                let message = format!(
                    "selectors came with Arazzo 1.1, and the file is written in {}",
                    self.version
                );
                self.nonstandard(&item.at, message)
                    .hint("it counts all the same; write `arazzo: 1.1.0` for other tools");
                continue;
            }
            match item.value {
                Value::Array(items) => {
                    pending.extend(items.iter().enumerate().map(|(index, value)| Item {
                        at: item.at.index(index),
                        value,
                    }));
                }
                Value::Object(members) => {
                    pending.extend(members.iter().map(|(name, value)| Item {
                        at: item.at.join(name),
                        value,
                    }));
                }
                _ => {}
            }
        }
    }
}
