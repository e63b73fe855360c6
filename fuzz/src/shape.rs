//! Shapes: bytes as JSON Schemas, so that any bytes make a schema with something to it.

use serde_json::{Map, Value, json};

/// Schemas nest no deeper.
const DEPTH: usize = 4;

/// The pieces that patterns are made of.
const PIECES: [&str; 24] = [
    "^", "$", "[a-z]", "[^a]", "\\d", "\\w", "\\S", ".", "a", "é", "|", "(", ")", "(?:b|c)", "*",
    "+", "?", "{2,5}", "{3}", "{0,300}", "\\b", "(?=x)", "\\p{Lu}", "\\u0041",
];
const FORMATS: [&str; 16] = [
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uuid",
    "json-pointer",
    "regex",
    "byte",
    "int32",
    "unknown",
];
const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "10",
    "0.1",
    "0.5",
    "-0.25",
    "1e2",
    "1.0",
    "1e-7",
    "2147483648",
    "9223372036854775808",
    "1e30",
];
const NAMES: [&str; 8] = ["a", "b", "c", "", "a/b", "é", "~", "$ref"];
const KEYWORDS: [&str; 34] = [
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "nullable",
    "$ref",
];

/// Bytes that are used up from the front; zeros follow.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    /// A number below `limit`, which is at most 256.
    fn below(&mut self, limit: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first) % limit
    }

    fn pick<'b>(&mut self, from: &[&'b str]) -> &'b str {
        from[self.below(from.len())]
    }

    /// Up to `most` things.
    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    /// A schema with two definitions to refer to.
    pub(super) fn root(&mut self) -> Value {
        let mut schema = self.schema(0);
        let definitions = json!({ "a": self.schema(1), "b": self.schema(1) });
        if let Value::Object(members) = &mut schema {
            members.insert("$defs".to_owned(), definitions);
        }
        schema
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth > DEPTH {
            return Value::Bool(true);
        }
        // Exhausted bytes end here.
        match self.below(16) {
            0 => Value::Bool(true),
            1 => Value::Bool(false),
            count => {
                let mut members = Map::new();
                for _ in 0..count.min(6) {
                    let keyword = self.pick(&KEYWORDS);
                    members.insert(keyword.to_owned(), self.keyword(keyword, depth + 1));
                }
                Value::Object(members)
            }
        }
    }

    fn keyword(&mut self, keyword: &str, depth: usize) -> Value {
        match keyword {
            "type" => {
                let (kind, one, other) = (self.below(10), self.below(7), self.below(7));
                if kind <= 6 {
                    kind_of(kind).into()
                } else if one == other {
                    json!([kind_of(one)])
                } else {
                    json!([kind_of(one), kind_of(other)])
                }
            }
            "enum" => {
                let mut values: Vec<Value> = vec![self.value(0)];
                values.extend(self.some(3, |bytes| bytes.value(0)));
                values.into()
            }
            "const" => self.value(0),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => self.number(),
            "multipleOf" => match self.number() {
                Value::Number(number) if !number.to_string().starts_with(['-', '0']) => {
                    Value::Number(number)
                }
                _ => json!(0.01),
            },
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minContains" | "maxContains"
            | "minProperties" | "maxProperties" => match self.below(16) {
                15 => json!(100_000),
                14 => json!(2.0),
                count => json!(count),
            },
            "pattern" => self.pattern().into(),
            "format" => self.pick(&FORMATS).into(),
            "uniqueItems" | "nullable" => Value::Bool(self.below(2) == 0),
            "prefixItems" | "allOf" | "anyOf" | "oneOf" => {
                let mut schemas = vec![self.schema(depth)];
                schemas.extend(self.some(2, |bytes| bytes.schema(depth)));
                schemas.into()
            }
            "properties" => {
                let members = self.some(4, |bytes| (bytes.name(), bytes.schema(depth)));
                Value::Object(members.into_iter().collect())
            }
            "patternProperties" => {
                let members = self.some(2, |bytes| (bytes.pattern(), bytes.schema(depth)));
                Value::Object(members.into_iter().collect())
            }
            "required" => self.names().into(),
            "dependentRequired" => json!({ self.name(): self.names() }),
            "$ref" => self
                .pick(&["#", "#/$defs/a", "#/$defs/b", "#/$defs/none"])
                .into(),
            _ => self.schema(depth),
        }
    }

    fn name(&mut self) -> String {
        self.pick(&NAMES).to_owned()
    }

    fn names(&mut self) -> Vec<String> {
        let mut names = self.some(3, Self::name);
        names.sort();
        names.dedup();
        names
    }

    fn pattern(&mut self) -> String {
        let mut pieces = vec![self.pick(&PIECES)];
        pieces.extend(self.some(5, |bytes| bytes.pick(&PIECES)));
        pieces.concat()
    }

    fn number(&mut self) -> Value {
        let text = self.pick(&NUMBERS);
        serde_json::from_str(text).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 1 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 | 3 => self.number(),
            4 | 5 => self.name().into(),
            6 => self.some(3, |bytes| bytes.value(depth + 1)).into(),
            _ => {
                let members = self.some(3, |bytes| (bytes.name(), bytes.value(depth + 1)));
                Value::Object(members.into_iter().collect())
            }
        }
    }
}

fn kind_of(number: usize) -> &'static str {
    [
        "string", "integer", "number", "boolean", "array", "object", "null",
    ][number % 7]
}
