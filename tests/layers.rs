//! The house rules: each module imports only from the rows above its own, and files stay small.
#![expect(clippy::expect_used, reason = "a test that cannot go on says why")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows, from the ground up. Modules in one row do not know each other.
const ROWS: &[&[&str]] = &[
    &["code"],
    &["seed", "secret"],
    &["document", "http"],
    &["schema"],
    &["generate", "judge"],
    &["spec", "arazzo"],
    &["wire"],
    &["case", "mock"],
    &["check"],
    &["record"],
    &["probe", "report"],
    &["conform", "scenario"],
    &["load", "parity"],
    &["cli"],
];

/// The longest file that is accepted, tests included.
const LONGEST: usize = 500;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        // What is built stands below `fuzz`, too.
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The first path segment behind each `crate::` in code (not in comments).
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.starts_with("//"))
    {
        for rest in line.split("crate::").skip(1) {
            if let Some(group) = rest.strip_prefix('{') {
                found.extend(
                    group
                        .split(',')
                        .filter_map(|path| path.trim().split([':', '}', ' ']).next())
                        .filter(|name| !name.is_empty())
                        .map(str::to_owned),
                );
            } else {
                let end = rest
                    .find(|character: char| !character.is_alphanumeric() && character != '_')
                    .unwrap_or(rest.len());
                found.insert(rest[..end].to_owned());
            }
        }
    }
    found
}

#[test]
fn modules_import_only_from_rows_above_their_own() {
    let source = root().join("src");
    let mut files = Vec::new();
    sources(&source, &mut files);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for file in &files {
        let below = file.strip_prefix(&source).expect("below src");
        let module = below
            .components()
            .next()
            .and_then(|first| Path::new(first.as_os_str()).file_stem())
            .and_then(|stem| stem.to_str())
            .expect("a name");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(own) = row(module) else {
            wrong.push(format!("{}: `{module}` has no row", below.display()));
            continue;
        };
        seen.insert(module.to_owned());
        for import in imports(&fs::read_to_string(file).expect("a source file")) {
            if import == module {
                continue;
            }
            match row(&import) {
                Some(other) if other < own => {}
                Some(_) => wrong.push(format!(
                    "{}: `{module}` must not know `{import}`",
                    below.display()
                )),
                None => wrong.push(format!("{}: `{import}` has no row", below.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: BTreeSet<String> = ROWS
        .iter()
        .flat_map(|row| row.iter())
        .map(ToString::to_string)
        .collect();
    assert_eq!(seen, all, "every row's module exists");
}

#[test]
fn files_stay_small() {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "fuzz"] {
        let folder = root().join(folder);
        if folder.is_dir() {
            sources(&folder, &mut files);
        }
    }
    let long: Vec<String> = files
        .iter()
        .map(|file| {
            (
                file,
                fs::read_to_string(file)
                    .expect("a source file")
                    .lines()
                    .count(),
            )
        })
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(
        long.is_empty(),
        "over {LONGEST} lines, each wants a new concept:\n{}",
        long.join("\n")
    );
}

#[test]
fn imports_are_found_in_groups_and_paths() {
    let text = "use crate::document::Pointer;\nuse crate::{seed::Seed, spec};\n// crate::comment\nlet x = crate::http::Request;";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["document", "http", "seed", "spec"]);
}
