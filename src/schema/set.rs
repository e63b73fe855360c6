//! The documents that schemas point into, and the judges compiled from them.

use std::collections::HashMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use super::{Dialect, Direction, Schema, SchemaError, Validator, lift, validate};
use crate::document::{Document, Pointer};

/// Documents and the compiled validators of their schemas.
pub struct SchemaSet {
    documents: Vec<Entry>,
    registries: [OnceLock<Result<validate::Registry, SchemaError>>; 2],
    validators: Mutex<HashMap<(usize, Pointer, Direction), Result<Arc<Validator>, SchemaError>>>,
}

struct Entry {
    document: Document,
    request: Value,
    response: Value,
}

/// Collects documents for a [`SchemaSet`].
#[derive(Default)]
pub struct SchemaSetBuilder {
    documents: Vec<(Document, Dialect)>,
}

impl SchemaSetBuilder {
    /// Adds a document and returns its number.
    pub fn add(&mut self, document: Document, dialect: Dialect) -> usize {
        self.documents.push((document, dialect));
        self.documents.len() - 1
    }

    /// The document with this number, before the set is built.
    pub fn document(&self, number: usize) -> Option<&Document> {
        self.documents.get(number).map(|(document, _)| document)
    }

    /// The number of the document that a reference from document `from` names, with the pointer in
    /// it; `None` when that document was not added.
    pub fn resolve(&self, from: usize, reference: &str) -> Option<(usize, Pointer)> {
        let names: Vec<&str> = self
            .documents
            .iter()
            .map(|(document, _)| &*document.name)
            .collect();
        resolve(&names, from, reference)
    }

    /// Lifts the documents and makes the set.
    pub fn build(self) -> Arc<SchemaSet> {
        let documents = self
            .documents
            .into_iter()
            .map(|(document, dialect)| Entry {
                request: lift::lift(&document.value, dialect, Direction::Request),
                response: lift::lift(&document.value, dialect, Direction::Response),
                document,
            })
            .collect();
        Arc::new(SchemaSet {
            documents,
            registries: [OnceLock::new(), OnceLock::new()],
            validators: Mutex::new(HashMap::new()),
        })
    }
}

impl SchemaSet {
    /// A set of one document that is itself a schema.
    pub fn of_schema(document: Document, dialect: Dialect) -> Schema {
        let mut builder = SchemaSetBuilder::default();
        builder.add(document, dialect);
        builder
            .build()
            .schema(0, &Pointer::root(), Direction::Request)
    }

    /// The schema at a place.
    pub fn schema(
        self: &Arc<Self>,
        document: usize,
        pointer: &Pointer,
        direction: Direction,
    ) -> Schema {
        Schema {
            set: self.clone(),
            document,
            pointer: pointer.clone(),
            direction,
        }
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are no documents.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// A document as it was read.
    ///
    /// # Panics
    ///
    /// If there is no document of that number; numbers come from this set only.
    pub fn document(&self, number: usize) -> &Document {
        &self.documents[number].document
    }

    /// A document lifted to JSON Schema 2020-12.
    pub(super) fn view(&self, number: usize, direction: Direction) -> &Value {
        let entry = &self.documents[number];
        match direction {
            Direction::Request => &entry.request,
            Direction::Response => &entry.response,
        }
    }

    /// The place that a reference from document `from` points at; `None` if nothing stands there.
    pub fn resolve(&self, from: usize, reference: &str) -> Option<(usize, Pointer)> {
        let names: Vec<&str> = self
            .documents
            .iter()
            .map(|entry| &*entry.document.name)
            .collect();
        let (document, pointer) = resolve(&names, from, reference)?;
        self.documents[document].document.node(&pointer)?;
        Some((document, pointer))
    }

    pub(super) fn validator(&self, schema: &Schema) -> Result<Arc<Validator>, SchemaError> {
        let key = (schema.document, schema.pointer.clone(), schema.direction);
        if let Some(found) = self.lock().get(&key) {
            return found.clone();
        }
        let registry = self.registries[usize::from(schema.direction == Direction::Response)]
            .get_or_init(|| {
                let views =
                    (0..self.len()).map(|number| self.view(number, schema.direction).clone());
                validate::registry(views)
            })
            .as_ref()
            .map_err(Clone::clone);
        let made = registry.and_then(|registry| Validator::compile(registry, schema).map(Arc::new));
        self.lock().insert(key, made.clone());
        made
    }

    fn lock(
        &self,
    ) -> std::sync::MutexGuard<
        '_,
        HashMap<(usize, Pointer, Direction), Result<Arc<Validator>, SchemaError>>,
    > {
        self.validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SchemaSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.documents.iter().map(|entry| &entry.document.name))
            .finish()
    }
}

fn resolve(names: &[&str], from: usize, reference: &str) -> Option<(usize, Pointer)> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let fragment = percent_encoding::percent_decode_str(fragment)
        .decode_utf8()
        .ok()?;
    let pointer: Pointer = fragment.parse().ok()?;
    if file.is_empty() {
        return Some((from, pointer));
    }
    let file = percent_encoding::percent_decode_str(file)
        .decode_utf8()
        .ok()?;
    let folder = Path::new(names.get(from)?)
        .parent()
        .unwrap_or(Path::new(""));
    let path = tidy(&folder.join(&*file));
    let number = names
        .iter()
        .position(|name| tidy(Path::new(name)) == path)?;
    Some((number, pointer))
}

/// A path without `.` and, where they can be undone, `..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}
