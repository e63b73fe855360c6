//! `comparison.json`: what came of a comparison, for scripts. Its form is described by [`SCHEMA`].

use serde::Serialize;

use super::{Comparison, LapseKind, Verdict};

/// The JSON Schema (2020-12) of `comparison.json`.
pub const SCHEMA: &str = include_str!("schema.json");

/// The version of the form: a minor one adds members, a major one changes them.
const VERSION: &str = "1.2";
/// How sure intervals are.
const CONFIDENCE: f64 = 0.99;

/// A comparison with what a gate made of it.
#[derive(Debug, Clone, Copy)]
pub struct Gated<'a> {
    /// What was found.
    pub comparison: &'a Comparison,
    /// The files of the old runs.
    pub old: &'a [String],
    /// The files of the new runs.
    pub new: &'a [String],
    /// Whether regressions fail.
    pub is_gate: bool,
    /// What the process answers.
    pub exit_code: u8,
}

/// What stands in the file.
#[derive(Serialize)]
struct File<'a> {
    version: &'static str,
    tool: Tool,
    /// What the process answers.
    exit_code: u8,
    /// Whether regressions fail.
    is_gate: bool,
    is_conclusive: bool,
    old: &'a [String],
    new: &'a [String],
    basis: &'static str,
    confidence: f64,
    margin: f64,
    slower: usize,
    rows: Vec<Row<'a>>,
    unserved: Vec<Failing<'a>>,
    lapses: Vec<Lapsing<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Row<'a> {
    step: &'a str,
    operation: &'a str,
    time: &'static str,
    percentile: f64,
    old_ms: f64,
    new_ms: f64,
    /// As a share of the old: 0.1 is a tenth more.
    change: Option<f64>,
    interval: Option<[f64; 2]>,
    verdict: &'static str,
}

#[derive(Serialize)]
struct Failing<'a> {
    step: &'a str,
    old: f64,
    new: f64,
    is_more: bool,
}

#[derive(Serialize)]
struct Lapsing<'a> {
    step: &'a str,
    kind: &'static str,
    old: f64,
    new: f64,
    is_more: bool,
}

impl Gated<'_> {
    /// The comparison as `comparison.json`.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let comparison = self.comparison;
        let change = |ratio: f64| Some(ratio - 1.0).filter(|change| change.is_finite());
        let rows = comparison.rows.iter().map(|row| Row {
            step: &row.step,
            operation: &row.operation,
            time: row.time,
            percentile: (row.share * 1e6).round() / 1e4,
            old_ms: row.old_ms,
            new_ms: row.new_ms,
            change: change(row.new_ms / row.old_ms),
            interval: row
                .interval
                .and_then(|(low, high)| Some([change(low)?, change(high)?])),
            verdict: row.verdict.name(),
        });
        let (unserved, lapses): (Vec<_>, Vec<_>) = comparison
            .lapses
            .iter()
            .partition(|lapse| lapse.kind == LapseKind::Unserved);
        let unserved = unserved.into_iter().map(|lapse| Failing {
            step: &lapse.step,
            old: lapse.old,
            new: lapse.new,
            is_more: lapse.is_more,
        });
        let lapses = lapses.into_iter().map(|lapse| Lapsing {
            step: &lapse.step,
            kind: lapse.kind.name(),
            old: lapse.old,
            new: lapse.new,
            is_more: lapse.is_more,
        });
        let mut text = serde_json::to_string_pretty(&File {
            version: VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            exit_code: self.exit_code,
            is_gate: self.is_gate,
            is_conclusive: comparison.is_conclusive(),
            old: self.old,
            new: self.new,
            basis: if comparison.runs == (1, 1) {
                "seconds"
            } else {
                "runs"
            },
            confidence: CONFIDENCE,
            margin: comparison.margin,
            slower: comparison.slower().count(),
            rows: rows.collect(),
            unserved: unserved.collect(),
            lapses: lapses.collect(),
            notes: &comparison.notes,
        })?;
        text.push('\n');
        Ok(text)
    }
}

impl Verdict {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Same => "same",
            Self::Unclear => "unclear",
            Self::TooFew => "too-few",
        }
    }
}
