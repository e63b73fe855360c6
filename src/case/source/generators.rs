//! Generators of a plan: made when they are first needed, and kept for the operations that follow.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::document::Pointer;
use crate::generate::{Edges, Generator, Work, values};
use crate::schema::{Direction, Schema};

type Key = (usize, Pointer, Direction);

/// The generators that were needed last. A schema from which nothing can be made is remembered, too.
#[derive(Default)]
pub(in crate::case) struct Generators {
    kept: RefCell<HashMap<Key, Result<Rc<Kept>, String>>>,
    /// How many values the boundary lists that are kept have.
    values: Rc<Cell<usize>>,
}

/// A generator, and its boundary list once that was asked for.
pub(in crate::case) struct Kept {
    generator: Generator,
    edges: OnceCell<(usize, Rc<BoundaryList>)>,
    values: Rc<Cell<usize>>,
}

/// A boundary list, and whether its schema was too large to look at all of it.
pub(in crate::case) struct BoundaryList {
    pub(in crate::case) edges: Edges,
    pub(in crate::case) is_spent: bool,
}

/// How many generators are kept: operations that stand together use the same schemas.
const KEPT: usize = 64;
/// How many values there may be in the boundary lists that are kept.
const VALUES: usize = 1_000_000;

impl Generators {
    /// No generators, to be shared.
    pub(in crate::case) fn shared() -> Rc<Self> {
        Rc::default()
    }

    /// The generator of a schema; the error says why nothing can be made.
    pub(super) fn of(&self, schema: &Schema) -> Result<Rc<Kept>, String> {
        let schema = schema.resolved();
        let key = (
            schema.document(),
            schema.pointer().clone(),
            schema.direction(),
        );
        if let Some(known) = self.kept.borrow().get(&key) {
            return known.clone();
        }
        let made = self.made(&schema);
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, made.clone());
        made
    }

    fn made(&self, schema: &Schema) -> Result<Rc<Kept>, String> {
        let generator = Generator::of_some_instance(schema).map_err(|error| error.to_string())?;
        Ok(Rc::new(Kept {
            generator,
            edges: OnceCell::new(),
            values: self.values.clone(),
        }))
    }
}

impl Kept {
    /// The generator.
    pub(in crate::case) fn generator(&self) -> &Generator {
        &self.generator
    }

    /// The boundary list, which is the same for every operation, and so is made once. One that was
    /// interrupted, or for which there is no room, is not kept.
    pub(in crate::case) fn edges(&self, limit: usize, work: &Work<'_>) -> Rc<BoundaryList> {
        if let Some((_, known)) = self.edges.get().filter(|(known, _)| *known == limit) {
            return known.clone();
        }
        let edges = self.generator.edges(limit, work);
        let count = edges.instances.iter().map(|edge| values(edge.value()));
        let count = self.values.get().saturating_add(count.sum());
        let list = Rc::new(BoundaryList {
            edges,
            is_spent: work.is_spent(),
        });
        if count <= VALUES
            && !work.is_interrupted()
            && self.edges.set((limit, list.clone())).is_ok()
        {
            self.values.set(count);
        }
        list
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some((_, list)) = self.edges.get() {
            let instances = list.edges.instances.iter();
            let count = instances.map(|edge| values(edge.value())).sum();
            self.values.set(self.values.get().saturating_sub(count));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};
    use serde_json::json;

    fn schema(value: serde_json::Value) -> Schema {
        SchemaSet::of_schema(Document::from_value("s.json", value), Dialect::Draft202012)
    }

    #[test]
    fn the_boundary_list_of_a_schema_is_made_once() {
        let reference = json!({"$ref": "#/$defs/a"});
        let members = json!({"one": reference, "other": reference});
        let root = schema(json!({"properties": members, "$defs": {"a": {"maximum": 3}}}));
        let [one, other] = ["one", "other"].map(|name| root.below(&["properties", name]).unwrap());
        let generators = Generators::default();
        let first = generators.of(&one).unwrap();
        let list = first.edges(20, &Work::of(20));
        assert_eq!(list.edges.instances, first.generator().boundary(20));
        let second = generators.of(&other).unwrap().edges(20, &Work::of(20));
        assert!(Rc::ptr_eq(&list, &second));
        let shorter = first.edges(2, &Work::of(2));
        assert_eq!(shorter.edges.instances, first.generator().boundary(2));
    }

    #[test]
    fn lists_that_were_interrupted_or_are_too_large_are_not_kept() {
        let kept = Generators::default()
            .of(&schema(json!({"maximum": 3})))
            .unwrap();
        let cut = kept.edges(20, &Work::while_wanted(20, &|| false));
        assert!(cut.edges.instances.len() < kept.generator().boundary(20).len());
        kept.values.set(VALUES);
        assert!(kept.edges(20, &Work::of(20)).edges.instances.len() > 2);
        assert!(kept.edges.get().is_none());
        // What is dropped makes room.
        kept.values.set(0);
        kept.edges(20, &Work::of(20));
        let values = kept.values.clone();
        assert!(values.get() > 2);
        drop(kept);
        assert_eq!(values.get(), 0);
    }
}
