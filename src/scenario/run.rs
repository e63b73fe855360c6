//! Runs: workflows one after the other, each step by step.

use std::collections::{HashMap, HashSet};
use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::action::Next;
use super::clean_up::waits_for;
use super::frame::Frame;
use super::{Lane, Options, Planned, Suite};
use crate::arazzo::{Workflow, WorkflowValues};
use crate::code::Code;
use crate::http::Transport;
use crate::probe::{Ended, Patience, Stop};
use crate::record::{
    Event, Sink, Started, StepOutcome, StepRun, WorkflowEnded, WorkflowKey, WorkflowStarted,
};

/// How many workflows, or steps that are run before others are tried again, may stand in each other.
pub(super) const MOST_NESTED: usize = 32;
/// How many steps may clean up when no others may be run any more.
const MOST_CLEANING: usize = 100;
/// How often it is looked whether a wait should end.
const GLANCE: Duration = Duration::from_millis(50);

/// A run in the making.
pub(super) struct Runner<'s, 'r, T> {
    pub(super) suite: &'s Suite,
    pub(super) lanes: &'r [Lane<'r, T>],
    pub(super) options: &'r Options,
    pub(super) patience: Patience,
    stop: &'r Stop,
    sink: &'r mut dyn Sink,
    start: Instant,
    /// Inputs and outputs of the workflows that have run, by file and `workflowId`.
    pub(super) known: HashMap<usize, IndexMap<String, WorkflowValues>>,
    /// What came of them.
    outcomes: HashMap<(usize, String), StepOutcome>,
    steps_left: usize,
    /// The same for steps that clean up.
    cleaning_left: usize,
    /// Whether steps that always run are being run.
    pub(super) is_cleaning: bool,
    /// Answers of operations that take credentials, and how many of them were 401 or 403.
    pub(super) answers: usize,
    pub(super) refusals: usize,
    /// Credentials that were taken, by the number of the API description that they are for.
    pub(super) taken: HashSet<(usize, String)>,
    ended: Option<Ended>,
}

/// What came of a workflow.
pub(super) struct Finished {
    pub(super) outcome: StepOutcome,
    pub(super) reason: Option<String>,
    /// What kind of failure it is, if no answer shows it.
    pub(super) code: Option<Code>,
    pub(super) outputs: Map<String, Value>,
}

/// Runs what was planned; `lanes` leads to the server of each API description of the suite. An error
/// means that a sink could not take an event.
pub async fn run<T: Transport>(
    suite: &Suite,
    lanes: &[Lane<'_, T>],
    planned: &[Planned],
    options: &Options,
    stop: &Stop,
    sink: &mut dyn Sink,
) -> io::Result<Ended> {
    let mut runner = Runner {
        suite,
        lanes,
        options,
        patience: Patience::default(),
        stop,
        sink,
        start: Instant::now(),
        known: HashMap::new(),
        outcomes: HashMap::new(),
        steps_left: options.max_steps,
        cleaning_left: MOST_CLEANING,
        is_cleaning: false,
        answers: 0,
        refusals: 0,
        taken: HashSet::new(),
        ended: None,
    };
    let bases = lanes.iter().map(|lane| lane.base.clone()).collect();
    let origin = (options.seed, &*options.at);
    let started = Started {
        planned: suite.steps_planned(planned),
        ..suite.started(planned, &options.target, bases, origin)
    };
    runner.tell(&Event::Started(started))?;
    for each in planned {
        runner.planned(each).await?;
    }
    runner.finish()
}

impl<'s, T: Transport> Runner<'s, '_, T> {
    async fn planned(&mut self, planned: &Planned) -> io::Result<()> {
        let file = self.suite.files.get(planned.file);
        let Some(workflow) = file.and_then(|file| file.description.workflow(&planned.workflow))
        else {
            return Ok(());
        };
        let key = WorkflowKey {
            file: file.map_or_else(String::new, |file| file.name.clone()),
            workflow: workflow.id.clone(),
            run: planned.run.clone(),
        };
        let label = planned.run.as_deref().unwrap_or_default();
        let seed = self.options.seed.derive(&workflow.id, 0).derive(label, 0);
        let inputs = planned.inputs.clone();
        let frame = Frame::new(
            (planned.file, workflow),
            key,
            inputs,
            (seed, self.options.seed),
            0,
        );
        let reason = self.waits_for_workflow(planned.file, workflow);
        self.workflow(frame, reason).await?;
        Ok(())
    }

    /// Why a workflow cannot be run because of another one that it needs.
    fn waits_for_workflow(&self, file: usize, workflow: &Workflow) -> Option<String> {
        let failed = workflow.depends_on.iter().find(|name| {
            let found = self.suite.workflow(file, name);
            let outcome = found.ok().and_then(|(file, workflow)| {
                self.outcomes.get(&(file, workflow.id.clone())).copied()
            });
            outcome != Some(StepOutcome::Passed)
        });
        failed.map(|name| format!("it depends on `{name}`, which did not pass"))
    }

    /// Runs a workflow that another one calls.
    pub(super) async fn nested(
        &mut self,
        (caller, at): (&Frame<'s>, String),
        (file, workflow): (usize, &'s Workflow),
        inputs: Result<Map<String, Value>, String>,
    ) -> io::Result<Finished> {
        let path = caller.way_to(&at);
        let refused = |code, reason: String| Finished {
            outcome: StepOutcome::Failed,
            reason: Some(reason),
            code: Some(code),
            outputs: Map::new(),
        };
        if caller.depth >= MOST_NESTED {
            let reason = format!("more than {MOST_NESTED} workflows call each other");
            return Ok(refused(Code::TOO_MANY_STEPS, reason));
        }
        let mut inputs = match inputs {
            Ok(inputs) => inputs,
            Err(reason) => return Ok(refused(Code::STEP_NOT_SENT, reason)),
        };
        let seed = caller.seed_of(&at, workflow);
        if let Err(error) = super::inputs::complete(workflow, &mut inputs, seed) {
            return Ok(refused(Code::INPUTS_REFUSED, error.message));
        }
        if let Some(reason) = super::inputs::objection(workflow, &inputs) {
            return Ok(refused(Code::INPUTS_REFUSED, reason));
        }
        let key = WorkflowKey {
            file: self
                .suite
                .files
                .get(file)
                .map_or_else(String::new, |file| file.name.clone()),
            workflow: workflow.id.clone(),
            run: Some(path),
        };
        let frame = Frame::new(
            (file, workflow),
            key,
            inputs,
            (seed, caller.once),
            caller.depth + 1,
        );
        let reason = self.waits_for_workflow(file, workflow);
        self.workflow(frame, reason).await
    }

    /// Runs a workflow, unless there is a reason not to.
    fn workflow<'f>(
        &'f mut self,
        mut frame: Frame<'s>,
        mut reason: Option<String>,
    ) -> Pin<Box<dyn Future<Output = io::Result<Finished>> + 'f>>
    where
        's: 'f,
    {
        Box::pin(async move {
            let workflow = frame.workflow;
            self.tell(&Event::WorkflowStarted(WorkflowStarted {
                key: frame.key.clone(),
                summary: workflow.summary.clone(),
                location: workflow.location.clone(),
                inputs: frame.inputs.clone(),
            }))?;
            if reason.is_none() {
                reason = self.over();
            }
            let is_reached = reason.is_none();
            let mut handed_over = None;
            if is_reached {
                handed_over = self.steps(&mut frame).await?;
                self.clean_up(&mut frame).await?;
            }
            self.leave(&frame, reason.as_deref())?;
            let mut finished = self.finished(&mut frame, is_reached, reason);
            if let Some(other) = handed_over {
                // Who hands over ends as the one that takes over does.
                finished.outputs.extend(other.outputs);
                if finished.outcome == StepOutcome::Passed {
                    finished.outcome = other.outcome;
                    finished.reason = other.reason;
                    finished.code = other.code;
                }
            }
            let values = WorkflowValues {
                inputs: frame.inputs.clone(),
                outputs: finished.outputs.clone(),
            };
            let known = self.known.entry(frame.file).or_default();
            known.insert(workflow.id.clone(), values);
            let outcome = self
                .outcomes
                .entry((frame.file, workflow.id.clone()))
                .or_insert(finished.outcome);
            if *outcome == StepOutcome::Passed {
                *outcome = finished.outcome;
            }
            self.tell(&Event::WorkflowEnded(WorkflowEnded {
                key: frame.key,
                outcome: finished.outcome,
                reason: finished.reason.clone(),
                outputs: finished.outputs.clone(),
            }))?;
            Ok(finished)
        })
    }

    /// Runs steps as the flow leads; the result of the workflow that takes over, if one does.
    async fn steps(&mut self, frame: &mut Frame<'s>) -> io::Result<Option<Finished>> {
        let mut next = 0;
        while next < frame.workflow.steps.len() {
            if let Some(reason) = self.over() {
                frame.failure.get_or_insert(reason);
                break;
            }
            if let Some(reason) = waits_for(frame, next) {
                frame.failure.get_or_insert(reason);
                break;
            }
            match self.step(frame, next).await? {
                Next::Follow => next += 1,
                Next::Step(index) => next = index,
                Next::End | Next::Break => break,
                Next::Workflow(name, inputs) => {
                    let Ok((file, callee)) = self.suite.workflow(frame.file, &name) else {
                        break;
                    };
                    let caller = (&*frame, "goto".to_owned());
                    return self.nested(caller, (file, callee), inputs).await.map(Some);
                }
            }
        }
        Ok(None)
    }

    /// Tells of the steps that were not reached.
    fn leave(&mut self, frame: &Frame<'s>, reason: Option<&str>) -> io::Result<()> {
        for (index, step) in frame.workflow.steps.iter().enumerate() {
            if frame.ran.contains(&index) {
                continue;
            }
            let reason = match (reason, &frame.failure) {
                (Some(reason), _) => reason.to_owned(),
                (None, Some(_)) if step.always && self.obstacle().is_none() => {
                    "what it refers to is not known".to_owned()
                }
                (None, Some(failure)) => failure.clone(),
                (None, None) => "the flow did not lead here".to_owned(),
            };
            let told = self.told(
                frame,
                index,
                StepOutcome::NotReached,
                Vec::new(),
                Map::new(),
            );
            let run = StepRun {
                reason: Some(reason),
                ..told
            };
            self.tell(&Event::Step(Box::new(run)))?;
        }
        Ok(())
    }

    /// What came of a workflow whose steps have run; an output that has no value fails it.
    fn finished(
        &self,
        frame: &mut Frame<'s>,
        is_reached: bool,
        reason: Option<String>,
    ) -> Finished {
        let mut outputs = Map::new();
        let mut code = None;
        let file = self.suite.files.get(frame.file);
        if is_reached {
            let mut missing = None;
            let scope = frame.scope(file, self.known.get(&frame.file), None, None);
            for (name, output) in &frame.workflow.outputs {
                match output.value.render(&scope) {
                    Ok(value) => {
                        outputs.insert(name.clone(), value);
                    }
                    Err(_) if frame.failure.is_some() => {}
                    Err(error) => {
                        code = Some(Code::OUTPUT_MISSING);
                        missing.get_or_insert(format!("the output `{name}`: {error}"));
                    }
                }
            }
            if let Some(missing) = missing {
                frame.failure.get_or_insert(missing);
            }
        }
        let outcome = match (is_reached, &frame.failure) {
            (false, _) => StepOutcome::NotReached,
            (true, Some(_)) => StepOutcome::Failed,
            (true, None) => StepOutcome::Passed,
        };
        Finished {
            outcome,
            reason: reason.or_else(|| frame.failure.clone()),
            code,
            outputs,
        }
    }

    /// Takes one of the steps that may still be run.
    pub(super) fn takes_step(&mut self) -> bool {
        let left = if self.is_cleaning && self.steps_left == 0 {
            &mut self.cleaning_left
        } else {
            &mut self.steps_left
        };
        let takes = *left > 0;
        *left = left.saturating_sub(1);
        takes
    }

    pub(super) fn tell(&mut self, event: &Event) -> io::Result<()> {
        self.sink.take(event)
    }

    pub(super) fn end(&mut self, ended: Ended) {
        self.ended.get_or_insert(ended);
    }

    /// What keeps everything more from being sent: it is why whatever failed last did.
    pub(super) fn obstacle(&self) -> Option<Code> {
        match &self.ended {
            Some(Ended::Unreachable(_)) => Some(Code::UNREACHABLE),
            Some(Ended::Unauthorized(_)) => Some(Code::UNAUTHORIZED),
            _ => None,
        }
    }

    /// Whether there is no time to try anything again.
    pub(super) fn is_over(&mut self) -> bool {
        self.look();
        self.ended.is_some()
    }

    /// Why nothing more is begun, if that is so. What cleans up is begun even when the run is stopped.
    pub(super) fn over(&mut self) -> Option<String> {
        self.look();
        match self.ended.as_ref()? {
            Ended::Stopped(reason) if !self.is_cleaning => Some(reason.clone()),
            Ended::Unreachable(reason) => Some(format!("the server cannot be reached: {reason}")),
            Ended::Unauthorized(_) => Some("the target refused the credentials".to_owned()),
            _ => None,
        }
    }

    /// Looks whether the run is to end.
    fn look(&mut self) {
        if let Some(reason) = self.stop.reason(self.start, self.options.max_time) {
            self.end(Ended::Stopped(reason));
        }
    }

    /// Waits, as long as there is a reason to.
    pub(super) async fn pause(&mut self, wait: Duration) {
        let until = Instant::now() + wait;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.is_over() {
                return;
            }
            tokio::time::sleep(left.min(GLANCE)).await;
        }
    }

    fn finish(&mut self) -> io::Result<Ended> {
        let passed = |outcome: &StepOutcome| *outcome == StepOutcome::Passed;
        let any_passed = self.outcomes.values().any(passed);
        if self.answers > 0 && self.answers == self.refusals && !any_passed {
            self.end(Ended::Unauthorized(
                "every answer was 401 or 403".to_owned(),
            ));
        }
        let ended = self.ended.take().unwrap_or(Ended::Completed);
        ended.tell(self.start.elapsed(), self.sink)?;
        Ok(ended)
    }
}
