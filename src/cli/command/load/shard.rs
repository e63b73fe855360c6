//! Which of several machines this is, and when they begin: from flags, or from the scheduler's variables.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::cli::arguments::load::{Load as Arguments, ShardFlag, StartAt};
use crate::cli::failure::Failure;
use crate::load::Shard;
use crate::record::ShardLoad;

/// How long it is waited for the beginning at most.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Variables with which a scheduler tells its jobs apart.
struct Scheduler {
    name: &'static str,
    /// The job's number.
    index: &'static str,
    /// How many jobs there are; where the scheduler does not tell, `--shards` does.
    count: Option<&'static str>,
    /// The first number, and the variable that tells it where it may be another one.
    first: (u64, Option<&'static str>),
    /// The distance between numbers, if it may be more than 1.
    step: Option<&'static str>,
    /// A variable without which the others mean something else.
    only_with: Option<&'static str>,
}

const PLAIN: Scheduler = Scheduler {
    name: "",
    index: "",
    count: None,
    first: (0, None),
    step: None,
    only_with: None,
};

/// What schedulers set. Those that divide further come before those in which they run.
const SCHEDULERS: [Scheduler; 12] = [
    Scheduler {
        name: "a Kubernetes Indexed Job",
        index: "JOB_COMPLETION_INDEX",
        ..PLAIN
    },
    Scheduler {
        name: "Open MPI",
        index: "OMPI_COMM_WORLD_RANK",
        count: Some("OMPI_COMM_WORLD_SIZE"),
        ..PLAIN
    },
    Scheduler {
        name: "a Slurm job array",
        index: "SLURM_ARRAY_TASK_ID",
        count: Some("SLURM_ARRAY_TASK_COUNT"),
        first: (0, Some("SLURM_ARRAY_TASK_MIN")),
        step: Some("SLURM_ARRAY_TASK_STEP"),
        ..PLAIN
    },
    Scheduler {
        name: "the tasks of a Slurm job",
        index: "SLURM_PROCID",
        count: Some("SLURM_NTASKS"),
        ..PLAIN
    },
    Scheduler {
        name: "PMI",
        index: "PMI_RANK",
        count: Some("PMI_SIZE"),
        ..PLAIN
    },
    Scheduler {
        name: "Nomad",
        index: "NOMAD_ALLOC_INDEX",
        ..PLAIN
    },
    Scheduler {
        name: "an AWS Batch array job",
        index: "AWS_BATCH_JOB_ARRAY_INDEX",
        count: Some("AWS_BATCH_JOB_ARRAY_SIZE"),
        ..PLAIN
    },
    Scheduler {
        name: "a Cloud Run job",
        index: "CLOUD_RUN_TASK_INDEX",
        count: Some("CLOUD_RUN_TASK_COUNT"),
        ..PLAIN
    },
    Scheduler {
        name: "a parallel GitLab job",
        index: "CI_NODE_INDEX",
        count: Some("CI_NODE_TOTAL"),
        first: (1, None),
        only_with: Some("GITLAB_CI"),
        ..PLAIN
    },
    Scheduler {
        name: "a parallel CircleCI job",
        index: "CIRCLE_NODE_INDEX",
        count: Some("CIRCLE_NODE_TOTAL"),
        ..PLAIN
    },
    Scheduler {
        name: "a parallel Buildkite job",
        index: "BUILDKITE_PARALLEL_JOB",
        count: Some("BUILDKITE_PARALLEL_JOB_COUNT"),
        ..PLAIN
    },
    Scheduler {
        name: "GNU parallel",
        index: "PARALLEL_SEQ",
        first: (1, None),
        ..PLAIN
    },
];

/// Looks up a variable.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Which of several machines this is, and where that was taken from; `None` if nobody asked for it.
pub(super) fn shard(
    arguments: &Arguments,
    environment: Environment<'_>,
) -> Result<Option<(Shard, String)>, Failure> {
    let found = match (arguments.shard, arguments.shards) {
        (None, None) => return Ok(None),
        (Some(ShardFlag::Is(shard)), _) => (shard, "--shard".to_owned()),
        (Some(ShardFlag::Auto) | None, count) => scheduled(count, environment)?,
    };
    let (Shard { number, of }, from) = &found;
    if let Some(count) = arguments.shards.filter(|count| count != of) {
        return Err(Failure::unusable(format!(
            "--shards says that {count} machines share the load, and {from} says {of}"
        )));
    }
    if number >= of {
        return Err(Failure::unusable(format!(
            "{from} says that this is machine {number}, counted from 0, of {of}"
        )));
    }
    Ok(Some(found))
}

/// What the scheduler says.
fn scheduled(count: Option<u64>, environment: Environment<'_>) -> Result<(Shard, String), Failure> {
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    let mut schedulers = SCHEDULERS.iter();
    let found = schedulers.find(|scheduler| {
        set(scheduler.index).is_some() && scheduler.only_with.is_none_or(|name| set(name).is_some())
    });
    let Some(scheduler) = found else {
        let names = SCHEDULERS.iter().map(|scheduler| scheduler.index);
        let names: Vec<&str> = names.collect();
        return Err(
            Failure::unusable("no scheduler says which of the machines this is").help(format!(
                "say it with `--shard i/N`; these variables were looked for: {}",
                names.join(", ")
            )),
        );
    };
    let mut told = Vec::new();
    let mut number = |name: &str| -> Result<Option<u64>, Failure> {
        let Some(text) = set(name) else {
            return Ok(None);
        };
        told.push(format!("{name}={text}"));
        let number = text.parse().map(Some);
        number.map_err(|_| Failure::unusable(format!("`{name}` is `{text}`, which is no number")))
    };
    let index = number(scheduler.index)?.unwrap_or_default();
    let first = match scheduler.first.1 {
        Some(name) => number(name)?,
        None => None,
    };
    let step = match scheduler.step {
        Some(name) => number(name)?,
        None => None,
    };
    let of = match scheduler.count {
        Some(name) => number(name)?,
        None => None,
    };
    let from = format!("{} ({})", scheduler.name, told.join(", "));
    let Some(of) = of.or(count) else {
        return Err(Failure::unusable(format!(
            "{from} does not say how many machines share the load"
        ))
        .help("say it with `--shards N`"));
    };
    let first = first.unwrap_or(scheduler.first.0);
    let number = index.checked_sub(first).ok_or_else(|| {
        Failure::unusable(format!("{from} counts from {first}, and this is before it"))
    })?;
    let number = number / step.unwrap_or(1).max(1);
    Ok((Shard { number, of }, from))
}

/// Where the reports of a machine go: next to those of the others, never in their place.
pub(super) fn folder(arguments: &Arguments, shard: Option<&(Shard, String)>) -> PathBuf {
    let folder = &arguments.reach.report_dir;
    match shard {
        None => folder.clone(),
        Some((Shard { number, of }, _)) => folder.join(format!("shard-{number}-of-{of}")),
    }
}

/// What is said of the machine before the load begins.
pub(super) fn told(shard: &(Shard, String), max_rps: Option<f64>) -> String {
    let (Shard { number, of }, from) = shard;
    let mut told = format!("shard {number}/{of}, counted from 0: taken from {from}");
    #[expect(clippy::cast_precision_loss, reason = "there are few machines")]
    if let Some(most) = max_rps {
        let own = most / *of as f64;
        let limit = format!("; {own:.1} of the {most} requests in a second that `max-rps` allows");
        told.push_str(&limit);
    }
    told
}

/// When the profile begins, as it was asked for.
pub(super) fn start_at(
    asked: Option<StartAt>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Failure> {
    let longest = LONGEST_WAIT.as_hours();
    let far = || Failure::unusable(format!("--start-at is more than {longest} hours ahead"));
    let at = match asked {
        None => return Ok(None),
        Some(StartAt::Time(at)) => at,
        Some(StartAt::In(ahead)) => now.checked_add(ahead).map_err(|_| far())?,
    };
    let ahead = at.duration_since(now);
    if ahead > LONGEST_WAIT {
        return Err(far());
    }
    if -ahead > LONGEST_WAIT {
        return Err(Failure::unusable(format!(
            "--start-at was more than {longest} hours ago: {at}"
        )));
    }
    Ok(Some(at))
}

/// What is said of the beginning, if it is not now.
pub(super) fn told_start(at: Timestamp, now: Timestamp) -> String {
    let ahead = at.duration_since(now).as_secs_f64();
    if ahead >= 0.0 {
        format!("begins at {at}, in {ahead:.1} s")
    } else {
        format!(
            "begins {:.1} s late: what was due since {at} is not made any more",
            -ahead
        )
    }
}

/// The moment of a time of day.
pub(super) fn moment(at: Timestamp, now: Timestamp) -> Option<Instant> {
    let here = Instant::now();
    match Duration::try_from(at.duration_since(now)) {
        Ok(ahead) => here.checked_add(ahead),
        Err(_) => here.checked_sub(late(at, now)),
    }
}

/// What reports say of the machine.
pub(super) fn report(shard: &(Shard, String), start_at: Option<Timestamp>) -> ShardLoad {
    ShardLoad {
        number: shard.0.number,
        of: shard.0.of,
        from: shard.1.clone(),
        start_at: start_at.map(|at| at.to_string()),
    }
}

/// How long ago the beginning is.
pub(super) fn late(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(count: Option<u64>, variables: &[(&str, &str)]) -> Result<(u64, u64, String), String> {
        let environment = |name: &str| {
            let found = variables.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let found = scheduled(count, &environment).map_err(|failure| failure.message)?;
        Ok((found.0.number, found.0.of, found.1))
    }

    #[test]
    fn schedulers_say_which_of_the_machines_this_is() {
        for (count, variables, expected) in [
            (Some(4), &[("JOB_COMPLETION_INDEX", "3")][..], (3, 4)),
            (
                None,
                &[
                    ("SLURM_ARRAY_TASK_ID", "14"),
                    ("SLURM_ARRAY_TASK_MIN", "10"),
                    ("SLURM_ARRAY_TASK_STEP", "2"),
                    ("SLURM_ARRAY_TASK_COUNT", "3"),
                    ("SLURM_PROCID", "0"),
                    ("SLURM_NTASKS", "1"),
                ],
                (2, 3),
            ),
            (
                None,
                &[("SLURM_PROCID", "1"), ("SLURM_NTASKS", "2")],
                (1, 2),
            ),
            (
                None,
                &[("OMPI_COMM_WORLD_RANK", "1"), ("OMPI_COMM_WORLD_SIZE", "8")],
                (1, 8),
            ),
            (Some(2), &[("NOMAD_ALLOC_INDEX", "0")], (0, 2)),
            (
                None,
                &[
                    ("AWS_BATCH_JOB_ARRAY_INDEX", "5"),
                    ("AWS_BATCH_JOB_ARRAY_SIZE", "6"),
                ],
                (5, 6),
            ),
            (
                None,
                &[("CLOUD_RUN_TASK_INDEX", "1"), ("CLOUD_RUN_TASK_COUNT", "3")],
                (1, 3),
            ),
            (
                None,
                &[
                    ("CI_NODE_INDEX", "1"),
                    ("CI_NODE_TOTAL", "3"),
                    ("GITLAB_CI", "true"),
                ],
                (0, 3),
            ),
        ] {
            let (number, of, from) = auto(count, variables).unwrap();
            assert_eq!((number, of), expected);
            assert!(from.contains(variables[0].0), "{from}");
        }
    }

    #[test]
    fn what_schedulers_do_not_say_must_be_typed() {
        let wrong = auto(None, &[("JOB_COMPLETION_INDEX", "3")]).unwrap_err();
        assert!(wrong.contains("how many machines"), "{wrong}");
        assert!(auto(Some(4), &[]).unwrap_err().contains("no scheduler"));
        // Others than GitLab count from 0.
        let ci = [("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "3")];
        assert!(auto(None, &ci).is_err());
        assert!(auto(Some(4), &[("JOB_COMPLETION_INDEX", "x")]).is_err());
    }

    #[test]
    fn a_beginning_is_bounded() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let at = |asked| start_at(Some(asked), now);
        let soon = at(StartAt::In(Duration::from_secs(30))).unwrap().unwrap();
        assert_eq!(soon.to_string(), "2026-01-01T00:00:30Z");
        assert_eq!(
            told_start(soon, now),
            "begins at 2026-01-01T00:00:30Z, in 30.0 s"
        );
        assert_eq!(late(now, soon), Duration::from_secs(30));
        assert_eq!(late(soon, now), Duration::ZERO);
        let told = |asked| at(asked).unwrap_err().message;
        let far = told(StartAt::In(Duration::from_secs(90_000)));
        assert_eq!(far, "--start-at is more than 24 hours ahead");
        assert!(at(StartAt::In(Duration::MAX)).is_err());
        let past: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(
            told(StartAt::Time(past)),
            "--start-at was more than 24 hours ago: 2020-01-01T00:00:00Z"
        );
    }
}
