//! A server that does as it is told, one list of acts for each connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::Answer;
use super::super::{Connection, Destination, ExchangeError, Expects, Limits, Received};

/// What the server does next.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Reads the head of a request, and no more than that has come.
    Take,
    /// Reads so many bytes.
    Read(usize),
    Write(Vec<u8>),
    /// Writes the bytes again and again until the client has gone.
    Endless(Vec<u8>),
    Pause(Duration),
    /// Closes with a reset instead of in good order.
    Reset,
}

impl Act {
    pub(super) fn write(text: &str) -> Self {
        Self::Write(text.as_bytes().to_vec())
    }

    pub(super) fn pause(milliseconds: u64) -> Self {
        Self::Pause(Duration::from_millis(milliseconds))
    }
}

/// A request that ends where `Take` looks for it.
pub(super) const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Serves the connections in turn; each is closed after its last act.
pub(super) async fn serve(connections: Vec<Vec<Act>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for acts in connections {
            let (stream, _) = listener.accept().await.unwrap();
            perform(stream, acts).await;
        }
    });
    address
}

async fn perform(mut stream: TcpStream, acts: Vec<Act>) {
    stream.set_nodelay(true).unwrap();
    for act in acts {
        match act {
            Act::Take => {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    if !matches!(stream.read_buf(&mut request).await, Ok(count) if count > 0) {
                        return;
                    }
                }
            }
            Act::Read(count) => {
                let mut bytes = vec![0; count];
                stream.read_exact(&mut bytes).await.unwrap();
            }
            Act::Write(bytes) => {
                // The client may have seen enough.
                let _ = stream.write_all(&bytes).await;
            }
            Act::Endless(bytes) => while stream.write_all(&bytes).await.is_ok() {},
            Act::Pause(time) => tokio::time::sleep(time).await,
            Act::Reset => stream.set_zero_linger().unwrap(),
        }
    }
}

/// Limits under which a test that hangs fails soon.
pub(super) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        exchange: Duration::from_secs(5),
        head: 4096,
        body: 1_000_000,
        stamp_every: None,
    }
}

pub(super) async fn open(connections: Vec<Vec<Act>>, limits: Limits) -> Connection {
    let address = serve(connections).await;
    Connection::open(&Destination::plain(vec![address]), limits)
        .await
        .unwrap()
}

/// A whole exchange: what came of it, and the content as text.
pub(super) async fn exchange(
    connection: &mut Connection,
) -> Result<(Received, u16, String), ExchangeError> {
    let mut answer = Answer::new();
    connection.send(REQUEST, Expects::Content).await?;
    let received = connection.receive(&mut answer).await?;
    let content = String::from_utf8_lossy(answer.content()).into_owned();
    Ok((received, answer.status(), content))
}
