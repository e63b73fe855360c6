//! The survey: which nodes of the documents are schemas, and where every `$ref` leads.

use std::collections::{BTreeSet, HashSet};

use indexmap::{IndexMap, IndexSet};

use super::NodeKind;
use super::identify::Identifiers;
use crate::document::Pointer;

/// A node of one of the documents of a set: the document's number and the pointer in it.
pub type Place = (usize, Pointer);

/// Why a document that a reference names cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{message}")]
pub struct Unavailable {
    /// What is wrong, a lower-case fragment that names the file.
    pub message: String,
    /// What the author can do about it.
    pub hint: Option<String>,
}

/// Why a reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// It is a URL.
    #[error("it leads to a URL, and those are not followed")]
    Remote,
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] Unavailable),
    /// The fragment is neither a pointer nor a known anchor.
    #[error("`#{0}` is neither a JSON Pointer nor an anchor of the document")]
    Fragment(String),
    /// Nothing stands at the place.
    #[error("nothing stands there")]
    Nothing,
    /// What stands there is something else, by the section of `components` that it is in.
    #[error("that is {}", .0.name())]
    Kind(NodeKind),
    /// Which schema a dynamic reference means depends on the path to it, and there are too many.
    #[error(
        "which `$dynamicAnchor` it means depends on the path to it, and there are too many paths"
    )]
    Ambiguous,
    /// A dynamic reference beside a plain one.
    #[error("it stands beside a `$ref`, and that is not followed")]
    Beside,
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
    /// The dynamic anchors that references name, by the place of the reference. The target of such a
    /// reference is where it leads when nothing on the path to it says otherwise.
    pub(super) dynamic: IndexMap<Place, String>,
    /// The names of schemas.
    pub(super) identifiers: Identifiers,
}

/// Where a `$ref` leads.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The place that it names.
    pub(super) place: Place,
    /// Its text.
    pub(super) text: String,
    /// What was expected there.
    pub(super) kind: NodeKind,
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

    /// Whether any reference can mean several schemas, depending on the path to it.
    pub(super) fn is_ambiguous(&self) -> bool {
        let mut names = self.dynamic.values();
        names.any(|name| self.identifiers.is_ambiguous(name))
    }

    /// Turns references that can mean several schemas into broken ones.
    pub(super) fn refuse_dynamic(&mut self) {
        for (at, name) in std::mem::take(&mut self.dynamic) {
            if !self.identifiers.is_ambiguous(&name) {
                continue;
            }
            if let Some(target) = self.targets.shift_remove(&at) {
                self.report(at, target.text, target.kind, Unresolved::Ambiguous);
            }
        }
    }

    fn is_broken(&self, place: &Place) -> bool {
        self.broken.contains_key(place)
    }

    pub(super) fn report(&mut self, at: Place, text: String, kind: NodeKind, cause: Unresolved) {
        let broken = BrokenReference {
            at: at.clone(),
            text,
            kind,
            cause,
        };
        self.broken.insert(at, broken);
    }

    /// Turns references that lead back to themselves into broken ones, so that every chain ends.
    pub(super) fn cut_circles(&mut self) {
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
