//! Reading what was written in a style: everything that an honest server could understand.

use super::super::WireError;
use super::super::flat::{Flat, Kind, Parts};
use super::{Layout, unescape};
use crate::spec::{Place, Style};

type Pair<'a> = (&'a str, &'a str);

impl Layout<'_> {
    /// The ways to take apart the text of a path expression or header field.
    pub(in crate::wire) fn read_text(
        &self,
        raw: &str,
        types: &Parts<'_>,
    ) -> Result<Vec<Flat>, WireError> {
        let divided = raw.contains(self.delimiter());
        match self.style {
            Style::Label => {
                let body = raw.strip_prefix('.').ok_or_else(|| {
                    WireError::malformed(format!("`{raw}` does not start with `.`"))
                })?;
                let divided = body.contains(self.delimiter());
                self.each(types.kinds(divided), |kind| self.parts(body, kind))
            }
            Style::Matrix => self.read_matrix(raw, types),
            _ => self.each(types.kinds(divided), |kind| self.parts(raw, kind)),
        }
    }

    /// The ways to take apart the pairs of a query or of cookies; none if nothing of the parameter
    /// is there. `owns` says which names may be members of an exploded object.
    pub(in crate::wire) fn read_pairs(
        &self,
        pairs: &[Pair<'_>],
        types: &Parts<'_>,
        owns: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Flat>, WireError> {
        if self.style == Style::DeepObject {
            return self.read_deep(pairs);
        }
        let mut named = Vec::new();
        let mut members = Vec::new();
        for (key, value) in pairs {
            // Cookie names are sent as they are.
            let key = match self.place {
                Place::Cookie => (*key).to_owned(),
                place => unescape(place, key)?,
            };
            if key == self.name {
                named.push(*value);
            }
            if owns(&key) {
                members.push((key, *value));
            }
        }
        let exploded = self.explode && self.style == Style::Form;
        if exploded && types.whole.object() && !types.whole.scalar() && !types.whole.array() {
            return self.exploded_members(&members);
        }
        let Some(first) = named.first() else {
            return if exploded && types.whole.object() {
                self.exploded_members(&members)
            } else {
                Ok(Vec::new())
            };
        };
        let divided = named.len() > 1 || (!self.explode && first.contains(self.delimiter()));
        self.each(types.kinds(divided), |kind| match kind {
            Kind::Scalar => {
                let texts = [Some(first), named.last()].into_iter().flatten();
                texts
                    .map(|text| Ok(Flat::Scalar(unescape(self.place, text)?)))
                    .collect()
            }
            Kind::List => {
                let repeated = named
                    .iter()
                    .map(|text| unescape(self.place, text))
                    .collect::<Result<_, _>>()
                    .map(Flat::List)?;
                let joined = self.parts(first, kind)?;
                Ok(if self.explode || named.len() > 1 {
                    std::iter::once(repeated).chain(joined).collect()
                } else {
                    joined
                })
            }
            Kind::Members if exploded => self.exploded_members(&members),
            Kind::Members => self.parts(first, kind),
        })
    }

    fn exploded_members(&self, members: &[(String, &str)]) -> Result<Vec<Flat>, WireError> {
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let members = members
            .iter()
            .map(|(name, text)| Ok((name.clone(), unescape(self.place, text)?)))
            .collect::<Result<_, WireError>>()?;
        Ok(vec![Flat::Members(members)])
    }

    fn read_deep(&self, pairs: &[Pair<'_>]) -> Result<Vec<Flat>, WireError> {
        let mut members = Vec::new();
        for (key, value) in pairs {
            let key = unescape(self.place, key)?;
            let Some(rest) = key.strip_prefix(self.name) else {
                continue;
            };
            let Some(rest) = rest.strip_prefix('[') else {
                continue;
            };
            match rest.strip_suffix(']') {
                Some(name) if !name.contains(['[', ']']) => {
                    members.push((name.to_owned(), unescape(self.place, value)?));
                }
                _ => {
                    return Err(WireError::malformed(format!(
                        "`{key}` is not of the form `name[member]`"
                    )));
                }
            }
        }
        Ok(if members.is_empty() {
            Vec::new()
        } else {
            vec![Flat::Members(members)]
        })
    }

    fn read_matrix(&self, raw: &str, types: &Parts<'_>) -> Result<Vec<Flat>, WireError> {
        let body = raw
            .strip_prefix(';')
            .ok_or_else(|| WireError::malformed(format!("`{raw}` does not start with `;`")))?;
        let mut pieces = Vec::new();
        for piece in body.split(';') {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            pieces.push((unescape(self.place, name)?, value));
        }
        let named = pieces.iter().all(|(name, _)| name == self.name);
        let divided = pieces.len() > 1 || (!self.explode && body.contains(','));
        self.each(types.kinds(divided), |kind| match (kind, &*pieces) {
            (Kind::Members, _) if self.explode => self.exploded_members(&pieces),
            (Kind::List, _) if self.explode && named => pieces
                .iter()
                .map(|(_, text)| unescape(self.place, text))
                .collect::<Result<_, _>>()
                .map(|texts| vec![Flat::List(texts)]),
            (_, [(_, value)]) if named => self.parts(value, kind),
            _ => Err(WireError::malformed(format!(
                "`{raw}` is not of the form `;{}=value`",
                self.name
            ))),
        })
    }

    /// The ways to take apart one text. Servers that unescape before they divide are common, so
    /// that is the second way.
    fn parts(&self, raw: &str, kind: Kind) -> Result<Vec<Flat>, WireError> {
        let text = unescape(self.place, raw)?;
        if kind == Kind::Scalar {
            return Ok(vec![Flat::Scalar(text)]);
        }
        // These delimiters are sent percent-encoded, so dividing late is the rule.
        let ways = if matches!(self.delimiter(), ' ' | '|') {
            [(&*text, true), (raw, false)]
        } else {
            [(raw, false), (&*text, true)]
        };
        self.each(ways, |(text, unescaped)| {
            let plain = |part: &str| {
                if unescaped {
                    Ok(part.to_owned())
                } else {
                    unescape(self.place, part)
                }
            };
            // Empty items of a list in a header field do not count (RFC 9110 section 5.6.1.2).
            let parts: Vec<&str> = text
                .split(self.delimiter())
                .filter(|part| self.place != Place::Header || !part.trim().is_empty())
                .collect();
            match kind {
                Kind::Members if self.explode => parts
                    .iter()
                    .map(|part| {
                        let (name, text) = part.split_once('=').ok_or_else(|| unpaired(raw))?;
                        Ok((plain(name)?, plain(text)?))
                    })
                    .collect::<Result<_, _>>()
                    .map(Flat::Members),
                Kind::Members => parts
                    .chunks(2)
                    .map(|pair| match pair {
                        [name, text] => Ok((plain(name)?, plain(text)?)),
                        _ => Err(unpaired(raw)),
                    })
                    .collect::<Result<_, _>>()
                    .map(Flat::Members),
                Kind::Scalar | Kind::List => parts
                    .into_iter()
                    .map(plain)
                    .collect::<Result<_, _>>()
                    .map(Flat::List),
            }
            .map(|flat| vec![flat])
        })
    }

    /// What any of several ways yields; the first failure if all of them fail.
    fn each<T>(
        &self,
        ways: impl IntoIterator<Item = T>,
        read: impl Fn(T) -> Result<Vec<Flat>, WireError>,
    ) -> Result<Vec<Flat>, WireError> {
        self.check()?;
        let mut found = Vec::new();
        let mut failure = None;
        for way in ways {
            match read(way) {
                Ok(flats) => {
                    for flat in flats {
                        if !found.contains(&flat) {
                            found.push(flat);
                        }
                    }
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }
}

fn unpaired(raw: &str) -> WireError {
    WireError::malformed(format!("`{raw}` is not a list of names and values"))
}
