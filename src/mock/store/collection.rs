//! Collections: the things of one resource by their ids.

use indexmap::IndexMap;
use serde_json::Value;

use crate::mock::behaviour::{NewId, Resource};
use crate::mock::store::place;
use crate::seed::Seed;

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
    /// How many ids were made.
    made: u64,
    /// The last integer id that was made.
    last: i64,
}

impl Collection {
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
                NewId::Integer => {
                    let largest = self
                        .things
                        .keys()
                        .filter_map(|key| key.parse::<i64>().ok())
                        .max();
                    self.last = largest.unwrap_or(0).max(self.last).saturating_add(1);
                    Value::from(self.last)
                }
            };
            if !self.things.contains_key(&key_of(&id)) || kind == NewId::Integer {
                return id;
            }
        }
    }
}

/// A random UUID (RFC 9562 section 5.4).
fn uuid(seed: Seed) -> String {
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
                    collection.things.insert(key_of(&id), thing);
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
