//! `proofmark generate`: instances of a schema, as lines of JSON.

mod batch;
mod request;

use serde::Serialize;
use serde_json::Value;

use crate::cli::arguments::generate::{Generate, Kind};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::schema_source::SchemaSource;
use crate::cli::source::counted;
use crate::cli::{output, terminal};
use crate::document::Pointer;
use crate::generate::{Boundary, GenerateError, Generator, Invalid, LeftOut, Shown, Work};
use crate::schema::Schema;
use crate::seed::Seed;

/// How many bytes are written at once.
const CHUNK: usize = 1 << 16;

/// An instance and what it is, as one line.
#[derive(Debug, Serialize)]
struct Line {
    instance: Value,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_pointer: Option<Pointer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_pointer: Option<Pointer>,
}

/// Prints instances of one schema, or answers requests.
pub(crate) fn run(arguments: &Generate, config: &Config) -> Result<Exit, Failure> {
    let Some(named) = arguments.schema.as_deref().filter(|_| !arguments.batch) else {
        return batch::run(arguments, &config.patterns);
    };
    let (file, fragment) = named.split_once('#').unwrap_or((named, ""));
    let mut source = SchemaSource::open(file, arguments.dialect.map(Into::into), &config.patterns)?;
    let schema = source.schema(&pointer(fragment)?, arguments.direction.into())?;
    let mut made = 0;
    let mut chunk = String::new();
    let asked = (arguments.mode, arguments.seed, arguments.count);
    let (generator, lack, lines) = lines(&schema, asked)?;
    for line in lines {
        made += 1;
        chunk.push_str(&json(&line)?);
        chunk.push('\n');
        if chunk.len() >= CHUNK || made == 1 {
            if !terminal::stream(&chunk).map_err(output)? {
                return Ok(Exit::Success);
            }
            chunk.clear();
        }
    }
    terminal::stream(&chunk).map_err(output)?;
    for note in lack.notes("--count", arguments.count) {
        terminal::note(&note);
    }
    if made == 0 && arguments.count > 0 {
        let reason = nothing(arguments.mode, generator.as_ref());
        return Err(Failure::new(Exit::Nothing, reason));
    }
    Ok(Exit::Success)
}

/// What a list of instances has not.
#[derive(Default)]
struct Lack {
    left_out: LeftOut,
    is_spent: bool,
}

/// What makes instances, unless nothing satisfies the schema, what their list has not, and the
/// instances that were asked for.
type Made = (Option<Generator>, Lack, Box<dyn Iterator<Item = Line>>);

/// The instances that were asked for.
fn lines(schema: &Schema, (mode, seed, count): (Kind, Seed, usize)) -> Result<Made, Failure> {
    let generator = Generator::new(schema);
    let maker = generator.as_ref().ok().cloned();
    let work = Work::of(count);
    let mut left_out = LeftOut::default();
    let lines: Box<dyn Iterator<Item = Line>> = match mode {
        Kind::Valid => {
            let generator = generator.map_err(|error| failure(&error))?;
            Box::new(generator.series(seed).take(count).map(Line::valid))
        }
        Kind::Invalid => {
            let found = match generator {
                Ok(generator) => generator.invalid_within(seed, count, &work),
                // What nothing satisfies is broken by anything.
                Err(GenerateError::Unsatisfiable(_)) => {
                    Generator::strays(schema, seed, count).map_err(|error| failure(&error))?
                }
                Err(error) => return Err(failure(&error)),
            };
            Box::new(found.into_iter().map(Line::invalid))
        }
        Kind::Boundary => {
            let generator = generator.map_err(|error| failure(&error))?;
            let edges = generator.edges(count, &work);
            left_out = edges.left_out;
            Box::new(edges.instances.into_iter().map(Line::boundary))
        }
    };
    let lack = Lack {
        left_out,
        is_spent: work.is_spent(),
    };
    Ok((maker, lack, lines))
}

impl Lack {
    /// It in words. `option` is what sets the length of the list.
    fn notes(&self, option: &str, count: usize) -> Vec<String> {
        let edges = |count| counted(count, "edge");
        let LeftOut { by_limit, by_size } = self.left_out;
        let mut notes = Vec::new();
        if by_limit > 0 {
            let left = edges(by_limit);
            notes.push(format!(
                "{option} {count} leaves out some {left} of the schema"
            ));
        }
        if by_size > 0 {
            let left = edges(by_size);
            notes.push(format!(
                "the schema has more than one list holds: {left} left out, whatever {option} says"
            ));
        }
        if self.is_spent {
            let note = "the schema is so large that not everything in it was tried";
            notes.push(note.to_owned());
        }
        notes
    }
}

/// Why there are no instances.
fn nothing(mode: Kind, generator: Option<&Generator>) -> String {
    let reason = generator.and_then(Generator::failure);
    match (mode, reason) {
        (Kind::Invalid, _) => {
            "no invalid instance found: the schema seems to accept everything".to_owned()
        }
        (_, Some(reason)) => format!("no valid instance found: {reason}"),
        (Kind::Valid, None) => "no valid instance found".to_owned(),
        (Kind::Boundary, None) => {
            "no instance found at an edge: the schema seems to have none".to_owned()
        }
    }
}

fn failure(error: &GenerateError) -> Failure {
    match error {
        GenerateError::Schema(error) => {
            let place = error.location.as_ref();
            let place = place.map(|location| format!(" ({location})"));
            Failure::unusable(format!("{error}{}", place.unwrap_or_default()))
        }
        other => Failure::new(Exit::Nothing, other.to_string()),
    }
}

/// A pointer as it stands behind `#` (RFC 6901 section 6) or alone.
fn pointer(text: &str) -> Result<Pointer, Failure> {
    let text = text.strip_prefix('#').unwrap_or(text);
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|error| Failure::unusable(error.to_string()))?;
    decoded
        .parse()
        .map_err(|error: crate::document::PointerError| Failure::unusable(error.to_string()))
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::unusable(error.to_string()))
}

impl Line {
    fn valid(instance: Value) -> Self {
        Self {
            instance,
            valid: true,
            keyword: None,
            schema_pointer: None,
            instance_pointer: None,
        }
    }

    fn boundary(boundary: Boundary) -> Self {
        match boundary {
            Boundary::Valid(shown) => Self::shown(shown),
            Boundary::Invalid(invalid) => Self::invalid(invalid),
        }
    }

    fn shown(shown: Shown) -> Self {
        Self {
            instance: shown.value,
            valid: true,
            keyword: Some(shown.keyword),
            schema_pointer: Some(shown.schema.pointer),
            instance_pointer: Some(shown.instance),
        }
    }

    fn invalid(invalid: Invalid) -> Self {
        Self {
            instance: invalid.value,
            valid: false,
            keyword: Some(invalid.mutation.keyword),
            schema_pointer: Some(invalid.mutation.schema.pointer),
            instance_pointer: Some(invalid.mutation.instance),
        }
    }
}
