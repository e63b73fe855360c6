//! Sources: where the values of an operation's parameters and bodies come from.

mod body;
mod generators;
mod parameter;

use std::cell::OnceCell;
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::Value;

use super::Inputs;
use super::proof::{generated, takes_body};
use super::resource::Resources;
use crate::schema::Schema;
use crate::seed::Seed;
use crate::spec::{Operation, Place, Spec};

pub(super) use body::BodySource;
pub(super) use generators::{Generators, Kept};
pub(super) use parameter::{ParameterSource, can_be_sent};

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

/// A generator that is looked up when it is first needed.
struct LazyGenerator {
    cell: OnceCell<Result<Rc<Kept>, String>>,
    generators: Rc<Generators>,
}

impl LazyGenerator {
    fn new(generators: &Rc<Generators>) -> Self {
        Self {
            cell: OnceCell::new(),
            generators: generators.clone(),
        }
    }

    fn of(&self, schema: &Schema) -> Result<&Kept, String> {
        let made = self.cell.get_or_init(|| self.generators.of(schema));
        made.as_deref().map_err(Clone::clone)
    }
}

impl<'a> Source<'a> {
    /// Looks at an operation. An error says why no valid request can be made.
    pub(super) fn new(
        spec: &'a Spec,
        operation: &'a Operation,
        resources: &Resources,
        documented: &Resources,
        generators: &Rc<Generators>,
    ) -> Result<Self, String> {
        if let Some(place) = operation.unreadable.first() {
            return Err(format!("a part of its request cannot be read: {place}"));
        }
        let parameters = generated(spec, operation)
            .map(|parameter| {
                let generator = LazyGenerator::new(generators);
                ParameterSource::new(&operation.path, parameter, resources, documented, generator)
            })
            .collect();
        let mut source = Self {
            spec,
            operation,
            parameters,
            bodies: Vec::new(),
            left_out: Vec::new(),
        };
        source.add_bodies(generators)?;
        Ok(source)
    }

    fn add_bodies(&mut self, generators: &Rc<Generators>) -> Result<(), String> {
        let Some(body) = &self.operation.body else {
            return Ok(());
        };
        let method = &self.operation.method;
        if takes_body(method) {
            for (name, media) in &body.content {
                match BodySource::new(name, media, body.required, LazyGenerator::new(generators)) {
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
