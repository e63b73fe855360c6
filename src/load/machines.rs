//! Machines: what the generators of several machines say about themselves, as if they were one.

use std::collections::BTreeMap;

use super::measure::number;
use super::recorded::rounded;
use crate::record::{Durations, GeneratorLoad, LoadReport, SegmentsLoad, Times};

/// Counts and lags added; shares of the worst machine.
pub(super) fn generator(all: &[&LoadReport]) -> GeneratorLoad {
    let own = || all.iter().map(|load| &load.generator);
    let sum = |of: fn(&GeneratorLoad) -> u64| own().map(of).sum();
    let most = |of: fn(&GeneratorLoad) -> Option<f64>| own().filter_map(of).reduce(f64::max);
    let times = |of: fn(&GeneratorLoad) -> &Times| {
        let mut durations = Durations::default();
        own().for_each(|one| durations.add(&of(one).durations()));
        Times::from(&durations)
    };
    let cost = |load: &&LoadReport| {
        let requests = number(load.total.requests);
        Some((load.generator.cpu_per_request_us? * requests, requests))
    };
    let costs = all.iter().filter_map(cost);
    let (cost, requests) = costs.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let mut local = BTreeMap::new();
    let mut validation = crate::record::ValidationLoad::default();
    for one in own() {
        add_all(&mut local, &one.local);
        validation.seen += one.validation.seen;
        validation.shape += one.validation.shape;
        validation.stream += one.validation.stream;
        validation.tape += one.validation.tape;
        validation.full += one.validation.full;
    }
    GeneratorLoad {
        threads: sum(|one| one.threads),
        busiest: most(|one| one.busiest),
        longest_wait: most(|one| one.longest_wait),
        // Each has its own.
        clock: None,
        segments: own()
            .filter_map(|one| one.segments)
            .reduce(|sum, one| SegmentsLoad {
                again: sum.again + one.again,
                all: sum.all + one.all,
            }),
        send_lag: times(|one| &one.send_lag),
        receive_lag: times(|one| &one.receive_lag),
        steal: most(|one| one.steal),
        cpu_per_request_us: (requests > 0.0).then(|| rounded(cost / requests)),
        connections: sum(|one| one.connections),
        http2_connections: sum(|one| one.http2_connections),
        local,
        validation,
        held: sum(|one| one.held),
        drafted: sum(|one| one.drafted),
    }
}

/// Adds counts by name.
pub(super) fn add_all(own: &mut BTreeMap<String, u64>, other: &BTreeMap<String, u64>) {
    for (name, count) in other {
        *own.entry(name.clone()).or_default() += count;
    }
}
