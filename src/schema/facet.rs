//! Facets: all the schemas that speak about one instance, to walk instance and schemas in lockstep.

use std::collections::HashSet;

use serde_json::Value;

use super::Schema;

/// The schemas that speak about one instance: a schema with all that it refers to and combines.
///
/// Branches of `oneOf`, `anyOf` and `if` are all taken: facets say what *may* be meant by a node,
/// not what is true of it.
#[derive(Debug, Clone, Default)]
pub struct Facets(Vec<Schema>);

/// How many schemas are looked at for one instance; what lies beyond is left out.
const MOST: usize = 512;

impl Facets {
    /// The facets of a schema.
    pub fn of(schema: &Schema) -> Self {
        Self::gather(vec![schema.clone()])
    }

    fn gather(mut open: Vec<Schema>) -> Self {
        open.reverse();
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        while let Some(schema) = open.pop() {
            if found.len() == MOST || !seen.insert((schema.document(), schema.pointer().clone())) {
                continue;
            }
            let mut next = Vec::new();
            if let Value::Object(keywords) = schema.value() {
                for keyword in ["$ref", "$dynamicRef"] {
                    let reference = keywords.get(keyword).and_then(Value::as_str);
                    next.extend(reference.and_then(|reference| schema.follow(reference)));
                }
                for keyword in ["allOf", "oneOf", "anyOf"] {
                    let count = keywords
                        .get(keyword)
                        .and_then(Value::as_array)
                        .map_or(0, Vec::len);
                    next.extend(
                        (0..count).filter_map(|index| schema.below(&[keyword, &index.to_string()])),
                    );
                }
                for keyword in ["if", "then", "else"] {
                    next.extend(schema.below(&[keyword]));
                }
                if let Some(Value::Object(members)) = keywords.get("dependentSchemas") {
                    next.extend(
                        members
                            .keys()
                            .filter_map(|name| schema.below(&["dependentSchemas", name])),
                    );
                }
            }
            open.extend(next.into_iter().rev());
            found.push(schema);
        }
        Self(found)
    }

    /// The facets of a member: what `properties` say about its name, else what is said about
    /// members of any name. Empty when nothing is said.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut found = Vec::new();
        for schema in &self.0 {
            if let Some(named) = schema.below(&["properties", name]) {
                found.push(named);
                continue;
            }
            if let Some(Value::Object(patterns)) = schema.value().get("patternProperties") {
                found.extend(
                    patterns
                        .keys()
                        .filter_map(|pattern| schema.below(&["patternProperties", pattern])),
                );
            }
            for keyword in ["additionalProperties", "unevaluatedProperties"] {
                found.extend(
                    schema
                        .below(&[keyword])
                        .filter(|schema| schema.value().is_object()),
                );
            }
        }
        Self::gather(found)
    }

    /// The facets of an item. Empty when nothing is said.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let index = index.to_string();
        let mut found = Vec::new();
        for schema in &self.0 {
            match schema.below(&["prefixItems", &index]) {
                Some(item) => found.push(item),
                None => found.extend(
                    schema
                        .below(&["items"])
                        .filter(|schema| schema.value().is_object()),
                ),
            }
            for keyword in ["contains", "unevaluatedItems"] {
                found.extend(schema.below(&[keyword]));
            }
        }
        Self::gather(found)
    }

    /// The schemas themselves.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.0.iter()
    }

    /// Whether nothing is said about the instance.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any facet, as its author wrote it, has the keyword with a value that fits.
    pub fn any(&self, keyword: &str, fits: impl Fn(&Value) -> bool) -> bool {
        self.0
            .iter()
            .any(|schema| schema.source().get(keyword).is_some_and(&fits))
    }

    /// Whether null is among what is said about the instance's type; also if nothing is said.
    pub fn admits_null(&self) -> bool {
        let says = |keyword: &str| self.any(keyword, |_| true);
        let is_null = |value: &Value| match value {
            Value::Array(names) => names.iter().any(|name| name == "null" || name.is_null()),
            other => other == "null" || other.is_null(),
        };
        let named = ["type", "enum", "const"]
            .iter()
            .any(|keyword| self.any(keyword, is_null));
        named || self.marked("nullable") || !(says("type") || says("enum") || says("const"))
    }

    /// Whether any facet marks the instance with a keyword that is `true`, such as `readOnly`.
    pub fn marked(&self, keyword: &str) -> bool {
        self.any(keyword, |value| *value == Value::Bool(true))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, SchemaSet};
    use super::*;
    use crate::document::Document;

    #[test]
    fn facets_follow_references_branches_members_and_items_and_end_in_cycles() {
        let text = "
$ref: '#/$defs/node'
$defs:
  node:
    allOf:
      - properties: {secret: {writeOnly: true}}
      - $ref: '#'
    oneOf:
      - properties: {next: {$ref: '#/$defs/node'}}
      - additionalProperties: {x-mark: 1}
    items: {format: password}
";
        let schema = SchemaSet::of_schema(
            Document::parse("s.yaml", text).unwrap(),
            Dialect::Draft202012,
        );
        let facets = Facets::of(&schema);
        assert!(facets.member("secret").marked("writeOnly"));
        assert!(
            facets
                .member("next")
                .member("next")
                .member("secret")
                .marked("writeOnly")
        );
        assert!(facets.member("other").any("x-mark", |_| true));
        assert!(!facets.member("other").marked("writeOnly"));
        assert!(facets.item(3).any("format", |format| format == "password"));
        assert!(facets.item(3).member("a").is_empty());
    }
}
