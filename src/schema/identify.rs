//! Identifiers: `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12 core, section 8.2), and the
//! places that references name by them.

use std::collections::HashMap;

use serde_json::{Map, Value};
use url::Url;

use super::reference::Reference;
use super::survey::Place;
use crate::document::Pointer;

/// The identifiers of all schemas that were seen.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    /// The places of schema resources by URL.
    resources: HashMap<String, Place>,
    urls: HashMap<Place, Url>,
    /// Anchors by schema resource and name.
    anchors: HashMap<(Place, String), Place>,
    /// How many dynamic anchors have a name.
    dynamic: HashMap<String, usize>,
}

impl Identifiers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.resources.len() + self.anchors.len()
    }

    /// Takes in the identifiers of a schema; those of its ancestors must have been taken in before.
    pub(super) fn add(&mut self, place: &Place, members: &Map<String, Value>) {
        let text = |keyword: &str| members.get(keyword).and_then(Value::as_str);
        if let Some(id) = text("$id").filter(|id| !id.starts_with('#'))
            && let Some(mut url) = self.base(place).and_then(|base| base.join(id).ok())
        {
            url.set_fragment(None);
            self.resources.insert(url.to_string(), place.clone());
            self.urls.insert(place.clone(), url);
        }
        let resource = self.resource(place);
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = text(keyword) {
                let key = (resource.clone(), name.to_owned());
                self.anchors.insert(key, place.clone());
            }
        }
        if let Some(name) = text("$dynamicAnchor") {
            *self.dynamic.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// The schema resource that holds a node: the nearest ancestor with an `$id`, or the document.
    pub(super) fn resource(&self, place: &Place) -> Place {
        let (document, mut at) = place.clone();
        while !self.urls.is_empty() {
            let here = (document, at);
            if self.urls.contains_key(&here) {
                return here;
            }
            match here.1.parent() {
                Some(parent) => at = parent,
                None => break,
            }
        }
        (document, Pointer::root())
    }

    fn base(&self, place: &Place) -> Option<Url> {
        match self.urls.get(&self.resource(place)) {
            Some(url) => Some(url.clone()),
            // Documents that have no name of their own still tell relative names apart.
            None => Url::parse(&format!("proofmark://document-{}/", place.0)).ok(),
        }
    }

    /// The schema resource that a reference in a schema names by URL, if it is known.
    pub(super) fn named(&self, place: &Place, reference: &Reference<'_>) -> Option<Place> {
        if self.resources.is_empty() {
            return None;
        }
        let url = self.base(place)?.join(reference.document).ok()?;
        self.resources.get(url.as_str()).cloned()
    }

    /// The schema with this anchor in a schema resource.
    pub(super) fn anchored(&self, resource: &Place, name: &str) -> Option<Place> {
        let key = (resource.clone(), name.to_owned());
        self.anchors.get(&key).cloned()
    }

    /// Whether what a `$dynamicRef` of this fragment means depends on the path to it.
    pub(super) fn is_ambiguous(&self, fragment: &str) -> bool {
        self.dynamic.get(fragment).is_some_and(|count| *count > 1)
    }
}
