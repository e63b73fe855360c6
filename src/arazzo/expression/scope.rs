//! Scopes: the values that expressions can name at one moment of a workflow.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::Call;

/// What is known when an expression is evaluated. What is `None` cannot be asked for there: a step's
/// parameters know no call yet, a workflow's outputs none any more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'a> {
    /// The inputs of the workflow.
    pub inputs: Option<&'a Map<String, Value>>,
    /// The outputs of the workflow, so far.
    pub outputs: Option<&'a Map<String, Value>>,
    /// The outputs of the steps that have run, by `stepId`.
    pub steps: Option<&'a IndexMap<String, Map<String, Value>>>,
    /// The workflows that have run, by `workflowId`.
    pub workflows: Option<&'a IndexMap<String, WorkflowValues>>,
    /// The source descriptions by name, each with its fields (`url`, `type`, …).
    pub sources: Option<&'a IndexMap<String, Map<String, Value>>>,
    /// The Components Object.
    pub components: Option<&'a Map<String, Value>>,
    /// The URI of the description.
    pub self_uri: Option<&'a str>,
    /// The current request and response.
    pub call: Option<&'a Call>,
    /// Whether texts in angle brackets stand for values that are not known yet. What is entered in
    /// such a text is written into it: the member `id` of `<steps.a.outputs.b>` is
    /// `<steps.a.outputs.b.id>`.
    pub placeholders: bool,
}

impl Scope<'_> {
    /// Whether a value stands for one that is not known yet.
    pub fn stands_in(&self, value: &Value) -> bool {
        let text = value.as_str().filter(|_| self.placeholders);
        text.is_some_and(|text| text.starts_with('<') && text.ends_with('>'))
    }
}

/// What is known of a workflow that has run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkflowValues {
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// Its outputs.
    pub outputs: Map<String, Value>,
}
