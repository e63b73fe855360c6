//! The official test suite of JSON Schema, through our lifting, our reading of references and our
//! judge.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::{Dialect, Direction, SchemaSetBuilder};
use crate::document::{Document, Pointer};

const DRAFTS: [(&str, Dialect); 5] = [
    ("draft4", Dialect::Draft4),
    ("draft6", Dialect::Draft6),
    ("draft7", Dialect::Draft7),
    ("draft2019-09", Dialect::Draft201909),
    ("draft2020-12", Dialect::Draft202012),
];

/// How many groups of a file fail, and why that is right.
const EXPECTED_FAILURES: &[(&str, usize, &str)] = &[
    ("draft2019-09/vocabulary", 1, VOCABULARY),
    ("draft2020-12/format", 19, "formats are asserted"),
    ("draft2020-12/vocabulary", 1, VOCABULARY),
    ("draft4/optional/format/hostname", 1, NAMES),
    (
        "draft4/optional/zeroTerminatedFloats",
        1,
        "1.0 is an integer in every later draft",
    ),
    ("draft6/optional/format/hostname", 1, NAMES),
    (
        "draft7/optional/content",
        3,
        "content is not asserted, as 2019-09 and later have it",
    ),
];

const VOCABULARY: &str = "vocabularies of `$schema` are not read: all are known";
const NAMES: &str = "later drafts forbid `--` where a name of another script would have it";

/// The remote documents that the suite speaks of.
struct Remotes(Vec<(String, Value)>);

impl Remotes {
    fn read(folder: &Path) -> Self {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(at) = open.pop() {
            for entry in fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().to_string_lossy();
                    let text = fs::read_to_string(&path).unwrap();
                    let url = format!("http://localhost:1234/{name}");
                    found.push((url, serde_json::from_str(&text).unwrap()));
                }
            }
        }
        found.sort_by(|one: &(String, _), other| one.0.cmp(&other.0));
        Self(found)
    }
}

fn judge(group: &Value, dialect: Dialect, remotes: &Remotes) -> Result<(), String> {
    let mut builder = SchemaSetBuilder::default();
    let schema = group["schema"].clone();
    let needs_remotes = schema.to_string().contains("localhost:1234");
    let dialect = Dialect::of_document(&schema).unwrap_or(dialect);
    builder.add(Document::from_value("schema.json", schema), dialect);
    for (url, value) in remotes.0.iter().filter(|_| needs_remotes) {
        let dialect = Dialect::of_document(value).unwrap_or(dialect);
        builder.add(Document::from_value(url, value.clone()), dialect);
    }
    let schema = builder.build().schema(0, &Pointer::root(), Direction::Request);
    let name = &group["description"];
    let validator = schema
        .validator()
        .map_err(|error| format!("{name}: {error}"))?;
    for test in group["tests"].as_array().unwrap() {
        if validator.is_valid(&test["data"]) != test["valid"].as_bool().unwrap() {
            return Err(format!("{name}: {}", test["description"]));
        }
    }
    Ok(())
}

#[test]
fn the_official_suite_passes_but_for_what_is_left_out_on_purpose() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/suites/json-schema-test-suite");
    if !suite.is_dir() {
        println!("skipped: {} is not there", suite.display());
        return;
    }
    let remotes = Remotes::read(&suite.join("remotes"));
    let mut failures: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut groups_in_all = 0;
    for (draft, dialect) in DRAFTS {
        let folder = suite.join("tests").join(draft);
        let mut files: Vec<PathBuf> = ["", "optional", "optional/format"]
            .iter()
            .flat_map(|below| fs::read_dir(folder.join(below)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let groups: Value = serde_json::from_str(&text).unwrap();
            for group in groups.as_array().unwrap() {
                groups_in_all += 1;
                if let Err(failure) = judge(group, dialect, &remotes) {
                    let name = file.strip_prefix(suite.join("tests")).unwrap();
                    let name = name.with_extension("").to_string_lossy().into_owned();
                    failures.entry(name).or_default().push(failure);
                }
            }
        }
    }
    let counts: Vec<_> = failures
        .iter()
        .map(|(name, failures)| (name.as_str(), failures.len()))
        .collect();
    let expected: Vec<_> = EXPECTED_FAILURES
        .iter()
        .map(|(name, count, _)| (*name, *count))
        .collect();
    assert_eq!(counts, expected, "{failures:#?}");
    assert!(groups_in_all > 1_500, "{groups_in_all}");
}
