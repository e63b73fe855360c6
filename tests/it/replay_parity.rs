//! Replay: the differences that a report of `parity` tells are there once more, or gone.

use proofmark::case::Phase;
use proofmark::code::Severity;
use proofmark::conform::{Only, Options};
use proofmark::mock::{Fault, InProcess};
use proofmark::parity::pair::{
    Minimal, Origin, Recording, Replay, Report, Rules, Sides, Standing, Told, ToldDifference,
};
use proofmark::record::{Aim, Ingredient, Recipe, Redactor, Task};
use proofmark::seed::Seed;

use crate::parity::{judged, recording_of};
use crate::support::{self, Demo, folder, text};

/// What the report of a comparison says, as it is read from its file.
fn told(demo: &Demo, one: &Recording, other: &Recording) -> Told {
    let outcome = judged(demo, one, other, &[]);
    let bases = ["http://127.0.0.1:8080".to_owned()];
    let origin = Origin {
        specs: &[&demo.spec],
        recordings: (one, other),
        bases: (&bases, &bases),
        targets: ("one", "other"),
        redactor: &Redactor::default(),
        minimal: &Minimal::default(),
        seed: Seed::new(1),
        at: "2026-11-22T00:00:00Z",
        fail_on: Some(Severity::Error),
        is_interrupted: false,
        commands: (None, None),
        again: Some(Recipe {
            command: Task::Parity,
            documents: vec![Ingredient::document(None, &demo.spec)],
            targets: vec![
                Aim::Target("one".to_owned()),
                Aim::Target("other".to_owned()),
            ],
            plan: None,
            script: None,
        }),
    };
    let json = Report::new(&outcome, &origin).json().expect("a report");
    serde_json::from_str(&json).expect("what is read of it")
}

/// What became of differences whose cases are sent to both servers again.
fn fates(
    demo: &Demo,
    (one, other): (&InProcess, &InProcess),
    (told, rows): (&Told, &[&ToldDifference]),
    options: &Options,
    with_writes: bool,
) -> Vec<String> {
    let picks = rows.iter().filter_map(|row| row.pick()).collect();
    let only = Some(Only::new(picks, with_writes));
    let options = Options {
        only,
        ..options.clone()
    };
    let left = recording_of(demo, one, &options);
    let right = recording_of(demo, other, &options);
    let rules = Rules::default();
    let bases = ["http://127.0.0.1:8080".to_owned()];
    let sides = Sides {
        specs: &[&demo.spec],
        rules: &rules,
        baseline: &bases,
        candidate: &bases,
    };
    let replay = Replay::new((&left, &right), &sides, told);
    let rows = rows.iter().map(|row| match replay.standing(row) {
        Standing::Still(..) => "still".to_owned(),
        Standing::Otherwise(_, _, found) => format!("otherwise: {}", found.message),
        Standing::Gone(..) => "gone".to_owned(),
        Standing::NotReached(why) => format!("not reached: {why}"),
    });
    rows.collect()
}

/// What did not become of the differences what should have, with the fault and without it.
fn wrong(
    demo: &Demo,
    (one, fault): (&Recording, Fault),
    options: &Options,
    serve: &dyn Fn(Option<Fault>) -> InProcess,
) -> Vec<String> {
    let other = recording_of(demo, &serve(Some(fault)), options);
    let told = told(demo, one, &other);
    let rows = told.differences.iter();
    let rows: Vec<_> = rows.filter(|row| row.severity > Severity::Note).collect();
    assert!(!rows.is_empty(), "{} makes no difference", fault.name());
    let about = |row: &ToldDifference| {
        let (code, kind, place, message) = (row.code, &row.kind, &row.place, &row.message);
        let phase = row.case.as_ref().map(|case| case.phase.name());
        format!(
            "{} {code} {kind} {phase:?} {} {place} {message}",
            fault.name(),
            row.operation
        )
    };
    let mut wrong = Vec::new();
    let sides = (&serve(None), &serve(Some(fault)));
    let there = fates(demo, sides, (&told, &rows), options, false);
    let pairs = rows.iter().zip(&there).filter(|(_, told)| *told != "still");
    let open: Vec<&ToldDifference> = pairs.map(|(row, _)| *row).collect();
    if !open.is_empty() {
        let sides = (&serve(None), &serve(Some(fault)));
        let there = fates(demo, sides, (&told, &open), options, true);
        let pairs = open.iter().zip(&there).filter(|(_, told)| *told != "still");
        wrong.extend(pairs.map(|(row, told)| format!("with the fault {told}: {}", about(row))));
    }
    let elsewhere = fates(
        demo,
        (&serve(None), &serve(None)),
        (&told, &rows),
        options,
        false,
    );
    let pairs = rows
        .iter()
        .zip(&elsewhere)
        .filter(|(_, told)| *told != "gone");
    wrong.extend(pairs.map(|(row, told)| format!("without the fault {told}: {}", about(row))));
    wrong
}

#[test]
fn what_a_fault_of_the_candidate_does_is_there_again_and_gone_without_it() {
    let demo = Demo::petstore();
    let mut options = demo.run_options(1, 1);
    // Most of the time goes there.
    options.plan.phases.remove(&Phase::Boundary);
    let faults = Fault::all()
        .iter()
        .filter(|fault| fault.applies(&demo.spec));
    let baseline = recording_of(&demo, &demo.sandbox(None), &options);
    // A side that never answers is named, and not compared.
    for fault in faults.filter(|fault| fault.name() != "never-answers") {
        let found = wrong(&demo, (&baseline, *fault), &options, &|fault| {
            demo.sandbox(fault)
        });
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn the_command_sends_the_cases_of_differences_to_both_sides() {
    let folder = folder();
    let folder = folder.path();
    let run = |arguments: &[&str]| {
        let output = support::run(folder, arguments).expect("the program runs");
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let document = support::file("specs/petstore-3.0.yaml");
    let document = document.to_str().expect("a path");
    let (exit, screen, _) = run(&[
        "parity",
        "-s",
        document,
        "--candidate-fault",
        "deletes-nothing",
        "--phases",
        "stateful",
    ]);
    assert_eq!(exit, Some(1), "{screen}");
    let (_, id) = screen
        .split_once("proofmark replay ")
        .expect("how to replay it");
    let id = id.split_whitespace().next().expect("its id");

    let (exit, out, err) = run(&["replay", id]);
    assert_eq!(exit, Some(1), "{out}{err}");
    assert!(out.contains("still there  PM511 parity-state"), "{out}");
    assert!(
        err.contains("embedded, with fault `deletes-nothing`"),
        "{err}"
    );

    let (exit, out, _) = run(&["replay", "-c", "restless"]);
    assert_eq!(exit, Some(0), "{out}");
    assert!(!out.contains("still there"), "{out}");

    let (exit, out, _) = run(&["replay", id, "-c", "http://127.0.0.1:1"]);
    assert_eq!(
        (exit, out.contains("not reached")),
        (Some(3), true),
        "{out}"
    );
    assert!(out.contains("the candidate is unreachable: "), "{out}");

    let (exit, _, err) = run(&["replay", "-i", "a=b"]);
    assert_eq!(
        (exit, err.contains("inputs are for workflows")),
        (Some(2), true),
        "{err}"
    );

    let (exit, _, err) = run(&["replay", "-t", "sandbox"]);
    assert_eq!(
        (exit, err.contains("compares two targets")),
        (Some(2), true),
        "{err}"
    );

    // The newer report of the two counts.
    let (exit, ..) = run(&["check", "-s", document, "-o", "getPet", "--phases", "valid"]);
    assert_eq!(exit, Some(0));
    for option in ["-b", "-c"] {
        let (exit, _, err) = run(&["replay", option, "sandbox"]);
        assert_eq!(
            (exit, err.contains("has one target")),
            (Some(2), true),
            "{err}"
        );
    }
    let (exit, _, err) = run(&["replay"]);
    assert_eq!(
        (exit, err.contains("nothing failed in `reports/run.json`")),
        (Some(4), true),
        "{err}"
    );
}
