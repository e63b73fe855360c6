//! The builder: a value and its span tree out of a flat series of starts, keys, scalars and ends.
//! It never recurses, so that the depth of a document costs no stack.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::span_tree::{Below, SpanTree};
use super::{MAX_DEPTH, Position, Span};

/// A node with its places.
#[derive(Debug, Clone)]
pub(super) struct Built {
    pub(super) value: Value,
    pub(super) spans: SpanTree,
}

/// What the text does that a document may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Containers nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A key stands in a mapping for the second time; here is the first.
    DuplicateKey { key: String, first: Span },
    /// `<<` stands before something that is neither a mapping nor a list of mappings.
    NoMapping,
}

/// Assembles one value.
#[derive(Debug, Default)]
pub(super) struct Builder {
    open: Vec<Container>,
}

#[derive(Debug)]
struct Container {
    start: Position,
    /// Where its last node ends.
    end: Position,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Sequence(Vec<Value>, Vec<SpanTree>),
    Mapping(Box<Members>),
}

#[derive(Debug, Default)]
struct Members {
    values: Map<String, Value>,
    spans: HashMap<Box<str>, SpanTree>,
    /// The key whose value comes next.
    key: Option<Key>,
    /// Mappings to merge when this one ends, the first one first.
    merges: Vec<Built>,
}

#[derive(Debug)]
enum Key {
    Member(String, Span),
    Merge,
}

impl Builder {
    pub(super) fn start_sequence(&mut self, span: Span) -> Result<(), Refusal> {
        self.start(span, Content::Sequence(Vec::new(), Vec::new()))
    }

    pub(super) fn start_mapping(&mut self, span: Span) -> Result<(), Refusal> {
        self.start(span, Content::Mapping(Box::default()))
    }

    fn start(&mut self, span: Span, content: Content) -> Result<(), Refusal> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Refusal::TooDeep);
        }
        self.open.push(Container {
            start: span.start,
            end: span.end,
            content,
        });
        Ok(())
    }

    /// Whether a key must come next.
    pub(super) fn expects_key(&self) -> bool {
        match self.open.last().map(|container| &container.content) {
            Some(Content::Mapping(members)) => members.key.is_none(),
            _ => false,
        }
    }

    /// How many containers are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The key of the next value.
    pub(super) fn key(&mut self, key: String, span: Span) -> Result<(), Refusal> {
        if let Some(members) = self.members() {
            if let Some(first) = members.spans.get(&*key) {
                let first = first.span;
                return Err(Refusal::DuplicateKey { key, first });
            }
            members.key = Some(Key::Member(key, span));
        }
        Ok(())
    }

    /// The next value is to be merged into the open mapping (`<<` of YAML 1.1).
    pub(super) fn merge_key(&mut self) {
        if let Some(members) = self.members() {
            members.key = Some(Key::Merge);
        }
    }

    fn members(&mut self) -> Option<&mut Members> {
        match &mut self.open.last_mut()?.content {
            Content::Mapping(members) => Some(members),
            Content::Sequence(..) => None,
        }
    }

    /// Ends the open container and hands it out; give it back with [`Builder::add`].
    pub(super) fn end(&mut self, end: Option<Position>) -> Option<Built> {
        let container = self.open.pop()?;
        let span = Span {
            start: container.start,
            end: end.unwrap_or(container.end),
        };
        Some(match container.content {
            Content::Sequence(values, spans) => Built {
                value: Value::Array(values),
                spans: SpanTree {
                    span,
                    below: Below::Items(spans),
                },
            },
            Content::Mapping(members) => members.end(span),
        })
    }

    /// Adds a finished node to the open container; gives it back when it is the root.
    pub(super) fn add(&mut self, mut node: Built) -> Result<Option<Built>, Refusal> {
        let Some(container) = self.open.last_mut() else {
            return Ok(Some(node));
        };
        container.end = container.end.max(node.spans.span.end);
        match &mut container.content {
            Content::Sequence(values, spans) => {
                values.push(node.value);
                spans.push(node.spans);
            }
            Content::Mapping(members) => match members.key.take() {
                Some(Key::Member(key, span)) => {
                    // The place of a member is its key.
                    node.spans.span = span;
                    members.spans.insert(key.as_str().into(), node.spans);
                    members.values.insert(key, node.value);
                }
                Some(Key::Merge) => members.merge(node)?,
                None => {}
            },
        }
        Ok(None)
    }
}

impl Members {
    fn merge(&mut self, node: Built) -> Result<(), Refusal> {
        match (node.value, node.spans.below) {
            (value @ Value::Object(_), below) => {
                let spans = SpanTree {
                    span: node.spans.span,
                    below,
                };
                self.merges.push(Built { value, spans });
                Ok(())
            }
            (Value::Array(values), Below::Items(spans)) if values.iter().all(Value::is_object) => {
                let nodes = values.into_iter().zip(spans);
                self.merges
                    .extend(nodes.map(|(value, spans)| Built { value, spans }));
                Ok(())
            }
            _ => Err(Refusal::NoMapping),
        }
    }

    fn end(mut self, span: Span) -> Built {
        for merge in self.merges {
            let (Value::Object(values), Below::Members(mut spans)) =
                (merge.value, merge.spans.below)
            else {
                continue;
            };
            for (key, value) in values {
                if self.values.contains_key(&key) {
                    continue;
                }
                if let Some(span) = spans.remove(&*key) {
                    self.spans.insert(key.as_str().into(), span);
                }
                self.values.insert(key, value);
            }
        }
        Built {
            value: Value::Object(self.values),
            spans: SpanTree {
                span,
                below: Below::Members(self.spans),
            },
        }
    }
}

impl Built {
    /// A scalar.
    pub(super) fn scalar(value: Value, span: Span) -> Self {
        let below = Below::Nothing;
        Self {
            value,
            spans: SpanTree { span, below },
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooDeep => write!(f, "nested deeper than {MAX_DEPTH} levels"),
            Self::DuplicateKey { key, first } => write!(
                f,
                "the key `{key}` stands twice in this mapping, first at line {}, column {}",
                first.start.line, first.start.column
            ),
            Self::NoMapping => f.write_str("`<<` merges mappings only"),
        }
    }
}
