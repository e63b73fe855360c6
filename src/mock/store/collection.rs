//! Collections: the things of one resource by their ids.

use indexmap::IndexMap;
use serde_json::Value;

use crate::mock::behaviour::{NewId, Resource};
use crate::mock::store::place;
use crate::seed::Seed;

/// How many things of a resource are kept: a sandbox under load must not grow without end.
const MOST_THINGS: usize = 50_000;

/// The text under which a thing is found: its id without the type. UUIDs are the same in upper and
/// lower case (RFC 9562 section 4).
pub(in crate::mock) fn key_of(id: &Value) -> String {
    match id {
        Value::String(text) if is_uuid(text) => text.to_ascii_lowercase(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A stored thing.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Thing {
    /// The thing itself, private members included.
    pub(in crate::mock) document: Value,
    /// The key of the thing that it belongs to.
    pub(in crate::mock) parent: Option<String>,
}

impl Thing {
    /// Whether it is active. What has no such member is.
    pub(in crate::mock) fn is_active(&self, resource: &Resource) -> bool {
        let active = resource.active.as_ref();
        active.and_then(|at| place::find(&self.document, at)) != Some(&Value::Bool(false))
    }
}

/// The things of one resource, oldest first.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Collection {
    /// The things by key.
    pub(in crate::mock) things: IndexMap<String, Thing>,
    /// How many of the first things are seeds.
    pub(in crate::mock) seeds: usize,
    /// How many ids were made.
    made: u64,
    /// The largest integer id that there ever was.
    largest: i64,
}

impl Collection {
    /// Adds a thing.
    pub(in crate::mock) fn insert(&mut self, key: String, thing: Thing) {
        self.largest = key.parse().map_or(self.largest, |id| self.largest.max(id));
        self.things.insert(key, thing);
        if self.things.len() > MOST_THINGS {
            // The oldest fifth goes, but for the seeds, which are older still.
            let end = self.seeds.saturating_add(MOST_THINGS / 5);
            self.things.drain(self.seeds.min(end)..end);
        }
    }

    /// An id that no thing has.
    pub(in crate::mock) fn new_id(&mut self, kind: NewId, seed: Seed) -> Value {
        loop {
            self.made += 1;
            let id = match kind {
                NewId::Uuid => Value::from(uuid(seed.derive("id", self.made))),
                NewId::Text => {
                    let number = seed.derive("id", self.made).number();
                    Value::from(format!("{:012x}", number & 0xffff_ffff_ffff))
                }
                NewId::Integer => Value::from(self.largest.saturating_add(1)),
            };
            if !self.things.contains_key(&key_of(&id)) || kind == NewId::Integer {
                return id;
            }
        }
    }
}

/// A random UUID (RFC 9562 section 5.4).
pub(in crate::mock) fn uuid(seed: Seed) -> String {
    let high = seed.derive("high", 0).number();
    let low = seed.derive("low", 0).number();
    let high = high & 0xffff_ffff_ffff_0fff | 0x4000;
    let low = low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_oldest_things_but_for_seeds_make_room() {
        let mut collection = Collection {
            seeds: 1,
            ..Collection::default()
        };
        for number in 0..=MOST_THINGS {
            let thing = Thing {
                document: Value::Null,
                parent: None,
            };
            collection.insert(number.to_string(), thing);
        }
        let keys: Vec<&String> = collection.things.keys().take(2).collect();
        assert_eq!(keys, ["0", "10001"]);
        assert_eq!(collection.things.len(), MOST_THINGS + 1 - MOST_THINGS / 5);
    }

    #[test]
    fn new_ids_are_fresh_and_repeatable() {
        let ids = |kind| {
            let mut collection = Collection::default();
            (0..3)
                .map(|_| {
                    let id = collection.new_id(kind, Seed::new(1));
                    let thing = Thing {
                        document: json!({}),
                        parent: None,
                    };
                    collection.insert(key_of(&id), thing);
                    id
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(NewId::Integer), [json!(1), json!(2), json!(3)]);
        for kind in [NewId::Uuid, NewId::Text] {
            let made = ids(kind);
            assert_eq!(made, ids(kind));
            assert!(made[0] != made[1] && made[1] != made[2] && made[0] != made[2]);
        }
        let id = ids(NewId::Uuid)[0].as_str().unwrap().to_owned();
        assert!(is_uuid(&id) && &id[14..15] == "4", "{id}");
        assert_eq!(key_of(&json!(id.to_uppercase())), id);
    }
}
