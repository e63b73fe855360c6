//! Candidates: values that may show an edge at a node. Whether one does is for the validator to say.

use serde_json::{Map, Value, json};

use super::arena::Arena;
use super::bundle::Marks;
use super::dice::Dice;
use super::edge::{Aim, Edge};
use super::map::Place;
use super::narrow::narrow;
use super::words;

/// Values made from the node's present one; `samples` are other values of the same place.
pub(super) fn edited(aim: &Aim, place: &Place, node: &Value, samples: &[&Value]) -> Vec<Value> {
    let mut found = vec![node.clone()];
    match (&aim.edge, node) {
        (Edge::Kind(name), _) => found.push(plain(name)),
        (Edge::Choice(index), _) => {
            let member = place.keyword("enum").and_then(|members| members.get(index));
            found.extend(member.cloned());
        }
        (Edge::Flag(flag), _) => found.push(json!(flag)),
        (Edge::Number(text), _) => found.extend(text.parse().ok().map(Value::Number)),
        (Edge::Length(length), Value::String(text)) => {
            if place.keyword("pattern").is_none() && place.keyword("format").is_none() {
                found.push(json!(words::fill(&mut Dice::new(1), *length, false)));
            }
            found.push(json!(text.chars().take(*length).collect::<String>()));
            if let Some(last) = text.chars().last() {
                let more = std::iter::repeat_n(last, length.saturating_sub(text.chars().count()));
                found.push(json!(text.chars().chain(more).collect::<String>()));
            }
        }
        (Edge::Items(count), Value::Array(items)) => {
            let own = items.iter();
            let other = samples.iter().filter_map(|sample| sample.as_array());
            let all: Vec<&Value> = own.chain(other.flatten()).collect();
            let mut distinct: Vec<Value> = Vec::new();
            for item in all.iter().copied() {
                if distinct.len() < *count && !distinct.contains(item) {
                    distinct.push(item.clone());
                }
            }
            if distinct.len() == *count {
                found.push(Value::Array(distinct));
            } else if place.keyword("uniqueItems") != Some(&Value::Bool(true)) {
                let repeated = all.into_iter().cycle().take(*count);
                found.push(Value::Array(repeated.cloned().collect()));
            }
        }
        (Edge::Members(count), Value::Object(members)) => {
            let required = |name: &String| place.required().any(|other| other == name);
            let kept = members.iter().filter(|(name, _)| required(name));
            let others = members.iter().filter(|(name, _)| !required(name));
            found.push(object(kept.chain(others).take(*count)));
        }
        (Edge::Absent(name), Value::Object(members)) => {
            found.push(object(members.iter().filter(|(other, _)| *other != name)));
        }
        (Edge::Present(name), Value::Object(_)) => {
            found.extend(with(node, samples, &[name]));
        }
        (Edge::Bare, Value::Object(members)) => {
            let kept = members
                .iter()
                .filter(|(name, _)| !place.optional().any(|other| other == *name));
            found.push(object(kept));
        }
        (Edge::Whole, Value::Object(_)) => {
            let names: Vec<&String> = place.travelling().collect();
            found.extend(with(node, samples, &names));
        }
        (Edge::Together(names), Value::Object(members)) => {
            let kept = members.iter().filter(|(name, _)| {
                names.contains(name) || !place.optional().any(|other| other == *name)
            });
            let names: Vec<&String> = names.iter().collect();
            found.extend(with(&object(kept), samples, &names));
        }
        (Edge::Undeclared, Value::Object(members)) => {
            let undeclared = samples.iter().filter_map(|sample| sample.as_object());
            let (name, value) = undeclared
                .flatten()
                .find(|(name, _)| !place.declares(name))
                .map_or(("extra", json!("x")), |(name, value)| {
                    (name.as_str(), value.clone())
                });
            let mut more = members.clone();
            more.insert(name.to_owned(), value);
            found.push(Value::Object(more));
        }
        _ => {}
    }
    found
}

/// The place's schema together with what the edge asks for.
pub(super) fn narrowed(aim: &Aim, place: &Place) -> Option<Arena> {
    // Edges that are one value each have no others.
    if matches!(
        aim.edge,
        Edge::Choice(_) | Edge::Flag(_) | Edge::Number(_) | Edge::Together(_)
    ) {
        return None;
    }
    let marks = Marks::Obeyed;
    narrow(place, marks, &[], |own| {
        conditions(aim, place, own).map(|condition| vec![condition])
    })
}

fn conditions(aim: &Aim, place: &Place, own: &Map<String, Value>) -> Option<Value> {
    let without = |names: &mut dyn Iterator<Item = &String>| -> Value {
        let closed: Map<String, Value> = names
            .map(|name| (name.clone(), Value::Bool(false)))
            .collect();
        json!({ "type": "object", "properties": closed })
    };
    Some(match &aim.edge {
        Edge::Kind("number") => json!({ "type": "number", "not": { "multipleOf": 1 } }),
        Edge::Kind(name) => json!({ "type": name }),
        Edge::Length(count) => {
            json!({ "type": "string", "minLength": count, "maxLength": count })
        }
        Edge::Items(count) => json!({ "type": "array", "minItems": count, "maxItems": count }),
        Edge::Members(count) => {
            json!({ "type": "object", "minProperties": count, "maxProperties": count })
        }
        Edge::Wanted(count) => json!({
            "type": "array", "contains": own.get("contains")?, "minContains": count, "maxContains": count
        }),
        Edge::Branch(index) => own.get(aim.keyword)?.get(index)?.clone(),
        Edge::Taken(true) => own.get("if")?.clone(),
        Edge::Taken(false) => json!({ "not": own.get("if")? }),
        Edge::Present(name) => json!({ "type": "object", "required": [name] }),
        Edge::Absent(name) => without(&mut std::iter::once(name)),
        Edge::Bare => without(&mut place.optional()),
        Edge::Whole => {
            let names: Vec<&String> = place.travelling().collect();
            json!({ "type": "object", "required": names })
        }
        Edge::Undeclared => {
            let mut closed = Map::new();
            for keyword in ["properties", "patternProperties"] {
                if let Some(Value::Object(members)) = own.get(keyword) {
                    let names = members.keys().map(|name| (name.clone(), Value::Bool(true)));
                    closed.insert(keyword.to_owned(), Value::Object(names.collect()));
                }
            }
            closed.insert("additionalProperties".to_owned(), Value::Bool(false));
            json!({ "type": "object", "not": closed })
        }
        Edge::Patterned(index) => {
            let patterns = own.get("patternProperties")?.as_object()?;
            let (pattern, _) = patterns.iter().nth(*index)?;
            json!({ "type": "object", "not": { "patternProperties": { pattern: false } } })
        }
        Edge::Kept => match aim.keyword {
            "uniqueItems" => json!({ "type": "array", "minItems": 2 }),
            "propertyNames" => json!({ "type": "object", "minProperties": 1 }),
            "format" | "pattern" => json!({ "type": "string" }),
            "multipleOf" => json!({ "type": "number" }),
            _ => return None,
        },
        Edge::Choice(_) | Edge::Flag(_) | Edge::Number(_) | Edge::Together(_) => return None,
    })
}

/// A plain value of a type.
fn plain(name: &str) -> Value {
    match name {
        "null" => Value::Null,
        "boolean" => json!(true),
        "integer" => json!(1),
        "number" => json!(0.5),
        "string" => json!("text"),
        "array" => json!([]),
        _ => json!({}),
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>) -> Value {
    let members = members.map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(members.collect())
}

/// The object with all of these members, taken from the samples where it has them not; `None` where
/// one of them is nowhere to be found.
fn with(node: &Value, samples: &[&Value], names: &[&String]) -> Option<Value> {
    let mut made = node.as_object()?.clone();
    for name in names {
        if !made.contains_key(*name) {
            let value = samples
                .iter()
                .find_map(|sample| sample.get(name.as_str()))?;
            made.insert((*name).clone(), value.clone());
        }
    }
    Some(Value::Object(made))
}
