//! Workflows of scenario files with their steps.

use std::fmt::Write;

use super::findings::{anew, message, replay, severity};
use super::markup::{Prose, Text};
use super::{define, pill};
use crate::record::{AttemptReport, CriterionReport, Summary};
use crate::report::standing::{Standing, StepView, WorkflowView, workflows as views};
use crate::report::text::counted;

/// How many workflows are shown.
const MOST: usize = 500;

pub(super) fn workflows(page: &mut String, summary: &Summary) {
    let all = views(summary);
    if all.is_empty() {
        return;
    }
    page.push_str("<h2>Workflows</h2>\n");
    for view in all.iter().take(MOST) {
        workflow(page, view);
    }
    if all.len() > MOST {
        let _ = writeln!(
            page,
            "<p class=faint>and {} more, see <code>run.json</code></p>",
            all.len() - MOST
        );
    }
}

fn workflow(page: &mut String, view: &WorkflowView<'_>) {
    let open = if view.standing == Standing::Failed {
        " open"
    } else {
        ""
    };
    let passed = view.count(Standing::Passed);
    let _ = writeln!(
        page,
        "<details{open}><summary>{} <b>{}</b> <span class=faint>{} &middot; {passed} of {} passed</span></summary><div>",
        standing(view.standing),
        Text(view.workflow.name()),
        Text(view.workflow.summary.as_deref().unwrap_or("")),
        counted(view.steps.len(), "step")
    );
    let reason = view.workflow.reason.as_deref();
    if let Some(reason) = reason.filter(|_| view.standing != Standing::Passed) {
        let _ = writeln!(page, "<p>{}</p>", Prose(reason));
    }
    for step in &view.steps {
        self::step(page, step);
    }
    page.push_str("</div></details>\n");
}

fn step(page: &mut String, view: &StepView<'_>) {
    let open = if view.standing == Standing::Failed {
        " open"
    } else {
        ""
    };
    let _ = writeln!(
        page,
        "<details{open}><summary>{} {}. <b>{}</b> {} <span class=faint>{}</span></summary><div>",
        standing(view.standing),
        view.step.number,
        Text(&view.step.step),
        Text(&view.step.target),
        Text(view.parts().join(" \u{b7} "))
    );
    if let Some(reason) = view.own_reason() {
        let _ = writeln!(page, "<p>{}</p>", Prose(reason));
    }
    page.push_str("<dl>\n");
    define(page, "Stands at", &view.step.location.to_string());
    if let Some(waited) = view.waited() {
        define(page, "Waited", &waited);
    }
    for earlier in view.earlier() {
        define(page, "Earlier", &earlier);
    }
    page.push_str("</dl>\n");
    for finding in &view.findings {
        let _ = writeln!(
            page,
            "<p>{} <code>{}</code> {}</p>",
            severity(finding.severity),
            finding.code,
            Prose(&finding.title)
        );
    }
    if let Some(attempt) = view.last() {
        self::attempt(page, attempt);
    }
    if let Some(command) = view.replay.as_ref().filter(|_| view.fails) {
        anew(page, command);
    }
    page.push_str("</div></details>\n");
}

fn attempt(page: &mut String, attempt: &AttemptReport) {
    for criterion in &attempt.criteria {
        self::criterion(page, criterion);
    }
    if let Some(request) = &attempt.request {
        let line = format!("{} {}", request.method, request.path);
        message(page, &line, &request.headers, request.body.as_deref());
    }
    if let Some(response) = &attempt.response {
        let line = format!("HTTP {}", response.status);
        message(page, &line, &response.headers, response.body.as_deref());
    }
    if let Some(failure) = &attempt.failure {
        let _ = writeln!(page, "<p>No answer: {}</p>", Text(failure));
    }
    if let Some(curl) = &attempt.curl {
        replay(page, curl);
    }
}

fn criterion(page: &mut String, criterion: &CriterionReport) {
    let (tone, word) = if criterion.holds {
        ("good", "holds")
    } else {
        ("bad", "does not hold")
    };
    let _ = write!(
        page,
        "<p>{} <code>{}</code>",
        pill(tone, word),
        Text(&criterion.condition)
    );
    let seen = criterion.actual.iter();
    let seen: Vec<String> = seen
        .map(|(name, value)| format!("{name} is {value}"))
        .collect();
    let told = seen.iter().chain(&criterion.notes).chain(&criterion.error);
    for told in told {
        let _ = write!(page, "<br><span class=faint>{}</span>", Text(told));
    }
    page.push_str("</p>\n");
}

fn standing(standing: Standing) -> String {
    let tone = match standing {
        Standing::Passed => "good",
        Standing::Failed => "bad",
        Standing::NotReached => "",
    };
    pill(tone, standing.word())
}
