//! Generators: whatever the schema, what is called valid is valid, and what is called invalid breaks
//! what its label names.

use proofmark::document::Document;
use proofmark::generate::{Generator, Invalid};
use proofmark::schema::{Dialect, Direction, Schema, SchemaSet};
use proofmark::seed::Seed;
use serde_json::Value;

use super::shape::Bytes;

/// Draws instances of a schema: a JSON text, or any other bytes as what schemas are made of.
///
/// # Panics
/// If an instance is not what it is said to be.
pub fn generate(data: &[u8]) {
    /// Texts beyond this are more than one idea.
    const LONGEST: usize = 2048;
    let data = data.get(..LONGEST).unwrap_or(data);
    let (dialect, value) = if data.first() == Some(&b'{') {
        let Ok(value) = serde_json::from_slice::<Value>(data) else {
            return;
        };
        let dialect = if value.get("nullable").is_some() {
            Dialect::OpenApi30
        } else {
            Dialect::Draft202012
        };
        (dialect, value)
    } else {
        let Some((first, rest)) = data.split_first() else {
            return;
        };
        let dialect = if first % 4 == 0 {
            Dialect::OpenApi30
        } else {
            Dialect::Draft202012
        };
        (dialect, Bytes::new(rest).root())
    };
    let schema = SchemaSet::of_schema(Document::from_value("fuzz.json", value), dialect);
    for direction in [Direction::Request, Direction::Response] {
        draw(&schema.towards(direction));
    }
}

fn draw(schema: &Schema) {
    let Ok(generator) = Generator::new(schema) else {
        return;
    };
    let validator = schema.validator().unwrap_or_else(|error| panic!("{error}"));
    let seed = Seed::new(5);
    let valid = [generator.valid(seed), generator.minimal(seed)];
    let valid = valid.into_iter().filter_map(Result::ok);
    for value in valid.chain(generator.series(seed).take(3)) {
        assert!(
            validator.is_valid(&value),
            "{} makes {value}",
            schema.source()
        );
    }
    let invalid = generator.invalid(seed, 6);
    for invalid in &invalid {
        is_labelled(schema, invalid);
    }
    assert_eq!(invalid, generator.invalid(seed, 6));
}

/// The label names what the validator reports, and a node of the document.
fn is_labelled(schema: &Schema, invalid: &Invalid) {
    let validator = schema.validator().unwrap_or_else(|error| panic!("{error}"));
    let violations = validator.violations(&invalid.value);
    let label = &invalid.mutation;
    let keyword = &label.schema.pointer;
    let named = violations.iter().any(|violation| {
        let reported = &violation.schema.pointer;
        // `dependentRequired` is reported at its members.
        let place = keyword == reported
            || label.keyword == "dependentRequired" && keyword.contains(reported);
        place && violation.instance.contains(&label.instance)
    });
    let document = schema.set().document(schema.document());
    assert!(
        named
            && document.node(keyword).is_some()
            && invalid.single == (violations.len() == 1)
            && !validator.is_valid(&invalid.value),
        "{} makes {invalid:?}, {violations:?}",
        schema.source()
    );
}
