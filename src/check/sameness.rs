//! Sameness: whether what was written is what is read, as far as the document promises it.

use serde_json::{Number, Value};

use crate::document::Pointer;
use crate::schema::{Facets, Schema};

/// A node that was written and is not read back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Loss {
    /// Where it was written.
    pub(super) at: Pointer,
    pub(super) written: Value,
    /// `None` when nothing is there.
    pub(super) read: Option<Value>,
}

/// What of `written` is not in `read`.
///
/// Only members that the schema of the answer declares are compared, and none that either schema
/// marks as `readOnly` or `writeOnly`. The written object may stand under a member of the answer.
pub(super) fn losses(
    written: &Value,
    written_as: Option<&Schema>,
    read: &Value,
    read_as: &Schema,
) -> Vec<Loss> {
    let written_as = written_as.map(Facets::of).unwrap_or_default();
    let read_as = Facets::of(read_as);
    let mut losses = Vec::new();
    if let Some((read, read_as)) = counterpart(written, read, read_as) {
        compare(
            written,
            Some(read),
            &written_as,
            &read_as,
            &Pointer::root(),
            &mut losses,
        );
    }
    losses
}

/// The part of the answer that stands for the written value: the one whose schema declares most of
/// the written members; the answer itself before its members. `None` when no part declares any.
fn counterpart<'a>(
    written: &Value,
    read: &'a Value,
    read_as: Facets,
) -> Option<(&'a Value, Facets)> {
    let Value::Object(members) = written else {
        let comparable = written.is_array() == read.is_array() && !read.is_object();
        return comparable.then_some((read, read_as));
    };
    let declared = |facets: &Facets| {
        members
            .keys()
            .filter(|name| !facets.member(name).is_empty())
            .count()
    };
    let mut best = (declared(&read_as), read, read_as.clone());
    for (name, value) in read.as_object()? {
        let facets = read_as.member(name);
        let count = declared(&facets);
        if value.is_object() && count > best.0 {
            best = (count, value, facets);
        }
    }
    (best.0 > 0).then_some((best.1, best.2))
}

fn compare(
    written: &Value,
    read: Option<&Value>,
    written_as: &Facets,
    read_as: &Facets,
    at: &Pointer,
    losses: &mut Vec<Loss>,
) {
    let one_way = |facets: &Facets| facets.marked("readOnly") || facets.marked("writeOnly");
    if one_way(written_as) || one_way(read_as) {
        return;
    }
    // A null that removes a member (RFC 7396) cannot be read back where the answer has no null.
    if written.is_null() && !read_as.admits_null() {
        return;
    }
    let shown = read;
    let read = read.filter(|value| !value.is_null());
    match (written, read) {
        (Value::Object(members), None | Some(Value::Object(_))) => {
            for (name, value) in members {
                let read_as = read_as.member(name);
                if !read_as.is_empty() {
                    let read = read.and_then(|read| read.get(name));
                    let written_as = written_as.member(name);
                    compare(value, read, &written_as, &read_as, &at.join(name), losses);
                }
            }
        }
        (Value::Array(items), Some(Value::Array(others))) => {
            let same = if written_as.marked("uniqueItems") || read_as.marked("uniqueItems") {
                same_set(items, others, written_as, read_as)
            } else {
                same_list(items, others, written_as, read_as, at, losses)
            };
            if !same {
                losses.push(loss(written, read, at));
            }
        }
        (Value::Null, None) => {}
        (Value::Array(items), None) if items.is_empty() => {}
        (scalar, Some(other)) if same_scalar(scalar, other, read_as) => {}
        _ => losses.push(loss(written, shown, at)),
    }
}

fn loss(written: &Value, read: Option<&Value>, at: &Pointer) -> Loss {
    Loss {
        at: at.clone(),
        written: written.clone(),
        read: read.cloned(),
    }
}

/// Whether two lists have the same length; items that differ are losses of their own.
fn same_list(
    items: &[Value],
    others: &[Value],
    written_as: &Facets,
    read_as: &Facets,
    at: &Pointer,
    losses: &mut Vec<Loss>,
) -> bool {
    if items.len() != others.len() {
        return false;
    }
    for (index, (item, other)) in items.iter().zip(others).enumerate() {
        let (written_as, read_as) = (written_as.item(index), read_as.item(index));
        if !read_as.is_empty() {
            let at = at.index(index);
            compare(item, Some(other), &written_as, &read_as, &at, losses);
        }
    }
    true
}

/// Whether two lists hold the same items in any order.
fn same_set(items: &[Value], others: &[Value], written_as: &Facets, read_as: &Facets) -> bool {
    let (written_as, read_as) = (written_as.item(0), read_as.item(0));
    items.len() == others.len()
        && items.iter().all(|item| {
            others.iter().any(|other| {
                let mut losses = Vec::new();
                let at = Pointer::root();
                compare(item, Some(other), &written_as, &read_as, &at, &mut losses);
                losses.is_empty()
            })
        })
}

/// Whether two scalars mean the same: numbers by value, and strings of some formats by what they
/// stand for.
fn same_scalar(written: &Value, read: &Value, facets: &Facets) -> bool {
    match (written, read) {
        (Value::Number(written), Value::Number(read)) => same_number(written, read),
        (Value::String(written), Value::String(read)) => {
            let format = |name: &str| facets.any("format", |format| format == name);
            written == read
                || (format("date-time") && same_moment(written, read))
                || (["uuid", "email", "hostname", "ipv6"]
                    .into_iter()
                    .any(format)
                    && written.eq_ignore_ascii_case(read))
        }
        _ => written == read,
    }
}

fn same_number(written: &Number, read: &Number) -> bool {
    let (written, read) = (written.to_string(), read.to_string());
    match (written.parse::<i128>(), read.parse::<i128>()) {
        (Ok(written), Ok(read)) => written == read,
        _ => match (written.parse::<f64>(), read.parse::<f64>()) {
            // Rounding to a shorter binary format is no loss, a changed value is.
            (Ok(written), Ok(read)) => (written - read).abs() <= written.abs() * 1e-6,
            _ => written == read,
        },
    }
}

/// Whether two RFC 3339 times are the same moment; stores keep fractions of seconds as they can.
fn same_moment(written: &str, read: &str) -> bool {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    match (moment(written), moment(read)) {
        (Some(written), Some(read)) => {
            written.as_millisecond().abs_diff(read.as_millisecond()) < 1000
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};

    fn schema(value: Value) -> Schema {
        SchemaSet::of_schema(Document::from_value("s", value), Dialect::Draft202012)
    }

    #[expect(clippy::needless_pass_by_value, reason = "reads better in tables")]
    fn lost(written: Value, read: Value, read_as: Value) -> Vec<String> {
        losses(&written, None, &read, &schema(read_as))
            .into_iter()
            .map(|loss| loss.at.to_string())
            .collect()
    }

    fn person() -> Value {
        json!({"properties": {
            "name": {"type": "string"},
            "nick": {"type": ["string", "null"]},
            "age": {"type": "number"},
            "id": {"readOnly": true},
            "password": {"writeOnly": true},
            "at": {"format": "date-time"},
            "mail": {"format": "email"},
            "tags": {"items": {"type": "string"}},
            "roles": {"uniqueItems": true, "items": {"properties": {"role": {}}}},
            "address": {"properties": {"city": {}}},
        }})
    }

    #[test]
    fn what_the_answer_promises_must_be_read_back() {
        for (written, read, expected) in [
            (json!({"name": "a"}), json!({"name": "a", "x": 1}), vec![]),
            (json!({"name": "a"}), json!({"name": "b"}), vec!["/name"]),
            (json!({"name": "a"}), json!({}), vec!["/name"]),
            (json!({"name": null}), json!({}), vec![]),
            // A name cannot be read as null, a nick can.
            (json!({"name": null}), json!({"name": "old"}), vec![]),
            (json!({"nick": null}), json!({"nick": "old"}), vec!["/nick"]),
            (json!({"tags": []}), json!({}), vec![]),
            (
                json!({"tags": ["a", "b"]}),
                json!({"tags": ["a", "b"]}),
                vec![],
            ),
            (
                json!({"tags": ["a", "b"]}),
                json!({"tags": ["b", "a"]}),
                vec!["/tags/0", "/tags/1"],
            ),
            (
                json!({"tags": ["a", "b"]}),
                json!({"tags": ["a"]}),
                vec!["/tags"],
            ),
            (
                json!({"address": {"city": "x"}}),
                json!({}),
                vec!["/address/city"],
            ),
            (json!({"address": {"zip": "x"}}), json!({}), vec![]),
            (
                json!({"address": {"city": "x"}}),
                json!({"address": 1}),
                vec!["/address"],
            ),
            // Nobody promised these.
            (
                json!({"name": "a", "unknown": 1}),
                json!({"name": "a"}),
                vec![],
            ),
            (
                json!({"name": "a", "id": 1, "password": "p"}),
                json!({"name": "a", "id": 2}),
                vec![],
            ),
            // The same value in other words.
            (json!({"age": 30}), json!({"age": 30.0}), vec![]),
            (json!({"age": 30}), json!({"age": 31}), vec!["/age"]),
            (json!({"age": 30}), json!({"age": "30"}), vec!["/age"]),
            (
                json!({"mail": "A@b.example"}),
                json!({"mail": "a@b.example"}),
                vec![],
            ),
            (
                json!({"at": "2024-05-01T10:00:00.123456Z"}),
                json!({"at": "2024-05-01T12:00:00.123+02:00"}),
                vec![],
            ),
            (
                json!({"at": "2024-05-01T10:00:00Z"}),
                json!({"at": "2024-05-01T10:00:01Z"}),
                vec!["/at"],
            ),
            (
                json!({"roles": [{"role": "a"}, {"role": "b"}]}),
                json!({"roles": [{"role": "b", "since": 1}, {"role": "a"}]}),
                vec![],
            ),
            (
                json!({"roles": [{"role": "a"}]}),
                json!({"roles": [{"role": "b"}]}),
                vec!["/roles"],
            ),
        ] {
            assert_eq!(
                lost(written.clone(), read.clone(), person()),
                expected,
                "{written} {read}"
            );
        }
    }

    #[test]
    fn the_written_object_may_stand_under_a_member() {
        let wrapped = json!({"properties": {"data": person(), "total": {}}});
        let written = json!({"name": "a", "age": 1});
        let same = json!({"total": 1, "data": {"name": "a", "age": 1}});
        assert!(lost(written.clone(), same, wrapped.clone()).is_empty());
        let other = json!({"total": 1, "data": {"name": "b", "age": 1}});
        assert_eq!(lost(written.clone(), other, wrapped), ["/name"]);
        assert!(
            lost(
                written,
                json!({"total": 1}),
                json!({"properties": {"total": {}}})
            )
            .is_empty()
        );
    }

    #[test]
    fn marks_of_the_request_schema_count_too() {
        let written_as = schema(json!({"properties": {"name": {"writeOnly": true}}}));
        let read_as = schema(person());
        let found = losses(
            &json!({"name": "a"}),
            Some(&written_as),
            &json!({}),
            &read_as,
        );
        assert!(found.is_empty());
    }
}
