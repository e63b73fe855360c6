//! Scenes to put checks to the test: one exchange with an operation of a small document.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Check, Finding, Step, Subject, judge};
use crate::case::{Body, Case, CaseId, Credentials, Defect, Inputs, Intent, Phase};
use crate::document::Pointer;
use crate::generate::Mutation;
use crate::http::{Exchange, Request, Response, Timing, TransportError};
use crate::seed::Seed;
use crate::spec::{OperationId, Place, Segment, Spec};

const DOCUMENT: &str = include_str!("scene.yaml");

/// The document of the scenes.
pub(crate) fn spec() -> &'static Spec {
    static SPEC: OnceLock<Spec> = OnceLock::new();
    SPEC.get_or_init(|| {
        let spec = Spec::from_text("scene.yaml", DOCUMENT).unwrap();
        assert!(spec.diagnostics.is_empty(), "{:?}", spec.diagnostics);
        spec
    })
}

/// A body that breaks `minLength` of a pet's name.
pub(crate) fn invalid_body() -> Defect {
    let pointer: Pointer = "/components/schemas/PetInput/properties/name/minLength"
        .parse()
        .unwrap();
    Defect::Body(Mutation {
        keyword: "minLength".into(),
        schema: spec().schemas.document(0).location(&pointer),
        instance: "/name".parse().unwrap(),
        description: "`/name` is shorter than 1 character".into(),
    })
}

/// One exchange, with what was meant and what came before.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    spec: &'static Spec,
    operation: OperationId,
    intent: Intent,
    inputs: Inputs,
    request: Request,
    outcome: Result<Response, TransportError>,
    phase: Phase,
    ambiguous: bool,
    history: Vec<Scene>,
}

impl Scene {
    /// A valid request, answered with 200 and nothing else. Path parameters are `1`.
    pub(crate) fn new(operation: &str) -> Self {
        Self::of(spec(), operation)
    }

    /// As [`Self::new`], for an operation of another document.
    pub(crate) fn of(spec: &'static Spec, operation: &str) -> Self {
        let id = OperationId::new(operation);
        let described = &spec.operations[&id];
        let mut inputs = Inputs::default();
        let mut path = String::new();
        for segment in described.path.segments() {
            match segment {
                Segment::Literal(text) => path.push_str(text),
                Segment::Expression(name) => {
                    path.push('1');
                    inputs
                        .parameters
                        .insert((Place::Path, name.clone()), json!("1"));
                }
            }
        }
        Self {
            spec,
            operation: id,
            intent: Intent::Valid,
            inputs,
            request: Request {
                method: described.method.clone(),
                path,
                headers: Vec::new(),
                body: None,
            },
            outcome: Ok(Response::new(200)),
            phase: Phase::Valid,
            ambiguous: false,
            history: Vec::new(),
        }
        .with_default_body()
    }

    fn with_default_body(self) -> Self {
        let wants_body = self.spec.operations[&self.operation].body.is_some();
        if wants_body {
            self.body(r#"{"name": "Rex"}"#)
        } else {
            self
        }
    }

    pub(crate) fn body(mut self, text: &'static str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap();
        self.inputs.body = Some(Body::Instance {
            media_type: "application/json".into(),
            value,
        });
        self.request.body = Some(text.into());
        self.request.headers = vec![("Content-Type".into(), "application/json".into())];
        self
    }

    pub(crate) fn path(mut self, path: &str) -> Self {
        self.request.path = path.into();
        self
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.inputs
            .parameters
            .insert((Place::Query, name.into()), json!(value));
        let separator = if self.request.path.contains('?') {
            '&'
        } else {
            '?'
        };
        self.request.path = format!("{}{separator}{name}={value}", self.request.path);
        self
    }

    pub(crate) fn request_header(mut self, name: &str, value: &str) -> Self {
        self.request.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn invalid(mut self, defect: Defect) -> Self {
        match &defect {
            Defect::Method(method) => {
                self.request.method.clone_from(method);
                self.inputs.method = Some(method.clone());
            }
            Defect::Credentials(credentials) => self.inputs.credentials = *credentials,
            _ => self.inputs.credentials = Credentials::Proper,
        }
        self.intent = Intent::Invalid(defect);
        self.phase = Phase::Invalid;
        self
    }

    /// The answer; an empty media type sends none.
    pub(crate) fn answer(mut self, status: u16, media_type: &str, body: &str) -> Self {
        let mut response = Response::new(status);
        if !media_type.is_empty() {
            response = response.with_header("Content-Type", media_type);
        }
        response.body = body.to_owned().into();
        self.outcome = Ok(response);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.outcome = self
            .outcome
            .map(|response| response.with_header(name, value));
        self
    }

    pub(crate) fn failure(mut self, error: TransportError) -> Self {
        self.outcome = Err(error);
        self
    }

    /// The document cannot tell whether the request is valid.
    pub(crate) fn ambiguous(mut self) -> Self {
        self.ambiguous = true;
        self
    }

    /// A step of a scenario.
    pub(crate) fn scripted(mut self) -> Self {
        self.intent = Intent::Scripted;
        self.phase = Phase::Scenario;
        self
    }

    pub(crate) fn after(mut self, history: Vec<Scene>) -> Self {
        self.phase = Phase::Stateful;
        self.history = history;
        self
    }

    pub(crate) fn step(&self) -> Step {
        Step {
            case: Case {
                id: CaseId::of(&self.operation, self.phase, &self.request),
                operation: self.operation.clone(),
                intent: self.intent.clone(),
                ambiguous: self.ambiguous,
                phase: self.phase,
                inputs: self.inputs.clone(),
                seed: Seed::new(7),
            },
            exchange: Exchange {
                request: self.request.clone(),
                outcome: self.outcome.clone(),
                timing: Timing::default(),
            },
        }
    }

    /// Looks at the scene.
    pub(crate) fn with_subject<T>(&self, look: impl FnOnce(&Subject<'_>) -> T) -> T {
        let Step { case, exchange } = self.step();
        let history: Vec<Step> = self.history.iter().map(Scene::step).collect();
        look(&Subject {
            spec: self.spec,
            operation: &self.spec.operations[&self.operation],
            case: &case,
            exchange: &exchange,
            history: &history,
        })
    }

    pub(crate) fn judge(&self, checks: &[&dyn Check]) -> Vec<Finding> {
        self.with_subject(|subject| judge(subject, checks))
    }

    pub(crate) fn codes(&self, checks: &[&dyn Check]) -> Vec<String> {
        self.judge(checks)
            .into_iter()
            .map(|finding| finding.code.to_string())
            .collect()
    }
}

#[test]
fn every_check_has_a_code_of_its_own_in_order() {
    let codes: Vec<_> = super::all().iter().map(|check| check.code()).collect();
    assert!(codes.is_sorted_by(|one, other| one < other), "{codes:?}");
}

#[test]
fn findings_point_at_the_operation_where_a_check_names_no_place() {
    let findings = Scene::new("readPet")
        .answer(500, "", "")
        .judge(super::all());
    let operation = &spec().operations[&OperationId::new("readPet")];
    assert_eq!(findings[0].place.as_ref(), Some(&operation.location));
}

#[test]
fn a_check_applies_or_finds_nothing() {
    let scenes = [
        Scene::new("readPet").answer(200, "application/json", r#"{"id": 1}"#),
        Scene::new("readPet").answer(404, "text/html", "<p>"),
        Scene::new("createPet")
            .invalid(invalid_body())
            .answer(201, "", ""),
        Scene::new("createPet").answer(400, "", ""),
        Scene::new("readPet").failure(TransportError::Closed),
        Scene::new("deletePet").answer(401, "", ""),
    ];
    for scene in scenes {
        let applied = scene.with_subject(|subject| super::applied(subject, super::all()));
        for finding in scene.judge(super::all()) {
            assert!(
                applied.contains(&finding.code),
                "{scene:?} {}",
                finding.code
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_answer_makes_a_check_panic_and_equal_answers_make_equal_findings(
        status in 100u16..700,
        media_type in "(application/json|text/plain|[ -~]{0,20})",
        body in r#"([ -~\u{80}-\u{ffff}]{0,40}|[\[{]"id":[0-9"a-z,{}\[\]:]{0,30})"#,
        header in ("(X-Total|Location|Allow|Content-Length|Content-Encoding)", "[ -~]{0,12}"),
    ) {
        for operation in spec().operations.keys() {
            let scene = || {
                Scene::new(operation.as_str())
                    .answer(status, &media_type, &body)
                    .header(&header.0, &header.1)
            };
            let after = || scene().after(vec![scene(), Scene::new("createPet"), scene()]);
            prop_assert_eq!(scene().judge(super::all()), scene().judge(super::all()));
            prop_assert_eq!(after().judge(super::all()), after().judge(super::all()));
        }
    }
}
