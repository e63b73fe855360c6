//! Behaviour files: what the operations of an API do with its resources, as data.
//!
//! An OpenAPI document says what requests and answers look like, not that what a PUT wrote is what a
//! GET reads. A behaviour file beside it says so, and makes a stateful sandbox of the mock. An
//! operation that it leaves out is answered as by the stateless mock.
//!
//! ```yaml
//! resources:
//!   user:
//!     schema: '#/components/schemas/User'   # what a stored user looks like; needed for seeds
//!     id: /id                               # where its id stands
//!     new-id: uuid                          # uuid (default) | integer | text
//!     active: /isActive                     # false once it was deactivated
//!     private: [/roles]                     # stored, but not shown when the whole is read
//!     owned: [/isActive]                    # written by the server only, whatever clients send
//!     initial: {isActive: true}             # merged into what a client creates
//!     stamps: [{at: /createdAt, when: created, format: date-time}]
//!     unique: [/email]                      # a second one is refused with 409
//!     same: [[/roles, /roleSet/roles]]      # two places that always hold the same value
//!     seeds: [{name: Ada}, {name: Bo}]      # generated from the schema, with these members
//!   note: {id: /noteId, within: user}       # gone when its user is
//! operations:
//!   createUser: {action: create, resource: user, answer: {/id: /id}}
//!   getUser: {action: read, resource: user, key: {path: userId}, show-inactive: {from: {query: all}, is: [true]}}
//!   putEmail: {action: replace, resource: user, key: {path: userId}, part: /email, take: /email}
//!   listUsers:
//!     action: list
//!     resource: user
//!     give: /users                          # where the list goes in the answer
//!     total: /count                         # where its whole length goes
//!     page: {offset: {query: offset}, limit: {query: limit}, size: 100}
//!     filters: [{from: {query: name}, compare: contains, at: [/name]}]
//! ```
//!
//! A value of a request is named by `{path: name}`, `{query: name}`, `{header: name}`,
//! `{cookie: name}` or `{body: /pointer}`; inside `groups` by `{item: /pointer}`; `{value: ...}`
//! is a constant. Pointers are JSON Pointers (RFC 6901); where stored values are looked up for
//! filters, `*` stands for every item of a list.

mod lint;
mod read;
mod source;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::document::Pointer;

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

/// What an operation does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Act {
    /// What is done.
    pub action: Action,
    /// To which kind of thing.
    pub resource: String,
    /// The id of the thing. Not needed to create and to list.
    pub key: Option<Source>,
    /// The id of the thing that this one belongs to.
    pub parent: Option<Source>,
    /// The part of the thing that is read or written; the whole by default.
    #[serde(default)]
    pub part: Pointer,
    /// The part of the request body that is written; the whole by default.
    #[serde(default)]
    pub take: Pointer,
    /// The place in the response body where the result goes; the whole by default.
    #[serde(default)]
    pub give: Pointer,
    /// How the result, or each item of a list, is made from the thing: place in the result to place
    /// in the thing (the first one that exists). Empty: the part as it is stored.
    #[serde(default)]
    pub answer: IndexMap<Pointer, Sources>,
    /// What is read where nothing is stored.
    #[serde(default)]
    pub missing: Missing,
    /// The status for a thing that does not exist.
    #[serde(default = "not_found")]
    pub unknown: u16,
    /// Whether replacing a thing that does not exist creates it.
    #[serde(default)]
    pub upsert: bool,
    /// When inactive things are found as well.
    pub show_inactive: Option<Condition>,
    /// Lists only: when active things are left out.
    pub hide_active: Option<Condition>,
    /// Lists only: conditions that all have to hold.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Lists only: lists of conditions in the request; one of their items has to hold.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Lists only: the order. By age if not given.
    pub sort: Option<Sort>,
    /// Lists only: which slice is shown.
    pub page: Option<Page>,
    /// Lists only: where the length of the whole list goes in the response body.
    pub total: Option<Pointer>,
    /// Lists only: the response header that holds the length of the whole list.
    pub total_header: Option<String>,
}

fn not_found() -> u16 {
    404
}

/// What can be done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Adds a new one.
    Create,
    /// Shows it, or a part of it.
    Read,
    /// Shows many.
    List,
    /// Puts the body in the place of it, or of a part.
    Replace,
    /// Merges the body into it, or into a part (RFC 7396).
    Merge,
    /// Removes it, or a part of it.
    Delete,
    /// Makes it inactive.
    Deactivate,
    /// Makes it active again.
    Restore,
}

/// What is read where nothing is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The emptiest instance that the document allows.
    #[default]
    Empty,
    /// A generated instance, always the same one for the same thing.
    Generated,
    /// Nothing: the answer is `unknown`.
    Unknown,
}

/// A condition on the things of a list; without its value in the request it always holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Filter {
    /// The value in the request.
    pub from: Source,
    /// How it is compared.
    pub compare: Comparison,
    /// With what in the thing: one of these places has to fit.
    pub at: Vec<Pointer>,
    /// For lists of objects in the request: the member of each item that holds the value.
    #[serde(default)]
    pub item: Pointer,
}

/// How a value of the request is compared with a stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// They are equal.
    Equals,
    /// The stored value is one of the list in the request. An empty list holds for nothing.
    OneOf,
    /// The stored text contains the one of the request, upper and lower case being the same.
    Contains,
    /// The stored value is at least the one of the request: a number, or a text in its order.
    AtLeast,
    /// The stored value is at most the one of the request.
    AtMost,
}

/// Conditions that stand in the request as a list: one of its items has to hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Group {
    /// The list. Without it, or when it is empty, the group holds.
    pub each: Source,
    /// The conditions that an item of it makes; all of them have to hold.
    pub filters: Vec<Filter>,
}

/// The order of a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sort {
    /// The members to compare, in order of weight.
    pub by: Vec<Pointer>,
    /// When the order is turned round.
    pub descending: Option<Condition>,
}

/// Which slice of a list is shown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Page {
    /// How many things are skipped.
    pub offset: Option<Source>,
    /// The number of the page, from 1; instead of an offset.
    pub number: Option<Source>,
    /// How many things are shown at most.
    pub limit: Option<Source>,
    /// The limit when the request has none.
    pub size: usize,
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
