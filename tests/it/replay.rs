//! Replay: what a report found is found once more, or is gone.

use std::collections::BTreeSet;

use proofmark::case::{Authority, Phase};
use proofmark::code::Severity;
use proofmark::conform::{self, Only, Options, Pick, Standing, Stop, Witness};
use proofmark::mock::{Fault, InProcess, Token};
use proofmark::record::{FindingRow, Summary};
use proofmark::secret::Secret;
use proofmark::seed::Seed;

use crate::support::{self, Demo, block_on, file, text};

/// The findings that a fault makes, and whatever else fails the run.
fn made_by(fault: Fault, summary: &Summary) -> Vec<&FindingRow> {
    let rows = summary.findings.iter();
    rows.filter(|row| summary.fails(row.severity) || row.code == fault.expected())
        .collect()
}

/// Sends the cases of findings again, alone or after what was written before them, and tells what became of
/// each.
fn replayed(
    demo: &Demo,
    door: &InProcess,
    (summary, rows): (&Summary, &[&FindingRow]),
    options: &Options,
    with_writes: bool,
) -> Vec<String> {
    let token = Token::defaults().remove(0).secret;
    replayed_as(token, demo, door, (summary, rows), options, with_writes)
}

/// The same with a token.
fn replayed_as(
    token: Secret,
    demo: &Demo,
    door: &InProcess,
    (summary, rows): (&Summary, &[&FindingRow]),
    options: &Options,
    with_writes: bool,
) -> Vec<String> {
    let picks = rows.iter().filter_map(|row| Pick::of(row)).collect();
    let only = Only::new(picks, with_writes);
    let options = Options {
        only: Some(only.clone()),
        ..options.clone()
    };
    let authority = Authority {
        fallback: Some(token),
        ..Authority::default()
    };
    let mut witness = Witness::new(&only);
    let stop = Stop::default();
    let run = conform::run(&demo.spec, &options, &authority, door, &stop, &mut witness);
    block_on(run).expect("a witness takes everything");
    let known: BTreeSet<_> = summary
        .findings
        .iter()
        .map(|row| &row.fingerprint)
        .collect();
    let told = rows.iter().map(|row| {
        let pick = Pick::of(row).expect("an address");
        let was = row
            .example
            .response
            .as_ref()
            .map(|response| response.status);
        match witness.standing(&pick, (&row.fingerprint, was), (&known, Severity::Error)) {
            Standing::Still(..) => "still".to_owned(),
            Standing::Otherwise(_, finding) => format!("otherwise: {}", finding.title),
            Standing::Gone(_) => "gone".to_owned(),
            Standing::NotReached(why) => format!("not reached: {why}"),
        }
    });
    told.collect()
}

/// What becomes of the failing findings of a run against a server with this fault: there, and on a server
/// without it. Servers are made by `serve`.
fn fates(
    demo: &Demo,
    fault: Fault,
    options: &Options,
    serve: &dyn Fn(Option<Fault>) -> InProcess,
) -> (usize, Vec<String>) {
    let (summary, _) = demo.check_at(&serve(Some(fault)), options);
    let rows = made_by(fault, &summary);
    let about = |row: &FindingRow| {
        let (phase, title) = (row.example.phase.name(), &row.title);
        format!("{} {phase} {} {title}", fault.name(), row.operation)
    };
    let mut wrong = Vec::new();
    let there = replayed(demo, &serve(Some(fault)), (&summary, &rows), options, false);
    let pairs = rows.iter().zip(&there).filter(|(_, told)| *told != "still");
    let open: Vec<&FindingRow> = pairs.map(|(row, _)| *row).collect();
    if !open.is_empty() {
        let there = replayed(demo, &serve(Some(fault)), (&summary, &open), options, true);
        let pairs = open.iter().zip(&there).filter(|(_, told)| *told != "still");
        wrong.extend(pairs.map(|(row, told)| format!("with the fault {told}: {}", about(row))));
    }
    let elsewhere = replayed(demo, &serve(None), (&summary, &rows), options, false);
    let pairs = rows
        .iter()
        .zip(&elsewhere)
        .filter(|(_, told)| *told != "gone");
    wrong.extend(pairs.map(|(row, told)| format!("without the fault {told}: {}", about(row))));
    (rows.len(), wrong)
}

#[test]
fn what_each_fault_does_is_there_again_and_gone_without_it() {
    let demo = Demo::petstore();
    let mut options = demo.run_options(1, 2);
    // Most of the time goes there.
    options.plan.phases.remove(&Phase::Boundary);
    let faults = Fault::all()
        .iter()
        .filter(|fault| fault.applies(&demo.spec));
    for fault in faults {
        let (count, wrong) = fates(&demo, *fault, &options, &|fault| demo.sandbox(fault));
        assert!(count > 0, "{} is not found", fault.name());
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn servers_that_give_other_names_to_their_resources_show_the_same() {
    let demo = Demo::petstore();
    let options = demo.run_options(2, 3);
    let unforeseen = std::cell::Cell::new(100);
    let serve = |fault| {
        unforeseen.set(unforeseen.get() + 1);
        demo.restless(Seed::new(unforeseen.get()), fault)
    };
    for name in [
        "loses-updates",
        "deletes-nothing",
        "forgets-created",
        "missing-property",
        "accepts-invalid-body",
    ] {
        let fault = Fault::find(name).expect("a fault");
        let (count, wrong) = fates(&demo, fault, &options, &serve);
        assert!(count > 0, "{name} is not found");
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn a_target_that_refuses_the_token_shows_nothing_to_be_gone() {
    let demo = Demo::petstore();
    let options = demo.run_options(1, 2);
    let fault = Fault::find("missing-property").expect("a fault");
    let (summary, _) = demo.check_at(&demo.sandbox(Some(fault)), &options);
    let rows = made_by(fault, &summary);
    assert!(!rows.is_empty());
    let door = demo.sandbox(None);
    let wrong = Secret::new("of-somebody-else");
    let fates = replayed_as(wrong, &demo, &door, (&summary, &rows), &options, false);
    let is_open = |fate: &&String| fate.starts_with("not reached");
    assert_eq!(
        fates.iter().filter(is_open).count(),
        rows.len(),
        "{fates:?}"
    );
}

/// Runs the program: its exit code and what it says.
fn run(folder: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = support::run(folder, arguments).expect("the program runs");
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_command_says_what_is_still_there_and_what_it_cannot_make() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let document = folder.join("petstore.yaml");
    std::fs::copy(file("specs/petstore-3.0.yaml"), &document).expect("a document");
    let behaviour = file("specs/petstore-3.0.behaviour.yaml");
    std::fs::copy(behaviour, folder.join("petstore.behaviour.yaml")).expect("a behaviour file");
    let check = [
        "check",
        "-s",
        "petstore.yaml",
        "--cases",
        "3",
        "--fault",
        "loses-updates",
    ];
    let (exit, screen, _) = run(folder, &check);
    assert_eq!(exit, Some(1));
    let summary = std::fs::read_to_string(folder.join("reports/run.json")).expect("a report");
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    let rows = summary["findings"].as_array().expect("findings");
    let lost = rows
        .iter()
        .find(|row| row["code"] == "PM301")
        .expect("the fault's finding");
    let case = lost["example"]["address"].as_str().expect("its place");
    assert!(
        screen.contains(&format!("proofmark replay {case}")),
        "{screen}"
    );

    let (exit, out, err) = run(folder, &["replay"]);
    assert_eq!(exit, Some(1), "{err}");
    assert!(out.contains("still there  PM301 update-lost"), "{out}");
    assert!(!out.contains("gone"), "{out}");

    let (exit, out, _) = run(folder, &["replay", &case[..6], "-t", "sandbox"]);
    assert_eq!(
        (exit, out.contains("1 finding: 1 gone")),
        (Some(0), true),
        "{out}"
    );

    let (exit, out, _) = run(folder, &["replay", case, "-t", "http://127.0.0.1:1"]);
    assert_eq!(
        (exit, out.contains("1 not reached")),
        (Some(3), true),
        "{out}"
    );

    let (exit, _, err) = run(folder, &["replay", "ffffffffffff"]);
    assert_eq!((exit, err.contains(case)), (Some(2), true), "{err}");

    let (exit, _, err) = run(folder, &["replay", "--from", "nowhere.json"]);
    assert_eq!(
        (exit, err.contains("nowhere.json")),
        (Some(2), true),
        "{err}"
    );

    // Another text of the document is named; what it no longer leads to is not sent.
    let text = std::fs::read_to_string(&document).expect("the document");
    std::fs::write(&document, format!("{text}\n# changed\n")).expect("the document");
    let (exit, _, err) = run(folder, &["replay", case]);
    assert_eq!(
        (exit, err.contains("another one than that of the report")),
        (Some(1), true),
        "{err}"
    );
    std::fs::write(
        &document,
        text.replace("operationId: getPet\n", "operationId: readPet\n"),
    )
    .expect("the document");
    let (exit, _, err) = run(folder, &["replay", case]);
    assert_eq!(
        (exit, err.contains("the document has changed")),
        (Some(2), true),
        "{err}"
    );
}
