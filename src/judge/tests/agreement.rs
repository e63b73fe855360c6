//! Generated schemas and instances, and schemas chosen for what could go wrong.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::bodies::harm;
use super::{Rivals, Verdict, schema};

/// Names and values are few, so that schemas and instances meet.
const NAMES: [&str; 5] = ["a", "b", "é", "a\"b", "kind"];

pub(super) fn scalar() -> impl Strategy<Value = Value> {
    let texts = ["", "a", "ab", "é漢😀", "2026-11-22", "A1", "a\"b"];
    let numbers = [
        "0",
        "-0",
        "1",
        "1.0",
        "-1",
        "2.5",
        "1e1",
        "1E2",
        "3",
        "7",
        "1e400",
        "18446744073709551616",
        "9223372036854775807",
        "0.1",
        "0.10",
        "123456789012345678901234567890",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
        prop::sample::select(numbers.to_vec())
            .prop_map(|number| serde_json::from_str(number).unwrap()),
    ]
}

pub(super) fn instance() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        let member = (prop::sample::select(NAMES.to_vec()), inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            vec(member, 0..5).prop_map(|members| {
                let members = members.into_iter();
                Value::Object(
                    members
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

fn limit() -> impl Strategy<Value = Value> {
    let limits = [
        "0",
        "1",
        "-1",
        "2",
        "2.0",
        "0.5",
        "10",
        "1e2",
        "18446744073709551616",
        "0.1",
    ];
    prop::sample::select(limits.to_vec()).prop_map(|limit| serde_json::from_str(limit).unwrap())
}

fn leaf() -> impl Strategy<Value = Value> {
    let type_ = prop::sample::select(vec![
        "null", "boolean", "integer", "number", "string", "array", "object",
    ]);
    let bound = prop::sample::select(vec![
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
    ]);
    let count = prop::sample::select(vec![
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ]);
    prop_oneof![
        Just(json!(true)),
        Just(json!({})),
        Just(json!(false)),
        type_.clone().prop_map(|name| json!({ "type": name })),
        vec(type_, 1..3).prop_map(|names| {
            let mut names = names;
            names.sort_unstable();
            names.dedup();
            json!({ "type": names })
        }),
        vec(scalar(), 1..4).prop_map(|values| json!({ "enum": values })),
        instance().prop_map(|value| json!({ "const": value })),
        (bound, limit()).prop_map(|(name, limit)| json!({ name: limit })),
        prop::sample::select(vec!["1", "2", "0.1", "0.5", "1e1", "2.5"]).prop_map(|factor| {
            let factor: Value = serde_json::from_str(factor).unwrap();
            json!({ "multipleOf": factor })
        }),
        (count, 0..4_u64).prop_map(|(name, limit)| json!({ name: limit })),
        prop::sample::select(vec!["date", "uuid", "int32", "unknown", "email"])
            .prop_map(|name| json!({ "format": name })),
        prop::sample::select(vec!["^a", "\\d", "^[A-Z]\\d$", "(?=a)", "^.{2,}$", "😀$"])
            .prop_map(|pattern| json!({ "pattern": pattern })),
        vec(prop::sample::select(NAMES.to_vec()), 0..3).prop_map(|mut names| {
            names.sort_unstable();
            names.dedup();
            json!({ "required": names })
        }),
        Just(json!({ "$ref": "#" })),
        Just(json!({ "$ref": "#/$defs/x" })),
        Just(json!({ "uniqueItems": true })),
    ]
}

pub(super) fn any_schema() -> impl Strategy<Value = Value> {
    let inner = leaf().prop_recursive(4, 24, 4, |inner| {
        let named = vec((prop::sample::select(NAMES.to_vec()), inner.clone()), 0..4)
            .prop_map(|members| {
                let members = members.into_iter();
                let members = members.map(|(name, value)| (name.to_owned(), value));
                Value::Object(members.collect::<Map<_, _>>())
            })
            .boxed();
        let list = vec(inner.clone(), 1..4).prop_map(Value::from).boxed();
        let one = inner.clone().boxed();
        let patterns =
            vec((prop::sample::select(vec!["^a", "b$", "."]), inner), 1..3).prop_map(|members| {
                let members = members.into_iter();
                let members = members.map(|(name, value)| (name.to_owned(), value));
                Value::Object(members.collect::<Map<_, _>>())
            });
        let keyword = prop_oneof![
            4 => named.prop_map(|value| ("properties", value)),
            1 => patterns.prop_map(|value| ("patternProperties", value)),
            2 => one.clone().prop_map(|value| ("additionalProperties", value)),
            2 => one.clone().prop_map(|value| ("items", value)),
            1 => list.clone().prop_map(|value| ("prefixItems", value)),
            2 => list.clone().prop_map(|value| ("allOf", value)),
            2 => list.clone().prop_map(|value| ("anyOf", value)),
            3 => list.prop_map(|value| ("oneOf", value)),
            1 => one.prop_map(|value| ("not", value)),
        ];
        let members = vec(keyword, 1..4).prop_map(|members| {
            let members = members.into_iter();
            let members = members.map(|(name, value)| (name.to_owned(), value));
            Value::Object(members.collect::<Map<_, _>>())
        });
        (members, leaf()).prop_map(|(mut members, leaf)| {
            if let (Value::Object(members), Value::Object(leaf)) = (&mut members, leaf) {
                members.extend(leaf);
            }
            members
        })
    });
    (inner.clone(), inner).prop_map(|(root, shared)| match root {
        Value::Object(mut members) => {
            members.insert("$defs".to_owned(), json!({ "x": shared }));
            Value::Object(members)
        }
        other => other,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_rungs_agree_with_the_last_word(
        value in any_schema(),
        bodies in vec((instance(), harm(), any::<u8>()), 16),
    ) {
        if let Some(mut rivals) = Rivals::new(&schema(&value)) {
            for (instance, harm, spice) in bodies {
                rivals.agree(&harm.apply(&instance, spice));
            }
        }
    }
}

#[test]
fn what_is_written_in_an_odd_way_means_the_same_on_every_rung() {
    let schemas = [
        json!({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]}),
        json!({"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "null"}}}]}),
        json!({"anyOf": [{"required": ["a"]}, {"type": "array", "items": {"type": "integer"}}]}),
        json!({"maxProperties": 1}),
        json!({"additionalProperties": {"type": "number"}}),
        json!({"patternProperties": {"^a": {"type": "null"}}, "additionalProperties": false}),
        json!({"properties": {"a\"b": true, "$serde_json::private::Number": true}, "additionalProperties": false}),
        json!({"items": {"$ref": "#"}, "type": ["array", "number"]}),
        json!({"type": "number"}),
        json!({"properties": {"a": {"$ref": "#"}}}),
        json!({"not": {"required": ["a"]}}),
        json!(true),
        json!(false),
    ];
    let mut bodies: Vec<String> = [
        r#"{"a":"x"}"#,
        r#"{"a":1,"a":"x"}"#,
        r#"{"a":"x","a":1}"#,
        r#"{"a":null,"\u0061":"x"}"#,
        r#"{"\u0061":"x","b":1.0}"#,
        r#"{"a":"x","b":1e0,}"#,
        r#"{"a"b":1}"#,
        r#"{"a\"b":1}"#,
        r#"{"$serde_json::private::Number":"5"}"#,
        r#"{"$serde_json::private::Number":"x"}"#,
        r#"{"\u0024serde_json::private::Number":"5"}"#,
        r#"{"c":{"$serde_json::private::Number":"5"}}"#,
        r#"{"$serde_json::private::RawValue":"5"}"#,
        r#"{"b":1e400}"#,
        r#"{"b":123456789012345678901234567890}"#,
        "[1,2,[3,[1e400]]]",
        "[1,]",
        "[,1]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "01",
        "-",
        "1.",
        "tru",
        "nullx",
        "",
        " ",
        "1 2",
        "\u{feff}1",
        "\"\u{1}\"",
        "\"\\ud800\"",
    ]
    .map(str::to_owned)
    .into();
    for depth in [126, 127, 128, 129, 5000] {
        bodies.push(format!("{}1{}", "[".repeat(depth), "]".repeat(depth)));
        bodies.push(format!(
            "{}1{}",
            r#"{"a":"#.repeat(depth),
            "}".repeat(depth)
        ));
        bodies.push("[".repeat(depth));
    }
    for value in schemas {
        let mut rivals = Rivals::new(&schema(&value)).unwrap();
        for body in &bodies {
            rivals.agree(body.as_bytes());
        }
        for body in [
            &b"\"\xff\""[..],
            b"\xff",
            b"{\"\xc3\":1}",
            b"\"\xed\xa0\x80\"",
        ] {
            rivals.agree(body);
        }
    }
}

#[test]
fn a_name_that_stands_twice_makes_nothing_valid() {
    let text = json!({"type": "string"});
    // Of both branches, the first is taken for broken by whoever looks at the first member.
    for value in [
        json!({"oneOf": [{"properties": {"a": text}}, true]}),
        json!({"oneOf": [{"additionalProperties": text}, {"type": "object"}]}),
        json!({"oneOf": [{"patternProperties": {"a": text}}, {"minProperties": 1}]}),
        json!({"minProperties": 2}),
    ] {
        let mut rivals = Rivals::new(&schema(&value)).unwrap();
        let body = br#"{"a":1,"a":"x"}"#;
        rivals.agree(body);
        assert_eq!(rivals.stream.as_mut().unwrap().judge(body), Verdict::Unsure);
        let inner = json!({"properties": {"c": value}, "additionalProperties": value});
        let mut rivals = Rivals::new(&schema(&inner)).unwrap();
        rivals.agree(br#"{"c":{"\u0061":1,"a":"x"},"d":{"a":1,"\u0061":"x"}}"#);
    }
    let deep = json!({"properties": {"c": {"properties": {"a": text}}}});
    let value =
        json!({"oneOf": [deep, {"properties": {"c": true}}, {"type": "array", "items": deep}]});
    let mut rivals = Rivals::new(&schema(&value)).unwrap();
    for body in [
        &br#"{"c":{"a":1,"a":"x"}}"#[..],
        br#"{"c":{"a":"x","a":1}}"#,
        br#"{"c":{"a":1},"c":{"a":"x"}}"#,
        br#"[{"c":{"a":1,"a":"x"}}]"#,
    ] {
        rivals.agree(body);
    }
}

#[test]
fn schemas_that_go_in_circles_are_judged_all_the_same() {
    for value in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}], "type": "string"}),
        json!({"anyOf": [{"$ref": "#"}, {"type": "string"}]}),
        json!({"oneOf": [{"$ref": "#"}, {"type": "string"}]}),
        json!({"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}}}),
    ] {
        let Some(mut rivals) = Rivals::new(&schema(&value)) else {
            continue;
        };
        for body in ["1", "\"a\"", "null", "{}", "[[]]"] {
            rivals.agree(body.as_bytes());
        }
    }
}

#[test]
fn alternatives_that_multiply_end_in_time() {
    let value = json!({"anyOf": [
        {"properties": {"a": {"$ref": "#"}}, "required": ["b"]},
        {"properties": {"a": {"$ref": "#"}}, "required": ["c"]},
        {"properties": {"a": {"$ref": "#"}}, "required": ["d"]},
        {"type": "null"},
    ]});
    let mut rivals = Rivals::new(&schema(&value)).unwrap();
    let body = format!("{}null{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    rivals.agree(body.as_bytes());
}

#[test]
fn the_stream_takes_what_a_description_is_made_of() {
    let value = json!({
        "type": "object",
        "required": ["id"],
        "allOf": [{"$ref": "#/$defs/base"}],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "next": {"anyOf": [{"type": "null"}, {"$ref": "#"}]},
            "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 3}},
        },
        "additionalProperties": {"type": "number", "multipleOf": 0.5},
        "$defs": {"base": {"properties": {"kind": {"enum": ["x", 1, null]}}}}
    });
    let mut rivals = Rivals::new(&schema(&value)).unwrap();
    let id = r#""id":"ffffffff-ffff-ffff-ffff-ffffffffffff""#;
    for (body, expected) in [
        (format!("{{{id}}}"), Verdict::Valid),
        (
            format!("{{{id},\"next\":{{{id},\"tags\":[\"abc\"]}}}}"),
            Verdict::Valid,
        ),
        (
            format!("{{{id},\"next\":{{{id},\"tags\":[\"abcd\"]}}}}"),
            Verdict::Invalid,
        ),
        (format!("{{{id},\"kind\":1.0}}"), Verdict::Valid),
        (format!("{{{id},\"kind\":1.5}}"), Verdict::Invalid),
        (format!("{{{id},\"x\":1.5}}"), Verdict::Valid),
        (format!("{{{id},\"x\":1.25}}"), Verdict::Invalid),
        ("{}".to_owned(), Verdict::Invalid),
    ] {
        rivals.agree(body.as_bytes());
        let stream = rivals.stream.as_mut().unwrap();
        assert_eq!(stream.judge(body.as_bytes()), expected, "{body}");
    }
}

#[test]
fn items_that_must_differ_are_compared_as_values() {
    let value = json!({"uniqueItems": true, "items": {"items": {"uniqueItems": true}}});
    let many = |last: &str| {
        let items: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        format!("[{},{last}]", items.join(","))
    };
    for (body, is_distinct) in [
        ("[]".to_owned(), true),
        ("[1]".to_owned(), true),
        ("[ 1 , 2 ]".to_owned(), true),
        (
            r#"[1,"1",true,null,[1],{"a":1},false,[],{},[[]],""]"#.to_owned(),
            true,
        ),
        ("[1,1]".to_owned(), false),
        ("[1,1.0]".to_owned(), false),
        ("[0,-0.0]".to_owned(), false),
        ("[10,1e1]".to_owned(), false),
        (
            "[18446744073709551616,18446744073709551617]".to_owned(),
            true,
        ),
        ("[1e400,1e401]".to_owned(), true),
        (r#"["a","\u0061"]"#.to_owned(), false),
        (r#"["a\n","a\t"]"#.to_owned(), true),
        (r#"[{"a":1,"b":[2]},{"b":[2.0],"a":1}]"#.to_owned(), false),
        (r#"[{"a":1,"b":2},{"a":2,"b":1}]"#.to_owned(), true),
        (r#"[{"a":1,"a":2},{"a":2}]"#.to_owned(), false),
        ("[[[1,2]],[[2,1]]]".to_owned(), true),
        ("[[[1,1]]]".to_owned(), false),
        (many("100"), true),
        (many("99"), false),
        (many("99.0"), false),
    ] {
        let mut rivals = Rivals::new(&schema(&value)).unwrap();
        rivals.agree(body.as_bytes());
        let stream = rivals.stream.as_mut().unwrap();
        let has_told = stream.judge(body.as_bytes()) == Verdict::Valid;
        // Numbers that only exact arithmetic tells apart are left to it.
        assert_eq!(
            has_told,
            is_distinct && !body.contains("18446") && !body.contains("e400"),
            "{body}"
        );
    }
}

#[test]
fn what_was_seen_is_counted() {
    let mut rivals = Rivals::new(&schema(&json!({"not": {"type": "null"}}))).unwrap();
    for body in ["1", "1", "2", "null", "1", "null"] {
        assert!(rivals.is_sure(body.as_bytes()));
    }
    let counts = rivals.all.counts();
    assert_eq!(
        (
            counts.bodies,
            counts.seen,
            counts.stream,
            counts.tape,
            counts.left
        ),
        (6, 2, 0, 2, 2)
    );
}
