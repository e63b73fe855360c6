//! An exchange of which nothing is special allocates nothing.

use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::super::super::{Answer, Limits};
use super::super::frame::{self, DATA, END_HEADERS, END_STREAM, HEADERS};
use super::super::{Exchanges, Requests};

#[test]
fn an_exchange_over_a_connection_that_was_used_allocates_nothing() {
    let (mut exchanges, mut requests) = (Exchanges::new(Limits::default()), Requests::new(false));
    let mut answers: Vec<Answer> = (0..10).map(|_| Answer::new()).collect();
    let mut context = Context::from_waker(Waker::noop());
    let now = Instant::now();
    let mut bytes = Vec::new();
    frame::settings(&mut bytes, &[]);
    exchanges.feed(&bytes, now, None);
    let mut next = 1;
    let mut exchange = |count: u32| {
        for _ in 0..count {
            let mut places = [0; 10];
            bytes.clear();
            for (place, answer) in places.iter_mut().zip(&mut answers) {
                let request = b"GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\n\r\n";
                let due = now + Duration::from_secs(30);
                *place = exchanges
                    .begin(&mut requests, request, answer, due)
                    .unwrap();
                // Known, learnt, learnt for the second time, and neither.
                let section =
                    b"\x88\x61\x1dMon, 21 Oct 2013 20:13:21 GMT\xbe\x00\x88\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f\x01b";
                frame::head(&mut bytes, section.len(), HEADERS, END_HEADERS, next);
                bytes.extend_from_slice(section);
                frame::head(&mut bytes, 3000, DATA, END_STREAM, next);
                bytes.extend_from_slice(&[b'x'; 3000]);
                next += 2;
            }
            let length = exchanges.out().len();
            exchanges.sent(length);
            assert_eq!(exchanges.feed(&bytes, now, None), bytes.len());
            for (place, answer) in places.iter().zip(&mut answers) {
                let ended = exchanges.poll(*place, answer, &mut context);
                assert!(matches!(ended, Poll::Ready(Ok(_))), "{ended:?}");
                assert_eq!(answer.content().len(), 3000);
                assert_eq!(answer.fields().count(), 3);
            }
        }
    };
    exchange(20);
    let counted = allocation_counter::measure(|| exchange(200));
    assert_eq!(counted.count_total, 0);
}
