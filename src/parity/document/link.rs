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
    let operation = leads_to(spec, link);
    let parameters = link.parameters.iter();
    let parameters =
        parameters.map(|(name, value)| (unqualified(operation, name), value.to_string()));
    let body = link.body.as_ref().map(ToString::to_string);
    let id = link.operation_id.as_deref().unwrap_or_default();
    let reference = link.operation_ref.as_deref().unwrap_or_default();
    let mut target = operation.map_or_else(
        || format!("{id}{reference}"),
        |operation| format!("{} {}", operation.method, shape(&operation.path)),
    );
    if let Some(urls) = link.server.as_ref().and_then(server::of_link) {
        target = format!("{target} at {urls}");
    }
    (target, parameters.collect(), body)
}

/// The operation that a link leads to, where it is known.
fn leads_to<'a>(spec: &'a Spec, link: &Link) -> Option<&'a Operation> {
    let id = link.operation_id.as_deref().unwrap_or_default();
    let named = spec.operation(&OperationId::new(id));
    named.or_else(|| {
        let reference = link.operation_ref.as_deref()?.strip_prefix('#')?;
        let mut operations = spec.operations.values();
        operations.find(|operation| operation.location.pointer.as_str() == reference)
    })
}

/// The name of a parameter without its place, `id` for `path.id`, where no other parameter is called that
/// (OAS 3.1.1 section 4.8.20).
fn unqualified(operation: Option<&Operation>, name: &str) -> String {
    let short = operation
        .zip(name.split_once('.'))
        .and_then(|(operation, (place, short))| {
            let mut called = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.name == short);
            let only = called.next().filter(|_| called.next().is_none())?;
            (only.place.to_string() == place).then_some(short)
        });
    short.unwrap_or(name).to_owned()
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
