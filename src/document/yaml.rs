//! YAML 1.2 text (core schema) to a value with spans. Of YAML 1.1, merge keys (`<<`) are read too:
//! documents in the wild have them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Mark, StrInput, Tag};
use serde_json::Value;

use super::builder::{Builder, Built, Refusal};
use super::line_starts::LineStarts;
use super::{DocumentError, MAX_DEPTH, Position, Span, number};

pub(super) fn read(name: &Arc<str>, text: &str) -> Result<Built, DocumentError> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        builder: Builder::default(),
        anchors: HashMap::new(),
        open_anchors: Vec::new(),
        budget: text.len().saturating_mul(10).max(100_000),
        lines: LineStarts::of(text),
    };
    reader.document().map_err(|fault| {
        let has_tab = fault
            .span
            .is_some_and(|span| is_indented_by_tab(text, span.start.line));
        let tab = has_tab.then(|| "YAML is indented by spaces: replace the tab".to_owned());
        DocumentError {
            message: fault.message,
            name: name.clone(),
            span: fault.span,
            hint: fault.hint.map(str::to_owned).or(tab),
        }
    })
}

struct Fault {
    message: String,
    span: Option<Span>,
    hint: Option<&'static str>,
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    builder: Builder,
    anchors: HashMap<usize, Anchored>,
    /// The anchors of the open containers; 0 where there is none.
    open_anchors: Vec<usize>,
    /// How many nodes anchors and aliases may still copy.
    budget: usize,
    lines: LineStarts,
}

/// A node that aliases may repeat.
struct Anchored {
    node: Built,
    size: usize,
    height: usize,
}

fn fault(message: impl Into<String>, span: Span) -> Fault {
    Fault {
        message: message.into(),
        span: Some(span),
        hint: None,
    }
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Built, Fault> {
        let root = loop {
            let (event, mark) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
                Event::StreamEnd => return Err(fault("the document is empty", self.span(mark))),
                event => {
                    if let Some(root) = self.take(event, self.span(mark))? {
                        break root;
                    }
                }
            }
        };
        loop {
            let (event, mark) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(_) => {
                    return Err(Fault {
                        message: "a second document starts here".to_owned(),
                        span: Some(self.span(mark)),
                        hint: Some(
                            "a file holds one document: move the second one to its own file",
                        ),
                    });
                }
                _ => {}
            }
        }
    }

    fn span(&self, mark: Mark) -> Span {
        Span {
            start: self.position(mark.start),
            end: self.position(mark.end),
        }
    }

    /// The parser's own lines end with CR, too, and its text ends on a line of its own.
    fn position(&self, marker: Marker) -> Position {
        self.lines.position(marker.index())
    }

    fn next(&mut self) -> Result<(Event<'a>, Mark), Fault> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let at = self.position(*error.marker());
                Err(fault(error.info(), Span { start: at, end: at }))
            }
            None => Err(Fault {
                message: "the document ends too early".to_owned(),
                span: None,
                hint: None,
            }),
        }
    }

    /// Takes one event; gives the root back when that was its last one.
    fn take(&mut self, event: Event<'a>, span: Span) -> Result<Option<Built>, Fault> {
        let refused = |refusal: Refusal| fault(refusal.to_string(), span);
        let is_key = self.builder.expects_key();
        let (node, anchor) = match event {
            Event::MappingEnd | Event::SequenceEnd => {
                let anchor = self.open_anchors.pop().unwrap_or(0);
                // The end of a block collection has no width and stands where the next token starts.
                let end = (span.start != span.end).then_some(span.end);
                match self.builder.end(end) {
                    Some(node) => (node, anchor),
                    None => return Err(fault("a value is expected here", span)),
                }
            }
            Event::Scalar(text, style, 0, tag) if is_key => {
                if text == "<<" && style == ScalarStyle::Plain && tag.is_none() {
                    self.builder.merge_key();
                } else {
                    self.builder.key(text.into_owned(), span).map_err(refused)?;
                }
                return Ok(None);
            }
            Event::Scalar(text, _, anchor, _) if is_key => {
                let value = Value::String(text.clone().into_owned());
                self.remember(anchor, &Built::scalar(value, span))?;
                self.builder.key(text.into_owned(), span).map_err(refused)?;
                return Ok(None);
            }
            _ if is_key => return Err(fault("a mapping key must be a plain value", span)),
            Event::Scalar(text, style, anchor, tag) => {
                let value =
                    scalar(text, style, tag.as_deref()).map_err(|text| fault(text, span))?;
                (Built::scalar(value, span), anchor)
            }
            Event::MappingStart(anchor, _) => {
                self.builder.start_mapping(span).map_err(refused)?;
                self.open_anchors.push(anchor);
                return Ok(None);
            }
            Event::SequenceStart(anchor, _) => {
                self.builder.start_sequence(span).map_err(refused)?;
                self.open_anchors.push(anchor);
                return Ok(None);
            }
            Event::Alias(anchor) => (self.repeat(anchor, span)?, 0),
            _ => return Err(fault("a value is expected here", span)),
        };
        self.remember(anchor, &node)?;
        self.builder.add(node).map_err(refused)
    }

    fn remember(&mut self, anchor: usize, node: &Built) -> Result<(), Fault> {
        if anchor == 0 {
            return Ok(());
        }
        let (size, height) = measure(&node.value);
        self.spend(size, node.spans.span)?;
        let node = node.clone();
        self.anchors.insert(anchor, Anchored { node, size, height });
        Ok(())
    }

    fn repeat(&mut self, anchor: usize, span: Span) -> Result<Built, Fault> {
        let (size, height) = match self.anchors.get(&anchor) {
            Some(anchored) => (anchored.size, anchored.height),
            None => return Err(fault("an alias stands inside its own anchor", span)),
        };
        if self.builder.depth() + height > MAX_DEPTH {
            return Err(fault(Refusal::TooDeep.to_string(), span));
        }
        self.spend(size, span)?;
        let mut node = match self.anchors.get(&anchor) {
            Some(anchored) => anchored.node.clone(),
            None => Built::scalar(Value::Null, span),
        };
        node.spans.span = span;
        Ok(node)
    }

    fn spend(&mut self, nodes: usize, span: Span) -> Result<(), Fault> {
        match self.budget.checked_sub(nodes) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(fault("aliases expand to too many nodes", span)),
        }
    }
}

/// How many nodes a value has, and how many containers stand within each other in it.
fn measure(value: &Value) -> (usize, usize) {
    let below = |values: &mut dyn Iterator<Item = &Value>| {
        let (size, height) = values.map(measure).fold((0, 0), |total, (size, height)| {
            (total.0 + size, total.1.max(height))
        });
        (size + 1, height + 1)
    };
    match value {
        Value::Array(items) => below(&mut items.iter()),
        Value::Object(members) => below(&mut members.values()),
        _ => (1, 0),
    }
}

/// A scalar by its tag, or by the core schema (YAML 1.2.2 section 10.3.2). Tags that are not of the
/// core schema say nothing about JSON.
fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let core = tag
        .filter(|tag| tag.is_yaml_core_schema())
        .map(|tag| tag.suffix.as_str());
    let is_plain = style == ScalarStyle::Plain && tag.is_none_or(|tag| !is_non_specific(tag));
    match core {
        None | Some("binary" | "timestamp") if is_plain && core.is_none() => Ok(plain(&text)),
        Some(kind @ ("null" | "bool" | "int" | "float")) => {
            let value = plain(&text);
            let fits = match kind {
                "null" => value.is_null(),
                "bool" => value.is_boolean(),
                _ => value.is_number(),
            };
            if fits {
                Ok(value)
            } else {
                Err(format!("`{text}` is no `!!{kind}`"))
            }
        }
        _ => Ok(Value::String(text.into_owned())),
    }
}

/// Whether this is the tag `!`, which asks for a string.
fn is_non_specific(tag: &Tag) -> bool {
    tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty()
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => {
            number::core_schema(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
        }
    }
}

fn is_indented_by_tab(text: &str, line: usize) -> bool {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    line.get(..indent)
        .is_some_and(|indent| indent.contains('\t'))
}
