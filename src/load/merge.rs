//! Merging: the load of several machines as if one had made it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::beside::{MOST_APART, apart, gap, length};
use super::clock;
use super::contradiction::contradiction;
use super::joined::joined;
use super::machines::{add_all, generator};
use super::measure::{IterationMeasure, Measures, StepMeasure, number};
use super::program::{Labels, Series};
use super::recorded::{restored, restored_scenario, scenario, step};
use super::soundness::rank;
use super::threshold::Measured;
use crate::arazzo::Threshold;
use crate::code::Code;
use crate::record::{
    LoadReport, MergedLoad, Obstacle, PartLoad, ScenarioLoad, ShardLoad, Soundness, StepLoad,
    Summary, ThresholdOutcome, ThresholdResult, Unproven,
};

/// How far apart the machines of one load begin at most, if it is not longer itself.
const ONE_RUN: Duration = Duration::from_secs(60);

/// More shards than this are a mistake, and each that is missing is named.
const MOST_SHARDS: u64 = 10_000;

/// A report with the file that it was read from.
pub(super) type Report = (String, Summary);

/// Why reports cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to merge.
    #[error("there is no report to merge")]
    Nothing,
    /// A report is not of a run under load.
    #[error("`{0}` is not of a run under load")]
    NoLoad(String),
    /// A report is not of one of several machines.
    #[error("`{0}` is not of a shard: it was made without --shard, or merged before")]
    NoShard(String),
    /// Two reports are of different loads.
    #[error("`{0}` and `{1}` are not of the same load: {2}")]
    Plans(String, String, String),
    /// Two reports are of the same machine.
    #[error("`{0}` and `{1}` are both of shard {2}")]
    Twice(String, String, u64),
    /// A shard says that there are more than anybody has, or is none of them.
    #[error(
        "`{0}` says that it is of shard {1} of {2}: there are 1 to {MOST_SHARDS}, counted from 0"
    )]
    Number(String, u64, u64),
    /// A report says two things of the same.
    #[error("`{file}` contradicts itself: `{field}` {told}")]
    Contradiction {
        /// The report.
        file: String,
        /// The member that cannot be right.
        field: String,
        /// Why.
        told: String,
    },
    /// A threshold cannot be read.
    #[error("the threshold `{0}` of `{1}` cannot be read: {2}")]
    Threshold(String, String, String),
}

struct Part {
    file: String,
    target: String,
    shard: ShardLoad,
    load: LoadReport,
}

/// One report of what several machines did. Histograms and counts are added, thresholds judged on the
/// whole. Machines whose reports are not there are named, and keep it from being conclusive.
pub fn merge(mut reports: Vec<Report>) -> Result<Summary, MergeError> {
    let number = |report: &Report| {
        let load = report.1.load.as_ref();
        load.and_then(|load| load.shard.as_ref())
            .map(|shard| shard.number)
    };
    reports.sort_by(|one, other| (number(one), &one.0).cmp(&(number(other), &other.0)));
    let mut parts = Vec::new();
    let mut whole: Option<Summary> = None;
    let mut rows = Vec::new();
    for (file, mut summary) in reports {
        let Some(load) = summary.load.take() else {
            return Err(MergeError::NoLoad(file));
        };
        let Some(shard) = load.shard.clone() else {
            return Err(MergeError::NoShard(file));
        };
        if let Some((field, told)) = contradiction(&summary, &load) {
            return Err(MergeError::Contradiction { file, field, told });
        }
        rows.push(PartLoad {
            number: shard.number,
            file: file.clone(),
            started: summary.started.clone(),
            late_ms: load.late_ms,
            soundness: load.soundness,
            requests: load.total.requests,
            interrupted: summary.interrupted.clone(),
        });
        let told = |text: &str| format!("shard {}: {text}", shard.number);
        summary.interrupted = summary.interrupted.as_deref().map(told);
        for obstacle in &mut summary.obstacles {
            obstacle.message = told(&obstacle.message);
        }
        parts.push(Part {
            file,
            target: summary.target.clone(),
            shard,
            load,
        });
        match &mut whole {
            Some(whole) => whole.add(summary),
            None => whole = Some(summary),
        }
    }
    let mut whole = whole.ok_or(MergeError::Nothing)?;
    let merged = merged(&parts, rows)?;
    if let Some(message) = merged.apart.clone() {
        let code = Code::SHARDS_APART;
        whole.obstacles.insert(0, Obstacle { code, message });
    }
    if !merged.missing.is_empty() {
        let obstacle = Obstacle {
            code: Code::MISSING_SHARDS,
            message: missing(&merged),
        };
        // It is what everything else has to be read with.
        whole.obstacles.insert(0, obstacle);
    }
    whole.load = Some(load(&parts, merged)?);
    whole.conclude();
    Ok(whole)
}

fn missing(merged: &MergedLoad) -> String {
    let numbers: Vec<String> = merged.missing.iter().map(ToString::to_string).collect();
    format!(
        "{} of {} shards are missing: {}",
        merged.missing.len(),
        merged.of,
        numbers.join(", ")
    )
}

/// Refuses what does not belong together.
fn merged(parts: &[Part], rows: Vec<PartLoad>) -> Result<MergedLoad, MergeError> {
    let Some(first) = parts.first() else {
        return Err(MergeError::Nothing);
    };
    for pair in parts.windows(2) {
        if let [one, other] = pair
            && (one.shard.number, one.shard.of) == (other.shard.number, other.shard.of)
        {
            let files = (one.file.clone(), other.file.clone());
            return Err(MergeError::Twice(files.0, files.1, one.shard.number));
        }
    }
    for part in parts {
        let ShardLoad { number, of, .. } = part.shard;
        if number >= of || of > MOST_SHARDS {
            return Err(MergeError::Number(part.file.clone(), number, of));
        }
        let differ = |why: String| MergeError::Plans(first.file.clone(), part.file.clone(), why);
        if part.shard.of != first.shard.of {
            return Err(differ(format!(
                "one is of {} shards, the other of {}",
                first.shard.of, part.shard.of
            )));
        }
        if part.load.plan != first.load.plan {
            return Err(differ(format!(
                "profile, workflows, documents, rows, seed or version differ (plan {} and {})",
                first.load.plan, part.load.plan
            )));
        }
        let steps = |load: &LoadReport| -> Vec<(String, String, String)> {
            let steps = load.steps.iter();
            steps
                .map(|step| {
                    (
                        step.scenario.clone(),
                        step.workflow.clone(),
                        step.step.clone(),
                    )
                })
                .collect()
        };
        if steps(&part.load) != steps(&first.load) {
            return Err(differ("their steps differ".to_owned()));
        }
        let apart = apart(&first.load, &part.load);
        if apart > length(&first.load).max(length(&part.load)).max(ONE_RUN) {
            return Err(differ(format!(
                "they began {:.0} s apart, so that they are of two runs",
                apart.as_secs_f64()
            )));
        }
    }
    let known: Vec<u64> = parts.iter().map(|part| part.shard.number).collect();
    let numbered = parts.iter().map(|part| (part.shard.number, &part.load));
    Ok(MergedLoad {
        apart: gap(&numbered.collect::<Vec<_>>()),
        of: first.shard.of,
        parts: rows,
        missing: (0..first.shard.of)
            .filter(|number| !known.contains(number))
            .collect(),
    })
}

fn load(parts: &[Part], merged: MergedLoad) -> Result<LoadReport, MergeError> {
    let Some(first) = parts.first() else {
        return Err(MergeError::Nothing);
    };
    let is_whole = merged.missing.is_empty() && merged.apart.is_none();
    let loads = || parts.iter().map(|part| &part.load);
    let measures = measures(parts);
    let measured_ms = loads().map(|load| load.measured_ms).max().unwrap_or(0);
    let seconds = loads().map(seconds).fold(1e-3, f64::max);
    let mut all = StepMeasure::default();
    let mut steps = Vec::new();
    for (named, counted) in first.load.steps.iter().zip(&measures.steps) {
        all.add(counted);
        steps.push(StepLoad {
            scenario: named.scenario.clone(),
            workflow: named.workflow.clone(),
            step: named.step.clone(),
            api: named.api,
            operation: named.operation.clone(),
            ..step(counted, seconds)
        });
    }
    let scenarios: Vec<ScenarioLoad> = first
        .load
        .scenarios
        .iter()
        .enumerate()
        .map(|(at, scenario)| joined_scenario(scenario, at, parts))
        .collect();
    let mut total = step(&all, seconds);
    for step in &mut steps {
        step.unanswered = BTreeMap::new();
    }
    for load in loads() {
        for (own, other) in steps.iter_mut().zip(&load.steps) {
            add_all(&mut own.unanswered, &other.unanswered);
        }
        add_all(&mut total.unanswered, &load.total.unanswered);
    }
    let mut doubts = Vec::new();
    let mut notes = Vec::new();
    for part in parts {
        let told = |text: &String| format!("shard {}: {text}", part.shard.number);
        doubts.extend(part.load.doubts.iter().map(told));
        notes.extend(part.load.notes.iter().map(told));
    }
    let mut soundness = loads()
        .map(|load| load.soundness)
        .max_by_key(|soundness| rank(*soundness))
        .unwrap_or(Soundness::Unmeasured);
    let apart = parts
        .iter()
        .map(|part| self::apart(&first.load, &part.load))
        .max();
    if let Some(apart) = apart.filter(|apart| *apart > MOST_APART) {
        doubts.push(format!(
            "the shards began up to {:.1} s apart, see --start-at",
            apart.as_secs_f64()
        ));
        if soundness == Soundness::Valid {
            soundness = Soundness::Suspect;
        }
    }
    if let Some(told) = clocks(parts) {
        doubts.push(told);
        if soundness == Soundness::Valid {
            soundness = Soundness::Suspect;
        }
    }
    doubts.splice(0..0, merged.apart.clone());
    if !merged.missing.is_empty() {
        doubts.insert(0, missing(&merged));
    }
    let users: Vec<(u32, u32)> = scenarios.iter().map(|one| (one.vus, one.vus_max)).collect();
    let series: Vec<Series> = first
        .load
        .steps
        .iter()
        .map(|step| series(step, &scenarios))
        .collect();
    let labels: Vec<Labels> = scenarios.iter().map(labels).collect();
    let looked = Measured {
        series: &series,
        parts: &labels,
        measures: &measures,
        users: &users,
        seconds: Duration::from_millis(measured_ms).as_secs_f64().max(1e-3),
        is_part: false,
    };
    let unproven = unproven(parts);
    // A part of the load that nobody knows of, that ended early, or that was another load, proves nothing.
    let judged = if is_whole && unproven != Some(Unproven::Interrupted) {
        soundness
    } else {
        Soundness::GeneratorBound
    };
    let thresholds = thresholds(parts, &looked, (judged, unproven))?;
    let mut unsent = Vec::new();
    for row in loads().flat_map(|load| &load.unsent) {
        let mut known = unsent.iter_mut();
        let same = |own: &&mut crate::record::UnsentLoad| {
            (&own.workflow, &own.step, &own.reason) == (&row.workflow, &row.step, &row.reason)
        };
        match known.find(same) {
            Some(own) => own.count += row.count,
            None => unsent.push(row.clone()),
        }
    }
    let all: Vec<&LoadReport> = loads().collect();
    let (timeline, windows) = joined(&all);
    Ok(LoadReport {
        plan: first.load.plan.clone(),
        shard: None,
        merged: Some(merged),
        late_ms: loads().map(|load| load.late_ms).max().unwrap_or(0),
        soundness,
        doubts,
        notes,
        generator: generator(&all),
        scenarios,
        steps,
        total,
        thresholds,
        unproven,
        began: loads()
            .map(|load| load.began.clone())
            .min()
            .unwrap_or_default(),
        timeline,
        windows,
        warm_up_ms: first.load.warm_up_ms,
        measured_ms,
        unsent,
    })
}

/// Why the whole proves nothing, or not all: what holds of all machines that had a part of the load, or
/// that one of them ended early.
fn unproven(parts: &[Part]) -> Option<Unproven> {
    let own = parts.iter().map(|part| part.load.unproven);
    let is_empty = |part: &&Part| part.load.scenarios.iter().all(|one| one.due == 0);
    let busy = parts.iter().filter(|part| !is_empty(part));
    let all = |why: Unproven| {
        let mut busy = busy.clone().peekable();
        busy.peek().is_some() && busy.all(|part| part.load.unproven == Some(why))
    };
    let everywhere = [
        Unproven::Unreachable,
        Unproven::Unauthorized,
        Unproven::Throttled,
    ];
    let found = everywhere.into_iter().find(|why| all(*why));
    let mut early = own.flatten().filter(|why| *why != Unproven::OtherShards);
    found.or_else(|| early.next().map(|_| Unproven::Interrupted))
}

/// That the clocks of machines differ, by those of their common target, if they do so by more than they may:
/// the two that differ most.
fn clocks(parts: &[Part]) -> Option<String> {
    let pairs = parts.iter().enumerate().flat_map(|(at, one)| {
        let others = parts.iter().skip(at + 1);
        others.map(move |other| (one, other))
    });
    let differ = pairs.filter_map(|(one, other)| {
        let both = one.load.generator.clock.zip(other.load.generator.clock);
        let (own, its) = both.filter(|_| one.target == other.target)?;
        let apart = u64::try_from(clock::apart(own, its)).ok()?;
        Some((apart, one.shard.number, other.shard.number))
    });
    let (apart, one, other) = differ.max_by_key(|(apart, ..)| *apart)?;
    let apart = Duration::from_millis(apart);
    (apart > MOST_APART).then(|| {
        format!(
            "the clocks of shards {one} and {other} differ by {:.1} s at least, as the `Date` of the target's answers tells: --start-at was not the same moment",
            apart.as_secs_f64()
        )
    })
}

/// Over how many seconds the rates of a report are averages.
fn seconds(load: &LoadReport) -> f64 {
    if load.total.rate > 0.0 {
        number(load.total.requests) / load.total.rate
    } else {
        Duration::from_millis(load.measured_ms).as_secs_f64()
    }
}

/// What was counted, by the place of steps and scenarios in the reports.
fn measures(parts: &[Part]) -> Measures {
    let first = parts.first().map(|part| &part.load);
    let steps = first.map_or(0, |load| load.steps.len());
    let scenarios = first.map_or(0, |load| load.scenarios.len());
    let mut measures = Measures::new(steps, scenarios);
    for part in parts {
        let steps = measures.steps.iter_mut().zip(&part.load.steps);
        steps.for_each(|(own, step)| own.add(&restored(step)));
        let scenarios = measures.iterations.iter_mut().zip(&part.load.scenarios);
        scenarios.for_each(|(own, scenario)| own.add(&restored_scenario(scenario)));
    }
    measures
}

fn joined_scenario(first: &ScenarioLoad, at: usize, parts: &[Part]) -> ScenarioLoad {
    let all = || parts.iter().filter_map(|part| part.load.scenarios.get(at));
    let mut counted = IterationMeasure::default();
    for scenario in all() {
        counted.add(&restored_scenario(scenario));
    }
    let measured_ms = all().map(|one| one.measured_ms).max().unwrap_or(0);
    let seconds = Duration::from_millis(measured_ms).as_secs_f64().max(1e-3);
    ScenarioLoad {
        name: first.name.clone(),
        tags: first.tags.clone(),
        executor: first.executor.clone(),
        vus: all().map(|one| one.vus).sum(),
        vus_max: all().map(|one| one.vus_max).sum(),
        measured_ms,
        ..scenario(&counted, first.is_open, seconds)
    }
}

fn series(step: &StepLoad, scenarios: &[ScenarioLoad]) -> Series {
    let part = scenarios.iter().position(|one| one.name == step.scenario);
    Series {
        part: part.unwrap_or(usize::MAX),
        workflow: step.workflow.clone(),
        step: step.step.clone(),
        operation: Some(step.operation.clone()),
        api: step.api,
    }
}

fn labels(scenario: &ScenarioLoad) -> Labels {
    Labels {
        name: scenario.name.clone(),
        tags: scenario.tags.clone(),
        is_open: scenario.is_open,
    }
}

/// The thresholds of the first machine, which all have, judged on the whole.
fn thresholds(
    parts: &[Part],
    looked: &Measured<'_>,
    (soundness, unproven): (Soundness, Option<Unproven>),
) -> Result<Vec<ThresholdResult>, MergeError> {
    let Some(first) = parts.first() else {
        return Ok(Vec::new());
    };
    let all = first.load.thresholds.iter().enumerate();
    all.map(|(at, own)| {
        let text = || format!("{}: {}", own.metric, own.condition);
        let threshold = Threshold::parse(&own.metric, &own.condition).map_err(|error| {
            MergeError::Threshold(text(), first.file.clone(), error.to_string())
        })?;
        let mut results = parts.iter().filter_map(|part| part.load.thresholds.get(at));
        let aborted = results.any(|result| result.aborted);
        let mut result = looked.judge(&threshold, soundness, unproven);
        if aborted && result.outcome == ThresholdOutcome::Passed {
            // It did not hold on one of them, which ended there.
            result.outcome = ThresholdOutcome::Crossed;
        }
        Ok(ThresholdResult {
            place: own.place.clone(),
            aborted,
            ..result
        })
    })
    .collect()
}
