//! Functions of filters (RFC 9535 sections 2.4.4 to 2.4.8).

use std::borrow::Cow;

use regex_automata::meta::{Config, Regex};
use serde_json::Value;

use super::TooMuch;
use super::evaluate::Run;
use super::query::Matches;

/// What compiling a pattern counts as.
const COMPILING: usize = 10_000;
/// What a compiled pattern may weigh, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

impl<'v> Run<'v> {
    pub(super) fn length(&self, value: Option<&Value>) -> Result<Option<Value>, TooMuch> {
        Ok(match value {
            Some(Value::String(text)) => {
                self.pay(text.len() / 64)?;
                Some(text.chars().count().into())
            }
            Some(Value::Array(items)) => Some(items.len().into()),
            Some(Value::Object(members)) => Some(members.len().into()),
            _ => None,
        })
    }

    pub(super) fn matches(&self, call: &Matches, current: &'v Value) -> Result<bool, TooMuch> {
        let text = self.value(&call.text, current)?;
        let pattern = self.value(&call.pattern, current)?;
        let (Some(Value::String(text)), Some(Value::String(pattern))) =
            (text.as_deref(), pattern.as_deref())
        else {
            return Ok(false);
        };
        self.pay(1 + text.len() / 16)?;
        let compiled = if let Some(compiled) = &call.compiled {
            Some(Cow::Borrowed(compiled))
        } else {
            self.pay(COMPILING)?;
            compile(pattern, call.is_whole).map(Cow::Owned)
        };
        Ok(compiled.is_some_and(|compiled| compiled.is_match(&**text)))
    }
}

/// A pattern of `match` (of the whole text) or `search`. Regular expressions of JSONPath (RFC 9485)
/// have neither looking around nor back references, so that a search takes linear time; what is no
/// such expression matches nothing (RFC 9535 section 2.4.6).
pub(super) fn compile(source: &str, is_whole: bool) -> Option<Regex> {
    let pattern = jsonschema_regex::to_rust_regex(source).ok()?;
    let pattern = if is_whole {
        format!(r"\A(?:{pattern})\z")
    } else {
        pattern.into_owned()
    };
    Regex::builder()
        .configure(Config::new().nfa_size_limit(Some(PATTERN_BYTES)))
        .build(&pattern)
        .ok()
}
