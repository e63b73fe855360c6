//! Findings: what a check saw, where, and whose fault it seems to be.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::case::CaseId;
use crate::code::{Code, Severity};
use crate::document::{Location, Pointer};
use crate::spec::OperationId;

/// What a check saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The kind.
    pub code: Code,
    /// Whose fault it seems to be.
    pub blame: Blame,
    /// How much it matters.
    pub severity: Severity,
    /// The operation.
    pub operation: OperationId,
    /// The case that showed it.
    pub case: CaseId,
    /// One line, a lower-case fragment; without values of the answer.
    pub title: String,
    /// More lines, perhaps with values: redacted before it is shown.
    pub detail: String,
    /// The keyword that was broken, if it was one.
    pub violated: Option<Violated>,
    /// The node of the document to look at; [`judge`](super::judge) fills in the operation's own
    /// where a check names none.
    pub place: Option<Location>,
    /// Groups findings of the same fault.
    pub fingerprint: Fingerprint,
}

/// A keyword of the document that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violated {
    /// The keyword, for example `enum`.
    pub keyword: String,
    /// Its place in the document.
    pub spec: Location,
    /// The node of the instance that breaks it.
    pub instance: Pointer,
}

/// Whose fault a finding seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The server's.
    Server,
    /// The document's.
    Document,
    /// Ours, or the network's.
    Harness,
}

/// A hash of what makes a fault the same fault: code, operation, keyword and places with indexes
/// starred; never values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Finding {
    /// A finding of the code's own severity, blamed on the server.
    pub fn new(
        code: Code,
        operation: &OperationId,
        case: &CaseId,
        title: impl Into<String>,
    ) -> Self {
        let mut finding = Self {
            code,
            blame: Blame::Server,
            severity: code.entry().severity,
            operation: operation.clone(),
            case: case.clone(),
            title: title.into(),
            detail: String::new(),
            violated: None,
            place: None,
            fingerprint: Fingerprint(String::new()),
        };
        finding.fingerprint = finding.hash("");
        finding
    }

    /// Blames somebody else than the server.
    #[must_use]
    pub fn blaming(mut self, blame: Blame) -> Self {
        self.blame = blame;
        self
    }

    /// Makes it matter more or less than its code does.
    #[must_use]
    pub fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Names the node of the document to look at.
    #[must_use]
    pub fn at(mut self, place: &Location) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// Adds more lines.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Names the keyword that was broken; it becomes part of the fingerprint.
    #[must_use]
    pub fn violating(mut self, violated: Violated) -> Self {
        let key = format!(
            "{} {} {} {}",
            violated.keyword,
            violated.spec.document,
            // In the document an index names a parameter or a branch.
            violated.spec.pointer,
            violated.instance.starred()
        );
        self.place = Some(violated.spec.clone());
        self.violated = Some(violated);
        self.fingerprint = self.hash(&key);
        self
    }

    /// Makes findings of the same code and operation differ by a key, for example the status.
    #[must_use]
    pub fn keyed(mut self, key: &str) -> Self {
        self.fingerprint = self.hash(key);
        self
    }

    fn hash(&self, key: &str) -> Fingerprint {
        let mut hash = Sha256::new();
        for part in [&self.code.to_string(), self.operation.as_str(), key] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        Fingerprint(
            digest[..8]
                .iter()
                .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        )
    }
}

impl Fingerprint {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
