//! Sources: where the values of an operation's parameters and bodies come from.

use std::cell::OnceCell;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::proof::{generated, takes_body};
use super::resource::{Resources, known};
use super::{Body, Inputs};
use crate::generate::Generator;
use crate::schema::Schema;
use crate::seed::Seed;
use crate::spec::{MediaType, Operation, Parameter, Place, Spec};
use crate::wire::{MediaRange, Pieces, encode_body, encode_parameter};

/// How many values are drawn before a parameter or body counts as one that cannot be sent.
const DRAWS: u64 = 16;

/// Which of the optional parts of a request to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breadth {
    /// None.
    Required,
    /// All.
    All,
    /// Those that the seed picks.
    Some,
}

/// The values of one operation.
pub(super) struct Source<'a> {
    pub(super) spec: &'a Spec,
    pub(super) operation: &'a Operation,
    pub(super) parameters: Vec<ParameterSource<'a>>,
    /// The bodies that can be made; empty if the operation takes none.
    pub(super) bodies: Vec<BodySource<'a>>,
    /// What is left out, and why.
    pub(super) left_out: Vec<String>,
}

/// The values of one parameter.
pub(super) struct ParameterSource<'a> {
    pub(super) parameter: &'a Parameter,
    known: Vec<Value>,
    generator: LazyGenerator,
}

/// The bodies of one media type.
pub(super) struct BodySource<'a> {
    pub(super) name: &'a str,
    pub(super) media: &'a MediaType,
    /// The documented examples that can be sent.
    pub(super) examples: Vec<&'a Value>,
    /// Whether instances are made from the schema.
    generated: bool,
    generator: LazyGenerator,
}

type LazyGenerator = OnceCell<Result<Generator, String>>;

fn generator<'g>(cell: &'g LazyGenerator, schema: &Schema) -> Result<&'g Generator, String> {
    cell.get_or_init(|| Generator::new(schema).map_err(|error| error.to_string()))
        .as_ref()
        .map_err(Clone::clone)
}

impl<'a> Source<'a> {
    /// Looks at an operation. An error says why no valid request can be made.
    pub(super) fn new(
        spec: &'a Spec,
        operation: &'a Operation,
        resources: &Resources,
        documented: &Resources,
    ) -> Result<Self, String> {
        if let Some(place) = operation.unreadable.first() {
            return Err(format!("a part of its request cannot be read: {place}"));
        }
        let parameters = generated(spec, operation)
            .map(|parameter| ParameterSource {
                parameter,
                known: known(parameter, resources, documented)
                    .into_iter()
                    .filter(|value| can_be_sent(parameter, value).is_ok())
                    .collect(),
                generator: OnceCell::new(),
            })
            .collect();
        let mut source = Self {
            spec,
            operation,
            parameters,
            bodies: Vec::new(),
            left_out: Vec::new(),
        };
        source.add_bodies()?;
        Ok(source)
    }

    fn add_bodies(&mut self) -> Result<(), String> {
        let Some(body) = &self.operation.body else {
            return Ok(());
        };
        let method = &self.operation.method;
        if takes_body(method) {
            for (name, media) in &body.content {
                match BodySource::new(name, media) {
                    Ok(source) => self.bodies.push(source),
                    Err(reason) => self.left_out.push(reason),
                }
            }
        } else {
            self.left_out.push(format!(
                "its body is not sent: content of {method} requests has no defined meaning (RFC 9110 section 9.3)"
            ));
        }
        if body.required && self.bodies.is_empty() {
            let reason = self.left_out.pop();
            return Err(reason.unwrap_or_else(|| "its required body has no media type".to_owned()));
        }
        Ok(())
    }

    /// Whether the body must be sent.
    pub(super) fn requires_body(&self) -> bool {
        self.operation
            .body
            .as_ref()
            .is_some_and(|body| body.required)
            && !self.bodies.is_empty()
    }

    /// Values for the parameters. `known` prefers known values to generated ones; path parameters
    /// always do. Optional parameters of which no value can be sent are left out.
    pub(super) fn parameters(
        &self,
        breadth: Breadth,
        known: bool,
        seed: Seed,
    ) -> Result<IndexMap<(Place, String), Value>, String> {
        let mut values = IndexMap::new();
        for source in &self.parameters {
            let parameter = source.parameter;
            let seed = seed.derive(&format!("{}:{}", parameter.place, parameter.name), 0);
            let optional = match breadth {
                Breadth::Required => false,
                Breadth::All => true,
                Breadth::Some => seed.derive("sent", 0).number().is_multiple_of(2),
            };
            if !parameter.required && !optional {
                continue;
            }
            match source.value(known, seed) {
                Ok(value) => {
                    values.insert((parameter.place, parameter.name.clone()), value);
                }
                Err(_) if !parameter.required => {}
                Err(reason) => {
                    let (place, name) = (parameter.place, &parameter.name);
                    return Err(format!("{place} parameter `{name}`: {reason}"));
                }
            }
        }
        Ok(values)
    }

    /// The optional parameters and the bodies of which no value can be sent, with the reasons.
    pub(super) fn unsendable(&self, seed: Seed) -> Vec<String> {
        let parameters = self.parameters.iter().filter_map(|source| {
            let reason = source.value(true, seed).err()?;
            let (place, name) = (source.parameter.place, &source.parameter.name);
            Some(format!("{place} parameter `{name}`: {reason}"))
        });
        let bodies = self.bodies.iter();
        parameters
            .chain(bodies.filter_map(|body| body.minimal(seed).err()))
            .collect()
    }

    /// The smallest valid inputs, for cases in which something else matters.
    pub(super) fn twin(&self, seed: Seed) -> Result<Inputs, String> {
        let body = match self.bodies.first() {
            Some(body) if self.requires_body() => Some(body.minimal(seed.derive("body", 0))?),
            _ => None,
        };
        Ok(Inputs {
            parameters: self.parameters(Breadth::Required, true, seed)?,
            body,
            ..Inputs::default()
        })
    }
}

impl ParameterSource<'_> {
    /// A valid value that can be sent.
    pub(super) fn value(&self, known: bool, seed: Seed) -> Result<Value, String> {
        let prefers_known = known || self.parameter.place == Place::Path;
        if prefers_known && let Some(value) = pick(&self.known, seed) {
            return Ok(value.clone());
        }
        self.drawn(seed)
            .or_else(|reason| pick(&self.known, seed).cloned().ok_or(reason))
    }

    /// A generated value that can be sent.
    pub(super) fn drawn(&self, seed: Seed) -> Result<Value, String> {
        let generator = self.generator()?;
        let mut failure = String::new();
        for draw in 0..DRAWS {
            let value = generator
                .valid(seed.derive("draw", draw))
                .map_err(|error| error.to_string())?;
            match can_be_sent(self.parameter, &value) {
                Ok(()) => return Ok(value),
                Err(reason) => failure = reason,
            }
        }
        Err(format!("none of {DRAWS} values can be sent: {failure}"))
    }

    /// One of the documented examples, as long as there are any.
    pub(super) fn example(&self, round: usize) -> Option<&Value> {
        // What is known of the path is nearer to the truth than what was written once.
        let values: Vec<&Value> = if self.parameter.place == Place::Path && !self.known.is_empty() {
            self.known.iter().collect()
        } else {
            let examples = self.parameter.examples.iter();
            examples
                .map(|example| &example.value)
                .filter(|value| can_be_sent(self.parameter, value).is_ok())
                .collect()
        };
        values.get(round.checked_rem(values.len())?).copied()
    }

    pub(super) fn generator(&self) -> Result<&Generator, String> {
        generator(&self.generator, &self.parameter.schema)
    }
}

impl<'a> BodySource<'a> {
    fn new(name: &'a str, media: &'a MediaType) -> Result<Self, String> {
        let range = MediaRange::parse(name).map_err(|error| error.to_string())?;
        let mut source = Self {
            name,
            media,
            examples: Vec::new(),
            generated: is_generated(&range.concrete()),
            generator: OnceCell::new(),
        };
        source.examples = media
            .examples
            .iter()
            .map(|example| &example.value)
            .filter(|value| source.can_be_sent(value).is_ok())
            .collect();
        if source.generated || !source.examples.is_empty() {
            Ok(source)
        } else {
            Err(format!(
                "bodies of media type `{name}` are not generated, and there is no example that can be sent"
            ))
        }
    }

    /// A body of any instance.
    pub(super) fn instance(&self, value: Value) -> Body {
        Body::Instance {
            media_type: self.name.to_owned(),
            value,
        }
    }

    /// A body with little in it.
    pub(super) fn minimal(&self, seed: Seed) -> Result<Body, String> {
        if let (false, Some(example)) = (self.generated, self.examples.first()) {
            return Ok(self.instance((*example).clone()));
        }
        let Some(generator) = self.generator()? else {
            return self.first_sendable(std::iter::once(Ok(self.anything())));
        };
        let draws = (0..DRAWS).map(|draw| generator.valid(seed.derive("draw", draw)));
        self.first_sendable(draws.map(|drawn| drawn.map_err(|error| error.to_string())))
    }

    /// Up to so many bodies, as different as they can be.
    pub(super) fn series(&self, seed: Seed, count: usize) -> Result<Vec<Body>, String> {
        let bodies = |values: &mut dyn Iterator<Item = Value>| -> Vec<Body> {
            let values = values.take(count.saturating_mul(4));
            let sendable = values.filter(|value| self.can_be_sent(value).is_ok());
            sendable
                .map(|value| self.instance(value))
                .take(count)
                .collect()
        };
        if !self.generated {
            let mut examples = self.examples.iter().map(|value| (*value).clone());
            return Ok(bodies(&mut examples));
        }
        Ok(match self.generator()? {
            Some(generator) => bodies(
                &mut (0..).map_while(|draw| generator.valid(seed.derive("series", draw)).ok()),
            ),
            None => bodies(&mut std::iter::once(self.anything())),
        })
    }

    /// The generator; `None` where the document leaves the instances open.
    pub(super) fn generator(&self) -> Result<Option<&Generator>, String> {
        match &self.media.schema {
            Some(schema) if self.generated => generator(&self.generator, schema)
                .map(Some)
                .map_err(|reason| format!("body `{}`: {reason}", self.name)),
            _ => Ok(None),
        }
    }

    fn first_sendable(
        &self,
        values: impl Iterator<Item = Result<Value, String>>,
    ) -> Result<Body, String> {
        let mut failure = "there is no value".to_owned();
        for value in values {
            match value.and_then(|value| self.can_be_sent(&value).map(|()| value)) {
                Ok(value) => return Ok(self.instance(value)),
                Err(reason) => failure = reason,
            }
        }
        Err(format!("body `{}`: {failure}", self.name))
    }

    fn can_be_sent(&self, value: &Value) -> Result<(), String> {
        encode_body(self.name, self.media, value)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// An instance where no schema asks for anything.
    fn anything(&self) -> Value {
        let structured = json!({"proofmark": "proofmark"});
        if self.can_be_sent(&structured).is_ok() {
            structured
        } else {
            json!("proofmark")
        }
    }
}

/// One of several values, by the seed.
fn pick(values: &[Value], seed: Seed) -> Option<&Value> {
    let count = u64::try_from(values.len()).ok()?;
    let index = seed.derive("pick", 0).number().checked_rem(count)?;
    values.get(usize::try_from(index).ok()?)
}

/// Whether a value survives the way to any server. Many of them, and what stands before them,
/// resolve escaped slashes and dot segments in paths.
fn can_be_sent(parameter: &Parameter, value: &Value) -> Result<(), String> {
    let pieces = encode_parameter(parameter, value).map_err(|error| error.to_string())?;
    match pieces {
        Pieces::Text(text) if parameter.place == Place::Path => {
            let folded = text.to_ascii_uppercase();
            let lost = matches!(&*text, "" | "." | "..")
                || ["%2F", "%5C", "%00"]
                    .iter()
                    .any(|escape| folded.contains(escape));
            if lost {
                Err(format!("`{text}` would not arrive in a path"))
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// Whether instances of a media type are made from schemas. The content of most media types has
/// rules that no schema tells.
fn is_generated(media_type: &MediaRange) -> bool {
    let essence = media_type.essence();
    media_type.is_json()
        || matches!(
            &*essence,
            "application/x-www-form-urlencoded"
                | "multipart/form-data"
                | "text/plain"
                | "application/octet-stream"
        )
}
