//! Changes: what two documents say differently, and what that means to whoever calls the API.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::kind::Kind;
use crate::code::Code;
use crate::document::{Location, Pointer};
use crate::schema::Direction;

/// What a change means to those who call the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// It changes nothing for calls, and is worth knowing.
    Note,
    /// Calls that kept the old document keep the new one.
    Compatible,
    /// It cannot be told from the documents.
    Unclear,
    /// A call that was right is wrong now, or an answer may be what no answer was before.
    Breaking,
}

/// One of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// The first one.
    Old,
    /// The second one.
    New,
}

/// What is known about a change of a schema beyond its keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// An instance shows it.
    Shown,
    /// It follows from what the documents say; no instance was looked for.
    Said,
    /// Instances were drawn from both sides, and none shows it.
    NotShown,
}

/// An instance that one document accepts and the other refuses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Witness {
    /// The instance.
    pub value: Value,
    /// The node of the body or parameter that it stands for.
    pub at: Pointer,
    /// The document that accepts it.
    pub accepted_by: Version,
}

/// Something that the documents say differently.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// PM520 to PM523, by grade and direction.
    pub code: Code,
    /// What it is.
    pub kind: Kind,
    /// What it means.
    pub grade: Grade,
    /// Whether it is about what is sent or what is answered; `None` if about neither or both.
    #[serde(serialize_with = "direction")]
    pub direction: Option<Direction>,
    /// What changed, in a sentence without a final period.
    pub message: String,
    /// The operations that it reaches, as `GET /path`, in the order of the old document.
    pub operations: Vec<String>,
    /// Where in the first of them: `response 200, application/json`.
    pub place: String,
    /// The node of the instance that it is about, `*` for any item or any other member; `None` where it
    /// is not about instances.
    pub instance: Option<Pointer>,
    /// What the old document says; empty if nothing.
    pub was: String,
    /// What the new document says; empty if nothing.
    pub now: String,
    /// Where the old document says so.
    pub old: Option<Location>,
    /// Where the new document says so.
    pub new: Option<Location>,
    /// What is known about it.
    pub evidence: Evidence,
    /// The instance that shows it.
    pub witness: Option<Witness>,
}

impl Change {
    /// The code of a grade in a direction.
    pub(super) fn code(grade: Grade, direction: Option<Direction>) -> Code {
        match (grade, direction) {
            (Grade::Breaking, Some(Direction::Response)) => Code::BREAKING_RESPONSE_CHANGE,
            (Grade::Breaking, _) => Code::BREAKING_REQUEST_CHANGE,
            (Grade::Unclear, _) => Code::UNCLEAR_CHANGE,
            (Grade::Compatible | Grade::Note, _) => Code::COMPATIBLE_CHANGE,
        }
    }
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that the derived code calls"
)]
fn direction<S: Serializer>(
    direction: &Option<Direction>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match direction {
        Some(Direction::Request) => serializer.serialize_str("request"),
        Some(Direction::Response) => serializer.serialize_str("response"),
        None => serializer.serialize_none(),
    }
}
