//! Defects: errors of the documents themselves, of which one that is new leaves open what else is.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::change::Version;
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Location, Pointer};
use crate::spec::Spec;

/// An error of one of the documents.
#[derive(Debug, Clone, Serialize)]
pub struct Defect {
    /// The document.
    pub version: Version,
    /// The kind of error, from PM700 on.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub location: Location,
    /// Of one of the new document: whether the old one has it as well. Of one of the old: whether it hides no
    /// operation that the new one has not, or has otherwise.
    pub is_known: bool,
}

/// The errors of both documents, those of the old one first.
pub(super) fn defects(old: &Spec, new: &Spec) -> Vec<Defect> {
    let errors = |spec: &'_ Spec| -> Vec<Diagnostic> {
        let all = spec.diagnostics.iter();
        all.filter(|diagnostic| diagnostic.severity == Severity::Error)
            .cloned()
            .collect()
    };
    let is_alike = |error: &Diagnostic| {
        let place = &error.location.pointer;
        !may_be_operation(error) || node(old, place) == node(new, place)
    };
    let (old_errors, new_errors) = (errors(old), errors(new));
    // Lines and indexes move: the same words, as many times, are the same errors.
    let mut known: HashMap<(Code, String), usize> = HashMap::new();
    for error in &old_errors {
        *known
            .entry((error.code, error.message.clone()))
            .or_default() += 1;
    }
    let defect = |version, error: Diagnostic, is_known| Defect {
        version,
        code: error.code,
        message: error.message,
        location: error.location,
        is_known,
    };
    let mut defects: Vec<Defect> = old_errors
        .into_iter()
        .map(|error| {
            let is_known = is_alike(&error);
            defect(Version::Old, error, is_known)
        })
        .collect();
    for error in new_errors {
        let left = known.get_mut(&(error.code, error.message.clone()));
        let is_known = left.is_some_and(|left| {
            let is_known = *left > 0;
            *left = left.saturating_sub(1);
            is_known && is_alike(&error)
        });
        defects.push(defect(Version::New, error, is_known));
    }
    defects
}

/// Whose errors leave open what changed, and what they leave open, in words.
pub(super) fn heading(defects: &[Defect]) -> (&'static str, &'static str) {
    let has = |version: Version| {
        let mut open = defects.iter().filter(|defect| !defect.is_known);
        open.any(|defect| defect.version == version)
    };
    match (has(Version::Old), has(Version::New)) {
        (true, true) => ("errors of both documents", "what they say"),
        (true, false) => ("errors of the old document", "what it said"),
        (false, _) => ("errors of the new document", "what it says"),
    }
}

/// Whether what cannot be read is a member of a path item: an operation of a later version of OpenAPI, perhaps.
fn may_be_operation(error: &Diagnostic) -> bool {
    let mut names = error.location.pointer.as_str().split('/').skip(1);
    error.code == Code::UNREADABLE_NODE && names.next() == Some("paths") && names.count() == 2
}

fn node<'a>(spec: &'a Spec, place: &Pointer) -> Option<&'a Value> {
    spec.schemas.document(0).node(place)
}
