//! Prepared requests: what is sent, and which parts of it are secret.

use crate::http::Request;
use crate::spec::ApiKeyPlace;

/// A request ready to be sent, made from a case.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The request.
    pub request: Request,
    /// The names of the header fields that hold credentials, to be left out of every output;
    /// `Cookie` is among them when a cookie does.
    pub secret_headers: Vec<String>,
    /// Where credentials stand, and what to show instead.
    pub secrets: Vec<WireSecret>,
}

/// A place of a request that holds a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireSecret {
    /// Whether it is a header field, a query parameter or a cookie.
    pub place: ApiKeyPlace,
    /// Its name as it stands on the wire.
    pub name: String,
    /// The shell variable that stands for the secret, without its `$`: the one that holds it, or else
    /// `PROOFMARK_TOKEN`.
    pub variable: String,
    /// What stands before the secret in the same value: `Bearer `.
    pub prefix: String,
}

impl WireSecret {
    /// What to show instead of the value: `Bearer $PROOFMARK_TOKEN`.
    pub fn shown(&self) -> String {
        format!("{}${}", self.prefix, self.variable)
    }
}

impl Prepared {
    /// A request that holds no credentials.
    pub fn open(request: Request) -> Self {
        Self {
            request,
            secret_headers: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// The request with every credential replaced by the shell variable that stands for it.
    #[must_use]
    pub fn masked_request(&self) -> Request {
        let mut request = self.request.clone();
        for secret in &self.secrets {
            let shown = secret.shown();
            match secret.place {
                ApiKeyPlace::Header => {
                    for (name, value) in &mut request.headers {
                        if name.eq_ignore_ascii_case(&secret.name) {
                            value.clone_from(&shown);
                        }
                    }
                }
                ApiKeyPlace::Query => {
                    if let Some((path, query)) = request.path.split_once('?') {
                        let query = replace(query, "&", &secret.name, &shown);
                        request.path = format!("{path}?{query}");
                    }
                }
                ApiKeyPlace::Cookie => {
                    for (name, value) in &mut request.headers {
                        if name.eq_ignore_ascii_case("cookie") {
                            *value = replace(value, "; ", &secret.name, &shown);
                        }
                    }
                }
            }
        }
        request
    }
}

/// A list of pairs in which the value of one name is replaced.
fn replace(pairs: &str, between: &str, name: &str, value: &str) -> String {
    pairs
        .split(between)
        .map(|pair| match pair.split_once('=') {
            Some((key, _)) if key == name => format!("{key}={value}"),
            _ => pair.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(between)
}
