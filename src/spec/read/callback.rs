//! Callbacks and webhooks: what the server calls.

use indexmap::IndexMap;

use super::{Node, Reader};
use crate::document::{Location, Pointer};
use crate::schema::{NodeKind, Place};
use crate::spec::{Callback, Operation, OperationId, PathTemplate};

/// How deep callbacks are read: those of what is called back, too.
const DEEPEST: usize = 2;

impl Reader {
    /// Reads the callbacks of the operations, and the webhooks.
    pub(super) fn inbound(
        &mut self,
        operations: &mut IndexMap<OperationId, Operation>,
    ) -> Vec<Operation> {
        self.is_inbound = true;
        let outbound = std::mem::take(&mut self.known);
        for operation in operations.values_mut() {
            operation.callbacks = self.callbacks(operation, &mut Vec::new());
        }
        let mut webhooks = self.webhooks();
        for webhook in &mut webhooks {
            webhook.callbacks = self.callbacks(webhook, &mut Vec::new());
        }
        self.known = outbound;
        self.is_inbound = false;
        webhooks
    }

    fn webhooks(&mut self) -> Vec<Operation> {
        let set = self.set.clone();
        let Some(members) = set.document(0).value.as_object() else {
            return Vec::new();
        };
        let root = Node {
            place: (0, Pointer::root()),
            members,
        };
        let mut found = Vec::new();
        for (name, place) in self.map(&root, "webhooks") {
            if !name.starts_with("x-") {
                found.extend(self.called(name, &place));
            }
        }
        found
    }

    /// What is called back on account of an operation, with what is called back on account of that; `above`
    /// are the operations that lead to it.
    fn callbacks(&mut self, operation: &Operation, above: &mut Vec<Location>) -> Vec<Callback> {
        let set = self.set.clone();
        let mut found = Vec::new();
        let at = &operation.location;
        if above.len() == DEEPEST || above.contains(at) {
            return found;
        }
        let Some(number) = (0..set.len()).find(|number| set.document(*number).name == at.document)
        else {
            return found;
        };
        let node = set.document(number).node(&at.pointer);
        let Some(members) = node.and_then(serde_json::Value::as_object) else {
            return found;
        };
        let node = Node {
            place: (number, at.pointer.clone()),
            members,
        };
        above.push(at.clone());
        for (name, place) in self.map(&node, "callbacks") {
            if name.starts_with("x-") {
                continue;
            }
            let Some(callback) = self.object(&set, &place, NodeKind::Callback) else {
                continue;
            };
            for expression in callback.members.keys() {
                if expression.starts_with("x-") {
                    continue;
                }
                for mut operation in self.called(expression, &callback.below(expression)) {
                    operation.callbacks = self.callbacks(&operation, above);
                    found.push(Callback {
                        name: name.to_owned(),
                        operation,
                    });
                }
            }
        }
        above.pop();
        found
    }

    /// The operations of a path item that the server calls. What they ask for is the client's to say, so
    /// that the credentials of the document are not theirs.
    fn called(&mut self, name: &str, place: &Place) -> Vec<Operation> {
        let template = PathTemplate::new(name);
        let found = self.path_item(&template, place, &[]);
        let named = found.into_iter().map(|(_, mut operation)| {
            if operation.id.as_str().is_empty() {
                let id = format!("{} {}", operation.method, operation.path);
                operation.id = OperationId::new(id);
            }
            operation
        });
        named.collect()
    }
}
