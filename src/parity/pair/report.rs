//! `parity.json`: what came of a comparison, redacted, for scripts and as the source of the other
//! renderings.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::acceptance::Acceptance;
use super::beside::{Member, members};
use super::difference::{Difference, Pair};
use super::health::{Illness, Side};
use super::latency::LatencyRow;
use super::lenient::Lenient;
use super::lone::Lone;
use super::minimise::{Minimal, name};
use super::noise::NoiseRow;
use super::outcome::{Group, Outcome, Tally};
use super::recording::{Answered, Recording};
use super::replay::{Stand, StepStand};
use super::stateless::Stateless;
use super::unfinished::Unfinished;
use super::unsent::Unsent;
use crate::code::{Code, Severity};
use crate::record::{Recipe, Redactor, RequestExcerpt, ResponseExcerpt, Spot, Tool, excerpt};
use crate::seed::Seed;
use crate::spec::{OperationId, Spec};

/// The form of the report: members may be added to it.
const VERSION: &str = "1.3";

/// The JSON Schema (2020-12) of `parity.json` of two targets.
pub const SCHEMA: &str = include_str!("schema.json");

/// How many groups show their first case in full.
const MOST_EXAMPLES: usize = 200;

/// What the report is made from, besides the outcome.
pub struct Origin<'a> {
    /// The API descriptions.
    pub specs: &'a [&'a Spec],
    /// What the baseline answered, and what the candidate did.
    pub recordings: (&'a Recording, &'a Recording),
    /// Where curl lines reach them, for each API description.
    pub bases: (&'a [String], &'a [String]),
    /// The names of the targets.
    pub targets: (&'a str, &'a str),
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// Smaller cases that make the same differences.
    pub minimal: &'a Minimal,
    /// The run's seed.
    pub seed: Seed,
    /// When it began, in RFC 3339.
    pub at: &'a str,
    /// From which severity on differences fail the run, if any do.
    pub fail_on: Option<Severity>,
    /// Whether somebody ended the run.
    pub is_interrupted: bool,
    /// How to start the sides where curl lines reach them, if they are embedded.
    pub commands: (Option<String>, Option<String>),
    /// What it was made from.
    pub again: Option<Recipe>,
}

/// What came of a comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The version of this form.
    pub version: &'static str,
    /// What made it.
    pub tool: Tool,
    /// What was compared: `targets`.
    pub mode: &'static str,
    /// `agree`, `passed` (what differs does not fail, or is accepted), `differ` or `inconclusive`.
    pub verdict: &'static str,
    /// The same in one line.
    pub line: String,
    /// The exit code: 130 if somebody ended the run, whatever the verdict is.
    pub exit_code: u8,
    /// The target that is compared with.
    pub baseline: String,
    /// The target that is compared.
    pub candidate: String,
    /// How to start the sides where curl lines reach them.
    pub start: Starts,
    /// The run's seed.
    pub seed: Seed,
    /// What it was made from, so that its cases can be made once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<Recipe>,
    /// From which severity on differences fail the run; `None` for never.
    pub fail_on: Option<Severity>,
    /// When it began.
    pub at: String,
    /// How many cases there were.
    pub cases: Cases,
    /// What keeps the sides from being compared.
    pub obstacles: Vec<Illness>,
    /// Why the comparison is not whole.
    pub interrupted: Option<String>,
    /// How many cases of each operation have differences of each category.
    pub matrix: Vec<MatrixRow>,
    /// The differences in groups, the gravest first.
    pub differences: Vec<Row>,
    /// What the baseline does not do twice in the same way.
    pub noise: Vec<NoiseRow>,
    /// Whether the baseline was asked again to find that out.
    pub repeated: bool,
    /// Latencies by operation.
    pub latency: Vec<LatencyRow>,
    /// What is to be said about rules.
    pub rules: RuleNotes,
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
}

/// Commands that start embedded sides; curl lines lead there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Starts {
    /// The baseline, if it is embedded.
    pub baseline: Option<String>,
    /// The candidate, if it is embedded.
    pub candidate: Option<String>,
}

/// How many cases there were.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cases {
    /// Both sides answered.
    pub compared: usize,
    /// How they came out.
    #[serde(flatten)]
    pub tally: Tally,
    /// Only the baseline was asked.
    pub only_baseline: usize,
    /// Only the candidate was asked.
    pub only_candidate: usize,
}

/// One operation.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixRow {
    /// The operation.
    pub operation: OperationId,
    /// How many of its cases were compared.
    pub compared: usize,
    /// How many of them differ, by category.
    pub differ: BTreeMap<String, usize>,
}

/// Differences that are the same but for the case.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The category (`PM502`).
    pub code: Code,
    /// Its name (`parity-status`).
    pub category: &'static str,
    /// The kind of it.
    pub kind: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether a rule accepts them.
    pub accepted: bool,
    /// The operation.
    pub operation: OperationId,
    /// Where in the answer: a JSON Pointer with indexes starred, or a header field.
    pub place: String,
    /// What is wrong with the requests, if anything is.
    pub defect: Option<String>,
    /// In words.
    pub message: String,
    /// How many cases.
    pub count: usize,
    /// The first of them, if it was generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<Stand>,
    /// The same for a step of a workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepStand>,
    /// The same with what was sent and answered.
    pub example: Option<Example>,
}

/// One case on both sides.
#[derive(Debug, Clone, Serialize)]
pub struct Example {
    /// The step of a scenario.
    pub step: Option<String>,
    /// Where the random choices of the case came from.
    pub seed: Seed,
    /// How many optional parts of the request were left out to make it smaller.
    pub left_out: usize,
    /// The steps of the workflow that still differ when run alone; empty where none was left out.
    pub steps: Vec<String>,
    /// What the baseline did.
    pub baseline: Answer,
    /// What the candidate did.
    pub candidate: Answer,
    /// The bodies side by side, where the difference is one of bodies that are JSON.
    pub members: Vec<Member>,
}

/// One side of a case.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// What was sent.
    pub request: RequestExcerpt,
    /// What came back.
    pub response: Option<ResponseExcerpt>,
    /// Why nothing came back.
    pub failure: Option<String>,
    /// What this side has at the place of the difference.
    pub value: Option<Value>,
    /// A command that sends the request again.
    pub curl: String,
}

/// What is to be said about rules.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RuleNotes {
    /// Rules that applied to something.
    pub used: Vec<String>,
    /// What those accepted that accept categories.
    pub accepted: Vec<Acceptance>,
    /// Rules that were about nothing.
    pub unused: Vec<String>,
    /// Rules that are out of date, and do not apply.
    pub expired: Vec<String>,
}

impl Row {
    /// The command that sends its first case to both sides again, where there is one.
    pub(super) fn replay(&self) -> Option<String> {
        let case = self.case.as_ref().map(|case| case.address.to_string());
        let name = case.or_else(|| self.step.as_ref().map(|step| step.name.clone()))?;
        Some(format!("proofmark replay {name}"))
    }
}

impl Report {
    /// The report of an outcome.
    pub fn new(outcome: &Outcome, origin: &Origin<'_>) -> Self {
        let groups = outcome.groups();
        let code = exit_code(outcome, origin.fail_on);
        let least = Outcome::least(origin.fail_on);
        let tally = outcome.tally(least);
        let mut shown = BTreeSet::new();
        let mut examples = 0;
        let mut compared: BTreeMap<(usize, &OperationId), usize> = BTreeMap::new();
        for pair in &outcome.pairs {
            *compared.entry((pair.api, &pair.operation)).or_default() += 1;
        }
        Self {
            version: VERSION,
            tool: Tool {
                name: "proofmark".into(),
                version: env!("CARGO_PKG_VERSION").into(),
            },
            mode: "targets",
            verdict: match code {
                0 if origin.is_interrupted => "inconclusive",
                0 if tally.agree == outcome.pairs.len() && tally.accepted == 0 => "agree",
                0 => "passed",
                1 => "differ",
                _ => "inconclusive",
            },
            line: outcome.verdict(least),
            exit_code: if origin.is_interrupted { 130 } else { code },
            baseline: origin.targets.0.to_owned(),
            candidate: origin.targets.1.to_owned(),
            start: Starts {
                baseline: origin.commands.0.clone(),
                candidate: origin.commands.1.clone(),
            },
            seed: origin.seed,
            again: origin.again.clone(),
            fail_on: origin.fail_on,
            at: origin.at.to_owned(),
            cases: Cases {
                compared: outcome.pairs.len(),
                tally,
                only_baseline: outcome.only(Side::Baseline),
                only_candidate: outcome.only(Side::Candidate),
            },
            obstacles: outcome
                .illnesses
                .iter()
                .map(|illness| Illness {
                    message: origin.redactor.text(&illness.message),
                    ..illness.clone()
                })
                .collect(),
            interrupted: outcome.interrupted.clone(),
            matrix: outcome
                .matrix()
                .into_iter()
                .map(|((api, operation), codes)| MatrixRow {
                    operation: operation.clone(),
                    compared: compared.get(&(api, operation)).copied().unwrap_or_default(),
                    differ: codes
                        .into_iter()
                        .map(|(code, count)| (code.to_string(), count))
                        .collect(),
                })
                .collect(),
            differences: groups
                .iter()
                .map(|group| {
                    let is_first = shown.insert(group.likeness());
                    // What looks alike may have other causes in other operations: each error is shown.
                    let shows = is_first || group.severity == Severity::Error;
                    examples += usize::from(shows);
                    origin.row(group, shows && examples <= MOST_EXAMPLES)
                })
                .collect(),
            noise: NoiseRow::all(&outcome.noise),
            repeated: outcome.repeated,
            latency: outcome.latencies.clone(),
            rules: RuleNotes {
                used: outcome.used_rules.clone(),
                accepted: outcome.accepted.clone(),
                unused: outcome.unused_rules.clone(),
                expired: outcome.expired_rules.clone(),
            },
            lone: outcome
                .lone
                .iter()
                .map(|lone| Lone {
                    reason: origin.redactor.text(&lone.reason),
                    ..lone.clone()
                })
                .collect(),
            unfinished: outcome.unfinished.clone(),
            unsent: outcome
                .unsent
                .iter()
                .map(|unsent| Unsent {
                    reason: origin.redactor.text(&unsent.reason),
                    ..unsent.clone()
                })
                .collect(),
            stateless: outcome.stateless.clone(),
            lenient: outcome.lenient.clone(),
        }
    }

    /// The categories in which any operation differs.
    pub(super) fn categories(&self) -> BTreeSet<&str> {
        let codes = self.matrix.iter().flat_map(|row| row.differ.keys());
        codes.map(String::as_str).collect()
    }

    /// The operations that differ in anything.
    pub(super) fn differing(&self) -> Vec<&MatrixRow> {
        let rows = self.matrix.iter();
        rows.filter(|row| !row.differ.is_empty()).collect()
    }

    /// The report as JSON.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// Differences are true however the run ended; a side that cannot be compared makes none.
fn exit_code(outcome: &Outcome, fail_on: Option<Severity>) -> u8 {
    if !outcome.illnesses.is_empty() {
        3
    } else if fail_on.is_some_and(|least| outcome.differs(least)) {
        1
    } else if outcome.interrupted.is_some() {
        3
    } else if outcome.pairs.is_empty() {
        4
    } else {
        0
    }
}

impl Origin<'_> {
    fn row(&self, group: &Group<'_>, shows: bool) -> Row {
        let (pair, difference) = group.first;
        Row {
            code: group.code,
            category: group.code.name(),
            kind: group.kind,
            severity: group.severity,
            accepted: group.accepted,
            operation: group.operation.clone(),
            place: group.place.to_owned(),
            defect: group.defect.map(str::to_owned),
            message: self.redactor.text(&difference.message),
            count: group.count,
            case: self.stand(pair),
            step: self.step(pair),
            example: shows.then(|| self.example(pair, difference)).flatten(),
        }
    }

    /// Where a case stands in its plan.
    fn stand(&self, pair: &Pair) -> Option<Stand> {
        self.again.as_ref()?;
        let answered = self.recordings.0.answers.get(&pair.name)?;
        let case = Some(&answered.verdict.case).filter(|_| answered.step.is_none())?;
        Some(Stand {
            address: case.address(),
            phase: case.phase,
        })
    }

    /// The step of a workflow, if it is one.
    fn step(&self, pair: &Pair) -> Option<StepStand> {
        self.again.as_ref()?;
        let answered = self.recordings.0.answers.get(&pair.name)?;
        Some(StepStand {
            name: answered.step.clone()?,
            visit: pair.name.clone(),
        })
    }

    fn example(&self, pair: &Pair, difference: &Difference) -> Option<Example> {
        let (baseline, candidate) = self.recordings;
        let smaller = self.minimal.found.get(&name(&pair.name, difference));
        let (one, other, difference) = match smaller {
            Some(smaller) => (&smaller.baseline, &smaller.candidate, &smaller.difference),
            None => (
                baseline.answers.get(&pair.name)?,
                candidate.answers.get(&pair.name)?,
                difference,
            ),
        };
        let (value, other_value) = (&difference.baseline, &difference.candidate);
        let place = &difference.place;
        let left = self.answer(pair.api, one, self.bases.0, (place, value.as_ref()))?;
        let right = self.answer(pair.api, other, self.bases.1, (place, other_value.as_ref()))?;
        let body = |answer: &Answer| answer.response.as_ref()?.body.clone();
        let beside = match (body(&left), body(&right)) {
            (Some(one), Some(other)) if difference.place.starts_with('/') => {
                members(&one, &other, &difference.place)
            }
            _ => Vec::new(),
        };
        Some(Example {
            step: one.step.clone(),
            seed: one.verdict.case.seed,
            left_out: smaller.map_or(0, |smaller| smaller.dropped),
            steps: smaller.map_or_else(Vec::new, |smaller| smaller.steps.clone()),
            baseline: left,
            candidate: right,
            members: beside,
        })
    }

    fn answer(
        &self,
        api: usize,
        answered: &Answered,
        bases: &[String],
        (place, value): (&str, Option<&Value>),
    ) -> Option<Answer> {
        let spec = self.specs.get(api)?;
        let base = bases.get(api).map_or("", String::as_str);
        let shown = excerpt(spec, self.redactor, base, &answered.verdict);
        Some(Answer {
            request: shown.request,
            response: shown.response,
            failure: shown.failure,
            value: value.map(|value| shown.veil.show(&Spot::of_place(place), value)),
            curl: shown.curl,
        })
    }
}
