//! Marks: what texts and forms hold when the values of some expressions in them are not known yet.

use serde_json::Value;

use super::super::payload::Medium;
use super::instance::Instance;
use crate::arazzo::Text;
use crate::document::Pointer;
use crate::schema::Violation;
use crate::spec::MediaType;
use crate::wire::{WireError, body_readings, encode_body};

/// What stands for an unknown value: a character that nobody writes (Unicode's private use area).
const MARK: char = '\u{f5d3}';

impl Instance {
    /// What a text with nothing to evaluate in it holds, in every way in which it can be read. An error
    /// says why it cannot.
    pub(super) fn of_text(text: &str, name: &str, media: &MediaType) -> Result<Vec<Self>, String> {
        match body_readings(name, media, text.as_bytes()) {
            Ok(readings) => Ok(readings.into_iter().map(Self::of_readings).collect()),
            Err(WireError::Unsupported(_)) => Ok(Vec::new()),
            Err(error) => Err(format!("the payload is no `{name}`: {error}")),
        }
    }

    /// The same for a text in which values are put. Nothing, if it cannot be read before they are known.
    pub(super) fn of_marked(
        text: &Text,
        medium: Medium,
        name: &str,
        media: &MediaType,
    ) -> Vec<Self> {
        let mut quotes = Quotes::default();
        let text = text.marked(|before| {
            if medium == Medium::Json && !quotes.are_open(before) {
                format!("\"{MARK}\"")
            } else {
                MARK.to_string()
            }
        });
        let readings = body_readings(name, media, text.as_bytes());
        let readings = readings.unwrap_or_default().into_iter();
        readings.map(Self::of_readings).collect()
    }

    /// What arrives of a value that is sent as a form, in every way in which it can be read: texts may
    /// be numbers there. An error says why it cannot be sent.
    pub(super) fn as_sent(&self, name: &str, media: &MediaType) -> Result<Vec<Self>, String> {
        let mut value = self.value.clone();
        for unknown in &self.unknown {
            match value.pointer_mut(unknown.as_str()) {
                Some(place) => *place = MARK.to_string().into(),
                None => return Ok(Vec::new()),
            }
        }
        match encode_body(name, media, &value) {
            Ok((sent, bytes)) => {
                let readings = body_readings(&sent, media, &bytes).unwrap_or_default();
                Ok(readings.into_iter().map(Self::of_readings).collect())
            }
            // Said where it is looked whether it can be sent.
            Err(WireError::Unsupported(_)) => Ok(Vec::new()),
            Err(_) if !self.unknown.is_empty() || !value.is_object() => Ok(Vec::new()),
            Err(error) => Err(format!("the payload is no `{name}`: {error}")),
        }
    }

    fn of_readings(value: Value) -> Self {
        let mut unknown = Vec::new();
        find(&value, &Pointer::root(), &mut unknown);
        Self {
            value,
            unknown,
            is_partial: false,
        }
    }
}

/// A violation that says `{$...}` where marks stand.
pub(super) fn unmarked(mut violation: Violation) -> Violation {
    violation.message = violation.message.replace(MARK, "{$...}");
    violation
}

/// Finds the places of marks. Where a name holds one, nothing is known of its object.
fn find(value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match value {
        Value::String(text) if text.contains(MARK) => found.push(at.clone()),
        Value::Object(members) if members.keys().any(|name| name.contains(MARK)) => {
            found.push(at.clone());
        }
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| find(member, &at.join(name), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| find(item, &at.index(index), found)),
        _ => {}
    }
}

/// The quotation marks of a text of JSON, read as it grows.
#[derive(Default)]
struct Quotes {
    read: usize,
    is_open: bool,
    is_escaped: bool,
}

impl Quotes {
    /// Whether a text ends inside of a string. It begins with the text that was asked for before.
    fn are_open(&mut self, text: &str) -> bool {
        for character in text.get(self.read..).unwrap_or_default().chars() {
            match character {
                _ if self.is_escaped => self.is_escaped = false,
                '\\' if self.is_open => self.is_escaped = true,
                '"' => self.is_open = !self.is_open,
                _ => {}
            }
        }
        self.read = text.len();
        self.is_open
    }
}
