//! Who is told what a walk looks at, so that it can be asked of another body.

use std::ops::Range;

use super::graph::NodeId;

/// What a node asks of a string, a number or a truth, and whether that holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) node: NodeId,
    pub(super) holds: bool,
}

/// Is told of a walk's ways, dead ends among them.
pub(super) trait Witness {
    /// A string, a number, `true` or `false` was met, of which something was asked or nothing.
    fn leaf(&mut self, place: Range<usize>, asked: Option<Asked>);

    /// The items of the array behind this place were found to differ.
    fn unique(&mut self, at: usize);
}

/// Nobody.
impl Witness for () {
    #[inline]
    fn leaf(&mut self, _: Range<usize>, _: Option<Asked>) {}

    #[inline]
    fn unique(&mut self, _: usize) {}
}

/// What a walk looked at.
#[derive(Default)]
pub(super) struct Record {
    pub(super) leaves: Vec<(Range<usize>, Option<Asked>)>,
    /// Where arrays start whose items differ.
    pub(super) uniques: Vec<usize>,
}

impl Record {
    pub(super) fn clear(&mut self) {
        self.leaves.clear();
        self.uniques.clear();
    }
}

impl Witness for &mut Record {
    fn leaf(&mut self, place: Range<usize>, asked: Option<Asked>) {
        self.leaves.push((place, asked));
    }

    fn unique(&mut self, at: usize) {
        self.uniques.push(at);
    }
}
