//! Parameters: those that operations do not know, those that they need, and values that do not fit.

use serde_json::Value;

use super::super::security::is_credential;
use super::{Check, Site};
use crate::arazzo::{Parameter, ParameterPlace, suggest};
use crate::code::{Code, Severity};
use crate::spec::{Form, Operation, Place};

/// Header fields that belong to HTTP and its registered extensions: descriptions do not declare them
/// (OAS 3.1.1 section 4.8.12.1), or need not.
const COMMON: [&str; 33] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "baggage",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "pragma",
    "prefer",
    "range",
    "referer",
    "te",
    "traceparent",
    "tracestate",
    "user-agent",
];

impl<'a> Check<'a> {
    /// The parameters of a step that calls an operation.
    pub(super) fn parameters(&mut self, site: Site<'a>) {
        let operation = site.operation;
        if !operation.unreadable.is_empty() {
            return;
        }
        for parameter in &site.step.parameters {
            if !knows(site, parameter) {
                self.undeclared(&[site], parameter);
            }
        }
        let workflow = self.workflow;
        let sent: Vec<&Parameter> = workflow.parameters_of(site.step).collect();
        let has_query = sent
            .iter()
            .any(|parameter| parameter.place == Some(ParameterPlace::QueryString));
        for declared in operation.parameters.iter().filter(|one| one.required) {
            let is_sent = |parameter: &&Parameter| {
                place(parameter) == Some(declared.place)
                    && is_named(declared.place, &declared.name, &parameter.name)
            };
            if sent.iter().any(is_sent)
                || (declared.place == Place::Query && has_query)
                || is_common(declared.place, &declared.name)
                || is_credential(site.spec, declared.place, &declared.name)
            {
                continue;
            }
            let severity = match declared.place {
                Place::Path => Severity::Error,
                _ if site.wants_refusal() => continue,
                _ => Severity::Warning,
            };
            let message = format!(
                "`{}` needs the {} parameter `{}`",
                operation.id, declared.place, declared.name
            );
            let hint = format!(
                "add `{{name: {}, in: {}, value: ...}}` to `parameters`",
                declared.name, declared.place
            );
            let at = &site.step.location;
            self.report_as(severity, Code::MISSING_PART, at, message, Some(hint));
        }
        if !site.wants_refusal() {
            for parameter in sent {
                self.literal(site, parameter);
            }
        }
    }

    /// Parameters of the workflow that none of its operations knows.
    pub(super) fn shared_parameters(&mut self, sites: &[Site<'a>]) {
        let is_readable = sites
            .iter()
            .all(|site| site.operation.unreadable.is_empty());
        if sites.is_empty() || !is_readable {
            return;
        }
        for parameter in &self.workflow.parameters {
            if parameter.place.is_some() && !sites.iter().any(|site| knows(*site, parameter)) {
                self.undeclared(sites, parameter);
            }
        }
    }

    fn undeclared(&mut self, sites: &[Site<'a>], parameter: &Parameter) {
        let (Some(place), Some(site)) = (place(parameter), sites.first()) else {
            return;
        };
        let name = &parameter.name;
        let declared = || sites.iter().flat_map(|site| &site.operation.parameters);
        let elsewhere = declared()
            .find(|other| other.place != place && is_named(other.place, &other.name, name));
        let mut is_strange = true;
        let hint = if let Some(other) = elsewhere {
            Some(format!("it is declared with `in: {}`", other.place))
        } else {
            let known = declared().filter(|other| other.place == place);
            let mut known: Vec<&str> = known.map(|other| other.name.as_str()).collect();
            known.sort_unstable();
            known.dedup();
            // Fields that a description does not mention are common: gateways read some.
            is_strange =
                place != Place::Header || suggest::nearest(name, known.iter().copied()).is_some();
            suggest::hint(name, known).filter(|_| is_strange)
        };
        let message = match sites {
            [_] => format!("`{}` has no {place} parameter `{name}`", site.operation.id),
            _ => format!("no step's operation has a {place} parameter `{name}`"),
        };
        let severity = if place == Place::Path && sites.len() == 1 {
            Severity::Error
        } else if is_strange {
            Severity::Warning
        } else {
            Severity::Note
        };
        let code = Code::UNDECLARED_PART;
        self.report_as(severity, code, &parameter.location, message, hint);
    }

    /// A value that is written out, as it will be read from the wire: a text may be a number there.
    fn literal(&mut self, site: Site<'a>, parameter: &Parameter) {
        let declared = place(parameter)
            .and_then(|place| site.operation.parameter(place, &parameter.name))
            .filter(|declared| matches!(declared.form, Form::Styled { .. }));
        let (Some(declared), true) = (declared, parameter.value.value.is_plain()) else {
            return;
        };
        let Some(written) = self.written(&parameter.value.location) else {
            return;
        };
        let Ok(validator) = declared.schema.validator() else {
            return;
        };
        let readings = match written {
            Value::String(text) => vec![serde_json::from_str(text).ok()],
            Value::Object(_) | Value::Array(_) => return,
            other => vec![Some(Value::String(other.to_string()))],
        };
        let mut readings = readings.into_iter().flatten();
        if readings.any(|reading: Value| validator.is_valid(&reading)) {
            return;
        }
        if let Some(violation) = validator.first_violation(written) {
            let what = format!("parameter `{}`", parameter.name);
            let at = &parameter.value.location;
            self.mismatch(site.spec, at, &violation, &what);
        }
    }
}

fn place(parameter: &Parameter) -> Option<Place> {
    Some(match parameter.place? {
        ParameterPlace::Path => Place::Path,
        ParameterPlace::Query => Place::Query,
        ParameterPlace::Header => Place::Header,
        ParameterPlace::Cookie => Place::Cookie,
        ParameterPlace::QueryString => return None,
    })
}

/// Whether a step may send a parameter without its operation wondering.
fn knows(site: Site<'_>, parameter: &Parameter) -> bool {
    let Some(place) = place(parameter) else {
        return true;
    };
    site.operation.parameter(place, &parameter.name).is_some()
        || is_common(place, &parameter.name)
        || is_credential(site.spec, place, &parameter.name)
        || (place != Place::Path && (site.wants_refusal() || has_free_query(site.operation, place)))
}

/// Whether the query may hold members of any name: a parameter that is an object stands for them.
fn has_free_query(operation: &Operation, place: Place) -> bool {
    let is_object = |parameter: &crate::spec::Parameter| {
        let schema = parameter.schema.resolved();
        schema.value().get("type").is_none_or(|kind| {
            kind == "object"
                || kind
                    .as_array()
                    .is_some_and(|kinds| kinds.contains(&"object".into()))
        })
    };
    let mut parameters = operation.parameters.iter();
    place == Place::Query
        && parameters.any(|parameter| parameter.place == place && is_object(parameter))
}

fn is_common(place: Place, name: &str) -> bool {
    place == Place::Header && COMMON.contains(&&*name.to_ascii_lowercase())
}

/// Whether two names are the same in a place.
fn is_named(place: Place, one: &str, other: &str) -> bool {
    if place == Place::Header {
        one.eq_ignore_ascii_case(other)
    } else {
        one == other
    }
}
