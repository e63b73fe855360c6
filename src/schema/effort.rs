//! Effort: how many schemas are asked when one value is judged, and which schemas ask so many that no
//! judge comes to an end. `oneOf: [A, A]` asks `A` twice; a chain of forty of them asks the last one
//! 2^40 times. Of what is repeated to no effect one is counted, as only one is asked.

use serde_json::Value;

use super::Dialect;
use super::repeat::repeats;
use super::survey::{Place, Survey};
use crate::document::Document;

/// How many schemas may be asked about one value.
pub(super) const LIMIT: u64 = 20_000;

/// Keywords whose schemas are asked about the same value: lists, maps and single ones.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const MAPS: [&str; 2] = ["dependentSchemas", "dependencies"];
const SINGLES: [&str; 4] = ["not", "if", "then", "else"];

/// How far the count of a schema is.
#[derive(Clone, Copy)]
enum Effort {
    Unknown,
    /// Being counted: a way back to it asks nothing new.
    Open,
    Known(u64),
}

/// The innermost schemas that ask more than [`LIMIT`] schemas about one value.
pub(super) fn excessive<'a>(
    documents: &[(Document, Dialect)],
    survey: &'a Survey,
) -> Vec<&'a Place> {
    let parts: Vec<Vec<usize>> = survey
        .schemas
        .iter()
        .map(|place| parts(documents, survey, place))
        .collect();
    let mut efforts = vec![Effort::Unknown; parts.len()];
    let mut found = Vec::new();
    for start in 0..parts.len() {
        let mut path = vec![start];
        while let Some(number) = path.last().copied() {
            let below = parts.get(number).map_or(&[][..], Vec::as_slice);
            let effort = |other: &usize| efforts.get(*other).copied();
            if let Some(Effort::Known(_)) = effort(&number) {
                path.pop();
                continue;
            }
            let is_new = matches!(effort(&number), Some(Effort::Unknown));
            let open: Vec<usize> = below
                .iter()
                .copied()
                .filter(|other| is_new && matches!(effort(other), Some(Effort::Unknown)))
                .collect();
            let sum = below.iter().fold(1u64, |sum, other| match effort(other) {
                Some(Effort::Known(effort)) => sum.saturating_add(effort),
                _ => sum,
            });
            let next = if open.is_empty() {
                path.pop();
                // Who refers to what cannot be judged fails because of that.
                let is_excessive = sum > LIMIT;
                found.extend(is_excessive.then_some(number));
                Effort::Known(if is_excessive { 1 } else { sum })
            } else {
                path.extend(open);
                Effort::Open
            };
            if let Some(slot) = efforts.get_mut(number) {
                *slot = next;
            }
        }
    }
    found.sort_unstable();
    found
        .into_iter()
        .filter_map(|number| survey.schemas.get_index(number))
        .collect()
}

/// The numbers of the schemas that a schema asks about the same value.
fn parts(documents: &[(Document, Dialect)], survey: &Survey, place: &Place) -> Vec<usize> {
    let number = |place: &Place| survey.schemas.get_index_of(place);
    let target = survey.targets.get(place);
    let mut found: Vec<usize> = target
        .and_then(|target| number(&target.place))
        .into_iter()
        .collect();
    let schema = documents.get(place.0);
    let Some((members, dialect)) = schema
        .and_then(|(document, dialect)| Some((document.node(&place.1)?.as_object()?, dialect)))
    else {
        return found;
    };
    if dialect.ignores_siblings() && members.get("$ref").is_some_and(Value::is_string) {
        return found;
    }
    let below = |keyword: &str| place.1.join(keyword);
    for keyword in LISTS {
        if let Some(Value::Array(items)) = members.get(keyword) {
            let list = below(keyword);
            let repeats = repeats(keyword, items);
            let items = (0..items.len()).filter(|index| !repeats.contains(index));
            let items = items.map(|index| (place.0, list.index(index)));
            found.extend(items.filter_map(|item| number(&item)));
        }
    }
    for keyword in MAPS {
        if let Some(Value::Object(items)) = members.get(keyword) {
            let map = below(keyword);
            let items = items.keys().map(|name| (place.0, map.join(name)));
            found.extend(items.filter_map(|item| number(&item)));
        }
    }
    for keyword in SINGLES {
        if members.contains_key(keyword) {
            found.extend(number(&(place.0, below(keyword))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::code::Code;
    use crate::schema::SchemaSet;

    fn chain(depth: usize, link: impl Fn(Value) -> Value) -> Value {
        let mut definitions = Map::from_iter([("a0".to_owned(), json!({"type": "object"}))]);
        for number in 1..=depth {
            let before = json!({ "$ref": format!("#/$defs/a{}", number - 1) });
            definitions.insert(format!("a{number}"), link(before));
        }
        json!({ "$ref": format!("#/$defs/a{depth}"), "$defs": definitions })
    }

    type Link = Box<dyn Fn(Value) -> Value>;

    #[test]
    fn schemas_that_multiply_are_refused_with_a_reason() {
        // With something in it so that the second says more than the first.
        let twice = |keyword: &'static str| {
            move |mut part: Value| {
                let first = part.clone();
                part["title"] = json!("again");
                json!({ keyword: [first, part] })
            }
        };
        let links: [(&str, Link); 5] = [
            ("allOf", Box::new(twice("allOf"))),
            ("anyOf", Box::new(twice("anyOf"))),
            ("oneOf", Box::new(twice("oneOf"))),
            (
                "not",
                Box::new(|part| json!({"not": {"oneOf": [part, part]}})),
            ),
            (
                "if",
                Box::new(|part| json!({"if": part, "then": part, "else": part})),
            ),
        ];
        for (name, link) in links {
            let document = Document::from_value("schema.json", chain(40, &link));
            let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
            let error = schema.validator().map(|_| ()).unwrap_err();
            assert!(error.message.contains("20000 schemas"), "{name}: {error}");
            let defects = schema.set().defects();
            assert!(
                defects
                    .iter()
                    .any(|defect| defect.code == Code::INVALID_SCHEMA)
            );
            // As deep, but not as wide.
            let document = Document::from_value("schema.json", chain(7, &link));
            let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
            assert!(schema.validator().is_ok(), "{name}");
        }
    }

    #[test]
    fn what_is_repeated_is_asked_once() {
        for keyword in ["allOf", "anyOf"] {
            let document = Document::from_value(
                "schema.json",
                chain(40, |part| json!({ keyword: [part, part] })),
            );
            let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
            let judge = schema.validator().unwrap();
            assert!(judge.is_valid(&json!({})) && !judge.is_valid(&json!(1)));
        }
    }

    #[test]
    fn long_chains_wide_unions_and_circles_are_no_effort() {
        let long = chain(5_000, |part| part);
        let wide = json!({"anyOf": vec![json!({"type": "string"}); 3_000]});
        let circle = json!({"allOf": [{"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "object"}]}, {"$ref": "#"}]});
        for value in [long, wide, circle] {
            let document = Document::from_value("schema.json", value);
            let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
            assert!(schema.set().defects().is_empty());
        }
    }
}
