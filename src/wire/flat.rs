//! Values taken apart as far as a style can carry them: a text, a list of texts, or named texts.

use serde_json::{Map, Value};

use super::WireError;
use super::scalar::{self, Reading};
use super::shape::{self, Types};
use crate::schema::Schema;

/// A value whose parts are text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flat {
    /// A string, number or boolean.
    Scalar(String),
    /// The items of an array.
    List(Vec<String>),
    /// The members of an object.
    Members(Vec<(String, String)>),
}

/// What a text is to be taken apart into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    List,
    Members,
}

impl Flat {
    /// Takes a value apart. Null, empty and nested arrays and objects cannot be carried.
    pub(super) fn of(value: &Value) -> Result<Self, WireError> {
        match value {
            Value::Array(items) if items.is_empty() => Err(WireError::unencodable(
                "an empty array cannot be told from an absent one",
            )),
            Value::Object(members) if members.is_empty() => Err(WireError::unencodable(
                "an empty object cannot be told from an absent one",
            )),
            Value::Array(items) => items
                .iter()
                .map(scalar::write)
                .collect::<Result<_, _>>()
                .map(Self::List),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| Ok((name.clone(), scalar::write(value)?)))
                .collect::<Result<_, _>>()
                .map(Self::Members),
            scalar => scalar::write(scalar).map(Self::Scalar),
        }
    }

    fn read(&self, types: &Parts<'_>, reading: Reading) -> Value {
        match self {
            Self::Scalar(text) => scalar::read(text, types.whole, reading),
            Self::List(texts)
                if reading == Reading::Lenient && texts.iter().all(String::is_empty) =>
            {
                Value::Array(Vec::new())
            }
            Self::List(texts) => texts
                .iter()
                .enumerate()
                .map(|(index, text)| scalar::read(text, (types.item)(index), reading))
                .collect(),
            Self::Members(members) => members
                .iter()
                .map(|(name, text)| {
                    let value = scalar::read(text, (types.member)(name), reading);
                    (name.clone(), value)
                })
                .collect::<Map<_, _>>()
                .into(),
        }
    }
}

/// The types of a value and of its parts.
pub(super) struct Parts<'a> {
    pub(super) whole: Types,
    pub(super) item: Box<dyn Fn(usize) -> Types + 'a>,
    pub(super) member: Box<dyn Fn(&str) -> Types + 'a>,
}

impl<'a> Parts<'a> {
    /// Those that a schema admits.
    pub(super) fn of(schema: &'a Schema) -> Self {
        Self {
            whole: shape::types(schema),
            item: Box::new(|index| shape::item_types(schema, index)),
            member: Box::new(|name| shape::member_types(schema, name)),
        }
    }

    /// Those that a schema admits for one of its members.
    pub(super) fn of_member(schema: &'a Schema, name: &'a str) -> Self {
        let member = shape::member_schema(schema, name);
        Self {
            whole: shape::member_types(schema, name),
            item: Box::new(move |index| shape::member_item_types(schema, name, index)),
            member: Box::new(move |inner| {
                member
                    .as_ref()
                    .map_or(Types::ALL, |member| shape::member_types(member, inner))
            }),
        }
    }

    /// What a text can be taken apart into, the likeliest first. `divided` says whether the text
    /// shows more than one part.
    pub(super) fn kinds(&self, divided: bool) -> Vec<Kind> {
        let order = if divided {
            [Kind::List, Kind::Members, Kind::Scalar]
        } else {
            [Kind::Scalar, Kind::List, Kind::Members]
        };
        let kinds: Vec<Kind> = order
            .into_iter()
            .filter(|kind| match kind {
                Kind::Scalar => self.whole.scalar(),
                Kind::List => self.whole.array(),
                Kind::Members => self.whole.object(),
            })
            .collect();
        if kinds.is_empty() {
            vec![Kind::Scalar]
        } else {
            kinds
        }
    }
}

/// Everything that these texts can mean, the strictest reading first.
pub(super) fn readings(flats: &[Flat], types: &Parts<'_>) -> Vec<Value> {
    let mut values = Vec::new();
    for reading in Reading::ALL {
        for flat in flats {
            let value = flat.read(types, reading);
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    values
}
