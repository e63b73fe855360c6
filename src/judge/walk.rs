//! Judging a body while it is read, once, without making anything of it.

use super::Stop;
use super::capture::{Captured, Captures, NOTHING, Want};
use super::graph::{ANYTHING, Graph, Group, Node, NodeId, kinds};
use super::marks::Marks;
use super::names::Names;
use super::number::is_integer;
use super::tape::DEPTH;
use super::texts::Piece;
use super::token::{Raw, Text, unescape};
use super::trail::Trail;
use super::witness::{Asked, Witness};

/// How often each byte of a body may be looked at for one alternative or another.
const VISITS: usize = 16;

/// A body, which is UTF-8, and what walks over it need.
pub(super) struct Ground<'a> {
    pub(super) graph: &'a Graph,
    pub(super) body: &'a [u8],
    /// The marks of the body.
    pub(super) marks: &'a Marks,
    pub(super) trail: &'a mut Trail,
    pub(super) captures: &'a Captures,
    pub(super) captured: &'a mut Captured,
}

/// A body that is judged. Places in it are handed on from value to value.
pub(super) struct Walk<'a, W> {
    pub(super) graph: &'a Graph,
    pub(super) text: Text<'a>,
    pub(super) captures: &'a Captures,
    pub(super) captured: &'a mut Captured,
    pub(super) names: &'a mut Names,
    /// For each property of each node, the one that came next the last time.
    pub(super) next: &'a mut [u16],
    /// What a string with escapes says.
    pub(super) said: &'a mut String,
    /// What the items of an array come down to that must differ.
    pub(super) digests: &'a mut Vec<u64>,
    /// Where arrays start whose items must differ.
    pub(super) arrays: &'a mut Vec<usize>,
    depth: u32,
    /// The place that was come to last, as far as alternatives care.
    pub(super) reached: usize,
    /// How many bytes may be looked at again.
    left: usize,
    pub(super) witness: W,
}

impl<'a, W: Witness> Walk<'a, W> {
    /// A walk over a body.
    pub(super) fn over(ground: &'a mut Ground<'_>, witness: W) -> Self {
        let Ground {
            graph,
            body,
            marks,
            captures,
            ..
        } = *ground;
        let trail = &mut *ground.trail;
        trail.names.clear();
        Self {
            graph,
            text: Text { bytes: body, marks },
            captures,
            captured: ground.captured,
            names: &mut trail.names,
            next: &mut trail.next,
            said: &mut trail.text,
            digests: &mut trail.digests,
            arrays: &mut trail.arrays,
            depth: 0,
            reached: 0,
            left: VISITS * (body.len() + VISITS),
            witness,
        }
    }

    /// Whether the body is valid, and where in it the values stand that are captured.
    pub(super) fn judge(mut self) -> Result<(), Stop> {
        let start = self.text.space(0);
        let end = self.value(start, self.graph.root, self.captures.start())?;
        if self.text.is_done(end) {
            Ok(())
        } else {
            Err(Stop::Invalid)
        }
    }

    /// Behind a value, at whose first byte the place is.
    #[expect(
        clippy::inline_always,
        reason = "most values are strings of which nothing is asked, and need no call"
    )]
    #[inline(always)]
    pub(super) fn value(&mut self, at: usize, id: NodeId, want: Want) -> Result<usize, Stop> {
        let graph = self.graph;
        let node = graph.nodes.get(id as usize).ok_or(Stop::Unsure)?;
        if want != NOTHING {
            return self.wanted(at, node, want);
        }
        if self.text.byte(at) == b'"' && node.free & kinds::STRING != 0 {
            return self.free_string(at);
        }
        self.asked(at, node, NOTHING)
    }

    #[inline]
    fn free_string(&mut self, at: usize) -> Result<usize, Stop> {
        let end = self.text.pass_string(at)?;
        self.witness.leaf(at..end, None);
        Ok(end)
    }

    /// As above, where the value or something in it is captured.
    #[inline(never)]
    fn wanted(&mut self, at: usize, node: &'a Node, want: Want) -> Result<usize, Stop> {
        self.captures.forget(want, self.captured);
        let end = self.asked(at, node, want)?;
        self.captures.take(want, &(at..end), self.captured);
        Ok(end)
    }

    fn asked(&mut self, at: usize, node: &'a Node, want: Want) -> Result<usize, Stop> {
        if node.groups.is_empty() {
            self.base(at, node, want)
        } else {
            self.alternatives(at, node, want)
        }
    }

    fn alternatives(&mut self, at: usize, node: &'a Node, want: Want) -> Result<usize, Stop> {
        // What is captured is found on the first way through; alternatives lead through the same text.
        let mut end = None;
        if !node.is_plain() || want != NOTHING {
            end = Some(self.base(at, node, want)?);
        }
        for group in &node.groups {
            end = Some(self.choose(at, group)?);
        }
        end.ok_or(Stop::Unsure)
    }

    /// One alternative, or more.
    fn choose(&mut self, at: usize, group: &'a Group) -> Result<usize, Stop> {
        let kind = kind(self.text.byte(at));
        let (depth, mark) = (self.depth, self.names.open());
        let mut end = None;
        for branch in &group.branches {
            let accepts = self.graph.nodes.get(*branch as usize);
            if accepts.is_none_or(|branch| branch.accepts & kind == 0) {
                continue;
            }
            self.reached = at;
            match self.value(at, *branch, NOTHING) {
                Ok(there) => {
                    self.again(there - at)?;
                    if end.is_some() {
                        return Err(Stop::Invalid);
                    }
                    end = Some(there);
                    if !group.is_one {
                        break;
                    }
                }
                Err(Stop::Invalid) => {
                    self.again(self.reached.saturating_sub(at))?;
                    self.depth = depth;
                    self.names.back(mark);
                }
                Err(Stop::Unsure) => return Err(Stop::Unsure),
            }
        }
        end.ok_or(Stop::Invalid)
    }

    /// So many bytes were, or will be, read once more.
    pub(super) fn again(&mut self, bytes: usize) -> Result<(), Stop> {
        self.left = self.left.checked_sub(bytes + 1).ok_or(Stop::Unsure)?;
        Ok(())
    }

    /// What the node itself asks.
    #[inline]
    fn base(&mut self, at: usize, node: &'a Node, want: Want) -> Result<usize, Stop> {
        let kind = kind(self.text.byte(at));
        if node.accepts & kind == 0 {
            return Err(Stop::Invalid);
        }
        let is_free = node.free & kind != 0;
        match kind {
            kinds::STRING if is_free => self.free_string(at),
            kinds::STRING => self.string(at, node),
            kinds::NUMBER => {
                let (end, is_plain) = self.text.number(at)?;
                if is_free {
                    self.witness.leaf(at..end, None);
                    return Ok(end);
                }
                let text = self.text.bytes.get(at..end).unwrap_or_default();
                let holds = node.holds_for_number(text, is_plain);
                self.witness.leaf(at..end, Some(node.asks(holds)));
                holds.then_some(end).ok_or(Stop::Invalid)
            }
            kinds::OBJECT | kinds::ARRAY => {
                if self.depth >= DEPTH {
                    return Err(Stop::Unsure);
                }
                self.depth += 1;
                let end = if kind == kinds::OBJECT {
                    self.object(at + 1, node, want)?
                } else {
                    self.array(at + 1, node, want)?
                };
                self.depth -= 1;
                // No choice is an object or an array.
                if node.choices.is_empty() {
                    Ok(end)
                } else {
                    Err(Stop::Invalid)
                }
            }
            kinds::BOOLEAN => {
                let (is_true, end) = self.text.truth(at)?;
                let holds = node.holds_for_truth(is_true);
                self.witness.leaf(at..end, Some(node.asks(holds)));
                holds.then_some(end).ok_or(Stop::Invalid)
            }
            _ if node.choices.iter().all(|choice| choice.has_null) => self.text.word(at, b"null"),
            _ => Err(Stop::Invalid),
        }
    }

    fn string(&mut self, at: usize, node: &Node) -> Result<usize, Stop> {
        let raw = self.text.string(at)?;
        self.reached = raw.end;
        let holds = self.said(raw, |text| node.holds_for_text(text));
        self.witness.leaf(at..raw.end, Some(node.asks(holds)));
        if holds {
            Ok(raw.end)
        } else {
            Err(Stop::Invalid)
        }
    }

    /// Does something with what a string says.
    #[inline]
    pub(super) fn said<T>(&mut self, raw: Raw, act: impl FnOnce(Piece<'_>) -> T) -> T {
        if !raw.is_escaped {
            return act(Piece::new(self.text.bytes, raw.start, raw.end - 1));
        }
        self.said.clear();
        unescape(self.text.said(raw), self.said);
        act(Piece::whole(self.said.as_bytes()))
    }

    /// Behind an array, whose bracket was passed.
    fn array(&mut self, at: usize, node: &'a Node, want: Want) -> Result<usize, Stop> {
        let array = node.array.as_deref();
        let mut count = 0;
        let start = at;
        let mut at = self.text.space(at);
        if self.text.byte(at) == b']' {
            at += 1;
        } else {
            loop {
                let item = array.map_or(ANYTHING, |array| {
                    array.first.get(count).copied().unwrap_or(array.rest)
                });
                let wanted = if want == NOTHING {
                    NOTHING
                } else {
                    self.captures.item(want, count)
                };
                at = self.value(at, item, wanted)?;
                self.reached = at;
                count += 1;
                let (next, goes_on) = self.text.goes_on(at, b']')?;
                at = next;
                if !goes_on {
                    break;
                }
            }
        }
        match array {
            Some(array) if !(array.least..=array.most).contains(&(count as u64)) => {
                Err(Stop::Invalid)
            }
            Some(array) if array.is_unique && count > 1 => {
                self.differ(start)?;
                Ok(at)
            }
            _ => Ok(at),
        }
    }
}

impl Node {
    fn asks(&self, holds: bool) -> Asked {
        Asked {
            node: self.id,
            holds,
        }
    }

    pub(super) fn holds_for_truth(&self, is_true: bool) -> bool {
        self.choices.iter().all(|choice| {
            if is_true {
                choice.has_true
            } else {
                choice.has_false
            }
        })
    }

    /// Of a number, and whether that is digits only, but for a sign.
    pub(super) fn holds_for_number(&self, text: &[u8], is_plain: bool) -> bool {
        (is_plain || !self.is_integer || is_integer(text))
            && self
                .digits
                .as_ref()
                .is_none_or(|digits| digits.hold_for(text))
            && self.choices.iter().all(|choice| choice.has_number(text))
    }

    pub(super) fn holds_for_text(&self, text: Piece<'_>) -> bool {
        let letters = self.letters.as_ref();
        letters.is_none_or(|letters| letters.hold_for(text.bytes()))
            && self.choices.iter().all(|choice| choice.has_text(text))
    }
}

/// The kind of a value that starts with this byte; 0 if none does.
#[inline]
fn kind(first: u8) -> u8 {
    const KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        kinds[b'"' as usize] = kinds::STRING;
        kinds[b'{' as usize] = kinds::OBJECT;
        kinds[b'[' as usize] = kinds::ARRAY;
        kinds[b't' as usize] = kinds::BOOLEAN;
        kinds[b'f' as usize] = kinds::BOOLEAN;
        kinds[b'n' as usize] = kinds::NULL;
        kinds[b'-' as usize] = kinds::NUMBER;
        let mut digit = b'0';
        while digit <= b'9' {
            kinds[digit as usize] = kinds::NUMBER;
            digit += 1;
        }
        kinds
    };
    KINDS[usize::from(first)]
}
