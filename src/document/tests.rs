//! Laws of the readers, and what they say about texts that they refuse.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Document, MAX_DEPTH, Pointer};

fn read(text: &str) -> Value {
    match Document::parse("a.yaml", text) {
        Ok(document) => document.value,
        Err(error) => panic!("{error} in {text:?}"),
    }
}

fn refusal(name: &str, text: &str) -> String {
    let error = Document::parse(name, text).unwrap_err();
    let place = error
        .span
        .map(|span| format!("{}:{}", span.start.line, span.start.column));
    let hint = error.hint.map(|hint| format!(" / {hint}"));
    format!(
        "{}: {}{}",
        place.unwrap_or_default(),
        error.message,
        hint.unwrap_or_default()
    )
}

#[test]
fn json_is_read_exactly() {
    for (text, value) in [
        (
            r#" {"a": [1, true, null, "x"]} "#,
            json!({"a": [1, true, null, "x"]}),
        ),
        (
            r#"{"\ud83d\ude00\/\t\u00e9": "\\\""}"#,
            json!({"😀/\té": "\\\""}),
        ),
        ("\u{feff}[]", json!([])),
        ("[{}]", json!([{}])),
        ("{\"a\":\t1}", json!({"a": 1})),
    ] {
        assert_eq!(
            Document::parse("a.json", text).unwrap().value,
            value,
            "{text}"
        );
        assert_eq!(read(text), value, "{text}");
    }
    let big = "[123456789012345678901234567890, 1.10, -0]";
    let document = Document::parse("a.json", big).unwrap();
    assert_eq!(
        document.value[0].to_string(),
        "123456789012345678901234567890"
    );
    assert_eq!(document.value[1].to_string(), "1.10");
    assert_eq!(Document::parse("a.json", " 12 ").unwrap().value, json!(12));
}

#[test]
fn yaml_is_read_by_the_core_schema_with_merge_keys_and_tags() {
    for (text, value) in [
        (
            "a: no\nb: 010\nc: ~\nd: 2020-01-01\n",
            json!({"a": "no", "b": 10, "c": null, "d": "2020-01-01"}),
        ),
        (
            "a: !!str 1\nb: !!int '2'\nc: !custom 3\nd: ! 4\n",
            json!({"a": "1", "b": 2, "c": 3, "d": "4"}),
        ),
        (
            "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n",
            json!({"base": {"x": 1, "y": 2}, "use": {"y": 3, "x": 1}}),
        ),
        (
            "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}\n",
            json!({"a": {"x": 1}, "b": {"x": 2, "z": 3}, "c": {"x": 1, "z": 3}}),
        ),
        ("'<<': 1\n", json!({"<<": 1})),
        (
            "200: ok\r\n404:\r\n  - x\r\n",
            json!({"200": "ok", "404": ["x"]}),
        ),
        ("\u{feff}a: 1\n", json!({"a": 1})),
        (
            "%YAML 1.2\n---\na: |\n  x\n  y\n...\n",
            json!({"a": "x\ny\n"}),
        ),
        ("{a: 1, b: [x, y,],}", json!({"a": 1, "b": ["x", "y"]})),
        ("- &x 1\n- *x\n", json!([1, 1])),
    ] {
        assert_eq!(read(text), value, "{text}");
    }
}

#[test]
fn refusals_say_what_and_where() {
    let deep = "[".repeat(MAX_DEPTH + 1);
    let bomb = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)
    });
    let chain = (1..600).fold("a0: &a0 [x]\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} [*a{}]\n", n - 1)
    });
    let chain = chain + "#" + &"-".repeat(100_000);
    let block: String = (0..=MAX_DEPTH)
        .map(|depth| " ".repeat(depth) + "a:\n")
        .collect();
    let cases = [
        ("a.json", ""),
        ("a.json", "{\"a\": 1, \"b\": {\"a\": 2},\n \"a\": 3}"),
        ("a.json", "{\"a\": 1,}"),
        ("a.json", "{\"a\": 1} x"),
        ("a.json", "{\"a\": 01}"),
        ("a.json", "{\"a\": [1, 2}"),
        ("a.json", "{\"a\": \"x"),
        ("a.json", "{\"a\": \"\\ud800\"}"),
        ("a.json", "{\"a\": \"\\x\"}"),
        ("a.json", "{\"ä\": \u{1}}"),
        ("a.json", "{\"a\": \"\n\"}"),
        ("a.json", "{a: 1}"),
        ("a.json", "[1 2]"),
        ("a.json", "[1,"),
        ("a.json", &deep),
        ("a.yaml", "{\"a\": 1, \"a\": 2}"),
        ("a.yaml", ""),
        ("a.yaml", "# nothing\n"),
        ("a.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n"),
        ("a.yaml", "a: 1\n---\nb: 2\n"),
        ("a.yaml", "a:\n\tb: 1\n"),
        ("a.yaml", "a: *b\n"),
        ("a.yaml", "a: &a [*a]\n"),
        ("a.yaml", "? [a]\n: 1\n"),
        ("a.yaml", "<<: 1\n"),
        ("a.yaml", "a: !!int x\n"),
        ("a.yaml", "a: 'x\n"),
        ("a.yaml", "\u{0}\u{1}PNG"),
        ("a.yaml", &bomb),
        ("a.yaml", &chain),
        ("a.yaml", &block),
    ];
    let refusals: Vec<String> = cases
        .iter()
        .map(|(name, text)| refusal(name, text))
        .collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    1:1: the document is empty
    2:2: the key `a` stands twice in this mapping, first at line 1, column 2
    1:9: expected a key in double quotes, found `}`
    1:10: expected nothing behind the value, found `x`
    1:7: `01` is no JSON value
    1:12: expected `,` or `]`, found `}`
    1:7: this string never ends
    1:8: half of a surrogate pair stands alone
    1:8: this escape does not exist in JSON
    1:7: expected a value, found `\u{1}`
    1:8: control characters must be escaped in strings
    1:2: expected a key in double quotes, or `}`, found `a`
    1:4: expected `,` or `]`, found `2`
    1:4: the text ends before a `]`
    1:513: nested deeper than 512 levels
    1:10: the key `a` stands twice in this mapping, first at line 1, column 2
    1:1: the document is empty
    2:1: the document is empty
    4:3: the key `c` stands twice in this mapping, first at line 3, column 3
    2:1: a second document starts here / a file holds one document: move the second one to its own file
    2:2: tabs disallowed within this context (block indentation) / YAML is indented by spaces: replace the tab
    1:4: while parsing node, found unknown anchor
    1:8: an alias stands inside its own anchor
    1:3: a mapping key must be a plain value
    1:5: `<<` merges mappings only
    1:4: `x` is no `!!int`
    1:4: while scanning a quoted scalar, found unexpected end of stream
    1:1: found unprintable character
    14:6: aliases expand to too many nodes
    512:14: nested deeper than 512 levels
    513:513: nested deeper than 512 levels
    "#);
}

#[test]
fn spans_point_at_keys_and_items() {
    let text = "a:\n  - x: 1\n    y: {z: [é, 2]}\n  - &n {p: q}\n  - *n\n";
    let document = Document::parse("a.yaml", text).unwrap();
    for (pointer, at) in [
        ("", (1, 1)),
        ("/a", (1, 1)),
        ("/a/0", (2, 5)),
        ("/a/0/x", (2, 5)),
        ("/a/0/y/z", (3, 9)),
        ("/a/0/y/z/1", (3, 16)),
        ("/a/2", (5, 5)),
        ("/a/2/p", (4, 9)),
        ("/a/0/nothing/here", (2, 5)),
    ] {
        let span = document.span(&pointer.parse().unwrap()).unwrap();
        assert_eq!((span.start.line, span.start.column), at, "{pointer}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((".{0,6}", inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The text that a span covers.
fn covered(document: &Document, pointer: &Pointer) -> String {
    let span = document.span(pointer).unwrap();
    assert_eq!(span.start.line, span.end.line, "{pointer}");
    let line = document.text.split('\n').nth(span.start.line - 1).unwrap();
    let width = span.end.column - span.start.column;
    line.chars()
        .skip(span.start.column - 1)
        .take(width)
        .collect()
}

fn assert_spans_cover_their_nodes(document: &Document, value: &Value, at: &Pointer) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let member = at.join(key);
                let text = covered(document, &member);
                assert_eq!(serde_json::from_str::<String>(&text).unwrap(), *key);
                assert_spans_cover_their_nodes(document, value, &member);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let item = at.index(index);
                let text = covered(document, &item);
                assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), *value);
                assert_spans_cover_their_nodes(document, value, &item);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_value_printed_as_json_reads_back(value in any_json()) {
        let compact = value.to_string();
        let document = Document::parse("a.json", &compact).unwrap();
        prop_assert_eq!(&document.value, &value);
        assert_spans_cover_their_nodes(&document, &value, &Pointer::root());
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(&Document::parse("a.json", &pretty).unwrap().value, &value);
    }

    #[test]
    fn any_value_printed_as_json_reads_back_as_yaml(value in any_json()) {
        // A comment in front makes it YAML.
        let text = format!("# yaml\n{value}");
        let document = Document::parse("a.yaml", &text).unwrap();
        prop_assert_eq!(&document.value, &value);
        assert_spans_cover_their_nodes(&document, &value, &Pointer::root());
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in any::<String>()) {
        let _ = Document::parse("a.json", &text);
        let _ = Document::parse("a.yaml", &text);
    }

    #[test]
    fn nearly_yaml_and_nearly_json_make_no_reader_panic(
        text in r#"([-?:,\[\]{}#&*!|>'"%@`<~\\ \t\r\n]|[a-c0-9.]|---\n|\n  |<<: |\\u[0-9a-f]{0,4}|"a":)*"#
    ) {
        let _ = Document::parse("a.json", &text);
        let _ = Document::parse("a.yaml", &text);
    }
}

#[test]
fn documents_may_nest_to_the_limit_on_a_small_stack() {
    let json = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    let yaml: String = (0..MAX_DEPTH)
        .map(|depth| " ".repeat(depth) + "a:\n")
        .collect();
    for (name, text) in [("a.json", json), ("a.yaml", yaml)] {
        let document = Document::parse(name, &text).unwrap();
        assert_eq!(document.value.clone(), document.value);
    }
}

#[test]
fn places_in_yaml_lie_within_the_text() {
    // The text ends within its last line.
    assert!(refusal("a.yaml", "a: [1,\n  {").starts_with("2:4: "));
    assert!(refusal("a.yaml", "# nothing").starts_with("1:10: "));
    // A lone CR ends no line.
    let document = Document::parse("a.yaml", "a: 1\rb:\n- é\n\r c\r\n").unwrap();
    let span = document.span(&"/b/0".parse().unwrap()).unwrap();
    assert_eq!((span.start.line, span.start.column), (2, 3));
    assert_eq!((span.end.line, span.end.column), (3, 4));
}
