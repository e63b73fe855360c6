//! Generators: kept for the bodies that follow, as making one costs more than drawing with it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::generate::{GenerateError, Generator};
use crate::schema::Schema;

/// How many are kept.
const KEPT: usize = 64;

/// The generators that were needed last.
#[derive(Default)]
pub(crate) struct Generators(Mutex<Vec<(Schema, bool, Generator)>>);

impl Generators {
    /// The generator of valid instances of a schema.
    pub(super) fn of_some_instance(&self, schema: &Schema) -> Result<Generator, GenerateError> {
        self.of((schema, false), Generator::of_some_instance)
    }

    /// The generator of instances of a schema that break it.
    pub(super) fn strict(&self, schema: &Schema) -> Result<Generator, GenerateError> {
        self.of((schema, true), Generator::new)
    }

    fn of(
        &self,
        (schema, is_strict): (&Schema, bool),
        make: impl Fn(&Schema) -> Result<Generator, GenerateError>,
    ) -> Result<Generator, GenerateError> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |kept: &[(Schema, bool, Generator)]| {
            let mut kept = kept.iter();
            kept.find(|(own, strict, _)| *strict == is_strict && own == schema)
                .map(|(_, _, generator)| generator.clone())
        };
        if let Some(generator) = known(&lock()) {
            return Ok(generator);
        }
        // Others need not wait while it is made.
        let generator = make(schema)?;
        let mut kept = lock();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((schema.clone(), is_strict, generator.clone()));
        Ok(generator)
    }
}

impl fmt::Debug for Generators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generators")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};
    use crate::seed::Seed;

    #[test]
    fn what_is_drawn_does_not_depend_on_what_was_drawn_before() {
        let schema = |value| {
            SchemaSet::of_schema(Document::from_value("s.json", value), Dialect::Draft202012)
        };
        let name = json!({"type": "string", "pattern": "^[a-z]{3,9}$"});
        let one = schema(json!({"type": "object", "required": ["a"], "properties": {"a": name}}));
        let other = schema(json!({"type": "integer", "minimum": 3}));
        let kept = Generators::default();
        for round in 0..20 {
            let seed = Seed::new(round % 5);
            for schema in [&one, &other] {
                let drawn = kept.of_some_instance(schema).unwrap().valid(seed);
                let fresh = Generator::of_some_instance(schema).unwrap().valid(seed);
                assert_eq!(drawn.unwrap(), fresh.unwrap());
                let drawn = kept.strict(schema).unwrap().invalid(seed, 8);
                let fresh = Generator::new(schema).unwrap().invalid(seed, 8);
                assert_eq!(format!("{drawn:?}"), format!("{fresh:?}"));
            }
        }
        assert_eq!(kept.0.lock().unwrap().len(), 4);
    }
}
