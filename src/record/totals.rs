//! Totals: what was counted over all operations.

use super::coverage::Coverage;
use super::recorder::{Recorder, operation};
use super::summary::{Counts, OperationRow, SkippedRow};
use crate::check::Cluster;
use crate::code::{Code, Severity};

impl Counts {
    /// What operations, clusters and what was left out come to; `fails` says which severities fail the run.
    pub(super) fn of(
        operations: &[OperationRow],
        clusters: &[Cluster],
        skipped: &[SkippedRow],
        fails: impl Fn(Severity) -> bool,
    ) -> Self {
        let mut counts = Self {
            skipped: skipped.iter().map(|row| row.count).sum(),
            ..Self::default()
        };
        for operation in operations {
            for sides in operation.cases.values() {
                counts.valid += sides.valid;
                counts.invalid += sides.invalid;
                counts.scripted += sides.scripted;
            }
            for (status, count) in &operation.statuses {
                *counts.statuses.entry(*status).or_default() += count;
                counts.answered += count;
            }
        }
        counts.cases = counts.valid + counts.invalid + counts.scripted;
        for cluster in clusters {
            *counts.clusters.entry(cluster.severity).or_default() += 1;
            counts.failing += usize::from(fails(cluster.severity));
        }
        let is_unproven = operations.iter().any(OperationRow::is_unproven);
        let is_idle = operations.iter().any(|row| row.is_idle(skipped));
        for (is_so, code) in [
            (is_unproven, Code::NEVER_SUCCEEDED),
            (is_idle, Code::NOT_EXERCISED),
        ] {
            counts.failing += usize::from(is_so && fails(code.entry().severity));
        }
        counts
    }
}

impl Recorder<'_> {
    pub(super) fn coverage(&self, operations: &[OperationRow]) -> Coverage {
        let mut coverage = Coverage::default();
        for (key, row) in self.reported().into_iter().zip(operations) {
            // Where valid requests are refused, too, a refusal proves nothing.
            let tally = self.tallies.get(key).filter(|_| row.succeeded);
            for (keyword, count) in tally.into_iter().flat_map(|tally| &tally.keywords) {
                let sum = coverage.keywords.entry(keyword.clone()).or_default();
                sum.answered += count.answered;
                sum.refused += count.refused;
            }
            coverage.operations.add(usize::from(row.exercised), 1);
            coverage.succeeded.add(usize::from(row.succeeded), 1);
            coverage
                .responses
                .add(row.seen.len(), row.seen.len() + row.unseen.len());
            let Some(operation) = operation(&self.specs, key) else {
                continue;
            };
            let sent = self.tallies.get(key).map_or(0, |tally| {
                operation
                    .parameters
                    .iter()
                    .filter(|parameter| {
                        let key = (parameter.place, parameter.name.clone());
                        tally.parameters.contains(&key)
                    })
                    .count()
            });
            coverage.parameters.add(sent, operation.parameters.len());
        }
        coverage
    }
}
