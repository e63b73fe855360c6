//! Pairing: which operations of two documents are the same one.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::spec::{Operation, PathTemplate, Segment, Spec};

/// The operations of two documents, each in one of the lists.
pub(super) struct Pairing<'a> {
    /// Those that are in both, in the order of the old document.
    pub(super) pairs: Vec<(&'a Operation, &'a Operation)>,
    /// Those that are in the old one only.
    pub(super) gone: Vec<&'a Operation>,
    /// Those that are in the new one only.
    pub(super) more: Vec<&'a Operation>,
}

impl<'a> Pairing<'a> {
    /// By method and path, whatever path parameters are called; else by `operationId`.
    pub(super) fn of(old: &'a Spec, new: &'a Spec) -> Self {
        let key = |operation: &Operation| (operation.method.clone(), shape(&operation.path));
        let mut theirs: HashMap<(String, String), &Operation> = HashMap::new();
        for operation in new.operations.values() {
            theirs.entry(key(operation)).or_insert(operation);
        }
        let mut taken: HashSet<&str> = HashSet::new();
        let mut found: Vec<(&Operation, Option<&Operation>)> = Vec::new();
        for operation in old.operations.values() {
            let other = theirs.get(&key(operation)).copied();
            let other = other.filter(|other| taken.insert(other.id.as_str()));
            found.push((operation, other));
        }
        for (operation, other) in &mut found {
            if other.is_none() && is_named(operation) {
                *other = new
                    .operation(&operation.id)
                    .filter(|other| taken.insert(other.id.as_str()));
            }
        }
        let mut pairing = Self {
            pairs: Vec::new(),
            gone: Vec::new(),
            more: Vec::new(),
        };
        for (operation, other) in found {
            match other {
                Some(other) => pairing.pairs.push((operation, other)),
                None => pairing.gone.push(operation),
            }
        }
        let others = new.operations.values();
        pairing.more = others
            .filter(|operation| !taken.contains(operation.id.as_str()))
            .collect();
        pairing
    }
}

/// Whether an operation has an `operationId`.
pub(super) fn is_named(operation: &Operation) -> bool {
    operation.id.as_str() != title(operation)
}

/// `GET /path`.
pub(super) fn title(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// A path without the names of its parameters.
pub(super) fn shape(path: &PathTemplate) -> String {
    let pieces = path.segments().iter().map(|segment| match segment {
        Segment::Literal(text) => text.as_str(),
        Segment::Expression(_) => "{}",
    });
    pieces.collect()
}

/// Whether a document has an operation at this place, though it could not be read.
pub(super) fn is_written(spec: &Spec, operation: &Operation) -> bool {
    let paths = spec.schemas.document(0).value.get("paths");
    let wanted = shape(&operation.path);
    let method = operation.method.to_ascii_lowercase();
    paths.and_then(Value::as_object).is_some_and(|paths| {
        paths.iter().any(|(path, item)| {
            let has = item.get(&method).is_some() || item.get("$ref").is_some();
            has && shape(&PathTemplate::new(path)) == wanted
        })
    })
}
