//! Which workflows can be run at all.

use std::collections::BTreeMap;

use super::Found;
use super::calls::called;
use crate::arazzo::Description;
use crate::code::Severity;
use crate::document::{Diagnostic, Location};

/// Marks the workflows in which an error stands, whoever found it.
pub(in crate::arazzo) fn mark_defective(description: &mut Description, found: &[Diagnostic]) {
    let name = description.document().name.clone();
    let errors: Vec<&Location> = found
        .iter()
        .filter(|one| one.severity == Severity::Error && one.location.document == name)
        .map(|one| &one.location)
        .collect();
    for workflow in description.workflows.values_mut() {
        let own = &workflow.location.pointer;
        if let Some(error) = errors.iter().find(|error| own.contains(&error.pointer)) {
            workflow.unusable.get_or_insert_with(|| (*error).clone());
        }
    }
}

/// Marks the workflows that errors cost, and those that need one of them.
pub(in crate::arazzo) fn mark_unusable(description: &mut Description, found: &[Found]) {
    for Found {
        workflow,
        diagnostic,
    } in found
    {
        let workflow = workflow.as_ref();
        if let Some(workflow) = workflow.and_then(|id| description.workflows.get_mut(id)) {
            let at = || diagnostic.location.clone();
            workflow.unusable.get_or_insert_with(at);
        }
    }
    // From a workflow to those that need it.
    let mut needed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for workflow in description.workflows.values() {
        let names = workflow.depends_on.iter().chain(called(workflow));
        for name in names.filter(|name| name.source.is_none()) {
            let needs = needed.entry(name.id.clone()).or_default();
            needs.push(workflow.id.clone());
        }
    }
    let broken = description.workflows.values();
    let broken = broken.filter_map(|one| Some((one.id.clone(), one.unusable.clone()?)));
    let mut pending: Vec<(String, Location)> = broken.collect();
    while let Some((id, defect)) = pending.pop() {
        for other in needed.remove(&id).unwrap_or_default() {
            if let Some(workflow) = description.workflows.get_mut(&other)
                && workflow.unusable.is_none()
            {
                workflow.unusable = Some(defect.clone());
                pending.push((other, defect.clone()));
            }
        }
    }
}
