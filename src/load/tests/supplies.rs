//! Supplies: what is drawn ahead is bounded.

use super::{stand, steps};
use crate::load::division::Shard;
use crate::load::supply::{Material, Supplies};

#[test]
fn no_more_is_ready_than_a_bound_whatever_the_number_of_users() {
    let step = "  - {stepId: a, operationId: create, requestBody: {x-proofmark-generate: {mode: valid}}}\n";
    let scenario = "    s: {executor: constant-vus, vus: 2000, duration: 1s, exec: w}\n";
    let load = stand(scenario, &steps(step)).ready("http://127.0.0.1:1");
    let material = Material {
        program: &load.program,
        origins: &load.origins,
        seed: load.seed,
        shard: Shard::WHOLE,
    };
    let supplies = Supplies::new(&load.program, Shard::WHOLE);
    supplies.fill(material, &|| false);
    assert_eq!(supplies.ready(), 1_024);
    // What is taken is drawn again, and who finds nothing draws for itself.
    assert!(supplies.take(0, 0).is_some());
    assert!(supplies.take(0, 1_999).is_none());
    assert!(
        supplies.take(0, 5 + 2_000).is_none(),
        "the place has the fifth"
    );
    assert_eq!(supplies.ready(), 1_022);
    supplies.fill(material, &|| false);
    assert_eq!(supplies.ready(), 1_024);
    assert!(supplies.take(0, 2_000).is_some());
}
