//! Credentials: which secrets go with a request, and where they stand in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::curl::is_name;
use super::{Credentials, EncodeError, WireSecret};
use crate::secret::Secret;
use crate::spec::{ApiKeyPlace, Operation, SchemeKind, SecurityRequirement, Spec};
use crate::wire::{encode_component, is_field_value};

/// The credentials of a target: scheme name to secret (`user:password` for basic).
#[derive(Debug, Clone, Default)]
pub struct Authority {
    /// Secrets by security scheme name.
    pub by_scheme: indexmap::IndexMap<String, Secret>,
    /// The secret for every scheme that has none of its own.
    pub fallback: Option<Secret>,
}

/// A token in the form of a JSON Web Token (RFC 7519) that nobody issued.
const WRONG_TOKEN: &str =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJwcm9vZm1hcmsifQ.cHJvb2ZtYXJr";
const WRONG_LOGIN: &str = "proofmark:wrong-password";
const WRONG_KEY: &str = "proofmark-wrong-key";

/// The variable that stands for a request's only secret, if no other one is known to hold it.
const VARIABLE: &str = "PROOFMARK_TOKEN";

/// A credential on the wire.
pub(super) struct Credential {
    pub(super) place: ApiKeyPlace,
    /// The name of the field, parameter or cookie, escaped for its place.
    pub(super) name: String,
    /// The whole value, escaped for its place.
    pub(super) value: String,
    /// Where to hide it; wrong credentials are no secrets.
    pub(super) secret: Option<WireSecret>,
}

impl Authority {
    /// The secret for a security scheme.
    pub fn secret(&self, scheme: &str) -> Option<&Secret> {
        self.by_scheme.get(scheme).or(self.fallback.as_ref())
    }

    /// Whether there are no secrets at all.
    pub fn is_empty(&self) -> bool {
        self.by_scheme.is_empty() && self.fallback.is_none()
    }

    /// That a target refused it, in words.
    pub fn refusal(&self) -> String {
        if self.is_empty() {
            "the target asks for a credential, and none was given (`--token`, `$PROOFMARK_TOKEN`, `env` of a target in proofmark.toml)".to_owned()
        } else {
            format!("the target refused the credential from {}", self.origin())
        }
    }

    /// Where its secrets come from, in words.
    pub fn origin(&self) -> String {
        let secrets = self.by_scheme.values().chain(&self.fallback);
        let mut origins: Vec<&str> = secrets.filter_map(Secret::origin).collect();
        origins.sort_unstable();
        origins.dedup();
        if origins.is_empty() {
            "the target".to_owned()
        } else {
            origins.join(" or ")
        }
    }
}

/// The credentials that go with a request: those of the operation's first alternative for whose
/// schemes there are secrets. Without any, the request goes without credentials.
pub(super) fn credentials(
    spec: &Spec,
    operation: &Operation,
    authority: &Authority,
    wanted: Credentials,
) -> Result<Vec<Credential>, EncodeError> {
    let usable = |requirement: &&SecurityRequirement| {
        let schemes = requirement.0.keys().map(|name| spec.schemes.get(name));
        let mut kinds = schemes.map(|scheme| scheme.map(|scheme| &scheme.kind));
        let fields = requirement
            .0
            .keys()
            .filter_map(|name| spec.schemes.get(name))
            .filter(|scheme| is_authorization(&scheme.kind))
            .count();
        // One request has one `Authorization` field.
        kinds.all(|kind| kind.is_some()) && fields <= 1
    };
    let known = |requirement: &&SecurityRequirement| {
        requirement.0.keys().all(|name| {
            let kind = spec.schemes.get(name).map(|scheme| &scheme.kind);
            kind == Some(&SchemeKind::MutualTls) || authority.secret(name).is_some()
        })
    };
    let mut alternatives = operation.security.iter().filter(usable);
    let chosen = match wanted {
        Credentials::Missing => None,
        Credentials::Proper => alternatives.find(known),
        Credentials::Wrong => alternatives
            .clone()
            .find(|requirement| !requirement.is_empty() && known(requirement))
            .or_else(|| alternatives.find(|requirement| !requirement.is_empty())),
    };
    let Some(requirement) = chosen else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for name in requirement.0.keys() {
        let Some(scheme) = spec.schemes.get(name) else {
            continue;
        };
        let secret = match wanted {
            Credentials::Proper => authority.secret(name),
            Credentials::Missing | Credentials::Wrong => None,
        };
        let own = secret.and_then(Secret::variable);
        let variable = match own.filter(|name| is_name(name)) {
            Some(variable) => variable.to_owned(),
            None if requirement.0.len() == 1 => VARIABLE.to_owned(),
            None => format!("{VARIABLE}_{}", shout(name)),
        };
        if let Some(credential) = credential(&scheme.kind, secret, variable) {
            if !is_field_value(&credential.value) {
                return Err(EncodeError::Credential(name.clone()));
            }
            found.push(credential);
        }
    }
    Ok(found)
}

/// Names of header fields, query parameters and cookies in which an operation takes credentials.
pub(super) fn places(spec: &Spec, operation: &Operation) -> Vec<(ApiKeyPlace, String)> {
    operation
        .security
        .iter()
        .flat_map(|requirement| requirement.0.keys())
        .filter_map(|name| spec.schemes.get(name))
        .filter_map(|scheme| match &scheme.kind {
            SchemeKind::ApiKey { place, name } => Some((*place, name.clone())),
            SchemeKind::MutualTls => None,
            _ => Some((ApiKeyPlace::Header, "Authorization".to_owned())),
        })
        .collect()
}

fn is_authorization(kind: &SchemeKind) -> bool {
    match kind {
        SchemeKind::Bearer | SchemeKind::Basic | SchemeKind::Http(_) => true,
        SchemeKind::ApiKey { place, name } => {
            *place == ApiKeyPlace::Header && name.eq_ignore_ascii_case("authorization")
        }
        SchemeKind::MutualTls => false,
    }
}

/// One credential; a wrong one where there is no secret. Certificates are the transport's.
fn credential(kind: &SchemeKind, secret: Option<&Secret>, variable: String) -> Option<Credential> {
    let exposed = secret.map(Secret::expose);
    let (place, name, prefix, text) = match kind {
        SchemeKind::MutualTls => return None,
        SchemeKind::Bearer => {
            let token = exposed.unwrap_or(WRONG_TOKEN).to_owned();
            (
                ApiKeyPlace::Header,
                "Authorization",
                "Bearer ".to_owned(),
                token,
            )
        }
        SchemeKind::Basic => {
            let login = exposed.unwrap_or(WRONG_LOGIN);
            (
                ApiKeyPlace::Header,
                "Authorization",
                "Basic ".to_owned(),
                STANDARD.encode(format!("{}{login}", nobody(login))),
            )
        }
        SchemeKind::Http(scheme) => {
            let text = exposed.unwrap_or(WRONG_KEY).to_owned();
            (
                ApiKeyPlace::Header,
                "Authorization",
                format!("{scheme} "),
                text,
            )
        }
        SchemeKind::ApiKey { place, name } => {
            let key = exposed.unwrap_or(WRONG_KEY).to_owned();
            (*place, &**name, String::new(), key)
        }
    };
    let (name, text) = match place {
        ApiKeyPlace::Header => (name.to_owned(), text),
        ApiKeyPlace::Query => (encode_component(name), encode_component(&text)),
        ApiKeyPlace::Cookie => (name.to_owned(), encode_component(&text)),
    };
    let value = format!("{prefix}{text}");
    let prefix = match (kind, exposed) {
        (SchemeKind::Basic, Some(login)) => prefix + nobody(login),
        _ => prefix,
    };
    Some(Credential {
        place,
        value,
        secret: secret.map(|_| WireSecret {
            place,
            name: name.clone(),
            variable,
            prefix,
        }),
        name,
    })
}

/// What a login without a user needs in front: a token alone is a password (RFC 7617 section 2).
fn nobody(login: &str) -> &'static str {
    if login.contains(':') { "" } else { ":" }
}

/// A scheme's name as part of a shell variable's.
fn shout(name: &str) -> String {
    name.chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => character.to_ascii_uppercase(),
            _ => '_',
        })
        .collect()
}
