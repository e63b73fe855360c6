//! Sources: where the valid instances of a schema come from.
//!
//! A schema has several arenas: the natural one, one that computes what `oneOf` leaves over, and
//! both again with the members that do not travel in its direction. The first that gives an
//! instance that the validator accepts is taken; where none does, instances are tried.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use super::GenerateError;
use super::algebra::{Canonical, canonical, canonical_at};
use super::arena::{Arena, Exclusion};
use super::attempt::{Attempts, widen};
use super::bundle::{BundleError, CHAIN, Marks, bundle};
use super::deep::deep;
use super::dice::Dice;
use super::map::{Map, Place};
use super::separate::separated;
use super::tree::weight;
use super::usage::Usage;
use super::walk::{Mode, Walk};
use crate::document::Pointer;
use crate::schema::{Schema, Validator};

/// The valid instances of one schema.
pub(super) struct Source {
    schema: Schema,
    reading: Reading,
    validator: Arc<Validator>,
    canonical: [OnceLock<Result<Analysed, String>>; 2],
    levels: [OnceLock<Result<Arena, String>>; 4],
    loose: OnceLock<Option<Arena>>,
    attempts: OnceLock<Option<Attempts>>,
    simplest: OnceLock<Option<Value>>,
    failure: Mutex<Option<String>>,
    map: OnceLock<Map>,
}

/// What is asked of a `oneOf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// That exactly one branch matches.
    Strict,
    /// That a branch matches.
    AnyBranch,
}

const LEVELS: [(Marks, Exclusion); 4] = [
    (Marks::Obeyed, Exclusion::Tried),
    (Marks::Obeyed, Exclusion::Computed),
    (Marks::Ignored, Exclusion::Tried),
    (Marks::Ignored, Exclusion::Computed),
];

/// How many steps the walks over one arena may take in all.
const FUEL: u32 = 60_000;
/// How many walks each arena gets, the last few of them minimal.
const WALKS: usize = 16;
const MINIMAL_WALKS: usize = 4;

/// How many instances that several branches match are changed until one is found.
const SEPARATED: usize = 4;

/// A canonical form, and how deep work on it may get.
struct Analysed {
    schema: Canonical,
    chain: usize,
    /// Whether members are closed off by their marks.
    closes: bool,
}

impl Analysed {
    fn new(
        chain: usize,
        closes: bool,
        work: impl FnOnce() -> Result<Canonical, String> + Send,
    ) -> Result<Self, String> {
        let schema = run(chain, work)?;
        Ok(Self {
            schema,
            chain,
            closes,
        })
    }

    fn run<T: Send>(&self, work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
        run(self.chain, work)
    }
}

fn run<T: Send>(
    chain: usize,
    work: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, String> {
    if chain <= CHAIN {
        return work();
    }
    deep(work).unwrap_or_else(|| Err("the schema is too deep to be analysed".to_owned()))
}

impl Source {
    /// Compiles the schema. An error says that it is no schema, or has no instance.
    pub(super) fn new(schema: &Schema, reading: Reading) -> Result<Self, GenerateError> {
        let source = Self {
            schema: schema.clone(),
            reading,
            validator: schema.validator()?,
            canonical: std::array::from_fn(|_| OnceLock::new()),
            levels: std::array::from_fn(|_| OnceLock::new()),
            loose: OnceLock::new(),
            attempts: OnceLock::new(),
            simplest: OnceLock::new(),
            failure: Mutex::new(None),
            map: OnceLock::new(),
        };
        let mut first = None;
        for level in 0..LEVELS.len() {
            match source.level(level) {
                Ok(_) => return Ok(source),
                Err(reason) => {
                    first.get_or_insert(reason);
                }
            }
        }
        let dice = &mut Dice::new(0);
        if source.separate(dice, Mode::Minimal).is_some()
            || source.attempt(dice, Mode::Minimal).is_some()
        {
            return Ok(source);
        }
        Err(GenerateError::Unsatisfiable(
            first.cloned().unwrap_or_default(),
        ))
    }

    /// The schema.
    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The judge of the schema.
    pub(super) fn validator(&self) -> &Arc<Validator> {
        &self.validator
    }

    /// Whether the judge accepts an instance.
    pub(super) fn is_valid(&self, instance: &Value) -> bool {
        self.validator.is_valid(instance)
            || self.reading == Reading::AnyBranch
                && self
                    .validator
                    .violations(instance)
                    .iter()
                    .all(|violation| !violation.overlaps.is_empty())
    }

    /// What is asked of a `oneOf`.
    pub(super) fn reading(&self) -> Reading {
        self.reading
    }

    /// The original schema, laid out.
    pub(super) fn map(&self) -> &Map {
        self.map.get_or_init(|| Map::new(&self.schema))
    }

    /// The simplest valid instance that was found.
    pub(super) fn simplest(&self) -> Option<Value> {
        let found = self.simplest.get_or_init(|| {
            (0..4)
                .filter_map(|seed| self.draw(&mut Dice::new(seed), Mode::Minimal, None).ok())
                .min_by_key(weight)
        });
        found.clone()
    }

    /// A valid instance. `usage` steers towards choices that it has not seen.
    pub(super) fn draw(
        &self,
        dice: &mut Dice,
        mode: Mode,
        mut usage: Option<&mut Usage>,
    ) -> Result<Value, GenerateError> {
        let mut first = None;
        for level in 0..LEVELS.len() {
            let arena = match self.level(level) {
                Ok(arena) => arena,
                Err(reason) => {
                    first.get_or_insert_with(|| reason.clone());
                    continue;
                }
            };
            let mut fuel = FUEL;
            let mut last_fuel = FUEL;
            for walk in 0..WALKS {
                let is_last = walk + MINIMAL_WALKS >= WALKS;
                let fuel = if is_last { &mut last_fuel } else { &mut fuel };
                let mode = if is_last && mode != Mode::Minimal {
                    // The last attempts are the simplest ones, in both ways.
                    if walk % 2 == 0 {
                        Mode::Minimal
                    } else {
                        Mode::Random
                    }
                } else {
                    mode
                };
                let made = Walk::new(arena, Dice::new(dice.bits()), mode);
                let made = match (&mut usage, level) {
                    (Some(usage), 0) => made.counting(usage),
                    _ => made,
                };
                let (found, steps) = made.limited(*fuel).instance_and_steps();
                *fuel = fuel.saturating_sub(steps);
                match found {
                    Ok(value) if self.is_valid(&value) => {
                        // A series counts what it drew: it is seldom changed afterwards.
                        let value = self.travelling(value);
                        let odds = if usage.is_some() { 8 } else { 2 };
                        let illustrated = (mode == Mode::Random && dice.chance(1, odds))
                            .then(|| self.illustrated(&value, dice))
                            .flatten();
                        return Ok(illustrated.unwrap_or(value));
                    }
                    Ok(_) => {
                        first.get_or_insert_with(|| "no candidate was valid".to_owned());
                    }
                    Err(reason) => {
                        first.get_or_insert(reason);
                    }
                }
            }
        }
        let last = self.separate(dice, mode);
        if let Some(found) = last.or_else(|| self.attempt(dice, mode)) {
            return Ok(found);
        }
        let reason = first.unwrap_or_default();
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.clone());
        Err(GenerateError::Unsatisfiable(reason))
    }

    /// A valid instance made from one that several branches of a `oneOf` match.
    fn separate(&self, dice: &mut Dice, mode: Mode) -> Option<Value> {
        let loose = self.loose.get_or_init(|| {
            if self.reading == Reading::AnyBranch || !self.map().has_choice() {
                return None;
            }
            let mut bundle = bundle(&self.schema, Marks::Obeyed).ok()?;
            widen(&mut bundle.value, false);
            let found = Analysed::new(bundle.chain, bundle.closes, || canonical(bundle.value));
            let found = found.ok()?;
            found
                .run(|| Arena::build(&found.schema, Exclusion::Tried))
                .ok()
        });
        let loose = loose.as_ref()?;
        let mut fuel = FUEL;
        (0..SEPARATED).find_map(|_| {
            let walk = Walk::new(loose, Dice::new(dice.bits()), mode).limited(fuel);
            let (found, steps) = walk.instance_and_steps();
            fuel = fuel.saturating_sub(steps);
            let made = separated(self.map(), found.ok()?)?;
            self.is_valid(&made).then_some(made)
        })
    }

    /// A valid instance that is found by trying.
    fn attempt(&self, dice: &mut Dice, mode: Mode) -> Option<Value> {
        let attempts = self.attempts.get_or_init(|| {
            let bundle = bundle(&self.schema, Marks::Obeyed).ok()?;
            Some(Attempts::new(bundle.value, bundle.chain))
        });
        let found = attempts
            .as_ref()?
            .find(dice, mode, |value| self.is_valid(value));
        found.map(|value| self.travelling(value))
    }

    /// A valid instance without the members that do not travel in the schema's direction, unless it
    /// needs them to be valid.
    fn travelling(&self, value: Value) -> Value {
        let fewer = self.map().without_held_back(&value);
        fewer.filter(|fewer| self.is_valid(fewer)).unwrap_or(value)
    }

    /// Why the last draw failed, if any did.
    pub(super) fn failure(&self) -> Option<String> {
        let failure = self.failure.lock();
        failure.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The instance with some of the author's examples and defaults in it, if that is valid.
    fn illustrated(&self, value: &Value, dice: &mut Dice) -> Option<Value> {
        let map = self.map();
        let mut made = value.clone();
        let mut replaced: Vec<Pointer> = Vec::new();
        for spot in map.illustrated_spots(value) {
            let examples = map.place(spot.place).map_or(&[][..], Place::examples);
            if examples.is_empty() || !dice.chance(1, 2) {
                continue;
            }
            let below = replaced
                .iter()
                .any(|pointer| pointer.contains(&spot.instance));
            if let (false, Some(example), Some(node)) = (
                below,
                dice.pick(examples),
                made.pointer_mut(spot.instance.as_str()),
            ) {
                *node = example.clone();
                replaced.push(spot.instance);
            }
        }
        if replaced.is_empty() {
            return None;
        }
        let made = match map.without_held_back(&made) {
            // A whole resource is the usual example.
            Some(fewer) if map.held_back(value).is_empty() => fewer,
            _ => made,
        };
        self.is_valid(&made).then_some(made)
    }

    fn level(&self, level: usize) -> Result<&Arena, &String> {
        let (slot, (marks, exclusion)) = match (self.levels.get(level), LEVELS.get(level)) {
            (Some(slot), Some(settings)) => (slot, *settings),
            _ => (&self.levels[0], LEVELS[0]),
        };
        slot.get_or_init(|| {
            let obeyed = self.canonical(Marks::Obeyed).as_ref();
            let is_same = marks == Marks::Ignored && obeyed.is_ok_and(|found| !found.closes)
                || exclusion == Exclusion::Computed && self.is_without_exclusion(level);
            if is_same {
                return Err("no other way to read the schema was found".to_owned());
            }
            let found = self.canonical(marks).as_ref().map_err(Clone::clone)?;
            found.run(|| Arena::build(&found.schema, exclusion))
        })
        .as_ref()
    }

    /// Whether the level before this one has no `oneOf` in it.
    fn is_without_exclusion(&self, level: usize) -> bool {
        let before = level.checked_sub(1).map(|level| self.level(level));
        matches!(before, Some(Ok(arena)) if !arena.excludes)
    }

    fn canonical(&self, marks: Marks) -> &Result<Analysed, String> {
        self.canonical[usize::from(marks == Marks::Ignored)].get_or_init(|| {
            match bundle(&self.schema, marks) {
                Ok(mut bundle) if self.reading == Reading::AnyBranch => {
                    widen(&mut bundle.value, false);
                    Analysed::new(bundle.chain, bundle.closes, || canonical(bundle.value))
                }
                Ok(bundle) => {
                    Analysed::new(bundle.chain, bundle.closes, || canonical(bundle.value))
                }
                Err(BundleError::TooLarge) => {
                    Err("the schema is larger or deeper than what is analysed".to_owned())
                }
                Err(BundleError::Entangled) if self.reading == Reading::AnyBranch => {
                    Err("the schema cannot be taken out of its document".to_owned())
                }
                Err(BundleError::Entangled) => {
                    let root = self.schema.set().schema(
                        self.schema.document(),
                        &Pointer::root(),
                        self.schema.direction(),
                    );
                    Analysed::new(usize::MAX, false, || {
                        canonical_at(root.value().clone(), self.schema.pointer().as_str())
                    })
                }
            }
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.schema.location())
    }
}
