//! What is sent arrives, however little the server takes at once.

use std::sync::Arc;

use bytes::Bytes;
use h2::server::Builder;
use http::{Request, Response};
use proptest::prelude::*;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::super::super::Answer;
use super::server::{exchange, limits, local, pool};

/// A server that says what it was sent: method, path, fields and content. It takes so many bytes at
/// once, one part after another.
async fn echo(builder: Builder) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let builder = builder.clone();
            tokio::spawn(async move {
                let Ok(mut connection) = builder.handshake::<_, Bytes>(stream).await else {
                    return;
                };
                while let Some(Ok((request, respond))) = connection.accept().await {
                    tokio::spawn(tell(request, respond));
                }
            });
        }
    });
    address
}

async fn tell(request: Request<h2::RecvStream>, mut respond: h2::server::SendResponse<Bytes>) {
    let (head, mut body) = request.into_parts();
    let fields = head.headers.iter();
    let fields = fields.map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    let fields: String = fields.collect();
    let mut told = format!("{} {}\n{fields}", head.method, head.uri).into_bytes();
    while let Some(Ok(part)) = body.data().await {
        told.extend_from_slice(&part);
        let _ = body.flow_control().release_capacity(part.len());
    }
    let mut content = respond.send_response(Response::new(()), false).unwrap();
    content.send_data(told.into(), true).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn requests_arrive_whole_through_small_windows(
        window in prop_oneof![Just(0_u32), 1..50_u32, 1000..100_000_u32],
        whole in prop_oneof![Just(65_535_u32), 70_000..200_000_u32],
        longest in 16_384..40_000_u32,
        requests in prop::collection::vec((0..3_usize, prop_oneof![0..300_usize, 0..90_000_usize], prop_oneof![4 => 0..200_usize, 1 => 16_000..60_000_usize]), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(local(async {
            let mut builder = Builder::new();
            builder
                .initial_window_size(window.max(1))
                .initial_connection_window_size(whole)
                .max_frame_size(longest)
                .max_header_list_size(200_000);
            let pool = pool(echo(builder).await, limits(), Some(2));
            let mut users = JoinSet::new();
            for (method, length, long) in requests {
                let pool = pool.clone();
                users.spawn_local(async move {
                    let method = ["POST", "PUT", "PATCH"][method];
                    // Small windows make for many parts.
                    let body = "b".repeat(if window < 50 { length % 3000 } else { length });
                    let value = "v".repeat(long);
                    let bytes = format!("{method} /a HTTP/1.1\r\nHost: localhost\r\nX-Long: {value}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                    let mut answer = Answer::new();
                    exchange(&pool, bytes.as_bytes(), &mut answer).await.unwrap();
                    let expected = format!("{method} http://localhost/a\nx-long: {value}\ncontent-length: {}\n{body}", body.len());
                    assert!(answer.content() == expected.as_bytes());
                });
            }
            while let Some(ended) = users.join_next().await {
                ended.unwrap();
            }
        }));
    }
}

#[tokio::test]
async fn an_answer_before_the_whole_request_ends_the_exchange() {
    let acts = |_, _, respond| {
        super::server::ok(respond);
        super::server::Then::GoOn
    };
    // Nobody reads the content.
    let mut builder = Builder::new();
    builder.initial_window_size(10);
    let address = super::server::frame_server(builder, Arc::new(acts)).await;
    local(async {
        let pool = pool(address, limits(), Some(1));
        for _ in 0..3 {
            let body = "b".repeat(100_000);
            let bytes = format!(
                "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{body}"
            );
            let mut answer = Answer::new();
            exchange(&pool, bytes.as_bytes(), &mut answer)
                .await
                .unwrap();
            assert_eq!(answer.content(), b"ok");
        }
    })
    .await;
}
