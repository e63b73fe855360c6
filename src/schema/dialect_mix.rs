//! Keywords of one dialect in a schema of the other: what is lost, and what to write instead.

use serde_json::{Map, Value};

use super::Dialect;

/// A keyword that does not belong to the schema's dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mix {
    /// The keyword.
    pub(super) keyword: &'static str,
    /// Why it does not count.
    reason: &'static str,
    /// What to write instead.
    pub(super) hint: Option<&'static str>,
    /// Whether it is read as it is meant all the same.
    pub(super) has_effect: bool,
}

impl Mix {
    const fn new(keyword: &'static str, reason: &'static str, hint: Option<&'static str>) -> Self {
        Self {
            keyword,
            reason,
            hint,
            has_effect: false,
        }
    }

    pub(super) fn message(&self) -> String {
        format!("`{}` {}", self.keyword, self.reason)
    }
}

/// Keywords that constrain instances in JSON Schema 2020-12 and mean nothing in OpenAPI 3.0.
pub(super) const UNKNOWN_TO_30: [&str; 21] = [
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

const EXCLUSIVE: [&str; 2] = ["exclusiveMinimum", "exclusiveMaximum"];

/// Whether this is `exclusiveMinimum` or `exclusiveMaximum` in a form that is lifted or left out where
/// they are flags.
pub(super) fn is_flag(keyword: &str, value: &Value) -> bool {
    EXCLUSIVE.contains(&keyword) && (value.is_boolean() || value.is_number())
}

/// The keywords of a schema that do not belong to its dialect.
pub(super) fn mixes(dialect: Dialect, schema: &Map<String, Value>) -> Vec<Mix> {
    match dialect {
        Dialect::OpenApi30 => mixes_in_30(schema),
        Dialect::Draft202012 | Dialect::OpenApi31 => mixes_in_2020_12(schema),
        // What another draft means by a keyword is no sign of a mistake in bare schemas.
        _ => Vec::new(),
    }
}

fn mixes_in_2020_12(schema: &Map<String, Value>) -> Vec<Mix> {
    let mut found = Vec::new();
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        found.push(Mix::new(
            "nullable",
            "has no effect in OpenAPI 3.1",
            Some("add \"null\" to the list of types: `type: [string, \"null\"]`"),
        ));
    }
    for keyword in EXCLUSIVE {
        if schema.get(keyword).is_some_and(Value::is_boolean) {
            let reason = "is a number in OpenAPI 3.1: `true` and `false` have no effect";
            let hint = "write the limit itself: `exclusiveMinimum: 0`";
            found.push(Mix::new(keyword, reason, Some(hint)));
        }
    }
    found
}

fn lists_no_null(schema: &Map<String, Value>) -> bool {
    let listed = schema.get("enum").and_then(Value::as_array);
    listed.is_some_and(|values| !values.contains(&Value::Null))
}

fn mixes_in_30(schema: &Map<String, Value>) -> Vec<Mix> {
    let mut found = Vec::new();
    let is_nullable = schema.get("nullable") == Some(&Value::Bool(true));
    if schema.get("$ref").is_some_and(Value::is_string) {
        if is_nullable {
            let reason = "beside `$ref` has no effect in OpenAPI 3.0";
            found.push(Mix::new("nullable", reason, None));
        }
        return found;
    }
    match schema.get("type") {
        Some(Value::Array(_)) => found.push(Mix::new(
            "type",
            "takes no list in OpenAPI 3.0: it has no effect",
            Some("write one type, with `nullable: true` if null is allowed, or `anyOf`"),
        )),
        Some(Value::String(name)) if name == "null" => found.push(Mix {
            has_effect: true,
            ..Mix::new(
                "type",
                "cannot be `null` in OpenAPI 3.0",
                Some("write `nullable: true` beside the type"),
            )
        }),
        None if is_nullable => found.push(Mix::new(
            "nullable",
            "has no effect without a `type` beside it",
            Some("write the type beside it"),
        )),
        // OAS 3.0.4 section 4.7.24.2: other keywords keep their meaning.
        _ if is_nullable && lists_no_null(schema) => found.push(Mix::new(
            "nullable",
            "has no effect beside an `enum` without null",
            Some("add null to `enum`, if it is allowed"),
        )),
        _ => {}
    }
    for keyword in EXCLUSIVE {
        if schema.get(keyword).is_some_and(Value::is_number) {
            let reason = "is a boolean in OpenAPI 3.0: a number has no effect";
            let hint = "write the limit as `minimum` or `maximum`, and `true` here";
            found.push(Mix::new(keyword, reason, Some(hint)));
        }
    }
    for keyword in UNKNOWN_TO_30 {
        if schema.contains_key(keyword) {
            let hint = (keyword == "const").then_some("write an `enum` with one value");
            found.push(Mix::new(keyword, "has no effect in OpenAPI 3.0", hint));
        }
    }
    found
}
