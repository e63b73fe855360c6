//! Held back: members that do not travel in the schema's direction, `readOnly` ones in requests and
//! `writeOnly` ones in responses.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Map, Place, PlaceId};
use crate::document::Pointer;
use crate::schema::Direction;

/// How many schemas a property is said to be by, and how many steps a search through an instance takes.
const PARTS: usize = 64;
const STEPS: usize = 200_000;

/// What a node's schemas say of its members.
struct Node<'a> {
    at: Pointer,
    held: Vec<&'a String>,
    /// Declared without a mark by a branch that need not be the one that holds it back.
    open: Vec<&'a String>,
}

/// Notes in each place which of its properties are held back, and whether the way to such a property
/// leads through the place.
pub(super) fn note(places: &mut [Place]) {
    let held: Vec<(PlaceId, Vec<String>)> = (0..)
        .zip(places.iter())
        .map(|(id, place)| {
            let marked = |property: &PlaceId| is_marked(places, *property);
            let held = place.properties.iter().filter(|(_, id)| marked(id));
            (id, held.map(|(name, _)| name.clone()).collect())
        })
        .filter(|(_, held): &(PlaceId, Vec<String>)| !held.is_empty())
        .collect();
    let mut above: HashMap<PlaceId, Vec<PlaceId>> = HashMap::new();
    if !held.is_empty() {
        for (id, place) in places.iter().enumerate() {
            for below in place.parts().into_iter().chain(place.below()) {
                above.entry(below).or_default().push(id);
            }
        }
    }
    let mut leading: Vec<PlaceId> = held.iter().map(|(id, _)| *id).collect();
    for (id, names) in held {
        if let Some(place) = places.get_mut(id) {
            place.held = names;
        }
    }
    while let Some(id) = leading.pop() {
        if let Some(place) = places.get_mut(id)
            && !std::mem::replace(&mut place.leads, true)
        {
            leading.extend(above.get(&id).into_iter().flatten());
        }
    }
}

/// Whether a property's schema, or one that it is combined of, has the mark of the other direction.
fn is_marked(places: &[Place], property: PlaceId) -> bool {
    let mut pending = vec![property];
    let mut next = 0;
    while let Some(place) = pending.get(next).and_then(|id| places.get(*id)) {
        let mark = match place.schema.direction() {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        if place.keyword(mark) == Some(&Value::Bool(true)) {
            return true;
        }
        for id in place.parts() {
            if pending.len() < PARTS && !pending.contains(&id) {
                pending.push(id);
            }
        }
        next += 1;
    }
    false
}

impl Place {
    /// Whether a property of this name does not travel in the schema's direction.
    pub(in crate::generate) fn holds_back(&self, name: &String) -> bool {
        self.held.contains(name)
    }

    /// The schemas that the same node has to satisfy in any case.
    fn always(&self) -> impl Iterator<Item = PlaceId> {
        self.same.iter().copied()
    }

    /// Those that it may have to satisfy.
    fn perhaps(&self) -> impl Iterator<Item = PlaceId> {
        let branches = self.unions.iter().flat_map(|(_, branches)| branches);
        let condition = self.condition.iter();
        let taken = condition.flat_map(|(_, then, otherwise)| then.iter().chain(otherwise));
        let dependent = self.dependent.iter().map(|(_, id)| id);
        branches.chain(taken).chain(dependent).copied()
    }

    fn parts(&self) -> Vec<PlaceId> {
        self.always().chain(self.perhaps()).collect()
    }

    /// The schemas of members and items.
    fn below(&self) -> impl Iterator<Item = PlaceId> {
        let named = self.properties.values();
        let patterned = self.patterns.iter().map(|(_, id)| id);
        let rest = self
            .additional
            .iter()
            .chain(&self.prefix)
            .chain(&self.items);
        named.chain(patterned).chain(rest).copied()
    }
}

impl Map {
    /// The members of an instance that do not travel in the schema's direction.
    pub(in crate::generate) fn held_back(&self, instance: &Value) -> Vec<Pointer> {
        let mut found: HashMap<*const Value, Node> = HashMap::new();
        let mut order: Vec<*const Value> = Vec::new();
        let mut seen: HashSet<(PlaceId, *const Value, bool)> = HashSet::new();
        let mut pending = Vec::new();
        if self.place(0).is_some_and(|place| place.leads) {
            pending.push((0, instance, Pointer::root(), false));
        }
        while let Some((id, value, at, is_branch)) = pending.pop() {
            let node = std::ptr::from_ref(value);
            let Some(place) = self.place(id) else {
                continue;
            };
            if seen.len() >= STEPS || !seen.insert((id, node, is_branch)) {
                continue;
            }
            let always = place.always().map(|id| (id, is_branch));
            for (id, is_branch) in always.chain(place.perhaps().map(|id| (id, true))) {
                pending.push((id, value, at.clone(), is_branch));
            }
            if let Value::Object(members) = value {
                let known = found.entry(node).or_insert_with(|| {
                    order.push(node);
                    Node {
                        at: at.clone(),
                        held: Vec::new(),
                        open: Vec::new(),
                    }
                });
                for name in place
                    .properties
                    .keys()
                    .filter(|name| members.contains_key(*name))
                {
                    if place.holds_back(name) {
                        known.held.push(name);
                    } else if is_branch {
                        known.open.push(name);
                    }
                }
                for (name, member) in members {
                    for id in place.of_member(name).filter(|id| self.leads(*id)) {
                        pending.push((id, member, at.join(name), false));
                    }
                }
            }
            if let Value::Array(items) = value {
                for (index, item) in items.iter().enumerate() {
                    let id = place.prefix.get(index).copied().or(place.items);
                    if let Some(id) = id.filter(|id| self.leads(*id)) {
                        pending.push((id, item, at.index(index), false));
                    }
                }
            }
        }
        let mut all = Vec::new();
        for node in order.iter().filter_map(|node| found.get(node)) {
            for name in node.held.iter().filter(|name| !node.open.contains(name)) {
                let member = node.at.join(name);
                if !all.contains(&member) {
                    all.push(member);
                }
            }
        }
        all
    }

    /// The instance without the members that do not travel; `None` if it has none of them.
    pub(in crate::generate) fn without_held_back(&self, instance: &Value) -> Option<Value> {
        let held = self.held_back(instance);
        let mut made = (!held.is_empty()).then(|| instance.clone())?;
        for member in held {
            let (Some(above), Some(name)) = (member.parent(), member.last()) else {
                continue;
            };
            if let Some(Value::Object(members)) = made.pointer_mut(above.as_str()) {
                members.shift_remove(&*name);
            }
        }
        Some(made)
    }

    fn leads(&self, id: PlaceId) -> bool {
        self.place(id).is_some_and(|place| place.leads)
    }
}
