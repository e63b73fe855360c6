//! Credentials that a step brings along (`x-security`).

use serde_json::{Map, Value};

use crate::arazzo::{SchemeReference, Scope, Security, Step, Workflow};
use crate::case::Authority;
use crate::secret::{Carrier, Secret};
use crate::spec::{ApiKeyPlace, Place, SchemeKind, Spec};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What a step's own credentials come to.
#[derive(Debug, Default)]
pub(super) struct Brought {
    /// The target's credentials, with the step's own in their places.
    pub(super) authority: Authority,
    /// Credentials of schemes that are written in place: where they go, and the whole text.
    pub(super) written: Vec<((Place, String), String)>,
    /// Every secret among them.
    pub(super) secrets: Vec<Secret>,
}

/// The credentials of a step. Where a value is not known the target's own are taken.
pub(super) fn brought(
    spec: &Spec,
    workflow: &Workflow,
    step: &Step,
    scope: &Scope<'_>,
    authority: &Authority,
) -> Brought {
    let mut brought = Brought {
        authority: authority.clone(),
        ..Brought::default()
    };
    let own = if step.security.is_empty() {
        &workflow.security
    } else {
        &step.security
    };
    for security in own {
        let Some(values) = values(security, scope) else {
            continue;
        };
        // A password is a secret without its user's name, too.
        let password = text(&values, &["password"]);
        brought.secrets.extend(password.map(Secret::new));
        match &security.scheme {
            SchemeReference::Named { name, .. } => {
                let kind = spec.schemes.get(name).map(|scheme| &scheme.kind);
                if let Some(secret) = kind.and_then(|kind| secret(kind, &values)) {
                    brought.secrets.push(Secret::new(secret.as_str()));
                    let secret = Secret::new(secret);
                    brought.authority.by_scheme.insert(name.clone(), secret);
                }
            }
            SchemeReference::Inline(scheme) => {
                if let Some((place, text, secret)) = inline(&scheme.value, &values) {
                    brought.secrets.push(Secret::new(secret));
                    brought.written.push((place, text));
                }
            }
        }
    }
    brought
}

/// The values by name, all of them as text; `None` if one is not known.
fn values(security: &Security, scope: &Scope<'_>) -> Option<Map<String, Value>> {
    let values = security.values.iter();
    values
        .map(|(name, value)| match value.value.render(scope).ok()? {
            Value::Null => None,
            value => Some((name.clone(), value)),
        })
        .collect()
}

fn text(values: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let value = names.iter().find_map(|name| values.get(*name))?;
    Some(match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// The credential that a step brings along for a scheme, and how it travels; `None` as long as one of its
/// values is not known.
pub(super) fn known<'s>(
    spec: &'s Spec,
    security: &'s Security,
    scope: &Scope<'_>,
) -> Option<(Secret, Carrier<'s>)> {
    let values = values(security, scope)?;
    match &security.scheme {
        SchemeReference::Named { name, .. } => {
            let kind = &spec.schemes.get(name)?.kind;
            let text = secret(kind, &values)?;
            Some((Secret::new(text), kind.carrier()?))
        }
        SchemeReference::Inline(scheme) => {
            let ((place, _), _, text) = inline(&scheme.value, &values)?;
            let word = |name: &str| scheme.value.get(name).and_then(Value::as_str);
            let carrier = match (word("type"), word("scheme"), place) {
                (Some("http"), Some(name), _) if name.eq_ignore_ascii_case("basic") => {
                    Carrier::Login
                }
                (Some("http"), Some(name), _) => Carrier::Scheme(name),
                (Some("apiKey"), _, Place::Header) => Carrier::Field,
                (Some("apiKey"), ..) => Carrier::Encoded,
                _ => Carrier::Scheme("Bearer"),
            };
            Some((Secret::new(text), carrier))
        }
    }
}

/// The secret of a scheme as the target's credentials have it.
fn secret(kind: &SchemeKind, values: &Map<String, Value>) -> Option<String> {
    match kind {
        SchemeKind::Bearer | SchemeKind::Http(_) => text(values, &["token", "accessToken"]),
        SchemeKind::Basic => Some(format!(
            "{}:{}",
            text(values, &["username"])?,
            text(values, &["password"])?
        )),
        SchemeKind::ApiKey { .. } => text(values, &["apiKey", "value", "token"]),
        SchemeKind::MutualTls => None,
    }
}

/// Where a scheme that is written in place puts its credential, the text there, and the secret in it.
fn inline(
    scheme: &Value,
    values: &Map<String, Value>,
) -> Option<((Place, String), String, String)> {
    let word = |name: &str| scheme.get(name).and_then(Value::as_str);
    let authorization = (Place::Header, "Authorization".to_owned());
    match (word("type")?, word("scheme").map(str::to_ascii_lowercase)) {
        ("http", Some(scheme)) if scheme == "basic" => {
            let login = secret(&SchemeKind::Basic, values)?;
            let text = format!("Basic {}", STANDARD.encode(&login));
            Some((authorization, text, login))
        }
        ("http", Some(scheme)) => {
            let token = text(values, &["token", "accessToken"])?;
            let name = if scheme == "bearer" {
                "Bearer"
            } else {
                word("scheme")?
            };
            Some((authorization, format!("{name} {token}"), token))
        }
        ("oauth2" | "openIdConnect", _) => {
            let token = text(values, &["accessToken", "token"])?;
            Some((authorization, format!("Bearer {token}"), token))
        }
        ("apiKey", _) => {
            let place = match word("in")? {
                "query" => Place::Query,
                "cookie" => Place::Cookie,
                _ => Place::Header,
            };
            let key = text(values, &["apiKey", "value", "token"])?;
            Some(((place, word("name")?.to_owned()), key.clone(), key))
        }
        _ => None,
    }
}

/// Whether a parameter of an operation is where one of its schemes puts a credential.
pub(super) fn is_credential(spec: &Spec, place: Place, name: &str) -> bool {
    let is_authorization = place == Place::Header && name.eq_ignore_ascii_case("authorization");
    let is_key = spec.schemes.values().any(|scheme| match &scheme.kind {
        SchemeKind::ApiKey {
            place: ApiKeyPlace::Header,
            name: key,
        } => place == Place::Header && key.eq_ignore_ascii_case(name),
        SchemeKind::ApiKey {
            place: ApiKeyPlace::Query,
            name: key,
        } => place == Place::Query && key == name,
        SchemeKind::ApiKey {
            place: ApiKeyPlace::Cookie,
            name: key,
        } => place == Place::Cookie && key == name,
        _ => false,
    });
    is_authorization || is_key
}
