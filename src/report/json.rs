//! `run.json`: the summary as JSON, for scripts and as the source of further reports.
//!
//! Its form is described by [`SCHEMA`]. `version` tells which form it is: a minor version adds
//! members, a major one changes them.

use crate::record::Summary;

/// The JSON Schema (2020-12) of `run.json`.
pub const SCHEMA: &str = include_str!("schema.json");

/// The summary as `run.json`.
pub fn json(summary: &Summary) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(summary)?;
    text.push('\n');
    Ok(text)
}
