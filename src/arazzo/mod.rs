//! Arazzo descriptions: scenario files as one internal model, whether they were written for 1.0.0,
//! 1.0.1 or 1.1.
//!
//! Words follow the Arazzo Specification: source description, workflow, step, parameter, criterion,
//! action, output, runtime expression.

mod action;
mod body;
mod comparison;
mod criterion;
mod description;
#[cfg(test)]
mod example;
mod expression;
mod extension;
mod inputs;
mod json_path;
mod lint;
mod load;
mod parameter;
mod parity;
mod pattern;
mod placed;
mod read;
mod security;
mod source;
mod step;
mod strict;
pub(crate) mod suggest;
mod template;
mod workflow;
mod written_rule;

pub use action::{Action, Destination, Retry, Then};
pub use body::{Generate, GenerateMode, Optionals, Renewal, RequestBody};
pub use criterion::{
    Condition, Criterion, CriterionError, ExpressionType, Judgement, Note, SelectError, Selector,
};
pub use description::{Components, Description, Version};
pub use expression::{
    Access, Answer, Body, Call, ComponentKind, Expression, Field, Reference, Scope, Section,
    SyntaxError, Unresolved, WorkflowValues,
};
pub use extension::{Feed, FeedFormat, Pick, Severities, ThinkTime};
pub use inputs::Inputs;
pub use json_path::{JsonPath, TooMuch};
pub use lint::portability;
pub(crate) use lint::{circle, cycles, needed};
pub use load::{
    Aggregate, Arrivals, Comparison, Executor, GRACEFUL_STOP, LoadProfile, LoadScenario,
    MOST_ITERATIONS, MOST_RATE, Metric, MetricKind, Share, Stage, Threshold, ThresholdError,
    VirtualUsers,
};
pub use parameter::{Parameter, ParameterPlace};
pub use parity::{Allowance, Compared, Failing, ParityProfile, ParityRule, Sameness};
pub use pattern::{Pattern, PatternError};
pub use placed::Placed;
pub use read::{read, read_with};
pub use security::{SchemeReference, Security};
pub use source::{Source, SourceKind};
pub use step::{Step, StepName, Target};
pub use strict::strictness;
pub use template::{PayloadReplacement, RenderError, Template, TemplateError, Text};
pub use workflow::{Workflow, WorkflowName};
pub use written_rule::{RuleError, WrittenRule};

#[cfg(test)]
mod tests;
