//! Objects: properties, which of them must be there, and those that nobody declares.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect, Insertion};
use crate::document::{Document, Location, Pointer};
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;
use crate::schema::{Dialect, Direction, Facets, Schema, SchemaSet};

const CLOSED: &[&str] = &["additionalProperties", "unevaluatedProperties"];

/// What one side says about properties by name.
struct Members<'a> {
    side: &'a Conjunction,
    /// Those that are declared and travel in this direction.
    declared: HashSet<&'a str>,
    /// Those that must be there.
    required: HashSet<&'a str>,
    /// What is said about all others.
    rest: Conjunction,
}

impl<'a> Members<'a> {
    fn of(side: &'a Conjunction) -> Self {
        let required = side
            .values("required")
            .filter_map(|(_, value)| value.as_array())
            .flatten()
            .filter_map(Value::as_str);
        Self {
            side,
            declared: side
                .names()
                .into_iter()
                .filter(|name| travels(side, name))
                .collect(),
            required: required.collect(),
            rest: side.rest(),
        }
    }

    /// Where a property is declared, else where it is required, else where the schema stands.
    fn location(&self, name: &str) -> Option<Location> {
        let parts = &self.side.parts;
        let declared = parts
            .iter()
            .find_map(|part| part.below(&["properties", name]));
        declared
            .map(|schema| schema.location())
            .or_else(|| self.requires_at(name))
            .or_else(|| self.side.entry_location())
    }

    fn requires_at(&self, name: &str) -> Option<Location> {
        let mut lists = self.side.values("required");
        let (part, _) = lists.find(|(_, value)| {
            let names = value.as_array();
            names.is_some_and(|names| names.iter().any(|known| known == name))
        })?;
        Some(part.location_below(&["required"]))
    }

    fn requires(&self, name: &str) -> bool {
        self.required.contains(name)
    }

    /// Where there must be as many members as have a place, all that are declared must be there.
    fn fill(&mut self) {
        let least = self.side.values("minProperties");
        let least = least.filter_map(|(_, value)| value.as_u64()).max();
        let least = least.and_then(|least| usize::try_from(least).ok());
        let is_closed = self.rest.is_impossible && !self.side.has("patternProperties");
        if is_closed && least == Some(self.side.names().len()) {
            self.required.extend(self.side.names());
        }
    }

    /// Whether what is not declared has no place, by word or by number.
    fn is_sealed(&self) -> bool {
        !self.side.has("patternProperties")
            && (self.rest.is_impossible || self.most() <= self.required.len())
    }

    /// How many members there may be where nothing else has a place.
    fn room(&self) -> usize {
        let named = self.side.names().len();
        let named = if self.rest.is_impossible {
            named
        } else {
            usize::MAX
        };
        named.min(self.most())
    }

    fn most(&self) -> usize {
        let limits = self.side.values("maxProperties");
        let limits = limits.filter_map(|(_, value)| value.as_u64());
        let least = limits.min().and_then(|limit| usize::try_from(limit).ok());
        least.unwrap_or(usize::MAX)
    }
}

/// Whether a property travels in the schema's direction.
fn travels(side: &Conjunction, name: &str) -> bool {
    let mark = match side.direction() {
        Some(Direction::Request) => "readOnly",
        Some(Direction::Response) => "writeOnly",
        None => return true,
    };
    let mut declared = side
        .parts
        .iter()
        .filter_map(|part| part.below(&["properties", name]));
    !declared.any(|schema| schema.set().is_directed() && Facets::of(&schema).marked(mark))
}

impl Compare<'_> {
    /// Compares what is said about objects.
    pub(super) fn objects(&mut self) {
        let (mut old, mut new) = (Members::of(self.old), Members::of(self.new));
        old.fill();
        new.fill();
        let are_sealed = old.is_sealed() && new.is_sealed();
        let rooms = (old.room(), new.room());
        if are_sealed {
            // What cannot be there for want of room is refused like what is not declared.
            (old.rest, new.rest) = (nothing(), nothing());
        }
        let names: Vec<&str> = {
            let mut seen = HashSet::new();
            let mut names = self.old.names();
            names.extend(self.new.names());
            names.retain(|name| seen.insert(*name));
            names
        };
        for name in &names {
            self.property(name, &old, &new);
        }
        let declared: HashSet<&str> = names.into_iter().collect();
        let required = old.required.union(&new.required).copied();
        let others: BTreeSet<&str> = required.filter(|name| !declared.contains(name)).collect();
        for name in others {
            self.presence(name, &old, &new);
        }
        let is_counted_otherwise = {
            // What must be there is counted already.
            let least = |members: &Members<'_>| {
                let numbers = members.side.values("minProperties");
                let numbers = numbers.filter_map(|(_, value)| value.as_u64());
                let required = u64::try_from(members.required.len()).unwrap_or(u64::MAX);
                numbers.max().unwrap_or(0).max(required)
            };
            let are_as_many = if are_sealed {
                rooms.0 == rooms.1
            } else {
                self.differ_in_least_only()
            };
            least(&old) != least(&new) || !are_as_many
        };
        let rests = (old.rest.clone(), new.rest.clone());
        self.rest(old.rest, new.rest);
        if is_counted_otherwise {
            self.count(
                Kind::PropertyCountChanged,
                "number of properties",
                &["minProperties", "maxProperties"],
            );
        }
        self.patterns(&rests.0, &rests.1);
    }

    fn property(&mut self, name: &str, old: &Members<'_>, new: &Members<'_>) {
        match (old.declared.contains(name), new.declared.contains(name)) {
            (true, true) => {
                self.presence(name, old, new);
                let at = Pointer::root().join(name);
                let (was, now) = (self.old.property(name), self.new.property(name));
                self.marks(name, &at, &was, &now);
                self.below(at, was, now);
            }
            (true, false) => self.removed(name, old, new),
            (false, true) => self.added(name, old, new),
            (false, false) => {}
        }
    }

    /// Whether a property must be there.
    fn presence(&mut self, name: &str, old: &Members<'_>, new: &Members<'_>) {
        let (kind, effect, message) = match (old.requires(name), new.requires(name)) {
            (false, true) => (
                Kind::PropertyBecameRequired,
                Effect::Narrows,
                format!("`{name}` must be there now"),
            ),
            (true, false) => (
                Kind::PropertyBecameOptional,
                Effect::Widens,
                format!("`{name}` may be missing now"),
            ),
            _ => return,
        };
        let mut difference = Difference::new(kind, effect, message).at(Pointer::root().join(name));
        let words = |required: bool| if required { "required" } else { "optional" };
        difference = difference.texts(words(old.requires(name)), words(new.requires(name)));
        difference.old = old.requires_at(name).or_else(|| old.location(name));
        difference.new = new.requires_at(name).or_else(|| new.location(name));
        difference.keywords = &["required"];
        self.found.push(difference);
    }

    fn removed(&mut self, name: &str, old: &Members<'_>, new: &Members<'_>) {
        let at = Pointer::root().join(name);
        if self.old.property(name).is_impossible {
            self.forbidden(name, at, old, new);
            return;
        }
        let is_closed = new.rest.is_impossible;
        if !is_closed && !new.rest.is_anything() {
            // It may be any of the others, about which something is said.
            self.presence(name, old, new);
            self.below(at, self.old.property(name), new.rest.clone());
            return;
        }
        let effect = match self.direction {
            Direction::Request if is_closed => Effect::Narrows,
            Direction::Response if old.requires(name) => Effect::ShownOr(Grade::Breaking),
            _ => Effect::Graded(Grade::Unclear),
        };
        let mut message = match (self.direction, is_closed) {
            (Direction::Request, true) => format!("`{name}` is refused now"),
            (Direction::Request, false) => {
                format!("`{name}` is not declared any more: it may be ignored, or refused")
            }
            (Direction::Response, _) if old.requires(name) => {
                format!("`{name}` was always there, and is not declared any more")
            }
            (Direction::Response, _) => {
                format!("`{name}` is not declared any more: who reads it may find nothing")
            }
        };
        // It is declared, but does not travel in this direction.
        if self.new.names().contains(&name) {
            message = format!("`{name}` is only for the other direction now");
        }
        let mut difference = Difference::new(Kind::PropertyRemoved, effect, message).at(at);
        difference = difference.texts(declaration(self.old, name, old.requires(name)), "");
        difference.old = old.location(name);
        difference.new = if is_closed {
            self.new.location(CLOSED)
        } else {
            new.side.entry_location()
        };
        difference.keywords = match self.direction {
            Direction::Request => CLOSED,
            Direction::Response => &["required"],
        };
        self.found.push(difference);
    }

    /// A property that nothing satisfies where it is declared, which is to say that it must be missing;
    /// the other side does not declare it.
    fn forbidden(&mut self, name: &str, at: Pointer, old: &Members<'_>, new: &Members<'_>) {
        self.presence(name, old, new);
        let is_now = new.declared.contains(name);
        let rest = if is_now { &old.rest } else { &new.rest };
        if rest.is_impossible {
            return;
        }
        let (kind, effect, message) = match (is_now, self.direction) {
            (true, _) => (
                Kind::PropertyRemoved,
                Effect::Narrows,
                format!("`{name}` is refused now"),
            ),
            (false, Direction::Request) => (
                Kind::PropertyAdded,
                Effect::Widens,
                format!("`{name}` is not refused any more"),
            ),
            // Who reads answers is told to expect nothing in particular.
            (false, Direction::Response) => (
                Kind::PropertyAdded,
                Effect::Graded(Grade::Unclear),
                format!("`{name}` may be there now"),
            ),
        };
        let mut difference = Difference::new(kind, effect, message).at(at);
        let texts = [rest.types.text(), "nothing".to_owned()];
        let [was, now] = if is_now {
            texts
        } else {
            [texts[1].clone(), texts[0].clone()]
        };
        difference = difference.texts(was, now);
        difference.old = old.location(name);
        difference.new = new.location(name);
        if is_now {
            difference.insertions = vec![Insertion {
                name: named(name),
                values: rest.entries.clone(),
            }];
        }
        self.found.push(difference);
    }

    fn added(&mut self, name: &str, old: &Members<'_>, new: &Members<'_>) {
        let at = Pointer::root().join(name);
        if self.new.property(name).is_impossible {
            self.forbidden(name, at, old, new);
            return;
        }
        let was_closed = old.rest.is_impossible;
        if !was_closed && !old.rest.is_anything() {
            self.presence(name, old, new);
            self.below(at, old.rest.clone(), self.new.property(name));
            return;
        }
        let is_required = new.requires(name) && !old.requires(name);
        let (kind, effect) = match self.direction {
            Direction::Request if is_required => (Kind::RequiredPropertyAdded, Effect::Narrows),
            Direction::Response if was_closed => (Kind::PropertyAdded, Effect::Widens),
            _ if is_required => (
                Kind::RequiredPropertyAdded,
                Effect::Graded(Grade::Compatible),
            ),
            _ => (Kind::PropertyAdded, Effect::Graded(Grade::Compatible)),
        };
        let message = match (self.direction, is_required) {
            (Direction::Request, true) => format!("`{name}` is new and must be there"),
            (Direction::Response, _) if was_closed => {
                format!("`{name}` is new, where nothing undeclared was allowed")
            }
            _ => format!("`{name}` is new"),
        };
        let mut difference = Difference::new(kind, effect, message).at(at);
        difference = difference.texts("", declaration(self.new, name, new.requires(name)));
        difference.old = if was_closed {
            self.old.location(CLOSED)
        } else {
            old.side.entry_location()
        };
        difference.new = new.location(name);
        difference.keywords = match self.direction {
            Direction::Request => &["required"],
            Direction::Response => CLOSED,
        };
        self.found.push(difference);
    }

    /// Whether the greatest numbers of properties are the same.
    fn differ_in_least_only(&self) -> bool {
        let greatest = |side: &Conjunction| {
            let numbers = side.values("maxProperties");
            numbers.filter_map(|(_, value)| value.as_u64()).min()
        };
        greatest(self.old) == greatest(self.new)
    }

    /// `deprecated` and `default` of a property.
    fn marks(&mut self, name: &str, at: &Pointer, was: &Conjunction, now: &Conjunction) {
        let old = was.annotation("deprecated") == Some(&Value::Bool(true));
        let new = now.annotation("deprecated") == Some(&Value::Bool(true));
        if old != new {
            let message = if new {
                format!("`{name}` is deprecated now")
            } else {
                format!("`{name}` is not deprecated any more")
            };
            let note = Effect::Graded(Grade::Note);
            let mut difference = Difference::new(Kind::Deprecated, note, message).at(at.clone());
            difference.old = was.entries.first().map(Schema::location);
            difference.new = now.entries.first().map(Schema::location);
            self.found.push(difference);
        }
        if self.direction == Direction::Request {
            let difference = default(was, now);
            self.found
                .extend(difference.map(|difference| difference.at(at.clone())));
        }
    }

    fn rest(&mut self, old: Conjunction, new: Conjunction) {
        let (kind, effect, message) = match (old.is_impossible, new.is_impossible) {
            (true, true) => return,
            (false, false) => {
                self.below(Pointer::root().join("*"), old, new);
                return;
            }
            (false, true) => (
                Kind::OtherPropertiesRefused,
                Effect::Narrows,
                "properties that are not declared are refused now",
            ),
            (true, false) => (
                Kind::OtherPropertiesAllowed,
                // Clients are told to expect nothing in particular.
                match self.direction {
                    Direction::Request => Effect::Widens,
                    Direction::Response => Effect::Graded(Grade::Unclear),
                },
                "properties that are not declared are allowed now",
            ),
        };
        let mut difference = Difference::new(kind, effect, message);
        // A member of any name shows it, as far as its value is right.
        difference.insertions = vec![Insertion {
            name: schema(serde_json::json!({"type": "string"})),
            values: [old, new]
                .into_iter()
                .flat_map(|rest| rest.entries)
                .collect(),
        }];
        let mut difference = difference.places(self.old, self.new, CLOSED);
        // Where nothing is declared, the members are refused one by one.
        if self.old.names().is_empty() && self.new.names().is_empty() {
            difference.keywords = &[];
        }
        self.found.push(difference);
    }
}

/// Another `default`: what is taken when nothing is sent.
pub(super) fn default(was: &Conjunction, now: &Conjunction) -> Option<Difference> {
    let (old, new) = (was.annotation("default"), now.annotation("default"));
    if old == new {
        return None;
    }
    let text = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), Value::to_string);
    let message = format!("the default is {} instead of {}", text(new), text(old));
    let unclear = Effect::Graded(Grade::Unclear);
    let mut difference = Difference::new(Kind::DefaultChanged, unclear, message);
    difference = difference.texts(text(old), text(new));
    difference.old = was.entries.first().map(Schema::location);
    difference.new = now.entries.first().map(Schema::location);
    Some(difference)
}

/// What nothing is an instance of.
fn nothing() -> Conjunction {
    Conjunction::of(vec![schema(Value::Bool(false))])
}

/// The schema of one name.
fn named(name: &str) -> Schema {
    schema(serde_json::json!({"const": name}))
}

fn schema(value: Value) -> Schema {
    SchemaSet::of_schema(Document::from_value("schema", value), Dialect::OpenApi31)
}

/// A property in a word or two: `required string`.
fn declaration(side: &Conjunction, name: &str, is_required: bool) -> String {
    let types = side.property(name).types.text();
    if is_required {
        format!("required, {types}")
    } else {
        format!("optional, {types}")
    }
}
