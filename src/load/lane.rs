//! Lanes: what the virtual users of one thread share.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::apart::Extras;
use super::connection::http2::Pool;
use super::connection::{Destination, Limits};
use super::division::{Division, Shard};
use super::expect::Expectations;
use super::measure::{IterationMeasure, Measures, SelfMeasure, StepMeasure};
use super::message::Origin;
use super::program::Program;
use super::protocol::Protocol;
use super::supply::{Material, Supplies};
use super::told::Told;
use super::turns::Turns;
use crate::check::Fingerprint;
use crate::judge::Rungs;
use crate::seed::Seed;

/// How many reasons are told in a moment why requests could not be made.
const MOST_REASONS: usize = 20;

/// What all lanes are given.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) program: Program,
    /// The requests that are drawn ahead.
    pub(crate) supplies: Supplies,
    /// Where the target of each API description is, by lane.
    pub(crate) destinations: Vec<Vec<Destination>>,
    pub(crate) origins: Vec<Origin>,
    /// How the target of each API description is spoken to.
    pub(crate) protocols: Vec<Protocol>,
    pub(crate) limits: Limits,
    pub(crate) rungs: Rungs,
    pub(crate) seed: Seed,
    /// When the profile begins, or began.
    pub(crate) start: Instant,
    /// When this machine is there; what was due before is missed.
    pub(crate) entered: Instant,
    /// Which of several machines this is.
    pub(crate) shard: Shard,
    /// How many lanes there are.
    pub(crate) lanes: u64,
    /// How many iterations were taken of each scenario that shares them.
    pub(crate) taken: Vec<AtomicU64>,
    /// Whether no further iteration is begun.
    pub(crate) is_over: AtomicBool,
    /// The same, for who waits.
    pub(crate) over: tokio::sync::watch::Receiver<bool>,
    /// Whether iterations under way are broken off, for who waits.
    pub(crate) dropped: tokio::sync::watch::Receiver<bool>,
    /// When requests may be sent, if there is a limit.
    pub(crate) turns: Option<Turns>,
    /// How long the beginning is that thresholds do not measure.
    pub(crate) warm_up: Duration,
    /// What thresholds ask for beside the usual.
    pub(crate) extras: Extras,
    /// How many steps one iteration may have.
    pub(crate) max_steps: usize,
    /// Why the last connection could not be made that could not.
    pub(crate) closed_door: Mutex<Option<String>>,
    /// Answers that refused the credentials though nobody asked for that.
    pub(crate) refused: AtomicU64,
    /// Whether any answer did not.
    pub(crate) is_let_in: AtomicBool,
}

impl Common {
    /// What requests are drawn up from.
    pub(crate) fn material(&self) -> Material<'_> {
        Material {
            program: &self.program,
            origins: &self.origins,
            seed: self.seed,
            shard: self.shard,
        }
    }
}

/// What the virtual users of one thread share.
pub(crate) struct Lane {
    pub(crate) common: Arc<Common>,
    pub(crate) number: u64,
    measures: RefCell<Measures>,
    /// When the present interval ends, since the profile began.
    pub(crate) tick: Cell<Duration>,
    /// The interval in which the clock was held against the target's last.
    pub(crate) held: Cell<Duration>,
    /// What was due behind the end of the present interval, by scenario: its end is told of a little
    /// later than it is.
    early: RefCell<Vec<IterationMeasure>>,
    /// The HTTP/2 connections to each target that is to speak it.
    pools: Vec<Option<Pool>>,
    /// What is expected of answers, by series.
    pub(crate) expectations: RefCell<Vec<Expectations>>,
    /// Virtual users that are in an iteration, by scenario.
    pub(crate) busy: Vec<Cell<u32>>,
    /// Virtual users that there are, by scenario.
    pub(crate) users: Vec<Cell<u32>>,
    /// Whether an answer of this lane did not refuse the credentials.
    is_let_in: Cell<bool>,
    /// How long it has kept the processor awake with nothing to do, in the present interval.
    pub(crate) watched: Cell<Duration>,
    /// Whether it had to wait for a processor in the last interval.
    pub(crate) is_crowded: Cell<bool>,
    /// Requests that could not be made since the last time, by series and reason.
    pub(crate) unsent: RefCell<BTreeMap<(usize, String), u64>>,
    /// How often each finding was made.
    pub(crate) repeated: RefCell<HashMap<Fingerprint, usize>>,
    pub(crate) told: std::sync::mpsc::Sender<Told>,
}

impl Lane {
    pub(crate) fn new(
        common: Arc<Common>,
        number: u64,
        told: std::sync::mpsc::Sender<Told>,
    ) -> Rc<Self> {
        let series = common.program.series.len();
        let parts = common.program.parts.len();
        let own = usize::try_from(number).unwrap_or(usize::MAX);
        let destinations = common.destinations.get(own).into_iter().flatten();
        let pools = destinations.zip(&common.protocols);
        let pools = pools.map(|(destination, protocol)| {
            let most = protocol.share(number, common.lanes);
            let pool = || Pool::new(destination.clone(), common.limits, most);
            protocol.is_shared().then(pool)
        });
        Rc::new(Self {
            pools: pools.collect(),
            number,
            measures: RefCell::new(Measures::new(series, parts)),
            tick: Cell::new(Duration::MAX),
            held: Cell::new(Duration::ZERO),
            early: RefCell::new(vec![IterationMeasure::default(); parts]),
            expectations: RefCell::new((0..series).map(|_| Expectations::default()).collect()),
            busy: vec![Cell::new(0); parts],
            users: vec![Cell::new(0); parts],
            is_let_in: Cell::new(false),
            watched: Cell::new(Duration::ZERO),
            is_crowded: Cell::new(false),
            unsent: RefCell::default(),
            repeated: RefCell::default(),
            told,
            common,
        })
    }

    /// Where the target of an API description is.
    pub(crate) fn destination(&self, api: usize) -> Option<&Destination> {
        let number = usize::try_from(self.number).ok()?;
        self.common.destinations.get(number)?.get(api)
    }

    /// The HTTP/2 connections to the target of an API description, if it is to speak HTTP/2.
    pub(crate) fn pool(&self, api: usize) -> Option<&Pool> {
        self.pools.get(api)?.as_ref()
    }

    /// Which part of the load is this lane's.
    pub(crate) fn division(&self) -> Division {
        Division {
            shard: self.common.shard,
            lane: self.number,
            lanes: self.common.lanes,
        }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.common.program
    }

    /// Notes why a connection could not be made.
    pub(crate) fn locked_out(&self, reason: String) {
        if let Ok(mut last) = self.common.closed_door.lock() {
            *last = Some(reason);
        }
    }

    /// Changes what is counted of a series.
    pub(crate) fn step(&self, series: usize, change: impl FnOnce(&mut StepMeasure)) {
        if let Some(step) = self.measures.borrow_mut().steps.get_mut(series) {
            change(step);
        }
    }

    /// Changes what is counted of a series, and what the lane counts about itself.
    pub(crate) fn answered(
        &self,
        series: usize,
        change: impl FnOnce(&mut StepMeasure, &mut SelfMeasure),
    ) {
        let measures = &mut *self.measures.borrow_mut();
        if let Some(step) = measures.steps.get_mut(series) {
            change(step, &mut measures.own);
        }
    }

    /// Changes what is counted of the iterations of a scenario.
    pub(crate) fn iterations(&self, part: usize, change: impl FnOnce(&mut IterationMeasure)) {
        if let Some(iterations) = self.measures.borrow_mut().iterations.get_mut(part) {
            change(iterations);
        }
    }

    /// The same in the interval in which something was due.
    pub(crate) fn iterations_due(
        &self,
        part: usize,
        due: Instant,
        change: impl FnOnce(&mut IterationMeasure),
    ) {
        if self.since(due) < self.tick.get() {
            self.iterations(part, change);
        } else if let Some(iterations) = self.early.borrow_mut().get_mut(part) {
            change(iterations);
        }
    }

    /// Changes what the lane counts about itself.
    pub(crate) fn own(&self, change: impl FnOnce(&mut SelfMeasure)) {
        change(&mut self.measures.borrow_mut().own);
    }

    /// Notes that a request could not be made. Of many reasons in a moment, some are enough.
    pub(crate) fn unsent(&self, series: usize, reason: String) {
        let mut unsent = self.unsent.borrow_mut();
        let is_new = !unsent.contains_key(&(series, reason.clone()));
        if !is_new || unsent.len() < MOST_REASONS {
            *unsent.entry((series, reason)).or_default() += 1;
        }
    }

    /// Whether requests wait for their turn.
    pub(crate) fn is_limited(&self) -> bool {
        self.common.turns.is_some()
    }

    /// Waits for the turn of a request, where there is a limit.
    pub(crate) async fn turn(&self) {
        let Some(turns) = &self.common.turns else {
            return;
        };
        let now = Instant::now();
        let turn = turns.take(now);
        if turn.at > now {
            if turn.is_pressed {
                self.own(|own| own.held += 1);
            }
            tokio::time::sleep_until(turn.at.into()).await;
        }
    }

    /// Hands over what was counted since the last time.
    pub(crate) fn hand_over(&self) -> Measures {
        let program = self.program();
        let mut fresh = Measures::new(program.series.len(), program.parts.len());
        std::mem::swap(&mut fresh.iterations, &mut *self.early.borrow_mut());
        let mut counted = self.measures.replace(fresh);
        for iterations in &mut counted.iterations {
            iterations.settle();
        }
        counted
    }

    /// Hands over all that is left.
    pub(crate) fn hand_over_all(&self) -> Measures {
        let mut last = self.hand_over();
        last.add(&self.hand_over());
        last
    }

    /// Notes an answer, and whether it refused the credentials though nobody asked for that.
    pub(crate) fn admitted(&self, is_refused: bool) {
        use std::sync::atomic::Ordering::Relaxed;
        if is_refused {
            self.common.refused.fetch_add(1, Relaxed);
        } else if !self.is_let_in.replace(true) {
            self.common.is_let_in.store(true, Relaxed);
        }
    }

    /// Whether no further iteration is begun.
    pub(crate) fn is_over(&self) -> bool {
        use std::sync::atomic::Ordering::Relaxed;
        self.common.is_over.load(Relaxed)
    }

    /// A moment as the time since the profile began.
    pub(crate) fn since(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.common.start)
    }
}
