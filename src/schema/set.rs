//! The documents that schemas point into, and the judges compiled from them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::{Map, Value};

use super::declared::Declarations;
use super::fault::Faults;
use super::moves::Moves;
use super::reference::VIEW;
use super::scope::Scopes;
use super::survey::{Survey, Unavailable};
use super::surveyor::{Open, survey};
use super::{
    BrokenReference, Dialect, Direction, Formats, Place, Schema, SchemaError, Validator, defect,
    lift, reference, validate,
};
use crate::document::{Diagnostic, Document, Location, Pointer};

/// Documents and the compiled validators of their schemas.
pub struct SchemaSet {
    documents: Vec<(Document, Dialect)>,
    /// The lifted documents as the judge gets them, one list for each direction. They are the same
    /// where nothing is said about directions.
    views: [Vec<Arc<Value>>; 2],
    survey: Survey,
    scopes: Scopes,
    moves: Moves,
    faults: Faults,
    defects: Vec<Diagnostic>,
    registries: [OnceLock<Result<validate::Registry, SchemaError>>; 2],
    validators: Mutex<Validators>,
}

/// What was compiled so far. It must not hold on to the set that it is in.
type Validators =
    HashMap<(usize, Pointer, Direction), Result<Arc<jsonschema::Validator>, SchemaError>>;

/// Collects documents for a [`SchemaSet`].
#[derive(Default)]
pub struct SchemaSetBuilder {
    documents: Vec<(Document, Dialect)>,
    entries: Vec<Place>,
    formats: Formats,
    survey: Option<Survey>,
}

impl SchemaSetBuilder {
    /// Adds a document and returns its number.
    pub fn add(&mut self, document: Document, dialect: Dialect) -> usize {
        self.documents.push((document, dialect));
        self.survey = None;
        self.documents.len() - 1
    }

    /// Reads a node as a schema, wherever it stands in its document.
    pub fn entry(&mut self, document: usize, pointer: &Pointer) {
        self.entries.push((document, pointer.clone()));
        self.survey = None;
    }

    /// Gives meaning to formats that are not of the standards.
    pub fn formats(&mut self, formats: &Formats) {
        self.formats = formats.clone();
    }

    /// Follows every reference from the first document on, and adds the documents that they name.
    /// `open` gets each name once, as seen from where the first document's name is seen from, and
    /// says why a document cannot be used.
    pub fn survey(&mut self, open: &mut Open<'_>) {
        self.survey = Some(survey(&mut self.documents, &self.entries, open));
    }

    /// Lifts the documents and makes the set.
    pub fn build(mut self) -> Arc<SchemaSet> {
        let mut survey = self.survey.take().unwrap_or_else(|| {
            let mut open = |name: &str| {
                Err(Unavailable {
                    message: format!("`{name}` was not read"),
                    hint: None,
                })
            };
            survey(&mut self.documents, &self.entries, &mut open)
        });
        let scopes = Scopes::new(self.documents.len(), &survey).unwrap_or_else(|_| {
            survey.refuse_dynamic();
            Scopes::default()
        });
        let declarations = Declarations::new(&self.documents, &survey);
        let defects = defect::defects(&self.documents, &survey, &declarations);
        let faults = Faults::new(&self.documents, &survey, &defects);
        let moves = lift::moves(&self.documents, &survey);
        let view = |direction| {
            let mut views = lift::lift(
                &self.documents,
                &survey,
                &declarations,
                &moves,
                &faults,
                &self.formats,
                direction,
            );
            let scoped = scopes.views(&views, &moves);
            views.extend(scoped);
            let wrap = |view| Value::Object(Map::from_iter([(VIEW.to_owned(), view)]));
            views.into_iter().map(wrap).map(Arc::new).collect()
        };
        let views: Vec<Arc<Value>> = view(Direction::Request);
        let others = if declarations.are_marked() {
            view(Direction::Response)
        } else {
            views.clone()
        };
        Arc::new(SchemaSet {
            views: [views, others],
            documents: self.documents,
            survey,
            scopes,
            moves,
            faults,
            defects: defects.into_iter().map(|(_, defect)| defect).collect(),
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

    /// The schema at a place, as the author wrote it.
    pub fn schema(
        self: &Arc<Self>,
        document: usize,
        pointer: &Pointer,
        direction: Direction,
    ) -> Schema {
        let place = (document, pointer.clone());
        Schema {
            set: self.clone(),
            document: self.scopes.entry(&place, &self.survey),
            pointer: self.moves.lifted(document, pointer),
            direction,
        }
    }

    /// Where the author wrote what stands at a place of a schema after lifting.
    pub fn location(&self, view: usize, lifted: &Pointer) -> Location {
        let number = self.scopes.document(view);
        let written = self.moves.written(number, lifted);
        self.document(number).location(&written)
    }

    /// What the author wrote at a place of a schema after lifting.
    pub(super) fn written(&self, view: usize, lifted: &Pointer) -> Option<&Value> {
        let number = self.scopes.document(view);
        let written = self.moves.written(number, lifted);
        self.documents.get(number)?.0.node(&written)
    }

    /// Whether a place was found to be a schema.
    pub fn is_schema(&self, place: &Place) -> bool {
        self.survey.is_schema(place)
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are no documents.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// A document as it was read, by its number or by that of one of its schemas.
    ///
    /// # Panics
    ///
    /// If there is no document of that number; numbers come from this set only.
    pub fn document(&self, number: usize) -> &Document {
        &self.documents[self.scopes.document(number)].0
    }

    /// The dialect of a document; `None` if there is no document of that number.
    pub fn dialect(&self, number: usize) -> Option<Dialect> {
        let number = self.scopes.document(number);
        self.documents.get(number).map(|(_, dialect)| *dialect)
    }

    /// A document lifted to JSON Schema 2020-12.
    pub(super) fn view(&self, number: usize, direction: Direction) -> &Value {
        let views = &self.views[direction as usize];
        views.get(number).map_or(&Value::Null, |view| &view[VIEW])
    }

    /// Whether there is a lifted document of this number.
    pub(super) fn has_view(&self, number: usize) -> bool {
        number < self.views[Direction::Request as usize].len()
    }

    /// The place after lifting that a reference of a lifted document names; `None` if nothing stands
    /// there.
    pub fn resolve(&self, from: usize, reference: &str) -> Option<Place> {
        let (document, pointer) = reference::parse_canonical(from, reference)?;
        let view = self.views[Direction::Request as usize].get(document)?;
        pointer.find(&view[VIEW])?;
        Some((document, pointer))
    }

    /// The node that stands for the one at a place: where the last of its references leads, or the
    /// place itself. `None` if a reference leads nowhere.
    pub fn target(&self, place: &Place) -> Option<Place> {
        self.survey.end(place)
    }

    /// What is wrong with the schemas: those that cannot be used (PM704), keywords of another dialect
    /// (PM710), and names in `required` that nothing declares (PM711).
    pub fn defects(&self) -> &[Diagnostic] {
        &self.defects
    }

    /// Why a schema cannot be used.
    pub(super) fn fault(&self, number: usize) -> Option<&SchemaError> {
        self.faults.get(number)
    }

    /// The references that lead nowhere.
    pub fn broken_references(&self) -> impl Iterator<Item = &BrokenReference> {
        self.survey.broken.values()
    }

    /// The places of all schemas.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.survey.schemas.iter()
    }

    pub(super) fn validator(&self, schema: &Schema) -> Result<Arc<Validator>, SchemaError> {
        let direction = self.judged(schema.direction);
        let key = (schema.document, schema.pointer.clone(), direction);
        let judge = |compiled| Arc::new(Validator::new(schema, compiled));
        if let Some(found) = self.lock().get(&key) {
            return found.clone().map(judge);
        }
        let made = self.validator_for(schema).map(Arc::new);
        self.lock().insert(key, made.clone());
        made.map(judge)
    }

    pub(super) fn validator_for<F: jsonschema::json::Json>(
        &self,
        schema: &Schema,
    ) -> Result<jsonschema::Validator<F>, SchemaError> {
        let direction = self.judged(schema.direction);
        let registry = self.registries[direction as usize]
            .get_or_init(|| validate::registry(&self.views[direction as usize]))
            .as_ref()
            .map_err(Clone::clone)?;
        validate::compile(registry, schema)
    }

    /// Whether any member travels in one direction only.
    pub fn is_directed(&self) -> bool {
        let [requests, responses] = &self.views;
        let mut pairs = requests.iter().zip(responses);
        pairs.any(|(one, other)| !Arc::ptr_eq(one, other))
    }

    /// The direction whose judges are those of this one.
    fn judged(&self, direction: Direction) -> Direction {
        if self.is_directed() {
            direction
        } else {
            Direction::Request
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Validators> {
        self.validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SchemaSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.documents.iter().map(|(document, _)| &document.name))
            .finish()
    }
}
