//! Contradictions: where a report says of the same thing two things. It was changed by hand then, and
//! nothing that is added to it would be true.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::measure::number;
use super::soundness::{rank, soundness};
use super::user::BROKEN_OFF;
use crate::record::{
    Durations, LoadReport, ScenarioLoad, SecondLoad, Soundness, StepLoad, Summary, Times,
};

/// A member of a report, and why it cannot be what it says.
type Found = (String, String);
/// Reads a count.
type Count<T> = fn(&T) -> u64;
/// Reads a count that not all rows have.
type Told = fn(&SecondLoad) -> Option<u64>;
/// Reads times of a step.
type TimesOf = fn(&StepLoad) -> &Times;

/// What is wrong with a report that says two things of the same, if it does.
pub fn contradicts(summary: &Summary) -> Option<String> {
    let (field, told) = contradiction(summary, summary.load.as_ref()?)?;
    Some(format!("contradicts itself: `{field}` {told}"))
}

/// The first member of a report that something else in it contradicts.
pub(super) fn contradiction(summary: &Summary, load: &LoadReport) -> Option<Found> {
    let steps = load.steps.iter().enumerate();
    let steps = steps.map(|(at, one)| (format!("load.steps[{at}]"), one));
    steps
        .chain([("load.total".to_owned(), &load.total)])
        .find_map(|(place, one)| within(&place, one))
        .or_else(|| added(load))
        .or_else(|| {
            let scenarios = load.scenarios.iter().enumerate();
            scenarios
                .map(|(at, one)| (format!("load.scenarios[{at}]"), one))
                .find_map(|(place, one)| iterations(&place, one))
        })
        .or_else(|| times(load))
        .or_else(|| timeline(load))
        .or_else(|| windows(load))
        .or_else(|| rates(load))
        .or_else(|| operations(summary, load))
        // What is doubted of several machines is more than what their sums tell.
        .or_else(|| load.merged.is_none().then(|| doubts(load))?)
}

/// That two numbers are one.
fn same(place: String, own: u64, other: u64, told: &str) -> Option<Found> {
    (own != other).then(|| (place, format!("is {own}, and {told} {other}")))
}

/// That a part is no more than the whole.
fn part(place: String, own: u64, whole: u64, told: &str) -> Option<Found> {
    (own > whole).then(|| (place, format!("is {own}, of {whole} {told}")))
}

/// What a step says of itself.
fn within(place: &str, step: &StepLoad) -> Option<Found> {
    let at = |member: &str| format!("{place}.{member}");
    let sum = |counts: &mut dyn Iterator<Item = &u64>| {
        counts.fold(0, |sum: u64, one| sum.saturating_add(*one))
    };
    let answered = sum(&mut step.statuses.values());
    let all = answered.saturating_add(sum(&mut step.unanswered.values()));
    let timed = answered.saturating_sub(step.throttled);
    let kinds: Vec<u64> = step.kinds.iter().map(|kind| kind.requests).collect();
    same(
        at("requests"),
        step.requests,
        all,
        "its answers and what had none add up to",
    )
    .or_else(|| {
        same(
            at("response_time.count"),
            step.response_time.count,
            timed,
            "the answers that are in it are",
        )
    })
    .or_else(|| {
        same(
            at("service_time.count"),
            step.service_time.count,
            timed,
            "the answers that are in it are",
        )
    })
    .or_else(|| {
        same(
            at("throttled_time.count"),
            step.throttled_time.count,
            step.throttled,
            "`throttled` is",
        )
    })
    .or_else(|| {
        // Reports of earlier versions do not tell.
        let cut = step.broken_off_response_time.as_ref()?.count;
        let told = step.unanswered.get(BROKEN_OFF);
        let told = told.copied().unwrap_or_default();
        let place = at("broken_off_response_time.count");
        same(place, cut, told, "`unanswered` has")
    })
    .or_else(|| {
        let told = "requests that were not broken off";
        part(at("failed"), step.failed, step.concluded(), told)
    })
    .or_else(|| {
        part(
            at("schema_violations"),
            step.schema_violations,
            step.validated,
            "bodies",
        )
    })
    .or_else(|| {
        part(
            at("undocumented_status"),
            step.undocumented_status,
            step.documented,
            "answers",
        )
    })
    .or_else(|| {
        part(
            at("criteria_failed"),
            step.criteria_failed,
            step.criteria,
            "criteria",
        )
    })
    .or_else(|| {
        let sum = sum(&mut kinds.iter());
        let has = !kinds.is_empty();
        has.then(|| same(at("kinds"), sum, step.requests, "`requests` is"))?
    })
}

/// That the steps add up to the whole.
fn added(load: &LoadReport) -> Option<Found> {
    let counts: [(&str, Count<StepLoad>); 12] = [
        ("requests", |step| step.requests),
        ("sent_again", |step| step.sent_again),
        ("failed", |step| step.failed),
        ("throttled", |step| step.throttled),
        ("validated", |step| step.validated),
        ("schema_violations", |step| step.schema_violations),
        ("documented", |step| step.documented),
        ("undocumented_status", |step| step.undocumented_status),
        ("criteria", |step| step.criteria),
        ("criteria_failed", |step| step.criteria_failed),
        ("sent_bytes", |step| step.sent_bytes),
        ("received_bytes", |step| step.received_bytes),
    ];
    let total = &load.total;
    let told = "its steps add up to";
    let count = counts.iter().find_map(|(name, of)| {
        let sum = load.steps.iter().map(of).fold(0, u64::saturating_add);
        same(format!("load.total.{name}"), of(total), sum, told)
    });
    let times: [(&str, TimesOf); 4] = [
        ("response_time", |step| &step.response_time),
        ("service_time", |step| &step.service_time),
        ("throttled_time", |step| &step.throttled_time),
        ("connecting", |step| &step.connecting),
    ];
    count
        .or_else(|| {
            times.iter().find_map(|(name, of)| {
                let sum = sum(load.steps.iter().map(|step| of(step).durations()));
                histogram(
                    format!("load.total.{name}"),
                    &of(total).durations(),
                    &sum,
                    "those of its steps",
                )
            })
        })
        .or_else(|| maps(load, "statuses", |step| &step.statuses))
        .or_else(|| maps(load, "unanswered", |step| &step.unanswered))
        .or_else(|| maps(load, "findings", |step| &step.findings))
}

fn maps<K: Ord + Clone>(
    load: &LoadReport,
    name: &str,
    of: fn(&StepLoad) -> &BTreeMap<K, u64>,
) -> Option<Found> {
    let mut sum: BTreeMap<K, u64> = BTreeMap::new();
    for (key, count) in load.steps.iter().flat_map(of) {
        let own = sum.entry(key.clone()).or_default();
        *own = own.saturating_add(*count);
    }
    (sum != *of(&load.total)).then(|| {
        let told = "is not what its steps add up to".to_owned();
        (format!("load.total.{name}"), told)
    })
}

fn sum(all: impl Iterator<Item = Durations>) -> Durations {
    all.fold(Durations::default(), |mut sum, one| {
        sum.add(&one);
        sum
    })
}

/// That two histograms are one.
fn histogram(place: String, own: &Durations, other: &Durations, whose: &str) -> Option<Found> {
    let is_same = own.counts() == other.counts();
    (!is_same).then(|| {
        let (own, other) = (own.count(), other.count());
        let told = format!("holds {own} durations that are not {whose}, which are {other}");
        (place, told)
    })
}

/// What a scenario says of its iterations.
fn iterations(place: &str, scenario: &ScenarioLoad) -> Option<Found> {
    let at = |member: &str| format!("{place}.{member}");
    same(
        at("completed"),
        scenario.completed,
        scenario.duration.count,
        "its durations are",
    )
    .or_else(|| {
        same(
            at("begun"),
            scenario.begun,
            scenario.lag.count,
            "its lags are",
        )
    })
    .or_else(|| {
        let cut = scenario.broken_off_duration.as_ref()?.count;
        let told = "its `broken_off_duration` has";
        same(at("interrupted"), scenario.interrupted, cut, told)
    })
    .or_else(|| {
        part(
            at("failed"),
            scenario.failed,
            scenario.completed,
            "completed",
        )
    })
    .or_else(|| {
        part(
            at("late"),
            scenario.late,
            scenario.due.max(scenario.begun),
            "due",
        )
    })
}

/// That the load began at a time, and was as long as its seconds.
fn times(load: &LoadReport) -> Option<Found> {
    if load.began.parse::<Timestamp>().is_err() {
        let told = format!("is `{}`, which is no time (RFC 3339)", load.began);
        return Some(("load.began".to_owned(), told));
    }
    let measured = load.timeline.iter().filter(|row| !row.is_warm_up);
    // Less than a millisecond of a row is not told, and a row may be of many.
    let rows = measured
        .clone()
        .map(|row| row.length_ms.saturating_add(1 + row.length_ms / 100));
    let long = part(
        "load.measured_ms".to_owned(),
        load.measured_ms,
        rows.fold(1, u64::saturating_add),
        "that the rows of `load.timeline` are long",
    );
    long.or_else(|| {
        let first = measured.map(|row| row.at_ms.saturating_add(1)).min()?;
        part(
            "load.warm_up_ms".to_owned(),
            load.warm_up_ms,
            first,
            "until the first row of `load.timeline` behind it",
        )
    })
}

/// That the seconds behind the warm-up add up to the whole.
fn timeline(load: &LoadReport) -> Option<Found> {
    let any_open = load.scenarios.iter().any(|scenario| scenario.is_open);
    let scenarios = |of: fn(&ScenarioLoad) -> u64| {
        let counted = load.scenarios.iter();
        let counted = counted.filter(|one| one.is_open || !any_open);
        counted.map(of).fold(0, u64::saturating_add)
    };
    let all =
        |of: fn(&ScenarioLoad) -> u64| load.scenarios.iter().map(of).fold(0, u64::saturating_add);
    let columns: [(&str, Count<SecondLoad>, u64); 7] = [
        ("requests", |row| row.requests, load.total.requests),
        ("failed", |row| row.failed, load.total.failed),
        ("throttled", |row| row.throttled, load.total.throttled),
        (
            "schema_violations",
            |row| row.schema_violations,
            load.total.schema_violations,
        ),
        ("begun", |row| row.begun, scenarios(|one| one.begun)),
        ("late", |row| row.late, all(|one| one.late)),
        ("dropped", |row| row.dropped, all(|one| one.dropped)),
    ];
    // What no executor asks for is not told, and reports of earlier versions have less.
    let told: [(&str, Told, u64); 3] = [
        ("due", |row| row.due, scenarios(|one| one.due)),
        (
            "failed_iterations",
            |row| row.failed_iterations,
            all(|one| one.failed),
        ),
        (
            "interrupted",
            |row| row.interrupted,
            all(|one| one.interrupted),
        ),
    ];
    let told = told.into_iter().filter_map(|(name, of, whole)| {
        let rows = load.timeline.iter().filter(|row| !row.is_warm_up);
        let (sum, is_told) = rows.fold((0, false), |(sum, is_told), row| match of(row) {
            Some(own) => (u64::saturating_add(sum, own), true),
            None => (sum, is_told),
        });
        (is_told || (name == "due" && any_open)).then_some((name, sum, whole))
    });
    let counted = columns.into_iter().map(|(name, of, whole)| {
        let rows = load.timeline.iter().filter(|row| !row.is_warm_up);
        (name, rows.map(of).fold(0, u64::saturating_add), whole)
    });
    counted.chain(told).find_map(|(name, sum, whole)| {
        let place = format!("load.timeline[].{name}");
        same(place, sum, whole, "in all there are")
    })
}

/// That the windows behind the warm-up add up to the steps.
fn windows(load: &LoadReport) -> Option<Found> {
    let own = |at: usize| {
        let windows = load.windows.iter().filter(|window| !window.is_warm_up);
        let steps = windows.flat_map(|window| &window.steps);
        steps.filter(move |step| step.step == at)
    };
    load.steps.iter().enumerate().find_map(|(at, step)| {
        let place = |member: &str| format!("load.windows[].steps[step={at}].{member}");
        let requests = own(at).map(|one| one.requests).fold(0, u64::saturating_add);
        same(
            place("requests"),
            requests,
            step.requests,
            "in all there are",
        )
        .or_else(|| {
            let response = sum(own(at).map(|one| one.response_time.durations()));
            let whole = step.response_time.durations();
            histogram(
                place("response_time"),
                &response,
                &whole,
                "those of the step",
            )
        })
        .or_else(|| {
            let service = sum(own(at).map(|one| one.service_time.durations()));
            let whole = step.service_time.durations();
            histogram(place("service_time"), &service, &whole, "those of the step")
        })
    })
}

/// That a rate belongs to its count: the whole is merged from it.
fn rates(load: &LoadReport) -> Option<Found> {
    let total = &load.total;
    // It is an average over no more than what was measured, of which less than a millisecond is not told.
    let measured = number(load.measured_ms.saturating_add(1)) / 1_000.0;
    let least = number(total.requests) / measured;
    let is_less = total.rate * 1.001 + 0.001 < least;
    let found = (is_less || !total.rate.is_finite()).then(|| {
        let told = format!(
            "is {}, and {} requests in {measured} s are {least:.3} in a second",
            total.rate, total.requests
        );
        ("load.total.rate".to_owned(), told)
    });
    found.or_else(|| {
        load.steps.iter().enumerate().find_map(|(at, step)| {
            let expected = total.rate * number(step.requests) / number(total.requests.max(1));
            let is_off = (step.rate - expected).abs() > 0.002 + expected * 0.01;
            is_off.then(|| {
                let told = format!(
                    "is {}, and its share of all requests is {expected:.3}",
                    step.rate
                );
                (format!("load.steps[{at}].rate"), told)
            })
        })
    })
}

/// That the operations of the report had the answers of the load.
fn operations(summary: &Summary, load: &LoadReport) -> Option<Found> {
    let mut sum: BTreeMap<u16, u64> = BTreeMap::new();
    for (status, count) in summary.operations.iter().flat_map(|row| &row.statuses) {
        let own = sum.entry(*status).or_default();
        *own = own.saturating_add(u64::try_from(*count).unwrap_or(u64::MAX));
    }
    (sum != load.total.statuses).then(|| {
        let told = "is not what `load.total.statuses` says".to_owned();
        ("operations[].statuses".to_owned(), told)
    })
}

/// That as much is doubted as its figures ask for. More may be: what a thread did not tell is no figure.
fn doubts(load: &LoadReport) -> Option<Found> {
    let mut generator = load.generator.clone();
    for lag in [&mut generator.send_lag, &mut generator.receive_lag] {
        *lag = Times::from(&lag.durations());
    }
    let total = StepLoad {
        service_time: Times::from(&load.total.service_time.durations()),
        ..load.total.clone()
    };
    let (least, why) = soundness(|_| None, &load.scenarios, &total, &generator);
    let is_less = rank(load.soundness) < rank(least);
    let own = load.soundness;
    // A thread that does not tell makes a run suspect, and no more than that.
    let is_more = own == Soundness::GeneratorBound && least != own;
    let told = if is_more {
        format!("is {}, and its figures say {}", name(own), name(least))
    } else if is_less {
        let why = why.first().map_or("", String::as_str);
        format!(
            "is {}, and its figures say {}: {why}",
            name(own),
            name(least)
        )
    } else {
        let is_odd = match own {
            Soundness::Valid => !load.doubts.is_empty(),
            Soundness::Suspect | Soundness::GeneratorBound => load.doubts.is_empty(),
            Soundness::Unmeasured => load.total.requests > 0,
        };
        let told = format!("is {}, with {} doubts", name(own), load.doubts.len());
        is_odd.then_some(told)?
    };
    Some(("load.soundness".to_owned(), told))
}

fn name(soundness: Soundness) -> &'static str {
    match soundness {
        Soundness::Valid => "valid",
        Soundness::Suspect => "suspect",
        Soundness::GeneratorBound => "generator-bound",
        Soundness::Unmeasured => "unmeasured",
    }
}
