//! The shape of a body: its text without what its strings, numbers and truths say.
//!
//! What a walk does next depends on the text around these, and on whether what is asked of each holds. So a
//! body of the same shape as one that was found valid, in which the same holds as in that one, is valid: no
//! name has to be looked up, and no alternative to be tried twice.

use super::Stop;
use super::graph::{Graph, Node};
use super::token::GLANCE;
use super::walk::{Ground, Walk};
use super::witness::{Asked, Record, Witness};

/// The shape of a valid body.
pub(super) struct Shape {
    /// All text that every body of this shape has, and some bytes more.
    text: Vec<u8>,
    /// Where the text between two gaps ends, and what comes there.
    gaps: Vec<(usize, Gap)>,
    /// Where the text ends.
    end: usize,
    /// What is asked in the gaps, one after the other.
    asked: Vec<Asked>,
    /// The [`Captures`](super::capture::Captures) whose places are known.
    captures: u64,
}

/// What stands, or happens, between two pieces of text.
enum Gap {
    /// What a string says, of which so much is asked.
    Text(usize),
    Number(usize),
    /// `true` or `false`.
    Truth(usize),
    /// The items of an array start, which must differ.
    Unique,
    /// What is captured under this number starts.
    Start(usize),
    /// It ends.
    End(usize),
}

impl Shape {
    /// The shape of a body that a walk found valid. `None` if it is not to be kept.
    pub(super) fn new(ground: &Ground<'_>, record: &mut Record) -> Option<Self> {
        let body = ground.body;
        let mut met = Vec::new();
        // Alternatives lead to the same place more than once.
        record.uniques.sort_unstable();
        record.uniques.dedup();
        met.extend(record.uniques.iter().map(|at| (*at..*at, Gap::Unique)));
        for (range, number) in ground.captured.places() {
            met.push((range.start..range.start, Gap::Start(number)));
            met.push((range.end..range.end, Gap::End(number)));
        }
        let mut asked = Vec::new();
        record.leaves.sort_by_key(|(place, _)| place.start);
        for same in record.leaves.chunk_by(|(one, _), (other, _)| one == other) {
            let before = asked.len();
            for one in same.iter().filter_map(|(_, one)| *one) {
                if !asked.get(before..)?.contains(&one) {
                    asked.push(one);
                }
            }
            let count = asked.len() - before;
            let (place, _) = same.first()?.clone();
            met.push(match body.get(place.start)? {
                b'"' => (place.start + 1..place.end - 1, Gap::Text(count)),
                b't' | b'f' => (place, Gap::Truth(count)),
                _ => (place, Gap::Number(count)),
            });
        }
        // What is empty comes before what starts at the same place; no string starts where something ends.
        met.sort_by_key(|(place, gap)| (place.start, gap.is_read()));
        let mut shape = Self {
            text: Vec::with_capacity(body.len() + GLANCE),
            gaps: Vec::with_capacity(met.len()),
            end: 0,
            asked,
            captures: ground.captures.id(),
        };
        let mut at = 0;
        for (place, gap) in met {
            shape.text.extend(body.get(at..place.start)?);
            shape.gaps.push((shape.text.len(), gap));
            at = place.end;
        }
        shape.text.extend(body.get(at..)?);
        shape.end = shape.text.len();
        shape.text.resize(shape.end + GLANCE, 0);
        Some(shape)
    }
}

impl Gap {
    /// Whether something in the body stands there.
    fn is_read(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Number(_) | Self::Truth(_))
    }
}

impl Asked {
    /// Whether as much holds of another body.
    fn holds_as_before(self, graph: &Graph, holds: &dyn Fn(&Node) -> bool) -> bool {
        let node = graph.nodes.get(self.node as usize);
        node.is_some_and(|node| holds(node) == self.holds)
    }
}

impl<W: Witness> Walk<'_, W> {
    /// Whether the body is of a shape, and so valid; if it is, captures were taken. That it is not says
    /// nothing of the body.
    pub(super) fn is_of(&mut self, shape: &Shape) -> bool {
        shape.captures == self.captures.id() && self.follow(shape).is_ok()
    }

    fn follow(&mut self, shape: &Shape) -> Result<(), Stop> {
        self.arrays.clear();
        let mut asked = shape.asked.as_slice();
        let (mut at, mut from) = (0, 0);
        for (until, gap) in &shape.gaps {
            at = self.text.known(at, &shape.text, from..*until)?;
            from = *until;
            let graph = self.graph;
            let mut same = |count, holds: &dyn Fn(&Node) -> bool| {
                let (now, later) = asked.split_at_checked(count).ok_or(Stop::Unsure)?;
                asked = later;
                let mut all = now.iter();
                let is_same = all.all(|one| one.holds_as_before(graph, holds));
                is_same.then_some(()).ok_or(Stop::Unsure)
            };
            match *gap {
                Gap::Text(0) => at = self.text.string_end(at)?,
                Gap::Text(count) => {
                    let raw = self.text.string(at - 1)?;
                    self.said(raw, |text| same(count, &|node| node.holds_for_text(text)))?;
                    at = raw.end - 1;
                }
                Gap::Number(count) => {
                    let (end, is_plain) = self.text.number(at)?;
                    let text = self.text.bytes.get(at..end).unwrap_or_default();
                    same(count, &|node| node.holds_for_number(text, is_plain))?;
                    at = end;
                }
                Gap::Truth(count) => {
                    let (is_true, end) = self.text.truth(at)?;
                    same(count, &|node| node.holds_for_truth(is_true))?;
                    at = end;
                }
                Gap::Unique => self.arrays.push(at),
                Gap::Start(number) => self.captured.start(number, at),
                Gap::End(number) => self.captured.end(number, at),
            }
        }
        let at = self.text.known(at, &shape.text, from..shape.end)?;
        if at != self.text.bytes.len() {
            return Err(Stop::Unsure);
        }
        // Only now it is known that these are arrays, and not deeper than can be gone into.
        while let Some(at) = self.arrays.pop() {
            self.differ(at)?;
        }
        Ok(())
    }
}
