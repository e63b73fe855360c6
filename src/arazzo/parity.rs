//! Parity profiles: which differences of two targets somebody has a reason not to count
//! (`x-proofmark-parity`).

use std::fmt;

use jiff::civil::Date;

use super::JsonPath;
use crate::code::{Code, Severity};
use crate::document::Location;

/// How two targets are compared (`x-proofmark-parity`).
#[derive(Debug, Clone)]
pub struct ParityProfile {
    /// What is compared with, unless the command line says otherwise.
    pub baseline: Option<String>,
    /// What is compared.
    pub candidate: Option<String>,
    /// The differences that do not count. Of two rules for one place the first one counts.
    pub rules: Vec<ParityRule>,
    /// What is compared at all (`compare`).
    pub compared: Compared,
    /// What fails a comparison (`failOn`), unless the command line says otherwise.
    pub fails: Option<Failing>,
    /// Where it stands.
    pub location: Location,
}

/// Which differences fail a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// Those from this severity on.
    From(Severity),
    /// None.
    Never,
}

impl Failing {
    /// From which severity on differences fail, if any do.
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::From(severity) => Some(severity),
            Self::Never => None,
        }
    }
}

/// What is compared, besides what always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that are written one by one"
)]
pub struct Compared {
    /// Header fields but for `Content-Type` (PM508).
    pub headers: bool,
    /// The order and length of lists (PM507).
    pub order: bool,
    /// Values (PM506).
    pub values: bool,
    /// What error answers say to people; they are not compared unless that is asked for.
    pub messages: bool,
}

impl Default for Compared {
    fn default() -> Self {
        Self {
            headers: true,
            order: true,
            values: true,
            messages: false,
        }
    }
}

/// Differences that do not count.
#[derive(Debug, Clone)]
pub struct ParityRule {
    /// The operations that it is about: `operationId`, tag, path or `METHOD path`, with `*` for
    /// anything; all without it.
    pub operation: Option<String>,
    /// Which differences it is about.
    pub allowance: Allowance,
    /// Why.
    pub reason: String,
    /// The last day on which it applies.
    pub until: Option<Date>,
    /// Where it stands, for people: `file:line`.
    pub location: String,
}

/// What a rule allows.
#[derive(Debug, Clone, PartialEq)]
pub enum Allowance {
    /// Bodies that are not the same at some places.
    Places {
        /// The places.
        at: JsonPath,
        /// What still has to be the same there.
        sameness: Sameness,
    },
    /// Differences of some categories, wherever they are: they are known, and accepted.
    Categories {
        /// The categories, of [`ParityRule::CATEGORIES`].
        codes: Vec<Code>,
        /// The kind of the differences, with `*` for anything; all without it.
        kind: Option<String>,
    },
}

impl ParityRule {
    /// The categories of differences that may fail a comparison.
    pub const CATEGORIES: [Code; 11] = [
        Code::PARITY_REACHABILITY,
        Code::PARITY_STATUS,
        Code::PARITY_MEDIA_TYPE,
        Code::PARITY_CONTRACT,
        Code::PARITY_SHAPE,
        Code::PARITY_VALUE,
        Code::PARITY_ORDER,
        Code::PARITY_HEADER,
        Code::PARITY_ERROR,
        Code::PARITY_STRICTNESS,
        Code::PARITY_STATE,
    ];
}

impl fmt::Display for ParityRule {
    /// Where it stands, what it is about, and why.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.location)?;
        match &self.allowance {
            Allowance::Places { at, .. } => write!(f, "`{at}`")?,
            Allowance::Categories { codes, kind } => {
                let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
                write!(f, "{}", codes.join(", "))?;
                if let Some(kind) = kind {
                    write!(f, " {kind}")?;
                }
                if let Some(operation) = &self.operation {
                    write!(f, " of `{operation}`")?;
                }
            }
        }
        write!(f, " ({})", self.reason)
    }
}

/// What still has to be the same at a place with a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Sameness {
    /// Nothing.
    Ignore,
    /// The JSON type.
    Type,
    /// The type, and the form of a text: UUID, date, e-mail address, URI, digits.
    Format,
    /// The items of a list in any order, matched by a member if one is named.
    Set(Option<String>),
    /// A number, as near as this.
    Approx {
        /// The largest difference.
        absolute: f64,
        /// The largest difference as a part of the baseline's number.
        relative: f64,
    },
}
