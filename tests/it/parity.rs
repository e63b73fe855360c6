//! `parity`: two servers that are alike, and two that are not.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use proofmark::case::Authority;
use proofmark::code::{Code, Severity};
use proofmark::conform::Options;
use proofmark::document::Document;
use proofmark::mock::{InProcess, Token};
use proofmark::parity::pair::{
    Job, Outcome, Recording, Rules, SCHEMA, Side, Sides, alone, both, judge,
};
use proofmark::probe::Stop;
use proofmark::schema::{Dialect, SchemaSet, Validator};
use proofmark::seed::Seed;
use serde_json::Value;

use crate::support::{Demo, Likeness, block_on, folder, run, text};

/// How many cases are made per operation and side.
pub(crate) const CASES: usize = 3;
/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(600);

fn authority() -> Authority {
    Authority {
        fallback: Some(Token::defaults().remove(0).secret),
        ..Authority::default()
    }
}

pub(crate) fn recording(demo: &Demo, transport: &InProcess, cases: usize) -> Recording {
    recording_of(demo, transport, &demo.run_options(1, cases))
}

pub(crate) fn recording_of(demo: &Demo, transport: &InProcess, options: &Options) -> Recording {
    let authority = authority();
    let job = Job::Cases {
        spec: &demo.spec,
        options,
        authority: &authority,
        transport,
    };
    block_on(alone(job, TIMEOUT, &Stop::default())).expect("a recording")
}

pub(crate) fn judged(
    demo: &Demo,
    one: &Recording,
    other: &Recording,
    again: &[Recording],
) -> Outcome {
    let rules = Rules::default();
    let bases = ["http://127.0.0.1:8080".to_owned()];
    let sides = Sides {
        specs: &[&demo.spec],
        rules: &rules,
        baseline: &bases,
        candidate: &bases,
    };
    judge(one, other, again, &sides)
}

/// What differs, in words.
pub(crate) fn told(outcome: &Outcome) -> Vec<String> {
    let groups = outcome.groups();
    let lines = groups.iter().map(|group| {
        let (code, kind, place) = (group.code, group.kind, group.place);
        let (_, difference) = group.first;
        format!(
            "{code} {kind} {} {place}: {} ({:?} / {:?})",
            group.operation, difference.message, difference.baseline, difference.candidate
        )
    });
    lines.collect()
}

#[test]
fn a_sandbox_agrees_with_itself_in_lockstep() {
    let demo = Demo::users();
    let (options, authority) = (demo.run_options(1, 4), authority());
    let transports = [demo.sandbox(None), demo.sandbox(None)];
    let job = |transport| Job::Cases {
        spec: &demo.spec,
        options: &options,
        authority: &authority,
        transport,
    };
    let stop = Stop::default();
    let heard = both(job(&transports[0]), job(&transports[1]), TIMEOUT, &stop);
    let (one, other) = block_on(heard).expect("two recordings");
    let outcome = judged(&demo, &one, &other, &[]);
    assert_eq!(told(&outcome), Vec::<String>::new());
    assert!(outcome.pairs.len() > 300, "{}", outcome.pairs.len());
    assert_eq!(outcome.lone, []);
    let all = outcome.pairs.len();
    assert_eq!(
        outcome.verdict(Severity::Warning),
        format!("agrees on {all} of {all} cases")
    );
}

#[test]
fn ids_times_and_orders_that_nobody_can_foresee_are_no_differences() {
    for demo in [Demo::users(), Demo::petstore()] {
        let baseline = recording(&demo, &demo.sandbox(None), CASES);
        for seed in 0..1 {
            let restless = demo.server(Likeness::Restless(Seed::new(seed)));
            let candidate = recording(&demo, &restless, CASES);
            let outcome = judged(&demo, &baseline, &candidate, &[]);
            assert_eq!(told(&outcome), Vec::<String>::new(), "seed {seed}");
            assert!(outcome.pairs.len() > 100);
        }
    }
}

#[test]
fn a_mock_without_state_differs_in_state_and_does_not_flood() {
    let demo = Demo::users();
    let baseline = recording(&demo, &demo.sandbox(None), 4);
    let candidate = recording(&demo, &demo.server(Likeness::Mock), 4);
    let outcome = judged(&demo, &baseline, &candidate, &[]);
    let codes: BTreeSet<Code> = outcome.groups().iter().map(|group| group.code).collect();
    assert!(codes.contains(&Code::PARITY_STATE), "{:#?}", told(&outcome));
    assert!(
        !codes.contains(&Code::PARITY_CONTRACT),
        "{:#?}",
        told(&outcome)
    );
    let grave = outcome.groups();
    let grave = grave
        .iter()
        .filter(|group| group.severity == Severity::Error);
    // The mock is made of the same document: what differs gravely is what it cannot know. It takes any
    // credential, too.
    let others: BTreeSet<_> = grave
        .filter(|group| group.code != Code::PARITY_STATE)
        .map(|group| (group.code, group.kind, group.defect, group.place))
        .collect();
    assert!(others.len() <= 8, "{others:#?}");
    let state = outcome.groups();
    let state = state
        .iter()
        .filter(|group| group.code == Code::PARITY_STATE);
    let kinds: BTreeSet<&str> = state.map(|group| group.kind).collect();
    assert!(kinds.len() <= 6 && kinds.contains("existence"), "{kinds:?}");
    let stateless = outcome.stateless.as_ref().map(|one| one.side);
    assert_eq!(stateless, Some(Side::Candidate));
    let shapes = outcome.groups();
    let shapes: BTreeSet<_> = shapes
        .iter()
        .filter(|group| group.code == Code::PARITY_SHAPE && group.severity == Severity::Warning)
        .map(|group| (group.kind, group.place))
        .collect();
    assert!(shapes.len() <= 3, "{shapes:#?}");
}

#[test]
fn what_the_baseline_does_not_do_twice_is_noise() {
    let demo = Demo::users();
    let baseline = recording(&demo, &demo.sandbox(None), 3);
    // A baseline that is stateless the second time.
    let again = recording(&demo, &demo.server(Likeness::Mock), 3);
    let candidate = recording(&demo, &demo.server(Likeness::Mock), 3);
    let outcome = judged(&demo, &baseline, &candidate, &[again]);
    assert_eq!(told(&outcome), Vec::<String>::new());
    assert!(!outcome.noise.is_empty());
}

/// A server that answers everything in one way.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer);
            if answer.is_empty() {
                held.push(stream);
            } else {
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    format!("http://{address}")
}

pub(crate) fn parity(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["parity", "--token", "sandbox-token"];
    if !more.iter().any(|one| one.ends_with(".arazzo.yaml")) {
        arguments.extend(["--cases", "2"]);
    }
    arguments.extend(more);
    let output = run(folder, &arguments).expect("the program runs");
    let shown = format!("{}{}", text(&output.stderr), text(&output.stdout));
    (output.status.code(), shown)
}

pub(crate) fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("reports/parity.json")).expect("a report");
    let report = serde_json::from_str(&text).expect("JSON");
    let violations = validator().violations(&report);
    assert!(violations.is_empty(), "{violations:?}");
    report
}

/// The judge of the form of reports.
fn validator() -> std::sync::Arc<Validator> {
    let schema = Document::parse("schema.json", SCHEMA).expect("JSON");
    let schema = SchemaSet::of_schema(schema, Dialect::Draft202012);
    schema.validator().expect("a schema")
}

#[test]
fn a_side_that_is_not_fit_is_named_and_makes_no_differences() {
    // Nobody listens there, and no other test can.
    let gone = "http://127.0.0.1:1".to_owned();
    let limiting = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let refusing = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    for (side, target, kind) in [
        ("--candidate", gone.clone(), "unreachable"),
        ("--baseline-target", gone, "unreachable"),
        ("--candidate", server(""), "slow"),
        ("--candidate", server(limiting), "rate-limiting"),
        ("--baseline-target", server(refusing), "unauthorized"),
    ] {
        let folder = folder();
        let other = match side {
            "--candidate" => "--baseline-target=sandbox",
            _ => "--candidate=sandbox",
        };
        let more = [side, &target, other, "--request-timeout", "400ms"];
        let (code, shown) = parity(folder.path(), &more);
        assert_eq!(code, Some(3), "{kind}: {shown}");
        let name = side.trim_start_matches("--").trim_end_matches("-target");
        assert!(shown.contains(&format!("the {name} is {kind}")), "{shown}");
        let report = report(folder.path());
        assert_eq!(report["verdict"], "inconclusive");
        assert_eq!(report["differences"], serde_json::json!([]));
        assert_eq!(report["obstacles"][0]["kind"], kind);
    }
}

#[test]
fn the_command_says_what_differs_and_shows_no_secret() {
    let folder = folder();
    let arguments = ["--candidate-fault", "missing-property", "--phases", "valid"];
    let (code, shown) = parity(folder.path(), &arguments);
    assert_eq!(code, Some(1), "{shown}");
    for fragment in [
        "DIFFER  agrees on",
        "PM504",
        "only-candidate-breaks",
        "baseline",
        "curl -X",
    ] {
        assert!(shown.contains(fragment), "no `{fragment}` in\n{shown}");
    }
    let report = report(folder.path());
    assert_eq!(report["exit_code"], 1);
    // The form says what it means.
    for member in ["verdict", "cases", "differences", "start"] {
        let mut other = report.clone();
        other[member] = Value::from("other");
        assert!(!validator().is_valid(&other), "{member}");
    }
    let row = &report["differences"][0];
    assert_eq!(row["code"], "PM504");
    assert!(row["example"]["baseline"]["response"]["status"].is_number());
    assert!(row["example"]["candidate"]["curl"].is_string());
    let read = |name: &str| {
        let path = folder.path().join("reports").join(name);
        std::fs::read_to_string(path).expect("a report")
    };
    let junit = read("parity.junit.xml");
    assert!(junit.contains("proofmark.parity."), "{junit}");
    let page = read("parity.html");
    for fragment in ["DIFFER", "PM504", "<h3>Baseline</h3>", "<h3>Candidate</h3>"] {
        assert!(page.contains(fragment), "no `{fragment}`");
    }
    assert!(!page.contains("<script"), "{page}");
    for output in [&shown, &junit, &page, &report.to_string()] {
        assert!(!output.contains("sandbox-token\""), "a secret is shown");
    }
}

#[test]
fn scenario_files_are_run_on_both_sides() {
    let folder = folder();
    let scenario = crate::support::file("scenarios/user-lifecycle.arazzo.yaml");
    let text = std::fs::read_to_string(&scenario).expect("a scenario");
    let scenario = scenario.to_string_lossy();
    let (code, shown) = parity(folder.path(), &[&scenario, "--candidate", "restless"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("AGREE"), "{shown}");
    let (code, shown) = parity(
        folder.path(),
        &[&scenario, "--candidate-fault", "deletes-nothing"],
    );
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("PM511"), "{shown}");
    // The steps that do not matter are left out, on both sides anew.
    let report = report(folder.path());
    let rows = report["differences"].as_array().expect("differences");
    let row = rows.iter().find(|row| row["code"] == "PM511");
    let example = &row.expect("a difference of state")["example"];
    let steps = example["steps"].as_array().expect("steps");
    let all = text.matches("stepId: ").count();
    assert!((1..all).contains(&steps.len()), "{steps:?} of {all}");
    let own = example["step"]
        .as_str()
        .and_then(|step| step.rsplit_once('/'));
    let (_, own) = own.expect("a step");
    assert!(steps.iter().any(|step| step == own), "{own} in {steps:?}");
    // A lost update is one difference, of the first step that shows it; that most steps are only the baseline's
    // then, and each member that is not shown, are notes. It needs few steps.
    let faulty = [&*scenario, "--candidate-fault", "loses-updates"];
    let (code, shown) = parity(folder.path(), &faulty);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("candidate-breaks-off"), "{shown}");
    let report = self::report(folder.path());
    let rows = report["differences"].as_array().expect("differences");
    let grave: Vec<&Value> = rows
        .iter()
        .filter(|row| row["severity"] != "note")
        .collect();
    assert_eq!(grave.len(), 1, "{grave:#?}");
    assert_eq!(grave[0]["kind"], "update-lost");
    let example = &grave[0]["example"];
    let step = example["step"].as_str().expect("a step");
    let (_, own) = step.rsplit_once('/').expect("a step of a workflow");
    assert_eq!(own, "readProfile");
    let steps: Vec<&str> = example["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(steps.len() > 1 && steps.len() <= 6, "{steps:?}");
    assert!(
        steps.contains(&"update") && steps.contains(&own),
        "{steps:?}"
    );
}

#[test]
fn rules_of_a_scenario_file_that_cannot_be_read_are_refused() {
    let folder = folder();
    let text =
        std::fs::read_to_string(crate::support::file("scenarios/user-lifecycle.arazzo.yaml"))
            .expect("a scenario");
    let specs = crate::support::file("specs");
    let text = text.replace("../specs", &specs.to_string_lossy());
    let file = folder.path().join("a.arazzo.yaml");
    for (profile, told) in [
        (
            "{rules: [{at: $.a, as: approx, relative: -3, reason: r}]}",
            "nothing was sent",
        ),
        ("{failon: never}", "did you mean `failOn`"),
        ("{compare: {valeus: false}}", "did you mean `values`"),
    ] {
        let broken = format!("{text}\nx-proofmark-parity: {profile}\n");
        std::fs::write(&file, broken).expect("a file");
        let (code, shown) = parity(folder.path(), &[&file.to_string_lossy()]);
        assert_eq!(code, Some(2), "{shown}");
        assert!(shown.contains(told), "{shown}");
        assert!(shown.contains("a.arazzo.yaml:"), "{shown}");
    }
}

#[test]
fn an_example_is_made_smaller_while_it_still_differs() {
    let folder = folder();
    let arguments = [
        "--candidate-fault",
        "rejects-optional-property",
        "--phases",
        "valid,boundary",
        "-o",
        "updateUser",
    ];
    let (code, shown) = parity(folder.path(), &arguments);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("minimised"), "{shown}");
    let report = report(folder.path());
    let row = &report["differences"][0];
    assert_eq!(row["kind"], "refused");
    assert!(row["example"]["left_out"].as_u64() > Some(0), "{row}");
    let status = |side: &str| row["example"][side]["response"]["status"].as_u64();
    assert_eq!(
        (status("baseline"), status("candidate")),
        (Some(200), Some(400))
    );
}

#[test]
fn curl_lines_of_embedded_sides_come_with_the_commands_that_start_these() {
    let folder = folder();
    let arguments = ["--candidate-fault", "wrong-type", "--phases", "valid", "-s"];
    let specs = crate::support::file("specs/users-api.yaml");
    let specs = specs.to_string_lossy();
    let (code, shown) = parity(folder.path(), &[&arguments[..], &[&*specs]].concat());
    assert_eq!(code, Some(1), "{shown}");
    let report = report(folder.path());
    for (side, port, flag) in [
        ("baseline", "8080", ""),
        ("candidate", "8081", " --fault wrong-type"),
    ] {
        let command = format!("proofmark sandbox {specs}{flag} --port {port}");
        assert_eq!(report["start"][side], *command, "{report}");
        assert!(shown.contains(&command), "no `{command}` in\n{shown}");
        let curl = report["differences"][0]["example"][side]["curl"].as_str();
        let curl = curl.expect("a command");
        assert!(
            curl.contains(&format!("http://127.0.0.1:{port}/")),
            "{curl}"
        );
    }
}

#[test]
fn options_that_would_do_nothing_are_refused() {
    let scenario = crate::support::file("scenarios/user-lifecycle.arazzo.yaml");
    let scenario = &*scenario.to_string_lossy();
    for (arguments, fragment) in [
        (vec![scenario, "--cases", "3"], "--cases"),
        (vec![scenario, "--mode", "valid"], "--mode"),
        (vec![scenario, "--phases", "valid"], "--phases"),
        (vec![scenario, "-o", "getUser"], "--operation"),
        (vec![scenario, "--workers", "1"], "--workers"),
        (vec!["--workflow", "w"], "--workflow"),
        (vec!["--input", "a=b"], "--input"),
        (vec!["--report", "hlog"], "hlog"),
        (
            vec!["--documents", "a.yaml", "b.yaml", "--seed", "3"],
            "--seed",
        ),
        (vec!["--confirm-host", "a.example"], "a.example"),
    ] {
        let folder = folder();
        let output = run(folder.path(), &[&["parity"], &*arguments].concat()).expect("it runs");
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {shown}");
        assert!(shown.contains(fragment), "{arguments:?}: {shown}");
        assert!(!folder.path().join("reports/parity.json").exists());
    }
}

#[test]
fn a_refused_credential_is_told_with_the_option_that_gave_it() {
    let refusing = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let folder = folder();
    let target = server(refusing);
    let more = ["--candidate", &target, "--candidate-token", "other-token"];
    let (code, shown) = parity(folder.path(), &more);
    assert_eq!(code, Some(3), "{shown}");
    let report = report(folder.path());
    let told = report["obstacles"][0]["message"].as_str();
    assert!(
        told.is_some_and(|told| told.contains("from `--candidate-token`")),
        "{report}"
    );
}
