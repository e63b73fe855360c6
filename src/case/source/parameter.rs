//! Values of one parameter: known ones and generated ones, as far as they can be sent.

use serde_json::Value;

use super::{DRAWS, Kept, LazyGenerator};
use crate::case::resource::{Resources, known};
use crate::generate::Generator;
use crate::seed::Seed;
use crate::spec::{Parameter, PathTemplate, Place};
use crate::wire::{Pieces, encode_parameter};

/// The values of one parameter.
pub(in crate::case) struct ParameterSource<'a> {
    pub(in crate::case) parameter: &'a Parameter,
    known: Vec<Value>,
    generator: LazyGenerator,
}

impl<'a> ParameterSource<'a> {
    pub(super) fn new(
        path: &PathTemplate,
        parameter: &'a Parameter,
        resources: &Resources,
        documented: &Resources,
        generator: LazyGenerator,
    ) -> Self {
        let known = known(path, parameter, resources, documented).into_iter();
        Self {
            parameter,
            known: known
                .filter(|value| can_be_sent(parameter, value).is_ok())
                .collect(),
            generator,
        }
    }

    /// A valid value that can be sent.
    pub(in crate::case) fn value(&self, known: bool, seed: Seed) -> Result<Value, String> {
        let prefers_known = known || self.parameter.place == Place::Path;
        if prefers_known && let Some(value) = pick(&self.known, seed) {
            return Ok(value.clone());
        }
        self.drawn(seed)
            .or_else(|reason| pick(&self.known, seed).cloned().ok_or(reason))
    }

    /// A generated value that can be sent.
    pub(in crate::case) fn drawn(&self, seed: Seed) -> Result<Value, String> {
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
    pub(in crate::case) fn example(&self, round: usize) -> Option<&Value> {
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

    pub(in crate::case) fn generator(&self) -> Result<&Generator, String> {
        self.kept().map(Kept::generator)
    }

    /// The generator, with what is kept for other operations.
    pub(in crate::case) fn kept(&self) -> Result<&Kept, String> {
        self.generator.of(&self.parameter.schema)
    }
}

/// One of several values, by the seed.
fn pick(values: &[Value], seed: Seed) -> Option<&Value> {
    let count = u64::try_from(values.len()).ok()?;
    let index = seed.derive("pick", 0).number().checked_rem(count)?;
    values.get(usize::try_from(index).ok()?)
}

/// Whether a value survives the way to any server. Many of them, and what stands before them,
/// resolve or refuse escaped slashes, dot segments, semicolons, percent signs and controls in paths.
pub(in crate::case) fn can_be_sent(parameter: &Parameter, value: &Value) -> Result<(), String> {
    let pieces = encode_parameter(parameter, value).map_err(|error| error.to_string())?;
    match pieces {
        Pieces::Text(text) if parameter.place == Place::Path => {
            let is_refused = |escape: &str| {
                escape.starts_with(['0', '1'])
                    || ["2F", "5C", "3B", "25", "7F"]
                        .iter()
                        .any(|refused| escape.starts_with(refused))
            };
            let lost = matches!(&*text, "" | "." | "..") || text.split('%').skip(1).any(is_refused);
            if lost {
                Err(format!("`{text}` would not arrive in a path"))
            } else {
                Ok(())
            }
        }
        // RFC 6265 gives cookies no escapes: some servers undo percent signs, others do not.
        Pieces::Pairs(pairs) if parameter.place == Place::Cookie => {
            match pairs.iter().find(|(_, value)| value.contains('%')) {
                Some((_, value)) => Err(format!("`{value}` is read in different ways in a cookie")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}
