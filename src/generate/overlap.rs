//! Overlaps: branches of a `oneOf` that cannot be told apart, and schemas that nothing satisfies.
//!
//! Both are looked for within a budget of work, so that a document costs no more however it is made.

use serde_json::{Map, Value, json};

use super::algebra::canonical;
use super::arena::{Arena, Exclusion};
use super::attempt::Attempts;
use super::bundle::{CHAIN, Marks, bundle};
use super::dice::Dice;
use super::narrow::within;
use super::tree::weight;
use super::walk::{Mode, Walk};
use crate::schema::Schema;

/// Two branches of a `oneOf` that an instance matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// The branches, counted from 0.
    pub branches: (usize, usize),
    /// The instance. It would be valid if one branch were enough.
    pub witness: Value,
}

/// How much schemas may still be analysed, in bytes of their JSON.
#[derive(Debug, Clone)]
pub struct Budget(usize);

/// What one document may cost.
const DOCUMENT: usize = 3_000_000;
/// Larger schemas are not analysed, and no more than so many branches of one `oneOf`.
const SIZE_LIMIT: usize = 100_000;
const BRANCHES: usize = 24;

impl Budget {
    /// What one document may cost.
    pub fn of_document() -> Self {
        Self(DOCUMENT)
    }

    fn spend(&mut self, schema: &Value) -> Option<()> {
        let size = schema.to_string().len();
        let is_small = size <= SIZE_LIMIT;
        // To look at a large one and leave it costs, too.
        let cost = if is_small { size } else { SIZE_LIMIT / 10 };
        let is_affordable = cost <= self.0;
        self.0 = self.0.saturating_sub(cost);
        (is_small && is_affordable).then_some(())
    }

    fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// Branches of a schema's `oneOf` that overlap, with the smallest witness that was found. `None`
/// where there are none, where it cannot be told, or where the overlap is what the author means:
/// branches that each require a member of their own exclude each other on purpose.
pub fn overlap(schema: &Schema, budget: &mut Budget) -> Option<Overlap> {
    if budget.is_spent() {
        return None;
    }
    let count = schema.value().get("oneOf")?.as_array()?.len();
    let branches: Vec<_> = (0..count.min(BRANCHES))
        .filter_map(|index| {
            let branch = schema.below(&["oneOf", &index.to_string()])?;
            Some((index, branch.validator().ok()?))
        })
        .collect();
    let own = schema.pointer().join("oneOf");
    let judge = schema.validator().ok()?;
    let is_witness = |value: &Value| {
        let violations = judge.violations(value);
        !violations.is_empty()
            && violations
                .iter()
                .all(|violation| violation.schema.pointer == own && !violation.overlaps.is_empty())
    };
    let matched = |value: &Value| -> Vec<usize> {
        let matching = branches.iter().filter(|(_, judge)| judge.is_valid(value));
        matching.map(|(index, _)| *index).collect()
    };
    let found = |witness: Value| match *matched(&witness) {
        [one, other, ..] if is_witness(&witness) => Some(Overlap {
            branches: (one, other),
            witness,
        }),
        _ => None,
    };
    let bundle = bundle(schema, Marks::Ignored).ok()?.value;
    let is_about_objects = is_about_objects(schema);
    let mut taking = |indexes: &[usize]| -> Option<Arena> {
        budget.spend(&bundle)?;
        within(bundle.clone(), &["oneOf"], |own: &Map<String, Value>| {
            let branches = own.get("oneOf")?;
            let taken = indexes.iter().map(|index| branches.get(*index).cloned());
            let meant = is_about_objects.then(|| Some(json!({ "type": "object" })));
            taken.chain(meant).collect()
        })
    };
    // The simplest instance of one branch that is one of another.
    let mut simplest: Vec<(usize, Value)> = Vec::new();
    let mut witnesses: Vec<Overlap> = Vec::new();
    for (index, _) in &branches {
        if let Some(arena) = taking(&[*index])
            && let Ok(value) = Walk::new(&arena, Dice::new(0), Mode::Minimal).instance()
        {
            witnesses.extend(found(value.clone()));
            simplest.push((*index, value));
        }
    }
    if let Some(overlap) = witnesses
        .into_iter()
        .min_by_key(|overlap| weight(&overlap.witness))
    {
        return Some(overlap);
    }
    // Instances that are made to match two.
    for (position, (one, first)) in simplest.iter().enumerate() {
        for (other, second) in simplest.iter().skip(position + 1) {
            if is_exclusive(first, second) {
                continue;
            }
            let Some(arena) = taking(&[*one, *other]) else {
                continue;
            };
            let witness = [Mode::Minimal, Mode::Random, Mode::Random]
                .into_iter()
                .zip(0..)
                .filter_map(|(mode, number)| {
                    Walk::new(&arena, Dice::new(number), mode).instance().ok()
                })
                .find_map(found);
            if witness.is_some() {
                return witness;
            }
        }
    }
    None
}

/// Whether a schema and its branches say nothing about types, and something about members: then
/// their author has objects in mind, and no others are looked at.
fn is_about_objects(schema: &Schema) -> bool {
    let has = |schema: &Schema, keywords: &[&str]| {
        keywords
            .iter()
            .any(|keyword| schema.value().get(keyword).is_some())
    };
    let typed = ["type", "enum", "const", "allOf", "anyOf", "$ref"];
    let members = [
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
    ];
    let branches = (0..BRANCHES).map_while(|index| schema.below(&["oneOf", &index.to_string()]));
    let branches: Vec<Schema> = branches.map(|branch| branch.resolved()).collect();
    let all = || std::iter::once(schema).chain(&branches);
    !all().any(|schema| has(schema, &typed)) && all().any(|schema| has(schema, &members))
}

/// Whether each of two objects has a member that the other lacks.
fn is_exclusive(one: &Value, other: &Value) -> bool {
    let (Value::Object(one), Value::Object(other)) = (one, other) else {
        return false;
    };
    let lacks = |one: &Map<String, Value>, other: &Map<String, Value>| {
        other.keys().any(|name| !one.contains_key(name))
    };
    lacks(one, other) && lacks(other, one)
}

/// Why no instance can satisfy a schema; `None` where one may.
pub fn contradiction(schema: &Schema, budget: &mut Budget) -> Option<String> {
    if budget.is_spent() {
        return None;
    }
    let bundle = bundle(schema, Marks::Ignored).ok()?;
    budget.spend(&bundle.value)?;
    if bundle.chain > CHAIN {
        return None;
    }
    let reason = Arena::contradiction(&canonical(bundle.value.clone()).ok()?, Exclusion::Tried)?;
    let judge = schema.validator().ok()?;
    let attempts = Attempts::new(bundle.value, bundle.chain);
    let found = attempts.find(&mut Dice::new(0), Mode::Random, |value| {
        judge.is_valid(value)
    });
    found.is_none().then_some(reason)
}
