//! Seconds: what the lanes counted in a second, as it is told.

use std::sync::Arc;

use super::measure::{IterationMeasure, StepMeasure};
use super::program::Program;
use crate::record::{SecondLoad, StepName, StepSecond};

/// The steps, by the number of the series; `None` for those that call no operation.
pub(super) fn names(program: &Program) -> Vec<Option<Arc<StepName>>> {
    let named = program.series.iter().map(|series| {
        let part = program.parts.get(series.part);
        Some(Arc::new(StepName {
            scenario: part.map_or_else(String::new, |part| part.name.clone()),
            workflow: series.workflow.clone(),
            step: series.step.clone(),
            operation: series.operation.clone()?,
        }))
    });
    named.collect()
}

/// What a step did in a second.
pub(super) fn of_second(counted: StepMeasure, name: Arc<StepName>) -> StepSecond {
    StepSecond {
        name,
        requests: counted.requests,
        failed: counted.failed,
        sent_again: counted.again,
        throttled: counted.throttled,
        schema_violations: counted.violations.hits,
        undocumented_status: counted.undocumented.hits,
        statuses: counted.statuses,
        sent_bytes: counted.sent,
        received_bytes: counted.received,
        response: counted.response,
        service: counted.service,
    }
}

/// What was due and what was begun: where some executors ask for a rate, theirs.
pub(super) fn count_iterations(
    program: &Program,
    row: &mut SecondLoad,
    counted: &[IterationMeasure],
) {
    let is_open = |at: usize| {
        let part = program.parts.get(at);
        part.is_some_and(|part| part.scenario.executor.is_open())
    };
    let any_open = (0..counted.len()).any(is_open);
    for (at, counted) in counted.iter().enumerate() {
        row.late += counted.late;
        row.dropped += counted.dropped;
        *row.failed_iterations.get_or_insert_default() += counted.failed;
        *row.interrupted.get_or_insert_default() += counted.interrupted;
        if is_open(at) {
            row.due = Some(row.due.unwrap_or(0) + counted.due);
        }
        if is_open(at) || !any_open {
            row.begun += counted.begun;
        }
    }
}
