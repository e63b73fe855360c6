//! What a load is to do: what the file says, or what was typed.

use std::time::Duration;

use indexmap::IndexMap;

use crate::arazzo::{
    Arrivals, Executor, GRACEFUL_STOP, LoadProfile, LoadScenario, Share, VirtualUsers, WorkflowName,
};
use crate::cli::arguments::load::Load as Arguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::scenario_source;
use crate::scenario::{Selection, Suite};

/// How long a first try takes, unless somebody says otherwise.
pub(super) const FIRST_TRY: Duration = Duration::from_secs(10);
/// How long iterations by number may take, unless somebody says otherwise.
const LONGEST: Duration = Duration::from_secs(600);
/// How many virtual users a rate may have, unless somebody says otherwise.
const MOST_VUS: u32 = 1_000;

/// What is to be done: what the file says, or what was typed.
pub(super) fn profile(
    suite: &Suite,
    selection: &Selection,
    arguments: &Arguments,
) -> Result<LoadProfile, Failure> {
    let Some(file) = suite.files.first() else {
        return Err(Failure::new(Exit::Nothing, "there is no scenario file"));
    };
    let pace = &arguments.pace;
    let is_typed = pace.vus.is_some()
        || pace.rate.is_some()
        || pace.iterations.is_some()
        || pace.duration.is_some();
    let mut profile = match &file.description.load {
        Some(written) if !is_typed => written.clone(),
        written => {
            if !is_typed && written.is_none() && arguments.file.is_some() {
                wrong_profile(suite)?;
                return Err(Failure::unusable(format!("`{}` has no `x-proofmark-load`", file.name))
                    .help("say how hard: `--vus 50 --duration 30s`, or `--rate 500 --duration 30s`; docs/load.md says how a profile is written"));
            }
            LoadProfile {
                scenarios: IndexMap::from([(
                    "default".to_owned(),
                    typed(suite, selection, arguments)?,
                )]),
                thresholds: written
                    .as_ref()
                    .map_or_else(Vec::new, |written| written.thresholds.clone()),
                warm_up: Duration::ZERO,
                location: None,
            }
        }
    };
    profile
        .thresholds
        .extend(arguments.thresholds.iter().cloned());
    if let Some(warm_up) = pace.warm_up {
        profile.warm_up = warm_up;
    }
    if profile.warm_up >= profile.length() {
        return Err(nothing_to_measure());
    }
    Ok(profile)
}

/// That the warm-up is as long as the whole.
pub(super) fn nothing_to_measure() -> Failure {
    Failure::unusable("the warm-up leaves nothing to measure")
        .help("it is the beginning of the profile, not before it")
}

/// Refuses a profile with errors.
fn wrong_profile(suite: &Suite) -> Result<(), Failure> {
    let found = suite.diagnostics.iter().filter(|found| {
        let pointer = found.location.pointer.as_str();
        pointer.starts_with("/x-proofmark-load") && found.severity == crate::code::Severity::Error
    });
    let found: Vec<_> = found.cloned().collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(scenario_source::failure(suite, &found))
}

/// The scenario that was typed: each selected workflow has the same share.
pub(super) fn typed(
    suite: &Suite,
    selection: &Selection,
    arguments: &Arguments,
) -> Result<LoadScenario, Failure> {
    let pace = &arguments.pace;
    let vus = pace.vus.unwrap_or(1);
    if let (Some(first), Some(most)) = (pace.vus, pace.max_vus)
        && most < first
    {
        let told = format!("--max-vus {most} is less than the {first} that --vus begins with");
        return Err(Failure::unusable(told));
    }
    let duration = pace.duration.unwrap_or(FIRST_TRY);
    let rate = pace.rate.or(arguments.search.is_some().then_some(1.0));
    let executor = match (rate, pace.iterations) {
        (Some(rate), _) => Executor::ConstantArrivalRate {
            rate,
            time_unit: Duration::from_secs(1),
            duration,
            vus: VirtualUsers {
                pre_allocated: pace.vus.unwrap_or(50).min(pace.max_vus.unwrap_or(u32::MAX)),
                max: pace.max_vus.unwrap_or(MOST_VUS.max(vus)),
            },
            arrivals: Arrivals::Even,
        },
        (None, Some(iterations)) => Executor::SharedIterations {
            vus,
            iterations,
            max_duration: LONGEST,
        },
        (None, None) => Executor::ConstantVus { vus, duration },
    };
    let exec = suite
        .selected(selection)
        .into_iter()
        .map(|(_, workflow)| Share {
            workflow: WorkflowName {
                source: None,
                id: workflow.id.clone(),
                location: workflow.location.clone(),
            },
            weight: 1,
        });
    let exec: Vec<Share> = exec.collect();
    if exec.is_empty() {
        return Err(Failure::new(Exit::Nothing, "no workflow is selected"));
    }
    Ok(LoadScenario {
        executor,
        start: Duration::ZERO,
        graceful_stop: GRACEFUL_STOP,
        exec,
        tags: IndexMap::new(),
        location: None,
    })
}
