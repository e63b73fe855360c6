//! The door with a socket.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::petstore_spec;
use crate::mock::{Entry, Fault, Listening, Server, ServerOptions};

/// Serves one exchange on a free port and returns the bytes that came back (at most 64 KiB), with
/// the journal.
async fn converse(fault: Option<Fault>, request: &str) -> (String, Vec<Entry>) {
    let options = ServerOptions {
        fault,
        ..ServerOptions::default()
    };
    let server = Arc::new(Server::new(petstore_spec(), options));
    let listening = Listening::bind(server, ([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    let address = listening.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let journal = Arc::new(Mutex::new(Vec::new()));
    let lines = journal.clone();
    let task = tokio::spawn(listening.run(
        move |entry: &Entry| lines.lock().unwrap().push(entry.clone()),
        async move {
            let _ = stopped.await;
        },
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    {
        let mut reading = stream.take(65_536);
        let reading = reading.read_to_end(&mut bytes);
        let _ = tokio::time::timeout(Duration::from_millis(500), reading).await;
    }
    stop.send(()).unwrap();
    task.await.unwrap();
    let journal = journal.lock().unwrap().clone();
    (String::from_utf8_lossy(&bytes).into_owned(), journal)
}

const GET: &str =
    "GET /pets/12?x=1 HTTP/1.1\r\nHost: h\r\nX-Api-Key: k\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_socket_says_what_the_server_says() {
    let (answer, journal) = converse(None, GET).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("content-type: application/json\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\"Pixel\""), "{answer}");
    let expected = Entry {
        method: "GET".into(),
        path: "/pets/12".into(),
        status: Some(200),
    };
    assert_eq!(journal, [expected]);
    let post = "POST /orders HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\nContent-Type: application/json\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{";
    assert!(
        converse(None, post)
            .await
            .0
            .starts_with("HTTP/1.1 400 Bad Request\r\n")
    );
}

#[tokio::test]
async fn faults_of_the_transport_reach_the_wire() {
    assert_eq!(converse(Some(Fault::ClosesConnection), GET).await.0, "");
    assert_eq!(converse(Some(Fault::NeverAnswers), GET).await.0, "");
    let (garbage, journal) = converse(Some(Fault::BreaksFraming), GET).await;
    assert!(
        garbage.contains("this is not HTTP") && !garbage.contains("HTTP/1.1"),
        "{garbage}"
    );
    assert_eq!(journal[0].status, None);
    let (truncated, _) = converse(Some(Fault::TruncatesBody), GET).await;
    let (head, body) = truncated.split_once("\r\n\r\n").unwrap();
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    assert!(announced.parse::<usize>().unwrap() > body.len() && !body.is_empty());
    assert_eq!(converse(Some(Fault::NeverEnds), GET).await.0.len(), 65_536);
}
