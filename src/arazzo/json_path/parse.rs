//! Reading queries: segments and selectors (RFC 9535 sections 2.3 and 2.5).

use super::super::SyntaxError;
use super::query::{Query, Segment, Selector, Start};

/// How deep filters and parentheses may nest.
const MAX_DEPTH: usize = 32;

/// The largest magnitude of an index (RFC 9535 section 2.1).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Reads a query that is the whole text.
pub(super) fn parse(text: &str) -> Result<Query, SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    if !text.starts_with('$') {
        return Err(reader.error("a JSONPath starts with `$`"));
    }
    let query = reader.query()?;
    match reader.peek() {
        None => Ok(query),
        Some(character) => {
            Err(reader.error(format!("`{}` cannot stand here", character.escape_debug())))
        }
    }
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.at, message)
    }

    pub(super) fn take(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    pub(super) fn expect(&mut self, literal: &str) -> Result<(), SyntaxError> {
        if self.take(literal) {
            Ok(())
        } else {
            Err(self.error(format!("expected `{literal}`")))
        }
    }

    pub(super) fn take_while(&mut self, accepted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|character| !accepted(character));
        let found = &rest[..end.unwrap_or(rest.len())];
        self.at += found.len();
        found
    }

    pub(super) fn blank(&mut self) {
        self.take_while(|character| " \t\n\r".contains(character));
    }

    /// Reads something that may hold the like of itself.
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("filters nest deeper than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// A query from its `$` or `@` on.
    pub(super) fn query(&mut self) -> Result<Query, SyntaxError> {
        let start = if self.take("@") {
            Start::Current
        } else {
            self.expect("$")?;
            Start::Root
        };
        let mut segments = Vec::new();
        loop {
            let end = self.at;
            self.blank();
            if !self.rest().starts_with(['.', '[']) {
                // White space stands between segments only.
                self.at = end;
                return Ok(Query { start, segments });
            }
            segments.push(self.segment()?);
        }
    }

    fn segment(&mut self) -> Result<Segment, SyntaxError> {
        let is_descendant = self.take("..");
        let selectors = if self.peek() == Some('[') {
            self.selectors()?
        } else {
            if !is_descendant {
                self.expect(".")?;
            }
            vec![self.shorthand()?]
        };
        Ok(Segment {
            is_descendant,
            selectors,
        })
    }

    fn shorthand(&mut self) -> Result<Selector, SyntaxError> {
        if self.take("*") {
            return Ok(Selector::Wildcard);
        }
        let start = self.at;
        let is_first = |character: char| {
            character.is_ascii_alphabetic() || character == '_' || !character.is_ascii()
        };
        let name = self.take_while(|character| is_first(character) || character.is_ascii_digit());
        if name.starts_with(is_first) {
            return Ok(Selector::Name(name.to_owned()));
        }
        self.at = start;
        Err(self
            .error("expected a name or `*`")
            .hint("other names are written `['…']`"))
    }

    fn selectors(&mut self) -> Result<Vec<Selector>, SyntaxError> {
        self.expect("[")?;
        let mut found = Vec::new();
        loop {
            self.blank();
            found.push(self.selector()?);
            self.blank();
            if self.take("]") {
                return Ok(found);
            }
            if !self.take(",") {
                return Err(self.error("expected `,` or `]`"));
            }
        }
    }

    fn selector(&mut self) -> Result<Selector, SyntaxError> {
        match self.peek() {
            Some('\'' | '"') => self.string().map(Selector::Name),
            Some('*') => {
                self.at += 1;
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.at += 1;
                self.blank();
                self.nested(Self::logical).map(Selector::Filter)
            }
            Some(':' | '-' | '0'..='9') => self.numbers(),
            Some('(') => Err(self
                .error("script expressions are not JSONPath (RFC 9535)")
                .hint("a filter is written `?…`, the last item `[-1]`")),
            _ => Err(self.error("expected a name in quotes, an index, a slice, `*` or `?`")),
        }
    }

    /// An index or a slice.
    fn numbers(&mut self) -> Result<Selector, SyntaxError> {
        let start = self.integer()?;
        let end_of_index = self.at;
        self.blank();
        if !self.take(":") {
            self.at = end_of_index;
            return start
                .map(Selector::Index)
                .ok_or_else(|| self.error("expected an index"));
        }
        self.blank();
        let end = self.integer()?;
        self.blank();
        let mut step = None;
        if self.take(":") {
            self.blank();
            step = self.integer()?;
        }
        Ok(Selector::Slice {
            start,
            end,
            step: step.unwrap_or(1),
        })
    }

    fn integer(&mut self) -> Result<Option<i64>, SyntaxError> {
        let start = self.at;
        self.take("-");
        let digits = self.take_while(|character| character.is_ascii_digit());
        let text = self.text.get(start..self.at).unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        let is_integer =
            digits == "0" && text == "0" || !digits.is_empty() && !digits.starts_with('0');
        let number = text
            .parse()
            .ok()
            .filter(|number: &i64| is_integer && number.unsigned_abs() <= MAX_INTEGER);
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(SyntaxError::new(start, format!("`{text}` is no index"))),
        }
    }
}
