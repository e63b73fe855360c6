//! Inputs of workflows: what their schema declares.

use std::collections::{BTreeSet, VecDeque};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::Workflow;
use crate::schema::Schema;

/// The inputs that a workflow declares, wherever in its schema they stand.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The schema of each input, in the order of the file.
    pub schemas: IndexMap<String, Schema>,
    /// Whether there may be others: the schema says so, or says nothing about names.
    pub is_open: bool,
}

impl Workflow {
    /// The inputs that it declares; for whether values are valid there is the validator of
    /// [`Workflow::inputs`].
    pub fn declared_inputs(&self) -> Inputs {
        let mut inputs = Inputs::default();
        if let Some(schema) = &self.inputs {
            inputs.take(schema);
        }
        inputs.is_open |= inputs.schemas.is_empty();
        inputs
    }
}

impl Inputs {
    /// The value that an input has when it is not given.
    pub fn default_of(&self, name: &str) -> Option<&Value> {
        let schema = self.schemas.get(name)?;
        let own = schema.source().get("default");
        own.or_else(|| self.target(name)?.get("default"))
    }

    /// Whether the value must not be shown (`format: password`, `writeOnly: true`).
    pub fn is_secret(&self, name: &str) -> bool {
        let Some(schema) = self.schemas.get(name) else {
            return false;
        };
        let values = [Some(schema.source()), self.target(name)];
        values.into_iter().flatten().any(|value| {
            let format = value.get("format").and_then(Value::as_str);
            format == Some("password") || value.get("writeOnly") == Some(&Value::Bool(true))
        })
    }

    /// Adds the defaults of inputs that are not given.
    pub fn fill(&self, given: &mut Map<String, Value>) {
        for name in self.schemas.keys() {
            if let Some(value) = self.default_of(name).filter(|_| !given.contains_key(name)) {
                given.insert(name.clone(), value.clone());
            }
        }
    }

    /// The schema that the one of an input stands for, as the author wrote it.
    fn target(&self, name: &str) -> Option<&Value> {
        let schema = self.schemas.get(name)?;
        let target = schema.resolved();
        let node = schema.set().document(target.document());
        node.node(&target.location().pointer)
    }

    fn take(&mut self, schema: &Schema) {
        let mut seen = BTreeSet::new();
        let mut pending = VecDeque::from([schema.clone()]);
        while let Some(schema) = pending.pop_front() {
            if !seen.insert((schema.document(), schema.pointer().clone())) {
                continue;
            }
            let Some(members) = schema.value().as_object() else {
                continue;
            };
            let properties = members.get("properties").and_then(Value::as_object);
            for name in properties.into_iter().flat_map(Map::keys) {
                if let Some(input) = schema.below(&["properties", name]) {
                    self.schemas.entry(name.clone()).or_insert(input);
                }
            }
            let is_written = |key: &str| {
                let value = members.get(key);
                value.is_some_and(|value| *value != Value::Bool(false))
            };
            self.is_open |= is_written("additionalProperties") || is_written("patternProperties");
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let target = schema.follow(reference);
                self.is_open |= target.is_none();
                pending.extend(target);
            }
            for key in ["allOf", "anyOf", "oneOf"] {
                let parts = members.get(key).and_then(Value::as_array);
                let count = parts.map_or(0, Vec::len);
                let parts = (0..count).filter_map(|part| schema.below(&[key, &part.to_string()]));
                pending.extend(parts);
            }
            let branches = ["then", "else"].iter();
            pending.extend(branches.filter_map(|key| schema.below(&[key])));
        }
    }
}
