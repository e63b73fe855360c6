//! Supplies: requests with bodies of their own, drawn up ahead by a thread that does nothing else.
//!
//! What a body is follows from the seed and the number of its iteration alone. So it does not matter who
//! draws it: an iteration that finds nothing ready draws up the same request itself.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::division::Shard;
use super::draft::Draft;
use super::message::Origin;
use super::program::{Call, Part, Program, Ready, Script};
use crate::arazzo::Executor;
use crate::seed::Seed;

/// How many requests of a step are drawn ahead, about.
const AHEAD: u64 = 256;
/// How many requests are ready at most, however many virtual users there are, unless there are so many
/// steps that each needs its own.
const MOST_READY: usize = 1_024;
/// How long nothing is sent yet because the first of them are being drawn.
const PATIENCE: Duration = Duration::from_millis(500);

/// The supplies of a run, by the number of the series; most steps need none.
#[derive(Debug, Default)]
pub(crate) struct Supplies {
    all: Vec<Option<Supply>>,
    /// How many requests are ready, and how many may be.
    ready: AtomicUsize,
    most: usize,
}

/// The requests of one step of one scenario.
pub(crate) struct Supply {
    part: usize,
    script: usize,
    step: usize,
    /// The scripts of the scenario's mix that lead to the step.
    from: Vec<usize>,
    /// Iteration n takes what lies at the place n modulo their number.
    places: Vec<Mutex<Place>>,
    /// No iteration has this number or a higher one.
    end: u64,
}

#[derive(Debug)]
struct Place {
    /// The number of the iteration that takes from here next.
    number: u64,
    ready: Option<Box<Ready>>,
}

/// What was taken from a place.
struct Taken {
    ready: Box<Ready>,
    /// Whether it was drawn for who took it.
    is_meant: bool,
}

/// What requests are drawn up from.
#[derive(Clone, Copy)]
pub(crate) struct Material<'m> {
    pub(crate) program: &'m Program,
    pub(crate) origins: &'m [Origin],
    pub(crate) seed: Seed,
    pub(crate) shard: Shard,
}

/// Where what an iteration draws comes from: iterations of several scenarios draw different things, those
/// of the first what a run with this number would.
pub(crate) fn draw_number(part: usize, iteration: u64) -> u64 {
    let part = u64::try_from(part).unwrap_or_default();
    iteration.wrapping_add(part << 48)
}

impl Supplies {
    /// Supplies for all steps that draw anew for each iteration.
    pub(crate) fn new(program: &Program, shard: Shard) -> Self {
        let mut supplies = Vec::new();
        supplies.resize_with(program.series.len(), || None);
        for (number, part) in program.parts.iter().enumerate() {
            for (script, first) in part.series.iter().enumerate() {
                let (Some(first), Some(found)) = (first, program.scripts.get(script)) else {
                    continue;
                };
                for (step, compiled) in found.steps.iter().enumerate() {
                    let Call::Operation(calls) = &compiled.call else {
                        continue;
                    };
                    if calls.forms.is_none() {
                        continue;
                    }
                    if let Some(place) = supplies.get_mut(first + step) {
                        *place = Some(Supply::new(program, (number, part), (script, step), shard));
                    }
                }
            }
        }
        let steps = supplies.iter().flatten().count();
        let each = usize::try_from(AHEAD).unwrap_or(MOST_READY);
        Self {
            all: supplies,
            ready: AtomicUsize::new(0),
            most: MOST_READY.max(steps.saturating_mul(each)),
        }
    }

    /// Takes the request of an iteration of a series, if it is ready.
    pub(crate) fn take(&self, series: usize, iteration: u64) -> Option<Box<Ready>> {
        let supply = self.all.get(series)?.as_ref()?;
        let taken = supply.take(iteration)?;
        self.ready.fetch_sub(1, Relaxed);
        taken.is_meant.then_some(taken.ready)
    }

    /// How many requests are ready.
    #[cfg(test)]
    pub(super) fn ready(&self) -> usize {
        self.ready.load(Relaxed)
    }

    /// Whether there is nothing to draw ever.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.iter().all(Option::is_none)
    }

    /// Draws the first requests of all, for a short while.
    pub(crate) fn begin(&self, material: Material<'_>) {
        let until = Instant::now() + PATIENCE;
        self.fill(material, &|| Instant::now() >= until);
    }

    /// Draws what is taken, until it is over.
    pub(crate) fn go_on(&self, material: Material<'_>, is_over: &dyn Fn() -> bool) {
        while !is_over() {
            self.fill(material, is_over);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Goes once over all places, and draws what is missing.
    pub(super) fn fill(&self, material: Material<'_>, is_over: &dyn Fn() -> bool) {
        let supplies = || self.all.iter().flatten();
        let most = supplies().map(|supply| supply.places.len()).max();
        for place in 0..most.unwrap_or_default() {
            for supply in supplies() {
                // The first places are those of the virtual users that come first.
                if is_over() || self.ready.load(Relaxed) >= self.most {
                    return;
                }
                if supply.fill(place, material) {
                    self.ready.fetch_add(1, Relaxed);
                }
            }
        }
    }
}

impl Supply {
    fn new(
        program: &Program,
        (number, part): (usize, &Part),
        (script, step): (usize, usize),
        shard: Shard,
    ) -> Self {
        let executor = &part.scenario.executor;
        // The numbers of a virtual user lie as far apart as there are virtual users: with a multiple of
        // these each of them has places of its own.
        let (grain, end) = match executor {
            Executor::ConstantVus { vus, .. } => (u64::from(*vus), u64::MAX),
            Executor::PerVuIterations {
                vus, iterations, ..
            } => {
                let vus = u64::from(*vus);
                (vus, iterations.saturating_mul(vus))
            }
            Executor::RampingVus { .. } => (u64::from(executor.most_vus()), u64::MAX),
            Executor::SharedIterations { iterations, .. } => (shard.of, *iterations),
            Executor::ConstantArrivalRate { .. } | Executor::RampingArrivalRate { .. } => {
                (shard.of, u64::MAX)
            }
        };
        let grain = grain.max(1);
        let width = AHEAD.div_ceil(grain).saturating_mul(grain).min(end.max(1));
        let places = (0..width).map(|number| {
            Mutex::new(Place {
                number,
                ready: None,
            })
        });
        let mix = part.mix.iter().map(|(from, _)| *from);
        Self {
            part: number,
            script,
            step,
            from: mix.filter(|from| leads(program, *from, script)).collect(),
            places: places.collect(),
            end,
        }
    }

    fn width(&self) -> u64 {
        u64::try_from(self.places.len()).unwrap_or(1).max(1)
    }

    fn place(&self, number: u64) -> Option<MutexGuard<'_, Place>> {
        let place = usize::try_from(number % self.width()).ok()?;
        let place = self.places.get(place)?;
        Some(place.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes what lies ready where an iteration looks, if there is something; whether it is what the
    /// iteration looks for is told.
    fn take(&self, iteration: u64) -> Option<Taken> {
        let mut place = self.place(iteration)?;
        if iteration < place.number {
            // It comes once more, or late.
            return None;
        }
        let number = place.number;
        place.number = iteration.saturating_add(self.width());
        let ready = place.ready.take()?;
        Some(Taken {
            ready,
            is_meant: number == iteration,
        })
    }

    /// Draws what is missing at a place; whether something lies ready there that did not before.
    fn fill(&self, place: usize, material: Material<'_>) -> bool {
        let number = {
            let Some(mut place) = self.place(u64::try_from(place).unwrap_or(u64::MAX)) else {
                return false;
            };
            if place.ready.is_some() || place.number >= self.end {
                return false;
            }
            // What nobody will ask for is passed over, a little at a time.
            let mut left = 100;
            while !self.is_asked(place.number, material) {
                place.number = place.number.saturating_add(self.width());
                left -= 1;
                if left == 0 || place.number >= self.end {
                    return false;
                }
            }
            place.number
        };
        let ready = self.draw(number, material);
        if let (Some(mut place), Some(ready)) = (self.place(number), ready)
            && place.number == number
        {
            place.ready = Some(Box::new(ready));
            return true;
        }
        false
    }

    /// Whether an iteration is one of this machine's, and comes to the step.
    fn is_asked(&self, number: u64, material: Material<'_>) -> bool {
        let Some(part) = material.program.parts.get(self.part) else {
            return false;
        };
        let executor = &part.scenario.executor;
        let user = match executor {
            Executor::ConstantVus { .. }
            | Executor::PerVuIterations { .. }
            | Executor::RampingVus { .. } => number % u64::from(executor.most_vus()).max(1),
            _ => number,
        };
        user % material.shard.of == material.shard.number && self.from.contains(&part.pick(number))
    }

    fn draw(&self, iteration: u64, material: Material<'_>) -> Option<Ready> {
        let program = material.program;
        let script = program.scripts.get(self.script)?;
        let step = script.workflow.steps.get(self.step)?;
        let Call::Operation(calls) = &script.steps.get(self.step)?.call else {
            return None;
        };
        let draft = Draft {
            suite: &program.suite,
            origins: material.origins,
            authorities: &program.authorities,
            seed: material.seed,
            file: script.file,
            workflow: &script.workflow,
            api: calls.api,
            step,
            inputs: &script.inputs,
            slots: &script.slots,
        };
        draft.alike(draw_number(self.part, iteration), calls.forms.as_ref()?)
    }
}

/// Whether a script leads to another, or is it.
fn leads(program: &Program, from: usize, to: usize) -> bool {
    let mut known = vec![from];
    let mut at = 0;
    while let Some(script) = known.get(at).copied() {
        at += 1;
        if script == to {
            return true;
        }
        let Some(script) = program.scripts.get(script) else {
            continue;
        };
        let called = program.suite.callees(script.file, &script.workflow);
        let called = called.into_iter().filter_map(|(file, callee)| {
            let is_it = |script: &Script| script.file == file && script.workflow.id == callee.id;
            program.scripts.iter().position(is_it)
        });
        let next: Vec<usize> = script.before.iter().copied().chain(called).collect();
        for script in next {
            if !known.contains(&script) {
                known.push(script);
            }
        }
    }
    false
}

impl fmt::Debug for Supply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, script, step) = (self.part, self.script, self.step);
        write!(f, "Supply({part}, {script}, {step}, {})", self.places.len())
    }
}
