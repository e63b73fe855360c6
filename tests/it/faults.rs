//! Faults x checks: no check is blind. Every named fault of the sandbox is caught by the check that
//! should catch it.

use proofmark::mock::Fault;

use crate::support::Demo;

fn every_fault_is_caught(demo: &Demo) {
    let mut missed = Vec::new();
    let mut tried = 0;
    for fault in Fault::all()
        .iter()
        .copied()
        .filter(|fault| fault.applies(&demo.spec))
    {
        tried += 1;
        let (summary, _) = demo.check(Some(fault), 1, 6);
        let expected = fault.expected();
        if !summary
            .clusters
            .iter()
            .any(|cluster| cluster.code == expected)
        {
            let seen: Vec<String> = summary
                .clusters
                .iter()
                .map(|cluster| cluster.code.to_string())
                .collect();
            missed.push(format!(
                "{}: expected {expected}, seen {seen:?}",
                fault.name()
            ));
        }
    }
    assert!(tried >= 20, "only {tried} faults apply");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_fault_of_the_users_sandbox_is_caught() {
    every_fault_is_caught(&Demo::users());
}

#[test]
fn every_fault_of_the_petstore_sandbox_is_caught() {
    every_fault_is_caught(&Demo::petstore());
}
