//! Sources: how a behaviour file names values of a request and places of a stored thing.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use crate::document::Pointer;

/// A value of a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A path parameter.
    Path(String),
    /// A query parameter.
    Query(String),
    /// A header parameter.
    Header(String),
    /// A cookie parameter.
    Cookie(String),
    /// A node of the request body.
    Body(Pointer),
    /// A node of the item at hand, inside a group.
    Item(Pointer),
    /// A constant.
    Value(Value),
}

/// Holds when a value of the request is one of a list. Without the value it does not hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Condition {
    /// The value.
    pub from: Source,
    /// The list.
    pub is: Vec<Value>,
}

/// Places of a stored thing, of which the first one that exists counts. Written as one pointer or as
/// a list of pointers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources(pub Vec<Pointer>);

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Sources;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON Pointer or a list of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Sources, E> {
                let pointer = text.parse().map_err(de::Error::custom)?;
                Ok(Sources(vec![pointer]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Sources, A::Error> {
                let mut pointers = Vec::new();
                while let Some(pointer) = items.next_element()? {
                    pointers.push(pointer);
                }
                Ok(Sources(pointers))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
