//! Answers of HTTP/1.1: read or refused, however they are cut, and never beyond the limits.

use proofmark::load::connection::{Answer, DecodeError, Decoder, Expects, Limits, Reader};

/// The most bytes of content that a coding is undone to.
const MOST: usize = 4096;

/// Reads an answer whole, byte by byte and in pieces.
///
/// # Panics
/// If the readings differ, hold more than the limits allow, or a content coding is undone to two
/// different contents.
pub fn answer(data: &[u8]) {
    for expects in [Expects::Content, Expects::HeadOnly] {
        let whole = read(data, data.len(), expects);
        for step in [1, 2, 7, 50] {
            let pieces = read(data, step, expects);
            match (&whole, &pieces) {
                (Some(whole), Some(pieces)) => assert_alike(whole, pieces),
                (whole, pieces) => assert_eq!(whole.is_some(), pieces.is_some(), "by {step}"),
            }
        }
        if let Some(whole) = whole {
            codings(whole);
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

/// The answer if it is whole and nothing follows it.
fn read(data: &[u8], step: usize, expects: Expects) -> Option<Answer> {
    let (mut answer, mut reader) = (Answer::new(), Reader::default());
    reader.begin(expects);
    let mut is_whole = false;
    for piece in data.chunks(step.max(1)) {
        if is_whole {
            return None;
        }
        answer.push(piece);
        is_whole = reader.feed(&mut answer, &limits()).ok()?;
        assert!(answer.content().len() <= limits().body);
        assert!(answer.footprint() <= 2 * data.len() + 32 * 1024);
    }
    (is_whole || reader.close()).then_some(answer)
}

fn assert_alike(one: &Answer, other: &Answer) {
    assert_eq!(one.response(), other.response());
    assert_eq!(one.is_version_10(), other.is_version_10());
    assert!((200..1000).contains(&one.status()));
}

fn codings(mut answer: Answer) {
    let mut decoder = Decoder::new(MOST);
    let first = decoder.decode(&mut answer);
    let content = answer.content().to_vec();
    assert!(content.len() <= MOST);
    assert!(!matches!(first, Err(DecodeError::TooLarge(most)) if most != MOST));
    assert_eq!(decoder.decode(&mut answer), first);
    assert_eq!(answer.content(), content);
}
