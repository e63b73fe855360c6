//! What must not allocate in the steady state.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;

use proofmark::load::connection::{Answer, Connection, Destination, Expects, Limits};

/// Answers one connection in each framing in turn, on a thread of its own.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let answers = [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nA: b\r\n\r\n"
                .to_owned(),
            format!(
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n{}",
                "x".repeat(20_000)
            ),
        ];
        let mut request = [0; 1024];
        for answer in answers.iter().cycle() {
            if stream.read(&mut request).is_ok_and(|count| count > 0) {
                stream.write_all(answer.as_bytes()).expect("a client");
            } else {
                return;
            }
        }
    });
    address
}

#[test]
fn an_exchange_under_load_allocates_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let limits = Limits {
        stamp_every: NonZeroU32::new(2),
        ..Limits::default()
    };
    let destination = Destination::plain(vec![serve()]);
    let mut connection = runtime
        .block_on(Connection::open(&destination, limits))
        .expect("a connection");
    let (mut one, mut two) = (Answer::new(), Answer::new());
    let mut exchanges = |count: usize| {
        runtime.block_on(async {
            for _ in 0..count {
                let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
                let sent = connection.send(request, Expects::Content).await;
                sent.expect("a request");
                connection.receive(&mut one).await.expect("an answer");
                std::mem::swap(&mut one, &mut two);
            }
        });
    };
    exchanges(30);
    let counted = allocation_counter::measure(|| exchanges(300));
    assert_eq!(counted.count_total, 0);
}
