//! Breaches: ways to break one keyword at one node, the smallest first. Whether a proposal breaks
//! that keyword and no other is for the validator to say.

mod array;
mod number;
mod object;
mod text;

use serde_json::{Value, json};

use super::dice::Dice;
use super::map::Place;
use super::site::Site;

/// A new value for the node of a site.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    pub(super) value: Value,
    /// The member that breaks the rule, if it is one.
    pub(super) member: Option<String>,
}

impl From<Value> for Proposal {
    fn from(value: Value) -> Self {
        Self {
            value,
            member: None,
        }
    }
}

/// Proposals made from the node's present value. Rounds beyond the first start elsewhere.
pub(super) fn proposals(
    site: &Site,
    place: &Place,
    value: &Value,
    round: usize,
    dice: &mut Dice,
) -> Vec<Proposal> {
    let argument = place.keyword(site.keyword).unwrap_or(&Value::Null);
    let mut found: Vec<Proposal> = match site.keyword {
        "type" => others(value, argument),
        "enum" | "const" => strangers(argument, value),
        "format" | "pattern" | "minLength" | "maxLength" => match value {
            Value::String(text) => text::proposals(site.keyword, argument, text, dice),
            _ => Vec::new(),
        },
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            match value {
                Value::Number(number) => number::proposals(site.keyword, argument, number, place),
                _ => Vec::new(),
            }
        }
        "anyOf" | "oneOf" | "not" => anything(),
        _ => match value {
            Value::Array(items) => array::proposals(site.keyword, argument, items, place),
            Value::Object(members) => object::proposals(site, argument, members, dice),
            _ => Vec::new(),
        },
    };
    found.retain(|proposal| proposal.value != *value);
    let turned = round.checked_rem(found.len()).unwrap_or(0);
    found.rotate_left(turned);
    found
}

/// One value of each type; strings that look like other types after the string that does not.
fn anything() -> Vec<Proposal> {
    [
        json!(null),
        json!(true),
        json!(0),
        json!("text"),
        json!([]),
        json!({}),
        json!(0.5),
        json!("0"),
        json!("true"),
    ]
    .into_iter()
    .map(Proposal::from)
    .collect()
}

/// Values of other types than those that the keyword allows. First what clients send by mistake: a
/// number as a string, a string as a number, a single item for a list.
fn others(value: &Value, allowed: &Value) -> Vec<Proposal> {
    let is_allowed = |name: &str| match allowed {
        Value::String(only) => only == name,
        Value::Array(names) => names.iter().any(|allowed| allowed == name),
        _ => false,
    };
    let likely = match value {
        Value::Number(_) | Value::Bool(_) => json!(value.to_string()),
        Value::String(_) => json!(12),
        Value::Array(items) => items.first().cloned().unwrap_or(json!({})),
        Value::Object(_) => json!([value]),
        Value::Null => json!("null"),
    };
    let mut found = vec![Proposal::from(likely)];
    found.extend(anything());
    found.retain(|proposal| match &proposal.value {
        Value::Null => !is_allowed("null"),
        Value::Bool(_) => !is_allowed("boolean"),
        Value::Number(number) => {
            let whole = number.is_i64() || number.is_u64();
            !(is_allowed("number") || whole && is_allowed("integer"))
        }
        Value::String(_) => !is_allowed("string"),
        Value::Array(_) => !is_allowed("array"),
        Value::Object(_) => !is_allowed("object"),
    });
    found
}

/// Values that are nearly a member of the list, or nearly the constant.
fn strangers(argument: &Value, value: &Value) -> Vec<Proposal> {
    let members = match argument {
        Value::Array(members) => members.as_slice(),
        only => std::slice::from_ref(only),
    };
    let mut found = Vec::new();
    match value {
        Value::String(text) => {
            let swapped: String = text
                .chars()
                .map(|character| match character {
                    'a'..='z' => character.to_ascii_uppercase(),
                    other => other.to_ascii_lowercase(),
                })
                .collect();
            found.extend([
                json!(format!("{text}_UNKNOWN")),
                json!(swapped),
                json!(""),
                json!("other"),
            ]);
            found.extend([
                json!(format!(" {text}")),
                json!(text.chars().rev().collect::<String>()),
            ]);
        }
        Value::Number(_) => {
            let numbers = members.iter().filter_map(Value::as_i64);
            let (low, high) = numbers.fold((0, 0), |(low, high), number| {
                (number.min(low), number.max(high))
            });
            found.extend([
                json!(high.saturating_add(1)),
                json!(low.saturating_sub(1)),
                json!(0.5),
            ]);
        }
        Value::Bool(set) => found.push(json!(!set)),
        Value::Array(items) => {
            let mut more = items.clone();
            more.push(json!("other"));
            found.push(Value::Array(more));
            found.push(json!([]));
        }
        Value::Object(members) => {
            let mut more = members.clone();
            more.insert("other".to_owned(), json!("other"));
            found.push(Value::Object(more));
            found.push(json!({}));
        }
        Value::Null => {}
    }
    let mut found: Vec<Proposal> = found.into_iter().map(Proposal::from).collect();
    found.extend(anything());
    found.retain(|proposal| !members.contains(&proposal.value));
    found
}
