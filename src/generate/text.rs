//! Strings of a schema: length, patterns and formats together.

use std::sync::OnceLock;

use jsonschema::canonical::StringView;
use serde_json::{Number, Value};

use super::algebra::{Canonical, Check};
use super::automaton::Automaton;
use super::dice::Dice;
use super::lookahead::plain;
use super::sample::Sample;
use super::{format, words};
use crate::schema::FORMAT_HINT;

/// Which strings are allowed.
#[derive(Debug)]
pub(super) struct Text {
    min: usize,
    max: Option<usize>,
    patterns: Vec<String>,
    excluded_patterns: Vec<String>,
    formats: Vec<String>,
    automaton: OnceLock<Option<Automaton>>,
    /// The formats as automata, with the patterns and the lengths.
    of_formats: OnceLock<Vec<Automaton>>,
    /// The patterns, for strings that are no automaton's.
    samples: OnceLock<Vec<Sample>>,
    /// The judge of strings that are no automaton's.
    judge: OnceLock<Check>,
    /// The judge where rules have to hold together.
    check: Option<Check>,
}

/// The longest string that is made, in characters.
pub(super) const LENGTH_LIMIT: usize = 1 << 17;

/// How often a usual string of a format is tried before one is made for the patterns and lengths:
/// seldom, so that the few usual ones that fit are not all that is ever made.
const USUAL_TRIES: usize = 8;

impl Text {
    /// The strings of a string node.
    pub(super) fn new(view: &StringView, schema: &Canonical) -> Self {
        let size = |number: &Number| number.to_string().parse().unwrap_or(usize::MAX);
        let min = view.min_length.as_ref().map_or(0, size);
        let max = view.max_length.as_ref().map(size);
        let lengths = min > 0 || max.is_some();
        let simple = view.excluded.is_empty()
            && view.excluded_formats.is_empty()
            && view.content_encodings.is_empty()
            && view.content_media_types.is_empty()
            && (view.formats.is_empty()
                || view.formats.len() == 1
                    && view.patterns.is_empty()
                    && view.excluded_patterns.is_empty()
                    && !lengths);
        let mut patterns = Vec::new();
        let mut excluded_patterns = view.excluded_patterns.clone();
        for pattern in &view.patterns {
            match plain(pattern) {
                Some(found) => {
                    patterns.extend(found.wanted);
                    excluded_patterns.extend(found.barred);
                }
                None => patterns.push(pattern.clone()),
            }
        }
        Self {
            min,
            max,
            patterns,
            excluded_patterns,
            // What the dialect does not ask for is made all the same, where it fits.
            formats: view
                .formats
                .iter()
                .map(|name| name.strip_prefix(FORMAT_HINT).unwrap_or(name).to_owned())
                .collect(),
            automaton: OnceLock::new(),
            of_formats: OnceLock::new(),
            samples: OnceLock::new(),
            judge: OnceLock::new(),
            check: (!simple).then(|| Check::new(schema.clone())),
        }
    }

    /// A string; the error says why none was found.
    pub(super) fn draw(&self, dice: &mut Dice, minimal: bool) -> Result<String, String> {
        if self.min > LENGTH_LIMIT {
            return Err(format!(
                "a string of at least {} characters is longer than what is generated",
                self.min
            ));
        }
        let accepts = |text: &String| {
            self.check
                .as_ref()
                .is_none_or(|check| check.accepts(&Value::String(text.clone())))
        };
        if let Some(text) = self.formatted(dice, minimal, accepts) {
            return Ok(text);
        }
        if self.patterns.is_empty() && self.excluded_patterns.is_empty() {
            return (0..32)
                .map(|_| {
                    if minimal {
                        words::fill(dice, self.min, false)
                    } else {
                        words::draw(dice, self.min, self.max)
                    }
                })
                .find(accepts)
                .or_else(|| self.longer(dice).find(accepts))
                .ok_or_else(|| self.reason());
        }
        let automaton = self.automaton.get_or_init(|| {
            Automaton::build(&self.patterns, &self.excluded_patterns, self.min, self.max)
        });
        match automaton {
            Some(automaton) => (0..64)
                .filter_map(|attempt| {
                    if minimal && attempt == 0 {
                        automaton.shortest(dice)
                    } else {
                        automaton.draw(dice)
                    }
                })
                .find(accepts),
            None => self.sampled(dice),
        }
        .ok_or_else(|| self.reason())
    }

    /// A string of the formats: a usual one if one of them fits soon, else one of those that the
    /// patterns and the lengths leave.
    fn formatted(
        &self,
        dice: &mut Dice,
        minimal: bool,
        accepts: impl Fn(&String) -> bool,
    ) -> Option<String> {
        let usual = |dice: &mut Dice, tries: usize| {
            self.formats.iter().find_map(|format| {
                (0..tries)
                    .filter_map(|_| format::draw(format, dice))
                    .find(&accepts)
            })
        };
        if let Some(text) = usual(dice, USUAL_TRIES) {
            return Some(text);
        }
        let automata = self.of_formats.get_or_init(|| {
            let (patterns, excluded) = (&self.patterns, &self.excluded_patterns);
            format::automata(&self.formats, patterns, excluded, self.min, self.max)
        });
        let found = automata.iter().find_map(|automaton| {
            (0..64)
                .filter_map(|attempt| {
                    if minimal && attempt == 0 {
                        automaton.shortest(dice)
                    } else {
                        automaton.draw(dice)
                    }
                })
                .find(&accepts)
        });
        found.or_else(|| usual(dice, 24))
    }

    /// Strings from a pattern's own syntax: for patterns too large or too rich for an automaton.
    fn sampled(&self, dice: &mut Dice) -> Option<String> {
        let judge = self.judge.get_or_init(|| {
            Check::all(&self.patterns, &self.excluded_patterns, self.min, self.max)
        });
        let accepts = |text: &String| {
            let text = Value::String(text.clone());
            judge.accepts(&text) && self.check.as_ref().is_none_or(|check| check.accepts(&text))
        };
        let samples = self
            .samples
            .get_or_init(|| self.patterns.iter().map(|each| Sample::of(each)).collect());
        let mut own = samples.iter().flat_map(|sample| sample.texts(dice.clone()));
        own.find(accepts).or_else(|| {
            (0..16)
                .map(|_| words::draw(dice, self.min, self.max))
                .find(accepts)
        })
    }

    /// Plain strings of every small length, for rules that exclude the usual ones.
    fn longer(&self, dice: &Dice) -> impl Iterator<Item = String> {
        let mut dice = dice.clone();
        let last = self.max.unwrap_or(usize::MAX).min(self.min + 32);
        (self.min..=last).map(move |length| words::fill(&mut dice, length, false))
    }

    fn reason(&self) -> String {
        let shown = |texts: &[String]| texts.join("`, `");
        match (&*self.patterns, &*self.formats) {
            ([], []) => "no string of the right length was found".to_owned(),
            (patterns, []) => format!("no string was found for the pattern `{}`", shown(patterns)),
            ([], formats) => {
                let lengths = match (self.min, self.max) {
                    (0, None) => String::new(),
                    (min, None) => format!(" with at least {min} characters"),
                    (min, Some(max)) => format!(" with {min} to {max} characters"),
                };
                format!(
                    "no string was found for the format `{}`{lengths}",
                    shown(formats)
                )
            }
            (patterns, formats) => format!(
                "no string was found for the pattern `{}` and the format `{}`",
                shown(patterns),
                shown(formats)
            ),
        }
    }
}
