//! What a server sends for nothing ends the connection, and makes it hold next to nothing.

use std::time::{Duration, Instant};

use super::super::super::{Answer, ExchangeError, Limits, Malformed, TooLarge};
use super::super::frame::{self, CONTINUATION, DATA, HEADERS, PING, RST_STREAM, SETTINGS};
use super::super::{Exchanges, Requests};
use super::encoder::number;

const ROUNDS: usize = 20_000;

/// What comes of an exchange if the server goes on and on, and the bytes that were to be sent.
fn flooded(round: impl Fn(usize) -> Vec<u8>) -> (Option<ExchangeError>, usize) {
    let limits = Limits {
        head: 20_000,
        body: 100_000,
        ..Limits::default()
    };
    let mut exchanges = Exchanges::new(limits);
    let mut answer = Answer::new();
    let now = Instant::now();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let begun = exchanges.begin(
        &mut Requests::new(false),
        request,
        &mut answer,
        now + Duration::MAX / 4,
    );
    let place = begun.unwrap();
    let mut bytes = Vec::new();
    frame::settings(&mut bytes, &[]);
    exchanges.feed(&bytes, now, None);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for number in 0..ROUNDS {
        let bytes = round(number);
        assert_eq!(exchanges.feed(&bytes, now, None), bytes.len());
        if let std::task::Poll::Ready(ended) = exchanges.poll(place, &mut answer, &mut context) {
            assert!(answer.footprint() < 300_000);
            return (ended.err(), exchanges.out().len());
        }
    }
    (None, exchanges.out().len())
}

fn framed(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame::head(&mut out, payload.len(), kind, flags, stream);
    out.extend_from_slice(payload);
    out
}

#[test]
fn floods_end_the_connection() {
    let calm = || Some(ExchangeError::from(Malformed::Frames("ENHANCE_YOUR_CALM")));
    let pings = |_| framed(PING, 0, 0, b"12345678");
    let settings = |_| framed(SETTINGS, 0, 0, &[]);
    let acknowledged = |_| framed(SETTINGS, frame::ACK, 0, &[]);
    let unknown = |_| framed(99, 0, 1, b"what");
    let windows = |_| framed(frame::WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]);
    let empty = |round| match round {
        0 => framed(HEADERS, frame::END_HEADERS, 1, &[0x88]),
        _ => framed(DATA, 0, 1, &[]),
    };
    let padding = |round| match round {
        0 => framed(HEADERS, frame::END_HEADERS, 1, &[0x88]),
        _ => framed(DATA, frame::PADDED, 1, &[3, 0, 0, 0]),
    };
    let interim = |_| framed(HEADERS, frame::END_HEADERS, 1, b"\x08\x03103");
    let priorities = |_| framed(2, 0, 1, &[0; 5]);
    for (name, (ended, out), expected) in [
        ("pings", flooded(pings), calm()),
        ("settings", flooded(settings), calm()),
        ("acknowledged", flooded(acknowledged), calm()),
        ("unknown", flooded(unknown), calm()),
        ("windows", flooded(windows), calm()),
        ("empty", flooded(empty), calm()),
        ("padding", flooded(padding), calm()),
        ("priorities", flooded(priorities), calm()),
        ("interim", flooded(interim), Some(TooLarge::Interim.into())),
    ] {
        assert_eq!(ended, expected, "{name}");
        assert!(out < 100_000, "{name}: {out}");
    }
}

#[test]
fn a_header_section_without_end_is_too_large() {
    let beyond = Some(ExchangeError::from(TooLarge::Head));
    for part in [0, 1, 100, 16_000] {
        let endless = |round| {
            let kind = if round == 0 { HEADERS } else { CONTINUATION };
            framed(kind, 0, 1, &vec![0x88; part])
        };
        assert_eq!(flooded(endless).0, beyond, "{part}");
    }
    // One byte each that stands for four thousand.
    let bomb = |_| {
        let mut section = vec![0x88, 0x40, 1, b'a'];
        number(0, 0x7f, 3_900, &mut section);
        section.extend(vec![b'x'; 3_900]);
        section.extend([0xbe; 10_000]);
        framed(HEADERS, frame::END_HEADERS, 1, &section)
    };
    assert_eq!(flooded(bomb).0, beyond);
    let many = |_| {
        let section = [&[0x88, 0x40, 1, b'a', 1, b'b'][..], &[0xbe; 200]].concat();
        framed(HEADERS, frame::END_HEADERS, 1, &section)
    };
    assert_eq!(flooded(many).0, Some(TooLarge::Fields.into()));
}

#[test]
fn what_breaks_the_rules_is_named() {
    let head = framed(HEADERS, frame::END_HEADERS, 1, &[0x88]);
    let behind = |bytes: Vec<u8>| [head.clone(), bytes].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("PROTOCOL_ERROR", framed(DATA, 0, 0, b"x")),
        ("PROTOCOL_ERROR", framed(DATA, 0, 1, b"x")),
        ("PROTOCOL_ERROR", framed(DATA, 0, 2, b"x")),
        ("PROTOCOL_ERROR", framed(DATA, 0, 3, b"x")),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 3, &[0x88]),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 2, &[0x88]),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, 0, 1, &[0x88])
                .into_iter()
                .chain(framed(PING, 0, 0, &[0; 8]))
                .collect(),
        ),
        ("PROTOCOL_ERROR", framed(CONTINUATION, 0, 1, &[0x88])),
        (
            "PROTOCOL_ERROR",
            framed(frame::PUSH_PROMISE, 4, 1, &[0, 0, 0, 2, 0x88]),
        ),
        ("PROTOCOL_ERROR", framed(HEADERS, 0xc, 1, &[9, 0x88])),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, &[]),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x08\x0299"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x08\x03101"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x88\x89"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x88\x84"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x00\x01a\x01b\x88"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x88\x00\x01A\x01b"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(
                HEADERS,
                frame::END_HEADERS,
                1,
                b"\x88\x00\x0aconnection\x01b",
            ),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, b"\x88\x0f\x0d\x01x"),
        ),
        (
            "PROTOCOL_ERROR",
            framed(
                HEADERS,
                frame::END_HEADERS,
                1,
                b"\x88\x0f\x0d\x011\x0f\x0d\x012",
            ),
        ),
        (
            "PROTOCOL_ERROR",
            framed(HEADERS, 5, 1, b"\x88\x0f\x0d\x011"),
        ),
        ("PROTOCOL_ERROR", framed(HEADERS, 5, 1, b"\x08\x03103")),
        (
            "PROTOCOL_ERROR",
            behind(framed(HEADERS, frame::END_HEADERS, 1, b"\x00\x01a\x01b")),
        ),
        ("PROTOCOL_ERROR", behind(framed(HEADERS, 5, 1, &[0x88]))),
        (
            "PROTOCOL_ERROR",
            framed(frame::WINDOW_UPDATE, 0, 0, &[0; 4]),
        ),
        (
            "PROTOCOL_ERROR",
            framed(frame::WINDOW_UPDATE, 0, 1, &[0; 4]),
        ),
        (
            "PROTOCOL_ERROR",
            framed(SETTINGS, 0, 0, &[0, 2, 0, 0, 0, 1]),
        ),
        (
            "PROTOCOL_ERROR",
            framed(SETTINGS, 0, 0, &[0, 5, 0, 0, 0, 1]),
        ),
        ("PROTOCOL_ERROR", framed(SETTINGS, 0, 1, &[])),
        ("PROTOCOL_ERROR", framed(RST_STREAM, 0, 0, &[0; 4])),
        (
            "FLOW_CONTROL_ERROR",
            framed(frame::WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
        ),
        (
            "FLOW_CONTROL_ERROR",
            framed(frame::WINDOW_UPDATE, 0, 1, &[0x7f, 0xff, 0xff, 0xff]),
        ),
        (
            "FLOW_CONTROL_ERROR",
            framed(SETTINGS, 0, 0, &[0, 4, 0x80, 0, 0, 0]),
        ),
        ("FRAME_SIZE_ERROR", framed(SETTINGS, 0, 0, &[0; 7])),
        ("FRAME_SIZE_ERROR", framed(SETTINGS, 1, 0, &[0; 6])),
        ("FRAME_SIZE_ERROR", framed(PING, 0, 0, &[0; 7])),
        ("FRAME_SIZE_ERROR", framed(RST_STREAM, 0, 1, &[0; 5])),
        ("FRAME_SIZE_ERROR", framed(frame::GOAWAY, 0, 0, &[0; 7])),
        ("FRAME_SIZE_ERROR", framed(DATA, 0, 1, &[0; 16_385])),
        (
            "COMPRESSION_ERROR",
            framed(HEADERS, frame::END_HEADERS, 1, &[0xbe]),
        ),
    ];
    for (number, (reason, bytes)) in cases.into_iter().enumerate() {
        let (ended, out) = flooded(|_| bytes.clone());
        assert_eq!(
            ended,
            Some(Malformed::Frames(reason).into()),
            "{number}: {bytes:?}"
        );
        assert!(out < 10_000, "{number}");
    }
}
