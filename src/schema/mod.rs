//! Schemas as handles into documents: a document set and a pointer, so that cycles cost nothing and
//! a clone is cheap.
//!
//! Documents of older dialects are lifted to JSON Schema 2020-12 once, node by node. A pointer means the
//! same node before and after, but for the few nodes whose keyword has another name now; places that
//! are shown are always those that the author wrote. `readOnly` and `writeOnly` make two views of each document,
//! one for each [`Direction`].

mod base64;
mod declared;
mod defect;
mod dialect;
mod dialect_mix;
mod effort;
mod facet;
mod fault;
mod formats;
mod identify;
mod keyword;
mod kind;
mod lift;
mod meta_schema;
mod moves;
mod reference;
mod repeat;
mod scope;
mod set;
mod subschema;
#[cfg(test)]
pub(crate) mod suite;
mod survey;
mod surveyor;
mod times;
mod validate;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::document::{Location, Pointer};

pub use dialect::Dialect;
pub use facet::Facets;
pub(crate) use formats::is_standard_format;
pub use formats::{FormatError, Formats};
pub use kind::{NodeKind, methods};
pub(crate) use lift::FORMAT_HINT;
pub use set::{SchemaSet, SchemaSetBuilder};
pub use survey::{BrokenReference, Place, Unavailable, Unresolved};
pub use surveyor::Open;
pub(crate) use validate::{PATTERN_BYTES, compile_keywords};
pub use validate::{SchemaError, Validator, Violation};

/// Which way an instance travels; decides about `readOnly` and `writeOnly` properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Client to server: `readOnly` properties are not required.
    Request,
    /// Server to client: `writeOnly` properties are not required.
    Response,
}

/// A schema: where it stands in which document, seen in one direction.
#[derive(Clone)]
pub struct Schema {
    set: Arc<SchemaSet>,
    document: usize,
    pointer: Pointer,
    direction: Direction,
}

impl Schema {
    /// The lifted schema: JSON Schema 2020-12, a boolean or an object. `true` where nothing stands.
    pub fn value(&self) -> &Value {
        self.pointer
            .find(self.set.view(self.document, self.direction))
            .unwrap_or(&Value::Bool(true))
    }

    /// Whether nothing stands at this place, so that every instance is valid.
    pub fn is_absent(&self) -> bool {
        self.set.written(self.document, &self.pointer).is_none()
    }

    /// The node as the author wrote it.
    pub fn source(&self) -> &Value {
        self.set
            .written(self.document, &self.pointer)
            .unwrap_or(&Value::Bool(true))
    }

    /// Where the schema stands.
    pub fn location(&self) -> Location {
        self.set.location(self.document, &self.pointer)
    }

    /// Where the author wrote a node that stands below this schema after lifting.
    pub fn location_below(&self, tokens: &[&str]) -> Location {
        let pointer = tokens
            .iter()
            .fold(self.pointer.clone(), |pointer, token| pointer.join(token));
        self.set.location(self.document, &pointer)
    }

    /// The pointer within its lifted document.
    pub fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// The number of its lifted document in the set.
    pub fn document(&self) -> usize {
        self.document
    }

    /// The documents that it belongs to.
    pub fn set(&self) -> &Arc<SchemaSet> {
        &self.set
    }

    /// Which way its instances travel.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The same schema for the other way.
    #[must_use]
    pub fn towards(&self, direction: Direction) -> Self {
        Self {
            direction,
            ..self.clone()
        }
    }

    /// The schema below this one, for example `&["properties", "name"]`; `None` if nothing stands
    /// there.
    #[must_use]
    pub fn below(&self, tokens: &[&str]) -> Option<Self> {
        let pointer = tokens
            .iter()
            .fold(self.pointer.clone(), |pointer, token| pointer.join(token));
        pointer.find(self.set.view(self.document, self.direction))?;
        Some(Self {
            pointer,
            ..self.clone()
        })
    }

    /// The schema that a `$ref` found in this schema points at.
    pub fn follow(&self, reference: &str) -> Option<Self> {
        let (document, pointer) = self.set.resolve(self.document, reference)?;
        Some(Self {
            document,
            pointer,
            ..self.clone()
        })
    }

    /// The schema that this one stands for: references that have no siblings are followed. A cycle
    /// of references ends at its entry.
    #[must_use]
    pub fn resolved(&self) -> Self {
        let mut schema = self.clone();
        for _ in 0..64 {
            let next = match schema.value() {
                Value::Object(members) if lift::is_plain_reference(members) => members
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|reference| schema.follow(reference)),
                _ => None,
            };
            match next {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }

    /// The compiled judge of this schema; compiled once and shared.
    pub fn validator(&self) -> Result<Arc<Validator>, SchemaError> {
        self.set.validator(self)
    }

    /// The same judge for another representation of instances. It is not kept: whoever asks keeps it.
    pub(crate) fn validator_for<F: jsonschema::json::Json>(
        &self,
    ) -> Result<jsonschema::Validator<F>, SchemaError> {
        self.set.validator_for(self)
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.set, &other.set)
            && self.document == other.document
            && self.pointer == other.pointer
            && self.direction == other.direction
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({}, {:?})", self.location(), self.direction)
    }
}

#[cfg(test)]
mod tests;
