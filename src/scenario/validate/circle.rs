//! Circles: workflows of several files that call each other, or wait for each other, without an end.

use std::collections::BTreeSet;

use super::super::Suite;
use crate::arazzo::{Workflow, circle, cycles, needed};
use crate::document::Diagnostic;

impl Suite {
    /// The circles that lead through more than one file; those of a file are found with it.
    pub(super) fn circles(&self) -> Vec<Diagnostic> {
        if self.files.len() < 2 {
            return Vec::new();
        }
        let files = self.files.iter().enumerate();
        let nodes: Vec<(usize, &Workflow)> = files
            .flat_map(|(number, file)| {
                let workflows = file.description.workflows.values();
                workflows.map(move |workflow| (number, workflow))
            })
            .collect();
        let number = |(file, workflow): (usize, &Workflow)| {
            let mut nodes = nodes.iter();
            nodes.position(|(other, known)| (*other, &known.id) == (file, &workflow.id))
        };
        let edges: Vec<Vec<usize>> = nodes
            .iter()
            .map(|(file, workflow)| {
                let names = needed(workflow).into_iter();
                names
                    .filter_map(|name| number(self.workflow(*file, name).ok()?))
                    .collect()
            })
            .collect();
        let rings = cycles(&edges).into_iter().filter_map(|ring| {
            let members: Vec<(usize, &Workflow)> = ring
                .iter()
                .filter_map(|number| nodes.get(*number).copied())
                .collect();
            let files: BTreeSet<usize> = members.iter().map(|(file, _)| *file).collect();
            let members: Vec<&Workflow> = members.iter().map(|(_, workflow)| *workflow).collect();
            (files.len() > 1).then(|| circle(&members))?
        });
        rings.collect()
    }
}
