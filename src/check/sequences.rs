//! Sequences against the sandbox: create, read, change, read, delete, read; without a fault and
//! with each fault of the state.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Step, Subject, all, judge};
use crate::case::{Authority, Body, Case, CaseId, Inputs, Intent, Phase, encode};
use crate::code::{Code, Severity};
use crate::http::Request;
use crate::mock::{Behaviour, Fault, InProcess, Kind, Server, ServerOptions};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::{OperationId, Place, Spec};

const PETSTORE: &str = include_str!("../../specs/petstore-3.0.yaml");
const BEHAVIOUR: &str = include_str!("../../specs/petstore-3.0.behaviour.yaml");

/// A sandbox, and what was sent to it.
struct Session {
    spec: Arc<Spec>,
    door: InProcess,
    history: Vec<Step>,
    found: Vec<(Code, String)>,
}

impl Session {
    fn new(fault: Option<Fault>) -> Self {
        let spec = Arc::new(Spec::from_text("petstore.yaml", PETSTORE).unwrap());
        let behaviour = Behaviour::parse("behaviour.yaml", BEHAVIOUR, &spec).unwrap();
        let options = ServerOptions {
            fault,
            ..ServerOptions::sandbox(behaviour)
        };
        Self {
            door: InProcess::new(Arc::new(Server::new(spec.clone(), options))),
            spec,
            history: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Sends a valid request, judges the answer and returns its body.
    fn send(&mut self, operation: &str, pet: Option<&Value>, body: Option<Value>) -> Value {
        let id = OperationId::new(operation);
        let operation = &self.spec.operations[&id];
        let mut inputs = Inputs::default();
        if let Some(pet) = pet {
            inputs
                .parameters
                .insert((Place::Path, "petId".into()), pet.clone());
        }
        if let Some(value) = body {
            let declared = operation.body.as_ref().unwrap();
            inputs.body = Some(Body::Instance {
                media_type: declared.content.keys().next().unwrap().clone(),
                value,
            });
        }
        let nothing = Request {
            method: String::new(),
            path: "/".into(),
            headers: Vec::new(),
            body: None,
        };
        let case = Case {
            id: CaseId::of(&id, Phase::Stateful, &nothing),
            operation: id.clone(),
            intent: Intent::Valid,
            ambiguous: false,
            phase: Phase::Stateful,
            inputs,
            seed: Seed::new(1),
        };
        let authority = Authority {
            fallback: Some(Secret::new("sandbox-token")),
            ..Authority::default()
        };
        let prepared = encode(&self.spec, &case, &authority).unwrap();
        let exchange = self.door.exchange(prepared.request);
        let findings = judge(
            &Subject {
                spec: &self.spec,
                operation,
                case: &case,
                exchange: &exchange,
                history: &self.history,
            },
            all(),
        );
        self.found.extend(
            findings
                .into_iter()
                .filter(|finding| finding.severity > Severity::Note)
                .map(|finding| (finding.code, format!("{id}: {}", finding.title))),
        );
        let answer = exchange
            .response()
            .and_then(|response| serde_json::from_slice(&response.body).ok())
            .unwrap_or_default();
        self.history.push(Step { case, exchange });
        answer
    }

    /// The life of a pet.
    fn live(mut self) -> Vec<(Code, String)> {
        let cat = json!({"kind": "cat", "name": "Pixel", "weightKg": 4.25, "tags": ["shy", "old"]});
        let dog = json!({
            "kind": "dog", "name": "Otto", "barkVolume": 0.5, "nickname": null,
            "attributes": {"fur": "long"},
        });
        let created = self.send("createPet", None, Some(cat));
        let pet = created.get("id").cloned().unwrap_or(json!(1));
        self.send("getPet", Some(&pet), None);
        self.send("replacePet", Some(&pet), Some(dog));
        self.send("getPet", Some(&pet), None);
        let patch = json!({"name": "Otto the second", "nickname": null, "weightKg": 30});
        self.send("patchPet", Some(&pet), Some(patch));
        self.send("getPet", Some(&pet), None);
        self.send("deletePet", Some(&pet), None);
        self.send("getPet", Some(&pet), None);
        self.found
    }
}

#[test]
fn the_faultless_sandbox_passes() {
    assert_eq!(Session::new(None).live(), []);
}

#[test]
fn each_fault_of_the_state_is_found_and_nothing_else() {
    let faults = Fault::all()
        .iter()
        .filter(|fault| fault.kind() == Kind::State);
    for fault in faults {
        let found = Session::new(Some(*fault)).live();
        assert!(!found.is_empty(), "{} is not found", fault.name());
        for (code, title) in found {
            assert_eq!(code, fault.expected(), "{}: {title}", fault.name());
        }
    }
}
