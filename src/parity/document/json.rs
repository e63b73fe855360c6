//! `parity.json`: the changes for programs. Its form is described by [`SCHEMA`].

use serde::Serialize;

use super::change::{Change, Grade};
use super::defect::Defect;
use super::{Comparison, Counts, Described};

/// The JSON Schema (2020-12) of `parity.json`.
pub const SCHEMA: &str = include_str!("schema.json");

#[derive(Serialize)]
struct Report<'a> {
    version: &'static str,
    tool: Tool,
    mode: &'static str,
    verdict: &'static str,
    summary: String,
    fail_on: Option<Grade>,
    old: &'a Described,
    new: &'a Described,
    shared_operations: usize,
    counts: Counts,
    errors: &'a [Defect],
    changes: &'a [Change],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The comparison as `parity.json`. From `fail_on` on changes fail.
pub fn json(comparison: &Comparison, fail_on: Option<Grade>) -> Result<String, serde_json::Error> {
    let report = Report {
        version: "1.0",
        tool: Tool {
            name: "proofmark",
            version: env!("CARGO_PKG_VERSION"),
        },
        mode: "documents",
        verdict: comparison.outcome(fail_on),
        summary: comparison.verdict(),
        fail_on,
        old: &comparison.old,
        new: &comparison.new,
        shared_operations: comparison.shared,
        counts: comparison.counts(),
        errors: &comparison.defects,
        changes: &comparison.changes,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}
