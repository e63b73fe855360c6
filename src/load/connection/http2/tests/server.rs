//! Servers that speak HTTP/2, and exchanges with them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::server::{Builder, SendResponse};
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use super::super::super::{
    Answer, ConnectError, Destination, ExchangeError, Limits, Received, Sent,
};
use super::super::{Place, Pool};

pub(super) type Content = BoxBody<Bytes, Infallible>;

/// What a server does with requests.
pub(super) type Answers =
    Arc<dyn Fn(&Request<hyper::body::Incoming>) -> Response<Content> + Send + Sync>;

/// A server of hyper for HTTP/2 in cleartext, or for HTTP/1.1.
pub(super) async fn hyper_server(answers: Answers, is_http2: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answers = answers.clone();
            let service = service_fn(move |request| {
                let response = answers(&request);
                async move { Ok::<_, Infallible>(response) }
            });
            let io = TokioIo::new(stream);
            tokio::spawn(async move {
                if is_http2 {
                    let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(io, service).await;
                } else {
                    let server = hyper::server::conn::http1::Builder::new();
                    let _ = server.serve_connection(io, service).await;
                }
            });
        }
    });
    address
}

/// What a server does with the number of a connection, the number of a request on it, and the request.
pub(super) type Acts = Arc<dyn Fn(usize, usize, SendResponse<Bytes>) -> Then + Send + Sync>;

/// What a server does next with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    /// Says farewell, and ends when all streams have.
    GoAway,
    /// Closes the connection at once.
    Drop,
}

/// A server that does as it is told with streams.
pub(super) async fn frame_server(builder: Builder, acts: Acts) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let (acts, builder) = (acts.clone(), builder.clone());
            let own = number;
            number += 1;
            tokio::spawn(async move {
                let Ok(mut connection) = builder.handshake::<_, Bytes>(stream).await else {
                    return;
                };
                let mut count = 0;
                while let Some(Ok((_, respond))) = connection.accept().await {
                    match acts(own, count, respond) {
                        Then::GoOn => {}
                        Then::GoAway => connection.graceful_shutdown(),
                        Then::Drop => return,
                    }
                    count += 1;
                }
            });
        }
    });
    address
}

/// Answers a request with `ok`.
pub(super) fn ok(mut respond: SendResponse<Bytes>) {
    let sent = respond.send_response(Response::new(()), false);
    sent.unwrap().send_data("ok".into(), true).unwrap();
}

/// Answers a request with `ok` after a while.
pub(super) fn later(respond: SendResponse<Bytes>, milliseconds: u64) {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        ok(respond);
    });
}

pub(super) const GET: &[u8] = b"GET /a?b HTTP/1.1\r\nHost: localhost\r\n\r\n";

pub(super) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        exchange: Duration::from_secs(5),
        head: 4096,
        body: 1_000_000,
        ..Limits::default()
    }
}

pub(super) fn pool(address: SocketAddr, limits: Limits, most: Option<usize>) -> Rc<Pool> {
    let destination = Destination::plain(vec![address]);
    Rc::new(Pool::new(destination, limits, most))
}

/// Where a task may have tasks of its own on the same thread.
pub(super) async fn local<T>(task: impl Future<Output = T>) -> T {
    LocalSet::new().run_until(task).await
}

/// What can go wrong with an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    Connect(ConnectError),
    Exchange(ExchangeError),
}

/// A whole exchange, without another try.
pub(super) async fn exchange(
    pool: &Pool,
    bytes: &[u8],
    answer: &mut Answer,
) -> Result<(Sent, Received), Wrong> {
    let until = Instant::now() + Duration::from_secs(60);
    let seat = match pool.place(until).await.map_err(Wrong::Connect)? {
        Some(Place::Seat(seat)) => seat,
        Some(Place::Own(..)) => panic!("HTTP/1.1"),
        None => panic!("no stream was free"),
    };
    let mut sent = None;
    let received = seat.exchange(bytes, answer, &mut sent).await;
    let received = received.map_err(Wrong::Exchange)?;
    Ok((sent.expect("it was sent"), received))
}

/// Status and content of an exchange.
pub(super) async fn get(pool: &Pool) -> Result<(u16, String), Wrong> {
    let mut answer = Answer::new();
    exchange(pool, GET, &mut answer).await?;
    let content = String::from_utf8_lossy(answer.content()).into_owned();
    Ok((answer.status(), content))
}
