//! Instances as far as they are written out: what is certain about them before expressions have values.

use serde_json::Value;

use crate::arazzo::{PayloadReplacement, Scope, Template};
use crate::document::Pointer;
use crate::schema::{Schema, Violation};

/// A value of which parts are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Instance {
    /// The value; what stands at the unknown places means nothing.
    pub(super) value: Value,
    /// The places whose values are known only while the workflow runs.
    pub(super) unknown: Vec<Pointer>,
    /// Whether it is merged over something else, so that what objects miss may come from there.
    pub(super) is_partial: bool,
}

/// Keywords that an object or array breaks whatever the values in it are.
const SHALLOW: [&str; 9] = [
    "type",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "minItems",
    "maxItems",
    "dependentRequired",
    "propertyNames",
];

/// Keywords that an object breaks whatever is added to it.
const LASTING: [&str; 4] = [
    "type",
    "additionalProperties",
    "maxProperties",
    "propertyNames",
];

impl Instance {
    /// A value as it is written, with its expressions.
    pub(super) fn new(written: &Value, template: &Template) -> Self {
        let unknown = template.expressions().into_iter().map(|(at, _)| at);
        Self {
            value: written.clone(),
            unknown: unknown.collect(),
            is_partial: false,
        }
    }

    /// Puts a value at a place of an object or array, if there is one.
    pub(super) fn set(&mut self, at: &Pointer, written: &Value, template: &Template) {
        let scope = Scope::default();
        let plain = template.is_plain().then_some(written);
        let value = plain.cloned().unwrap_or_default();
        let put = Template::parse(&value)
            .ok()
            .and_then(|value| PayloadReplacement::new(at.as_str(), None, value).ok());
        // Where it leads nowhere, or its parent is unknown, nothing is certain below it.
        let is_put = put.is_some_and(|put| put.apply(&mut self.value, &scope).is_ok());
        if !is_put || plain.is_none() {
            self.unknown.push(at.clone());
        }
    }

    /// Every way in which it breaks a schema whatever the unknown values are. Nothing, if the schema
    /// cannot be used.
    pub(super) fn violations(&self, schema: &Schema) -> Vec<Violation> {
        let Ok(validator) = schema.validator() else {
            return Vec::new();
        };
        let mut found = validator.violations(&self.value);
        found.retain(|violation| self.is_certain(violation));
        found
    }

    fn is_certain(&self, violation: &Violation) -> bool {
        let at = &violation.instance;
        let keyword = &*violation.keyword;
        if self.unknown.iter().any(|unknown| unknown.contains(at)) {
            return false;
        }
        let has_unknown = self.unknown.iter().any(|unknown| at.contains(unknown));
        let may_grow = self.is_partial && self.is_merged(at);
        let is_conditional = violation.conditional && (self.is_partial || !self.unknown.is_empty());
        !is_conditional
            && (!has_unknown || SHALLOW.contains(&keyword))
            && (!may_grow || LASTING.contains(&keyword))
    }

    /// Whether a node is an object that is merged member by member: arrays are taken as they are.
    fn is_merged(&self, at: &Pointer) -> bool {
        let mut node = &self.value;
        for token in at.tokens() {
            match node {
                Value::Object(members) => match members.get(&*token) {
                    Some(member) => node = member,
                    None => return true,
                },
                _ => return false,
            }
        }
        node.is_object()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};

    const SCHEMA: &str = r"
type: object
required: [id, kind]
additionalProperties: false
properties:
  id: {type: string, format: uuid}
  kind: {enum: [a, b]}
  count: {type: integer, maximum: 5}
  list: {type: array, maxItems: 2, uniqueItems: true, items: {type: object, required: [x]}}
  one: {oneOf: [{type: object, properties: {x: {type: string}}, required: [x]}, {type: string}]}
  inner: {type: object, required: [y], minProperties: 1, properties: {y: {type: string}}}
if: {properties: {kind: {const: a}}, required: [kind]}
then: {required: [count]}
";

    #[test]
    fn only_what_is_certain_is_reported() {
        let document = Document::parse("s.yaml", SCHEMA).unwrap();
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        let id = "0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";
        for (written, whole, partial) in [
            (json!({"id": id, "kind": "b"}), "", ""),
            (json!({"id": id}), "required@", ""),
            (json!({"id": "x", "kind": "b"}), "format@/id", "format@/id"),
            (json!({"id": "$inputs.id", "kind": "$inputs.kind"}), "", ""),
            (json!({"id": "$inputs.id"}), "required@", ""),
            (json!({"id": "x {$inputs.id}", "kind": "b"}), "", ""),
            (json!({"id": id, "kind": "c"}), "enum@/kind", "enum@/kind"),
            (
                json!({"id": id, "kind": "b", "other": "$inputs.x"}),
                "additionalProperties@",
                "additionalProperties@",
            ),
            // A condition that holds only for one of the unknown values, or for what is not there yet.
            (json!({"id": id, "kind": "a"}), "required@", ""),
            (json!({"id": "$inputs.id", "kind": "a"}), "", ""),
            (
                json!({"id": id, "kind": "b", "list": ["$inputs.a", "$inputs.a", 1]}),
                "maxItems@/list type@/list/2",
                "maxItems@/list type@/list/2",
            ),
            // An array is pinned whole.
            (
                json!({"id": id, "kind": "b", "list": [{}]}),
                "required@/list/0",
                "required@/list/0",
            ),
            (
                json!({"id": id, "kind": "b", "one": {"x": 1}}),
                "oneOf@/one",
                "",
            ),
            (
                json!({"id": id, "kind": "b", "one": 1}),
                "oneOf@/one",
                "oneOf@/one",
            ),
            (
                json!({"id": id, "kind": "b", "one": {"x": "$inputs.x"}}),
                "",
                "",
            ),
            (
                json!({"id": id, "kind": "b", "inner": {}}),
                "minProperties@/inner required@/inner",
                "",
            ),
            (json!("$inputs.body"), "", ""),
            (json!(["$inputs.body"]), "type@", "type@"),
        ] {
            let template = Template::parse(&written).unwrap();
            let mut instance = Instance::new(&written, &template);
            for (is_partial, expected) in [(false, whole), (true, partial)] {
                instance.is_partial = is_partial;
                let violations = instance.violations(&schema).into_iter();
                let found = violations.map(|one| format!("{}@{}", one.keyword, one.instance));
                let mut found: Vec<String> = found.collect();
                found.sort();
                assert_eq!(found.join(" "), expected, "{written} {is_partial}");
            }
        }
    }
}
