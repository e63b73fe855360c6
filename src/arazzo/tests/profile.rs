//! Load profiles.

use std::time::Duration;

use super::load;
use crate::arazzo::{Arrivals, Executor, LoadProfile, VirtualUsers};

const WORKFLOWS: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- {workflowId: read, steps: [{stepId: s, operationId: o}]}
- {workflowId: write, steps: [{stepId: s, operationId: o}]}
x-proofmark-load:
";

fn profile(lines: &str) -> (Option<LoadProfile>, String) {
    let (description, lines) = load(&format!("{WORKFLOWS}{lines}"));
    (description.unwrap().load, lines)
}

#[test]
fn profiles_have_the_names_and_defaults_of_k6() {
    let (profile, lines) = profile(
        "  warmUp: 5s
  scenarios:
    a: {executor: shared-iterations, exec: read}
    b: {executor: per-vu-iterations, exec: read, vus: 5, iterations: 20, maxDuration: 1m}
    c: {executor: constant-vus, exec: [read, write], vus: 3, duration: 30s, startTime: 10s, gracefulStop: 0s}
    d: {executor: ramping-vus, exec: read, startVUs: 0, stages: [{target: 9, duration: 500}]}
    e:
      executor: constant-arrival-rate
      exec: [{workflow: read, weight: 3}, {workflow: write}]
      rate: 0.5
      timeUnit: 1m
      duration: 1m
      preAllocatedVUs: 2
      tags: {kind: slow}
    f:
      executor: ramping-arrival-rate
      exec: read
      stages: [{target: 100, duration: 1m}, {target: 0, duration: 0s}]
      preAllocatedVUs: 2
      maxVUs: 10
      arrivals: poisson
  thresholds:
    http_req_duration: p(95)<200
    'http_req_failed{scenario:a}': [rate<1%, {threshold: rate<5%, abortOnFail: true, delayAbortEval: 3s}]
",
    );
    assert_eq!(lines, "");
    let profile = profile.unwrap();
    assert_eq!(profile.warm_up, Duration::from_secs(5));
    assert_eq!(profile.length(), Duration::from_secs(600));
    let executors: Vec<&Executor> = profile
        .scenarios
        .values()
        .map(|each| &each.executor)
        .collect();
    assert_eq!(
        *executors[0],
        Executor::SharedIterations {
            vus: 1,
            iterations: 1,
            max_duration: Duration::from_secs(600)
        }
    );
    assert_eq!(executors[3].most_vus(), 9);
    assert_eq!(executors[3].length(), Duration::from_millis(500));
    assert_eq!(
        *executors[4],
        Executor::ConstantArrivalRate {
            rate: 0.5,
            time_unit: Duration::from_secs(60),
            duration: Duration::from_secs(60),
            vus: VirtualUsers {
                pre_allocated: 2,
                max: 2
            },
            arrivals: Arrivals::Even,
        }
    );
    let shares: Vec<(&str, u32)> = profile.scenarios["e"]
        .exec
        .iter()
        .map(|share| (&*share.workflow.id, share.weight))
        .collect();
    assert_eq!(shares, [("read", 3), ("write", 1)]);
    let thresholds: Vec<String> = profile
        .thresholds
        .iter()
        .map(|threshold| {
            format!(
                "{} {} {:?}",
                threshold.subject(),
                threshold.text,
                threshold.abort
            )
        })
        .collect();
    assert_eq!(
        thresholds,
        [
            "http_req_duration p(95)<200 None",
            "http_req_failed{scenario:a} rate<1% None",
            "http_req_failed{scenario:a} rate<5% Some(3s)"
        ]
    );
}

#[test]
fn a_profile_with_errors_is_none_and_each_error_has_its_line() {
    let (profile, lines) = profile(
        "  warmup: 5s
  scenarios:
    a: {executor: shared-iteration, exec: read}
    b: {exec: reed, executor: constant-vus, vus: 0}
    c: {executor: constant-arrival-rate, rate: 0, duration: 10, preAllocatedVUs: 5, maxVUs: 2}
    d: {executor: ramping-vus, exec: {weight: 2}, stages: [{target: 9}]}
    e: {executor: ramping-vus, exec: [], stages: [], duration: 1s}
    f: 1
  thresholds:
    http_req_durations: p(95)<200
    http_req_duration: [p(95)<x, 5, rate<1, {threshold: med<5, abortOnFail: 1}]
    'http_reqs{a}': count>1
",
    );
    assert!(profile.is_none());
    insta::assert_snapshot!(lines, @"
    a.yaml:8:3: warning[PM722] there is no key `warmup` here / did you mean `warmUp`?
    a.yaml:10:9: error[PM720] there is no executor `shared-iteration` / did you mean `shared-iterations`?
    a.yaml:11:5: error[PM720] `duration` is missing
    a.yaml:11:9: error[PM721] there is no workflow `reed` / did you mean `read`?
    a.yaml:11:45: error[PM720] `vus` is a whole number from 1 to 1000000, not 0
    a.yaml:12:5: error[PM720] a scenario needs `exec`: the workflow that an iteration runs / name one, or a list of `{ workflow: ..., weight: ... }`
    a.yaml:12:42: error[PM720] `rate` is nothing
    a.yaml:12:85: error[PM720] `maxVUs` is less than `preAllocatedVUs`
    a.yaml:13:32: error[PM720] `workflow` is missing
    a.yaml:13:60: error[PM720] `duration` is missing
    a.yaml:14:32: error[PM720] `exec` names no workflow
    a.yaml:14:42: error[PM720] the stages take no time
    a.yaml:14:54: warning[PM722] there is no key `duration` here / known: `executor`, `exec`, `startTime`, `gracefulStop`, `tags`, `startVUs`, `stages`, `gracefulRampDown`
    a.yaml:15:5: error[PM720] `f` is an object, not a number
    a.yaml:17:5: error[PM720] there is no metric `http_req_durations` / did you mean `http_req_duration`?
    a.yaml:18:25: error[PM720] `x` is no number / write it as k6 does: `p(95)<200`, `rate<0.01`, `count>100`
    a.yaml:18:34: error[PM720] a threshold is a text such as `p(95)<200`, not a number
    a.yaml:18:37: error[PM720] `http_req_duration` has no `rate`, but `avg`, `min`, `max`, `med` and `p(N)`
    a.yaml:18:64: error[PM720] `abortOnFail` is `true` or `false`, not a number
    a.yaml:19:5: error[PM720] `{a}` is no filter of tags / write `metric{operation:getUser,step:read}`
    ");
}

#[test]
fn a_profile_without_scenarios_or_longer_than_its_warm_up_is_refused() {
    let (empty, lines) = profile("  {}\n");
    assert!(empty.is_none());
    insta::assert_snapshot!(lines, @"a.yaml:7:1: error[PM720] a load profile needs `scenarios` / name at least one: `scenarios: { name: { executor: constant-vus, vus: 10, duration: 30s, exec: workflowId } }`");
    let (cold, lines) = profile(
        "  {warmUp: 1m, scenarios: {a: {executor: constant-vus, duration: 1m, exec: read}}}\n",
    );
    assert!(cold.is_none());
    insta::assert_snapshot!(lines, @"a.yaml:8:4: error[PM720] the warm-up leaves nothing to measure / it is the beginning of the profile, not before it");
}
