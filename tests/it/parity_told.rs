//! `parity`: what is told of cases that were sent, and of steps that were not.

use serde_json::Value;

use crate::parity::{parity, report};
use crate::support::{answering, file, folder, proofmark, text};

#[test]
fn a_large_request_is_made_smaller_and_the_candidate_has_its_own_token() {
    let folder = folder();
    let (_, shown) = parity(
        folder.path(),
        &[
            "--candidate-fault",
            "rejects-optional-property",
            "--candidate-token",
            "sandbox-token",
            "-o",
            "createUser",
        ],
    );
    let report = report(folder.path());
    let example = &report["differences"][0]["example"];
    assert!(example["left_out"].as_u64() > Some(10), "{shown}");
    let curl = |side: &str| {
        example[side]["curl"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(curl("baseline").contains("\"$PROOFMARK_TOKEN\""), "{shown}");
    assert!(
        curl("candidate").contains("\"$PROOFMARK_CANDIDATE_TOKEN\""),
        "{shown}"
    );
}

#[test]
fn commands_name_the_variables_that_the_credentials_come_from() {
    let document = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      security: [{key: []}]
      responses:
        '200':
          description: d
          content: {application/json: {schema: {type: object}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
";
    let served = |body: &str| {
        answering(
            format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    };
    let targets = format!(
        "[targets.real]\nurl = '{}'\nkind = 'sandbox'\ntoken = {{env = 'HOTEL_TOKEN'}}\n\
         [targets.copy]\nurl = '{}'\nkind = 'sandbox'\ntoken = {{env = 'COPY_TOKEN'}}\n",
        served("{\"a\": 1}"),
        served("{\"a\": \"x\"}"),
    );
    let folder = folder();
    let write = |name, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("api.yaml", document);
    write("proofmark.toml", &targets);
    let arguments = "parity -s api.yaml -b real -c copy";
    let output = proofmark(folder.path())
        .args(arguments.split(' '))
        .env("HOTEL_TOKEN", "first-secret")
        .env("COPY_TOKEN", "second-secret")
        .output()
        .expect("the program runs");
    let shown = text(&output.stdout);
    let example = &report(folder.path())["differences"][0]["example"];
    for (side, variable) in [("baseline", "HOTEL_TOKEN"), ("candidate", "COPY_TOKEN")] {
        let end = format!("-H 'Authorization: Bearer '\"${variable}\"");
        let line = example[side]["curl"].as_str().unwrap_or_default();
        assert!(line.ends_with(&end), "{line}\n{shown}");
    }
}

#[test]
fn what_comes_before_a_difference_in_a_sequence_is_made_smaller() {
    let folder = folder();
    let arguments = [
        "--candidate-fault",
        "loses-updates",
        "-o",
        "getUserInfo",
        "-o",
        "updateUser",
        "-o",
        "createUser",
    ];
    let (_, shown) = parity(folder.path(), &arguments);
    let report = report(folder.path());
    let rows = report["differences"].as_array().expect("differences");
    let lost = |row: &&Value| row["kind"] == "update-lost" && row["operation"] == "getUserInfo";
    let row = rows.iter().find(lost).expect("an update that is lost");
    let example = &row["example"];
    assert!(example["left_out"].as_u64() > Some(10), "{shown}");
    // Two requests: the write, with what it has to have, and the read.
    let curl = example["candidate"]["curl"].as_str().unwrap_or_default();
    assert_eq!(curl.matches("curl -X").count(), 2, "{curl}");
    assert!(curl.len() < 800, "{curl}");
}

#[test]
fn two_sides_that_fail_at_the_first_step_of_a_workflow_do_not_agree_for_that() {
    let folder = folder();
    let scenario = file("scenarios/user-lifecycle.arazzo.yaml");
    let scenario = scenario.to_string_lossy();
    let nobody = "userId=11111111-2222-4333-8444-555555555555";
    let arguments = [&*scenario, "-c", "restless", "-i", nobody];
    let (code, shown) = parity(folder.path(), &arguments);
    assert_eq!(code, Some(3), "{shown}");
    assert!(shown.contains("INCONCLUSIVE"), "{shown}");
    assert!(shown.contains("no workflow came to its end"), "{shown}");
    let report = report(folder.path());
    assert_eq!(report["verdict"], "inconclusive");
    let row = &report["unfinished"][0];
    assert_eq!(row["workflow"], "userLifecycle");
    assert_eq!(row["failed"][0], row["failed"][1]);
    assert!(row["unsent"].as_u64() > Some(10), "{row}");
}
