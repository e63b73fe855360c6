//! Created resources: identifiers in the answer to one operation that later ones take.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::arazzo::Expression;
use crate::case::{ResourceKey, resource_key};
use crate::document::Pointer;
use crate::schema::Schema;
use crate::spec::{MediaType, Operation, Parameter, Place, Response};
use crate::wire::MediaRange;

/// What a step creates.
pub(super) struct Created {
    step: String,
    /// The output for each parameter that takes it: its name, and where it is in the answer.
    outputs: IndexMap<String, String>,
    /// What the parameters name, and the output.
    takes: Vec<(ResourceKey, String)>,
}

/// How deep identifiers are looked for in an answer.
const DEEPEST: usize = 3;

impl Created {
    /// What an operation creates that later ones need, as its links say, or as paths do: `POST /users`
    /// gives what `/users/{userId}` takes. `None` if there is nothing.
    pub(super) fn by(operation: &Operation, step: &str, later: &[&Operation]) -> Option<Self> {
        let mut created = Self {
            step: step.to_owned(),
            outputs: IndexMap::new(),
            takes: Vec::new(),
        };
        for other in later {
            for parameter in other.parameters.iter().filter(|one| one.required) {
                let key = resource_key(&other.path, parameter.place, &parameter.name);
                if created.takes.iter().any(|(known, _)| *known == key) {
                    continue;
                }
                let found = linked(operation, other, parameter)
                    .or_else(|| created_by_path(operation, other, parameter));
                if let Some(expression) = found {
                    let name = created.name(parameter, &expression);
                    created.outputs.insert(name.clone(), expression);
                    created.takes.push((key, name));
                }
            }
        }
        (!created.outputs.is_empty()).then_some(created)
    }

    fn name(&self, parameter: &Parameter, expression: &str) -> String {
        let plain = super::identifier(&parameter.name);
        let mut names =
            std::iter::once(plain.clone()).chain((2..).map(|number| format!("{plain}{number}")));
        let is_free = |name: &String| {
            let known = self.outputs.get(name);
            known.is_none_or(|known| known == expression)
        };
        names.find(is_free).unwrap_or(plain)
    }

    /// `outputs` of the step.
    pub(super) fn outputs(&self) -> Value {
        let outputs = self.outputs.iter();
        let outputs: Map<String, Value> = outputs
            .map(|(name, expression)| (name.clone(), expression.as_str().into()))
            .collect();
        outputs.into()
    }

    /// The expression for a parameter, if it takes something of this.
    pub(super) fn expression(
        &self,
        operation: &Operation,
        parameter: &Parameter,
    ) -> Option<String> {
        let key = resource_key(&operation.path, parameter.place, &parameter.name);
        let (_, name) = self.takes.iter().find(|(known, _)| *known == key)?;
        Some(format!("$steps.{}.outputs.{name}", self.step))
    }
}

/// What a link to the other operation gives for the parameter.
fn linked(operation: &Operation, other: &Operation, parameter: &Parameter) -> Option<String> {
    let links = successes(operation).flat_map(|response| response.links.values());
    let mut links = links.filter(|link| link.operation_id.as_deref() == Some(other.id.as_str()));
    let qualified = format!("{}.{}", parameter.place, parameter.name);
    links.find_map(|link| {
        let given = link.parameters.get(&qualified);
        let given = given
            .or_else(|| link.parameters.get(&parameter.name))?
            .as_str()?;
        let expression = Expression::parse(given).ok()?;
        expression.reads_response().then(|| given.to_owned())
    })
}

/// What the answer to a `POST` on a collection gives for a parameter behind the collection's path.
fn created_by_path(
    operation: &Operation,
    other: &Operation,
    parameter: &Parameter,
) -> Option<String> {
    if operation.method != "POST" || parameter.place != Place::Path {
        return None;
    }
    let (before, _) = other
        .path
        .as_str()
        .split_once(&format!("/{{{}}}", parameter.name))?;
    let collection = operation.path.as_str().trim_end_matches('/');
    if last(before)? != last(collection)?
        || before.matches('{').count() != collection.matches('{').count()
    {
        return None;
    }
    let mut schemas = successes(operation).filter_map(|response| {
        let content = response.content.iter();
        let mut json =
            content.filter(|(name, _)| MediaRange::parse(name).is_ok_and(|name| name.is_json()));
        json.find_map(|(_, media): (_, &MediaType)| media.schema.as_ref())
    });
    let pointer = identifier(schemas.next()?, &parameter.name)?;
    Some(format!("$response.body#{pointer}"))
}

/// The last segment of a path, if it is literal.
fn last(path: &str) -> Option<&str> {
    path.rsplit('/')
        .next()
        .filter(|segment| !segment.is_empty() && !segment.contains('{'))
}

fn successes(operation: &Operation) -> impl Iterator<Item = &Response> {
    (200..300).filter_map(|status| {
        operation
            .responses
            .0
            .get(&crate::spec::ResponseKey::Status(status))
    })
}

/// Where the instances of a schema have the identifier that a parameter of this name takes: a member
/// of that name, else `id`, the least deep one.
fn identifier(schema: &Schema, name: &str) -> Option<Pointer> {
    let mut level = vec![(Pointer::root(), schema.clone())];
    let mut plain = None;
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for (at, schema) in &level {
            for (member, schema) in properties(schema) {
                let at = at.join(&member);
                if !is_scalar(&schema) {
                    next.push((at, schema));
                } else if member.eq_ignore_ascii_case(name) {
                    return Some(at);
                } else if member == "id" && plain.is_none() {
                    plain = Some(at);
                }
            }
        }
        level = next;
    }
    plain
}

fn is_scalar(schema: &Schema) -> bool {
    let kind = schema.resolved().value().get("type").cloned();
    kind.is_some_and(|kind| kind == "string" || kind == "integer" || kind == "number")
}

/// The properties that all instances of a schema may have.
pub(super) fn properties(schema: &Schema) -> IndexMap<String, Schema> {
    let mut found = IndexMap::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![schema.clone()];
    while let Some(schema) = pending.pop() {
        if !seen.insert((schema.document(), schema.pointer().clone())) {
            continue;
        }
        let Some(members) = schema.value().as_object() else {
            continue;
        };
        let own = members.get("properties").and_then(Value::as_object);
        for name in own.into_iter().flat_map(Map::keys) {
            if let Some(property) = schema.below(&["properties", name]) {
                found.entry(name.clone()).or_insert(property);
            }
        }
        let reference = members.get("$ref").and_then(Value::as_str);
        pending.extend(reference.and_then(|reference| schema.follow(reference)));
        let count = members
            .get("allOf")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        let parts = (0..count).filter_map(|part| schema.below(&["allOf", &part.to_string()]));
        pending.extend(parts);
    }
    found
}
