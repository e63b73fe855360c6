//! Workflows on the screen: their steps, a line each, and what is wrong with those that failed.

use super::screen::{LABEL, Screen, Tone};
use super::standing::{Standing, StepView, WorkflowView, workflows};
use super::text::{command, counted, cut, first_three, printable, wrap};
use crate::check::Blame;
use crate::code::Severity;
use crate::record::Summary;

/// How many workflows are shown with their steps; beyond, only those that did not pass.
const MOST_WORKFLOWS: usize = 20;

/// How many steps of a workflow are shown; beyond, only those that failed.
const MOST_STEPS: usize = 60;

/// How many steps are shown with all that is wrong with them.
const MOST_FAILED: usize = 20;

/// How many lines of earlier attempts, and how many values of a criterion, are shown.
const MOST_LINES: usize = 6;

/// How far details of a step are indented.
const DETAIL: usize = 8;

/// How wide the columns of a workflow's steps are.
struct Columns {
    number: usize,
    step: usize,
    target: usize,
}

impl Columns {
    /// `None` where a line would be too wide for them.
    fn of(view: &WorkflowView<'_>, width: usize) -> Option<Self> {
        let most = |length: &dyn Fn(&StepView<'_>) -> usize| {
            let steps = view.steps.iter();
            steps.map(length).max().unwrap_or_default()
        };
        let length = |text: &str| printable(text).chars().count();
        let columns = Self {
            number: most(&|view| view.step.number.to_string().len()).max(2),
            step: most(&|view| length(&view.step.step)),
            target: most(&|view| length(&view.step.target)),
        };
        let sent = |view: &StepView<'_>| match view.standing {
            // Reasons can be wrapped.
            Standing::NotReached => 0,
            _ => tail(view).chars().count(),
        };
        let enough = columns.before() + most(&sent).max(30) <= width;
        enough.then_some(columns)
    }

    /// How much stands in front of what came of a step.
    fn before(&self) -> usize {
        10 + self.number + 1 + self.step + 2 + self.target + 2
    }
}

/// What came of a step, in columns where it was sent.
fn tail(view: &StepView<'_>) -> String {
    let parts = view.parts();
    match (&parts[..], view.spent) {
        ([answer, time, rest @ ..], Some(_)) => {
            let rest = rest.join(", ");
            format!("{answer:<3}  {time:>8}  {rest}")
                .trim_end()
                .to_owned()
        }
        _ => parts.join(", "),
    }
}

impl Screen<'_> {
    pub(super) fn workflows(&mut self, summary: &Summary) {
        let views = workflows(summary);
        if views.is_empty() {
            return;
        }
        self.heading("workflows");
        let mut room = MOST_FAILED;
        let many = views.len() > MOST_WORKFLOWS;
        let is_shown = |view: &&WorkflowView<'_>| !many || view.standing != Standing::Passed;
        for view in views.iter().filter(is_shown).take(MOST_WORKFLOWS) {
            self.text.push('\n');
            self.workflow(view, &mut room);
        }
        let passed = views.iter().filter(|view| !is_shown(view)).count();
        let others = (views.len() - passed).saturating_sub(MOST_WORKFLOWS);
        if passed + others > 0 {
            self.text.push('\n');
        }
        if others > 0 {
            let others = counted(others, "workflow");
            self.line(&format!(
                "  and {others} more that did not pass, see the reports"
            ));
        }
        if passed > 0 {
            self.line(&format!(
                "  and {} that passed",
                counted(passed, "workflow")
            ));
        }
    }

    /// How many workflows and steps stand how.
    pub(super) fn steps(&mut self, summary: &Summary) {
        let views = workflows(summary);
        if views.is_empty() {
            return;
        }
        let all = [
            (Standing::Passed, "passed"),
            (Standing::Failed, "failed"),
            (Standing::NotReached, "not reached"),
        ];
        let told = |count: &dyn Fn(Standing) -> usize| {
            let counts = all.map(|(standing, name)| (count(standing), name));
            let counts = counts.into_iter().filter(|(count, _)| *count > 0);
            let counts: Vec<String> = counts
                .map(|(count, name)| format!("{count} {name}"))
                .collect();
            counts.join(", ")
        };
        let workflows = told(&|standing| {
            let views = views.iter();
            views.filter(|view| view.standing == standing).count()
        });
        self.entry(0, "workflows", &workflows);
        let steps = told(&|standing| views.iter().map(|view| view.count(standing)).sum());
        if !steps.is_empty() {
            self.entry(0, "steps", &steps);
        }
    }

    fn workflow(&mut self, view: &WorkflowView<'_>, room: &mut usize) {
        let workflow = view.workflow;
        let name = self.paint(Tone::Strong, &printable(&workflow.name()));
        let word = self.word(view.standing);
        self.line(&format!("  {word}  {name}"));
        if let Some(summary) = &workflow.summary {
            self.hang(8, summary);
        }
        self.hang(8, &workflow.location.to_string());
        if workflow.fails_alone() || view.standing == Standing::NotReached {
            let reason = workflow.reason.as_deref().unwrap_or("no reason is known");
            self.hang(
                8,
                &format!("{}: {reason}", workflow.outcome.name().replace('-', " ")),
            );
        }
        let columns = Columns::of(view, self.look.width);
        let mut hidden = 0;
        for (index, step) in view.steps.iter().enumerate() {
            let is_failed = step.standing == Standing::Failed;
            if index >= MOST_STEPS && !(is_failed && *room > 0) {
                hidden += 1;
                continue;
            }
            self.step(step, columns.as_ref());
            if !is_failed {
                self.notes(step);
            } else if *room > 0 {
                *room -= 1;
                self.failure(step);
            } else {
                self.entry(DETAIL, "details", "see the reports");
            }
        }
        if hidden > 0 {
            let hidden = counted(hidden, "step");
            self.line(&format!("    and {hidden} more, see the reports"));
        }
    }

    fn word(&self, standing: Standing) -> String {
        let tone = match standing {
            Standing::Passed => Tone::Good,
            Standing::Failed => Tone::Bad,
            Standing::NotReached => Tone::Faint,
        };
        self.paint(tone, standing.word())
    }

    /// Text that is wrapped below its beginning.
    fn hang(&mut self, column: usize, text: &str) {
        let width = self.look.width.saturating_sub(column).max(20);
        for line in wrap(&printable(text), width) {
            self.line(&format!("{:column$}{line}", ""));
        }
    }

    fn step(&mut self, view: &StepView<'_>, columns: Option<&Columns>) {
        let word = self.word(view.standing);
        let step = printable(&view.step.step);
        let target = printable(&view.step.target);
        let (before, column, tail) = if let Some(columns) = columns {
            let Columns {
                step: wide,
                target: wider,
                number,
            } = columns;
            let number = format!("{:>number$}", view.step.number);
            let before = format!("{number} {step:<wide$}  {target:<wider$}  ");
            (before, columns.before(), tail(view))
        } else {
            let number = format!("{:>2} ", view.step.number);
            let column = 10 + number.len();
            let parts = [vec![step, target], view.parts()].concat();
            (number, column, parts.join(", "))
        };
        let width = self.look.width.saturating_sub(column).max(20);
        let tail = printable(&tail);
        // What fits keeps its columns.
        let lines = if tail.chars().count() <= width {
            vec![tail]
        } else {
            wrap(&tail, width)
        };
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                self.line(&format!("    {word}  {before}{line}"));
            } else {
                self.line(&format!("{:column$}{line}", ""));
            }
        }
    }

    /// All that is wrong with a step.
    fn failure(&mut self, view: &StepView<'_>) {
        let room = self.look.width.saturating_sub(DETAIL + LABEL).max(20);
        for criterion in view.broken() {
            self.entry(DETAIL, "criterion", &criterion.told());
            self.entry(DETAIL, "", &criterion.location.to_string());
            for value in criterion.values().take(MOST_LINES) {
                self.entry(DETAIL, "value", &cut(&printable(&value), room * 2));
            }
            for note in &criterion.notes {
                self.entry(DETAIL, "note", note);
            }
        }
        if let Some(code) = view.step.code {
            self.entry(DETAIL, &code.to_string(), code.name());
        }
        if let Some(reason) = view.own_reason() {
            self.entry(DETAIL, "reason", reason);
        }
        if view.broken().next().is_none() {
            self.entry(DETAIL, "step", &view.step.location.to_string());
        }
        self.notes(view);
        let earlier = view.earlier();
        for line in earlier.iter().take(MOST_LINES) {
            self.entry(DETAIL, "attempt", line);
        }
        if let Some(more) = earlier.len().checked_sub(MOST_LINES + 1) {
            self.entry(DETAIL, "", &format!("and {} more", more + 1));
        }
        if let Some(command) = &view.replay {
            self.entry(DETAIL, "replay", command);
        }
        let Some(attempt) = view.last() else {
            return;
        };
        if let Some(then) = &attempt.then {
            self.entry(DETAIL, "then", then);
        }
        if let Some(response) = &attempt.response {
            let body = response.body.as_deref().unwrap_or("without a body");
            let text = printable(&format!("{} {}", response.status, body.replace('\n', " ")));
            self.entry(DETAIL, "answer", &cut(&text, room * 2));
        } else if let Some(failure) = &attempt.failure {
            self.entry(DETAIL, "answer", failure);
        }
        if let Some(curl) = &attempt.curl {
            // A command that is broken into lines is no command.
            let label = self.paint(Tone::Faint, &format!("{:<LABEL$}", "again"));
            self.line(&format!("{:DETAIL$}{label}{}", "", command(curl)));
        }
    }

    /// What was found in the answers of a step that matters, and what its criteria have to say though they hold.
    fn notes(&mut self, view: &StepView<'_>) {
        let findings: Vec<String> = view
            .findings
            .iter()
            .filter(|row| row.severity > Severity::Note)
            // Gaps of the document are told once, with all their operations.
            .filter(|row| row.blame != Blame::Document)
            .map(|row| format!("{} {} ({})", row.code, row.check, row.severity))
            .collect();
        if !findings.is_empty() {
            self.entry(DETAIL, "found", &first_three(&findings));
        }
        if let Some(waited) = view.waited() {
            self.entry(DETAIL, "waited", &waited);
        }
        let room = self.look.width.saturating_sub(DETAIL + LABEL).max(20);
        let criteria = view.last().map(|attempt| &attempt.criteria);
        let holding = criteria.into_iter().flatten();
        for criterion in holding.filter(|criterion| criterion.holds) {
            for note in &criterion.notes {
                self.entry(DETAIL, "note", &cut(&printable(note), room));
            }
        }
    }
}
