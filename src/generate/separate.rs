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
        *instance.pointer_mut(at.as_str())? = found;
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
    ) -> Option<Value> {
        let mut whole = Value::Object(object);
        for other in others {
            if self.accepts(other, &whole) {
                self.shut_out(other, kept, &mut whole).then_some(())?;
            }
            if self.left == 0 {
                return None;
            }
        }
        Some(whole)
    }

    /// Makes one change that the kept branch accepts and the other one does not, if there is one.
    fn shut_out(&mut self, other: PlaceId, kept: PlaceId, object: &mut Value) -> bool {
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
            if wrong.is_some_and(|value| self.keeps(kept, other, object, (&name, Some(value)))) {
                return true;
            }
        }
        let names = object.as_object().into_iter().flat_map(Members::keys);
        let present: Vec<String> = names.take(NAMES).cloned().collect();
        let fewer = present.into_iter().map(|name| (name, None));
        let more = own.into_iter().take(NAMES).filter_map(|(name, place)| {
            let mut kinds = kinds().into_iter();
            let right = kinds.find(|value| self.map.accepts(place, value))?;
            Some((name, Some(right)))
        });
        let changes: Vec<_> = fewer.chain(more).collect();
        changes
            .into_iter()
            .any(|(name, value)| self.keeps(kept, other, object, (&name, value)))
    }

    /// Sets a member, or takes it away, and takes that back unless the kept branch accepts the object then
    /// and the other one does not. A copy of a wide object would cost more than to ask about it.
    fn keeps(
        &mut self,
        kept: PlaceId,
        other: PlaceId,
        object: &mut Value,
        (name, value): (&str, Option<Value>),
    ) -> bool {
        let Some(members) = object.as_object_mut() else {
            return false;
        };
        let index = members.keys().position(|known| known == name);
        let before = match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.shift_remove(name),
        };
        if self.accepts(kept, object) && !self.accepts(other, object) {
            return true;
        }
        if let Some(members) = object.as_object_mut() {
            match index.zip(before) {
                Some((index, before)) => members.shift_insert(index, name.to_owned(), before),
                None => members.shift_remove(name),
            };
        }
        false
    }
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
    fn a_change_that_does_not_help_is_taken_back() {
        let schema = json!({"oneOf": [{"properties": {"a": {}}}, {"properties": {"a": {}}}]});
        let document = Document::from_value("s.json", schema);
        let map = Map::new(&SchemaSet::of_schema(document, Dialect::Draft202012));
        let mut separation = Separation {
            map: &map,
            left: 99,
        };
        let before = json!({"x": 1, "a": 2, "z": 3});
        for change in [
            ("a", Some(json!(7))),
            ("x", None),
            ("a", None),
            ("n", Some(json!(1))),
            ("n", None),
        ] {
            let mut object = before.clone();
            assert!(!separation.keeps(1, 2, &mut object, change));
            // In the same order, too.
            assert_eq!(object.to_string(), before.to_string());
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
