//! Reading: from surveyed documents to operations. The `openapiv3` crate types the envelope node by
//! node; what it is too strict for, or does not know, is read by hand.

mod callback;
mod content;
mod example;
mod operation;
mod parameter;
mod reference;
mod response;
mod security;
mod typed;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::consistency;
use super::{Header, Parameter, RequestBody, Response, Spec};
use crate::code::Code;
use crate::document::{Diagnostic, Location, Pointer};
use crate::schema::{Direction, NodeKind, Place, Schema, SchemaSet};

/// Reads the nodes of a set of documents, each shared node once.
pub(super) struct Reader {
    set: Arc<SchemaSet>,
    /// The schema of any string.
    any_text: Place,
    pub(super) diagnostics: Vec<Diagnostic>,
    known: Known,
    /// Whether what is read is called by the server: requests travel as answers do, and the other way
    /// round.
    is_inbound: bool,
    /// Names of security schemes that are there, readable or not.
    scheme_names: HashSet<String>,
}

/// The nodes that were read already.
#[derive(Default)]
struct Known {
    parameters: HashMap<Place, Option<Parameter>>,
    bodies: HashMap<Place, Option<RequestBody>>,
    responses: HashMap<Place, Option<Response>>,
    headers: HashMap<Place, Option<Header>>,
}

/// An object node: where it stands, and its members.
#[derive(Clone)]
struct Node<'a> {
    place: Place,
    members: &'a Map<String, Value>,
}

impl Node<'_> {
    fn below(&self, token: &str) -> Place {
        (self.place.0, self.place.1.join(token))
    }
}

impl Reader {
    pub(super) fn new(set: Arc<SchemaSet>, any_text: Place) -> Self {
        Self {
            set,
            any_text,
            diagnostics: Vec::new(),
            known: Known::default(),
            is_inbound: false,
            scheme_names: HashSet::new(),
        }
    }

    /// Reads everything.
    pub(super) fn read(mut self) -> Spec {
        let set = self.set.clone();
        let root = &set.document(0).value;
        let text = |pointer: &str| {
            match root.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                // Versions without quotes are numbers in YAML.
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            }
        };
        self.unresolvable_references();
        self.diagnostics.extend_from_slice(set.defects());
        let schemes = self.security_schemes();
        let mut operations = self.operations();
        let webhooks = self.inbound(&mut operations);
        let servers = root.get("servers").and_then(Value::as_array);
        let servers = servers.into_iter().flatten().filter_map(|server| {
            let url = server.get("url").and_then(Value::as_str);
            url.map(str::to_owned)
        });
        self.links_lead_somewhere(&operations);
        let mut spec = Spec {
            title: text("/info/title"),
            version: text("/info/version"),
            openapi: text("/openapi"),
            operations,
            webhooks,
            schemes,
            servers: servers.collect(),
            schemas: set.clone(),
            diagnostics: self.diagnostics,
        };
        let defects = consistency::defects(&spec);
        spec.diagnostics.extend(defects);
        let order = |diagnostic: &Diagnostic| {
            let location = &diagnostic.location;
            let document =
                (0..set.len()).find(|number| set.document(*number).name == location.document);
            (
                document,
                location.span.map(|span| span.start),
                diagnostic.code,
            )
        };
        spec.diagnostics.sort_by_cached_key(order);
        // Shared nodes are looked at from several sides.
        spec.diagnostics.dedup();
        spec
    }

    fn location(&self, place: &Place) -> Location {
        self.set.document(place.0).location(&place.1)
    }

    fn schema(&self, place: &Place, direction: Direction) -> Schema {
        let direction = match (self.is_inbound, direction) {
            (false, direction) => direction,
            (true, Direction::Request) => Direction::Response,
            (true, Direction::Response) => Direction::Request,
        };
        self.set.schema(place.0, &place.1, direction)
    }

    fn report(&mut self, code: Code, place: &Place, message: impl Into<String>) {
        let location = self.location(place);
        self.diagnostics
            .push(Diagnostic::new(code, location, message));
    }

    fn unreadable(&mut self, place: &Place, message: impl Into<String>) {
        self.report(Code::UNREADABLE_NODE, place, message);
    }

    /// The object at a place, behind its references; `None`, with a diagnostic, if there is none.
    fn object<'a>(
        &mut self,
        set: &'a SchemaSet,
        place: &Place,
        kind: NodeKind,
    ) -> Option<Node<'a>> {
        let place = set.target(place)?;
        let node = set.document(place.0).node(&place.1)?;
        if let Value::Object(members) = node {
            return Some(Node { place, members });
        }
        self.unreadable(&place, format!("{} must be an object here", kind.name()));
        None
    }

    /// The members of a member that is a map of nodes; none, with a diagnostic, if it is something
    /// else.
    fn map<'a>(&mut self, node: &Node<'a>, member: &str) -> Vec<(&'a str, Place)> {
        match node.members.get(member) {
            None => Vec::new(),
            Some(Value::Object(members)) => {
                let (document, at) = node.below(member);
                members
                    .keys()
                    .map(|name| (name.as_str(), (document, at.join(name))))
                    .collect()
            }
            Some(_) => {
                self.unreadable(&node.below(member), format!("`{member}` must be an object"));
                Vec::new()
            }
        }
    }
}

/// The place of an array's item.
fn item(place: &Place, index: usize) -> Place {
    let (document, at): &(usize, Pointer) = place;
    (*document, at.index(index))
}
