//! Runs: starts the lanes, gathers what they tell, and ends them.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};

use super::Load;
use super::apart::Extras;
use super::executor::execute;
use super::gather::Gathered;
use super::lane::{Common, Lane};
use super::supply::{Material, Supplies};
use super::teller::{Teller, ticks};
use super::told::Told;
use super::turns::Turns;
use super::withheld::{Known, Withheld};
use crate::arazzo::LoadProfile;
use crate::check::Fingerprint;
use crate::code::Code;
use crate::probe::{Ended, Stop};
use crate::record::{Event, LoadReport, Obstacle, Sink, Soundness, Started};

/// How long lanes have to get ready before the profile begins.
const HEAD_START: Duration = Duration::from_millis(50);
/// How often it is looked whether the run is to end.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a target that takes no connection is tried.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long threads have to say what was broken off.
const PARTING: Duration = Duration::from_secs(2);
/// How long credentials are refused before nothing more is begun: others may be let in a moment later.
const FORBEARANCE: Duration = Duration::from_millis(200);
/// How many connections must have been refused before a target counts as unreachable.
const KNOCKS: u64 = 10;

/// Runs a load. An error means that a sink could not take an event.
pub(super) fn run(
    mut load: Load,
    started: Started,
    stop: &Stop,
    max_time: Option<Duration>,
    sink: &mut dyn Sink,
) -> io::Result<Ended> {
    let begun = Instant::now();
    let (over, is_over) = watch::channel(false);
    let (dropped, is_dropped) = watch::channel(false);
    let supplies = Supplies::new(&load.program, load.shard);
    supplies.begin(Material {
        program: &load.program,
        origins: &load.origins,
        seed: load.seed,
        shard: load.shard,
    });
    let entered = Instant::now() + HEAD_START;
    let start = load.start_at.unwrap_or(entered);
    let began = time_of(start);
    let lanes = load.lanes;
    let (plan, shared) = (std::mem::take(&mut load.plan), load.shared.take());
    let (common, profile) = common(
        load,
        supplies,
        (start, entered.max(start)),
        (is_over, is_dropped),
    );
    let common = Arc::new(common);
    sink.take(&Event::Started(started))?;
    let (tell, told) = channel();
    let threads: Vec<thread::JoinHandle<()>> = (0..lanes)
        .map(|number| {
            let (common, tell) = (common.clone(), tell.clone());
            thread::Builder::new()
                .name(format!("load-{number}"))
                .spawn(move || lane(common, number, tell))
        })
        .collect::<io::Result<_>>()?;
    drop(tell);
    if !common.supplies.is_empty() {
        let common = common.clone();
        let drawing = thread::Builder::new().name("draw".to_owned());
        // Without it each iteration draws for itself.
        let _ = drawing.spawn(move || {
            let is_over = || common.is_over.load(Relaxed);
            common.supplies.go_on(common.material(), &is_over);
        });
    }
    let mut gathered = Gathered::new(&common.program, &profile, lanes, began);
    gathered.is_part = common.shard.of > 1;
    gathered.late = common.entered.saturating_duration_since(start);
    let mut run = Run {
        common: &common,
        gathered: &mut gathered,
        repeated: Vec::new(),
        withheld: Withheld::default(),
        end: None,
        parted: 0,
        sink,
    };
    let end_all = || {
        common.is_over.store(true, Relaxed);
        let _ = over.send(true);
    };
    let break_off = || {
        end_all();
        let _ = dropped.send(true);
    };
    let gathering = run.gather(&told, start, (stop, max_time), [&end_all, &break_off]);
    end_all();
    // Whatever happened here, nobody goes on sending.
    drop(told);
    for thread in threads.into_iter().filter(|_| !stop.is_insisted()) {
        let _ = thread.join();
    }
    let silent = lanes.saturating_sub(run.parted);
    gathering?;
    let (mut repeated, ended) = (std::mem::take(&mut run.repeated), run.end.take());
    let withheld = std::mem::take(&mut run.withheld);
    for second in gathered.flush() {
        sink.take(&Event::Second(Box::new(second)))?;
    }
    let is_refused = gathered.answers() > 0 && gathered.answers() == gathered.refusals();
    let is_locked_out = gathered.answers() == 0 && gathered.locked_out() > 0;
    gathered.silent = silent;
    let ended = ended.unwrap_or(if is_refused {
        Ended::Unauthorized("every answer was 401 or 403".to_owned())
    } else if is_locked_out {
        Ended::Unreachable(closed_door(&common))
    } else {
        Ended::Completed
    });
    let known = Known {
        is_answered: gathered.answers() > 0,
        is_refused: matches!(ended, Ended::Unauthorized(_)),
    };
    if !known.is_answered {
        gathered.forget(Code::TARGET_LOST);
    }
    let dropped = withheld.release(known, sink)?;
    repeated.retain(|(fingerprint, _)| !dropped.contains(fingerprint));
    let of_step = || {
        let (step, counts) = gathered.put_off_step()?;
        Some(limiter(counts, &format!(" of step `{step}`")))
    };
    let put_off = gathered.put_off().map(|counts| limiter(counts, ""));
    let put_off = put_off.or_else(of_step);
    let silence = gathered.silence().filter(|_| ended == Ended::Completed);
    let silence = silence.map(|message| Obstacle {
        code: Code::NO_ANSWER,
        message,
    });
    let unread = gathered.unread().map(unread);
    let mut report = gathered.report(&ended, shared);
    report.plan = plan;
    sink.take(&Event::Repeated(repeated))?;
    // That the target fell silent says more than that virtual users were kept waiting.
    let hindrance = hindrance(&report).filter(|_| silence.is_none());
    sink.take(&Event::Loaded(Box::new(report)))?;
    let obstacles = put_off.into_iter().chain(unread).chain(silence);
    for obstacle in obstacles.chain(hindrance) {
        sink.take(&Event::Hindered(obstacle))?;
    }
    ended.tell(begun.elapsed(), sink)?;
    Ok(ended)
}

/// The time of day at a moment.
fn time_of(moment: Instant) -> jiff::Timestamp {
    let (now, here) = (jiff::Timestamp::now(), Instant::now());
    let time = match moment.checked_duration_since(here) {
        Some(ahead) => now.checked_add(ahead),
        None => now.checked_sub(here.saturating_duration_since(moment)),
    };
    time.unwrap_or(now)
}

/// What the lanes are given, and the profile.
pub(super) fn common(
    load: Load,
    supplies: Supplies,
    (start, entered): (Instant, Instant),
    (over, dropped): (watch::Receiver<bool>, watch::Receiver<bool>),
) -> (Common, LoadProfile) {
    let (lanes, parts) = (load.lanes, load.program.parts.len());
    let common = Common {
        program: load.program,
        supplies,
        destinations: load.destinations,
        origins: load.origins,
        protocols: load.protocols,
        limits: load.limits,
        rungs: load.rungs,
        seed: load.seed,
        start,
        entered,
        shard: load.shard,
        lanes,
        taken: (0..parts).map(|_| AtomicU64::new(0)).collect(),
        is_over: AtomicBool::new(false),
        over,
        dropped,
        turns: load
            .max_rps
            .and_then(|most| Turns::new(most, entered, load.shard)),
        warm_up: load.profile.warm_up,
        extras: Extras::of(&load.profile),
        max_steps: load.max_steps,
        closed_door: Mutex::default(),
        refused: AtomicU64::new(0),
        is_let_in: AtomicBool::new(false),
    };
    (common, load.profile)
}

/// That no connection could be made, and why.
fn closed_door(common: &Common) -> String {
    let mut told = "no connection could be made".to_owned();
    if let Ok(reason) = common.closed_door.lock()
        && let Some(reason) = &*reason
    {
        told.push_str(": ");
        told.push_str(reason);
    }
    told
}

/// That a limiter was measured, which put so many of so many answers off.
fn limiter((put_off, answers): (u64, u64), whose: &str) -> Obstacle {
    Obstacle {
        code: Code::LIMITER_MEASURED,
        message: format!(
            "{put_off} of {answers} answers{whose} asked to come later (429, or 503 with Retry-After): a limiter was measured, not the server"
        ),
    }
}

/// That so many of so many bodies of some steps were not judged.
fn unread((unread, bodies): (u64, u64)) -> Obstacle {
    Obstacle {
        code: Code::MALFORMED_BODY,
        message: format!(
            "{unread} of {bodies} bodies could not be read (coded, or nested too deeply), and so were not judged by their schemas"
        ),
    }
}

/// Why the numbers of a run prove nothing, if that is so.
fn hindrance(report: &LoadReport) -> Option<Obstacle> {
    (report.soundness == Soundness::GeneratorBound).then(|| Obstacle {
        code: Code::GENERATOR_BOUND,
        message: format!(
            "the generator was the limit, not the target: {}",
            report.doubts.first().map_or("", String::as_str)
        ),
    })
}

struct Run<'a, 'p, 's> {
    common: &'a Common,
    gathered: &'a mut Gathered<'p>,
    repeated: Vec<(Fingerprint, usize)>,
    withheld: Withheld,
    end: Option<Ended>,
    /// How many lanes have told all.
    parted: u64,
    sink: &'s mut dyn Sink,
}

impl Run<'_, '_, '_> {
    /// Takes what the lanes tell until all have ended.
    fn gather(
        &mut self,
        told: &Receiver<Told>,
        start: Instant,
        (stop, max_time): (&Stop, Option<Duration>),
        [end_all, break_off]: [&dyn Fn(); 2],
    ) -> io::Result<()> {
        let mut begun_unreachable = None;
        let mut begun_refused = None;
        let mut broken_off: Option<Instant> = None;
        loop {
            match told.recv_timeout(GLANCE) {
                Ok(told) => self.take(told)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if stop.is_insisted() {
                let ended = || Ended::Stopped("it was interrupted twice".to_owned());
                self.end.get_or_insert_with(ended);
                let since = *broken_off.get_or_insert_with(|| {
                    break_off();
                    Instant::now()
                });
                // A thread that does not listen keeps nobody from leaving.
                if since.elapsed() >= PARTING {
                    return Ok(());
                }
            }
            if self.end.is_some() {
                continue;
            }
            if let Some(mut reason) = stop.reason(start, max_time) {
                if Instant::now() < start {
                    reason.push_str(" before it began");
                }
                self.end = Some(Ended::Stopped(reason));
            } else if let Some(threshold) = self.gathered.abort(start.elapsed()) {
                let (subject, text) = (threshold.subject(), &threshold.text);
                let reason = format!("the threshold `{subject}: {text}` does not hold");
                self.end = Some(Ended::Stopped(reason));
            } else if self.is_refused() {
                let since = *begun_refused.get_or_insert_with(Instant::now);
                if since.elapsed() >= FORBEARANCE {
                    let count = self.common.refused.load(Relaxed);
                    let reason = format!(
                        "every answer was 401 or 403, and after {count} of them no more iterations were begun"
                    );
                    self.end = Some(Ended::Unauthorized(reason));
                }
            } else if self.gathered.answers() == 0 && self.gathered.locked_out() >= KNOCKS {
                let since = *begun_unreachable.get_or_insert_with(Instant::now);
                if since.elapsed() >= PATIENCE {
                    self.end = Some(Ended::Unreachable(closed_door(self.common)));
                }
            }
            if self.end.is_some() {
                end_all();
            }
        }
    }

    /// Whether the credentials are refused throughout.
    fn is_refused(&self) -> bool {
        self.common.refused.load(Relaxed) >= KNOCKS && !self.common.is_let_in.load(Relaxed)
    }

    fn take(&mut self, told: Told) -> io::Result<()> {
        match told {
            Told::Interval(interval) => {
                let mut seconds = self.gathered.take(&interval).into_iter();
                seconds.try_for_each(|second| self.sink.take(&Event::Second(Box::new(second))))
            }
            Told::Found(verdict, secrets) => match self.withheld.keep(verdict, secrets) {
                Some((verdict, secrets)) => self.sink.take(&Event::Sampled(verdict, secrets)),
                None => Ok(()),
            },
            Told::Unsent {
                series,
                reason,
                count,
            } => {
                self.gathered.unsent(series, reason, count);
                Ok(())
            }
            Told::Ended(counts) => {
                self.parted += 1;
                for (fingerprint, count) in counts {
                    let mut known = self.repeated.iter_mut();
                    match known.find(|(known, _)| *known == fingerprint) {
                        Some((_, sum)) => *sum += count,
                        None => self.repeated.push((fingerprint, count)),
                    }
                }
                Ok(())
            }
        }
    }
}

/// What one thread does.
fn lane(common: Arc<Common>, number: u64, tell: Sender<Told>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return;
    };
    let warm_up = common.warm_up;
    let lane = Lane::new(common, number, tell);
    let local = LocalSet::new();
    let work = async {
        let mut parts = JoinSet::new();
        let mut teller = Teller::new(&lane);
        let mut ticks = ticks(warm_up).peekable();
        // A machine that is late leaves the seconds that it missed empty.
        while let Some(missed) =
            ticks.next_if(|tick| lane.common.start + *tick <= lane.common.entered)
        {
            teller.tell(missed, false);
        }
        lane.tick
            .set(ticks.peek().copied().unwrap_or(Duration::MAX));
        for part in 0..lane.program().parts.len() {
            parts.spawn_local(execute(lane.clone(), part));
        }
        let beat = async {
            for tick in ticks {
                lane.tick.set(tick);
                tokio::time::sleep_until((lane.common.start + tick).into()).await;
                teller.tell(tick, false);
            }
        };
        let all = async { while parts.join_next().await.is_some() {} };
        tokio::select! {
            () = beat => {}
            () = all => {}
        }
        let now = lane.since(Instant::now());
        teller.tell(now, true);
    };
    local.block_on(&runtime, work);
    drop(local);
    let counts = lane.repeated.take().into_iter().collect();
    let _ = lane.told.send(Told::Ended(counts));
}
