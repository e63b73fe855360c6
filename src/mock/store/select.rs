//! Selecting: which things a list shows, in which order, and which slice of them.

use std::cmp::Ordering;

use serde_json::Value;

use super::collection::{Thing, key_of};
use super::place;
use crate::document::Pointer;
use crate::mock::admit::Admitted;
use crate::mock::behaviour::{Comparison, Condition, Filter, Group, Page, Sort};

/// Whether a condition holds for a request.
pub(super) fn holds(condition: Option<&Condition>, admitted: &Admitted<'_>) -> bool {
    condition.is_some_and(|condition| {
        admitted
            .value(&condition.from, None)
            .is_some_and(|value| condition.is.iter().any(|wanted| same(wanted, value)))
    })
}

/// Whether a thing fulfils all filters and groups.
pub(super) fn fulfils(
    thing: &Thing,
    filters: &[Filter],
    groups: &[Group],
    admitted: &Admitted<'_>,
) -> bool {
    let all = |filters: &[Filter], item: Option<&Value>| {
        filters.iter().all(|filter| {
            admitted
                .value(&filter.from, item)
                .is_none_or(|given| passes(&thing.document, filter, given))
        })
    };
    all(filters, None)
        && groups
            .iter()
            .all(|group| match admitted.value(&group.each, None) {
                Some(Value::Array(items)) if !items.is_empty() => {
                    items.iter().any(|item| all(&group.filters, Some(item)))
                }
                _ => true,
            })
}

fn passes(document: &Value, filter: &Filter, given: &Value) -> bool {
    let given: Vec<&Value> = match (filter.compare, given) {
        (Comparison::OneOf, Value::Array(items)) => items
            .iter()
            .filter_map(|item| place::find(item, &filter.item))
            .collect(),
        (_, other) => place::find(other, &filter.item).into_iter().collect(),
    };
    filter
        .at
        .iter()
        .flat_map(|at| place::all(document, at))
        .any(|stored| {
            given.iter().any(|given| match filter.compare {
                Comparison::Equals | Comparison::OneOf => same(stored, given),
                Comparison::Contains => match (stored, given) {
                    (Value::String(stored), Value::String(given)) => {
                        stored.to_lowercase().contains(&given.to_lowercase())
                    }
                    _ => false,
                },
                Comparison::AtLeast => order(stored, given) != Ordering::Less,
                Comparison::AtMost => order(stored, given) != Ordering::Greater,
            })
        })
}

/// Whether two values are the same: numbers by value, UUIDs in any case.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64().is_some() && left.as_f64() == right.as_f64()
        }
        (Value::String(_), Value::String(_)) => key_of(left) == key_of(right),
        _ => left == right,
    }
}

/// Numbers by value, texts by their characters, everything else as equal.
fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) = (left.as_f64(), right.as_f64());
            left.partial_cmp(&right).unwrap_or(Ordering::Equal)
        }
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

/// Puts things in order. What lacks a member comes after what has it; ties keep their age.
pub(super) fn sort(things: &mut [&Thing], sort: &Sort, admitted: &Admitted<'_>) {
    let descending = holds(sort.descending.as_ref(), admitted);
    let by = |left: &Thing, right: &Thing, at: &Pointer| {
        let values = (
            place::find(&left.document, at),
            place::find(&right.document, at),
        );
        match values {
            (Some(left), Some(right)) if descending => order(right, left),
            (Some(left), Some(right)) => order(left, right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    };
    things.sort_by(|left, right| {
        sort.by
            .iter()
            .map(|at| by(left, right, at))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

/// The slice of a list that a request asks for.
pub(super) fn slice<T>(items: Vec<T>, page: Option<&Page>, admitted: &Admitted<'_>) -> Vec<T> {
    let Some(page) = page else {
        return items;
    };
    let number = |source: &Option<_>| {
        let value = source
            .as_ref()
            .and_then(|source| admitted.value(source, None))?;
        // `10.0` is an integer, too (JSON Schema 2020-12 section 4.2.3).
        let text = super::key_of(value);
        let whole = text.split_once(".0").map_or(&*text, |(whole, _)| whole);
        whole.parse::<usize>().ok()
    };
    let limit = number(&page.limit).unwrap_or(page.size);
    let skipped = number(&page.offset).unwrap_or_else(|| {
        let pages = number(&page.number).unwrap_or(1).saturating_sub(1);
        pages.saturating_mul(limit)
    });
    items.into_iter().skip(skipped).take(limit).collect()
}
