//! Why loads cannot be run.

use url::Url;

use crate::document::Diagnostic;

/// Why a load cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Something in the scenario file must be mended.
    #[error("the scenario cannot be run")]
    Scenario(Vec<Diagnostic>),
    /// A target's name cannot be resolved, or TLS cannot be set up.
    #[error("`{url}`: {reason}")]
    Target {
        /// The target.
        url: Url,
        /// Why.
        reason: String,
    },
    /// Connections cannot come from where they are to come from.
    #[error(
        "no connection to `{url}` ({family}) can come from {sources}, all of which are {other}"
    )]
    Sources {
        /// The target.
        url: String,
        /// The family of its addresses.
        family: &'static str,
        /// The addresses that connections are to come from.
        sources: String,
        /// Their family.
        other: &'static str,
    },
    /// A shard would have arrivals, and nobody to make them.
    #[error(
        "scenario `{scenario}` has {users} virtual users, which is less than one for each of {shards} shards"
    )]
    Users {
        /// The scenario.
        scenario: String,
        /// The virtual users that it may have.
        users: u32,
        /// How many shards there are.
        shards: u64,
    },
    /// A threshold asks for a tag that nothing has.
    #[error("the threshold `{threshold}` asks for the tag `{tag}`, which no request has")]
    Tag {
        /// The threshold.
        threshold: String,
        /// The tag.
        tag: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A threshold asks for a value that a tag cannot have.
    #[error(
        "the threshold `{threshold}` asks for `{tag}` to be `{value}`, which is not {expected}"
    )]
    TagValue {
        /// The threshold.
        threshold: String,
        /// The tag.
        tag: String,
        /// The value.
        value: String,
        /// What it can be.
        expected: &'static str,
    },
}
