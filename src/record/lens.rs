//! The lens through which an exchange is seen: in words fit for a report, redacted and cut to size.

use super::command::command;
use super::content::{Content, is_form, is_json};
use super::credential::is_telling;
use super::example::{Example, Field, RequestExcerpt, ResponseExcerpt};
use super::marks::{Found, Mark, Marked, Told, mark_of, mask};
use super::veil::{Fields, Veil, weightiest};
use super::{Redactor, Verdict};
use crate::case::{Body, Intent, Phase};
use crate::check::Finding;
use crate::code::Code;
use crate::http::Response;
use crate::schema::Facets;
use crate::spec::{Operation, Place, Spec};
use crate::wire::declared;

/// What turns exchanges into examples.
pub(super) struct Lens<'a> {
    pub(super) spec: &'a Spec,
    pub(super) redactor: &'a Redactor,
    pub(super) target: &'a str,
}

/// An exchange, fit to be shown.
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
    /// Gives of every other value of the exchange what may be shown.
    pub veil: Veil,
}

/// An exchange with a target that curl lines reach at `base`, redacted and cut to size.
pub fn excerpt(spec: &Spec, redactor: &Redactor, base: &str, verdict: &Verdict) -> Excerpt {
    let lens = Lens {
        spec,
        redactor,
        target: base,
    };
    lens.exchange(verdict, true)
}

/// A message as it was found.
#[derive(Default)]
struct Sight {
    content: Content,
    found: Found,
    fields: Fields,
}

impl Lens<'_> {
    pub(super) fn example(&self, verdict: &Verdict, finding: &Finding) -> Example {
        let about_state = matches!(
            finding.code,
            Code::UPDATE_LOST | Code::DELETE_WITHOUT_EFFECT
        );
        let seen = self.exchange(verdict, about_state);
        Example {
            case: verdict.case.id.clone(),
            // A step of a scenario stands in no plan.
            address: (verdict.case.phase != Phase::Scenario).then(|| verdict.case.address()),
            phase: verdict.case.phase,
            seed: verdict.case.seed,
            defect: match &verdict.case.intent {
                Intent::Valid | Intent::Scripted => None,
                Intent::Invalid(defect) => Some(seen.veil.text(&defect.to_string())),
            },
            detail: match verdict.case.phase {
                _ if finding.code == Code::RESPONSE_HEADER => {
                    seen.veil.about_field(&finding.detail)
                }
                // What the author of a scenario compares may be as short as a first name.
                Phase::Scenario => seen.veil.lines(&finding.detail),
                _ => seen.veil.text(&finding.detail),
            },
            request: seen.request,
            response: seen.response,
            failure: seen.failure,
            curl: seen.curl,
        }
    }

    /// The marked values of an exchange, as many as are looked for.
    pub(super) fn marked(&self, verdict: &Verdict) -> Vec<Marked> {
        let operation = self.spec.operations.get(&verdict.case.operation);
        let sent = self.sent(verdict, operation).found.values;
        let response = verdict.exchange.response();
        let received = response.map(|response| self.received(response, operation));
        let received = received.map(|sight| sight.found.values);
        weightiest(sent.into_iter().chain(received.into_iter().flatten()))
    }

    /// An exchange in words; the command may need the writes before it.
    pub(super) fn exchange(&self, verdict: &Verdict, with_writes: bool) -> Excerpt {
        let request = &verdict.exchange.request;
        let operation = self.spec.operations.get(&verdict.case.operation);
        let sent = self.sent(verdict, operation);
        let response = verdict.exchange.response();
        let received = response.map(|response| self.received(response, operation));
        let received = received.unwrap_or_default();
        let prepared = &verdict.prepared;
        let names = prepared
            .secret_headers
            .iter()
            .chain(prepared.secrets.iter().map(|secret| &secret.name))
            .map(String::as_str);
        let plain = self.redactor.with_names(names);
        let veil = Veil::over(plain.clone(), sent.found, received.found, received.fields);
        let field = |name: &str, value: &str| Field {
            name: veil.field_name(name),
            value: veil.field(name, value),
        };
        let fields = request.headers.iter();
        let request = RequestExcerpt {
            method: veil.text(&request.method),
            path: veil.path(&request.path),
            headers: fields.map(|(name, value)| field(name, value)).collect(),
            body: sent.content.shown(&veil),
        };
        let response = response.map(|response| {
            // Equal runs give equal reports: times stand apart.
            let fields = response.headers.iter().filter(|(name, _)| name != "date");
            let fields = fields.map(|(name, value)| field(name, &String::from_utf8_lossy(value)));
            ResponseExcerpt {
                status: response.status,
                headers: fields.collect(),
                body: received.content.shown(&veil),
            }
        });
        let failure = verdict.exchange.outcome.as_ref().err();
        // What the plan made up concerns nobody, and has to stay for the command to mean the same.
        // A sequence carries what the server told: in its paths.
        let mut places = verdict.case.inputs.parameters.keys();
        let carries = match verdict.case.phase {
            Phase::Scenario => true,
            Phase::Stateful => places.any(|(place, _)| *place == Place::Path),
            _ => false,
        };
        let base = if carries { veil.redactor() } else { &plain };
        let curl = command(verdict, self.target, with_writes, carries, base);
        Excerpt {
            request,
            response,
            failure: failure.map(|error| veil.text(&error.to_string())),
            curl,
            veil,
        }
    }

    /// The request's body, and the marked values of all inputs.
    fn sent(&self, verdict: &Verdict, operation: Option<&Operation>) -> Sight {
        let inputs = &verdict.case.inputs;
        let names = self.redactor.marks();
        let mut found = Found::default();
        for ((place, name), value) in &inputs.parameters {
            let parameter = operation.and_then(|operation| operation.parameter(*place, name));
            if let Some(parameter) = parameter {
                let mut own = Found::default();
                let told = Told::of(Some(&parameter.schema), names);
                mask(&mut value.clone(), &told, &mut own);
                // Paths, queries and fields are texts: there they are masked by value.
                let own = own.values.into_iter().map(|(mark, value)| match mark {
                    Mark::Identifier | Mark::Credential => (mark, value),
                    _ => (Mark::Secret, value),
                });
                found.values.extend(own);
            }
        }
        let request = &verdict.exchange.request;
        let is_scripted = verdict.case.phase == Phase::Scenario;
        for (name, value) in request.headers.iter().filter(|_| is_scripted) {
            self.field(name, value, &mut found.values);
        }
        let Some(bytes) = request.body.as_deref() else {
            return Sight {
                found,
                ..Sight::default()
            };
        };
        let content_type = request.header("content-type").unwrap_or_default();
        let schema = operation
            .and_then(|operation| operation.body.as_ref())
            .and_then(|body| declared(&body.content, content_type))
            .and_then(|media| media.schema.as_ref());
        if let (Some(Body::Instance { value, .. }), Some(schema)) = (&inputs.body, schema)
            && !is_json(content_type)
        {
            // Forms are masked by value. What is too short for that hides the whole body.
            let mut own = Found::default();
            mask(&mut value.clone(), &Told::of(Some(schema), names), &mut own);
            let short = |(mark, value): &Marked| {
                // Credentials of forms are masked by name.
                let is_named = *mark == Mark::Credential && is_form(content_type);
                !value.is_empty() && !is_named && !Redactor::finds(*mark, value)
            };
            let is_hidden = own.values.iter().any(short);
            found.values.append(&mut own.values);
            if is_hidden {
                let words = format!("({} bytes with marked values)", bytes.len());
                return Sight {
                    content: Content::Hidden(words),
                    found,
                    ..Sight::default()
                };
            }
        }
        Sight {
            content: Content::of(bytes, content_type, schema, names, &mut found),
            found,
            ..Sight::default()
        }
    }

    fn received(&self, response: &Response, operation: Option<&Operation>) -> Sight {
        let content_type = response.header("content-type").unwrap_or_default();
        let documented = operation
            .and_then(|operation| operation.responses.select(response.status))
            .map(|(_, documented)| documented);
        let mut found = Found::default();
        let mut fields = Fields::default();
        for (name, value) in &response.headers {
            let value = String::from_utf8_lossy(value);
            self.field(name, &value, &mut found.values);
            let mut declared = documented.iter().flat_map(|documented| &documented.headers);
            let declared = declared.find(|(declared, _)| declared.eq_ignore_ascii_case(name));
            let mark = match declared {
                Some((_, header)) => mark_of(&Facets::of(&header.schema)),
                None => self
                    .redactor
                    .marks()
                    .get(&name.to_ascii_lowercase())
                    .copied(),
            };
            if let Some(mark) = mark {
                found.values.push((mark, value.to_string()));
                fields.marked.insert(name.to_ascii_lowercase());
            }
            if !value.is_empty() && (mark.is_some() || self.redactor.is_credential_field(name)) {
                fields.values.insert(value.into_owned());
            }
        }
        let schema = documented
            .and_then(|documented| declared(&documented.content, &content_type))
            .and_then(|media| media.schema.as_ref());
        let names = self.redactor.marks();
        let bytes = response.content_or_body();
        Sight {
            content: Content::of(&bytes, &content_type, schema, names, &mut found),
            found,
            fields,
        }
    }

    /// Notes the credentials in a header field: they may stand elsewhere, too.
    fn field(&self, name: &str, value: &str, found: &mut Vec<Marked>) {
        let mut note = |value: &str| {
            // A date, a version and a number stand in cookies, too.
            if is_telling(value) && value.contains(char::is_alphabetic) {
                found.push((Mark::Credential, value.to_owned()));
            }
        };
        let cookie = |pair: &str| {
            let value = pair.split_once('=').map(|(_, value)| value.trim());
            value.unwrap_or_default().trim_matches('"').to_owned()
        };
        if name.eq_ignore_ascii_case("set-cookie") {
            // What follows are attributes (RFC 6265 section 4.1.1).
            note(&cookie(value.split(';').next().unwrap_or_default()));
        } else if name.eq_ignore_ascii_case("cookie") {
            value.split(';').for_each(|pair| note(&cookie(pair)));
        } else if self.redactor.is_credential_field(name) {
            let behind = value.split_once(' ').map(|(_, rest)| rest.trim());
            std::iter::once(value).chain(behind).for_each(note);
        } else {
            self.redactor.ways(name, value, found);
        }
    }
}
