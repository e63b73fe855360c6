//! Aims: the targets that a report was about, or others in their place.

use std::path::Path;
use std::sync::Arc;

use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::embedded::{self, Nature};
use crate::cli::environment;
use crate::cli::failure::Failure;
use crate::cli::target::{self, Target, Wishes};
use crate::record::Aim;
use crate::spec::Spec;

/// A target that is there.
pub(super) struct Reached {
    pub(super) target: Target,
    /// What it is, in words.
    pub(super) description: String,
}

/// What was named instead of a target of the report, unless nothing was.
pub(super) fn instead(named: Option<&str>, own: &Aim, config: &Config) -> Aim {
    match named {
        None => own.clone(),
        Some(name) if Nature::find(name).is_some() && !config.targets.contains_key(name) => {
            Aim::Embedded {
                nature: name.to_owned(),
                fault: None,
            }
        }
        Some(name) => Aim::Target(name.to_owned()),
    }
}

/// The two sides of a comparison, or others in their place.
pub(super) fn sides(
    (file, targets): (&Path, &[Aim]),
    arguments: &Replay,
    config: &Config,
) -> Result<[Aim; 2], Failure> {
    let [one, other] = targets else {
        let told = format!("`{}` does not say what its targets were", file.display());
        return Err(Failure::unusable(told));
    };
    Ok([
        instead(arguments.baseline.as_deref(), one, config),
        instead(arguments.candidate.as_deref(), other, config),
    ])
}

/// What was said about targets.
pub(super) fn wishes(arguments: &Replay, is_one_of_several: bool) -> Wishes<'_> {
    Wishes {
        token: arguments.token.as_deref(),
        allow_destructive: arguments.allow_destructive,
        confirm_host: &arguments.confirm_host,
        is_one_of_several,
    }
}

/// Finds a target, or starts it.
pub(super) async fn reach(
    aim: &Aim,
    (spec, path): (&Arc<Spec>, Option<&Path>),
    wishes: Wishes<'_>,
    config: &Config,
) -> Result<Reached, Failure> {
    match aim {
        Aim::Embedded { nature, fault } => {
            let found = Nature::find(nature).ok_or_else(|| {
                Failure::unusable(format!("there is no embedded server called `{nature}`"))
            })?;
            let served = embedded::start_as(found, spec, path, fault.as_deref()).await?;
            Ok(Reached {
                target: Target {
                    name: nature.clone(),
                    ..served.target()
                },
                description: format!("{nature} ({})", served.description),
            })
        }
        Aim::Target(name) => {
            let target = target::resolve(name, config, wishes, &environment)?;
            let description = if target.name == target.url {
                target.url.clone()
            } else {
                format!("{} ({})", target.name, target.url)
            };
            Ok(Reached {
                target,
                description,
            })
        }
    }
}
