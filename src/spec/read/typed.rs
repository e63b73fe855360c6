//! Typing: the members of one node through the `openapiv3` crate, with messages that authors of
//! documents understand.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Node, Reader};
use crate::schema::NodeKind;

impl Reader {
    /// Types the named members of a node; all others (schemas, examples, extensions, nodes of
    /// their own) stay out. `extra` are members that the type insists on.
    pub(super) fn typed<T: DeserializeOwned>(
        &mut self,
        node: &Node<'_>,
        kind: NodeKind,
        members: &[&str],
        extra: &[(&str, Value)],
    ) -> Option<T> {
        self.type_cut(node, kind, &mut cut(node, members, extra))
    }

    /// The same for nodes whose unreadable members can be done without.
    pub(super) fn typed_without_unreadable<T: DeserializeOwned>(
        &mut self,
        node: &Node<'_>,
        kind: NodeKind,
        members: &[&str],
        extra: &[(&str, Value)],
    ) -> Option<T> {
        let mut cut = cut(node, members, extra);
        let mut typed = None;
        for _ in 0..=members.len() {
            let before = cut.len();
            typed = self.type_cut(node, kind, &mut cut);
            if typed.is_some() || cut.len() == before {
                break;
            }
            for (member, value) in extra {
                cut.entry(*member).or_insert_with(|| value.clone());
            }
        }
        typed
    }

    /// Types members; takes the one at fault away.
    fn type_cut<T: DeserializeOwned>(
        &mut self,
        node: &Node<'_>,
        kind: NodeKind,
        cut: &mut Map<String, Value>,
    ) -> Option<T> {
        let error = match serde_json::from_value(Value::Object(cut.clone())) {
            Ok(typed) => return Some(typed),
            Err(error) => error.to_string(),
        };
        let culprit = culprit::<T>(cut, &error);
        let (at, what) = match &culprit {
            Some(member) => (node.below(member), format!("`{member}` of {}", kind.name())),
            None => (node.place.clone(), kind.name().to_owned()),
        };
        self.unreadable(&at, format!("{what} cannot be read: {}", readable(&error)));
        if let Some(member) = culprit {
            cut.shift_remove(&member);
        }
        None
    }
}

/// The named members of a node, and the extra ones that it does not have.
fn cut(node: &Node<'_>, members: &[&str], extra: &[(&str, Value)]) -> Map<String, Value> {
    let own = members.iter().filter_map(|member| {
        let value = node.members.get(*member)?;
        Some(((*member).to_owned(), value.clone()))
    });
    let mut cut: Map<String, Value> = own.collect();
    for (member, value) in extra {
        cut.entry(*member).or_insert_with(|| value.clone());
    }
    cut
}

/// The member that an error is about: the one without which all is well; else the one without which
/// something else is wrong, or, of those that must be there, the one that the error speaks of.
fn culprit<T: DeserializeOwned>(members: &Map<String, Value>, error: &str) -> Option<String> {
    if error.starts_with("missing field") {
        return None;
    }
    let mut best: Option<(u8, &String)> = None;
    for (key, value) in members {
        let mut rest = members.clone();
        rest.shift_remove(key);
        let rank = match serde_json::from_value::<T>(Value::Object(rest)) {
            Ok(_) => 3,
            Err(other) => match other.to_string() {
                same if same == error => continue,
                other if other != format!("missing field `{key}`") => 2,
                _ if speaks_of(error, value) => 1,
                _ => 0,
            },
        };
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, key));
        }
    }
    best.map(|(_, key)| key.clone())
}

/// Whether the value is what an error found.
fn speaks_of(error: &str, value: &Value) -> bool {
    let found = error.split(", expected").next().unwrap_or_default();
    match value {
        Value::String(text) => {
            found.contains(&format!("`{text}`")) || found.contains(&format!("\"{text}\""))
        }
        Value::Null => found.contains("null"),
        Value::Bool(_) => found.contains("boolean"),
        Value::Number(_) => ["number", "integer", "floating"]
            .iter()
            .any(|word| found.contains(word)),
        Value::Array(_) => found.contains("sequence"),
        Value::Object(_) => found.contains("map"),
    }
}

/// A message of `serde` in words for authors of documents.
pub(super) fn readable(error: &str) -> String {
    if let Some(field) = error.strip_prefix("missing field ") {
        return format!("{field} is missing");
    }
    if let Some(rest) = error.strip_prefix("unknown variant ") {
        return match rest.split_once(", ") {
            Some((found, expected)) => format!("{expected}, found {found}"),
            None => rest.to_owned(),
        };
    }
    let invalid = error
        .strip_prefix("invalid type: ")
        .or_else(|| error.strip_prefix("invalid value: "));
    match invalid.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => {
            let found = match found {
                "sequence" => "a list",
                "map" => "an object",
                "number" => "a number",
                other => other,
            };
            let expected = match expected {
                "a sequence" => "a list",
                "a map" => "an object",
                other => other,
            };
            format!("expected {expected}, found {found}")
        }
        None => error.to_owned(),
    }
}
