//! Serialisation styles (OAS 3.1.1 sections 4.8.12.2 to 4.8.12.4 and appendix C, after RFC 6570).
//!
//! Three things the tables leave open are read so: a list in a cookie with `explode` is one cookie
//! per item; `spaceDelimited` and `pipeDelimited` with `explode` repeat the name as `form` does;
//! `deepObject` does not care about `explode`.

mod read;
#[cfg(test)]
mod tests;
mod write;

use super::WireError;
use super::escape;
use crate::spec::{Place, Style};

/// A parameter on the wire, escaped for its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pieces {
    /// The text of a path expression or header field.
    Text(String),
    /// The names and values of query parameters or cookies.
    Pairs(Vec<(String, String)>),
}

/// How the parts of one parameter become text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'a> {
    pub(super) name: &'a str,
    pub(super) place: Place,
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) allow_reserved: bool,
}

impl Layout<'_> {
    /// What `form` and `explode` mean in a query: the default of form bodies.
    pub(super) fn form(name: &str) -> Layout<'_> {
        Layout {
            name,
            place: Place::Query,
            style: Style::Form,
            explode: true,
            allow_reserved: false,
        }
    }

    /// The character between the parts of a value that is one text.
    fn delimiter(&self) -> char {
        match self.style {
            Style::Label if self.explode => '.',
            Style::Matrix if self.explode => ';',
            Style::SpaceDelimited => ' ',
            Style::PipeDelimited => '|',
            _ => ',',
        }
    }

    /// Whether the style is defined for the place.
    fn check(&self) -> Result<(), WireError> {
        let fits = match self.style {
            Style::Matrix | Style::Label => self.place == Place::Path,
            Style::Simple => matches!(self.place, Place::Path | Place::Header),
            Style::Form => matches!(self.place, Place::Query | Place::Cookie),
            Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject => {
                self.place == Place::Query
            }
        };
        if fits {
            Ok(())
        } else {
            let (style, place) = (self.style, self.place);
            Err(WireError::unencodable(format!(
                "style `{style:?}` is not defined in the {place}"
            )))
        }
    }
}

/// Escaped text as it was meant.
pub(super) fn unescape(place: Place, text: &str) -> Result<String, WireError> {
    match place {
        Place::Query => escape::decode_query(text),
        Place::Path | Place::Cookie => escape::decode_component(text),
        Place::Header => Ok(text.trim_matches([' ', '\t']).to_owned()),
    }
}
