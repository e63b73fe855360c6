//! Injections: a fault with the places of the document that it was given.

use indexmap::IndexMap;
use serde_json::Value;

use super::Fault;
use crate::document::Pointer;
use crate::mock::admit::Admitted;
use crate::mock::refusal::{Problem, Refusal};
use crate::mock::store::place;
use crate::mock::walk::{self, Site};
use crate::schema::Schema;
use crate::spec::{Operation, OperationId, Spec};

/// How long a text must be for [`Fault::FailsOnLongText`], in characters.
const LONG: usize = 64;

/// A fault at work, or none.
#[derive(Debug, Default)]
pub(in crate::mock) struct Injection {
    fault: Option<Fault>,
    /// The member of an enum that the fault refuses, if the fault is about that.
    member: Value,
    /// Where the enum stands in the bodies of operations.
    places: IndexMap<OperationId, Pointer>,
    /// The first optional property of the body of each operation that has one, if the fault is
    /// about it.
    optional: IndexMap<OperationId, String>,
}

impl Injection {
    /// Puts a fault to work on a document.
    pub(in crate::mock) fn new(fault: Option<Fault>, spec: &Spec) -> Self {
        let bodies = || {
            spec.operations
                .values()
                .filter_map(|operation| Some((operation, body_schema(operation)?)))
        };
        let wanted = bodies()
            .filter(|_| fault == Some(Fault::RejectsEnumMember))
            .find_map(|(_, schema)| enum_member(schema));
        let (places, member) = match wanted {
            Some((chosen, member)) => {
                let places = bodies().filter_map(|(operation, schema)| {
                    let mut sites = walk::sites(schema).into_iter();
                    let site = sites.find(|site| site.schema == chosen)?;
                    Some((operation.id.clone(), site.at))
                });
                (places.collect(), member)
            }
            None => (IndexMap::new(), Value::Null),
        };
        let wants_optional = matches!(
            fault,
            Some(Fault::RejectsOptionalProperty | Fault::FailsWithoutOptionalProperty)
        );
        let optional = bodies()
            .filter(|_| wants_optional)
            .filter_map(|(operation, schema)| {
                Some((operation.id.clone(), optional_property(schema)?))
            })
            .collect();
        Self {
            fault,
            member,
            places,
            optional,
        }
    }

    /// Whether this is the fault at work.
    pub(in crate::mock) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// The fault at work.
    pub(in crate::mock) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Whether the fault found a place to act on.
    pub(super) fn has_target(&self, fault: Fault) -> bool {
        match fault {
            Fault::RejectsEnumMember => !self.places.is_empty(),
            _ => !self.optional.is_empty(),
        }
    }

    /// What the fault says to a request that keeps the document.
    pub(in crate::mock) fn refuse(&self, admitted: &Admitted<'_>) -> Result<(), Refusal> {
        let operation = &admitted.operation.id;
        match (self.fault, &admitted.body) {
            (Some(Fault::RejectsEnumMember), Some(body)) => {
                let at = self.places.get(operation);
                if at.is_some_and(|at| place::all(body, at).contains(&&self.member)) {
                    let problem = Problem::new("body", "enum", "the member is not known");
                    return Err(Refusal::invalid(vec![problem]));
                }
                Ok(())
            }
            (Some(Fault::RejectsOptionalProperty), Some(body))
                if self.optional_in(operation, body) =>
            {
                let problem = Problem::new("body", "properties", "the property is not known");
                Err(Refusal::invalid(vec![problem]))
            }
            (Some(Fault::FailsWithoutOptionalProperty), Some(body))
                if self.optional.contains_key(operation) && !self.optional_in(operation, body) =>
            {
                Err(crash())
            }
            (Some(Fault::FailsOnLongText), body) => {
                let values = admitted.parameters.values().chain(body);
                let mut nodes = values.flat_map(place::nodes);
                let long = nodes.any(|(_, node)| match node {
                    Value::String(text) => text.chars().count() >= LONG || !text.is_ascii(),
                    _ => false,
                });
                if long { Err(crash()) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn optional_in(&self, operation: &OperationId, body: &Value) -> bool {
        let name = self.optional.get(operation);
        name.is_some_and(|name| body.get(name).is_some())
    }
}

fn crash() -> Refusal {
    Refusal::new(500, "internal_error", "the server failed")
}

/// The schema of the first body that an operation takes.
fn body_schema(operation: &Operation) -> Option<&Schema> {
    let content = &operation.body.as_ref()?.content;
    content.values().find_map(|media| media.schema.as_ref())
}

/// An enum of the body and one of its members that is not the first: the documented example, if it
/// is such a one, for that is what clients send most.
fn enum_member(schema: &Schema) -> Option<(Schema, Value)> {
    walk::sites(schema).into_iter().find_map(|site| {
        if is_read_only(&site.schema) {
            return None;
        }
        let keywords = site.schema.value();
        let members = keywords.get("enum")?.as_array()?;
        let texts: Vec<&Value> = members.iter().filter(|member| member.is_string()).collect();
        let (_, others) = texts.split_first()?;
        let example = keywords
            .get("example")
            .filter(|example| others.contains(example));
        let member = example.or_else(|| others.get(others.len() / 2).copied())?;
        Some((site.schema.clone(), member.clone()))
    })
}

fn optional_property(schema: &Schema) -> Option<String> {
    let roots: Vec<Site> = walk::sites(schema)
        .into_iter()
        .filter(|site| site.at.is_root())
        .collect();
    let required: Vec<&str> = roots
        .iter()
        .filter_map(|site| site.schema.value().get("required")?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    roots.iter().find_map(|site| {
        let properties = site.schema.value().get("properties")?.as_object()?;
        properties
            .keys()
            .find(|name| {
                let schema = site.schema.below(&["properties", name]);
                !required.contains(&name.as_str())
                    && !schema.is_some_and(|schema| is_read_only(&schema))
            })
            .cloned()
    })
}

fn is_read_only(schema: &Schema) -> bool {
    schema.source().get("readOnly") == Some(&Value::Bool(true))
}
