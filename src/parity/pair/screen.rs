//! The last screen of a comparison, for a person at a terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use indexmap::IndexMap;
use serde_json::Value;

use super::beside::{Member, window};
use super::cluster::{Cluster, clusters};
use super::health::Side;
use super::latency::LatencyVerdict;
use super::report::{Answer, Report};
use crate::code::Severity;
use crate::report::{LABEL, Look, Screen, Tone, command, counted, cut, first, printable};

/// How many clusters are shown in full.
const MOST: usize = 20;
/// How many operations the matrix shows.
const MOST_OPERATIONS: usize = 40;
/// How many places of notes are named.
const MOST_PLACES: usize = 4;
/// How many places of noise are named.
const MOST_NOISE: usize = 8;
/// How many characters of an answer are shown.
const WIDEST: usize = 160;

/// How many members of bodies are shown side by side.
const MOST_MEMBERS: usize = 6;

/// How many kinds of defects are named.
const MOST_DEFECTS: usize = 3;

impl Report {
    /// The report as text.
    pub fn screen(&self, look: &Look) -> String {
        let mut screen = Screen {
            look,
            text: String::new(),
        };
        self.verdict_on(&mut screen);
        self.matrix_on(&mut screen);
        self.differences_on(&mut screen);
        self.rest_on(&mut screen);
        screen.text
    }

    fn verdict_on(&self, screen: &mut Screen<'_>) {
        let tone = match self.verdict {
            "agree" | "passed" => Tone::Good,
            "differ" => Tone::Bad,
            _ => Tone::Doubtful,
        };
        let word = screen.paint(tone, &self.verdict.to_uppercase());
        screen.line(&format!("{word}  {}", printable(&self.line)));
        let sides = format!(
            "candidate {} against baseline {}, seed {}",
            self.candidate, self.baseline, self.seed
        );
        screen.entry(0, "", &sides);
        if let Some(stateless) = &self.stateless {
            screen.entry(0, "state", &stateless.to_string());
        }
        if let Some(lenient) = &self.lenient {
            screen.entry(0, "lenient", &lenient.to_string());
        }
        for illness in &self.obstacles {
            let told = format!(
                "the {} is {}: {}",
                illness.side.name(),
                illness.kind,
                illness.message
            );
            screen.entry(0, &illness.code.to_string(), &told);
        }
        if !self.obstacles.is_empty() {
            screen.entry(
                0,
                "",
                "nothing was compared: such a side makes no differences",
            );
        }
        if let Some(why) = &self.interrupted {
            screen.entry(0, "ended", &format!("early: {why}"));
        }
    }

    fn matrix_on(&self, screen: &mut Screen<'_>) {
        let codes = self.categories();
        if codes.is_empty() {
            return;
        }
        screen.heading("cases that differ");
        let widest = self.matrix.iter().map(|row| row.operation.as_str().len());
        let width = widest.max().unwrap_or_default().clamp(10, 40);
        let mut line = format!("  {:width$} {:>6}", "", "cases");
        for code in &codes {
            let _ = write!(line, "{code:>7}");
        }
        screen.line(&line);
        let rows = self.differing();
        for row in rows.iter().take(MOST_OPERATIONS) {
            let name = cut(&printable(row.operation.as_str()), width);
            let mut line = format!("  {name:width$} {:>6}", row.compared);
            for code in &codes {
                let count = row.differ.get(*code);
                let count = count.map_or_else(|| ".".to_owned(), ToString::to_string);
                let _ = write!(line, "{count:>7}");
            }
            screen.line(&line);
        }
        let quiet = self.matrix.len() - rows.len();
        let more = rows.len().saturating_sub(MOST_OPERATIONS);
        if more > 0 {
            screen.line(&format!(
                "  and {}, see the reports",
                counted(more, "more operation")
            ));
        }
        if quiet > 0 {
            screen.line(&format!(
                "  {} without any difference",
                counted(quiet, "operation")
            ));
        }
    }

    fn differences_on(&self, screen: &mut Screen<'_>) {
        let clusters = clusters(&self.differences);
        let (notes, grave): (Vec<_>, Vec<_>) = clusters
            .iter()
            .filter(|cluster| !cluster.first.accepted)
            .partition(|cluster| cluster.first.severity == Severity::Note);
        if !grave.is_empty() {
            screen.heading("differences");
        }
        for cluster in grave.iter().take(MOST) {
            screen.text.push('\n');
            on(cluster, screen);
        }
        if grave.len() > MOST {
            screen.text.push('\n');
            let more = counted(grave.len() - MOST, "more difference");
            screen.line(&format!("  and {more}, see the reports"));
        }
        let title = if self.fail_on == Some(Severity::Note) {
            "notes"
        } else {
            "notes, which do not fail"
        };
        notes_on(title, &notes, screen);
        if !self.rules.accepted.is_empty() {
            screen.heading("accepted by rules");
        }
        for acceptance in &self.rules.accepted {
            screen.entry(2, "accepted", &acceptance.to_string());
        }
    }

    /// What only one side was sent, and why.
    fn lone_on(&self, screen: &mut Screen<'_>) {
        let mut reasons: IndexMap<(Side, &str), (usize, Vec<String>)> = IndexMap::new();
        for lone in &self.lone {
            let (count, operations) = reasons.entry((lone.side, &lone.reason)).or_default();
            *count += lone.count;
            operations.push(lone.operation.to_string());
        }
        let more = reasons.len().saturating_sub(MOST_NOISE);
        for ((side, reason), (count, operations)) in reasons.into_iter().take(MOST_NOISE) {
            let told = format!(
                "{} that only the {} was sent ({}): {reason}",
                counted(count, "case"),
                side.name(),
                first(3, &operations)
            );
            screen.entry(2, "left out", &told);
        }
        if more > 0 {
            let told = format!("{}, see the reports", counted(more, "more reason"));
            screen.entry(2, "", &told);
        }
    }

    fn rest_on(&self, screen: &mut Screen<'_>) {
        let slower: Vec<String> = self
            .latency
            .iter()
            .filter_map(|row| {
                let side = match row.verdict {
                    LatencyVerdict::CandidateSlower => "candidate",
                    LatencyVerdict::BaselineSlower => "baseline",
                    LatencyVerdict::TooFew | LatencyVerdict::Alike => return None,
                };
                Some(format!(
                    "{}: the {side} is slower, median {} ms / {} ms of {}",
                    row.operation,
                    row.baseline_ms,
                    row.candidate_ms,
                    counted(row.pairs, "pair")
                ))
            })
            .collect();
        screen.heading("besides");
        if !self.noise.is_empty() {
            let places: Vec<String> = self
                .noise
                .iter()
                .map(|row| {
                    let place = if row.place.is_empty() {
                        "the outcome"
                    } else {
                        &row.place
                    };
                    format!("{} {place} ({})", row.operation, row.count)
                })
                .collect();
            let told = format!(
                "PM513, the baseline differs from itself: {}",
                first(MOST_NOISE, &places)
            );
            screen.entry(2, "noise", &told);
        } else if self.repeated {
            screen.entry(2, "noise", "none: the baseline answered the same again");
        } else if self.obstacles.is_empty() {
            screen.entry(2, "noise", "not looked for: the baseline was asked once");
        }
        for line in slower.iter().take(MOST_NOISE) {
            screen.entry(2, "PM512", line);
        }
        self.lone_on(screen);
        for workflow in &self.unfinished {
            screen.entry(2, "not sent", &workflow.to_string());
        }
        for unsent in self.unsent.iter().take(MOST_NOISE) {
            screen.entry(2, "not sent", &unsent.to_string());
        }
        if self.unsent.len() > MOST_NOISE {
            let more = counted(self.unsent.len() - MOST_NOISE, "more reason");
            screen.entry(2, "", &format!("{more}, see the reports"));
        }
        if !self.rules.used.is_empty() {
            let used = counted(self.rules.used.len(), "rule");
            screen.entry(2, "rule", &format!("{used} applied"));
        }
        for rule in &self.rules.unused {
            screen.entry(2, "rule", &format!("unused: {rule}"));
        }
        for rule in &self.rules.expired {
            screen.entry(2, "rule", &format!("out of date, does not apply: {rule}"));
        }
        let starts = [&self.start.baseline, &self.start.candidate];
        let mut label = "for curl";
        for command in starts
            .into_iter()
            .flatten()
            .filter(|_| !self.differences.is_empty())
        {
            let painted = screen.paint(Tone::Faint, &format!("{label:<LABEL$}"));
            screen.line(&format!("  {painted}{}", printable(command)));
            label = "";
        }
        if label.is_empty() {
            // Nobody but the run itself has told such a server anything.
            let told = "what the run wrote is not there: commands that need it are answered 404; \
                        `proofmark replay ID` sends it all again";
            screen.entry(2, "", told);
        }
        let reports = screen.look.reports.join(", ");
        if !reports.is_empty() {
            screen.entry(2, "reports", &reports);
        }
    }
}

/// Notes, in a line for each category and kind.
fn notes_on(title: &str, notes: &[&Cluster<'_>], screen: &mut Screen<'_>) {
    let mut kinds: BTreeMap<(&str, &str), Vec<&Cluster<'_>>> = BTreeMap::new();
    for cluster in notes {
        let row = cluster.first;
        let kind = kinds.entry((row.category, row.kind)).or_default();
        kind.push(cluster);
    }
    if kinds.is_empty() {
        return;
    }
    screen.heading(title);
    for ((category, kind), clusters) in kinds {
        let Some(row) = clusters.first().map(|cluster| cluster.first) else {
            continue;
        };
        let operations: BTreeSet<_> = clusters.iter().flat_map(|one| one.operations()).collect();
        let mut places: Vec<String> = clusters
            .iter()
            .map(|cluster| cluster.first.place.clone())
            .filter(|place| !place.is_empty())
            .collect();
        places.dedup();
        let mut told = format!(
            "{category} {kind}: {} of {}",
            counted(clusters.iter().map(|one| one.count).sum(), "difference"),
            counted(operations.len(), "operation")
        );
        if !places.is_empty() {
            told = format!("{told}, at {}", first(MOST_PLACES, &places));
        }
        screen.entry(2, &row.code.to_string(), &told);
    }
}

fn on(cluster: &Cluster<'_>, screen: &mut Screen<'_>) {
    let row = cluster.first;
    let tone = match row.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Doubtful,
        Severity::Note => Tone::Faint,
    };
    let severity = screen.paint(tone, &format!("{:<LABEL$}", row.severity.to_string()));
    let code = screen.paint(Tone::Strong, &row.code.to_string());
    screen.line(&format!("  {severity}{code} {} {}", row.category, row.kind));
    screen.entry(2, "", &row.message);
    let operations = cluster.told_operations();
    let seen = first(3, &operations);
    let all = if operations.len() > 1 {
        format!("{seen}; {} in all", counted(cluster.count, "case"))
    } else {
        seen
    };
    screen.entry(2, "in", &all);
    let defects = cluster.told_defects();
    if !defects.is_empty() {
        screen.entry(2, "requests", &first(MOST_DEFECTS, &defects));
    }
    if !row.place.is_empty() {
        screen.entry(2, "at", &row.place);
    }
    let Some(example) = &row.example else {
        return;
    };
    if let Some(step) = &example.step {
        screen.entry(2, "step", step);
    }
    let (one, other) = (&example.baseline, &example.candidate);
    let at_place = !row.place.is_empty() && (one.value.is_some() || other.value.is_some());
    screen.entry(2, "baseline", &told(one, at_place));
    screen.entry(2, "candidate", &told(other, at_place));
    beside(screen, &example.members);
    let curls = if one.request == other.request {
        vec![("curl", &one.curl)]
    } else {
        vec![("curl", &one.curl), ("", &other.curl)]
    };
    if example.left_out > 0 {
        let told = format!(
            "{} of the request left out: it still differs",
            counted(example.left_out, "optional part")
        );
        screen.entry(2, "minimised", &told);
    }
    if !example.steps.is_empty() {
        let told = format!(
            "the workflow still differs with these steps alone: {}",
            example.steps.join(", ")
        );
        screen.entry(2, "minimised", &told);
    }
    if let Some(command) = row.replay() {
        screen.entry(2, "replay", &command);
    }
    for (label, curl) in curls {
        let label = screen.paint(Tone::Faint, &format!("{label:<LABEL$}"));
        screen.line(&format!("  {label}{}", command(curl)));
    }
}

/// The members around a difference side by side, those of the difference marked.
fn beside(screen: &mut Screen<'_>, members: &[Member]) {
    let shown = window(members, MOST_MEMBERS);
    let room = screen.look.width.saturating_sub(LABEL + 8).max(40) / 3;
    let column = |text: &str| {
        let text = cut(&printable(text), room);
        format!("{text:<room$}")
    };
    for member in shown {
        let mark = if member.differs { "!" } else { " " };
        let side = |text: &Option<String>| column(text.as_deref().unwrap_or("-"));
        let line = format!(
            "{mark} {} {} {}",
            column(&member.at),
            side(&member.baseline),
            side(&member.candidate)
        );
        let tone = if member.differs {
            Tone::Strong
        } else {
            Tone::Faint
        };
        let line = screen.paint(tone, line.trim_end());
        screen.line(&format!("  {:LABEL$}{line}", ""));
    }
}

/// An answer in one line, with what stands at the place of the difference.
fn told(answer: &Answer, at_place: bool) -> String {
    let Some(response) = &answer.response else {
        return answer
            .failure
            .clone()
            .unwrap_or_else(|| "no answer".to_owned());
    };
    let status = response.status;
    let text = match &answer.value {
        Some(Value::Number(number)) if number.as_u64() == Some(u64::from(status)) => {
            response.body.clone().unwrap_or_default()
        }
        Some(value) => value.to_string(),
        None if at_place => return format!("{status}, nothing at this place"),
        None => response.body.clone().unwrap_or_default(),
    };
    cut(&format!("{status} {}", text.replace('\n', " ")), WIDEST)
}
