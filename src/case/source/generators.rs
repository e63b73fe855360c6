//! Generators of a plan: made when they are first needed, and kept for the operations that follow.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::document::Pointer;
use crate::generate::Generator;
use crate::schema::{Direction, Schema};

type Key = (usize, Pointer, Direction);

/// The generators that were needed last. A schema from which nothing can be made is remembered, too.
#[derive(Default)]
pub(in crate::case) struct Generators(RefCell<HashMap<Key, Result<Generator, String>>>);

/// How many generators are kept: operations that stand together use the same schemas.
const KEPT: usize = 64;

impl Generators {
    /// No generators, to be shared.
    pub(in crate::case) fn shared() -> Rc<Self> {
        Rc::default()
    }

    /// The generator of a schema; the error says why nothing can be made.
    pub(super) fn of(&self, schema: &Schema) -> Result<Generator, String> {
        let schema = schema.resolved();
        let key = (
            schema.document(),
            schema.pointer().clone(),
            schema.direction(),
        );
        if let Some(known) = self.0.borrow().get(&key) {
            return known.clone();
        }
        let made = made(&schema);
        let mut known = self.0.borrow_mut();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, made.clone());
        made
    }
}

fn made(schema: &Schema) -> Result<Generator, String> {
    Generator::of_some_instance(schema).map_err(|error| error.to_string())
}
