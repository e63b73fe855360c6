use serde_json::{Value, json};

use super::*;
use crate::document::Document;
use crate::schema::{Dialect, Direction, SchemaSet, SchemaSetBuilder};

mod customer;
mod hostile;
mod keywords;
mod laws;
mod suite;

/// The schema that a JSON value is.
fn schema(value: &Value) -> Schema {
    SchemaSet::of_schema(
        Document::from_value("schema.json", value.clone()),
        Dialect::Draft202012,
    )
}

/// A generator for a schema that has instances.
fn generator(value: &Value) -> Generator {
    Generator::new(&schema(value)).unwrap_or_else(|error| panic!("{value}: {error}"))
}
