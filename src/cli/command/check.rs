//! `proofmark check`: the conformance gate.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::case::{Modes, Phase, PlanOptions, Resources};
use crate::cli::arguments::{Check, Mode, PhaseName, Selection};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::{self, Both};
use crate::cli::progress::Progress;
use crate::cli::select::select;
use crate::cli::source::{self, Source};
use crate::cli::target::{self, Target, Wishes};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{credential, embedded, environment, interrupt};
use crate::conform::{self, Options, Stop};
use crate::record::{Aim, Ingredient, Planning, Recipe, Recorder, Redactor, Summary, Task};
use crate::spec::Spec;

use super::lint::severity;

/// Checks a target, or the embedded sandbox.
pub(crate) fn run(
    arguments: &Check,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let Source { spec, path } =
        source::load(arguments.selection.spec.as_deref(), &config.patterns)?;
    source::announce(&spec, terminal);
    let mut plan = plan_options(&spec, &arguments.selection)?;
    gate::prepare(&arguments.reach)?;
    let spec = Arc::new(spec);
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let served = if arguments.target.is_none() {
            gate::ignored_token(&arguments.reach);
            Some(embedded::start(&spec, path.as_deref(), arguments.fault.as_deref()).await?)
        } else {
            None
        };
        let (target, base) = if let Some(served) = &served {
            (served.target(), embedded::BASE.to_owned())
        } else {
            let target = named_target(arguments, config)?;
            let base = target.url.clone();
            (target, base)
        };
        credential::vet(&target.authority, &spec, jiff::Timestamp::now())?;
        introduce(
            &spec,
            &target,
            &plan,
            served.as_ref().map(|served| &*served.description),
        );
        if served.as_ref().is_some_and(|served| !served.stateful) {
            // What is never stored cannot be read back.
            plan.phases.remove(&Phase::Stateful);
        }
        let options = Options {
            plan,
            workers: arguments.workers,
            writes: target.writes,
            deletes: target.deletes,
            max_time: arguments.reach.bounds.max_time,
            target: target.name.clone(),
            base,
            at: jiff::Timestamp::now().to_string(),
            only: None,
        };
        let recipe = Recipe {
            command: Task::Check,
            documents: vec![Ingredient::document(shown(path.as_deref()), &spec)],
            targets: vec![match &arguments.target {
                Some(named) => Aim::Target(named.clone()),
                None => Aim::Embedded {
                    nature: "sandbox".to_owned(),
                    fault: arguments.fault.clone(),
                },
            }],
            plan: Some(planning(&options.plan)),
            script: None,
        };
        let exit = judge(arguments, terminal, (&spec, recipe), &target, &options).await?;
        if let Some(served) = served.filter(|_| exit == Exit::Findings) {
            terminal::note(&format!(
                "\nto send a request again, start `{}` and set PROOFMARK_TOKEN=sandbox-token",
                served.command
            ));
        }
        Ok(exit)
    })
}

/// The plan that a selection asks for.
pub(crate) fn plan_options(spec: &Spec, selection: &Selection) -> Result<PlanOptions, Failure> {
    if spec.operations.is_empty() {
        return Err(Failure::new(
            Exit::Nothing,
            "the document has no operation that can be read",
        ));
    }
    let phases = phases(selection);
    if phases.is_empty() {
        return Err(Failure::new(Exit::Nothing, "no phase is selected").help(
            "--mode valid goes with examples, boundary, valid and stateful; --mode invalid with boundary, invalid and protocol",
        ));
    }
    Ok(PlanOptions {
        phases,
        seed: selection.seed,
        modes: match selection.mode {
            Mode::Valid => Modes::Valid,
            Mode::Invalid => Modes::Invalid,
            Mode::All => Modes::All,
        },
        cases: selection.cases,
        operations: select(spec, &selection.operations, &selection.exclude)?,
        resources: Resources::new(),
    })
}

/// How cases are planned, for reports.
pub(crate) fn planning(plan: &PlanOptions) -> Planning {
    Planning {
        phases: plan.phases.iter().copied().collect(),
        modes: plan.modes,
        cases: plan.cases,
        operations: plan.operations.clone(),
    }
}

/// The name of a file, for reports.
pub(crate) fn shown(path: Option<&Path>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

/// The phases that a selection asks for; stateful sequences are made of valid requests.
fn phases(selection: &Selection) -> BTreeSet<Phase> {
    const ALL: [PhaseName; 6] = [
        PhaseName::Examples,
        PhaseName::Boundary,
        PhaseName::Valid,
        PhaseName::Invalid,
        PhaseName::Protocol,
        PhaseName::Stateful,
    ];
    let named = if selection.phases.is_empty() {
        &ALL[..]
    } else {
        &selection.phases
    };
    let phases = named.iter().map(|phase| match phase {
        PhaseName::Examples => Phase::Examples,
        PhaseName::Boundary => Phase::Boundary,
        PhaseName::Valid => Phase::Valid,
        PhaseName::Invalid => Phase::Invalid,
        PhaseName::Protocol => Phase::Protocol,
        PhaseName::Stateful => Phase::Stateful,
    });
    phases
        .filter(|phase| match phase {
            Phase::Invalid | Phase::Protocol => selection.mode != Mode::Valid,
            Phase::Boundary => true,
            _ => selection.mode != Mode::Invalid,
        })
        .collect()
}

fn named_target(arguments: &Check, config: &Config) -> Result<Target, Failure> {
    let text = arguments.target.as_deref().unwrap_or_default();
    let wishes = Wishes {
        token: arguments.reach.token.as_deref(),
        allow_destructive: arguments.allow_destructive,
        confirm_host: &arguments.reach.confirm_host,
        is_one_of_several: false,
    };
    target::resolve(text, config, wishes, &environment)
}

fn introduce(spec: &Spec, target: &Target, plan: &PlanOptions, served: Option<&str>) {
    let document = &spec.schemas.document(0).name;
    terminal::note(&format!(
        "proofmark {}  check  {document} (OpenAPI {})",
        env!("CARGO_PKG_VERSION"),
        spec.openapi
    ));
    let described = served.map_or_else(|| target.url.clone(), str::to_owned);
    let rights = match (target.writes, target.deletes) {
        (false, _) => "reads only",
        (true, false) => "reads and writes, no DELETE",
        (true, true) => "reads and writes",
    };
    let name = if target.name == target.url {
        String::new()
    } else {
        format!("{} ", target.name)
    };
    terminal::note(&format!(
        "target {name}({described}; {rights})  seed {}\n",
        plan.seed
    ));
}

async fn judge(
    arguments: &Check,
    terminal: &Terminal,
    (spec, recipe): (&Spec, Recipe),
    target: &Target,
    options: &Options,
) -> Result<Exit, Failure> {
    let client = gate::client(target, &arguments.reach, options.plan.seed, &options.at)?;
    let secrets = target
        .authority
        .by_scheme
        .values()
        .chain(&target.authority.fallback);
    let fail_on = severity(arguments.reach.fail_on());
    let mut recorder = Recorder::new(&[spec], Redactor::new(&[spec], secrets), fail_on);
    let mut progress = Progress::new(terminal.redraws);
    let stop = Arc::new(Stop::default());
    let mut sink = Both(&mut recorder, &mut progress);
    let ended = interrupt::watched(&stop, &mut sink, options.max_time, async |sink| {
        conform::run(spec, options, &target.authority, &client, &stop, sink).await
    })
    .await?;
    let summary = Summary {
        again: Some(recipe),
        ..recorder.summary()
    };
    gate::conclude(&summary, &ended, &stop, (&arguments.reach, &[]), terminal)
}
