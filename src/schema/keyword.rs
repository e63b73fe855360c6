//! Keywords: the form that the value of each must have, as a table (JSON Schema 2020-12 core and
//! validation). Annotations are not in it: whatever they hold, nothing depends on it.

use serde_json::{Number, Value};

/// The form of a keyword's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Types,
    Number,
    PositiveNumber,
    Count,
    Boolean,
    Text,
    Values,
    Names,
    NamesByName,
    Schemas,
    SchemasByName,
}

const FORMS: &[(&str, Form)] = &[
    ("type", Form::Types),
    ("multipleOf", Form::PositiveNumber),
    ("maximum", Form::Number),
    ("minimum", Form::Number),
    ("exclusiveMaximum", Form::Number),
    ("exclusiveMinimum", Form::Number),
    ("maxLength", Form::Count),
    ("minLength", Form::Count),
    ("maxItems", Form::Count),
    ("minItems", Form::Count),
    ("maxProperties", Form::Count),
    ("minProperties", Form::Count),
    ("minContains", Form::Count),
    ("maxContains", Form::Count),
    ("uniqueItems", Form::Boolean),
    ("pattern", Form::Text),
    ("format", Form::Text),
    ("$ref", Form::Text),
    ("enum", Form::Values),
    ("required", Form::Names),
    ("dependentRequired", Form::NamesByName),
    ("allOf", Form::Schemas),
    ("anyOf", Form::Schemas),
    ("oneOf", Form::Schemas),
    ("prefixItems", Form::Schemas),
    ("properties", Form::SchemasByName),
    ("patternProperties", Form::SchemasByName),
    ("dependentSchemas", Form::SchemasByName),
    ("dependencies", Form::SchemasByName),
];

const TYPES: [&str; 7] = [
    "null", "boolean", "object", "array", "number", "string", "integer",
];

/// What the value of a keyword must be, if it is something else.
pub(super) fn breach(keyword: &str, value: &Value) -> Option<&'static str> {
    let (_, form) = FORMS.iter().find(|(known, _)| *known == keyword)?;
    let (fits, wanted) = match form {
        Form::Types => (
            are_types(value),
            "one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them",
        ),
        Form::Number
            if value
                .as_number()
                .is_some_and(|number| !is_written_out(number)) =>
        {
            (false, "a number of at most 5000 digits")
        }
        Form::PositiveNumber
            if value
                .as_number()
                .is_some_and(|number| is_positive(number) && !is_written_out(number)) =>
        {
            (false, "a number of at most 5000 digits")
        }
        Form::Number => (value.is_number(), "a number"),
        Form::PositiveNumber => (
            value.as_number().is_some_and(is_positive),
            "a number above 0",
        ),
        Form::Count => (
            value.as_number().is_some_and(is_count),
            "an integer of at least 0",
        ),
        Form::Boolean => (value.is_boolean(), "`true` or `false`"),
        Form::Text => (value.is_string(), "a string"),
        Form::Values => (value.is_array(), "a list of values"),
        Form::Names => (are_names(value), "a list of property names"),
        Form::NamesByName => (
            value
                .as_object()
                .is_some_and(|members| members.values().all(are_names)),
            "an object of lists of property names",
        ),
        Form::Schemas => (
            value.as_array().is_some_and(|items| !items.is_empty()),
            "a list of at least one schema",
        ),
        Form::SchemasByName => (value.is_object(), "an object of schemas"),
    };
    (!fits).then_some(wanted)
}

/// Whether the value of a keyword counts something.
pub(super) fn is_counting(keyword: &str) -> bool {
    let mut forms = FORMS.iter();
    forms.any(|(known, form)| *known == keyword && *form == Form::Count)
}

fn are_types(value: &Value) -> bool {
    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match value {
        Value::Array(names) => !names.is_empty() && names.iter().all(is_type),
        name => is_type(name),
    }
}

fn are_names(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|names| names.iter().all(Value::is_string))
}

/// Whether a number has few enough digits to be computed with once they are all written out, as exact
/// arithmetic does: `1e1000000` has a million.
fn is_written_out(number: &Number) -> bool {
    const DIGITS: u64 = 5_000;
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let exponent = exponent.parse().map_or(u64::MAX, i64::unsigned_abs);
    u64::try_from(mantissa.len()).is_ok_and(|length| length.saturating_add(exponent) <= DIGITS)
}

fn is_positive(number: &Number) -> bool {
    let text = number.to_string();
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    !text.starts_with('-') && mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

fn is_count(number: &Number) -> bool {
    number.as_u64().is_some()
        || number
            .as_f64()
            .is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
}
