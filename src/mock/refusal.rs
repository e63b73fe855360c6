//! Refusals: why a request gets a 4xx, before the answer has the form that the document asks for.

use std::fmt;

use serde::Serialize;

use crate::document::Location;
use crate::schema::Violation;

/// A request that is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status.
    pub(super) status: u16,
    /// A machine-readable reason in snake case, for example `invalid_request`.
    pub(super) reason: &'static str,
    /// What is wrong, in one sentence.
    pub(super) message: String,
    /// What exactly is wrong with the input.
    pub(super) problems: Vec<Problem>,
    /// Header fields that the status asks for, names in lower case.
    pub(super) headers: Vec<(&'static str, String)>,
}

/// One defect of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// Where the input came from: `body` or, for example, `query parameter limit`.
    pub(super) input: String,
    /// The broken keyword.
    pub(super) keyword: String,
    /// The pointer to the node of the input.
    pub(super) instance: String,
    /// The place of the keyword in the document.
    pub(super) schema: String,
    /// What is wrong, in words.
    pub(super) detail: String,
}

impl Refusal {
    /// A refusal without details.
    pub(super) fn new(status: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            message: message.into(),
            problems: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// A refusal of input that breaks the document.
    pub(super) fn invalid(problems: Vec<Problem>) -> Self {
        let message = match problems.as_slice() {
            [only] => only.to_string(),
            [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
            [] => "the request breaks the document".to_owned(),
        };
        Self {
            problems,
            ..Self::new(400, "invalid_request", message)
        }
    }

    /// Adds a header field.
    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Problem {
    /// A problem that no keyword names.
    pub(super) fn new(input: impl Into<String>, keyword: &str, detail: impl Into<String>) -> Self {
        Self {
            input: input.into(),
            keyword: keyword.to_owned(),
            instance: String::new(),
            schema: String::new(),
            detail: detail.into(),
        }
    }

    /// Names the place in the document.
    pub(super) fn at(mut self, location: &Location) -> Self {
        self.schema = location.pointer.to_string();
        self
    }

    /// A violation of a schema. The detail holds no values of the input.
    pub(super) fn violation(input: &str, violation: &Violation) -> Self {
        Self {
            input: input.to_owned(),
            keyword: violation.keyword.clone(),
            instance: violation.instance.to_string(),
            schema: violation.schema.pointer.to_string(),
            detail: violation.masked.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.input)?;
        if !self.instance.is_empty() {
            write!(f, " at `{}`", self.instance)?;
        }
        write!(f, ": {} (`{}`", self.detail, self.keyword)?;
        if !self.schema.is_empty() {
            write!(f, " at `{}`", self.schema)?;
        }
        f.write_str(")")
    }
}
