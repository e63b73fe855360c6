//! Tests of loading.

mod broken;
mod contradictions;
mod envelope;
mod examples;
mod references;
mod shipped;

use super::{LoadError, Spec};

/// Loads a document and prints its diagnostics.
fn load(text: &str) -> (Spec, Vec<String>) {
    let spec = Spec::from_text("api.yaml", text).unwrap();
    let diagnostics = spec.diagnostics.iter().map(ToString::to_string).collect();
    (spec, diagnostics)
}

/// Why a document is refused.
fn refusal(text: &str) -> String {
    match Spec::from_text("api.yaml", text).unwrap_err() {
        LoadError::File(error) => error.to_string(),
        LoadError::Document { error, .. } => {
            let place = error
                .span
                .map(|span| format!("{}:{}: ", span.start.line, span.start.column));
            let hint = error.hint.map(|hint| format!(" / {hint}"));
            format!(
                "{}{}{}",
                place.unwrap_or_default(),
                error.message,
                hint.unwrap_or_default()
            )
        }
    }
}
