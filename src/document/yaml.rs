//! YAML 1.2 (core schema) and JSON text to a value with spans.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Mark};
use serde_json::{Map, Number, Value};

use super::{DocumentError, MAX_DEPTH, Pointer, Position, Span};

type Spans = HashMap<Pointer, Span>;

pub(super) fn read(name: &Arc<str>, text: &str) -> Result<(Value, Spans), DocumentError> {
    let mut reader = Reader {
        name: name.clone(),
        parser: Parser::new_from_str(text),
        spans: Spans::new(),
        anchors: HashMap::new(),
        budget: text.len().saturating_mul(10).max(100_000),
    };
    loop {
        let (event, mark) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd => return Err(reader.error("the document is empty", mark.start)),
            other => {
                let value = reader.node(other, mark, &Pointer::root(), 0)?;
                reader
                    .spans
                    .entry(Pointer::root())
                    .or_insert_with(|| span(mark));
                return Ok((value, reader.spans));
            }
        }
    }
}

struct Reader<'a> {
    name: Arc<str>,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    spans: Spans,
    anchors: HashMap<usize, Value>,
    /// How many nodes aliases may still copy.
    budget: usize,
}

fn position(marker: Marker) -> Position {
    Position {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

fn span(mark: Mark) -> Span {
    Span {
        start: position(mark.start),
        end: position(mark.end),
    }
}

impl<'a> Reader<'a> {
    fn error(&self, message: impl Into<String>, at: Marker) -> DocumentError {
        DocumentError {
            message: message.into(),
            name: self.name.clone(),
            span: Some(Span {
                start: position(at),
                end: position(at),
            }),
            hint: None,
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Mark), DocumentError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.error(error.info(), *error.marker())),
            None => Err(DocumentError {
                message: "the document ends too early".into(),
                name: self.name.clone(),
                span: None,
                hint: None,
            }),
        }
    }

    fn node(
        &mut self,
        event: Event<'a>,
        mark: Mark,
        at: &Pointer,
        depth: usize,
    ) -> Result<Value, DocumentError> {
        if depth > MAX_DEPTH {
            return Err(self.error(format!("nested deeper than {MAX_DEPTH} levels"), mark.start));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let as_string = style != ScalarStyle::Plain
                    || tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let value = if as_string {
                    Value::String(text.into_owned())
                } else {
                    plain(&text)
                };
                (value, anchor)
            }
            Event::SequenceStart(anchor, _) => (self.sequence(at, depth)?, anchor),
            Event::MappingStart(anchor, _) => (self.mapping(at, depth)?, anchor),
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or_else(|| {
                    self.error("an alias stands inside its own anchor", mark.start)
                })?;
                let cost = size(&value);
                if cost > self.budget {
                    return Err(self.error("aliases expand to too many nodes", mark.start));
                }
                self.budget -= cost;
                (value, 0)
            }
            _ => return Err(self.error("a value is expected here", mark.start)),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn sequence(&mut self, at: &Pointer, depth: usize) -> Result<Value, DocumentError> {
        let mut items = Vec::new();
        loop {
            let (event, mark) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Value::Array(items));
            }
            let item = at.index(items.len());
            items.push(self.node(event, mark, &item, depth + 1)?);
            self.spans.insert(item, span(mark));
        }
    }

    fn mapping(&mut self, at: &Pointer, depth: usize) -> Result<Value, DocumentError> {
        let mut members = Map::new();
        loop {
            let (event, key_mark) = self.next()?;
            let key: Cow<'_, str> = match event {
                Event::MappingEnd => return Ok(Value::Object(members)),
                Event::Scalar(text, ..) => text,
                _ => return Err(self.error("a mapping key must be a plain value", key_mark.start)),
            };
            if members.contains_key(&*key) {
                return Err(self.error(
                    format!("the key `{key}` stands twice in this mapping"),
                    key_mark.start,
                ));
            }
            let member = at.join(&key);
            let (event, mark) = self.next()?;
            let value = self.node(event, mark, &member, depth + 1)?;
            self.spans.insert(member, span(key_mark));
            members.insert(key.into_owned(), value);
        }
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// A plain scalar by the core schema (YAML 1.2.2 section 10.3.2).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) {
        return None;
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(Number::from);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Number::from);
    }
    let (sign, digits) = match first {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let is_number = digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_number {
        return None;
    }
    let trimmed = digits.trim_start_matches('0');
    let body = if trimmed.is_empty() || trimmed.starts_with(['.', 'e', 'E']) {
        format!("0{trimmed}")
    } else {
        trimmed.to_owned()
    };
    let body = body.replace(".e", ".0e").replace(".E", ".0E");
    let body = if body.ends_with('.') {
        body + "0"
    } else {
        body
    };
    format!("{sign}{body}").parse().ok()
}
