//! `proofmark generate --batch`: requests from standard input, one answer line each.

use std::io::{self, BufRead};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use serde_json::Value;

use super::request::{self, Request};
use super::{Line, json, lines, nothing, pointer};
use crate::cli::arguments::generate::{Dialect, Generate};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::schema_source::SchemaSource;
use crate::cli::{output, terminal};
use crate::document::Document;
use crate::schema::Formats;

#[derive(Debug, Serialize)]
struct Answer {
    id: Value,
    instances: Vec<Line>,
    error: Option<String>,
}

/// The document of the last request: those that follow are often about the same one.
struct Known {
    origin: Value,
    dialect: Option<Dialect>,
    source: SchemaSource,
}

/// Answers every line until there are no more.
pub(super) fn run(arguments: &Generate, formats: &Formats) -> Result<Exit, Failure> {
    let mut known = None;
    for (number, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line.map_err(|error| {
            Failure::unusable(format!("standard input cannot be read: {error}"))
        })?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = answer(number + 1, &line, arguments, formats, &mut known);
        if !terminal::stream(&(json(&answer)? + "\n")).map_err(output)? {
            break;
        }
    }
    Ok(Exit::Success)
}

fn answer(
    number: usize,
    line: &[u8],
    arguments: &Generate,
    formats: &Formats,
    known: &mut Option<Known>,
) -> Answer {
    let mut answer = Answer {
        // Whatever is wrong with the rest of the line.
        id: request::id_of(line),
        instances: Vec::new(),
        error: None,
    };
    let made = std::str::from_utf8(line)
        .map_err(|error| format!("line {number}: {error}"))
        .and_then(|text| {
            // By this name the text is JSON and nothing else.
            let document = Document::parse(&format!("line-{number}.json"), text);
            document.map_err(|error| format!("line {number}: {error}"))
        })
        .and_then(|document| {
            let request =
                Request::read(document.value).map_err(|error| format!("line {number}: {error}"))?;
            // A fault of a library must not cost the other requests.
            let made = AssertUnwindSafe(|| made(number, request, arguments, formats, known));
            match catch_unwind(made) {
                Ok(made) => made.map_err(|failure| failure.message),
                Err(_) => Err("the schema made the program fail".to_owned()),
            }
        });
    match made {
        Ok(instances) => answer.instances = instances,
        Err(error) => answer.error = Some(error),
    }
    answer
}

fn made(
    number: usize,
    request: Request,
    arguments: &Generate,
    formats: &Formats,
    known: &mut Option<Known>,
) -> Result<Vec<Line>, Failure> {
    let origin = match (request.schema, request.document) {
        (Some(schema), None) if schema.is_object() || schema.is_boolean() => schema,
        (Some(_), None) => return Err(Failure::unusable("`schema` is no object and no boolean")),
        (None, Some(document)) => document,
        _ => {
            return Err(Failure::unusable(
                "one of `schema` and `document` is needed",
            ));
        }
    };
    let dialect = request.dialect.or(arguments.dialect);
    let direction = request.direction.unwrap_or(arguments.direction);
    let at = pointer(request.pointer.as_deref().unwrap_or_default())?;
    let is_known = known
        .as_ref()
        .is_some_and(|known| known.origin == origin && known.dialect == dialect);
    if !is_known {
        let source = match &origin {
            Value::String(file) => SchemaSource::open(file, dialect.map(Into::into), formats),
            value => SchemaSource::of_value(value.clone(), dialect.map(Into::into), formats),
        }?;
        *known = Some(Known {
            origin,
            dialect,
            source,
        });
    }
    let Some(known) = known else {
        return Ok(Vec::new());
    };
    let schema = known.source.schema(&at, direction.into())?;
    let asked = (request.mode, request.seed, request.count);
    let (generator, lack, lines) = lines(&schema, asked)?;
    for note in lack.notes("`count`", request.count) {
        terminal::note(&format!("line {number}: {note}"));
    }
    let made: Vec<Line> = lines.collect();
    if made.is_empty() && request.count > 0 {
        let reason = nothing(request.mode, generator.as_ref());
        return Err(Failure::new(Exit::Nothing, reason));
    }
    Ok(made)
}
