//! Content codings of answers, undone in buffers that are used again: a thread needs one [`Decoder`] (about
//! 45 KB) for all its connections.

use super::answer::Answer;
use crate::http::{Codings, DecodeError};

/// Undoes content codings of answers.
#[derive(Debug)]
pub struct Decoder(crate::http::Decoder);

impl Decoder {
    /// A decoder that makes no more than so many bytes of content.
    pub fn new(most: usize) -> Self {
        Self(crate::http::Decoder::new(most))
    }

    /// Undoes the content coding of an answer, so that [`Answer::content`] is what the media type
    /// speaks of. Answers without a coding, and those without content, stay as they are.
    ///
    /// # Errors
    /// The content cannot be judged; the connection is not concerned.
    pub fn decode(&mut self, answer: &mut Answer) -> Result<(), DecodeError> {
        answer.is_decoded = false;
        let fields = answer.fields();
        let values = fields.filter(|(name, _)| name.eq_ignore_ascii_case(b"content-encoding"));
        let Some(codings) = Codings::of(values.map(|(_, value)| value))? else {
            return Ok(());
        };
        if answer.body.is_empty() {
            return Ok(());
        }
        let bytes = answer.bytes.get(answer.body.clone()).unwrap_or_default();
        self.0.undo_all(codings, bytes, &mut answer.decoded)?;
        answer.is_decoded = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::super::{Expects, Limits, Reader};
    use super::*;

    fn answer(coding: &str, body: &[u8]) -> Answer {
        let (mut answer, mut reader) = (Answer::new(), Reader::default());
        reader.begin(Expects::Content);
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ncontent-length: {length}\r\n\r\n"
        );
        answer.push(head.as_bytes());
        answer.push(body);
        assert_eq!(reader.feed(&mut answer, &Limits::default()), Ok(true));
        answer
    }

    #[test]
    fn the_content_of_an_answer_is_undone_in_place() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(b"content").unwrap();
        let coded = encoder.finish().unwrap();
        let mut decoder = Decoder::new(100);
        for (coding, body, expected) in [
            ("gzip", &*coded, &b"content"[..]),
            ("identity", b"plain", b"plain"),
            ("gzip", b"", b""),
        ] {
            let mut answer = answer(coding, body);
            assert_eq!(decoder.decode(&mut answer), Ok(()));
            assert_eq!(answer.content(), expected);
            assert_eq!(answer.transferred(), body);
        }
        let mut cut = answer("gzip", &coded[..5]);
        assert_eq!(decoder.decode(&mut cut), Err(DecodeError::CutOff));
        assert_eq!(cut.content(), &coded[..5]);
    }
}
