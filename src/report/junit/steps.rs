//! Test cases of workflows: one for each step, however often it was run.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::super::standing::{Standing, StepView, WorkflowView, workflows};
use super::super::text::cut;
use super::{Case, Failure, Suite};
use crate::record::{FindingRow, Summary};

/// The longest command that is shown, in bytes.
const MOST_COMMAND: usize = 2000;

/// How many characters of a value, an answer or a reason are shown.
const MOST_VALUE: usize = 400;

/// How many characters of a name stand in front of the number that tells it from an equal one.
const MOST_NAME: usize = 480;

/// What a step is known by in its suite: its number, its name and which run of the workflow it is of.
type Known<'a> = (usize, &'a str, Option<&'a str>);

/// One suite for each workflow.
pub(super) fn suites(summary: &Summary) -> Vec<Suite> {
    let views = workflows(summary);
    let files: BTreeSet<&str> = views.iter().map(|view| &*view.workflow.key.file).collect();
    let stems = stems(&files);
    let mut suites: IndexMap<(&str, &str), Vec<&WorkflowView<'_>>> = IndexMap::new();
    for view in &views {
        let key = &view.workflow.key;
        let runs = suites.entry((&key.file, &key.workflow)).or_default();
        runs.push(view);
    }
    let mut names = Names::default();
    let suites = suites.into_iter().map(|((file, workflow), runs)| {
        let stem = stems.get(file).map_or(file, String::as_str);
        let cases = cases(summary, &runs);
        let spent = runs.iter().flat_map(|view| &view.steps);
        let spent = spent.filter_map(|step| step.spent);
        let spent = spent.fold(0.0, |sum, spent| sum + spent);
        Suite {
            name: names.unique(&format!("proofmark.run.{stem}.{workflow}")),
            file: Some(file.to_owned()),
            seconds: spent / 1000.0,
            cases,
        }
    });
    suites.collect()
}

/// The cases of all runs of a workflow.
fn cases(summary: &Summary, runs: &[&WorkflowView<'_>]) -> Vec<Case> {
    let mut steps: IndexMap<Known<'_>, Vec<&StepView<'_>>> = IndexMap::new();
    let mut names = Names::default();
    let mut cases = Vec::new();
    for view in runs {
        let run = view.workflow.key.run.as_deref();
        for step in &view.steps {
            let known = (step.step.number, step.step.step.as_str(), run);
            steps.entry(known).or_default().push(step);
        }
        // A failure must not go unseen, nor a workflow of which nothing was done.
        if view.workflow.fails_alone() || view.steps.is_empty() {
            let name = names.unique(&labelled(&view.workflow.key.workflow, run));
            cases.push(of_workflow(summary, view, name));
        }
    }
    let workflow = runs.first().map_or("", |view| &view.workflow.key.workflow);
    let of_steps = steps.into_iter().map(|(known, visits)| {
        let name = names.unique(&name(workflow, known));
        of_step(summary, name, &visits)
    });
    cases.extend(of_steps);
    cases
}

/// The name of a step's case. It tells no number: steps that are put in front of others must not give
/// these another history.
fn name(workflow: &str, (_, step, run): Known<'_>) -> String {
    labelled(&format!("{workflow} / {step}"), run)
}

/// A name with the run of the workflow that it is about: the row of a feed, or who called it.
fn labelled(name: &str, run: Option<&str>) -> String {
    run.map_or_else(|| name.to_owned(), |run| format!("{name} [{run}]"))
}

/// The case of a workflow that ended otherwise than by its steps.
fn of_workflow(summary: &Summary, view: &WorkflowView<'_>, name: String) -> Case {
    let workflow = view.workflow;
    let reason = workflow.reason.as_deref().unwrap_or("no reason is known");
    let place = format!("{reason}\nworkflow: {}", workflow.location);
    let fails = workflow.fails_alone() && summary.fails(crate::code::Severity::Error);
    let mut case = Case {
        name,
        seconds: None,
        failure: None,
        told: None,
        skipped: None,
    };
    match view.standing {
        Standing::Failed if fails => {
            case.failure = Some(Failure {
                kind: "workflow-failed".to_owned(),
                message: reason.to_owned(),
                text: place,
            });
        }
        Standing::Failed => case.told = Some(place),
        Standing::NotReached => case.skipped = Some(format!("not reached: {reason}")),
        Standing::Passed => {}
    }
    case
}

/// The case of a step that was run so often, at least once.
fn of_step(summary: &Summary, name: String, visits: &[&StepView<'_>]) -> Case {
    let failing: Vec<_> = visits.iter().filter(|visit| visit.fails).collect();
    let failure = failing.first().map(|first| {
        let (kind, message) = why(summary, first);
        let more = failing.len() - 1;
        let more = if more > 0 {
            format!(" (and {more} more)")
        } else {
            String::new()
        };
        let many = visits.len();
        let blocks: Vec<String> = visits
            .iter()
            .enumerate()
            .filter(|(_, visit)| visit.fails)
            .map(|(index, visit)| match many {
                1 => block(visit),
                _ => format!("visit {} of {many}\n{}", index + 1, block(visit)),
            })
            .collect();
        Failure {
            kind: kind.to_owned(),
            message: format!("{message}{more}"),
            text: blocks.join("\n\n"),
        }
    });
    let told: Vec<String> = visits
        .iter()
        .filter(|visit| !visit.fails)
        .flat_map(|visit| told(visit))
        .collect();
    let reached = visits
        .iter()
        .any(|visit| visit.standing != Standing::NotReached);
    let skipped = visits.first().filter(|_| !reached);
    let spent = visits.iter().filter_map(|visit| visit.spent);
    Case {
        name,
        seconds: Some(spent.fold(0.0, |sum, spent| sum + spent) / 1000.0),
        failure,
        told: (!told.is_empty()).then(|| told.join("\n")),
        skipped: skipped.map(|visit| visit.parts().join(", ")),
    }
}

/// The kind of a failure, and a line about it.
fn why(summary: &Summary, visit: &StepView<'_>) -> (&'static str, String) {
    let reason = visit.step.reason.clone();
    if let Some(code) = visit.step.code {
        return (
            code.name(),
            reason.unwrap_or_else(|| code.entry().title.to_owned()),
        );
    }
    if let Some(criterion) = visit.broken().next() {
        return ("criterion-failed", criterion.told());
    }
    let mut findings = visit.findings.iter();
    let finding = findings.find(|row| summary.fails(row.severity));
    match finding {
        Some(row) => (row.check, row.title.clone()),
        None => (
            "step-failed",
            reason.unwrap_or_else(|| "the step failed".to_owned()),
        ),
    }
}

/// All that is wrong with a step, what matters most first: it may be cut.
fn block(visit: &StepView<'_>) -> String {
    let short = |text: &str| cut(&text.replace('\n', " "), MOST_VALUE);
    let mut lines = Vec::new();
    for criterion in visit.broken() {
        lines.push(short(&criterion.told()));
        lines.push(format!("criterion: {}", criterion.location));
        lines.extend(criterion.values().map(|value| short(&value)));
        lines.extend(
            criterion
                .notes
                .iter()
                .map(|note| format!("note: {}", short(note))),
        );
    }
    let code = visit
        .step
        .code
        .map(|code| format!("{code} {}", code.name()));
    lines.extend(code);
    lines.extend(
        visit
            .own_reason()
            .map(|reason| format!("reason: {}", short(reason))),
    );
    lines.push(format!(
        "step: {}, {}",
        visit.step.location, visit.step.target
    ));
    lines.extend(visit.findings.iter().map(|row| found(row)));
    if let Some(attempt) = visit.last() {
        lines.extend(attempt.curl.as_ref().map(|curl| {
            if curl.len() > MOST_COMMAND {
                format!("curl: {} bytes, see run.json", curl.len())
            } else {
                curl.clone()
            }
        }));
        lines.extend(
            attempt
                .then
                .as_ref()
                .map(|then| format!("then: {}", short(then))),
        );
        let body = |body: &Option<String>| short(body.as_deref().unwrap_or("without a body"));
        let answer = attempt.response.as_ref().map_or_else(
            || attempt.failure.as_deref().map(short),
            |response| Some(format!("{} {}", response.status, body(&response.body))),
        );
        lines.extend(answer.map(|answer| format!("answer: {answer}")));
    }
    lines.extend(visit.waited().map(|waited| format!("waited: {waited}")));
    let earlier = visit.earlier();
    lines.extend(
        earlier
            .iter()
            .map(|line| format!("attempt {}", short(line))),
    );
    lines.join("\n")
}

/// What is worth knowing of a step that does not fail the run.
fn told(visit: &StepView<'_>) -> Vec<String> {
    if visit.standing == Standing::Failed {
        return vec![block(visit)];
    }
    let mut lines: Vec<String> = visit.findings.iter().map(|row| found(row)).collect();
    let criteria = visit.last().map(|attempt| &attempt.criteria);
    let notes = criteria
        .into_iter()
        .flatten()
        .flat_map(|criterion| &criterion.notes);
    lines.extend(notes.map(|note| format!("note: {}", cut(note, MOST_VALUE))));
    lines
}

fn found(row: &FindingRow) -> String {
    let title = format!("{} {} {}: {}", row.severity, row.code, row.check, row.title);
    match &row.place {
        Some(place) => format!("{title}\ndocument: {place}"),
        None => title,
    }
}

/// What each file is called: its name without endings, or the whole path where that is not enough.
fn stems<'a>(files: &BTreeSet<&'a str>) -> BTreeMap<&'a str, String> {
    let bare = |file: &str| -> String {
        let mut bare = file;
        for ending in [".yaml", ".yml", ".json", ".arazzo"] {
            bare = bare.strip_suffix(ending).unwrap_or(bare);
        }
        bare.to_owned()
    };
    let last = |file: &str| -> String {
        let bare = bare(file);
        bare.rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let stems = files.iter().map(|file| {
        let stem = last(file);
        let shared = files.iter().filter(|other| last(other) == stem).count() > 1;
        let stem = if shared || stem.is_empty() {
            bare(file)
                .trim_start_matches(['.', '/', '\\'])
                .replace(['/', '\\'], ".")
        } else {
            stem
        };
        (*file, stem)
    });
    stems.collect()
}

/// Names that were given away. GitLab drops what has a name that it has seen.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn unique(&mut self, name: &str) -> String {
        let mut unique = super::line(name);
        let mut number = 1;
        while !self.0.insert(unique.clone()) {
            number += 1;
            unique = format!("{} ({number})", cut(&super::line(name), MOST_NAME));
        }
        unique
    }
}
