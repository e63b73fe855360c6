//! The same server says the same in both versions.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use proptest::prelude::*;

use super::super::super::{Answer, Connection, Destination, Expects};
use super::server::{exchange, hyper_server, limits, local, pool};

/// An answer that a test asks for by its number.
#[derive(Debug, Clone)]
struct Told {
    status: u16,
    fields: Vec<(String, String)>,
    content: Vec<u8>,
}

fn told() -> impl Strategy<Value = Told> {
    let status = prop_oneof![Just(200), Just(204), Just(304), 200..600_u16];
    let name = prop_oneof![
        Just("x-a".to_owned()),
        "x-[a-z]{1,9}",
        Just("Retry-After".to_owned())
    ];
    let fields = prop::collection::vec((name, "[ -~]{0,30}"), 0..8);
    let content = prop_oneof![
        Just(0_usize),
        1..100_usize,
        60_000..70_000_usize,
        Just(400_000)
    ];
    (status, fields, content).prop_map(|(status, fields, length)| Told {
        status,
        fields,
        content: (0..length)
            .map(|at| u8::try_from(at % 251).unwrap())
            .collect(),
    })
}

fn answer(
    told: &Told,
    request: &Request<hyper::body::Incoming>,
) -> Response<super::server::Content> {
    let mut response = Response::builder().status(told.status);
    for (name, value) in &told.fields {
        response = response.header(name, value.trim());
    }
    response = response.header("x-asked", request.uri().path());
    // The server of hyper sends content to HEAD in HTTP/2, which breaks it.
    let is_empty = matches!(told.status, 204 | 304) || request.method() == "HEAD";
    let content = if is_empty {
        Vec::new()
    } else {
        told.content.clone()
    };
    response
        .body(Full::new(Bytes::from(content)).boxed())
        .unwrap()
}

/// Fields in order of their names, without those that tell of the connection, the framing or the time.
fn fields(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let own = ["date", "connection", "transfer-encoding", "content-length"];
    let mut fields: Vec<(String, Vec<u8>)> = answer
        .fields()
        .map(|(name, value)| {
            (
                String::from_utf8_lossy(name).to_ascii_lowercase(),
                value.to_vec(),
            )
        })
        .filter(|(name, _)| !own.contains(&&**name))
        .collect();
    fields.sort();
    fields
}

async fn compare(all: Vec<Told>) {
    let told = Arc::new(all.clone());
    let answers = move |request: &Request<hyper::body::Incoming>| {
        let number: usize = request.uri().path()[1..].parse().unwrap();
        answer(&told[number], request)
    };
    let answers = Arc::new(answers);
    let one = hyper_server(answers.clone(), false).await;
    let two = hyper_server(answers, true).await;
    let mut connection = Connection::open(&Destination::plain(vec![one]), limits())
        .await
        .unwrap();
    let pool = pool(two, limits(), None);
    for (number, told) in all.iter().enumerate() {
        for method in ["GET", "HEAD", "POST"] {
            let (length, body) = match method {
                "POST" => ("Content-Length: 4\r\n", "body"),
                _ => ("", ""),
            };
            let bytes =
                format!("{method} /{number} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n{body}");
            let mut own = Answer::new();
            let sent = connection.send(bytes.as_bytes(), Expects::of(method)).await;
            sent.unwrap();
            connection.receive(&mut own).await.unwrap();
            let mut other = Answer::new();
            let exchanged = exchange(&pool, bytes.as_bytes(), &mut other).await;
            exchanged.unwrap_or_else(|error| panic!("{method} {told:?}: {error:?}"));
            assert_eq!(other.status(), own.status(), "{method} {told:?}");
            assert_eq!(fields(&other), fields(&own), "{method} {:?}", told.fields);
            assert!(
                other.content() == own.content(),
                "{method} {:?}",
                told.fields
            );
            assert!(!other.is_version_10());
            assert_eq!(other.response().status, told.status);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn an_answer_is_the_same_in_both_versions(all in prop::collection::vec(told(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(local(compare(all)));
    }
}
