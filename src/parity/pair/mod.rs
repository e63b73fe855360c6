//! Two targets: the same cases for both, and what their answers do not have in common.
//!
//! [`both`] and [`alone`] record what each side answers, [`compare()`] is a pure function of two
//! recordings: `Case ~~> Recording, Recording -> Pair -> Difference -> Outcome -> Report`.

mod acceptance;
mod beside;
mod break_off;
mod cluster;
mod compare;
mod course;
mod difference;
mod form;
mod halves;
mod health;
mod judge;
mod junit;
mod latency;
mod lenient;
mod lockstep;
mod lone;
mod look;
mod minimise;
mod noise;
mod outcome;
mod page;
mod pulse;
mod recording;
mod relapse;
mod replay;
mod report;
mod retries;
mod roles;
mod rules;
mod run;
mod screen;
mod sequence;
mod shorten;
mod stateless;
mod symptom;
#[cfg(test)]
mod tests;
mod unfinished;
mod unsent;
mod watch;

pub use acceptance::Acceptance;
pub use beside::Member;
pub use compare::{Sides, compare};
pub use difference::{Difference, Pair};
pub use health::{Illness, Side, at_first_sight, illnesses, obstacle};
pub use judge::judge;
pub use latency::{LatencyRow, LatencyVerdict, latencies};
pub use lenient::Lenient;
pub use lone::Lone;
pub use look::look;
pub use minimise::{Again, Minimal, minimise};
pub use noise::{Noise, Noisy};
pub use outcome::{Group, Outcome, Tally};
pub use recording::{Answered, Recording};
pub use replay::{Replay, Stand, Standing, StepStand, Told, ToldDifference, ToldNoise};
pub use report::{Origin, Report, SCHEMA};
pub use rules::Rules;
pub use run::{Job, alone, both};
pub use sequence::shrink;
pub use shorten::{Again as Shorter, shorten};
pub use stateless::Stateless;
pub use unfinished::Unfinished;
pub use unsent::Unsent;
