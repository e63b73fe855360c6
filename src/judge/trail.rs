//! What a walk over one body leaves behind for the next: memory, and the order of members that it met.

use super::graph::Graph;
use super::names::Names;

/// What a walk leaves behind for the next one.
#[derive(Default)]
pub(super) struct Trail {
    pub(super) names: Names,
    /// What a string with escapes says.
    pub(super) text: String,
    /// What the items of an array come down to that must differ.
    pub(super) digests: Vec<u64>,
    /// Where arrays start whose items must differ.
    pub(super) arrays: Vec<usize>,
    /// For each property of each node, the one that came next the last time.
    pub(super) next: Vec<u16>,
}

impl Trail {
    /// What was learnt belongs to one graph.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut trail = Self {
            next: vec![0; graph.places],
            ..Self::default()
        };
        let objects = graph.nodes.iter().filter_map(|node| node.object.as_ref());
        for object in objects {
            let count = object.properties.len();
            let places = trail.next.get_mut(object.place..=object.place + count);
            for (place, next) in places.into_iter().flatten().zip(0..) {
                *place = next;
            }
        }
        trail
    }
}
