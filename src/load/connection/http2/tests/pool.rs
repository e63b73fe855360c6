//! How sessions are shared.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::server::{Builder, SendResponse};
use rustls::pki_types::ServerName;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::super::super::tests::tls::{client, identity};
use super::super::super::{Answer, ConnectError, Destination, Expects};
use super::super::{Place, Pool};
use super::server::{
    GET, Then, Wrong, frame_server, get, hyper_server, later, limits, local, ok, pool,
};

/// How many connections were opened, and how many streams a connection had at most, when so many
/// requests were sent at once, each of which takes a while.
async fn spread(allowed: u32, most: Option<usize>, requests: usize) -> (usize, usize) {
    let opened = Arc::new(AtomicUsize::new(0));
    let streams: Arc<Vec<AtomicUsize>> = Arc::new((0..99).map(|_| AtomicUsize::new(0)).collect());
    let highest = Arc::new(AtomicUsize::new(0));
    let acts = {
        let (opened, highest) = (opened.clone(), highest.clone());
        move |number: usize, _, respond: SendResponse<Bytes>| {
            opened.fetch_max(number + 1, SeqCst);
            let now = streams[number].fetch_add(1, SeqCst) + 1;
            highest.fetch_max(now, SeqCst);
            let streams = streams.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(30)).await;
                streams[number].fetch_sub(1, SeqCst);
                ok(respond);
            });
            Then::GoOn
        }
    };
    let mut builder = Builder::new();
    builder.max_concurrent_streams(allowed);
    let address = frame_server(builder, Arc::new(acts)).await;
    local(async {
        let pool = pool(address, limits(), most);
        let mut users = JoinSet::new();
        for _ in 0..requests {
            let pool = pool.clone();
            users.spawn_local(async move {
                for _ in 0..2 {
                    assert_eq!(get(&pool).await, Ok((200, "ok".to_owned())));
                }
            });
        }
        while let Some(ended) = users.join_next().await {
            ended.unwrap();
        }
    })
    .await;
    (opened.load(SeqCst), highest.load(SeqCst))
}

#[tokio::test]
async fn connections_are_shared_as_far_as_the_server_allows() {
    assert_eq!(spread(100, None, 20).await, (1, 20));
    let (opened, highest) = spread(4, None, 20).await;
    assert!(
        (5..=8).contains(&opened) && highest == 4,
        "{opened} {highest}"
    );
}

#[tokio::test]
async fn as_many_connections_are_used_as_were_asked_for_and_no_more() {
    assert_eq!(spread(100, Some(5), 20).await, (5, 4));
    // Whoever finds no stream waits for one.
    assert_eq!(spread(3, Some(2), 20).await, (2, 3));
    assert_eq!(spread(1, Some(1), 5).await, (1, 1));
}

#[tokio::test]
async fn a_user_that_goes_away_leaves_its_stream_to_others() {
    let acts = |_, count, respond| {
        if count == 0 {
            later(respond, 5_000);
        } else {
            ok(respond);
        }
        Then::GoOn
    };
    let mut builder = Builder::new();
    builder.max_concurrent_streams(1);
    let address = frame_server(builder, Arc::new(acts)).await;
    local(async {
        let pool = pool(address, limits(), Some(1));
        let impatient = tokio::time::timeout(Duration::from_millis(50), get(&pool));
        let (first, second) = tokio::join!(impatient, get(&pool));
        assert!(first.is_err());
        assert_eq!(second, Ok((200, "ok".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_a_door_that_does_not_open_is_told_with_the_others() {
    let answers = Arc::new(|_: &http::Request<hyper::body::Incoming>| unreachable!());
    let one = hyper_server(answers, false).await;
    local(async {
        let pool = pool(one, limits(), None);
        let mut users = JoinSet::new();
        for _ in 0..10 {
            let pool = pool.clone();
            users.spawn_local(async move { get(&pool).await });
        }
        while let Some(ended) = users.join_next().await {
            let error = ended.unwrap().unwrap_err();
            let told = matches!(error, Wrong::Connect(ConnectError::Protocol(_)));
            assert!(told, "{error:?}");
        }
    })
    .await;
}

/// A server under TLS that offers these protocols, and answers one request in the one that is chosen.
async fn secure(protocols: &[&[u8]]) -> Pool {
    let (mut config, roots) = identity();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((request, respond))) = connection.accept().await {
                assert_eq!(request.uri().scheme_str(), Some("https"));
                ok(respond);
            }
        } else {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut stream = stream;
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_buf(&mut request).await.unwrap();
            }
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            stream.write_all(answer).await.unwrap();
            stream.flush().await.unwrap();
        }
    });
    let name = ServerName::try_from("localhost").unwrap();
    let destination = Destination::secure(vec![address], name, client(roots));
    Pool::new(destination, limits(), None)
}

#[tokio::test]
async fn under_tls_the_server_chooses() {
    local(async {
        for protocols in [&[&b"h2"[..], b"http/1.1"][..], &[b"h2"]] {
            let pool = secure(protocols).await;
            assert_eq!(get(&pool).await, Ok((200, "ok".to_owned())));
        }
        for protocols in [&[&b"http/1.1"[..]][..], &[]] {
            let pool = secure(protocols).await;
            let until = Instant::now() + Duration::from_secs(60);
            let Ok(Some(Place::Own(mut connection))) = pool.place(until).await else {
                panic!("a connection of its own");
            };
            let mut answer = Answer::new();
            connection.send(GET, Expects::Content).await.unwrap();
            connection.receive(&mut answer).await.unwrap();
            assert_eq!(answer.content(), b"ok");
        }
    })
    .await;
}
