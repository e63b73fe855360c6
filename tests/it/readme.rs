//! The README keeps its word: the commands and flags that it shows exist.

use std::fs;

use crate::support::{file, folder, run, text};

/// The lines of the README that call the program, without comments and variables.
fn commands() -> Vec<Vec<String>> {
    let readme = fs::read_to_string(file("README.md")).expect("the README");
    let mut found = Vec::new();
    for line in readme.lines() {
        let line = line.split(" #").next().unwrap_or_default();
        let call = line
            .split_once("cargo run --release -- ")
            .or_else(|| line.split_once("proofmark "))
            .filter(|_| {
                line.starts_with("cargo run")
                    || line.starts_with("proofmark ")
                    || line.starts_with("PROOFMARK_")
            });
        if let Some((_, call)) = call {
            found.push(
                call.split_whitespace()
                    .map(|word| word.trim_matches('\'').to_owned())
                    .collect(),
            );
        }
    }
    found
}

#[test]
fn every_command_and_flag_of_the_readme_exists() {
    let folder = folder();
    let commands = commands();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        // Some have commands of their own.
        let is_nested = command[0] == "new" || command.get(1).is_some_and(|word| word == "merge");
        let words = if is_nested { 2 } else { 1 };
        let words = command.iter().take(words).map(String::as_str);
        let arguments: Vec<&str> = words.chain(["--help"]).collect();
        let output = run(folder.path(), &arguments).expect("the program runs");
        let help = text(&output.stdout);
        assert!(
            help.contains("Usage: proofmark"),
            "no command `{}`",
            command[0]
        );
        for flag in command.iter().filter(|word| word.starts_with('-')) {
            assert!(
                help.contains(flag.as_str()),
                "`{}` has no `{flag}`",
                command[0]
            );
        }
    }
}

#[test]
fn every_exit_code_of_the_help_is_explained_in_the_readme() {
    let folder = folder();
    let help = text(
        &run(folder.path(), &["--help"])
            .expect("the program runs")
            .stdout,
    );
    let (_, codes) = help
        .split_once("Exit codes:")
        .expect("a list of exit codes");
    let readme = fs::read_to_string(file("README.md")).expect("the README");
    for line in codes.lines().filter(|line| !line.trim().is_empty()) {
        let code = line.split_whitespace().next().unwrap_or_default();
        assert!(
            readme.contains(&format!("| {code} |")),
            "exit code {code} is not in the README"
        );
    }
}

#[test]
fn generated_instances_are_those_of_the_readme() {
    let readme = fs::read_to_string(file("README.md")).expect("the README");
    let command = commands()
        .into_iter()
        .find(|command| command[0] == "generate")
        .expect("a call of `generate`");
    let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    let output = run(&file("."), &arguments).expect("the program runs");
    let (_, shown) = readme.split_once("```json\n").expect("an example");
    let (shown, _) = shown.split_once("```").expect("its end");
    assert_eq!(text(&output.stdout), shown);
}
