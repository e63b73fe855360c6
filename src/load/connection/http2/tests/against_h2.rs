//! What ours reads from frames is what the crate `h2` reads, however they are cut; and where the two
//! differ, it is for a reason that is listed.

use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::super::{Answer, ExchangeError, Limits};
use super::super::frame::{ACK, CONTINUATION, END_HEADERS, Frame, HEADERS, PRIORITY, SETTINGS};
use super::super::hpack::Decoder;
use super::super::{Exchanges, Requests};
use super::script::{End, Told, script};
use super::theirs::theirs;

/// Status, fields by name, content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) status: u16,
    pub(super) fields: Vec<(String, Vec<u8>)>,
    pub(super) content: Vec<u8>,
}

pub(super) fn by_name<'a>(
    fields: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Vec<(String, Vec<u8>)> {
    let mut fields: Vec<_> = fields
        .map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.to_vec()))
        .collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    fields
}

fn limits() -> Limits {
    Limits {
        head: 60_000,
        body: 60_000,
        ..Limits::default()
    }
}

/// What ours reads of each of so many answers.
pub(super) fn ours(pieces: &[Vec<u8>], count: usize) -> Vec<Result<Read, ExchangeError>> {
    let mut exchanges = Exchanges::new(limits());
    let mut requests = Requests::new(false);
    let now = Instant::now();
    let mut answer = Answer::new();
    let mut begin = |_| {
        let bytes = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let due = now + Duration::from_secs(60);
        exchanges
            .begin(&mut requests, bytes, &mut answer, due)
            .unwrap()
    };
    let places: Vec<usize> = (0..count).map(&mut begin).collect();
    let mut buffer: Vec<u8> = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        let taken = exchanges.feed(&buffer, now, None);
        buffer.drain(..taken);
    }
    exchanges.close(None);
    let mut context = Context::from_waker(Waker::noop());
    let ended = places.into_iter().map(|place| {
        let mut answer = Answer::new();
        let Poll::Ready(ended) = exchanges.poll(place, &mut answer, &mut context) else {
            panic!("all have ended");
        };
        ended.map(|_| Read {
            status: answer.status(),
            fields: by_name(answer.fields()),
            content: answer.content().to_vec(),
        })
    });
    ended.collect()
}

fn cut(bytes: &[u8], cuts: &[Index]) -> Vec<Vec<u8>> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|span| bytes[span[0]..span[1]].to_vec())
        .collect()
}

/// What is to come of an answer; `None` if the connection was closed first.
fn meant(told: &Told) -> Option<Result<Read, &'static str>> {
    match told.end {
        End::Never => return None,
        End::Reset(_) => return Some(Err("reset")),
        End::Whole | End::Trailers(_) => {}
    }
    let content: Vec<u8> = told
        .content
        .iter()
        .flat_map(|(part, _)| part.clone())
        .collect();
    let own = told
        .has_length
        .then(|| ("content-length".to_owned(), content.len().to_string(), 0));
    let fields = told.fields.iter().chain(&own);
    Some(Ok(Read {
        status: told.status,
        fields: by_name(fields.map(|(name, value, _)| (name.as_bytes(), value.as_bytes()))),
        content,
    }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_a_server_may_send_is_read_alike(script in script(), cuts in prop::collection::vec(any::<Index>(), 0..20)) {
        let pieces = cut(&script.bytes(), &cuts);
        let count = script.answers.len();
        let (ours, theirs) = (ours(&pieces, count), theirs(&pieces, count));
        let is_farewell = script.between.iter().any(|(_, own)| matches!(own, super::script::Own::Goaway(..)));
        for (number, told) in script.answers.iter().enumerate() {
            match (&ours[number], &theirs[number]) {
                (Ok(ours), Ok(theirs)) => {
                    prop_assert_eq!(ours, theirs);
                    prop_assert_eq!(Some(Ok(ours.clone())), meant(told));
                }
                (Err(_), Err(_)) => {
                    prop_assert!(is_farewell || !matches!(meant(told), Some(Ok(_))));
                }
                (ours, theirs) => prop_assert!(false, "{ours:?}\n{theirs:?}\n{told:?}"),
            }
        }
    }

    #[test]
    fn what_is_broken_is_read_alike_or_refused(
        script in script(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
        cuts in prop::collection::vec(any::<Index>(), 0..10),
    ) {
        let mut bytes = script.bytes();
        for (at, byte) in &changes {
            // Mostly what is not content.
            let at = at.index(bytes.len().min(400));
            bytes[at] = *byte;
        }
        let count = script.answers.len();
        let pieces = cut(&bytes, &cuts);
        let (ours, theirs) = (ours(&pieces, count), theirs(&pieces, count));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
                (Err(_), Err(_)) => {}
                // `h2` does not look whether settings come first (RFC 9113 section 3.4), nor whether fields
                // of requests stand in an answer (section 8.3) or a status in trailers (section 8.1); and
                // it takes quotes in names, and names of no length (RFC 9110 section 5.1).
                (Err(refusal), Ok(_)) => {
                    let is_stricter = !is_settings(&bytes) || has_wrong_field(&bytes);
                    prop_assert!(is_stricter, "{refusal:?} {bytes:02x?}");
                }
                // A section that is malformed concerns its stream only (RFC 9113 section 8.1.1); `h2`
                // gives the connection up if a name or a value is no such thing.
                (Ok(read), Err(error)) => {
                    let is_given_up = error.is_library() && error.is_go_away();
                    prop_assert!(is_given_up, "{read:?} {error:?}");
                    prop_assert_eq!(error.reason(), Some(h2::Reason::PROTOCOL_ERROR));
                }
            }
        }
    }
}

/// Whether the first frame says what the server's settings are.
fn is_settings(bytes: &[u8]) -> bool {
    let frame = Frame::read(bytes).ok().flatten();
    frame.is_some_and(|(frame, _)| frame.kind == SETTINGS && !frame.has(ACK))
}

/// Whether a header section has a field of the frames' own that only requests have, or any behind the
/// status that is not interim, or a field with no name or a quote in it.
fn has_wrong_field(bytes: &[u8]) -> bool {
    let (mut rest, mut block, mut found) = (bytes, Vec::new(), false);
    let mut answered = Vec::new();
    let mut decoder = Decoder::new();
    while let Ok(Some((frame, length))) = Frame::read(rest) {
        rest = &rest[length..];
        match frame.kind {
            HEADERS => {
                let part = frame.unpadded().unwrap_or_default();
                let part = if frame.has(PRIORITY) {
                    part.get(5..)
                } else {
                    Some(part)
                };
                block = part.unwrap_or_default().to_vec();
            }
            CONTINUATION => block.extend_from_slice(frame.payload),
            _ => continue,
        }
        if frame.has(END_HEADERS) {
            let is_trailer = answered.contains(&frame.stream);
            let read = decoder.read(&block, |field| {
                let is_status = field.name == b":status" && !is_trailer;
                found |= field.name.starts_with(b":") && !is_status;
                found |= field.name.is_empty() || field.name.contains(&b'"');
                if is_status && !field.value.starts_with(b"1") {
                    answered.push(frame.stream);
                }
            });
            if read.is_err() {
                break;
            }
        }
    }
    found
}
