//! Walks: one instance drawn from an arena.
//!
//! A place without an instance gives `None`, and what holds it adapts: an optional member is left
//! out, a list is shorter, a union takes another branch. Fuel bounds the work of a walk.

mod array;
mod conjunction;
mod object;

use jsonschema::JsonType;
use serde_json::{Map, Number, Value};

use super::algebra::Check;
use super::arena::{Arena, NEVER, Node, NodeId};
use super::dice::Dice;
use super::number::NumberRange;
use super::usage::Usage;
use super::words;

/// What a walk aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Variety.
    Random,
    /// Only what is required, and the simplest of that.
    Minimal,
    /// Every optional member, and items in every list.
    Full,
}

/// A walk over an arena.
pub(super) struct Walk<'a> {
    arena: &'a Arena,
    dice: Dice,
    mode: Mode,
    usage: Option<&'a mut Usage>,
    /// Optional members are present in so many of four cases.
    density: usize,
    fuel: u32,
    made: u32,
    /// How many nodes are being drawn within each other.
    nesting: u32,
    /// The unions that lead to the place where the walk stands. One that leads back to itself adds
    /// no instance to those of its other branches.
    chain: Vec<NodeId>,
    reason: Option<String>,
}

/// How deep containers nest before the lowest way is taken.
const DEPTH: u32 = 7;
/// How many values are made before the lowest way is taken.
const SIZE: u32 = 3_000;
/// How many steps a walk may take in all.
const FUEL: u32 = 20_000;
/// How many letters of a string are as much work as a step, and how many steps it is to find none.
const LETTERS: usize = 32;
const FAILURE: usize = 2_000;
/// How many nodes may be drawn within each other: unions can nest without a container between.
const NESTING: u32 = 256;
/// How many unions may stand within each other at one place.
const CHAIN: usize = 64;
/// How often a judged node is tried.
const TRIES: usize = 6;

impl<'a> Walk<'a> {
    /// A walk with these choices.
    pub(super) fn new(arena: &'a Arena, mut dice: Dice, mode: Mode) -> Self {
        let density = match mode {
            Mode::Random => dice.below(5),
            Mode::Minimal => 0,
            Mode::Full => 4,
        };
        Self {
            arena,
            dice,
            mode,
            usage: None,
            density,
            fuel: FUEL,
            made: 0,
            nesting: 0,
            chain: Vec::new(),
            reason: None,
        }
    }

    /// Takes what was used least before, and counts what is used.
    pub(super) fn counting(mut self, usage: &'a mut Usage) -> Self {
        self.usage = Some(usage);
        if self.mode == Mode::Random {
            // What stands within what is optional is reached soon only if that is there often.
            self.density = self.dice.below(7).min(4);
        }
        self
    }

    /// Takes no more steps than these.
    pub(super) fn limited(mut self, fuel: u32) -> Self {
        self.fuel = self.fuel.min(fuel);
        self
    }

    /// An instance of the arena's root, and how many steps that took.
    pub(super) fn instance_and_steps(mut self) -> (Result<Value, String>, u32) {
        let found = self.value(self.arena.root, 0);
        let reason = self.reason;
        let reason = || reason.unwrap_or_else(|| "the search was given up".to_owned());
        (found.ok_or_else(reason), self.made)
    }

    /// An instance of the arena's root; the error says why there is none.
    pub(super) fn instance(self) -> Result<Value, String> {
        self.instance_and_steps().0
    }

    /// An instance of a node that stands this deep.
    pub(super) fn value(&mut self, id: NodeId, depth: u32) -> Option<Value> {
        self.fuel = self.fuel.checked_sub(1)?;
        self.made += 1;
        if self.arena.height(id) == NEVER || self.nesting >= NESTING {
            return None;
        }
        self.nesting += 1;
        let found = self.drawn(id, depth);
        self.nesting -= 1;
        found
    }

    fn drawn(&mut self, id: NodeId, depth: u32) -> Option<Value> {
        match self.arena.node(id) {
            Node::Never | Node::Link(_) => None,
            Node::Types(types) => {
                let index = self.choose(id, types.len())?;
                self.of_type(*types.get(index)?, depth)
            }
            Node::Values(values) => {
                let index = self.choose(id, values.len())?;
                values.get(index).cloned()
            }
            Node::Text(text) => {
                let minimal = self.mode == Mode::Minimal;
                let found = text.draw(&mut self.dice, minimal);
                let cost = found.as_ref().map_or(FAILURE, |text| text.len() / LETTERS);
                let cost = u32::try_from(cost).unwrap_or(u32::MAX);
                self.fuel = self.fuel.saturating_sub(cost);
                self.made = self.made.saturating_add(cost);
                found
                    .map_err(|reason| self.fail(reason))
                    .ok()
                    .map(Value::String)
            }
            Node::Number(range) => self.number(range),
            Node::Items(items) => self.below(|walk| walk.items(items, depth)),
            Node::Members(members) => self.below(|walk| walk.members(id, members, depth)),
            Node::Union { branches, check } => self.joined(id, |walk| {
                walk.branch(id, branches, check.as_deref(), depth)
            }),
            Node::Conjunction(all) => self.joined(id, |walk| walk.conjunction(all, depth)),
            Node::Filter(base, check) => self.joined(id, |walk| {
                walk.judged(check, |walk| walk.value(*base, depth))
            }),
        }
    }

    /// Fills a container: what is in it stands at places of its own.
    fn below(&mut self, fill: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        let chain = std::mem::take(&mut self.chain);
        let found = fill(self);
        self.chain = chain;
        found
    }

    /// Takes an instance from a node that leads to others for the same place.
    fn joined(
        &mut self,
        id: NodeId,
        make: impl FnOnce(&mut Self) -> Option<Value>,
    ) -> Option<Value> {
        if self.is_open(id) || self.chain.len() >= CHAIN {
            return None;
        }
        self.chain.push(self.arena.followed(id));
        let found = make(self);
        self.chain.pop();
        found
    }

    /// Whether a node leads to the place where the walk stands.
    fn is_open(&self, id: NodeId) -> bool {
        self.chain.contains(&self.arena.followed(id))
    }

    fn fail(&mut self, reason: String) {
        self.reason.get_or_insert(reason);
    }

    fn judged(
        &mut self,
        check: &Check,
        mut make: impl FnMut(&mut Self) -> Option<Value>,
    ) -> Option<Value> {
        let found = (0..TRIES).find_map(|_| make(self).filter(|value| check.accepts(value)));
        if found.is_none() {
            self.fail(
                "no instance was found that keeps all rules of one place together".to_owned(),
            );
        }
        found
    }

    /// Whether the walk is past its budget, so that it has to end soon.
    fn is_frugal(&self, depth: u32) -> bool {
        depth >= DEPTH || self.made > SIZE || self.mode == Mode::Minimal
    }

    /// One of `count` choices of a node.
    fn choose(&mut self, id: NodeId, count: usize) -> Option<usize> {
        if count == 0 {
            return None;
        }
        if self.mode == Mode::Minimal {
            return Some(0);
        }
        match &mut self.usage {
            Some(usage) => Some(usage.choose(id, count, &mut self.dice)),
            None => Some(self.dice.below(count)),
        }
    }

    fn branch(
        &mut self,
        id: NodeId,
        branches: &[NodeId],
        check: Option<&Check>,
        depth: u32,
    ) -> Option<Value> {
        let frugal = self.is_frugal(depth);
        let lowest = branches
            .iter()
            .map(|branch| self.arena.height(*branch))
            .min()?;
        let open: Vec<NodeId> = branches
            .iter()
            .copied()
            .filter(|branch| {
                let height = self.arena.height(*branch);
                height != NEVER && (!frugal || height == lowest) && !self.is_open(*branch)
            })
            .collect();
        let tries = if check.is_some() {
            TRIES
        } else {
            open.len().clamp(1, TRIES)
        };
        for _ in 0..tries {
            let index = self.choose(id, open.len())?;
            // After a failure every branch gets a chance, also in a minimal walk.
            let index = if self.mode == Mode::Minimal && self.reason.is_some() {
                self.dice.below(open.len())
            } else {
                index
            };
            let value = self.value(*open.get(index)?, depth);
            match value {
                Some(value) if check.is_none_or(|check| check.accepts(&value)) => {
                    return Some(value);
                }
                Some(_) => {
                    self.fail("no branch of a union was found to match as it must".to_owned());
                }
                None => {}
            }
        }
        None
    }

    fn number(&mut self, range: &NumberRange) -> Option<Value> {
        let found = if self.mode == Mode::Minimal {
            range.simplest()
        } else {
            range.draw(&mut self.dice)
        };
        if found.is_none() {
            self.fail("no number was found between the bounds".to_owned());
        }
        found.map(Value::Number)
    }

    /// Anything of a type.
    fn of_type(&mut self, kind: JsonType, depth: u32) -> Option<Value> {
        let minimal = self.mode == Mode::Minimal;
        Some(match kind {
            JsonType::Null => Value::Null,
            JsonType::Boolean => Value::Bool(!minimal && self.dice.chance(1, 2)),
            JsonType::Integer => return self.number(&NumberRange::any(true)),
            JsonType::Number => return self.number(&NumberRange::any(false)),
            JsonType::String if minimal => Value::String(String::new()),
            JsonType::String => Value::String(words::draw(&mut self.dice, 0, None)),
            JsonType::Array | JsonType::Object if self.is_frugal(depth) => empty(kind),
            JsonType::Array => {
                let count = self.dice.below(3);
                Value::Array((0..count).map(|_| self.scalar()).collect())
            }
            JsonType::Object => {
                let count = self.dice.below(3);
                let members = (0..count).map(|_| (words::name(&mut self.dice), self.scalar()));
                Value::Object(members.collect())
            }
        })
    }

    fn scalar(&mut self) -> Value {
        match self.dice.below(4) {
            0 => Value::Bool(self.dice.chance(1, 2)),
            1 => Value::Number(Number::from(self.dice.below(1000))),
            _ => Value::String(words::draw(&mut self.dice, 0, None)),
        }
    }
}

fn empty(kind: JsonType) -> Value {
    if kind == JsonType::Array {
        Value::Array(Vec::new())
    } else {
        Value::Object(Map::new())
    }
}
