//! JSON text (RFC 8259) to a value with spans.

use std::sync::Arc;

use serde_json::Value;

use super::builder::{Builder, Built, Refusal};
use super::{DocumentError, Position, Span, number};

pub(super) fn read(name: &Arc<str>, text: &str) -> Result<Built, DocumentError> {
    let mut reader = Reader {
        rest: text,
        at: Position { line: 1, column: 1 },
    };
    reader.document().map_err(|fault| DocumentError {
        message: fault.message,
        name: name.clone(),
        span: Some(fault.span),
        hint: None,
    })
}

struct Fault {
    message: String,
    span: Span,
}

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    /// A value, or the end of an array that is still empty.
    FirstItem,
    Key,
    /// A key, or the end of an object that is still empty.
    FirstKey,
    /// A comma, or the end of the container.
    Separator,
}

struct Reader<'a> {
    rest: &'a str,
    at: Position,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Built, Fault> {
        let mut builder = Builder::default();
        let mut closers: Vec<char> = Vec::new();
        let mut expected = Expected::Value;
        loop {
            self.skip_whitespace();
            let start = self.at;
            let closer = closers.last().copied();
            let character = match self.rest.chars().next() {
                Some(character) => character,
                None if start == (Position { line: 1, column: 1 }) => {
                    return Err(self.fault(start, "the document is empty"));
                }
                None => return Err(self.ends_early(start, closer)),
            };
            let built = match (expected, character) {
                (Expected::Separator, ',') => {
                    self.advance(1);
                    expected = if builder.expects_key() {
                        Expected::Key
                    } else {
                        Expected::Value
                    };
                    continue;
                }
                (Expected::FirstKey | Expected::Separator | Expected::FirstItem, character)
                    if Some(character) == closer =>
                {
                    self.advance(1);
                    closers.pop();
                    builder.end(Some(self.at))
                }
                (Expected::Key | Expected::FirstKey, '"') => {
                    let key = self.string()?;
                    let span = self.since(start);
                    builder
                        .key(key, span)
                        .map_err(|refusal| refused(&refusal, span))?;
                    self.skip_whitespace();
                    if !self.rest.starts_with(':') {
                        return Err(self.unexpected("`:`"));
                    }
                    self.advance(1);
                    expected = Expected::Value;
                    continue;
                }
                (Expected::Value | Expected::FirstItem, '{') => {
                    self.advance(1);
                    let span = self.since(start);
                    builder
                        .start_mapping(span)
                        .map_err(|refusal| refused(&refusal, span))?;
                    closers.push('}');
                    expected = Expected::FirstKey;
                    continue;
                }
                (Expected::Value | Expected::FirstItem, '[') => {
                    self.advance(1);
                    let span = self.since(start);
                    builder
                        .start_sequence(span)
                        .map_err(|refusal| refused(&refusal, span))?;
                    closers.push(']');
                    expected = Expected::FirstItem;
                    continue;
                }
                (Expected::Value | Expected::FirstItem, _) => {
                    let value = self.scalar(character)?;
                    Some(Built::scalar(value, self.since(start)))
                }
                (Expected::Key, _) => return Err(self.unexpected("a key in double quotes")),
                (Expected::FirstKey, _) => {
                    return Err(self.unexpected("a key in double quotes, or `}`"));
                }
                (Expected::Separator, _) => {
                    let closer = closer.unwrap_or('}');
                    return Err(self.unexpected(&format!("`,` or `{closer}`")));
                }
            };
            let Some(built) = built else {
                return Err(self.unexpected("a value"));
            };
            let span = built.spans.span;
            if let Some(root) = builder
                .add(built)
                .map_err(|refusal| refused(&refusal, span))?
            {
                self.skip_whitespace();
                if self.rest.is_empty() {
                    return Ok(root);
                }
                return Err(self.unexpected("nothing behind the value"));
            }
            expected = Expected::Separator;
        }
    }

    fn scalar(&mut self, first: char) -> Result<Value, Fault> {
        if first == '"' {
            return self.string().map(Value::String);
        }
        let start = self.at;
        let is_word = |character: char| character.is_alphanumeric() || "+-._".contains(character);
        let end = self.rest.find(|character| !is_word(character));
        let word = self
            .rest
            .get(..end.unwrap_or(self.rest.len()))
            .unwrap_or_default();
        let value = match word {
            "null" => Some(Value::Null),
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => number::json(word).map(Value::Number),
        };
        match value {
            Some(value) => {
                self.advance(word.len());
                Ok(value)
            }
            None if word.is_empty() => Err(self.unexpected("a value")),
            None => {
                let word = word.to_owned();
                self.advance(word.len());
                Err(Fault {
                    message: format!("`{word}` is no JSON value"),
                    span: self.since(start),
                })
            }
        }
    }

    /// A string from its opening quote on (RFC 8259 section 7).
    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        self.advance(1);
        let mut text = String::new();
        loop {
            let is_special = |character: char| matches!(character, '"' | '\\' | '\0'..='\x1f');
            let plain = self.rest.find(is_special).unwrap_or(self.rest.len());
            text.push_str(self.rest.get(..plain).unwrap_or_default());
            self.advance(plain);
            match self.rest.chars().next() {
                Some('"') => {
                    self.advance(1);
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some(_) => {
                    let message = "control characters must be escaped in strings";
                    return Err(self.fault(self.at, message));
                }
                None => return Err(self.fault(start, "this string never ends")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.advance(1);
        let character = match self.rest.chars().next() {
            Some('"') => '"',
            Some('\\') => '\\',
            Some('/') => '/',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(start),
            _ => return Err(self.fault(start, "this escape does not exist in JSON")),
        };
        self.advance(1);
        Ok(character)
    }

    /// `\uXXXX`, from the `u` on, with the second half of a surrogate pair.
    fn unicode(&mut self, start: Position) -> Result<char, Fault> {
        let first = self.unit(start)?;
        let code = if (0xd800..0xdc00).contains(&first) && self.rest.starts_with("\\u") {
            self.advance(1);
            let second = self.unit(start)?;
            if (0xdc00..0xe000).contains(&second) {
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            } else {
                first
            }
        } else {
            first
        };
        char::from_u32(code)
            .ok_or_else(|| self.fault(start, "half of a surrogate pair stands alone"))
    }

    fn unit(&mut self, start: Position) -> Result<u32, Fault> {
        let digits = self
            .rest
            .get(1..5)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.fault(start, "`\\u` needs four hexadecimal digits"))?;
        self.advance(5);
        Ok(unit)
    }

    fn skip_whitespace(&mut self) {
        let is_other = |character: char| !matches!(character, ' ' | '\t' | '\n' | '\r');
        let end = self.rest.find(is_other).unwrap_or(self.rest.len());
        self.advance(end);
    }

    /// Moves behind that many bytes.
    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        for byte in passed.bytes() {
            match byte {
                b'\n' => {
                    self.at.line += 1;
                    self.at.column = 1;
                }
                // Not the first byte of a character.
                0x80..=0xbf => {}
                _ => self.at.column += 1,
            }
        }
        self.rest = rest;
    }

    fn since(&self, start: Position) -> Span {
        Span {
            start,
            end: self.at,
        }
    }

    fn fault(&self, start: Position, message: &str) -> Fault {
        Fault {
            message: message.to_owned(),
            span: self.since(start),
        }
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let found = match self.rest.chars().next() {
            Some(character) => format!("`{}`", character.escape_default()),
            None => "the end of the text".to_owned(),
        };
        self.fault(self.at, &format!("expected {expected}, found {found}"))
    }

    fn ends_early(&self, at: Position, closer: Option<char>) -> Fault {
        match closer {
            Some(closer) => self.fault(at, &format!("the text ends before a `{closer}`")),
            None => self.fault(at, "the text ends before a value"),
        }
    }
}

fn refused(refusal: &Refusal, span: Span) -> Fault {
    Fault {
        message: refusal.to_string(),
        span,
    }
}
