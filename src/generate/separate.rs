//! Separation: an instance that several branches of a `oneOf` match, changed until one of them does.
//!
//! Where branches only say what optional members look like, nearly every object matches all of them,
//! and none is found by drawing. A member of the wrong kind shuts out each branch that declares it.

use serde_json::{Map as Members, Value, json};

use super::map::{Map, PlaceId};
use crate::document::Pointer;

/// How often branches are asked for one instance.
const QUESTIONS: usize = 8_000;
/// How many branches are tried as the one that is kept, and how many members of each other branch.
const KEPT: usize = 3;
const NAMES: usize = 8;
/// How many times a `oneOf` is looked for.
const ROUNDS: usize = 16;

/// One separation, and how many questions it may still ask.
struct Separation<'a> {
    map: &'a Map,
    left: usize,
}

/// The instance, changed so that each `oneOf` in it that several branches match is matched by one of
/// them, as far as that was found. The instance as a whole remains to be judged.
pub(super) fn separated(map: &Map, mut instance: Value) -> Option<Value> {
    let mut separation = Separation {
        map,
        left: QUESTIONS,
    };
    for _ in 0..ROUNDS {
        let Some((at, matching)) = separation.overlap(&instance) else {
            return Some(instance);
        };
        let node = instance.pointer(at.as_str())?.as_object()?;
        let kept = matching.iter().take(KEPT);
        let found = kept.copied().find_map(|kept| {
            let others = matching.iter().copied().filter(|other| *other != kept);
            separation.only(kept, others, node.clone())
        })?;
        *instance.pointer_mut(at.as_str())? = Value::Object(found);
    }
    None
}

impl Separation<'_> {
    /// The outermost node that several branches of a `oneOf` match, and these.
    fn overlap(&mut self, instance: &Value) -> Option<(Pointer, Vec<PlaceId>)> {
        for spot in self.map.spots(instance) {
            let branches = self.map.place(spot.place)?.branches("oneOf");
            if branches.len() < 2 {
                continue;
            }
            let node = instance.pointer(spot.instance.as_str())?;
            let matching = branches.iter().copied();
            let matching: Vec<PlaceId> = matching.filter(|id| self.accepts(*id, node)).collect();
            if matching.len() > 1 {
                return Some((spot.instance, matching));
            }
        }
        None
    }

    fn accepts(&mut self, id: PlaceId, value: &Value) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0 && self.map.accepts(id, value)
    }

    /// The object, changed so that one branch still matches and the others do not.
    fn only(
        &mut self,
        kept: PlaceId,
        others: impl Iterator<Item = PlaceId>,
        object: Members<String, Value>,
    ) -> Option<Members<String, Value>> {
        let mut whole = Value::Object(object);
        for other in others {
            if self.accepts(other, &whole) {
                whole = self.without(kept, other, &whole)?;
            }
            if self.left == 0 {
                return None;
            }
        }
        match whole {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object with one change that the kept branch accepts and the other one does not.
    fn without(&mut self, kept: PlaceId, other: PlaceId, object: &Value) -> Option<Value> {
        let declared = self.map.declared(other);
        let own = self.map.declared(kept);
        let is_free = |name: &String| own.iter().all(|(known, _)| known != name);
        // What the kept branch says nothing about is changed before what it does.
        let (free, shared): (Vec<_>, Vec<_>) =
            declared.into_iter().partition(|(name, _)| is_free(name));
        for (name, place) in free.into_iter().chain(shared).take(NAMES) {
            let wrong = kinds()
                .into_iter()
                .find(|value| !self.accepts(place, value));
            if let Some(made) = wrong.and_then(|value| with(object, &name, Some(value)))
                && self.accepts(kept, &made)
                && !self.accepts(other, &made)
            {
                return Some(made);
            }
        }
        let present: Vec<String> = object.as_object()?.keys().take(NAMES).cloned().collect();
        let fewer = present.iter().filter_map(|name| with(object, name, None));
        let more = own.iter().take(NAMES).filter_map(|(name, place)| {
            let right = kinds()
                .into_iter()
                .find(|value| self.map.accepts(*place, value))?;
            with(object, name, Some(right))
        });
        let changed: Vec<Value> = fewer.chain(more).collect();
        changed
            .into_iter()
            .find(|made| self.accepts(kept, made) && !self.accepts(other, made))
    }
}

/// The object with a member set, or taken away.
fn with(object: &Value, name: &str, value: Option<Value>) -> Option<Value> {
    let mut made = object.as_object()?.clone();
    match value {
        Some(value) => made.insert(name.to_owned(), value),
        None => made.shift_remove(name),
    };
    Some(Value::Object(made))
}

/// A value of each type.
fn kinds() -> [Value; 6] {
    [
        json!(""),
        json!(0),
        json!(true),
        json!([]),
        json!({}),
        Value::Null,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};

    #[test]
    fn one_branch_of_many_is_left() {
        let wide = |count: usize| -> Value {
            let branches = (0..count).map(|number| {
                json!({"properties": {format!("v{number}"): {"type": "integer"}, "name": {"type": "string"}}})
            });
            json!({"type": "object", "oneOf": branches.collect::<Vec<_>>()})
        };
        for (schema, instance) in [
            (wide(40), json!({"name": "n", "v3": 1})),
            (json!({"properties": {"a": wide(3)}}), json!({"a": {}})),
            (
                json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
                json!({"a": 1, "b": 2}),
            ),
            (
                json!({"oneOf": [{"type": "object"}, {"properties": {"a": {"const": 1}}, "additionalProperties": false}]}),
                json!({}),
            ),
        ] {
            let schema =
                SchemaSet::of_schema(Document::from_value("s.json", schema), Dialect::Draft202012);
            let judge = schema.validator().unwrap();
            assert!(!judge.is_valid(&instance));
            let found = separated(&Map::new(&schema), instance).unwrap();
            assert!(judge.is_valid(&found), "{found}");
        }
    }

    #[test]
    fn equal_branches_cannot_be_told_apart() {
        let schema = json!({"oneOf": [{"type": "object"}, {"type": "object"}]});
        let document = Document::from_value("s.json", schema);
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        assert_eq!(separated(&Map::new(&schema), json!({"a": 1})), None);
    }
}
