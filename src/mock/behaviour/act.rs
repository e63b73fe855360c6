//! Acts: what one operation does, as a behaviour file writes it.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{Condition, Source, Sources};
use crate::document::Pointer;

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
