//! Links: where the documents say that an answer leads.

use std::collections::BTreeMap;

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::operation::Pair;
use super::pairing::shape;
use super::server;
use crate::spec::{Link, Operation, OperationId, Response, Spec};

/// Compares the links of a response by name: who follows one that is gone finds nothing.
pub(super) fn compare(
    pair: &Pair<'_>,
    place: &Place,
    old: &Response,
    new: &Response,
    ledger: &mut Ledger,
) {
    for (name, link) in &old.links {
        let Some(other) = new.links.get(name) else {
            let message = format!("the link `{name}` is not declared any more");
            let said = Said::new(Kind::LinkRemoved, Grade::Unclear, message)
                .texts(text(pair.specs.0, link), "")
                .places(Some(&link.location), Some(&new.location));
            ledger.add(place, said);
            continue;
        };
        if meaning(pair.specs.0, link) != meaning(pair.specs.1, other) {
            let message = format!("the link `{name}` leads elsewhere, or with other values");
            let said = Said::new(Kind::LinkChanged, Grade::Unclear, message)
                .texts(text(pair.specs.0, link), text(pair.specs.1, other))
                .places(Some(&link.location), Some(&other.location));
            ledger.add(place, said);
        }
    }
    for (name, link) in &new.links {
        if !old.links.contains_key(name) {
            let message = format!("the link `{name}` is new");
            let said = Said::new(Kind::LinkAdded, Grade::Compatible, message)
                .texts("", text(pair.specs.1, link))
                .places(Some(&old.location), Some(&link.location));
            ledger.add(place, said);
        }
    }
}

/// Where a link leads and what it hands on, whatever operations are called.
fn meaning(spec: &Spec, link: &Link) -> (String, BTreeMap<String, String>, Option<String>) {
    let parameters = link.parameters.iter();
    let operation = operation(spec, link);
    let parameters = parameters.map(|(name, value)| {
        let name = bare(operation, name);
        (name.to_owned(), value.to_string())
    });
    let body = link.body.as_ref().map(ToString::to_string);
    let mut target = target(spec, link);
    if let Some(urls) = link.server.as_ref().and_then(server::of_link) {
        target = format!("{target} at {urls}");
    }
    (target, parameters.collect(), body)
}

/// The operation that a link leads to, if it is one of the document.
fn operation<'s>(spec: &'s Spec, link: &Link) -> Option<&'s Operation> {
    let id = link.operation_id.as_deref().unwrap_or_default();
    let reference = link.operation_ref.as_deref().unwrap_or_default();
    let is_referred = |operation: &&Operation| {
        let pointer = reference.strip_prefix('#').unwrap_or("\u{0}");
        operation.location.pointer.as_str() == pointer
    };
    let named = spec.operation(&OperationId::new(id));
    named.or_else(|| spec.operations.values().find(is_referred))
}

/// The name of a parameter without its place, where one parameter of that name is there (OAS 3.1.1 section
/// 4.8.20.1).
fn bare<'n>(operation: Option<&Operation>, name: &'n str) -> &'n str {
    let parts = name.split_once('.').zip(operation);
    let Some(((place, bare), operation)) = parts else {
        return name;
    };
    let mut named = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.name == bare);
    let only = named.next().filter(|_| named.next().is_none());
    match only {
        Some(parameter) if parameter.place.to_string() == place => bare,
        _ => name,
    }
}

/// The operation that a link leads to, as `GET /path/{}` where it is known.
fn target(spec: &Spec, link: &Link) -> String {
    if let Some(operation) = operation(spec, link) {
        return format!("{} {}", operation.method, shape(&operation.path));
    }
    let id = link.operation_id.as_deref().unwrap_or_default();
    format!("{id}{}", link.operation_ref.as_deref().unwrap_or_default())
}

fn text(spec: &Spec, link: &Link) -> String {
    let (target, parameters, body) = meaning(spec, link);
    let mut values: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    values.extend(body.map(|body| format!("body = {body}")));
    if values.is_empty() {
        target
    } else {
        format!("{target} with {}", values.join(", "))
    }
}
