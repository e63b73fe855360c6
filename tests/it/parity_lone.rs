//! `parity`: cases that only one side was sent.

use proofmark::mock::Fault;
use proofmark::parity::pair::Outcome;

use crate::parity::{judged, recording};
use crate::support::{Demo, Likeness};

#[test]
fn what_only_one_side_was_sent_comes_with_the_reason() {
    let demo = Demo::users();
    let baseline = recording(&demo, &demo.sandbox(None), 4);
    let candidate = recording(&demo, &demo.server(Likeness::Mock), 4);
    let told = |outcome: &Outcome| -> Vec<String> {
        let lone = outcome.lone.iter();
        lone.map(|one| {
            let side = one.side.name();
            format!("{side}, {} {}: {}", one.count, one.operation, one.reason)
        })
        .collect()
    };
    let expected = [
        "baseline, 1 removeFavorite: it follows from a request to which the answer of the candidate names nothing to go on with",
        "candidate, 1 listFavorites: it was asked for something to work with, which the baseline had made when it was told to",
        "candidate, 3 removeFavorite: with what was found on the baseline it is a request that was sent already",
    ];
    let outcome = judged(&demo, &baseline, &candidate, &[]);
    assert_eq!(told(&outcome), expected);
    let fault = Fault::find("forgets-created");
    let candidate = recording(&demo, &demo.sandbox(fault), 4);
    let outcome = judged(&demo, &baseline, &candidate, &[]);
    let refused =
        "baseline, 2 getUserInfo: it follows from a request that the candidate answered with 404";
    assert!(
        told(&outcome).iter().any(|line| line == refused),
        "{:#?}",
        told(&outcome)
    );
}
