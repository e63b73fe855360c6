//! Nodes: the parts of the file as the reader goes through them.

use serde_json::{Map, Value};

use super::Reader;
use super::keys::Kind;
use crate::document::Pointer;

/// A value of the file and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub(super) at: Pointer,
    pub(super) value: &'a Value,
}

/// An object of the file.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) at: Pointer,
    pub(super) members: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    /// The member of this name.
    pub(super) fn item(&self, key: &str) -> Option<Item<'a>> {
        self.members.get(key).map(|value| Item {
            at: self.at.join(key),
            value,
        })
    }

    /// Whether there is such a member.
    pub(super) fn has(&self, key: &str) -> bool {
        self.members.contains_key(key)
    }
}

impl<'a> Reader<'a> {
    /// The object that must stand here; its keys are looked at.
    pub(super) fn object(&mut self, item: &Item<'a>, kind: Kind) -> Option<Node<'a>> {
        let Value::Object(members) = item.value else {
            let message = format!("{} is an object, not {}", kind.name(), form(item.value));
            self.unreadable(&item.at, message);
            return None;
        };
        let node = Node {
            at: item.at.clone(),
            members,
        };
        self.known_keys(&node, kind);
        Some(node)
    }

    /// A text. Numbers and booleans count as the text that they are written as: in YAML, a text that
    /// looks like one needs quotes.
    pub(super) fn text_of(&mut self, item: &Item<'_>) -> Option<String> {
        let text = match item.value {
            Value::String(text) => return Some(text.clone()),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            other => {
                let message = format!("{} is a text, not {}", name(&item.at), form(other));
                self.unreadable(&item.at, message);
                return None;
            }
        };
        let message = format!("{} is a text, not {}", name(&item.at), form(item.value));
        self.nonstandard(&item.at, message)
            .hint(format!("put it in quotes: `\"{text}\"`"));
        Some(text)
    }

    /// The text of a member, if there is one.
    pub(super) fn text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        let item = node.item(key)?;
        self.text_of(&item)
    }

    /// The text of a member that must not be missing, nor be empty.
    pub(super) fn required(&mut self, node: &Node<'_>, key: &str, kind: Kind) -> Option<String> {
        if !node.has(key) {
            let message = format!("{} needs `{key}`", kind.name());
            self.unreadable(&node.at, message);
            return None;
        }
        let text = self.text(node, key)?;
        if text.is_empty() {
            let message = format!("`{key}` is empty");
            self.unreadable(&node.at.join(key), message);
            return None;
        }
        Some(text)
    }

    /// The truth of a member; `false` if there is none.
    pub(super) fn flag(&mut self, node: &Node<'_>, key: &str) -> bool {
        match node.members.get(key) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(other) => {
                let message = format!("`{key}` is `true` or `false`, not {}", form(other));
                self.unreadable(&node.at.join(key), message);
                false
            }
        }
    }

    /// The items of a member that is a list; none if there is no such member.
    pub(super) fn list(&mut self, node: &Node<'a>, key: &str) -> Vec<Item<'a>> {
        match node.item(key) {
            None => Vec::new(),
            Some(item) => self.items(&item),
        }
    }

    /// The items of a list.
    pub(super) fn items(&mut self, item: &Item<'a>) -> Vec<Item<'a>> {
        let Value::Array(values) = item.value else {
            let message = format!("{} is a list, not {}", name(&item.at), form(item.value));
            self.unreadable(&item.at, message);
            return Vec::new();
        };
        let items = values.iter().enumerate().map(|(index, value)| Item {
            at: item.at.index(index),
            value,
        });
        items.collect()
    }

    /// The texts of a member that is a list.
    pub(super) fn texts(&mut self, node: &Node<'a>, key: &str) -> Vec<(Pointer, String)> {
        let items = self.list(node, key);
        let texts = items
            .into_iter()
            .filter_map(|item| Some((item.at.clone(), self.text_of(&item)?)));
        texts.collect()
    }

    /// The members of a member that maps names; none if there is no such member.
    pub(super) fn map(&mut self, node: &Node<'a>, key: &str) -> Vec<(String, Item<'a>)> {
        let Some(item) = node.item(key) else {
            return Vec::new();
        };
        let Value::Object(members) = item.value else {
            let message = format!("`{key}` maps names, and is not {}", form(item.value));
            self.unreadable(&item.at, message);
            return Vec::new();
        };
        let members = members.iter().map(|(name, value)| {
            let at = item.at.join(name);
            (name.clone(), Item { at, value })
        });
        members.collect()
    }
}

/// The last part of a pointer, for messages.
fn name(at: &Pointer) -> String {
    let token = at.last().unwrap_or_default();
    if token.parse::<usize>().is_ok() {
        let list = at.parent().and_then(|list| Some(list.last()?.into_owned()));
        return format!("an item of `{}`", list.unwrap_or_default());
    }
    format!("`{token}`")
}

/// What a value is, for messages.
pub(super) fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
