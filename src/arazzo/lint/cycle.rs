//! Cycles in graphs of names.

use crate::arazzo::{Description, Workflow, WorkflowName};
use crate::document::Location;

/// Workflows of one file of which each leads to the next, and the last to the first.
pub(super) struct Ring<'d> {
    /// The workflows, beginning with the first of the file.
    pub(super) members: Vec<&'d Workflow>,
    /// Where the first one names the next.
    pub(super) at: &'d Location,
}

/// The rings that workflows make by the names that they lead to.
pub(super) fn rings<'d>(
    description: &'d Description,
    leads: impl Fn(&'d Workflow) -> Vec<&'d WorkflowName>,
) -> Vec<Ring<'d>> {
    let workflows: Vec<&Workflow> = description.workflows.values().collect();
    let number = |name: &WorkflowName| {
        let local = name.source.is_none();
        local.then(|| description.workflows.get_index_of(&name.id))?
    };
    let edges: Vec<Vec<usize>> = workflows
        .iter()
        .map(|workflow| leads(workflow).into_iter().filter_map(number).collect())
        .collect();
    let rings = cycles(&edges).into_iter().filter_map(|cycle| {
        let members = cycle.iter().filter_map(|number| workflows.get(*number));
        let members: Vec<&Workflow> = members.copied().collect();
        let first = *members.first()?;
        let second = members.get(1).unwrap_or(&first);
        let mut names = leads(first).into_iter();
        let next = names.find(|name| name.source.is_none() && name.id == second.id);
        let at = next.map_or(&first.location, |name| &name.location);
        Some(Ring { members, at })
    });
    rings.collect()
}

/// The cycles of a graph, given for each node by the nodes that its edges lead to. Each cycle is a
/// list of nodes in the order of the edges, starting with its lowest number. Of cycles that share an edge
/// at least one is found.
pub(crate) fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut is_done = vec![false; edges.len()];
    for start in 0..edges.len() {
        // The path from the start, each node with the number of its next edge.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        if is_done.get(start).is_none_or(|done| *done) {
            continue;
        }
        while let Some((node, edge)) = path.last_mut() {
            let node = *node;
            let Some(next) = edges.get(node).and_then(|edges| edges.get(*edge)).copied() else {
                if let Some(done) = is_done.get_mut(node) {
                    *done = true;
                }
                path.pop();
                continue;
            };
            *edge += 1;
            if let Some(entry) = path.iter().position(|(other, _)| *other == next) {
                let cycle = path.iter().skip(entry).map(|(node, _)| *node).collect();
                let cycle = from_lowest(cycle);
                if !found.contains(&cycle) {
                    found.push(cycle);
                }
            } else if is_done.get(next) == Some(&false) {
                path.push((next, 0));
            }
        }
    }
    found
}

fn from_lowest(mut cycle: Vec<usize>) -> Vec<usize> {
    let lowest = cycle.iter().enumerate().min_by_key(|(_, node)| **node);
    if let Some((index, _)) = lowest {
        cycle.rotate_left(index);
    }
    cycle
}

/// The names of a cycle for messages: `a`, `b`, `a`.
pub(super) fn chain<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.extend(names.first().copied());
    names.join("` -> `")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_circle_is_found_once() {
        for (edges, expected) in [
            (vec![vec![1], vec![2], vec![]], vec![]),
            (vec![vec![0]], vec![vec![0]]),
            (vec![vec![1], vec![2], vec![0]], vec![vec![0, 1, 2]]),
            (vec![vec![2], vec![], vec![3], vec![2, 1]], vec![vec![2, 3]]),
            (vec![vec![1, 1], vec![0]], vec![vec![0, 1]]),
            (
                vec![vec![1], vec![0, 2], vec![1]],
                vec![vec![0, 1], vec![1, 2]],
            ),
            (vec![vec![7]], vec![]),
        ] {
            assert_eq!(cycles(&edges), expected, "{edges:?}");
        }
    }

    #[test]
    fn long_chains_need_no_deep_stack() {
        let mut edges: Vec<Vec<usize>> = (1..20_000).map(|next| vec![next]).collect();
        edges.push(vec![19_998]);
        assert_eq!(cycles(&edges), [vec![19_998, 19_999]]);
    }
}
