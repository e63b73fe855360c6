//! Comparisons of loads that are made by arithmetic.

use std::slice::from_ref;
use std::time::Duration;

use proptest::prelude::Rng as _;

use super::*;
use crate::record::{Durations, Packed, WindowLoad};

/// A load of one step, so many seconds of 200 requests: times scatter around a median of 10 ms, and the
/// seconds around each other.
fn load(seconds: u64, factor: f64, restless: f64, seed: u64) -> LoadReport {
    let mut chance = Seed::new(seed).rng();
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let mut even = move || (chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut load = crate::report::tests::loaded::sound();
    let mut all = Durations::default();
    let mut drift = 0.0;
    load.windows.clear();
    for at in 0..seconds {
        // Neighbouring seconds are alike.
        drift = 0.7 * drift + restless * (even() - 0.5);
        let mut times = Durations::default();
        for _ in 0..200 {
            let spread = (even() + even() + even() - 1.5) * 0.6;
            let tail = if even() < 0.02 { 5.0 } else { 1.0 };
            let seconds = 0.010 * factor * tail * (drift + spread).exp();
            times.record(Duration::from_secs_f64(seconds));
        }
        all.add(&times);
        load.windows.push(WindowLoad {
            at_ms: at * 1_000,
            length_ms: 1_000,
            is_warm_up: false,
            steps: vec![StepWindow {
                step: 0,
                requests: 200,
                failed: 0,
                throttled: 0,
                schema_violations: 0,
                response_time: Packed::from(&times),
                service_time: Packed::from(&times),
            }],
        });
    }
    load.steps.truncate(1);
    load.steps[0].response_time = Times::from(&all);
    load.steps[0].service_time = Times::from(&all);
    load
}

fn verdicts(old: &[LoadReport], new: &[LoadReport], margin: f64) -> Vec<Verdict> {
    let compared = compare(old, new, Some(margin));
    compared.rows.iter().map(|row| row.verdict).collect()
}

#[test]
fn a_change_is_found_and_noise_is_not() {
    let old = [load(60, 1.0, 0.1, 1)];
    for seed in 2..8 {
        let same = verdicts(&old, &[load(60, 1.0, 0.1, seed)], 0.05);
        assert!(
            same.iter()
                .all(|one| matches!(one, Verdict::Same | Verdict::Unclear)),
            "{same:?}"
        );
    }
    let slower = verdicts(&old, &[load(60, 1.4, 0.1, 9)], 0.05);
    assert_eq!(slower[..2], [Verdict::Slower; 2]);
    let faster = verdicts(&old, &[load(60, 0.6, 0.1, 10)], 0.05);
    assert_eq!(faster[..2], [Verdict::Faster; 2]);
    // A few percent more are nothing to a margin of ten.
    let little = verdicts(&old, &[load(60, 1.03, 0.02, 11)], 0.10);
    assert!(
        little.iter().all(|one| *one != Verdict::Slower),
        "{little:?}"
    );
}

#[test]
fn short_runs_and_few_samples_tell_nothing() {
    let short = verdicts(&[load(5, 1.0, 0.1, 1)], &[load(5, 3.0, 0.1, 2)], 0.05);
    assert!(short.iter().all(|one| *one == Verdict::TooFew), "{short:?}");
    let (old, mut new) = ([load(60, 1.0, 0.1, 1)], load(60, 3.0, 0.1, 2));
    let mut few = Durations::default();
    (0..900).for_each(|_| few.record(Duration::from_millis(30)));
    new.steps[0].response_time = Times::from(&few);
    let new = verdicts(&old, &[new], 0.05);
    assert_eq!(
        new[2],
        Verdict::TooFew,
        "nine lie beyond the 99th percentile"
    );
    assert_eq!(new[0], Verdict::Slower);
}

#[test]
fn several_runs_are_compared_by_how_far_they_lie_apart() {
    let runs = |factors: &[f64], seed: u64| -> Vec<LoadReport> {
        let numbered = factors.iter().zip(seed..);
        numbered
            .map(|(factor, seed)| load(20, *factor, 0.05, seed))
            .collect()
    };
    // Runs that differ by a tenth from each other: a tenth more is nothing.
    let old = runs(&[0.9, 1.0, 1.1], 1);
    let same = verdicts(&old, &runs(&[1.0, 1.1, 1.2], 5), 0.05);
    assert!(same.iter().all(|one| *one != Verdict::Slower), "{same:?}");
    // Runs that are all alike: a fifth more is much.
    let old = runs(&[1.0, 1.0, 1.0], 11);
    let slower = compare(&old, &runs(&[1.2, 1.2, 1.2], 15), None);
    assert_eq!(slower.rows[0].verdict, Verdict::Slower);
    assert_eq!(slower.runs, (3, 3));
    assert!((slower.rows[0].new_ms / slower.rows[0].old_ms - 1.2).abs() < 0.05);
    assert!(slower.notes.is_empty(), "{:?}", slower.notes);
}

#[test]
fn a_comparison_says_what_it_cannot_know() {
    let (old, mut new) = (load(30, 1.0, 0.1, 1), load(30, 1.0, 0.1, 2));
    let notes = compare(from_ref(&old), from_ref(&new), None)
        .notes
        .join(" ");
    assert!(notes.contains("one run on each side"), "{notes}");
    let mut doubtful = load(30, 3.0, 0.1, 3);
    doubtful.soundness = Soundness::Suspect;
    let compared = compare(from_ref(&old), &[doubtful], None);
    assert!(!compared.is_conclusive() && compared.slower().count() == 0);
    new.plan = "f".repeat(32);
    new.soundness = Soundness::GeneratorBound;
    let compared = compare(&[old], &[new], None);
    assert!(compared.is_bound && !compared.is_conclusive());
    let notes = compared.notes.join(" ");
    assert!(notes.contains("not of one plan"), "{notes}");
}

#[test]
fn the_file_keeps_its_published_schema() {
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};
    let document = Document::parse("schema.json", SCHEMA).unwrap();
    let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
    let validator = schema.validator().unwrap();
    let files = ["a.json".to_owned()];
    let slow = [load(60, 1.3, 0.1, 2)];
    let few = [load(3, 1.0, 0.1, 3)];
    for (new, verdict) in [(&slow, "slower"), (&few, "too-few")] {
        let comparison = compare(&[load(60, 1.0, 0.1, 1)], new, Some(0.1));
        let gated = Gated {
            comparison: &comparison,
            old: &files,
            new: &files,
            is_gate: true,
            exit_code: 1,
        };
        let file = serde_json::from_str(&gated.json().unwrap()).unwrap();
        assert_eq!(validator.violations(&file), []);
        assert_eq!(file["rows"][0]["verdict"], verdict, "{file}");
        assert_eq!(file["rows"][1]["percentile"].as_f64(), Some(95.0));
    }
}

/// The same load, of whose requests so many of a hundred failed.
fn failing(mut load: LoadReport, of_hundred: u64) -> LoadReport {
    for step in &mut load.steps {
        step.requests = 12_000;
        step.failed = 120 * of_hundred;
        step.throttled = 0;
    }
    load
}

#[test]
fn who_fails_more_is_worse_however_fast() {
    let good = |seed| failing(load(60, 1.0, 0.1, seed), 0);
    let fast = |seed| failing(load(60, 0.4, 0.1, seed), 90);
    for (old, new) in [
        (vec![good(1)], vec![fast(2)]),
        (vec![good(1), good(3)], vec![fast(2), fast(4)]),
    ] {
        let compared = compare(&old, &new, Some(0.1));
        assert!(
            compared
                .rows
                .iter()
                .all(|row| row.verdict == Verdict::Unclear)
        );
        assert_eq!(compared.lapsing_more().count(), 1);
        assert!(compared.is_conclusive());
        let notes = compared.notes.join(" ");
        assert!(
            notes.contains("0.0 % of the old requests failed"),
            "{notes}"
        );
        // And the other way round nothing became worse, and nothing can be told of times.
        let compared = compare(&new, &old, Some(0.1));
        assert_eq!(
            compared.slower().count() + compared.lapsing_more().count(),
            0
        );
        assert!(!compared.is_conclusive());
    }
    // As few failures as chance explains, or as nobody minds, hide nothing.
    let few = compare(&[good(1)], &[failing(load(60, 1.4, 0.1, 2), 1)], Some(0.1));
    assert_eq!(few.lapsing_more().count(), 0);
    assert_eq!(few.rows[0].verdict, Verdict::Slower);
    // What fails mostly on both sides tells nothing.
    let both = compare(&[fast(1)], &[fast(2)], Some(0.1));
    assert!(!both.is_conclusive());
}

#[test]
fn one_failing_run_of_several_is_worse_than_each_of_the_old() {
    let good = |seed| failing(load(20, 1.0, 0.1, seed), 0);
    let bad = |seed| failing(load(20, 1.0, 0.1, seed), 90);
    let compared = compare(
        &[good(1), good(2), good(3)],
        &[good(4), good(5), bad(9)],
        None,
    );
    assert_eq!(compared.lapsing_more().count(), 1);
    assert!(compared.is_conclusive());
    // Where an old run failed as well, chance explains it.
    let compared = compare(
        &[good(1), good(2), bad(3)],
        &[good(4), good(5), bad(9)],
        None,
    );
    assert_eq!(compared.lapsing_more().count(), 0);
    assert!(!compared.is_conclusive(), "nor is it nothing");
}

#[test]
fn requests_that_hang_until_they_are_broken_off_are_not_served() {
    let good = |seed| failing(load(20, 1.0, 0.1, seed), 0);
    let cut = |milliseconds| {
        let mut load = good(2);
        let mut times = Durations::default();
        times.record_many(Duration::from_millis(milliseconds), 600);
        load.steps[0].broken_off_response_time = Some(Times::from(&times));
        load.steps[0].broken_off_service_time = Some(Times::from(&times));
        load
    };
    let compared = compare(&[good(1)], &[cut(900)], None);
    assert_eq!(compared.lapsing_more().count(), 1);
    let notes = compared.notes.join(" ");
    assert!(notes.contains("hung until they were broken off"), "{notes}");
    // What had waited no longer than others is nothing but the end of the run.
    let compared = compare(&[good(1)], &[cut(5)], None);
    assert_eq!(compared.lapsing_more().count(), 0);
}

#[test]
fn steps_that_are_hardly_reached_any_more_and_broken_bodies_are_worse() {
    let two = |seed, second: u64, broken: u64, interrupted: u64| {
        let mut load = failing(load(20, 1.0, 0.1, seed), 0);
        let mut step = load.steps[0].clone();
        step.step = "second".to_owned();
        step.requests = second;
        load.steps[0].validated = 12_000;
        load.steps[0].schema_violations = broken;
        load.steps.push(step);
        let name = load.steps[0].scenario.clone();
        let scenario = crate::record::ScenarioLoad {
            name,
            interrupted,
            ..crate::record::ScenarioLoad::default()
        };
        load.scenarios = vec![scenario];
        load
    };
    let kinds = |new: LoadReport| -> Vec<LapseKind> {
        let compared = compare(&[two(1, 12_000, 0, 0)], &[new], None);
        compared.lapsing_more().map(|lapse| lapse.kind).collect()
    };
    assert_eq!(kinds(two(2, 12_000, 0, 0)), []);
    assert_eq!(kinds(two(2, 11_950, 40, 0)), []);
    assert_eq!(kinds(two(2, 11_000, 0, 0)), [LapseKind::Unreached]);
    assert_eq!(kinds(two(2, 11_000, 0, 1_000)), []);
    assert_eq!(kinds(two(2, 12_000, 900, 0)), [LapseKind::Violation]);
}

#[test]
fn shares_of_failures_that_differ_by_chance_hide_no_times() {
    let some = |seconds, seed, failed| {
        let mut load = load(seconds, 1.0, 0.02, seed);
        load.steps[0].requests = seconds * 200;
        (load.steps[0].failed, load.steps[0].throttled) = (failed, 0);
        load
    };
    // 4 % and 6 % of 1,000 may be 5 % of both; of 8,000 they are not.
    for (seconds, expected) in [(5, false), (40, true)] {
        let (old, new) = (
            some(seconds, 1, seconds * 8),
            some(seconds, 2, seconds * 12),
        );
        let compared = compare(from_ref(&old), from_ref(&new), None);
        let is_hidden = compared
            .notes
            .iter()
            .any(|note| note.contains("times are not compared"));
        assert_eq!(is_hidden, expected, "{:?}", compared.notes);
    }
    // Several runs are taken together.
    let runs = |failed, seeds: [u64; 8]| seeds.map(|seed| some(5, seed, failed));
    let compared = compare(
        &runs(40, [1, 2, 3, 4, 5, 6, 7, 8]),
        &runs(60, [9, 10, 11, 12, 13, 14, 15, 16]),
        None,
    );
    assert!(
        compared
            .notes
            .iter()
            .any(|note| note.contains("not compared"))
    );
}

#[test]
fn steps_that_one_side_lacks_are_named() {
    let one = load(20, 1.0, 0.1, 1);
    let mut two = load(20, 1.0, 0.1, 2);
    let mut step = two.steps[0].clone();
    step.step = "second".to_owned();
    two.steps.push(step);
    for (old, new, told) in [
        (&two, &one, "in none of the new runs"),
        (&one, &two, "in none of the old runs"),
    ] {
        let compared = compare(from_ref(old), from_ref(new), None);
        let mut notes = compared.notes.iter();
        assert!(
            notes.any(|note| note.contains("/second (") && note.contains(told)),
            "{:?}",
            compared.notes
        );
    }
    let compared = compare(&[two.clone(), one], &[two.clone(), two], None);
    assert!(
        compared
            .notes
            .iter()
            .any(|note| note.contains("second") && note.contains("not in all of the runs"))
    );
}

#[test]
fn a_step_without_an_answer_has_no_row() {
    let good = failing(load(20, 1.0, 0.1, 1), 0);
    let mut none = failing(load(20, 1.0, 0.1, 2), 100);
    none.steps[0].response_time = Times::from(&Durations::default());
    none.steps[0].service_time = Times::from(&Durations::default());
    let compared = compare(&[good], &[none], None);
    assert!(compared.rows.is_empty());
    assert_eq!(compared.lapsing_more().count(), 1);
    let notes = compared.notes.join(" ");
    assert!(notes.contains("no times to compare"), "{notes}");
}

#[test]
fn runs_that_are_inconclusive_by_themselves_do_not_show_that_nothing_became_slower() {
    let (old, new) = (load(60, 1.0, 0.02, 1), load(60, 1.0, 0.02, 2));
    let mut compared = compare(&[old], &[new], Some(0.1));
    assert!(compared.is_conclusive());
    compared.leave_open(&[]);
    assert!(compared.is_conclusive());
    compared.leave_open(&["b.json".to_owned()]);
    assert!(!compared.is_conclusive());
    assert!(compared.notes.join(" ").contains("b.json"));
}

#[test]
fn a_run_that_is_given_twice_is_known() {
    let (one, other) = (load(20, 1.0, 0.1, 1), load(20, 1.0, 0.1, 2));
    let timed = |mut load: LoadReport, began: &str| {
        load.began = began.to_owned();
        load
    };
    let one = timed(one, "2026-01-01T00:00:00Z");
    let other = timed(other, "2026-01-01T00:01:00Z");
    assert_eq!(twins(&[one.clone(), other.clone()]), None);
    assert_eq!(twins(&[one.clone(), other, one]), Some((0, 2)));
}
