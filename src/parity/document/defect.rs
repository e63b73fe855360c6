//! Defects: errors of the documents themselves, of which one that is new leaves open what else is.

use std::collections::HashMap;

use serde::Serialize;

use super::change::Version;
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Location};
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
    /// Whether the old document has it as well.
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
    let (old, new) = (errors(old), errors(new));
    // Lines and indexes move: the same words, as many times, are the same errors.
    let mut known: HashMap<(Code, String), usize> = HashMap::new();
    for error in &old {
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
    let mut defects: Vec<Defect> = old
        .into_iter()
        .map(|error| defect(Version::Old, error, true))
        .collect();
    for error in new {
        let left = known.get_mut(&(error.code, error.message.clone()));
        let is_known = left.is_some_and(|left| {
            let is_known = *left > 0;
            *left = left.saturating_sub(1);
            is_known
        });
        defects.push(defect(Version::New, error, is_known));
    }
    defects
}
