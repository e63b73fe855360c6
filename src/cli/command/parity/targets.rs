//! Two targets: generated cases for both, and the reports.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::{scenario, side};
use crate::arazzo::Failing;
use crate::case::{Phase, PlanOptions};
use crate::cli::arguments::Report as Kind;
use crate::cli::arguments::parity::targets::Targets;
use crate::cli::command::check::{plan_options, planning, shown};
use crate::cli::command::lint::severity;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source::{self, Source};
use crate::cli::terminal::Terminal;
use crate::cli::whole_file::write_whole;
use crate::cli::{credential, gate, interrupt};
use crate::conform::{self, Only, Stop};
use crate::http::{Client, Request, Transport, TransportError};
use crate::parity::pair::{
    Again, Illness, Job, Minimal, Origin, Outcome, Recording, Report, Rules, Side, Sides, alone,
    at_first_sight, both, judge, look, minimise, shrink,
};
use crate::record::{Ingredient, Recipe, Redactor, Task};
use crate::report::Look;
use crate::secret::Secret;
use crate::spec::Spec;
use side::Reached;

/// What a comparison is about.
pub(super) struct About<'a> {
    pub(super) specs: &'a [&'a Spec],
    pub(super) secrets: Vec<Secret>,
    pub(super) rules: &'a Rules,
    pub(super) bases: (Vec<String>, Vec<String>),
    pub(super) names: (String, String),
    /// How to start embedded sides again.
    pub(super) commands: (Option<String>, Option<String>),
    pub(super) at: String,
    /// What the scenario file says about what fails.
    pub(super) fails: Option<Failing>,
    /// What it is made from.
    pub(super) again: Option<Recipe>,
}

/// What both sides and the repeated baseline answered, or why they were not asked.
pub(super) enum Heard {
    Both(Box<Told>),
    Ill(Vec<Illness>),
}

/// What both sides told.
pub(super) struct Told {
    pub(super) baseline: Recording,
    pub(super) candidate: Recording,
    /// The baseline, asked again.
    pub(super) again: Vec<Recording>,
    /// Smaller cases for what differs.
    pub(super) minimal: Minimal,
}

/// Compares two targets.
pub(crate) fn run(
    arguments: &Targets,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    refuse_idle(arguments)?;
    gate::prepare(&arguments.reach)?;
    if !arguments.files.is_empty() {
        return scenario::run(arguments, config, terminal);
    }
    let Source { spec, path } =
        source::load(arguments.selection.spec.as_deref(), &config.patterns)?;
    source::announce(&spec, terminal);
    let plan = plan_options(&spec, &arguments.selection)?;
    let spec = Arc::new(spec);
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let at = jiff::Timestamp::now().to_string();
        let (wanted, other) = side::wanted(arguments, None, config);
        let found = (&spec, path.as_deref());
        let baseline = side::reach(wanted, found, arguments, config).await?;
        let candidate = side::reach(other, found, arguments, config).await?;
        for reached in [&baseline, &candidate] {
            credential::vet(&reached.target.authority, &spec, jiff::Timestamp::now())?;
        }
        let sides = [&baseline.target, &candidate.target];
        side::all_confirmed(&arguments.reach.confirm_host, &sides)?;
        let document = spec.schemas.document(0).name.to_string();
        side::introduce(&document, &baseline, &candidate);
        let phases = phases(&plan, &baseline, &candidate);
        let plan = PlanOptions { phases, ..plan };
        let stop = Arc::new(Stop::default());
        let mut again = Vec::new();
        for _ in 1..arguments.repeat_baseline {
            // An embedded server begins anew, or the second run would find what the first one did.
            if side::is_embedded(wanted, config) {
                again.push(Some(side::reach(wanted, found, arguments, config).await?));
            } else {
                again.push(None);
            }
        }
        let sides = (&baseline, &candidate, &*again);
        let rules = config.parity_rules(Vec::new());
        let recipe = Recipe {
            command: Task::Parity,
            documents: vec![Ingredient::document(shown(path.as_deref()), &spec)],
            targets: vec![side::aim(wanted, config), side::aim(other, config)],
            plan: Some(planning(&plan)),
            script: None,
        };
        let heard = generated(&spec, &plan, arguments, sides, (&rules, &stop));
        let heard = Box::pin(interrupt::awaited(&stop, heard)).await?;
        let about = About {
            specs: &[&spec],
            secrets: secrets([&baseline, &candidate]),
            rules: &rules,
            bases: (vec![baseline.base], vec![candidate.base]),
            names: (baseline.target.name, candidate.target.name),
            commands: (baseline.command, candidate.command),
            at,
            fails: None,
            again: Some(recipe),
        };
        conclude(&heard, about, arguments, &stop, terminal)
    })
}

/// Refuses options that would do nothing.
fn refuse_idle(arguments: &Targets) -> Result<(), Failure> {
    super::refuse_reports(&arguments.reach)?;
    let choice = &arguments.choice;
    let of_workflows = [
        ("--source", choice.sources.is_empty()),
        ("--input", choice.inputs.is_empty()),
        ("--inputs", choice.inputs_file.is_none()),
        ("--workflow", choice.workflows.is_empty()),
        ("--tag", choice.tags.is_empty()),
    ];
    let idle = of_workflows.iter().find(|(_, is_unused)| !is_unused);
    match idle.filter(|_| arguments.files.is_empty()) {
        Some((option, _)) => Err(Failure::unusable(format!(
            "{option} is about workflows, and there are none: cases are generated from the document"
        ))
        .help(
            "name a scenario file, or choose cases with --operation, --phases, --mode and --cases",
        )),
        None => Ok(()),
    }
}

/// What never remembers anything is not asked what it remembers, unless the other side does.
fn phases(plan: &PlanOptions, baseline: &Reached, candidate: &Reached) -> BTreeSet<Phase> {
    let mut phases = plan.phases.clone();
    if baseline.stateful == Some(false) && candidate.stateful == Some(false) {
        phases.remove(&Phase::Stateful);
    }
    phases
}

fn secrets(sides: [&Reached; 2]) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for reached in sides {
        let authority = &reached.target.authority;
        secrets.extend(authority.by_scheme.values().cloned());
        secrets.extend(authority.fallback.clone());
        secrets.extend(reached.target.secrets.iter().cloned());
    }
    secrets
}

/// Sends the generated cases.
async fn generated(
    spec: &Spec,
    plan: &PlanOptions,
    arguments: &Targets,
    (baseline, candidate, again): (&Reached, &Reached, &[Option<Reached>]),
    (rules, stop): (&Rules, &Stop),
) -> Result<Heard, Failure> {
    let at = jiff::Timestamp::now().to_string();
    let client =
        |reached: &Reached| gate::client(&reached.target, &arguments.reach, plan.seed, &at);
    let options = |reached: &Reached| conform::Options {
        plan: plan.clone(),
        workers: arguments.workers,
        writes: reached.target.writes,
        deletes: reached.target.deletes,
        max_time: arguments.reach.bounds.max_time,
        target: reached.target.name.clone(),
        base: reached.base.clone(),
        at: at.clone(),
        only: None,
    };
    // What one side must not be sent, the other one need not be.
    let (mut left, mut right) = (options(baseline), options(candidate));
    let (writes, deletes) = (left.writes && right.writes, left.deletes && right.deletes);
    for options in [&mut left, &mut right] {
        (options.writes, options.deletes) = (writes, deletes);
    }
    let clients = (client(baseline)?, client(candidate)?);
    for (side, client) in [(Side::Baseline, &clients.0), (Side::Candidate, &clients.1)] {
        if let Some(illness) = preflight(side, client).await {
            return Ok(Heard::Ill(vec![illness]));
        }
    }
    let timeout = arguments.reach.bounds.request_timeout;
    if let (Some(first), Some(second)) = (look(spec, &left), look(spec, &right)) {
        let looked = both(
            job(spec, &first, baseline, &clients.0),
            job(spec, &second, candidate, &clients.1),
            timeout,
            stop,
        );
        let (one, other) = recorded(Box::pin(looked).await)?;
        let illnesses = at_first_sight(&one, &other);
        if !illnesses.is_empty() {
            return Ok(Heard::Ill(illnesses));
        }
    }
    let heard = both(
        job(spec, &left, baseline, &clients.0),
        job(spec, &right, candidate, &clients.1),
        timeout,
        stop,
    );
    let (one, other) = recorded(Box::pin(heard).await)?;
    let mut repeated = Vec::new();
    for fresh in again.iter().filter(|_| !stop.is_asked()) {
        let reached = fresh.as_ref().unwrap_or(baseline);
        let client = client(reached)?;
        repeated.push(recorded(
            alone(job(spec, &left, reached, &client), timeout, stop).await,
        )?);
    }
    let sides = Sides {
        specs: &[spec],
        rules,
        baseline: std::slice::from_ref(&baseline.base),
        candidate: std::slice::from_ref(&candidate.base),
    };
    let outcome = judge(&one, &other, &repeated, &sides);
    let again = (
        &Again {
            authority: &baseline.target.authority,
            transport: &clients.0,
        },
        &Again {
            authority: &candidate.target.authority,
            transport: &clients.1,
        },
    );
    let writes = writes && baseline.target.is_local && candidate.target.is_local;
    let recordings = (&one, &other);
    let minimal = minimise(spec, again, recordings, &outcome, &sides, (writes, stop));
    let mut minimal = Box::pin(minimal).await;
    if writes {
        let anew = async |only: Only| {
            let [left, right] = [&left, &right].map(|options| conform::Options {
                only: Some(only.clone()),
                ..options.clone()
            });
            let heard = both(
                job(spec, &left, baseline, &clients.0),
                job(spec, &right, candidate, &clients.1),
                timeout,
                stop,
            );
            Box::pin(heard).await.ok()
        };
        let later = shrink(spec, recordings, (&outcome, &sides), stop, anew);
        minimal = minimal.and(Box::pin(later).await);
    }
    Ok(Heard::Both(Box::new(Told {
        baseline: one,
        candidate: other,
        again: repeated,
        minimal,
    })))
}

fn job<'a>(
    spec: &'a Spec,
    options: &'a conform::Options,
    reached: &'a Reached,
    transport: &'a Client,
) -> Job<'a, Client> {
    Job::Cases {
        spec,
        options,
        authority: &reached.target.authority,
        transport,
    }
}

pub(super) fn recorded<T>(result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| Failure::unusable(format!("the run cannot be recorded: {error}")))
}

/// Whether a side can be reached at all: before anything is compared, or written.
pub(super) async fn preflight(side: Side, client: &Client) -> Option<Illness> {
    let request = Request {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let (kind, code, message) = match client.send(request).await.outcome {
        Err(TransportError::Unreachable(reason)) => {
            ("unreachable", crate::code::Code::UNREACHABLE, reason)
        }
        _ => return None,
    };
    Some(Illness {
        side,
        kind,
        code,
        message,
    })
}

/// Judges what was heard, writes the reports, prints the screen and says how the process ends.
pub(super) fn conclude(
    heard: &Heard,
    about: About<'_>,
    arguments: &Targets,
    stop: &Stop,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let nothing = (Recording::default(), Recording::default());
    let none = Minimal::default();
    let sides = Sides {
        specs: about.specs,
        rules: about.rules,
        baseline: &about.bases.0,
        candidate: &about.bases.1,
    };
    let (recordings, outcome, minimal) = match heard {
        Heard::Both(heard) => {
            let (one, other) = (&heard.baseline, &heard.candidate);
            let outcome = judge(one, other, &heard.again, &sides);
            ((one, other), outcome, &heard.minimal)
        }
        Heard::Ill(illnesses) => {
            let outcome = Outcome::ill(illnesses.clone());
            ((&nothing.0, &nothing.1), outcome, &none)
        }
    };
    let mut secrets = about.secrets;
    secrets.extend(recordings.0.secrets.iter().cloned());
    secrets.extend(recordings.1.secrets.iter().cloned());
    let redactor = Redactor::new(about.specs, &secrets);
    let fail_on = match (arguments.reach.fail_on, about.fails) {
        (None, Some(fails)) => fails.least(),
        _ => severity(arguments.reach.fail_on()),
    };
    let origin = Origin {
        specs: about.specs,
        recordings,
        bases: (&about.bases.0, &about.bases.1),
        targets: (&about.names.0, &about.names.1),
        redactor: &redactor,
        minimal,
        seed: arguments.selection.seed,
        at: &about.at,
        fail_on,
        is_interrupted: stop.is_asked(),
        commands: about.commands,
        again: about.again,
    };
    let report = Report::new(&outcome, &origin);
    let folder = &arguments.reach.report_dir;
    let unwritable = |path: &std::path::Path, error: &dyn std::fmt::Display| {
        Failure::unusable(format!("`{}` cannot be written: {error}", path.display()))
            .help("choose another folder with --report-dir")
    };
    let mut reports = Vec::new();
    for kind in &arguments.reach.reports {
        let (name, bytes) = match kind {
            Kind::Json => {
                let json = report.json().map_err(|error| unwritable(folder, &error))?;
                ("parity.json", json.into_bytes())
            }
            Kind::Junit => {
                let junit = report.junit(fail_on);
                let junit = junit.map_err(|error| unwritable(folder, &error))?;
                ("parity.junit.xml", junit)
            }
            Kind::Html => ("parity.html", report.html().into_bytes()),
            // They are about a load.
            Kind::Hlog | Kind::Timeline => continue,
        };
        let path = folder.join(name);
        write_whole(&path, bytes).map_err(|error| unwritable(&path, &error))?;
        reports.push(path.display().to_string());
    }
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports,
    };
    crate::cli::print(&report.screen(&look))?;
    Ok(match report.exit_code {
        130 => Exit::Interrupted,
        0 => Exit::Success,
        1 => Exit::Findings,
        4 => Exit::Nothing,
        _ => Exit::Inconclusive,
    })
}
