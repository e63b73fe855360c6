//! What operations answer to requests that reach them.

use serde_json::Value;

use super::accept;
use super::admit::{Admitted, admit};
use super::behaviour::Act;
use super::complete::complete;
use super::credentials;
use super::fault::Fault;
use super::prefer::Preferences;
use super::refusal::Refusal;
use super::respond;
use super::route::Route;
use super::sandbox::Sandbox;
use super::server::Server;
use crate::http::{Request, Response};
use crate::spec::{self, MediaType, Operation, Segment};

impl Server {
    /// Serves a request to an operation, the faults of requests and state included.
    pub(super) fn operate(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Result<Response, Refusal> {
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
        let created = admitted
            .operation
            .responses
            .0
            .get(&spec::ResponseKey::Status(201));
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
}
