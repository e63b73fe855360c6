//! Paths: templates with their expressions filled in.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::EncodeError;
use crate::spec::{PathTemplate, Segment};
use crate::wire::Pieces;

/// What a literal piece of a path cannot show.
const LITERAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Gives the wire form of a path parameter's value.
type Expand<'a> = dyn Fn(&str) -> Result<Option<Pieces>, EncodeError> + 'a;

/// The template with its expressions filled in.
pub(super) fn fill(template: &PathTemplate, expand: &Expand<'_>) -> Result<String, EncodeError> {
    let mut path = String::new();
    for segment in template.segments() {
        match segment {
            Segment::Literal(text) => {
                path.extend(utf8_percent_encode(text, LITERAL));
            }
            Segment::Expression(name) => match expand(name)? {
                Some(Pieces::Text(text)) if text.is_empty() => {
                    return Err(EncodeError::Path(template.to_string()));
                }
                Some(Pieces::Text(text)) => path.push_str(&text),
                _ => return Err(EncodeError::MissingPathValue(name.clone())),
            },
        }
    }
    let dotted = path.split(['/', '?']).any(|segment| {
        matches!(
            &*segment.to_ascii_lowercase().replace("%2e", "."),
            "." | ".."
        )
    });
    if dotted || !path.starts_with('/') {
        return Err(EncodeError::Path(path));
    }
    Ok(path)
}
