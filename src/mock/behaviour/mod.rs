//! Behaviour files: what the operations of an API do with its resources, as data.
//!
#![doc = include_str!("../../../docs/behaviour-files.md")]

mod act;
mod lint;
mod read;
mod source;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::document::Pointer;

pub use act::{Act, Action, Comparison, Filter, Group, Missing, Page, Sort};
pub use read::BehaviourError;
pub use source::{Condition, Source, Sources};

/// What the operations of an API do with its resources.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Behaviour {
    /// The kinds of things that are stored, by name.
    pub resources: IndexMap<String, Resource>,
    /// What operations do, by `operationId` (or `METHOD /path` where there is none).
    pub operations: IndexMap<String, Act>,
}

/// A kind of things that are stored.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Resource {
    /// A reference to the schema of the stored thing, for example `#/components/schemas/User`.
    pub schema: Option<String>,
    /// Where the id stands.
    pub id: Pointer,
    /// How a new id is made.
    #[serde(default)]
    pub new_id: NewId,
    /// The resource that things of this kind belong to; they are removed with it.
    pub within: Option<String>,
    /// The boolean member that says whether a thing is active. Inactive ones are not found unless
    /// the operation shows them.
    pub active: Option<Pointer>,
    /// Members that are stored but left out when the whole thing is shown.
    #[serde(default)]
    pub private: Vec<Pointer>,
    /// Members that clients cannot write. The id, `active` and the stamps always belong to them.
    #[serde(default)]
    pub owned: Vec<Pointer>,
    /// Members that a new thing has when the client does not send them.
    #[serde(default)]
    pub initial: Map<String, Value>,
    /// Members that hold the time of an event.
    #[serde(default)]
    pub stamps: Vec<Stamp>,
    /// Members that no two things may share; absent ones are not compared.
    #[serde(default)]
    pub unique: Vec<Pointer>,
    /// Places that always hold the same value: writing one of them writes the others.
    #[serde(default)]
    pub same: Vec<Vec<Pointer>>,
    /// The things that exist from the start: valid instances of the schema with these members. The
    /// first one's id is the documented example of the path parameter that names such things.
    #[serde(default)]
    pub seeds: Vec<Map<String, Value>>,
}

/// How a new id is made. All of them depend on the sandbox's seed only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum NewId {
    /// A random UUID (RFC 9562 version 4), in lower case.
    #[default]
    Uuid,
    /// The next integer.
    Integer,
    /// Twelve hexadecimal digits.
    Text,
}

/// A member that holds the time of an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stamp {
    /// The member.
    pub at: Pointer,
    /// The event.
    pub when: Moment,
    /// How the time is written.
    #[serde(default)]
    pub format: TimeFormat,
}

/// An event in the life of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// It was created.
    Created,
    /// It was created or changed.
    Written,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// RFC 3339, in UTC.
    #[default]
    DateTime,
    /// The same without an offset.
    LocalDateTime,
    /// RFC 3339 `full-date`.
    Date,
    /// Seconds since 1970, an integer.
    UnixSeconds,
    /// Milliseconds since 1970, an integer.
    UnixMilliseconds,
}

#[cfg(test)]
pub(super) mod tests {
    use crate::spec::Spec;

    /// A small document with one resource.
    pub(in crate::mock) fn small_spec() -> Spec {
        Spec::from_text(
            "small.yaml",
            "
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters: [{name: tags, in: query, schema: {type: string}}]
      responses: {'200': {description: ok}}
  /notes/{noteId}:
    get:
      operationId: getNote
      parameters: [{name: noteId, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
components:
  schemas: {Note: {type: object}}
",
        )
        .unwrap()
    }
}
