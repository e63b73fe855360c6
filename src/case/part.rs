//! Parts of a case that its document does not ask for, so that it may be sent without them.

use serde_json::Value;

use super::{Body, Case, Defect, Intent};
use crate::document::Pointer;
use crate::schema::Facets;
use crate::spec::{Operation, Place};
use crate::wire::declared;

/// A part of a request that may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// An optional parameter.
    Parameter(Place, String),
    /// An optional member of the body.
    Member(Pointer),
}

impl Case {
    /// The parts that the document does not ask for, the largest first: members that hold others come
    /// before those. What is wrong with an invalid case is none of them.
    pub fn optional_parts(&self, operation: &Operation) -> Vec<Part> {
        let mut parts = Vec::new();
        let kept = match &self.intent {
            Intent::Invalid(Defect::Body(mutation)) => Some(&mutation.instance),
            _ => None,
        };
        for (place, name) in self.inputs.parameters.keys() {
            let parameter = operation.parameter(*place, name);
            let is_required = parameter.is_none_or(|parameter| parameter.required);
            let is_defect = matches!(&self.intent, Intent::Invalid(Defect::Parameter { name: own, .. }) if own == name);
            if *place != Place::Path && !is_required && !is_defect {
                parts.push(Part::Parameter(*place, name.clone()));
            }
        }
        if let (Some(Body::Instance { media_type, value }), Some(body)) =
            (&self.inputs.body, &operation.body)
        {
            let schema =
                declared(&body.content, media_type).and_then(|media| media.schema.as_ref());
            let facets = schema.map(Facets::of).unwrap_or_default();
            members(&Pointer::root(), value, &facets, kept, &mut parts);
        }
        parts
    }

    /// The case without some of its parts, and how many of them it had; `None` if it has none of them any
    /// more.
    pub fn without<'p>(&self, parts: impl IntoIterator<Item = &'p Part>) -> Option<(Self, usize)> {
        let mut case = self.clone();
        let parts = parts.into_iter();
        let dropped = parts.filter(|part| case.leave_out(part)).count();
        (dropped > 0).then_some((case, dropped))
    }

    /// Takes a part out; whether it was there.
    fn leave_out(&mut self, part: &Part) -> bool {
        match part {
            Part::Parameter(place, name) => {
                let parameters = &mut self.inputs.parameters;
                parameters.shift_remove(&(*place, name.clone())).is_some()
            }
            Part::Member(at) => {
                let Some(Body::Instance { value, .. }) = &mut self.inputs.body else {
                    return false;
                };
                let found = at.parent().zip(at.last()).and_then(|(parent, name)| {
                    let object = value.pointer_mut(parent.as_str())?.as_object_mut()?;
                    object.shift_remove(&*name)
                });
                found.is_some()
            }
        }
    }
}

fn members(
    at: &Pointer,
    value: &Value,
    facets: &Facets,
    kept: Option<&Pointer>,
    parts: &mut Vec<Part>,
) {
    let Value::Object(object) = value else {
        return;
    };
    for (name, value) in object {
        let below = at.join(name);
        let is_required = facets.any("required", |list| {
            list.as_array()
                .is_some_and(|list| list.iter().any(|item| item == name))
        });
        let is_kept = kept.is_some_and(|kept| below.contains(kept));
        if !is_required && !is_kept {
            parts.push(Part::Member(below.clone()));
        }
        members(&below, value, &facets.member(name), kept, parts);
    }
}
