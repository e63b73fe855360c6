//! Bodies of steps: written, drawn from the operation's schema, or both.

use serde_json::Value;

use super::generators::Generators;
use super::payload::{as_sent, pins};
use crate::arazzo::{GenerateMode, Optionals, Renewal, RequestBody, Scope};
use crate::case::{Body, Defect, Intent};
use crate::generate::GenerateError;
use crate::seed::Seed;
use crate::spec::{MediaType, Operation};
use crate::wire::{MediaRange, declared};

/// A body, and what the server should make of it.
pub(super) struct Drawn {
    pub(super) body: Option<Body>,
    pub(super) intent: Intent,
}

/// What random choices of a body come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seeds {
    /// Each time that the flow comes to the step.
    pub(crate) visit: Seed,
    /// The same in the whole run.
    pub(crate) run: Seed,
}

/// How many ways of breaking a schema are tried, since what is pinned may mend some.
const ATTEMPTS: usize = 32;

/// The body of a step.
pub(super) fn draw(
    operation: &Operation,
    written: Option<&RequestBody>,
    scope: &Scope<'_>,
    seeds: Seeds,
    generators: &Generators,
) -> Result<Drawn, String> {
    let Some(written) = written else {
        return undrawn(operation, seeds.visit, generators);
    };
    let seed = match written.generate.map(|generate| generate.per) {
        Some(Renewal::Run) => seeds.run,
        _ => seeds.visit,
    };
    let (name, media) = media(operation, written.content_type.as_deref());
    let payload = written
        .payload
        .as_ref()
        .map(|payload| payload.value.render(scope))
        .transpose()
        .map_err(|error| format!("in the payload, {error}"))?;
    let Some(generate) = written.generate else {
        let Some(mut value) = payload else {
            return undrawn(operation, seed, generators);
        };
        replace(&mut value, written, scope)?;
        let body = as_sent(name, media, value)?;
        return Ok(Drawn {
            body: Some(body),
            intent: Intent::Scripted,
        });
    };
    let Some((media, schema)) = media.and_then(|media| Some((media, media.schema.as_ref()?)))
    else {
        return Err(format!(
            "`x-proofmark-generate` needs a schema, and `{name}` has none in the document"
        ));
    };
    let pins = payload.map(|payload| {
        if scope.stands_in(&payload) {
            return Ok(payload);
        }
        pins(name, media, payload)
    });
    let pins = pins.transpose()?;
    let finish = |mut value: Value| {
        if let Some(pins) = &pins {
            merge(&mut value, pins);
        }
        replace(&mut value, written, scope)?;
        Ok::<_, String>(value)
    };
    let instance = |value| Body::Instance {
        media_type: name.to_owned(),
        value,
    };
    let cannot = |error: GenerateError| format!("no body can be drawn: {error}");
    if generate.mode == GenerateMode::Invalid {
        let validator = schema.validator().map_err(|error| error.to_string())?;
        let generator = generators.strict(schema).map_err(cannot)?;
        let mut found = generator.invalid(seed, ATTEMPTS);
        found.sort_by_key(|invalid| !invalid.single);
        for invalid in found {
            let value = finish(invalid.value)?;
            let violations = validator.violations(&value);
            let own = violations.iter().find(|violation| {
                violation.keyword == invalid.mutation.keyword
                    && violation.schema == invalid.mutation.schema
            });
            if own.is_some() && (violations.len() == 1 || !invalid.single) {
                return Ok(Drawn {
                    body: Some(instance(value)),
                    intent: Intent::Invalid(Defect::Body(invalid.mutation)),
                });
            }
        }
        return Err("what is pinned mends every body that breaks the schema".to_owned());
    }
    let generator = generators.of_some_instance(schema).map_err(cannot)?;
    let value = match (generate.mode, generate.optional) {
        (GenerateMode::Example, _) => match media.examples.first() {
            Some(example) => example.value.clone(),
            None => return Err(format!("the document has no example of `{name}`")),
        },
        (GenerateMode::Minimal, _) | (_, Optionals::None) => {
            generator.minimal(seed).map_err(cannot)?
        }
        (_, Optionals::Some) => generator.valid(seed).map_err(cannot)?,
        (_, Optionals::All) => generator.full(seed).map_err(cannot)?,
    };
    Ok(Drawn {
        body: Some(instance(finish(value)?)),
        intent: Intent::Scripted,
    })
}

/// What a step that writes no body sends to an operation that needs one: a documented example, else
/// the smallest valid instance.
fn undrawn(operation: &Operation, seed: Seed, generators: &Generators) -> Result<Drawn, String> {
    let needs = operation.body.as_ref().is_some_and(|body| body.required);
    let (name, media) = media(operation, None);
    let media = media.filter(|_| needs);
    let value = match media {
        None => None,
        Some(media) => match (media.examples.first(), &media.schema) {
            (Some(example), _) => Some(example.value.clone()),
            (None, Some(schema)) => {
                let generator = generators.of_some_instance(schema);
                let made = generator.and_then(|generator| generator.minimal(seed));
                Some(made.map_err(|error| format!("no body can be drawn: {error}"))?)
            }
            (None, None) => None,
        },
    };
    Ok(Drawn {
        body: value.map(|value| Body::Instance {
            media_type: name.to_owned(),
            value,
        }),
        intent: Intent::Scripted,
    })
}

/// The media type of a body: the one that is named, else the first JSON one of the operation, else its
/// first; and what the document says about it.
pub(super) fn media<'a>(
    operation: &'a Operation,
    named: Option<&'a str>,
) -> (&'a str, Option<&'a MediaType>) {
    let content = operation.body.as_ref().map(|body| &body.content);
    let names = || content.into_iter().flat_map(|content| content.keys());
    let is_json = |name: &&String| MediaRange::parse(name).is_ok_and(|range| range.is_json());
    let name = named.or_else(|| {
        let json = names().find(is_json);
        json.or_else(|| names().next()).map(String::as_str)
    });
    let Some(name) = name else {
        return ("application/json", None);
    };
    let media = content.and_then(|content| {
        let named = content.get(name);
        named.or_else(|| declared(content, name))
    });
    (name, media)
}

fn replace(value: &mut Value, written: &RequestBody, scope: &Scope<'_>) -> Result<(), String> {
    for replacement in &written.replacements {
        replacement
            .value
            .apply(value, scope)
            .map_err(|error| format!("in the replacements, {error}"))?;
    }
    Ok(())
}

/// Puts what is pinned over a value: members of objects one by one, anything else as a whole.
fn merge(value: &mut Value, pins: &Value) {
    match (value, pins) {
        (Value::Object(members), Value::Object(pins)) => {
            for (name, pin) in pins {
                match members.get_mut(name) {
                    Some(member) => merge(member, pin),
                    None => {
                        members.insert(name.clone(), pin.clone());
                    }
                }
            }
        }
        (value, pins) => *value = pins.clone(),
    }
}
