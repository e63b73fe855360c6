//! Operations out of path items.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Node, Reader};
use crate::code::Code;
use crate::document::{Location, Pointer};
use crate::schema::{NodeKind, Place, methods};
use crate::spec::{Operation, OperationId, PathTemplate, SecurityRequirement};

impl Reader {
    /// The operations of the entry document, in document order.
    pub(super) fn operations(&mut self) -> IndexMap<OperationId, Operation> {
        let set = self.set.clone();
        let mut operations = IndexMap::new();
        let Some(root) = set.document(0).value.as_object() else {
            return operations;
        };
        let root = Node {
            place: (0, Pointer::root()),
            members: root,
        };
        let security = self.security_requirements(&root).unwrap_or_default();
        for (path, place) in self.map(&root, "paths") {
            if path.starts_with("x-") {
                continue;
            }
            if !path.starts_with('/') {
                self.unreadable(&place, format!("the path `{path}` does not start with `/`"));
                continue;
            }
            let template = PathTemplate::new(path);
            for (place, operation) in self.path_item(&template, &place, &security) {
                self.add(&place, operation, &mut operations);
            }
        }
        operations
    }

    /// The operations of a path item, with the places of their nodes.
    pub(super) fn path_item(
        &mut self,
        template: &PathTemplate,
        place: &Place,
        security: &[SecurityRequirement],
    ) -> Vec<(Place, Operation)> {
        let mut found = Vec::new();
        let set = self.set.clone();
        // Members beside a `$ref` are added to those of the path item that it leads to.
        let own = set
            .document(place.0)
            .node(&place.1)
            .and_then(Value::as_object);
        let own = own
            .filter(|members| members.contains_key("$ref"))
            .map(|members| Node {
                place: place.clone(),
                members,
            });
        let target = self.object(&set, place, NodeKind::PathItem);
        let items: Vec<Node<'_>> = own.into_iter().chain(target).collect();
        for (index, item) in items.iter().enumerate() {
            for (method, _) in item.members {
                let is_hidden = items
                    .iter()
                    .take(index)
                    .any(|earlier| earlier.members.contains_key(method));
                let place = item.below(method);
                let is_method = methods().any(|known| known == method);
                if !is_method && !is_member(method) {
                    let lower = method.to_ascii_lowercase();
                    let hint = if methods().any(|known| known == lower) {
                        format!(": methods are written in lower case, `{lower}`")
                    } else {
                        String::new()
                    };
                    self.unreadable(
                        &place,
                        format!("`{method}` is no member of a path item{hint}"),
                    );
                }
                if is_hidden || !is_method {
                    continue;
                }
                let Some(node) = self.object(&set, &place, NodeKind::Operation) else {
                    continue;
                };
                let operation = self.operation(&node, method, template, &items, security);
                found.extend(operation.map(|operation| (node.place, operation)));
            }
        }
        found
    }

    fn add(
        &mut self,
        place: &Place,
        mut operation: Operation,
        operations: &mut IndexMap<OperationId, Operation>,
    ) {
        let by_place = || OperationId::new(format!("{} {}", operation.method, operation.path));
        if operation.id.as_str().is_empty() {
            operation.id = by_place();
        } else if operations.contains_key(&operation.id) {
            let other = by_place();
            self.report(
                Code::DUPLICATE_OPERATION_ID,
                &(place.0, place.1.join("operationId")),
                format!(
                    "`{}` is also another operation's id: this one is called `{other}`",
                    operation.id
                ),
            );
            operation.id = other;
        }
        operations.entry(operation.id.clone()).or_insert(operation);
    }

    fn operation(
        &mut self,
        node: &Node<'_>,
        method: &str,
        path: &PathTemplate,
        items: &[Node<'_>],
        security: &[SecurityRequirement],
    ) -> Option<Operation> {
        let typed: openapiv3::Operation = self.typed_without_unreadable(
            node,
            NodeKind::Operation,
            &["tags", "summary", "operationId", "deprecated"],
            &[("responses", json!({}))],
        )?;
        let mut unreadable = Vec::new();
        let parameters = self.parameters(node, path, items, &mut unreadable);
        let body = node.members.get("requestBody").and_then(|_| {
            let place = node.below("requestBody");
            let body = self.request_body(&place);
            if body.is_none() {
                unreadable.push(self.location(&place));
            }
            body
        });
        Some(Operation {
            id: OperationId::new(typed.operation_id.unwrap_or_default()),
            method: method.to_ascii_uppercase(),
            path: path.clone(),
            summary: typed.summary,
            tags: typed.tags,
            deprecated: typed.deprecated,
            parameters,
            body,
            responses: self.responses(node),
            security: self
                .security_requirements(node)
                .unwrap_or_else(|| security.to_vec()),
            callbacks: Vec::new(),
            servers: self.servers(node, items),
            unreadable,
            location: self.location(&node.place),
        })
    }

    /// Where the servers of an operation stand, unless they are those of the document.
    fn servers(&self, operation: &Node<'_>, items: &[Node<'_>]) -> Option<Location> {
        let mut holders = [operation].into_iter().chain(items);
        let holder = holders.find(|node| {
            let servers = node.members.get("servers").and_then(Value::as_array);
            servers.is_some_and(|servers| !servers.is_empty())
        })?;
        Some(self.location(&holder.below("servers")))
    }
}

/// Whether a name is a member of path items that is no method (OAS 3.1.1 section 4.8.9).
fn is_member(name: &str) -> bool {
    matches!(
        name,
        "$ref" | "summary" | "description" | "servers" | "parameters"
    ) || name.starts_with("x-")
}
