//! The screen: changes for people, the worst first.

use super::change::{Change, Evidence, Grade, Version};
use super::{Comparison, Described, defect};
use crate::code::Code;
use crate::report::{Look, counted, cut, first, printable, wrap};
use crate::schema::Direction;

/// The width of the labels.
const LABEL: usize = 11;

/// How many operations are named.
const OPERATIONS: usize = 3;

/// How long texts of documents and instances may be.
const TEXT: usize = 240;

/// How many errors are shown.
const ERRORS: usize = 10;

/// How many changes of one sort are shown; all are in `parity.json`.
const SHOWN: usize = 100;

/// What two documents say differently, as text. From `fail_on` on changes fail.
pub fn screen(comparison: &Comparison, fail_on: Option<Grade>, look: &Look) -> String {
    let mut screen = Screen {
        look,
        text: String::new(),
    };
    let outcome = comparison.outcome(fail_on);
    let tone = match outcome {
        "failed" => Tone::Bad,
        "inconclusive" => Tone::Doubtful,
        _ => Tone::Good,
    };
    let word = screen.paint(tone, &outcome.to_uppercase());
    screen.line(&format!("{word}  {}", comparison.verdict()));
    screen.about("old", &comparison.old);
    screen.about("new", &comparison.new);
    let mut errors = comparison.defects.iter().filter(|error| !error.is_known);
    if let Some(first) = errors.next() {
        let (whose, what) = defect::heading(&comparison.defects);
        screen.heading(&format!("{whose}, which leave open {what}"));
        for error in std::iter::once(first).chain(errors.by_ref()).take(ERRORS) {
            let code = format!("{:<LABEL$}", error.code.to_string());
            let code = screen.paint(Tone::Bad, &code);
            screen.labelled(2, &code, &cut(&error.message, TEXT));
            screen.entry(2, "", &error.location.to_string());
        }
        let more = errors.count();
        if more > 0 {
            let more = counted(more, "error");
            screen.line(&format!("  and {more} more, all in parity.json"));
        }
    }
    for (title, is_meant) in SORTS {
        let meant = comparison.changes.iter().filter(|change| is_meant(change));
        let meant: Vec<&Change> = meant.collect();
        if meant.is_empty() {
            continue;
        }
        screen.heading(title);
        for change in meant.iter().take(SHOWN) {
            screen.change(change);
        }
        let more = meant.len().saturating_sub(SHOWN);
        if more > 0 {
            screen.text.push('\n');
            screen.line(&format!(
                "  and {} more, all in parity.json",
                counted(more, "change")
            ));
        }
    }
    if !look.reports.is_empty() {
        screen.text.push('\n');
        screen.entry(0, "reports", &look.reports.join(", "));
    }
    screen.text
}

pub(super) type Sort = (&'static str, fn(&Change) -> bool);

pub(super) const SORTS: [Sort; 5] = [
    ("breaks requests", |change| {
        change.code == Code::BREAKING_REQUEST_CHANGE
    }),
    ("breaks responses", |change| {
        change.code == Code::BREAKING_RESPONSE_CHANGE
    }),
    ("unclear", |change| change.grade == Grade::Unclear),
    ("compatible", |change| change.grade == Grade::Compatible),
    ("notes", |change| change.grade == Grade::Note),
];

/// What a piece of text is, to be coloured.
#[derive(Clone, Copy)]
enum Tone {
    Good,
    Bad,
    Doubtful,
    Strong,
    Faint,
}

struct Screen<'a> {
    look: &'a Look,
    text: String,
}

impl Screen<'_> {
    fn paint(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.look.colour => return text.to_owned(),
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
            Tone::Doubtful => "1;33",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.text.push('\n');
        let text = self.paint(Tone::Strong, text);
        self.line(&text);
    }

    /// A label, and text beside it that is wrapped.
    fn entry(&mut self, indent: usize, label: &str, text: &str) {
        let label = self.paint(Tone::Faint, &format!("{label:<LABEL$}"));
        self.labelled(indent, &label, text);
    }

    fn labelled(&mut self, indent: usize, label: &str, text: &str) {
        let column = indent + LABEL;
        let width = self.look.width.saturating_sub(column).max(20);
        for (index, line) in wrap(&printable(text), width).iter().enumerate() {
            if index == 0 {
                self.line(&format!("{:indent$}{label}{line}", ""));
            } else {
                self.line(&format!("{:column$}{line}", ""));
            }
        }
    }

    fn about(&mut self, label: &str, document: &Described) {
        let operations = counted(document.operations, "operation");
        let title = match &*document.title {
            "" => String::new(),
            title => format!("{title}, "),
        };
        let text = format!("{} ({title}{operations})", document.document);
        self.entry(8, label, &text);
    }

    fn change(&mut self, change: &Change) {
        let tone = match change.grade {
            Grade::Breaking => Tone::Bad,
            Grade::Unclear => Tone::Doubtful,
            Grade::Compatible | Grade::Note => Tone::Strong,
        };
        let is_brief = change.grade < Grade::Unclear;
        if !is_brief {
            self.text.push('\n');
        }
        let code = format!("{:<LABEL$}", change.code.to_string());
        let code = self.paint(tone, &code);
        let title = format!("{}: {}", change.kind, cut(&change.message, TEXT));
        self.labelled(2, &code, &title);
        let place = place(change);
        if !place.is_empty() {
            self.entry(2, "", &place);
        }
        if is_brief {
            return;
        }
        if !change.operations.is_empty() {
            self.entry(2, "in", &first(OPERATIONS, &change.operations));
        }
        for (label, text, location) in [
            ("was", &change.was, &change.old),
            ("now", &change.now, &change.new),
        ] {
            let location = location.as_ref().map(ToString::to_string);
            let text = Some(cut(text, TEXT)).filter(|text| !text.is_empty());
            let parts: Vec<String> = [text, location].into_iter().flatten().collect();
            if !parts.is_empty() {
                self.entry(2, label, &parts.join("\n"));
            }
        }
        let shown = shown(change);
        if !shown.is_empty() {
            self.entry(2, "shown by", &shown);
        }
    }
}

/// Where it is, in words. Brief changes name their operations here.
pub(super) fn place(change: &Change) -> String {
    let at = change.instance.as_ref().filter(|at| !at.is_root());
    let at = at.map(|at| format!("at {}", cut(at.as_str(), TEXT)));
    let place = Some(change.place.clone()).filter(|place| !place.is_empty());
    let is_brief = change.grade < Grade::Unclear;
    let operations = is_brief && !change.operations.is_empty();
    let operations = operations.then(|| format!("of {}", first(OPERATIONS, &change.operations)));
    let parts: Vec<String> = [place, at, operations].into_iter().flatten().collect();
    parts.join(" ")
}

/// What shows it, or that nothing was found to show it.
pub(super) fn shown(change: &Change) -> String {
    let Some(witness) = &change.witness else {
        return match change.evidence {
            Evidence::NotShown => {
                "nothing: no instance that was drawn is accepted by one and refused by the other"
                    .to_owned()
            }
            Evidence::Shown | Evidence::Said => String::new(),
        };
    };
    let value = cut(&witness.value.to_string(), TEXT);
    let is_answer = change.direction == Some(Direction::Response);
    let words = match (witness.accepted_by, is_answer) {
        (Version::Old, false) => "was accepted and is refused now",
        (Version::New, false) => "was refused and is accepted now",
        (Version::Old, true) => "was an answer and is none now",
        (Version::New, true) => "was no answer and may be one now",
    };
    let is_here = change.instance.as_ref() == Some(&witness.at);
    let at = match witness.at.as_str() {
        _ if is_here => String::new(),
        "" => " as a whole".to_owned(),
        at => format!(" at {at}"),
    };
    format!("{value}{at}, which {words}")
}
