//! `report.html`: a run as one page that needs nothing but itself. No script, no network, light and dark,
//! fit to be printed.

mod chart;
mod charts;
mod coverage;
mod findings;
mod load;
mod markup;
#[cfg(test)]
mod tests;
mod workflows;

use std::fmt::Write;

use self::markup::{grouped, measured};
use crate::code::Code;
use crate::record::{Outcome, Summary};

pub(crate) use self::findings::{anew, message, replay, severity};
pub(crate) use self::markup::{Prose, Text};

/// How it looks.
const STYLE: &str = include_str!("style.css");

/// The summary as a page.
pub fn html(summary: &Summary) -> String {
    let verdict = summary.verdict.name();
    let mut page = begun(verdict, &summary.api.title);
    head(&mut page, summary);
    facts(&mut page, summary);
    if let Some(load) = &summary.load {
        load::load(&mut page, load);
    }
    workflows::workflows(&mut page, summary);
    findings::findings(&mut page, summary);
    coverage::coverage(&mut page, summary);
    if let Some(load) = &summary.load {
        load::generator(&mut page, load);
    }
    configuration(&mut page, summary);
    page.push_str(END);
    page
}

/// What every page ends with.
pub(crate) const END: &str = "</main>\n</body>\n</html>\n";

/// What every page begins with.
pub(crate) fn begun(verdict: &str, title: &str) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n");
    page.push_str("<meta name=viewport content=\"width=device-width,initial-scale=1\">\n");
    // Whatever may stand in the page, a browser loads and runs nothing.
    page.push_str(
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none';style-src 'unsafe-inline'\">\n",
    );
    let _ = write!(
        page,
        "<title>{}: {} - proofmark</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        Text(verdict.to_uppercase()),
        Text(title)
    );
    page
}

/// Verdict and soundness.
fn head(page: &mut String, summary: &Summary) {
    let kind = match (&summary.load, summary.workflows.is_empty()) {
        (Some(_), _) => "load",
        (None, false) => "scenarios",
        (None, true) => "conformance",
    };
    let _ = write!(
        page,
        "<div class=brand>proofmark {} &middot; {kind}</div>\n<h1>{}</h1>\n<div class=faint>{} &rarr; {}</div>\n",
        Text(&summary.tool.version),
        Text(&summary.api.title),
        Text(&summary.api.document),
        Text(&summary.target)
    );
    let tone = match summary.verdict {
        Outcome::Passed => "good",
        Outcome::Failed => "bad",
        Outcome::Inconclusive | Outcome::Empty => "doubt",
    };
    let _ = write!(
        page,
        "<section class=\"card verdict {tone}\">\n<p><b>{}</b> {}</p>\n",
        Text(summary.verdict.name().to_uppercase()),
        Prose(&summary.reason)
    );
    for obstacle in &summary.obstacles {
        let message = if obstacle.message == summary.reason {
            obstacle.code.entry().title
        } else {
            &obstacle.message
        };
        let _ = writeln!(
            page,
            "<p><code>{}</code> {}</p>",
            obstacle.code,
            Prose(message)
        );
    }
    if let Some(why) = &summary.interrupted {
        let _ = writeln!(page, "<p>It ended early: {}</p>", Text(why));
    }
    if let Some(load) = &summary.load {
        load::soundness(page, load);
    }
    page.push_str("</section>\n");
}

/// The few numbers that matter most.
fn facts(page: &mut String, summary: &Summary) {
    let whole = |count: usize| grouped(u64::try_from(count).unwrap_or(u64::MAX));
    let mut all = Vec::new();
    if let Some(load) = &summary.load {
        let total = &load.total;
        let failed = share(total.failed, total.requests);
        all.push((measured(total.rate), "/s", "requests"));
        let times = &total.response_time;
        for (share, time, name) in [
            (0.5, times.p50_ms, "response time, p50"),
            (0.95, times.p95_ms, "response time, p95"),
            (0.99, times.p99_ms, "response time, p99"),
        ] {
            if times.tells(share) {
                all.push((measured(time), "ms", name));
            } else {
                all.push(("-".to_owned(), "n too small", name));
            }
        }
        all.push((failed, "", "of the requests failed"));
        let broken = share(total.schema_violations, total.validated);
        all.push((broken, "", "of the bodies broke their schemas"));
    } else {
        let coverage = &summary.coverage;
        let of = |share: crate::record::Share| format!("{}/{}", share.exercised, share.total);
        if !summary.workflows.is_empty() {
            let workflows = summary.workflows.iter();
            let passed = workflows.filter(|one| one.outcome == crate::record::StepOutcome::Passed);
            let passed = format!("{}/{}", passed.count(), summary.workflows.len());
            all.push((passed, "", "workflows passed"));
        }
        all.push((
            whole(summary.counts.failing),
            "",
            "findings that fail the run",
        ));
        all.push((whole(summary.counts.cases), "", "requests"));
        all.push((of(coverage.succeeded), "", "operations succeeded"));
        all.push((of(coverage.responses), "", "documented responses seen"));
        all.push((
            measured(summary.timing.response_time.p95_ms),
            "ms",
            "response time, p95",
        ));
    }
    page.push_str("<section class=facts>\n");
    for (value, unit, name) in all {
        let _ = writeln!(
            page,
            "<div class=card><b>{} <small>{unit}</small></b><span>{name}</span></div>",
            Text(value)
        );
    }
    page.push_str("</section>\n");
}

/// What the run was made of.
fn configuration(page: &mut String, summary: &Summary) {
    page.push_str("<h2>Configuration</h2>\n<dl>\n");
    let seed = summary.seed.map(|seed| seed.to_string());
    let fail_on = summary.fail_on.map(|severity| severity.to_string());
    #[expect(clippy::cast_precision_loss, reason = "a duration")]
    let elapsed = summary.timing.elapsed_ms as f64 / 1_000.0;
    for (name, value) in [
        ("Began", summary.started.clone()),
        ("Took", Some(format!("{elapsed:.1} s"))),
        ("Target", Some(summary.target.clone())),
        ("Document", Some(summary.api.document.clone())),
        ("Seed", seed),
        ("Fails on", fail_on),
        ("Exit code", Some(summary.exit_code.to_string())),
        (
            "Version",
            Some(format!("{} {}", summary.tool.name, summary.tool.version)),
        ),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            define(page, name, &value);
        }
    }
    if let Some(load) = &summary.load {
        load::configuration(page, load);
    }
    page.push_str("</dl>\n<footer>Secrets and personal data are masked. The same run for programs: <code>run.json</code>.</footer>\n");
}

/// A name and a text.
pub(crate) fn define(page: &mut String, name: &str, text: &str) {
    let _ = writeln!(page, "<dt>{}</dt><dd>{}</dd>", Text(name), Text(text));
}

/// How to read more about a code.
pub(crate) fn explain(page: &mut String, code: Code) {
    define(page, "Explain", &format!("proofmark explain {code}"));
}

/// A label in a tone of its own.
pub(crate) fn pill(tone: &str, word: &str) -> String {
    format!("<span class=\"pill {tone}\">{}</span>", Text(word))
}

/// A part of a whole as percent.
fn share(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
    let share = part as f64 / whole.max(1) as f64;
    markup::percent(share)
}
