//! Shifts: which members of schemas stand elsewhere in JSON Schema 2020-12, and moving them there.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::{Document, Pointer};
use crate::schema::Dialect;
use crate::schema::moves::{Move, Moves};
use crate::schema::survey::{Place, Survey};

/// Where members go that mean nothing, but have schemas in them that references lead to.
const IGNORED: &str = "proofmark:ignored";

/// Whether a lifted schema is a reference and says nothing else.
pub(in crate::schema) fn is_plain_reference(schema: &Map<String, Value>) -> bool {
    schema.contains_key("$ref") && schema.keys().all(|name| name == "$ref" || name == IGNORED)
}

/// What moves when documents are lifted.
pub(in crate::schema) fn moves(documents: &[(Document, Dialect)], survey: &Survey) -> Moves {
    let mut needed: Option<BTreeSet<&Place>> = None;
    let mut moves = Moves::default();
    for place in &survey.schemas {
        let Some((document, dialect)) = documents.get(place.0) else {
            continue;
        };
        let Some(Value::Object(members)) = document.node(&place.1) else {
            continue;
        };
        let mut found = Vec::new();
        for keyword in members
            .keys()
            .filter(|keyword| is_ignored(*dialect, members, keyword))
        {
            let needed = needed.get_or_insert_with(|| survey.schemas.iter().collect());
            if has_schemas(needed, &(place.0, place.1.join(keyword))) {
                found.push(Move::new(&[keyword], &[IGNORED, keyword]));
            }
        }
        if !(dialect.ignores_siblings() && is_reference(members)) {
            found.extend(items(*dialect, members));
            found.extend(dependencies(*dialect, members));
            found.extend(exclusive_bounds(*dialect, members));
        }
        moves.add(place.clone(), found);
    }
    moves
}

fn is_reference(schema: &Map<String, Value>) -> bool {
    schema.get("$ref").is_some_and(Value::is_string)
}

/// Whether a member of a schema means nothing, though it would in JSON Schema 2020-12.
fn is_ignored(dialect: Dialect, schema: &Map<String, Value>, keyword: &str) -> bool {
    let argument = schema.get(keyword);
    if !argument.is_some_and(|argument| argument.is_object() || argument.is_array()) {
        return false;
    }
    if dialect.ignores_siblings() && is_reference(schema) {
        return keyword != "$ref";
    }
    match dialect {
        Dialect::OpenApi30 => super::dialect_mix::UNKNOWN_TO_30.contains(&keyword),
        Dialect::Draft202012 | Dialect::OpenApi31 => false,
        _ if keyword == "additionalItems" => !schema.get("items").is_some_and(Value::is_array),
        older => !older.knows(keyword),
    }
}

/// Whether a schema stands at a place or below it.
fn has_schemas(schemas: &BTreeSet<&Place>, place: &Place) -> bool {
    // All that is below stands together in the order of texts.
    let first = (place.0, place.1.join(""));
    let next = schemas.range::<&Place, _>(&first..).next();
    schemas.contains(place)
        || next.is_some_and(|next| next.0 == place.0 && place.1.contains(&next.1))
}

/// Items that are named one by one have a keyword of their own.
fn items(dialect: Dialect, schema: &Map<String, Value>) -> Vec<Move> {
    let is_list = schema.get("items").is_some_and(Value::is_array);
    if !dialect.has_lists_of_items() || !is_list {
        return Vec::new();
    }
    vec![
        Move::new(&["items"], &["prefixItems"]),
        Move::new(&["additionalItems"], &["items"]),
    ]
}

/// Dependencies on names and on schemas have a keyword each.
fn dependencies(dialect: Dialect, schema: &Map<String, Value>) -> Vec<Move> {
    let Some(Value::Object(members)) = schema.get("dependencies") else {
        return Vec::new();
    };
    if dialect == Dialect::OpenApi30 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (name, member) in members {
        let keyword = if member.is_array() {
            "dependentRequired"
        } else {
            "dependentSchemas"
        };
        // What is said twice stays: the judge knows the old keyword, too.
        let is_taken = dialect.knows(keyword)
            && schema
                .get(keyword)
                .is_some_and(|known| known.get(name).is_some());
        if !is_taken {
            found.push(Move::new(&["dependencies", name], &[keyword, name]));
        }
    }
    if found.len() == members.len() {
        found.push(Move::name("dependencies", "dependentRequired"));
        found.push(Move::name("dependencies", "dependentSchemas"));
    }
    found
}

/// Bounds with a flag beside them get the keyword that the flag stood under. What is broken is the
/// bound (JSON Schema draft 4 validation, section 5.1.3).
fn exclusive_bounds(dialect: Dialect, schema: &Map<String, Value>) -> Vec<Move> {
    if !dialect.has_exclusive_flags() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (bound, flag) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        let is_bound = schema.get(bound).is_some_and(Value::is_number);
        if is_bound && schema.get(flag) == Some(&Value::Bool(true)) {
            found.push(Move::name(bound, flag));
        }
    }
    found
}

/// Moves what moves.
pub(super) fn apply(moves: &Moves, documents: &mut [Value]) {
    // Deeper schemas first: until then those around them stand where they were written.
    for ((document, schema), moved) in moves.deepest_first() {
        let node = documents
            .get_mut(*document)
            .and_then(|value| value.pointer_mut(schema.as_str()));
        if let Some(Value::Object(members)) = node {
            shift(members, moved);
        }
    }
}

fn shift(schema: &mut Map<String, Value>, moves: &[Move]) {
    let mut taken = Vec::new();
    for moved in moves.iter().filter(|moved| !moved.is_name) {
        let mut tokens = moved.written.tokens();
        let (Some(keyword), name) = (tokens.next(), tokens.next()) else {
            continue;
        };
        let value = match name {
            None => schema.shift_remove(&*keyword),
            Some(name) => schema
                .get_mut(&*keyword)
                .and_then(Value::as_object_mut)
                .and_then(|members| members.shift_remove(&*name)),
        };
        taken.extend(value.map(|value| (&moved.lifted, value)));
    }
    if schema
        .get("dependencies")
        .and_then(Value::as_object)
        .is_some_and(Map::is_empty)
    {
        schema.shift_remove("dependencies");
    }
    for (lifted, value) in taken {
        put(schema, lifted, value);
    }
}

/// Puts a value below a schema, at one token or two.
fn put(schema: &mut Map<String, Value>, at: &Pointer, value: Value) {
    let mut tokens = at.tokens();
    match (tokens.next(), tokens.next()) {
        (Some(keyword), None) => {
            schema.insert(keyword.into_owned(), value);
        }
        (Some(keyword), Some(name)) => {
            let holder = schema
                .entry(keyword.into_owned())
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(members) = holder {
                members.insert(name.into_owned(), value);
            }
        }
        _ => {}
    }
}
