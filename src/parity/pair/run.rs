//! Runs: sends the same cases to two targets, and to the first one again.

use std::io;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use super::health::{Illness, Side};
use super::lockstep::{Lockstep, Paced};
use super::pulse::Pulses;
use super::recording::{Recording, Tape};
use super::watch::Watch;
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

impl<T> Job<'_, T> {
    /// How many servers each side has: one for each API description.
    fn servers(&self) -> usize {
        match self {
            Self::Cases { .. } => 1,
            Self::Scenario { lanes, .. } => lanes.len(),
        }
    }
}

/// Asks two sides the same at the same time. `stop` ends both; where one side ends early, so does the
/// other, and so it is where one of them turns out not to be fit to be compared. `timeout` is how long a
/// request may take. An error says that something cannot be recorded.
pub async fn both<B: Transport, C: Transport>(
    baseline: Job<'_, B>,
    candidate: Job<'_, C>,
    timeout: Duration,
    stop: &Stop,
) -> io::Result<(Recording, Recording)> {
    let lockstep = Lockstep::default();
    let watch = Watch::default();
    let pulses = Pulses::new(baseline.servers());
    let round = |side| Round {
        side,
        lockstep: Some(&lockstep),
        watch: &watch,
        pulses: &pulses,
        near: timeout / 2,
        all: stop,
    };
    let (left, right) = tokio::join!(
        async {
            let recording = record(&baseline, round(Side::Baseline)).await;
            lockstep.leave(0);
            if !is_whole(&recording) {
                watch.stops[1].ask();
            }
            recording
        },
        async {
            let recording = record(&candidate, round(Side::Candidate)).await;
            lockstep.leave(1);
            if !is_whole(&recording) {
                watch.stops[0].ask();
            }
            recording
        }
    );
    let (mut left, mut right) = (left?, right?);
    for illness in watch.illnesses() {
        let recording = match illness.side {
            Side::Baseline => &mut left,
            Side::Candidate => &mut right,
        };
        recording.ailment = Some(illness.ailment());
    }
    Ok((left, right))
}

/// Asks one side alone.
pub async fn alone<T: Transport>(
    job: Job<'_, T>,
    timeout: Duration,
    stop: &Stop,
) -> io::Result<Recording> {
    let watch = Watch::default();
    let pulses = Pulses::new(job.servers());
    let round = Round {
        side: Side::Baseline,
        lockstep: None,
        watch: &watch,
        pulses: &pulses,
        near: timeout / 2,
        all: stop,
    };
    let mut recording = record(&job, round).await?;
    recording.ailment = watch.illnesses().first().map(Illness::ailment);
    Ok(recording)
}

fn is_whole(recording: &io::Result<Recording>) -> bool {
    matches!(recording, Ok(recording) if recording.ended == Some(Ended::Completed))
}

/// What one side's run has to do with.
#[derive(Clone, Copy)]
struct Round<'a> {
    side: Side,
    lockstep: Option<&'a Lockstep>,
    watch: &'a Watch,
    pulses: &'a Pulses,
    near: Duration,
    all: &'a Stop,
}

async fn record<T: Transport>(job: &Job<'_, T>, round: Round<'_>) -> io::Result<Recording> {
    let mut tape = Tape::new(round.side, round.watch, round.pulses);
    let [one, other] = &round.watch.stops;
    let own = match round.side {
        Side::Baseline => one,
        Side::Candidate => other,
    };
    let ended = match job {
        Job::Cases {
            spec,
            options,
            authority,
            transport,
        } => {
            let paced = round.paced(*transport, 0, options.workers);
            let run = conform::run(spec, options, authority, &paced, own, &mut tape);
            dropped(Box::pin(run), [own, round.all], options.max_time).await?
        }
        Job::Scenario {
            suite,
            lanes,
            planned,
            options,
        } => {
            let ways: Vec<Paced<'_, T>> = lanes
                .iter()
                .enumerate()
                .map(|(api, lane)| Paced {
                    is_scripted: true,
                    ..round.paced(lane.transport, api, 1)
                })
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
            // What one side has to clean up is not dropped because of the other one.
            dropped(Box::pin(run), [round.all, round.all], None).await?
        }
    };
    Ok(tape.finish(ended))
}

/// Runs something until its end, or until a moment after one of `stops` was asked for or its time is up, if it may
/// take no more than `most`.
async fn dropped(
    run: impl Future<Output = io::Result<Ended>>,
    stops: [&Stop; 2],
    most: Option<Duration>,
) -> io::Result<Ended> {
    let [own, all] = stops;
    tokio::select! {
        ended = run => ended,
        () = over(own) => Ok(Ended::Stopped("it was interrupted".to_owned())),
        () = over(all) => Ok(Ended::Stopped("it was interrupted".to_owned())),
        Some(most) = overdue(most) => {
            Ok(Ended::Stopped(format!("the time was up after {most:?}")))
        }
    }
}

/// Comes to its end a moment after the time is up, or at once where it is not bounded.
async fn overdue(most: Option<Duration>) -> Option<Duration> {
    tokio::time::sleep(most?.saturating_add(MOMENT)).await;
    most
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

impl<'a> Round<'a> {
    fn paced<T>(self, transport: &'a T, api: usize, slack: usize) -> Paced<'a, T> {
        Paced {
            transport,
            lockstep: self.lockstep,
            side: self.side,
            watch: self.watch,
            pulses: self.pulses.of(api),
            is_scripted: false,
            near: self.near,
            slack,
            all: self.all,
            answered: AtomicUsize::new(0),
            throttled: AtomicUsize::new(0),
        }
    }
}
