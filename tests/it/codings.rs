//! Bodies that a gateway has compressed, though nobody asked for that.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::support::{answering, folder, run, text};

const API: &str = "
openapi: 3.1.0
info: {title: Coded, version: '1'}
paths:
  /things: {get: {operationId: list, responses: {'200': {description: ok, content: {application/json:
    {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}}}}
";

fn server(body: &str, is_coded: bool) -> String {
    let (mut bytes, mut coding) = (body.as_bytes().to_vec(), "");
    if is_coded {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).expect("a buffer");
        bytes = encoder.finish().expect("a buffer");
        coding = "content-encoding: gzip\r\n";
    }
    let length = bytes.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n{coding}content-length: {length}\r\n\r\n"
    );
    answering([head.as_bytes(), &bytes].concat())
}

fn report(arguments: &[&str], name: &str) -> (Option<i32>, Value) {
    let folder = folder();
    std::fs::write(folder.path().join("api.yaml"), API).expect("a file");
    let output = run(folder.path(), arguments).expect("the program runs");
    let shown = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let json = std::fs::read_to_string(folder.path().join("reports").join(name));
    let json = json.unwrap_or_else(|error| panic!("{error}: {shown}"));
    let json = serde_json::from_str(&json).expect("JSON");
    (output.status.code(), json)
}

#[test]
fn compressed_bodies_are_judged_and_shown_as_what_they_hold() {
    let check = |body: &str| {
        let url = server(body, true);
        let valid = ["--cases", "2", "--phases", "valid"];
        report(
            &[&["check", "-s", "api.yaml", "-t", &url], &valid[..]].concat(),
            "run.json",
        )
    };
    let (code, report) = check(r#"{"name": "a"}"#);
    assert_eq!(
        (code, &report["findings"]),
        (Some(0), &serde_json::json!([]))
    );
    let (code, report) = check(r#"{"nick": "a"}"#);
    assert_eq!(code, Some(1), "{report}");
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "PM103");
    assert_eq!(finding["example"]["response"]["body"], r#"{"nick": "a"}"#);
}

#[test]
fn a_side_that_compresses_is_compared_and_that_is_a_warning() {
    let plain = server(r#"{"name": "a"}"#, false);
    for (body, expected, differences) in [
        (r#"{"name": "a"}"#, 0, &["coded"][..]),
        (r#"{"nick": "a"}"#, 1, &["only-candidate-breaks", "coded"]),
    ] {
        let coded = server(body, true);
        let arguments = [
            "parity", "-s", "api.yaml", "-b", &plain, "-c", &coded, "--cases", "2",
        ];
        let arguments = [&arguments[..], &["--phases", "valid"]].concat();
        let (code, report) = self::report(&arguments, "parity.json");
        assert_eq!(code, Some(expected), "{report}");
        let rows = report["differences"].as_array().expect("differences");
        let kinds: Vec<&str> = rows.iter().filter_map(|row| row["kind"].as_str()).collect();
        for kind in differences {
            assert!(kinds.contains(kind), "no {kind} in {kinds:?}");
        }
    }
}
