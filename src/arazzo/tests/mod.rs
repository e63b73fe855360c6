//! Tests of reading scenario files.

mod broken;
mod examples;
mod expressions;
mod inputs;
mod keys;
mod laws;
mod parity;
mod portable;
mod profile;
mod rules;

use super::{Description, read};
use crate::document::Document;

/// Reads a description and prints its diagnostics, one a line.
pub(super) fn load(text: &str) -> (Option<Description>, String) {
    let document = Document::parse("a.yaml", text).unwrap();
    let (description, diagnostics) = read(document);
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    (description, lines.join("\n"))
}

/// The diagnostics of a description with these workflows, the first line of which is line 5.
fn workflows(lines: &str) -> String {
    load(&format!("{HEAD}workflows:\n{lines}")).1
}

/// The diagnostics of a workflow of these steps, the first line of which is line 6.
fn steps(lines: &str) -> String {
    workflows(&format!("- workflowId: w\n  steps:\n{lines}"))
}

/// The lines that every description starts with.
const HEAD: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
";
