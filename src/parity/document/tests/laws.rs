//! Laws: what holds for any two schemas.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{compared, told};
use crate::document::Document;
use crate::generate::{Boundary, Generator};
use crate::parity::document::{Comparison, Evidence, Grade, Kind, Version};
use crate::schema::{Dialect, Direction, Schema, SchemaSet};
use crate::seed::Seed;

/// Lengths, bounds and counts.
const COUNT: std::ops::Range<u8> = 0..6;

/// Schemas of all sorts, three levels deep.
fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (COUNT, COUNT).prop_map(
            |(least, more)| json!({"type": "string", "minLength": least, "maxLength": least + more})
        ),
        (COUNT, COUNT).prop_map(
            |(least, more)| json!({"type": "integer", "minimum": least, "maximum": least + more})
        ),
        Just(json!({"type": "string"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "number", "exclusiveMinimum": 2})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "string", "format": "date"})),
        Just(json!({"const": 4})),
        (COUNT, COUNT, COUNT).prop_map(|(length, least, more)| json!({
            "type": ["string", "integer", "null"], "maxLength": length, "minimum": least, "maximum": least + more
        })),
        Just(json!({"not": {"type": "string"}})),
        prop::sample::subsequence(vec!["x", "y", "z"], 1..3)
            .prop_map(|values| json!({"type": "string", "enum": values})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let names = prop::sample::subsequence(vec!["a", "b", "c"], 0..3);
        let object = (
            prop::collection::btree_map("[abc]", inner.clone(), 0..3),
            names,
            prop::option::of(prop_oneof![Just(json!(false)), inner.clone()]),
        );
        let object = object.prop_map(|(properties, required, others)| {
            // What is required is declared, so that there are instances.
            let required: Vec<&str> = required
                .into_iter()
                .filter(|name| properties.contains_key(*name))
                .collect();
            let mut schema = json!({"type": "object", "properties": properties, "required": required});
            if let Some(others) = others {
                schema["additionalProperties"] = others;
            }
            schema
        });
        let array = (inner.clone(), COUNT, prop::bool::ANY).prop_map(|(items, most, unique)| {
            json!({"type": "array", "items": items, "maxItems": most, "uniqueItems": unique})
        });
        prop_oneof![
            3 => object,
            1 => array,
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"anyOf": parts})),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"oneOf": parts})),
            1 => inner.clone().prop_map(|part| json!({"allOf": [part], "description": "words"})),
            1 => (prop::sample::select(vec!["string", "object", "integer"]), inner.clone(), inner)
                .prop_map(|(name, then, otherwise)| json!({"if": {"type": name}, "then": then, "else": otherwise})),
        ]
    })
}

/// Puts each schema below into the components with a reference to it, and turns every order around.
fn rewritten(schema: &Value, components: &mut Map<String, Value>) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut made = Map::new();
    for (keyword, value) in members.iter().rev() {
        let value = match (&**keyword, value) {
            ("properties", Value::Object(properties)) => {
                let all = properties.iter().rev();
                let all = all.map(|(name, schema)| (name.clone(), apart(schema, components)));
                Value::Object(all.collect())
            }
            ("items" | "additionalProperties" | "if" | "then" | "else" | "not", schema) => {
                apart(schema, components)
            }
            ("anyOf" | "oneOf" | "allOf", Value::Array(parts)) => parts
                .iter()
                .rev()
                .map(|part| apart(part, components))
                .collect(),
            ("required" | "enum" | "type", Value::Array(names)) => {
                names.iter().rev().cloned().collect()
            }
            (_, other) => other.clone(),
        };
        made.insert(keyword.clone(), value);
    }
    Value::Object(made)
}

fn apart(schema: &Value, components: &mut Map<String, Value>) -> Value {
    if !schema.is_object() {
        return schema.clone();
    }
    let made = rewritten(schema, components);
    let name = format!("S{}", components.len());
    components.insert(name.clone(), made);
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Writes a schema, and all in it, in other words that mean the same; which ones, the dice say.
fn reworded(schema: &Value, dice: &mut impl FnMut() -> u8) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut made = Map::new();
    for (keyword, value) in members {
        let value = match (&**keyword, value) {
            ("properties", Value::Object(properties)) => {
                let all = properties.iter();
                let all = all.map(|(name, schema)| (name.clone(), reworded(schema, dice)));
                Value::Object(all.collect())
            }
            ("items" | "additionalProperties" | "if" | "then" | "else", schema) => {
                reworded(schema, dice)
            }
            ("anyOf" | "oneOf" | "allOf", Value::Array(parts)) => {
                parts.iter().map(|part| reworded(part, dice)).collect()
            }
            (_, other) => other.clone(),
        };
        made.insert(keyword.clone(), value);
    }
    let is =
        |made: &Map<String, Value>, name: &str| made.get("type").is_some_and(|known| known == name);
    match dice() % 8 {
        0 if is(&made, "integer") => {
            made.insert("multipleOf".to_owned(), json!(1));
        }
        1 if is(&made, "integer") => {
            if let Some(most) = made.remove("maximum") {
                made.insert("maximum".to_owned(), json!(most.as_f64().unwrap() + 0.5));
            }
        }
        2 if is(&made, "object") => {
            made.insert("patternProperties".to_owned(), json!({}));
            made.insert("dependentRequired".to_owned(), json!({"a": []}));
        }
        3 => {
            if let Some(Value::String(name)) = made.get("type").cloned() {
                made.insert("type".to_owned(), json!([name]));
            }
        }
        4 => {
            if let Some(only) = made.remove("const") {
                made.insert("enum".to_owned(), json!([only]));
            }
        }
        5 if is(&made, "string") => {
            made.entry("minLength").or_insert(json!(0));
        }
        _ => {
            made.insert("description".to_owned(), json!("words"));
        }
    }
    let made = Value::Object(made);
    match dice() % 6 {
        0 => json!({"allOf": [made]}),
        1 => json!({"anyOf": [made], "title": "one"}),
        2 => json!({"not": {"not": made}}),
        3 => json!({"allOf": [true, made]}),
        _ => made,
    }
}

/// Whether nothing in a schema depends on what the instance is.
fn is_plain(schema: &Value) -> bool {
    let text = schema.to_string();
    let several = ["anyOf", "oneOf", "\"if\"", "\"not\""];
    !several.iter().any(|keyword| text.contains(keyword))
}

/// The same as a union: of a schema for each type, of both sides of a condition, of each number.
fn type_by_type(schema: Map<String, Value>) -> Value {
    if let (Some(condition), Some(then), Some(otherwise)) =
        (schema.get("if"), schema.get("then"), schema.get("else"))
        && [then, otherwise].into_iter().all(is_plain)
    {
        return json!({"anyOf": [
            {"allOf": [condition, then]},
            {"allOf": [{"not": condition}, otherwise]},
        ]});
    }
    if let Some(Value::Array(names)) = schema.get("type") {
        let of_type = |name: &Value| {
            let mut only = schema.clone();
            only.insert("type".to_owned(), name.clone());
            Value::Object(only)
        };
        return json!({"oneOf": names.iter().map(of_type).collect::<Vec<_>>()});
    }
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_i64);
    match (schema.get("type"), bound("minimum"), bound("maximum")) {
        (Some(name), Some(least), Some(most)) if name == "integer" => {
            json!({"enum": (least..=most).collect::<Vec<_>>()})
        }
        _ => Value::Object(schema),
    }
}

/// A document with the schema in a request and an answer.
fn document(schema: &Value, components: &Map<String, Value>) -> String {
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"post": {
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "ok", "content": content}},
        }}},
        "components": {"schemas": components},
    })
    .to_string()
}

fn compared_schemas(old: &Value, new: &Value) -> Comparison {
    let none = Map::new();
    super::compare(
        &read("old.json", &document(old, &none)),
        &read("new.json", &document(new, &none)),
        super::Limits::default(),
    )
}

/// Generated documents may have schemas that nothing satisfies.
fn read(name: &str, text: &str) -> crate::spec::Spec {
    crate::spec::Spec::from_text(name, text).unwrap()
}

fn schema(value: &Value) -> Schema {
    let document = Document::from_value("schema.json", value.clone());
    SchemaSet::of_schema(document, Dialect::OpenApi31)
}

/// An instance of one schema that the other refuses, if a few that are drawn show one.
fn refused(accepts: &Value, refuses: &Value) -> Option<Value> {
    let generator = Generator::new(&schema(accepts)).ok()?;
    let judge = schema(refuses).validator().ok()?;
    let drawn = generator.series(Seed::new(7)).take(12);
    let edges = generator.boundary(24).into_iter();
    let edges = edges
        .filter(Boundary::is_valid)
        .map(|edge| edge.value().clone());
    drawn.chain(edges).find(|value| !judge.is_valid(value))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_is_the_same_as_itself_however_it_is_written(schema in schemas()) {
        let plain = document(&schema, &Map::new());
        let mut components = Map::new();
        let written = rewritten(&schema, &mut components);
        let written = document(&written, &components);
        for (old, new) in [(&plain, &plain), (&plain, &written), (&written, &plain)] {
            let comparison = super::compare(&read("old.json", old), &read("new.json", new), super::Limits::default());
            prop_assert!(comparison.changes.is_empty(), "{:?}\n{old}\n{new}", told(&comparison));
        }
    }

    #[test]
    fn a_document_is_the_same_as_itself_in_other_words(schema in schemas(), rolls in prop::collection::vec(any::<u8>(), 32)) {
        let mut rolls = rolls.into_iter().cycle();
        let split = schema.as_object().cloned().map(type_by_type);
        let written = if rolls.next().is_some_and(|roll| roll % 2 == 0) { split.unwrap() } else { schema.clone() };
        let written = reworded(&written, &mut || rolls.next().unwrap_or_default());
        let (plain, written) = (document(&schema, &Map::new()), document(&written, &Map::new()));
        for (old, new) in [(&plain, &written), (&written, &plain)] {
            let comparison = super::compare(&read("old.json", old), &read("new.json", new), super::Limits::default());
            prop_assert!(comparison.changes.is_empty(), "{:?}\n{old}\n{new}", told(&comparison));
        }
    }

    #[test]
    fn what_is_refused_now_is_told(old in schemas(), new in schemas()) {
        let comparison = compared_schemas(&old, &new);
        let is_lenient = comparison.changes.iter().any(|change| {
            // A property that nobody knew is graded by whether anybody sent it.
            matches!(change.kind, Kind::PropertyAdded | Kind::RequiredPropertyAdded)
        });
        let harms = |direction| comparison.changes.iter().any(|change| {
            change.grade >= Grade::Unclear && change.direction == Some(direction)
        });
        if let Some(value) = refused(&old, &new) {
            prop_assert!(harms(Direction::Request) || is_lenient, "{value} in a request: {:?}", told(&comparison));
        }
        if let Some(value) = refused(&new, &old) {
            let is_lenient = comparison.changes.iter().any(|change| change.kind == Kind::PropertyRemoved);
            prop_assert!(harms(Direction::Response) || is_lenient, "{value} in an answer: {:?}", told(&comparison));
        }
    }

    #[test]
    fn what_is_shown_is_so(old in schemas(), new in schemas()) {
        let comparison = compared_schemas(&old, &new);
        let judges = [schema(&old).validator().unwrap(), schema(&new).validator().unwrap()];
        for change in &comparison.changes {
            prop_assert_eq!(change.evidence == Evidence::Shown, change.witness.is_some());
            let Some(witness) = change.witness.as_ref().filter(|witness| witness.at.is_root()) else {
                continue;
            };
            let accepted = [judges[0].is_valid(&witness.value), judges[1].is_valid(&witness.value)];
            let expected = [witness.accepted_by == Version::Old, witness.accepted_by == Version::New];
            prop_assert_eq!(accepted, expected, "{:?}", change);
        }
    }
}

#[test]
fn a_change_of_one_word_is_one_change() {
    let base = |word: &str, most: u8| {
        format!(
            "{{type: object, required: [{word}], properties: {{a: {{type: string, maxLength: {most}}}, b: {{type: array, items: {{enum: [x, y]}}}}}}}}"
        )
    };
    let told = |old: &str, new: &str| {
        told(&compared(
            &super::document("3.1.0", old, "{}"),
            &super::document("3.1.0", new, "{}"),
        ))
    };
    assert_eq!(
        told(&base("a, b", 5), &base("a", 5)),
        [
            "request compatible property-became-optional /b",
            "response breaking property-became-optional /b"
        ]
    );
    assert_eq!(
        told(&base("a", 5), &base("a", 6)),
        [
            "request compatible length-changed /a",
            "response breaking length-changed /a"
        ]
    );
    let listed = base("a", 5).replace("[x, y]", "[x, y, z]");
    assert_eq!(
        told(&base("a", 5), &listed),
        [
            "request compatible values-added /b/*",
            "response breaking values-added /b/*"
        ]
    );
}
