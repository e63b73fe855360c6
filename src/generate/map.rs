//! Maps: the original schema, laid out so that it can be walked in step with an instance.
//!
//! Canonical forms forget where rules came from; a map remembers. It says which keyword of which
//! schema applies to which node of an instance, and which examples the author gave for it.

mod held;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde_json::Value;

use super::algebra::Matcher;
use super::bundle::Marks;
use super::narrow::small;
use crate::document::Pointer;
use crate::schema::{Schema, Validator};

/// The number of a place in its map.
pub(super) type PlaceId = usize;

/// One schema of the original document, and where its parts are.
pub(super) struct Place {
    pub(super) schema: Schema,
    /// Schemas that the same node has to satisfy: `$ref` and `allOf`.
    same: Vec<PlaceId>,
    /// `anyOf` and `oneOf`.
    unions: Vec<(&'static str, Vec<PlaceId>)>,
    /// `if`, `then` and `else`.
    condition: Option<(PlaceId, Option<PlaceId>, Option<PlaceId>)>,
    dependent: Vec<(String, PlaceId)>,
    properties: IndexMap<String, PlaceId>,
    patterns: Vec<(Matcher, PlaceId)>,
    additional: Option<PlaceId>,
    prefix: Vec<PlaceId>,
    items: Option<PlaceId>,
    /// The properties that do not travel in the schema's direction, and whether there are any such
    /// here or below.
    held: Vec<String>,
    leads: bool,
    judge: OnceLock<Option<Arc<Validator>>>,
    examples: OnceLock<Vec<Value>>,
    /// The bundles to narrow, by whether marks are obeyed.
    small: [OnceLock<Option<Value>>; 2],
}

/// All schemas that one schema leads to.
pub(super) struct Map {
    places: Vec<Place>,
    illustrated: OnceLock<bool>,
}

/// A union that a spot stands in: its breaches are reported there.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// `anyOf` or `oneOf`.
    pub(super) keyword: &'static str,
    /// The schema that has the keyword.
    pub(super) place: PlaceId,
    /// The node that has to match it.
    pub(super) instance: Pointer,
}

/// A schema and a node of an instance that it applies to.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) place: PlaceId,
    pub(super) instance: Pointer,
    pub(super) scope: Option<Scope>,
}

/// How many places a map may have, how many spots a visit lists, and how deep it goes.
const PLACE_LIMIT: usize = 20_000;
const SPOT_LIMIT: usize = 20_000;
const DEPTH_LIMIT: usize = 128;

impl Map {
    /// The map of a schema; its own place is number 0.
    pub(super) fn new(schema: &Schema) -> Self {
        let mut numbers = HashMap::new();
        let mut pending = Vec::new();
        number(schema, &mut numbers, &mut pending);
        let mut places: Vec<Place> = Vec::new();
        while let Some(schema) = pending.get(places.len()).cloned() {
            let mut add = |schema: &Schema| number(schema, &mut numbers, &mut pending);
            places.push(place(&schema, &mut add));
        }
        held::note(&mut places);
        Self {
            places,
            illustrated: OnceLock::new(),
        }
    }

    /// The place of a number.
    pub(super) fn place(&self, id: PlaceId) -> Option<&Place> {
        self.places.get(id)
    }

    /// Every schema that applies to a node of a valid instance, outermost nodes first.
    pub(super) fn spots(&self, instance: &Value) -> Vec<Spot> {
        let mut found = Vec::new();
        let root = Spot {
            place: 0,
            instance: Pointer::root(),
            scope: None,
        };
        self.visit(&root, instance, 0, &mut found);
        found
    }

    /// The spots of an instance, if any schema here has an example.
    pub(super) fn illustrated_spots(&self, instance: &Value) -> Vec<Spot> {
        let has = |place: &Place| {
            let value = place.schema.value();
            ["example", "examples", "default"]
                .iter()
                .any(|keyword| value.get(keyword).is_some())
        };
        if *self.illustrated.get_or_init(|| self.places.iter().any(has)) {
            self.spots(instance)
        } else {
            Vec::new()
        }
    }

    fn visit(&self, spot: &Spot, value: &Value, depth: usize, found: &mut Vec<Spot>) {
        let known = |other: &Spot| other.place == spot.place && other.instance == spot.instance;
        // A cycle of references comes back to the spot that was listed last for this node.
        let cyclic = found.iter().rev().take(64).any(known);
        let Some(place) = self.places.get(spot.place) else {
            return;
        };
        if depth > DEPTH_LIMIT || found.len() >= SPOT_LIMIT || cyclic {
            return;
        }
        found.push(spot.clone());
        let same = |id: PlaceId| Spot {
            place: id,
            ..spot.clone()
        };
        for id in &place.same {
            self.visit(&same(*id), value, depth + 1, found);
        }
        for (keyword, branches) in &place.unions {
            for id in branches.iter().filter(|id| self.accepts(**id, value)) {
                let scope = spot.scope.clone().unwrap_or_else(|| Scope {
                    keyword,
                    place: spot.place,
                    instance: spot.instance.clone(),
                });
                let inside = Spot {
                    scope: Some(scope),
                    ..same(*id)
                };
                self.visit(&inside, value, depth + 1, found);
            }
        }
        if let Some((condition, then, otherwise)) = &place.condition {
            let taken = if self.accepts(*condition, value) {
                then
            } else {
                otherwise
            };
            if let Some(id) = taken {
                self.visit(&same(*id), value, depth + 1, found);
            }
        }
        match value {
            Value::Object(members) => {
                for (name, id) in &place.dependent {
                    if members.contains_key(name) {
                        self.visit(&same(*id), value, depth + 1, found);
                    }
                }
                for (name, member) in members {
                    let below = |id: PlaceId| Spot {
                        place: id,
                        instance: spot.instance.join(name),
                        scope: spot.scope.clone(),
                    };
                    for id in place.of_member(name) {
                        self.visit(&below(id), member, depth + 1, found);
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(id) = place.prefix.get(index).copied().or(place.items) {
                        let below = Spot {
                            place: id,
                            instance: spot.instance.index(index),
                            scope: spot.scope.clone(),
                        };
                        self.visit(&below, item, depth + 1, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether there is a `oneOf`.
    pub(super) fn has_choice(&self) -> bool {
        let mut places = self.places.iter();
        places.any(|place| place.branches("oneOf").len() > 1)
    }

    /// The members that a schema declares, itself or by what it refers to.
    pub(super) fn declared(&self, id: PlaceId) -> Vec<(String, PlaceId)> {
        let mut found = Vec::new();
        let mut seen = vec![id];
        let mut next = 0;
        while let Some(place) = seen.get(next).and_then(|id| self.places.get(*id)) {
            next += 1;
            found.extend(
                place
                    .properties
                    .iter()
                    .map(|(name, id)| (name.clone(), *id)),
            );
            for same in place.same.iter().take(DEPTH_LIMIT) {
                if seen.len() < DEPTH_LIMIT && !seen.contains(same) {
                    seen.push(*same);
                }
            }
        }
        found
    }

    /// Whether the schema of a place accepts a value.
    pub(super) fn accepts(&self, id: PlaceId, value: &Value) -> bool {
        let judge = self.places.get(id).and_then(Place::judge);
        judge.is_some_and(|judge| judge.is_valid(value))
    }
}

impl Place {
    /// The judge of the schema, if there is one.
    pub(super) fn judge(&self) -> Option<&Arc<Validator>> {
        let judge = self.judge.get_or_init(|| self.schema.validator().ok());
        judge.as_ref()
    }

    /// The value of a keyword.
    pub(super) fn keyword(&self, keyword: &str) -> Option<&Value> {
        self.schema.value().get(keyword)
    }

    /// The schemas that a member of this name has to satisfy.
    fn of_member(&self, name: &str) -> impl Iterator<Item = PlaceId> {
        let named = self.properties.get(name).into_iter();
        let patterned = self.patterns.iter();
        let patterned = patterned.filter(|(matcher, _)| matcher.matches(name));
        let mut found: Vec<PlaceId> = named.chain(patterned.map(|(_, id)| id)).copied().collect();
        if found.is_empty() {
            found.extend(self.additional);
        }
        found.into_iter()
    }

    /// The value of a keyword that counts.
    pub(super) fn count(&self, keyword: &str) -> Option<usize> {
        let count = self.keyword(keyword)?.as_u64()?;
        usize::try_from(count).ok()
    }

    /// The schema as a bundle, if it is small enough to be narrowed.
    pub(super) fn small(&self, marks: Marks) -> Option<&Value> {
        let slot = &self.small[usize::from(marks == Marks::Ignored)];
        slot.get_or_init(|| small(&self.schema, marks)).as_ref()
    }

    /// The branches of `anyOf` or `oneOf`.
    pub(super) fn branches(&self, keyword: &str) -> &[PlaceId] {
        let union = self.unions.iter().find(|(name, _)| *name == keyword);
        union.map_or(&[], |(_, branches)| branches)
    }

    /// The schema of `if`.
    pub(super) fn condition(&self) -> Option<PlaceId> {
        self.condition.map(|(condition, ..)| condition)
    }

    /// The names under `properties`.
    pub(super) fn properties(&self) -> impl Iterator<Item = &String> {
        self.properties.keys()
    }

    /// The patterns of `patternProperties`.
    pub(super) fn patterns(&self) -> &[(Matcher, PlaceId)] {
        &self.patterns
    }

    /// Whether `properties` or `patternProperties` covers a member of this name.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.properties.contains_key(name)
            || self
                .patterns
                .iter()
                .any(|(matcher, _)| matcher.matches(name))
    }

    /// The author's examples and default for this schema, as far as they are valid.
    pub(super) fn examples(&self) -> &[Value] {
        self.examples.get_or_init(|| {
            let value = self.schema.value();
            let many = value.get("examples").and_then(Value::as_array);
            let one = ["example", "default"]
                .into_iter()
                .filter_map(|keyword| value.get(keyword));
            let all = one.chain(many.into_iter().flatten());
            let mut found: Vec<Value> = Vec::new();
            for example in all.take(16) {
                let valid = self.judge().is_some_and(|judge| judge.is_valid(example));
                if valid && !found.contains(example) {
                    found.push(example.clone());
                }
            }
            found
        })
    }
}

fn number(
    schema: &Schema,
    numbers: &mut HashMap<(usize, Pointer), PlaceId>,
    pending: &mut Vec<Schema>,
) -> Option<PlaceId> {
    let key = (schema.document(), schema.pointer().clone());
    if let Some(found) = numbers.get(&key) {
        return Some(*found);
    }
    if pending.len() >= PLACE_LIMIT {
        return None;
    }
    numbers.insert(key, pending.len());
    pending.push(schema.clone());
    Some(pending.len() - 1)
}

fn place(schema: &Schema, add: &mut dyn FnMut(&Schema) -> Option<PlaceId>) -> Place {
    let value = schema.value();
    let mut at = |tokens: &[&str]| {
        value.get(tokens.first()?)?;
        schema.below(tokens).as_ref().and_then(&mut *add)
    };
    let names = |keyword: &str| -> Vec<String> {
        match value.get(keyword) {
            Some(Value::Object(members)) => members.keys().cloned().collect(),
            Some(Value::Array(items)) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        }
    };
    let mut list = |keyword: &str| -> Vec<(String, PlaceId)> {
        names(keyword)
            .into_iter()
            .filter_map(|name| Some((name.clone(), at(&[keyword, &name])?)))
            .collect()
    };
    let ids = |found: Vec<(String, PlaceId)>| -> Vec<PlaceId> {
        found.into_iter().map(|(_, id)| id).collect()
    };
    let mut same = ids(list("allOf"));
    let unions = ["anyOf", "oneOf"]
        .into_iter()
        .map(|keyword| (keyword, ids(list(keyword))))
        .filter(|(_, branches)| !branches.is_empty())
        .collect();
    let dependent = list("dependentSchemas");
    let properties = list("properties").into_iter().collect();
    let patterns = list("patternProperties")
        .into_iter()
        .map(|(pattern, id)| (Matcher::new(&pattern), id))
        .collect();
    let prefix = ids(list("prefixItems"));
    let condition = at(&["if"]).map(|condition| (condition, at(&["then"]), at(&["else"])));
    let additional = at(&["additionalProperties"]);
    let items = at(&["items"]);
    let target = value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| schema.follow(reference));
    same.extend(target.as_ref().and_then(&mut *add));
    Place {
        schema: schema.clone(),
        same,
        unions,
        condition,
        dependent,
        properties,
        patterns,
        additional,
        prefix,
        items,
        held: Vec::new(),
        leads: false,
        judge: OnceLock::new(),
        examples: OnceLock::new(),
        small: [OnceLock::new(), OnceLock::new()],
    }
}
