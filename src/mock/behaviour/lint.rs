//! Checking a behaviour file against the document that it belongs to.

use super::read::did_you_mean;
use super::{Act, Action, Behaviour, BehaviourError, Resource, Source};
use crate::document::{Document, Pointer};
use crate::schema::Direction;
use crate::spec::{Operation, OperationId, Place, Spec};

/// Everything in the file that cannot mean anything.
pub(super) fn lint(behaviour: &Behaviour, spec: &Spec, document: &Document) -> Vec<BehaviourError> {
    let mut lint = Lint {
        behaviour,
        spec,
        document,
        errors: Vec::new(),
    };
    let resources = Pointer::root().join("resources");
    for (name, resource) in &behaviour.resources {
        lint.resource(&resources.join(name), resource);
    }
    let operations = Pointer::root().join("operations");
    for (name, act) in &behaviour.operations {
        lint.act(&operations.join(name), name, act);
    }
    lint.errors
}

struct Lint<'a> {
    behaviour: &'a Behaviour,
    spec: &'a Spec,
    document: &'a Document,
    errors: Vec<BehaviourError>,
}

impl Lint<'_> {
    fn error(&mut self, at: &Pointer, message: String, hint: Option<String>) {
        self.errors.push(BehaviourError {
            message,
            location: self.document.location(at),
            hint,
        });
    }

    fn known_resource(&mut self, at: &Pointer, name: &str) {
        if !self.behaviour.resources.contains_key(name) {
            let known = self.behaviour.resources.keys().map(String::as_str);
            let hint = did_you_mean(name, known);
            self.error(at, format!("no resource `{name}`"), hint);
        }
    }

    fn resource(&mut self, at: &Pointer, resource: &Resource) {
        if let Some(within) = &resource.within {
            self.known_resource(&at.join("within"), within);
            if self.encloses_itself(within) {
                let message = format!("`{within}` belongs to itself");
                self.error(&at.join("within"), message, None);
            }
        }
        if resource.id.is_root() {
            let message = "the id must be a member of the thing".to_owned();
            self.error(&at.join("id"), message, None);
        }
        match &resource.schema {
            Some(reference) => {
                let found = self.spec.schemas.resolve(0, reference);
                if found.is_none() {
                    let at = at.join("schema");
                    let hint = self.nearest_schema(reference);
                    self.error(&at, format!("nothing stands at `{reference}`"), hint);
                }
            }
            None if !resource.seeds.is_empty() => {
                let message = "`seeds` need a `schema` to be generated from".to_owned();
                self.error(&at.join("seeds"), message, None);
            }
            None => {}
        }
    }

    fn encloses_itself(&self, name: &str) -> bool {
        let mut at = Some(name);
        for _ in 0..self.behaviour.resources.len() {
            at = at
                .and_then(|name| self.behaviour.resources.get(name))
                .and_then(|resource| resource.within.as_deref());
            if at == Some(name) {
                return true;
            }
        }
        false
    }

    fn nearest_schema(&self, reference: &str) -> Option<String> {
        let root = &self.spec.schemas.document(0).value;
        let (parent, _) = reference.rsplit_once('/')?;
        let siblings = root.pointer(parent.trim_start_matches('#'))?.as_object()?;
        let known: Vec<String> = siblings
            .keys()
            .map(|key| format!("{parent}/{key}"))
            .collect();
        did_you_mean(reference, known.iter().map(String::as_str))
    }

    fn act(&mut self, at: &Pointer, name: &str, act: &Act) {
        self.known_resource(&at.join("resource"), &act.resource);
        let Some(operation) = self.spec.operations.get(&OperationId::new(name)) else {
            let hint = did_you_mean(name, self.spec.operations.keys().map(OperationId::as_str));
            self.error(at, format!("the document has no operation `{name}`"), hint);
            return;
        };
        let resource = self.behaviour.resources.get(&act.resource);
        match act.action {
            Action::List if act.key.is_some() => {
                let message = "a list has no `key`".to_owned();
                self.error(&at.join("key"), message, None);
            }
            Action::Create | Action::List => {}
            _ if act.key.is_none() => {
                let message = "`key` is missing: it says which thing is meant".to_owned();
                self.error(
                    at,
                    message,
                    Some("for example `key: {path: id}`".to_owned()),
                );
            }
            _ => {}
        }
        if matches!(act.action, Action::Deactivate | Action::Restore)
            && resource.is_some_and(|resource| resource.active.is_none())
        {
            let message = format!("`{}` has no member `active`", act.resource);
            self.error(&at.join("action"), message, None);
        }
        let writes = matches!(act.action, Action::Replace | Action::Merge);
        if writes && operation.body.is_none() {
            let message = format!("`{name}` takes no request body that could be written");
            self.error(&at.join("action"), message, None);
        }
        if let Some(parent) = &act.parent {
            if resource.is_some_and(|resource| resource.within.is_none()) {
                let message = format!("`{}` belongs to no other resource", act.resource);
                self.error(&at.join("parent"), message, None);
            }
            self.source(&at.join("parent"), operation, parent, false);
        } else if act.action == Action::Create
            && resource.is_some_and(|resource| resource.within.is_some())
        {
            let message = format!(
                "`parent` is missing: a `{}` belongs to something",
                act.resource
            );
            self.error(at, message, None);
        }
        self.sources(at, operation, act);
        if act.action != Action::List {
            let first = [
                (!act.filters.is_empty(), "filters"),
                (!act.groups.is_empty(), "groups"),
                (act.sort.is_some(), "sort"),
                (act.page.is_some(), "page"),
                (act.total.is_some(), "total"),
                (act.total_header.is_some(), "total-header"),
                (act.hide_active.is_some(), "hide-active"),
            ];
            for (_, member) in first.into_iter().filter(|(given, _)| *given) {
                let message = format!("`{member}` has no meaning unless the action is `list`");
                self.error(&at.join(member), message, None);
            }
        }
    }

    fn sources(&mut self, at: &Pointer, operation: &Operation, act: &Act) {
        let mut sources: Vec<(Pointer, &Source, bool)> = Vec::new();
        if let Some(key) = &act.key {
            sources.push((at.join("key"), key, false));
        }
        let conditions = [
            ("show-inactive", &act.show_inactive),
            ("hide-active", &act.hide_active),
        ];
        for (member, condition) in conditions {
            if let Some(condition) = condition {
                sources.push((at.join(member).join("from"), &condition.from, false));
            }
        }
        if let Some(condition) = act.sort.as_ref().and_then(|sort| sort.descending.as_ref()) {
            let at = at.join("sort").join("descending").join("from");
            sources.push((at, &condition.from, false));
        }
        if let Some(page) = &act.page {
            let members = [
                ("offset", &page.offset),
                ("number", &page.number),
                ("limit", &page.limit),
            ];
            for (member, source) in members {
                if let Some(source) = source {
                    sources.push((at.join("page").join(member), source, false));
                }
            }
        }
        for (index, filter) in act.filters.iter().enumerate() {
            let at = at.join("filters").index(index).join("from");
            sources.push((at, &filter.from, false));
        }
        for (index, group) in act.groups.iter().enumerate() {
            let at = at.join("groups").index(index);
            sources.push((at.join("each"), &group.each, false));
            for (index, filter) in group.filters.iter().enumerate() {
                let at = at.join("filters").index(index).join("from");
                sources.push((at, &filter.from, true));
            }
        }
        for (at, source, in_group) in sources {
            self.source(&at, operation, source, in_group);
        }
    }

    /// Whether the operation has what a source names.
    fn source(&mut self, at: &Pointer, operation: &Operation, source: &Source, in_group: bool) {
        let (place, name) = match source {
            Source::Path(name) => (Place::Path, name),
            Source::Query(name) => (Place::Query, name),
            Source::Header(name) => (Place::Header, name),
            Source::Cookie(name) => (Place::Cookie, name),
            Source::Body(_) if operation.body.is_none() => {
                let message = format!("`{}` takes no request body", operation.id);
                return self.error(at, message, None);
            }
            Source::Item(_) if !in_group => {
                let message = "`item` has no meaning outside `groups`".to_owned();
                return self.error(at, message, None);
            }
            Source::Body(_) | Source::Item(_) | Source::Value(_) => return,
        };
        if operation.parameter(place, name).is_none() {
            let known = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.place == place)
                .map(|parameter| parameter.name.as_str());
            let hint = did_you_mean(name, known);
            let message = format!("`{}` has no {place} parameter `{name}`", operation.id);
            self.error(at, message, hint);
        }
    }
}

impl Resource {
    /// The schema of the stored thing, as it is shown to clients.
    pub(in crate::mock) fn shape(&self, spec: &Spec) -> Option<crate::schema::Schema> {
        let (document, pointer) = spec.schemas.resolve(0, self.schema.as_deref()?)?;
        Some(spec.schemas.schema(document, &pointer, Direction::Response))
    }
}
