//! The conformance gate: plans cases from the document, sends them to one target, judges every answer.
//!
//! A run goes through phases: *preflight* (does the target answer, does it take the credentials?),
//! examples, valid, invalid and protocol cases as planned, then stateful sequences. Requests of safe
//! methods run side by side; requests that may change state go one after another, so that equal seeds
//! give equal runs.

mod identity;
mod link;
mod only;
mod preflight;
mod relation;
mod run;
mod sequence;
mod witness;

use std::io;
use std::time::Duration;

use crate::case::{Authority, Phase, PlanOptions, plan_while};
use crate::http::Transport;
pub use only::{Only, Pick, lost};
pub use witness::{Standing, Witness};

pub use crate::probe::{Ended, Stop};
use crate::record::{Event, Sink, Started};
use crate::spec::Spec;

use run::Run;

/// What a run is made of.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which cases to make.
    pub plan: PlanOptions,
    /// How many requests of safe methods are under way at once; at least 1.
    pub workers: usize,
    /// Whether unsafe methods may be sent.
    pub writes: bool,
    /// Whether DELETE may be sent.
    pub deletes: bool,
    /// How long the run may take.
    pub max_time: Option<Duration>,
    /// The name of the target, for reports.
    pub target: String,
    /// The URL at which a curl line reaches the target.
    pub base: String,
    /// When the run began, in RFC 3339.
    pub at: String,
    /// Which cases to send; all of them if `None`.
    pub only: Option<Only>,
}

/// Runs the gate. An error means that a sink could not take an event.
pub async fn run<T: Transport>(
    spec: &Spec,
    options: &Options,
    authority: &Authority,
    transport: &T,
    stop: &Stop,
    sink: &mut dyn Sink,
) -> io::Result<Ended> {
    let selected = options.plan.operations.iter().map(|id| (0, id.clone()));
    let started = Started {
        api: format!("{} {}", spec.title, spec.version),
        document: spec.schemas.document(0).name.to_string(),
        target: options.target.clone(),
        bases: vec![options.base.clone()],
        seed: options.plan.seed,
        operations: selected.collect(),
        planned: 0,
        at: options.at.clone(),
    };
    let mut run = Run::new(spec, options, authority, transport, stop, sink);
    run.tell(&Event::Started(started))?;
    preflight::run(&mut run).await?;
    if !run.has_ended() {
        let found = sequence::acquire(&mut run).await?;
        let mut plan_options = options.plan.clone();
        plan_options.resources.extend(found);
        if let Some(only) = &options.only {
            plan_options.operations = only.planned(&plan_options.operations);
        }
        let plan = plan_while(spec, &plan_options, &|| run.goes_on());
        run.heed();
        let cases = match &options.only {
            Some(only) => only.narrow(plan.cases, |case| run.is_safe(case)),
            None => plan.cases,
        };
        run.tell(&Event::Planned { cases: cases.len() })?;
        for skip in plan.skipped {
            run.skip(skip)?;
        }
        run.cases(cases).await?;
    }
    let has_sequences = options.only.as_ref().is_none_or(Only::has_sequences);
    if !run.has_ended() && has_sequences && options.plan.phases.contains(&Phase::Stateful) {
        sequence::run(&mut run).await?;
    }
    run.finish()
}
