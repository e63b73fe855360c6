//! Executors of load profiles.

use std::time::Duration;

use crate::arazzo::read::Reader;
use crate::arazzo::read::node::Node;
use crate::arazzo::{Arrivals, Executor, Stage, VirtualUsers, suggest};

/// How long a number of iterations may take, unless the profile says otherwise.
const MAX_DURATION: Duration = Duration::from_secs(600);
/// How long iterations of virtual users that leave may go on, unless the profile says otherwise.
const RAMP_DOWN: Duration = Duration::from_secs(30);

/// The keys of every scenario.
const COMMON: [&str; 5] = ["executor", "exec", "startTime", "gracefulStop", "tags"];

/// The executors with the keys of their own.
const EXECUTORS: [(&str, &[&str]); 6] = [
    ("shared-iterations", &["vus", "iterations", "maxDuration"]),
    ("per-vu-iterations", &["vus", "iterations", "maxDuration"]),
    ("constant-vus", &["vus", "duration"]),
    ("ramping-vus", &["startVUs", "stages", "gracefulRampDown"]),
    (
        "constant-arrival-rate",
        &[
            "rate",
            "timeUnit",
            "duration",
            "preAllocatedVUs",
            "maxVUs",
            "arrivals",
        ],
    ),
    (
        "ramping-arrival-rate",
        &[
            "startRate",
            "timeUnit",
            "stages",
            "preAllocatedVUs",
            "maxVUs",
            "arrivals",
        ],
    ),
];

impl<'a> Reader<'a> {
    /// The executor of a scenario, from the keys beside its name.
    pub(super) fn executor(&mut self, node: &Node<'a>) -> Option<Executor> {
        let names = || EXECUTORS.iter().map(|(name, _)| *name);
        let Some(name) = self.text(node, "executor") else {
            if !node.has("executor") {
                let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                self.unreadable(&node.at, "a scenario needs `executor`")
                    .hint(format!("there are {}", known.join(", ")));
            }
            return None;
        };
        let Some((name, own)) = EXECUTORS.iter().find(|(known, _)| *known == name) else {
            let hint = suggest::hint(&name, names());
            let message = format!("there is no executor `{name}`");
            self.unreadable(&node.at.join("executor"), message)
                .hint_if(hint);
            return None;
        };
        let keys: Vec<&str> = COMMON.iter().chain(*own).copied().collect();
        self.only_keys(node, &keys);
        match *name {
            "shared-iterations" => Some(Executor::SharedIterations {
                vus: self.count_or_one(node, "vus")?,
                iterations: self.iterations(node)?,
                max_duration: self.max_duration(node)?,
            }),
            "per-vu-iterations" => Some(Executor::PerVuIterations {
                vus: self.count_or_one(node, "vus")?,
                iterations: self.iterations(node)?,
                max_duration: self.max_duration(node)?,
            }),
            "constant-vus" => {
                let (vus, duration) = (self.count_or_one(node, "vus"), self.length(node));
                Some(Executor::ConstantVus {
                    vus: vus?,
                    duration: duration?,
                })
            }
            "ramping-vus" => {
                let start = if node.has("startVUs") {
                    self.rate(node, "startVUs").filter(|start| *start <= 1e6)?
                } else {
                    1.0
                };
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "it is from 0 to 1,000,000"
                )]
                let start = start as u32;
                let graceful_ramp_down = self.time_of(node, "gracefulRampDown");
                Some(Executor::RampingVus {
                    start,
                    stages: self.stages(node)?,
                    graceful_ramp_down: graceful_ramp_down.unwrap_or(RAMP_DOWN),
                })
            }
            "constant-arrival-rate" => {
                let rate = self.needed_rate(node);
                let (length, common) = (self.length(node), self.arrival(node));
                let (time_unit, vus, arrivals) = common?;
                Some(Executor::ConstantArrivalRate {
                    rate: rate?,
                    time_unit,
                    duration: length?,
                    vus,
                    arrivals,
                })
            }
            _ => {
                let start = if node.has("startRate") {
                    self.rate(node, "startRate")
                } else {
                    Some(0.0)
                };
                let (stages, common) = (self.stages(node), self.arrival(node));
                let (time_unit, vus, arrivals) = common?;
                Some(Executor::RampingArrivalRate {
                    start: start?,
                    time_unit,
                    stages: stages?,
                    vus,
                    arrivals,
                })
            }
        }
    }

    fn count_or_one(&mut self, node: &Node<'a>, key: &str) -> Option<u32> {
        if node.has(key) {
            self.count(node, key)
        } else {
            Some(1)
        }
    }

    fn iterations(&mut self, node: &Node<'a>) -> Option<u64> {
        if node.has("iterations") {
            self.big_count(node, "iterations")
        } else {
            Some(1)
        }
    }

    fn max_duration(&mut self, node: &Node<'a>) -> Option<Duration> {
        if node.has("maxDuration") {
            self.time_of(node, "maxDuration")
        } else {
            Some(MAX_DURATION)
        }
    }

    fn length(&mut self, node: &Node<'a>) -> Option<Duration> {
        self.needs(node, "duration")?;
        let length = self.time_of(node, "duration")?;
        if length.is_zero() {
            self.unreadable(&node.at.join("duration"), "`duration` is nothing");
            return None;
        }
        Some(length)
    }

    fn needed_rate(&mut self, node: &Node<'a>) -> Option<f64> {
        self.needs(node, "rate")?;
        let rate = self.rate(node, "rate")?;
        if rate <= 0.0 {
            self.unreadable(&node.at.join("rate"), "`rate` is nothing");
            return None;
        }
        Some(rate)
    }

    fn arrival(&mut self, node: &Node<'a>) -> Option<(Duration, VirtualUsers, Arrivals)> {
        let time_unit = if node.has("timeUnit") {
            self.time_of(node, "timeUnit")
        } else {
            Some(Duration::from_secs(1))
        };
        if time_unit.is_some_and(|unit| unit.is_zero()) {
            self.unreadable(&node.at.join("timeUnit"), "`timeUnit` is nothing");
            return None;
        }
        let spread = self.word(
            node,
            "arrivals",
            &[("even", Arrivals::Even), ("poisson", Arrivals::Poisson)],
        );
        self.needs(node, "preAllocatedVUs")?;
        let pre_allocated = self.count(node, "preAllocatedVUs");
        let max = if node.has("maxVUs") {
            self.count(node, "maxVUs")
        } else {
            pre_allocated
        };
        let vus = VirtualUsers {
            pre_allocated: pre_allocated?,
            max: max?,
        };
        if vus.max < vus.pre_allocated {
            let message = "`maxVUs` is less than `preAllocatedVUs`";
            self.unreadable(&node.at.join("maxVUs"), message);
            return None;
        }
        Some((time_unit?, vus, spread.unwrap_or_default()))
    }

    fn stages(&mut self, node: &Node<'a>) -> Option<Vec<Stage>> {
        self.needs(node, "stages")?;
        let items = self.list(node, "stages");
        let count = items.len();
        let mut stages = Vec::new();
        for item in items {
            let Some(stage) = self.extension_object(&item) else {
                continue;
            };
            self.only_keys(&stage, &["target", "duration"]);
            let needed = [self.needs(&stage, "target"), self.needs(&stage, "duration")];
            let (target, duration) = (
                self.rate(&stage, "target"),
                self.time_of(&stage, "duration"),
            );
            if let ([Some(()), Some(())], Some(target), Some(duration)) = (needed, target, duration)
            {
                stages.push(Stage { target, duration });
            }
        }
        let whole: Duration = stages.iter().map(|stage| stage.duration).sum();
        if stages.len() == count && whole.is_zero() {
            self.unreadable(&node.at.join("stages"), "the stages take no time");
            return None;
        }
        (stages.len() == count).then_some(stages)
    }

    fn needs(&mut self, node: &Node<'a>, key: &str) -> Option<()> {
        if !node.has(key) {
            self.unreadable(&node.at, format!("`{key}` is missing"));
            return None;
        }
        Some(())
    }
}
