//! Replay: what failed in workflows fails once more, or is gone.

use std::path::Path;

use crate::support::{self, file, folder, text};

/// Runs the program: its exit code and what it says.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = support::run(folder, arguments).expect("the program runs");
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn scenario(name: &str) -> String {
    let path = file(&format!("scenarios/{name}.arazzo.yaml"));
    path.display().to_string()
}

#[test]
fn what_a_fault_does_to_workflows_is_there_again_and_gone_without_it() {
    let folder = folder();
    let folder = folder.path();
    let scenarios = ["user-lifecycle", "user-onboarding"].map(scenario);
    for fault in [
        "missing-property",
        "loses-updates",
        "forgets-created",
        "closes-connection",
    ] {
        let [one, other] = &scenarios;
        let (exit, screen, _) = run(folder, &["run", one, other, "--fault", fault]);
        assert_eq!(exit, Some(1), "{fault}");
        assert!(
            screen.contains("  replay     proofmark replay "),
            "{screen}"
        );

        let (exit, out, err) = run(folder, &["replay"]);
        assert_eq!(exit, Some(1), "{fault}: {err}");
        assert!(out.contains("still there"), "{fault}: {out}");
        assert!(!out.contains("gone"), "{fault}: {out}");

        let (exit, out, err) = run(folder, &["replay", "-t", "sandbox"]);
        assert_eq!(exit, Some(0), "{fault}: {out}{err}");
        assert!(!out.contains("still there"), "{fault}: {out}");
    }
}

#[test]
fn a_step_names_what_failed_in_it_and_what_is_masked_has_to_be_given_again() {
    let folder = folder();
    let folder = folder.path();
    let scenario = scenario("user-lifecycle");
    let arguments = [
        "run",
        &*scenario,
        "--fault",
        "missing-property",
        "-i",
        "surname=Hopper",
        "-i",
        "favoriteName=tea",
    ];
    let (exit, screen, _) = run(folder, &arguments);
    assert_eq!(exit, Some(1), "{screen}");
    let id = "userLifecycle/readBusiness";
    let told = format!("proofmark replay {id}");
    assert!(screen.contains(&told), "{screen}");

    let (exit, _, err) = run(folder, &["replay", id]);
    assert_eq!(exit, Some(2), "{err}");
    assert!(err.contains("--input surname=VALUE"), "{err}");

    let (exit, out, err) = run(folder, &["replay", id, "-i", "surname=Hopper"]);
    assert_eq!(exit, Some(1), "{out}{err}");
    assert!(out.contains("(getBusinessInfo)"), "{out}");
    assert!(!out.contains("Hopper"), "{out}");

    let arguments = ["replay", "nobody/nothing", "-i", "surname=Hopper"];
    let (exit, _, err) = run(folder, &arguments);
    assert_eq!(
        (exit, err.contains("userLifecycle")),
        (Some(2), false),
        "{err}"
    );

    let arguments = [
        "replay",
        id,
        "-i",
        "surname=Hopper",
        "-t",
        "http://127.0.0.1:1",
    ];
    let (exit, out, _) = run(folder, &arguments);
    assert_eq!(
        (exit, out.contains("not reached")),
        (Some(3), true),
        "{out}"
    );
}

#[test]
fn what_a_load_found_is_looked_for_without_load() {
    let folder = folder();
    let folder = folder.path();
    let scenario = scenario("users-load");
    let (exit, screen, err) = run(
        folder,
        &[
            "load",
            &scenario,
            "--vus",
            "1",
            "--iterations",
            "9",
            "--fault",
            "missing-property",
        ],
    );
    assert_eq!(exit, Some(1), "{screen}{err}");
    let (exit, out, err) = run(folder, &["replay"]);
    assert_eq!(exit, Some(1), "{out}{err}");
    assert!(out.contains("still there  PM103"), "{out}");
    assert!(err.contains("not under load"), "{err}");
    let (exit, out, err) = run(folder, &["replay", "-t", "sandbox"]);
    assert_eq!(exit, Some(0), "{out}{err}");
}

#[test]
fn workflows_are_run_on_both_sides_once_more() {
    let folder = folder();
    let folder = folder.path();
    let scenario = scenario("user-lifecycle");
    for fault in ["loses-updates", "missing-property"] {
        let arguments = ["parity", &*scenario, "--candidate-fault", fault];
        let (exit, screen, err) = run(folder, &arguments);
        assert_eq!(exit, Some(1), "{screen}{err}");
        let (_, id) = screen
            .split_once("proofmark replay ")
            .expect("how to replay it");
        let id = id.split_whitespace().next().expect("its id");
        assert!(id.starts_with("userLifecycle/"), "{id}");

        let (exit, out, err) = run(folder, &["replay", id]);
        assert_eq!(exit, Some(1), "{out}{err}");

        let (exit, out, err) = run(folder, &["replay"]);
        assert_eq!(exit, Some(1), "{out}{err}");
        assert!(out.contains("still there"), "{out}");
        assert!(!out.contains("gone"), "{out}");

        let (exit, out, err) = run(folder, &["replay", "-c", "restless"]);
        assert_eq!(exit, Some(0), "{out}{err}");
        assert!(!out.contains("still there"), "{out}");
    }
}
