//! Numbers of load profiles.

use serde_json::Value;

use crate::arazzo::read::Reader;
use crate::arazzo::read::node::{Item, Node, form};
use crate::arazzo::{MOST_ITERATIONS, MOST_RATE};

/// More virtual users than this are a typing mistake.
const MOST: u32 = 1_000_000;

impl<'a> Reader<'a> {
    /// The whole number of at least 1 of a member, if there is one.
    pub(super) fn count(&mut self, node: &Node<'a>, key: &str) -> Option<u32> {
        let item = node.item(key)?;
        let number = item.value.as_u64().filter(|number| *number >= 1);
        let number = number.and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| *number <= MOST);
        if number.is_none() {
            let message = format!(
                "`{key}` is a whole number from 1 to {MOST}, not {}",
                shown(item.value)
            );
            self.unreadable(&item.at, message);
        }
        number
    }

    /// The same where numbers are larger.
    pub(super) fn big_count(&mut self, node: &Node<'a>, key: &str) -> Option<u64> {
        let item = node.item(key)?;
        let number = item.value.as_u64();
        let number = number.filter(|number| (1..=MOST_ITERATIONS).contains(number));
        if number.is_none() {
            let message = format!(
                "`{key}` is a whole number from 1 to {MOST_ITERATIONS}, not {}",
                shown(item.value)
            );
            self.unreadable(&item.at, message);
        }
        number
    }

    /// The number of at least 0 of a member, if there is one.
    pub(in crate::arazzo::read) fn rate(&mut self, node: &Node<'a>, key: &str) -> Option<f64> {
        let item = node.item(key)?;
        self.rate_of(&item)
    }

    /// The number of at least 0 of an item.
    pub(super) fn rate_of(&mut self, item: &Item<'a>) -> Option<f64> {
        let number = item.value.as_f64();
        let number = number.filter(|number| (0.0..=MOST_RATE).contains(number));
        if number.is_none() {
            let name = item.at.last().unwrap_or_default().into_owned();
            let message = format!(
                "`{name}` is a number from 0 to {MOST_RATE}, not {}",
                shown(item.value)
            );
            self.unreadable(&item.at, message);
        }
        number
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("the text `{text}`"),
        other => form(other).to_owned(),
    }
}
