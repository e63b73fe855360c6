//! Executors: who begins iterations, and when, on one lane.

use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::alarm::Alarm;
use super::aside::step_aside;
use super::desk::Desk;
use super::division::own_iteration;
use super::iteration::Iteration;
use super::lane::Lane;
use super::pace::{Ramp, Schedule};
use super::user::VirtualUser;
use crate::arazzo::Executor;

/// Runs the part of a scenario that is one lane's, to its end.
pub(crate) async fn execute(lane: Rc<Lane>, part: usize) {
    let Some(scenario) = lane
        .program()
        .parts
        .get(part)
        .map(|part| part.scenario.clone())
    else {
        return;
    };
    let begin = lane.common.start + scenario.start;
    let mut over = lane.common.over.clone();
    tokio::select! {
        () = tokio::time::sleep_until(begin.into()) => {}
        _ = over.wait_for(|over| *over) => return,
    }
    let mut users = JoinSet::new();
    let end = begin + scenario.executor.length();
    let mut run = Part {
        lane: lane.clone(),
        number: part,
        end,
        users: &mut users,
    };
    match &scenario.executor {
        Executor::ConstantVus { vus, .. } => run.closed(*vus, Supply::Endless),
        Executor::SharedIterations {
            vus, iterations, ..
        } => run.closed(*vus, Supply::Shared(*iterations)),
        Executor::PerVuIterations {
            vus, iterations, ..
        } => run.closed(*vus, Supply::Each(*iterations)),
        Executor::RampingVus {
            graceful_ramp_down, ..
        } => {
            if let Some(ramp) = Ramp::of_users(&scenario.executor) {
                run.ramping(
                    &ramp,
                    begin,
                    scenario.executor.most_vus(),
                    *graceful_ramp_down,
                );
            }
        }
        open @ (Executor::ConstantArrivalRate { vus, .. }
        | Executor::RampingArrivalRate { vus, .. }) => {
            run.open(open, begin, *vus).await;
        }
    }
    // Whoever is in an iteration may end it, but not for ever.
    let all = async { while users.join_next().await.is_some() {} };
    let late = async {
        let mut over = lane.common.over.clone();
        tokio::select! {
            () = tokio::time::sleep_until(end.into()) => {}
            _ = over.wait_for(|over| *over) => {}
        }
        tokio::time::sleep(scenario.graceful_stop).await;
    };
    let mut dropped = lane.common.dropped.clone();
    tokio::select! {
        () = all => {}
        () = late => {}
        _ = dropped.wait_for(|dropped| *dropped) => {}
    }
    // Those who are broken off count what they were at.
    users.shutdown().await;
}

/// Where a closed executor's iterations come from.
#[derive(Debug, Clone, Copy)]
enum Supply {
    Endless,
    /// All virtual users together make so many.
    Shared(u64),
    /// Each virtual user makes so many.
    Each(u64),
}

struct Part<'a> {
    lane: Rc<Lane>,
    number: usize,
    end: Instant,
    users: &'a mut JoinSet<()>,
}

impl Part<'_> {
    /// Those of `count` virtual users that belong to this lane.
    fn own(&self, count: u32) -> impl Iterator<Item = u64> + use<> {
        self.lane.division().users(count)
    }

    fn appear(&self) -> VirtualUser {
        if let Some(users) = self.lane.users.get(self.number) {
            users.set(users.get() + 1);
        }
        VirtualUser::new(self.lane.clone(), self.number)
    }

    fn closed(&mut self, count: u32, supply: Supply) {
        for number in self.own(count) {
            let mut user = self.appear();
            let end = self.end;
            self.users.spawn_local(async move {
                let mut made = 0;
                let mut now = Instant::now();
                while now < end && !user.lane.is_over() {
                    let number = match supply {
                        Supply::Endless => own_iteration(number, made, count),
                        Supply::Each(each) if made < each => own_iteration(number, made, count),
                        Supply::Shared(all) => {
                            let common = &user.lane.common;
                            let taken = common.taken.get(user.part);
                            let taken = taken.map(|taken| taken.fetch_add(1, Relaxed));
                            match taken.map(|before| common.shard.nth(before)) {
                                Some(number) if number < all => number,
                                _ => break,
                            }
                        }
                        Supply::Each(_) => break,
                    };
                    made += 1;
                    now = begin(&mut user, number).await;
                }
            });
        }
    }

    fn ramping(&mut self, ramp: &Ramp, begun: Instant, most: u32, graceful: Duration) {
        for number in self.own(most) {
            #[expect(clippy::cast_precision_loss, reason = "there are at most a million")]
            let spans = ramp.above((number + 1) as f64);
            if spans.is_empty() {
                continue;
            }
            let mut user = self.appear();
            let mut over = self.lane.common.over.clone();
            self.users.spawn_local(async move {
                let mut made = 0;
                for (from, to) in spans {
                    tokio::select! {
                        () = tokio::time::sleep_until((begun + from).into()) => {}
                        _ = over.wait_for(|over| *over) => return,
                    }
                    let leaves = begun + to;
                    let stay = async {
                        let mut now = Instant::now();
                        while now < leaves && !user.lane.is_over() {
                            let number = own_iteration(number, made, most);
                            made += 1;
                            now = begin(&mut user, number).await;
                        }
                    };
                    let until = (leaves + graceful).into();
                    if tokio::time::timeout_at(until, stay).await.is_err() {
                        let (lane, part) = (user.lane.clone(), user.part);
                        // What it was doing is lost, and its connection with it.
                        user = VirtualUser::new(lane, part);
                    }
                }
            });
        }
    }

    /// Puts arrivals down when they are due, and calls virtual users as they are needed.
    async fn open(
        &mut self,
        executor: &Executor,
        begun: Instant,
        vus: crate::arazzo::VirtualUsers,
    ) {
        let lane = self.lane.clone();
        let seed = lane.common.seed.derive("arrivals", self.number as u64);
        let Some(schedule) = Schedule::new(executor, seed) else {
            return;
        };
        let division = lane.division();
        let own = schedule.filter(move |(number, _)| division.has(*number));
        let own = own.map(move |(number, due)| Iteration {
            number,
            due: begun + due,
        });
        let entered = lane.common.entered;
        let made = own.clone().filter(move |arrival| arrival.due >= entered);
        let desk = Rc::new(Desk::new(made));
        for _ in self.own(vus.pre_allocated) {
            self.serve(&desk);
        }
        let mut to_come = self.own(vus.max).count() - self.own(vus.pre_allocated).count();
        let mut alarm = Alarm::new();
        let open = lane.program().parts.iter();
        let open = open.filter(|part| part.scenario.executor.is_open());
        let alarms = u32::try_from(open.count()).unwrap_or(u32::MAX);
        let mut over = lane.common.over.clone();
        let mut over = std::pin::pin!(over.wait_for(|over| *over));
        let warm = lane.common.start + lane.common.warm_up;
        for Iteration { due, .. } in own {
            if lane.is_over() {
                break;
            }
            if due < entered {
                // It was due before this machine was there: nobody makes it any more.
                let is_counted = due >= warm || entered < warm;
                lane.iterations(self.number, |counted| {
                    counted.due += u64::from(is_counted);
                    counted.late += u64::from(is_counted);
                    counted.dropped += u64::from(is_counted);
                });
                continue;
            }
            // Where processors are scarce, somebody else has use for this one.
            let sharing = (!lane.is_crowded.get()).then_some(alarms);
            tokio::select! {
                biased;
                idle = alarm.until(due, sharing) => lane.watched.set(lane.watched.get() + idle),
                // What would have been due later is nobody's fault.
                _ = &mut over => break,
            }
            let lag = due.elapsed();
            let is_taken = desk.put();
            let is_late = !is_taken && to_come == 0;
            lane.iterations_due(self.number, due, |counted| {
                counted.due += 1;
                counted.late += u64::from(is_late);
            });
            lane.own(|own| own.send_lag.record(lag));
            if !is_taken && to_come > 0 {
                to_come -= 1;
                self.serve(&desk);
            }
            // Who never waits leaves no time to the others.
            if lag > Duration::from_micros(200) {
                tokio::task::yield_now().await;
            }
        }
        if !lane.is_over() {
            tokio::select! {
                () = tokio::time::sleep_until(self.end.into()) => {}
                _ = &mut over => {}
            }
        }
        let dropped = desk.close();
        lane.iterations(self.number, |counted| counted.dropped += dropped);
    }

    /// A virtual user that takes arrivals.
    fn serve(&mut self, desk: &Rc<Desk>) {
        let (mut user, desk) = (self.appear(), desk.clone());
        desk.expect();
        self.users.spawn_local(async move {
            let bell = Rc::new(Notify::new());
            let mut is_new = true;
            while let Some(arrival) = desk.take(&bell, std::mem::take(&mut is_new)).await {
                user.iterate(arrival, Instant::now()).await;
            }
        });
    }
}

/// Begins an iteration of a closed executor, which is due when it is begun. When it has ended.
///
/// Whose answers have come are judged before: then many requests go out one right after the other, and
/// the target is woken for the first of them only, which costs as much as sending one.
async fn begin(user: &mut VirtualUser, number: u64) -> Instant {
    step_aside().await;
    let now = Instant::now();
    let part = user.part;
    user.lane
        .iterations_due(part, now, |counted| counted.due += 1);
    user.iterate(Iteration { number, due: now }, now).await
}
