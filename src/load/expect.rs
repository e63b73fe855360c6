//! Expectations: which answers of an operation are known to be right without asking every check.
//!
//! An answer is right at once if its status is documented, its media type is documented for it, and its
//! body is valid. Whatever is not plainly so is asked of all checks, which have the last word.

use std::sync::Arc;

use super::connection::Answer;
use super::excused::{Excused, Told};
use crate::check::{Fingerprint, forbids_content};
use crate::code::Code;
use crate::judge::{Captured, Captures, Judge, Ladder, Rung, Rungs, Verdict};
use crate::spec::Operation;
use crate::wire::{MediaRange, best_match};

/// More different answers than this are not remembered.
const MOST: usize = 64;

/// What is expected of the answers to one operation, learnt as they come.
#[derive(Default)]
pub(crate) struct Expectations {
    known: Vec<Expected>,
}

/// What is expected of answers with one status and one `Content-Type`.
struct Expected {
    status: u16,
    content_type: Vec<u8>,
    body: Body,
    /// Bodies that only the checks could tell are right.
    excused: Excused,
}

enum Body {
    /// There is none.
    None,
    /// JSON that keeps a schema.
    Json(Box<Judge>),
    /// Only the checks can tell.
    Unknown,
}

/// What is known about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing is wrong with it; if a schema was asked, which rung answered.
    Right(Option<Rung>),
    /// The checks must be asked.
    Unknown,
}

impl Expectations {
    /// What is known about an answer. What of its body was to be captured is captured if it is right.
    pub(crate) fn ask(
        &mut self,
        operation: &Operation,
        answer: &Answer,
        rungs: Rungs,
        (captures, captured): (&Captures, &mut Captured),
    ) -> Known {
        let content_type = answer.field("content-type").unwrap_or_default();
        let at = match self.place(answer) {
            Some(at) => at,
            None if self.known.len() >= MOST => return Known::Unknown,
            None => {
                self.known.push(Expected {
                    status: answer.status(),
                    content_type: content_type.to_vec(),
                    body: expected(operation, answer.status(), content_type, rungs),
                    excused: Excused::default(),
                });
                self.known.len() - 1
            }
        };
        let Some(expected) = self.known.get_mut(at) else {
            return Known::Unknown;
        };
        let body = answer.content();
        let is_coded = answer.field("content-encoding").is_some();
        match &mut expected.body {
            Body::None if body.is_empty() => Known::Right(None),
            Body::Json(judge) if !body.is_empty() && !is_coded => {
                match judge.judge_and_capture(body, captures, captured) {
                    Verdict::Valid => Known::Right(Some(judge.rung())),
                    Verdict::Invalid | Verdict::Unsure => Known::Unknown,
                }
            }
            _ => Known::Unknown,
        }
    }

    /// What the checks told of an equal answer that they excused.
    pub(crate) fn excused(&self, answer: &Answer) -> Option<Told> {
        let expected = self.known.get(self.place(answer)?)?;
        expected.excused.find(expected.hash(answer)?)
    }

    /// Keeps what the checks told of an answer that they excused.
    pub(crate) fn excuse(&mut self, answer: &Answer, told: Vec<(Code, Fingerprint)>) {
        let expected = self.place(answer).and_then(|at| self.known.get_mut(at));
        if let Some(expected) = expected
            && let Some(hash) = expected.hash(answer)
        {
            expected.excused.keep(hash, told);
        }
    }

    /// Where answers like this one stand.
    fn place(&self, answer: &Answer) -> Option<usize> {
        let content_type = answer.field("content-type").unwrap_or_default();
        self.known
            .iter()
            .position(|known| known.status == answer.status() && known.content_type == content_type)
    }
}

impl Expected {
    /// The hash of an answer's body, if its schema is asked and bodies are remembered.
    fn hash(&self, answer: &Answer) -> Option<u128> {
        let is_coded = answer.field("content-encoding").is_some();
        match &self.body {
            Body::Json(judge) if !is_coded => judge.hash(answer.content()),
            _ => None,
        }
    }
}

/// What is expected of the bodies of answers with this status and `Content-Type`.
fn expected(operation: &Operation, status: u16, content_type: &[u8], rungs: Rungs) -> Body {
    // A failure, or a refusal that must carry header fields of its own.
    if status >= 500 || matches!(status, 401 | 405) {
        return Body::Unknown;
    }
    let Some((_, documented)) = operation.responses.select(status) else {
        return Body::Unknown;
    };
    if documented.unreadable || !documented.headers.is_empty() {
        return Body::Unknown;
    }
    if forbids_content(status) || documented.content.is_empty() || operation.method == "HEAD" {
        return Body::None;
    }
    let text: String = content_type.iter().map(|byte| char::from(*byte)).collect();
    let Ok(media) = MediaRange::parse(&text) else {
        return Body::Unknown;
    };
    if media.is_range() || !media.is_json() {
        return Body::Unknown;
    }
    let names = documented.content.keys().map(String::as_str);
    let declared = best_match(names, &media).and_then(|name| documented.content.get(name));
    let schema = declared.and_then(|declared| declared.schema.as_ref());
    match schema.map(Ladder::new) {
        Some(Ok(ladder)) => Body::Json(Box::new(Judge::new(&Arc::new(ladder), rungs))),
        _ => Body::Unknown,
    }
}
