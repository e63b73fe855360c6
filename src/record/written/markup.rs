//! Elements and attributes of XML and HTML, however broken.

use super::{Called, Names, Span};
use crate::record::escape::{Escape, unescape};

/// The texts of elements and the values of attributes whose names say that they are not to be shown. What has
/// a name in an attribute (`<input name="csrf_token" value="...">`) has its value in another one.
pub(super) fn spans(text: &str, names: Names<'_>) -> Vec<Span> {
    let mut reader = Reader {
        text,
        names,
        covering: None,
        depth: 0,
        spans: Vec::new(),
    };
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += reader.step(at, rest);
    }
    reader.spans
}

struct Reader<'t> {
    text: &'t str,
    names: Names<'t>,
    /// What is said of the element around, if it is not to be shown.
    covering: Option<Called>,
    /// How many elements are open from that one on.
    depth: usize,
    spans: Vec<Span>,
}

impl Reader<'_> {
    /// Reads what stands here, and tells how long it is.
    fn step(&mut self, at: usize, rest: &str) -> usize {
        let up_to = |end: &str| rest.find(end).map_or(rest.len(), |found| found + end.len());
        if rest.starts_with("<![CDATA[") {
            let length = up_to("]]>");
            self.content(at + 9, at + length.saturating_sub(3).max(9));
            length
        } else if rest.starts_with("<!--") {
            up_to("-->")
        } else if rest.starts_with("</") {
            if self.covering.is_some() {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.covering = None;
                }
            }
            up_to(">")
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            up_to(">")
        } else if rest.starts_with('<') {
            let length = length_of_tag(rest);
            self.tag(at, rest.get(..length).unwrap_or_default());
            length
        } else {
            let length = rest.find('<').unwrap_or(rest.len());
            self.content(at, at + length);
            length
        }
    }

    fn content(&mut self, start: usize, end: usize) {
        let Some(called) = self.covering else {
            return;
        };
        let own = self.text.get(start..end).unwrap_or_default();
        let value = own.trim();
        let start = start + (own.len() - own.trim_start().len());
        self.push(called, start, value);
    }

    fn push(&mut self, called: Called, start: usize, value: &str) {
        if called.kind.is_one(value) {
            let bytes = unescape(value, Escape::Html);
            let bytes = bytes.iter().map(|unit| unit.byte).collect::<Vec<_>>();
            self.spans.push(Span {
                start,
                end: start + value.len(),
                mark: called.mark,
                value: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
    }

    fn tag(&mut self, at: usize, tag: &str) {
        let name_end = tag
            .find(|c: char| c.is_whitespace() || c == '>' || c == '/')
            .unwrap_or(tag.len());
        let name = tag.get(1..name_end).unwrap_or_default();
        let attributes = attributes(tag, name_end);
        let named = attributes.iter().find_map(|(name, _, value)| {
            let is_name = ["name", "id", "key", "property"].contains(name);
            is_name.then(|| Called::credential(value)).flatten()
        });
        let element = self.covering.or_else(|| (self.names)(local(name)));
        for (name, start, value) in attributes {
            let is_value = ["value", "content"].contains(&name);
            let own = (self.names)(local(name)).filter(|_| !name.starts_with("xmlns"));
            let other = named.or(element).filter(|_| is_value);
            if let Some(called) = own.or(other) {
                self.push(called, at + start, value);
            }
        }
        if !tag.ends_with("/>") && element.is_some() {
            self.covering = match self.covering {
                // What stands below is no count.
                Some(called) => called
                    .kind
                    .inside(true)
                    .map(|kind| Called { kind, ..called }),
                None => element,
            };
            self.depth += 1;
        }
    }
}

/// The length of a tag: attributes may have a `>`.
fn length_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The attributes of a tag: the name, where the value starts, the value.
fn attributes(tag: &str, from: usize) -> Vec<(&str, usize, &str)> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(equals) = tag.get(at..).and_then(|rest| rest.find('=')) {
        let name = tag.get(at..at + equals).unwrap_or_default().trim_end();
        let name = name
            .rsplit(|c: char| c.is_whitespace())
            .next()
            .unwrap_or_default();
        let behind = tag.get(at + equals + 1..).unwrap_or_default();
        let value = behind.trim_start();
        let start = at + equals + 1 + (behind.len() - value.len());
        let quote = value.chars().next().filter(|first| "\"'".contains(*first));
        let (start, length) = if let Some(quote) = quote {
            let inside = value.get(1..).unwrap_or_default();
            (start + 1, inside.find(quote).unwrap_or(inside.len()))
        } else {
            let end = value.find(|c: char| c.is_whitespace() || c == '>');
            (start, end.unwrap_or(value.len()))
        };
        found.push((
            name,
            start,
            tag.get(start..start + length).unwrap_or_default(),
        ));
        at = start + length + usize::from(quote.is_some());
    }
    found
}

/// A name without its prefix (Namespaces in XML 1.0 section 4).
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::super::{Called, Writing, without};

    #[test]
    fn elements_and_attributes_lose_their_credentials_and_nothing_else() {
        let mut found = Vec::new();
        for (text, expected) in [
            (
                "<?xml version=\"1.0\"?><r><password>a &amp; b</password><n a=\"1\" apiKey='k>1'>x</n></r>",
                "<?xml version=\"1.0\"?><r><password>***</password><n a=\"1\" apiKey='***'>x</n></r>",
            ),
            (
                "<s:token xmlns:s='u'><a>1</a> <b><![CDATA[2]]></b></s:token><tokenType>b</tokenType>",
                "<s:token xmlns:s='u'><a>***</a> <b><![CDATA[***]]></b></s:token><tokenType>b</tokenType>",
            ),
            (
                "<tokens>5</tokens><secret/><a>b</a>",
                "<tokens>5</tokens><secret/><a>b</a>",
            ),
            (
                "<tokens><a>5</a></tokens><n>5</n>",
                "<tokens><a>***</a></tokens><n>5</n>",
            ),
            (
                "<jwt value='v'/><n value='v'/>",
                "<jwt value='***'/><n value='v'/>",
            ),
            (
                "<input name=\"csrf_token\" value=\"t\"><input name=q value=v>",
                "<input name=\"csrf_token\" value=\"***\"><input name=q value=v>",
            ),
            (
                "<a href='/x?token=t&b=1'>l</a>",
                "<a href='/x?token=***&b=1'>l</a>",
            ),
            ("<password>cut he", "<password>***"),
            ("< a <b =\" <!-- c", "< a <b =\" <!-- c"),
        ] {
            let clean = without(text, Writing::Markup, &Called::credential, &mut found);
            assert_eq!(clean, expected);
            let again = without(
                &clean,
                Writing::Markup,
                &Called::credential,
                &mut Vec::new(),
            );
            assert_eq!(again, clean);
        }
        let values: Vec<&str> = found.iter().map(|(_, value)| &**value).collect();
        assert_eq!(
            values,
            ["a & b", "k>1", "1", "2", "5", "v", "t", "t", "cut he"]
        );
    }
}
