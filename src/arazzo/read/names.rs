//! Names of workflows and steps, which may be those of other descriptions.

use super::Reader;
use super::node::Item;
use crate::arazzo::{StepName, WorkflowName};
use crate::document::Pointer;

impl Reader<'_> {
    /// The workflow that a text names.
    pub(super) fn workflow_name(&mut self, item: &Item<'_>) -> Option<WorkflowName> {
        let text = self.text_of(item)?;
        let name = self.workflow_named(&item.at, &text);
        if name.is_none() {
            self.unreadable(&item.at, format!("`{text}` is no name of a workflow"))
                .hint("name a workflow of this file by its `workflowId`, others as `$sourceDescriptions.name.workflowId`");
        }
        name
    }

    fn workflow_named(&self, at: &Pointer, text: &str) -> Option<WorkflowName> {
        let (source, id) = match text.strip_prefix("$sourceDescriptions.") {
            Some(rest) => {
                let (source, id) = rest.split_once('.')?;
                (Some(source.to_owned()), id)
            }
            None => (None, text.strip_prefix("$workflows.").unwrap_or(text)),
        };
        let is_name = !id.is_empty() && !id.starts_with('$');
        is_name.then(|| WorkflowName {
            source,
            id: id.to_owned(),
            location: self.document.location(at),
        })
    }

    /// The step that a text in `dependsOn` of a step names (Arazzo 1.1).
    pub(super) fn step_name(&mut self, item: &Item<'_>) -> Option<StepName> {
        let text = self.text_of(item)?;
        let location = self.document.location(&item.at);
        if let Some(id) = text.strip_prefix("$steps.") {
            self.nonstandard(&item.at, format!("`{text}` is no name of a step"))
                .hint(format!("write `{id}`"));
            return Some(StepName {
                workflow: None,
                id: id.to_owned(),
                location,
            });
        }
        if !text.starts_with('$') {
            return Some(StepName {
                workflow: None,
                id: text,
                location,
            });
        }
        let parts = text.split_once(".steps.");
        let workflow = parts.and_then(|(workflow, _)| self.workflow_named(&item.at, workflow));
        match (workflow, parts) {
            (Some(workflow), Some((_, id))) if !id.is_empty() => Some(StepName {
                workflow: Some(workflow),
                id: id.to_owned(),
                location,
            }),
            _ => {
                self.unreadable(&item.at, format!("`{text}` is no name of a step"))
                    .hint("name a step of this workflow by its `stepId`, others as `$workflows.workflowId.steps.stepId`");
                None
            }
        }
    }
}
