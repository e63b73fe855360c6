//! Reading filters: logical expressions, comparisons and function calls (RFC 9535 sections 2.3.5 and
//! 2.4).

use serde_json::Value;

use super::super::SyntaxError;
use super::function::compile;
use super::parse::Reader;
use super::query::{Comparable, Logical, Matches, Query};
use crate::arazzo::comparison::Comparison;

/// What stands on a side of a comparison, or alone.
enum Operand {
    Query(Query),
    Comparable(Comparable),
    Matches(Matches),
}

/// The functions, each with how many arguments it takes.
const FUNCTIONS: [(&str, usize); 5] = [
    ("length", 1),
    ("count", 1),
    ("value", 1),
    ("match", 2),
    ("search", 2),
];

impl Reader<'_> {
    pub(super) fn logical(&mut self) -> Result<Logical, SyntaxError> {
        let first = self.all()?;
        let mut rest = Vec::new();
        while self.operator("||") {
            rest.push(self.all()?);
        }
        Ok(joined(first, rest, Logical::Any))
    }

    fn all(&mut self) -> Result<Logical, SyntaxError> {
        let first = self.basic()?;
        let mut rest = Vec::new();
        while self.operator("&&") {
            rest.push(self.basic()?);
        }
        Ok(joined(first, rest, Logical::All))
    }

    /// Goes on behind an operator and the white space around it, if it comes next.
    fn operator(&mut self, operator: &str) -> bool {
        let end = self.at;
        self.blank();
        if self.take(operator) {
            self.blank();
            true
        } else {
            self.at = end;
            false
        }
    }

    fn basic(&mut self) -> Result<Logical, SyntaxError> {
        let is_negated = self.take("!");
        if is_negated {
            self.blank();
        }
        let found = if self.take("(") {
            self.blank();
            let inner = self.nested(Self::logical)?;
            self.blank();
            self.expect(")")?;
            inner
        } else {
            self.comparison_or_test(is_negated)?
        };
        Ok(if is_negated {
            Logical::Not(Box::new(found))
        } else {
            found
        })
    }

    fn comparison_or_test(&mut self, is_negated: bool) -> Result<Logical, SyntaxError> {
        let start = self.at;
        let left = self.operand()?;
        let end = self.at;
        self.blank();
        let operator_at = self.at;
        if let Some(comparison) = self.comparison() {
            if is_negated {
                return Err(SyntaxError::new(
                    operator_at,
                    "a comparison is negated in parentheses",
                )
                .hint("`!(…)`"));
            }
            let left = comparable(left, start)?;
            self.blank();
            let start = self.at;
            let right = comparable(self.operand()?, start)?;
            return Ok(Logical::Compare(left, comparison, right));
        }
        self.at = end;
        match left {
            Operand::Query(query) => Ok(Logical::Exists(query)),
            Operand::Matches(matches) => Ok(Logical::Matches(Box::new(matches))),
            Operand::Comparable(_) => Err(SyntaxError::new(
                start,
                "a value is no condition: it must be compared",
            )),
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        Comparison::read(|token| self.take(token))
    }

    fn operand(&mut self) -> Result<Operand, SyntaxError> {
        let literal = |value| Ok(Operand::Comparable(Comparable::Literal(value)));
        match self.peek() {
            Some('$' | '@') => self.query().map(Operand::Query),
            Some('\'' | '"') => literal(Value::String(self.string()?)),
            Some('-' | '0'..='9') => literal(self.number()?),
            Some('a'..='z') => {
                let start = self.at;
                let word = self.take_while(|character| {
                    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
                });
                match word {
                    "true" => literal(Value::Bool(true)),
                    "false" => literal(Value::Bool(false)),
                    "null" => literal(Value::Null),
                    _ => self.call(word, start),
                }
            }
            _ => Err(self.error("expected a query (`@…`), a literal or a function")),
        }
    }

    fn call(&mut self, name: &str, start: usize) -> Result<Operand, SyntaxError> {
        let Some((_, expected)) = FUNCTIONS.into_iter().find(|(known, _)| *known == name) else {
            let error = SyntaxError::new(start, format!("there is no function `{name}`"));
            return Err(error.suggest(name, FUNCTIONS.map(|(known, _)| known)));
        };
        self.expect("(")?;
        let mut arguments = Vec::new();
        loop {
            self.blank();
            let at = self.at;
            arguments.push((self.nested(Self::operand)?, at));
            self.blank();
            if self.take(")") {
                break;
            }
            self.expect(",")?;
        }
        let count = arguments.len();
        let mut arguments = arguments.into_iter();
        let found = match (arguments.next(), arguments.next(), arguments.next()) {
            (Some((value, at)), None, None) if expected == 1 => match name {
                "length" => Comparable::Length(Box::new(comparable(value, at)?)),
                "count" => Comparable::Count(nodes(value, at)?),
                _ => Comparable::Value(nodes(value, at)?),
            },
            (Some((text, at)), Some((pattern, pattern_at)), None) if expected == 2 => {
                let is_whole = name == "match";
                let text = comparable(text, at)?;
                let pattern = comparable(pattern, pattern_at)?;
                let compiled = match &pattern {
                    Comparable::Literal(Value::String(source)) => compile(source, is_whole),
                    _ => None,
                };
                return Ok(Operand::Matches(Matches {
                    is_whole,
                    text,
                    pattern,
                    compiled,
                }));
            }
            _ => {
                return Err(SyntaxError::new(
                    start,
                    format!("`{name}` takes {expected} arguments, not {count}"),
                ));
            }
        };
        Ok(Operand::Comparable(found))
    }
}

fn joined(first: Logical, rest: Vec<Logical>, join: fn(Vec<Logical>) -> Logical) -> Logical {
    if rest.is_empty() {
        return first;
    }
    let mut parts = vec![first];
    parts.extend(rest);
    join(parts)
}

fn comparable(operand: Operand, at: usize) -> Result<Comparable, SyntaxError> {
    match operand {
        Operand::Comparable(comparable) => Ok(comparable),
        Operand::Query(query) if query.is_singular() => Ok(Comparable::Singular(query)),
        Operand::Query(_) => Err(SyntaxError::new(
            at,
            "this query may select more than one node, and cannot be taken as a value",
        )
        .hint("`count(…)` or `value(…)` makes a value of it")),
        Operand::Matches(_) => Err(SyntaxError::new(
            at,
            "`match` and `search` are conditions, not values",
        )),
    }
}

fn nodes(operand: Operand, at: usize) -> Result<Query, SyntaxError> {
    match operand {
        Operand::Query(query) => Ok(query),
        _ => Err(SyntaxError::new(at, "expected a query (`@…` or `$…`)")),
    }
}
