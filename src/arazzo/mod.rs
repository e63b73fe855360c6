//! Arazzo descriptions: what scenario files say (Arazzo 1.0.1, and the HTTP part of 1.1.0).

mod criterion;
#[cfg(test)]
mod example;
mod expression;
mod json_path;
mod pattern;
mod suggest;
mod template;

pub use criterion::{
    Condition, Criterion, CriterionError, ExpressionType, Judgement, Note, SelectError, Selector,
};
pub use expression::{
    Access, Answer, Body, Call, ComponentKind, Expression, Field, Reference, Scope, Section,
    SyntaxError, Unresolved, WorkflowValues,
};
pub use json_path::{JsonPath, TooMuch};
pub use pattern::{Pattern, PatternError};
pub use template::{PayloadReplacement, RenderError, Template, TemplateError, Text};
