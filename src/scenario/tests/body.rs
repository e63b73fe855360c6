//! Bodies: written, as text, replaced in part, and drawn from the schema.

use serde_json::{Value, json};

use super::steps;

/// What is sent for a request body.
fn sent(body: &str) -> String {
    let played = steps(
        &format!("  - {{stepId: s, operationId: addPet, requestBody: {body}}}"),
        &["201"],
    )
    .with_input("given", serde_json::json!({}))
    .run();
    if played.sent.is_empty() {
        played.step("s").reason.clone().unwrap()
    } else {
        played.requests()
    }
}

#[test]
fn bodies_are_sent_as_they_are_written() {
    let json = "POST /pets Content-Type=application/json ";
    let rows = [
        (
            "{payload: {name: Rex, kind: dog}}",
            format!("{json}{{\"name\":\"Rex\",\"kind\":\"dog\"}}"),
        ),
        (
            "{payload: {name: 1.50, kind: null}}",
            format!("{json}{{\"name\":1.50,\"kind\":null}}"),
        ),
        (
            "{payload: [1, {a: $inputs.given.none}]}",
            "in the payload, ".to_owned(),
        ),
        (
            "{payload: {name: $sourceDescriptions.api.url}}",
            format!("{json}{{\"name\":\"api.yaml\"}}"),
        ),
        (
            "{payload: {name: 'I am {$sourceDescriptions.api.type}'}}",
            format!("{json}{{\"name\":\"I am openapi\"}}"),
        ),
        // Many files write their JSON as a text.
        (
            "{payload: '{\"name\": \"{$sourceDescriptions.api.url}\"}'}",
            format!("{json}{{\"name\": \"api.yaml\"}}"),
        ),
        (
            "{contentType: text/plain, payload: hello}",
            "POST /pets Content-Type=text/plain hello".to_owned(),
        ),
        (
            "{contentType: application/xml, payload: <a/>}",
            "POST /pets Content-Type=application/xml <a/>".to_owned(),
        ),
        (
            "{contentType: application/xml, payload: {a: 1}}",
            "POST /pets Content-Type=application/xml {\"a\":1}".to_owned(),
        ),
        // Replacements (RFC 6901).
        (
            "{payload: {name: Rex, kind: dog}, replacements: [{target: /name, value: Tom}, {target: /age, value: 3}]}",
            format!("{json}{{\"name\":\"Tom\",\"kind\":\"dog\",\"age\":3}}"),
        ),
        (
            "{payload: {a: [{b: 1}, {b: 2}]}, replacements: [{target: /a/1/b, value: $sourceDescriptions.api.type}]}",
            format!("{json}{{\"a\":[{{\"b\":1}},{{\"b\":\"openapi\"}}]}}"),
        ),
        (
            "{payload: {a: []}, replacements: [{target: /a/3/b, value: 1}]}",
            "in the replacements, ".to_owned(),
        ),
    ];
    for (body, expected) in rows {
        let found = sent(body);
        assert!(found.starts_with(&expected), "{body}: {found}");
    }
}

#[test]
fn texts_are_sent_as_they_are_in_any_media_type() {
    let send = |body: &str| {
        let step = format!("  - stepId: s\n    operationId: fillForm\n    requestBody:\n{body}");
        let played = steps(&step, &["200"]).run();
        let sent = played.sent.first().map(|_| played.requests());
        sent.unwrap_or_else(|| played.step("s").reason.clone().unwrap())
    };
    let rows = [
        (
            "{contentType: application/x-www-form-urlencoded, payload: 'name=R%20{$sourceDescriptions.api.type}&age=3'}",
            "Content-Type=application/x-www-form-urlencoded name=R%20openapi&age=3",
        ),
        (
            "{payload: {name: R x, age: 3}, replacements: [{target: /age, value: 4}]}",
            "Content-Type=application/x-www-form-urlencoded name=R%20x&age=4",
        ),
        (
            "{contentType: application/xml, payload: '<a>{$sourceDescriptions.api.type}</a>'}",
            "Content-Type=application/xml <a>openapi</a>",
        ),
        (
            "{contentType: application/xml; charset=utf-8, payload: <a/>}",
            "Content-Type=application/xml; charset=utf-8 <a/>",
        ),
        (
            "{contentType: text/csv, payload: 'a,b'}",
            "Content-Type=text/csv a,b",
        ),
        (
            "{contentType: text/xml, payload: <a/>}",
            "Content-Type=text/xml <a/>",
        ),
        (
            "{contentType: multipart/form-data; boundary=x, payload: --x--}",
            "Content-Type=multipart/form-data; boundary=x --x--",
        ),
        // What is drawn, with pins that are written as text.
        (
            "{x-proofmark-generate: {optional: all}, payload: 'name=R x&age=3'}",
            "Content-Type=application/x-www-form-urlencoded age=3&name=R%20x",
        ),
    ];
    for (body, expected) in rows {
        let found = send(&format!("      {body}"));
        assert!(found.contains(expected), "{body}: {found}");
    }
    let found = send(
        "      contentType: application/xml
      payload: |
        <pet>
          <type>{$sourceDescriptions.api.type}</type>
        </pet>
",
    );
    assert!(
        found.ends_with("<pet>\n  <type>openapi</type>\n</pet>\n"),
        "{found}"
    );
}

#[test]
fn a_text_of_json_takes_replacements_and_pins() {
    let rows = [
        (
            "{payload: '{\"name\": \"{$sourceDescriptions.api.type}\", \"kind\": \"cat\"}', replacements: [{target: /kind, value: dog}]}",
            r#"{"name":"openapi","kind":"dog"}"#,
        ),
        (
            "{x-proofmark-generate: {optional: none}, payload: '{\"name\": \"Pin\", \"kind\": \"cat\"}'}",
            r#"{"kind":"cat","name":"Pin"}"#,
        ),
        (
            "{x-proofmark-generate: {}, payload: '{\"name\": '}",
            "the payload is no `application/json`: ",
        ),
    ];
    for (body, expected) in rows {
        let found = sent(body);
        assert!(found.contains(expected), "{body}: {found}");
    }
}

#[test]
fn a_body_that_the_operation_needs_is_made_when_none_is_written() {
    let played = steps(
        "
  - {stepId: a, operationId: addPet}
  - {stepId: b, operationId: addPet, requestBody: {contentType: application/json}}
  - {stepId: c, operationId: login}
",
        &["201", "201", "200"],
    )
    .run();
    insta::assert_snapshot!(played.requests(), @r#"
    POST /pets Content-Type=application/json {"name":"Rex","kind":"dog"}
    POST /pets Content-Type=application/json {"name":"Rex","kind":"dog"}
    POST /login
    "#);
}

/// The bodies that are drawn with these options, for several seeds.
fn drawn(generate: &str) -> Vec<Value> {
    let step = format!(
        "  - {{stepId: s, operationId: addPet, requestBody: {generate}, successCriteria: [{{condition: $statusCode < 500}}]}}"
    );
    let bodies = (1..=12).flat_map(|seed| {
        let played = steps(&step, &["400"]).seeded(seed).run();
        let step = played.step("s");
        assert_eq!(step.reason, None, "{generate}: {}", played.story());
        played.bodies()
    });
    bodies.collect()
}

fn is_pet(body: &Value) -> bool {
    let name = body["name"].as_str().map(|name| name.chars().count());
    let age = body.get("age");
    name.is_some_and(|name| (3..=8).contains(&name))
        && matches!(body["kind"].as_str(), Some("cat" | "dog"))
        && age.is_none_or(|age| age.as_i64().is_some_and(|age| (0..=30).contains(&age)))
}

#[test]
fn bodies_are_drawn_from_the_schema() {
    let valid = drawn("{x-proofmark-generate: {}}");
    assert!(valid.iter().all(is_pet), "{valid:?}");
    assert!(valid.iter().any(|body| body != &valid[0]));
    let none = drawn("{x-proofmark-generate: {optional: none}}");
    assert!(
        none.iter()
            .all(|body| is_pet(body) && body.get("age").is_none())
    );
    let all = drawn("{x-proofmark-generate: {optional: all}}");
    assert!(
        all.iter()
            .all(|body| is_pet(body) && body.get("age").is_some())
    );
    let minimal = drawn("{x-proofmark-generate: {mode: minimal}}");
    assert!(
        minimal
            .iter()
            .all(|body| is_pet(body) && body.get("age").is_none())
    );
    let example = drawn("{x-proofmark-generate: {mode: example}}");
    assert!(
        example
            .iter()
            .all(|body| *body == json!({"name": "Rex", "kind": "dog"}))
    );
}

#[test]
fn what_is_pinned_stays() {
    for mode in ["valid", "minimal", "example"] {
        let pinned = drawn(&format!(
            "{{x-proofmark-generate: {{mode: {mode}}}, payload: {{name: Pin, age: 4}}, replacements: [{{target: /age, value: 5}}]}}"
        ));
        for body in pinned {
            assert_eq!(body["name"], "Pin");
            assert_eq!(body["age"], 5);
            assert!(is_pet(&body), "{body}");
        }
    }
}

#[test]
fn invalid_bodies_break_the_schema_in_one_way_beside_the_pins() {
    let bodies = drawn("{x-proofmark-generate: {mode: invalid}}");
    assert!(
        bodies
            .iter()
            .all(|body| !is_pet(body) || body.as_object().unwrap().len() > 2),
        "{bodies:?}"
    );
    let pinned = drawn("{x-proofmark-generate: {mode: invalid}, payload: {kind: cat}}");
    for body in pinned {
        assert_eq!(body["kind"], "cat");
    }
}

#[test]
fn invalid_bodies_must_be_refused() {
    let step = |criteria: &str, reply: &str| {
        let step = format!(
            "  - {{stepId: s, operationId: addPet, requestBody: {{x-proofmark-generate: {{mode: invalid}}}}{criteria}}}"
        );
        let played = steps(&step, &[reply]).run();
        let found: Vec<String> = played
            .summary
            .findings
            .iter()
            .map(|finding| finding.code.to_string())
            .collect();
        format!("{} {}", played.step("s").outcome.name(), found.join(" "))
    };
    assert_eq!(step("", "400"), "passed ");
    assert_eq!(step("", "422"), "passed PM701");
    assert_eq!(step("", "201"), "failed PM202 PM310");
    assert_eq!(step("", "500"), "failed PM201 PM310");
    let wants = ", successCriteria: [{condition: $statusCode == 201}]";
    assert_eq!(step(wants, "201"), "passed PM202");
}

#[test]
fn what_cannot_be_drawn_is_not_sent() {
    let refused = |body: &str| {
        let step = "  - {stepId: s, operationId: addPet, requestBody: BODY}";
        steps(&step.replace("BODY", body), &["201"]).refused()
    };
    insta::assert_snapshot!(
        refused("{contentType: text/plain, x-proofmark-generate: {}}"),
        @"a.yaml:7:77: error[PM723] `x-proofmark-generate` needs a schema, and `text/plain` has none in the document / write it as text, `payload: |`, with `{$...}` for values"
    );
    insta::assert_snapshot!(
        sent("{x-proofmark-generate: {mode: invalid}, payload: {name: Rex, kind: cat, age: 1}, replacements: [{target: '', value: {name: Rex, kind: cat}}]}"),
        @"what is pinned mends every body that breaks the schema"
    );
}
