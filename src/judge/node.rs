//! The tape as a representation of JSON that the `jsonschema` crate judges as it judges its own.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, Node, NodeIdentity, Object, cmp};
use serde_json::Value;

use super::number::NumberText;
use super::tape::{Kind, Tape};

/// Bodies as they are read.
pub(super) struct TapeJson;

/// A body with its tape.
pub(super) struct Read<'a> {
    pub(super) tape: &'a Tape,
    pub(super) body: &'a str,
}

/// A value of a body.
#[derive(Clone, Copy)]
pub(super) enum TapeNode<'a> {
    /// By its entry.
    Entry(&'a Read<'a>, u32),
    /// A string by what it says.
    Text(&'a str),
    /// A number by its text.
    Number(&'a str),
}

/// An object or an array, by its entry.
pub(super) struct Children<'a> {
    read: &'a Read<'a>,
    index: u32,
}

/// The values in an array, or names and values in an object.
pub(super) struct Walk<'a> {
    read: &'a Read<'a>,
    index: u32,
    left: u32,
}

impl<'a> Children<'a> {
    fn walk(&self) -> Walk<'a> {
        Walk {
            read: self.read,
            index: self.index + 1,
            left: self.read.tape.count(self.index),
        }
    }
}

impl Json for TapeJson {
    type Node<'a> = TapeNode<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    // A lookup reads all names before the one that it looks for.
    const KEYS_PER_LOOKUP: usize = 64;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(TapeNode<'_>) -> T) -> T {
        f(TapeNode::Text(string))
    }
}

impl<'a> TapeNode<'a> {
    fn kind(&self) -> Kind {
        match self {
            Self::Entry(read, index) => read.tape.entry(*index).kind,
            Self::Text(_) => Kind::Plain,
            Self::Number(_) => Kind::Number,
        }
    }

    fn children(&self, kind: Kind) -> Option<Children<'a>> {
        match self {
            Self::Entry(read, index) if self.kind() == kind => Some(Children {
                read,
                index: *index,
            }),
            _ => None,
        }
    }

    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Entry(read, index) => match self.kind() {
                Kind::Plain | Kind::Escaped => Some(read.tape.text(read.body, *index)),
                _ => None,
            },
            Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }

    fn number(&self) -> Option<NumberText<'a>> {
        match self {
            Self::Entry(read, index) => {
                let is_number = self.kind() == Kind::Number;
                is_number.then(|| NumberText(read.tape.text(read.body, *index)))
            }
            Self::Number(text) => Some(NumberText(text)),
            Self::Text(_) => None,
        }
    }
}

impl<'a> Node<'a, TapeJson> for TapeNode<'a> {
    type Object = Children<'a>;
    type Array = Children<'a>;
    type Number = NumberText<'a>;

    fn as_object(&self) -> Option<Children<'a>> {
        self.children(Kind::Object)
    }

    fn as_array(&self) -> Option<Children<'a>> {
        self.children(Kind::Array)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<NumberText<'a>> {
        self.number()
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::False | Kind::True => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::Plain | Kind::Escaped => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match expected {
            Value::String(expected) => self.text() == Some(expected),
            Value::Bool(expected) => self.as_boolean() == Some(*expected),
            Value::Null => self.is_null(),
            Value::Number(expected) => self
                .number()
                .is_some_and(|number| cmp::equal_numbers(&number, expected)),
            _ => {
                self.json_type() == JsonType::from(expected)
                    && cmp::equal(&self.to_value(), expected)
            }
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        if let Some(text) = self.text() {
            return Cow::Owned(text.into());
        }
        let text = match self {
            Self::Entry(read, index) => {
                let entry = read.tape.entry(*index);
                read.body.get(entry.start as usize..entry.end as usize)
            }
            Self::Number(text) | Self::Text(text) => Some(*text),
        };
        // The text was read before.
        Cow::Owned(serde_json::from_str(text.unwrap_or_default()).unwrap_or_default())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(match self {
            Self::Entry(read, index) => {
                NodeIdentity::tagged(std::ptr::from_ref::<Read<'_>>(read).addr(), *index)
            }
            Self::Text(text) | Self::Number(text) => {
                NodeIdentity::tagged(text.as_ptr().addr(), u32::MAX)
            }
        })
    }
}

impl<'a> Object<'a, TapeJson> for Children<'a> {
    type Node = TapeNode<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.read.tape.count(self.index) as usize
    }

    fn get(&self, key: &String) -> Option<TapeNode<'a>> {
        let mut members = self.members();
        members.find(|(name, _)| name == key).map(|(_, node)| node)
    }

    fn members(&self) -> Members<'a> {
        Members(self.walk())
    }
}

impl<'a> Array<'a, TapeJson> for Children<'a> {
    type Node = TapeNode<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.read.tape.count(self.index) as usize
    }

    fn elements(&self) -> Elements<'a> {
        Elements(self.walk())
    }
}

/// The members of an object.
pub(super) struct Members<'a>(Walk<'a>);

/// The items of an array.
pub(super) struct Elements<'a>(Walk<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, TapeNode<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let Walk { read, index, left } = self.0;
        self.0.left = left.checked_sub(1)?;
        self.0.index = read.tape.behind(index + 1);
        let name = read.tape.text(read.body, index);
        Some((name, TapeNode::Entry(read, index + 1)))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = TapeNode<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let Walk { read, index, left } = self.0;
        self.0.left = left.checked_sub(1)?;
        self.0.index = read.tape.behind(index);
        Some(TapeNode::Entry(read, index))
    }
}
