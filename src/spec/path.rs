//! Path templates: matching requests to them and filling them in.

use std::fmt;

/// A path with template expressions, for example `/users/{userId}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathTemplate {
    text: String,
    segments: Vec<Segment>,
}

/// A piece of a path template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Text that stands as it is.
    Literal(String),
    /// A template expression: the name of a path parameter.
    Expression(String),
}

impl PathTemplate {
    /// Reads a template. An unclosed `{` is literal text.
    pub fn new(text: &str) -> Self {
        let mut segments = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            if !before.is_empty() {
                segments.push(Segment::Literal(before.to_owned()));
            }
            segments.push(Segment::Expression(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            segments.push(Segment::Literal(rest.to_owned()));
        }
        Self {
            text: text.to_owned(),
            segments,
        }
    }

    /// The pieces in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The names of the template expressions in order.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Expression(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The raw (still percent-encoded) text of each expression, if the path (without query) fits.
    /// An expression takes at least one character and never a `/`.
    pub fn matches<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found = Vec::new();
        fits(&self.segments, path, &mut found).then_some(found)
    }

    /// How much of the template is literal: templates that say more are matched first
    /// (OAS 3.1.1 section 4.8.8.2).
    pub fn literal_length(&self) -> usize {
        self.segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) => text.len(),
                Segment::Expression(_) => 0,
            })
            .sum()
    }
}

fn fits<'a>(segments: &'a [Segment], path: &'a str, found: &mut Vec<(&'a str, &'a str)>) -> bool {
    let Some((first, rest)) = segments.split_first() else {
        return path.is_empty();
    };
    match first {
        Segment::Literal(text) => path
            .strip_prefix(text.as_str())
            .is_some_and(|path| fits(rest, path, found)),
        Segment::Expression(name) => {
            let longest = path.find('/').unwrap_or(path.len());
            // The longest text first, so that `{a}.json` and `{a}` behave as people expect.
            (1..=longest)
                .rev()
                .filter(|end| path.is_char_boundary(*end))
                .any(|end| {
                    found.push((name, &path[..end]));
                    let fit = fits(rest, &path[end..], found);
                    if !fit {
                        found.pop();
                    }
                    fit
                })
        }
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_take_whole_segments_and_parts_of_them() {
        let template = PathTemplate::new("/a/{b}/c.{d}");
        assert_eq!(
            template.matches("/a/x%2Fy/c.json"),
            Some(vec![("b", "x%2Fy"), ("d", "json")])
        );
        assert_eq!(template.matches("/a/x/y/c.json"), None);
        assert_eq!(template.matches("/a//c.json"), None);
        assert_eq!(PathTemplate::new("/x{").matches("/x{"), Some(vec![]));
    }
}
