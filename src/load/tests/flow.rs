//! The way through a workflow: as in a run, many times.

use super::server::{Served, json, serve, with};
use super::{Came, GOOD, stand, steps, times};

fn went(
    count: u64,
    workflows: &str,
    answer: impl Fn(&super::server::Asked) -> super::server::Reply + Send + Sync + 'static,
) -> (Came, Served) {
    let served = serve(answer);
    let came = stand(&times(count), workflows).run(&served.url);
    (came, served)
}

#[test]
fn a_step_that_fails_leads_where_its_action_says() {
    let workflow = |action: &str| {
        steps(&format!(
            "  - {{stepId: a, operationId: list, successCriteria: [{{condition: '$response.body#/id == 2'}}], onFailure: [{action}]}}\n  - {{stepId: b, operationId: create, requestBody: {{payload: {{name: b}}}}}}\n  - {{stepId: c, operationId: login}}\n"
        ))
    };
    let created = |asked: &super::server::Asked| {
        let status = if asked.path == "/things" && asked.method == "POST" {
            "201"
        } else {
            "200"
        };
        json(status, GOOD)
    };
    for (action, lines) in [
        (
            "{name: n, type: goto, stepId: c}",
            &["GET /things", "POST /login"][..],
        ),
        ("{name: n, type: end}", &["GET /things"]),
        (
            "{name: n, type: retry, retryAfter: 0.01, retryLimit: 2}",
            &["GET /things", "GET /things", "GET /things"],
        ),
        (
            "{name: n, type: retry, stepId: c, retryAfter: 0.01, retryLimit: 1}",
            &["GET /things", "POST /login", "GET /things"],
        ),
    ] {
        let (came, served) = went(2, &workflow(action), created);
        assert_eq!(served.lines(), [lines, lines].concat(), "{action}");
        assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0], "{action}");
        let step = came.step("a");
        assert_eq!(step.criteria_failed, step.requests, "{action}");
        assert_eq!(came.summary.exit_code, 1, "{action}");
    }
}

#[test]
fn each_retry_has_a_limit_of_its_own() {
    let workflow = steps(
        "  - {stepId: a, operationId: list, onFailure: [{name: one, type: retry, retryAfter: 0.01, retryLimit: 2, criteria: [{condition: '$statusCode == 500'}]}, {name: two, type: retry, retryAfter: 0.01, retryLimit: 2, criteria: [{condition: '$statusCode == 404'}]}]}\n",
    );
    let (_, served) = went(1, &workflow, |asked| {
        let status = if asked.number % 2 == 0 { "500" } else { "404" };
        json(status, GOOD)
    });
    assert_eq!(served.count(), 5);
}

#[test]
fn who_is_asked_to_wait_for_a_day_is_told_of() {
    let workflow = steps(
        "  - {stepId: a, operationId: list, onFailure: [{name: n, type: retry, retryAfter: 0.01, retryLimit: 3}]}\n",
    );
    let served = serve(|_| with("503", "retry-after: 86400\r\n", ""));
    let scenario =
        "    s: {executor: constant-vus, vus: 1, duration: 300ms, gracefulStop: 0s, exec: w}\n";
    let came = stand(scenario, &workflow).run(&served.url);
    assert_eq!(served.count(), 1);
    let notes = came.report.notes.join(" ");
    assert!(
        notes.contains("1 times an answer asked to wait for more than 60 s"),
        "{notes}"
    );
}

#[test]
fn a_retry_that_succeeds_saves_the_iteration() {
    let workflow = steps(
        "  - {stepId: a, operationId: list, successCriteria: [{condition: '$response.body#/id == 2'}], onFailure: [{name: n, type: retry, retryAfter: 0.01, retryLimit: 3}]}\n",
    );
    let (came, served) = went(1, &workflow, |asked| {
        let body = if asked.number < 2 {
            GOOD
        } else {
            r#"{"id":2}"#
        };
        json("200", body)
    });
    assert_eq!(served.count(), 3);
    assert_eq!(came.counts(), [1, 1, 1, 0, 0, 0]);
}

#[test]
fn what_always_runs_cleans_up_with_what_is_known() {
    let workflow = steps(
        "  - {stepId: make, operationId: create, requestBody: {payload: {name: n}}, outputs: {id: $response.body#/id}}\n  - {stepId: bad, operationId: list, successCriteria: [{condition: '$statusCode == 418'}]}\n  - {stepId: gone, operationId: remove, x-proofmark-always: true, parameters: [{name: id, in: path, value: $steps.make.outputs.id}]}\n",
    );
    let (came, served) = went(2, &workflow, |asked| match &*asked.method {
        "POST" => json("201", &format!(r#"{{"id":{}}}"#, asked.number)),
        "DELETE" => with("204", "connection: close\r\n", "").closing(),
        _ => json("200", GOOD),
    });
    assert_eq!(
        served.lines(),
        [
            "POST /things",
            "GET /things",
            "DELETE /things/0",
            "POST /things",
            "GET /things",
            "DELETE /things/3"
        ]
    );
    assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0]);
    // What was never made is not removed.
    let (came, served) = went(2, &workflow, |_| json("400", "{}"));
    assert_eq!(served.lines(), ["POST /things"; 2]);
    assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0]);
}

const CALLING: &str = "- workflowId: w
  steps:
  - {stepId: one, workflowId: other, parameters: [{name: n, value: 7}], successCriteria: [{condition: '$outputs.got == 1'}]}
  - {stepId: two, operationId: read, parameters: [{name: id, in: path, value: $steps.one.outputs.got}]}
- workflowId: other
  inputs: {type: object, required: [n], properties: {n: {type: integer}, m: {type: integer, default: 5}}}
  steps:
  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}], outputs: {got: $response.body#/id}}
  - {stepId: b, operationId: read, parameters: [{name: id, in: path, value: $inputs.m}]}
  outputs: {got: $steps.a.outputs.got}
";

#[test]
fn a_step_may_call_a_workflow_and_use_what_it_gives() {
    let (came, served) = went(2, CALLING, |_| json("200", GOOD));
    let lines = ["GET /things/7", "GET /things/5", "GET /things/1"];
    assert_eq!(served.lines(), [lines, lines].concat());
    assert_eq!(came.counts(), [2, 2, 2, 0, 0, 0]);
    let (came, served) = went(1, CALLING, |_| json("200", r#"{"id":2}"#));
    assert_eq!(served.lines(), lines[..2]);
    assert_eq!(came.counts(), [1, 1, 1, 1, 0, 0]);
}

#[test]
fn a_workflow_that_is_mixed_in_and_called_has_its_inputs_from_whoever_begins_it() {
    for exec in ["[other, w]", "[w, other]"] {
        let served = serve(|_| json("200", GOOD));
        let scenario = format!(
            "    s: {{executor: shared-iterations, vus: 1, iterations: 10, exec: {exec}}}\n"
        );
        let mut stand = stand(&scenario, CALLING);
        stand.given.all.insert("n".to_owned(), 3.into());
        stand.run(&served.url);
        let lines = served.lines();
        let count = |line: &str| lines.iter().filter(|own| *own == line).count();
        // Half of the iterations are of each.
        assert!(
            (4..=6).contains(&count("GET /things/7")),
            "{exec}: {lines:?}"
        );
        assert_eq!(
            count("GET /things/3") + count("GET /things/7"),
            10,
            "{exec}"
        );
        assert_eq!(count("GET /things/5"), 10, "{exec}");
    }
}

#[test]
fn an_action_may_lead_to_another_workflow_with_its_inputs() {
    let workflows = "- workflowId: w
  steps:
  - {stepId: one, operationId: list, onSuccess: [{name: n, type: goto, workflowId: other, parameters: [{name: n, value: $response.body#/id}]}]}
  - {stepId: never, operationId: login}
- workflowId: other
  inputs: {type: object, required: [n], properties: {n: {type: integer}, m: {type: integer, default: 5}}}
  steps:
  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}
  - {stepId: b, operationId: read, parameters: [{name: id, in: path, value: $inputs.m}]}
";
    let (came, served) = went(2, workflows, |_| json("200", GOOD));
    let lines = ["GET /things", "GET /things/1", "GET /things/5"];
    assert_eq!(served.lines(), [lines, lines].concat());
    assert_eq!(came.counts(), [2, 2, 2, 0, 0, 0]);
    // Inputs that the other one does not take.
    let refused = workflows.replace("$response.body#/id", "text");
    let (came, served) = went(1, &refused, |_| json("200", GOOD));
    assert_eq!(served.lines(), ["GET /things"]);
    assert_eq!(came.counts()[3], 1);
}

#[test]
fn what_a_workflow_depends_on_runs_before_it_and_only_once() {
    let workflows = "- workflowId: w
  dependsOn: [middle, first]
  steps:
  - {stepId: w, operationId: read, parameters: [{name: id, in: path, value: $workflows.middle.outputs.got}]}
- workflowId: middle
  dependsOn: [first]
  steps:
  - {stepId: m, operationId: read, parameters: [{name: id, in: path, value: $workflows.first.outputs.got}], outputs: {got: $response.body#/id}}
  outputs: {got: $steps.m.outputs.got}
- workflowId: first
  steps:
  - {stepId: f, operationId: list, outputs: {got: $response.body#/id}}
  outputs: {got: $steps.f.outputs.got}
";
    let (came, served) = went(2, workflows, |asked| {
        json("200", &format!(r#"{{"id":{}}}"#, 10 + asked.number))
    });
    assert_eq!(
        served.lines(),
        [
            "GET /things",
            "GET /things/10",
            "GET /things/11",
            "GET /things",
            "GET /things/13",
            "GET /things/14"
        ]
    );
    assert_eq!(came.counts(), [2, 2, 2, 0, 0, 0]);
    // Without what is needed there is nothing to begin.
    let (came, served) = went(2, workflows, |_| json("400", GOOD));
    assert_eq!(served.lines(), ["GET /things"; 2]);
    assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0]);
}

#[test]
fn an_output_that_is_missing_fails_the_iteration() {
    let workflow = steps(
        "  - {stepId: a, operationId: list, outputs: {name: $response.body#/name}}\n  - {stepId: b, operationId: login}\n",
    );
    let (came, served) = went(2, &workflow, |_| json("200", GOOD));
    assert_eq!(served.lines(), ["GET /things"; 2]);
    assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0]);
    assert_eq!(came.findings(), [(crate::code::Code::OUTPUT_MISSING, 2)]);
}

#[test]
fn a_step_may_give_up_on_an_answer() {
    let workflow = steps("  - {stepId: a, operationId: list, timeout: 100}\n");
    let begun = std::time::Instant::now();
    let (came, _) = went(2, &workflow, |_| json("200", GOOD).after(3_000));
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
    assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0]);
    assert_eq!(came.step("a").unanswered.get("timeout"), Some(&2));
}

#[test]
fn a_loop_ends_when_too_many_steps_were_run() {
    let workflow = steps(
        "  - {stepId: a, operationId: list, onSuccess: [{name: again, type: goto, stepId: a}]}\n",
    );
    let (came, served) = went(2, &workflow, |_| json("200", GOOD));
    assert_eq!(served.count(), 200);
    assert_eq!(came.counts(), [2, 2, 2, 2, 0, 0]);
}
