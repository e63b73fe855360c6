//! Writing: creating, replacing, merging, removing and switching things.

use serde_json::{Map, Value};

use super::collection::{Thing, key_of};
use super::{Call, Done, Store, done, place, show, unknown};
use crate::document::Pointer;
use crate::mock::behaviour::{Action, Behaviour, Moment, Resource};
use crate::mock::refusal::Refusal;

impl Store {
    pub(super) fn create(
        &mut self,
        behaviour: &Behaviour,
        call: Call<'_>,
    ) -> Result<Done, Refusal> {
        let parent = self.parent(behaviour, call)?;
        let mut document = Value::Object(Map::new());
        if let Some(body) = taken(call) {
            place::put(&mut document, &call.act.part, body.clone());
        }
        if !document.is_object() {
            document = Value::Object(Map::new());
        }
        let given = call
            .act
            .key
            .as_ref()
            .and_then(|source| call.admitted.value(source, None))
            .cloned();
        let key = self.insert(call.resource, &call.act.resource, document, given, parent)?;
        let mut done = self.shown(call, key);
        done.created = true;
        Ok(done)
    }

    /// Adds a thing and returns its key. Refuses when the key or a unique member is taken.
    pub(super) fn insert(
        &mut self,
        resource: &Resource,
        name: &str,
        mut document: Value,
        id: Option<Value>,
        parent: Option<String>,
    ) -> Result<String, Refusal> {
        let seed = self.seed.derive(name, 0);
        for owned in owned(resource) {
            place::remove(&mut document, owned);
        }
        place::supplement(&mut document, &Value::Object(resource.initial.clone()));
        let id = id.unwrap_or_else(|| {
            let id = self.collection_mut(name).new_id(resource.new_id, seed);
            if let (Some(made), Value::String(text)) = (&mut self.made, &id) {
                made.insert(text.clone());
            }
            id
        });
        let key = key_of(&id);
        if self.collection_mut(name).things.contains_key(&key) {
            return Err(conflict(name, &resource.id));
        }
        place::put(&mut document, &resource.id, id);
        if let Some(active) = &resource.active {
            place::put(&mut document, active, Value::Bool(true));
        }
        self.stamp(resource, &mut document, true);
        align(resource, None, &mut document);
        self.check_unique(resource, name, &key, &document)?;
        let thing = Thing { document, parent };
        self.collection_mut(name).insert(key.clone(), thing);
        Ok(key)
    }

    pub(super) fn update(
        &mut self,
        behaviour: &Behaviour,
        call: Call<'_>,
    ) -> Result<Done, Refusal> {
        let key = match self.find(behaviour, call) {
            Ok(key) => key,
            Err(_) if call.act.upsert => return self.create(behaviour, call),
            Err(refusal) => return Err(refusal),
        };
        let Some(old) = self.document(call, &key) else {
            return Err(unknown(call.act));
        };
        let mut new = old.clone();
        if let Some(body) = taken(call) {
            if call.act.action == Action::Merge {
                let mut part = place::find(&new, &call.act.part)
                    .cloned()
                    .unwrap_or_default();
                place::merge(&mut part, body);
                place::put(&mut new, &call.act.part, part);
            } else {
                place::put(&mut new, &call.act.part, body.clone());
            }
        }
        if !new.is_object() {
            new = Value::Object(Map::new());
        }
        if call.act.part.is_root() {
            keep(&old, &mut new, call.resource.private.iter(), false);
        }
        self.store(call, key, &old, new)
    }

    pub(super) fn switch(
        &mut self,
        behaviour: &Behaviour,
        call: Call<'_>,
    ) -> Result<Done, Refusal> {
        let key = self.find(behaviour, call)?;
        if let Some(at) = &call.resource.active {
            let active = Value::Bool(call.act.action == Action::Restore);
            if let Some(mut document) = self.document(call, &key)
                && place::find(&document, at) != Some(&active)
            {
                place::put(&mut document, at, active);
                self.stamp(call.resource, &mut document, false);
                self.put(call, &key, document);
            }
        }
        Ok(self.shown(call, key))
    }

    /// Removes a part of a thing.
    pub(super) fn clear(&mut self, behaviour: &Behaviour, call: Call<'_>) -> Result<Done, Refusal> {
        let key = self.find(behaviour, call)?;
        let Some(old) = self.document(call, &key) else {
            return Err(unknown(call.act));
        };
        let mut new = old.clone();
        if place::remove(&mut new, &call.act.part).is_none() {
            return Err(unknown(call.act));
        }
        self.store(call, key, &old, new)
    }

    pub(super) fn delete(
        &mut self,
        behaviour: &Behaviour,
        call: Call<'_>,
    ) -> Result<Done, Refusal> {
        let key = self.find(behaviour, call)?;
        let removed = self
            .collection_mut(&call.act.resource)
            .things
            .shift_remove(&key);
        self.clock.tick();
        let mut orphaned = vec![(call.act.resource.as_str(), key.clone())];
        while let Some((name, key)) = orphaned.pop() {
            for (child, resource) in &behaviour.resources {
                if resource.within.as_deref() != Some(name) {
                    continue;
                }
                let things = &mut self.collection_mut(child).things;
                things.retain(|child_key, thing| {
                    let orphan = thing.parent.as_ref() == Some(&key);
                    if orphan {
                        orphaned.push((child, child_key.clone()));
                    }
                    !orphan
                });
            }
        }
        Ok(done(
            call,
            key,
            removed.and_then(|thing| show(&thing, call)),
        ))
    }

    fn store(
        &mut self,
        call: Call<'_>,
        key: String,
        old: &Value,
        mut new: Value,
    ) -> Result<Done, Refusal> {
        keep(old, &mut new, owned(call.resource), true);
        self.stamp(call.resource, &mut new, false);
        align(call.resource, Some(old), &mut new);
        self.check_unique(call.resource, &call.act.resource, &key, &new)?;
        self.put(call, &key, new);
        Ok(self.shown(call, key))
    }

    fn document(&self, call: Call<'_>, key: &str) -> Option<Value> {
        let thing = self.collection(&call.act.resource)?.things.get(key)?;
        Some(thing.document.clone())
    }

    fn put(&mut self, call: Call<'_>, key: &str, document: Value) {
        let things = &mut self.collection_mut(&call.act.resource).things;
        if let Some(thing) = things.get_mut(key) {
            thing.document = document;
        }
    }

    fn shown(&self, call: Call<'_>, key: String) -> Done {
        let thing = self
            .collection(&call.act.resource)
            .and_then(|collection| collection.things.get(&key));
        let shown = thing.and_then(|thing| show(thing, call));
        done(call, key, shown)
    }

    /// Writes the time into the members that hold it.
    fn stamp(&mut self, resource: &Resource, document: &mut Value, created: bool) {
        self.clock.tick();
        for stamp in &resource.stamps {
            if created || stamp.when == Moment::Written {
                place::put(document, &stamp.at, self.clock.now(stamp.format));
            }
        }
    }

    fn check_unique(
        &self,
        resource: &Resource,
        name: &str,
        key: &str,
        document: &Value,
    ) -> Result<(), Refusal> {
        for at in &resource.unique {
            let Some(value) = place::find(document, at) else {
                continue;
            };
            let things = self.collection(name).map(|collection| &collection.things);
            let taken = things.into_iter().flatten().any(|(other, thing)| {
                other != key && place::find(&thing.document, at) == Some(value)
            });
            if taken {
                return Err(conflict(name, at));
            }
        }
        Ok(())
    }
}

/// The part of the body that is written.
fn taken(call: Call<'_>) -> Option<&Value> {
    place::find(call.admitted.body.as_ref()?, &call.act.take)
}

/// The members that only the server writes.
fn owned(resource: &Resource) -> impl Iterator<Item = &Pointer> {
    resource
        .owned
        .iter()
        .chain([&resource.id])
        .chain(&resource.active)
        .chain(resource.stamps.iter().map(|stamp| &stamp.at))
}

/// Puts members back as they were; with `force` also those that the new document has.
fn keep<'a>(old: &Value, new: &mut Value, members: impl Iterator<Item = &'a Pointer>, force: bool) {
    for at in members {
        match place::find(old, at) {
            Some(value) if force || place::find(new, at).is_none() => {
                place::put(new, at, value.clone());
            }
            None if force => {
                place::remove(new, at);
            }
            _ => {}
        }
    }
}

/// Makes places that hold the same value equal again: the first one that changed decides.
fn align(resource: &Resource, old: Option<&Value>, document: &mut Value) {
    for group in &resource.same {
        let changed = group.iter().find(|at| {
            let before = old.and_then(|old| place::find(old, at));
            place::find(document, at) != before
        });
        let Some(changed) = changed else {
            continue;
        };
        let value = place::find(document, changed).cloned();
        for at in group.iter().filter(|at| *at != changed) {
            match &value {
                Some(value) => place::put(document, at, value.clone()),
                None => withdraw(document, at),
            }
        }
    }
}

/// Removes a node, and the objects around it that become empty by it.
fn withdraw(document: &mut Value, at: &Pointer) {
    place::remove(document, at);
    if let Some(parent) = at.parent()
        && place::find(document, &parent)
            .and_then(Value::as_object)
            .is_some_and(Map::is_empty)
    {
        withdraw(document, &parent);
    }
}

fn conflict(name: &str, at: &Pointer) -> Refusal {
    Refusal::new(
        409,
        "conflict",
        format!("another {name} has the same `{at}`"),
    )
}
