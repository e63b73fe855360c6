//! Seeds: the things that exist from the start.

use serde_json::Value;

use super::{Store, place};
use crate::mock::behaviour::{Behaviour, Resource, Source};
use crate::mock::complete::complete;
use crate::mock::generators::Generators;
use crate::schema::Schema;
use crate::seed::Seed;
use crate::spec::{OperationId, Place, Spec};

/// How many instances are laid over each other, so that a seeded thing has most of its members.
const LAYERS: u64 = 8;

/// Makes the things that exist from the start.
pub(in crate::mock) struct Seeder<'a> {
    /// The API description.
    pub(in crate::mock) spec: &'a Spec,
    /// The behaviour file.
    pub(in crate::mock) behaviour: &'a Behaviour,
    /// Where instances come from.
    pub(in crate::mock) generators: &'a Generators,
}

impl Seeder<'_> {
    /// Adds all seeds to a store. Things that belong to others come after them.
    pub(in crate::mock) fn fill(&self, store: &mut Store) {
        let mut resources: Vec<(&String, &Resource)> = self.behaviour.resources.iter().collect();
        resources.sort_by_key(|(_, resource)| self.depth(resource));
        for (name, resource) in resources {
            self.add(store, name, resource);
        }
    }

    fn depth(&self, resource: &Resource) -> usize {
        let mut depth = 0;
        let mut at = resource.within.as_ref();
        while let Some(name) = at.filter(|_| depth <= self.behaviour.resources.len()) {
            depth += 1;
            let resource = self.behaviour.resources.get(name);
            at = resource.and_then(|resource| resource.within.as_ref());
        }
        depth
    }

    fn add(&self, store: &mut Store, name: &str, resource: &Resource) {
        let Some(shape) = resource.shape(self.spec) else {
            return;
        };
        let parent = resource.within.as_ref().and_then(|within| {
            let collection = store.collection(within)?;
            collection.things.keys().next().cloned()
        });
        for (index, wanted) in (0..).zip(&resource.seeds) {
            let seed = store.seed.derive(name, index + 1);
            let wanted = Value::Object(wanted.clone());
            let document = self.instance(&shape, &wanted, seed);
            let id = place::find(&wanted, &resource.id).cloned();
            let id = id.or_else(|| self.example(name).filter(|_| index == 0));
            // Two seeds of the same id, or of the same unique member: the first one stays.
            let added = store.insert(resource, name, document, id, parent.clone());
            let collection = store.collection_mut(name);
            collection.seeds = collection.things.len();
            let things = &mut collection.things;
            let Some(thing) = added.ok().and_then(|key| things.get_mut(&key)) else {
                continue;
            };
            for at in resource.owned.iter().chain(&resource.active) {
                if let Some(value) = place::find(&wanted, at) {
                    place::put(&mut thing.document, at, value.clone());
                }
            }
        }
    }

    /// A valid instance with as many members as can be had, those that were asked for among them.
    fn instance(&self, shape: &Schema, wanted: &Value, seed: Seed) -> Value {
        let mut document = wanted.clone();
        let validator = shape.validator().ok();
        let mut valid = false;
        for layer in 0..LAYERS {
            let Some(more) = self.generators.valid(shape, seed.derive("layer", layer)) else {
                break;
            };
            let mut fuller = document.clone();
            place::supplement(&mut fuller, &more);
            let fits = validator
                .as_ref()
                .is_none_or(|validator| validator.is_valid(&fuller));
            if fits || !valid {
                document = fuller;
            }
            valid |= fits;
        }
        let completed = complete(self.generators, shape, Some(document), seed);
        let mut document = wanted.clone();
        place::supplement(&mut document, &completed);
        document
    }

    /// The documented example of the path parameter that names things of this kind.
    fn example(&self, name: &str) -> Option<Value> {
        self.behaviour.operations.iter().find_map(|(id, act)| {
            let Some(Source::Path(parameter)) = &act.key else {
                return None;
            };
            let operation = self.spec.operations.get(&OperationId::new(id.as_str()))?;
            let parameter = operation.parameter(Place::Path, parameter)?;
            let example = parameter.examples.first()?;
            (act.resource == name).then(|| example.value.clone())
        })
    }
}
