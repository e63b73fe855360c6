//! Renderings of scenarios.

use serde_json::json;

use super::{junit_cases, look, reports, xml};
use crate::check::tests::Scene;
use crate::code::Code;
use crate::record::StepOutcome;
use crate::record::tests::Story;
use crate::record::tests::scenario::{Play, carrying, criterion, key, lifecycle};
use crate::report::terminal;

const PET: &str = r#"{"id": "7", "name": "Rex"}"#;

#[test]
fn the_terminal_shows_each_step_and_why_it_failed() {
    insta::assert_snapshot!(terminal(&lifecycle().summary(), &look(100)), @r#"
    FAILED  4 findings
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    workflows

      FAIL  petLifecycle
            what petLifecycle is about
            scenarios/pets.arazzo.yaml:2:1
        PASS   1 create    createPet (POST /pets)            201     10 ms
        PASS   2 wait      readPet (GET /pets/{petId})       200    120 ms  2 attempts
            waited     1 s (Retry-After)
            note       `Rex` and `rex` are equal only ignoring case
        FAIL   3 readBack  readPet (GET /pets/{petId})       404    120 ms  2 attempts
            criterion  `$statusCode == 200` does not hold
                       scenarios/pets.arazzo.yaml:4:3
            value      $statusCode is 404
            criterion  `$response.body#/tags[0] == 'dog'` cannot be evaluated: a path stands after the
                       pointer
                       scenarios/pets.arazzo.yaml:4:3
            waited     1 s (Retry-After)
            attempt    1 of 2: 429, retry after 1 s (1 of 2)
            answer     404 {"id": "7", "name": "Rex"}
            again      curl -X GET --path-as-is http://127.0.0.1:8080/pets/1
        SKIP   4 update    updatePet (PUT /pets/{petId})     not reached: step `readBack` failed
        PASS   5 cleanUp   deletePet (DELETE /pets/{petId})  204     10 ms

      FAIL  readAll (row 2)
            what readAll is about
            scenarios/pets.arazzo.yaml:2:1
        FAIL   1 list   listPets (GET /pets)                 200     10 ms
            step       scenarios/pets.arazzo.yaml:3:3
            found      PM103 response-schema (error)
            answer     200 [{"id": 7, "name": "Rex"}]
            again      curl -X GET --path-as-is http://127.0.0.1:8080/pets
        FAIL   2 photo  readPhoto (GET /pets/{petId}/photo)  not sent
            PM312      step-not-sent
            reason     `$steps.list.outputs.id` has no value: step `list` has no output `id`
            step       scenarios/pets.arazzo.yaml:3:3

    findings

      error      PM103 response-schema
                 `type` broken at `/*/id`: value is not of type "string"
      in         listPets (1 answer)
      document   scene.yaml:175:14 #/components/schemas/Pet/properties/id/type
      detail     7 is not of type "string"
      answer     200 [{"id": 7, "name": "Rex"}]
      case       94fe65f8dbd7 (scenario)
      again      curl -X GET --path-as-is http://127.0.0.1:8080/pets
      explain    proofmark explain PM103

    gaps in the document

      PM701      warning status 429 is not documented in 1 operation: readPet
      PM107      note status 404 has a body, the document declares none in 1 operation: readPet

    workflows  2 failed
    steps      3 passed, 3 failed, 1 not reached
    coverage   operations 4/6 exercised, 4/6 succeeded, documented responses 5/14 seen, parameters 3/6
               sent
    sent       7 cases: 7 scripted; 7 answered
    statuses   200 x 2, 201 x 1, 204 x 1, 404 x 2, 429 x 1
    latency    p50 12.0 ms, p95 112.1 ms, p99 112.1 ms, max 112.1 ms
    reports    reports/run.json, reports/junit.xml
    "#);
}

#[test]
fn narrow_terminals_have_no_columns() {
    let text = terminal(&lifecycle().summary(), &look(60));
    let steps: Vec<&str> = text.lines().skip(9).take(11).collect();
    insta::assert_snapshot!(steps.join("\n"), @r"
    PASS   1 create, createPet (POST /pets), 201, 10 ms
    PASS   2 wait, readPet (GET /pets/{petId}), 200, 120 ms,
             2 attempts
        waited     1 s (Retry-After)
        note       `Rex` and `rex` are equal only ignorin...
    FAIL   3 readBack, readPet (GET /pets/{petId}), 404, 120
             ms, 2 attempts
        criterion  `$statusCode == 200` does not hold
                   scenarios/pets.arazzo.yaml:4:3
        value      $statusCode is 404
        criterion  `$response.body#/tags[0] == 'dog'` cannot
    ");
}

/// A workflow whose steps all pass.
fn passing(story: Story, workflow: &str, steps: usize) -> Story {
    let key = key("a.yaml", workflow, None);
    let steps = (1..=steps).map(|number| {
        let read = Scene::new("readPet").answer(200, "application/json", PET);
        Play::new(&key, number, &format!("step{number}"), "readPet").attempt(read, &[])
    });
    story.workflow(&key, json!({}), steps, (StepOutcome::Passed, None))
}

#[test]
fn a_good_scenario_is_short() {
    let story = passing(Story::new(), "readPets", 2).finished();
    insta::assert_snapshot!(terminal(&story.summary(), &look(80)), @r##"
    PASSED  nothing was found that fails the run
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    workflows

      PASS  readPets
            what readPets is about
            a.yaml:2:1
        PASS   1 step1  readPet  200     10 ms
        PASS   2 step2  readPet  200     10 ms

    workflows  1 passed
    steps      2 passed
    coverage   operations 1/5 exercised, 1/5 succeeded, documented responses 1/12
               seen, parameters 1/5 sent
    sent       2 cases: 2 scripted; 2 answered
    statuses   200 x 2
    latency    p50 12.0 ms, p95 12.0 ms, p99 12.0 ms, max 12.0 ms
    reports    reports/run.json, reports/junit.xml
    "##);
}

#[test]
fn of_many_workflows_and_steps_what_failed_is_shown() {
    let mut story = Story::new();
    for number in 0..30 {
        story = passing(story, &format!("good{number}"), 1);
    }
    let bad =
        |number: usize| Scene::new("readPet").answer(if number == 70 { 500 } else { 404 }, "", "");
    let key = key("a.yaml", "long", None);
    let steps = (1..=80).map(|number| {
        Play::new(&key, number, &format!("s{number}"), "readPet").attempt(bad(number), &[])
    });
    let story = story.workflow(&key, json!({}), steps, (StepOutcome::Passed, None));
    let text = terminal(&story.summary(), &look(80));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert!(lines.contains(&"and 30 workflows that passed"), "{text}");
    assert!(
        lines.contains(&"and 19 steps more, see the reports"),
        "{text}"
    );
    assert!(text.contains("FAIL  70 s70"), "{text}");
    assert!(!text.contains("good7"), "{text}");
}

#[test]
fn junit_has_a_case_for_each_step() {
    insta::assert_snapshot!(xml(&lifecycle().summary()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="proofmark" tests="7" failures="3" errors="0" skipped="1" time="1.234">
      <testsuite name="proofmark.run.pets.petLifecycle" tests="5" failures="1" errors="0" skipped="1" time="0.260">
        <testcase classname="proofmark.run.pets.petLifecycle" name="petLifecycle / create" file="scenarios/pets.arazzo.yaml" time="0.010"/>
        <testcase classname="proofmark.run.pets.petLifecycle" name="petLifecycle / wait" file="scenarios/pets.arazzo.yaml" time="0.120">
          <system-out>note PM107 undeclared-body: status 404 has a body, the document declares none
    document: scene.yaml:54:9
    note: `Rex` and `rex` are equal only ignoring case</system-out>
        </testcase>
        <testcase classname="proofmark.run.pets.petLifecycle" name="petLifecycle / readBack" file="scenarios/pets.arazzo.yaml" time="0.120">
          <failure type="criterion-failed" message="`$statusCode == 200` does not hold">`$statusCode == 200` does not hold
    criterion: scenarios/pets.arazzo.yaml:4:3
    $statusCode is 404
    `$response.body#/tags[0] == &apos;dog&apos;` cannot be evaluated: a path stands after the pointer
    criterion: scenarios/pets.arazzo.yaml:4:3
    step: scenarios/pets.arazzo.yaml:3:3, readPet (GET /pets/{petId})
    warning PM701 undeclared-rejection: status 429 is not documented
    document: scene.yaml:44:5
    note PM107 undeclared-body: status 404 has a body, the document declares none
    document: scene.yaml:54:9
    curl -X GET --path-as-is http://127.0.0.1:8080/pets/1
    answer: 404 {&quot;id&quot;: &quot;7&quot;, &quot;name&quot;: &quot;Rex&quot;}
    waited: 1 s (Retry-After)
    attempt 1 of 2: 429, retry after 1 s (1 of 2)</failure>
        </testcase>
        <testcase classname="proofmark.run.pets.petLifecycle" name="petLifecycle / update" file="scenarios/pets.arazzo.yaml" time="0.000">
          <skipped message="not reached: step `readBack` failed"/>
        </testcase>
        <testcase classname="proofmark.run.pets.petLifecycle" name="petLifecycle / cleanUp" file="scenarios/pets.arazzo.yaml" time="0.010"/>
      </testsuite>
      <testsuite name="proofmark.run.pets.readAll" tests="2" failures="2" errors="0" skipped="0" time="0.010">
        <testcase classname="proofmark.run.pets.readAll" name="readAll / list [row 2]" file="scenarios/pets.arazzo.yaml" time="0.010">
          <failure type="response-schema" message="`type` broken at `/*/id`: value is not of type &quot;string&quot;">step: scenarios/pets.arazzo.yaml:3:3, listPets (GET /pets)
    error PM103 response-schema: `type` broken at `/*/id`: value is not of type &quot;string&quot;
    document: scene.yaml:175:14
    curl -X GET --path-as-is http://127.0.0.1:8080/pets
    answer: 200 [{&quot;id&quot;: 7, &quot;name&quot;: &quot;Rex&quot;}]</failure>
        </testcase>
        <testcase classname="proofmark.run.pets.readAll" name="readAll / photo [row 2]" file="scenarios/pets.arazzo.yaml" time="0.000">
          <failure type="step-not-sent" message="`$steps.list.outputs.id` has no value: step `list` has no output `id`">PM312 step-not-sent
    reason: `$steps.list.outputs.id` has no value: step `list` has no output `id`
    step: scenarios/pets.arazzo.yaml:3:3, readPhoto (GET /pets/{petId}/photo)</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn junit_names_of_steps_are_unique_whatever_they_are_called() {
    let read = || Scene::new("readPet").answer(200, "application/json", PET);
    let fails = |play: Play| play.broken(Code::OUTPUT_MISSING, "no `id`");
    let passed = (StepOutcome::Passed, None);
    let mut story = Story::new();
    // The same name in two folders, with dots, and three runs of the same workflow.
    for (file, workflow, run) in [
        ("one/pets.arazzo.yaml", "read", None),
        ("two/pets.arazzo.yaml", "read", None),
        ("a.b.yaml", "c", None),
        ("x/a.yml", "b.c", None),
        ("a.yaml", "b.c", None),
        ("pets.yaml", "loop", Some("row 1")),
        ("pets.yaml", "loop", Some("row 2")),
        ("pets.yaml", "loop", Some("row 2")),
        ("odd.yaml", "w\nx", None),
        ("odd.yaml", "w\tx", None),
    ] {
        let key = key(file, workflow, run);
        let step =
            |number, name: &str| Play::new(&key, number, name, "readPet").attempt(read(), &[]);
        // A step that was gone back to, and names that differ in what a line cannot hold.
        let steps = [
            step(1, "s"),
            step(2, "t"),
            fails(step(1, "s")),
            step(3, "t\ru"),
            step(3, "t\nu"),
        ];
        story = story.workflow(&key, json!({}), steps, passed);
    }
    let long = "x".repeat(600);
    for name in [format!("{long}1"), format!("{long}2")] {
        story = passing(story, &name, 1);
    }
    let (names, failures) = junit_cases(&xml(&story.summary()));
    let mut unique = names.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), names.len(), "{names:#?}");
    // Four steps in nine runs, since one run has the name of another.
    assert_eq!(names.len(), 2 + 4 * 9);
    // The step that was gone back to fails once for each run.
    assert_eq!(failures, 9);
    for (class, name) in [
        ("proofmark.run.one.pets.read", "read / s"),
        ("proofmark.run.a.b.c", "c / t"),
        ("proofmark.run.a.b.c (2)", "b.c / t"),
        ("proofmark.run.pets.loop", "loop / s [row 2]"),
    ] {
        assert!(names.contains(&(class.into(), name.into())), "{names:#?}");
    }
}

#[test]
fn a_workflow_that_fails_without_a_step_is_a_case_of_its_own() {
    let failed = (
        StepOutcome::Failed,
        Some("row 3 breaks the schema of the inputs"),
    );
    let unreached = (StepOutcome::NotReached, Some("workflow `one` failed"));
    let story = Story::new()
        .workflow(&key("a.yaml", "one", Some("row 3")), json!({}), [], failed)
        .workflow(&key("a.yaml", "two", None), json!({}), [], unreached);
    let text = xml(&story.summary());
    for part in [
        r#"name="one [row 3]""#,
        r#"message="row 3 breaks the schema of the inputs""#,
        r#"<skipped message="not reached: workflow `one` failed"/>"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let screen = terminal(&story.summary(), &look(80));
    assert!(screen.contains("failed: row 3 breaks"), "{screen}");
    assert!(
        screen.contains("not reached: workflow `one` failed"),
        "{screen}"
    );
}

#[test]
fn failures_of_steps_are_short_and_keep_what_matters() {
    let key = key("a.yaml", "w", None);
    let body = "ä".repeat(5000);
    let many: Vec<_> = (0..40)
        .map(|number| {
            let name = format!("$response.body#/{number}");
            criterion(
                &format!("{name} == 1"),
                false,
                &[(&name, json!("é".repeat(600)))],
            )
        })
        .collect();
    let step = |criteria: &[_]| {
        Play::new(&key, 1, "s", "readPet")
            .attempt(
                Scene::new("readPet").answer(200, "text/plain", &body),
                criteria,
            )
            .failed("bad")
    };
    for criteria in [&many[..1], &many] {
        let end = (StepOutcome::Failed, None);
        let story = Story::new().workflow(&key, json!({}), [step(criteria)], end);
        let text = xml(&story.summary());
        let (_, failure) = text.split_once("<failure").unwrap();
        let (failure, _) = failure.split_once("</failure>").unwrap();
        let (_, failure) = failure.split_once('>').unwrap();
        let failure = quick_xml::escape::unescape(failure).unwrap();
        assert!(failure.len() <= 4096, "{}", failure.len());
        assert!(failure.contains("$response.body#/0 == 1"), "{failure}");
        assert_eq!(
            failure.contains("curl -X GET"),
            criteria.len() == 1,
            "{failure}"
        );
    }
}

#[test]
fn no_secret_reaches_a_report_by_a_step() {
    for owner in ["c4n4ry Moreau-0123456789", "c4n4ry/\"&+ s3cret'"] {
        let story = carrying(owner).with_secret("t0k3n/\"&+ of-the-1nputs");
        let token = "t0k3n/\"&+ of-the-1nputs";
        let key = key("b.yaml", "secrets", Some("row 1"));
        let held = criterion(
            "$inputs.token != null",
            true,
            &[("$inputs.token", json!(token))],
        );
        let mut broken = criterion(
            "$response.body == $inputs.token",
            false,
            &[
                (
                    "$response.body",
                    json!({token: [token], "x": format!("Bearer {token}")}),
                ),
                (
                    "$response.header.x-token",
                    json!(format!("{}…", &token[..12])),
                ),
            ],
        );
        broken.notes = vec![format!("`{token}` and `x` are equal only ignoring case")];
        broken.error = Some(format!("in `{token}`, nothing stands"));
        let sent = Scene::new("readPet")
            .request_header("Authorization", &format!("Bearer {token}"))
            .request_header("Cookie", &format!("session={token}"))
            .answer(200, "text/plain", token)
            .header("Set-Cookie", &format!("a={token}"));
        let steps = [
            Play::new(&key, 1, "login", "readPet")
                .attempt(sent.clone(), std::slice::from_ref(&held))
                .then(&format!("retry with {token}"))
                .attempt(sent, &[held, broken])
                .failed(&format!("{token} is refused"))
                .outputs(json!({"token": token, "deep": {"tokens": [token, token]}})),
            Play::new(&key, 2, "next", "readPet").broken(
                Code::STEP_NOT_SENT,
                &format!("`{token}` cannot be a header"),
            ),
            Play::new(&key, 3, "last", "readPet").unreached(&format!("{token} was refused")),
        ];
        let end = (StepOutcome::Failed, Some(token));
        let story = story.workflow(&key, json!({"token": token, "owner": owner}), steps, end);
        for report in reports(&story.summary()) {
            let folded = report.to_lowercase();
            for trace in ["c4n4ry", "moreau-0", "t0k3n", "1nputs"] {
                assert!(!folded.contains(trace), "{trace} in {report}");
            }
        }
    }
}

#[test]
fn what_steps_say_does_not_steer_the_terminal() {
    let key = key("a\u{1b}[31m.yaml", "w\u{1b}[2J", Some("\u{202e}row"));
    let step = Play::new(&key, 1, "s\u{7}", "read\rPet").broken(Code::STEP_NOT_SENT, "\u{1b}]0;x");
    let story = Story::new().workflow(&key, json!({}), [step], (StepOutcome::Failed, None));
    let screen = terminal(&story.summary(), &look(60));
    assert!(
        !screen.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']),
        "{screen:?}"
    );
    let text = xml(&story.summary());
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
}
