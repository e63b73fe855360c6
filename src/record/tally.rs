//! Tallies: what has been counted about one operation so far.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::KeywordCount;
use super::latency::Durations;
use super::summary::{Applied, Sides};
use super::{StepLoad, Verdict};
use crate::case::{Defect, Intent, Phase};
use crate::code::Code;
use crate::spec::{Operation, Place, ResponseKey};

/// What has been counted about one operation.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) cases: BTreeMap<Phase, Sides>,
    pub(super) statuses: BTreeMap<u16, usize>,
    pub(super) unanswered: usize,
    /// Whether a valid request was answered with 2xx or 3xx.
    pub(super) succeeded: bool,
    pub(super) responses: BTreeSet<ResponseKey>,
    pub(super) parameters: BTreeSet<(Place, String)>,
    pub(super) checks: BTreeMap<Code, Applied>,
    /// The keywords that invalid requests broke.
    pub(super) keywords: BTreeMap<String, KeywordCount>,
    pub(super) response_time: Durations,
}

impl Tally {
    pub(super) fn add(&mut self, verdict: &Verdict, operation: Option<&Operation>) {
        let sides = self.cases.entry(verdict.case.phase).or_default();
        match verdict.case.intent {
            Intent::Valid => sides.valid += 1,
            Intent::Invalid(_) => sides.invalid += 1,
            Intent::Scripted => sides.scripted += 1,
        }
        self.count_keyword(verdict);
        for code in &verdict.applied {
            self.checks.entry(*code).or_default().applied += 1;
        }
        let mut found: Vec<Code> = verdict
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect();
        found.dedup();
        for code in found {
            self.checks.entry(code).or_default().found += 1;
        }
        self.parameters
            .extend(verdict.case.inputs.parameters.keys().cloned());
        let Some(status) = verdict.exchange.status() else {
            self.unanswered += 1;
            return;
        };
        *self.statuses.entry(status).or_default() += 1;
        let is_invalid = matches!(verdict.case.intent, Intent::Invalid(_));
        self.succeeded |= !is_invalid && (200..400).contains(&status);
        self.response_time
            .record(verdict.exchange.timing.response_time());
        let other_method = matches!(verdict.case.intent, Intent::Invalid(Defect::Method(_)));
        let documented = operation
            .filter(|_| !other_method)
            .and_then(|operation| operation.responses.select(status));
        self.responses.extend(documented.map(|(key, _)| key));
    }
}

impl Tally {
    /// Adds what a step counted under load.
    pub(super) fn load(&mut self, step: &StepLoad, operation: &Operation) {
        let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let sides = self.cases.entry(Phase::Scenario).or_default();
        sides.scripted += number(step.requests);
        self.unanswered += number(step.unanswered.values().sum());
        for (status, count) in &step.statuses {
            *self.statuses.entry(*status).or_default() += number(*count);
            self.succeeded |= (200..400).contains(status);
            let documented = operation.responses.select(*status);
            self.responses.extend(documented.map(|(key, _)| key));
        }
    }

    /// Counts the keyword that an invalid request broke.
    fn count_keyword(&mut self, verdict: &Verdict) {
        let Intent::Invalid(defect) = &verdict.case.intent else {
            return;
        };
        let keyword = match defect {
            Defect::Body(mutation) | Defect::Parameter { mutation, .. } => &mutation.keyword,
            Defect::MissingBody | Defect::MissingParameter { .. } => "required",
            _ => return,
        };
        let in_path = matches!(
            defect,
            Defect::Parameter {
                place: Place::Path,
                ..
            }
        );
        let Some(status) = verdict.exchange.status() else {
            return;
        };
        // Rights, state and load come before the input is looked at.
        let unread = matches!(status, 401 | 403 | 407 | 408 | 409 | 423 | 425 | 429 | 451)
            || (status == 404 && !in_path);
        if !unread {
            let count = self.keywords.entry(keyword.to_owned()).or_default();
            count.answered += 1;
            count.refused += usize::from((400..500).contains(&status));
        }
    }
}
