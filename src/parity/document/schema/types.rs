//! Types: which kinds of values a schema allows, through references and all that combines schemas.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::conjunction::is_trivial;
use super::idle::{doubly_negated, is_decisive, unwrapped};
use crate::document::compare;
use crate::generate::Decimal;
use crate::schema::Schema;

/// A set of types. Numbers are split, so that `integer` is a subset of `number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Types(u8);

/// How many schemas one question looks at, and how deep. What lies beyond allows everything.
const MOST: usize = 512;
const DEEPEST: usize = 24;

impl Types {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const OBJECT: Self = Self(4);
    pub(super) const ARRAY: Self = Self(8);
    pub(super) const INTEGER: Self = Self(16);
    pub(super) const FRACTION: Self = Self(32);
    pub(super) const NUMBER: Self = Self(48);
    pub(super) const STRING: Self = Self(64);
    pub(super) const ALL: Self = Self(127);
    /// What has one form as text.
    pub(super) const SCALAR: Self = Self(115);

    /// The types that a schema allows.
    pub(super) fn of(schema: &Schema) -> Self {
        allowed(schema, 0, &mut 0)
    }

    /// The types that a schema allows, if that is all that it says.
    pub(super) fn said(schema: &Schema) -> Option<Self> {
        let meant = unwrapped(schema);
        let keywords = meant.value().as_object()?;
        says_type_only(keywords).then(|| keywords.get("type").map_or(Self::ALL, listed))
    }

    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Object(_) => Self::OBJECT,
            Value::Array(_) => Self::ARRAY,
            Value::String(_) => Self::STRING,
            Value::Number(number) if is_whole(&number.to_string()) => Self::INTEGER,
            Value::Number(_) => Self::FRACTION,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether any of these types is in the set.
    pub(super) fn has(self, some: Self) -> bool {
        !self.and(some).is_empty()
    }

    /// Whether all types of the set are among these.
    pub(super) fn is_within(self, others: Self) -> bool {
        self.without(others).is_empty()
    }

    /// In words: `string or null`.
    pub(super) fn text(self) -> String {
        if self == Self::ALL {
            return "any type".to_owned();
        }
        let mut names = Vec::new();
        for (types, name) in [
            (Self::OBJECT, "object"),
            (Self::ARRAY, "array"),
            (Self::STRING, "string"),
            (Self::NUMBER, "number"),
            (Self::BOOLEAN, "boolean"),
            (Self::NULL, "null"),
        ] {
            match (types, self.and(types)) {
                (Self::NUMBER, Self::INTEGER) => names.push("integer"),
                (Self::NUMBER, Self::FRACTION) => names.push("number with a fraction"),
                (_, Self::NONE) => {}
                _ => names.push(name),
            }
        }
        match names.split_last() {
            None => "nothing".to_owned(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        }
    }
}

/// Whether the text of a number is that of an integer, such as `1`, `1.0` and `1e2`.
fn is_whole(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (_, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = fraction.trim_end_matches('0').len();
    let exponent: i64 = exponent.parse().unwrap_or(i64::MIN);
    let is_zero = mantissa
        .bytes()
        .all(|byte| matches!(byte, b'0' | b'.' | b'-'));
    let digits = i64::try_from(digits).unwrap_or(i64::MAX);
    let ends_in_zeros = || {
        let zeros = mantissa.len() - mantissa.trim_end_matches('0').len();
        fraction.is_empty() && exponent < 0 && exponent.unsigned_abs() <= zeros as u64
    };
    is_zero || exponent >= digits && exponent >= 0 || ends_in_zeros()
}

fn named(name: &Value) -> Types {
    match name.as_str() {
        Some("null") => Types::NULL,
        Some("boolean") => Types::BOOLEAN,
        Some("object") => Types::OBJECT,
        Some("array") => Types::ARRAY,
        Some("integer") => Types::INTEGER,
        Some("number") => Types::NUMBER,
        Some("string") => Types::STRING,
        _ => Types::NONE,
    }
}

fn allowed(schema: &Schema, depth: usize, looked: &mut usize) -> Types {
    *looked += 1;
    if depth > DEEPEST || *looked > MOST {
        return Types::ALL;
    }
    let keywords = match schema.value() {
        Value::Bool(false) => return Types::NONE,
        Value::Object(keywords) => keywords,
        _ => return Types::ALL,
    };
    let mut types = Types::ALL;
    if let Some(names) = keywords.get("type") {
        types = listed(names);
    }
    if let Some(value) = keywords.get("const") {
        types = types.and(Types::of_value(value));
    }
    if let Some(Value::Array(values)) = keywords.get("enum") {
        let listed = values.iter().map(Types::of_value);
        types = types.and(listed.fold(Types::NONE, Types::or));
    }
    let divisor = keywords.get("multipleOf").and_then(Value::as_number);
    let divisor = divisor.and_then(Decimal::read);
    // Another way to write `integer`.
    if divisor == Some(Decimal::whole(1)) {
        types = types.without(Types::FRACTION);
    }
    types = types.without(contradicted(keywords));
    // What is not what is told by types alone is of the others.
    types = types.without(excluded(schema));
    if let Some(meant) = doubly_negated(schema) {
        types = types.and(allowed(&meant, depth + 1, looked));
    }
    let reference = keywords.get("$ref").and_then(Value::as_str);
    if let Some(target) = reference.and_then(|reference| schema.follow(reference)) {
        types = types.and(allowed(&target, depth + 1, looked));
    }
    for part in branches(schema, "allOf") {
        types = types.and(allowed(&part, depth + 1, looked));
    }
    if let Some(condition) = schema.below(&["if"]).as_ref().and_then(Types::said) {
        let mut branch = |keyword: &str| {
            let branch = schema.below(&[keyword]);
            branch.map_or(Types::ALL, |branch| allowed(&branch, depth + 1, looked))
        };
        let (then, otherwise) = (branch("then"), branch("else"));
        types = types.and(condition.and(then).or(otherwise.without(condition)));
    }
    for keyword in ["anyOf", "oneOf"] {
        if !keywords.contains_key(keyword) {
            continue;
        }
        let all: Vec<Types> = branches(schema, keyword)
            .map(|branch| allowed(&branch, depth + 1, looked))
            .collect();
        let mut some = all.iter().copied().fold(Types::NONE, Types::or);
        let nulls = all.iter().filter(|types| types.has(Types::NULL)).count();
        if keyword == "oneOf" && nulls > 1 {
            some = some.without(Types::NULL);
        }
        types = types.and(some);
    }
    types
}

/// The types of which nothing lies between the bounds.
fn contradicted(keywords: &Map<String, Value>) -> Types {
    let number = |keyword: &str| keywords.get(keyword).and_then(Value::as_number);
    let bounds = [
        (Types::STRING, "minLength", "maxLength"),
        (Types::ARRAY, "minItems", "maxItems"),
        (Types::OBJECT, "minProperties", "maxProperties"),
        (Types::NUMBER, "minimum", "maximum"),
    ];
    let crossed = bounds.into_iter().filter(|(_, least, greatest)| {
        let bounds = number(least).zip(number(greatest));
        bounds.is_some_and(|(least, greatest)| compare(least, greatest) == Ordering::Greater)
    });
    crossed.fold(Types::NONE, |all, (types, ..)| all.or(types))
}

/// The types that `not` excludes, where it speaks about types only.
pub(super) fn excluded(schema: &Schema) -> Types {
    let Some(inner) = schema.below(&["not"]) else {
        return Types::NONE;
    };
    if is_trivial(unwrapped(&inner).value()) {
        return Types::ALL;
    }
    Types::said(&inner).unwrap_or(Types::NONE)
}

/// The types that a `type` lists.
fn listed(names: &Value) -> Types {
    match names {
        Value::Array(names) => names.iter().map(named).fold(Types::NONE, Types::or),
        name => named(name),
    }
}

/// Whether all that keywords say is a type.
pub(super) fn says_type_only(keywords: &Map<String, Value>) -> bool {
    let mut deciding = keywords
        .keys()
        .filter(|keyword| is_decisive(keywords, keyword));
    deciding.next().is_some_and(|keyword| keyword == "type") && deciding.next().is_none()
}

/// The schemas in a list.
pub(super) fn branches<'s>(
    schema: &'s Schema,
    keyword: &'static str,
) -> impl Iterator<Item = Schema> + use<'s> {
    let list = schema.value().get(keyword).and_then(Value::as_array);
    let count = list.map_or(0, Vec::len);
    (0..count).filter_map(move |index| schema.below(&[keyword, &index.to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_have_many_forms() {
        for (text, is_integer) in [
            ("1", true),
            ("1.0", true),
            ("1.5", false),
            ("1.5e1", true),
            ("1e-1", false),
            ("10e-1", true),
            ("0.0e-9", true),
            ("1e2", true),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(
                Types::of_value(&value) == Types::INTEGER,
                is_integer,
                "{text}"
            );
        }
    }

    #[test]
    fn types_are_named() {
        let types = |value: Value| Types::of_value(&value);
        let some = types(json!(1)).or(types(json!(null))).or(types(json!("")));
        assert_eq!(some.text(), "string, integer or null");
        assert_eq!(Types::NUMBER.text(), "number");
        assert_eq!(Types::NONE.text(), "nothing");
    }
}
