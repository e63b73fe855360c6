//! What the server answers with: always the same bytes, or a user with other identifiers each time.

const BODY: &str = include_str!("user.json");

/// The body that is the same each time.
pub(crate) fn body() -> &'static [u8] {
    BODY.trim().as_bytes()
}

/// How many digits of an identifier are other ones each time.
const DIGITS: usize = 12;

/// One connection's answers, whole.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    /// Each with the places of the digits in it.
    all: Vec<(Vec<u8>, Vec<usize>)>,
}

impl Answers {
    /// If they are to differ: in their identifiers each time, and in the length of what is said in turn.
    pub(crate) fn new(differ: bool) -> Self {
        let tails: &[&str] = if differ {
            &["", " or more", " or more than that"]
        } else {
            &[""]
        };
        let answer = |tail: &&str| {
            let body = BODY
                .trim()
                .replace("Weekly report", &format!("Weekly report{tail}"));
            let answer = format!(
                "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 05:00:00 GMT\r\nServer: raw\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\nX-Request-Id: 0123456789\r\n\r\n{body}",
                body.len()
            );
            let answer = answer.into_bytes();
            let places = if differ {
                identifiers(&answer)
            } else {
                Vec::new()
            };
            (answer, places)
        };
        Self {
            all: tails.iter().map(answer).collect(),
        }
    }

    /// The answer of this number.
    pub(crate) fn get(&mut self, number: u64) -> &[u8] {
        let count = self.all.len().max(1);
        let turn = usize::try_from(number).unwrap_or(0) % count;
        let Some((answer, places)) = self.all.get_mut(turn) else {
            return &[];
        };
        if !places.is_empty() {
            let digits = format!("{number:0DIGITS$x}");
            for place in places {
                let here = answer.iter_mut().skip(*place);
                for (to, from) in here.zip(digits.bytes()) {
                    *to = from;
                }
            }
        }
        answer
    }
}

/// Where the last digits of each identifier (RFC 9562) stand.
fn identifiers(text: &[u8]) -> Vec<usize> {
    let is_one = |text: &[u8]| {
        let mut pairs = text.iter().zip(b"\"00000000-0000-0000-0000-000000000000\"");
        pairs.all(|(byte, picture)| match picture {
            b'0' => byte.is_ascii_hexdigit(),
            other => byte == other,
        })
    };
    let windows = text.windows(38).enumerate();
    windows
        .filter(|(_, text)| is_one(text))
        .map(|(at, _)| at + 25)
        .collect()
}
