//! Comparisons of simple conditions (Arazzo 1.1.0 "Condition Evaluation").

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::Note;
use super::shown::shown;
use crate::arazzo::comparison::Comparison;
use crate::document;

/// Whether a comparison holds.
///
/// - Strings are compared without regard to case, by their characters in lower case.
/// - Numbers are compared exactly. With `<`, `<=`, `>` and `>=`, strings that are numbers in JSON's
///   form are numbers, too, when the other side is a number or such a string.
/// - Arrays and objects are equal as instances of JSON Schema are, strings in them to the letter.
/// - `null` equals itself alone. It has no order, and neither have booleans, arrays and objects.
pub(super) fn holds(
    left: &Value,
    comparison: Comparison,
    right: &Value,
    notes: &mut Vec<Note>,
) -> bool {
    let expected: &[Ordering] = match comparison {
        Comparison::Equal => return equal(left, right, notes),
        Comparison::NotEqual => return !equal(left, right, notes),
        Comparison::Less => &[Ordering::Less],
        Comparison::LessOrEqual => &[Ordering::Less, Ordering::Equal],
        Comparison::Greater => &[Ordering::Greater],
        Comparison::GreaterOrEqual => &[Ordering::Greater, Ordering::Equal],
    };
    if let Some(order) = order(left, right) {
        return expected.contains(&order);
    }
    notes.push(Note::NoOrder {
        left: shown(left),
        right: shown(right),
    });
    false
}

fn equal(left: &Value, right: &Value, notes: &mut Vec<Note>) -> bool {
    match (left, right) {
        (Value::String(one), Value::String(other)) => {
            if one == other {
                return true;
            }
            let is_equal = lower(one) == lower(other);
            if is_equal {
                notes.push(Note::EqualIgnoringCase {
                    left: one.clone(),
                    right: other.clone(),
                });
            }
            is_equal
        }
        (Value::String(_), Value::Number(_)) | (Value::Number(_), Value::String(_)) => {
            if order(left, right) == Some(Ordering::Equal) {
                notes.push(Note::EqualAsNumbers {
                    left: left.clone(),
                    right: right.clone(),
                });
            }
            false
        }
        _ => document::equal(left, right),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return Some(document::compare(&left, &right));
    }
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(lower(left).cmp(&lower(right))),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}
