//! `parity`: what a scenario file says about what fails.

use crate::parity::parity;
use crate::support::{file, folder};

#[test]
fn a_scenario_file_says_what_fails_and_the_command_line_wins() {
    let folder = folder();
    let scenario = file("scenarios/user-lifecycle.arazzo.yaml");
    let text = std::fs::read_to_string(&scenario).expect("a scenario");
    let specs = file("specs/users-api.yaml");
    let (specs, name) = (specs.to_string_lossy(), "own.arazzo.yaml");
    // The differences of a server that loses updates are errors.
    let text = format!("{text}\nx-proofmark-parity: {{ failOn: never }}\n");
    std::fs::write(folder.path().join(name), text).expect("a file");
    let common = [name, "--spec", &specs, "--candidate-fault", "loses-updates"];
    let common = [&common[..], &["--repeat-baseline", "1"]].concat();
    let (code, shown) = parity(folder.path(), &common);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("PASSED"), "{shown}");
    let more = [&common[..], &["--fail-on", "error"]].concat();
    let (code, shown) = parity(folder.path(), &more);
    assert_eq!(code, Some(1), "{shown}");
}
