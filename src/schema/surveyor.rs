//! The walk that makes a [`Survey`].
//!
//! Starting at the entry document it follows every reference with the kind of node that is expected
//! there, so that a fragment of a file is read as what it is used as, and data (examples, defaults,
//! enumerations) is never taken for a schema.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::Path;

use serde_json::Value;

use super::identify::RECURSIVE;
use super::meta_schema::meta_schema;
use super::reference::{Reference, tidy};
use super::survey::{Place, Survey, Target, Unavailable, Unresolved};
use super::{Dialect, NodeKind};
use crate::document::{Document, Pointer};

/// Reads a document that a reference names; the name is relative to where the entry's name is.
pub type Open<'a> = dyn FnMut(&str) -> Result<Document, Unavailable> + 'a;

/// Walks the documents from number 0 on, adding those that references name. `entries` are read as
/// schemas, wherever they stand.
pub(super) fn survey(
    documents: &mut Vec<(Document, Dialect)>,
    entries: &[Place],
    open: &mut Open<'_>,
) -> Survey {
    let mut surveyor = Surveyor {
        numbers: HashMap::new(),
        failed: HashMap::new(),
        seen: HashSet::new(),
        reached: HashSet::new(),
        queue: VecDeque::new(),
        found: Vec::new(),
        survey: Survey::default(),
        documents,
        open,
    };
    for number in 0..surveyor.documents.len() {
        surveyor.register(number);
    }
    let mut started = 0;
    // Documents that no reference reached are read as what their root looks like; those that one
    // did reach are known by then.
    while started < surveyor.documents.len() {
        let root = surveyor
            .documents
            .get(started)
            .map(|(document, _)| match &document.value {
                value if value.get("openapi").is_some() => NodeKind::OpenApi,
                value if value.get("arazzo").is_some() => NodeKind::Arazzo,
                _ => NodeKind::Schema,
            });
        if let Some(kind) = root.filter(|_| !surveyor.reached.contains(&started)) {
            surveyor.push((started, Pointer::root()), kind);
        }
        surveyor.drain();
        started += 1;
        if started == surveyor.documents.len() {
            for entry in entries {
                surveyor.push(entry.clone(), NodeKind::Schema);
            }
            surveyor.drain();
        }
    }
    surveyor.survey.cut_circles();
    surveyor.survey
}

/// A `$ref` or `$dynamicRef` that was found.
struct Found {
    at: Place,
    text: String,
    kind: NodeKind,
    is_dynamic: bool,
}

struct Surveyor<'a, 'o> {
    documents: &'a mut Vec<(Document, Dialect)>,
    open: &'a mut Open<'o>,
    numbers: HashMap<String, usize>,
    failed: HashMap<String, Unavailable>,
    seen: HashSet<(Place, NodeKind)>,
    reached: HashSet<usize>,
    queue: VecDeque<(Place, NodeKind)>,
    found: Vec<Found>,
    survey: Survey,
}

impl Surveyor<'_, '_> {
    fn register(&mut self, number: usize) {
        if let Some((document, _)) = self.documents.get(number) {
            if self.survey.identifiers.add_document(number, &document.name) {
                if document.value.get("openapi").is_none() {
                    self.push((number, Pointer::root()), NodeKind::Schema);
                }
                return;
            }
            let path = tidy(Path::new(&*document.name));
            self.numbers
                .entry(path.to_string_lossy().replace('\\', "/"))
                .or_insert(number);
        }
    }

    fn push(&mut self, place: Place, kind: NodeKind) {
        if self.seen.insert((place.clone(), kind)) {
            self.reached.insert(place.0);
            self.queue.push_back((place, kind));
        }
    }

    /// Visits everything that is queued and everything that references lead to from there. What
    /// cannot be resolved is tried again as long as new identifiers turn up.
    fn drain(&mut self) {
        let mut waiting: Vec<(Found, Unresolved)> = Vec::new();
        let mut known = 0;
        loop {
            while let Some((place, kind)) = self.queue.pop_front() {
                self.visit(place, kind);
            }
            if self.found.is_empty() {
                if self.survey.identifiers.len() == known {
                    break;
                }
                known = self.survey.identifiers.len();
                self.found.extend(waiting.drain(..).map(|(found, _)| found));
            }
            for found in std::mem::take(&mut self.found) {
                match self.resolve(&found) {
                    Ok(place) => self.lead(found, place),
                    Err(cause) => waiting.push((found, cause)),
                }
            }
        }
        for (found, cause) in waiting {
            self.survey.report(found.at, found.text, found.kind, cause);
        }
    }

    fn lead(&mut self, found: Found, place: Place) {
        self.push(place.clone(), found.kind);
        let target = Target {
            place,
            text: found.text,
            kind: found.kind,
        };
        self.survey.targets.insert(found.at, target);
    }

    fn visit(&mut self, place: Place, kind: NodeKind) {
        let Some((document, dialect)) = self.documents.get(place.0) else {
            return;
        };
        let dialect = *dialect;
        let node = document.node(&place.1);
        if kind == NodeKind::Schema && node.is_some() {
            self.survey.schemas.insert(place.clone());
        }
        let Some(Value::Object(members)) = node else {
            return;
        };
        if kind == NodeKind::Schema {
            self.survey.identifiers.add(dialect, &place, members);
        }
        let text = |keyword: &str| {
            members
                .get(keyword)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let reference = text("$ref").filter(|_| kind.takes_references());
        let dynamic = dialect
            .dynamic_reference()
            .filter(|_| kind == NodeKind::Schema)
            .and_then(text);
        // Schemas know themselves what counts beside a reference.
        let has_siblings = kind == NodeKind::Schema || kind.has_siblings_of_references(dialect);
        if reference.is_none() || has_siblings {
            for (child, kind) in kind.children(dialect, &place.1, members) {
                self.push((place.0, child), kind);
            }
        }
        match (reference, dynamic) {
            (Some(_), Some(text)) => {
                self.survey.report(place, text, kind, Unresolved::Beside);
            }
            (Some(text), None) => self.found.push(Found {
                at: place,
                text,
                kind,
                is_dynamic: false,
            }),
            (None, Some(text)) => self.found.push(Found {
                at: place,
                text,
                kind,
                is_dynamic: true,
            }),
            (None, None) => {}
        }
    }

    fn resolve(&mut self, found: &Found) -> Result<Place, Unresolved> {
        let reference = Reference::new(&found.text);
        let resource = if reference.document.is_empty() {
            self.survey.identifiers.resource(&found.at)
        } else if let Some(named) = self.survey.identifiers.named(&found.at, &reference) {
            named
        } else if let Some(number) = self.meta_schema(&found.at, &reference) {
            (number, Pointer::root())
        } else if reference.is_remote() {
            return Err(Unresolved::Remote);
        } else {
            (self.open(found.at.0, &reference)?, Pointer::root())
        };
        let fragment = reference
            .decoded_fragment()
            .ok_or_else(|| Unresolved::Fragment(reference.fragment.to_owned()))?;
        if found.is_dynamic {
            self.remember_anchor(found, &resource, &fragment);
        }
        if let Some(anchored) = self.survey.identifiers.anchored(&resource, &fragment) {
            return Ok(anchored);
        }
        let pointer: Pointer = fragment
            .parse()
            .map_err(|_| Unresolved::Fragment(fragment.clone()))?;
        let (document, _) = self.documents.get(resource.0).ok_or(Unresolved::Nothing)?;
        // Authors of OpenAPI documents mean the document also within a schema that has an `$id`.
        [resource.1.concat(&pointer), pointer]
            .into_iter()
            .find(|pointer| document.node(pointer).is_some())
            .ok_or(Unresolved::Nothing)
            .and_then(|pointer| match NodeKind::of_component(&pointer) {
                Some(kind) if kind != found.kind => Err(Unresolved::Kind(kind)),
                _ => Ok((resource.0, pointer)),
            })
    }

    /// Notes the dynamic anchor that a reference names, if it does name one.
    fn remember_anchor(&mut self, found: &Found, resource: &Place, fragment: &str) {
        let name = if fragment.is_empty() {
            RECURSIVE
        } else {
            fragment
        };
        let anchors = self.survey.identifiers.dynamic_anchors(resource);
        if anchors.iter().any(|(known, _)| known == name) {
            let name = name.to_owned();
            self.survey.dynamic.insert(found.at.clone(), name);
        }
    }

    /// The number of the meta-schema that a reference names, if it does name one.
    fn meta_schema(&mut self, at: &Place, reference: &Reference<'_>) -> Option<usize> {
        let url = self.survey.identifiers.url(at, reference)?;
        let value = meta_schema(&url)?;
        let number = self.documents.len();
        let dialect = Dialect::of_document(&value).unwrap_or(Dialect::Draft202012);
        self.documents
            .push((Document::from_value(&url, value), dialect));
        self.register(number);
        Some(number)
    }

    /// The number of the document that a reference names; it is read if this is the first time.
    fn open(&mut self, from: usize, reference: &Reference<'_>) -> Result<usize, Unresolved> {
        let (holder, dialect) = self.documents.get(from).ok_or(Unresolved::Nothing)?;
        let dialect = *dialect;
        let file = reference
            .file(&holder.name)
            .ok_or_else(|| Unresolved::Fragment(reference.document.to_owned()))?;
        if let Some(number) = self.numbers.get(&file) {
            return Ok(*number);
        }
        if let Some(failure) = self.failed.get(&file) {
            return Err(Unresolved::File(failure.clone()));
        }
        match (self.open)(&file) {
            Ok(document) => {
                let number = self.documents.len();
                let dialect = Dialect::of_document(&document.value).unwrap_or(dialect);
                self.documents.push((document, dialect));
                self.numbers.insert(file, number);
                Ok(number)
            }
            Err(failure) => {
                self.failed.insert(file, failure.clone());
                Err(Unresolved::File(failure))
            }
        }
    }
}
