//! Operations: parameters, bodies, answers, credentials and servers.

use super::{compared, paths, told};

fn changes(old: &str, new: &str) -> Vec<String> {
    told(&compared(&paths(old, ""), &paths(new, "")))
}

const OK: &str = "responses: {'200': {description: ok}}";

#[test]
fn operations_are_found_by_method_and_path_and_then_by_name() {
    let one = |path: &str, method: &str, rest: &str| {
        format!("{{{path}: {{parameters: [], {method}: {{{rest}{OK}}}}}}}")
    };
    let user = |name: &str| {
        format!(
            "{{'/users/{{{name}}}': {{get: {{parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}], {OK}}}}}}}"
        )
    };
    assert!(changes(&user("id"), &user("userId")).is_empty());
    assert_eq!(
        changes(
            &one("/a", "get", "operationId: a, "),
            &one("/b", "get", "operationId: a, ")
        ),
        ["request breaking operation-moved"]
    );
    assert_eq!(
        changes(
            &one("/a", "get", "operationId: a, "),
            &one("/a", "get", "operationId: b, ")
        ),
        ["note operation-renamed"]
    );
    assert_eq!(
        changes(&one("/a", "get", ""), &one("/a", "post", "")),
        [
            "request breaking operation-removed",
            "request compatible operation-added"
        ]
    );
    assert_eq!(
        changes(
            &one("/a", "get", ""),
            &one("/a", "get", "deprecated: true, ")
        ),
        ["note deprecated"]
    );
}

#[test]
fn what_cannot_be_read_is_not_taken_for_gone() {
    let good = format!("{{/a: {{get: {{{OK}}}}}}}");
    let bad = "{/a: {get: 3}}";
    let read = |text: &str| crate::spec::Spec::from_text("a.yaml", &paths(text, "")).unwrap();
    let told = |old: &str, new: &str| {
        told(&super::compare(
            &read(old),
            &read(new),
            super::Limits::default(),
        ))
    };
    assert_eq!(told(&good, bad), ["request unclear unreadable"]);
    assert_eq!(told(bad, &good), ["request unclear unreadable"]);
}

#[test]
fn parameters_are_found_by_place_and_name() {
    let with = |parameters: &str| format!("{{/a: {{get: {{parameters: [{parameters}], {OK}}}}}}}");
    let query = |rest: &str| with(&format!("{{name: q, in: query, {rest}}}"));
    for (old, new, expected) in [
        (
            with(""),
            query("schema: {type: string}"),
            "request compatible parameter-added",
        ),
        (
            with(""),
            query("required: true, schema: {type: string}"),
            "request breaking required-parameter-added",
        ),
        (
            query("schema: {type: string}"),
            with(""),
            "request unclear parameter-removed",
        ),
        (
            query("schema: {}"),
            query("required: true, schema: {}"),
            "request breaking parameter-became-required",
        ),
        (
            query("required: true, schema: {}"),
            query("schema: {}"),
            "request compatible parameter-became-optional",
        ),
        (
            query("schema: {type: string, maxLength: 5}"),
            query("schema: {type: string, maxLength: 2}"),
            "request breaking length-changed",
        ),
        (
            query("schema: {type: integer}"),
            query("schema: {type: string}"),
            "request compatible types-added",
        ),
        (
            query("schema: {type: string}"),
            query("schema: {type: integer}"),
            "request breaking types-removed",
        ),
        (
            query("schema: {type: array, items: {type: string}}"),
            query("explode: false, schema: {type: array, items: {type: string}}"),
            "request breaking serialization-changed",
        ),
        (
            query("schema: {type: integer, default: 20}"),
            query("schema: {type: integer, default: 50}"),
            "request unclear default-changed",
        ),
        (
            query("schema: {}"),
            query("deprecated: true, schema: {}"),
            "note deprecated",
        ),
    ] {
        assert_eq!(changes(&old, &new), [expected], "{old}\n{new}");
    }
    // How a single word is written is the same in both.
    assert!(
        changes(
            &query("schema: {type: string}"),
            &query("explode: false, schema: {type: string}")
        )
        .is_empty()
    );
    let header = |name: &str| {
        with(&format!(
            "{{name: {name}, in: header, schema: {{type: string}}}}"
        ))
    };
    assert!(changes(&header("X-Trace"), &header("x-trace")).is_empty());
}

#[test]
fn bodies_and_media_types_come_and_go() {
    let with = |body: &str| format!("{{/a: {{post: {{{body}{OK}}}}}}}");
    let json = "content: {application/json: {schema: {type: string}}}";
    let body = |rest: &str| with(&format!("requestBody: {{{rest}}}, "));
    let both = "content: {application/json: {schema: {type: string}}, text/plain: {schema: {type: string}}}";
    for (old, new, expected) in [
        (with(""), body(json), "request compatible body-added"),
        (
            with(""),
            body(&format!("required: true, {json}")),
            "request breaking required-body-added",
        ),
        (body(json), with(""), "request unclear body-removed"),
        (
            body(json),
            body(&format!("required: true, {json}")),
            "request breaking body-became-required",
        ),
        (
            body(&format!("required: true, {json}")),
            body(json),
            "request compatible body-became-optional",
        ),
        (
            body(json),
            body(both),
            "request compatible media-type-added",
        ),
        (
            body(both),
            body(json),
            "request breaking media-type-removed",
        ),
    ] {
        assert_eq!(changes(&old, &new), [expected], "{old}\n{new}");
    }
    let range = body("content: {'*/*': {schema: {type: string, maxLength: 3}}}");
    assert_eq!(
        changes(&body(json), &range),
        [
            "request breaking length-changed",
            "request compatible media-type-added"
        ]
    );
    let spelled = body("content: {'application/json; charset=utf-8': {schema: {type: string}}}");
    assert!(changes(&body(json), &spelled).is_empty());
}

#[test]
fn answers_are_compared_by_status_media_type_and_header() {
    let with = |responses: &str| format!("{{/a: {{get: {{responses: {{{responses}}}}}}}}}");
    let ok = "'200': {description: ok}";
    let text = "content: {text/plain: {schema: {type: string}}}";
    for (old, new, expected) in [
        (
            with(ok),
            with(&format!("{ok}, '404': {{description: no}}")),
            "response compatible status-added",
        ),
        (
            with(&format!("{ok}, '404': {{description: no}}")),
            with(ok),
            "response compatible status-removed",
        ),
        (
            with(ok),
            with(&format!("{ok}, '202': {{description: later}}")),
            "response unclear status-added",
        ),
        (
            with(&format!("{ok}, '202': {{description: later}}")),
            with(ok),
            "response breaking status-removed",
        ),
        (
            with(ok),
            with(&format!("'200': {{description: ok, {text}}}")),
            "response compatible content-added",
        ),
        (
            with(&format!("'200': {{description: ok, {text}}}")),
            with(ok),
            "response breaking content-removed",
        ),
        (
            with(ok),
            with("'200': {description: ok, headers: {X-A: {schema: {type: string}}}}"),
            "response compatible header-added",
        ),
        (
            with("'200': {description: ok, headers: {X-A: {schema: {type: string}}}}"),
            with(ok),
            "response unclear header-removed",
        ),
        (
            with(
                "'200': {description: ok, headers: {X-A: {required: true, schema: {type: string}}}}",
            ),
            with(ok),
            "response breaking header-removed",
        ),
        (
            with(
                "'200': {description: ok, headers: {X-A: {required: true, schema: {type: string}}}}",
            ),
            with("'200': {description: ok, headers: {x-a: {schema: {type: string}}}}"),
            "response breaking header-became-optional",
        ),
    ] {
        assert_eq!(changes(&old, &new), [expected], "{old}\n{new}");
    }
    // An error that `default` spoke of is named now.
    let any = with(&format!(
        "{ok}, default: {{description: no, content: {{application/json: {{schema: {{type: object}}}}}}}}"
    ));
    let named = with(&format!(
        "{ok}, default: {{description: no, content: {{application/json: {{schema: {{type: object}}}}}}}}, '404': {{description: no, content: {{application/json: {{schema: {{type: object, properties: {{a: {{}}}}}}}}}}}}"
    ));
    assert_eq!(
        changes(&any, &named),
        ["response compatible property-added /a"]
    );
}

#[test]
fn credentials_are_compared_by_what_is_sent() {
    let with = |security: &str| {
        paths(
            &format!("{{/a: {{get: {{{OK}}}}}, /b: {{get: {{{OK}}}}}}}"),
            &format!(
                "security: {security}\ncomponents: {{securitySchemes: {{token: {{type: http, scheme: bearer}}, bearer: {{type: http, scheme: bearer}}, key: {{type: apiKey, in: header, name: X-Key}}}}}}"
            ),
        )
    };
    let told = |old: &str, new: &str| {
        let comparison = compared(&with(old), &with(new));
        let operations: Vec<usize> = comparison
            .changes
            .iter()
            .map(|change| change.operations.len())
            .collect();
        assert!(operations.iter().all(|count| *count == 2), "{operations:?}");
        told(&comparison)
    };
    assert!(told("[{token: []}]", "[{bearer: []}]").is_empty());
    assert_eq!(
        told("[]", "[{token: []}]"),
        ["request breaking credentials-required"]
    );
    assert_eq!(
        told("[{token: []}]", "[]"),
        ["request compatible credentials-loosened"]
    );
    assert_eq!(
        told("[{token: []}]", "[{token: []}, {key: []}]"),
        ["request compatible credentials-loosened"]
    );
    assert_eq!(
        told("[{token: []}]", "[{token: [], key: []}]"),
        ["request breaking credentials-required"]
    );
    assert_eq!(
        told("[{token: []}]", "[{key: []}]"),
        [
            "request breaking credentials-required",
            "request compatible credentials-loosened"
        ]
    );
}

#[test]
fn names_of_header_fields_and_schemes_have_no_case() {
    let with = |scheme: &str| {
        paths(
            &format!("{{/a: {{get: {{security: [{{key: []}}], {OK}}}}}}}"),
            &format!("components: {{securitySchemes: {{key: {scheme}}}}}"),
        )
    };
    let key =
        |place: &str, name: &str| with(&format!("{{type: apiKey, in: {place}, name: {name}}}"));
    let http = |name: &str| with(&format!("{{type: http, scheme: {name}}}"));
    for (old, new, is_same) in [
        (key("header", "X-API-Key"), key("header", "x-api-key"), true),
        (key("query", "Key"), key("query", "key"), false),
        (key("cookie", "Key"), key("cookie", "key"), false),
        (http("Digest"), http("digest"), true),
        (http("Bearer"), http("bearer"), true),
    ] {
        let comparison = compared(&old, &new);
        assert_eq!(comparison.changes.is_empty(), is_same, "{old}\n{new}");
    }
}

#[test]
fn what_many_operations_say_in_the_same_words_is_told_once() {
    let with = |rest: &str| {
        let one = |path: &str| {
            format!("/{path}: {{get: {{responses: {{'200': {{description: ok}}{rest}}}}}}}")
        };
        paths(&format!("{{{}, {}}}", one("a"), one("b")), "")
    };
    let comparison = compared(&with(""), &with(", '429': {description: slow}"));
    assert_eq!(told(&comparison), ["response compatible status-added"]);
    assert_eq!(comparison.changes[0].operations, ["GET /a", "GET /b"]);
    let gone = compared(&with(""), &paths("{}", ""));
    assert_eq!(told(&gone).len(), 2);
}

#[test]
fn a_range_of_statuses_lets_through_what_one_of_them_did() {
    let with = |key: &str| {
        format!(
            "{{/a: {{get: {{responses: {{'{key}': {{description: ok, content: {{application/json: {{schema: {{type: string}}}}}}}}}}}}}}}}"
        )
    };
    let comparison = compared(&paths(&with("200"), ""), &paths(&with("2XX"), ""));
    assert_eq!(told(&comparison), ["response unclear status-added"]);
    assert_eq!(
        comparison.changes[0].message,
        "any status of 2XX may be answered now"
    );
    let comparison = compared(&paths(&with("2XX"), ""), &paths(&with("200"), ""));
    assert_eq!(told(&comparison), ["response compatible status-removed"]);
    assert_eq!(comparison.changes[0].message, "no longer any status of 2XX");
}

#[test]
fn a_status_that_never_has_a_body_loses_none() {
    let with = |rest: &str| {
        let body = "content: {application/json: {schema: {type: string}}}";
        paths(
            &format!(
                "{{/a: {{get: {{responses: {{'200': {{description: ok}}, {rest} default: {{description: no, {body}}}}}}}}}}}"
            ),
            "",
        )
    };
    for (key, expected) in [
        ("304", &[][..]),
        ("102", &[]),
        ("1XX", &[]),
        ("404", &["response breaking content-removed"]),
    ] {
        let named = with(&format!("'{key}': {{description: none}},"));
        assert_eq!(told(&compared(&with(""), &named)), expected, "{key}");
    }
}
