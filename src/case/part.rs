//! Parts of a case that its document does not ask for, so that it may be sent without them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::proof::{flaws, shows};
use super::{Authority, Body, Case, Defect, Intent, encode};
use crate::document::Pointer;
use crate::schema::Facets;
use crate::spec::{Operation, Place, Spec};
use crate::wire::declared;

/// A part of a request that may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// An optional parameter.
    Parameter(Place, String),
    /// An optional member or an item of the body.
    Node(Pointer),
}

impl Part {
    /// How many nodes hold it; 0 for parameters.
    pub fn depth(&self) -> usize {
        match self {
            Self::Parameter(..) => 0,
            Self::Node(at) => at.tokens().count(),
        }
    }
}

impl Case {
    /// The parts that the document does not ask for, the largest first: what holds others comes
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
            nodes(&Pointer::root(), value, &facets, kept, &mut parts);
        }
        parts
    }

    /// The case without some of its parts, and how many of them it had: what stands below another one goes
    /// with it. `None` if it has none of them.
    pub fn without<'p>(&self, parts: impl IntoIterator<Item = &'p Part>) -> Option<(Self, usize)> {
        let mut case = self.clone();
        let mut dropped = 0;
        let mut gone = BTreeSet::new();
        for part in parts {
            match part {
                Part::Parameter(place, name) => {
                    let parameters = &mut case.inputs.parameters;
                    let found = parameters.shift_remove(&(*place, name.clone()));
                    dropped += usize::from(found.is_some());
                }
                Part::Node(at) => {
                    gone.insert(at);
                }
            }
        }
        if let Some(Body::Instance { value, .. }) = &mut case.inputs.body {
            dropped += prune(value, &Pointer::root(), &gone);
        }
        (dropped > 0).then_some((case, dropped))
    }

    /// Whether a reader of its bytes has the same to say against it as against another one, the case that
    /// it is a part of: what is left out may have been needed.
    pub fn reads_as(&self, whole: &Self, spec: &Spec, operation: &Operation) -> bool {
        let read = |case: &Self| {
            let request = encode(spec, case, &Authority::default()).ok()?.request;
            let shows = shows(operation, &request, &case.intent);
            Some((flaws(spec, operation, &request), shows))
        };
        let own = read(self);
        own.is_some() && own == read(whole)
    }
}

/// Takes what is gone out of a value; says how much of it was there.
fn prune(value: &mut Value, at: &Pointer, gone: &BTreeSet<&Pointer>) -> usize {
    let mut dropped = 0;
    let mut stays = |at: &Pointer, value: &mut Value| {
        let is_gone = gone.contains(at);
        dropped += if is_gone { 1 } else { prune(value, at, gone) };
        !is_gone
    };
    match value {
        Value::Object(members) => members.retain(|name, value| stays(&at.join(name), value)),
        Value::Array(items) => {
            let mut index = 0;
            items.retain_mut(|item| {
                index += 1;
                stays(&at.index(index - 1), item)
            });
        }
        _ => {}
    }
    dropped
}

/// Optional members and items below a node, outer ones first.
fn nodes(
    at: &Pointer,
    value: &Value,
    facets: &Facets,
    kept: Option<&Pointer>,
    parts: &mut Vec<Part>,
) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let below = at.join(name);
                let is_required = facets.any("required", |list| {
                    list.as_array()
                        .is_some_and(|list| list.iter().any(|item| item == name))
                });
                let is_kept = kept.is_some_and(|kept| below.contains(kept));
                if !is_required && !is_kept {
                    parts.push(Part::Node(below.clone()));
                }
                nodes(&below, value, &facets.member(name), kept, parts);
            }
        }
        Value::Array(items) => {
            // What is wrong with an item is known by its index.
            let is_kept = kept.is_some_and(|kept| at.contains(kept));
            for (index, item) in items.iter().enumerate() {
                let below = at.index(index);
                if !is_kept {
                    parts.push(Part::Node(below.clone()));
                }
                nodes(&below, item, &facets.item(index), kept, parts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::{Phase, Resources, valid};
    use crate::seed::Seed;
    use crate::spec::OperationId;

    const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /things:
    post:
      operationId: make
      parameters: [{name: q, in: query, schema: {type: integer}}]
      requestBody: {required: true, content: {application/json: {schema: {
        type: object, required: [name], dependentRequired: {a: [b]}, properties: {
          name: {type: string}, a: {type: integer}, b: {type: integer},
          list: {type: array, minItems: 1, items: {type: object, properties: {x: {type: integer}}}}}}}}}
      responses: {'200': {description: ok}}
";

    #[test]
    fn what_is_left_out_is_optional_and_the_rest_means_the_same() {
        let spec = Spec::from_text("t.yaml", DOCUMENT).unwrap();
        let operation = &spec.operations[&OperationId::new("make")];
        let none = Resources::new();
        let mut case = valid(&spec, operation, Phase::Valid, Seed::new(1), &none).unwrap();
        let inputs = &mut case.inputs;
        let (key, whole) = ((Place::Query, "q".to_owned()), json!(1));
        inputs.parameters.insert(key, whole);
        let Some(Body::Instance { value, .. }) = &mut inputs.body else {
            panic!("a body");
        };
        *value = json!({"name": "n", "a": 1, "b": 2, "list": [{"x": 1}, {"x": 2}, {"x": 3}]});
        let parts = case.optional_parts(operation);
        let nodes = parts.iter().filter_map(|part| match part {
            Part::Parameter(..) => None,
            Part::Node(at) => Some(at.as_str()),
        });
        let nodes: Vec<&str> = nodes.collect();
        assert_eq!(
            nodes.join(" "),
            "/a /b /list /list/0 /list/0/x /list/1 /list/1/x /list/2 /list/2/x"
        );
        assert_eq!(parts.len(), 10);
        let node = |at: &str| Part::Node(at.parse().unwrap());
        for (gone, left, count, means_the_same) in [
            (
                &["/a"][..],
                json!({"name": "n", "b": 2, "list": [{"x": 1}, {"x": 2}, {"x": 3}]}),
                1,
                true,
            ),
            // `a` asks for it.
            (
                &["/b"],
                json!({"name": "n", "a": 1, "list": [{"x": 1}, {"x": 2}, {"x": 3}]}),
                1,
                false,
            ),
            // Indexes are those of the whole list.
            (
                &["/list/0", "/list/0/x", "/list/2/x", "/nothing"],
                json!({"name": "n", "a": 1, "b": 2, "list": [{"x": 2}, {}]}),
                2,
                true,
            ),
            (
                &["/list/0", "/list/1", "/list/2"],
                json!({"name": "n", "a": 1, "b": 2, "list": []}),
                3,
                false,
            ),
        ] {
            let gone: Vec<Part> = gone.iter().map(|at| node(at)).collect();
            let (lean, dropped) = case.without(&gone).unwrap();
            let Some(Body::Instance { value, .. }) = &lean.inputs.body else {
                panic!("a body");
            };
            assert_eq!((value, dropped), (&left, count));
            assert_eq!(
                lean.reads_as(&case, &spec, operation),
                means_the_same,
                "{left}"
            );
        }
        assert!(case.without(&[node("/nothing")]).is_none());
        let (lean, dropped) = case.without(&parts).unwrap();
        assert_eq!((lean.inputs.parameters.len(), dropped), (0, 4));
    }
}
