//! What is sent: parameters in all places, those of the workflow, and those that nobody declared.

use super::{play, steps};

/// The request of one step with these parameters.
fn sent(operation: &str, parameters: &str) -> String {
    let play = steps(
        &format!("  - {{stepId: s, operationId: {operation}, parameters: [{parameters}]}}"),
        &["200"],
    );
    let play = play.with_input("given", serde_json::json!({}));
    let played = play.run();
    if played.sent.is_empty() {
        played.step("s").reason.clone().unwrap()
    } else {
        played.requests()
    }
}

#[test]
fn reserved_characters_stay_only_where_they_are_no_syntax() {
    let value = "value: 'a/b:c d&e=f#g%20;é'";
    let kept = "a/b:c%20d%26e%3Df%23g%2520;%C3%A9";
    for (parameter, expected) in [
        (
            format!("{{name: limit, in: query, {value}, x-allowReserved: true}}"),
            format!("?limit={kept}"),
        ),
        (
            format!("{{name: more, in: query, {value}, x-allowReserved: true}}"),
            format!("?more={kept}"),
        ),
        (
            "{name: tags, in: query, value: [a/b, c], x-allowReserved: true}".to_owned(),
            "?tags=a%2Fb,c".to_owned(),
        ),
        (
            "{name: more, in: query, value: a/b}".to_owned(),
            "?more=a%2Fb".to_owned(),
        ),
        (
            "{name: more, in: cookie, value: 'a;b', x-allowReserved: true}".to_owned(),
            "Cookie=more=a%3Bb".to_owned(),
        ),
    ] {
        let found = sent("listPets", &parameter);
        assert!(found.contains(&expected), "{parameter}: {found}");
    }
}

#[test]
fn parameters_go_where_they_belong() {
    let rows = [
        (
            "listPets",
            "{name: limit, in: query, value: 5}",
            "GET /pets?limit=5",
        ),
        (
            "listPets",
            "{name: limit, in: query, value: '5'}",
            "GET /pets?limit=5",
        ),
        (
            "listPets",
            "{name: limit, in: query, value: many}",
            "GET /pets?limit=many",
        ),
        (
            "listPets",
            "{name: tags, in: query, value: [a b, c]}",
            "GET /pets?tags=a%20b,c",
        ),
        (
            "listPets",
            "{name: X-Trace, in: header, value: t 1}",
            "GET /pets X-Trace=t 1",
        ),
        (
            "listPets",
            "{name: x-trace, in: header, value: t}",
            "GET /pets X-Trace=t",
        ),
        (
            "listPets",
            "{name: session, in: cookie, value: abc}",
            "GET /pets Cookie=session=abc",
        ),
        (
            "getPet",
            "{name: id, in: path, value: a/b c}",
            "GET /pets/a%2Fb%20c",
        ),
        ("getPet", "{name: id, in: path, value: 7}", "GET /pets/7"),
        // What the document does not declare.
        (
            "listPets",
            "{name: sort by, in: query, value: a&b}",
            "GET /pets?sort%20by=a%26b",
        ),
        (
            "listPets",
            "{name: X-Other, in: header, value: o}",
            "GET /pets X-Other=o",
        ),
        (
            "listPets",
            "{name: other, in: cookie, value: o}",
            "GET /pets Cookie=other=o",
        ),
        (
            "listPets",
            "{name: page, in: query, value: {n: 1}}",
            "GET /pets?page=%7B%22n%22%3A1%7D",
        ),
        (
            "listPets",
            "{name: q, in: query, value: null}",
            "GET /pets?q=null",
        ),
        // 1.1: the whole query at once.
        (
            "listPets",
            "{name: q, in: querystring, value: 'a=1&b=%20'}",
            "GET /pets?a=1&b=%20",
        ),
        (
            "listPets",
            "{name: q, in: querystring, value: {a: 1, b: x y}}",
            "GET /pets?a=1&b=x%20y",
        ),
        // Expressions.
        (
            "listPets",
            "{name: X-Trace, in: header, value: 'to {$sourceDescriptions.api.url}'}",
            "GET /pets X-Trace=to api.yaml",
        ),
        // Credentials of the author's own.
        (
            "getAccount",
            "{name: Authorization, in: header, value: Bearer own}",
            "GET /account Authorization=Bearer own",
        ),
        (
            "listPets",
            "{name: Authorization, in: header, value: Basic own}",
            "GET /pets Authorization=Basic own",
        ),
        (
            "getStock",
            "{name: key, in: query, value: own}",
            "GET /stock?key=own",
        ),
        // What cannot be sent.
        (
            "listPets",
            "{name: X-Trace, in: header, value: \"a\\nb\"}",
            "header parameter `X-Trace`: header fields hold",
        ),
        (
            "listPets",
            "{name: X-Other, in: header, value: \"a\\nb\"}",
            "the header field `X-Other` cannot hold its value",
        ),
        (
            "listPets",
            "{name: X-Trace, in: header, value: $inputs.given.none}",
            "in the parameter `X-Trace`, ",
        ),
    ];
    for (operation, parameters, expected) in rows {
        let found = sent(operation, parameters);
        assert!(
            found.starts_with(expected),
            "{operation} {parameters}: {found}"
        );
        if found.starts_with("GET") {
            assert_eq!(found, expected, "{operation} {parameters}");
        }
    }
}

#[test]
fn the_credentials_of_the_target_go_along_unless_the_step_has_its_own() {
    let played = steps(
        "
  - {stepId: a, operationId: getAccount}
  - {stepId: b, operationId: getAccount, parameters: [{name: Authorization, in: header, value: Bearer own}]}
  - {stepId: c, operationId: getStock}
  - {stepId: d, operationId: getStock, parameters: [{name: key, in: query, value: own}]}
  - {stepId: e, operationId: listPets}
",
        &["200"],
    )
    .with_token("target-token")
    .run();
    insta::assert_snapshot!(played.requests(), @r"
    GET /account Authorization=Bearer target-token
    GET /account Authorization=Bearer own
    GET /stock?key=target-token
    GET /stock?key=own
    GET /pets
    ");
}

#[test]
fn parameters_of_the_workflow_count_where_a_step_does_not_set_them() {
    let played = play(
        "
- workflowId: w
  parameters:
  - {name: limit, in: query, value: 1}
  - {name: X-Trace, in: header, value: shared}
  - {name: id, in: path, value: p1}
  steps:
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: listPets, parameters: [{name: limit, in: query, value: 2}]}
  - {stepId: c, operationId: listPets, parameters: [{name: limit, in: header, value: 3}]}
  - {stepId: d, operationId: listPets, parameters: [{name: x-trace, in: header, value: own}]}
  - {stepId: e, operationId: getPet}
",
        &["200"],
    )
    .run();
    insta::assert_snapshot!(played.requests(), @r"
    GET /pets?limit=1 X-Trace=shared
    GET /pets?limit=2 X-Trace=shared
    GET /pets?limit=1 X-Trace=shared limit=3
    GET /pets?limit=1 X-Trace=own
    GET /pets/p1?limit=1 X-Trace=shared
    ");
}

#[test]
fn the_same_parameter_twice_is_told_and_the_first_counts() {
    let play = steps(
        "  - {stepId: s, operationId: listPets, parameters: [{name: limit, in: query, value: 1}, {name: limit, in: query, value: 2}]}",
        &["200"],
    );
    assert_eq!(play.run().requests(), "GET /pets?limit=1");
    let told: Vec<String> = play
        .suite()
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(play.clean(&told.join("\n")), @"a.yaml:7:89: warning[PM724] the parameter `limit` stands twice / the first one counts");
}

#[test]
fn a_missing_value_stops_only_what_needs_it() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets, outputs: {body: $response.body}}
  - stepId: b
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.a.outputs.body#/pet/id}]
",
            &["200 {\"pets\":[]}"]
        )
        .told(),
        @r#"
        w: failed, step `b`: in the parameter `id`, `$steps.a.outputs.body#/pet/id` has no value: there is no member `pet`: did you mean `pets`?
          a GET /pets 200, {"body":{"pets":[]}}
          b (nothing sent), failed [PM312] in the parameter `id`, `$steps.a.outputs.body#/pet/id` has no value: there is no member `pet`: did you mean `pets`?
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}
