//! Documents that are shipped with the program, or lie beside it.

use std::path::Path;

use super::super::Spec;
use crate::code::Severity;

fn open(path: &str) -> (Spec, Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let spec = Spec::open(&path).unwrap();
    let defects = spec
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity > Severity::Note)
        .map(ToString::to_string)
        .collect();
    (spec, defects)
}

#[test]
fn the_users_api_loads_without_defects() {
    let (spec, defects) = open("specs/users-api.yaml");
    assert_eq!(spec.operations.len(), 27);
    // As the published document has it: five wrappers that require none of their members.
    let overlap = "1432:7: warning[PM712] branches 0 and 1 of `oneOf` both match `{}`";
    assert!(
        defects.len() == 1 && defects[0].contains(overlap),
        "{defects:?}"
    );
}

#[test]
fn the_petstore_loads_without_defects() {
    let (spec, defects) = open("specs/petstore-3.0.yaml");
    assert_eq!(spec.operations.len(), 18);
    assert_eq!(defects, Vec::<String>::new());
}

#[test]
fn the_published_document_loads() {
    let path = "../shared/facts/spotnana-users.openapi.json";
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists() {
        println!("skipped: {path} is not there");
        return;
    }
    let (spec, _) = open(path);
    assert_eq!(spec.operations.len(), 27);
    let mut judged = 0;
    for operation in spec.operations.values() {
        for response in operation.responses.0.values() {
            for media_type in response.content.values() {
                let schema = media_type.schema.as_ref().unwrap();
                schema.validator().unwrap();
                judged += 1;
            }
        }
    }
    assert!(judged > 50, "{judged}");
}
