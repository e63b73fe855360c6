//! What an answer costs on the client's side under load: reading it, undoing its coding, and a whole
//! exchange over loopback with a server on another thread.
#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::Compression;
use flate2::write::GzEncoder;
use proofmark::load::connection::{
    Answer, Connection, Decoder, Destination, Expects, Limits, Reader,
};

/// Bytes of content, as in the measurements of other tools.
const LENGTH: usize = 2812;

fn content() -> Vec<u8> {
    let letters = (0..LENGTH).map(|at| b'a' + u8::try_from(at * at % 26).unwrap_or_default());
    letters.collect()
}

fn with_length(fields: &str, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 05:00:00 GMT\r\nContent-Type: text/plain\r\n\
         {fields}Content-Length: {length}\r\nX-Request-Id: 0123456789\r\n\r\n"
    );
    [head.as_bytes(), content].concat()
}

fn chunked(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in content.chunks(700) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

fn read(reader: &mut Reader, answer: &mut Answer, bytes: &[u8], limits: &Limits) {
    answer.clear();
    reader.begin(Expects::Content);
    answer.push(bytes);
    let is_whole = reader.feed(answer, limits).expect("a legal answer");
    assert!(is_whole);
}

fn reading(criterion: &mut Criterion) {
    let limits = Limits::default();
    let (mut answer, mut reader) = (Answer::new(), Reader::default());
    let mut decoder = Decoder::new(1 << 20);
    let mut group = criterion.benchmark_group("answer");
    group.throughput(Throughput::Elements(1));
    for (name, bytes) in [
        ("length", with_length("", &content())),
        ("chunked", chunked(&content())),
        (
            "gzip",
            with_length("Content-Encoding: gzip\r\n", &gzip(&content())),
        ),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                read(&mut reader, &mut answer, &bytes, &limits);
                decoder.decode(&mut answer).expect("a known coding");
                assert_eq!(black_box(answer.content()).len(), LENGTH);
            });
        });
    }
}

/// Answers each request on one connection after another.
fn serve(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 1024];
            while stream.read(&mut request).is_ok_and(|count| count > 0) {
                if stream.write_all(&answer).is_err() {
                    break;
                }
            }
        }
    });
    address
}

fn exchanging(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let destination = Destination::plain(vec![serve(with_length("", &content()))]);
    let mut connection = runtime
        .block_on(Connection::open(&destination, Limits::default()))
        .expect("a connection");
    let mut answer = Answer::new();
    let mut group = criterion.benchmark_group("exchange");
    group.throughput(Throughput::Elements(1));
    group.bench_function("loopback", |bencher| {
        bencher.iter_custom(|count| {
            let start = Instant::now();
            runtime.block_on(async {
                for _ in 0..count {
                    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
                    let sent = connection.send(request, Expects::Content).await;
                    sent.expect("a request");
                    connection.receive(&mut answer).await.expect("an answer");
                }
            });
            start.elapsed()
        });
    });
}

criterion_group!(benches, reading, exchanging);
criterion_main!(benches);
