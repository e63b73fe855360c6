//! Reading: a summary from the `run.json` that it was written to.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, de::Error};

use super::{Applied, Summary};
use crate::code::Code;

/// The form of `run.json`.
pub(super) const VERSION: &str = "1.2";

/// A text that the program knows, also where it was read from a file.
pub(super) type Known = &'static str;

/// Why a text is no summary.
#[derive(Debug, thiserror::Error)]
#[error("it is no run.json of this version of proofmark: {0}")]
pub struct ReadError(#[from] serde_json::Error);

impl Summary {
    /// The summary that was written as this text.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        Ok(serde_json::from_str(text)?)
    }
}

/// The form: others of the same major version have members that are not known, and are not needed.
pub(super) fn version<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static str, D::Error> {
    let found = String::deserialize(deserializer)?;
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(&found) == major(VERSION) {
        Ok(VERSION)
    } else {
        let told = format!("its form is {found}, and {VERSION} can be read");
        Err(D::Error::custom(told))
    }
}

/// The name of a check.
pub(super) fn check<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    named(&String::deserialize(deserializer)?)
}

/// What checks did, by their names.
pub(super) fn checks<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<IndexMap<&'static str, Applied>, D::Error> {
    let found = IndexMap::<String, Applied>::deserialize(deserializer)?;
    let found = found.into_iter();
    found
        .map(|(name, applied)| Ok((named(&name)?, applied)))
        .collect()
}

fn named<E: Error>(name: &str) -> Result<&'static str, E> {
    let found = Code::find(name).map(Code::name).filter(|own| *own == name);
    found.ok_or_else(|| E::custom(format!("there is no check `{name}`")))
}
