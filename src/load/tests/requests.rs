//! Requests: under load they are what a run would send.

use std::sync::Mutex;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::server::{Asked, json as reply, serve, with};
use super::{GOOD, Stand, stand, stand_with, steps, times, value};
use crate::case::Authority;
use crate::http::{Exchange, Request, Response, Timing, Transport};
use crate::record::{Event, Sink};
use crate::scenario::{self, Lane, Selection};

/// Captured values go wherever a request can hold one.
const CARRYING_API: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
    key: {type: apiKey, in: query, name: key}
paths:
  /first:
    get: {operationId: first, responses: {'200': {description: d, content: {application/json: {}}}}}
  /{id}/part:
    put:
      operationId: put
      security: [{basic: []}, {key: []}]
      parameters:
      - {name: id, in: path, required: true, schema: {}}
      - {name: q, in: query, schema: {}}
      - {name: X-Own, in: header, schema: {}}
      - {name: c, in: cookie, schema: {}}
      requestBody: {content: {application/json: {schema: {}}, application/x-www-form-urlencoded: {schema: {type: object}}, text/plain: {schema: {type: string}}, application/xml: {schema: {}}}}
      responses: {'200': {description: d}}
";

/// The step that carries `v`.
fn carrying(parameters: &str, body: &str, more: &str) -> String {
    steps(&format!(
        "  - {{stepId: a, operationId: first, outputs: {{v: $response.body#/v}}}}\n  - {{stepId: b, operationId: put, parameters: [{parameters}]{body}{more}}}\n"
    ))
}

const WAYS: [(&str, &str, &str); 12] = [
    ("{name: id, in: path, value: $steps.a.outputs.v}", "", ""),
    (
        "{name: id, in: path, value: 'a-{$steps.a.outputs.v}'}",
        "",
        "",
    ),
    (
        "{name: id, in: path, value: 1}, {name: q, in: query, value: $steps.a.outputs.v}",
        "",
        "",
    ),
    (
        "{name: id, in: path, value: 1}, {name: other, in: query, value: 'x{$steps.a.outputs.v}y'}",
        "",
        "",
    ),
    (
        "{name: id, in: path, value: 1}, {name: X-Own, in: header, value: $steps.a.outputs.v}",
        "",
        "",
    ),
    (
        "{name: id, in: path, value: 1}, {name: c, in: cookie, value: $steps.a.outputs.v}",
        "",
        "",
    ),
    (
        "{name: id, in: path, value: 1}",
        ", requestBody: {contentType: application/json, payload: {whole: $steps.a.outputs.v, part: 'a {$steps.a.outputs.v} b', list: [$steps.a.outputs.v]}}",
        "",
    ),
    (
        "{name: id, in: path, value: 1}",
        ", requestBody: {contentType: application/json, payload: $steps.a.outputs.v}",
        "",
    ),
    (
        "{name: id, in: path, value: 1}",
        ", requestBody: {contentType: application/x-www-form-urlencoded, payload: {whole: $steps.a.outputs.v, part: 'a {$steps.a.outputs.v} b'}}",
        "",
    ),
    (
        "{name: id, in: path, value: 1}",
        ", requestBody: {contentType: text/plain, payload: 'a {$steps.a.outputs.v} b'}",
        "",
    ),
    (
        "{name: id, in: path, value: 1}",
        "",
        ", x-security: [{schemeName: basic, values: {username: u, password: $steps.a.outputs.v}}]",
    ),
    (
        "{name: id, in: path, value: 1}",
        "",
        ", x-security: [{schemeName: key, values: {value: $steps.a.outputs.v}}]",
    ),
];

/// Answers the first step with a value and notes the others.
struct Script {
    value: Value,
    sent: Mutex<Vec<Request>>,
}

impl Transport for Script {
    async fn send(&self, request: Request) -> Exchange {
        self.sent.lock().unwrap().push(request.clone());
        let body = json!({ "v": self.value }).to_string();
        Exchange {
            request,
            outcome: Ok(Response {
                status: 200,
                headers: vec![("content-type".to_owned(), b"application/json".to_vec())],
                body: body.into(),
            }),
            timing: Timing::default(),
        }
    }
}

struct Nobody;

impl Sink for Nobody {
    fn take(&mut self, _: &Event) -> std::io::Result<()> {
        Ok(())
    }
}

/// What `run` sends.
fn by_run(stand: &Stand, value: &Value) -> Vec<String> {
    let suite = stand.suite();
    let seed = stand.options.seed;
    let planned = suite
        .plan(&Selection::default(), &stand.given, seed)
        .unwrap();
    let script = Script {
        value: value.clone(),
        sent: Mutex::default(),
    };
    let lanes = [Lane {
        transport: &script,
        authority: Authority::default(),
        base: String::new(),
    }];
    let options = scenario::Options {
        seed,
        max_steps: 100,
        max_time: None,
        target: String::new(),
        at: String::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut nobody = Nobody;
    let running = scenario::run(&suite, &lanes, &planned, &options, &stand.stop, &mut nobody);
    runtime.block_on(running).unwrap();
    drop(lanes);
    let sent = script.sent.into_inner().unwrap();
    let shown = sent.iter().map(|request| {
        let fields = request.headers.iter();
        let body = request.body.clone().unwrap_or_default();
        shown(
            &request.method,
            &request.path,
            fields.map(|(name, value)| (&**name, &**value)),
            &String::from_utf8_lossy(&body),
        )
    });
    shown.collect()
}

fn shown<'f>(
    method: &str,
    path: &str,
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    body: &str,
) -> String {
    let mut fields: Vec<String> = fields
        .filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"))
        .map(|(name, value)| format!("{}: {}", name.to_ascii_lowercase(), value.trim()))
        .collect();
    fields.sort();
    format!("{method} {path}\n{}\n\n{body}", fields.join("\n"))
}

/// What is sent under load.
fn by_load(stand: &Stand, value: &Value) -> Vec<String> {
    let body = json!({ "v": value }).to_string();
    let served = serve(move |_| reply("200", &body));
    stand.run(&served.url);
    let line = |asked: &Asked| {
        let fields = asked.fields.iter();
        shown(
            &asked.method,
            &asked.path,
            fields.map(|(name, value)| (&**name, &**value)),
            &asked.body,
        )
    };
    served.asked().iter().map(line).collect()
}

fn nasty() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("..".to_owned()),
        Just("a\"b\\c\u{7}\n\t\r".to_owned()),
        Just("zqx0zqx".to_owned()),
        Just("x&y=z%2F+ ;#?/".to_owned()),
    ];
    let scalar = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(value("1.50")),
        1 => Just(value("12345678901234567890123")),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    prop_oneof![
        6 => scalar.clone(),
        1 => prop::collection::vec(scalar.clone(), 0..3).prop_map(Value::from),
        1 => scalar.prop_map(|value| json!({ "m n": value })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn requests_are_those_that_a_run_would_send(way in 0..WAYS.len(), value in nasty()) {
        let (parameters, body, more) = WAYS[way];
        let profile = format!("  scenarios:\n{}", times(1));
        let stand = stand_with(CARRYING_API, &profile, &carrying(parameters, body, more));
        prop_assert_eq!(by_load(&stand, &value), by_run(&stand, &value), "{}", value);
    }
}

#[test]
fn requests_with_captured_values_are_made_ready() {
    for (way, (parameters, body, more)) in WAYS.iter().enumerate() {
        let profile = format!("  scenarios:\n{}", times(1));
        let stand = stand_with(CARRYING_API, &profile, &carrying(parameters, body, more));
        let served = serve(|_| reply("200", r#"{"v":"plain"}"#));
        let drafted = stand.run(&served.url).report.generator.drafted;
        // Nobody can see where a value went that was encoded.
        assert_eq!(drafted, u64::from(way == 10), "{parameters}{body}{more}");
    }
}

#[test]
fn generated_bodies_differ_and_are_valid() {
    let workflow = steps(
        "  - {stepId: a, operationId: create, requestBody: {x-proofmark-generate: {mode: valid}}}\n",
    );
    let served = serve(|_| reply("201", GOOD));
    let came = stand(&times(100), &workflow).run(&served.url);
    assert_eq!(came.counts(), [100, 100, 100, 0, 0, 0]);
    let mut bodies: Vec<String> = served.asked().into_iter().map(|asked| asked.body).collect();
    for body in &bodies {
        let length = value(body)["name"].as_str().unwrap().chars().count();
        assert!((1..=9).contains(&length), "{body}");
    }
    bodies.sort();
    bodies.dedup();
    assert!(bodies.len() > 50, "{}", bodies.len());
    assert_eq!(came.report.generator.drafted, 0, "all could be drawn ahead");
}

/// The bodies that a load of these scenarios sends, in order, and how many of them iterations drew.
fn drawn(scenarios: &str, lanes: u64) -> (Vec<String>, u64) {
    let workflow = steps(
        "  - {stepId: a, operationId: create, requestBody: {x-proofmark-generate: {mode: valid}}}\n",
    );
    let served = serve(|_| reply("201", GOOD).after(1));
    let came = stand(scenarios, &workflow).on_lanes(lanes).run(&served.url);
    assert_eq!(came.report.total.failed, 0, "{scenarios}");
    let asked = served.asked().into_iter();
    let mut bodies: Vec<String> = asked.map(|asked| asked.body).collect();
    bodies.sort();
    (bodies, came.report.generator.drafted)
}

#[test]
fn an_iteration_has_the_same_body_whoever_makes_it_and_draws_it() {
    let (expected, drafted) = drawn(&times(240), 1);
    assert_eq!((expected.len(), drafted), (240, 0));
    let mut distinct = expected.clone();
    distinct.dedup();
    assert!(distinct.len() > 180, "{}", distinct.len());
    for (executor, lanes) in [
        ("shared-iterations, vus: 7, iterations: 240", 2),
        ("per-vu-iterations, vus: 6, iterations: 40", 2),
        // More at once than are drawn ahead.
        (
            "constant-arrival-rate, rate: 2400, duration: 100ms, preAllocatedVUs: 4, maxVUs: 300",
            2,
        ),
    ] {
        let scenario = format!("    s: {{executor: {executor}, exec: w}}\n");
        assert_eq!(drawn(&scenario, lanes).0, expected, "{executor}");
    }
}

#[test]
fn scenarios_draw_different_bodies() {
    let two: String = ["s", "t"]
        .map(|name| times(60).replace("    s: ", &format!("    {name}: ")))
        .concat();
    assert_ne!(two, times(60).repeat(2));
    let (mut bodies, _) = drawn(&two, 1);
    assert_eq!(bodies.len(), 120);
    bodies.dedup();
    assert!(bodies.len() > 80, "{}", bodies.len());
}

const LOGIN: &str = "  - {stepId: in, operationId: login, outputs: {token: $response.body#/token}}
  - {stepId: use, operationId: secret, SECURITY}
";

/// Tokens that begin in a way that nothing else does.
fn keeper(asked: &Asked, answer: impl Fn(&str) -> super::server::Reply) -> super::server::Reply {
    if asked.path == "/login" {
        return reply(
            "200",
            &format!(r#"{{"token":"tok-{:04}-secret"}}"#, asked.number),
        );
    }
    match asked
        .field("authorization")
        .and_then(|field| field.strip_prefix("Bearer tok-"))
    {
        Some(rest) => answer(&format!("tok-{rest}")),
        None => reply("401", GOOD),
    }
}

#[test]
fn a_token_from_a_login_is_used_and_reaches_no_report() {
    for security in [
        "x-security: [{schemeName: bearer, values: {token: $steps.in.outputs.token}}]",
        "parameters: [{name: Authorization, in: header, value: 'Bearer {$steps.in.outputs.token}'}]",
    ] {
        let workflow = steps(&LOGIN.replace("SECURITY", security));
        let served = serve(|asked| keeper(asked, |_| reply("200", GOOD)));
        let came = stand(&times(5), &workflow).run(&served.url);
        assert_eq!(came.counts(), [5, 5, 5, 0, 0, 0], "{security}");
        let tokens = served.asked();
        for pair in tokens.chunks(2) {
            let expected = format!("Bearer tok-{:04}-secret", pair[0].number);
            assert_eq!(pair[1].field("authorization"), Some(&*expected));
        }
        assert_eq!(came.report.generator.drafted, 0, "{security}");
        // Neither as it was sent nor as the server says it again.
        let served = serve(|asked| {
            keeper(asked, |token| {
                let body = format!(r#"{{"id":"{token}","note":"you sent {token}"}}"#);
                with("200", &format!("x-echo: {token}\r\n"), &body)
            })
        });
        let came = stand(&times(5), &workflow).run(&served.url);
        assert_eq!(came.step("use").schema_violations, 5, "{security}");
        assert_eq!(came.summary.exit_code, 1);
        let written = came.written();
        assert!(written.contains("/secret"), "there is an example");
        let leak = written
            .find("tok-0")
            .map(|at| &written[at.saturating_sub(80)..at + 20]);
        assert_eq!(leak, None, "{security}");
        // And what it was made from is nobody's business either.
        let mark = written
            .find("zqx")
            .map(|at| &written[at.saturating_sub(80)..at + 20]);
        assert_eq!(mark, None, "{security}");
    }
}

#[test]
fn an_iteration_without_a_token_is_not_sent_as_somebody_else() {
    let security = "x-security: [{schemeName: bearer, values: {token: $steps.in.outputs.token}}]";
    let workflow = steps(&LOGIN.replace("SECURITY", security).replace(
        "token: $response.body#/token}",
        "token: $response.body#/token}, onFailure: [{name: on, type: goto, stepId: use}]",
    ));
    // The second login gives none.
    let served = serve(|asked| {
        if asked.number == 2 {
            return reply("200", "{}");
        }
        keeper(asked, |_| reply("200", GOOD))
    });
    let came = stand(&times(2), &workflow).run(&served.url);
    let asked = served.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[3].field("authorization"), None);
    assert_eq!(came.counts(), [2, 2, 2, 1, 0, 0]);
}

#[test]
fn criteria_see_the_request_as_it_was_sent() {
    let workflow = steps(
        "  - {stepId: a, operationId: list, outputs: {id: $response.body#/id}}\n  - {stepId: b, operationId: read, parameters: [{name: id, in: path, value: $steps.a.outputs.id}], successCriteria: [{condition: '$response.body#/id == $request.path.id'}, {condition: '$method == \"GET\"'}, {condition: '$url != \"\"'}]}\n",
    );
    let served = serve(|_| reply("200", GOOD));
    let came = stand(&times(2), &workflow).run(&served.url);
    assert_eq!(came.counts(), [2, 2, 2, 0, 0, 0], "{:?}", came.findings());
}
