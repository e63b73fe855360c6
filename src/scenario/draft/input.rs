//! Inputs of a drafted workflow: one for each parameter that no step creates.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::super::security::is_credential;
use super::identifier;
use crate::case::{ResourceKey, Resources, documented, resource_key};
use crate::spec::{Operation, Parameter, Place, Spec};

/// The inputs so far.
pub(super) struct Inputs<'a> {
    spec: &'a Spec,
    documented: Resources,
    /// What they stand for, by name.
    known: IndexMap<String, (ResourceKey, Value)>,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(spec: &'a Spec) -> Self {
        Self {
            spec,
            documented: documented(spec),
            known: IndexMap::new(),
        }
    }

    /// The parameters that a request of an operation needs, credentials excluded.
    pub(super) fn needed(&self, operation: &'a Operation) -> Vec<&'a Parameter> {
        let needed = operation.parameters.iter().filter(|parameter| {
            parameter.required && !is_credential(self.spec, parameter.place, &parameter.name)
        });
        needed.collect()
    }

    /// The expression of the input for a parameter.
    pub(super) fn expression(&mut self, operation: &Operation, parameter: &Parameter) -> String {
        let key = resource_key(&operation.path, parameter.place, &parameter.name);
        let known = self.known.iter().find(|(_, (known, _))| *known == key);
        if let Some((name, _)) = known {
            return format!("$inputs.{name}");
        }
        let name = self.name(parameter, &key);
        let schema = self.input(parameter, &key);
        let expression = format!("$inputs.{name}");
        self.known.insert(name, (key, schema));
        expression
    }

    /// A name that is not taken: that of the parameter, that with what it belongs to, or one with a
    /// number.
    fn name(&self, parameter: &Parameter, key: &ResourceKey) -> String {
        let plain = identifier(&parameter.name);
        let whole = identifier(&key.1);
        let numbered = (2..).map(|number| format!("{plain}{number}"));
        let mut names = [plain.clone(), whole].into_iter().chain(numbered);
        let name = names.find(|name| !self.known.contains_key(name));
        name.unwrap_or(plain)
    }

    /// The schema of an input, with a documented value as its default. Formats are left out: some
    /// runners refuse them here.
    fn input(&self, parameter: &Parameter, key: &ResourceKey) -> Value {
        let schema = parameter.schema.resolved();
        let members = schema.value().as_object();
        let member = |name: &str| members.and_then(|members| members.get(name));
        let mut input = Map::new();
        if let Some(kind) = member("type").filter(|kind| kind.is_string()) {
            input.insert("type".to_owned(), kind.clone());
        }
        let validator = parameter.schema.validator().ok();
        let is_valid = |value: &&Value| {
            validator
                .as_ref()
                .is_none_or(|validator| validator.is_valid(value))
        };
        let own = parameter.examples.iter().map(|example| &example.value);
        let documented = self.documented.get(key).into_iter().flatten();
        let declared = ["default", "const"].into_iter().filter_map(member);
        let listed = member("enum").and_then(Value::as_array);
        let listed = listed.into_iter().flatten();
        let mut values = own.chain(documented).chain(declared).chain(listed);
        if let Some(value) = values.find(is_valid) {
            input.insert("default".to_owned(), value.clone());
        }
        Value::Object(input)
    }

    /// The schema of all inputs. Those without a default must be given.
    pub(super) fn schema(&self) -> Option<Value> {
        if self.known.is_empty() {
            return None;
        }
        let schemas = self.known.iter();
        let properties: Map<String, Value> = schemas
            .clone()
            .map(|(name, (_, schema))| (name.clone(), schema.clone()))
            .collect();
        let required: Vec<&String> = schemas
            .filter(|(_, (_, schema))| schema.get("default").is_none())
            .map(|(name, _)| name)
            .collect();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("properties".to_owned(), properties.into());
        Some(schema.into())
    }
}

/// The word for a place in scenario files.
pub(super) fn place(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
    }
}
