//! Examples: collected from their three places, and judged before they are used.

use serde_json::Value;

use super::{Node, Reader, item};
use crate::code::Code;
use crate::document::{Diagnostic, Pointer};
use crate::schema::{Dialect, NodeKind, Place, Schema};
use crate::spec::Example;

impl Reader {
    /// The valid examples of a parameter or media type: its `example` and `examples`, or those of
    /// its schema if it has none of its own.
    pub(super) fn examples(
        &mut self,
        holder: &Node<'_>,
        schema: Option<&Schema>,
        media_type: Option<&str>,
    ) -> Vec<Example> {
        let mut found = self.own_examples(holder);
        if found.is_empty() {
            found = schema
                .map(|schema| self.schema_examples(schema))
                .unwrap_or_default();
        }
        let mut valid = Vec::new();
        for (name, place) in found {
            let set = self.set.clone();
            let Some(value) = set.document(place.0).node(&place.1) else {
                continue;
            };
            if schema.is_none_or(|schema| self.is_valid_example(&place, value, schema, media_type))
            {
                valid.push(Example {
                    name,
                    value: value.clone(),
                    location: self.location(&place),
                });
            }
        }
        valid
    }

    fn own_examples(&mut self, holder: &Node<'_>) -> Vec<(Option<String>, Place)> {
        let set = self.set.clone();
        let mut found = Vec::new();
        if holder.members.contains_key("example") {
            found.push((None, holder.below("example")));
        }
        for (name, place) in self.map(holder, "examples") {
            let Some(node) = self.object(&set, &place, NodeKind::Example) else {
                continue;
            };
            // Values of other files (`externalValue`) are not read.
            if node.members.contains_key("value") {
                found.push((Some(name.to_owned()), node.below("value")));
            }
        }
        found
    }

    fn schema_examples(&self, schema: &Schema) -> Vec<(Option<String>, Place)> {
        let schema = schema.resolved();
        let place = (schema.document(), schema.pointer().clone());
        let mut found = Vec::new();
        let Some(members) = schema.source().as_object() else {
            return found;
        };
        if members.contains_key("example") {
            found.push((None, (place.0, place.1.join("example"))));
        }
        let has_lists = self.set.dialect(place.0) == Some(Dialect::OpenApi31);
        if let Some(Value::Array(examples)) = members.get("examples").filter(|_| has_lists) {
            let list = (place.0, place.1.join("examples"));
            found.extend((0..examples.len()).map(|index| (None, item(&list, index))));
        }
        found
    }

    fn is_valid_example(
        &mut self,
        place: &Place,
        value: &Value,
        schema: &Schema,
        media_type: Option<&str>,
    ) -> bool {
        // A schema that cannot be compiled is reported for itself.
        let Ok(validator) = schema.validator() else {
            return false;
        };
        let Some(violation) = validator.first_violation(value) else {
            return true;
        };
        // The text of a document in another format: there is no instance to judge.
        let is_text = value.is_string() && media_type.is_some_and(|name| !is_json(name));
        if is_text {
            return false;
        }
        let at: (usize, Pointer) = (place.0, place.1.concat(&violation.instance));
        let message = format!(
            "the example breaks `{}`: {}",
            violation.keyword, violation.message
        );
        let mut diagnostic = Diagnostic::new(Code::INVALID_EXAMPLE, self.location(&at), message);
        if violation.instance.is_root()
            && let Value::String(text) = value
            && serde_json::from_str(text).is_ok_and(|value: Value| validator.is_valid(&value))
        {
            diagnostic =
                diagnostic.with_hint("this is text that holds JSON: write the value itself");
        }
        self.diagnostics.push(diagnostic);
        false
    }
}

/// Whether a media type is JSON (RFC 6839 section 3.1).
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}
