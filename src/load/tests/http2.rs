//! HTTP/2: the same server gets the same requests, and its answers the same verdicts, as in HTTP/1.1.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use bytes::Bytes;
use h2::server::SendResponse;
use http::{Request, Response};
use tokio::net::TcpListener;

use super::super::Protocol;
use super::server::{Asked, Reply, json, serve, with};
use super::{Came, GOOD, Stand, stand, steps};

/// What a server was asked, and over how many connections.
type Seen = Arc<Mutex<(Vec<Asked>, usize)>>;

/// A server that answers in HTTP/2, on so many streams at once.
fn serve_http2(
    streams: u32,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (String, Seen) {
    let all = Arc::new(Mutex::new((Vec::new(), 0)));
    let (own, answer) = (all.clone(), Arc::new(answer));
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                own.lock().unwrap().1 += 1;
                let (all, answer) = (own.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut builder = h2::server::Builder::new();
                    builder.max_concurrent_streams(streams);
                    let Ok(mut connection) = builder.handshake(stream).await else {
                        return;
                    };
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        tokio::spawn(reply(request, respond, all.clone(), answer.clone()));
                    }
                });
            }
        });
    });
    (format!("http://{}", told.recv().unwrap()), all)
}

async fn reply(
    request: Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    all: Seen,
    answer: Arc<impl Fn(&Asked) -> Reply>,
) {
    let (head, mut content) = request.into_parts();
    let mut body = Vec::new();
    while let Some(Ok(part)) = content.data().await {
        body.extend_from_slice(&part);
    }
    let common = ["user-agent", "accept-encoding", "proofmark-run"];
    let fields = head.headers.iter();
    let fields = fields.filter(|(name, _)| !common.contains(&name.as_str()));
    let asked = Asked {
        number: 0,
        at: Instant::now(),
        method: head.method.to_string(),
        path: head.uri.path_and_query().unwrap().to_string(),
        fields: fields
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: String::from_utf8(body).unwrap(),
    };
    let told = answer(&asked);
    all.lock().unwrap().0.push(asked);
    tokio::time::sleep(told.after).await;
    let mut fields = [httparse::EMPTY_HEADER; 16];
    let mut parsed = httparse::Response::new(&mut fields);
    let length = parsed.parse(told.text.as_bytes()).unwrap().unwrap();
    let mut response = Response::builder().status(parsed.code.unwrap());
    for field in parsed.headers.iter() {
        response = response.header(field.name, field.value);
    }
    let body = Bytes::copy_from_slice(&told.text.as_bytes()[length..]);
    let response = response.body(()).unwrap();
    if let Ok(mut sent) = respond.send_response(response, body.is_empty())
        && !body.is_empty()
    {
        let _ = sent.send_data(body, true);
    }
}

/// What is the same whenever the same answers come, whatever carries them.
fn verdicts(came: &Came) -> Vec<String> {
    let steps = came.report.steps.iter().map(|step| {
        format!(
            "{}: {} {:?} failed {} throttled {} bodies {} {} stray {} criteria {} {} {:?}",
            step.step,
            step.requests,
            step.statuses,
            step.failed,
            step.throttled,
            step.validated,
            step.schema_violations,
            step.undocumented_status,
            step.criteria,
            step.criteria_failed,
            step.findings,
        )
    });
    steps.chain([format!("{:?}", came.counts())]).collect()
}

fn lines(asked: &[Asked]) -> Vec<String> {
    let fields = |asked: &Asked| {
        let mut fields: Vec<String> = asked
            .fields
            .iter()
            .map(|(name, value)| format!("{}: {value}", name.to_ascii_lowercase()))
            .collect();
        fields.sort();
        fields.join("; ")
    };
    let lines = asked.iter();
    let mut lines: Vec<String> = lines
        .map(|asked| format!("{} [{}] {}", asked.line(), fields(asked), asked.body))
        .collect();
    lines.sort();
    lines
}

fn shared(mut stand: Stand, connections: Option<u64>) -> Stand {
    stand.protocol = Protocol::Http2 { connections };
    stand
}

const FLOW: &str = "  - {stepId: a, operationId: create, requestBody: {payload: {x-proofmark-generate: {mode: valid}}}, outputs: {id: $response.body#/id}}
  - {stepId: b, operationId: read, parameters: [{name: id, in: path, value: $steps.a.outputs.id}], successCriteria: [{condition: '$response.header.x-good == \"yes\"'}]}
  - {stepId: c, operationId: remove, parameters: [{name: id, in: path, value: $steps.a.outputs.id}]}
";

/// Answers by the request alone, most of them right.
fn answer(asked: &Asked) -> Reply {
    let id = asked.body.len() * 7 + asked.path.len();
    match (&*asked.method, id % 10) {
        ("POST", 0) => json("500", "{}"),
        ("POST", 1) => with("429", "retry-after: 1\r\n", ""),
        ("POST", 2) => json("201", r#"{"id":"none"}"#),
        ("POST", 3) => json("418", GOOD),
        ("POST", _) => json(
            "201",
            &format!(r#"{{"id":{id},"name":"{}"}}"#, "x".repeat(id % 40)),
        ),
        ("DELETE", _) => with("204", "", ""),
        (_, _) => with("200", "x-good: yes\r\n", GOOD),
    }
}

#[test]
fn the_same_answers_have_the_same_verdicts_in_both_versions() {
    let flow = steps(&FLOW.replace("{x-proofmark-generate: {mode: valid}}", "{name: '{$inputs.name}'}"))
        .replacen(
            "- workflowId: w\n",
            "- workflowId: w\n  x-proofmark-feed: {file: rows.csv}\n  inputs: {type: object, properties: {name: {type: string}}}\n",
            1,
        );
    let rows: Vec<String> = (1..10).map(|length| "n".repeat(length)).collect();
    let rows = rows.join("\n");
    let scenario = "    s: {executor: shared-iterations, vus: 6, iterations: 60, exec: w}\n";
    let stand = || stand(scenario, &flow).with_file("rows.csv", &format!("name\n{rows}"));
    let served = serve(answer);
    let one = stand().run(&served.url);
    let (url, seen) = serve_http2(4, answer);
    let two = shared(stand(), None).run(&url);
    assert_eq!(verdicts(&one), verdicts(&two));
    assert!(one.step("a").failed > 0 && one.step("b").requests > 20);
    let seen = seen.lock().unwrap();
    assert_eq!(lines(&served.asked()), lines(&seen.0));
    assert_eq!(one.findings(), two.findings());
    let generator = &two.report.generator;
    assert_eq!(
        (one.report.generator.http2_connections, served.connections()),
        (0, 6)
    );
    assert!(generator.http2_connections < 6, "they are shared");
    assert_eq!(generator.connections, generator.http2_connections);
    assert_eq!(u64::try_from(seen.1).unwrap(), generator.http2_connections);
}

#[test]
fn as_many_connections_as_were_asked_for_over_all_threads() {
    let scenario = "    s: {executor: constant-vus, vus: 12, duration: 300ms, exec: w}\n";
    let (url, seen) = serve_http2(100, |_| json("200", GOOD).after(1));
    let stand = shared(stand(scenario, &super::one_step()), Some(3)).on_lanes(2);
    let came = stand.run(&url);
    assert_eq!(seen.lock().unwrap().1, 3);
    assert!(came.step("a").requests > 12 && came.step("a").failed == 0);
    assert_eq!(came.summary.exit_code, 0);
}

#[test]
fn a_server_that_does_not_speak_it_is_told_from_one_that_is_not_there() {
    let scenario = "    s: {executor: constant-vus, vus: 2, duration: 5s, exec: w}\n";
    let served = serve(|_| json("400", "{}"));
    let came = shared(stand(scenario, &super::one_step()), None).run(&served.url);
    assert!(
        came.written().contains("does not speak HTTP/2"),
        "{}",
        came.written()
    );
    assert_eq!(came.summary.exit_code, 3);
}
