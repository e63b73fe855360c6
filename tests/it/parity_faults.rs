//! `parity`: every fault of a sandbox beside the sandbox without it.

use std::collections::BTreeMap;

use proofmark::code::{Code, Severity};
use proofmark::mock::Fault;

use crate::parity::{CASES, judged, recording, told};
use crate::support::Demo;

/// The category in which each fault of the candidate has to show.
fn category(fault: Fault) -> Option<Code> {
    Some(match fault.name() {
        "undocumented-status"
        | "rejects-enum-member"
        | "rejects-optional-property"
        | "fails-on-long-text"
        | "fails-without-optional-property" => Code::PARITY_STATUS,
        "wrong-media-type" | "missing-media-type" | "malformed-media-type" => {
            Code::PARITY_MEDIA_TYPE
        }
        name if name.starts_with("accepts-") || name == "ignores-credentials" => {
            Code::PARITY_STRICTNESS
        }
        "loses-updates" | "reads-stale-state" | "deletes-nothing" | "forgets-created" => {
            Code::PARITY_STATE
        }
        "closes-connection" | "truncates-body" | "breaks-framing" | "never-ends" => {
            Code::PARITY_REACHABILITY
        }
        // It is named as a slow side, and not compared.
        "never-answers" => return None,
        _ => Code::PARITY_CONTRACT,
    })
}

fn every_fault_shows(demo: &Demo) {
    let baseline = recording(demo, &demo.sandbox(None), CASES);
    let mut missed = BTreeMap::new();
    let applies = |fault: &&Fault| fault.applies(&demo.spec);
    for fault in Fault::all().iter().filter(applies) {
        let candidate = recording(demo, &demo.sandbox(Some(*fault)), CASES);
        let outcome = judged(demo, &baseline, &candidate, &[]);
        let is_seen = match category(*fault) {
            Some(code) => outcome.pairs.iter().any(|pair| {
                let mut differences = pair.differences.iter();
                differences.any(|one| one.code == code && one.severity > Severity::Note)
            }),
            None => outcome
                .illnesses
                .iter()
                .any(|illness| illness.kind == "slow"),
        };
        if !is_seen {
            let seen = told(&outcome).into_iter().take(5).collect::<Vec<_>>();
            missed.insert(fault.name(), (seen, outcome.illnesses));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_fault_of_the_users_sandbox_shows_in_its_category() {
    every_fault_shows(&Demo::users());
}

#[test]
fn every_fault_of_the_petstore_sandbox_shows_in_its_category() {
    every_fault_shows(&Demo::petstore());
}
