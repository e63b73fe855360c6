//! The ledger: every change once, with all the operations that it reaches.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::change::{Change, Evidence, Grade, Witness};
use super::kind::Kind;
use super::schema::{Found, Root, Travel, Walk};
use crate::document::{Location, Pointer};
use crate::schema::{Direction, Schema};

/// Collects changes.
pub(super) struct Ledger {
    changes: IndexMap<Key, Change>,
    roots: Vec<(Place, Root)>,
    walk: Walk,
}

/// What makes a change the same one as another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// By what it says, and where: a part of operations by its name, so that what many operations say in
    /// the same words is told once; all else by its places in the documents.
    Said(
        Kind,
        Option<Direction>,
        [String; 4],
        Option<(Option<Spot>, Option<Spot>)>,
    ),
    /// By its number in the walk.
    Walked(usize, usize),
}

/// A document and a place in it.
type Spot = (String, Pointer);

/// Where something stands in an operation.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// `GET /path`.
    pub(super) operation: String,
    /// `response 200, application/json`; empty for the operation itself.
    pub(super) part: String,
    /// Which way it travels.
    pub(super) direction: Option<Direction>,
    /// Whether the server sends the request, and the client answers it.
    pub(super) is_inbound: bool,
}

/// A change that is not about a schema.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) kind: Kind,
    pub(super) grade: Grade,
    /// The grade where the server sends the request.
    pub(super) inbound: Grade,
    pub(super) message: String,
    pub(super) was: String,
    pub(super) now: String,
    pub(super) old: Option<Location>,
    pub(super) new: Option<Location>,
}

impl Said {
    pub(super) fn new(kind: Kind, grade: Grade, message: impl Into<String>) -> Self {
        Self {
            kind,
            grade,
            inbound: grade,
            message: message.into(),
            was: String::new(),
            now: String::new(),
            old: None,
            new: None,
        }
    }

    /// Takes another grade for where the server sends the request, and the client answers.
    pub(super) fn inbound(mut self, grade: Grade) -> Self {
        self.inbound = grade;
        self
    }

    /// Turns the grades round: it is a part of the other message.
    pub(super) fn turned(mut self) -> Self {
        std::mem::swap(&mut self.grade, &mut self.inbound);
        self
    }

    pub(super) fn texts(mut self, was: impl Into<String>, now: impl Into<String>) -> Self {
        self.was = was.into();
        self.now = now.into();
        self
    }

    pub(super) fn places(mut self, old: Option<&Location>, new: Option<&Location>) -> Self {
        self.old = old.cloned();
        self.new = new.cloned();
        self
    }
}

impl Place {
    pub(super) fn part(&self, part: impl Into<String>, direction: Option<Direction>) -> Self {
        Self {
            operation: self.operation.clone(),
            part: part.into(),
            direction,
            is_inbound: self.is_inbound,
        }
    }

    /// Whether it is a part of a request, whoever sends it.
    pub(super) fn is_in_request(&self) -> bool {
        self.direction == Some(self.sent())
    }

    /// Whether it is a part of what the server sends, asked or by itself.
    pub(super) fn is_sent_by_server(&self) -> bool {
        self.is_in_request() == self.is_inbound
    }

    /// Which way requests travel.
    pub(super) fn sent(&self) -> Direction {
        if self.is_inbound {
            Direction::Response
        } else {
            Direction::Request
        }
    }

    /// Which way answers travel.
    pub(super) fn answered(&self) -> Direction {
        if self.is_inbound {
            Direction::Request
        } else {
            Direction::Response
        }
    }
}

impl Ledger {
    pub(super) fn new(walk: Walk) -> Self {
        Self {
            changes: IndexMap::new(),
            roots: Vec::new(),
            walk,
        }
    }

    /// Adds a change, or an operation to one that is known.
    pub(super) fn add(&mut self, place: &Place, mut said: Said) {
        if place.is_inbound {
            said.grade = said.inbound;
        }
        let direction = match said.grade {
            Grade::Note => None,
            _ => place.direction,
        };
        let is_part = !place.part.is_empty() && !place.operation.is_empty();
        let key = Key::Said(
            said.kind,
            direction,
            [&said.message, &place.part, &said.was, &said.now].map(Clone::clone),
            (!is_part).then(|| (spot(said.old.as_ref()), spot(said.new.as_ref()))),
        );
        let change = self.changes.entry(key).or_insert_with(|| Change {
            code: Change::code(said.grade, direction),
            kind: said.kind,
            grade: said.grade,
            direction,
            message: said.message,
            operations: Vec::new(),
            place: place.part.clone(),
            instance: None,
            was: said.was,
            now: said.now,
            old: said.old,
            new: said.new,
            evidence: Evidence::Said,
            witness: None,
        });
        reach(change, &place.operation);
    }

    /// Compares two schemas; `None` stands for one that says nothing.
    pub(super) fn compare(
        &mut self,
        place: &Place,
        old: Option<&Schema>,
        new: Option<&Schema>,
        travel: Travel,
    ) {
        let Some(direction) = place.direction else {
            return;
        };
        let root = self.walk.start(old, new, direction, travel);
        self.roots.extend(root.map(|root| (place.clone(), root)));
    }

    /// All changes, and whether schemas were left out because there are too many.
    pub(super) fn close(mut self) -> (Vec<Change>, bool) {
        let leading = self.walk.leading();
        let mut reached = HashMap::new();
        for (place, root) in &self.roots {
            let found = reached
                .entry(*root)
                .or_insert_with(|| self.walk.reached(*root, &leading));
            for ((pair, number), instance, one) in found.iter() {
                let (key, direction) = match one.grade {
                    // What changes nothing for calls is told once for both directions.
                    Grade::Note => (one.key(), None),
                    _ => (Key::Walked(*pair, *number), place.direction),
                };
                let change = self
                    .changes
                    .entry(key)
                    .or_insert_with(|| one.change(place, instance, direction));
                reach(change, &place.operation);
            }
        }
        let is_cut = self.walk.is_cut;
        (self.changes.into_values().collect(), is_cut)
    }
}

impl Found {
    fn key(&self) -> Key {
        let said = self.difference();
        Key::Said(
            said.kind,
            None,
            [
                said.message.clone(),
                String::new(),
                String::new(),
                String::new(),
            ],
            Some((spot(said.old.as_ref()), spot(said.new.as_ref()))),
        )
    }

    fn change(&self, place: &Place, instance: &Pointer, direction: Option<Direction>) -> Change {
        let said = self.difference();
        Change {
            code: Change::code(self.grade, direction),
            kind: said.kind,
            grade: self.grade,
            direction,
            message: said.message.clone(),
            operations: Vec::new(),
            place: place.part.clone(),
            instance: Some(instance.concat(&said.at)),
            was: said.was.clone(),
            now: said.now.clone(),
            old: said.old.clone(),
            new: said.new.clone(),
            evidence: self.evidence,
            witness: self.witness.clone().map(|witness| Witness {
                at: instance.clone(),
                ..witness
            }),
        }
    }
}

fn spot(location: Option<&Location>) -> Option<Spot> {
    location.map(|location| (location.document.to_string(), location.pointer.clone()))
}

/// Operations come one after another, so that only the last one can be the same.
fn reach(change: &mut Change, operation: &str) {
    if !operation.is_empty()
        && change
            .operations
            .last()
            .is_none_or(|last| last != operation)
    {
        change.operations.push(operation.to_owned());
    }
}
