//! Scopes: what dynamic references mean on each path (JSON Schema 2020-12 core, section 8.2.3.2).
//!
//! A dynamic reference means the anchor in the outermost schema resource on the path to it. So what a
//! resource says depends on the anchors that were bound on the way to it. Each resource gets a view
//! for each such scope, in which every reference is a plain one.

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::NodeKind;
use super::moves::Moves;
use super::reference;
use super::survey::{Place, Survey};
use crate::document::Pointer;

/// The anchors that are bound on a path.
type Scope = BTreeMap<String, Place>;

/// How many views there may be, and how many references in all of them.
const VIEW_LIMIT: usize = 1_000;
const REFERENCE_LIMIT: usize = 100_000;

/// The views that dynamic references ask for, beyond one for each document.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// How many documents there are; the numbers of the views start here.
    first: usize,
    views: Vec<View>,
    /// The view of each schema resource when a path starts in it.
    entries: HashMap<Place, usize>,
}

/// A schema resource in a scope.
#[derive(Debug)]
struct View {
    resource: Place,
    links: Vec<(Link, usize)>,
}

/// A way from a schema resource to another, or to itself.
#[derive(Debug, Clone)]
struct Link {
    at: Place,
    target: Place,
    /// Whether the node itself is another resource, and no reference.
    is_resource: bool,
}

/// There are too many paths to follow, or one that never ends.
#[derive(Debug)]
pub(super) struct TooMany;

impl Scopes {
    /// The scopes of so many documents; none if every reference can mean one schema only.
    pub(super) fn new(documents: usize, survey: &Survey) -> Result<Self, TooMany> {
        let mut scopes = Self {
            first: documents,
            ..Self::default()
        };
        if !survey.is_ambiguous() {
            return Ok(scopes);
        }
        let links = links(survey);
        let mut known = IndexSet::new();
        for resource in links.keys() {
            let number = enter(&mut known, survey, resource, &Scope::new());
            scopes.entries.insert(resource.clone(), documents + number);
        }
        let mut count = 0;
        while let Some((resource, scope)) = known.get_index(scopes.views.len()).cloned() {
            let mut made = Vec::new();
            for link in links.get(&resource).into_iter().flatten() {
                let name = survey.dynamic.get(&link.at).filter(|_| !link.is_resource);
                let mut link = link.clone();
                if let Some(bound) = name.and_then(|name| scope.get(name)) {
                    link.target.clone_from(bound);
                }
                let next = survey.identifiers.resource(&link.target);
                let number = enter(&mut known, survey, &next, &scope);
                made.push((link, documents + number));
            }
            count += made.len();
            let links = made;
            scopes.views.push(View { resource, links });
            if known.len() > VIEW_LIMIT || count > REFERENCE_LIMIT {
                return Err(TooMany);
            }
        }
        if scopes.has_circle() {
            return Err(TooMany);
        }
        Ok(scopes)
    }

    /// Whether links lead in a circle and never to a node.
    fn has_circle(&self) -> bool {
        let mut next: HashMap<(usize, &Place), (usize, &Place)> = HashMap::new();
        for (index, view) in self.views.iter().enumerate() {
            for (link, number) in &view.links {
                next.insert((self.first + index, &link.at), (*number, &link.target));
            }
        }
        let mut ending = HashSet::new();
        next.keys().any(|start| {
            let mut chain = HashSet::new();
            let mut at = *start;
            while let Some(target) = next.get(&at) {
                if ending.contains(&at) {
                    break;
                }
                if !chain.insert(at) {
                    return true;
                }
                at = *target;
            }
            ending.extend(chain);
            false
        })
    }

    /// The document that a view is of.
    pub(super) fn document(&self, view: usize) -> usize {
        view.checked_sub(self.first)
            .and_then(|index| self.views.get(index))
            .map_or(view, |view| view.resource.0)
    }

    /// The view in which a path that starts at a place starts.
    pub(super) fn entry(&self, place: &Place, survey: &Survey) -> usize {
        if self.views.is_empty() {
            return place.0;
        }
        let resource = survey.identifiers.resource(place);
        self.entries.get(&resource).copied().unwrap_or(place.0)
    }

    /// The views, made from the lifted documents.
    pub(super) fn views(&self, lifted: &[Value], moves: &Moves) -> Vec<Value> {
        let made = self.views.iter().map(|view| {
            let (document, resource) = &view.resource;
            let at = moves.lifted(*document, resource);
            let whole = lifted.get(*document);
            let node = whole.and_then(|whole| at.find(whole));
            let mut node = node.cloned().unwrap_or(Value::Bool(true));
            for (link, number) in &view.links {
                let pointer = moves.lifted(*document, &link.at.1);
                let target = moves.lifted(link.target.0, &link.target.1);
                let text = reference::canonical(*number, &target);
                let holder = pointer.below(&at);
                match holder.and_then(|below| node.pointer_mut(below.as_str())) {
                    Some(holder) if link.is_resource => *holder = json!({ "$ref": text }),
                    Some(Value::Object(members)) if !is_faulty(members) => {
                        members.insert("$ref".to_owned(), Value::String(text));
                    }
                    _ => {}
                }
            }
            placed(node, &at)
        });
        made.collect()
    }
}

/// The number of a resource in the scope of a path that goes on into it.
fn enter(
    known: &mut IndexSet<(Place, Scope)>,
    survey: &Survey,
    resource: &Place,
    scope: &Scope,
) -> usize {
    let mut scope = scope.clone();
    for (name, place) in survey.identifiers.dynamic_anchors(resource) {
        scope.entry(name.clone()).or_insert_with(|| place.clone());
    }
    known.insert_full((resource.clone(), scope)).0
}

/// The links of each schema resource.
fn links(survey: &Survey) -> IndexMap<Place, Vec<Link>> {
    let mut found: IndexMap<Place, Vec<Link>> = IndexMap::new();
    for place in &survey.schemas {
        let resource = survey.identifiers.resource(place);
        found.entry(resource.clone()).or_default();
        if resource != *place {
            continue;
        }
        if let Some(parent) = place.1.parent() {
            let outer = survey.identifiers.resource(&(place.0, parent));
            found.entry(outer).or_default().push(Link {
                at: place.clone(),
                target: place.clone(),
                is_resource: true,
            });
        }
    }
    for (at, target) in &survey.targets {
        if target.kind == NodeKind::Schema {
            let resource = survey.identifiers.resource(at);
            found.entry(resource).or_default().push(Link {
                at: at.clone(),
                target: target.place.clone(),
                is_resource: false,
            });
        }
    }
    found
}

fn is_faulty(members: &Map<String, Value>) -> bool {
    let reference = members.get("$ref").and_then(Value::as_str);
    reference.is_some_and(|text| reference::fault(text).is_some())
}

/// A node at a pointer, with nothing around it.
fn placed(node: Value, at: &Pointer) -> Value {
    let tokens: Vec<_> = at.tokens().collect();
    tokens
        .into_iter()
        .rev()
        .fold(node, |node, token| json!({ token: node }))
}
