//! The survey: which nodes of the documents are schemas, and where every `$ref` leads.
//!
//! Starting at the entry document it follows every reference with the kind of node that is expected
//! there, so that a fragment of a file is read as what it is used as, and data (examples, defaults,
//! enumerations) is never taken for a schema.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::path::Path;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use super::reference::{Reference, tidy};
use super::{Dialect, NodeKind};
use crate::document::{Document, Pointer};

/// A node of one of the documents of a set: the document's number and the pointer in it.
pub type Place = (usize, Pointer);

/// Why a reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// It is a URL.
    #[error("it leads to a URL, and those are not followed")]
    Remote,
    /// The file cannot be used; the text says why.
    #[error("{0}")]
    File(String),
    /// The fragment is neither a pointer nor a known anchor.
    #[error("`#{0}` is neither a JSON Pointer nor an anchor of the document")]
    Fragment(String),
    /// Nothing stands at the place.
    #[error("nothing stands there")]
    Nothing,
    /// References lead in a circle and never to a node.
    #[error("it leads back to itself")]
    Circle,
}

/// A `$ref` that leads nowhere.
#[derive(Debug, Clone)]
pub struct BrokenReference {
    /// The node that holds it.
    pub at: Place,
    /// Its text.
    pub text: String,
    /// What was expected there.
    pub kind: NodeKind,
    /// Why.
    pub cause: Unresolved,
}

/// Which nodes are schemas, and where the references lead.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Every schema, each once, parents before children.
    pub(super) schemas: IndexSet<Place>,
    /// The node that holds a `$ref`, and the place it names.
    pub(super) targets: IndexMap<Place, Target>,
    /// The references that lead nowhere.
    pub(super) broken: IndexMap<Place, BrokenReference>,
}

/// Where a `$ref` leads.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The place that it names.
    pub(super) place: Place,
    /// Its text.
    text: String,
    /// What was expected there.
    kind: NodeKind,
}

/// Reads a document that a reference names; the name is relative to where the entry's name is.
pub type Open<'a> = dyn FnMut(&str) -> Result<Document, String> + 'a;

/// Walks the documents from number 0 on, adding those that references name.
pub(super) fn survey(documents: &mut Vec<(Document, Dialect)>, open: &mut Open<'_>) -> Survey {
    let mut surveyor = Surveyor {
        numbers: HashMap::new(),
        failed: HashMap::new(),
        seen: HashSet::new(),
        reached: HashSet::new(),
        queue: VecDeque::new(),
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
        let root = surveyor.documents.get(started).map(|(document, _)| {
            match document.value.get("openapi") {
                Some(_) => NodeKind::OpenApi,
                None => NodeKind::Schema,
            }
        });
        if let Some(kind) = root.filter(|_| !surveyor.reached.contains(&started)) {
            surveyor.push((started, Pointer::root()), kind);
        }
        surveyor.drain();
        started += 1;
    }
    surveyor.survey.cut_circles();
    surveyor.survey
}

impl Survey {
    /// The end of the chain of references that starts at a place: the place itself if it holds none,
    /// `None` if one of them leads nowhere.
    pub(super) fn end(&self, place: &Place) -> Option<Place> {
        let mut at = place;
        while let Some(next) = self.targets.get(at) {
            at = &next.place;
        }
        (!self.is_broken(at)).then(|| at.clone())
    }

    pub(super) fn is_schema(&self, place: &Place) -> bool {
        self.schemas.contains(place)
    }

    fn is_broken(&self, place: &Place) -> bool {
        self.broken.contains_key(place)
    }

    fn report(&mut self, at: Place, text: String, kind: NodeKind, cause: Unresolved) {
        let broken = BrokenReference {
            at: at.clone(),
            text,
            kind,
            cause,
        };
        self.broken.insert(at, broken);
    }

    /// Turns references that lead back to themselves into broken ones, so that every chain ends.
    fn cut_circles(&mut self) {
        let mut safe: HashSet<Place> = HashSet::new();
        let mut circular: BTreeSet<Place> = BTreeSet::new();
        for start in self.targets.keys() {
            let mut chain: Vec<&Place> = Vec::new();
            let mut on_chain: HashSet<&Place> = HashSet::new();
            let mut at = start;
            while let Some(next) = self.targets.get(at) {
                if safe.contains(at) || circular.contains(at) {
                    break;
                }
                if !on_chain.insert(at) {
                    let entry = chain.iter().position(|place| *place == at);
                    let members = chain.iter().skip(entry.unwrap_or(0));
                    circular.extend(members.map(|place| (*place).clone()));
                    break;
                }
                chain.push(at);
                at = &next.place;
            }
            safe.extend(
                chain
                    .into_iter()
                    .filter(|place| !circular.contains(*place))
                    .cloned(),
            );
        }
        for at in circular {
            if let Some(target) = self.targets.swap_remove(&at) {
                let cause = Unresolved::Circle;
                self.report(at, target.text, target.kind, cause);
            }
        }
    }
}

struct Surveyor<'a, 'o> {
    documents: &'a mut Vec<(Document, Dialect)>,
    open: &'a mut Open<'o>,
    numbers: HashMap<String, usize>,
    failed: HashMap<String, String>,
    seen: HashSet<(Place, NodeKind)>,
    reached: HashSet<usize>,
    queue: VecDeque<(Place, NodeKind)>,
    survey: Survey,
}

impl Surveyor<'_, '_> {
    fn register(&mut self, number: usize) {
        if let Some((document, _)) = self.documents.get(number) {
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

    fn drain(&mut self) {
        while let Some((place, kind)) = self.queue.pop_front() {
            self.visit(place, kind);
        }
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
        let reference = members
            .get("$ref")
            .and_then(Value::as_str)
            .filter(|_| kind.takes_references())
            .map(str::to_owned);
        if reference.is_none() || kind.has_siblings_of_references(dialect) {
            for (child, kind) in kind.children(dialect, &place.1, members) {
                self.push((place.0, child), kind);
            }
        }
        if let Some(text) = reference {
            match self.resolve(place.0, &text) {
                Ok(target) => {
                    self.push(target.clone(), kind);
                    let target = Target {
                        place: target,
                        text,
                        kind,
                    };
                    self.survey.targets.insert(place, target);
                }
                Err(cause) => self.survey.report(place, text, kind, cause),
            }
        }
    }

    fn resolve(&mut self, from: usize, text: &str) -> Result<Place, Unresolved> {
        let reference = Reference::new(text);
        if reference.is_remote() {
            return Err(Unresolved::Remote);
        }
        let number = if reference.document.is_empty() {
            from
        } else {
            self.open(from, &reference)?
        };
        let pointer = reference
            .pointer()
            .ok_or_else(|| Unresolved::Fragment(reference.fragment.to_owned()))?;
        let (document, _) = self.documents.get(number).ok_or(Unresolved::Nothing)?;
        match document.node(&pointer) {
            Some(_) => Ok((number, pointer)),
            None => Err(Unresolved::Nothing),
        }
    }

    /// The number of the document that a reference names; it is read if this is the first time.
    fn open(&mut self, from: usize, reference: &Reference<'_>) -> Result<usize, Unresolved> {
        let (holder, dialect) = self.documents.get(from).ok_or(Unresolved::Nothing)?;
        let dialect = *dialect;
        let file = reference
            .file(&holder.name)
            .ok_or_else(|| Unresolved::File("the name is not UTF-8".to_owned()))?;
        if let Some(number) = self.numbers.get(&file) {
            return Ok(*number);
        }
        if let Some(failure) = self.failed.get(&file) {
            return Err(Unresolved::File(failure.clone()));
        }
        match (self.open)(&file) {
            Ok(document) => {
                let number = self.documents.len();
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
