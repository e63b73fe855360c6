//! `parity`: a side that serves nothing any more from some step of a workflow on is named; one that fails at
//! a single step differs.

use std::time::Duration;

use proofmark::parity::pair::{Illness, Job, Recording, both, illnesses};
use proofmark::probe::Stop;
use proofmark::scenario::{Given, Lane, Options, Planned, Selection, Suite, SuiteOptions};
use proofmark::seed::Seed;

use crate::parity_health::{Manner, Misbehaving, authority, misbehaving, told};
use crate::support::{Demo, block_on, file};

/// After how many requests a side changes its manner.
const BEFORE: usize = 9;

struct Scenario {
    suite: Suite,
    planned: Vec<Planned>,
    options: Options,
}

impl Scenario {
    fn lifecycle() -> Self {
        let path = file("scenarios/user-lifecycle.arazzo.yaml");
        let suite = Suite::open(&[path], &SuiteOptions::default()).expect("a suite");
        let seed = Seed::new(1);
        let planned = suite
            .plan(&Selection::default(), &Given::default(), seed)
            .expect("a plan");
        let options = Options {
            seed,
            max_steps: 1_000,
            max_time: None,
            target: "sandbox".to_owned(),
            at: "2026-01-01T00:00:00Z".to_owned(),
        };
        Self {
            suite,
            planned,
            options,
        }
    }

    fn heard(&self, baseline: &Misbehaving, candidate: &Misbehaving) -> (Recording, Recording) {
        let lanes = [baseline, candidate].map(|transport| {
            [Lane {
                transport,
                authority: authority(),
                base: "http://127.0.0.1:8080".to_owned(),
            }]
        });
        let [left, right] = lanes.each_ref().map(|lanes| Job::Scenario {
            suite: &self.suite,
            lanes,
            planned: &self.planned,
            options: &self.options,
        });
        let stop = Stop::default();
        let heard = both(left, right, Duration::from_secs(600), &stop);
        block_on(heard).expect("two recordings")
    }
}

fn found(manners: [Option<Manner>; 2]) -> (Vec<Illness>, usize) {
    let (demo, scenario) = (Demo::users(), Scenario::lifecycle());
    let [one, other] = manners.map(|manner| match manner {
        Some(manner) => misbehaving(&demo, manner, BEFORE),
        None => misbehaving(&demo, Manner::Closes, usize::MAX),
    });
    let (one, other) = scenario.heard(&one, &other);
    (illnesses(&one, &other), other.answers.len())
}

#[test]
fn who_serves_nothing_any_more_from_a_step_on_is_named() {
    for (manner, kind) in [
        (Manner::Status(401), "unauthorized"),
        (Manner::Status(502), "out-of-service"),
        (Manner::Status(503), "out-of-service"),
        (Manner::Status(302), "elsewhere"),
        (Manner::Status(429), "rate-limiting"),
        (Manner::Page, "elsewhere"),
        (Manner::Closes, "unreachable"),
        (Manner::Hangs, "slow"),
    ] {
        let (named, _) = found([None, Some(manner)]);
        assert_eq!(told(&named), [format!("candidate {kind}")], "{manner:?}");
        let message = &named[0].message;
        assert!(
            message.starts_with("a step went wrong after ")
                && message.contains("; asked again for what it had served before, it "),
            "{message}"
        );
        let (named, _) = found([Some(manner), None]);
        assert_eq!(told(&named), [format!("baseline {kind}")], "{manner:?}");
    }
    // Of two, one may be named before the other one was asked.
    let (named, _) = found([Some(Manner::Status(401)); 2]);
    assert!(!named.is_empty());
    assert!(
        named.iter().all(|one| one.kind == "unauthorized"),
        "{named:?}"
    );
}

#[test]
fn who_fails_at_a_single_step_is_compared() {
    for manner in [
        Manner::Status(500),
        Manner::Status(404),
        Manner::Method("PUT", 401),
        Manner::Method("PUT", 502),
        Manner::Method("POST", 503),
    ] {
        let (named, answers) = found([None, Some(manner)]);
        assert_eq!(told(&named), [""; 0], "{manner:?}");
        assert!(answers > BEFORE, "{manner:?}: {answers}");
    }
}
