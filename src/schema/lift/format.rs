//! Lifting of `format`: what the dialect says that strings and numbers have to be, in keywords that the
//! judge knows.

use serde_json::{Map, Number, Value, json};

use crate::schema::{Dialect, Formats};

/// What stands before the names of formats that the dialect does not assert: the judge ignores them,
/// and whoever makes values knows what they look like.
pub(crate) const FORMAT_HINT: &str = "proofmark:";

/// Lifts what a schema says about formats.
pub(super) fn lift(dialect: Dialect, schema: &mut Map<String, Value>, formats: &Formats) {
    let name = schema.get("format").and_then(Value::as_str);
    if let Some(name) =
        name.filter(|name| !dialect.asserts(name) && formats.pattern(name).is_none())
    {
        let hint = format!("{FORMAT_HINT}{name}");
        schema.insert("format".to_owned(), Value::String(hint));
        return;
    }
    if dialect == Dialect::OpenApi31 && !schema.contains_key("format") && is_base64(schema) {
        schema.insert("format".to_owned(), "byte".into());
    }
    add_range_of_format(schema);
    add_pattern_of_format(schema, formats);
}

/// Whether the schema's strings are bytes in base64 (RFC 4648 sections 4 and 5).
fn is_base64(schema: &Map<String, Value>) -> bool {
    let encoding = schema.get("contentEncoding").and_then(Value::as_str);
    encoding.is_some_and(|encoding| {
        ["base64", "base64url"]
            .iter()
            .any(|name| encoding.eq_ignore_ascii_case(name))
    })
}

/// Writes what `format: int32` and `format: int64` say as `minimum` and `maximum`, where these do
/// not say more already.
fn add_range_of_format(schema: &mut Map<String, Value>) {
    let Some((least, greatest)) = range_of_format(schema) else {
        return;
    };
    let lower = bound(schema, "minimum").max(bound(schema, "exclusiveMinimum"));
    if lower.is_none_or(|lower| lower < least) {
        schema.insert("minimum".to_owned(), Value::Number(Number::from(least)));
    }
    let upper = [bound(schema, "maximum"), bound(schema, "exclusiveMaximum")];
    if upper
        .into_iter()
        .flatten()
        .min()
        .is_none_or(|upper| upper > greatest)
    {
        schema.insert("maximum".to_owned(), Value::Number(Number::from(greatest)));
    }
}

/// Writes what a custom format says as a `pattern`; beside another one, as a schema that holds too.
fn add_pattern_of_format(schema: &mut Map<String, Value>, formats: &Formats) {
    let format = schema.get("format").and_then(Value::as_str);
    let Some(pattern) = format.and_then(|name| formats.pattern(name)) else {
        return;
    };
    if !schema.contains_key("pattern") {
        schema.insert("pattern".to_owned(), pattern.into());
        return;
    }
    let both = json!({ "pattern": pattern });
    match schema.get_mut("allOf") {
        Some(Value::Array(schemas)) => schemas.push(both),
        _ => {
            schema.insert("allOf".to_owned(), json!([both]));
        }
    }
}

/// The range of the schema's integer format (OpenAPI Format Registry), if it has one.
fn range_of_format(schema: &Map<String, Value>) -> Option<(i64, i64)> {
    let is_number = |name: &Value| matches!(name.as_str(), Some("integer" | "number"));
    let applies = match schema.get("type")? {
        Value::Array(names) => names.iter().any(is_number),
        name => is_number(name),
    };
    match schema.get("format")?.as_str()? {
        "int32" if applies => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        "int64" if applies => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

/// A bound as an integer, cut off where it does not fit: enough to compare it with an integer range.
fn bound(schema: &Map<String, Value>, keyword: &str) -> Option<i64> {
    let number = schema.get(keyword)?.as_number()?;
    let text = number.to_string();
    text.parse().ok().or_else(|| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, which is what a comparison needs"
        )]
        number.as_f64().map(|number| number.trunc() as i64)
    })
}
