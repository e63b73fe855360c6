//! The server: one object that answers requests as a document says, whichever door they come
//! through.

use std::sync::Arc;

use serde_json::Value;

use super::accept;
use super::admit::{Admitted, admit};
use super::answer::Answer;
use super::behaviour::{Act, Behaviour};
use super::complete::complete;
use super::credentials::{self, Token};
use super::envelope::Envelope;
use super::fault::{Fault, Injection, distort};
use super::generators::Generators;
use super::prefer::Preferences;
use super::refusal::Refusal;
use super::respond;
use super::route::{Route, Router};
use super::sandbox::Sandbox;
use crate::http::{Request, Response};
use crate::seed::Seed;
use crate::spec::{self, MediaType, Operation, Segment, Spec};

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
    spec: Arc<Spec>,
    options: ServerOptions,
    router: Router,
    generators: Generators,
    envelope: Envelope,
    sandbox: Option<Sandbox>,
    injection: Injection,
}

impl Server {
    /// Makes a server. The behaviour file must have been read for this document.
    pub fn new(spec: Arc<Spec>, mut options: ServerOptions) -> Self {
        let generators = Generators::default();
        let sandbox = options
            .behaviour
            .take()
            .map(|behaviour| Sandbox::new(&spec, behaviour, &generators, options.seed));
        Self {
            router: Router::new(&spec),
            envelope: Envelope::new(&spec),
            injection: Injection::new(options.fault, &spec),
            generators,
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

    /// Serves a request to an operation, the faults of requests and state included.
    fn operate(&self, operation: &Operation, request: &Request) -> Result<Response, Refusal> {
        if !self.injection.is(Fault::IgnoresCredentials) {
            let tokens = if self.injection.is(Fault::AcceptsAnyToken) {
                &[]
            } else {
                &self.options.tokens[..]
            };
            credentials::check(&self.spec, operation, request, tokens)?;
        }
        let admitted = admit(operation, request, &self.injection)?;
        self.injection.refuse(&admitted)?;
        let preferences = Preferences::of(request);
        if let Some(response) = self.preferred(operation, request, &preferences) {
            return Ok(response);
        }
        let Some((status, documented)) = respond::success(operation) else {
            return Ok(self.undocumented(operation, request));
        };
        let media = accept::choose(request, &documented.content);
        if media.is_none() && !documented.content.is_empty() {
            let known: Vec<&str> = documented.content.keys().map(String::as_str).collect();
            let message = format!("the answer can be sent as {} only", known.join(", "));
            return Err(Refusal::new(406, "not_acceptable", message));
        }
        let act = self.sandbox.as_ref().and_then(|sandbox| {
            let act = sandbox.act(&operation.id)?;
            Some((sandbox, act))
        });
        match act {
            Some((sandbox, act)) => {
                let success = (status, documented, media);
                self.remember(sandbox, act, &admitted, request, success)
            }
            None => Ok(self.pretend(status, documented, media, request, &preferences)),
        }
    }

    /// The answer of the status that the client prefers, if the document knows it.
    fn preferred(
        &self,
        operation: &Operation,
        request: &Request,
        preferences: &Preferences,
    ) -> Option<Response> {
        let code = preferences.code?;
        let (_, documented) = operation.responses.select(code)?;
        let media = accept::choose(request, &documented.content);
        let response = self.pretend(code, documented, media, request, preferences);
        let applied = match response.header("preference-applied") {
            Some(others) => format!("code={code}, {others}"),
            None => format!("code={code}"),
        };
        let mut response = response;
        response
            .headers
            .retain(|(name, _)| name != "preference-applied");
        Some(response.with_header("preference-applied", applied))
    }

    /// A stateless answer.
    fn pretend(
        &self,
        status: u16,
        documented: &spec::Response,
        media: Option<(&str, &MediaType)>,
        request: &Request,
        preferences: &Preferences,
    ) -> Response {
        let seed = self.seed_of(request);
        let mut given = Vec::new();
        let mut applied = Vec::new();
        if let Some((_, media)) = media {
            let name = preferences.example.as_ref();
            let named = name.filter(|name| {
                let mut examples = media.examples.iter();
                examples.any(|example| example.name.as_ref() == Some(name))
            });
            applied.extend(named.map(|name| format!("example={name}")));
            if preferences.dynamic && named.is_none() {
                applied.push("dynamic=true".to_owned());
            }
        }
        if !applied.is_empty() {
            given.push(("preference-applied".to_owned(), applied.join(", ")));
        }
        let body = media.map(|(name, media)| {
            let value = respond::instance(&self.generators, media, preferences, seed);
            (name, media, value)
        });
        if status == 201 {
            let id = body.as_ref().and_then(|(_, _, value)| value.get("id"));
            let location = id.and_then(|id| self.location(request.path_only(), id));
            given.extend(location.map(|location| ("location".to_owned(), location)));
        }
        respond::build(&self.generators, status, documented, body, &given, seed)
    }

    /// The path of a new thing below a collection, if the document can read it there.
    fn location(&self, collection: &str, id: &Value) -> Option<String> {
        let key = super::store::key_of(id);
        let path = format!("{collection}/{}", crate::wire::encode_component(&key));
        match self.router.route("GET", &path) {
            Route::Operation(operation) => {
                let operation = self.spec.operations.get(operation)?;
                let last = operation.path.segments().last();
                matches!(last, Some(Segment::Expression(_))).then_some(path)
            }
            _ => None,
        }
    }

    /// The answer of an operation that documents only failures, or nothing.
    fn undocumented(&self, operation: &Operation, request: &Request) -> Response {
        let statuses = operation.responses.0.keys().filter_map(|key| match key {
            spec::ResponseKey::Status(status) => Some(*status),
            spec::ResponseKey::Range(class) => Some(u16::from(*class) * 100),
            spec::ResponseKey::Default => None,
        });
        let Some(status) = statuses.min() else {
            return Response::new(204);
        };
        match operation.responses.select(status) {
            Some((_, documented)) => {
                let media = accept::choose(request, &documented.content);
                self.pretend(status, documented, media, request, &Preferences::default())
            }
            None => Response::new(204),
        }
    }

    /// An answer from the store.
    fn remember(
        &self,
        sandbox: &Sandbox,
        act: &Act,
        admitted: &Admitted<'_>,
        request: &Request,
        (status, documented, media): (u16, &spec::Response, Option<(&str, &MediaType)>),
    ) -> Result<Response, Refusal> {
        let done = sandbox.perform(act, admitted, &self.injection)?;
        let created = admitted.operation.responses.0.get(&spec::ResponseKey::Status(201));
        let (status, documented, media) = match created {
            Some(documented) if done.created && status != 201 => {
                let media = accept::choose(request, &documented.content);
                (201, documented, media)
            }
            _ => (status, documented, media),
        };
        let mut given = Vec::new();
        if let (true, Some(key)) = (done.created, &done.key) {
            let path = sandbox.path_of(&self.spec, act, key, admitted);
            given.extend(path.map(|path| ("location".to_owned(), path)));
        }
        if let (Some(name), Some(total)) = (&act.total_header, done.total) {
            given.push((name.clone(), total.to_string()));
        }
        let key = done.key.as_deref().unwrap_or_default();
        let seed = self.options.seed.derive(&act.resource, 0).derive(key, 0);
        let body = media.map(|(name, media)| {
            let value = match &media.schema {
                Some(schema) => {
                    let generated = done.value.is_none() && done.generate;
                    let value = if generated {
                        self.generators.valid(schema, seed)
                    } else {
                        done.value
                    };
                    complete(&self.generators, schema, value, seed)
                }
                None => done.value.unwrap_or_default(),
            };
            (name, media, value)
        });
        Ok(respond::build(
            &self.generators,
            status,
            documented,
            body,
            &given,
            seed,
        ))
    }

    /// A seed that depends on what is asked, so that the same request gets the same answer.
    fn seed_of(&self, request: &Request) -> Seed {
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
