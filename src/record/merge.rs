//! Merging: one summary of what several machines did together.

use super::outcome::{End, outcome};
use super::{Counts, Coverage, FindingRow, LoadReport, OperationRow, Share, SkippedRow, Summary};
use crate::check::{Finding, clusters};

impl Summary {
    /// Adds what another machine reports of its part of the same load. What it says of the load itself is
    /// left as it is, and the verdict is for [`conclude`](Self::conclude).
    pub fn add(&mut self, other: Self) {
        self.started = match (self.started.take(), other.started) {
            // RFC 3339 in UTC: the smaller text is the earlier time.
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        if self.target != other.target && !self.target.split(", ").any(|own| own == other.target) {
            self.target = format!("{}, {}", self.target, other.target);
        }
        self.fail_on = match (self.fail_on, other.fail_on) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        self.interrupted = match (self.interrupted.take(), other.interrupted) {
            (Some(own), Some(other)) => Some(format!("{own}; {other}")),
            (own, other) => own.or(other),
        };
        for obstacle in other.obstacles {
            if !self.obstacles.contains(&obstacle) {
                self.obstacles.push(obstacle);
            }
        }
        for row in other.operations {
            match self.operations.iter_mut().find(|own| own.id == row.id) {
                Some(own) => own.add(row),
                None => self.operations.push(row),
            }
        }
        for row in other.findings {
            let mut known = self.findings.iter_mut();
            match known.find(|own| own.fingerprint == row.fingerprint) {
                Some(own) => own.add(row),
                None => self.findings.push(row),
            }
        }
        for row in other.skipped {
            match self.skipped.iter_mut().find(|own| own.reason == row.reason) {
                Some(own) => own.add(row),
                None => self.skipped.push(row),
            }
        }
        for (all, more) in [
            (&mut self.diagnostics, other.diagnostics),
            (&mut self.defects, other.defects),
        ] {
            for one in more {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
        self.coverage.add(other.coverage);
        self.timing.elapsed_ms = self.timing.elapsed_ms.max(other.timing.elapsed_ms);
    }

    /// Draws the verdict anew from what is there.
    pub fn conclude(&mut self) {
        let findings: Vec<(Finding, usize)> = self.findings.iter().map(FindingRow::found).collect();
        self.clusters = clusters(findings.iter().map(|(finding, count)| (finding, *count)));
        self.counts = Counts::of(
            &self.operations,
            &self.clusters,
            &self.skipped,
            |severity| self.fails(severity),
        );
        self.cover();
        let is_proven = self.load.is_some()
            || !self.workflows.is_empty()
            || self.operations.iter().any(|row| row.succeeded);
        let (verdict, reason) = outcome(
            &self.counts,
            &End {
                defects: &self.defects,
                obstacle: self.obstacles.first(),
                interrupted: self.interrupted.as_deref(),
                thresholds: self.load.as_ref().map_or(0, LoadReport::failed_thresholds),
                is_warmed_up: self.load.as_ref().is_some_and(LoadReport::is_warmed_up),
                is_proven,
            },
        );
        self.verdict = verdict;
        self.reason = reason;
        self.exit_code = verdict.exit_code();
    }

    /// Counts operations and answers again; what was sent of parameters is known by number only.
    fn cover(&mut self) {
        let rows = &self.operations;
        let share = |exercised: usize, total: usize| Share { exercised, total };
        let count = |is_so: fn(&OperationRow) -> bool| rows.iter().filter(|row| is_so(row)).count();
        self.coverage.operations = share(count(|row| row.exercised), rows.len());
        self.coverage.succeeded = share(count(|row| row.succeeded), rows.len());
        let seen = rows.iter().map(|row| row.seen.len()).sum();
        let unseen: usize = rows.iter().map(|row| row.unseen.len()).sum();
        self.coverage.responses = share(seen, seen + unseen);
    }
}

impl OperationRow {
    fn add(&mut self, other: Self) {
        self.exercised |= other.exercised;
        self.succeeded |= other.succeeded;
        for (phase, sides) in other.cases {
            let own = self.cases.entry(phase).or_default();
            own.valid += sides.valid;
            own.invalid += sides.invalid;
            own.scripted += sides.scripted;
        }
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.unanswered += other.unanswered;
        for key in other.seen {
            if !self.seen.contains(&key) {
                self.seen.push(key);
            }
        }
        let seen = &self.seen;
        self.unseen.retain(|key| !seen.contains(key));
        for (check, applied) in other.checks {
            let own = self.checks.entry(check).or_default();
            own.applied += applied.applied;
            own.found += applied.found;
        }
    }
}

impl FindingRow {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        // Where a machine had its credentials refused throughout, what it found there weighs less.
        self.severity = self.severity.max(other.severity);
        if other.example.phase < self.example.phase {
            self.example = other.example;
        }
    }

    /// The finding, and how often it was seen.
    fn found(&self) -> (Finding, usize) {
        let finding = Finding {
            code: self.code,
            blame: self.blame,
            severity: self.severity,
            operation: self.operation.clone(),
            case: self.example.case.clone(),
            title: self.title.clone(),
            detail: self.example.detail.clone(),
            violated: self.violated.clone(),
            place: self.place.clone(),
            fingerprint: self.fingerprint.clone(),
        };
        (finding, self.count)
    }
}

impl SkippedRow {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        for phase in other.phases {
            if !self.phases.contains(&phase) {
                self.phases.push(phase);
            }
        }
        for operation in other.operations {
            if !self.operations.contains(&operation) {
                self.operations.push(operation);
            }
        }
    }
}

impl Coverage {
    fn add(&mut self, other: Self) {
        self.parameters.exercised = self.parameters.exercised.max(other.parameters.exercised);
        for (keyword, count) in other.keywords {
            let own = self.keywords.entry(keyword).or_default();
            own.answered += count.answered;
            own.refused += count.refused;
        }
    }
}
