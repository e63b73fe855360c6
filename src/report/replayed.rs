//! What became of the findings of a report whose cases were sent once more, for a person at a terminal.

use super::screen::{LABEL, Look, Screen, Tone};
use super::text::{command, counted, cut, printable};
use crate::code::Code;
use crate::record::{Excerpt, RequestExcerpt, ResponseExcerpt};

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was found again.
    Still,
    /// Something else was found in its place; what.
    Otherwise(String),
    /// It was not found any more.
    Gone,
    /// Its case was not sent, or the answer says nothing of it; why.
    NotReached(String),
}

/// A finding whose case was sent once more.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The kind.
    pub code: Code,
    /// Where: the operation and the phase, or the step of a workflow.
    pub place: String,
    /// The name that the report has for the case, or for the finding.
    pub name: String,
    /// One line.
    pub title: String,
    /// What became of it.
    pub fate: Fate,
    /// Whether it only shows after whatever was written before it.
    pub after_writes: bool,
    /// What was sent and what came back, on each side if there are several.
    pub exchanges: Vec<Sent>,
}

/// What was sent, and what came back.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The side; empty where there is only one.
    pub side: &'static str,
    /// What was sent.
    pub request: RequestExcerpt,
    /// What came back; `None` if nothing did.
    pub response: Option<ResponseExcerpt>,
    /// Why nothing came back.
    pub failure: Option<String>,
}

impl Sent {
    /// An exchange on a side.
    pub fn on(side: &'static str, excerpt: Excerpt) -> Self {
        Self {
            side,
            request: excerpt.request,
            response: excerpt.response,
            failure: excerpt.failure,
        }
    }
}

impl Fate {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Still => "still there",
            Self::Otherwise(_) => "something else",
            Self::Gone => "gone",
            Self::NotReached(_) => "not reached",
        }
    }
}

/// What became of all of them.
pub fn replayed(rows: &[Replayed], look: &Look) -> String {
    let mut screen = Screen {
        look,
        text: String::new(),
    };
    for row in rows {
        screen.replayed(row);
        screen.text.push('\n');
    }
    let count = |name: &str| rows.iter().filter(|row| row.fate.name() == name).count();
    let names = ["still there", "something else", "not reached", "gone"];
    let counts = names.map(|name| (count(name), name));
    let told: Vec<String> = (counts.into_iter().filter(|(count, _)| *count > 0))
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let tone = match counts.map(|(count, _)| count) {
        [0, 0, 0, _] => Tone::Good,
        [0, 0, ..] => Tone::Doubtful,
        _ => Tone::Bad,
    };
    let total = screen.paint(tone, &counted(rows.len(), "finding"));
    screen.line(&format!("{total}: {}", told.join(", ")));
    screen.text
}

impl Screen<'_> {
    fn replayed(&mut self, row: &Replayed) {
        let tone = match row.fate {
            Fate::Still | Fate::Otherwise(_) => Tone::Bad,
            Fate::Gone => Tone::Good,
            Fate::NotReached(_) => Tone::Doubtful,
        };
        let fate = self.paint(tone, row.fate.name());
        let code = self.paint(Tone::Strong, &row.code.to_string());
        self.line(&format!("{fate}  {code} {}", row.code.name()));
        self.entry(2, "was", &row.title);
        self.entry(2, "in", &row.place);
        match &row.fate {
            Fate::Otherwise(found) => self.entry(2, "instead", found),
            Fate::NotReached(reason) => self.entry(2, "reason", reason),
            Fate::Still if row.after_writes => {
                self.entry(2, "after", "what the run had written before it");
            }
            Fate::Still | Fate::Gone => {}
        }
        let room = self.look.width.saturating_sub(LABEL + 2).max(20);
        for exchange in &row.exchanges {
            let request = &exchange.request;
            let sent = command(&format!("{} {}", request.method, request.path));
            let label = match exchange.side {
                "" => "request",
                side => side,
            };
            self.entry(2, label, &cut(&sent, room));
            let answer = match (&exchange.response, &exchange.failure) {
                (Some(response), _) => {
                    let body = response.body.as_deref().unwrap_or("without a body");
                    format!("{} {}", response.status, body.replace('\n', " "))
                }
                (None, Some(failure)) => failure.clone(),
                (None, None) => "none".to_owned(),
            };
            self.entry(2, "answer", &cut(&printable(&answer), room));
        }
        self.entry(2, "id", &row.name);
    }
}
