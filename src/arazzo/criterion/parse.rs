//! Reading simple conditions.

use serde_json::Value;

use super::super::expression::{Access, bracket, embedded_end, operand_end, quoted};
use super::super::{Expression, SyntaxError, Text};
use super::condition::Term;
use crate::arazzo::comparison::Comparison;

/// How deep parentheses, braces and `!` may nest.
const MAX_DEPTH: usize = 64;

/// Reads a condition that is the whole text.
pub(super) fn parse(text: &str) -> Result<Term, SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    let term = reader.any()?;
    reader.blank();
    match reader.peek() {
        None => Ok(term),
        Some(character) => Err(reader.unexpected(character)),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.at, message)
    }

    fn blank(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Goes on behind a token, if it comes next.
    fn take(&mut self, token: &str) -> bool {
        self.blank();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn unexpected(&self, character: char) -> SyntaxError {
        let rest = self.rest();
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        let error = self.error(format!(
            "expected an operator, not `{}`",
            character.escape_debug()
        ));
        match word.to_ascii_lowercase().as_str() {
            "and" => error.hint("`&&`"),
            "or" => error.hint("`||`"),
            _ if rest.starts_with('=') => error.hint("equality is `==`"),
            _ if rest.starts_with(['&', '|']) => error.hint("`&&` and `||` are doubled"),
            _ => error,
        }
    }

    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!(
                "the condition nests deeper than {MAX_DEPTH} levels"
            )));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn any(&mut self) -> Result<Term, SyntaxError> {
        let first = self.all()?;
        let mut parts = vec![first];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Ok(single(parts).unwrap_or_else(Term::Any))
    }

    fn all(&mut self) -> Result<Term, SyntaxError> {
        let first = self.comparison()?;
        let mut parts = vec![first];
        while self.take("&&") {
            parts.push(self.comparison()?);
        }
        Ok(single(parts).unwrap_or_else(Term::All))
    }

    fn comparison(&mut self) -> Result<Term, SyntaxError> {
        let left = self.unary()?;
        let Some(comparison) = self.operator()? else {
            return Ok(left);
        };
        let right = self.unary()?;
        self.blank();
        let at = self.at;
        if self.operator()?.is_some() {
            return Err(
                SyntaxError::new(at, "comparisons cannot follow one another")
                    .hint("join them with `&&`, or group with parentheses"),
            );
        }
        Ok(Term::Compare(Box::new(left), comparison, Box::new(right)))
    }

    fn operator(&mut self) -> Result<Option<Comparison>, SyntaxError> {
        self.blank();
        let rest = self.rest();
        for (wrong, right) in [("===", "=="), ("!==", "!=")] {
            if rest.starts_with(wrong) {
                return Err(self
                    .error(format!("there is no operator `{wrong}`"))
                    .hint(format!("`{right}`")));
            }
        }
        Ok(Comparison::read(|token| self.take(token)))
    }

    fn unary(&mut self) -> Result<Term, SyntaxError> {
        if self.take("!") {
            let inner = self.nested(Self::unary)?;
            return Ok(Term::Not(Box::new(inner)));
        }
        let term = self.primary()?;
        let access = self.access()?;
        Ok(if access.is_empty() {
            term
        } else {
            Term::Access(Box::new(term), access)
        })
    }

    /// Accesses that follow without white space.
    fn access(&mut self) -> Result<Vec<Access>, SyntaxError> {
        let mut found = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with('[') {
                let (access, length) = bracket(rest).map_err(|error| error.shifted(self.at))?;
                self.at += length;
                found.push(access);
            } else if let Some(name) = rest.strip_prefix('.') {
                let end = name.find(|character: char| {
                    !character.is_alphanumeric() && !"-_:@".contains(character)
                });
                let name = &name[..end.unwrap_or(name.len())];
                if name.is_empty() {
                    return Err(self.error("the name of a member is missing"));
                }
                self.at += name.len() + 1;
                found.push(Access::Member(name.to_owned()));
            } else {
                return Ok(found);
            }
        }
    }

    fn primary(&mut self) -> Result<Term, SyntaxError> {
        self.blank();
        match self.peek() {
            None => Err(self.error("the condition ends where a value is expected")),
            Some('$') => self.expression(),
            Some('{') => self.braces(),
            Some('(') => self.group(")"),
            Some(quote @ ('\'' | '"')) => {
                let start = self.at;
                let (text, length) =
                    quoted(self.rest(), quote).map_err(|error| error.shifted(start))?;
                self.at += length;
                let text = Text::parse(&text).map_err(|mut error| {
                    error.offset = start;
                    error
                })?;
                Ok(Term::Text(text))
            }
            Some('-' | '+' | '0'..='9') => self.number(),
            Some(character) if character.is_alphabetic() || character == '_' => self.word(),
            Some(character) => Err(self.error(format!(
                "expected a value, not `{}`",
                character.escape_debug()
            ))),
        }
    }

    fn expression(&mut self) -> Result<Term, SyntaxError> {
        let rest = self.rest();
        let text = rest.get(..operand_end(rest)).unwrap_or_default();
        let expression = Expression::parse(text).map_err(|error| error.shifted(self.at))?;
        self.at += text.len();
        Ok(Term::Expression(expression))
    }

    /// An expression in braces, or a condition.
    fn braces(&mut self) -> Result<Term, SyntaxError> {
        let inner = self.rest().get(1..).unwrap_or_default();
        let text = embedded_end(inner).and_then(|end| inner.get(..end));
        if let Some(text) = text
            && let Ok(expression) = Expression::parse(text)
        {
            self.at += text.len() + 2;
            return Ok(Term::Expression(expression));
        }
        self.group("}")
    }

    fn group(&mut self, close: &str) -> Result<Term, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let term = self.nested(Self::any)?;
        if self.take(close) {
            return Ok(term);
        }
        Err(match self.peek() {
            None => SyntaxError::new(start, "this bracket is not closed"),
            Some(character) => self.unexpected(character),
        })
    }

    fn take_while(&mut self, accepted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|character| !accepted(character));
        let found = &rest[..end.unwrap_or(rest.len())];
        self.at += found.len();
        found
    }

    fn number(&mut self) -> Result<Term, SyntaxError> {
        let start = self.at;
        let text = self.take_while(|character| {
            character.is_alphanumeric() || matches!(character, '-' | '+' | '.' | '_')
        });
        serde_json::from_str(text)
            .map(|number| Term::Literal(Value::Number(number)))
            .map_err(|_| {
                SyntaxError::new(start, format!("`{text}` is no number"))
                    .hint("numbers are written as in JSON, strings in single quotes")
            })
    }

    fn word(&mut self) -> Result<Term, SyntaxError> {
        let start = self.at;
        let word = self.take_while(|character| {
            character.is_alphanumeric() || matches!(character, '-' | '_' | '.')
        });
        let error = || SyntaxError::new(start, format!("`{word}` is no value"));
        match word {
            "true" => Ok(Term::Literal(Value::Bool(true))),
            "false" => Ok(Term::Literal(Value::Bool(false))),
            "null" => Ok(Term::Literal(Value::Null)),
            _ => Err(match word.to_ascii_lowercase().as_str() {
                lower @ ("true" | "false" | "null") => {
                    error().hint(format!("did you mean `{lower}`?"))
                }
                "undefined" | "none" | "nil" => error().hint("what is not there is `null`"),
                "not" => error().hint("`!`"),
                _ => error().hint("strings stand in single quotes, expressions begin with `$`"),
            }),
        }
    }
}

fn single(mut parts: Vec<Term>) -> Result<Term, Vec<Term>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        Some(last) => {
            parts.push(last);
            Err(parts)
        }
        None => Err(parts),
    }
}
