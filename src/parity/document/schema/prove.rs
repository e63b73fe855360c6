//! Proofs: instances that one of two schemas accepts and the other refuses.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::conjunction::Conjunction;
use super::difference::Insertion;
use super::pad;
use super::types::Types;
use crate::generate::{Boundary, Generator, Work};
use crate::schema::{Direction, Place, Schema, Validator};
use crate::seed::Seed;

/// How many instances are drawn from a schema, of each sort.
const DRAWN: usize = 12;
const EDGES: usize = 96;

/// How many objects members are put into, how many names these get, and how many values of a schema.
const BASES: usize = 4;
const VALUES: usize = 48;

/// Schemas of more nodes, all that they refer to included, are not drawn from.
const NODES: usize = 4_000;

/// Keywords that are reported for whatever stands in their branches.
const COMBINING: [&str; 4] = ["anyOf", "oneOf", "not", "false schema"];

/// Looks for instances, within a budget.
pub(super) struct Prover {
    /// How many schemas may still be drawn from.
    left: usize,
    drawn: HashMap<(usize, Place, Direction), Option<Rc<Drawn>>>,
}

/// Instances of a schema, and some that are none.
#[derive(Default)]
struct Drawn {
    valid: Vec<Value>,
    invalid: Vec<Value>,
}

/// What is asked for.
pub(super) struct Question<'q> {
    /// Who must accept, who must refuse: the schemas themselves, then those that they are branches of.
    pub(super) frames: Vec<(&'q Conjunction, &'q Conjunction)>,
    /// The keywords of the innermost that must be broken; any, if empty.
    pub(super) keywords: &'q [&'q str],
    /// Instances to try first.
    pub(super) candidates: &'q [Value],
    /// Further schemas to draw from.
    pub(super) sources: &'q [Schema],
    /// Members to put into instances.
    pub(super) insertions: &'q [Insertion],
    /// Numbers of items or members to give instances.
    pub(super) counts: &'q [usize],
    /// Whether values travel as text.
    pub(super) on_wire: bool,
    /// Whether it must be refused for matching several branches.
    pub(super) overlaps: bool,
    /// Whether objects of the further schemas are put together, two at a time.
    pub(super) merges: bool,
}

/// What was found.
pub(super) enum Answer {
    Shown(Value),
    NotShown,
    NotTried,
}

impl Prover {
    pub(super) fn new(schemas: usize) -> Self {
        Self {
            left: schemas,
            drawn: HashMap::new(),
        }
    }

    /// Looks for an instance that is accepted and refused as asked.
    pub(super) fn ask(&mut self, question: &Question<'_>) -> Answer {
        let Some(judges) = Judges::of(question) else {
            return Answer::NotTried;
        };
        if let Some(found) = smallest(question.candidates, |value| judges.tell_apart(value)) {
            return Answer::Shown(found);
        }
        let Some((accepts, refuses)) = question.frames.first() else {
            return Answer::NotTried;
        };
        let mut is_tried = !question.candidates.is_empty();
        let mut instances: Vec<Value> = Vec::new();
        for schema in question.sources {
            let drawn = self.drawn(schema);
            instances.extend(drawn.iter().flat_map(|drawn| drawn.valid.iter().cloned()));
        }
        if question.merges {
            let merged = self.merged(question.sources);
            instances.extend(merged);
        }
        is_tried |= !instances.is_empty();
        // What was meant shows it best.
        if let Some(found) = smallest(&instances, |value| judges.tell_apart(value)) {
            return Answer::Shown(found);
        }
        for schema in &accepts.entries {
            if let Some(drawn) = self.drawn(schema) {
                is_tried |= !drawn.valid.is_empty();
                instances.extend(drawn.valid.iter().cloned());
            }
        }
        for schema in &refuses.entries {
            if let Some(drawn) = self.drawn(schema) {
                instances.extend(drawn.invalid.iter().cloned());
            }
        }
        let made = self.inserted(question.insertions, &instances);
        instances.extend(made);
        let padded = pad::padded(&instances, question.counts);
        instances.extend(padded);
        match smallest(&instances, |value| judges.tell_apart(value)) {
            Some(found) => Answer::Shown(found),
            None if is_tried => Answer::NotShown,
            None => Answer::NotTried,
        }
    }

    /// Objects with the members of an instance of one schema and of one of another.
    fn merged(&mut self, schemas: &[Schema]) -> Vec<Value> {
        let drawn: Vec<Rc<Drawn>> = schemas
            .iter()
            .filter_map(|schema| self.drawn(schema))
            .collect();
        let mut made = Vec::new();
        for (number, one) in drawn.iter().enumerate() {
            for other in drawn.iter().skip(number + 1) {
                // The smallest with the smallest, the fullest with the fullest.
                let both = one.valid.iter().zip(&other.valid).take(BASES);
                for (one, other) in both {
                    if let (Value::Object(one), Value::Object(other)) = (one, other) {
                        let members = one.iter().chain(other);
                        let members = members.map(|(name, value)| (name.clone(), value.clone()));
                        made.push(Value::Object(members.collect()));
                    }
                }
            }
        }
        made
    }

    /// Objects with further members: of names that match, with values that fit and values that do not.
    fn inserted(&mut self, insertions: &[Insertion], instances: &[Value]) -> Vec<Value> {
        let mut bases: Vec<&Map<String, Value>> =
            instances.iter().filter_map(Value::as_object).collect();
        bases.sort_by_key(|members| members.len());
        bases.truncate(BASES);
        let mut made = Vec::new();
        for insertion in insertions {
            let Ok(judge) = insertion.name.validator() else {
                continue;
            };
            let drawn = self.drawn(&insertion.name);
            let names = drawn.iter().flat_map(|drawn| &drawn.valid);
            let names: Vec<&str> = names.filter_map(Value::as_str).take(BASES).collect();
            let mut values = any_values();
            for schema in &insertion.values {
                let drawn = self.drawn(schema);
                let drawn = drawn
                    .iter()
                    .flat_map(|drawn| drawn.valid.iter().chain(&drawn.invalid));
                values.extend(drawn.take(VALUES).cloned());
            }
            for base in &bases {
                let known = base.keys().map(String::as_str);
                let known = known.filter(|name| judge.is_valid(&Value::from(*name)));
                for name in names.iter().copied().chain(known) {
                    for value in &values {
                        let mut members = (*base).clone();
                        members.insert(name.to_owned(), value.clone());
                        made.push(Value::Object(members));
                    }
                }
            }
        }
        made
    }

    fn drawn(&mut self, schema: &Schema) -> Option<Rc<Drawn>> {
        let schema = schema.resolved();
        let set = std::sync::Arc::as_ptr(schema.set()).addr();
        let place = (schema.document(), schema.pointer().clone());
        let key = (set, place, schema.direction());
        if let Some(known) = self.drawn.get(&key) {
            return known.clone();
        }
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let drawn = is_small(&schema).then(|| Rc::new(draw(&schema)));
        self.drawn.insert(key, drawn.clone());
        drawn
    }
}

/// A value of each type.
fn any_values() -> Vec<Value> {
    vec![
        Value::Null,
        Value::Bool(true),
        0.into(),
        "".into(),
        Value::Array(Vec::new()),
        Value::Object(Map::new()),
    ]
}

/// The judges of both sides.
struct Judges<'q> {
    accept: Vec<std::sync::Arc<Validator>>,
    /// Those of the innermost, which must be broken at their keywords.
    refuse: Vec<std::sync::Arc<Validator>>,
    /// Those of the outermost, one of which must be broken.
    outermost: Vec<std::sync::Arc<Validator>>,
    keywords: &'q [&'q str],
    /// The types that are asked about.
    only: Types,
    on_wire: bool,
    overlaps: bool,
}

impl<'q> Judges<'q> {
    fn of(question: &Question<'q>) -> Option<Self> {
        let compiled = |side: &Conjunction| -> Option<Vec<_>> {
            let judges = side.entries.iter().map(|entry| entry.validator().ok());
            judges.collect()
        };
        let (_, innermost) = question.frames.first()?;
        let (_, outermost) = question.frames.last()?;
        let accept: Option<Vec<_>> = question
            .frames
            .iter()
            .map(|(accepts, _)| compiled(accepts))
            .collect();
        Some(Self {
            accept: accept?.concat(),
            refuse: compiled(innermost)?,
            outermost: compiled(outermost)?,
            // `false` has no keyword that could be broken.
            keywords: if innermost.is_impossible {
                &[]
            } else {
                question.keywords
            },
            only: innermost.only,
            on_wire: question.on_wire,
            overlaps: question.overlaps,
        })
    }

    fn tell_apart(&self, value: &Value) -> bool {
        (self.on_wire || Types::of_value(value).is_within(self.only))
            && self.accepts(&self.accept, value)
            && !self.accepts(&self.outermost, value)
            && self.is_broken(value)
    }

    fn accepts(&self, judges: &[std::sync::Arc<Validator>], value: &Value) -> bool {
        let accept = |value: &Value| judges.iter().all(|judge| judge.is_valid(value));
        accept(value) || self.on_wire && readings(value).iter().any(accept)
    }

    /// Whether the innermost schemas refuse it for what is asked about.
    fn is_broken(&self, value: &Value) -> bool {
        if self.overlaps {
            let mut judges = self.refuse.iter();
            return judges.any(|judge| {
                let violations = judge.first_violations(value, 32);
                let mut own = violations.iter();
                own.any(|violation| violation.instance.is_root() && !violation.overlaps.is_empty())
            });
        }
        if self.keywords.is_empty() {
            return !self.accepts(&self.refuse, value);
        }
        let violations = self
            .refuse
            .iter()
            .flat_map(|judge| judge.first_violations(value, 32));
        let mut own = violations.filter(|violation| violation.instance.is_root());
        own.any(|violation| {
            let keyword = &*violation.keyword;
            self.keywords.contains(&keyword) || COMBINING.contains(&keyword)
        })
    }
}

/// What the text of a value may be read as besides.
fn readings(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let read: Option<Value> = serde_json::from_str(text).ok();
            let is_scalar = |value: &Value| value.is_number() || value.is_boolean();
            read.filter(is_scalar).into_iter().collect()
        }
        Value::Number(_) | Value::Bool(_) => vec![Value::String(value.to_string())],
        _ => Vec::new(),
    }
}

/// The smallest of the values that fit, the first of several.
fn smallest(values: &[Value], fits: impl Fn(&Value) -> bool) -> Option<Value> {
    let found = values.iter().filter(|value| fits(value));
    found.min_by_key(|value| value.to_string().len()).cloned()
}

/// Instances of a schema, and some that are none.
fn draw(schema: &Schema) -> Drawn {
    let Ok(generator) = Generator::new(schema) else {
        return Drawn::default();
    };
    let mut drawn = Drawn::default();
    let seed = Seed::new(1);
    drawn.valid.extend(generator.minimal(seed).ok());
    drawn.valid.extend(generator.full(seed).ok());
    drawn.valid.extend(generator.series(seed).take(DRAWN));
    for boundary in generator.edges(EDGES, &Work::of(1)).instances {
        match boundary {
            Boundary::Valid(shown) => drawn.valid.push(shown.value),
            Boundary::Invalid(invalid) => drawn.invalid.push(invalid.value),
        }
    }
    let invalid = generator.invalid_within(seed, DRAWN, &Work::of(1));
    drawn
        .invalid
        .extend(invalid.into_iter().map(|made| made.value));
    drawn
}

/// Whether a schema, with all that it refers to, is small enough to be drawn from.
fn is_small(schema: &Schema) -> bool {
    let mut seen: HashSet<Place> = HashSet::new();
    let mut open = vec![schema.clone()];
    let mut nodes = 0;
    while let Some(schema) = open.pop() {
        if !seen.insert((schema.document(), schema.pointer().clone())) {
            continue;
        }
        let mut values = vec![schema.value()];
        while let Some(value) = values.pop() {
            nodes += 1;
            if nodes > NODES {
                return false;
            }
            match value {
                Value::Array(items) => values.extend(items),
                Value::Object(members) => {
                    let reference = members.get("$ref").and_then(Value::as_str);
                    open.extend(reference.and_then(|text| schema.follow(text)));
                    values.extend(members.values());
                }
                _ => {}
            }
        }
    }
    true
}
