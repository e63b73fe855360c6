//! Generators of instances, made once for each schema.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::document::Pointer;
use crate::generate::Generator;
use crate::schema::{Direction, Schema};
use crate::seed::Seed;

type Key = (usize, Pointer, Direction);

/// The generators that were needed so far. A schema from which nothing can be made is remembered, too.
#[derive(Default)]
pub(super) struct Generators(Mutex<HashMap<Key, Option<Arc<Generator>>>>);

impl Generators {
    /// A valid instance of a schema; `None` when there is none, or none was found.
    pub(super) fn valid(&self, schema: &Schema, seed: Seed) -> Option<Value> {
        self.generator(schema)?.valid(seed).ok()
    }

    fn generator(&self, schema: &Schema) -> Option<Arc<Generator>> {
        let schema = schema.resolved();
        let key = (
            schema.document(),
            schema.pointer().clone(),
            schema.direction(),
        );
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(&key) {
            return found.clone();
        }
        // Made outside the lock: it can take a while, and twice the same is no harm.
        let made = Generator::new(&schema).ok().map(Arc::new);
        lock().insert(key, made.clone());
        made
    }
}
