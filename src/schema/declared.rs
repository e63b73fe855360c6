//! Declarations: which properties a schema declares, through references and `allOf`, and with which
//! marks.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::survey::{Place, Survey};
use super::{Dialect, Direction};
use crate::document::Document;

/// How many schemas one question may look at: enough for every document that people write.
const BUDGET: usize = 1000;

/// Looks for the declarations of properties.
pub(super) struct Declarations<'a> {
    documents: &'a [(Document, Dialect)],
    survey: &'a Survey,
    /// Whether any document mentions a mark at all.
    marked: [bool; 2],
}

impl<'a> Declarations<'a> {
    pub(super) fn new(documents: &'a [(Document, Dialect)], survey: &'a Survey) -> Self {
        let mut declarations = Self {
            documents,
            survey,
            marked: [false; 2],
        };
        for direction in [Direction::Request, Direction::Response] {
            declarations.marked[direction as usize] = survey
                .schemas
                .iter()
                .any(|place| declarations.has_mark(place, direction));
        }
        declarations
    }

    /// Whether a property that a schema names in `required` does not travel in this direction.
    pub(super) fn is_absent(&self, schema: &Place, name: &str, direction: Direction) -> bool {
        self.marked[direction as usize]
            && self
                .declarations(schema, name)
                .iter()
                .any(|property| self.is_marked(property, direction))
    }

    /// The places at which the instances that a schema describes declare a property: in the schema,
    /// in what it combines by reference and `allOf`, and in the schemas whose `allOf` it is part of.
    pub(super) fn declarations(&self, schema: &Place, name: &str) -> Vec<Place> {
        let mut found = Vec::new();
        self.combined(&self.whole(schema), |place, members| {
            let properties = members.get("properties").and_then(Value::as_object);
            if properties.is_some_and(|properties| properties.contains_key(name)) {
                found.push((place.0, place.1.join("properties").join(name)));
            }
        });
        found
    }

    /// The outermost schema that combines this one by nested `allOf`s.
    pub(super) fn whole(&self, schema: &Place) -> Place {
        let (number, mut pointer) = schema.clone();
        while let Some(list) = pointer.parent()
            && list.last().as_deref() == Some("allOf")
            && let Some(parent) = list.parent()
            && self.survey.is_schema(&(number, parent.clone()))
        {
            pointer = parent;
        }
        (number, pointer)
    }

    /// Calls `see` with a schema and everything that it combines by reference and `allOf`.
    pub(super) fn combined(
        &self,
        schema: &Place,
        mut see: impl FnMut(&Place, &'a Map<String, Value>),
    ) {
        let mut seen: HashSet<Place> = HashSet::new();
        let mut queue = vec![schema.clone()];
        while let Some(place) = queue.pop() {
            if seen.len() >= BUDGET || !seen.insert(place.clone()) {
                continue;
            }
            let Some(members) = self.members(&place) else {
                continue;
            };
            see(&place, members);
            if let Some(target) = self.survey.targets.get(&place) {
                queue.push(target.place.clone());
            }
            if let Some(Value::Array(parts)) = members.get("allOf") {
                let list = place.1.join("allOf");
                queue.extend((0..parts.len()).map(|index| (place.0, list.index(index))));
            }
        }
    }

    fn is_marked(&self, property: &Place, direction: Direction) -> bool {
        let mut marked = false;
        self.combined(property, |place, _| {
            marked |= self.has_mark(place, direction);
        });
        marked
    }

    fn has_mark(&self, place: &Place, direction: Direction) -> bool {
        let mark = match direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        self.members(place)
            .and_then(|members| members.get(mark))
            .is_some_and(|value| *value == Value::Bool(true))
    }

    /// The members of a schema that have an effect.
    fn members(&self, place: &Place) -> Option<&'a Map<String, Value>> {
        let (document, dialect) = self.documents.get(place.0)?;
        let members = document.node(&place.1)?.as_object()?;
        let hidden =
            *dialect == Dialect::OpenApi30 && members.get("$ref").is_some_and(Value::is_string);
        Some(if hidden { empty() } else { members })
    }
}

/// The members of an OpenAPI 3.0 schema that holds a `$ref`: all others are ignored.
fn empty() -> &'static Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    &EMPTY
}
