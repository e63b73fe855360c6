//! Scenario files: any text is read or refused, what is wrong with it has a place, and what can be
//! run is free of errors.

use proofmark::arazzo;
use proofmark::code::Severity;
use proofmark::document::Document;

use super::places::Lines;

/// Reads a text as an Arazzo description.
///
/// # Panics
/// If a defect, a workflow or a step has no place in the text, or an error in a workflow leaves it
/// usable.
pub fn arazzo(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(document) = Document::parse("fuzz.yaml", text) else {
        return;
    };
    let lines = Lines::of_file(text);
    let (description, diagnostics) = arazzo::read(document);
    for diagnostic in &diagnostics {
        assert!(!diagnostic.message.is_empty());
        let location = &diagnostic.location;
        lines.hold(
            location
                .span
                .unwrap_or_else(|| panic!("{location} has no place")),
        );
    }
    let has_error = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    let Some(description) = description else {
        assert!(has_error, "nothing says why `{text}` cannot be used");
        return;
    };
    for workflow in description.workflows.values() {
        let steps = workflow.steps.iter().map(|step| &step.location);
        for location in std::iter::once(&workflow.location).chain(steps) {
            lines.hold(
                location
                    .span
                    .unwrap_or_else(|| panic!("{location} has no place")),
            );
        }
        let is_inside = |location: &proofmark::document::Location| {
            workflow.location.pointer.contains(&location.pointer)
        };
        let error = diagnostics
            .iter()
            .find(|one| one.severity == Severity::Error && is_inside(&one.location));
        if let Some(error) = error {
            assert!(workflow.unusable.is_some(), "{error}");
        }
    }
}
