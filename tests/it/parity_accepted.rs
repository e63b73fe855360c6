//! `parity`: differences that are known, and accepted by rules.

use std::fs;

use crate::parity::{parity, report};
use crate::support::folder;

const RULES: &str = "
[[parity.rules]]
accept = ['PM510', 'PM511']
reason = 'it keeps no state and validates nothing'

[[parity.rules]]
accept = 'PM502'
kind = 'forbidden'
reason = 'it has no roles'

[[parity.rules]]
accept = 'parity-value'
kind = 'role'
reason = 'it answers with examples'
";

#[test]
fn a_mock_that_keeps_no_state_passes_by_rules_and_says_so() {
    let folder = folder();
    let arguments = ["-b", "sandbox", "-c", "mock", "--repeat-baseline", "1"];
    let selected = [
        "--phases",
        "invalid,stateful",
        "-o",
        "getUserInfo",
        "-o",
        "createUser",
        "-o",
        "updateUser",
    ];
    let arguments = [&arguments[..], &selected].concat();
    let (code, shown) = parity(folder.path(), &arguments);
    assert_eq!(code, Some(1), "{shown}");
    fs::write(folder.path().join("proofmark.toml"), RULES).expect("a file");
    let (code, shown) = parity(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("PASSED"), "{shown}");
    assert!(shown.contains("accepted by"), "{shown}");
    let report = report(folder.path());
    assert_eq!(report["verdict"], "passed");
    let accepted = report["cases"]["accepted"].as_u64();
    assert!(accepted > Some(0), "{shown}");
}

#[test]
fn a_fault_besides_what_is_accepted_is_still_found() {
    let folder = folder();
    let rule = "[[parity.rules]]\naccept = 'PM511'\nreason = 'known'\n";
    fs::write(folder.path().join("proofmark.toml"), rule).expect("a file");
    let run = |fault, phases, operations: &[&str]| {
        let arguments = ["--candidate-fault", fault, "--repeat-baseline", "1"];
        let selected = ["--phases", phases];
        parity(
            folder.path(),
            &[&arguments[..], &selected, operations].concat(),
        )
    };
    let sequence = ["-o", "getUserInfo", "-o", "createUser", "-o", "updateUser"];
    let (code, shown) = run("loses-updates", "stateful", &sequence);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("accepted by 1 rule"), "{shown}");
    let (code, shown) = run("rejects-optional-property", "valid", &["-o", "createUser"]);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("unused: proofmark.toml:1: PM511"), "{shown}");
}

#[test]
fn a_rule_that_accepts_nothing_known_is_refused_before_anything_is_sent() {
    let folder = folder();
    let rule = "[[parity.rules]]\naccept = 'PM101'\nreason = 'known'\n";
    fs::write(folder.path().join("proofmark.toml"), rule).expect("a file");
    let (code, shown) = parity(folder.path(), &[]);
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("proofmark.toml:1"), "{shown}");
    assert!(shown.contains("`PM101` is no category"), "{shown}");
    assert!(shown.contains("PM501 to PM511"), "{shown}");
}
