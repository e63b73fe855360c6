//! Shards: how several machines shared a load, and what became of each.

use serde::{Deserialize, Serialize};

use super::Soundness;

/// Which of the machines that share a load made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardLoad {
    /// Which one, from 0.
    pub number: u64,
    /// How many there are.
    pub of: u64,
    /// Where that was taken from: a flag, or variables of a scheduler.
    pub from: String,
    /// When the profile was to begin, in RFC 3339; `None` for as soon as the machine was ready.
    pub start_at: Option<String>,
}

/// What a report was merged from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergedLoad {
    /// How many machines shared the load.
    pub of: u64,
    /// Those whose reports were there, by number.
    pub parts: Vec<PartLoad>,
    /// The numbers of those whose reports were not: what they did is in none of the numbers.
    pub missing: Vec<u64>,
    /// That they did not make their parts side by side, in words, if that is so: their rates are not those of
    /// one load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
}

/// The report of one machine among those that were merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartLoad {
    /// Which one, from 0.
    pub number: u64,
    /// The file.
    pub file: String,
    /// When it began, in RFC 3339.
    pub started: Option<String>,
    /// How much later than asked for it began, in milliseconds.
    pub late_ms: u64,
    /// Whether its numbers are the target's.
    pub soundness: Soundness,
    /// Requests that it sent, or could not send.
    pub requests: u64,
    /// Why it ended early, if it did.
    pub interrupted: Option<String>,
}
