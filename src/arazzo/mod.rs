//! Arazzo descriptions: scenario files as one internal model, whether they were written for 1.0.0,
//! 1.0.1 or 1.1.
//!
//! Words follow the Arazzo Specification: source description, workflow, step, parameter, criterion,
//! action, output, runtime expression.

mod action;
mod body;
mod description;
mod extension;
mod lint;
mod parameter;
mod read;
mod security;
mod source;
mod step;
mod suggest;
mod workflow;
mod written;

pub use action::{Action, Destination, Retry, Then};
pub use body::{Generate, GenerateMode, Optionals, Renewal, Replacement, RequestBody};
pub use description::{Components, Description, Version};
pub use extension::{Feed, FeedFormat, InputName, Pick, Severities, ThinkTime};
pub use parameter::{Parameter, ParameterPlace};
pub use read::{read, read_with};
pub use security::{SchemeReference, Security};
pub use source::{Source, SourceKind};
pub use step::{Step, StepName, Target};
pub use workflow::{Workflow, WorkflowName};
pub use written::Written;

#[cfg(test)]
mod tests;
