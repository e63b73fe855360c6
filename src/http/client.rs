//! The checking client: `reqwest` with everything switched off that would hide what the server does.
//!
//! No redirects are followed, no proxy is taken from the environment, no content coding is undone.
//!
//! A server may close an idle connection at any time (RFC 9112 section 9.3), and a request that meets
//! this moment looks like one that the server hung up on. Requests that may change state therefore
//! go over connections of their own; safe ones share connections and are sent once more over a new one
//! before a closed connection counts.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use url::Url;

use super::{Exchange, Request, Response, Timing, Transport, TransportError};

/// How many idle connections are kept.
const IDLE: usize = 64;

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How long a request may take from first to last byte.
    pub timeout: Duration,
    /// How many bytes of content an answer may have.
    pub max_body: usize,
    /// A name for the run, sent with each request as `Proofmark-Run`.
    pub run: String,
    /// A file of certificates to trust besides the system's, in PEM.
    pub certificates: Vec<u8>,
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The target is not an absolute `http` or `https` URL.
    #[error("`{0}` is not an absolute http or https URL")]
    Target(String),
    /// The TLS set-up failed.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// Sends requests to one target.
#[derive(Debug)]
pub struct Client {
    /// Keeps connections for requests of safe methods.
    shared: reqwest::Client,
    /// Opens a connection for each request.
    fresh: reqwest::Client,
    base: String,
    options: ClientOptions,
    start: Instant,
}

impl Client {
    /// A client for a target: scheme, host, port and, if the API lives below one, a base path.
    pub fn new(target: &str, options: ClientOptions) -> Result<Self, ClientError> {
        let url = Url::parse(target).map_err(|_| ClientError::Target(target.to_owned()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(ClientError::Target(target.to_owned()));
        }
        let tls = tls(&options.certificates, url.scheme() == "https")?;
        let client = |idle: usize| {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(Policy::none())
                .no_proxy()
                .referer(false)
                .timeout(options.timeout)
                .connect_timeout(options.timeout.min(Duration::from_secs(10)))
                .pool_max_idle_per_host(idle)
                .pool_idle_timeout(Duration::from_secs(1))
                .user_agent(concat!("proofmark/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|error| ClientError::Tls(chain(&error)))
        };
        let (shared, fresh) = (client(IDLE)?, client(0)?);
        Ok(Self {
            shared,
            fresh,
            base: target.trim_end_matches('/').to_owned(),
            options,
            start: Instant::now(),
        })
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        request: &Request,
    ) -> Result<Response, TransportError> {
        let unsendable =
            |reason: &dyn std::fmt::Display| TransportError::Unsendable(reason.to_string());
        let text = format!("{}{}", self.base, request.path);
        let url = Url::parse(&text).map_err(|error| unsendable(&error))?;
        if url.as_str() != text && !is_same(&url, &self.base, &request.path) {
            return Err(TransportError::Unsendable(format!(
                "the path would be changed on its way to `{}`",
                &url[url::Position::BeforePath..]
            )));
        }
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| unsendable(&error))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|error| unsendable(&error))?;
            let value = HeaderValue::from_str(value).map_err(|error| unsendable(&error))?;
            headers.append(name, value);
        }
        let run = HeaderValue::from_str(&self.options.run).map_err(|error| unsendable(&error))?;
        headers.insert("proofmark-run", run);
        // Otherwise any coding would be welcome (RFC 9110 section 12.5.3).
        headers
            .entry("accept-encoding")
            .or_insert(HeaderValue::from_static("identity"));
        let mut builder = client.request(method, url).headers(headers);
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let mut answer = builder
            .send()
            .await
            .map_err(|error| self.classify(&error, false))?;
        let mut response = Response::new(answer.status().as_u16());
        response.headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let mut body = BytesMut::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| self.classify(&error, true))?
        {
            if body.len() + chunk.len() > self.options.max_body {
                return Err(TransportError::TooLarge(self.options.max_body));
            }
            body.extend_from_slice(&chunk);
        }
        response.body = body.freeze();
        Ok(response)
    }

    /// Names a failure by its causes; `in_body` tells whether a whole head had arrived.
    fn classify(&self, error: &reqwest::Error, in_body: bool) -> TransportError {
        if error.is_timeout() {
            return TransportError::Timeout(self.options.timeout);
        }
        if error.is_connect() {
            return TransportError::Unreachable(chain(error));
        }
        if error.is_builder() {
            return TransportError::Unsendable(chain(error));
        }
        let mut cause: Option<&dyn Error> = error.source();
        while let Some(inner) = cause {
            if let Some(inner) = inner.downcast_ref::<hyper::Error>() {
                if inner.is_parse() {
                    return TransportError::Framing(chain(inner));
                }
                if inner.is_incomplete_message() {
                    return if in_body {
                        TransportError::Truncated
                    } else {
                        TransportError::Closed
                    };
                }
            }
            if let Some(inner) = inner.downcast_ref::<io::Error>() {
                return match inner.kind() {
                    io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                        TransportError::Framing(inner.to_string())
                    }
                    _ if in_body => TransportError::Truncated,
                    _ => TransportError::Closed,
                };
            }
            cause = inner.source();
        }
        if in_body {
            TransportError::Truncated
        } else {
            TransportError::Closed
        }
    }
}

impl Transport for Client {
    async fn send(&self, request: Request) -> Exchange {
        let sent = self.start.elapsed();
        let is_safe = matches!(&*request.method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
        let client = if is_safe { &self.shared } else { &self.fresh };
        let mut outcome = self.attempt(client, &request).await;
        if is_safe && outcome == Err(TransportError::Closed) {
            outcome = self.attempt(&self.fresh, &request).await;
        }
        let timing = Timing {
            intended: sent,
            sent,
            finished: self.start.elapsed(),
        };
        Exchange {
            request,
            outcome,
            timing,
        }
    }
}

/// Whether parsing has changed nothing but the empty path of a base URL.
fn is_same(url: &Url, base: &str, path: &str) -> bool {
    let base_path = Url::parse(base).map(|base| base.path().trim_end_matches('/').to_owned());
    base_path.is_ok_and(|base| url[url::Position::BeforePath..] == format!("{base}{path}"))
}

/// The messages of an error and its causes, without repeating what a cause says again.
fn chain(error: &dyn Error) -> String {
    let mut text = String::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}

/// What TLS connections trust: the system's certificates, if there will be such connections, as reading
/// some hundred of them takes a while, and extra ones in PEM. No protocol is named yet that the
/// handshake should offer (RFC 7301).
pub fn tls(extra: &[u8], is_used: bool) -> Result<rustls::ClientConfig, ClientError> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    let mut roots = rustls::RootCertStore::empty();
    if is_used {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    for certificate in CertificateDer::pem_slice_iter(extra) {
        let certificate = certificate.map_err(|error| ClientError::Tls(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| ClientError::Tls(error.to_string()))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Tls(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
