//! Shards on the screen: which machine a report is about, or which ones it was merged from.

use super::load::seconds;
use super::screen::Screen;
use super::text::counted;
use crate::record::{LoadReport, MergedLoad};

/// A beginning that is later than this, in milliseconds, is told of.
const NOTICED: u64 = 100;

impl Screen<'_> {
    /// Which of several machines a load is about, if there are several.
    pub(super) fn shards(&mut self, load: &LoadReport) {
        let late = (load.late_ms > NOTICED && load.merged.is_none())
            .then(|| format!("began {:.1} s late", seconds(load.late_ms)));
        if let Some(shard) = &load.shard {
            let mut text = format!(
                "{}/{}, counted from 0: its part of the load only; taken from {}",
                shard.number, shard.of, shard.from
            );
            if let Some(late) = late {
                text = format!("{text}; {late}");
            }
            self.entry(0, "shard", &text);
        } else if let Some(late) = late {
            self.entry(0, "", &late);
        }
        if let Some(merged) = &load.merged {
            self.merged(merged);
        }
    }

    fn merged(&mut self, merged: &MergedLoad) {
        let text = format!(
            "from the reports of {} of {}",
            merged.parts.len(),
            counted(usize::try_from(merged.of).unwrap_or(usize::MAX), "shard")
        );
        self.entry(0, "merged", &text);
        if !merged.missing.is_empty() {
            let text = format!(
                "MISSING: shard {}; what was theirs is in none of these numbers",
                numbers(&merged.missing)
            );
            self.entry(0, "", &text);
        }
        for part in &merged.parts {
            let mut told = Vec::new();
            if part.late_ms > NOTICED {
                told.push(format!("began {:.1} s late", seconds(part.late_ms)));
            }
            told.extend(part.interrupted.clone());
            if !told.is_empty() {
                let text = format!("shard {}: {}", part.number, told.join("; "));
                self.entry(0, "", &text);
            }
        }
    }
}

/// Numbers with commas between them.
pub(super) fn numbers(all: &[u64]) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join(", ")
}
