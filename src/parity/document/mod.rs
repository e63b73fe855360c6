//! Documents: two versions of an API description held against each other, as far as it matters to those
//! who call the API.
//!
//! What differs is graded for requests and for answers: what a client sends must still be taken, and
//! what it is answered must be what it was told. Schemas are compared by what they accept, not by how
//! they are written: references, `allOf`, order and the version of OpenAPI make no difference. What
//! keywords cannot tell is tried: instances are drawn from one schema and judged by the other.

mod callback;
mod change;
mod content;
mod defect;
mod encoding;
mod flow;
mod header;
mod json;
mod junit;
mod kind;
mod ledger;
mod link;
mod operation;
mod page;
mod pairing;
mod parameter;
mod response;
mod schema;
mod screen;
mod security;
mod server;
#[cfg(test)]
mod tests;

pub use change::{Change, Evidence, Grade, Version, Witness};
pub use defect::Defect;
pub use json::{SCHEMA, json};
pub use junit::junit;
pub use kind::Kind;
pub use page::html;
pub use screen::screen;

use serde::Serialize;

use crate::report::counted;
use crate::spec::Spec;
use ledger::{Ledger, Place, Said};
use operation::Pair;
use pairing::{Pairing, is_written, title};
use schema::Walk;

/// How much work a comparison may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many pairs of schemas are compared.
    pub pairs: usize,
    /// How many schemas instances are drawn from.
    pub draws: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pairs: 200_000,
            draws: 400,
        }
    }
}

/// What two documents say differently.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The old document.
    pub old: Described,
    /// The new document.
    pub new: Described,
    /// The operations of both, as `GET /path`, those of the old document first, then the webhooks.
    pub operations: Vec<String>,
    /// How many of them are in both.
    pub shared: usize,
    /// The changes: the worst first, then in the order of the documents.
    pub changes: Vec<Change>,
    /// The errors of the documents themselves.
    pub defects: Vec<Defect>,
}

/// A document in a line.
#[derive(Debug, Clone, Serialize)]
pub struct Described {
    /// Its name.
    pub document: String,
    /// Title and version.
    pub title: String,
    /// How many operations it has.
    pub operations: usize,
}

/// How many changes there are of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All of them.
    pub changes: usize,
    /// Those that break requests.
    pub breaking_requests: usize,
    /// Those that break what reads answers.
    pub breaking_responses: usize,
    /// Those that cannot be told from the documents.
    pub unclear: usize,
    /// Those that break nothing.
    pub compatible: usize,
    /// Those that change nothing for calls.
    pub notes: usize,
}

impl Comparison {
    /// The counts.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            changes: self.changes.len(),
            ..Counts::default()
        };
        for change in &self.changes {
            match change.grade {
                Grade::Breaking if change.code == crate::code::Code::BREAKING_RESPONSE_CHANGE => {
                    counts.breaking_responses += 1;
                }
                Grade::Breaking => counts.breaking_requests += 1,
                Grade::Unclear => counts.unclear += 1,
                Grade::Compatible => counts.compatible += 1,
                Grade::Note => counts.notes += 1,
            }
        }
        counts
    }

    /// Whether any change is at least of this grade; of `None`, no change is.
    pub fn fails(&self, limit: Option<Grade>) -> bool {
        limit.is_some_and(|limit| self.changes.iter().any(|change| change.grade >= limit))
    }

    /// Whether it cannot be told what the new document says: it has errors that the old one had not, or
    /// parts of either cannot be compared.
    pub fn is_open(&self) -> bool {
        let mut changes = self.changes.iter();
        self.defects.iter().any(|defect| !defect.is_known)
            || changes.any(|change| matches!(change.kind, Kind::Unreadable | Kind::NotCompared))
    }

    /// The word for what came of it: `failed` before `inconclusive`.
    fn outcome(&self, limit: Option<Grade>) -> &'static str {
        if self.fails(limit) {
            "failed"
        } else if self.is_open() {
            "inconclusive"
        } else {
            "passed"
        }
    }

    /// How many changes there are of each sort, in a line.
    pub fn verdict(&self) -> String {
        let counts = self.counts();
        if counts.changes == 0 {
            return "no changes".to_owned();
        }
        let verb = |count: usize, verb: &str| match count {
            1 => format!("1 {verb}s"),
            many => format!("{many} {verb}"),
        };
        let parts = [
            (
                counts.breaking_requests,
                verb(counts.breaking_requests, "break") + " requests",
            ),
            (
                counts.breaking_responses,
                verb(counts.breaking_responses, "break") + " responses",
            ),
            (counts.unclear, format!("{} unclear", counts.unclear)),
            (
                counts.compatible,
                format!("{} compatible", counts.compatible),
            ),
            (counts.notes, counted(counts.notes, "note")),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(_, text)| text).collect();
        format!(
            "{}: {}",
            counted(counts.changes, "change"),
            parts.join(", ")
        )
    }
}

/// Holds two documents against each other.
pub fn compare(old: &Spec, new: &Spec, limits: Limits) -> Comparison {
    let pairing = Pairing::of(old, new);
    let mut ledger = Ledger::new(Walk::new(limits.pairs, limits.draws));
    server::compare(old, new, &mut ledger);
    for operation in &pairing.gone {
        let is_unreadable = is_written(new, operation);
        let (kind, grade, message) = if is_unreadable {
            let message = "the operation cannot be read in the new document";
            (Kind::Unreadable, Grade::Unclear, message)
        } else if operation.deprecated {
            let message = "the operation is gone; it was deprecated";
            (Kind::OperationRemoved, Grade::Breaking, message)
        } else {
            let message = "the operation is gone";
            (Kind::OperationRemoved, Grade::Breaking, message)
        };
        let said = Said::new(kind, grade, message)
            .texts(title(operation), "")
            .places(Some(&operation.location), None);
        ledger.add(&whole(title(operation)), said);
    }
    for (one, other) in &pairing.pairs {
        operation::compare(&Pair::new((old, new), one, other), &mut ledger);
    }
    for operation in &pairing.more {
        let (kind, grade, message) = if is_written(old, operation) {
            let message = "the operation cannot be read in the old document";
            (Kind::Unreadable, Grade::Unclear, message)
        } else {
            let message = "the operation is new";
            (Kind::OperationAdded, Grade::Compatible, message)
        };
        let said = Said::new(kind, grade, message)
            .texts("", title(operation))
            .places(None, Some(&operation.location));
        ledger.add(&whole(title(operation)), said);
    }
    let webhooks = callback::webhooks(old, new, &mut ledger);
    let (mut changes, is_cut) = ledger.close();
    if is_cut {
        changes.push(cut(limits));
    }
    changes.sort_by_key(|change| std::cmp::Reverse((change.grade, is_about_requests(change))));
    Comparison {
        old: described(old),
        new: described(new),
        operations: old
            .operations
            .values()
            .chain(pairing.more.iter().copied())
            .map(title)
            .chain(webhooks)
            .collect(),
        shared: pairing.pairs.len(),
        changes,
        defects: defect::defects(old, new),
    }
}

/// Breaking requests come before breaking answers.
fn is_about_requests(change: &Change) -> bool {
    change.direction != Some(crate::schema::Direction::Response)
}

fn whole(operation: String) -> Place {
    Place {
        operation,
        part: String::new(),
        direction: Some(crate::schema::Direction::Request),
        is_inbound: false,
    }
}

fn cut(limits: Limits) -> Change {
    Change {
        code: Change::code(Grade::Unclear, None),
        kind: Kind::NotCompared,
        grade: Grade::Unclear,
        direction: None,
        message: format!(
            "there are more than {} pairs of schemas, and the others were not compared",
            limits.pairs
        ),
        operations: Vec::new(),
        place: String::new(),
        instance: None,
        was: String::new(),
        now: String::new(),
        old: None,
        new: None,
        evidence: Evidence::Said,
        witness: None,
    }
}

fn described(spec: &Spec) -> Described {
    Described {
        document: spec.schemas.document(0).name.to_string(),
        title: format!("{} {}", spec.title, spec.version).trim().to_owned(),
        operations: spec.operations.len(),
    }
}
