//! Renderings of runs under load.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::loaded::{sound, step, stories, told};
use super::{look, xml};
use crate::check::tests::{Scene, invalid_body};
use crate::code::{Code, Severity};
use crate::record::tests::{Story, verdict};
use crate::record::{Event, LoadReport};
use crate::report::terminal;

#[test]
fn a_sound_run_is_told_in_a_few_lines() {
    let [sound, ..] = stories();
    insta::assert_snapshot!(terminal(&sound.summary(), &look(80)), @"
    PASSED  nothing was found that fails the run
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    measured   10.0 s
    soundness  valid: the numbers are the target's

    scenarios
      daily  constant-arrival-rate, 10 virtual users
      rate       500.0/s asked for, 500.0/s begun; 5000 due, 0 late, 0 dropped
      iterations 5000 begun, 5000 completed, 0 with a failed step, 0 broken off
      duration   p50 1.75, p90 3.50, p95 5.25, p99 8.75, max 35.01 ms

    times in ms                   p50      p90      p95      p99    p99.9      max
      readPets/read                                         5000 requests  500.0/s
        response                 1.50     3.00     4.50     7.50        -    30.02
        service                  1.25     2.50     3.75     6.25        -    25.01
      response: from the moment that a request was due (no coordinated omission)
      service: from sending it; `-`: n too small (fewer than ten beyond)

    answers    200 x 5000
               0 of 5000 requests failed, 0 throttled, 0 with an undocumented status
    bodies     5000 judged by their schemas, 0 broke them; 4000 seen before, 500 of
               a known shape, 400 streamed, 90 by tape, 10 in full
    criteria   5000 judged, 0 did not hold

    thresholds
      PASS  achieved_rate: rate>=0.99, was 100%

    generator  2 threads; the busiest 12 % of its time; 12.5 µs of CPU a request;
               send lag p50 0.010 ms, p99 0.050 ms; receive lag p50 0.020 ms, p99
               0.100 ms; 10 connections opened

    coverage   operations 1/5 exercised, 1/5 succeeded, documented responses 1/12
               seen
    sent       5000 cases: 5000 scripted; 5000 answered
    reports    reports/run.json, reports/junit.xml
    ");
}

#[test]
fn a_troubled_run_is_told_at_80_characters() {
    let [_, troubled, _] = stories();
    insta::assert_snapshot!(terminal(&troubled.summary(), &look(80)), @r#"
    FAILED  2 findings; 3 thresholds do not hold
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    measured   10.0 s behind a warm-up of 5.0 s
    soundness  SUSPECT: part of the numbers may be the generator's
               a thread of the generator was busy 91 % of the time
               in scenario `daily` 120 of 5080 arrivals had to wait for a virtual
               user, see `maxVUs`
    note       20 of 5071 answers asked to come later (429, or 503 with
               Retry-After): a limiter was measured, not the server behind it
    not sent   3 x registerAnotherPetAndReadItBack/create:
               `$steps.read.outputs.name` has no value

    scenarios
      daily  constant-arrival-rate, 10 virtual users
      rate       500.0/s asked for, 500.0/s begun; 5100 due, 120 late, 20 dropped
      iterations 5080 begun, 5078 completed, 37 with a failed step, 2 broken off
      duration   p50 1.75, p90 3.50, p95 5.25, p99 8.75, max 35.01 ms
      nightly  per-vu-iterations, 1 virtual user
      rate       0.1/s begun
      iterations 1 begun, 1 completed, 0 with a failed step, 0 broken off
      duration   p50 3.00, max 3.00 ms

    times in ms                   p50      p90      p95      p99    p99.9      max
      daily: readPets/read                                  5000 requests  500.0/s
        response                 1.50     3.00     4.50     7.50        -    30.02
        service                  1.25     2.50     3.75     6.25        -    25.01
      daily: registerAnotherPetAndReadItBack/create             80 requests  8.0/s
        response                 1.50        -        -        -        -     7.50
        service                  1.25        -        -        -        -     6.25
        throttled                0.25        -        -        -        -     1.25
      nightly: registerAnotherPetAndReadItBack/read               1 request  0.1/s
        response                 1.50        -        -        -        -     1.50
        service                  1.25        -        -        -        -     1.25
      all steps                                             5081 requests  508.1/s
        response                 1.50     3.00     4.50     7.50        -    30.02
        service                  1.25     2.50     3.75     6.25        -    25.01
        throttled                0.25        -        -        -        -     1.25
      response: from the moment that a request was due (no coordinated omission)
      service: from sending it; `-`: n too small (fewer than ten beyond)

    answers    200 x 5001, 201 x 40, 429 x 20, 503 x 10, not sent x 3, timeout x 7
               30 of 5081 requests failed, 20 throttled, 10 with an undocumented
               status
    bodies     5081 judged by their schemas, 2 broke them; 4000 seen before, 500 of
               a known shape, 400 streamed, 90 by tape, 10 in full
    criteria   5081 judged, 37 did not hold
    found      PM201 server-error x 10, PM614 no-answer x 7; behind the warm-up

    thresholds
      PASS  http_req_duration{operation:readPet}: p(95)<200, was 4.50 ms
      FAIL  http_req_failed: rate<0.1%, was 0.59% (PM401); it ended the run
            scenarios/pets.arazzo.yaml:12:5
      FAIL  schema_violations: rate==0, was 4.0e-5% (PM401)
            scenarios/pets.arazzo.yaml:12:5
      PASS  http_reqs: rate>=400, was 508.1/s
      FAIL  http_req_response{step:neverReached}: p(99)<1s, no data (PM402)
            scenarios/pets.arazzo.yaml:12:5

    generator  2 threads; the busiest 91 % of its time; 12.5 µs of CPU a request;
               send lag p50 0.010 ms, p99 0.050 ms; receive lag p50 0.020 ms, p99
               0.100 ms; waited for a processor up to 7 % of a second; this machine
               sent 300 of 21000 TCP segments again; 2.1 % of the machine's time
               went to others; 10 connections opened
               1 request failed on this machine: no descriptors are left

    findings

      error      PM201 server-error
                 a valid request was answered with 503
      in         createPet (1 answer, with the warm-up)
      document   scene.yaml:13:5 #/paths/~1pets/post
      answer     503 full
      case       61c54dbfdb8a (valid)
      again      curl -X POST --path-as-is http://127.0.0.1:8080/pets -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM201

      error      PM614 no-answer
                 no complete answer came in time
      in         createPet (1 answer, with the warm-up)
      document   scene.yaml:13:5 #/paths/~1pets/post
      answer     no complete answer within 5s
      case       61c54dbfdb8a (valid)
      again      curl -X POST --path-as-is http://127.0.0.1:8080/pets -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM614

    coverage   operations 2/5 exercised, 2/5 succeeded, documented responses 2/12
               seen
    sent       5081 cases: 5081 scripted; 5071 answered
    reports    reports/run.json, reports/junit.xml
    "#);
}

#[test]
fn a_troubled_run_is_told_at_120_characters() {
    let [_, troubled, _] = stories();
    insta::assert_snapshot!(terminal(&troubled.summary(), &look(120)), @r#"
    FAILED  2 findings; 3 thresholds do not hold
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    measured   10.0 s behind a warm-up of 5.0 s
    soundness  SUSPECT: part of the numbers may be the generator's
               a thread of the generator was busy 91 % of the time
               in scenario `daily` 120 of 5080 arrivals had to wait for a virtual user, see `maxVUs`
    note       20 of 5071 answers asked to come later (429, or 503 with Retry-After): a limiter was measured, not the server
               behind it
    not sent   3 x registerAnotherPetAndReadItBack/create: `$steps.read.outputs.name` has no value

    scenarios
      daily  constant-arrival-rate, 10 virtual users
      rate       500.0/s asked for, 500.0/s begun; 5100 due, 120 late, 20 dropped
      iterations 5080 begun, 5078 completed, 37 with a failed step, 2 broken off
      duration   p50 1.75, p90 3.50, p95 5.25, p99 8.75, max 35.01 ms
      nightly  per-vu-iterations, 1 virtual user
      rate       0.1/s begun
      iterations 1 begun, 1 completed, 0 with a failed step, 0 broken off
      duration   p50 3.00, max 3.00 ms

    times in ms                   p50      p90      p95      p99    p99.9      max
      daily: readPets/read                                  5000 requests  500.0/s
        response                 1.50     3.00     4.50     7.50        -    30.02
        service                  1.25     2.50     3.75     6.25        -    25.01
      daily: registerAnotherPetAndReadItBack/create             80 requests  8.0/s
        response                 1.50        -        -        -        -     7.50
        service                  1.25        -        -        -        -     6.25
        throttled                0.25        -        -        -        -     1.25
      nightly: registerAnotherPetAndReadItBack/read               1 request  0.1/s
        response                 1.50        -        -        -        -     1.50
        service                  1.25        -        -        -        -     1.25
      all steps                                             5081 requests  508.1/s
        response                 1.50     3.00     4.50     7.50        -    30.02
        service                  1.25     2.50     3.75     6.25        -    25.01
        throttled                0.25        -        -        -        -     1.25
      response: from the moment that a request was due (no coordinated omission)
      service: from sending it; `-`: n too small (fewer than ten beyond)

    answers    200 x 5001, 201 x 40, 429 x 20, 503 x 10, not sent x 3, timeout x 7
               30 of 5081 requests failed, 20 throttled, 10 with an undocumented status
    bodies     5081 judged by their schemas, 2 broke them; 4000 seen before, 500 of a known shape, 400 streamed, 90 by tape,
               10 in full
    criteria   5081 judged, 37 did not hold
    found      PM201 server-error x 10, PM614 no-answer x 7; behind the warm-up

    thresholds
      PASS  http_req_duration{operation:readPet}: p(95)<200, was 4.50 ms
      FAIL  http_req_failed: rate<0.1%, was 0.59% (PM401); it ended the run
            scenarios/pets.arazzo.yaml:12:5
      FAIL  schema_violations: rate==0, was 4.0e-5% (PM401)
            scenarios/pets.arazzo.yaml:12:5
      PASS  http_reqs: rate>=400, was 508.1/s
      FAIL  http_req_response{step:neverReached}: p(99)<1s, no data (PM402)
            scenarios/pets.arazzo.yaml:12:5

    generator  2 threads; the busiest 91 % of its time; 12.5 µs of CPU a request; send lag p50 0.010 ms, p99 0.050 ms;
               receive lag p50 0.020 ms, p99 0.100 ms; waited for a processor up to 7 % of a second; this machine sent 300
               of 21000 TCP segments again; 2.1 % of the machine's time went to others; 10 connections opened
               1 request failed on this machine: no descriptors are left

    findings

      error      PM201 server-error
                 a valid request was answered with 503
      in         createPet (1 answer, with the warm-up)
      document   scene.yaml:13:5 #/paths/~1pets/post
      answer     503 full
      case       61c54dbfdb8a (valid)
      again      curl -X POST --path-as-is http://127.0.0.1:8080/pets -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM201

      error      PM614 no-answer
                 no complete answer came in time
      in         createPet (1 answer, with the warm-up)
      document   scene.yaml:13:5 #/paths/~1pets/post
      answer     no complete answer within 5s
      case       61c54dbfdb8a (valid)
      again      curl -X POST --path-as-is http://127.0.0.1:8080/pets -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM614

    coverage   operations 2/5 exercised, 2/5 succeeded, documented responses 2/12 seen
    sent       5081 cases: 5081 scripted; 5071 answered
    reports    reports/run.json, reports/junit.xml
    "#);
}

#[test]
fn a_run_that_was_bound_by_the_generator_proves_nothing() {
    let [_, _, bound] = stories();
    insta::assert_snapshot!(terminal(&bound.summary(), &look(100)), @"
    INCONCLUSIVE  the generator was the limit, not the target: scenario `daily` began 60.0 % of the 5000
               iterations that were due: all 10 virtual users were waiting for answers, see `maxVUs`
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7
    PM403      the generator was the limit, not the target

    measured   10.0 s
    soundness  GENERATOR-BOUND: the numbers say what the generator can do

    scenarios
      daily  constant-arrival-rate, 10 virtual users
      rate       500.0/s asked for, 300.0/s begun; 5000 due, 4000 late, 2000 dropped
      iterations 3000 begun, 3000 completed, 0 with a failed step, 0 broken off
      duration   p50 1.75, p90 3.50, p95 5.25, p99 8.75, max 35.01 ms

    times in ms                   p50      p90      p95      p99    p99.9      max
      readPets/read                                         5000 requests  500.0/s
        response                 1.50     3.00     4.50     7.50        -    30.02
        service                  1.25     2.50     3.75     6.25        -    25.01
      response: from the moment that a request was due (no coordinated omission)
      service: from sending it; `-`: n too small (fewer than ten beyond)

    answers    200 x 5000
               0 of 5000 requests failed, 0 throttled, 0 with an undocumented status
    bodies     5000 judged by their schemas, 0 broke them; 4000 seen before, 500 of a known shape, 400
               streamed, 90 by tape, 10 in full
    criteria   5000 judged, 0 did not hold

    thresholds
      OPEN  http_req_response: p(95)<200ms, was 4.50 ms; the generator was the limit (PM403)
            scenarios/pets.arazzo.yaml:12:5

    generator  2 threads; the busiest 12 % of its time; 12.5 µs of CPU a request; send lag p50 0.010 ms,
               p99 0.050 ms; receive lag p50 0.020 ms, p99 0.100 ms; 10 connections opened

    coverage   operations 1/5 exercised, 1/5 succeeded, documented responses 1/12 seen
    sent       5000 cases: 5000 scripted; 5000 answered
    reports    reports/run.json, reports/junit.xml
    ");
}

#[test]
fn tables_fit_a_narrow_terminal() {
    for story in stories() {
        let screen = terminal(&story.summary(), &look(80));
        let long: Vec<&str> = screen
            .lines()
            .filter(|line| line.chars().count() > 80 && !line.contains("curl "))
            .collect();
        assert!(long.is_empty(), "{long:#?}");
    }
}

#[test]
fn thresholds_and_steps_are_test_cases() {
    let [_, troubled, bound] = stories();
    insta::assert_snapshot!(xml(&troubled.summary()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="proofmark" tests="8" failures="4" errors="0" skipped="0" time="1.234">
      <testsuite name="proofmark.load.thresholds" tests="5" failures="3" errors="0" skipped="0" time="0.000">
        <testcase classname="proofmark.load.thresholds" name="http_req_duration{operation:readPet}: p(95)&lt;200">
          <system-out>it was 4.50 ms</system-out>
        </testcase>
        <testcase classname="proofmark.load.thresholds" name="http_req_failed: rate&lt;0.1%">
          <failure type="threshold-crossed" message="http_req_failed: rate&lt;0.1%: it was 0.59%; it ended the run">scenarios/pets.arazzo.yaml:12:5</failure>
        </testcase>
        <testcase classname="proofmark.load.thresholds" name="schema_violations: rate==0">
          <failure type="threshold-crossed" message="schema_violations: rate==0: it was 4.0e-5%">scenarios/pets.arazzo.yaml:12:5</failure>
        </testcase>
        <testcase classname="proofmark.load.thresholds" name="http_reqs: rate&gt;=400">
          <system-out>it was 508.1/s</system-out>
        </testcase>
        <testcase classname="proofmark.load.thresholds" name="http_req_response{step:neverReached}: p(99)&lt;1s">
          <failure type="threshold-without-data" message="http_req_response{step:neverReached}: p(99)&lt;1s: nothing was measured that it is about">scenarios/pets.arazzo.yaml:12:5</failure>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.load.daily.readPets" tests="1" failures="0" errors="0" skipped="0" time="0.000">
        <testcase classname="proofmark.load.daily.readPets" name="read" time="0.003">
          <system-out>5000 requests, 0 failed, 0 throttled; response time p50 1.5 ms, p95 4.503 ms, p99 7.503 ms, max 30.015 ms</system-out>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.load.daily.registerAnotherPetAndReadItBack" tests="1" failures="1" errors="0" skipped="0" time="0.000">
        <testcase classname="proofmark.load.daily.registerAnotherPetAndReadItBack" name="create" time="0.003">
          <failure type="findings" message="PM201 server-error x 10, PM614 no-answer x 7">80 requests, 30 failed, 20 throttled; response time p50 1.5 ms, p95 4.503 ms, p99 7.503 ms, max 7.503 ms</failure>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.load.nightly.registerAnotherPetAndReadItBack" tests="1" failures="0" errors="0" skipped="0" time="0.000">
        <testcase classname="proofmark.load.nightly.registerAnotherPetAndReadItBack" name="read" time="0.002">
          <system-out>1 requests, 0 failed, 0 throttled; response time p50 1.5 ms, p95 1.5 ms, p99 1.5 ms, max 1.5 ms</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    insta::assert_snapshot!(xml(&bound.summary()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="proofmark" tests="3" failures="0" errors="1" skipped="1" time="1.234">
      <testsuite name="proofmark.load" tests="1" failures="0" errors="1" skipped="0" time="0.000">
        <testcase classname="proofmark.load" name="generator-bound">
          <error type="generator-bound" message="the generator was the limit, not the target: scenario `daily` began 60.0 % of the 5000 iterations that were due: all 10 virtual users were waiting for answers, see `maxVUs`"/>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.load.thresholds" tests="1" failures="0" errors="0" skipped="1" time="0.000">
        <testcase classname="proofmark.load.thresholds" name="http_req_response: p(95)&lt;200ms">
          <skipped message="it was 4.50 ms; the generator was the limit"/>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.load.daily.readPets" tests="1" failures="0" errors="0" skipped="0" time="0.000">
        <testcase classname="proofmark.load.daily.readPets" name="read" time="0.003">
          <system-out>5000 requests, 0 failed, 0 throttled; response time p50 1.5 ms, p95 4.503 ms, p99 7.503 ms, max 30.015 ms</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn warnings_fail_steps_only_where_they_fail_the_run() {
    let scene = Scene::new("createPet")
        .invalid(invalid_body())
        .answer(418, "", "");
    let sampled = || Box::new(verdict(&scene, 10));
    let codes: Vec<Code> = sampled().findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::UNDECLARED_REJECTION]);
    let mut report = sound();
    report.steps = vec![step("createPets", "create", "createPet", 10)];
    report.steps[0].findings = BTreeMap::from([(Code::UNDECLARED_REJECTION, 10)]);
    let mut story = told(report).event(Event::Sampled(sampled(), Vec::new()));
    let text = xml(&story.summary());
    assert!(text.contains("failures=\"0\""), "{text}");
    assert!(
        text.contains("also PM701 undeclared-rejection x 10"),
        "{text}"
    );
    story.fail_on = Some(Severity::Warning);
    let text = xml(&story.summary());
    assert!(
        text.contains("message=\"PM701 undeclared-rejection x 10\""),
        "{text}"
    );
}

#[test]
fn what_only_the_warm_up_shows_fails_a_step_too() {
    let scene = Scene::new("readPet").answer(200, "application/json", "{}");
    let sampled = Event::Sampled(Box::new(verdict(&scene, 10)), Vec::new());
    let story = told(sound()).event(sampled);
    let summary = story.summary();
    assert_eq!(summary.exit_code, 1);
    let text = xml(&summary);
    assert!(
        text.contains("message=\"PM103 response-schema in the warm-up\""),
        "{text}"
    );
}

#[test]
fn what_was_measured_is_read_back_from_its_file_without_a_loss() {
    for story in stories() {
        let load = story.summary().load.unwrap();
        let text = serde_json::to_string_pretty(&load).unwrap();
        let again: LoadReport = serde_json::from_str(&text).unwrap();
        assert_eq!(again, load);
        let value: Value = serde_json::from_str(&text).unwrap();
        let again: LoadReport = serde_json::from_value(value).unwrap();
        assert_eq!(again, load);
    }
}

#[test]
fn a_file_that_lacks_something_or_has_it_wrong_is_not_read() {
    let [_, troubled, _] = stories();
    let load = serde_json::to_value(troubled.summary().load.unwrap()).unwrap();
    for (pointer, wrong) in [
        ("/steps/0/requests", json!(-1)),
        ("/steps/0/response_time/count", json!(1)),
        ("/steps/0/response_time/hdr", json!("HIST")),
        ("/steps/0/findings", json!({"PM000": 1})),
        ("/windows/0/steps/0/service_time", Value::Null),
        ("/scenarios/0/lag", Value::Null),
        ("/soundness", json!("fine")),
        ("/timeline", json!({})),
    ] {
        let mut broken = load.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        let read = serde_json::from_value::<LoadReport>(broken);
        assert!(read.is_err(), "{pointer}");
    }
    for member in ["steps", "windows", "generator", "began"] {
        let mut broken = load.clone();
        broken.as_object_mut().unwrap().shift_remove(member);
        assert!(serde_json::from_value::<LoadReport>(broken).is_err());
    }
}

#[test]
fn metrics_have_the_names_that_k6_gives_them() {
    let [sound, troubled, _] = stories();
    let file = |story: &Story| -> Value {
        serde_json::from_str(&crate::report::json(&story.summary()).unwrap()).unwrap()
    };
    let metrics = &file(&sound)["metrics"];
    assert_eq!(metrics["http_reqs"], json!({"count": 5_000, "rate": 500.0}));
    assert_eq!(
        metrics["http_req_failed"],
        json!({"rate": 0.0, "count": 0, "of": 5_000})
    );
    assert_eq!(metrics["achieved_rate"]["rate"], json!(1.0));
    assert_eq!(metrics["checks"]["rate"], json!(1.0));
    assert_eq!(metrics["vus_max"], json!({"value": 10}));
    let times = &metrics["http_req_response"];
    assert_eq!(times["med"], json!(1.5));
    assert_eq!(times["p99"], json!(7.503));
    // Fewer than ten of 5,000 lie beyond it.
    assert_eq!(times["p999"], Value::Null);
    let same = &metrics["http_req_response{operation:readPet}"];
    assert_eq!(same, times);
    assert_eq!(
        &metrics["http_req_response{scenario:daily,workflow:readPets,step:read}"],
        times
    );
    let metrics = &file(&troubled)["metrics"];
    let of_operation = &metrics["http_reqs{operation:readPet}"];
    assert_eq!(of_operation["count"], json!(5_001));
    assert_eq!(
        metrics["http_req_failed{operation:createPet}"]["rate"],
        json!(0.375)
    );
    assert_eq!(
        metrics["http_req_response{operation:createPet}"]["p95"],
        Value::Null
    );
}
