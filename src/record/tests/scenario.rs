//! Stories of scenarios: workflows and what came of their steps.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::{
    Attempt, CriterionRun, Event, Outcome, StepOutcome, StepRun, Summary, Waited, WorkflowEnded,
    WorkflowKey, WorkflowStarted,
};
use super::{Story, verdict};
use crate::check::Finding;
use crate::check::tests::Scene;
use crate::code::{Code, Severity};
use crate::document::{Document, Location};

/// Stands for a scenario file.
const FILE: &str = "arazzo: 1.0.1\nworkflows:\n  steps: []\n  criteria: []\n";

/// One run of a workflow.
pub(crate) fn key(file: &str, workflow: &str, run: Option<&str>) -> WorkflowKey {
    WorkflowKey {
        file: file.into(),
        workflow: workflow.into(),
        run: run.map(str::to_owned),
    }
}

fn location(file: &str, pointer: &str) -> Location {
    let document = Document::parse(file, FILE).unwrap();
    document.location(&pointer.parse().unwrap())
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} has no members"),
    }
}

/// What a criterion saw, noted as the runner does.
pub(crate) fn criterion(condition: &str, holds: bool, actual: &[(&str, Value)]) -> CriterionRun {
    let actual = actual.iter();
    CriterionRun {
        condition: condition.into(),
        location: location("scenarios/pets.arazzo.yaml", "/workflows/criteria"),
        holds,
        actual: actual
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        notes: Vec::new(),
        error: None,
    }
}

/// A step that is told attempt by attempt.
pub(crate) struct Play(StepRun);

impl Play {
    /// A step of which nothing was sent yet.
    pub(crate) fn new(key: &WorkflowKey, number: usize, step: &str, target: &str) -> Self {
        Self(StepRun {
            secrets: Vec::new(),
            key: key.clone(),
            number,
            step: step.into(),
            target: target.into(),
            location: location(&key.file, "/workflows/steps"),
            outcome: StepOutcome::NotReached,
            code: None,
            reason: None,
            attempts: Vec::new(),
            outputs: Map::new(),
        })
    }

    /// An attempt of which all came that the criteria ask for.
    pub(crate) fn attempt(mut self, scene: Scene, criteria: &[CriterionRun]) -> Self {
        let milliseconds = 12 + 100 * self.0.attempts.len() as u64;
        let verdict = verdict(&scene.scripted(), milliseconds);
        self.0.attempts.push(Attempt {
            verdict: Some(Box::new(verdict)),
            criteria: criteria.to_vec(),
            then: None,
            waited: Waited::new(Duration::from_secs(self.0.attempts.len() as u64), true),
        });
        self.0.outcome = StepOutcome::Passed;
        self
    }

    fn criteria(mut self, criteria: &[CriterionRun]) -> Self {
        self.0.attempts.last_mut().unwrap().criteria = criteria.to_vec();
        self
    }

    /// Makes what was found matter more or less.
    fn weighing(mut self, severity: Severity) -> Self {
        let attempt = self.0.attempts.last_mut().unwrap();
        for finding in &mut attempt.verdict.as_mut().unwrap().findings {
            finding.severity = severity;
        }
        self
    }

    /// What is done after the latest attempt.
    pub(crate) fn then(mut self, then: &str) -> Self {
        self.0.attempts.last_mut().unwrap().then = Some(then.into());
        self
    }

    pub(crate) fn outputs(mut self, outputs: Value) -> Self {
        self.0.outputs = members(outputs);
        self
    }

    /// It failed by the criteria of its latest attempt.
    pub(crate) fn failed(mut self, reason: &str) -> Self {
        self.0.outcome = StepOutcome::Failed;
        self.0.reason = Some(reason.into());
        let attempt = self.0.attempts.last_mut().unwrap();
        let verdict = attempt.verdict.as_mut().unwrap();
        for broken in attempt.criteria.iter().filter(|run| !run.holds) {
            let title = format!("step `{}`: `{}`", self.0.step, broken.condition);
            let actual = broken.actual.iter();
            let lines: Vec<String> = actual
                .map(|(name, value)| format!("{name} is {value}"))
                .collect();
            let case = &verdict.case;
            let finding = Finding::new(Code::CRITERION_FAILED, &case.operation, &case.id, title)
                .at(&broken.location)
                .with_detail(lines.join("\n"))
                .keyed(&format!("{}/{}", self.0.step, broken.condition));
            verdict.findings.push(finding);
        }
        self
    }

    /// It failed for a reason of its own.
    pub(crate) fn broken(mut self, code: Code, reason: &str) -> Self {
        self.0.outcome = StepOutcome::Failed;
        self.0.code = Some(code);
        self.0.reason = Some(reason.into());
        self
    }

    /// It was not reached.
    pub(crate) fn unreached(mut self, reason: &str) -> Self {
        self.0.reason = Some(reason.into());
        self
    }

    fn event(self) -> Event {
        Event::Step(Box::new(self.0))
    }
}

impl Story {
    /// A workflow from beginning to end.
    pub(crate) fn workflow(
        mut self,
        key: &WorkflowKey,
        inputs: Value,
        steps: impl IntoIterator<Item = Play>,
        end: (StepOutcome, Option<&str>),
    ) -> Self {
        self = self.event(Event::WorkflowStarted(WorkflowStarted {
            key: key.clone(),
            summary: Some(format!("what {} is about", key.workflow)),
            location: location(&key.file, "/workflows"),
            inputs: members(inputs),
        }));
        let mut outputs = Map::new();
        for step in steps {
            for (name, value) in &step.0.outputs {
                outputs.insert(format!("{}.{name}", step.0.step), value.clone());
            }
            self = self.event(step.event());
        }
        self.event(Event::WorkflowEnded(WorkflowEnded {
            key: key.clone(),
            outcome: end.0,
            reason: end.1.map(str::to_owned),
            outputs,
        }))
    }
}

const PET: &str = r#"{"id": "7", "name": "Rex"}"#;

/// A scenario with a bit of everything.
pub(crate) fn lifecycle() -> Story {
    let pets = key("scenarios/pets.arazzo.yaml", "petLifecycle", None);
    let found = |status: u16| {
        criterion(
            "$statusCode == 200",
            status == 200,
            &[("$statusCode", json!(status))],
        )
    };
    let mut named = criterion(
        "$response.body#/name == 'rex'",
        true,
        &[("$response.body#/name", json!("Rex"))],
    );
    named.notes = vec!["`Rex` and `rex` are equal only ignoring case".into()];
    let mut kind = criterion("$response.body#/tags[0] == 'dog'", false, &[]);
    kind.error = Some("a path stands after the pointer".into());
    let read = |status| Scene::new("readPet").answer(status, "application/json", PET);
    let broken = r#"{"id": 7, "name": "Rex"}"#;
    Story::new()
        .workflow(
            &pets,
            json!({"name": "Rex", "count": 2}),
            [
                Play::new(&pets, 1, "create", "createPet (POST /pets)")
                    .attempt(
                        Scene::new("createPet")
                            .query("limit", "3")
                            .request_header("X-Tenant", "a")
                            .answer(201, "application/json", r#"{"id": "7"}"#),
                        &[criterion(
                            "$statusCode == 201",
                            true,
                            &[("$statusCode", json!(201))],
                        )],
                    )
                    .outputs(json!({"id": "7"})),
                Play::new(&pets, 2, "wait", "readPet (GET /pets/{petId})")
                    .attempt(read(404), &[found(404)])
                    .then("retry after 1 s (1 of 4)")
                    .attempt(read(200), &[found(200), named]),
                Play::new(&pets, 3, "readBack", "readPet (GET /pets/{petId})")
                    .attempt(read(429), &[found(429)])
                    .then("retry after 1 s (1 of 2)")
                    .attempt(read(404), &[found(404), kind])
                    .failed("`$statusCode == 200` does not hold"),
                Play::new(&pets, 4, "update", "updatePet (PUT /pets/{petId})")
                    .unreached("step `readBack` failed"),
                Play::new(&pets, 5, "cleanUp", "deletePet (DELETE /pets/{petId})").attempt(
                    Scene::new("deletePet").answer(204, "", ""),
                    &[criterion(
                        "the answer is a documented 2xx",
                        true,
                        &[("$statusCode", json!(204))],
                    )],
                ),
            ],
            (StepOutcome::Failed, Some("step `readBack` failed")),
        )
        .workflow(
            &key("scenarios/pets.arazzo.yaml", "readAll", Some("row 2")),
            json!({}),
            [
                Play::new(
                    &key("scenarios/pets.arazzo.yaml", "readAll", Some("row 2")),
                    1,
                    "list",
                    "listPets (GET /pets)",
                )
                .attempt(
                    Scene::new("listPets").answer(200, "application/json", &format!("[{broken}]")),
                    &[found(200)],
                ),
                Play::new(
                    &key("scenarios/pets.arazzo.yaml", "readAll", Some("row 2")),
                    2,
                    "photo",
                    "readPhoto (GET /pets/{petId}/photo)",
                )
                .broken(
                    Code::STEP_NOT_SENT,
                    "`$steps.list.outputs.id` has no value: step `list` has no output `id`",
                ),
            ],
            (StepOutcome::Failed, Some("step `photo` failed")),
        )
        .finished()
}

fn passed(scene: Scene) -> Summary {
    told(scene, |play| play)
}

fn told(scene: Scene, end: impl FnOnce(Play) -> Play) -> Summary {
    story(scene, end).summary()
}

fn story(scene: Scene, end: impl FnOnce(Play) -> Play) -> Story {
    let key = key("a.yaml", "w", None);
    let play = end(Play::new(&key, 1, "s", "readPet").attempt(scene, &[]));
    let outcome = play.0.outcome;
    Story::new().workflow(&key, json!({}), [play], (outcome, None))
}

#[test]
fn steps_are_counted_and_timed() {
    let summary = lifecycle().summary();
    assert_eq!((summary.counts.scripted, summary.counts.cases), (7, 7));
    // Two criteria, a schema and a step that could not be sent.
    assert_eq!(summary.reason, "4 findings");
    let attempts = summary.timing.steps.iter();
    let attempts: Vec<_> = attempts
        .map(|timing| {
            (
                &*timing.step,
                timing.attempt,
                timing.waited_ms,
                timing.service_ms,
            )
        })
        .collect();
    assert_eq!(
        attempts,
        [
            ("create", 1, 0.0, Some(10.0)),
            ("wait", 1, 0.0, Some(10.0)),
            ("wait", 2, 1000.0, Some(110.0)),
            ("readBack", 1, 0.0, Some(10.0)),
            ("readBack", 2, 1000.0, Some(110.0)),
            ("cleanUp", 1, 0.0, Some(10.0)),
            ("list", 1, 0.0, Some(10.0)),
        ]
    );
}

#[test]
fn a_refusal_that_is_asked_for_passes() {
    let summary = passed(Scene::new("readPet").answer(404, "", ""));
    assert_eq!(
        (summary.verdict, &*summary.reason),
        (Outcome::Passed, "nothing was found that fails the run")
    );
}

#[test]
fn a_step_that_fails_fails_the_run_whatever_else_was_found() {
    // The answer is only worth a warning.
    let refused = || Scene::new("readPet").answer(429, "", "");
    let missing = |play: Play| play.broken(Code::OUTPUT_MISSING, "no `id`");
    assert_eq!(passed(refused()).verdict, Outcome::Passed);
    let failed = told(refused(), missing);
    assert_eq!(
        (failed.verdict, failed.counts.failing),
        (Outcome::Failed, 1)
    );
    let never = Story {
        fail_on: None,
        ..story(refused(), missing)
    };
    assert_eq!(never.summary().verdict, Outcome::Passed);
    // Criteria that were made to matter less.
    let less = story(refused(), |mut play| {
        play = play.criteria(&[criterion("$statusCode == 200", false, &[])]);
        play.failed("429").weighing(Severity::Warning)
    });
    assert_eq!(less.summary().verdict, Outcome::Passed);
    let key = key("a.yaml", "w", None);
    let end = (StepOutcome::Failed, Some("its inputs break their schema"));
    let alone = Story::new()
        .judged(&Scene::new("readPet").answer(200, "application/json", PET))
        .workflow(&key, json!({}), [], end);
    assert_eq!(alone.summary().counts.failing, 1);
    let lenient = Story {
        fail_on: Some(Severity::Error),
        ..alone
    };
    assert_eq!(lenient.summary().verdict, Outcome::Failed);
}

/// Steps that carry a marked value from an answer, in which the schema marks it, to where none does.
pub(crate) fn carrying(value: &str) -> Story {
    let body = json!({"id": "7", "name": "Rex", "owner": value}).to_string();
    let key = key("a.yaml", "w", None);
    let cut = format!("{}…", value.chars().take(200).collect::<String>());
    let mut compared = criterion(
        "$response.body#/owner == $inputs.owner",
        false,
        &[
            ("$response.body#/owner", json!(cut)),
            ("$inputs.owner", json!(value)),
            ("$response.body", json!({"a": [value], "b": cut})),
        ],
    );
    compared.notes = vec![format!("`{value}` and `x` are equal only ignoring case")];
    compared.error = Some(format!("in `{value}`, nothing stands"));
    let steps = [
        Play::new(&key, 1, "read", "readPet")
            .attempt(
                Scene::new("readPet").answer(200, "application/json", &body),
                &[],
            )
            .outputs(json!({"owner": value, "all": {"deep": [value, format!("by {value}")]}})),
        Play::new(&key, 2, "send", "readPet")
            .attempt(
                Scene::new("readPet")
                    .request_header("X-Owner", value)
                    .answer(200, "text/plain", &format!("of {value}")),
                &[compared],
            )
            .then(&format!("go to `end`, since {value} is not there"))
            .failed(&format!("the owner is {value}")),
        Play::new(&key, 3, "late", "readPet").unreached(&format!("not for {value}")),
    ];
    let end = (StepOutcome::Failed, Some("see above"));
    Story::new().workflow(&key, json!({"owner": value, "n": 7}), steps, end)
}

#[test]
fn marked_values_are_masked_wherever_steps_carry_them() {
    let long = format!("Ada Moreau {}", "of Lisbon ".repeat(40));
    for value in ["Ada Moreau", "A\"da/Mo&reau '1'", long.trim_end()] {
        let text = serde_json::to_string(&carrying(value).summary()).unwrap();
        assert!(!text.contains("Ada") && !text.contains("reau"), "{text}");
        assert!(text.contains(r#""n":7"#), "{text}");
    }
}

#[test]
fn short_marked_values_are_masked_where_they_stand_alone() {
    let summary = carrying("Ada").summary();
    let workflow = &summary.workflows[0];
    let [read, send, _] = &workflow.steps[..] else {
        panic!("{workflow:?}")
    };
    assert_eq!(workflow.inputs["owner"], "***");
    assert_eq!(
        json!(read.outputs),
        json!({"owner": "***", "all": {"deep": ["***", "by ***"]}})
    );
    let criterion = &send.attempts[0].criteria[0];
    assert_eq!(criterion.actual["$inputs.owner"], "***");
    assert_eq!(
        criterion.notes,
        ["`***` and `x` are equal only ignoring case"]
    );
    assert_eq!(send.reason.as_deref(), Some("the owner is ***"));
}

#[test]
fn identifiers_and_short_numbers_that_are_marked_stay_readable_elsewhere() {
    let id = "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d";
    for value in [id, "42"] {
        let summary = carrying(value).summary();
        let workflow = &summary.workflows[0];
        let [read, send, _] = &workflow.steps[..] else {
            panic!("{workflow:?}")
        };
        assert_eq!(read.outputs["owner"], value);
        let criterion = &send.attempts[0].criteria[0];
        assert_eq!(criterion.actual["$inputs.owner"], value);
        assert!(send.attempts[0].curl.as_ref().unwrap().contains(value));
        // Where it is marked it is masked all the same.
        let body = read.attempts[0].response.as_ref().unwrap().body.clone();
        assert_eq!(
            body.as_deref(),
            Some(r#"{"id":"7","name":"Rex","owner":"***"}"#)
        );
    }
}
