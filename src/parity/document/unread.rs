//! Members of path items that nobody here can read: `query` and `additionalOperations` of OpenAPI 3.2, say.
//! Each may be an operation, and what became of it cannot be told.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Said};
use super::whole;
use crate::document::{Location, Pointer};
use crate::spec::Spec;

/// What is known of path items besides methods and `x-` members (OAS 3.1.1 section 4.8.9).
const KNOWN: [&str; 13] = [
    "$ref",
    "summary",
    "description",
    "servers",
    "parameters",
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
];

/// Tells of the members that either document has, unless both say the same and refer to nothing.
pub(super) fn compare(old: &Spec, new: &Spec, ledger: &mut Ledger) {
    let (ours, theirs) = (members(old), members(new));
    let places: BTreeSet<&(&str, &str)> = ours.iter().chain(&theirs).collect();
    for place in places {
        let (one, other) = (find(old, *place), find(new, *place));
        if one == other && !one.is_some_and(refers) {
            continue;
        }
        let (path, name) = *place;
        let title = format!("{} {path}", name.to_ascii_uppercase());
        let message = format!("`{name}` of the path cannot be read, and may be an operation");
        let said = Said::new(Kind::Unreadable, Grade::Unclear, message).places(
            location(old, *place, one).as_ref(),
            location(new, *place, other).as_ref(),
        );
        ledger.add(&whole(title), said);
    }
}

fn paths(spec: &Spec) -> Option<&Map<String, Value>> {
    spec.schemas.document(0).value.get("paths")?.as_object()
}

/// Path and name of each such member.
fn members(spec: &Spec) -> Vec<(&str, &str)> {
    let items = paths(spec).into_iter().flatten();
    let members = items.flat_map(|(path, item)| {
        let members = item.as_object().into_iter().flat_map(Map::keys);
        members.map(move |name| (path.as_str(), name.as_str()))
    });
    let is_unknown = |name: &str| !KNOWN.contains(&name) && !name.starts_with("x-");
    members
        .filter(|(path, name)| path.starts_with('/') && is_unknown(name))
        .collect()
}

fn find<'s>(spec: &'s Spec, (path, name): (&str, &str)) -> Option<&'s Value> {
    paths(spec)?.get(path)?.get(name)
}

fn location(spec: &Spec, (path, name): (&str, &str), found: Option<&Value>) -> Option<Location> {
    found?;
    let at = Pointer::root().join("paths").join(path).join(name);
    Some(spec.schemas.document(0).location(&at))
}

/// Whether a value says elsewhere what it means.
fn refers(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.contains_key("$ref") || members.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
