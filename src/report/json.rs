//! `run.json`: the summary as JSON, for scripts and as the source of further reports.
//!
//! Its form is described by [`SCHEMA`]. `version` tells which form it is: a minor version adds
//! members, a major one changes them.

use indexmap::IndexMap;
use serde::Serialize;

use super::metrics::{Value, metrics};
use crate::record::Summary;

/// The JSON Schema (2020-12) of `run.json`.
pub const SCHEMA: &str = include_str!("schema.json");

/// What stands in the file.
#[derive(Serialize)]
struct File<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    /// What was measured under load, under k6's names. It is all said under `load` as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<IndexMap<String, Value>>,
}

/// The summary as `run.json`.
pub fn json(summary: &Summary) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&File {
        summary,
        metrics: summary.load.as_ref().map(metrics),
    })?;
    text.push('\n');
    Ok(text)
}
