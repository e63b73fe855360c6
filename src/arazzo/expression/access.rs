//! Ways into a value that are written without a JSON Pointer: `.member`, `['member']`, `[0]`.

use std::fmt;

use serde_json::Value;

use super::super::suggest;
use crate::document::type_name;

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Access {
    /// A member of an object.
    Member(String),
    /// An item of an array, from 0.
    Index(usize),
}

/// Goes into a value, or says why there is nothing.
pub(in crate::arazzo) fn enter<'v>(
    value: &'v Value,
    access: &[Access],
) -> Result<&'v Value, String> {
    access
        .iter()
        .try_fold(value, |value, access| access.of(value))
}

impl Access {
    fn of<'v>(&self, value: &'v Value) -> Result<&'v Value, String> {
        match (self, value) {
            (Self::Member(name), _) => follow(value, name),
            (Self::Index(index), Value::Array(items)) => items
                .get(*index)
                .ok_or_else(|| out_of_range(index, items.len())),
            (Self::Index(index), other) => {
                Err(format!("there is no item {index} in {}", type_name(other)))
            }
        }
    }
}

/// What a name leads to: a member of an object, or an item of an array as JSON Pointers write it
/// (RFC 6901 section 4).
pub(in crate::arazzo) fn follow<'v>(value: &'v Value, token: &str) -> Result<&'v Value, String> {
    match value {
        Value::Object(members) => members.get(token).ok_or_else(|| missing(token, members)),
        Value::Array(items) => {
            let is_index = token == "0"
                || !token.is_empty()
                    && !token.starts_with('0')
                    && token.bytes().all(|byte| byte.is_ascii_digit());
            if is_index {
                let index = token.parse().unwrap_or(usize::MAX);
                items
                    .get(index)
                    .ok_or_else(|| out_of_range(token, items.len()))
            } else if token == "length" {
                Err("an array has no member `length`: a `jsonpath` criterion can count".to_owned())
            } else {
                Err(format!("`{token}` is no index of an array"))
            }
        }
        other => Err(format!(
            "there is no member `{token}` in {}",
            type_name(other)
        )),
    }
}

fn missing(name: &str, members: &serde_json::Map<String, Value>) -> String {
    let hint = suggest::nearest(name, members.keys().map(String::as_str))
        .map(|near| format!(": did you mean `{near}`?"))
        .unwrap_or_default();
    format!("there is no member `{name}`{hint}")
}

fn out_of_range(index: impl fmt::Display, length: usize) -> String {
    let items = if length == 1 { "item" } else { "items" };
    format!("there is no item {index}: the array has {length} {items}")
}

/// Whether a member can be written `.name`.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|character| character != '.' && super::parse::is_name(character))
}

/// A member in the form that has any name.
pub(super) fn bracketed(name: &str) -> String {
    format!("['{}']", name.replace('\'', "''"))
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Member(name) if is_plain(name) => write!(f, ".{name}"),
            Self::Member(name) => f.write_str(&bracketed(name)),
        }
    }
}
