//! Evaluating simple conditions.

use std::borrow::Cow;

use serde_json::Value;

use super::super::expression::enter;
use super::super::{Expression, Scope};
use super::condition::{Condition, Term};
use super::shown::shown;
use super::{Note, compare};

type Found<'a> = Result<Cow<'a, Value>, String>;

impl Condition {
    /// Whether the condition holds, or why it cannot be told. What is not needed is not evaluated:
    /// the right side of `&&` and `||`, when the left side decides.
    pub(super) fn holds(&self, scope: &Scope<'_>, notes: &mut Vec<Note>) -> Result<bool, String> {
        Evaluation { scope, notes }.holds(&self.term)
    }
}

/// The value of an expression; a part that is missing is `null`, with a note.
pub(super) fn value_or_null<'a>(
    expression: &Expression,
    scope: &Scope<'a>,
    notes: &mut Vec<Note>,
) -> Found<'a> {
    match expression.evaluate(scope) {
        Ok(value) => Ok(value),
        Err(error) if error.is_absent_part => {
            let note = Note::Missing {
                expression: error.expression,
                why: error.why,
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
            Ok(Cow::Owned(Value::Null))
        }
        Err(error) => Err(error.to_string()),
    }
}

struct Evaluation<'e, 'a> {
    scope: &'e Scope<'a>,
    notes: &'e mut Vec<Note>,
}

impl<'a> Evaluation<'_, 'a> {
    /// Whether a term holds as a condition. The standard says it of booleans and `null` alone; of
    /// other values, empty strings and zero do not hold, as in most languages.
    fn holds(&mut self, term: &Term) -> Result<bool, String> {
        let value = self.value(term)?;
        let holds = match &*value {
            Value::Bool(holds) => return Ok(*holds),
            Value::Null => return Ok(false),
            Value::String(text) => !text.is_empty(),
            number @ Value::Number(_) => !crate::document::equal(number, &0.into()),
            Value::Array(_) | Value::Object(_) => true,
        };
        self.notes.push(Note::TakenAsCondition {
            value: shown(&value),
        });
        Ok(holds)
    }

    fn value(&mut self, term: &Term) -> Found<'a> {
        let truth = |holds: bool| Ok(Cow::Owned(Value::Bool(holds)));
        match term {
            Term::Literal(value) => Ok(Cow::Owned(value.clone())),
            Term::Text(text) => {
                let text = text
                    .render_with(|expression| value_or_null(expression, self.scope, self.notes))?;
                Ok(Cow::Owned(Value::String(text)))
            }
            Term::Expression(expression) => value_or_null(expression, self.scope, self.notes),
            Term::Access(inner, access) => {
                let value = self.value(inner)?;
                let entered = match &value {
                    Cow::Borrowed(value) => enter(value, access).map(Cow::Borrowed),
                    Cow::Owned(value) => enter(value, access).cloned().map(Cow::Owned),
                };
                Ok(entered.unwrap_or_else(|why| {
                    self.notes.push(Note::Missing {
                        expression: term.to_string(),
                        why,
                    });
                    Cow::Owned(Value::Null)
                }))
            }
            Term::Not(inner) => truth(!self.holds(inner)?),
            Term::All(parts) => {
                for part in parts {
                    if !self.holds(part)? {
                        return truth(false);
                    }
                }
                truth(true)
            }
            Term::Any(parts) => {
                for part in parts {
                    if self.holds(part)? {
                        return truth(true);
                    }
                }
                truth(false)
            }
            Term::Compare(left, comparison, right) => {
                let left = self.value(left)?;
                let right = self.value(right)?;
                truth(compare::holds(&left, *comparison, &right, self.notes))
            }
        }
    }
}
