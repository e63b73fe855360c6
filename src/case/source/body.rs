//! Bodies of one media type: examples and generated instances, as far as they can be sent.

use serde_json::{Value, json};

use super::{DRAWS, Kept, LazyGenerator};
use crate::case::Body;
use crate::generate::Generator;
use crate::seed::Seed;
use crate::spec::MediaType;
use crate::wire::{MediaRange, encode_body};

/// The bodies of one media type.
pub(in crate::case) struct BodySource<'a> {
    pub(in crate::case) name: &'a str,
    pub(in crate::case) media: &'a MediaType,
    /// The documented examples that can be sent.
    pub(in crate::case) examples: Vec<&'a Value>,
    /// Whether the operation asks for a body.
    required: bool,
    /// Whether instances are made from the schema.
    generated: bool,
    generator: LazyGenerator,
}

impl<'a> BodySource<'a> {
    pub(super) fn new(
        name: &'a str,
        media: &'a MediaType,
        required: bool,
        generator: LazyGenerator,
    ) -> Result<Self, String> {
        let range = MediaRange::parse(name).map_err(|error| error.to_string())?;
        let mut source = Self {
            name,
            media,
            examples: Vec::new(),
            required,
            generated: is_generated(&range.concrete()),
            generator,
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
    pub(in crate::case) fn instance(&self, value: Value) -> Body {
        Body::Instance {
            media_type: self.name.to_owned(),
            value,
        }
    }

    /// A body with little in it.
    pub(in crate::case) fn minimal(&self, seed: Seed) -> Result<Body, String> {
        let example = || {
            self.examples
                .first()
                .map(|value| self.instance((*value).clone()))
        };
        if !self.generated {
            return example().ok_or_else(|| format!("body `{}`: there is no example", self.name));
        }
        let made = match self.generator() {
            Err(reason) => Err(reason),
            Ok(None) => self.first_sendable(std::iter::once(Ok(self.anything()))),
            Ok(Some(generator)) => {
                let minimal = (0..DRAWS).map(|draw| {
                    let drawn = generator.minimal(seed.derive("draw", draw));
                    drawn.map_err(|error| error.to_string())
                });
                // What is smallest may be too little: a form without a part, no bytes at all.
                let larger = generator.series(seed.derive("larger", 0)).map(Ok);
                let larger = larger.take(usize::try_from(DRAWS).unwrap_or(usize::MAX));
                self.first_sendable(minimal.chain(larger))
            }
        };
        made.or_else(|reason| example().ok_or(reason))
    }

    /// Up to so many bodies, as different as they can be.
    pub(in crate::case) fn series(&self, seed: Seed, count: usize) -> Vec<Body> {
        let bodies = |values: &mut dyn Iterator<Item = Value>| -> Vec<Body> {
            let values = values.take(count.saturating_mul(4));
            let sendable = values.filter(|value| self.can_be_sent(value).is_ok());
            sendable
                .map(|value| self.instance(value))
                .take(count)
                .collect()
        };
        let examples = || bodies(&mut self.examples.iter().map(|value| (*value).clone()));
        if !self.generated {
            return examples();
        }
        match self.generator() {
            Ok(Some(generator)) => bodies(&mut generator.series(seed)),
            Ok(None) => bodies(&mut std::iter::once(self.anything())),
            Err(_) => examples(),
        }
    }

    /// The generator; `None` where the document leaves the instances open.
    pub(in crate::case) fn generator(&self) -> Result<Option<&Generator>, String> {
        self.kept().map(|kept| kept.map(Kept::generator))
    }

    /// As [`Self::generator`], with what is kept for other operations.
    pub(in crate::case) fn kept(&self) -> Result<Option<&Kept>, String> {
        match &self.media.schema {
            Some(schema) if self.generated => self
                .generator
                .of(schema)
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
        let (_, bytes) =
            encode_body(self.name, self.media, value).map_err(|error| error.to_string())?;
        // Zero bytes may pass for no body at all (RFC 9110 section 6.4).
        if self.required && bytes.is_empty() {
            return Err("a required body needs at least one byte".to_owned());
        }
        Ok(())
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
