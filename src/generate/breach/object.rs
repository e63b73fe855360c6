//! Breaches of object rules.

use serde_json::{Map, Value, json};

use super::super::dice::Dice;
use super::super::sample::Sample;
use super::super::site::{ITEM_LIMIT, Site};
use super::super::words;
use super::Proposal;

/// How many names that a pattern matches are tried.
const MOST_NAMES: usize = 8;

/// Objects near `members` that break a keyword.
pub(super) fn proposals(
    site: &Site,
    argument: &Value,
    members: &Map<String, Value>,
    dice: &mut Dice,
) -> Vec<Proposal> {
    let limit = argument
        .as_u64()
        .and_then(|limit| usize::try_from(limit).ok());
    match (site.keyword, limit) {
        ("required", _) => {
            let Some((_, name)) = &site.argument else {
                return Vec::new();
            };
            let mut fewer = members.clone();
            match fewer.shift_remove(name) {
                Some(_) => vec![Proposal::from(Value::Object(fewer))],
                None => Vec::new(),
            }
        }
        ("dependentRequired", _) => match &site.argument {
            Some((trigger, name)) => depending(argument, trigger, name, members),
            None => Vec::new(),
        },
        ("properties", _) => match &site.argument {
            Some((_, name)) => with(members, name, [json!("x"), json!(1), json!(null)]),
            None => Vec::new(),
        },
        ("patternProperties", _) => match &site.argument {
            Some((_, pattern)) => {
                let sample = Sample::of(pattern);
                let names = sample.texts(dice.clone()).take(MOST_NAMES);
                names
                    .flat_map(|name| with(members, &name, [json!("x"), json!(1), json!(null)]))
                    .collect()
            }
            None => Vec::new(),
        },
        ("additionalProperties" | "unevaluatedProperties", _) => {
            let mut found = Vec::new();
            // A declared name in another spelling is the likeliest mistake.
            if let Some(name) = members.keys().next() {
                found.extend(with(members, &name.to_uppercase(), [json!("x")]));
                found.extend(with(members, &format!("{name}_"), [json!("x")]));
            }
            for name in ["unexpected", "x", "Extra Member", &words::name(dice)] {
                found.extend(with(members, name, [json!("x"), json!(0), json!(null)]));
            }
            found
        }
        ("minProperties", Some(limit)) => {
            let kept = limit.saturating_sub(1);
            let start = members.len().saturating_sub(kept);
            vec![
                Proposal::from(Value::Object(part(members, 0, kept))),
                Proposal::from(Value::Object(part(members, start, kept))),
            ]
        }
        ("maxProperties", Some(limit)) if limit < ITEM_LIMIT => [json!("x"), json!(0), json!(true)]
            .into_iter()
            .map(|value| {
                let mut more = members.clone();
                for number in 0..=limit {
                    if more.len() > limit {
                        break;
                    }
                    more.insert(format!("extra{number}"), value.clone());
                }
                Proposal::from(Value::Object(more))
            })
            .collect(),
        ("propertyNames", _) => {
            let long = "n".repeat(300);
            let names = [
                "Not A Name!",
                "",
                "1",
                "x",
                "UPPER",
                "ünïcode",
                "a-b.c",
                &long,
            ];
            let value = members.values().next().cloned().unwrap_or(json!("x"));
            names
                .into_iter()
                .flat_map(|name| with(members, name, [value.clone(), json!("x")]))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Objects with the name that sets a rule off, and all that it asks for but one name.
fn depending(
    rules: &Value,
    trigger: &str,
    name: &str,
    members: &Map<String, Value>,
) -> Vec<Proposal> {
    let mut fewer = members.clone();
    fewer.shift_remove(name);
    if members.contains_key(trigger) {
        return vec![Proposal::from(Value::Object(fewer))];
    }
    let rule = rules.get(trigger).and_then(Value::as_array);
    let others: Vec<&str> = rule
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|other| *other != name)
        .collect();
    let values = [
        json!("x"),
        json!(1),
        json!(true),
        json!(null),
        json!({}),
        json!([]),
    ];
    let made = values.into_iter().map(|value| {
        let mut made = fewer.clone();
        for missing in others.iter().chain([&trigger]) {
            if !made.contains_key(*missing) {
                made.insert((*missing).to_owned(), value.clone());
            }
        }
        Proposal::from(Value::Object(made))
    });
    made.collect()
}

/// The object with one more member, once for each value.
fn with<const N: usize>(
    members: &Map<String, Value>,
    name: &str,
    values: [Value; N],
) -> Vec<Proposal> {
    if members.contains_key(name) {
        return Vec::new();
    }
    values
        .into_iter()
        .map(|value| {
            let mut more = members.clone();
            more.insert(name.to_owned(), value);
            Proposal {
                value: Value::Object(more),
                member: Some(name.to_owned()),
            }
        })
        .collect()
}

fn part(members: &Map<String, Value>, start: usize, count: usize) -> Map<String, Value> {
    members
        .iter()
        .skip(start)
        .take(count)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
