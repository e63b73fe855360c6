//! Request bodies of steps: written, generated, or both.

use super::{PayloadReplacement, Placed, Template};
use crate::document::Location;

/// A request body (Arazzo 1.0.1 section 4.6.14).
#[derive(Debug, Clone, PartialEq)]
pub struct RequestBody {
    /// The media type; `None` leaves the choice to the operation.
    pub content_type: Option<String>,
    /// The value with its expressions.
    pub payload: Option<Placed<Template>>,
    /// What is then put into it, in order.
    pub replacements: Vec<Placed<PayloadReplacement>>,
    /// How the rest of the body is drawn from the operation's schema (`x-proofmark-generate`); the
    /// payload is merged over it.
    pub generate: Option<Generate>,
    /// Where it stands.
    pub location: Location,
}

/// How a body is drawn from the operation's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generate {
    /// What kind of body.
    pub mode: GenerateMode,
    /// Which members that are not required it has.
    pub optional: Optionals,
    /// When another one is drawn.
    pub per: Renewal,
}

/// The kind of a drawn body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GenerateMode {
    /// Any valid one.
    #[default]
    Valid,
    /// The smallest valid one.
    Minimal,
    /// The one that the document gives as an example.
    Example,
    /// One that breaks the schema.
    Invalid,
}

/// Which members that are not required a drawn body has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Optionals {
    /// None.
    None,
    /// Some, by chance.
    #[default]
    Some,
    /// All.
    All,
}

/// When another body is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Renewal {
    /// For each iteration of the workflow.
    #[default]
    Iteration,
    /// Once for the run.
    Run,
}
