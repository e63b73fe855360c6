//! Credentials: whether a request carries what an operation asks for, and what its token may do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use crate::http::Request;
use crate::secret::Secret;
use crate::spec::{ApiKeyPlace, Operation, SchemeKind, Spec};

/// A secret that the server accepts, through whichever scheme it arrives.
#[derive(Debug, Clone)]
pub struct Token {
    /// The secret. With basic authentication it is the password or `user:password`.
    pub secret: Secret,
    /// What it may do.
    pub access: Access,
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Safe methods only (RFC 9110 section 9.2.1).
    ReadOnly,
    /// Everything.
    Full,
}

impl Token {
    /// The tokens of a sandbox to which no others were given: `sandbox-token` and
    /// `sandbox-readonly`.
    pub fn defaults() -> Vec<Self> {
        [
            ("sandbox-token", Access::Full),
            ("sandbox-readonly", Access::ReadOnly),
        ]
        .into_iter()
        .map(|(secret, access)| Self {
            secret: Secret::new(secret),
            access,
        })
        .collect()
    }
}

/// How a scheme is met by a request.
enum Met {
    No,
    Wrong,
    Yes(Access),
}

/// Checks the credentials of a request for an operation: 401 when they are missing or unknown, 403
/// when the token may only read. An empty list of tokens accepts whatever has the right form.
pub(super) fn check(
    spec: &Spec,
    operation: &Operation,
    request: &Request,
    tokens: &[Token],
) -> Result<(), Refusal> {
    if operation.security.is_empty() {
        return Ok(());
    }
    let mut best = None;
    let mut wrong = false;
    for requirement in &operation.security {
        let mut access = Some(Access::Full);
        for scheme in requirement.0.keys() {
            let Some(scheme) = spec.schemes.get(scheme) else {
                continue;
            };
            access = match (meets(&scheme.kind, request, tokens), access) {
                (Met::Yes(found), Some(access)) => Some(access.min(found)),
                (Met::Wrong, _) => {
                    wrong = true;
                    None
                }
                _ => None,
            };
        }
        best = best.max(access);
    }
    match best {
        Some(Access::Full) => Ok(()),
        Some(Access::ReadOnly) if operation.is_safe() => Ok(()),
        Some(Access::ReadOnly) => Err(Refusal::new(
            403,
            "forbidden",
            format!("the token may only read, and `{}` writes", operation.method),
        )),
        None => {
            let (reason, message) = if wrong {
                ("invalid_token", "the credentials are unknown")
            } else {
                ("unauthorized", "credentials are missing")
            };
            Err(Refusal::new(401, reason, message)
                .with_header("www-authenticate", challenges(spec, operation, wrong)))
        }
    }
}

fn meets(kind: &SchemeKind, request: &Request, tokens: &[Token]) -> Met {
    let found = match kind {
        SchemeKind::Bearer => authorization(request, "bearer").map(str::to_owned),
        SchemeKind::Http(name) => authorization(request, name).map(str::to_owned),
        SchemeKind::Basic => authorization(request, "basic").map(|text| {
            STANDARD
                .decode(text)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .filter(|text| text.contains(':'))
                .unwrap_or_default()
        }),
        SchemeKind::ApiKey { place, name } => api_key(request, *place, name),
        // A client certificate is not seen by the server itself.
        SchemeKind::MutualTls => return Met::Yes(Access::Full),
    };
    let Some(secret) = found else {
        return Met::No;
    };
    if secret.is_empty() {
        return Met::Wrong;
    }
    if tokens.is_empty() {
        return Met::Yes(Access::Full);
    }
    let password = match kind {
        SchemeKind::Basic => secret.split_once(':').map(|(_, password)| password),
        _ => None,
    };
    tokens
        .iter()
        .find(|token| {
            token.secret.expose() == secret
                || password.is_some_and(|password| token.secret.expose() == password)
        })
        .map_or(Met::Wrong, |token| Met::Yes(token.access))
}

/// The credentials that follow the name of the scheme in `Authorization` (RFC 9110 section 11.4).
fn authorization<'a>(request: &'a Request, scheme: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        .find_map(|(_, value)| {
            let (name, rest) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
            name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
        })
}

fn api_key(request: &Request, place: ApiKeyPlace, name: &str) -> Option<String> {
    let pairs = |text: &str, separator: char| {
        text.split(separator).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| {
                percent_decode_str(&text.replace('+', " "))
                    .decode_utf8_lossy()
                    .into_owned()
            };
            (decode(key) == name).then(|| decode(value))
        })
    };
    match place {
        ApiKeyPlace::Header => request.header(name).map(|value| value.trim().to_owned()),
        ApiKeyPlace::Query => pairs(request.query(), '&'),
        ApiKeyPlace::Cookie => request.header("cookie").and_then(|text| pairs(text, ';')),
    }
}

/// One challenge for each scheme of the operation (RFC 9110 section 11.6.1).
fn challenges(spec: &Spec, operation: &Operation, wrong: bool) -> String {
    let mut challenges: Vec<String> = Vec::new();
    let names = operation
        .security
        .iter()
        .flat_map(|requirement| requirement.0.keys());
    for scheme in names.filter_map(|name| spec.schemes.get(name)) {
        let challenge = match &scheme.kind {
            SchemeKind::Bearer if wrong => {
                r#"Bearer realm="api", error="invalid_token""#.to_owned()
            }
            SchemeKind::Bearer => r#"Bearer realm="api""#.to_owned(),
            SchemeKind::Basic => r#"Basic realm="api", charset="UTF-8""#.to_owned(),
            SchemeKind::Http(name) => format!(r#"{name} realm="api""#),
            SchemeKind::ApiKey { .. } => r#"ApiKey realm="api""#.to_owned(),
            SchemeKind::MutualTls => r#"Mutual realm="api""#.to_owned(),
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    if challenges.is_empty() {
        challenges.push(r#"Bearer realm="api""#.to_owned());
    }
    challenges.join(", ")
}
