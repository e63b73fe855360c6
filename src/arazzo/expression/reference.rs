//! What an expression refers to: names that must be declared elsewhere in the description.

use std::fmt;

use super::{Expression, Field};

/// Something that must be declared for an expression to have a value. The name of an input or
/// output may hold dots, the last of which may lead into it: see [`Field::candidates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<'a> {
    /// An input of the workflow.
    Input(&'a Field),
    /// An output of the workflow.
    Output(&'a Field),
    /// An output of a step of the workflow.
    StepOutput(&'a str, &'a Field),
    /// An input of a workflow.
    WorkflowInput(&'a str, &'a Field),
    /// An output of a workflow.
    WorkflowOutput(&'a str, &'a Field),
    /// A step of a workflow.
    WorkflowStep(&'a str, &'a str),
    /// An operation, a workflow or a field of a source description.
    Source(&'a str, &'a str),
    /// A reusable object.
    Component(ComponentKind, &'a str),
}

/// A kind of reusable objects (Arazzo 1.1.0, Components Object).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComponentKind {
    /// `inputs`: JSON Schemas. The grammar of 1.1.0 leaves them to `$ref`; 1.0 has them.
    Inputs,
    /// `parameters`.
    Parameters,
    /// `successActions`.
    SuccessActions,
    /// `failureActions`.
    FailureActions,
}

impl ComponentKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Inputs,
        Self::Parameters,
        Self::SuccessActions,
        Self::FailureActions,
    ];

    /// The name of the field in the Components Object.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inputs => "inputs",
            Self::Parameters => "parameters",
            Self::SuccessActions => "successActions",
            Self::FailureActions => "failureActions",
        }
    }
}

impl fmt::Display for ComponentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Expression {
    /// What this refers to; `None` for what every call has.
    pub fn refers(&self) -> Option<Reference<'_>> {
        Some(match self {
            Self::Url
            | Self::Method
            | Self::StatusCode
            | Self::SelfUri
            | Self::Request(_)
            | Self::Response(_) => return None,
            Self::Input(field) => Reference::Input(field),
            Self::Output(field) => Reference::Output(field),
            Self::StepOutput { step, output } => Reference::StepOutput(step, output),
            Self::WorkflowInput { workflow, input } => Reference::WorkflowInput(workflow, input),
            Self::WorkflowOutput { workflow, output } => {
                Reference::WorkflowOutput(workflow, output)
            }
            Self::WorkflowStep { workflow, step } => Reference::WorkflowStep(workflow, step),
            Self::Source { source, reference } => Reference::Source(source, reference),
            Self::Component { kind, name } => Reference::Component(*kind, name),
        })
    }
}

impl Field {
    /// What the declared name may be, in the order in which it is looked up: the whole name, then
    /// what stands before each of its last 64 dots, from the last one. The second part leads on into the
    /// value.
    pub fn candidates(&self) -> impl Iterator<Item = (&str, &str)> {
        let shorter = self
            .name
            .rmatch_indices('.')
            .map(|(at, _)| (&self.name[..at], &self.name[at + 1..]))
            .filter(|(name, _)| !name.is_empty());
        std::iter::once((self.name.as_str(), "")).chain(shorter.take(64))
    }
}
