//! Undoes content codings (RFC 9110 section 8.4.1): `gzip` and `deflate`, which servers and what stands
//! before them may choose without much ado. Others are refused by name.
//!
//! This is not done while reading, so that it never counts as latency.

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// Bytes of a member's fixed header (RFC 1952 section 2.3).
const MEMBER_HEAD: usize = 10;

/// How many codings may be stacked.
const MOST_CODINGS: usize = 4;

/// Why content is not what its coding says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A coding that is not known here, or too many of them.
    #[error("`Content-Encoding: {0}` cannot be undone")]
    Unsupported(String),
    /// The content is no gzip or zlib stream, or its checksum is wrong.
    #[error("the content is not what its content coding says: {0}")]
    Corrupt(&'static str),
    /// The stream ends too early.
    #[error("the coded content is cut off")]
    CutOff,
    /// It would be longer than it may be.
    #[error("the decoded content is beyond the limit of {0} bytes")]
    TooLarge(usize),
}

/// Undoes content codings, with buffers that are used again.
#[derive(Debug)]
pub struct Decoder {
    inflate: Decompress,
    most: usize,
}

impl Decoder {
    /// A decoder that makes no more than so many bytes of content.
    pub fn new(most: usize) -> Self {
        Self {
            inflate: Decompress::new(false),
            most,
        }
    }

    /// Undoes codings, the last one first; what they hold is all of `out` then.
    ///
    /// # Errors
    /// The content cannot be read.
    pub fn undo_all(
        &mut self,
        codings: Codings,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let mut codings = codings.0.into_iter().rev().flatten();
        let Some(last) = codings.next() else {
            out.clear();
            out.extend_from_slice(bytes);
            return Ok(());
        };
        self.undo(last, bytes, out)?;
        for coding in codings {
            let coded = std::mem::take(out);
            self.undo(coding, &coded, out)?;
        }
        Ok(())
    }

    /// Undoes a coding; what it holds is all of `out` then.
    fn undo(&mut self, coding: Coding, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
        out.clear();
        match coding {
            Coding::Gzip => self.gzip(bytes, out),
            Coding::Deflate => self.deflate(bytes, out),
        }
    }

    /// All members, one after another (RFC 1952 section 2.2).
    fn gzip(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = skip_member_head(rest)?;
            let start = out.len();
            let used = self.inflate(rest, out, false)?;
            rest = rest.get(used..).unwrap_or_default();
            let (tail, next) = rest.split_at_checked(8).ok_or(DecodeError::CutOff)?;
            let member = out.get(start..).unwrap_or_default();
            let mut sum = Crc::new();
            sum.update(member);
            if tail.get(..4) != Some(&sum.sum().to_le_bytes()) {
                return Err(DecodeError::Corrupt("the checksum is wrong"));
            }
            if tail.get(4..) != Some(&sum.amount().to_le_bytes()) {
                return Err(DecodeError::Corrupt("the length is wrong"));
            }
            rest = next;
        }
        Ok(())
    }

    /// A zlib stream; or a bare deflate stream, which some servers send under that name.
    fn deflate(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let used = self.inflate(bytes, out, is_zlib(bytes))?;
        if used < bytes.len() {
            return Err(DecodeError::Corrupt("bytes follow its end"));
        }
        Ok(())
    }

    /// Inflates to the end of the stream: how many bytes it took.
    fn inflate(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        is_zlib: bool,
    ) -> Result<usize, DecodeError> {
        self.inflate.reset(is_zlib);
        loop {
            let used = usize::try_from(self.inflate.total_in()).unwrap_or(usize::MAX);
            let rest = bytes.get(used..).unwrap_or_default();
            if out.capacity() == out.len() {
                if out.len() > self.most {
                    return Err(DecodeError::TooLarge(self.most));
                }
                // At most one byte beyond the limit, which tells that it was reached.
                let wanted = out.len().max(bytes.len().saturating_mul(4)).max(4096);
                let left = (self.most - out.len()).saturating_add(1);
                out.reserve_exact(wanted.min(left));
            }
            let before = (self.inflate.total_in(), self.inflate.total_out());
            let status = self
                .inflate
                .decompress_vec(rest, out, FlushDecompress::None)
                .map_err(|_| DecodeError::Corrupt("the deflate stream is none"))?;
            if out.len() > self.most {
                return Err(DecodeError::TooLarge(self.most));
            }
            let is_stuck = before == (self.inflate.total_in(), self.inflate.total_out());
            match status {
                Status::StreamEnd => {
                    return usize::try_from(self.inflate.total_in())
                        .map_err(|_| DecodeError::Corrupt("it is too long"));
                }
                _ if is_stuck && out.capacity() > out.len() => return Err(DecodeError::CutOff),
                _ => {}
            }
        }
    }
}

/// A content coding that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// `gzip` (RFC 1952).
    Gzip,
    /// `deflate`: zlib (RFC 1950), or what is meant by it.
    Deflate,
}

/// Content codings in the order in which they were applied (RFC 9110 section 8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codings([Option<Coding>; MOST_CODINGS]);

impl Codings {
    /// The codings that the values of `Content-Encoding` name, `identity` left out; `None` without any.
    ///
    /// # Errors
    /// There are more than four, or one that is not known here.
    pub fn of<'v>(values: impl Iterator<Item = &'v [u8]>) -> Result<Option<Self>, DecodeError> {
        let mut found = [None; MOST_CODINGS];
        let mut places = found.iter_mut();
        for value in values {
            for token in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
                let is = |name: &str| token.eq_ignore_ascii_case(name.as_bytes());
                let next = match token {
                    b"" => continue,
                    _ if is("identity") => continue,
                    _ if is("gzip") || is("x-gzip") => Coding::Gzip,
                    _ if is("deflate") => Coding::Deflate,
                    _ => return Err(unsupported(value)),
                };
                let place = places.next().ok_or_else(|| unsupported(value))?;
                *place = Some(next);
            }
        }
        Ok(found[0].is_some().then_some(Self(found)))
    }
}

fn unsupported(value: &[u8]) -> DecodeError {
    DecodeError::Unsupported(value.iter().map(|byte| char::from(*byte)).collect())
}

/// RFC 1950 section 2.2: method 8 and a check that makes the two bytes a multiple of 31.
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// What follows the header of a gzip member (RFC 1952 section 2.3).
fn skip_member_head(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let (head, mut rest) = bytes
        .split_at_checked(MEMBER_HEAD)
        .ok_or(DecodeError::CutOff)?;
    let [0x1f, 0x8b, 8, flags, ..] = head else {
        return Err(DecodeError::Corrupt("it does not begin like gzip"));
    };
    if flags & 0b1110_0000 != 0 {
        return Err(DecodeError::Corrupt("reserved flags are set"));
    }
    if flags & 4 != 0 {
        let (length, after) = rest.split_at_checked(2).ok_or(DecodeError::CutOff)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        rest = after.get(length..).ok_or(DecodeError::CutOff)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0);
            rest = end
                .and_then(|end| rest.get(end + 1..))
                .ok_or(DecodeError::CutOff)?;
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..).ok_or(DecodeError::CutOff)?;
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::{Coding, Codings, DecodeError, Decoder};
    use crate::http::Response;

    const MOST: usize = 100_000;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn bare(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(coding: &str, body: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let Some(codings) = Codings::of([coding.as_bytes()].into_iter())? else {
            return Ok(body.to_vec());
        };
        // Whatever the decoder did before.
        let (mut decoder, mut out) = (Decoder::new(MOST), b"before".to_vec());
        let _ = decoder.undo(Coding::Gzip, &gzip(b"before")[..15], &mut out);
        decoder.undo_all(codings, body, &mut out)?;
        Ok(out)
    }

    #[test]
    fn codings_are_undone_and_identity_left_alone() {
        for content in [b"".to_vec(), b"{}".to_vec(), b"abcdefgh".repeat(10_000)] {
            assert_eq!(decode("gzip", &gzip(&content)), Ok(content.clone()));
            assert_eq!(
                decode("X-GZIP, identity", &gzip(&content)),
                Ok(content.clone())
            );
            assert_eq!(decode("deflate", &zlib(&content)), Ok(content.clone()));
            assert_eq!(decode("deflate", &bare(&content)), Ok(content.clone()));
            assert_eq!(decode("identity", &content), Ok(content.clone()));
            // The first one was applied first.
            assert_eq!(
                decode("gzip, deflate", &zlib(&gzip(&content))),
                Ok(content.clone())
            );
            let often = gzip(&gzip(&zlib(&zlib(&content))));
            assert_eq!(
                decode("deflate, deflate, gzip, gzip", &often),
                Ok(content.clone())
            );
            assert_eq!(decode("", &content), Ok(content));
        }
        let two = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(decode("gzip", &two), Ok(b"one two".to_vec()));
    }

    #[test]
    fn every_field_of_a_member_s_header_is_skipped() {
        let plain = gzip(b"content");
        let mut full = plain[..10].to_vec();
        full[3] = 0b1_1110;
        full.extend_from_slice(b"\x03\x00abcname\0comment\0\x12\x34");
        full.extend_from_slice(&plain[10..]);
        assert_eq!(decode("gzip", &full), Ok(b"content".to_vec()));
        for length in 1..full.len() {
            assert_eq!(
                decode("gzip", &full[..length]),
                Err(DecodeError::CutOff),
                "{length}"
            );
        }
    }

    #[test]
    fn what_is_not_what_it_says_is_refused() {
        let corrupt = |bytes: &[u8], coding| match decode(coding, bytes) {
            Err(DecodeError::Corrupt(reason)) => reason,
            other => panic!("{other:?}"),
        };
        let mut sum = gzip(b"content");
        let at = sum.len() - 8;
        sum[at] ^= 1;
        assert_eq!(corrupt(&sum, "gzip"), "the checksum is wrong");
        let mut length = gzip(b"content");
        let at = length.len() - 4;
        length[at] ^= 1;
        assert_eq!(corrupt(&length, "gzip"), "the length is wrong");
        let mut flags = gzip(b"content");
        flags[3] = 0x80;
        assert_eq!(corrupt(&flags, "gzip"), "reserved flags are set");
        assert_eq!(
            corrupt(b"{\"not\": \"compressed\"}", "gzip"),
            "it does not begin like gzip"
        );
        assert_eq!(
            corrupt(&[zlib(b"x"), b"y".to_vec()].concat(), "deflate"),
            "bytes follow its end"
        );
        assert_eq!(
            corrupt(&[gzip(b"x"), b"trailing garbage".to_vec()].concat(), "gzip"),
            "it does not begin like gzip"
        );
        assert_eq!(
            corrupt(&gzip(&zlib(b"x")), "gzip, deflate"),
            "the deflate stream is none"
        );
        for coding in ["br", "gzip, gzip, gzip, gzip, gzip", "zstd", "gzip, br"] {
            assert_eq!(
                decode(coding, b"x"),
                Err(DecodeError::Unsupported(coding.to_owned()))
            );
        }
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let limit = Err(DecodeError::TooLarge(MOST));
        assert_eq!(
            decode("gzip", &gzip(&vec![0; MOST])).map(|content| content.len()),
            Ok(MOST)
        );
        assert_eq!(decode("gzip", &gzip(&vec![0; MOST + 1])), limit);
        let (bomb, mut out) = (zlib(&vec![0; 100 * MOST]), Vec::new());
        let refused = Decoder::new(MOST).undo(Coding::Deflate, &bomb, &mut out);
        assert_eq!(refused.map(|()| Vec::new()), limit);
        assert!(out.capacity() < 3 * MOST, "{}", out.capacity());
        let many = gzip(&vec![0; MOST / 2]).repeat(3);
        assert_eq!(decode("gzip", &many), limit);
    }

    #[test]
    fn the_content_of_an_answer_is_what_its_media_type_speaks_of() {
        let answer = |coding: &str, body: &[u8]| {
            let answer = Response::new(200).with_body("text/plain", body.to_vec());
            answer.with_header("content-encoding", coding)
        };
        let content = |answer: &Response| answer.content().map(std::borrow::Cow::into_owned);
        assert_eq!(
            content(&answer("gzip", &gzip(b"content"))),
            Ok(b"content".to_vec())
        );
        assert_eq!(
            content(&answer("identity", b"content")),
            Ok(b"content".to_vec())
        );
        // An answer to HEAD has no stream.
        assert_eq!(content(&answer("br", b"")), Ok(Vec::new()));
        let unknown = Err(DecodeError::Unsupported("br".to_owned()));
        assert_eq!(content(&answer("br", b"x")), unknown);
        assert_eq!(content(&answer("gzip", b"x")), Err(DecodeError::CutOff));
        let twice = answer("gzip", &gzip(&gzip(b"x"))).with_header("content-encoding", "gzip");
        assert_eq!(content(&twice), Ok(b"x".to_vec()));
    }
}
