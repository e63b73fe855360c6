//! Renderings of the same eventful run, and what must never be in any of them.

mod load;
pub(crate) mod loaded;
mod scenario;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event as XmlEvent;
use serde_json::Value;

use super::{Look, SCHEMA, json, junit, terminal};
use crate::check::tests::Scene;
use crate::code::{Code, Severity};
use crate::document::Document;
use crate::http::TransportError;
use crate::record::tests::scenario::lifecycle;
use crate::record::tests::{Story, eventful};
use crate::record::{Event, Obstacle, Summary};
use crate::schema::{Dialect, Facets, SchemaSet};

fn look(width: usize) -> Look {
    Look {
        colour: false,
        width,
        reports: vec!["reports/run.json".into(), "reports/junit.xml".into()],
    }
}

fn xml(summary: &Summary) -> String {
    String::from_utf8(junit(summary).unwrap()).unwrap()
}

/// Every report there is.
fn reports(summary: &Summary) -> [String; 3] {
    [
        json(summary).unwrap(),
        xml(summary),
        terminal(summary, &look(100)),
    ]
}

#[test]
fn a_summary_is_read_back_from_its_file() {
    let stories = loaded::stories()
        .into_iter()
        .chain([eventful(), lifecycle()]);
    for story in stories {
        let summary = story.summary();
        let again = Summary::read(&json(&summary).unwrap()).unwrap();
        assert_eq!(reports(&again), reports(&summary));
    }
    let other = json(&eventful().summary()).unwrap();
    let other = other.replacen("\"version\": \"1.", "\"version\": \"2.", 1);
    let error = Summary::read(&other).unwrap_err().to_string();
    assert!(error.contains("its form is 2."), "{error}");
    assert!(Summary::read("{}").is_err());
}

/// Members of the instance that the schema does not describe.
fn undescribed(instance: &Value, facets: &Facets, at: &str, found: &mut Vec<String>) {
    if facets.is_empty() {
        found.push(at.to_owned());
        return;
    }
    match instance {
        Value::Object(members) => {
            for (name, value) in members {
                undescribed(value, &facets.member(name), &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                undescribed(item, &facets.item(index), &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn run_json_keeps_its_published_schema() {
    let schema = SchemaSet::of_schema(
        Document::parse("schema.json", SCHEMA).unwrap(),
        Dialect::Draft202012,
    );
    let validator = schema.validator().unwrap();
    let hindered = Story::new().event(Event::Hindered(Obstacle {
        code: Code::UNREACHABLE,
        message: "no connection".into(),
    }));
    let others = [eventful(), Story::new(), hindered, lifecycle()];
    for story in others.into_iter().chain(loaded::stories()) {
        let run: Value = serde_json::from_str(&json(&story.summary()).unwrap()).unwrap();
        assert_eq!(validator.violations(&run), []);
        let mut found = Vec::new();
        undescribed(&run, &Facets::of(&schema), "", &mut found);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn equal_runs_give_equal_bytes_but_for_the_clock() {
    let mut one = eventful().summary();
    let other = eventful().summary();
    assert_eq!(reports(&one), reports(&other));
    one.timing = crate::record::Timing::default();
    let text = json(&one).unwrap();
    let end = text.find("\"timing\"").unwrap();
    assert_eq!(text[..end], json(&other).unwrap()[..end]);
}

#[test]
fn the_terminal_tells_what_to_repair() {
    insta::assert_snapshot!(terminal(&eventful().summary(), &look(100)), @r##"
    FAILED  3 findings
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    findings

      error      PM103 response-schema
                 `type` broken at `/id`: value is not of type "string"
      in         readPet (2 answers)
      document   scene.yaml:175:14 #/components/schemas/Pet/properties/id/type
      detail     17 is not of type "string"
      answer     200 {"id":17,"name":"Rex","owner":"***"}
      case       4ccfd6727a7b (valid)
      again      curl -X GET --path-as-is http://127.0.0.1:8080/pets/1
      explain    proofmark explain PM103

      error      PM202 invalid-accepted
                 `minLength` of the body at `/name` is not enforced
      in         createPet (1 answer)
      document   scene.yaml:167:30 #/components/schemas/PetInput/properties/name/minLength
      invalid    body: `/name` is shorter than 1 character
      answer     201 without a body
      case       f48bbfdd7681 (invalid)
      again      curl -X POST --path-as-is http://127.0.0.1:8080/pets -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM202

      error      PM614 no-answer
                 no complete answer came in time
      in         updatePet (1 answer)
      document   scene.yaml:55:5 #/paths/~1pets~1{petId}/put
      answer     no complete answer within 5s
      case       2021f9491f5f (valid)
      again      curl -X PUT --path-as-is http://127.0.0.1:8080/pets/1 -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM614

      warning    PM205 allow-missing
                 405 without the `Allow` header field
      in         createPet (1 answer)
      document   scene.yaml:13:5 #/paths/~1pets/post
      invalid    `DELETE` is not a declared method of the path
      answer     405 without a body
      case       2d5cd8376c87 (invalid)
      again      curl -X DELETE --path-as-is http://127.0.0.1:8080/pets -H 'Content-Type: application/json' --data-raw '{"name": "Rex"}'
      explain    proofmark explain PM205

    gaps in the document

      PM701      warning status 429 is not documented in 2 operations: readPet, updatePet
      PM701      warning status 400 is not documented in 1 operation: createPet
      PM701      warning status 422 is not documented in 1 operation: createPet

    coverage   operations 4/5 exercised, 2/5 succeeded, documented responses 3/12 seen, parameters 2/5
               sent
    PM904      warning no valid request ever succeeded in 1 operation: updatePet
    PM903      note nothing was sent to 1 operation: open
    sent       11 cases: 7 valid, 4 invalid; 10 answered
    statuses   200 x 4, 201 x 1, 400 x 1, 405 x 1, 422 x 1, 429 x 2
    skipped    2 x no valid instance found (open)
    skipped    1 x the path cannot be sent (readPet)
    latency    p50 50.0 ms, p95 110.0 ms, p99 110.0 ms, max 110.0 ms
    reports    reports/run.json, reports/junit.xml
    "##);
}

#[test]
fn a_good_run_is_short() {
    let story = Story::new()
        .judged(&Scene::new("listPets").answer(200, "application/json", "[]"))
        .finished();
    insta::assert_snapshot!(terminal(&story.summary(), &look(80)), @r##"
    PASSED  nothing was found that fails the run
               Scenes 1 (scene.yaml) against http://127.0.0.1:8080, seed 7

    coverage   operations 1/5 exercised, 1/5 succeeded, documented responses 1/12
               seen, parameters 0/5 sent
    sent       1 case: 1 valid, 0 invalid; 1 answered
    statuses   200 x 1
    latency    p50 10.0 ms, p95 10.0 ms, p99 10.0 ms, max 10.0 ms
    reports    reports/run.json, reports/junit.xml
    "##);
}

#[test]
fn colours_add_nothing() {
    for story in [eventful(), lifecycle()] {
        colours_add_nothing_to(&story.summary());
    }
}

fn colours_add_nothing_to(summary: &Summary) {
    let plain = terminal(summary, &look(100));
    let coloured = terminal(
        summary,
        &Look {
            colour: true,
            ..look(100)
        },
    );
    assert_ne!(plain, coloured);
    let mut stripped = String::new();
    for (index, piece) in coloured.split("\u{1b}[").enumerate() {
        stripped.push_str(if index == 0 {
            piece
        } else {
            piece.split_once('m').unwrap().1
        });
    }
    let lines = |text: &str| {
        text.lines()
            .map(|line| line.trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&stripped), lines(&plain));
}

#[test]
fn only_commands_and_long_words_are_wider_than_the_terminal() {
    for (story, width) in [eventful, lifecycle]
        .into_iter()
        .flat_map(|story| [(story, 60), (story, 80), (story, 200)])
    {
        for line in terminal(&story().summary(), &look(width)).lines() {
            let unbreakable = !line.trim_start().contains(' ') || line.contains("curl");
            assert!(line.chars().count() <= width || unbreakable, "{line}");
        }
    }
}

#[test]
fn junit_has_a_suite_for_each_operation_and_a_case_for_each_check() {
    let text = xml(&eventful().summary());
    // Checks that passed look all the same.
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("<testcase") || !line.ends_with("/>"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="proofmark" tests="51" failures="3" errors="0" skipped="1" time="1.234">
      <testsuite name="proofmark.check.listPets" tests="15" failures="0" errors="0" skipped="0" time="0.010">
      </testsuite>
      <testsuite name="proofmark.check.createPet" tests="11" failures="1" errors="0" skipped="0" time="0.380">
        <testcase classname="proofmark.check.createPet" name="invalid-accepted" file="scene.yaml">
          <failure type="invalid-accepted" message="`minLength` of the body at `/name` is not enforced">error PM202 invalid-accepted: `minLength` of the body at `/name` is not enforced
    document: scene.yaml:167:30
    seen in 1 answer
    `/name` is shorter than 1 character
    case f48bbfdd7681 (invalid)
    curl -X POST --path-as-is http://127.0.0.1:8080/pets -H &apos;Content-Type: application/json&apos; --data-raw &apos;{&quot;name&quot;: &quot;Rex&quot;}&apos;</failure>
        </testcase>
        <testcase classname="proofmark.check.createPet" name="allow-missing" file="scene.yaml">
          <system-out>warning PM205 allow-missing: 405 without the `Allow` header field
    document: scene.yaml:13:5
    seen in 1 answer
    case 2d5cd8376c87 (invalid)
    curl -X DELETE --path-as-is http://127.0.0.1:8080/pets -H &apos;Content-Type: application/json&apos; --data-raw &apos;{&quot;name&quot;: &quot;Rex&quot;}&apos;</system-out>
        </testcase>
        <testcase classname="proofmark.check.createPet" name="undeclared-rejection" file="scene.yaml">
          <system-out>warning PM701 undeclared-rejection: status 400 is not documented
    document: scene.yaml:13:5
    seen in 1 answer
    the document lists 201, 200, 202
    case f48bbfdd7681 (invalid)
    curl -X POST --path-as-is http://127.0.0.1:8080/pets -H &apos;Content-Type: application/json&apos; --data-raw &apos;{&quot;name&quot;: &quot;Rex&quot;}&apos;

    warning PM701 undeclared-rejection: status 422 is not documented
    document: scene.yaml:13:5
    seen in 1 answer
    the document lists 201, 200, 202
    case f48bbfdd7681 (invalid)
    curl -X POST --path-as-is http://127.0.0.1:8080/pets -H &apos;Content-Type: application/json&apos; --data-raw &apos;{&quot;name&quot;: &quot;Rex&quot;}&apos;</system-out>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.check.readPet" tests="15" failures="1" errors="0" skipped="0" time="0.140">
        <testcase classname="proofmark.check.readPet" name="response-schema" file="scene.yaml">
          <failure type="response-schema" message="`type` broken at `/id`: value is not of type &quot;string&quot;">error PM103 response-schema: `type` broken at `/id`: value is not of type &quot;string&quot;
    document: scene.yaml:175:14
    seen in 2 answers
    17 is not of type &quot;string&quot;
    case 4ccfd6727a7b (valid)
    curl -X GET --path-as-is http://127.0.0.1:8080/pets/1</failure>
        </testcase>
        <testcase classname="proofmark.check.readPet" name="undeclared-rejection" file="scene.yaml">
          <system-out>warning PM701 undeclared-rejection: status 429 is not documented
    document: scene.yaml:44:5
    seen in 1 answer
    the document lists 200, 404
    case 4ccfd6727a7b (valid)
    curl -X GET --path-as-is http://127.0.0.1:8080/pets/1</system-out>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.check.updatePet" tests="9" failures="1" errors="0" skipped="0" time="0.060">
        <testcase classname="proofmark.check.updatePet" name="no-answer" file="scene.yaml">
          <failure type="no-answer" message="no complete answer came in time">error PM614 no-answer: no complete answer came in time
    document: scene.yaml:55:5
    seen in 1 answer
    no complete answer within 5s
    case 2021f9491f5f (valid)
    curl -X PUT --path-as-is http://127.0.0.1:8080/pets/1 -H &apos;Content-Type: application/json&apos; --data-raw &apos;{&quot;name&quot;: &quot;Rex&quot;}&apos;</failure>
        </testcase>
        <testcase classname="proofmark.check.updatePet" name="undeclared-rejection" file="scene.yaml">
          <system-out>warning PM701 undeclared-rejection: status 429 is not documented
    document: scene.yaml:55:5
    seen in 1 answer
    the document lists 200, 201, 202, 204
    case 2021f9491f5f (valid)
    curl -X PUT --path-as-is http://127.0.0.1:8080/pets/1 -H &apos;Content-Type: application/json&apos; --data-raw &apos;{&quot;name&quot;: &quot;Rex&quot;}&apos;</system-out>
        </testcase>
      </testsuite>
      <testsuite name="proofmark.check.open" tests="1" failures="0" errors="0" skipped="1" time="0.000">
        <testcase classname="proofmark.check.open" name="not-exercised" file="scene.yaml">
          <skipped message="not exercised: no valid instance found"/>
        </testcase>
      </testsuite>
    </testsuites>
    "##);
}

/// The names of all test cases, and how many failed; holds the file's own counts against them.
fn junit_cases(text: &str) -> (Vec<(String, String)>, usize) {
    let mut reader = Reader::from_str(text);
    let (mut names, mut failures, mut skipped, mut claimed) = (Vec::new(), 0, 0, None);
    loop {
        match reader.read_event().unwrap() {
            XmlEvent::Eof => break,
            XmlEvent::Start(element) | XmlEvent::Empty(element) => {
                let attribute = |name: &str| {
                    let value = element.try_get_attribute(name).unwrap().unwrap().value;
                    String::from_utf8(value.into_owned()).unwrap()
                };
                let counts = ["tests", "failures", "skipped"];
                match element.name().as_ref() {
                    b"testsuites" => claimed = Some(counts.map(attribute)),
                    b"testcase" => names.push((attribute("classname"), attribute("name"))),
                    b"failure" => failures += 1,
                    b"skipped" => skipped += 1,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let counted = [names.len(), failures, skipped].map(|count| count.to_string());
    assert_eq!(claimed, Some(counted));
    (names, failures)
}

#[test]
fn junit_names_are_unique_and_its_counts_add_up() {
    let (mut names, failures) = junit_cases(&xml(&eventful().summary()));
    assert_eq!(failures, 3);
    names.sort();
    assert!(names.is_sorted_by(|one, other| one < other), "{names:?}");
}

#[test]
fn what_xml_cannot_hold_is_left_out() {
    let body = "\u{0}\u{1b}[31m]]> & <\u{ffff}'\"";
    let story = Story::new()
        .judged(&Scene::new("readPet").failure(TransportError::Framing(body.into())))
        .event(Event::Hindered(Obstacle {
            code: Code::UNREACHABLE,
            message: body.into(),
        }));
    let text = xml(&story.summary());
    assert!(
        !text
            .chars()
            .any(|character| character.is_control() && character != '\n')
    );
    let mut reader = Reader::from_str(&text);
    while reader.read_event().unwrap() != XmlEvent::Eof {}
    let screen = terminal(&story.summary(), &look(100));
    assert!(!screen.contains('\u{1b}'), "{screen}");
}

#[test]
fn a_secret_reaches_no_report() {
    let secret = "c4n4ry/\"&+ s3cret";
    let percent = "c4n4ry%2F%22%26%2B%20s3cret";
    let json_text = serde_json::to_string(secret).unwrap();
    let base64 = STANDARD.encode(secret);
    let echo = format!(r#"{{"id": {json_text}, "token": "t", "name": 3, "x": [{json_text}]}}"#);
    let scene = |operation: &str| {
        Scene::new(operation)
            .request_header("Authorization", &format!("Bearer {secret}"))
            .request_header("X-Trace", secret)
            .request_header("Cookie", &format!("session={secret}"))
    };
    let mut story = Story::new()
        .with_secret(secret)
        .judged(
            &scene("readPet")
                .path(&format!("/pets/{percent}?key={percent}"))
                .answer(200, "application/json", &echo)
                .header("X-Echo", &base64)
                .header("Set-Cookie", &format!("a={secret}")),
        )
        .judged(&scene("listPets").answer(
            500,
            "text/plain",
            &format!("{} {secret}", "x".repeat(4090)),
        ))
        .judged(&scene("updatePet").answer(400, secret, secret))
        .judged(&scene("createPet").failure(TransportError::Framing(secret.into())))
        .judged(&scene("readPet").answer(200, &format!("text/{base64}"), secret))
        .skipped("open", &format!("no value like {secret}"))
        .event(Event::Hindered(Obstacle {
            code: Code::UNAUTHORIZED,
            message: format!("token {percent} refused"),
        }))
        .event(Event::Finished {
            elapsed: std::time::Duration::ZERO,
            interrupted: Some(format!("by {secret}")),
        });
    story.fail_on = Some(Severity::Note);
    for report in reports(&story.summary()) {
        let folded = report.to_lowercase();
        for trace in ["c4n4ry", "s3cret", &base64[..12].to_lowercase()] {
            assert!(!folded.contains(trace), "{trace} in {report}");
        }
    }
}
