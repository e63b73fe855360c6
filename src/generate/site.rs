//! Sites: keywords that an instance could break, each with the node that would break it.

use serde_json::Value;

use super::map::{Map, Place, PlaceId, Scope, Spot};
use crate::document::Pointer;

/// A keyword at a place that applies to a node of an instance.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) place: PlaceId,
    pub(super) keyword: &'static str,
    /// Which of the things that the keyword lists: a required name, or `trigger` and dependent name.
    pub(super) argument: Option<(String, String)>,
    pub(super) instance: Pointer,
    pub(super) scope: Option<Scope>,
}

/// What makes two sites the same rule: place, keyword, argument.
pub(super) type Rule = (PlaceId, &'static str, Option<(String, String)>);

/// Longer strings are not made to break `maxLength`, nor longer arrays to break `maxItems`.
pub(super) const LENGTH_LIMIT: usize = 100_000;
pub(super) const ITEM_LIMIT: usize = 1_000;

impl Site {
    /// The rule that would be broken.
    pub(super) fn rule(&self) -> Rule {
        (self.place, self.keyword, self.argument.clone())
    }
}

/// The sites of an instance that is valid.
pub(super) fn sites(map: &Map, instance: &Value) -> Vec<Site> {
    let mut found = Vec::new();
    for spot in map.spots(instance) {
        let place = map.place(spot.place);
        if let (Some(place), Some(value)) = (place, instance.pointer(spot.instance.as_str())) {
            own(place, &spot, value, &mut found);
        }
    }
    found
}

fn own(place: &Place, spot: &Spot, value: &Value, found: &mut Vec<Site>) {
    let mut add = |keyword: &'static str, argument: Option<(String, String)>| {
        found.push(Site {
            place: spot.place,
            keyword,
            argument,
            instance: spot.instance.clone(),
            scope: spot.scope.clone(),
        });
    };
    let has = |keyword: &str| place.keyword(keyword).is_some();
    let count = |keyword: &str| place.count(keyword);
    let positive = |keyword: &str| count(keyword).is_some_and(|count| count > 0);
    for keyword in ["type", "enum", "const", "anyOf", "oneOf", "not"] {
        if has(keyword) {
            add(keyword, None);
        }
    }
    match value {
        Value::String(_) => {
            for keyword in ["format", "pattern"] {
                if has(keyword) {
                    add(keyword, None);
                }
            }
            if positive("minLength") {
                add("minLength", None);
            }
            if count("maxLength").is_some_and(|count| count < LENGTH_LIMIT) {
                add("maxLength", None);
            }
        }
        Value::Number(_) => {
            for keyword in [
                "minimum",
                "exclusiveMinimum",
                "maximum",
                "exclusiveMaximum",
                "multipleOf",
            ] {
                if has(keyword) {
                    add(keyword, None);
                }
            }
        }
        Value::Array(_) => {
            if positive("minItems") {
                add("minItems", None);
            }
            if count("maxItems").is_some_and(|count| count < ITEM_LIMIT) {
                add("maxItems", None);
            }
            if place.keyword("uniqueItems") == Some(&Value::Bool(true)) {
                add("uniqueItems", None);
            }
            if has("contains") {
                let limits = ["minContains", "maxContains"];
                for keyword in limits.into_iter().filter(|keyword| has(keyword)) {
                    add(keyword, None);
                }
                if !has("minContains") {
                    add("contains", None);
                }
            }
            for keyword in ["items", "unevaluatedItems"] {
                if place.keyword(keyword) == Some(&Value::Bool(false)) {
                    add(keyword, None);
                }
            }
        }
        Value::Object(members) => {
            let strings = |value: Option<&Value>| -> Vec<String> {
                let names = value.and_then(Value::as_array).into_iter().flatten();
                names.filter_map(Value::as_str).map(str::to_owned).collect()
            };
            for name in strings(place.keyword("required")) {
                add("required", Some((name.clone(), name)));
            }
            if let Some(Value::Object(rules)) = place.keyword("dependentRequired") {
                // A name that sets the rule off can be brought in, unless it has no place here.
                let can_be = |name: &String| members.contains_key(name) || !place.holds_back(name);
                for (trigger, names) in rules.iter().filter(|(name, _)| can_be(name)) {
                    for name in strings(Some(names))
                        .into_iter()
                        .filter(|name| name != trigger)
                    {
                        add("dependentRequired", Some((trigger.clone(), name)));
                    }
                }
            }
            for keyword in ["properties", "patternProperties"] {
                let Some(Value::Object(properties)) = place.keyword(keyword) else {
                    continue;
                };
                let shut = properties
                    .iter()
                    .filter(|(_, value)| **value == Value::Bool(false));
                for (name, _) in shut {
                    add(keyword, Some((name.clone(), name.clone())));
                }
            }
            if positive("minProperties") {
                add("minProperties", None);
            }
            if count("maxProperties").is_some_and(|count| count < ITEM_LIMIT) {
                add("maxProperties", None);
            }
            for keyword in ["additionalProperties", "unevaluatedProperties"] {
                if place.keyword(keyword) == Some(&Value::Bool(false)) {
                    add(keyword, None);
                }
            }
            if has("propertyNames") {
                add("propertyNames", None);
            }
        }
        _ => {}
    }
}
