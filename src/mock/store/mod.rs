//! The store of a sandbox: things by resource and id, and what operations do with them.

mod clock;
mod collection;
pub(super) mod place;
mod seeds;
mod select;
mod write;

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::admit::Admitted;
use super::behaviour::{Act, Action, Behaviour, Missing, Resource};
use super::refusal::Refusal;
use crate::seed::Seed;
use clock::Clock;
use collection::{Collection, Thing};

pub(super) use clock::BEGIN;
pub(super) use collection::{key_of, uuid};
pub(super) use seeds::Seeder;

/// All things of a sandbox.
#[derive(Debug, Clone)]
pub(super) struct Store {
    collections: IndexMap<String, Collection>,
    clock: Clock,
    seed: Seed,
    /// The ids that were made up, where that is to be known.
    made: Option<HashSet<String>>,
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Done {
    /// What is shown; `None` when nothing is stored at the place.
    pub(super) value: Option<Value>,
    /// Whether what is missing is generated rather than empty.
    pub(super) generate: bool,
    /// The key of the thing, if one thing was meant.
    pub(super) key: Option<String>,
    /// Whether the thing is new.
    pub(super) created: bool,
    /// The length of the whole list, if it was one.
    pub(super) total: Option<usize>,
}

/// An operation on its way: what the file says and what the request says.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) act: &'a Act,
    pub(super) resource: &'a Resource,
    pub(super) admitted: &'a Admitted<'a>,
}

impl Store {
    /// A store without things.
    pub(super) fn new(seed: Seed) -> Self {
        Self {
            collections: IndexMap::new(),
            clock: Clock::default(),
            seed,
            made: None,
        }
    }

    /// From now on it is known which ids were made up.
    pub(super) fn note_made(&mut self) {
        self.made = Some(HashSet::new());
    }

    /// Whether this is an id that was made up.
    pub(super) fn has_made(&self, id: &str) -> bool {
        self.made.as_ref().is_some_and(|made| made.contains(id))
    }

    /// Does what the file says about an operation. On refusal nothing has changed.
    pub(super) fn perform(
        &mut self,
        behaviour: &Behaviour,
        act: &Act,
        admitted: &Admitted<'_>,
    ) -> Result<Done, Refusal> {
        let Some(resource) = behaviour.resources.get(&act.resource) else {
            return Err(unknown(act));
        };
        let call = Call {
            act,
            resource,
            admitted,
        };
        match act.action {
            Action::List => self.list(behaviour, call),
            Action::Read => self.read(behaviour, call),
            Action::Create => self.create(behaviour, call),
            Action::Replace | Action::Merge => self.update(behaviour, call),
            Action::Delete if act.part.is_root() => self.delete(behaviour, call),
            Action::Delete => self.clear(behaviour, call),
            Action::Deactivate | Action::Restore => self.switch(behaviour, call),
        }
    }

    fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.get(name)
    }

    fn collection_mut(&mut self, name: &str) -> &mut Collection {
        self.collections.entry(name.to_owned()).or_default()
    }

    /// The key of the thing that is meant, if there is such a thing that may be seen.
    fn find(&self, behaviour: &Behaviour, call: Call<'_>) -> Result<String, Refusal> {
        let key = call
            .act
            .key
            .as_ref()
            .and_then(|source| call.admitted.value(source, None))
            .map(key_of);
        let parent = self.parent(behaviour, call)?;
        key.filter(|key| {
            self.collection(&call.act.resource)
                .and_then(|collection| collection.things.get(key))
                .is_some_and(|thing| {
                    (parent.is_none() || thing.parent == parent) && visible(call, thing)
                })
        })
        .ok_or_else(|| unknown(call.act))
    }

    /// The key of the thing that the one in question belongs to; `None` when the operation names
    /// none. Refuses when there is no such thing.
    fn parent(&self, behaviour: &Behaviour, call: Call<'_>) -> Result<Option<String>, Refusal> {
        let (Some(source), Some(within)) = (&call.act.parent, &call.resource.within) else {
            return Ok(None);
        };
        let key = call.admitted.value(source, None).map(key_of);
        let thing = key
            .as_ref()
            .and_then(|key| self.collection(within)?.things.get(key));
        let seen = thing.is_some_and(|thing| {
            behaviour
                .resources
                .get(within)
                .is_none_or(|resource| thing.is_active(resource))
                || select::holds(call.act.show_inactive.as_ref(), call.admitted)
        });
        if seen {
            Ok(key)
        } else {
            Err(unknown(call.act))
        }
    }

    fn read(&self, behaviour: &Behaviour, call: Call<'_>) -> Result<Done, Refusal> {
        let key = self.find(behaviour, call)?;
        let thing = self
            .collection(&call.act.resource)
            .and_then(|collection| collection.things.get(&key))
            .ok_or_else(|| unknown(call.act))?;
        let shown = show(thing, call);
        if shown.is_none() && call.act.missing == Missing::Unknown {
            return Err(unknown(call.act));
        }
        Ok(done(call, key, shown))
    }

    fn list(&self, behaviour: &Behaviour, call: Call<'_>) -> Result<Done, Refusal> {
        let parent = self.parent(behaviour, call)?;
        let inactive = select::holds(call.act.show_inactive.as_ref(), call.admitted);
        let active = !select::holds(call.act.hide_active.as_ref(), call.admitted);
        let things = self
            .collection(&call.act.resource)
            .map(|collection| &collection.things);
        let mut things: Vec<&Thing> = things
            .into_iter()
            .flat_map(IndexMap::values)
            .filter(|thing| parent.is_none() || thing.parent == parent)
            .filter(|thing| {
                if thing.is_active(call.resource) {
                    active
                } else {
                    inactive
                }
            })
            .filter(|thing| {
                select::fulfils(thing, &call.act.filters, &call.act.groups, call.admitted)
            })
            .collect();
        if let Some(sort) = &call.act.sort {
            select::sort(&mut things, sort, call.admitted);
        }
        let total = things.len();
        let items = select::slice(things, call.act.page.as_ref(), call.admitted)
            .into_iter()
            .filter_map(|thing| show(thing, call))
            .collect();
        let mut value = Value::Null;
        place::put(&mut value, &call.act.give, Value::Array(items));
        if let Some(at) = &call.act.total {
            place::put(&mut value, at, Value::from(total));
        }
        Ok(Done {
            value: Some(value),
            generate: false,
            key: None,
            created: false,
            total: Some(total),
        })
    }
}

/// Whether an operation may find a thing. Whether it is active does not matter to those that switch it.
fn visible(call: Call<'_>, thing: &Thing) -> bool {
    thing.is_active(call.resource)
        || call.act.action == Action::Restore
        || call.act.action == Action::Deactivate
        || select::holds(call.act.show_inactive.as_ref(), call.admitted)
}

/// What an operation shows of a thing; `None` when nothing stands there.
fn show(thing: &Thing, call: Call<'_>) -> Option<Value> {
    if call.act.answer.is_empty() {
        let mut shown = place::find(&thing.document, &call.act.part)?.clone();
        if call.act.part.is_root() {
            for private in &call.resource.private {
                place::remove(&mut shown, private);
            }
        }
        return Some(shown);
    }
    let mut shown = Value::Null;
    for (at, sources) in &call.act.answer {
        let found = sources
            .0
            .iter()
            .find_map(|source| place::find(&thing.document, source));
        if let Some(found) = found {
            place::put(&mut shown, at, found.clone());
        }
    }
    Some(shown)
}

fn done(call: Call<'_>, key: String, shown: Option<Value>) -> Done {
    let value = shown.map(|shown| {
        let mut value = Value::Null;
        place::put(&mut value, &call.act.give, shown);
        value
    });
    Done {
        value,
        generate: call.act.missing == Missing::Generated,
        key: Some(key),
        created: false,
        total: None,
    }
}

fn unknown(act: &Act) -> Refusal {
    let reason = if act.unknown == 403 {
        "forbidden"
    } else {
        "not_found"
    };
    Refusal::new(
        act.unknown,
        reason,
        format!("there is no such {}", act.resource),
    )
}
