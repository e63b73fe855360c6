//! Documents that are shipped, and one that is broken in many ways.

use std::path::{Path, PathBuf};

use super::Spec;
use crate::code::Severity;

fn open(path: &str) -> Spec {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Spec::open(&path).unwrap()
}

fn diagnostics(spec: &Spec) -> Vec<String> {
    spec.diagnostics
        .iter()
        .map(|diagnostic| {
            format!(
                "{}: {}[{}] {}",
                diagnostic.location, diagnostic.severity, diagnostic.code, diagnostic.message
            )
        })
        .collect()
}

#[test]
fn the_users_api_loads_without_defects() {
    let spec = open("specs/users-api.yaml");
    assert_eq!(spec.operations.len(), 27);
    let defects: Vec<_> = spec
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity > Severity::Note)
        .collect();
    assert!(defects.is_empty(), "{:#?}", diagnostics(&spec));
}

#[test]
fn the_petstore_loads_without_defects() {
    let spec = open("specs/petstore-3.0.yaml");
    assert!(spec.operations.len() > 5);
    assert_eq!(diagnostics(&spec), Vec::<String>::new());
}

#[test]
fn the_published_document_loads() {
    let path: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/spotnana-users.openapi.json");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return;
    }
    let spec = Spec::open(&path).unwrap();
    assert_eq!(spec.operations.len(), 27, "{:#?}", diagnostics(&spec));
    println!("{:#?}", diagnostics(&spec));
}
