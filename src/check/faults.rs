//! The keystone: a faultless sandbox passes every check, and no check is blind to its fault.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Subject, all, judge};
use crate::case::{Authority, Case, Modes, Phase, PlanOptions, Resources, encode, plan};
use crate::code::Code;
use crate::mock::{Behaviour, Fault, InProcess, Kind, Server, ServerOptions};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::Spec;

/// A document with its plan; one plan serves for all servers.
struct Stage {
    spec: Arc<Spec>,
    behaviour: Behaviour,
    cases: Vec<Case>,
}

impl Stage {
    fn new(document: &str, behaviour: &str) -> Self {
        let spec = Arc::new(Spec::from_text("document.yaml", document).unwrap());
        let behaviour = Behaviour::parse("behaviour.yaml", behaviour, &spec).unwrap();
        let planned = plan(
            &spec,
            &PlanOptions {
                seed: Seed::new(1),
                modes: Modes::All,
                phases: Phase::PLANNED.into(),
                cases: 4,
                operations: spec.operations.keys().cloned().collect(),
                resources: Resources::default(),
            },
        );
        Self {
            spec,
            behaviour,
            cases: planned.cases,
        }
    }

    fn users() -> Self {
        Self::new(
            include_str!("../../specs/users-api.yaml"),
            include_str!("../../specs/users-api.behaviour.yaml"),
        )
    }

    fn petstore() -> Self {
        Self::new(
            include_str!("../../specs/petstore-3.0.yaml"),
            include_str!("../../specs/petstore-3.0.behaviour.yaml"),
        )
    }

    /// The findings but for gaps in the document, by code with a title each.
    fn play(&self, fault: Option<Fault>) -> BTreeMap<Code, String> {
        let options = ServerOptions {
            fault,
            ..ServerOptions::sandbox(self.behaviour.clone())
        };
        let door = InProcess::new(Arc::new(Server::new(self.spec.clone(), options)));
        let authority = Authority {
            fallback: Some(Secret::new("sandbox-token")),
            ..Authority::default()
        };
        let mut found = BTreeMap::new();
        for case in &self.cases {
            let prepared = encode(&self.spec, case, &authority).unwrap();
            let exchange = door.exchange(prepared.request);
            let subject = Subject {
                spec: &self.spec,
                operation: &self.spec.operations[&case.operation],
                case,
                exchange: &exchange,
                history: &[],
            };
            for finding in judge(&subject, all()) {
                if finding.code != Code::UNDECLARED_REJECTION {
                    let title = format!("{}: {}", finding.operation, finding.title);
                    found.entry(finding.code).or_insert(title);
                }
            }
        }
        found
    }
}

/// Faults that do not show here, with the reason.
const UNSEEN: [(Fault, &str); 1] = [(
    Fault::UndeclaredProperty,
    "no success of either document has a closed schema; see `response_schema`",
)];

#[test]
fn faultless_sandboxes_pass_and_faults_show_as_what_they_are() {
    let stages = [Stage::petstore(), Stage::users()];
    for stage in &stages {
        assert_eq!(stage.play(None), BTreeMap::new(), "{}", stage.spec.title);
    }
    // Faults of the state need sequences, see there.
    for fault in Fault::all()
        .iter()
        .filter(|fault| fault.kind() != Kind::State)
    {
        let stage = stages.iter().find(|stage| fault.applies(&stage.spec));
        let found: Vec<_> = stage
            .into_iter()
            .flat_map(|stage| stage.play(Some(*fault)))
            .collect();
        for (code, title) in &found {
            assert_eq!(*code, fault.expected(), "{}: {title}", fault.name());
        }
        let expected = !UNSEEN.iter().any(|(unseen, _)| unseen == fault);
        assert_eq!(!found.is_empty(), expected, "{}", fault.name());
    }
}
