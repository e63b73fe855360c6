//! The door with a socket: a server behind HTTP/1.1.

mod line;
mod outgoing;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Answer, Server};
use crate::http::{Request, Response};
use line::{Instead, Line};
use outgoing::Outgoing;

/// How long exchanges may go on after the shutdown was asked for.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait when the system has no more sockets.
const BREATH: Duration = Duration::from_millis(50);
/// By how much a truncated body is announced too long, in bytes.
const SHORTFALL: usize = 64;

/// One exchange, for a line in a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The method.
    pub method: String,
    /// The path without the query, which may hold credentials.
    pub path: String,
    /// The status; `None` when the client gets to see none.
    pub status: Option<u16>,
}

/// A server with a socket that it listens on.
pub struct Listening {
    server: Arc<Server>,
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// Takes a port; port 0 takes a free one. Nothing is accepted before [`run`](Self::run).
    pub async fn bind(server: Arc<Server>, address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            server,
            listener,
            address,
        })
    }

    /// The address with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready, then finishes the exchanges that are under way for at most
    /// two seconds. `journal` is told of every exchange.
    pub async fn run(
        self,
        journal: impl Fn(&Entry) + Send + Sync + 'static,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        let journal: Journal = Arc::new(journal);
        let (stop, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let server = self.server.clone();
                        connections.spawn(converse(stream, server, journal.clone(), stopped.clone()));
                    }
                    Err(_) => tokio::time::sleep(BREATH).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop(self.listener);
        drop(stop);
        let finished = async { while connections.join_next().await.is_some() {} };
        // What is still under way then, such as an answer that never ends, is cut off on drop.
        let _ = tokio::time::timeout(GRACE, finished).await;
    }
}

type Journal = Arc<dyn Fn(&Entry) + Send + Sync>;

/// Serves one connection.
async fn converse(
    stream: TcpStream,
    server: Arc<Server>,
    journal: Journal,
    mut stopped: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let instead = Instead::default();
    let line = Line::new(stream, instead.clone());
    let service = service_fn(move |request| {
        let (server, journal, instead) = (server.clone(), journal.clone(), instead.clone());
        async move { exchange(&server, &*journal, &instead, request).await }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .half_close(false)
        .serve_connection(TokioIo::new(line), service);
    tokio::pin!(connection);
    // A connection that fails says so to its client only.
    tokio::select! {
        _ = &mut connection => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// One request and what becomes of it. An error closes the connection.
async fn exchange(
    server: &Server,
    journal: &(dyn Fn(&Entry) + Send + Sync),
    instead: &Instead,
    incoming: hyper::Request<Incoming>,
) -> io::Result<hyper::Response<Outgoing>> {
    let request = received(incoming, server.max_body()).await?;
    let answer = server.answer(&request);
    journal(&Entry {
        method: request.method.clone(),
        path: request.path_only().to_owned(),
        status: answer.status(),
    });
    match answer {
        Answer::Response(response) => {
            Ok(outgoing(&response, Outgoing::whole(response.body.clone())))
        }
        Answer::Endless(response) => {
            let mut response = response;
            response
                .headers
                .retain(|(name, _)| name != "content-length");
            Ok(outgoing(
                &response,
                Outgoing::endless(response.body.clone()),
            ))
        }
        Answer::Close => Err(io::ErrorKind::ConnectionAborted.into()),
        Answer::Hang => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
        Answer::Garbage(bytes) => Ok(replaced(instead, bytes)),
        Answer::Truncated(response) => Ok(replaced(instead, truncated(&response))),
    }
}

/// Has other bytes sent in the place of an answer, and the connection closed behind them.
fn replaced(instead: &Instead, bytes: Bytes) -> hyper::Response<Outgoing> {
    instead.set(bytes);
    let stand_in = Response::new(200).with_header("connection", "close");
    outgoing(&stand_in, Outgoing::whole(Bytes::new()))
}

/// The bytes of an answer whose body is shorter than announced.
fn truncated(response: &Response) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.extend_from_slice(format!("HTTP/1.1 {} \r\n", response.status).as_bytes());
    let length = response.body.len() + SHORTFALL;
    for (name, value) in &response.headers {
        if name != "content-length" {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(&response.body);
    bytes.freeze()
}

/// A request as a value. Of a body that is too long, just enough is read to tell.
async fn received(incoming: hyper::Request<Incoming>, most: usize) -> io::Result<Request> {
    let (head, mut body) = incoming.into_parts();
    let path = head.uri.path_and_query();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            // Bytes beyond ASCII are read as ISO 8859-1 (RFC 9110 section 5.5).
            let value = value.as_bytes().iter().map(|byte| char::from(*byte));
            (name.as_str().to_owned(), value.collect())
        })
        .collect();
    let announced = ["content-length", "transfer-encoding"]
        .iter()
        .any(|name| head.headers.contains_key(*name));
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(io::Error::other)?;
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        if bytes.len() > most {
            break;
        }
    }
    Ok(Request {
        method: head.method.as_str().to_owned(),
        path: path.map_or_else(|| head.uri.path().to_owned(), ToString::to_string),
        headers,
        body: announced.then(|| bytes.freeze()),
    })
}

/// A response for the socket. Header fields that HTTP cannot carry are left out.
fn outgoing(response: &Response, body: Outgoing) -> hyper::Response<Outgoing> {
    let mut out = hyper::Response::new(body);
    if let Ok(status) = hyper::StatusCode::from_u16(response.status) {
        *out.status_mut() = status;
    }
    for (name, value) in &response.headers {
        let name = hyper::header::HeaderName::from_bytes(name.as_bytes());
        let value = hyper::header::HeaderValue::from_bytes(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            out.headers_mut().append(name, value);
        }
    }
    out
}
