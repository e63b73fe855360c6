//! Stories: a run in a few lines.

use std::fmt::Write;

use super::Played;
use crate::http::Request;
use crate::probe::Ended;
use crate::record::{AttemptReport, StepOutcome, StepReport, WorkflowReport};

impl Played {
    /// What was run, what was found, and how it ended unless it was all done.
    pub(super) fn story(&self) -> String {
        let mut story = String::new();
        for workflow in &self.summary.workflows {
            tell(&mut story, workflow);
        }
        for finding in &self.summary.findings {
            let _ = writeln!(
                story,
                "{}[{}] {}",
                finding.severity, finding.code, finding.title
            );
        }
        for obstacle in &self.summary.obstacles {
            let _ = writeln!(story, "[{}] {}", obstacle.code, obstacle.message);
        }
        if self.ended != Ended::Completed {
            let _ = writeln!(story, "{:?}", self.ended);
        }
        story
    }

    /// The requests, one a line: method, path, the header fields that somebody asked for, body.
    pub(super) fn requests(&self) -> String {
        let lines: Vec<String> = self.sent.iter().map(request).collect();
        lines.join("\n")
    }

    pub(super) fn step(&self, name: &str) -> &StepReport {
        let workflows = self.summary.workflows.iter();
        let mut steps = workflows.flat_map(|workflow| &workflow.steps);
        steps.find(|step| step.step == name).unwrap()
    }

    pub(super) fn bodies(&self) -> Vec<serde_json::Value> {
        let bodies = self
            .sent
            .iter()
            .filter_map(|request| request.body.as_deref());
        bodies
            .map(|body| serde_json::from_slice(body).unwrap())
            .collect()
    }
}

fn tell(story: &mut String, workflow: &WorkflowReport) {
    let _ = write!(story, "{}: {}", workflow.name(), workflow.outcome.name());
    if !workflow.outputs.is_empty() {
        let outputs = serde_json::to_string(&workflow.outputs).unwrap();
        let _ = write!(story, " {outputs}");
    }
    if let Some(reason) = &workflow.reason {
        let _ = write!(story, ", {reason}");
    }
    story.push('\n');
    for step in &workflow.steps {
        let _ = write!(story, "  {}", step.step);
        for attempt in &step.attempts {
            let _ = write!(story, " {}", shown(attempt));
        }
        if step.outcome != StepOutcome::Passed {
            let _ = write!(story, " {}", step.outcome.name());
        }
        if let Some(code) = &step.code {
            let _ = write!(story, " [{code}]");
        }
        if let Some(reason) = &step.reason {
            let _ = write!(story, " {reason}");
        }
        if !step.outputs.is_empty() {
            let outputs = serde_json::to_string(&step.outputs).unwrap();
            let _ = write!(story, " {outputs}");
        }
        story.push('\n');
    }
}

fn shown(attempt: &AttemptReport) -> String {
    let mut text = String::new();
    if let Some(request) = &attempt.request {
        let _ = write!(text, "{} {}", request.method, request.path);
    } else {
        text.push_str("(nothing sent)");
    }
    if let Some(response) = &attempt.response {
        let _ = write!(text, " {}", response.status);
    }
    for criterion in &attempt.criteria {
        for note in &criterion.notes {
            let _ = write!(text, " ({note})");
        }
    }
    if let Some(then) = &attempt.then {
        let _ = write!(text, " <{then}>");
    }
    text.push(',');
    text
}

fn request(request: &Request) -> String {
    let mut line = format!("{} {}", request.method, request.path);
    for (name, value) in &request.headers {
        if !matches!(
            &*name.to_ascii_lowercase(),
            "accept" | "content-length" | "user-agent" | "host"
        ) {
            let _ = write!(line, " {name}={value}");
        }
    }
    if let Some(body) = &request.body {
        let _ = write!(line, " {}", String::from_utf8_lossy(body));
    }
    line
}
