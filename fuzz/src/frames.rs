//! Frames of HTTP/2: answers are read or refused alike, however the bytes are cut, and never beyond the
//! limits.

use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use proofmark::load::connection::http2::{Exchanges, Requests};
use proofmark::load::connection::{Answer, ExchangeError, Limits};

/// Reads what a server says to three requests whole, byte by byte and in pieces.
///
/// # Panics
/// If the readings differ, or hold more than the limits allow.
pub fn frames(data: &[u8]) {
    let whole = read(data, data.len());
    for step in [1, 2, 7, 50] {
        let pieces = read(data, step);
        for (whole, pieces) in whole.iter().zip(&pieces) {
            match (whole, pieces) {
                (Ok(whole), Ok(pieces)) => {
                    assert_eq!(whole.response(), pieces.response());
                    assert!((200..1000).contains(&whole.status()));
                }
                (Err(whole), Err(pieces)) => assert_eq!(whole, pieces, "by {step}"),
                (whole, pieces) => panic!("{whole:?}, by {step} {pieces:?}"),
            }
        }
    }
}

fn limits() -> Limits {
    Limits {
        head: 2048,
        body: 2048,
        ..Limits::default()
    }
}

fn read(data: &[u8], step: usize) -> Vec<Result<Answer, ExchangeError>> {
    let (mut exchanges, mut requests) = (Exchanges::new(limits()), Requests::new(false));
    let now = Instant::now();
    let due = now + Duration::from_secs(3600);
    let places = [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
    ]
    .map(|request| exchanges.begin(&mut requests, request, &mut Answer::new(), due));
    let mut buffer: Vec<u8> = Vec::new();
    for piece in data.chunks(step.max(1)) {
        buffer.extend_from_slice(piece);
        let taken = exchanges.feed(&buffer, now, None);
        buffer.drain(..taken);
        assert!(exchanges.out().len() <= 128 * 1024 + data.len());
    }
    exchanges.close(None);
    assert!(!exchanges.is_open());
    let mut context = Context::from_waker(Waker::noop());
    let ended = places.into_iter().map(|place| {
        let mut answer = Answer::new();
        let Poll::Ready(ended) = exchanges.poll(place?, &mut answer, &mut context) else {
            panic!("an exchange goes on without a connection");
        };
        assert!(answer.content().len() <= limits().body);
        assert!(answer.footprint() <= 32 * 1024);
        ended.map(|_| answer)
    });
    ended.collect()
}
