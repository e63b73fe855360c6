//! Messages: bytes in the manner of HTTP, so that people can write seeds and any bytes mean something.

use proofmark::http::Request;

/// A first line, header fields and content.
pub(super) struct Message<'a> {
    /// The words of the first line.
    pub(super) words: Vec<String>,
    /// The header fields.
    pub(super) headers: Vec<(String, &'a [u8])>,
    /// What follows the empty line, if there is one.
    pub(super) body: Option<&'a [u8]>,
}

/// The messages of an input: a line `%%` stands between them.
pub(super) fn messages(data: &[u8]) -> Vec<Message<'_>> {
    let mut found = Vec::new();
    let mut rest = data;
    loop {
        let (message, after) =
            cut(rest, b"\n%%\n").map_or((rest, None), |(message, after)| (message, Some(after)));
        found.push(Message::read(message));
        match after {
            Some(after) => rest = after,
            None => return found,
        }
    }
}

impl<'a> Message<'a> {
    /// Lines of the head end with LF, with or without CR.
    fn read(data: &'a [u8]) -> Self {
        let mut rest = Some(data);
        let mut line = || {
            let text = rest?;
            let (line, after) =
                cut(text, b"\n").map_or((text, None), |(line, after)| (line, Some(after)));
            rest = after;
            Some(line.strip_suffix(b"\r").unwrap_or(line))
        };
        let first = String::from_utf8_lossy(line().unwrap_or_default());
        let words = first.split(' ').map(str::to_owned).collect();
        let mut headers = Vec::new();
        while let Some(line) = line().filter(|line| !line.is_empty()) {
            let (name, value) = cut(line, b":").unwrap_or((line, b""));
            let name = String::from_utf8_lossy(name).into_owned();
            headers.push((name, value.trim_ascii()));
        }
        Self {
            words,
            headers,
            body: rest,
        }
    }

    /// The message as a request: the first line holds method and path.
    pub(super) fn request(&self) -> Request {
        let word = |index: usize| self.words.get(index).cloned().unwrap_or_default();
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let fields = self.headers.iter();
        Request {
            method: word(0),
            path: word(1),
            headers: fields
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            body: self.body.map(|body| body.to_vec().into()),
        }
    }
}

/// What stands before and behind the first occurrence of a mark.
fn cut<'a>(data: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = data.windows(mark.len()).position(|part| part == mark)?;
    Some((&data[..at], &data[at + mark.len()..]))
}
