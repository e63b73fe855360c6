//! Conditions as text; what is written is read again as the same.

use std::fmt;

use super::super::expression::operand_end;
use super::condition::{Condition, Term};

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.term.fmt(f)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(value) => value.fmt(f),
            Self::Text(text) => write!(f, "'{}'", text.to_string().replace('\'', "''")),
            Self::Expression(expression) => {
                let text = expression.to_string();
                // With white space behind it, so that no bracket stays open.
                if operand_end(&format!("{text} ")) == text.len() {
                    f.write_str(&text)
                } else {
                    write!(f, "{{{text}}}")
                }
            }
            Self::Access(inner, access) => {
                match &**inner {
                    Self::Expression(expression) => write!(f, "{{{expression}}}")?,
                    other => write!(f, "({other})")?,
                }
                access.iter().try_for_each(|access| access.fmt(f))
            }
            Self::Not(inner) => {
                f.write_str("!")?;
                operand(f, inner)
            }
            Self::All(parts) => joined(f, parts, " && ", |part| {
                matches!(part, Self::All(_) | Self::Any(_))
            }),
            Self::Any(parts) => joined(f, parts, " || ", |part| matches!(part, Self::Any(_))),
            Self::Compare(left, comparison, right) => {
                operand(f, left)?;
                write!(f, " {comparison} ")?;
                operand(f, right)
            }
        }
    }
}

/// An operand of `!` or of a comparison.
fn operand(f: &mut fmt::Formatter<'_>, term: &Term) -> fmt::Result {
    grouped(
        f,
        term,
        matches!(term, Term::All(_) | Term::Any(_) | Term::Compare(..)),
    )
}

fn grouped(f: &mut fmt::Formatter<'_>, term: &Term, is_grouped: bool) -> fmt::Result {
    if is_grouped {
        write!(f, "({term})")
    } else {
        write!(f, "{term}")
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Term],
    operator: &str,
    is_grouped: fn(&Term) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(operator)?;
        }
        grouped(f, part, is_grouped(part))?;
    }
    Ok(())
}
