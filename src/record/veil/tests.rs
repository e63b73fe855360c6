//! What the veil shows of single values, and its laws.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::document::Document;
use crate::record::marks::{MarkedNames, Told, mask};
use crate::schema::{Dialect, Schema, SchemaSet};

fn schema(value: Value) -> Schema {
    SchemaSet::of_schema(Document::from_value("s", value), Dialect::Draft202012)
}

/// The body as it is shown, and the veil of an answer that has it.
fn veiled(body: &Value, schema: &Schema) -> (Value, Veil) {
    let (mut shown, mut found) = (body.clone(), Found::default());
    let names = MarkedNames::new();
    mask(&mut shown, &Told::of(Some(schema), &names), &mut found);
    let veil = Veil::over(
        Redactor::default(),
        Found::default(),
        found,
        Fields {
            marked: BTreeSet::from(["x-phone".to_owned()]),
            values: BTreeSet::from(["5".to_owned(), "a b".to_owned()]),
        },
    );
    (shown, veil)
}

#[test]
fn a_single_value_is_masked_as_it_is_in_its_body() {
    let schema = schema(json!({
        "properties": {
            "phone": {"x-pii": true}, "flag": {"x-pii": true}, "list": {"x-pii": true}, "home": {"x-pii": true},
            "people": {"items": {"properties": {"age": {"x-pii": true}}}},
            "by": {"additionalProperties": {"properties": {"age": {"x-pii": true}}}},
        }
    }));
    let id = "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d";
    let body = json!({
        "phone": 5_551_234, "flag": true, "list": [1, 2], "home": {"lat": 1.5, "at": [true]},
        "people": [{"age": 7, "n": 7}], "by": {"x": {"age": 7, "n": 7}}, "n": 7, "flags": true, "none": null,
        "token": "t", "tokens": [1, {"a": "b"}], "max_tokens": 5, "sid": "s",
    });
    let (_, veil) = veiled(&body, &schema);
    for (place, value, expected) in [
        ("/phone", json!(5_551_234), json!("***")),
        ("/flag", json!(true), json!("***")),
        ("/flag", json!(null), json!(null)),
        ("/list", json!([1, 2]), json!("***")),
        ("/list/*", json!(1), json!("***")),
        ("/home", json!({"lat": 1.5}), json!("***")),
        ("/home/lat", json!(1.5), json!("***")),
        ("/home/at/0", json!(true), json!("***")),
        ("/home", json!(id), json!(id)),
        (
            "/people",
            json!([{"age": 7, "n": 7}]),
            json!([{"age": "***", "n": 7}]),
        ),
        (
            "/people/*",
            json!({"age": 7, "n": 7}),
            json!({"age": "***", "n": 7}),
        ),
        (
            "/by/*",
            json!({"age": 7, "n": 7}),
            json!({"age": "***", "n": 7}),
        ),
        ("/n", json!(7), json!(7)),
        ("/flags", json!(true), json!(true)),
        ("/token", json!("t"), json!("***")),
        (
            "/tokens",
            json!([1, {"a": "b"}]),
            json!(["***", {"a": "***"}]),
        ),
        ("/tokens/*/a", json!("b"), json!("***")),
        (
            "/not/there/password",
            json!(["1", "b"]),
            json!(["***", "***"]),
        ),
        ("/max_tokens", json!(5), json!(5)),
        ("x-phone", json!("5"), json!("***")),
        ("set-cookie", json!("a=b"), json!("***")),
        (
            "location",
            json!("/cb?access_token=b"),
            json!("/cb?access_token=***"),
        ),
        ("etag", json!("b"), json!("b")),
        ("/a type", json!("no password"), json!("no password")),
    ] {
        assert_eq!(
            veil.show(&Spot::of_place(place), &value),
            expected,
            "{place}"
        );
    }
    for (expression, value, expected) in [
        ("$response.body#/phone", json!(5_551_234), json!("***")),
        ("$request.body#/phone", json!(5_551_234), json!(5_551_234)),
        (
            "$response.body",
            json!({"phone": 1, "n": 2}),
            json!({"phone": "***", "n": 2}),
        ),
        ("$response.header.X-Phone", json!("5"), json!("***")),
        ("$inputs.secret", json!(7), json!("***")),
        ("$statusCode", json!(200), json!(200)),
    ] {
        let spot = Spot::of_expression(expression);
        assert_eq!(veil.show(&spot, &value), expected, "{expression}");
    }
    assert_eq!(
        veil.about_field("`5`: 5 is less than 50, `a b`"),
        "`***`: *** is less than 50, `***`"
    );
    assert_eq!(
        veil.lines("$response.body#/phone is 5551234\n$response.body#/n is 7\nnothing is 5551234"),
        "$response.body#/phone is \"***\"\n$response.body#/n is 7\nnothing is 5551234"
    );
}

/// A text that stands nowhere by chance.
fn telling() -> impl Strategy<Value = String> {
    "[a-z]{3}[0-9]{2}[A-Z\"&<%+ä]{2}[a-z0-9]{3,6}"
}

/// A value of JSON, whose names are no credentials'.
fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u32..2_000_000_000).prop_map(Value::from),
        telling().prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A schema that marks these ways, whose steps are names or `*`.
fn marking(ways: &[Vec<String>]) -> Value {
    let all = ways.iter().map(|way| {
        let mark = way.len() % 2 == 0;
        let leaf = if mark {
            json!({"x-pii": true})
        } else {
            json!({"writeOnly": true})
        };
        way.iter().rev().fold(leaf, |below, step| match &**step {
            "*" => json!({"items": below}),
            name => json!({"properties": {name: below}}),
        })
    });
    json!({"allOf": all.collect::<Vec<_>>()})
}

/// The texts in what is marked, and whether a way is.
fn texts(value: &Value, at: &mut Vec<String>, ways: &[Vec<String>], found: &mut [Vec<String>; 2]) {
    let is_marked = ways.iter().any(|way| at.starts_with(way));
    match value {
        Value::String(text) => found[usize::from(is_marked)].push(text.clone()),
        Value::Array(items) => {
            at.push("*".to_owned());
            for item in items {
                texts(item, at, ways, found);
            }
            at.pop();
        }
        Value::Object(members) => {
            for (name, value) in members {
                at.push(name.clone());
                texts(value, at, ways, found);
                at.pop();
            }
        }
        _ => {}
    }
}

/// A value without what stands on marked ways.
fn unmarked(value: &Value, at: &mut Vec<String>, ways: &[Vec<String>]) -> Value {
    if ways.iter().any(|way| at.starts_with(way)) && !value.is_null() {
        return json!("***");
    }
    match value {
        Value::Array(items) => {
            at.push("*".to_owned());
            let items = items.iter().map(|item| unmarked(item, at, ways)).collect();
            at.pop();
            items
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                at.push(name.clone());
                let value = unmarked(value, at, ways);
                at.pop();
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        scalar => scalar.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_marked_is_never_written_and_the_rest_stays(
        body in value(),
        ways in prop::collection::vec(prop::collection::vec("[a-d*]", 1..4), 0..4),
    ) {
        let schema = schema(marking(&ways));
        let (shown, veil) = veiled(&body, &schema);
        prop_assert_eq!(&shown, &unmarked(&body, &mut Vec::new(), &ways));
        let mut found = [Vec::new(), Vec::new()];
        texts(&body, &mut Vec::new(), &ways, &mut found);
        let [plain, marked] = &found;
        let alone = veil.show(&Spot::of_place(""), &body);
        let sentence = format!("it was {body} and {}", marked.join(" & "));
        for written in [shown.to_string(), alone.to_string(), veil.text(&sentence), veil.lines(&sentence)] {
            for text in marked {
                let escaped = json!(text).to_string();
                prop_assert!(!written.contains(text) && !written.contains(escaped.trim_matches('"')), "{}", written);
            }
        }
        for text in plain.iter().filter(|text| !marked.iter().any(|marked| text.contains(&**marked))) {
            prop_assert!(alone.to_string().contains(&json!(text).to_string()), "{}", text);
        }
        // Once is enough.
        let (again, _) = veiled(&shown, &schema);
        prop_assert_eq!(&again, &shown);
        prop_assert_eq!(&veil.show(&Spot::of_place(""), &alone), &alone);
        let once = veil.text(&sentence);
        prop_assert_eq!(&veil.text(&once), &once);
    }

    #[test]
    fn what_is_shown_of_a_member_is_what_is_shown_of_it_in_its_body(
        body in value(),
        ways in prop::collection::vec(prop::collection::vec("[a-d*]", 1..4), 0..4),
    ) {
        let (_, veil) = veiled(&body, &schema(marking(&ways)));
        let all = veil.show(&Spot::of_place(""), &body);
        for name in ["a", "b", "c", "d"] {
            let pointer = Pointer::root().join(name);
            if let (Some(value), Some(shown)) = (pointer.find(&body), pointer.find(&all)) {
                prop_assert_eq!(&veil.show(&Spot::of_place(pointer.as_str()), value), shown);
            }
        }
    }
}
