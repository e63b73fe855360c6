//! Previews: the requests that a run would send, without sending any.

use super::super::PreviewStep;
use super::{play, steps};
use crate::case::Authority;

/// Each step with its request, or why there is none.
fn lines(steps: &[PreviewStep], before: &str, page: &mut String) {
    for step in steps {
        let request = match &step.request {
            None => String::new(),
            Some(Err(reason)) => format!(" cannot be made: {reason}"),
            Some(Ok(prepared)) => {
                let request = &prepared.request;
                let body = request.body.clone().unwrap_or_default();
                let body = String::from_utf8_lossy(&body).into_owned();
                format!(" {} {} {body}", request.method, request.path)
            }
        };
        *page += format!("{before}{} {}{request}", step.step, step.target).trim_end();
        *page += "\n";
        lines(&step.called, &format!("{before}{}.", step.step), page);
    }
}

impl super::Play {
    fn preview(&self) -> String {
        let suite = self.suite();
        let seed = self.options.seed;
        let planned = suite.plan(&self.selection, &self.given, seed).unwrap();
        let mut page = String::new();
        for preview in suite.preview(&planned, &Authority::default(), seed) {
            lines(&preview.steps, "", &mut page);
        }
        page
    }
}

#[test]
fn steps_of_called_workflows_are_shown_with_members_of_outputs() {
    let preview = play(
        "
- workflowId: outer
  inputs: {type: object, properties: {user: {type: object, default: {name: Rex}}}}
  steps:
  - stepId: read
    operationId: listPets
    outputs: {all: $response.body}
  - stepId: call
    workflowId: middle
    parameters: [{name: pet, value: $steps.read.outputs.all}]
    outputs: {made: $outputs.made}
  - {stepId: get, operationId: getPet, parameters: [{name: id, in: path, value: '$steps.call.outputs.made#/id'}]}
  - {stepId: list, operationId: listPets, parameters: [{name: limit, in: query, value: '$steps.read.outputs.all[0].size'}, {name: tags, in: query, value: $steps.read.outputs.all.tags}]}
  - stepId: change
    operationId: addPet
    requestBody: {payload: $steps.read.outputs.all, replacements: [{target: /name, value: Tom}]}
  - {stepId: select, operationId: addPet, requestBody: {payload: {name: {context: $steps.read.outputs.all, selector: $.name, type: jsonpath}}}}
- workflowId: middle
  inputs: {type: object, properties: {pet: {type: object}}}
  outputs: {made: $steps.add.outputs.made}
  steps:
  - stepId: add
    operationId: addPet
    requestBody: {payload: {name: $inputs.pet.name, kind: '{$inputs.pet.kind}!'}}
    outputs: {made: $response.body}
  - {stepId: deeper, workflowId: inner, parameters: [{name: id, value: $inputs.pet.id}]}
- workflowId: inner
  inputs: {type: object, properties: {id: {}}}
  steps:
  - {stepId: delete, operationId: deletePet, parameters: [{name: id, in: path, value: $inputs.id}]}
",
        &[],
    )
    .preview();
    insta::assert_snapshot!(preview, @r#"
    read listPets GET /pets
    call workflow middle
    call.add addPet POST /pets {"name":"<steps.read.outputs.all.name>","kind":"<steps.read.outputs.all.kind>!"}
    call.deeper workflow inner
    call.deeper.delete deletePet DELETE /pets/%3Csteps.read.outputs.all.id%3E
    get getPet GET /pets/%3Csteps.call.outputs.made%23%2Fid%3E
    list listPets GET /pets?limit=%3Csteps.read.outputs.all%5B0%5D.size%3E&tags=%3Csteps.read.outputs.all.tags%3E
    change addPet POST /pets <steps.read.outputs.all>
    select addPet POST /pets {"name":"<steps.read.outputs.all $.name>"}
    "#);
}

#[test]
fn what_is_shown_is_what_is_sent() {
    let play = play(
        "
- workflowId: outer
  steps:
  - {stepId: a, operationId: addPet, requestBody: {x-proofmark-generate: {}}}
  - {stepId: b, workflowId: inner}
  - {stepId: c, operationId: addPet, requestBody: {x-proofmark-generate: {per: run}}}
- workflowId: inner
  inputs: {type: object, properties: {id: {type: string, pattern: '^[a-z]{8}$'}}}
  x-proofmark-generate: [id]
  steps:
  - {stepId: a, operationId: addPet, requestBody: {x-proofmark-generate: {}}}
  - {stepId: g, operationId: getPet, parameters: [{name: id, in: path, value: $inputs.id}]}
",
        &["201", "201", "200", "201"],
    );
    let shown = play.preview();
    let sent: Vec<String> = play
        .run()
        .sent
        .iter()
        .map(|request| {
            let body = request.body.clone().unwrap_or_default();
            let body = String::from_utf8_lossy(&body).into_owned();
            format!("{} {} {body}", request.method, request.path)
        })
        .collect();
    assert_eq!(sent.len(), 4);
    for sent in sent {
        assert!(shown.contains(sent.trim_end()), "{sent}\n{shown}");
    }
}

#[test]
fn each_visit_draws_anew_and_each_attempt_sends_the_same() {
    let bodies = |generate: &str, seed: u64| {
        let played = steps(
            &format!(
                "
  - stepId: add
    operationId: addPet
    requestBody: {{x-proofmark-generate: {generate}}}
    successCriteria: [{{condition: $statusCode == 201}}]
    onFailure: [{{name: again, type: retry, retryLimit: 1, retryAfter: 0, criteria: [{{condition: $statusCode == 503}}]}}]
  - stepId: loop
    operationId: listPets
    onSuccess: [{{name: back, type: goto, stepId: add, criteria: [{{condition: $response.body#/more == true}}]}}]
"
            ),
            &["503", "201", "200 {\"more\":true}", "201", "200 {\"more\":true}", "201", "200 {}"],
        )
        .seeded(seed)
        .run();
        let sent = played
            .sent
            .iter()
            .filter_map(|request| request.body.clone());
        sent.collect::<Vec<_>>()
    };
    let drawn = bodies("{optional: all}", 1);
    assert_eq!(drawn.len(), 4);
    assert_eq!(drawn[0], drawn[1], "an attempt repeats the request");
    assert_ne!(drawn[1], drawn[2], "a loop draws anew");
    assert_ne!(drawn[2], drawn[3]);
    assert_eq!(drawn, bodies("{optional: all}", 1), "by the seed");
    assert_ne!(drawn, bodies("{optional: all}", 2));
    let once = bodies("{optional: all, per: run}", 1);
    assert!(once.iter().all(|body| *body == once[0]));
}

#[test]
fn a_workflow_that_is_called_again_draws_anew() {
    let played = play(
        "
- workflowId: outer
  steps:
  - {stepId: call, workflowId: inner}
  - stepId: loop
    operationId: listPets
    onSuccess: [{name: back, type: goto, stepId: call, criteria: [{condition: $response.body#/more == true}]}]
- workflowId: inner
  steps:
  - {stepId: add, operationId: addPet, requestBody: {x-proofmark-generate: {optional: all}}}
",
        &["201", "200 {\"more\":true}", "201", "200 {}"],
    )
    .run();
    let bodies: Vec<_> = played
        .sent
        .iter()
        .filter_map(|request| request.body.clone())
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_ne!(bodies[0], bodies[1]);
}
