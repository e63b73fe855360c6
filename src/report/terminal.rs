//! The last screen: what came of the run, for a person at a terminal.

use std::fmt::Write as _;

use super::screen::{LABEL, Look, Screen, Tone};
use super::text::{command, counted, cut, first, first_three, printable, seen, wrap};
use crate::check::{Blame, Cluster};
use crate::code::{Code, Severity};
use crate::record::{Example, Outcome, Summary};

/// How many clusters are shown in full.
const MOST: usize = 20;

/// How many findings of the same cause are named beside the first.
const MOST_ALIKE: usize = 4;

/// How many reasons for leaving something out are shown.
const MOST_SKIPPED: usize = 6;

/// How many operations to which nothing was sent are named.
const MOST_IDLE: usize = 20;

/// How many lines of detail one cluster shows.
const DETAIL_LINES: usize = 4;

/// The summary as text.
pub fn terminal(summary: &Summary, look: &Look) -> String {
    let mut screen = Screen {
        look,
        text: String::new(),
    };
    screen.verdict(summary);
    screen.load(summary);
    screen.workflows(summary);
    screen.findings(summary);
    screen.gaps(summary);
    screen.numbers(summary);
    screen.text
}

impl Screen<'_> {
    fn verdict(&mut self, summary: &Summary) {
        let tone = match summary.verdict {
            Outcome::Passed => Tone::Good,
            Outcome::Failed => Tone::Bad,
            Outcome::Inconclusive | Outcome::Empty => Tone::Doubtful,
        };
        let name = summary.verdict.name().to_uppercase();
        let room = self.look.width.saturating_sub(name.len() + 2).max(20);
        let reason = wrap(&printable(&summary.reason), room);
        let (first, more) = reason.split_at(reason.len().min(1));
        let word = self.paint(tone, &name);
        self.line(&format!("{word}  {}", first.concat()));
        if !more.is_empty() {
            self.entry(0, "", &more.join(" "));
        }
        let seed = summary
            .seed
            .map_or_else(String::new, |seed| format!(", seed {seed}"));
        let api = &summary.api;
        self.entry(
            0,
            "",
            &format!(
                "{} ({}) against {}{seed}",
                api.title, api.document, summary.target
            ),
        );
        for obstacle in &summary.obstacles {
            let message = if obstacle.message == summary.reason {
                obstacle.code.entry().title
            } else {
                &obstacle.message
            };
            self.entry(0, &obstacle.code.to_string(), message);
        }
        if let Some(why) = &summary.interrupted {
            self.entry(0, "ended", &format!("early: {why}"));
        }
    }

    fn findings(&mut self, summary: &Summary) {
        let clusters: Vec<&Cluster> = summary
            .clusters
            .iter()
            .filter(|cluster| cluster.blame != Blame::Document)
            .filter(|cluster| !is_told(summary, cluster))
            .collect();
        if clusters.is_empty() {
            return;
        }
        self.heading("findings");
        for cluster in clusters.iter().take(MOST) {
            self.text.push('\n');
            self.cluster(summary, cluster);
        }
        if let Some(more) = clusters.len().checked_sub(MOST).filter(|more| *more > 0) {
            self.text.push('\n');
            self.line(&format!("  and {more} more, see the reports"));
        }
    }

    fn cluster(&mut self, summary: &Summary, cluster: &Cluster) {
        let tone = match cluster.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Doubtful,
            Severity::Note => Tone::Faint,
        };
        let severity = self.paint(tone, &format!("{:<LABEL$}", cluster.severity.to_string()));
        let code = self.paint(Tone::Strong, &cluster.code.to_string());
        self.line(&format!("  {severity}{code} {}", cluster.code.name()));
        self.entry(2, "", &cluster.title);
        let mut others: Vec<&str> = cluster
            .fingerprints
            .iter()
            .filter_map(|fingerprint| summary.finding(fingerprint))
            .map(|finding| finding.title.as_str())
            .filter(|title| *title != cluster.title)
            .collect();
        others.sort_unstable();
        others.dedup();
        for title in others.iter().take(MOST_ALIKE) {
            self.entry(2, "also", title);
        }
        if let Some(more) = others.len().checked_sub(MOST_ALIKE + 1) {
            self.entry(2, "", &format!("and {} more like these", more + 1));
        }
        let text = format!(
            "{} ({})",
            first_three(&cluster.operations),
            seen(summary, cluster.code, cluster.count)
        );
        self.entry(2, "in", &text);
        if let Some(place) = &cluster.place {
            let pointer = match place.span {
                Some(_) => format!("{place}  #{}", place.pointer),
                None => place.to_string(),
            };
            self.entry(2, "document", &pointer);
        }
        let finding = cluster
            .fingerprints
            .first()
            .and_then(|fingerprint| summary.finding(fingerprint));
        if let Some(finding) = finding {
            self.example(&finding.example);
            if let Some(command) = summary.replay(finding) {
                self.entry(2, "replay", &command);
            }
        }
        self.entry(2, "explain", &format!("proofmark explain {}", cluster.code));
    }

    fn example(&mut self, example: &Example) {
        if let Some(defect) = &example.defect {
            self.entry(2, "invalid", defect);
        }
        let room = self.look.width.saturating_sub(LABEL + 2).max(20) * 2;
        let told = [&example.defect, &example.failure]
            .into_iter()
            .flatten()
            .any(|text| text.ends_with(&example.detail));
        if !told && !example.detail.is_empty() {
            let lines: Vec<String> = example
                .detail
                .lines()
                .take(DETAIL_LINES)
                .map(|line| cut(line, room))
                .collect();
            self.entry(2, "detail", &lines.join("\n"));
        }
        if let Some(response) = &example.response {
            let body = response.body.as_deref().unwrap_or("without a body");
            let text = printable(&format!("{} {}", response.status, body.replace('\n', " ")));
            self.entry(2, "answer", &cut(&text, room));
        } else if let Some(failure) = &example.failure {
            self.entry(2, "answer", failure);
        }
        let case = format!("{} ({})", example.case, example.phase.name());
        self.entry(2, "case", &case);
        // A command that is broken into lines is no command.
        let label = self.paint(Tone::Faint, &format!("{:<LABEL$}", "again"));
        self.line(&format!("  {label}{}", command(&example.curl)));
    }

    fn gaps(&mut self, summary: &Summary) {
        let gaps: Vec<&Cluster> = summary
            .clusters
            .iter()
            .filter(|cluster| cluster.blame == Blame::Document)
            .filter(|cluster| !is_told(summary, cluster))
            .collect();
        let defects = summary
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity > Severity::Note);
        if gaps.is_empty() && defects.clone().next().is_none() {
            return;
        }
        self.heading("gaps in the document");
        self.text.push('\n');
        for cluster in gaps {
            let operations = cluster.operations.len();
            let text = format!(
                "{} {} in {}: {}",
                cluster.severity,
                cluster.title,
                counted(operations, "operation"),
                first_three(&cluster.operations)
            );
            self.entry(2, &cluster.code.to_string(), &text);
        }
        for diagnostic in defects {
            let text = format!(
                "{} {}: {}",
                diagnostic.severity, diagnostic.location, diagnostic.message
            );
            self.entry(2, &diagnostic.code.to_string(), &text);
        }
    }

    fn numbers(&mut self, summary: &Summary) {
        self.text.push('\n');
        self.steps(summary);
        let coverage = &summary.coverage;
        let share = |share: crate::record::Share| format!("{}/{}", share.exercised, share.total);
        let mut text = format!(
            "operations {} exercised, {} succeeded, documented responses {} seen",
            share(coverage.operations),
            share(coverage.succeeded),
            share(coverage.responses)
        );
        // Under load requests are not looked at one by one.
        if summary.load.is_none() {
            let _ = write!(text, ", parameters {} sent", share(coverage.parameters));
        }
        self.entry(0, "coverage", &text);
        if !coverage.keywords.is_empty() {
            let refused: usize = coverage.keywords.values().map(|count| count.refused).sum();
            let answered: usize = coverage.keywords.values().map(|count| count.answered).sum();
            let names: Vec<&str> = coverage.keywords.keys().map(String::as_str).collect();
            let text = format!(
                "{refused}/{answered} violations refused, of {}",
                names.join(", ")
            );
            self.entry(0, "", &text);
        }
        let unproven: Vec<_> = summary.unproven().collect();
        if !unproven.is_empty() {
            let names: Vec<_> = unproven.iter().map(|row| row.id.clone()).collect();
            let text = format!(
                "warning {} in {}: {}",
                Code::NEVER_SUCCEEDED.entry().title,
                counted(names.len(), "operation"),
                first_three(&names)
            );
            self.entry(0, &Code::NEVER_SUCCEEDED.to_string(), &text);
        }
        let idle: Vec<_> = summary.idle().map(|row| row.id.as_str()).collect();
        if !idle.is_empty() {
            let text = format!(
                "{} nothing was sent to {}: {}",
                Code::NOT_EXERCISED.entry().severity,
                counted(idle.len(), "operation"),
                first(MOST_IDLE, &idle)
            );
            self.entry(0, &Code::NOT_EXERCISED.to_string(), &text);
        }
        self.sent(summary);
        let counts = &summary.counts;
        // Of a run under load they are told with what else came back.
        if !counts.statuses.is_empty() && summary.load.is_none() {
            let statuses: Vec<String> = counts
                .statuses
                .iter()
                .map(|(status, count)| format!("{status} x {count}"))
                .collect();
            self.entry(0, "statuses", &statuses.join(", "));
        }
        let mut skipped: Vec<_> = summary.skipped.iter().collect();
        skipped.sort_by_key(|row| std::cmp::Reverse(row.count));
        for row in skipped.iter().take(MOST_SKIPPED) {
            let text = format!(
                "{} x {} ({})",
                row.count,
                row.reason,
                first_three(&row.operations)
            );
            self.entry(0, "skipped", &text);
        }
        let more = skipped.len().saturating_sub(MOST_SKIPPED);
        if more > 0 {
            let text = format!("and for {} more", counted(more, "reason"));
            self.entry(0, "", &text);
        }
        let latency = &summary.timing.response_time;
        if latency.count > 0 {
            self.entry(
                0,
                "latency",
                &format!(
                    "p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
                    latency.p50_ms, latency.p95_ms, latency.p99_ms, latency.max_ms
                ),
            );
        }
        if !self.look.reports.is_empty() {
            let reports = self.look.reports.join(", ");
            self.entry(0, "reports", &reports);
        }
    }
    fn sent(&mut self, summary: &Summary) {
        let counts = &summary.counts;
        let kinds = [
            (counts.valid, "valid"),
            (counts.invalid, "invalid"),
            (counts.scripted, "scripted"),
        ];
        let scripted = counts.scripted > 0;
        let kinds: Vec<String> = kinds
            .into_iter()
            .filter(|(count, kind)| *count > 0 || !scripted && *kind != "scripted")
            .map(|(count, kind)| format!("{count} {kind}"))
            .collect();
        let cases = counted(counts.cases, "case");
        let text = format!(
            "{cases}: {}; {} answered",
            kinds.join(", "),
            counts.answered
        );
        self.entry(0, "sent", &text);
    }
}

/// Whether the steps of workflows tell all about a cluster.
fn is_told(summary: &Summary, cluster: &Cluster) -> bool {
    let steps = summary
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.steps);
    let mut attempts = steps.flat_map(|step| &step.attempts);
    cluster.code.is_about_step()
        && attempts.any(|attempt| {
            let findings = &attempt.findings;
            findings
                .iter()
                .any(|told| cluster.fingerprints.contains(told))
        })
}
