//! Examples: an exchange in words fit for a report, redacted and cut to size.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credential::{is_credential, without_members, without_pairs};
use super::marks::{Mark, Marked, mark_of, marked_names, mask, mask_by_name};
use super::redact::MASK;
use super::{Redactor, Verdict};
use crate::case::{Address, Body, CaseId, Intent, Phase, curl};
use crate::check::Finding;
use crate::code::Code;
use crate::http::Response;
use crate::schema::{Facets, Schema};
use crate::seed::Seed;
use crate::spec::{Operation, Spec};
use crate::wire::{MediaRange, declared};

/// How many bytes of a body are shown.
const BODY_LIMIT: usize = 4096;

/// How many marked values of one exchange are looked for in its texts.
const VALUE_LIMIT: usize = 256;

/// An exchange that shows a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The case.
    pub case: CaseId,
    /// Where it stands in its plan, on every server; `None` in reports of versions that did not tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<Address>,
    /// Where the case came from.
    pub phase: Phase,
    /// Where its random choices came from.
    pub seed: Seed,
    /// What is wrong with the request, if it is an invalid one.
    pub defect: Option<String>,
    /// What the check has to say about this very exchange.
    pub detail: String,
    /// What was sent.
    pub request: RequestExcerpt,
    /// What came back; `None` if nothing did.
    pub response: Option<ResponseExcerpt>,
    /// Why nothing came back.
    pub failure: Option<String>,
    /// A command that sends the request again.
    pub curl: String,
}

/// A request, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestExcerpt {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The header fields.
    pub headers: Vec<Field>,
    /// The body, or what can be said about it.
    pub body: Option<String>,
}

/// A response, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseExcerpt {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<Field>,
    /// The body, or what can be said about it.
    pub body: Option<String>,
}

/// A header field, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// What turns exchanges into examples.
pub(super) struct Lens<'a> {
    pub(super) spec: &'a Spec,
    pub(super) redactor: &'a Redactor,
    /// The names of properties that are marked anywhere.
    pub(super) names: &'a BTreeMap<String, Mark>,
    pub(super) target: &'a str,
}

/// An exchange in words.
pub(super) struct View {
    pub(super) request: RequestExcerpt,
    pub(super) response: Option<ResponseExcerpt>,
    pub(super) failure: Option<String>,
    pub(super) curl: String,
    /// Masks all that this exchange must not show.
    pub(super) redactor: Redactor,
}

/// An exchange, fit to be shown beside another one.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// What was sent.
    pub request: RequestExcerpt,
    /// What came back; `None` if nothing did.
    pub response: Option<ResponseExcerpt>,
    /// Why nothing came back.
    pub failure: Option<String>,
    /// A command that sends the request again, and those of the same resource before it.
    pub curl: String,
    /// Masks all that this exchange must not show.
    pub redactor: Redactor,
}

/// An exchange with a target that curl lines reach at `base`, redacted and cut to size.
pub fn excerpt(spec: &Spec, redactor: &Redactor, base: &str, verdict: &Verdict) -> Excerpt {
    let names = marked_names(&spec.schemas);
    let lens = Lens {
        spec,
        redactor,
        names: &names,
        target: base,
    };
    let view = lens.exchange(verdict, true);
    Excerpt {
        request: view.request,
        response: view.response,
        failure: view.failure,
        curl: view.curl,
        redactor: view.redactor,
    }
}

/// A body with its marked values masked.
enum Shown {
    Nothing,
    Text(String),
    /// Something that cannot be shown, in words.
    Hidden(String),
}

impl Lens<'_> {
    pub(super) fn example(&self, verdict: &Verdict, finding: &Finding) -> Example {
        let about_state = matches!(
            finding.code,
            Code::UPDATE_LOST | Code::DELETE_WITHOUT_EFFECT
        );
        let view = self.exchange(verdict, about_state);
        Example {
            case: verdict.case.id.clone(),
            // A step of a scenario stands in no plan.
            address: (verdict.case.phase != Phase::Scenario).then(|| verdict.case.address()),
            phase: verdict.case.phase,
            seed: verdict.case.seed,
            defect: match &verdict.case.intent {
                Intent::Valid | Intent::Scripted => None,
                Intent::Invalid(defect) => Some(view.redactor.text(&defect.to_string())),
            },
            detail: match verdict.case.phase {
                // What the author of a scenario compares may be as short as a first name.
                Phase::Scenario => view.redactor.words(&finding.detail),
                _ => view.redactor.text(&finding.detail),
            },
            request: view.request,
            response: view.response,
            failure: view.failure,
            curl: view.curl,
        }
    }

    /// The marked values of an exchange, as many as are looked for.
    pub(super) fn marked(&self, verdict: &Verdict) -> Vec<Marked> {
        let operation = self.spec.operations.get(&verdict.case.operation);
        let mut marked = Vec::new();
        self.sent(verdict, operation, &mut marked);
        if let Some(response) = verdict.exchange.response() {
            self.received(response, operation, &mut marked);
        }
        marked.truncate(VALUE_LIMIT);
        marked
    }

    /// An exchange in words; the command may need the writes before it.
    pub(super) fn exchange(&self, verdict: &Verdict, with_writes: bool) -> View {
        let request = &verdict.exchange.request;
        let operation = self.spec.operations.get(&verdict.case.operation);
        let mut marked = Vec::new();
        let sent = self.sent(verdict, operation, &mut marked);
        let response = verdict.exchange.response();
        let received = response.map(|response| self.received(response, operation, &mut marked));
        let prepared = &verdict.prepared;
        let names = prepared
            .secret_headers
            .iter()
            .chain(prepared.secrets.iter().map(|secret| &secret.name))
            .map(String::as_str);
        let plain = self.redactor.with_names(names);
        let mut redactor = plain.clone();
        for (mark, value) in marked.iter().take(VALUE_LIMIT) {
            redactor.add_as(*mark, value);
        }
        // What the plan made up concerns nobody, and has to stay for the command to mean the same.
        // A sequence carries what the server told.
        let carries = matches!(verdict.case.phase, Phase::Stateful | Phase::Scenario);
        View {
            request: RequestExcerpt {
                method: redactor.text(&request.method),
                path: redactor.path(&request.path),
                headers: request
                    .headers
                    .iter()
                    .map(|(name, value)| field(&redactor, name, value))
                    .collect(),
                body: shown(&redactor, sent),
            },
            response: response
                .zip(received)
                .map(|(response, received)| ResponseExcerpt {
                    status: response.status,
                    headers: response
                        .headers
                        .iter()
                        // Equal runs give equal reports: times stand apart.
                        .filter(|(name, _)| name != "date")
                        .map(|(name, value)| {
                            field(&redactor, name, &String::from_utf8_lossy(value))
                        })
                        .collect(),
                    body: shown(&redactor, received),
                }),
            failure: verdict
                .exchange
                .outcome
                .as_ref()
                .err()
                .map(|error| redactor.text(&error.to_string())),
            curl: if carries {
                redactor.command(&self.command(verdict, with_writes))
            } else {
                plain.text(&self.command(verdict, with_writes))
            },
            redactor,
        }
    }

    /// The command that sends the request again. What is about state needs the writes before it; a
    /// creation would make another resource.
    fn command(&self, verdict: &Verdict, with_writes: bool) -> String {
        let writes = verdict
            .before
            .iter()
            .filter(|prepared| with_writes && prepared.request.method != "POST");
        writes
            .chain([&verdict.prepared])
            .map(|prepared| curl(prepared, self.target))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The request's body, and the marked values of all inputs.
    fn sent(
        &self,
        verdict: &Verdict,
        operation: Option<&Operation>,
        marked: &mut Vec<Marked>,
    ) -> Shown {
        let inputs = &verdict.case.inputs;
        for ((place, name), value) in &inputs.parameters {
            let parameter = operation.and_then(|operation| operation.parameter(*place, name));
            if let Some(parameter) = parameter {
                let mut own = Vec::new();
                mask(&mut value.clone(), &parameter.schema, &mut own);
                // Paths, queries and fields are texts: there they are masked by value.
                marked.extend(own.into_iter().map(|(mark, value)| match mark {
                    Mark::Identifier => (mark, value),
                    _ => (Mark::Secret, value),
                }));
            }
        }
        let request = &verdict.exchange.request;
        let Some(bytes) = request.body.as_deref() else {
            return Shown::Nothing;
        };
        let content_type = request.header("content-type").unwrap_or_default();
        let schema = operation
            .and_then(|operation| operation.body.as_ref())
            .and_then(|body| declared(&body.content, content_type))
            .and_then(|media| media.schema.as_ref());
        let before = marked.len();
        if let (Some(Body::Instance { value, .. }), Some(schema)) = (&inputs.body, schema)
            && !is_json(content_type)
        {
            // Forms are masked by value. What is too short for that hides the whole body.
            mask(&mut value.clone(), schema, marked);
            let short = |(mark, value): &Marked| {
                // Credentials of forms are masked by name.
                let is_named = *mark == Mark::Credential && is_form(content_type);
                !value.is_empty() && !is_named && !Redactor::finds(*mark, value)
            };
            if marked.iter().skip(before).any(short) {
                return Shown::Hidden(format!("({} bytes with marked values)", bytes.len()));
            }
        }
        self.masked(bytes, content_type, schema, marked)
    }

    fn received(
        &self,
        response: &Response,
        operation: Option<&Operation>,
        marked: &mut Vec<Marked>,
    ) -> Shown {
        let content_type = response.header("content-type").unwrap_or_default();
        let schema = operation
            .and_then(|operation| operation.responses.select(response.status))
            .and_then(|(_, documented)| declared(&documented.content, &content_type))
            .and_then(|media| media.schema.as_ref());
        self.masked(&response.body, &content_type, schema, marked)
    }

    fn masked(
        &self,
        bytes: &[u8],
        content_type: &str,
        schema: Option<&Schema>,
        marked: &mut Vec<Marked>,
    ) -> Shown {
        if bytes.is_empty() {
            return Shown::Nothing;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            let kind = if content_type.is_empty() {
                "an unknown media type"
            } else {
                content_type
            };
            return Shown::Hidden(format!("({} bytes of {kind})", bytes.len()));
        };
        let Ok(mut instance) = serde_json::from_str::<Value>(text) else {
            let mut named = Vec::new();
            let shown = match schema.map(Facets::of) {
                Some(facets) if mark_of(&facets).is_some() => MASK.to_owned(),
                _ if is_form(content_type) => without_pairs(text, is_credential, &mut named),
                _ => without_members(text, &mut named),
            };
            marked.extend(named.into_iter().map(|value| (Mark::Credential, value)));
            return Shown::Text(shown);
        };
        let before = instance.clone();
        match schema {
            Some(schema) => mask(&mut instance, schema, marked),
            None => mask_by_name(&mut instance, self.names, marked),
        }
        // What needs no mask is shown exactly as it came.
        Shown::Text(if instance == before {
            text.to_owned()
        } else {
            instance.to_string()
        })
    }
}

impl Example {
    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        for text in [&mut self.detail, &mut self.curl] {
            *text = redactor.text(text);
        }
        for text in [&mut self.defect, &mut self.failure].into_iter().flatten() {
            *text = redactor.text(text);
        }
        self.request.mask(redactor);
        if let Some(response) = &mut self.response {
            response.mask(redactor);
        }
    }
}

impl RequestExcerpt {
    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        self.path = redactor.path(&self.path);
        for field in &mut self.headers {
            field.name = redactor.field_name(&field.name);
        }
        let values = self.headers.iter_mut().map(|field| &mut field.value);
        for text in values.chain(&mut self.body) {
            *text = redactor.text(text);
        }
    }
}

impl ResponseExcerpt {
    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        for field in &mut self.headers {
            field.name = redactor.field_name(&field.name);
        }
        let values = self.headers.iter_mut().map(|field| &mut field.value);
        for text in values.chain(&mut self.body) {
            *text = redactor.text(text);
        }
    }
}

fn field(redactor: &Redactor, name: &str, value: &str) -> Field {
    Field {
        name: redactor.field_name(name),
        value: redactor.header(name, value),
    }
}

fn is_form(content_type: &str) -> bool {
    MediaRange::parse(content_type)
        .is_ok_and(|media| media.essence() == "application/x-www-form-urlencoded")
}

fn is_json(content_type: &str) -> bool {
    MediaRange::parse(content_type).is_ok_and(|media| media.is_json())
}

/// The text without secrets, cut to size. It is cut last, so that no half of a secret is left.
fn shown(redactor: &Redactor, body: Shown) -> Option<String> {
    match body {
        Shown::Nothing => None,
        Shown::Hidden(words) => Some(redactor.text(&words)),
        Shown::Text(text) => {
            let length = text.len();
            let mut text = redactor.text(&text);
            if text.len() > BODY_LIMIT {
                let mut end = BODY_LIMIT;
                while !text.is_char_boundary(end) {
                    end -= 1;
                }
                text.truncate(end);
                text = format!("{text}... ({length} bytes in all)");
            }
            Some(text)
        }
    }
}
