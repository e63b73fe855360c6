//! Runtime expressions (Arazzo 1.0.1 section 4.7, 1.1.0 section "Runtime Expressions"): where a value
//! comes from that is known only while a workflow runs.
//!
//! What both versions' grammars allow is read, and a little more where real documents go beyond:
//! - names hold letters and digits of any script, `.`, `-`, `_`, `:` and `@` (1.1 has ASCII only, and
//!   no dots in the ids of steps and workflows);
//! - a value may be entered without a JSON Pointer: `$response.body.items[0].id`, as the examples of
//!   1.1.0 do, though its grammar does not have it. A name with dots is looked up as a whole first,
//!   then as a shorter name and its members: `$inputs.customer.id` is the input `customer.id` or
//!   the member `id` of the input `customer`.
//!
//! [`Expression::is_standard`] tells the two apart. Braces stand in no expression (as in 1.1), so
//! that the first `}` ends one that is embedded in a string.

mod access;
mod body;
mod call;
mod display;
mod evaluate;
mod extent;
mod parse;
mod reference;
mod scope;
mod syntax_error;
mod unresolved;

pub use access::Access;
pub use body::Body;
pub use call::{Answer, Call};
pub use reference::{ComponentKind, Reference};
pub use scope::{Scope, WorkflowValues};
pub use syntax_error::SyntaxError;
pub use unresolved::Unresolved;

pub(super) use access::{enter, follow};
pub(super) use extent::{embedded_end, is_expression, operand_end, unknown_root};
pub(super) use parse::{bracket, quoted};
use unresolved::Lack;

use crate::document::Pointer;

/// A runtime expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// `$url`: the URL of the current request.
    Url,
    /// `$method`: its method.
    Method,
    /// `$statusCode`: the status code of the response, a number.
    StatusCode,
    /// `$self`: the URI of the Arazzo description (1.1).
    SelfUri,
    /// `$request.…`: a part of the current request.
    Request(Section),
    /// `$response.…`: a part of the response to it.
    Response(Section),
    /// `$inputs.…`: an input of the workflow.
    Input(Field),
    /// `$outputs.…`: an output of the workflow.
    Output(Field),
    /// `$steps.<step>.outputs.…`: an output of an earlier step.
    StepOutput {
        /// The `stepId`.
        step: String,
        /// The output.
        output: Field,
    },
    /// `$workflows.<workflow>.inputs.…`: an input of another workflow.
    WorkflowInput {
        /// The `workflowId`.
        workflow: String,
        /// The input.
        input: Field,
    },
    /// `$workflows.<workflow>.outputs.…`: an output of another workflow.
    WorkflowOutput {
        /// The `workflowId`.
        workflow: String,
        /// The output.
        output: Field,
    },
    /// `$workflows.<workflow>.steps.<step>`: a step of another workflow. 1.1.0 names such in
    /// `dependsOn`; it has no value.
    WorkflowStep {
        /// The `workflowId`.
        workflow: String,
        /// The `stepId`.
        step: String,
    },
    /// `$sourceDescriptions.<source>.<reference>`: an operation, workflow or field of a source
    /// description, in that order. Only a field is a value.
    Source {
        /// The source description's name.
        source: String,
        /// An `operationId`, a `workflowId`, or a field's name.
        reference: String,
    },
    /// `$components.<kind>.<name>`: a reusable object.
    Component {
        /// Of which kind.
        kind: ComponentKind,
        /// Its key.
        name: String,
    },
}

/// A part of a request or response.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Section {
    /// `header.<name>`: the first value of a header field, its name in any case.
    Header(String),
    /// `query.<name>`: a query parameter.
    Query(String),
    /// `path.<name>`: a path parameter.
    Path(String),
    /// `body`, `body#<pointer>`, `body.<member>…`: the content, or a node of it.
    Body {
        /// The JSON Pointer behind `#`.
        pointer: Option<Pointer>,
        /// What is entered without a pointer.
        access: Vec<Access>,
    },
}

/// A named value, or a node of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// The name, up to the first `[` or `#`. It may hold dots.
    pub name: String,
    /// What is entered behind the first `[`.
    pub access: Vec<Access>,
    /// The JSON Pointer behind `#` (1.1; 1.0 has it in its examples).
    pub pointer: Option<Pointer>,
}

impl Expression {
    /// Reads an expression; the text is nothing else.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        parse::parse(text)
    }

    /// Whether the grammar of Arazzo 1.1.0 has this expression; runners differ on the others.
    pub fn is_standard(&self) -> bool {
        match self {
            Self::Url | Self::Method | Self::StatusCode | Self::SelfUri => true,
            Self::Request(section) => section.is_standard(),
            Self::Response(section) => {
                section.is_standard() && !matches!(section, Section::Query(_) | Section::Path(_))
            }
            Self::Input(field) | Self::Output(field) => field.is_standard(),
            Self::StepOutput { step: id, output } => is_strict(id) && output.is_standard(),
            Self::WorkflowInput {
                workflow,
                input: field,
            }
            | Self::WorkflowOutput {
                workflow,
                output: field,
            } => is_strict(workflow) && field.is_standard(),
            Self::WorkflowStep { .. } => false,
            Self::Source { source, .. } => is_strict(source),
            Self::Component { kind, name } => *kind != ComponentKind::Inputs && is_identifier(name),
        }
    }

    /// Whether the value is one of the response, or of its status.
    pub fn reads_response(&self) -> bool {
        matches!(self, Self::StatusCode | Self::Response(_))
    }

    /// Whether the value is one of the current request or response.
    pub fn reads_call(&self) -> bool {
        self.reads_response() || matches!(self, Self::Url | Self::Method | Self::Request(_))
    }
}

impl Section {
    fn is_standard(&self) -> bool {
        !matches!(self, Self::Body { access, .. } if !access.is_empty())
    }
}

impl Field {
    /// The value of this name, whole.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            access: Vec::new(),
            pointer: None,
        }
    }

    fn is_standard(&self) -> bool {
        self.access.is_empty() && is_identifier(&self.name)
    }
}

/// `identifier-strict` of 1.1.0.
fn is_strict(name: &str) -> bool {
    is_identifier(name) && !name.contains('.')
}

/// `identifier` of 1.1.0.
fn is_identifier(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

#[cfg(test)]
pub(super) use tests::laws::{expression, scrap};

#[cfg(test)]
mod tests;
