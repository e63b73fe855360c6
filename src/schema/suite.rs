//! The official test suite of JSON Schema, as far as it is there.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Dialect, Direction, Schema, SchemaSetBuilder};
use crate::document::{Document, Pointer};

const DRAFTS: [(&str, Dialect); 5] = [
    ("draft4", Dialect::Draft4),
    ("draft6", Dialect::Draft6),
    ("draft7", Dialect::Draft7),
    ("draft2019-09", Dialect::Draft201909),
    ("draft2020-12", Dialect::Draft202012),
];

/// A schema of the suite with its instances.
pub(crate) struct Group {
    /// For example `draft7/optional/format/uri`.
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) schema: Schema,
    /// What is judged, each with whether it is valid.
    pub(crate) tests: Vec<Test>,
}

pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) data: Value,
    pub(crate) is_valid: bool,
}

/// All groups of all drafts; `None` if the suite is not there.
pub(crate) fn groups() -> Option<Vec<Group>> {
    let suite =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/suites/json-schema-test-suite");
    if !suite.is_dir() {
        println!("skipped: {} is not there", suite.display());
        return None;
    }
    let remotes = Remotes::read(&suite.join("remotes"));
    let mut found = Vec::new();
    for (draft, dialect) in DRAFTS {
        let folder = suite.join("tests").join(draft);
        let mut files: Vec<PathBuf> = ["", "optional", "optional/format"]
            .iter()
            .flat_map(|below| fs::read_dir(folder.join(below)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        for path in files {
            let name = path.strip_prefix(suite.join("tests")).unwrap();
            let file = name.with_extension("").to_string_lossy().into_owned();
            let Value::Array(groups) = read(&path) else {
                panic!("{file} is no list");
            };
            found.extend(groups.iter().map(|group| Group {
                file: file.clone(),
                name: text(&group["description"]),
                schema: remotes.schema(&group["schema"], dialect),
                tests: tests(&group["tests"]),
            }));
        }
    }
    Some(found)
}

fn tests(list: &Value) -> Vec<Test> {
    let list = list.as_array().unwrap().iter();
    list.map(|test| Test {
        name: text(&test["description"]),
        data: test["data"].clone(),
        is_valid: test["valid"].as_bool().unwrap(),
    })
    .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The remote documents that the suite speaks of.
struct Remotes(Vec<(String, Value)>);

const SERVER: &str = "http://localhost:1234/";

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
                    found.push((format!("{SERVER}{name}"), self::read(&path)));
                }
            }
        }
        found.sort_by(|one: &(String, _), other| one.0.cmp(&other.0));
        Self(found)
    }

    fn schema(&self, schema: &Value, dialect: Dialect) -> Schema {
        let mut builder = SchemaSetBuilder::default();
        let dialect = Dialect::of_document(schema).unwrap_or(dialect);
        let needs_remotes = schema.to_string().contains(SERVER);
        builder.add(Document::from_value("schema.json", schema.clone()), dialect);
        for (url, value) in self.0.iter().filter(|_| needs_remotes) {
            let dialect = Dialect::of_document(value).unwrap_or(dialect);
            builder.add(Document::from_value(url, value.clone()), dialect);
        }
        builder
            .build()
            .schema(0, &Pointer::root(), Direction::Request)
    }
}
