//! Literals of queries: strings with their escapes, and numbers (RFC 9535 sections 2.3.1 and 2.3.5).

use serde_json::Value;

use super::super::SyntaxError;
use super::parse::Reader;

impl Reader<'_> {
    /// A string in single or double quotes.
    pub(super) fn string(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        let quote = self.peek().unwrap_or_default();
        self.at += quote.len_utf8();
        let mut found = String::new();
        while let Some(character) = self.peek() {
            let at = self.at;
            self.at += character.len_utf8();
            match character {
                _ if character == quote => return Ok(found),
                '\\' => found.push(
                    self.escape(quote)
                        .ok_or_else(|| SyntaxError::new(at, "this is no escape"))?,
                ),
                '\0'..='\u{1f}' => {
                    return Err(SyntaxError::new(
                        at,
                        "control characters are escaped in strings",
                    ));
                }
                _ => found.push(character),
            }
        }
        Err(SyntaxError::new(start, "this string is not closed"))
    }

    fn escape(&mut self, quote: char) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(match character {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            '/' | '\\' => character,
            _ if character == quote => character,
            'u' => return self.code_point(),
            _ => return None,
        })
    }

    fn code_point(&mut self) -> Option<char> {
        let high = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        if !self.take("\\u") {
            return None;
        }
        let low = self.code_unit()?;
        if !(0xdc00..0xe000).contains(&low) {
            return None;
        }
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// A number: JSON's form, and `-0`.
    pub(super) fn number(&mut self) -> Result<Value, SyntaxError> {
        let start = self.at;
        let text = self.take_while(|character| {
            character.is_ascii_digit() || matches!(character, '-' | '+' | '.' | 'e' | 'E')
        });
        serde_json::from_str::<serde_json::Number>(text)
            .map(Value::Number)
            .map_err(|_| SyntaxError::new(start, format!("`{text}` is no number")))
    }
}
