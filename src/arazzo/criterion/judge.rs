//! Judging criteria.

use std::borrow::Cow;

use serde_json::Value;

use super::super::template::text_of;
use super::super::{JsonPath, Scope, SyntaxError};
use super::evaluate::value_or_null;
use super::shown::shown;
use super::{Criterion, Late, Note, Test, pattern};

/// Whether a criterion holds, and what it saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Whether it holds. What cannot be evaluated does not (Arazzo 1.1.0 "Evaluation Errors").
    pub holds: bool,
    /// Each expression of the criterion with its value, once, in order; large values are cut, and
    /// what has no value is left out.
    pub actual: Vec<(String, Value)>,
    /// What a reader should know.
    pub notes: Vec<Note>,
    /// Why it could not be evaluated, a lower-case fragment.
    pub error: Option<String>,
}

impl Criterion {
    /// Judges the criterion.
    pub fn judge(&self, scope: &Scope<'_>) -> Judgement {
        let mut notes = Vec::new();
        let (holds, error) = match self.holds(scope, &mut notes) {
            Ok(holds) => (holds, None),
            Err(error) => (false, Some(error)),
        };
        Judgement {
            holds,
            actual: self.actual(scope),
            notes,
            error,
        }
    }

    fn actual(&self, scope: &Scope<'_>) -> Vec<(String, Value)> {
        let mut found: Vec<(String, Value)> = Vec::new();
        for expression in self.expressions() {
            let name = expression.to_string();
            if found.iter().any(|(known, _)| *known == name) {
                continue;
            }
            if let Ok(value) = value_or_null(expression, scope, &mut Vec::new()) {
                found.push((name, shown(&value)));
            }
        }
        found
    }

    fn holds(&self, scope: &Scope<'_>, notes: &mut Vec<Note>) -> Result<bool, String> {
        match &self.test {
            Test::Simple(condition) => condition.holds(scope, notes),
            Test::Regex(found) => {
                let context = self.value(scope, notes)?;
                if context.is_null() {
                    return Ok(false);
                }
                let found = found.ready(scope, notes, pattern)?;
                found
                    .matches(&text_of(&context))
                    .map_err(|error| error.to_string())
            }
            Test::JsonPath { query, is_goessner } => {
                if *is_goessner {
                    notes.push(Note::Goessner);
                }
                let context = self.value(scope, notes)?;
                if context.is_null() {
                    return Ok(false);
                }
                let context = structure(context)?;
                let query = query.ready(scope, notes, JsonPath::parse)?;
                let nodes = query.select(&context).map_err(|error| error.to_string())?;
                Ok(!nodes.is_empty())
            }
        }
    }

    fn value<'a>(
        &self,
        scope: &Scope<'a>,
        notes: &mut Vec<Note>,
    ) -> Result<Cow<'a, Value>, String> {
        match &self.context {
            Some(context) => value_or_null(context, scope, notes),
            None => Ok(Cow::Owned(Value::Null)),
        }
    }
}

/// A value that JSONPath and JSON Pointers can enter: a string is read as JSON.
pub(super) fn structure(value: Cow<'_, Value>) -> Result<Cow<'_, Value>, String> {
    match &*value {
        Value::String(text) => serde_json::from_str(text)
            .map(Cow::Owned)
            .map_err(|error| format!("the context is a string that is not JSON: {error}")),
        _ => Ok(value),
    }
}

impl<T: Clone> Late<T> {
    /// What was read, or what is read now that the embedded expressions have values.
    pub(super) fn ready(
        &self,
        scope: &Scope<'_>,
        notes: &mut Vec<Note>,
        compile: impl FnOnce(&str) -> Result<T, SyntaxError>,
    ) -> Result<Cow<'_, T>, String> {
        match self {
            Self::Ready(ready) => Ok(Cow::Borrowed(ready)),
            Self::Text(text) => {
                let text =
                    text.render_with(|expression| value_or_null(expression, scope, notes))?;
                compile(&text)
                    .map(Cow::Owned)
                    .map_err(|error| format!("in `{text}`, {error}"))
            }
        }
    }
}
