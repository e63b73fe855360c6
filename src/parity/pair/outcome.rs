//! Outcomes: what came of a comparison, counted and grouped.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;

use super::acceptance::Acceptance;
use super::difference::{Difference, Pair};
use super::health::{Illness, Side};
use super::latency::LatencyRow;
use super::lenient::Lenient;
use super::lone::Lone;
use super::noise::Noisy;
use super::stateless::Stateless;
use super::unfinished::Unfinished;
use super::unsent::Unsent;
use crate::code::{Code, Severity};
use crate::report::counted;
use crate::spec::OperationId;

/// What came of comparing two sides.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The cases that both sides answered.
    pub pairs: Vec<Pair>,
    /// The cases that only one side was sent.
    pub lone: Vec<Lone>,
    /// The workflows that came to their end on neither side.
    pub unfinished: Vec<Unfinished>,
    /// The cases that neither side was sent.
    pub unsent: Vec<Unsent>,
    /// The side that keeps no state.
    pub stateless: Option<Stateless>,
    /// The side that accepts most of what the other one refuses.
    pub lenient: Option<Lenient>,
    /// What the baseline does not do twice in the same way, and how often it was seen.
    pub noise: BTreeMap<Noisy, usize>,
    /// Whether the baseline was asked again.
    pub repeated: bool,
    /// What keeps the sides from being compared: then there are no pairs.
    pub illnesses: Vec<Illness>,
    /// Latencies by operation.
    pub latencies: Vec<LatencyRow>,
    /// Why the comparison is not whole, if it is not.
    pub interrupted: Option<String>,
    /// What rules accepted.
    pub accepted: Vec<Acceptance>,
    /// Rules that applied to something, in words.
    pub used_rules: Vec<String>,
    /// The same for rules that apply and found nothing.
    pub unused_rules: Vec<String>,
    /// The same for rules that are out of date.
    pub expired_rules: Vec<String>,
}

/// Differences that are the same but for the case.
#[derive(Debug)]
pub struct Group<'a> {
    /// The category.
    pub code: Code,
    /// The kind.
    pub kind: &'static str,
    /// The gravest of them.
    pub severity: Severity,
    /// Whether a rule accepts them.
    pub accepted: bool,
    /// The number of the API description.
    pub api: usize,
    /// The operation.
    pub operation: &'a OperationId,
    /// Where.
    pub place: &'a str,
    /// What is wrong with the requests.
    pub defect: Option<&'a str>,
    /// How many cases.
    pub count: usize,
    /// The first case, and its difference.
    pub first: (&'a Pair, &'a Difference),
}

/// What differences have in common that are one thing to whoever reads them, whatever the operation and
/// the requests.
pub(super) type Likeness<'a> = (Severity, Code, &'static str, &'a str, &'a str);

impl Group<'_> {
    /// What it has in common with groups of other operations and other defects.
    pub(super) fn likeness(&self) -> Likeness<'_> {
        let message = &*self.first.1.message;
        (self.severity, self.code, self.kind, self.place, message)
    }
}

/// How many cases came out in which way. Each case is counted once, by the gravest of its differences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The sides agree, but for what is less grave than what counts.
    pub agree: usize,
    /// In how many of these something differs all the same, and nothing that rules accept.
    pub noted: usize,
    /// In how many of them something differs that rules accept.
    pub accepted: usize,
    /// The candidate refuses what the baseline accepts.
    pub stricter: usize,
    /// The candidate accepts what the baseline refuses.
    pub more_lenient: usize,
    /// One side failed with a 5xx.
    pub crashes: usize,
    /// One side gave no answer, or no whole one.
    pub without_answer: usize,
    /// The sides remember different things.
    pub state: usize,
    /// Other statuses.
    pub status: usize,
    /// One side breaks the document.
    pub contract: usize,
    /// Other media types, or bodies that are coded on one side.
    pub media_type: usize,
    /// Other shapes.
    pub shape: usize,
    /// Failures are told in other forms.
    pub failure: usize,
    /// Other values, where notes count.
    pub value: usize,
    /// Another order or length of lists, where notes count.
    pub order: usize,
    /// Other header fields, where notes count.
    pub header: usize,
}

impl Tally {
    /// How many cases differ in which way, with the words for one of them and for more.
    pub(super) fn parts(&self) -> [(usize, &'static str, &'static str); 13] {
        [
            (self.stricter, "stricter", "stricter"),
            (self.more_lenient, "more lenient", "more lenient"),
            (self.crashes, "crash", "crashes"),
            (
                self.without_answer,
                "without an answer",
                "without an answer",
            ),
            (self.state, "of state", "of state"),
            (self.status, "of status", "of status"),
            (self.contract, "of the contract", "of the contract"),
            (self.media_type, "of media type", "of media type"),
            (self.shape, "of shape", "of shape"),
            (self.failure, "of error form", "of error form"),
            (self.value, "of values", "of values"),
            (self.order, "of order", "of order"),
            (self.header, "of header fields", "of header fields"),
        ]
    }
}

impl Outcome {
    /// The differences in groups: the gravest first, then by category and operation.
    pub fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: IndexMap<_, Group<'_>> = IndexMap::new();
        for pair in &self.pairs {
            for difference in &pair.differences {
                let key = (
                    difference.code,
                    pair.api,
                    &pair.operation,
                    difference.kind,
                    &*difference.place,
                    pair.defect.as_deref(),
                );
                let group = groups.entry(key).or_insert_with(|| Group {
                    code: difference.code,
                    kind: difference.kind,
                    severity: difference.severity,
                    accepted: difference.accepted,
                    api: pair.api,
                    operation: &pair.operation,
                    place: &difference.place,
                    defect: pair.defect.as_deref(),
                    count: 0,
                    first: (pair, difference),
                });
                group.count += 1;
                group.severity = group.severity.max(difference.severity);
            }
        }
        let mut groups: Vec<Group<'_>> = groups.into_values().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.severity), group.code));
        groups
    }

    /// How many cases came out in which way, where differences count from this severity on.
    pub fn tally(&self, least: Severity) -> Tally {
        self.tally_of(least, Severity::Error)
    }

    /// The same of the cases of which the gravest difference is as grave as `most` at most.
    fn tally_of(&self, least: Severity, most: Severity) -> Tally {
        let mut tally = Tally::default();
        for pair in &self.pairs {
            // Of those that are as grave, the first one decides what else was asked.
            let gravest = pair
                .differences
                .iter()
                .rev()
                .filter(|difference| difference.severity >= least && !difference.accepted)
                .max_by_key(|difference| difference.severity);
            let Some(difference) = gravest else {
                tally.agree += 1;
                let is_accepted = pair.differences.iter().any(|one| one.accepted);
                tally.accepted += usize::from(is_accepted);
                tally.noted += usize::from(!is_accepted && !pair.differences.is_empty());
                continue;
            };
            if difference.severity > most {
                continue;
            }
            let count = match (difference.code, difference.kind) {
                (Code::PARITY_STRICTNESS, "stricter") => &mut tally.stricter,
                (Code::PARITY_STRICTNESS, _) => &mut tally.more_lenient,
                (Code::PARITY_REACHABILITY, _) => &mut tally.without_answer,
                (Code::PARITY_STATUS, "candidate-fails" | "baseline-fails" | "both-fail") => {
                    &mut tally.crashes
                }
                (Code::PARITY_STATE, _) => &mut tally.state,
                (Code::PARITY_STATUS, _) => &mut tally.status,
                (Code::PARITY_CONTRACT, _) => &mut tally.contract,
                (Code::PARITY_MEDIA_TYPE, _) => &mut tally.media_type,
                (Code::PARITY_ERROR, _) => &mut tally.failure,
                (Code::PARITY_VALUE, _) => &mut tally.value,
                (Code::PARITY_ORDER, _) => &mut tally.order,
                (Code::PARITY_HEADER, _) => &mut tally.header,
                _ => &mut tally.shape,
            };
            *count += 1;
        }
        tally
    }

    /// How many cases only one side was sent.
    pub(super) fn only(&self, side: Side) -> usize {
        let lone = self.lone.iter().filter(|lone| lone.side == side);
        lone.map(|lone| lone.count).sum()
    }

    /// From which severity on differences count: notes do where they fail the run.
    pub fn least(fail_on: Option<Severity>) -> Severity {
        fail_on.map_or(Severity::Warning, |least| least.min(Severity::Warning))
    }

    /// Whether any difference that nobody accepts is as grave as this.
    pub fn differs(&self, least: Severity) -> bool {
        let mut differences = self.pairs.iter().flat_map(|pair| &pair.differences);
        differences.any(|difference| difference.severity >= least && !difference.accepted)
    }

    /// How many cases of each operation have differences of each category.
    pub fn matrix(&self) -> IndexMap<(usize, &OperationId), BTreeMap<Code, usize>> {
        let mut matrix: IndexMap<_, BTreeMap<Code, usize>> = IndexMap::new();
        for pair in &self.pairs {
            let row = matrix.entry((pair.api, &pair.operation)).or_default();
            let mut codes: Vec<Code> = pair.differences.iter().map(|one| one.code).collect();
            codes.sort_unstable();
            codes.dedup();
            for code in codes {
                *row.entry(code).or_default() += 1;
            }
        }
        matrix
    }

    /// The verdict in one line: `agrees on 41 of 46 cases; 3 stricter, 1 crash; warnings: 1 of shape`.
    /// Differences count from this severity on.
    pub fn verdict(&self, least: Severity) -> String {
        if let [illness, ..] = &*self.illnesses {
            return format!("the {} is {}", illness.side.name(), illness.kind);
        }
        let tally = self.tally(least);
        let all = self.pairs.len();
        let cases = if all == 1 { "case" } else { "cases" };
        let parts = |severity: Severity| {
            let parts = self.tally_of(severity, severity).parts().into_iter();
            let found = parts.filter(|(count, ..)| *count > 0);
            let told: Vec<String> = found
                .map(|(count, one, many)| {
                    format!("{count} {}", if count == 1 { one } else { many })
                })
                .collect();
            told.join(", ")
        };
        let noted = match tally.noted {
            0 => String::new(),
            noted => format!(", {noted} but for notes"),
        };
        let accepted = match tally.accepted {
            0 => String::new(),
            count => {
                let rules = counted(self.accepted.len(), "rule");
                format!(", {count} accepted by {rules}")
            }
        };
        let agrees = format!(
            "agrees on {} of {all} {cases}{noted}{accepted}",
            tally.agree
        );
        let mut told = vec![agrees];
        for (severity, title) in [
            (Severity::Error, ""),
            (Severity::Warning, "warnings: "),
            (Severity::Note, "notes: "),
        ] {
            let parts = parts(severity);
            if severity >= least && !parts.is_empty() {
                told.push(format!("{title}{parts}"));
            }
        }
        told.join("; ")
    }
}
