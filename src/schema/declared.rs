//! Declarations: which properties the instances of a schema have, through references and the
//! keywords that combine schemas for one instance, and with which marks.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::survey::{Place, Survey};
use super::{Dialect, Direction};
use crate::document::{Document, Pointer};

/// How many schemas one question may look at: enough for every document that people write.
const BUDGET: usize = 1000;

/// Keywords whose schemas describe the same instance: lists, maps and single ones.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const MAPS: [&str; 1] = ["dependentSchemas"];
const SINGLES: [&str; 2] = ["then", "else"];
/// The same, but what they say must not hold.
const CONDITIONS: [&str; 2] = ["not", "if"];

/// Looks for the declarations of properties.
pub(super) struct Declarations<'a> {
    documents: &'a [(Document, Dialect)],
    survey: &'a Survey,
    /// Whether any schema has the mark of a direction.
    marked: [bool; 2],
    /// What was found for whole schemas: the names of their properties, and of those that do not
    /// travel in a direction.
    names: RefCell<HashMap<Place, Option<Names<'a>>>>,
    absent: RefCell<HashMap<(Place, bool), Names<'a>>>,
}

/// Names of properties.
type Names<'a> = Rc<HashSet<&'a str>>;

impl<'a> Declarations<'a> {
    pub(super) fn new(documents: &'a [(Document, Dialect)], survey: &'a Survey) -> Self {
        let mut declarations = Self {
            documents,
            survey,
            marked: [false; 2],
            names: RefCell::default(),
            absent: RefCell::default(),
        };
        for direction in [Direction::Request, Direction::Response] {
            declarations.marked[direction as usize] = survey
                .schemas
                .iter()
                .any(|place| declarations.has_mark(place, direction));
        }
        declarations
    }

    /// Whether anything travels in one direction only.
    pub(super) fn are_marked(&self) -> bool {
        self.marked.contains(&true)
    }

    /// Whether a property that a schema names in `required` does not travel in this direction. Below
    /// `not` and `if` nothing is taken away: that would turn its meaning around.
    pub(super) fn is_absent(&self, schema: &Place, name: &str, direction: Direction) -> bool {
        if !self.marked[direction as usize] {
            return false;
        }
        let (whole, is_condition) = self.whole(schema);
        !is_condition && self.absent(whole, direction).contains(name)
    }

    /// The properties of a whole schema that do not travel in this direction.
    fn absent(&self, whole: Place, direction: Direction) -> Names<'a> {
        let key = (whole, direction == Direction::Request);
        if let Some(known) = self.absent.borrow().get(&key) {
            return known.clone();
        }
        let mut absent = HashSet::new();
        self.combined(&key.0, |place, members| {
            if let Some(Value::Object(properties)) = members.get("properties") {
                let list = place.1.join("properties");
                let names = properties.keys().map(String::as_str);
                absent.extend(
                    names.filter(|name| self.is_marked(&(place.0, list.join(name)), direction)),
                );
            }
        });
        let absent = Rc::new(absent);
        self.absent.borrow_mut().insert(key, absent.clone());
        absent
    }

    /// The outermost schema that describes the same instances, and whether the way to it passes a
    /// condition.
    fn whole(&self, schema: &Place) -> (Place, bool) {
        let mut at = schema.clone();
        let mut is_condition = false;
        while let Some((keyword, parent)) = self.holder(&at) {
            is_condition |= CONDITIONS.contains(&keyword);
            at = parent;
        }
        (at, is_condition)
    }

    /// The schema that holds this one for the same instance, and the keyword.
    fn holder(&self, place: &Place) -> Option<(&'static str, Place)> {
        let is_schema = |pointer: &Pointer| self.survey.is_schema(&(place.0, pointer.clone()));
        let parent = place.1.parent()?;
        let last = place.1.last()?;
        let single = SINGLES.iter().chain(&CONDITIONS);
        if let Some(keyword) = single.into_iter().find(|keyword| **keyword == last)
            && is_schema(&parent)
        {
            return Some((keyword, (place.0, parent)));
        }
        let grandparent = parent.parent()?;
        let name = parent.last()?;
        let keyword = LISTS
            .iter()
            .chain(&MAPS)
            .find(|keyword| **keyword == name)?;
        is_schema(&grandparent).then_some((*keyword, (place.0, grandparent)))
    }

    /// The names of all properties that the instances of a schema may have; `None` if that cannot be
    /// told from names, or if there are none.
    pub(super) fn names(&self, schema: &Place) -> Option<Names<'a>> {
        let (whole, _) = self.whole(schema);
        if let Some(known) = self.names.borrow().get(&whole) {
            return known.clone();
        }
        let mut names = HashSet::new();
        let mut is_open = false;
        self.combined(&whole, |_, members| {
            is_open |= members.contains_key("patternProperties");
            if let Some(Value::Object(properties)) = members.get("properties") {
                names.extend(properties.keys().map(String::as_str));
            }
        });
        let found = (!names.is_empty() && !is_open).then(|| Rc::new(names));
        self.names.borrow_mut().insert(whole, found.clone());
        found
    }

    /// Calls `see` with a schema and every other that describes the same instance from there.
    fn combined(&self, schema: &Place, mut see: impl FnMut(&Place, &'a Map<String, Value>)) {
        let mut seen: HashSet<Place> = HashSet::new();
        let mut queue = vec![schema.clone()];
        while let Some(place) = queue.pop() {
            if seen.len() >= BUDGET || !seen.insert(place.clone()) {
                continue;
            }
            if let Some(target) = self.survey.targets.get(&place) {
                queue.push(target.place.clone());
            }
            let Some(members) = self.members(&place) else {
                continue;
            };
            see(&place, members);
            let below = |keyword: &str| place.1.join(keyword);
            for keyword in LISTS {
                if let Some(Value::Array(parts)) = members.get(keyword) {
                    let list = below(keyword);
                    queue.extend((0..parts.len()).map(|index| (place.0, list.index(index))));
                }
            }
            for keyword in MAPS {
                if let Some(Value::Object(parts)) = members.get(keyword) {
                    let map = below(keyword);
                    queue.extend(parts.keys().map(|name| (place.0, map.join(name))));
                }
            }
            for keyword in SINGLES {
                if members.contains_key(keyword) {
                    queue.push((place.0, below(keyword)));
                }
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

    /// The members of a schema, if they have an effect: before 2019-09 those beside `$ref` have none.
    fn members(&self, place: &Place) -> Option<&'a Map<String, Value>> {
        let (document, dialect) = self.documents.get(place.0)?;
        let members = document.node(&place.1)?.as_object()?;
        let is_hidden =
            dialect.ignores_siblings() && members.get("$ref").is_some_and(Value::is_string);
        (!is_hidden).then_some(members)
    }
}
