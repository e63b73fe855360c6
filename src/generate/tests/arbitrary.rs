//! Arbitrary schemas: whatever the keywords say together, nothing mislabelled comes out.

use proptest::prelude::*;

use super::*;

/// One keyword with an argument that fits it.
fn keyword(inner: BoxedStrategy<Value>) -> impl Strategy<Value = (String, Value)> {
    let kinds = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    let kind = prop::sample::select(kinds.to_vec());
    let count = 0..5u8;
    let number = prop_oneof![
        (-20..20i64).prop_map(Value::from),
        prop::sample::select(vec![
            json!(0.1),
            json!(2.5),
            json!(-1e-7),
            json!(1e30),
            json!(i64::MIN),
            json!(u64::MAX)
        ]),
    ];
    let step = prop::sample::select(vec![
        json!(1),
        json!(3),
        json!(0.1),
        json!(0.25),
        json!(1e-9),
        json!(7e20),
    ]);
    let scalar = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(1),
        json!(1.0),
        json!("a"),
        json!("bb"),
        json!([]),
        json!({"a": 1}),
    ]);
    let pattern = prop::sample::select(vec![
        "^a",
        "b$",
        "^[a-c]{2,4}$",
        "[0-9]",
        "^(?!x)",
        "\\S",
        "^\\p{L}+$",
        "^$",
    ]);
    let format = prop::sample::select(vec![
        "uuid", "date", "email", "ipv4", "uri", "byte", "int32", "int64", "other",
    ]);
    let name = prop::sample::select(vec!["a", "b", "c", "ab", "a/b~"]);
    let schemas = prop::collection::vec(inner.clone(), 1..3).prop_map(Value::from);
    let members = prop::collection::btree_map(name.clone(), inner.clone(), 0..3)
        .prop_map(|members| {
            members
                .into_iter()
                .map(|(name, schema)| (name.to_owned(), schema))
                .collect::<serde_json::Map<_, _>>()
        })
        .prop_map(Value::from);
    let names = prop::collection::btree_set(name.clone(), 1..3)
        .prop_map(|names| Value::from(names.into_iter().collect::<Vec<_>>()));
    let sizes = [
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "minContains",
        "maxContains",
    ];
    let bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    let single = [
        "items",
        "additionalProperties",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "unevaluatedProperties",
        "unevaluatedItems",
    ];
    let named = |names: &[&'static str]| prop::sample::select(names.to_vec());
    prop_oneof![
        4 => kind.clone().prop_map(|kind| ("type".to_owned(), json!(kind))),
        1 => prop::collection::btree_set(kind, 1..4).prop_map(|kinds| ("type".to_owned(), json!(kinds))),
        4 => (named(&sizes), count).prop_map(|(keyword, count)| (keyword.to_owned(), json!(count))),
        3 => (named(&bounds), number).prop_map(|(keyword, number)| (keyword.to_owned(), number)),
        1 => step.prop_map(|step| ("multipleOf".to_owned(), step)),
        1 => scalar.clone().prop_map(|scalar| ("const".to_owned(), scalar)),
        1 => prop::collection::vec(scalar, 1..4).prop_map(|scalars| ("enum".to_owned(), json!(scalars))),
        1 => pattern.prop_map(|pattern| ("pattern".to_owned(), json!(pattern))),
        1 => format.prop_map(|format| ("format".to_owned(), json!(format))),
        1 => any::<bool>().prop_map(|set| ("uniqueItems".to_owned(), json!(set))),
        3 => (named(&single), inner).prop_map(|(keyword, schema)| (keyword.to_owned(), schema)),
        3 => (named(&["allOf", "anyOf", "oneOf", "prefixItems"]), schemas).prop_map(|(keyword, schemas)| (keyword.to_owned(), schemas)),
        4 => (named(&["properties", "properties", "dependentSchemas"]), members.clone()).prop_map(|(keyword, members)| (keyword.to_owned(), members)),
        1 => members.prop_map(|members| {
            let members = members.as_object().cloned().unwrap_or_default();
            let patterns: serde_json::Map<_, _> = members.into_iter().map(|(name, schema)| (format!("^{}", &name[..1]), schema)).collect();
            ("patternProperties".to_owned(), Value::from(patterns))
        }),
        2 => names.clone().prop_map(|names| ("required".to_owned(), names)),
        1 => (name, names).prop_map(|(name, names)| ("dependentRequired".to_owned(), json!({ name: names }))),
        1 => Just(("$ref".to_owned(), json!("#"))),
    ]
}

fn arbitrary() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![3 => Just(json!({})), 1 => any::<bool>().prop_map(Value::Bool)].boxed();
    let mut schema = leaf;
    for _ in 0..3 {
        let members = prop::collection::vec(keyword(schema), 0..5);
        schema = members
            .prop_map(|members| Value::Object(members.into_iter().collect()))
            .boxed();
    }
    schema
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn instances_of_any_schema_are_what_they_claim(value in arbitrary(), number in any::<u64>()) {
        let schema = schema(&value);
        let Ok(generator) = Generator::new(&schema) else { return Ok(()) };
        let validator = schema.validator().unwrap();
        let seed = Seed::new(number);
        for instance in generator.valid(seed).into_iter().chain(generator.minimal(seed)) {
            prop_assert!(validator.is_valid(&instance), "{}", instance);
        }
        for invalid in generator.invalid(seed, 12) {
            prop_assert!(is_labelled(&schema, &invalid), "{:?}", invalid);
        }
        for boundary in generator.boundary(24) {
            let valid = validator.is_valid(boundary.value());
            prop_assert_eq!(valid, boundary.is_valid(), "{:?}", boundary);
            if let Boundary::Invalid(invalid) = boundary {
                prop_assert!(is_labelled(&schema, &invalid), "{:?}", invalid);
            }
        }
    }
}
