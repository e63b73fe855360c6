//! The server: one object that answers requests as a document says, whichever door they come
//! through.

use std::sync::Arc;

use super::answer::Answer;
use super::behaviour::Behaviour;
use super::credentials::Token;
use super::envelope::Envelope;
use super::fault::{Fault, Injection, distort};
use super::generators::Generators;
use super::refusal::Refusal;
use super::restless::Restless;
use super::route::{Route, Router};
use super::sandbox::Sandbox;
use crate::http::{Request, Response};
use crate::seed::Seed;
use crate::spec::{Operation, Spec};

/// What a server is made from, besides the document.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where its choices come from: equal seeds and equal requests give equal answers.
    pub seed: Seed,
    /// The secrets that it accepts; an empty list accepts whatever has the right form.
    pub tokens: Vec<Token>,
    /// What makes it remember; `None` is a stateless mock.
    pub behaviour: Option<Behaviour>,
    /// What it does wrong.
    pub fault: Option<Fault>,
    /// Where ids, times and orders come from that nobody can foresee; `None` shows what the sandbox has.
    pub restless: Option<Seed>,
    /// How long a request body may be, in bytes.
    pub max_body: usize,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            seed: Seed::new(0),
            tokens: Vec::new(),
            behaviour: None,
            fault: None,
            restless: None,
            max_body: 8 << 20,
        }
    }
}

impl ServerOptions {
    /// The options of a sandbox: with a behaviour file and the tokens of [`Token::defaults`].
    pub fn sandbox(behaviour: Behaviour) -> Self {
        Self {
            tokens: Token::defaults(),
            behaviour: Some(behaviour),
            ..Self::default()
        }
    }
}

/// A server made from a document: stateless, or with a memory when it has a behaviour file.
pub struct Server {
    pub(super) spec: Arc<Spec>,
    pub(super) options: ServerOptions,
    pub(super) router: Router,
    pub(super) generators: Generators,
    pub(super) envelope: Envelope,
    pub(super) sandbox: Option<Sandbox>,
    pub(super) injection: Injection,
    restless: Option<Restless>,
}

impl Server {
    /// Makes a server. The behaviour file must have been read for this document.
    pub fn new(spec: Arc<Spec>, mut options: ServerOptions) -> Self {
        let generators = Generators::default();
        let sandbox = options.behaviour.take().map(|behaviour| {
            Sandbox::new(
                &spec,
                behaviour,
                &generators,
                options.seed,
                options.restless.is_some(),
            )
        });
        Self {
            router: Router::new(&spec),
            envelope: Envelope::new(&spec),
            injection: Injection::new(options.fault, &spec),
            generators,
            restless: options.restless.map(Restless::new),
            sandbox,
            options,
            spec,
        }
    }

    /// The document that it was made from.
    pub fn spec(&self) -> &Arc<Spec> {
        &self.spec
    }

    /// How long a request body may be, in bytes.
    pub fn max_body(&self) -> usize {
        self.options.max_body
    }

    /// What the server does with a request.
    pub fn answer(&self, request: &Request) -> Answer {
        let Some(restless) = &self.restless else {
            return self.answer_as_it_is(request);
        };
        let answer = self.answer_as_it_is(&restless.understand(request));
        let is_made = |id: &str| {
            let sandbox = self.sandbox.as_ref();
            sandbox.is_some_and(|sandbox| sandbox.has_made(id))
        };
        match answer {
            Answer::Response(mut response) => {
                if request.method == "HEAD" {
                    return Answer::Response(restless.obscure(response, &is_made));
                }
                // Other times need not be as long.
                let headers = &mut response.headers;
                headers.retain(|(name, _)| name != "content-length");
                Answer::Response(framed(restless.obscure(response, &is_made), false))
            }
            other => other,
        }
    }

    fn answer_as_it_is(&self, request: &Request) -> Answer {
        let head = request.method == "HEAD";
        let answer = match self.serve(request) {
            Ok(answer) => answer,
            Err((operation, refusal)) => {
                Answer::Response(self.refuse(operation, &refusal, request))
            }
        };
        match answer {
            Answer::Response(response) => Answer::Response(framed(response, head)),
            Answer::Truncated(response) => Answer::Truncated(framed(response, head)),
            other => other,
        }
    }

    fn serve<'a>(&'a self, request: &Request) -> Result<Answer, (Option<&'a Operation>, Refusal)> {
        let length = request.body.as_ref().map_or(0, bytes::Bytes::len);
        if length > self.options.max_body {
            let most = self.options.max_body;
            let message = format!("the body is longer than {most} bytes");
            return Err((None, Refusal::new(413, "content_too_large", message)));
        }
        let operation = match self.router.route(&request.method, request.path_only()) {
            Route::Operation(operation) => operation,
            Route::OtherMethods(methods) => return self.other_method(request, &methods),
            Route::Nothing if request.method == "OPTIONS" && request.path == "*" => {
                return Ok(Answer::Response(Response::new(204)));
            }
            Route::Nothing => {
                let refusal = Refusal::new(404, "not_found", "there is no such path");
                return Err((None, refusal));
            }
        };
        let Some(operation) = self.spec.operations.get(operation) else {
            let refusal = Refusal::new(404, "not_found", "there is no such path");
            return Err((None, refusal));
        };
        let response = self
            .operate(operation, request)
            .map_err(|refusal| (Some(operation), refusal))?;
        Ok(match self.injection.fault() {
            Some(fault) => distort(fault, operation, response),
            None => Answer::Response(response),
        })
    }

    /// A request to a path with a method that the document does not declare for it.
    fn other_method<'a>(
        &'a self,
        request: &Request,
        methods: &[String],
    ) -> Result<Answer, (Option<&'a Operation>, Refusal)> {
        let allow = methods.join(", ");
        if request.method == "OPTIONS" {
            let response = Response::new(204).with_header("allow", allow);
            return Ok(Answer::Response(response));
        }
        if self.injection.is(Fault::AcceptsAnyMethod) {
            let response = Response::new(200).with_body("application/json", "{}");
            return Ok(Answer::Response(response));
        }
        let message = format!("the path has no `{}`; it has {allow}", request.method);
        let refusal = Refusal::new(405, "method_not_allowed", message);
        Err((
            None,
            if self.injection.is(Fault::OmitsAllow) {
                refusal
            } else {
                refusal.with_header("allow", allow)
            },
        ))
    }

    fn refuse(
        &self,
        operation: Option<&Operation>,
        refusal: &Refusal,
        request: &Request,
    ) -> Response {
        let seed = self.seed_of(request);
        let mut response = self
            .envelope
            .write(&self.generators, operation, refusal, seed);
        if self.injection.is(Fault::OmitsChallenge) {
            response
                .headers
                .retain(|(name, _)| name != "www-authenticate");
        }
        response
    }

    /// A seed that depends on what is asked, so that the same request gets the same answer.
    pub(super) fn seed_of(&self, request: &Request) -> Seed {
        let method = match &*request.method {
            "HEAD" => "GET",
            other => other,
        };
        let body = request.body.as_deref().unwrap_or_default();
        self.options
            .seed
            .derive(method, 0)
            .derive(&request.path, 0)
            .derive(&String::from_utf8_lossy(body), body.len() as u64)
    }
}

/// Adds the length of the content, and takes the content of an answer to HEAD away.
fn framed(mut response: Response, head: bool) -> Response {
    if !matches!(response.status, 100..=199 | 204 | 304) {
        let length = response.body.len().to_string();
        response = response.with_header("content-length", length);
    }
    if head {
        response.body = bytes::Bytes::new();
    }
    response
}
