//! What makes a step succeed: criteria that are written, the one that is not, and outputs.

use super::steps;

/// The outcome of the step `s` with these criteria and this answer, and why.
fn judged(criteria: &str, reply: &str) -> String {
    let play = steps(
        &format!("  - {{stepId: s, operationId: listPets{criteria}}}"),
        &[reply],
    );
    let played = play.run();
    let step = played.step("s");
    let notes = step.attempts.iter().flat_map(|attempt| &attempt.criteria);
    let notes: Vec<&str> = notes
        .flat_map(|criterion| &criterion.notes)
        .map(String::as_str)
        .collect();
    let mut text = step.outcome.name().to_owned();
    for part in step.reason.as_deref().into_iter().chain(notes) {
        text.push_str("; ");
        text.push_str(part);
    }
    text
}

#[test]
fn a_step_without_criteria_needs_a_documented_success() {
    let failed = "failed; `the answer is a documented 2xx` does not hold";
    let rows = [
        ("200", "passed"),
        ("204", "passed"),
        ("401", failed),
        ("404", failed),
        ("302", failed),
        ("500", failed),
        ("418", failed),
    ];
    for (reply, expected) in rows {
        assert_eq!(judged("", reply), expected, "{reply}");
    }
    let undocumented = steps("  - {stepId: s, operationId: addPet}", &["200"]).run();
    assert_eq!(
        undocumented.step("s").reason.as_deref(),
        Some(failed.trim_start_matches("failed; "))
    );
}

#[test]
fn a_step_succeeds_when_all_its_criteria_hold() {
    let rows = [
        ("$statusCode == 404", "404", "passed"),
        (
            "$statusCode == 200",
            "404",
            "failed; `$statusCode == 200` does not hold",
        ),
        ("$statusCode >= 200 && $statusCode < 300", "204", "passed"),
        (
            "$response.body#/name == 'Rex'",
            "200 {\"name\":\"Rex\"}",
            "passed",
        ),
        (
            "$response.body#/name == 'REX'",
            "200 {\"name\":\"Rex\"}",
            "passed; `Rex` and `REX` are equal only ignoring case",
        ),
        (
            "$response.body#/owner == null",
            "200 {\"name\":\"Rex\"}",
            "passed",
        ),
        ("$response.header.X-Count == '3'", "200 x-count=3", "passed"),
        ("$response.header.X-Count == 3", "200 x-count=3", "failed; "),
        ("$response.header.X-Count >= 3", "200 x-count=3", "passed"),
        ("$method == 'GET'", "200", "passed"),
        ("$url == 'http://127.0.0.1:8080/pets'", "200", "passed"),
        ("$request.path.id == null", "200", "passed"),
        ("$inputs.nothing == null", "200", "passed"),
    ];
    for (condition, reply, expected) in rows {
        let criteria = format!(", successCriteria: [{{condition: \"{condition}\"}}]");
        let found = judged(&criteria, reply);
        assert!(
            found.starts_with(expected),
            "{condition} of {reply}: {found}"
        );
    }
}

#[test]
fn criteria_may_be_regexes_and_queries() {
    let rows = [
        ("$statusCode", "^2\\d\\d$", "regex", "passed"),
        ("$response.body#/name", "^rex$", "regex", "failed"),
        ("$response.body", "$.tags[?@ == 'a']", "jsonpath", "passed"),
        ("$response.body", "$.tags[?@ == 'x']", "jsonpath", "failed"),
        ("$response.body", "$.name", "jsonpath", "passed"),
        ("$response.body#/tags", "$[?@ == 'b']", "jsonpath", "passed"),
    ];
    for (context, condition, kind, expected) in rows {
        let criteria = format!(
            ", successCriteria: [{{context: '{context}', condition: \"{}\", type: {kind}}}]",
            condition.replace('\\', "\\\\")
        );
        let found = judged(&criteria, "200 {\"name\":\"Rex\",\"tags\":[\"a\",\"b\"]}");
        assert!(found.starts_with(expected), "{condition}: {found}");
    }
}

#[test]
fn a_criterion_that_does_not_hold_is_a_finding_with_the_values() {
    let played = steps(
        "
  - stepId: s
    operationId: listPets
    successCriteria:
    - condition: $statusCode == 200
    - condition: $response.body#/name == 'Tom'
    - condition: $response.body#/age > 3
",
        &["200 {\"name\":\"Rex\",\"age\":2}"],
    )
    .run();
    insta::assert_snapshot!(played.story(), @r"
    w: failed, step `s`: `$response.body#/name == 'Tom'` does not hold
      s GET /pets 200, failed `$response.body#/name == 'Tom'` does not hold
    warning[PM107] status 2XX has a body, the document declares none
    error[PM310] step `s` of `w`: `$response.body#/name == 'Tom'` does not hold
    error[PM310] step `s` of `w`: `$response.body#/age > 3` does not hold
    ");
    let details: Vec<&str> = played
        .summary
        .findings
        .iter()
        .map(|finding| &*finding.example.detail)
        .collect();
    insta::assert_debug_snapshot!(details, @r#"
    [
        "",
        "$response.body#/name is \"Rex\"",
        "$response.body#/age is 2",
    ]
    "#);
    assert_eq!(played.summary.exit_code, 1);
}

#[test]
fn outputs_are_taken_from_the_answer() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: add
    operationId: addPet
    requestBody: {payload: {name: Rex, kind: dog}}
    outputs:
      id: $response.body#/id
      tag: '$response.body.tags[1]'
      etag: $response.header.ETag
      text: 'pet {$response.body#/id} by {$method}'
      status: $statusCode
      sent: $request.body#/name
      # 1.1's selectors
      chosen: {context: $response.body, selector: '$.tags[0]', type: jsonpath}
  - stepId: get
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.add.outputs.id}]
    outputs: {id: $request.path.id, url: $url}
",
            &["201 etag=v1 {\"id\":7,\"tags\":[\"a\",\"b\"]}", "200"]
        )
        .told(),
        @r#"
        w: passed
          add POST /pets 201, {"id":7,"tag":"b","etag":"v1","text":"pet 7 by POST","status":201,"sent":"Rex","chosen":"a"}
          get GET /pets/7 200, {"id":7,"url":"http://127.0.0.1:8080/pets/7"}
        warning[PM107] status 201 has a body, the document declares none
        "#
    );
}

#[test]
fn an_output_that_has_no_value_fails_its_step() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: s, operationId: listPets, outputs: {id: $response.body#/pet/id, ok: $statusCode}}
  - {stepId: t, operationId: listPets}
",
            &["200 {\"pet\":{\"ID\":7}}"]
        )
        .told(),
        @r#"
        w: failed, step `s`: the output `id`: `$response.body#/pet/id` has no value: in the body of the response, there is no member `id`: did you mean `ID`?
          s GET /pets 200, failed [PM311] the output `id`: `$response.body#/pet/id` has no value: in the body of the response, there is no member `id`: did you mean `ID`? {"ok":200}
          t not-reached step `s`: the output `id`: `$response.body#/pet/id` has no value: in the body of the response, there is no member `id`: did you mean `ID`?
        warning[PM107] status 2XX has a body, the document declares none
        error[PM311] step `s` of `w`: the output `id`: `$response.body#/pet/id` has no value: in the body of the response, there is no member `id`: did you mean `ID`?
        "#
    );
}

#[test]
fn what_is_null_is_an_output() {
    insta::assert_snapshot!(
        steps(
            "  - {stepId: s, operationId: listPets, outputs: {id: $response.body#/id}}",
            &["200 {\"id\":null}"]
        )
        .told(),
        @r#"
        w: passed
          s GET /pets 200, {"id":null}
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn checks_weigh_as_their_author_wishes() {
    // 500 is a fault of the server whatever the criteria want.
    let step = |checks: &str| {
        let steps = steps(
            &format!(
                "  - {{stepId: s, operationId: listPets, successCriteria: [{{condition: $statusCode == 500}}]{checks}}}"
            ),
            &["500"],
        );
        steps.told()
    };
    insta::assert_snapshot!(step(""), @r"
    w: passed
      s GET /pets 500,
    error[PM201] a valid request was answered with 500
    ");
    insta::assert_snapshot!(step(", x-proofmark-checks: {PM201: note}"), @r"
    w: passed
      s GET /pets 500,
    note[PM201] a valid request was answered with 500
    ");
    insta::assert_snapshot!(step(", x-proofmark-checks: {PM201: off}"), @r"
    w: passed
      s GET /pets 500,
    ");
}

#[test]
fn the_nearest_wish_counts() {
    let play = super::play(
        "
- workflowId: w
  x-proofmark-checks: {PM201: off}
  steps:
  - {stepId: quiet, operationId: listPets, successCriteria: [{condition: $statusCode == 500}]}
  - {stepId: loud, operationId: getPet, parameters: [{name: id, in: path, value: a}], successCriteria: [{condition: $statusCode == 500}], x-proofmark-checks: {PM201: warn}}
",
        &["500"],
    );
    insta::assert_snapshot!(play.told(), @r"
    w: passed
      quiet GET /pets 500,
      loud GET /pets/a 500,
    warning[PM201] a valid request was answered with 500
    ");
}
