//! `new scenario`.

use std::fs;

use crate::support::{file, folder, run, text};

#[test]
fn a_new_scenario_is_clean_and_runs() {
    let folder = folder();
    let spec = file("specs/users-api.yaml");
    let spec = spec.to_string_lossy();
    fs::create_dir(folder.path().join("scenarios")).expect("a folder");
    fs::create_dir(folder.path().join("specs")).expect("a folder");
    for name in ["users-api.yaml", "users-api.behaviour.yaml"] {
        let from = file("specs").join(name);
        fs::copy(from, folder.path().join("specs").join(name)).expect("a file");
    }
    let operations = "createUser,getUserInfo,addFavorite,removeFavorite,GET /v2/users,deleteUser";
    let path = "scenarios/favourites.arazzo.yaml";
    let arguments = ["new", "scenario", "--operations", operations, "-o", path];
    let output = run(folder.path(), &arguments).expect("the program runs");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), &*out), (Some(0), ""), "{err}");
    let written = fs::read_to_string(folder.path().join(path)).expect("a file");
    for line in [
        "url: ../specs/users-api.yaml",
        "workflowId: favourites",
        "favoriteId: $response.body#/favorite/favoriteId",
        "value: $steps.createUser.outputs.userId",
    ] {
        assert!(written.contains(line), "no `{line}` in\n{written}");
    }
    let arguments = ["lint", path, "--portable", "--fail-on", "note"];
    let output = run(folder.path(), &arguments).expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let output = run(folder.path(), &["run", path]).expect("the program runs");
    let page = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{page}");

    // Without a file it goes to standard output, and says where the document is from here.
    let arguments = [
        "new",
        "scenario",
        "--operations",
        "getUserInfo",
        "-s",
        &spec,
    ];
    let output = run(folder.path(), &arguments).expect("the program runs");
    assert!(text(&output.stdout).contains(&format!("url: {spec}")));
}

#[test]
fn nothing_is_replaced_unless_asked_for() {
    let folder = folder();
    let spec = file("specs/petstore-3.0.yaml");
    let spec = spec.to_string_lossy();
    let path = folder.path().join("a.yaml");
    fs::write(&path, "mine").expect("a file");
    let operations = text(
        &run(folder.path(), &["plan", "-s", &spec, "--cases", "1"])
            .expect("the program runs")
            .stdout,
    );
    let operation = operations.split(' ').nth(2).expect("an operation");
    let arguments = [
        "new",
        "scenario",
        "-s",
        &spec,
        "--operations",
        operation,
        "-o",
        "a.yaml",
    ];
    let output = run(folder.path(), &arguments).expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: `a.yaml` is there already
    help: `--force` replaces it
    ");
    assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
    let arguments = [&arguments[..], &["--force"]].concat();
    let output = run(folder.path(), &arguments).expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let written = fs::read_to_string(&path).expect("a file");
    assert!(written.starts_with("arazzo:"), "{written}");
}

#[test]
fn unknown_operations_are_refused_with_a_suggestion() {
    let folder = folder();
    let spec = file("specs/users-api.yaml");
    let spec = spec.to_string_lossy();
    let arguments = [
        "new",
        "scenario",
        "-s",
        &spec,
        "--operations",
        "getUserInf",
        "-o",
        "a.yaml",
    ];
    let output = run(folder.path(), &arguments).expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: there is no operation `getUserInf`
    help: did you mean `getUserInfo`?
    ");
    assert!(!folder.path().join("a.yaml").exists());
}
