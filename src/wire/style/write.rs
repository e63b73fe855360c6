//! Writing a value in a style.

use super::super::flat::Flat;
use super::super::{WireError, escape};
use super::{Layout, Pieces};
use crate::spec::{Place, Style};

impl Layout<'_> {
    /// The value's wire form.
    pub(in crate::wire) fn write(&self, flat: &Flat) -> Result<Pieces, WireError> {
        self.check()?;
        match self.style {
            Style::Simple => self.body(flat).map(Pieces::Text),
            Style::Label => Ok(Pieces::Text(format!(".{}", self.body(flat)?))),
            Style::Matrix => self.matrix(flat).map(Pieces::Text),
            Style::DeepObject => self.deep(flat),
            Style::Form if self.explode => self.pairs(flat),
            Style::Form => Ok(Pieces::Pairs(vec![(
                self.key(self.name)?,
                self.body(flat)?,
            )])),
            Style::SpaceDelimited | Style::PipeDelimited => match flat {
                Flat::Scalar(_) => Err(self.undefined("a single value")),
                Flat::Members(_) if self.explode => Err(self.undefined("an exploded object")),
                Flat::List(_) if self.explode => self.pairs(flat),
                _ => Ok(Pieces::Pairs(vec![(
                    self.key(self.name)?,
                    self.body(flat)?,
                )])),
            },
        }
    }

    /// The parts of a value joined by the delimiter.
    fn body(&self, flat: &Flat) -> Result<String, WireError> {
        let delimiter = self.delimiter();
        let parts = match flat {
            Flat::Scalar(text) => return self.whole(text),
            Flat::List(texts) => texts
                .iter()
                .map(|text| self.part(text))
                .collect::<Result<Vec<_>, _>>()?,
            Flat::Members(members) => {
                let mut parts = Vec::with_capacity(members.len() * 2);
                for (name, text) in members {
                    if self.explode {
                        let name = self.part(name)?;
                        if name.contains('=') {
                            return Err(WireError::unencodable(format!(
                                "the member name `{name}` contains `=`"
                            )));
                        }
                        parts.push(format!("{name}={}", self.part(text)?));
                    } else {
                        parts.push(self.part(name)?);
                        parts.push(self.part(text)?);
                    }
                }
                parts
            }
        };
        let delimiter = match delimiter {
            ' ' => "%20".to_owned(),
            '|' => "%7C".to_owned(),
            other => other.to_string(),
        };
        Ok(parts.join(&delimiter))
    }

    /// A part of a list, which must not show the delimiter.
    fn part(&self, text: &str) -> Result<String, WireError> {
        let delimiter = self.delimiter();
        let escaped = self.whole(text)?;
        // A percent-encoded delimiter hides what was encoded, so the text itself must be free of it.
        let shown = if matches!(delimiter, ' ' | '|') {
            text
        } else {
            &escaped
        };
        if shown.contains(delimiter) {
            return Err(WireError::unencodable(format!(
                "a part contains `{delimiter}`, which divides parts in this style"
            )));
        }
        if self.place == Place::Header && text.is_empty() {
            return Err(WireError::unencodable(
                "lists in header fields drop empty parts",
            ));
        }
        Ok(escaped)
    }

    /// A text escaped for its place.
    fn whole(&self, text: &str) -> Result<String, WireError> {
        match self.place {
            Place::Header if escape::is_field_value(text) => Ok(text.to_owned()),
            Place::Header => Err(WireError::unencodable(
                "header fields hold visible ASCII without outer space only",
            )),
            Place::Query if self.allow_reserved => Ok(escape::encode_reserved(text)),
            _ => Ok(escape::encode_component(text)),
        }
    }

    /// A name escaped for its place. Cookie names are sent as they are (RFC 6265 section 4.1.1).
    fn key(&self, name: &str) -> Result<String, WireError> {
        if self.place != Place::Cookie {
            return Ok(escape::encode_component(name));
        }
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !name.is_empty() && name.bytes().all(token) {
            Ok(name.to_owned())
        } else {
            Err(WireError::unencodable(format!(
                "`{name}` is not a cookie name"
            )))
        }
    }

    /// One pair for each part.
    fn pairs(&self, flat: &Flat) -> Result<Pieces, WireError> {
        let pair = |name: &str, text: &str| Ok((self.key(name)?, self.whole(text)?));
        match flat {
            Flat::Scalar(text) => Ok(vec![pair(self.name, text)?]),
            Flat::List(texts) => texts.iter().map(|text| pair(self.name, text)).collect(),
            Flat::Members(members) => members
                .iter()
                .map(|(name, text)| pair(name, text))
                .collect(),
        }
        .map(Pieces::Pairs)
    }

    fn matrix(&self, flat: &Flat) -> Result<String, WireError> {
        // An empty value leaves the `=` out (RFC 6570 section 3.2.7).
        let piece = |name: &str, value: &str| match value {
            "" => format!(";{name}"),
            value => format!(";{name}={value}"),
        };
        let name = self.key(self.name)?;
        match flat {
            Flat::List(texts) if self.explode => texts
                .iter()
                .map(|text| Ok(piece(&name, &self.part(text)?)))
                .collect(),
            Flat::Members(members) if self.explode => members
                .iter()
                .map(|(name, text)| Ok(piece(&self.part(name)?, &self.part(text)?)))
                .collect(),
            flat => Ok(piece(&name, &self.body(flat)?)),
        }
    }

    fn deep(&self, flat: &Flat) -> Result<Pieces, WireError> {
        let Flat::Members(members) = flat else {
            return Err(self.undefined("anything but an object"));
        };
        members
            .iter()
            .map(|(name, text)| {
                if name.contains(['[', ']']) {
                    return Err(WireError::unencodable(format!(
                        "the member name `{name}` contains a bracket"
                    )));
                }
                let key = format!("{}[{name}]", self.name);
                Ok((self.key(&key)?, self.whole(text)?))
            })
            .collect::<Result<_, _>>()
            .map(Pieces::Pairs)
    }

    fn undefined(&self, what: &str) -> WireError {
        WireError::unencodable(format!(
            "style `{:?}` is not defined for {what}",
            self.style
        ))
    }
}
