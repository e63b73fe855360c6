//! Identifiers: `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12 core, section 8.2) and what
//! older drafts have for them, and the places that references name by them.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};
use url::Url;

use super::Dialect;
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
    /// The dynamic anchors of each schema resource, by name; `$recursiveAnchor` has the name
    /// [`RECURSIVE`].
    dynamic: IndexMap<Place, Vec<(String, Place)>>,
}

/// The name of `$recursiveAnchor: true` among dynamic anchors. No anchor can be called so.
pub(super) const RECURSIVE: &str = "#";

impl Identifiers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.resources.len() + self.anchors.len()
    }

    /// Takes in the name of a document, if that is a URL.
    pub(super) fn add_document(&mut self, number: usize, name: &str) -> bool {
        if !name.contains("://") || !Reference::new(name).is_remote() {
            return false;
        }
        let Ok(mut url) = Url::parse(name) else {
            return false;
        };
        url.set_fragment(None);
        let place = (number, Pointer::root());
        self.resources.insert(url.to_string(), place.clone());
        self.urls.insert(place, url);
        true
    }

    /// Takes in the identifiers of a schema; those of its ancestors must have been taken in before.
    pub(super) fn add(&mut self, dialect: Dialect, place: &Place, members: &Map<String, Value>) {
        let text = |keyword: &str| members.get(keyword).and_then(Value::as_str);
        let Some(identifier) = dialect.identifier() else {
            return;
        };
        if dialect.ignores_siblings() && text("$ref").is_some() {
            return;
        }
        let name = Reference::new(text(identifier).unwrap_or_default());
        if !name.document.is_empty()
            && let Some(mut url) = self
                .base(place)
                .and_then(|base| base.join(name.document).ok())
        {
            url.set_fragment(None);
            self.resources.insert(url.to_string(), place.clone());
            self.urls.insert(place.clone(), url);
        }
        let resource = self.resource(place);
        let has_anchors = !dialect.has_anchors_in_names();
        let in_name = (!has_anchors && !name.fragment.is_empty()).then_some(name.fragment);
        let plain = text("$anchor").filter(|_| has_anchors);
        let is_newest = dialect.dynamic_reference() == Some("$dynamicRef");
        let dynamic = text("$dynamicAnchor").filter(|_| is_newest);
        for name in [in_name, plain, dynamic].into_iter().flatten() {
            let key = (resource.clone(), name.to_owned());
            self.anchors.insert(key, place.clone());
        }
        let is_recursive = dialect == Dialect::Draft201909
            && members.get("$recursiveAnchor") == Some(&Value::Bool(true))
            && resource == *place;
        let recursive = is_recursive.then_some(RECURSIVE);
        for name in [dynamic, recursive].into_iter().flatten() {
            let anchors = self.dynamic.entry(resource.clone()).or_default();
            anchors.push((name.to_owned(), place.clone()));
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
        self.resources.get(&self.url(place, reference)?).cloned()
    }

    /// The URL of the document that a reference in a schema names.
    pub(super) fn url(&self, place: &Place, reference: &Reference<'_>) -> Option<String> {
        let mut url = self.base(place)?.join(reference.document).ok()?;
        url.set_fragment(None);
        Some(url.to_string())
    }

    /// The schema with this anchor in a schema resource.
    pub(super) fn anchored(&self, resource: &Place, name: &str) -> Option<Place> {
        let key = (resource.clone(), name.to_owned());
        self.anchors.get(&key).cloned()
    }

    /// The dynamic anchors of a schema resource.
    pub(super) fn dynamic_anchors(&self, resource: &Place) -> &[(String, Place)] {
        self.dynamic.get(resource).map_or(&[], Vec::as_slice)
    }

    /// Whether a dynamic reference to an anchor of this name can mean several schemas.
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        let anchors = self.dynamic.values().flatten();
        anchors.filter(|(known, _)| known == name).count() > 1
    }
}
