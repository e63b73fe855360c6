//! `generate`: lines of JSON on standard output, reasons on standard error.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use proofmark::document::Document;
use proofmark::schema::{Dialect, SchemaSet};
use serde_json::{Value, json};

use crate::support::{file, folder, proofmark, run, text};

fn lines(output: &[u8]) -> Vec<Value> {
    text(output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The exit code, the lines and what is said.
fn generate(folder: &Path, arguments: &[&str]) -> (Option<i32>, Vec<Value>, String) {
    let arguments: Vec<&str> = ["generate"].iter().chain(arguments).copied().collect();
    let output = run(folder, &arguments).expect("the program runs");
    (
        output.status.code(),
        lines(&output.stdout),
        text(&output.stderr),
    )
}

fn batch(folder: &Path, requests: &str) -> Vec<Value> {
    let mut child = proofmark(folder)
        .args(["generate", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(requests.as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    lines(&output.stdout)
}

#[test]
fn components_of_a_document_give_valid_and_labelled_invalid_instances() {
    let folder = folder();
    let schema = format!(
        "{}#/components/schemas/BusinessInfo",
        file("specs/users-api.yaml").display()
    );
    let arguments = ["--schema", &schema, "--count", "25", "--seed", "3"];
    let (exit, valid, said) = generate(folder.path(), &arguments);
    assert_eq!((exit, valid.len(), &*said), (Some(0), 25, ""));
    assert!(valid.iter().all(|line| line["valid"] == true));
    assert!(
        valid
            .iter()
            .all(|line| line.as_object().map(serde_json::Map::len) == Some(2))
    );
    let again = generate(folder.path(), &arguments);
    assert_eq!(again.1, valid);
    let arguments = [&arguments[..], &["--mode", "invalid"]].concat();
    let (exit, invalid, _) = generate(folder.path(), &arguments);
    assert_eq!((exit, invalid.len()), (Some(0), 25));
    assert!(invalid.iter().any(|line| {
        line["keyword"] == "required"
            && line["schema_pointer"] == "/components/schemas/BusinessInfo/required"
            && line["instance_pointer"] == "/legalEntityRef"
            && line["valid"] == false
    }));
}

#[test]
fn the_dialect_is_the_one_that_is_named_or_the_one_of_the_document() {
    let folder = folder();
    let schema =
        json!({"type": "array", "items": [{"const": 1}], "additionalItems": false, "minItems": 1});
    let newer = json!({"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [schema]});
    fs::write(folder.path().join("a.json"), newer.to_string()).expect("a file");
    let (exit, found, _) = generate(folder.path(), &["--schema", "a.json", "--count", "3"]);
    assert_eq!(exit, Some(0));
    assert!(found.iter().all(|line| line["instance"] == json!([1])));
    // Where `const` means nothing anything may be the first item.
    let older = [
        "--schema",
        "a.json#/allOf/0",
        "--dialect",
        "draft4",
        "--count",
        "30",
    ];
    let (_, found, _) = generate(folder.path(), &older);
    assert!(found.iter().any(|line| line["instance"] != json!([1])));
    assert!(
        found
            .iter()
            .all(|line| line["instance"].as_array().map(Vec::len) == Some(1))
    );
    let (_, found, _) = generate(
        folder.path(),
        &["--schema", "a.json", "--mode", "invalid", "--count", "20"],
    );
    let places: Vec<_> = found.iter().map(|line| &line["schema_pointer"]).collect();
    for place in [
        "/allOf/0/items/0/const",
        "/allOf/0/additionalItems",
        "/allOf/0/minItems",
    ] {
        assert!(places.contains(&&json!(place)), "{place}: {places:?}");
    }
}

#[test]
fn edges_are_listed_from_both_sides() {
    let folder = folder();
    fs::write(
        folder.path().join("s.json"),
        "{\"type\": \"integer\", \"minimum\": 3}",
    )
    .expect("a file");
    let edges = ["--schema", "s.json", "--mode", "boundary", "--count", "50"];
    let (exit, found, said) = generate(folder.path(), &edges);
    assert_eq!((exit, &*said), (Some(0), ""));
    let (_, few, said) = generate(folder.path(), &[&edges[..5], &["3"]].concat());
    assert_eq!(few, found[..3]);
    assert!(said.starts_with("--count 3 leaves out some "), "{said}");
    let has = |instance: i64, valid: bool| {
        found.iter().any(|line| {
            // A valid instance is listed under the first constraint that it is at the edge of.
            line["instance"] == instance
                && line["valid"] == valid
                && (valid || line["schema_pointer"] == "/minimum")
        })
    };
    assert!(has(3, true) && has(2, false), "{found:?}");
}

#[test]
fn directions_decide_about_marked_members() {
    let folder = folder();
    fs::write(
        folder.path().join("s.yaml"),
        "openapi: 3.0.3\ncomponents:\n  schemas:\n    A:\n      type: object\n      required: [id]\n      properties: {id: {type: integer, readOnly: true}}\n",
    )
    .expect("a file");
    let schema = ["--schema", "s.yaml#/components/schemas/A", "--count", "20"];
    let (_, sent, _) = generate(folder.path(), &schema);
    assert!(sent.iter().all(|line| line["instance"].get("id").is_none()));
    let (_, answered, _) = generate(
        folder.path(),
        &[&schema[..], &["--direction", "response"]].concat(),
    );
    assert!(answered.iter().all(|line| line["instance"]["id"].is_i64()));
}

#[test]
fn what_has_no_instance_is_exit_code_4_with_the_reason() {
    let folder = folder();
    for (schema, mode, code, says) in [
        ("false", "valid", 4, "no valid instance"),
        (
            "{\"type\": \"string\", \"enum\": [1]}",
            "valid",
            4,
            "no valid instance",
        ),
        ("{}", "invalid", 4, "no invalid instance"),
        ("{\"type\": 3}", "valid", 2, "`type` must be"),
        ("[1]", "valid", 2, "not a schema"),
        ("{\"a\": ", "valid", 2, "s.json:1"),
        ("{\"swagger\": \"2.0\"}", "valid", 2, "--dialect"),
    ] {
        fs::write(folder.path().join("s.json"), schema).expect("a file");
        let (exit, found, said) = generate(folder.path(), &["--schema", "s.json", "--mode", mode]);
        assert_eq!(exit, Some(code), "{schema}: {said}");
        assert!(found.is_empty() && said.contains(says), "{schema}: {said}");
    }
    for arguments in [
        &["--schema", "none.json"][..],
        &["--schema", "s.json#/a/b"],
        &[],
    ] {
        assert_eq!(generate(folder.path(), arguments).0, Some(2));
    }
    // What nothing satisfies can be broken.
    fs::write(folder.path().join("s.json"), "false").expect("a file");
    let invalid = ["--schema", "s.json", "--mode", "invalid", "--count", "2"];
    assert_eq!(generate(folder.path(), &invalid).1.len(), 2);
}

#[test]
fn batches_are_answered_line_by_line_whatever_is_wrong_with_one() {
    let folder = folder();
    fs::write(
        folder.path().join("s.json"),
        "{\"a\": {\"type\": \"integer\"}, \"b\": {\"$ref\": \"#/a\", \"minimum\": 3}}",
    )
    .expect("a file");
    let requests = [
        r#"{"id": 1, "schema": {"type": "integer", "minimum": 3}, "count": 5, "seed": 7}"#,
        "this is no JSON",
        r#"{"id": "x", "schema": {"type": "integer", "minimum": 3}, "mode": "invalid", "count": 2}"#,
        r#"{"id": 2, "schema": false}"#,
        r#"{"id": 3, "schema": true, "mode": "invalid"}"#,
        r#"{"id": 4, "document": "s.json", "pointer": "/b", "count": 3}"#,
        r##"{"id": 5, "document": {"components": {"schemas": {"A": {"const": 7}}}}, "pointer": "#/components/schemas/A", "count": 1}"##,
        r#"{"id": 6, "schema": {"type": "integer"}, "colour": "red"}"#,
        r#"{"id": 7}"#,
        "",
        r#"{"id": 8, "schema": {"items": [{"const": 1}], "minItems": 1, "type": "array"}, "dialect": "draft6", "count": 1, "direction": "response"}"#,
        r#"{"id": 9, "document": "none.json"}"#,
        r#"{"id": 10, "schema": true, "count": "many"}"#,
        r#"{"id": 11, "schema": true"#,
    ];
    let answers = batch(folder.path(), &requests.join("\n"));
    let ids: Vec<Value> = answers.iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(
        json!(ids),
        json!([1, null, "x", 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    );
    let instances = |index: usize| answers[index]["instances"].as_array().expect("a list");
    for (index, count) in [(0, 5), (2, 2), (5, 3), (6, 1), (9, 1)] {
        assert_eq!(instances(index).len(), count, "{}", answers[index]);
        assert_eq!(answers[index]["error"], Value::Null);
    }
    for index in [1, 3, 4, 7, 8, 10, 11, 12] {
        assert!(instances(index).is_empty() && answers[index]["error"].is_string());
    }
    let error = answers[11]["error"].as_str().unwrap_or_default();
    assert!(error.contains("`count`"), "{error}");
    let schema = SchemaSet::of_schema(
        Document::from_value("s", json!({"type": "integer", "minimum": 3})),
        Dialect::Draft202012,
    );
    let validator = schema.validator().expect("a schema");
    let judged = |index: usize| -> Vec<bool> {
        let lines = instances(index).iter();
        lines
            .map(|line| validator.is_valid(&line["instance"]))
            .collect()
    };
    assert_eq!(judged(0), [true; 5]);
    assert_eq!(judged(2), [false; 2]);
    assert_eq!(judged(5), [true; 3]);
    assert_eq!(instances(6)[0]["instance"], 7);
}

#[test]
fn custom_formats_of_the_configuration_are_generated_and_broken() {
    let folder = folder();
    let schema = json!({"properties": {
        "from": {"type": "string", "format": "iata"},
        "to": {"type": "string", "format": "iata", "pattern": "^A"},
    }, "required": ["from", "to"], "type": "object"});
    fs::write(folder.path().join("s.json"), schema.to_string()).expect("written");
    let config = "[formats]\niata = '^[A-Z]{3}$'\n";
    fs::write(folder.path().join("proofmark.toml"), config).expect("written");
    let is_code = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let (exit, valid, said) = generate(folder.path(), &["--schema", "s.json", "--count", "20"]);
    assert_eq!((exit, valid.len(), &*said), (Some(0), 20, ""));
    for line in &valid {
        let Value::Object(members) = &line["instance"] else {
            panic!("{line}");
        };
        assert!(
            is_code(&members["from"]) && is_code(&members["to"]),
            "{line}"
        );
        assert!(members["to"].as_str().expect("text").starts_with('A'));
    }
    let arguments = ["--schema", "s.json", "--mode", "invalid", "--count", "30"];
    let (exit, invalid, _) = generate(folder.path(), &arguments);
    assert_eq!(exit, Some(0));
    let broken = invalid
        .iter()
        .find(|line| line["keyword"] == "format")
        .expect("a broken format");
    assert_eq!(broken["schema_pointer"], "/properties/from/format");
    assert_eq!(broken["instance_pointer"], "/from");
    assert!(!is_code(&broken["instance"]["from"]), "{broken}");
}
