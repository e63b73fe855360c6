//! Inputs: which names the schema of a workflow declares.

use indexmap::IndexSet;
use serde_json::Value;

use super::Lint;
use crate::arazzo::{Workflow, suggest};
use crate::code::Code;
use crate::schema::Schema;

/// How deep schemas are looked into.
const DEPTH: usize = 16;

/// The inputs that a schema declares.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Their names.
    pub(super) names: IndexSet<String>,
    /// Whether it lets others be there on purpose.
    pub(super) is_open: bool,
}

impl Declared {
    /// What the inputs of a workflow declare.
    pub(super) fn of(workflow: &Workflow) -> Self {
        let mut declared = Self::default();
        match &workflow.inputs {
            Some(schema) => declared.take(schema, DEPTH),
            None => declared.is_open = true,
        }
        // A schema that names nothing was not written to be held against names.
        declared.is_open |= declared.names.is_empty();
        declared
    }

    fn take(&mut self, schema: &Schema, depth: usize) {
        let Some(members) = schema.value().as_object() else {
            return;
        };
        let Some(depth) = depth.checked_sub(1) else {
            self.is_open = true;
            return;
        };
        if let Some(Value::Object(properties)) = members.get("properties") {
            self.names.extend(properties.keys().cloned());
        }
        let is_written = |key: &str| {
            members
                .get(key)
                .is_some_and(|value| *value != Value::Bool(false))
        };
        self.is_open |= is_written("additionalProperties") || is_written("patternProperties");
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            match schema.follow(reference) {
                Some(target) => self.take(&target, depth),
                None => self.is_open = true,
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let count = members
                .get(key)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            for index in 0..count {
                if let Some(part) = schema.below(&[key, &index.to_string()]) {
                    self.take(&part, depth);
                }
            }
        }
        for key in ["then", "else"] {
            if let Some(part) = schema.below(&[key]) {
                self.take(&part, depth);
            }
        }
    }
}

impl Lint<'_> {
    /// Inputs that are to be drawn and have no schema.
    pub(super) fn declared(&mut self, workflow: &Workflow) {
        let declared = Declared::of(workflow);
        for name in &workflow.generate {
            if !declared.names.contains(&name.value) {
                let known = declared.names.iter().map(String::as_str);
                let hint = suggest::hint(&name.value, known);
                let message = format!("`inputs` declares no `{}` to be drawn", name.value);
                self.report(workflow, Code::UNKNOWN_NAME, &name.location, message, hint);
            }
        }
    }
}
