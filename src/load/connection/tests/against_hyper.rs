//! What ours reads is what hyper's client reads, however the bytes are cut; and where the two differ,
//! ours is the stricter one, for a reason that is listed.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use proptest::sample::Index;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::{Answer, ExchangeError, Expects, Limits, Malformed, Reader, TooLarge};

/// Status, minor version, fields by name, content.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Read {
    status: u16,
    minor: u8,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    content: Vec<u8>,
}

/// Bytes that arrive in pieces once something was written, and then the end.
struct Pieces {
    left: VecDeque<Vec<u8>>,
    is_asked: bool,
    waker: Option<Waker>,
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if !self.is_asked {
            self.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        if let Some(mut piece) = self.left.pop_front() {
            let later = piece.split_off(piece.len().min(room.remaining()));
            room.put_slice(&piece);
            if !later.is_empty() {
                self.left.push_front(later);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.is_asked = true;
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What hyper's client reads; `None` if it refuses.
fn hyper_reads(pieces: &[Vec<u8>], method: &str) -> Option<Read> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let io = TokioIo::new(Pieces {
        left: pieces
            .iter()
            .filter(|piece| !piece.is_empty())
            .cloned()
            .collect(),
        is_asked: false,
        waker: None,
    });
    runtime.block_on(async {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.ok()?;
        tokio::spawn(connection);
        let request = hyper::Request::builder()
            .method(method)
            .uri("/")
            .header("host", "localhost")
            .body(Empty::<Bytes>::new())
            .ok()?;
        let response = sender.send_request(request).await.ok()?;
        let (head, body) = response.into_parts();
        let content = body.collect().await.ok()?.to_bytes().to_vec();
        let fields = head.headers.iter();
        Some(Read {
            status: head.status.as_u16(),
            minor: u8::from(head.version == hyper::Version::HTTP_11),
            fields: by_name(
                fields.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())),
            ),
            content,
        })
    })
}

/// Fields sorted by name, those of one name in their order.
fn by_name<'a>(fields: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut fields: Vec<_> = fields
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_vec()))
        .collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    fields
}

fn limits() -> Limits {
    Limits {
        head: 20_000,
        body: 20_000,
        ..Limits::default()
    }
}

/// What ours reads; an answer that was cut off is `Ok(None)`.
fn ours_reads(pieces: &[Vec<u8>], method: &str) -> Result<Option<Read>, ExchangeError> {
    let (mut reader, mut answer) = (Reader::default(), Answer::new());
    answer.clear();
    reader.begin(Expects::of(method));
    let mut is_whole = false;
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        if is_whole {
            // A connection finds these before it sends again.
            return Err(Malformed::Unsolicited.into());
        }
        answer.push(piece);
        is_whole = reader.feed(&mut answer, &limits())?;
        assert!(answer.content().len() <= limits().body);
        assert!(answer.footprint() <= 2 * (limits().head + limits().body) + 20_000);
    }
    is_whole |= reader.close();
    Ok(is_whole.then(|| Read {
        status: answer.status(),
        minor: u8::from(!answer.is_version_10()),
        fields: by_name(answer.fields()),
        content: answer.content().to_vec(),
    }))
}

/// Why ours refuses what hyper accepts.
fn is_stricter_for_a_reason(refusal: &ExchangeError) -> bool {
    match refusal {
        ExchangeError::Malformed(reason) => matches!(
            reason,
            // hyper delivers the answer and gives the connection up afterwards.
            Malformed::Unsolicited
            // hyper ignores the length: RFC 9112 section 6.1 lets a recipient do so or refuse, and
            // an answer that another recipient would cut elsewhere cannot be judged.
            | Malformed::BothLengths
            // hyper reads to the end, or takes off the last `chunked` only; the content would be
            // one that is still coded.
            | Malformed::TransferCoding
            // hyper hands the connection over.
            | Malformed::Upgrade
            // hyper puts no limit on the zeros before a size.
            | Malformed::ChunkSize
            // hyper takes a bare line feed for a line's end if the number of lines allows it.
            | Malformed::Trailers
        ),
        ExchangeError::TooLarge(limit) => matches!(
            limit,
            // hyper goes on for ever, to 400 KB, and without any limit on content.
            TooLarge::Interim | TooLarge::Head | TooLarge::Body
        ),
        _ => false,
    }
}

#[derive(Debug, Clone)]
enum Framed {
    Length,
    Close,
    /// Extensions of each chunk, and the trailer section.
    Chunked(Vec<(Index, String)>, String),
}

/// A legal answer: its bytes and its content.
#[derive(Debug, Clone)]
struct Legal {
    bytes: Vec<u8>,
    status: u16,
    content: Vec<u8>,
}

fn framed() -> impl Strategy<Value = Framed> {
    let extension = prop_oneof![
        Just(String::new()),
        " {0,2}(;[a-z]{1,4}(=[a-z0-9]{1,4}|=\"[ -!#-\\[\\]-~]{0,6}\")?){0,2}",
    ];
    let trailers = "(X-[A-Za-z]{1,5}: ?[!-~]{0,9}\r\n){0,3}";
    prop_oneof![
        Just(Framed::Length),
        Just(Framed::Close),
        (
            prop::collection::vec((any::<Index>(), extension), 0..5),
            trailers
        )
            .prop_map(|(chunks, trailers)| Framed::Chunked(chunks, trailers)),
    ]
}

fn legal(method: &'static str) -> impl Strategy<Value = Legal> {
    let interim = "(HTTP/1\\.1 (100 Continue|103 Early Hints|102 )\r\n(Link: </a>\r\n)?\r\n){0,3}";
    let status = prop_oneof![8 => 200..=599_u16, 1 => Just(204_u16), 1 => Just(304_u16)];
    let fields = "((X-[A-Za-z0-9]{1,6}|Server|Vary|Set-Cookie|connection):[ \t]{0,2}[!-~]([ -~]{0,12}[!-~])?[ \t]{0,2}\r\n){0,6}";
    let reason = prop_oneof![Just(String::new()), " [ -~]{0,12}"];
    let content = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..60),
        1 => prop::collection::vec(any::<u8>(), 9_000..12_000),
    ];
    (interim, 0..=1_u8, status, reason, fields, framed(), content).prop_map(
        move |(interim, minor, status, reason, fields, framed, mut content)| {
            // Old servers know no chunks.
            let framed = if minor == 0 && matches!(framed, Framed::Chunked(..)) {
                Framed::Length
            } else {
                framed
            };
            let mut bytes =
                format!("{interim}HTTP/1.{minor} {status}{reason}\r\n{fields}").into_bytes();
            let is_empty = method == "HEAD" || matches!(status, 204 | 304);
            match &framed {
                Framed::Length => {
                    bytes.extend_from_slice(
                        format!("Content-length: {}\r\n\r\n", content.len()).as_bytes(),
                    );
                }
                Framed::Close => bytes.extend_from_slice(b"\r\n"),
                Framed::Chunked(..) => {
                    bytes.extend_from_slice(b"TRANSFER-Encoding:chunked\r\n\r\n");
                }
            }
            if is_empty {
                content.clear();
            } else if let Framed::Chunked(chunks, trailers) = &framed {
                write_chunks(&mut bytes, &content, chunks, trailers);
            } else {
                bytes.extend_from_slice(&content);
            }
            Legal {
                bytes,
                status,
                content,
            }
        },
    )
}

fn write_chunks(out: &mut Vec<u8>, content: &[u8], chunks: &[(Index, String)], trailers: &str) {
    let mut chunk = |bytes: &[u8], extension: &str| {
        if !bytes.is_empty() {
            out.extend_from_slice(format!("{:X}{extension}\r\n", bytes.len()).as_bytes());
            out.extend_from_slice(bytes);
            out.extend_from_slice(b"\r\n");
        }
    };
    let mut rest = content;
    for (cut, extension) in chunks {
        let (now, later) = rest.split_at(cut.index(rest.len() + 1));
        chunk(now, extension);
        rest = later;
    }
    chunk(rest, "");
    out.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
}

/// The bytes cut at some places.
fn cut(bytes: &[u8], cuts: &[Index]) -> Vec<Vec<u8>> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for to in places.into_iter().chain([bytes.len()]) {
        pieces.push(bytes[from..to].to_vec());
        from = to;
    }
    pieces
}

/// What is done to a legal answer, and where.
fn damage(bytes: &mut Vec<u8>, place: Index, kind: u8, with: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    // Mostly where the framing stands.
    let at = place.index(bytes.len().min(300));
    match kind {
        0 => {
            bytes.remove(at);
        }
        1 => bytes[at] = with.first().copied().unwrap_or(b' '),
        2 => bytes.truncate(at),
        3 => {
            let copy = bytes[at..(at + 20).min(bytes.len())].to_vec();
            bytes.splice(at..at, copy);
        }
        4 => {
            let line = bytes.windows(2).position(|pair| pair == b"\r\n");
            let at = line.map_or(at, |line| line + 2);
            bytes.splice(at..at, with.iter().copied());
        }
        _ => {
            bytes.splice(at..at, with.iter().copied());
        }
    }
}

fn disturbance() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 1..4),
        prop::sample::select(vec![
            "Content-Length: 3\r\n",
            "Content-Length: 3, 3\r\n",
            "Content-Length: +3\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Connection: close\r\n",
            "A : b\r\n",
            " folded\r\n",
            "\r\n",
            "\n",
            "\r",
            "\0",
            "0",
            "00000000000000000",
            ";",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

fn cuts() -> impl Strategy<Value = Vec<Index>> {
    prop_oneof![
        3 => prop::collection::vec(any::<Index>(), 0..6),
        1 => prop::collection::vec(any::<Index>(), 60..200),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn a_legal_answer_is_read_alike(
        (method, answer) in prop::sample::select(vec!["GET", "HEAD"])
            .prop_flat_map(|method| (Just(method), legal(method))),
        cuts in cuts(),
    ) {
        let pieces = cut(&answer.bytes, &cuts);
        let ours = ours_reads(&pieces, method).expect("legal").expect("whole");
        prop_assert_eq!((ours.status, &ours.content), (answer.status, &answer.content));
        prop_assert_eq!(Some(ours), hyper_reads(&pieces, method));
    }

    #[test]
    fn a_damaged_answer_is_read_alike_or_refused_for_a_reason(
        mut answer in legal("GET"),
        cuts in cuts(),
        damages in prop::collection::vec((any::<Index>(), 0..6_u8, disturbance()), 1..3),
    ) {
        for (place, kind, with) in &damages {
            damage(&mut answer.bytes, *place, *kind, with);
        }
        let pieces = cut(&answer.bytes, &cuts);
        let hyper = hyper_reads(&pieces, "GET");
        match ours_reads(&pieces, "GET") {
            Ok(ours) => prop_assert_eq!(ours, hyper),
            Err(refusal) => {
                let is_listed = is_stricter_for_a_reason(&refusal);
                prop_assert!(hyper.is_none() || is_listed, "{} but {:?}", refusal, hyper);
            }
        }
    }
}

/// Enough to find nothing new in millions; few in the daily run.
const CASES: u32 = 128;
