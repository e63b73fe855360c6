//! The value of an expression.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::super::suggest;
use super::access::{enter, follow};
use super::{Access, Body, Call, Expression, Field, Lack, Scope, Section, Unresolved};
use crate::document::Pointer;

type Found<'a> = Result<Cow<'a, Value>, Lack>;

impl Expression {
    /// The value in a scope, with its type.
    pub fn evaluate<'a>(&self, scope: &Scope<'a>) -> Result<Cow<'a, Value>, Unresolved> {
        self.find(scope).map_err(|lack| lack.of(self))
    }

    fn find<'a>(&self, scope: &Scope<'a>) -> Found<'a> {
        match self {
            Self::Url => call(scope).map(|call| text(&call.url)),
            Self::Method => call(scope).map(|call| text(&call.method)),
            Self::StatusCode => {
                let answer = call(scope)?.response.as_ref().ok_or_else(no_response)?;
                Ok(Cow::Owned(answer.status.into()))
            }
            Self::SelfUri => scope
                .self_uri
                .map(text)
                .ok_or_else(|| unknown("the description has no `$self`")),
            Self::Request(section) => in_request(call(scope)?, section),
            Self::Response(section) => in_response(call(scope)?, section),
            Self::Input(field) => {
                let inputs = scope
                    .inputs
                    .ok_or_else(|| unknown("there are no inputs here"))?;
                in_field(scope, inputs, field, "input")
            }
            Self::Output(field) => {
                let outputs = scope
                    .outputs
                    .ok_or_else(|| unknown("there are no outputs here"))?;
                in_field(scope, outputs, field, "output")
            }
            Self::StepOutput { step, output } => in_field(
                scope,
                entry(scope.steps, "step", step, "has not run")?,
                output,
                "output",
            ),
            Self::WorkflowInput { workflow, input } => in_field(
                scope,
                &entry(scope.workflows, "workflow", workflow, "has not run")?.inputs,
                input,
                "input",
            ),
            Self::WorkflowOutput { workflow, output } => in_field(
                scope,
                &entry(scope.workflows, "workflow", workflow, "has not run")?.outputs,
                output,
                "output",
            ),
            Self::WorkflowStep { .. } => Err(unknown("a step has no value, only its outputs have")),
            Self::Source { source, reference } => {
                let fields = entry(
                    scope.sources,
                    "source description",
                    source,
                    "is not declared",
                )?;
                fields.get(reference).map(Cow::Borrowed).ok_or_else(|| {
                    unknown(format!(
                        "`{reference}` is no field of the source description, and what it describes has no value"
                    ))
                })
            }
            Self::Component { kind, name } => scope
                .components
                .and_then(|components| components.get(kind.as_str())?.get(name))
                .map(Cow::Borrowed)
                .ok_or_else(|| unknown(format!("`{name}` is not among the components `{kind}`"))),
        }
    }
}

fn unknown(why: impl Into<String>) -> Lack {
    Lack::Unknown(why.into())
}

fn no_response() -> Lack {
    unknown("no response came")
}

fn text<'a>(text: &str) -> Cow<'a, Value> {
    Cow::Owned(Value::String(text.to_owned()))
}

fn call<'a>(scope: &Scope<'a>) -> Result<&'a Call, Lack> {
    scope
        .call
        .ok_or_else(|| unknown("there is no request here"))
}

fn hint<'k>(name: &str, known: impl IntoIterator<Item = &'k String>) -> String {
    suggest::hint(name, known.into_iter().map(String::as_str))
        .map(|hint| format!(": {hint}"))
        .unwrap_or_default()
}

fn entry<'a, T>(
    map: Option<&'a IndexMap<String, T>>,
    what: &str,
    name: &str,
    state: &str,
) -> Result<&'a T, Lack> {
    map.and_then(|map| map.get(name)).ok_or_else(|| {
        let known = map.into_iter().flat_map(IndexMap::keys);
        unknown(format!("{what} `{name}` {state}{}", hint(name, known)))
    })
}

fn in_field<'a>(
    scope: &Scope<'a>,
    values: &'a Map<String, Value>,
    field: &Field,
    what: &str,
) -> Found<'a> {
    let Some((value, rest)) = field
        .candidates()
        .find_map(|(name, rest)| Some((values.get(name)?, rest)))
    else {
        let name = &field.name;
        return Err(Lack::Part(format!(
            "there is no {what} `{name}`{}",
            hint(name, values.keys())
        )));
    };
    if scope.stands_in(value) {
        return Ok(Cow::Owned(field.extend(value, rest)));
    }
    let mut members = rest.split('.').filter(|_| !rest.is_empty());
    members
        .try_fold(value, follow)
        .and_then(|value| inside(value, &field.access, field.pointer.as_ref()))
        .map(Cow::Borrowed)
        .map_err(Lack::Part)
}

fn inside<'a>(
    value: &'a Value,
    access: &[Access],
    pointer: Option<&Pointer>,
) -> Result<&'a Value, String> {
    let value = enter(value, access)?;
    pointer
        .into_iter()
        .flat_map(Pointer::tokens)
        .try_fold(value, |value, token| follow(value, &token))
}

fn in_request<'a>(call: &'a Call, section: &Section) -> Found<'a> {
    match section {
        Section::Header(name) => in_headers(&call.headers, name, "request"),
        Section::Query(name) => in_parameters(&call.query, name, "query"),
        Section::Path(name) => in_parameters(&call.path, name, "path"),
        Section::Body { pointer, access } => {
            in_body(&call.body, access, pointer.as_ref(), "request")
        }
    }
}

fn in_response<'a>(call: &'a Call, section: &Section) -> Found<'a> {
    let answer = call.response.as_ref().ok_or_else(no_response)?;
    match section {
        Section::Header(name) => in_headers(&answer.headers, name, "response"),
        Section::Query(_) | Section::Path(_) => Err(unknown(format!(
            "a response has no parameters: did you mean `$request.{section}`?"
        ))),
        Section::Body { pointer, access } => {
            in_body(&answer.body, access, pointer.as_ref(), "response")
        }
    }
}

fn in_headers<'a>(headers: &[(String, String)], name: &str, of: &str) -> Found<'a> {
    headers
        .iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| text(value))
        .ok_or_else(|| {
            let known = headers.iter().map(|(field, _)| field.as_str());
            let near = suggest::nearest(name, known)
                .map(|near| format!(": did you mean `{near}`?"))
                .unwrap_or_default();
            Lack::Part(format!("the {of} has no header field `{name}`{near}"))
        })
}

fn in_parameters<'a>(values: &'a Map<String, Value>, name: &str, place: &str) -> Found<'a> {
    values.get(name).map(Cow::Borrowed).ok_or_else(|| {
        let hint = hint(name, values.keys());
        Lack::Part(format!(
            "the request has no {place} parameter `{name}`{hint}"
        ))
    })
}

fn in_body<'a>(
    body: &'a Body,
    access: &[Access],
    pointer: Option<&Pointer>,
    of: &str,
) -> Found<'a> {
    let value = body
        .value()
        .ok_or_else(|| Lack::Part(format!("the {of} has no body")))?;
    let is_whole = access.is_empty() && pointer.is_none_or(Pointer::is_root);
    match body {
        Body::Text(_) if !is_whole => Err(unknown(format!("the body of the {of} is not JSON"))),
        Body::Broken { why, .. } if !is_whole => Err(unknown(format!(
            "the body of the {of} cannot be read as JSON: {why}"
        ))),
        _ => inside(value, access, pointer)
            .map(Cow::Borrowed)
            .map_err(|why| Lack::Part(format!("in the body of the {of}, {why}"))),
    }
}
