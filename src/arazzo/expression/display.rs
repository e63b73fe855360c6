//! Expressions as text; what is written is read again as the same.

use std::fmt;

use serde_json::Value;

use super::{Access, Expression, Field, Section, access};
use crate::document::Pointer;

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("$url"),
            Self::Method => f.write_str("$method"),
            Self::StatusCode => f.write_str("$statusCode"),
            Self::SelfUri => f.write_str("$self"),
            Self::Request(section) => write!(f, "$request.{section}"),
            Self::Response(section) => write!(f, "$response.{section}"),
            Self::Input(field) => write!(f, "$inputs.{field}"),
            Self::Output(field) => write!(f, "$outputs.{field}"),
            Self::StepOutput { step, output } => write!(f, "$steps.{step}.outputs.{output}"),
            Self::WorkflowInput { workflow, input } => {
                write!(f, "$workflows.{workflow}.inputs.{input}")
            }
            Self::WorkflowOutput { workflow, output } => {
                write!(f, "$workflows.{workflow}.outputs.{output}")
            }
            Self::WorkflowStep { workflow, step } => {
                write!(f, "$workflows.{workflow}.steps.{step}")
            }
            Self::Source { source, reference } => {
                write!(f, "$sourceDescriptions.{source}.{reference}")
            }
            Self::Component { kind, name } => write!(f, "$components.{kind}.{name}"),
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Query(name) => write!(f, "query.{name}"),
            Self::Path(name) => write!(f, "path.{name}"),
            Self::Body { pointer, access } => {
                f.write_str("body")?;
                write_way(f, access, pointer.as_ref())
            }
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let mut access = self.access.as_slice();
        // Behind a dot it would be a part of the name.
        if let Some((Access::Member(member), rest)) = access.split_first() {
            f.write_str(&access::bracketed(member))?;
            access = rest;
        }
        write_way(f, access, self.pointer.as_ref())
    }
}

fn write_way(
    f: &mut fmt::Formatter<'_>,
    access: &[Access],
    pointer: Option<&Pointer>,
) -> fmt::Result {
    for step in access {
        write!(f, "{step}")?;
    }
    pointer.map_or(Ok(()), |pointer| write!(f, "#{pointer}"))
}

impl Field {
    /// The name of a node of a value that is not known yet: the value's name in angle brackets, with
    /// the way from there, of which `members` is the beginning.
    pub(super) fn extend(&self, value: &Value, members: &str) -> Value {
        let name = value.as_str().unwrap_or_default();
        let name = name.strip_suffix('>').unwrap_or(name);
        let dot = if members.is_empty() { "" } else { "." };
        let way = Way(&self.access, self.pointer.as_ref());
        Value::String(format!("{name}{dot}{members}{way}>"))
    }
}

/// What is entered in a value.
struct Way<'a>(&'a [Access], Option<&'a Pointer>);

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_way(f, self.0, self.1)
    }
}
