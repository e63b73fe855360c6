//! Servers of HTTP/2 that take streams away, break them off or say farewell: nobody waits for ever, and
//! each request without an answer is a finding.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use super::super::Protocol;
use super::{Came, GOOD, one_step, stand, times};
use crate::code::Code;

/// What a server sends when a request has come, after how many milliseconds each.
type Sends = Vec<(u64, Vec<u8>)>;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// How many streams may be open at once.
fn streams(most: u32) -> Vec<u8> {
    frame(4, 0, 0, &[&[0, 3][..], &most.to_be_bytes()].concat())
}

fn reset(stream: u32, code: u32) -> Vec<u8> {
    frame(3, 0, stream, &code.to_be_bytes())
}

fn farewell(last: u32, code: u32) -> Vec<u8> {
    let payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
    frame(7, 0, 0, &payload)
}

/// A good answer: `:status: 200` and `content-type: application/json`.
fn good(stream: u32) -> Vec<u8> {
    let fields = [&[0x88, 0x0f, 0x10, 16][..], b"application/json"].concat();
    let head = frame(1, 4, stream, &fields);
    [head, frame(0, 1, stream, GOOD.as_bytes())].concat()
}

/// Serves over any number of connections; the acts are told which request it is, over all of them, and
/// its stream.
fn serve(act: impl Fn(usize, u32) -> Sends + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (act, count) = (Arc::new(act), Arc::new(AtomicUsize::new(0)));
    let connections = Arc::new(AtomicUsize::new(0));
    let opened = connections.clone();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            opened.fetch_add(1, SeqCst);
            let (act, count) = (act.clone(), count.clone());
            thread::spawn(move || converse(stream, &count, &*act));
        }
    });
    (url, connections)
}

fn converse(
    mut stream: TcpStream,
    count: &AtomicUsize,
    act: &dyn Fn(usize, u32) -> Sends,
) -> Option<()> {
    let _ = stream.set_nodelay(true);
    stream.read_exact(&mut [0; 24]).ok()?;
    stream.write_all(&streams(100)).ok()?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).ok()?;
        let number = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        match (head[3], head[4]) {
            (4, 0) => stream.write_all(&frame(4, 1, 0, &[])).ok()?,
            (1, _) => {
                for (after, bytes) in act(count.fetch_add(1, SeqCst), number) {
                    thread::sleep(Duration::from_millis(after));
                    stream.write_all(&bytes).ok()?;
                    if bytes.get(3) == Some(&7) {
                        return None;
                    }
                }
            }
            _ => {}
        }
    }
}

/// So many iterations of one virtual user over one connection.
fn run(iterations: u64, timeout: u64, url: &str) -> Came {
    let mut stand = stand(&times(iterations), &one_step());
    stand.protocol = Protocol::Http2 {
        connections: Some(1),
    };
    stand.options.timeout = Duration::from_millis(timeout);
    stand.run(url)
}

#[test]
fn who_finds_no_stream_in_time_is_not_answered_in_time() {
    let (url, connections) = serve(|number, stream| match number {
        2 => vec![(0, streams(0)), (0, good(stream))],
        _ => vec![(0, good(stream))],
    });
    let came = run(6, 200, &url);
    let total = &came.report.total;
    assert_eq!((total.statuses[&200], total.unanswered["timeout"]), (3, 3));
    assert_eq!(came.findings(), [(Code::NO_ANSWER, 3)]);
    assert_eq!(came.summary.exit_code, 1);
    assert_eq!(connections.load(SeqCst), 1, "no more are opened");
}

#[test]
fn a_server_without_streams_gets_no_request_and_one_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let opened = Arc::new(AtomicUsize::new(0));
    let count = opened.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            count.fetch_add(1, SeqCst);
            thread::spawn(move || {
                let _ = stream.write_all(&[streams(0), frame(4, 1, 0, &[])].concat());
                while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
            });
        }
    });
    let mut stand = stand(&times(3), &one_step());
    stand.protocol = Protocol::Http2 { connections: None };
    stand.options.timeout = Duration::from_millis(200);
    let came = stand.run(&url);
    assert_eq!(came.report.total.unanswered["timeout"], 3);
    assert_eq!(opened.load(SeqCst), 1);
    assert_eq!(came.findings(), [(Code::NO_ANSWER, 3)]);
    let generator = &came.report.generator;
    assert_eq!((generator.connections, generator.http2_connections), (1, 1));
}

#[test]
fn a_connection_that_is_lost_fails_what_was_under_way_on_it() {
    let cut = vec![0, 0, 0, 7];
    let (url, _) = serve(move |number, stream| match number {
        1 => vec![(0, cut.clone())],
        _ => vec![(0, good(stream))],
    });
    let came = run(4, 10_000, &url);
    let total = &came.report.total;
    assert_eq!(
        (total.statuses[&200], total.failed, total.sent_again),
        (3, 1, 0)
    );
    assert_eq!(came.findings(), [(Code::CONNECTION_CLOSED, 1)]);
    assert_eq!(came.summary.exit_code, 1);
}

#[test]
fn what_a_server_refuses_is_sent_again_within_the_limit() {
    let (url, _) = serve(|number, stream| match number % 2 {
        0 => vec![(0, reset(stream, 7))],
        _ => vec![(0, good(stream))],
    });
    let mut stand = stand(&times(10), &one_step());
    stand.protocol = Protocol::Http2 {
        connections: Some(1),
    };
    stand.options.max_rps = Some(50.0);
    let begun = Instant::now();
    let came = stand.run(&url);
    assert_eq!(
        (
            came.report.total.statuses[&200],
            came.report.total.sent_again
        ),
        (10, 10)
    );
    // Twenty were sent, 20 ms apart.
    assert!(begun.elapsed() >= Duration::from_millis(380));
}

#[test]
fn streams_that_are_allowed_again_are_taken() {
    let (url, _) = serve(|number, stream| match number {
        2 => vec![(0, streams(0)), (0, good(stream)), (50, streams(100))],
        _ => vec![(0, good(stream))],
    });
    let came = run(6, 60_000, &url);
    assert_eq!(came.report.total.statuses[&200], 6);
    assert_eq!(came.summary.exit_code, 0);
}

#[test]
fn a_stream_that_is_broken_off_is_a_finding_with_the_reason() {
    let (url, _) = serve(|number, stream| match number {
        1 | 3 => vec![(0, reset(stream, 2))],
        _ => vec![(0, good(stream))],
    });
    let came = run(6, 10_000, &url);
    let total = &came.report.total;
    assert_eq!((total.statuses[&200], total.unanswered["reset"]), (4, 2));
    assert_eq!(came.findings(), [(Code::CONNECTION_CLOSED, 2)]);
    assert!(came.written().contains("INTERNAL_ERROR"));
    assert_eq!(came.summary.exit_code, 1);
}

#[test]
fn a_farewell_with_a_reason_is_a_finding_with_it() {
    for is_looked_at in [true, false] {
        let (url, _) = serve(move |number, stream| match number {
            1 => vec![(0, farewell(if is_looked_at { stream } else { 0 }, 11))],
            _ => vec![(0, good(stream))],
        });
        let came = run(4, 10_000, &url);
        let total = &came.report.total;
        assert_eq!((total.statuses[&200], total.unanswered["reset"]), (3, 1));
        assert_eq!(came.findings(), [(Code::CONNECTION_CLOSED, 1)]);
        assert!(came.written().contains("ENHANCE_YOUR_CALM"));
        assert_eq!(came.summary.exit_code, 1);
    }
}

#[test]
fn what_is_refused_is_sent_again_until_it_is_too_often() {
    let (url, _) = serve(|number, stream| match number {
        1 | 2 => vec![(0, reset(stream, 7))],
        _ => vec![(0, good(stream))],
    });
    let came = run(4, 10_000, &url);
    let total = &came.report.total;
    assert_eq!((total.requests, total.statuses[&200]), (4, 4));
    assert_eq!(total.sent_again, 2);
    assert_eq!(came.summary.exit_code, 0);
    let (url, _) = serve(|number, stream| match number {
        0 => vec![(0, good(stream))],
        _ => vec![(0, reset(stream, 7))],
    });
    let came = run(2, 10_000, &url);
    assert_eq!(came.findings(), [(Code::CONNECTION_CLOSED, 1)]);
    assert_eq!(came.report.total.sent_again, 7);
    assert!(came.written().contains("REFUSED_STREAM"));
}
