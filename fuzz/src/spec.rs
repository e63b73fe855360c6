//! API descriptions: any text is loaded or refused, and what is wrong with it has a place.

use proofmark::spec::{LoadError, Spec};

use super::places::Lines;

/// Loads a text as an OpenAPI document.
///
/// # Panics
/// If a defect or an operation has no place in the text.
pub fn spec(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let lines = Lines::of_file(text);
    match Spec::from_text("fuzz.yaml", text) {
        Ok(spec) => {
            let defects = spec.diagnostics.iter().map(|defect| {
                assert!(!defect.message.is_empty());
                &defect.location
            });
            let operations = spec
                .operations
                .values()
                .map(|operation| &operation.location);
            for location in defects.chain(operations) {
                assert_eq!(&*location.document, "fuzz.yaml");
                let span = location.span;
                lines.hold(span.unwrap_or_else(|| panic!("{location} has no place")));
            }
        }
        Err(LoadError::Document { error, .. }) => {
            if let Some(span) = error.span {
                lines.hold(span);
            }
        }
        Err(LoadError::File(error)) => panic!("no file was asked for: {error}"),
    }
}
