//! Comparing the schemas of one instance: what differs here, and which schemas are to be compared next.

use serde_json::Value;

use super::conjunction::Conjunction;
use super::difference::{Child, Difference, Effect, Role};
use super::same::same;
use super::split::Splits;
use super::travel::Travel;
use super::types::Types;
use crate::document::Pointer;
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;
use crate::schema::Direction;

/// Compares two schemas for the same instance.
pub(super) struct Compare<'a> {
    pub(super) old: &'a Conjunction,
    pub(super) new: &'a Conjunction,
    pub(super) direction: Direction,
    /// As what values travel.
    pub(super) travel: Travel,
    pub(super) found: Vec<Difference>,
    pub(super) children: Vec<Child>,
    /// Whether it is only to be known which way branches of a union differ.
    pub(super) is_asked: bool,
}

impl<'a> Compare<'a> {
    pub(super) fn new(
        old: &'a Conjunction,
        new: &'a Conjunction,
        direction: Direction,
        travel: Travel,
    ) -> Self {
        Self {
            old,
            new,
            direction,
            travel,
            found: Vec::new(),
            children: Vec::new(),
            is_asked: false,
        }
    }

    /// Finds the differences and what is to be compared next.
    pub(super) fn run(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.is_broken || new.is_broken {
            let message = "the schema cannot be read, so that nothing is known about its instances";
            let unclear = Effect::Graded(Grade::Unclear);
            self.push(
                Difference::new(Kind::Unreadable, unclear, message),
                &["$ref"],
            );
            return;
        }
        if old.is_anything() && new.is_anything() || old.is_impossible && new.is_impossible {
            return;
        }
        if old.is_opaque || new.is_opaque {
            self.opaque();
            return;
        }
        if self.types() == Goes::NoFurther
            || self.split(Splits::Conditions) == Goes::NoFurther
            || self.lists() == Goes::NoFurther
            || self.split(Splits::All) == Goes::NoFurther
            || self.branches() == Goes::NoFurther
        {
            return;
        }
        let both = old.types.and(new.types);
        if both.has(Types::NUMBER) {
            self.numbers();
        }
        if both.has(Types::STRING) {
            self.strings();
        }
        if both.has(Types::NUMBER.or(Types::STRING)) {
            self.formats();
        }
        if both.has(Types::ARRAY) {
            self.arrays();
        }
        if both.has(Types::OBJECT) {
            self.objects();
        }
        self.unions();
        self.clauses(both);
    }

    /// Adds a difference, with the places of the first of the keywords that is there.
    pub(super) fn push(&mut self, difference: Difference, keywords: &'static [&'static str]) {
        self.found
            .push(difference.places(self.old, self.new, keywords));
    }

    /// Compares schemas for a node below.
    pub(super) fn below(&mut self, at: Pointer, old: Conjunction, new: Conjunction) {
        if self.travel == Travel::Xml {
            self.xml(&at, &old, &new);
        }
        if old.is_anything() && new.is_anything() {
            return;
        }
        // Items of a list travel as text each; members of objects do as well.
        let travel = self.travel;
        self.children.push(Child {
            at,
            old,
            new,
            role: Role::Below,
            travel,
        });
    }

    /// Schemas that are not taken apart: the same, or nothing is known.
    fn opaque(&mut self) {
        let is_same = match (&*self.old.entries, &*self.new.entries) {
            ([old], [new]) => same(old, new),
            _ => false,
        };
        if !is_same {
            let message = "the schema says something else, in keywords that are not taken apart";
            let difference = Difference::new(Kind::SchemaChanged, Effect::Unsure, message);
            self.push(difference, &[]);
        }
    }

    fn types(&mut self) -> Goes {
        if self.travel == Travel::Text {
            return self.types_on_wire();
        }
        let (old, new) = (self.old.types, self.new.types);
        // Where one side has no fractions, the other has none if all that it has are multiples of a whole
        // number.
        let (old, new) = (
            if new.has(Types::FRACTION) {
                old
            } else {
                self.old.types_of_multiples()
            },
            if old.has(Types::FRACTION) {
                new
            } else {
                self.new.types_of_multiples()
            },
        );
        let (was, now) = (old.without(Types::NULL), new.without(Types::NULL));
        let has_unions = !self.old.unions.is_empty() || !self.new.unions.is_empty();
        if was.and(now).is_empty() && !(was.is_empty() && now.is_empty()) {
            let effect = match (old.is_within(new), new.is_within(old)) {
                (true, _) => Effect::Widens,
                (_, true) => Effect::Narrows,
                _ => Effect::Both,
            };
            self.type_difference(Kind::TypeChanged, effect, old, new);
            return Goes::NoFurther;
        }
        // What branches add or take away is told of the branches.
        let (old, new) = if has_unions {
            (old.and(Types::NULL), new.and(Types::NULL))
        } else {
            (old, new)
        };
        let (gone, more) = (old.without(new), new.without(old));
        match (gone.is_empty(), more.is_empty()) {
            (true, true) => {}
            (false, true) => self.type_difference(
                Kind::TypesRemoved,
                Effect::Narrows,
                self.old.types,
                self.new.types,
            ),
            (true, false) => self.type_difference(
                Kind::TypesAdded,
                Effect::Widens,
                self.old.types,
                self.new.types,
            ),
            (false, false) => self.type_difference(
                Kind::TypeChanged,
                Effect::Both,
                self.old.types,
                self.new.types,
            ),
        }
        Goes::On
    }

    /// What types there are, where unions add or take away some and their branches are not told of.
    pub(super) fn types_of_unions(&mut self) {
        if self.old.unions.is_empty() && self.new.unions.is_empty() || self.travel == Travel::Text {
            return;
        }
        let (old, new) = (self.old.types, self.new.types);
        let (gone, more) = (
            old.without(new).without(Types::NULL),
            new.without(old).without(Types::NULL),
        );
        let (kind, effect) = match (gone.is_empty(), more.is_empty()) {
            (true, true) => return,
            (false, true) => (Kind::TypesRemoved, Effect::Narrows),
            (true, false) => (Kind::TypesAdded, Effect::Widens),
            (false, false) => (Kind::TypeChanged, Effect::Both),
        };
        self.type_difference(kind, effect, old, new);
    }

    /// What types are gone or new for other reasons than that branches are, which are told of.
    pub(super) fn types_beyond(&mut self, was: Types, now: Types) {
        let (old, new) = (
            self.old.types.without(Types::NULL),
            self.new.types.without(Types::NULL),
        );
        let gone = old.without(new).without(was.without(now));
        let more = new.without(old).without(now.without(was));
        if !gone.or(more).is_empty() {
            self.types_of_unions();
        }
    }

    /// As text every scalar is a string; only a string that says more than that is not every scalar.
    fn types_on_wire(&mut self) -> Goes {
        let read = |conjunction: &Conjunction| {
            let types = conjunction.types;
            let is_plain = conjunction.unions.is_empty()
                && ![
                    "pattern",
                    "format",
                    "enum",
                    "const",
                    "minLength",
                    "maxLength",
                ]
                .iter()
                .any(|keyword| conjunction.has(keyword));
            if types.has(Types::STRING) && is_plain {
                types.or(Types::SCALAR)
            } else {
                types
            }
            .without(Types::NULL)
        };
        let (was, now) = (read(self.old), read(self.new));
        if self.old.types.without(Types::NULL) == self.new.types.without(Types::NULL) {
            return Goes::On;
        }
        let kind = match (was.is_within(now), now.is_within(was)) {
            (true, true) => return Goes::On,
            (true, false) => (Kind::TypesAdded, Effect::Widens),
            (false, true) => (Kind::TypesRemoved, Effect::Narrows),
            (false, false) => (Kind::TypeChanged, Effect::Unsure),
        };
        self.type_difference(kind.0, kind.1, self.old.types, self.new.types);
        Goes::NoFurther
    }

    fn type_difference(&mut self, kind: Kind, effect: Effect, old: Types, new: Types) {
        let (gone, more) = (old.without(new), new.without(old));
        let message = match kind {
            Kind::TypesRemoved => format!("no longer {}", gone.text()),
            Kind::TypesAdded => format!("also {}", more.text()),
            _ => format!("{} instead of {}", new.text(), old.text()),
        };
        let mut difference = Difference::new(kind, effect, message).texts(old.text(), new.text());
        if gone.or(more).has(Types::NULL) {
            difference.candidates.push(Value::Null);
        }
        self.push(difference, &["type", "enum", "const", "anyOf", "oneOf"]);
    }
}

/// Whether there is more to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    On,
    NoFurther,
}
