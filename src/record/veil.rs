//! The veil of an exchange: what every value passes that is shown of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Redactor;
use super::credential::{Kind, cover};
use super::marks::{Found, Mark, is_uuid};
use super::redact::{MASK, without_words};
use super::spot::{Message, Spot};
use crate::document::Pointer;

/// How many marked values of one exchange are looked for in its texts.
const VALUE_LIMIT: usize = 256;

/// Gives of every value of an exchange what may be shown: by where it stands and what the document says of
/// that, and by what the exchange told elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Veil {
    redactor: Redactor,
    /// What is marked in what was sent, with indexes starred.
    sent: BTreeMap<Pointer, Mark>,
    /// The same of what came back.
    received: BTreeMap<Pointer, Mark>,
    fields: Fields,
}

/// The header fields of an answer that are not to be shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    /// Those that the document marks, in lower case.
    pub(super) marked: BTreeSet<String>,
    /// What stands in those, and in those that carry credentials.
    pub(super) values: BTreeSet<String>,
}

impl Veil {
    /// A veil for an exchange of which nothing is known, or for what stands in none.
    pub(super) fn of(redactor: &Redactor) -> Self {
        Self {
            redactor: redactor.clone(),
            ..Self::default()
        }
    }

    /// A veil that knows what was found in both messages.
    pub(super) fn over(
        mut redactor: Redactor,
        sent: Found,
        received: Found,
        fields: Fields,
    ) -> Self {
        for (mark, value) in weightiest(sent.values.into_iter().chain(received.values)) {
            redactor.add_as(mark, &value);
        }
        Self {
            redactor,
            sent: sent.places,
            received: received.places,
            fields,
        }
    }

    /// The text as it may be shown.
    pub fn text(&self, text: &str) -> String {
        self.redactor.text(text)
    }

    /// A text that an author wrote, in which a value may be as short as a first name.
    pub(super) fn words(&self, text: &str) -> String {
        self.redactor.words(text)
    }

    /// Path and query as they may be shown.
    pub(super) fn path(&self, path: &str) -> String {
        self.redactor.path(path)
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The name of a header field as it may be shown.
    pub(super) fn field_name(&self, name: &str) -> String {
        self.redactor.field_name(name)
    }

    /// The value of a header field as it may be shown.
    pub(super) fn field(&self, name: &str, value: &str) -> String {
        if self.fields.marked.contains(&name.to_ascii_lowercase()) {
            MASK.to_owned()
        } else {
            self.redactor.header(name, value)
        }
    }

    /// A text about a header field, which may show its value, however short that is.
    pub(super) fn about_field(&self, text: &str) -> String {
        let values = self.fields.values.iter();
        let text = values.fold(text.to_owned(), |text, value| {
            if value.chars().all(char::is_alphanumeric) {
                without_words(&text, |word| word == value)
            } else {
                text.replace(&**value, MASK)
            }
        });
        self.text(&text)
    }

    /// The lines of a finding: `$response.body#/name is "value"` is about a value that stands somewhere.
    pub(super) fn lines(&self, text: &str) -> String {
        let lines = text.lines().map(|line| {
            let split = line.split_once(" is ").filter(|_| line.starts_with('$'));
            let value = split.and_then(|(expression, value)| {
                let value = serde_json::from_str::<Value>(value).ok()?;
                Some((expression, value))
            });
            match value {
                Some((expression, value)) => {
                    let shown = self.show(&Spot::of_expression(expression), &value);
                    format!("{expression} is {shown}")
                }
                None => line.to_owned(),
            }
        });
        // A value may go over several lines.
        self.words(&lines.collect::<Vec<_>>().join("\n"))
    }

    /// The value that stands there, as it may be shown.
    pub fn show(&self, spot: &Spot<'_>, value: &Value) -> Value {
        match (spot, value) {
            (Spot::Status, _) => value.clone(),
            (Spot::Body(Message::Request, at), _) => self.below(&self.sent, at, value),
            (Spot::Body(Message::Response, at), _) => self.below(&self.received, at, value),
            (Spot::Field(name), Value::String(text)) => self.field(name, text).into(),
            (Spot::Field(name) | Spot::Named(name), _) => self.redactor.named(name, value),
            (Spot::Text, _) => self.redactor.value(value),
        }
    }

    fn below(&self, places: &BTreeMap<Pointer, Mark>, at: &Pointer, value: &Value) -> Value {
        if value.is_null() {
            return Value::Null;
        }
        if let Some(mark) = mark_at(places, at) {
            let is_identifier = mark == Mark::Personal && value.as_str().is_some_and(is_uuid);
            return if is_identifier {
                self.redactor.value(value)
            } else {
                MASK.into()
            };
        }
        match value {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items
                    .map(|(index, item)| self.below(places, &at.index(index), item))
                    .collect()
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    let shown = self.below(places, &at.join(name), value);
                    (self.redactor.text(name), shown)
                });
                Value::Object(members.collect())
            }
            scalar => {
                let mut shown = self.redactor.value(scalar);
                if let Some(kind) = kind_at(at) {
                    cover(kind, &mut shown, &mut |_| {});
                }
                shown
            }
        }
    }
}

/// What marks a place, or one above it.
fn mark_at(places: &BTreeMap<Pointer, Mark>, at: &Pointer) -> Option<Mark> {
    let at = at.starred();
    let tokens: Vec<_> = at.tokens().collect();
    let leads = |place: &Pointer| {
        let mut rest = tokens.iter();
        place.tokens().all(|token| {
            let own = rest.next();
            own.is_some_and(|own| *own == token || token == "*" || own == "*")
        })
    };
    let mut marks = places.iter().filter(|(place, _)| leads(place));
    marks.next().map(|(_, mark)| *mark)
}

/// The kind of credentials that the names on the way to a place are for.
fn kind_at(at: &Pointer) -> Option<Kind> {
    at.starred()
        .tokens()
        .fold(None, |kind: Option<Kind>, token| {
            let inside = kind.and_then(|kind| kind.inside(token == "*"));
            inside.or_else(|| Kind::of(&token))
        })
}

/// The values that are looked for: the gravest, as many as there may be.
pub(super) fn weightiest(values: impl Iterator<Item = (Mark, String)>) -> Vec<(Mark, String)> {
    let mut values: Vec<_> = values.collect();
    values.sort();
    values.dedup();
    values.truncate(VALUE_LIMIT);
    values
}

#[cfg(test)]
mod tests;
