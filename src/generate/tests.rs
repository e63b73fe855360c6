use serde_json::{Value, json};

use super::*;
use crate::document::Document;
use crate::schema::{Dialect, Direction, SchemaSet, SchemaSetBuilder};

mod arbitrary;
mod boundary;
mod bounded;
mod customer;
mod directions;
mod drafts;
mod formats;
mod hostile;
mod keywords;
mod laws;
mod obligations;
mod overlaps;
mod remainders;
mod suite;

/// The schema that a JSON value is.
fn schema(value: &Value) -> Schema {
    SchemaSet::of_schema(
        Document::from_value("schema.json", value.clone()),
        Dialect::OpenApi31,
    )
}

/// A generator for a schema that has instances.
fn generator(value: &Value) -> Generator {
    Generator::new(&schema(value)).unwrap_or_else(|error| panic!("{value}: {error}"))
}

/// Whether an instance breaks what its label says, and the label names a node of the document.
fn is_labelled(schema: &Schema, invalid: &Invalid) -> bool {
    let violations = schema.validator().unwrap().violations(&invalid.value);
    let label = &invalid.mutation;
    let keyword = &label.schema.pointer;
    let named = violations.iter().any(|violation| {
        let place = *keyword == violation.schema.pointer;
        place && violation.instance.contains(&label.instance)
    });
    let set = schema.set();
    let mut documents = (0..set.len()).map(|number| set.document(number));
    let is_there = documents
        .any(|document| document.name == label.schema.document && document.node(keyword).is_some());
    named
        && is_there
        && invalid.single == (violations.len() == 1)
        && label.description.chars().count() <= 120
}
