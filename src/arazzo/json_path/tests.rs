use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::expression::scrap;
use super::{JsonPath, TooMuch};

fn select(path: &str, value: &Value) -> Vec<Value> {
    let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.select(value).unwrap().into_iter().cloned().collect()
}

/// The values of RFC 9535's example documents, and some more.
fn documents() -> Value {
    json!({
        "store": {
            "book": [
                {"category": "reference", "author": "Nigel Rees", "title": "Sayings", "price": 8.95},
                {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword", "price": 12.99},
                {"category": "fiction", "author": "Melville", "title": "Moby", "isbn": "0-553", "price": 8.99},
                {"category": "fiction", "author": "Tolkien", "title": "Lord", "isbn": "0-395", "price": 22.99}
            ],
            "bicycle": {"color": "red", "price": 399}
        },
        "a": [3, 5, 1, 2, 4, 6, {"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}],
        "o": {"p": 1, "q": 2, "r": 3, "s": 5, "t": {"u": 6}, "j j": {"k.k": 3}, "'": {"@": 2}},
        "e": "f",
        "s": ["a", "b", "c", "d", "e", "f", "g"],
        "n": [1, 1.0, 10e-1, 9_007_199_254_740_993_u64, "1", null, true, [1], [1.0]],
        "☺": "smile",
        "d": {"x": [5, 3, [{"j": 4}, {"k": 6}]]}
    })
}

#[test]
fn segments_and_selectors_select() {
    let documents = documents();
    for (path, expected) in [
        ("$.e", json!(["f"])),
        ("$['e']", json!(["f"])),
        ("$[\"e\"]", json!(["f"])),
        ("$.none", json!([])),
        ("$.e.f", json!([])),
        ("$.☺", json!(["smile"])),
        ("$['\\u263a']", json!(["smile"])),
        ("$['\\u263A']", json!(["smile"])),
        ("$.o['j j']", json!([{"k.k": 3}])),
        ("$.o['j j']['k.k']", json!([3])),
        ("$.o[\"'\"][\"@\"]", json!([2])),
        ("$.o['\\'']['@']", json!([2])),
        ("$ .o [ 'p' , 'q' ]", json!([1, 2])),
        ("$.o['p', 'p']", json!([1, 1])),
        ("$.o.t.*", json!([6])),
        ("$.d.x[*]", json!([5, 3, [{"j": 4}, {"k": 6}]])),
        ("$.e.*", json!([])),
        ("$.s[1]", json!(["b"])),
        ("$.s[-2]", json!(["f"])),
        ("$.s[7]", json!([])),
        ("$.s[-8]", json!([])),
        ("$.s[1:3]", json!(["b", "c"])),
        ("$.s[5:]", json!(["f", "g"])),
        ("$.s[1:5:2]", json!(["b", "d"])),
        ("$.s[5:1:-2]", json!(["f", "d"])),
        ("$.s[::-1]", json!(["g", "f", "e", "d", "c", "b", "a"])),
        ("$.s[:]", json!(["a", "b", "c", "d", "e", "f", "g"])),
        ("$.s[ 0 : 9007199254740991 : 3 ]", json!(["a", "d", "g"])),
        ("$.s[-2:]", json!(["f", "g"])),
        ("$.s[:-5]", json!(["a", "b"])),
        ("$.s[::0]", json!([])),
        ("$.s[0, 5:]", json!(["a", "f", "g"])),
        ("$.o[0]", json!([])),
        ("$.s['a']", json!([])),
        ("$.d..j", json!([4])),
        ("$.d..[0]", json!([5, {"j": 4}])),
        (
            "$.d..*",
            json!([[5, 3, [{"j": 4}, {"k": 6}]], 5, 3, [{"j": 4}, {"k": 6}], {"j": 4}, {"k": 6}, 4, 6]),
        ),
        (
            "$..author",
            json!(["Nigel Rees", "Evelyn Waugh", "Melville", "Tolkien"]),
        ),
        ("$.store..price", json!([8.95, 12.99, 8.99, 22.99, 399])),
        ("$..book[2].author", json!(["Melville"])),
        ("$..book[-1].title", json!(["Lord"])),
        ("$..book[0,1].title", json!(["Sayings", "Sword"])),
        ("$.store.bicycle['color', 'price']", json!(["red", 399])),
    ] {
        assert_eq!(Value::from(select(path, &documents)), expected, "{path}");
    }
    assert_eq!(select("$", &json!(1)), [json!(1)]);
    assert_eq!(
        select("$.*", &json!({"b": 1, "a": 2})),
        [json!(1), json!(2)]
    );
}

#[test]
fn filters_select() {
    let documents = documents();
    for (path, expected) in [
        ("$.a[?@.b == 'kilo']", json!([{"b": "kilo"}])),
        ("$.a[?(@.b == 'kilo')]", json!([{"b": "kilo"}])),
        ("$.a[?'kilo'==@.b]", json!([{"b": "kilo"}])),
        ("$.a[?@>3.5]", json!([5, 4, 6])),
        (
            "$.a[?@.b]",
            json!([{"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}]),
        ),
        ("$.a[?!@.b]", json!([3, 5, 1, 2, 4, 6])),
        ("$.a[?@<2 || @.b == \"k\"]", json!([1, {"b": "k"}])),
        ("$.a[?@>1 && @<4]", json!([3, 2])),
        ("$.a[?!(@>1) && !@.b]", json!([1])),
        (
            "$.a[?@.b != 'j' && @.b]",
            json!([{"b": "k"}, {"b": {}}, {"b": "kilo"}]),
        ),
        (
            "$.a[?match(@.b, \"[jk]\")]",
            json!([{"b": "j"}, {"b": "k"}]),
        ),
        (
            "$.a[?search(@.b, '[jk]')]",
            json!([{"b": "j"}, {"b": "k"}, {"b": "kilo"}]),
        ),
        ("$.a[?search(@.b, $.e)]", json!([])),
        ("$.a[?match(@.b, '(?=j).')]", json!([])),
        ("$.a[?match(@.b, '(')]", json!([])),
        ("$.a[?length(@.b) >= 4]", json!([{"b": "kilo"}])),
        ("$.a[?length(@.b) == 0]", json!([{"b": {}}])),
        (
            "$.a[?length(@) < 3]",
            json!([{"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}]),
        ),
        ("$.o[?@>1 && @<4]", json!([2, 3])),
        ("$.o[?@.u || @.k]", json!([{"u": 6}])),
        ("$[?count(@.*) == 4]", json!([])),
        (
            "$.store[?count(@[*]) == 4]",
            json!([documents["store"]["book"]]),
        ),
        ("$.store[?value(@..color) == 'red'].price", json!([399])),
        ("$..book[?@.isbn].title", json!(["Moby", "Lord"])),
        ("$..book[?@.price < 10].title", json!(["Sayings", "Moby"])),
        (
            "$..book[?@.price < $.store.book[1].price && @.isbn].title",
            json!(["Moby"]),
        ),
        (
            "$..book[?@.category == 'fiction'][?@ == 'Tolkien']",
            json!(["Tolkien"]),
        ),
        ("$.d.x[?@[?@.j]]", json!([[{"j": 4}, {"k": 6}]])),
        ("$.s[?@ > 'e']", json!(["f", "g"])),
        ("$.s[?@ == $.s[-1]]", json!(["g"])),
        ("$.n[?@ == 1]", json!([1, 1.0, 1.0])),
        (
            "$.n[?@ == 9007199254740993]",
            json!([9_007_199_254_740_993_u64]),
        ),
        ("$.n[?@ == 9007199254740992]", json!([])),
        (
            "$.n[?@ > 9007199254740992]",
            json!([9_007_199_254_740_993_u64]),
        ),
        ("$.n[?@ == '1']", json!(["1"])),
        ("$.n[?@ == null]", json!([null])),
        ("$.n[?@ == true]", json!([true])),
        ("$.n[?@ >= true]", json!([true])),
        ("$.n[?@ > false]", json!([])),
        ("$.n[?@ == $.n[7]]", json!([[1], [1.0]])),
        ("$.n[?@.x == @.y]", json!(documents["n"])),
        ("$.n[?@.x != 1]", json!(documents["n"])),
        ("$.n[?@.x < 1]", json!([])),
        ("$.n[?@ < 1e-1]", json!([])),
        ("$.n[?@ == -1]", json!([])),
        ("$.a[?@.b == {}]", json!("error")),
        ("$.a[?@ ==1&&!(@!=1)||false==true]", json!([1])),
    ] {
        if expected == "error" {
            assert!(JsonPath::parse(path).is_err());
            continue;
        }
        let found = Value::from(select(path, &documents));
        assert!(crate::document::equal(&found, &expected), "{path}: {found}");
    }
}

#[test]
fn what_is_no_json_path_is_refused_with_its_place() {
    for (path, offset, message) in [
        ("", 0, "starts with `$`"),
        ("a", 0, "starts with `$`"),
        ("@.a", 0, "starts with `$`"),
        (" $", 0, "starts with `$`"),
        ("$ ", 1, "cannot stand here"),
        ("$a", 1, "cannot stand here"),
        ("$.", 2, "expected a name"),
        ("$..", 3, "expected a name"),
        ("$.1a", 2, "expected a name"),
        ("$.a-b", 3, "cannot stand here"),
        ("$. a", 2, "expected a name"),
        ("$[", 2, "expected a name in quotes"),
        ("$[]", 2, "expected a name in quotes"),
        ("$[a]", 2, "expected a name in quotes"),
        ("$['a'", 5, "expected `,` or `]`"),
        ("$['a", 2, "this string is not closed"),
        ("$['\\x']", 3, "no escape"),
        ("$['\\ud800']", 3, "no escape"),
        ("$['\\\"']", 3, "no escape"),
        ("$['\n']", 3, "control characters"),
        ("$[01]", 2, "no index"),
        ("$[-0]", 2, "no index"),
        ("$[-]", 2, "no index"),
        ("$[9007199254740992]", 2, "no index"),
        ("$[1 2]", 4, "expected `,` or `]`"),
        ("$[(@.length-1)]", 2, "`[-1]`"),
        ("$[?]", 3, "expected a query"),
        ("$[?1]", 3, "must be compared"),
        ("$[?'a']", 3, "must be compared"),
        ("$[?length(@)]", 3, "must be compared"),
        ("$[?@.a == ]", 10, "expected a query"),
        ("$[?@.a = 1]", 7, "expected `,` or `]`"),
        ("$[?@.* == 1]", 3, "more than one node"),
        ("$[?@..a == 1]", 3, "more than one node"),
        ("$[?@[0,1] == 1]", 3, "`count(…)`"),
        ("$[?!@.a == 1]", 8, "negated in parentheses"),
        ("$[?(@.a]", 7, "expected `)`"),
        ("$[?nope(@)]", 3, "no function `nope`"),
        ("$[?lenght(@) == 1]", 3, "did you mean `length`?"),
        ("$[?length(@, 1) == 1]", 3, "takes 1 arguments, not 2"),
        ("$[?match(@.a)]", 3, "takes 2 arguments, not 1"),
        ("$[?length(@.*) == 1]", 10, "more than one node"),
        ("$[?count(1) == 1]", 9, "expected a query"),
        ("$[?match(@.a, 'a') == true]", 3, "conditions, not values"),
        ("$[?length (@) == 1]", 9, "expected `(`"),
        ("$[?@.a == 01]", 10, "no number"),
        ("$[?@.a == 1.]", 10, "no number"),
        ("$[?TRUE == @]", 3, "expected a query"),
    ] {
        let error = JsonPath::parse(path).expect_err(path);
        assert_eq!(error.offset, offset, "{path}: {error}");
        assert!(error.to_string().contains(message), "{path}: {error}");
    }
    for nested in [
        format!("$[?{}@{}]", "(".repeat(50_000), ")".repeat(50_000)),
        format!("${}", "[?@".repeat(50_000)),
        format!("$[?{}@)]", "length(".repeat(50_000)),
    ] {
        let error = JsonPath::parse(&nested).unwrap_err();
        assert!(error.message.contains("nest deeper"), "{error}");
    }
}

#[test]
fn nodes_are_located() {
    let documents = documents();
    for (path, expected) in [
        ("$", vec![""]),
        ("$.o['j j']['k.k']", vec!["/o/j j/k.k"]),
        ("$.s[1, 0, 1]", vec!["/s/0", "/s/1"]),
        (
            "$.d..*",
            vec![
                "/d/x",
                "/d/x/0",
                "/d/x/1",
                "/d/x/2",
                "/d/x/2/0",
                "/d/x/2/0/j",
                "/d/x/2/1",
                "/d/x/2/1/k",
            ],
        ),
        ("$.none", vec![]),
    ] {
        let found = JsonPath::parse(path).unwrap().locate(&documents).unwrap();
        let found: Vec<&str> = found.iter().map(crate::document::Pointer::as_str).collect();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn singular_queries_are_told_apart() {
    for (path, expected) in [
        ("$", true),
        ("$.a[0]['b']", true),
        ("$.a[-1]", true),
        ("$.*", false),
        ("$..a", false),
        ("$[0, 1]", false),
        ("$[0:1]", false),
        ("$[?@.a]", false),
    ] {
        assert_eq!(
            JsonPath::parse(path).unwrap().is_singular(),
            expected,
            "{path}"
        );
    }
}

#[test]
fn a_query_that_costs_too_much_stops() {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep, 1, 1]);
    }
    let wide = Value::from(vec![json!({"a": "x".repeat(100)}); 5_000]);
    for (path, value) in [
        ("$..*..*..*..*..*", &deep),
        ("$[?count($..*) > 0]", &wide),
        ("$[?$[?$[?@.a]]]", &wide),
        ("$[?search($[0].a, @.a)]", &wide),
        ("$[?@ == 1 || $..[?@ == $]]", &wide),
        ("$[?$[?$ == $]]", &wide),
    ] {
        let path = JsonPath::parse(path).unwrap();
        assert_eq!(path.select(value), Err(TooMuch), "{path}");
    }
    assert_eq!(select("$[*].a", &wide).len(), 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![".*", scrap().prop_map(|text| format!("${text}"))]) {
        match JsonPath::parse(&text) {
            Ok(path) => {
                prop_assert_eq!(path.to_string(), text);
                let value = json!({"a": [1, {"é": null}], "b": {"a": "x"}});
                let found = path.select(&value).expect("it is small");
                prop_assert!(!path.is_singular() || found.len() < 2);
                prop_assert!(path.locate(&value).expect("it is small").len() <= found.len());
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn slices_are_those_of_the_standard(
        length in 0..8_i64, start in prop::option::of(-10..10_i64), end in prop::option::of(-10..10_i64), step in -4..5_i64
    ) {
        let text = |bound: Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
        let path = format!("$[{}:{}:{step}]", text(start), text(end));
        let items: Vec<Value> = (0..length).map(Value::from).collect();
        let at = |bound: i64| if bound < 0 { bound + length } else { bound };
        let mut expected = Vec::new();
        if step > 0 {
            let end = end.map_or(length, at);
            let mut index = start.map_or(0, at).max(0);
            while index < end.min(length) {
                expected.push(Value::from(index));
                index += step;
            }
        } else if step < 0 {
            let end = end.map_or(-1, |end| at(end).max(-1));
            let mut index = start.map_or(length - 1, at).min(length - 1);
            while index > end {
                expected.push(Value::from(index));
                index += step;
            }
        }
        prop_assert_eq!(select(&path, &items.into()), expected, "{}", path);
    }
}
