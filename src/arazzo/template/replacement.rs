//! Payload replacements: values that are set at places of a payload (Arazzo 1.0.1 section 4.6.15,
//! with 1.1's selector types).

use serde_json::Value;

use super::super::expression::follow;
use super::super::{ExpressionType, JsonPath, Scope, SyntaxError};
use super::{RenderError, Template};
use crate::document::Pointer;

/// A place of a payload and the value to set there.
#[derive(Debug, Clone, PartialEq)]
pub struct PayloadReplacement {
    target: Target,
    value: Template,
}

#[derive(Debug, Clone, PartialEq)]
enum Target {
    Pointer(Pointer),
    JsonPath(JsonPath),
}

impl PayloadReplacement {
    /// A replacement at `target`, which is a JSON Pointer unless `kind` says otherwise. `XPath` is not
    /// supported.
    pub fn new(
        target: &str,
        kind: Option<ExpressionType>,
        value: Template,
    ) -> Result<Self, SyntaxError> {
        let target = match kind {
            None | Some(ExpressionType::JsonPointer) => {
                Target::Pointer(target.parse().map_err(|_| {
                    let error = SyntaxError::new(0, format!("`{target}` is no JSON Pointer"));
                    error.hint(if target.starts_with('$') {
                        "a JSONPath needs `targetSelectorType: jsonpath`"
                    } else {
                        "it starts with `/`, and `~` is written `~0`"
                    })
                })?)
            }
            Some(ExpressionType::JsonPath { .. }) => Target::JsonPath(JsonPath::parse(target)?),
            Some(other) => {
                let message = format!("a payload cannot be replaced by {other}");
                return Err(
                    SyntaxError::new(0, message).hint("`jsonpointer` and `jsonpath` are supported")
                );
            }
        };
        Ok(Self { target, value })
    }

    /// The place, if it is given as a JSON Pointer.
    pub fn pointer(&self) -> Option<&Pointer> {
        match &self.target {
            Target::Pointer(pointer) => Some(pointer),
            Target::JsonPath(_) => None,
        }
    }

    /// The value to set.
    pub fn value(&self) -> &Template {
        &self.value
    }

    /// Sets the value. A member that is not there yet is added to its object, and an item right
    /// behind the last one (its index, or `-`) to its array; all else must be there. In a payload
    /// that is a text of JSON the value is set in what it says.
    pub fn apply(&self, payload: &mut Value, scope: &Scope<'_>) -> Result<(), RenderError> {
        let value = self.value.render(scope)?;
        if self.leads_into_unknown(payload, scope) {
            return Ok(());
        }
        if let Value::String(text) = payload {
            let mut inner: Value = serde_json::from_str(text).map_err(|error| {
                RenderError::new(&format!("the payload is a text that is not JSON: {error}"))
            })?;
            self.set(&mut inner, value)?;
            *payload = Value::String(inner.to_string());
            return Ok(());
        }
        self.set(payload, value)
    }

    /// Whether the place is inside of a value that is not known yet.
    fn leads_into_unknown(&self, payload: &Value, scope: &Scope<'_>) -> bool {
        let Target::Pointer(pointer) = &self.target else {
            return scope.stands_in(payload);
        };
        let mut value = payload;
        for token in pointer.tokens() {
            if scope.stands_in(value) {
                return true;
            }
            match follow(value, &token) {
                Ok(inner) => value = inner,
                Err(_) => return false,
            }
        }
        false
    }

    fn set(&self, payload: &mut Value, value: Value) -> Result<(), RenderError> {
        let path = match &self.target {
            Target::Pointer(pointer) => {
                return set(payload, pointer, value).map_err(|why| RenderError::new(&why));
            }
            Target::JsonPath(path) => path,
        };
        let places = path
            .locate(payload)
            .map_err(|error| RenderError::new(&error))?;
        if places.is_empty() {
            return Err(RenderError::new(&format!(
                "`{path}` finds nothing in the payload"
            )));
        }
        // From the last place on, so that what stands inside of another place is set before it.
        for place in places.iter().rev() {
            if let Some(found) = payload.pointer_mut(place.as_str()) {
                *found = value.clone();
            }
        }
        Ok(())
    }
}

fn set(payload: &mut Value, pointer: &Pointer, value: Value) -> Result<(), String> {
    let (Some(parent), Some(name)) = (pointer.parent(), pointer.last()) else {
        *payload = value;
        return Ok(());
    };
    let missing = |why| format!("`{pointer}` leads nowhere in the payload: {why}");
    parent
        .tokens()
        .try_fold(&*payload, |value, token| follow(value, &token))
        .map_err(missing)?;
    match payload.pointer_mut(parent.as_str()) {
        Some(Value::Object(members)) => {
            members.insert(name.into_owned(), value);
            Ok(())
        }
        Some(Value::Array(items)) if name == "-" || *name == *items.len().to_string() => {
            items.push(value);
            Ok(())
        }
        Some(other) => {
            follow(other, &name).map_err(missing)?;
            if let Some(found) = payload.pointer_mut(pointer.as_str()) {
                *found = value;
            }
            Ok(())
        }
        None => Err(missing("it is not there".to_owned())),
    }
}
