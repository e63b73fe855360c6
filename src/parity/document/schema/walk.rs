//! The walk: two schemas with all that they lead to, pair by pair. Each pair is compared once, however
//! many ways lead to it.

use std::collections::{HashMap, VecDeque};

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Child, Difference, Effect, Role};
use super::prove::{Answer, Prover, Question};
use super::travel::Travel;
use super::types::Types;
use crate::document::Pointer;
use crate::parity::document::change::{Evidence, Grade, Version, Witness};
use crate::schema::{Direction, Place, Schema};

/// Pairs of schemas, with what was found about them.
pub(in crate::parity::document) struct Walk {
    pairs: Vec<Pair>,
    known: HashMap<Key, usize>,
    open: VecDeque<usize>,
    prover: Prover,
    most: usize,
    /// Whether there were more pairs than may be looked at.
    pub(in crate::parity::document) is_cut: bool,
}

/// What tells pairs apart.
type Key = (
    Vec<Place>,
    Vec<Place>,
    Direction,
    Travel,
    Option<usize>,
    Types,
);

struct Pair {
    old: Conjunction,
    new: Conjunction,
    direction: Direction,
    travel: Travel,
    /// The pair that this one is a branch of.
    whole: Option<usize>,
    found: Vec<Found>,
    children: Vec<(Pointer, usize)>,
}

/// A difference that is graded.
#[derive(Debug, Clone)]
pub(in crate::parity::document) struct Found {
    difference: Difference,
    /// What it means.
    pub(in crate::parity::document) grade: Grade,
    /// What is known.
    pub(in crate::parity::document) evidence: Evidence,
    /// What shows it.
    pub(in crate::parity::document) witness: Option<Witness>,
}

impl Found {
    /// What is graded as it is.
    fn said(difference: Difference) -> Self {
        let grade = match difference.effect {
            Effect::Graded(grade) => grade,
            _ => Grade::Unclear,
        };
        Self {
            difference,
            grade,
            evidence: Evidence::Said,
            witness: None,
        }
    }

    /// The difference itself.
    pub(in crate::parity::document) fn difference(&self) -> &Difference {
        &self.difference
    }
}

/// A pair that a walk may start at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::parity::document) struct Root(usize);

/// A difference that a walk comes to: the number of its pair and its own in there, and the way to the
/// instance that it is a difference of.
pub(in crate::parity::document) type Reached<'w> = ((usize, usize), Pointer, &'w Found);

impl Walk {
    /// A walk over at most so many pairs, which draws instances from at most so many schemas.
    pub(in crate::parity::document) fn new(pairs: usize, draws: usize) -> Self {
        Self {
            pairs: Vec::new(),
            known: HashMap::new(),
            open: VecDeque::new(),
            prover: Prover::new(draws),
            most: pairs,
            is_cut: false,
        }
    }

    /// Takes two schemas to be compared; `None` stands for one that says nothing.
    pub(in crate::parity::document) fn start(
        &mut self,
        old: Option<&Schema>,
        new: Option<&Schema>,
        direction: Direction,
        travel: Travel,
    ) -> Option<Root> {
        let entries = |schema: Option<&Schema>| -> Vec<Schema> {
            let towards = schema.map(|schema| schema.towards(direction));
            towards.into_iter().collect()
        };
        let may_be = |types: Types| {
            let mut both = [old, new].into_iter().flatten();
            both.all(|schema| !Types::of(schema).and(types).is_empty())
        };
        let (only, travel) = match travel {
            Travel::Bytes if may_be(Types::STRING) => (Types::STRING, Travel::Text),
            Travel::Bytes if may_be(Types::SCALAR) => (Types::SCALAR, Travel::Text),
            // Somebody means something else.
            Travel::Bytes => (Types::ALL, Travel::Data),
            other => (Types::ALL, other),
        };
        let child = Child {
            at: Pointer::root(),
            old: Conjunction::within(entries(old), only),
            new: Conjunction::within(entries(new), only),
            role: Role::Below,
            travel,
        };
        let outermost = match travel {
            Travel::Xml => Compare::new(&child.old, &child.new, direction, travel).outermost(),
            Travel::Data | Travel::Text | Travel::Bytes => Vec::new(),
        };
        let root = self.pair(child, direction, None).map(Root);
        self.go();
        if let Some(pair) = root.and_then(|root| self.pairs.get_mut(root.0)) {
            let is_new = |one: &Difference| {
                let mut known = pair.found.iter().map(|found| &found.difference);
                !known.any(|known| known.kind == one.kind && known.message == one.message)
            };
            let outermost: Vec<Difference> = outermost.into_iter().filter(is_new).collect();
            pair.found.extend(outermost.into_iter().map(Found::said));
        }
        root
    }

    /// The number of a pair; `None` if there are too many, or if there is nothing to say about it.
    fn pair(&mut self, child: Child, direction: Direction, whole: Option<usize>) -> Option<usize> {
        if child.old.is_anything() && child.new.is_anything() {
            return None;
        }
        let keys = (child.old.key.clone(), child.new.key.clone());
        let only = child.old.only;
        let key = (keys.0, keys.1, direction, child.travel, whole, only);
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        if self.pairs.len() >= self.most {
            self.is_cut = true;
            return None;
        }
        let number = self.pairs.len();
        self.known.insert(key, number);
        self.open.push_back(number);
        self.pairs.push(Pair {
            old: child.old,
            new: child.new,
            direction,
            travel: child.travel,
            whole,
            found: Vec::new(),
            children: Vec::new(),
        });
        Some(number)
    }

    fn go(&mut self) {
        while let Some(number) = self.open.pop_front() {
            let Some(pair) = self.pairs.get(number) else {
                continue;
            };
            let direction = pair.direction;
            let mut compare = Compare::new(&pair.old, &pair.new, direction, pair.travel);
            compare.run();
            let (differences, below) = (compare.found, compare.children);
            let found: Vec<Found> = differences
                .into_iter()
                .filter_map(|difference| self.grade(number, difference))
                .collect();
            let mut children = Vec::new();
            for child in below {
                let at = child.at.clone();
                let whole = match child.role {
                    Role::Below => None,
                    Role::Branch => Some(number),
                    Role::Piece => self.pairs.get(number).and_then(|pair| pair.whole),
                };
                children.extend(self.pair(child, direction, whole).map(|child| (at, child)));
            }
            if let Some(pair) = self.pairs.get_mut(number) {
                pair.found = found;
                pair.children = children;
            }
        }
    }

    /// What a difference means, with an instance that shows it where one is needed and found.
    fn grade(&mut self, number: usize, difference: Difference) -> Option<Found> {
        let direction = self
            .pairs
            .get(number)
            .map_or(Direction::Request, |pair| pair.direction);
        let (grade, evidence, witness) = self.judged(number, direction, &difference);
        let is_found =
            difference.effect != Effect::Overlap { are_apart: true } || evidence == Evidence::Shown;
        is_found.then_some(Found {
            difference,
            grade,
            evidence,
            witness,
        })
    }

    fn judged(
        &mut self,
        number: usize,
        direction: Direction,
        difference: &Difference,
    ) -> (Grade, Evidence, Option<Witness>) {
        // What harms: a request that is refused now, an answer that none was before.
        let harmful = match direction {
            Direction::Request => Version::Old,
            Direction::Response => Version::New,
        };
        let harmless = match harmful {
            Version::Old => Version::New,
            Version::New => Version::Old,
        };
        let claim = match (difference.effect, direction) {
            (Effect::Graded(grade), _) => return (grade, Evidence::Said, None),
            (Effect::Narrows, Direction::Response) | (Effect::Widens, Direction::Request) => {
                return (Grade::Compatible, Evidence::Said, None);
            }
            (Effect::ShownOr(grade), _) => grade,
            _ => Grade::Breaking,
        };
        let shown = |value, accepted_by| {
            Some(Witness {
                value,
                at: Pointer::root(),
                accepted_by,
            })
        };
        match self.ask(number, difference, harmful, Merges::No) {
            Answer::Shown(value) => (claim, Evidence::Shown, shown(value, harmful)),
            Answer::NotShown if difference.effect.is_overlap() => {
                match self.ask(number, difference, harmful, Merges::Yes) {
                    Answer::Shown(value) => {
                        (Grade::Unclear, Evidence::Shown, shown(value, harmful))
                    }
                    _ => (Grade::Unclear, Evidence::NotShown, None),
                }
            }
            Answer::NotShown if difference.effect == Effect::Unsure => {
                match self.ask(number, difference, harmless, Merges::No) {
                    Answer::Shown(value) => {
                        (Grade::Unclear, Evidence::Shown, shown(value, harmless))
                    }
                    _ => (Grade::Unclear, Evidence::NotShown, None),
                }
            }
            // No instance that is drawn is as long; the bounds say it all the same.
            Answer::NotShown if self.is_bounds_only(number, difference, harmful) => {
                (claim, Evidence::Said, None)
            }
            Answer::NotShown => (Grade::Unclear, Evidence::NotShown, None),
            Answer::NotTried if difference.effect == Effect::Unsure => {
                (Grade::Unclear, Evidence::Said, None)
            }
            Answer::NotTried => (claim, Evidence::Said, None),
        }
    }

    /// Whether who must accept says nothing but bounds, and nothing around says more.
    fn is_bounds_only(&self, number: usize, difference: &Difference, accepts: Version) -> bool {
        let (old, new) = difference.says_bounds_only;
        let is_only = match accepts {
            Version::Old => old,
            Version::New => new,
        };
        is_only
            && self
                .pairs
                .get(number)
                .is_some_and(|pair| pair.whole.is_none())
    }

    /// Looks for an instance that one version accepts and the other refuses.
    fn ask(
        &mut self,
        number: usize,
        difference: &Difference,
        accepted_by: Version,
        merges: Merges,
    ) -> Answer {
        /// How many unions a branch is looked at in.
        const DEEPEST: usize = 16;
        let mut frames = Vec::new();
        let mut at = Some(number);
        let mut on_wire = false;
        while let Some(pair) = at.and_then(|at| self.pairs.get(at)) {
            frames.push(match accepted_by {
                Version::Old => (&pair.old, &pair.new),
                Version::New => (&pair.new, &pair.old),
            });
            on_wire |= pair.travel == Travel::Text;
            at = pair.whole.filter(|_| frames.len() < DEEPEST);
        }
        self.prover.ask(&Question {
            frames,
            keywords: difference.keywords,
            candidates: &difference.candidates,
            sources: &difference.sources,
            insertions: &difference.insertions,
            counts: &difference.counts,
            on_wire,
            overlaps: difference.effect.is_overlap(),
            merges: merges == Merges::Yes,
        })
    }

    /// The pairs from which a difference can be reached, found once everything is compared.
    pub(in crate::parity::document) fn leading(&self) -> Vec<bool> {
        let mut parents: Vec<Vec<usize>> = vec![Vec::new(); self.pairs.len()];
        let mut leads = vec![false; self.pairs.len()];
        let mut open = Vec::new();
        for (number, pair) in self.pairs.iter().enumerate() {
            for (_, child) in &pair.children {
                if let Some(parents) = parents.get_mut(*child) {
                    parents.push(number);
                }
            }
            if !pair.found.is_empty() {
                open.push(number);
            }
        }
        while let Some(number) = open.pop() {
            let Some(leads) = leads.get_mut(number).filter(|leads| !**leads) else {
                continue;
            };
            *leads = true;
            open.extend(parents.get(number).into_iter().flatten());
        }
        leads
    }

    /// The differences that a root leads to, each with the shortest way to it. `leading` says where
    /// there are any.
    pub(in crate::parity::document) fn reached(
        &self,
        root: Root,
        leading: &[bool],
    ) -> Vec<Reached<'_>> {
        // Where each pair was come from, so that ways are written out for differences only.
        let mut seen: HashMap<usize, Option<(usize, &Pointer)>> = HashMap::from([(root.0, None)]);
        let mut open = VecDeque::from([root.0]);
        let mut found = Vec::new();
        while let Some(number) = open.pop_front() {
            let Some(pair) = self.pairs.get(number) else {
                continue;
            };
            if !pair.found.is_empty() {
                let way = way(number, &seen);
                let all = pair.found.iter().enumerate();
                found.extend(all.map(|(at, one)| ((number, at), way.clone(), one)));
            }
            for (at, child) in &pair.children {
                if leading.get(*child) == Some(&true) && !seen.contains_key(child) {
                    seen.insert(*child, Some((number, at)));
                    open.push_back(*child);
                }
            }
        }
        found
    }
}

/// Whether instances of several schemas are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merges {
    No,
    Yes,
}

/// The way to a pair.
fn way(number: usize, seen: &HashMap<usize, Option<(usize, &Pointer)>>) -> Pointer {
    let mut steps = Vec::new();
    let mut at = number;
    while let Some(Some((from, step))) = seen.get(&at) {
        steps.push(*step);
        at = *from;
    }
    let steps = steps.into_iter().rev();
    let text: String = steps.map(Pointer::as_str).collect();
    text.parse().unwrap_or_default()
}
