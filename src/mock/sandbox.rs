//! The sandbox: a store and what the behaviour file says about the operations.

use std::sync::{Mutex, PoisonError};

use super::admit::Admitted;
use super::behaviour::{Act, Action, Behaviour, Source};
use super::fault::{Fault, Injection};
use super::generators::Generators;
use super::refusal::Refusal;
use super::store::{Done, Seeder, Store};
use crate::seed::Seed;
use crate::spec::{Operation, OperationId, Segment, Spec};
use crate::wire::encode_component;

/// What makes a mock remember.
pub(super) struct Sandbox {
    behaviour: Behaviour,
    state: Mutex<State>,
}

struct State {
    store: Store,
    /// The store before the last write; kept for [`Fault::ReadsStaleState`] only.
    before: Option<Store>,
}

impl Sandbox {
    /// A sandbox with the seeds of its behaviour file.
    pub(super) fn new(
        spec: &Spec,
        behaviour: Behaviour,
        generators: &Generators,
        seed: Seed,
        notes_made: bool,
    ) -> Self {
        let mut store = Store::new(seed);
        if notes_made {
            store.note_made();
        }
        let seeder = Seeder {
            spec,
            behaviour: &behaviour,
            generators,
        };
        seeder.fill(&mut store);
        Self {
            behaviour,
            state: Mutex::new(State {
                store,
                before: None,
            }),
        }
    }

    /// Whether this is an id that the sandbox made up.
    pub(super) fn has_made(&self, id: &str) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.store.has_made(id)
    }

    /// What the file says about an operation.
    pub(super) fn act(&self, operation: &OperationId) -> Option<&Act> {
        self.behaviour.operations.get(operation.as_str())
    }

    /// Does it.
    pub(super) fn perform(
        &self,
        act: &Act,
        admitted: &Admitted<'_>,
        injection: &Injection,
    ) -> Result<Done, Refusal> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = match act.action {
            Action::Replace | Action::Merge => injection.is(Fault::LosesUpdates),
            Action::Delete | Action::Deactivate => injection.is(Fault::DeletesNothing),
            Action::Create => injection.is(Fault::ForgetsCreated),
            Action::Read | Action::List | Action::Restore => false,
        };
        if forgotten {
            return state.store.clone().perform(&self.behaviour, act, admitted);
        }
        if injection.is(Fault::ReadsStaleState) {
            if matches!(act.action, Action::Read | Action::List) {
                let State { store, before } = &mut *state;
                let store = before.as_mut().unwrap_or(store);
                return store.perform(&self.behaviour, act, admitted);
            }
            let before = state.store.clone();
            let done = state.store.perform(&self.behaviour, act, admitted)?;
            // What was just created is shown: other faults hide it.
            state.before = Some(if done.created {
                state.store.clone()
            } else {
                before
            });
            return Ok(done);
        }
        state.store.perform(&self.behaviour, act, admitted)
    }

    /// The path under which a thing is read: that of the operation which shows it whole.
    pub(super) fn path_of(
        &self,
        spec: &Spec,
        act: &Act,
        key: &str,
        admitted: &Admitted<'_>,
    ) -> Option<String> {
        let reads = self.behaviour.operations.iter().filter(|(_, other)| {
            other.action == Action::Read && other.resource == act.resource && other.part.is_root()
        });
        reads.into_iter().find_map(|(id, read)| {
            let Some(Source::Path(name)) = &read.key else {
                return None;
            };
            let operation = spec.operations.get(&OperationId::new(id.as_str()))?;
            fill(operation, name, key, admitted)
        })
    }
}

/// The path of an operation with one expression filled in, and the others taken from a request.
fn fill(operation: &Operation, name: &str, key: &str, admitted: &Admitted<'_>) -> Option<String> {
    let mut path = String::new();
    for segment in operation.path.segments() {
        match segment {
            Segment::Literal(text) => path.push_str(text),
            Segment::Expression(expression) if expression == name => {
                path.push_str(&encode_component(key));
            }
            Segment::Expression(expression) => {
                let value = admitted.path(expression)?;
                path.push_str(&encode_component(&super::store::key_of(value)));
            }
        }
    }
    Some(path)
}
