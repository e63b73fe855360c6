//! Relations: which operations create, read, write and delete the same resource, read off the paths.
//!
//! `POST /users` and `GET /users/{userId}` are about the same kind of resource whatever the API is:
//! a *collection* path, and an *item* path that adds one template expression to it.

use crate::case::{ResourceKey, resource_key};
use crate::spec::{OperationId, PathTemplate, Place, Spec};

/// The operations on one kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    /// The path of the collection.
    pub collection: String,
    /// The path of an item.
    pub item: String,
    /// The item path's own parameter.
    pub parameter: String,
    /// `POST` on the collection.
    pub create: Option<OperationId>,
    /// `GET` on the collection.
    pub list: Option<OperationId>,
    /// `GET` on the item.
    pub read: Option<OperationId>,
    /// `DELETE` on the item.
    pub delete: Option<OperationId>,
}

impl Relation {
    /// The operations.
    pub(super) fn operations(&self) -> impl Iterator<Item = &OperationId> {
        let Self {
            create,
            list,
            read,
            delete,
            ..
        } = self;
        [create, list, read, delete].into_iter().flatten()
    }

    /// What the item path's own parameter names.
    pub(super) fn key(&self) -> ResourceKey {
        resource_key(&PathTemplate::new(&self.item), Place::Path, &self.parameter)
    }
}

/// A write and the read of the same path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewrite {
    /// `PUT` or `PATCH`.
    pub write: OperationId,
    /// `GET`.
    pub read: OperationId,
}

fn find(spec: &Spec, method: &str, path: &str) -> Option<OperationId> {
    spec.operations
        .values()
        .find(|operation| operation.method == method && operation.path.as_str() == path)
        .map(|operation| operation.id.clone())
}

/// The collection path of an item path, with the item's parameter: `/a/{b}` gives `/a` and `b`.
fn collection(path: &str) -> Option<(&str, &str)> {
    let (before, last) = path.rsplit_once('/')?;
    let name = last.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}']) && !before.is_empty()).then_some((before, name))
}

/// Every kind of resource that the paths speak of and that there is a way to come by (create or list),
/// outer ones before those inside them.
pub(super) fn relations(spec: &Spec) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for operation in spec.operations.values() {
        let item = operation.path.as_str();
        let Some((above, parameter)) = collection(item) else {
            continue;
        };
        if relations.iter().any(|relation| relation.item == item) {
            continue;
        }
        let relation = Relation {
            collection: above.to_owned(),
            item: item.to_owned(),
            parameter: parameter.to_owned(),
            create: find(spec, "POST", above),
            list: find(spec, "GET", above),
            read: find(spec, "GET", item),
            delete: find(spec, "DELETE", item),
        };
        if relation.create.is_some() || relation.list.is_some() {
            relations.push(relation);
        }
    }
    relations.sort_by_key(|relation| relation.item.matches('/').count());
    relations
}

/// Every `PUT` or `PATCH` with a `GET` on the same path, in document order.
pub(super) fn rewrites(spec: &Spec) -> Vec<Rewrite> {
    let writes = spec
        .operations
        .values()
        .filter(|operation| matches!(&*operation.method, "PUT" | "PATCH"));
    writes
        .filter_map(|operation| {
            let read = find(spec, "GET", operation.path.as_str())?;
            Some(Rewrite {
                write: operation.id.clone(),
                read,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_path_adds_one_expression_to_its_collection() {
        assert_eq!(collection("/users/{userId}"), Some(("/users", "userId")));
        assert_eq!(
            collection("/users/{userId}/favorites/{favoriteId}"),
            Some(("/users/{userId}/favorites", "favoriteId"))
        );
        for other in [
            "/users",
            "/users/{userId}/roles",
            "/{all}",
            "/a/{b}.{c}",
            "/a/x{b}",
            "",
        ] {
            assert_eq!(collection(other), None, "{other}");
        }
    }
}
