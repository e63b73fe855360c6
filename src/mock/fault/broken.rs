//! Broken bodies: instances that break one keyword of their schema, by a small change.

use serde_json::Value;

use super::Fault;
use crate::document::Pointer;
use crate::mock::store::place;
use crate::schema::Schema;

/// How many nodes of a body are tried.
const MOST_NODES: usize = 400;

/// A small change of a value.
enum Change {
    Remove,
    Replace(Value),
    Add(&'static str),
}

/// The keywords that a fault breaks.
fn keywords(fault: Fault) -> &'static [&'static str] {
    match fault {
        Fault::MissingProperty => &["required"],
        Fault::UnknownEnumMember => &["enum", "const"],
        Fault::BrokenFormat => &["format"],
        Fault::WrongType | Fault::NullMember => &["type"],
        Fault::UndeclaredProperty => &["additionalProperties", "unevaluatedProperties"],
        _ => &[],
    }
}

/// The value with the one change that breaks a keyword of the fault; where the keyword is hidden
/// behind `oneOf` or `anyOf`, these are broken. `None` if no change does.
pub(super) fn broken(fault: Fault, schema: &Schema, value: &Value) -> Option<Value> {
    let wanted = keywords(fault);
    let validator = schema.validator().ok()?;
    if !validator.is_valid(value) {
        return None;
    }
    let mut second = None;
    let mut changed = value.clone();
    for (at, node) in place::nodes(value).into_iter().take(MOST_NODES) {
        let Some(change) = change(fault, &at, node) else {
            continue;
        };
        match change {
            Change::Remove => {
                place::remove(&mut changed, &at);
            }
            Change::Replace(other) => place::put(&mut changed, &at, other),
            Change::Add(name) => {
                let at = at.join(name);
                // A map takes any name with the right value: the property has to be wrong with all.
                let closed = [Value::from(0), Value::from("text"), Value::Bool(true)]
                    .into_iter()
                    .all(|value| {
                        place::put(&mut changed, &at, value);
                        !validator.is_valid(&changed)
                    });
                if !closed {
                    changed.clone_from(value);
                    continue;
                }
            }
        }
        if !validator.is_valid(&changed) {
            let violations = validator.violations(&changed);
            let breaks = |keywords: &[&str]| {
                let mut broken = violations.iter();
                broken.any(|violation| keywords.contains(&violation.keyword.as_str()))
            };
            if breaks(wanted) {
                return Some(changed);
            }
            if second.is_none() && breaks(&["oneOf", "anyOf"]) {
                second = Some(changed.clone());
            }
        }
        changed.clone_from(value);
    }
    second
}

fn change(fault: Fault, at: &Pointer, node: &Value) -> Option<Change> {
    let member = !at.is_root();
    match fault {
        Fault::MissingProperty if member => Some(Change::Remove),
        Fault::UnknownEnumMember if !is_container(node) => {
            Some(Change::Replace("none-of-the-enum".into()))
        }
        Fault::BrokenFormat if node.is_string() => {
            Some(Change::Replace("not \u{1} in [any] format".into()))
        }
        Fault::WrongType if member => Some(Change::Replace(match node {
            Value::String(_) => Value::Bool(true),
            _ => "of another type".into(),
        })),
        Fault::NullMember if member && !node.is_null() => Some(Change::Replace(Value::Null)),
        Fault::UndeclaredProperty if node.is_object() => Some(Change::Add("undeclaredProperty")),
        _ => None,
    }
}

fn is_container(node: &Value) -> bool {
    node.is_object() || node.is_array()
}
