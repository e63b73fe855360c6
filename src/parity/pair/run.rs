//! Runs: sends the same cases to two targets, and to the first one again.

use std::io;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use super::lockstep::{Lockstep, Paced};
use super::recording::{Recording, Tape};
use crate::case::Authority;
use crate::conform;
use crate::http::Transport;
use crate::probe::{Ended, Stop};
use crate::scenario::{self, Lane, Planned, Suite};
use crate::spec::Spec;

/// How long what is under way is waited for after an interruption.
const MOMENT: Duration = Duration::from_secs(1);

/// How often is looked for one.
const LOOK: Duration = Duration::from_millis(50);

/// What one side is sent.
#[derive(Debug)]
pub enum Job<'a, T> {
    /// Cases that are generated from a document.
    Cases {
        /// The document.
        spec: &'a Spec,
        /// Which cases.
        options: &'a conform::Options,
        /// The target's credentials.
        authority: &'a Authority,
        /// The way to it.
        transport: &'a T,
    },
    /// Workflows of scenario files.
    Scenario {
        /// The files.
        suite: &'a Suite,
        /// The ways to the servers of their API descriptions.
        lanes: &'a [Lane<'a, T>],
        /// The workflows, with this side's inputs.
        planned: &'a [Planned],
        /// How they are run.
        options: &'a scenario::Options,
    },
}

/// Asks two sides the same at the same time. `stop` ends both; where one side ends early, so does the
/// other. An error says that something cannot be recorded.
pub async fn both<B: Transport, C: Transport>(
    baseline: Job<'_, B>,
    candidate: Job<'_, C>,
    stop: &Stop,
) -> io::Result<(Recording, Recording)> {
    let lockstep = Lockstep::default();
    let stops = (Stop::default(), Stop::default());
    let (left, right) = tokio::join!(
        async {
            let recording = record(&baseline, Some((&lockstep, 0)), &stops.0, stop).await;
            lockstep.leave(0);
            if !is_whole(&recording) {
                stops.1.ask();
            }
            recording
        },
        async {
            let recording = record(&candidate, Some((&lockstep, 1)), &stops.1, stop).await;
            lockstep.leave(1);
            if !is_whole(&recording) {
                stops.0.ask();
            }
            recording
        }
    );
    Ok((left?, right?))
}

/// Asks one side alone.
pub async fn alone<T: Transport>(job: Job<'_, T>, stop: &Stop) -> io::Result<Recording> {
    record(&job, None, &Stop::default(), stop).await
}

fn is_whole(recording: &io::Result<Recording>) -> bool {
    matches!(recording, Ok(recording) if recording.ended == Some(Ended::Completed))
}

async fn record<T: Transport>(
    job: &Job<'_, T>,
    lockstep: Option<(&Lockstep, usize)>,
    own: &Stop,
    all: &Stop,
) -> io::Result<Recording> {
    let mut tape = Tape::default();
    let ended = match job {
        Job::Cases {
            spec,
            options,
            authority,
            transport,
        } => {
            let paced = paced(*transport, lockstep, options.workers, (own, all));
            let run = conform::run(spec, options, authority, &paced, own, &mut tape);
            dropped(Box::pin(run), all).await?
        }
        Job::Scenario {
            suite,
            lanes,
            planned,
            options,
        } => {
            let ways: Vec<Paced<'_, T>> = lanes
                .iter()
                .map(|lane| paced(lane.transport, lockstep, 1, (own, all)))
                .collect();
            let lanes: Vec<Lane<'_, Paced<'_, T>>> = lanes
                .iter()
                .zip(&ways)
                .map(|(lane, transport)| Lane {
                    transport,
                    authority: lane.authority.clone(),
                    base: lane.base.clone(),
                })
                .collect();
            let run = scenario::run(suite, &lanes, planned, options, own, &mut tape);
            dropped(Box::pin(run), all).await?
        }
    };
    Ok(tape.finish(ended))
}

/// Runs something until its end, or until a moment after it was asked to stop.
async fn dropped(run: impl Future<Output = io::Result<Ended>>, stop: &Stop) -> io::Result<Ended> {
    tokio::select! {
        ended = run => ended,
        () = over(stop) => Ok(Ended::Stopped("it was interrupted".to_owned())),
    }
}

/// Comes to its end a moment after `stop` was asked for, and at once when it is insisted on: what is
/// under way then is waited for no longer.
pub(super) async fn over(stop: &Stop) {
    while !stop.is_asked() {
        tokio::time::sleep(LOOK).await;
    }
    let asked = Instant::now();
    while !stop.is_insisted() && asked.elapsed() < MOMENT {
        tokio::time::sleep(LOOK).await;
    }
}

fn paced<'a, T>(
    transport: &'a T,
    lockstep: Option<(&'a Lockstep, usize)>,
    slack: usize,
    (own, all): (&'a Stop, &'a Stop),
) -> Paced<'a, T> {
    Paced {
        transport,
        lockstep,
        slack,
        own,
        all,
        answered: AtomicUsize::new(0),
        throttled: AtomicUsize::new(0),
    }
}
