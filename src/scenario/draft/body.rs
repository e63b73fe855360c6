//! Bodies of a drafted step: the documented example, else the smallest valid instance.

use serde_json::{Value, json};

use super::super::body::media;
use super::DraftError;
use super::created::properties;
use crate::arazzo::Template;
use crate::generate::Generator;
use crate::schema::Schema;
use crate::seed::Seed;
use crate::spec::Operation;
use crate::wire::MediaRange;

/// The `requestBody` of a step, if the operation takes one. What need not be sent is left out unless
/// there is an example.
pub(super) fn write(operation: &Operation) -> Result<Option<Value>, DraftError> {
    let Some(body) = &operation.body else {
        return Ok(None);
    };
    let (name, Some(media)) = media(operation, None) else {
        return Ok(None);
    };
    // Where the document names a range, one of its media types is sent.
    let name = MediaRange::parse(name)
        .map_or_else(|_| name.to_owned(), |range| range.concrete().to_string());
    let payload = match (media.examples.first(), &media.schema) {
        (Some(example), _) => example.value.clone(),
        _ if !body.required => return Ok(None),
        (None, None) => return Ok(None),
        (None, Some(schema)) => {
            let generator = Generator::of_some_instance(schema);
            let made = generator.and_then(|generator| generator.minimal(Seed::new(1)));
            let made = made.map_err(|error| DraftError::Body {
                operation: operation.id.to_string(),
                reason: error.to_string(),
            })?;
            illustrated(schema, made)
        }
    };
    let is_plain = Template::parse(&payload).is_ok_and(|template| template.is_plain());
    Ok(Some(if is_plain {
        json!({ "contentType": name, "payload": payload })
    } else {
        // A text in it would be taken for an expression.
        json!({ "contentType": name, "x-proofmark-generate": { "mode": "minimal" } })
    }))
}

/// The instance with documented examples for its parts, if it is valid with them.
fn illustrated(schema: &Schema, instance: Value) -> Value {
    let mut better = instance.clone();
    illustrate(schema, &mut better);
    let is_valid = schema
        .validator()
        .is_ok_and(|validator| validator.is_valid(&better));
    if is_valid { better } else { instance }
}

fn illustrate(schema: &Schema, value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, schema) in properties(schema) {
                if let Some(member) = members.get_mut(&name) {
                    illustrate(&schema, member);
                }
            }
        }
        Value::Array(_) => {}
        leaf => {
            let target = schema.resolved();
            let written = [schema.source(), target.source()];
            let example = written.into_iter().find_map(|node| node.get("example"));
            if let Some(example) = example {
                leaf.clone_from(example);
            }
        }
    }
}
