//! The JSON Schema Test Suite: every group that has a valid instance gets one.

use std::path::PathBuf;

use super::*;

/// Groups that get no instance, with the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

#[test]
fn every_group_with_a_valid_instance_gets_one() {
    let folder: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../shared/suites/json-schema-test-suite/tests/draft2020-12",
    ]
    .iter()
    .collect();
    if !folder.is_dir() {
        println!("skipped: the suite is not at {}", folder.display());
        return;
    }
    let mut files: Vec<PathBuf> = ["", "optional", "optional/format"]
        .iter()
        .flat_map(|below| std::fs::read_dir(folder.join(below)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let (mut made, mut skipped, mut missed) = (0, 0, Vec::new());
    for path in files {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let groups: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for group in groups.as_array().unwrap() {
            let name = group["description"].as_str().unwrap().to_owned();
            let tests = group["tests"].as_array().unwrap();
            if !tests.iter().any(|test| test["valid"] == json!(true)) {
                continue;
            }
            let schema = schema(&group["schema"]);
            let Ok(validator) = schema.validator() else {
                // Refers to documents that are not there, or by dynamic scope.
                skipped += 1;
                continue;
            };
            // Where formats are asserted the suite's own instances need not be valid.
            if !tests.iter().any(|test| validator.is_valid(&test["data"])) {
                continue;
            }
            let outcome = Generator::new(&schema).and_then(|generator| {
                for number in 0..5 {
                    let instance = generator.valid(Seed::new(number))?;
                    assert!(validator.is_valid(&instance), "{file}/{name}: {instance}");
                }
                for invalid in generator.invalid(Seed::new(1), 12) {
                    assert!(is_labelled(&schema, &invalid), "{file}/{name}: {invalid:?}");
                }
                Ok(())
            });
            let excepted = EXCEPTIONS
                .iter()
                .any(|(of, group, _)| *of == file && *group == name);
            match outcome {
                Ok(()) => made += 1,
                Err(_) if excepted => {}
                Err(error) => missed.push(format!("{file}/{name}: {error}")),
            }
        }
    }
    println!("{made} groups, {skipped} cannot be compiled");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(made > 300);
}
