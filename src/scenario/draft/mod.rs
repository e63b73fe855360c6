//! Drafts: scenario files that are written from an API description, for people to go on with.

mod body;
mod created;
mod input;
mod yaml;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::document::Pointer;
use crate::spec::{Operation, OperationId, ResponseKey, Spec};

use created::Created;
use input::Inputs;

/// What a draft is about.
#[derive(Debug, Clone)]
pub struct DraftOptions {
    /// The name of the source description.
    pub source: String,
    /// Where the API description is, as seen from the scenario file.
    pub url: String,
    /// The `workflowId`.
    pub workflow: String,
}

/// Why no scenario can be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DraftError {
    /// The description of an operation cannot be read.
    #[error("`{operation}` cannot be called: a part of its request cannot be read at {place}")]
    Unreadable {
        /// The operation.
        operation: String,
        /// The first such part.
        place: String,
    },
    /// An operation needs a body, and there is none to write down.
    #[error("`{operation}` needs a body that cannot be made: {reason}")]
    Body {
        /// The operation.
        operation: String,
        /// Why.
        reason: String,
    },
}

/// Writes a scenario that calls operations in this order, in Arazzo 1.0.1: identifiers that an
/// operation creates are used by the later ones, all other parameters are inputs of the workflow with
/// documented values as their defaults, bodies are documented examples or the smallest valid ones.
pub fn draft(
    spec: &Spec,
    operations: &[&Operation],
    options: &DraftOptions,
) -> Result<String, DraftError> {
    let mut draft = Draft {
        spec,
        options,
        inputs: Inputs::new(spec),
        created: Vec::new(),
        steps: Vec::new(),
    };
    for (number, operation) in operations.iter().enumerate() {
        let later = operations.get(number + 1..).unwrap_or_default();
        draft.step(operation, later)?;
    }
    Ok(yaml::write(&draft.finish()))
}

struct Draft<'a> {
    spec: &'a Spec,
    options: &'a DraftOptions,
    inputs: Inputs<'a>,
    /// What the steps so far have created.
    created: Vec<Created>,
    steps: Vec<Step>,
}

/// A step that is about to be written.
struct Step {
    id: String,
    members: Map<String, Value>,
    /// Name, place and value of its parameters.
    parameters: Vec<(String, &'static str, String)>,
    rest: Map<String, Value>,
}

impl<'a> Draft<'a> {
    fn step(
        &mut self,
        operation: &'a Operation,
        later: &[&'a Operation],
    ) -> Result<(), DraftError> {
        if let Some(place) = operation.unreadable.first() {
            return Err(DraftError::Unreadable {
                operation: operation.id.to_string(),
                place: place.to_string(),
            });
        }
        let id = self.step_id(operation);
        let mut members = Map::new();
        members.insert("stepId".to_owned(), id.as_str().into());
        self.target(operation, &mut members);
        let mut parameters = Vec::new();
        for parameter in self.inputs.needed(operation) {
            let created = self.created.iter().rev();
            let created = created.map(|created| created.expression(operation, parameter));
            let value = created
                .flatten()
                .next()
                .unwrap_or_else(|| self.inputs.expression(operation, parameter));
            let place = input::place(parameter.place);
            parameters.push((parameter.name.clone(), place, value));
        }
        let mut rest = Map::new();
        if let Some(body) = body::write(operation)? {
            rest.insert("requestBody".to_owned(), body);
        }
        let criteria = json!([{ "condition": success(operation) }]);
        rest.insert("successCriteria".to_owned(), criteria);
        if let Some(created) = Created::by(operation, &id, later) {
            rest.insert("outputs".to_owned(), created.outputs());
            self.created.push(created);
        }
        self.steps.push(Step {
            id,
            members,
            parameters,
            rest,
        });
        Ok(())
    }

    /// An id of a step: that of the operation as far as it can be one, with a number where it is
    /// taken.
    fn step_id(&self, operation: &Operation) -> String {
        let base = identifier(operation.id.as_str());
        let is_taken = |id: &String| self.steps.iter().any(|step| step.id == *id);
        let mut numbered = (2..).map(|number| format!("{base}{number}"));
        if is_taken(&base) {
            numbered.find(|id| !is_taken(id)).unwrap_or(base)
        } else {
            base
        }
    }

    fn target(&self, operation: &Operation, members: &mut Map<String, Value>) {
        let path = operation.path.as_str();
        let is_named = operation.id.as_str() != unnamed(operation).as_str();
        let (key, value) = if is_named {
            ("operationId", operation.id.to_string())
        } else {
            let method = operation.method.to_ascii_lowercase();
            let pointer = Pointer::root().join("paths").join(path).join(&method);
            let source = &self.options.source;
            let value = format!("{{$sourceDescriptions.{source}.url}}#{pointer}");
            ("operationPath", value)
        };
        members.insert(key.to_owned(), value.into());
    }

    fn finish(self) -> Value {
        let shared = self.shared();
        let steps = self.steps.into_iter().map(|step| {
            let mut members = step.members;
            let own = step.parameters.iter();
            let own = own.filter(|parameter| !shared.contains(parameter));
            let own: Vec<Value> = own.map(written).collect();
            if !own.is_empty() {
                members.insert("parameters".to_owned(), own.into());
            }
            members.extend(step.rest);
            Value::Object(members)
        });
        let steps: Vec<Value> = steps.collect();
        let mut workflow = Map::new();
        workflow.insert(
            "workflowId".to_owned(),
            self.options.workflow.as_str().into(),
        );
        if let Some(inputs) = self.inputs.schema() {
            workflow.insert("inputs".to_owned(), inputs);
        }
        if !shared.is_empty() {
            let shared: Vec<Value> = shared.iter().map(written).collect();
            workflow.insert("parameters".to_owned(), shared.into());
        }
        workflow.insert("steps".to_owned(), steps.into());
        json!({
            "arazzo": "1.0.1",
            "info": { "title": format!("{}: {}", self.spec.title, self.options.workflow), "version": "1.0.0" },
            "sourceDescriptions": [
                { "name": self.options.source, "url": self.options.url, "type": "openapi" }
            ],
            "workflows": [workflow],
        })
    }

    /// The parameters of the path that all steps which have them take from the same input, if there
    /// is more than one.
    fn shared(&self) -> Vec<(String, &'static str, String)> {
        let mut found: IndexMap<&str, Vec<&(String, &'static str, String)>> = IndexMap::new();
        let all = self.steps.iter().flat_map(|step| &step.parameters);
        for parameter in all.filter(|(_, place, _)| *place == "path") {
            found.entry(&parameter.0).or_default().push(parameter);
        }
        let shared = found.into_values().filter_map(|uses| {
            let (first, rest) = uses.split_first()?;
            let is_shared = !rest.is_empty() && rest.iter().all(|other| other == first);
            (is_shared && first.2.starts_with("$inputs.")).then(|| (*first).clone())
        });
        shared.collect()
    }
}

fn written((name, place, value): &(String, &'static str, String)) -> Value {
    json!({ "name": name, "in": place, "value": value })
}

/// What an operation without an `operationId` is called.
fn unnamed(operation: &Operation) -> OperationId {
    OperationId::new(format!("{} {}", operation.method, operation.path))
}

/// A name of letters, digits, `_` and `-`: pieces of others are joined in camel case.
pub(super) fn identifier(text: &str) -> String {
    let pieces = text.split(|character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
    });
    let mut id = String::new();
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        if id.is_empty() {
            let is_shouted = piece
                .chars()
                .all(|character| character.is_ascii_uppercase());
            if is_shouted {
                id.push_str(&piece.to_ascii_lowercase());
            } else {
                id.push_str(piece);
            }
        } else {
            let (first, rest) = piece.split_at(1);
            id.push_str(&first.to_ascii_uppercase());
            id.push_str(rest);
        }
    }
    if id.is_empty() { "step".to_owned() } else { id }
}

/// The condition of success: the first success that is documented, else any.
fn success(operation: &Operation) -> String {
    let keys = operation.responses.0.keys();
    let mut statuses = keys.filter_map(|key| match key {
        ResponseKey::Status(status) if (200..300).contains(status) => Some(status),
        _ => None,
    });
    match statuses.next() {
        Some(status) => format!("$statusCode == {status}"),
        None => "$statusCode >= 200 && $statusCode < 300".to_owned(),
    }
}

#[cfg(test)]
mod tests;
