//! Boundary lists: complete, labelled truly, in order, and never twice the same.

use std::collections::{BTreeSet, HashSet};

use super::*;

/// The list of a schema, checked for what holds of every list.
fn list(value: &Value, limit: usize) -> Vec<Boundary> {
    let schema = schema(value);
    let validator = schema.validator().unwrap();
    let found = generator(value).boundary(limit);
    assert_eq!(found, generator(value).boundary(limit), "{value}");
    let mut seen = HashSet::new();
    for boundary in &found {
        let text = boundary.value().to_string();
        assert!(seen.insert(text.clone()), "twice: {text}");
        assert_eq!(
            validator.is_valid(boundary.value()),
            boundary.is_valid(),
            "{text}"
        );
        match boundary {
            Boundary::Valid(shown) => {
                let document = schema.set().document(0);
                assert!(document.node(&shown.schema.pointer).is_some(), "{shown:?}");
                assert!(
                    shown.value.pointer(shown.instance.as_str()).is_some(),
                    "{shown:?}"
                );
            }
            Boundary::Invalid(invalid) => assert!(is_labelled(&schema, invalid), "{invalid:?}"),
        }
    }
    found
}

/// The instances of one side, as text.
fn side(value: &Value, valid: bool) -> BTreeSet<String> {
    let found = list(value, 1_000).into_iter();
    found
        .filter(|boundary| boundary.is_valid() == valid)
        .map(|boundary| boundary.value().to_string())
        .collect()
}

#[test]
fn lists_have_none_one_two_and_many_items_and_as_many_wanted_ones_as_their_limits_say() {
    let count = |value: &Value, wanted: &Value| {
        let items: Vec<Value> = value.as_array().cloned().unwrap_or_default();
        (
            items.len(),
            items.iter().filter(|item| *item == wanted).count(),
        )
    };
    let valid = |value: &Value| -> Vec<Value> {
        let found = list(value, 1_000).into_iter();
        let found = found.filter(Boundary::is_valid);
        found.map(|boundary| boundary.value().clone()).collect()
    };
    for value in [
        json!({"type": "array", "items": {"type": "string"}}),
        json!({"type": "array"}),
    ] {
        let lengths: BTreeSet<usize> = valid(&value)
            .iter()
            .map(|value| count(value, &json!(0)).0)
            .collect();
        assert_eq!(lengths, BTreeSet::from([0, 1, 2, 3]), "{value}");
    }
    for (value, expected) in [
        (
            json!({"type": "array", "contains": {"const": 7}, "minContains": 2, "maxContains": 5}),
            vec![2, 3, 4, 5],
        ),
        (
            json!({"type": "array", "contains": {"const": 7}}),
            vec![1, 2],
        ),
        (
            json!({"type": "array", "contains": {"const": 7}, "maxContains": 2}),
            vec![1, 2],
        ),
        (
            json!({"type": "array", "contains": {"const": 7}, "minContains": 0, "maxContains": 3}),
            vec![0, 1, 2, 3],
        ),
    ] {
        let wanted: BTreeSet<usize> = valid(&value)
            .iter()
            .map(|value| count(value, &json!(7)).1)
            .collect();
        assert!(
            expected.iter().all(|count| wanted.contains(count)),
            "{value} {wanted:?}"
        );
    }
}

#[test]
fn what_is_left_out_of_a_list_is_counted() {
    let words: Vec<String> = (0..1_200).map(|number| format!("w{number}")).collect();
    let long = generator(&json!({ "enum": words })).edges(5_000, &Work::of(5_000));
    assert_eq!((long.left_out.by_limit, long.left_out.by_size), (0, 200));
    let value = json!({"type": "object", "required": ["a"], "properties": {
        "a": {"type": "integer", "minimum": 3, "maximum": 9}, "b": {"type": "string", "maxLength": 5}
    }});
    let whole = generator(&value).edges(1_000, &Work::of(1_000));
    assert_eq!(whole.left_out, LeftOut::default());
    let cut = generator(&value).edges(10, &Work::of(10));
    assert_eq!(cut.instances.len(), 10);
    assert!(
        cut.left_out.by_limit > 5 && cut.left_out.by_size == 0,
        "{:?}",
        cut.left_out
    );
    assert!(cut.left_out.by_limit <= whole.instances.len());
}

#[test]
fn both_sides_of_scalars_are_listed() {
    let rows: &[(Value, &[Value], &[Value])] = &[
        (
            json!({"enum": ["a", "b", null]}),
            &[json!("a"), json!("b"), json!(null)],
            &[json!("A")],
        ),
        (
            json!({"type": "boolean"}),
            &[json!(true), json!(false)],
            &[json!(null), json!(0), json!("true"), json!([]), json!({})],
        ),
        (
            json!({"type": "integer", "minimum": 3, "maximum": 9}),
            &[json!(3), json!(4), json!(8), json!(9)],
            &[json!(2), json!(10), json!(null)],
        ),
        (
            json!({"type": "integer", "minimum": 3, "exclusiveMaximum": 30, "multipleOf": 7}),
            &[json!(7), json!(14), json!(28), json!(21)],
            &[json!(0), json!(35)],
        ),
        (
            json!({"type": "number", "minimum": 0.1, "maximum": 0.3, "multipleOf": 0.1}),
            &[json!(0.1), json!(0.2), json!(0.3)],
            &[json!(0), json!(0.4)],
        ),
        (
            json!({"type": "integer", "format": "int64"}),
            &[
                json!(i64::MIN),
                json!(i64::MIN + 1),
                json!(i64::MAX),
                json!(i64::MAX - 1),
            ],
            // Out of range for readers of doubles, too.
            &[json!((1u64 << 63) + 4096)],
        ),
        (
            json!({"type": ["integer", "null"], "format": "int32"}),
            &[json!(null), json!(i32::MIN), json!(i32::MAX)],
            &[
                json!(i64::from(i32::MAX) + 1),
                json!(i64::from(i32::MIN) - 1),
            ],
        ),
        (
            json!({"type": "integer"}),
            &[
                json!(0),
                json!(-1),
                json!(i32::MAX),
                json!(i64::from(i32::MAX) + 1),
                json!(i64::MIN),
            ],
            &[json!(0.5)],
        ),
        (
            json!({"type": "number"}),
            &[json!(0.5), json!(0)],
            &[json!("0")],
        ),
    ];
    for (schema, valid, invalid) in rows {
        for (expected, is_valid) in [(valid, true), (invalid, false)] {
            let found = side(schema, is_valid);
            for value in *expected {
                assert!(
                    found.contains(&value.to_string()),
                    "{schema}: {value} of {found:?}"
                );
            }
        }
    }
}

#[test]
fn lengths_hold_together_with_patterns_and_formats() {
    for (schema, valid, invalid) in [
        (
            json!({"type": "string", "minLength": 2, "maxLength": 5}),
            &[2, 3, 4, 5][..],
            &[1, 6][..],
        ),
        (
            json!({"type": "string", "pattern": "^[A-Z]{2}([0-9]{3})*$", "minLength": 3, "maxLength": 20}),
            &[20],
            &[2, 23],
        ),
        (
            json!({"type": "string", "pattern": "^a*$", "minLength": 1, "maxLength": 7}),
            &[1, 2, 6, 7],
            &[0, 8],
        ),
    ] {
        let lengths = |is_valid| -> BTreeSet<usize> {
            list(&schema, 500)
                .iter()
                .filter(|boundary| boundary.is_valid() == is_valid)
                .filter(|boundary| match boundary {
                    Boundary::Valid(_) => true,
                    Boundary::Invalid(invalid) => invalid.single,
                })
                .filter_map(|boundary| Some(boundary.value().as_str()?.chars().count()))
                .collect()
        };
        let (kept, broken) = (lengths(true), lengths(false));
        assert!(
            valid.iter().all(|length| kept.contains(length)),
            "{schema}: {kept:?}"
        );
        assert!(
            invalid.iter().all(|length| broken.contains(length)),
            "{schema}: {broken:?}"
        );
    }
}

fn text(value: &Value) -> String {
    value.to_string()
}

#[test]
fn containers_are_empty_single_full_and_lack_each_member_once() {
    let schema = json!({
        "type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {
            "id": {"const": 1}, "a": {"const": 1}, "b": {"const": 1},
            "list": {"type": "array", "items": {"type": "integer"}, "maxItems": 4, "uniqueItems": true}
        }
    });
    let valid = list(&schema, 1_000);
    let has = |test: &dyn Fn(&Value) -> bool, is_valid: bool| {
        valid
            .iter()
            .any(|boundary| boundary.is_valid() == is_valid && test(boundary.value()))
    };
    assert!(has(&|value| *value == json!({"id": 1}), true));
    assert!(has(
        &|value| value.as_object().is_some_and(|members| members.len() == 4),
        true
    ));
    for count in [0, 1, 3, 4] {
        let is = |value: &Value| {
            value["list"]
                .as_array()
                .is_some_and(|items| items.len() == count)
        };
        assert!(has(&is, true), "{count}");
    }
    assert!(has(
        &|value| value["list"]
            .as_array()
            .is_some_and(|items| items.len() == 5),
        false
    ));
    assert!(has(
        &|value| text(&value["list"]).contains("[0,0]") || {
            let items = value["list"].as_array().cloned().unwrap_or_default();
            items.len() > 1 && items.first() == items.last()
        },
        false
    ));
    assert!(has(
        &|value| value.is_object() && value.get("id").is_none(),
        false
    ));
    // Pairs of optional members, one there and the other not.
    for (there, missing) in [("a", "b"), ("b", "a"), ("a", "list"), ("list", "b")] {
        let is = |value: &Value| value.get(there).is_some() && value.get(missing).is_none();
        assert!(has(&is, true), "{there} without {missing}");
    }
}

#[test]
fn each_branch_condition_and_pattern_is_taken() {
    let schema = json!({
        "type": "object",
        "required": ["pet"],
        "properties": {
            "pet": {"oneOf": [
                {"type": "object", "required": ["meows"], "properties": {"meows": {"enum": ["softly", "loudly"]}}, "additionalProperties": false},
                {"type": "object", "required": ["barks"], "properties": {"barks": {"type": "integer", "minimum": 2}}, "additionalProperties": false},
                {"type": "null"}
            ]},
            "kind": {"type": "string", "maxLength": 9}
        },
        "patternProperties": {"^x-": {"type": "integer"}},
        "if": {"required": ["kind"]}, "then": {"required": ["size"]}
    });
    let found = list(&schema, 1_000);
    let has = |test: &dyn Fn(&Value) -> bool| {
        found
            .iter()
            .any(|boundary| boundary.is_valid() && test(boundary.value()))
    };
    assert!(has(&|value| value["pet"].is_null()));
    assert!(has(&|value| value["pet"]["meows"] == json!("loudly")));
    assert!(has(&|value| value["pet"]["barks"] == json!(2)));
    assert!(has(&|value| value["pet"]["barks"] == json!(3)));
    assert!(has(
        &|value| value.get("kind").is_some() && value.get("size").is_some()
    ));
    assert!(has(&|value| value.get("kind").is_none()));
    let is_extension = |members: &serde_json::Map<String, Value>| {
        members.keys().any(|name| name.starts_with("x-"))
    };
    assert!(has(&|value| value.as_object().is_some_and(is_extension)));
}

#[test]
fn a_short_list_hits_each_keyword_before_any_twice() {
    let schema = json!({
        "type": "object", "required": ["a", "b", "c"], "properties": {
            "a": {"enum": [1, 2, 3, 4, 5, 6, 7, 8, 9]},
            "b": {"type": "string", "minLength": 3, "maxLength": 8},
            "c": {"type": "integer", "minimum": 5, "maximum": 50}
        }
    });
    let full = list(&schema, 1_000);
    for limit in [0, 1, 5, 14, 40] {
        assert_eq!(
            list(&schema, limit),
            full[..limit.min(full.len())],
            "{limit}"
        );
    }
    let keywords = |valid: bool| -> Vec<String> {
        let side = full.iter().filter(|boundary| boundary.is_valid() == valid);
        side.map(|boundary| match boundary {
            Boundary::Valid(shown) => shown.schema.pointer.to_string(),
            Boundary::Invalid(invalid) => {
                format!(
                    "{} {}",
                    invalid.mutation.schema.pointer, invalid.mutation.instance
                )
            }
        })
        .collect()
    };
    let invalid = keywords(false);
    let distinct: BTreeSet<&String> = invalid.iter().collect();
    let first: BTreeSet<&String> = invalid.iter().take(distinct.len()).collect();
    assert_eq!(first, distinct, "{invalid:?}");
    // Of nine members one is shown before the second edge of anything else.
    let valid = keywords(true);
    let members = valid
        .iter()
        .filter(|pointer| pointer.ends_with("/enum"))
        .count();
    assert!(members >= 7, "{valid:?}");
    let last = valid
        .iter()
        .rposition(|pointer| !pointer.ends_with("/enum"))
        .unwrap();
    let before = valid[..last]
        .iter()
        .filter(|pointer| pointer.ends_with("/enum"))
        .count();
    assert!(before <= 2, "{valid:?}");
}

#[test]
fn nearly_every_invalid_instance_of_real_components_has_one_fault() {
    let (mut single, mut all) = (0, 0);
    for (name, root) in
        super::customer::components_of("users-api.yaml", Dialect::OpenApi31, Direction::Request)
    {
        let validator = root.validator().unwrap();
        for boundary in Generator::new(&root).unwrap().boundary(60) {
            let Boundary::Invalid(invalid) = boundary else {
                continue;
            };
            let faults = validator.violations(&invalid.value).len();
            assert_eq!(invalid.single, faults == 1, "{name}: {invalid:?}");
            single += usize::from(invalid.single);
            all += 1;
        }
    }
    assert!(all > 1_000 && single * 100 >= all * 98, "{single} of {all}");
}
