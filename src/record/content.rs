//! Contents: what may be shown of a body.

use serde_json::Value;

use super::credential::Kind;
use super::marks::{Found, MarkedNames, Told, mask};
use super::redact::MASK;
use super::veil::Veil;
use super::written::{Called, Writing, without};
use crate::schema::Schema;
use crate::wire::MediaRange;

/// How many bytes of a body are shown.
const BODY_LIMIT: usize = 4096;

/// A body with its marked values masked.
#[derive(Default)]
pub(super) enum Content {
    /// There is none.
    #[default]
    Nothing,
    Text(String),
    /// Something that cannot be shown, in words.
    Hidden(String),
}

impl Content {
    /// Masks what is not to be shown of a body; that goes to `found`.
    pub(super) fn of(
        bytes: &[u8],
        content_type: &str,
        schema: Option<&Schema>,
        names: &MarkedNames,
        found: &mut Found,
    ) -> Self {
        if bytes.is_empty() {
            return Self::Nothing;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            let kind = if content_type.is_empty() {
                "an unknown media type"
            } else {
                content_type
            };
            return Self::Hidden(format!("({} bytes of {kind})", bytes.len()));
        };
        let told = Told::of(schema, names);
        let Ok(mut instance) = serde_json::from_str::<Value>(text) else {
            return Self::Text(if told.mark().is_some() {
                MASK.to_owned()
            } else {
                written(text, content_type, names, found)
            });
        };
        let before = instance.clone();
        mask(&mut instance, &told, found);
        // What needs no mask is shown exactly as it came.
        Self::Text(if instance == before {
            text.to_owned()
        } else {
            instance.to_string()
        })
    }

    /// The text without secrets, cut to size. It is cut last, so that no half of a secret is left.
    pub(super) fn shown(self, veil: &Veil) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Hidden(words) => Some(veil.text(&words)),
            Self::Text(text) => {
                let length = text.len();
                let mut text = veil.text(&text);
                if text.len() > BODY_LIMIT {
                    let mut end = BODY_LIMIT;
                    while !text.is_char_boundary(end) {
                        end -= 1;
                    }
                    text.truncate(end);
                    text = format!("{text}... ({length} bytes in all)");
                }
                Some(text)
            }
        }
    }
}

/// A text that is no JSON value without what is named in it.
fn written(text: &str, content_type: &str, names: &MarkedNames, found: &mut Found) -> String {
    let marked = |name: &str| {
        let mark = names.get(name).map(|mark| Called {
            mark: *mark,
            kind: Kind::Single,
        });
        mark.or_else(|| Called::credential(name))
    };
    let writing = writing_of(content_type, text);
    // The names of elements and attributes of HTML are not those of a document.
    let is_foreign = content_type.to_ascii_lowercase().contains("html");
    if is_foreign {
        without(text, writing, &Called::credential, &mut found.values)
    } else {
        without(text, writing, &marked, &mut found.values)
    }
}

/// How a body of this media type is written.
pub(super) fn writing_of(content_type: &str, text: &str) -> Writing {
    let start = text.trim_start();
    if is_form(content_type) {
        Writing::Form
    } else if is_json(content_type) || start.starts_with(['{', '[']) {
        Writing::Json
    } else if start.starts_with('<') {
        Writing::Markup
    } else {
        Writing::Lines
    }
}

/// Whether a body is a form.
pub(super) fn is_form(content_type: &str) -> bool {
    MediaRange::parse(content_type)
        .is_ok_and(|media| media.essence() == "application/x-www-form-urlencoded")
}

/// Whether a body is JSON.
pub(super) fn is_json(content_type: &str) -> bool {
    MediaRange::parse(content_type).is_ok_and(|media| media.is_json())
}
