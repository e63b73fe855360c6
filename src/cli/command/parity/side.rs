//! Sides: where a target of a comparison is, and what it is called.

use std::path::Path;
use std::sync::Arc;

use crate::arazzo::ParityProfile;
use crate::cli::arguments::parity::targets::Targets;
use crate::cli::config::Config;
use crate::cli::embedded::{self, Nature};
use crate::cli::failure::Failure;
use crate::cli::target::{self, Target, Wishes};
use crate::cli::{environment, terminal};
use crate::parity::pair::Side;
use crate::record::Aim;
use crate::secret::Secret;
use crate::spec::Spec;

/// The variable of a credential that only the candidate is given.
const CANDIDATE_TOKEN: &str = "PROOFMARK_CANDIDATE_TOKEN";

/// What was said about one side.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) side: Side,
    pub(super) text: &'a str,
    pub(super) fault: Option<&'a str>,
    pub(super) token: Option<&'a str>,
}

/// A target with the URL that curl lines name.
pub(super) struct Reached {
    pub(super) target: Target,
    pub(super) base: String,
    /// Whether it remembers what it was told; `None` if that is not known.
    pub(super) stateful: Option<bool>,
    /// What it is, in words.
    pub(super) description: String,
    /// How to start it where curl lines reach it, if it is embedded.
    pub(super) command: Option<String>,
}

/// The baseline, and the candidate.
pub(super) fn wanted<'a>(
    arguments: &'a Targets,
    profile: Option<&'a ParityProfile>,
    config: &'a Config,
) -> (Wanted<'a>, Wanted<'a>) {
    let reach = &arguments.reach;
    let fault = arguments.candidate_fault.as_deref();
    let named =
        |own: &'a Option<String>, of_file: Option<&'a str>, of_config: &'a Option<String>| {
            own.as_deref().or(of_file).or(of_config.as_deref())
        };
    let of_file = profile.and_then(|profile| profile.baseline.as_deref());
    let baseline = named(&arguments.baseline, of_file, &config.parity.baseline);
    let of_file = profile.and_then(|profile| profile.candidate.as_deref());
    let candidate = match fault {
        // A fault is built into an embedded server.
        Some(_) => arguments.candidate.as_deref(),
        None => named(&arguments.candidate, of_file, &config.parity.candidate),
    };
    let baseline = Wanted {
        side: Side::Baseline,
        text: baseline.unwrap_or("sandbox"),
        fault: None,
        token: reach.token.as_deref(),
    };
    let candidate = Wanted {
        side: Side::Candidate,
        text: candidate.unwrap_or(if fault.is_some() { "sandbox" } else { "mock" }),
        fault,
        token: arguments.candidate_token.as_deref().or(baseline.token),
    };
    (baseline, candidate)
}

/// The kind of embedded server that a name means, unless a target in proofmark.toml is called that.
fn nature(wanted: Wanted<'_>, config: &Config) -> Option<Nature> {
    if config.targets.contains_key(wanted.text) {
        return None;
    }
    Nature::find(wanted.text)
}

/// Whether a side is a server that is started for the run, fresh each time.
pub(super) fn is_embedded(wanted: Wanted<'_>, config: &Config) -> bool {
    nature(wanted, config).is_some()
}

/// What a side is, for reports.
pub(super) fn aim(wanted: Wanted<'_>, config: &Config) -> Aim {
    if is_embedded(wanted, config) {
        Aim::Embedded {
            nature: wanted.text.to_owned(),
            fault: wanted.fault.map(str::to_owned),
        }
    } else {
        Aim::Target(wanted.text.to_owned())
    }
}

/// Finds a side, or starts it.
pub(super) async fn reach(
    wanted: Wanted<'_>,
    (spec, path): (&Arc<Spec>, Option<&Path>),
    arguments: &Targets,
    config: &Config,
) -> Result<Reached, Failure> {
    if let Some(nature) = nature(wanted, config) {
        let served = embedded::start_as(nature, spec, path, wanted.fault).await?;
        // Both can be started beside each other.
        let port = match wanted.side {
            Side::Baseline => 8080,
            Side::Candidate => 8081,
        };
        let mut target = served.target();
        if wanted.side == Side::Candidate && arguments.candidate_token.is_some() {
            let own = target.authority.fallback.take();
            target.authority.fallback = own.map(|secret| secret.with_variable(CANDIDATE_TOKEN));
        }
        return Ok(Reached {
            target: Target {
                name: match wanted.fault {
                    Some(fault) => format!("{} with fault {fault}", wanted.text),
                    None => wanted.text.to_owned(),
                },
                ..target
            },
            base: format!("http://127.0.0.1:{port}"),
            stateful: Some(served.stateful),
            command: Some(format!("{} --port {port}", served.command)),
            description: served.description,
        });
    }
    if wanted.fault.is_some() {
        return Err(Failure::unusable(format!(
            "a fault is built into an embedded server, and `{}` is none",
            wanted.text
        ))
        .help("leave out --candidate, or say `--candidate sandbox`"));
    }
    let wishes = Wishes {
        token: wanted.token,
        allow_destructive: arguments.allow_destructive || !arguments.files.is_empty(),
        confirm_host: &arguments.reach.confirm_host,
        is_one_of_several: true,
    };
    let mut target = target::resolve(wanted.text, config, wishes, &environment)?;
    if let (Side::Candidate, Some(token)) = (wanted.side, &arguments.candidate_token) {
        let variable = environment(CANDIDATE_TOKEN);
        let origin = if variable.as_deref() == Some(token) {
            "`$PROOFMARK_CANDIDATE_TOKEN`"
        } else {
            "`--candidate-token`"
        };
        target.authority.fallback = Some(
            Secret::new(token)
                .with_origin(origin)
                .with_variable(CANDIDATE_TOKEN),
        );
    }
    Ok(Reached {
        base: target.url.clone(),
        description: target.url.clone(),
        stateful: None,
        command: None,
        target,
    })
}

/// Refuses hosts that are confirmed and that no side has.
pub(super) fn all_confirmed(hosts: &[String], targets: &[&Target]) -> Result<(), Failure> {
    let is_own = |host: &String, target: &Target| {
        let url = url::Url::parse(&target.url).ok();
        url.is_some_and(|url| url.host_str() == Some(host))
    };
    let stray = hosts
        .iter()
        .find(|host| !targets.iter().any(|target| is_own(host, target)));
    match stray {
        Some(host) => Err(Failure::unusable(format!(
            "--confirm-host says `{host}`, and neither side is there"
        ))),
        None => Ok(()),
    }
}

/// Says on standard error what is compared.
pub(super) fn introduce(what: &str, baseline: &Reached, candidate: &Reached) {
    let told = |reached: &Reached| {
        let name = &reached.target.name;
        if *name == reached.description {
            name.clone()
        } else {
            format!("{name} ({})", reached.description)
        }
    };
    terminal::note(&format!(
        "proofmark {}  parity  {what}\nbaseline  {}\ncandidate {}\n",
        env!("CARGO_PKG_VERSION"),
        told(baseline),
        told(candidate)
    ));
}
