//! Lifting: OpenAPI 3.0 schemas, and what `readOnly`/`writeOnly` mean in one direction, written as
//! JSON Schema 2020-12 at the same pointers.
//!
//! Only the members of schemas change, and no schema moves, so a pointer means the same node before
//! and after. References come out in one form (`#/pointer`, or `proofmark://document/N#/pointer`).

use serde_json::{Map, Number, Value, json};

use super::declared::Declarations;
use super::survey::Survey;
use super::{Dialect, Direction, reference};
use crate::document::{Document, Pointer};

/// The member that a broken reference leads to: nothing stands there, so whatever needs the schema
/// cannot be compiled, and the rest can.
const NOWHERE: &str = "proofmark-unresolved";

/// The documents with their schemas lifted.
pub(super) fn lift(
    documents: &[(Document, Dialect)],
    survey: &Survey,
    direction: Direction,
) -> Vec<Value> {
    let mut views: Vec<Value> = documents
        .iter()
        .map(|(document, _)| document.value.clone())
        .collect();
    let declarations = Declarations::new(documents, survey);
    for place in &survey.schemas {
        let (number, pointer) = place;
        let Some((_, dialect)) = documents.get(*number) else {
            continue;
        };
        let node = views
            .get_mut(*number)
            .and_then(|view| view.pointer_mut(pointer.as_str()));
        let Some(Value::Object(schema)) = node else {
            continue;
        };
        let reference = reference_of(survey, place, schema);
        match dialect {
            Dialect::OpenApi30 => lift_openapi_30(schema, reference),
            Dialect::Draft202012 => lift_2020_12(schema, reference),
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| {
                name.as_str()
                    .is_none_or(|name| !declarations.is_absent(place, name, direction))
            });
        }
        add_range_of_format(schema);
    }
    views
}

/// The canonical text of the schema's `$ref`, if it has one.
fn reference_of(
    survey: &Survey,
    place: &(usize, Pointer),
    schema: &Map<String, Value>,
) -> Option<Value> {
    let text = schema.get("$ref")?.as_str()?;
    let target = survey.targets.get(place).map(|target| &target.place);
    Some(Value::String(match target {
        Some((document, pointer)) => reference::canonical(place.0, *document, pointer),
        None => format!(
            "#{}",
            reference::fragment(&Pointer::root().join(NOWHERE).join(text))
        ),
    }))
}

/// What identifies schemas: every reference is canonical, so nothing needs them any more, and
/// none of them can change what a reference means.
const IDENTIFIERS: [&str; 7] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$recursiveAnchor",
    "id",
];

fn lift_2020_12(schema: &mut Map<String, Value>, reference: Option<Value>) {
    // `id` was an identifier in drafts before 6 only.
    for identifier in IDENTIFIERS.iter().filter(|identifier| **identifier != "id") {
        schema.shift_remove(*identifier);
    }
    if let Some(reference) = reference {
        schema.insert("$ref".to_owned(), reference);
    }
}

/// Keywords that constrain instances in JSON Schema 2020-12 and mean nothing in OpenAPI 3.0.
const UNKNOWN_TO_30: [&str; 21] = [
    "const",
    "if",
    "then",
    "else",
    "patternProperties",
    "propertyNames",
    "contains",
    "minContains",
    "maxContains",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "unevaluatedProperties",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "$dynamicRef",
    "$recursiveRef",
];

fn lift_openapi_30(schema: &mut Map<String, Value>, reference: Option<Value>) {
    if let Some(reference) = reference {
        // OAS 3.0.4 section 4.7.23: members beside `$ref` are ignored.
        schema.clear();
        schema.insert("$ref".to_owned(), reference);
        return;
    }
    for keyword in UNKNOWN_TO_30.iter().chain(&IDENTIFIERS) {
        schema.shift_remove(*keyword);
    }
    schema.shift_remove("examples");
    if matches!(schema.get("type"), Some(Value::Array(_))) {
        schema.shift_remove("type");
    }
    let nullable = schema.shift_remove("nullable") == Some(Value::Bool(true));
    let name = schema
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if let Some(name) = name.filter(|name| nullable && name != "null") {
        // OAS 3.0.4 section 4.7.24.2: `nullable` widens the `type` that stands beside it.
        schema.insert("type".to_owned(), json!([name, "null"]));
        if let Some(Value::Array(members)) = schema.get_mut("enum")
            && !members.contains(&Value::Null)
        {
            members.push(Value::Null);
        }
    }
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        let Some(Value::Bool(is_exclusive)) = schema.get(exclusive) else {
            continue;
        };
        let limit = if *is_exclusive {
            schema.shift_remove(bound)
        } else {
            None
        };
        match limit {
            Some(limit) => schema.insert(exclusive.to_owned(), limit),
            None => schema.shift_remove(exclusive),
        };
    }
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

/// The range of the schema's integer format (OpenAPI Format Registry), if it has one.
pub(super) fn range_of_format(schema: &Map<String, Value>) -> Option<(i64, i64)> {
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
