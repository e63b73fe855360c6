//! What is asked of values that hold no others. What is not plain arithmetic is left to the `jsonschema`
//! crate, keyword by keyword, so that patterns, formats and exact numbers mean what they mean there.

use serde_json::{Map, Value};

use super::node::{TapeJson, TapeNode};
use super::number::halves;
use super::plain::{Plain, plain};
use super::texts::{Piece, Texts};
use crate::schema::compile_keywords;

/// Keywords under the judge.
pub(super) struct Leaf(jsonschema::Validator<TapeJson>);

impl Leaf {
    /// `None` if the keywords cannot be compiled.
    pub(super) fn new(keywords: Map<String, Value>) -> Option<Self> {
        compile_keywords(&Value::Object(keywords)).ok().map(Self)
    }

    /// The members of a schema that are named.
    fn of(schema: &Map<String, Value>, keywords: &[&str]) -> Option<Self> {
        let named = keywords
            .iter()
            .filter_map(|keyword| Some(((*keyword).to_owned(), schema.get(*keyword)?.clone())));
        Self::new(named.collect())
    }

    /// Whether they hold for a text, which is UTF-8.
    pub(super) fn holds_for(&self, text: &[u8]) -> bool {
        std::str::from_utf8(text).is_ok_and(|text| self.0.is_valid(TapeNode::Text(text)))
    }

    fn holds_for_number(&self, text: &[u8]) -> bool {
        std::str::from_utf8(text).is_ok_and(|text| self.0.is_valid(TapeNode::Number(text)))
    }
}

/// What is asked of a string.
pub(super) struct Letters {
    /// How many characters it has at least and at most.
    least: u64,
    most: u64,
    /// What else they must fulfil, and what plainly does.
    leaves: Vec<(Leaf, Option<Plain>)>,
}

impl Default for Letters {
    fn default() -> Self {
        Self {
            least: 0,
            most: u64::MAX,
            leaves: Vec::new(),
        }
    }
}

impl Letters {
    pub(super) const KEYWORDS: [&str; 4] = ["minLength", "maxLength", "pattern", "format"];

    /// Asks what a schema asks. `None` if that cannot be said here.
    pub(super) fn add(&mut self, schema: &Map<String, Value>) -> Option<()> {
        self.least = self.least.max(count(schema, "minLength", 0)?);
        self.most = self.most.min(count(schema, "maxLength", u64::MAX)?);
        for keyword in ["pattern", "format"] {
            match schema.get(keyword) {
                Some(Value::String(argument)) => {
                    let plain = plain(argument).filter(|_| keyword == "format");
                    self.leaves.push((Leaf::of(schema, &[keyword])?, plain));
                }
                Some(_) => return None,
                None => {}
            }
        }
        Some(())
    }

    pub(super) fn hold_for(&self, text: &[u8]) -> bool {
        let bytes = text.len() as u64;
        // All bytes but those that go on with a character.
        let count = || text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        // A character takes one to four bytes; where that decides, nothing is counted.
        let is_long = self.least == 0 || bytes >= self.least.saturating_mul(4) || {
            bytes >= self.least && count() >= self.least
        };
        is_long
            && (bytes <= self.most || count() <= self.most)
            && self.leaves.iter().all(|(leaf, plain)| {
                plain.is_some_and(|is_plain| is_plain(text)) || leaf.holds_for(text)
            })
    }
}

/// A count; `otherwise` if the schema does not have the keyword, `None` if it is no count.
pub(super) fn count(schema: &Map<String, Value>, keyword: &str, otherwise: u64) -> Option<u64> {
    match schema.get(keyword) {
        None => Some(otherwise),
        Some(value) => value.as_u64(),
    }
}

/// What is asked of a number.
pub(super) struct Digits {
    /// Bounds of the numbers, as [`halves`] tells them.
    low: i64,
    high: i64,
    /// Whether the bounds say all.
    is_range: bool,
    leaves: Vec<Leaf>,
}

impl Default for Digits {
    fn default() -> Self {
        Self {
            low: i64::MIN,
            high: i64::MAX,
            is_range: true,
            leaves: Vec::new(),
        }
    }
}

impl Digits {
    pub(super) const KEYWORDS: [&str; 5] = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ];

    /// Asks what a schema asks. `None` if that cannot be said here.
    pub(super) fn add(&mut self, schema: &Map<String, Value>) -> Option<()> {
        for keyword in Self::KEYWORDS {
            let Some(limit) = schema.get(keyword) else {
                continue;
            };
            let limit = limit.as_number()?.as_i64();
            let limit = limit.filter(|limit| limit.unsigned_abs() < 1 << 60);
            match (keyword, limit.map(|limit| 2 * limit)) {
                ("minimum", Some(limit)) => self.low = self.low.max(limit),
                ("maximum", Some(limit)) => self.high = self.high.min(limit),
                ("exclusiveMinimum", Some(limit)) => self.low = self.low.max(limit + 1),
                ("exclusiveMaximum", Some(limit)) => self.high = self.high.min(limit - 1),
                _ => self.is_range = false,
            }
        }
        self.leaves.push(Leaf::of(schema, &Self::KEYWORDS)?);
        Some(())
    }

    pub(super) fn hold_for(&self, text: &[u8]) -> bool {
        if self.is_range
            && let Some(number) = halves(text)
        {
            return (self.low..=self.high).contains(&number);
        }
        self.leaves.iter().all(|leaf| leaf.holds_for_number(text))
    }
}

/// What an `enum` or a `const` offers, none of it an array or an object.
pub(super) struct Choice {
    pub(super) has_null: bool,
    pub(super) has_true: bool,
    pub(super) has_false: bool,
    texts: Texts,
    numbers: Option<Leaf>,
}

impl Choice {
    /// `None` if that cannot be said here.
    pub(super) fn new(schema: &Map<String, Value>, keyword: &str) -> Option<Self> {
        let argument = schema.get(keyword)?;
        let offered = match (keyword, argument) {
            ("enum", Value::Array(values)) => values.as_slice(),
            ("enum", _) => return None,
            _ => std::slice::from_ref(argument),
        };
        if offered
            .iter()
            .any(|value| value.is_array() || value.is_object())
        {
            return None;
        }
        let texts = offered.iter().filter_map(Value::as_str);
        let texts = Texts::new(texts);
        let numbers = if offered.iter().any(Value::is_number) {
            Some(Leaf::of(schema, &[keyword])?)
        } else {
            None
        };
        Some(Self {
            has_null: offered.contains(&Value::Null),
            has_true: offered.contains(&Value::Bool(true)),
            has_false: offered.contains(&Value::Bool(false)),
            texts,
            numbers,
        })
    }

    pub(super) fn has_text(&self, text: Piece<'_>) -> bool {
        self.texts.find(text).is_some()
    }

    pub(super) fn has_number(&self, text: &[u8]) -> bool {
        let numbers = self.numbers.as_ref();
        numbers.is_some_and(|numbers| numbers.holds_for_number(text))
    }
}
