//! Reports of `run` and `load`: the workflows in which something failed, run once more with their inputs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::aim;
use super::found;
use super::introduce;
use super::item::{Item, items};
use super::rounds::{Round, conclude, reason, rounds};
use crate::cli::arguments::replay::Replay;
use crate::cli::arguments::run::Choice;
use crate::cli::command::run::{self, Way};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::server::{self, Wanted};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{gate, scenario_source, source};
use crate::probe::Stop;
use crate::record::{Aim, Ingredient, Recipe, Script, Summary, Task, is_masked};
use crate::report::Fate;
use crate::scenario::{Selection, Suite};
use serde_json::Value;

/// Looks once more for what failed in the workflows of a report.
pub(super) fn run(
    (file, summary): (&Path, &Summary),
    (recipe, script): (&Recipe, &Script),
    arguments: &Replay,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let items = items(summary);
    let failed = |item: &Item<'_>| item.failed(summary);
    let chosen = found::chosen(file, &items, failed, arguments)?;
    let known = |name: &str| {
        let mut workflows = summary.workflows.iter();
        workflows.find_map(|workflow| workflow.inputs.get(name).cloned())
    };
    let choice = choice(script, &known, arguments)?;
    let suite = open((recipe, script), &choice, arguments, config)?;
    let (targets, fault) = aimed(recipe, arguments, config)?;
    let Some(seed) = summary.seed else {
        let told = format!("`{}` does not say what its seed was", file.display());
        return Err(Failure::unusable(told));
    };
    let reach = arguments.reach();
    let stop = Arc::new(Stop::default());
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let round = rounds(&chosen, async |items, with_others| {
            let wanted = Wanted {
                target: &targets,
                fault: fault.as_deref(),
                reach: &reach,
            };
            let servers = server::start(&suite, &wanted, config).await?;
            let given = servers.iter().map(|server| &server.target);
            let given = scenario_source::given(&choice, given)?;
            let selection = if with_others {
                all(script)
            } else {
                some(items, script)
            };
            let planned = suite
                .plan(&selection, &given, seed)
                .map_err(|wrong| scenario_source::failure(&suite, &wrong))?;
            if planned.is_empty() {
                return Err(Failure::unusable(
                    "the scenario files no longer have the workflows of the report",
                ));
            }
            server::admit(&suite, &planned, &servers, jiff::Timestamp::now())?;
            if !with_others {
                introduce(file, &lines(recipe, summary, (planned.len(), items.len())));
                server::introduce(&suite, &servers);
            }
            let way = Way {
                seed,
                max_steps: script.max_steps,
                reach: &reach,
                redraws: terminal.redraws,
            };
            let (found, ended) = run::execute(&suite, &planned, &servers, &way, &stop).await?;
            let rows = items.iter().map(|item| {
                let mut row = item.replayed((summary, &found), with_others);
                if let Fate::NotReached(own) = row.fate {
                    row.fate = Fate::NotReached(reason(&ended, own));
                }
                row
            });
            Ok(Round {
                rows: rows.collect(),
                ended,
            })
        })
        .await?;
        conclude(&round, &stop, terminal)
    })
}

/// What is told before anything is sent.
fn lines(recipe: &Recipe, summary: &Summary, (workflows, items): (usize, usize)) -> Vec<String> {
    let seed = summary
        .seed
        .map(|seed| seed.to_string())
        .unwrap_or_default();
    let mut lines = vec![format!(
        "{} for {}  seed {seed}",
        source::counted(workflows, "workflow"),
        source::counted(items, "failure")
    )];
    if recipe.command == Task::Load {
        lines.push(
            "each is run once, and not under load: with the inputs and drawn values of `run`"
                .to_owned(),
        );
    }
    lines
}

/// All workflows of the report.
fn all(script: &Script) -> Selection {
    Selection {
        workflows: script.workflows.clone(),
        tags: script.tags.clone(),
        every_row: false,
    }
}

/// The workflows in which something failed; those that they depend on go before them.
fn some(items: &[&Item<'_>], script: &Script) -> Selection {
    let keys = items.iter().map(|item| item.workflow());
    let names: Option<Vec<String>> = keys.map(|key| Some(key?.workflow.clone())).collect();
    match names {
        Some(mut workflows) => {
            workflows.dedup();
            Selection {
                workflows,
                ..Selection::default()
            }
        }
        None => all(script),
    }
}

/// The choice of the report, with its inputs. What a report must not show of them is asked for.
pub(super) fn choice(
    script: &Script,
    known: &dyn Fn(&str) -> Option<Value>,
    arguments: &Replay,
) -> Result<Choice, Failure> {
    let mut inputs = arguments.inputs.clone();
    for name in &script.inputs {
        if inputs.iter().any(|(given, _)| given == name) {
            continue;
        }
        let Some(value) = known(name).filter(|value| !is_masked(value)) else {
            return Err(
                Failure::unusable(format!("the report does not tell the input `{name}`"))
                    .help(format!("give it again: --input {name}=VALUE")),
            );
        };
        let text = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        inputs.push((name.clone(), text));
    }
    let own = script.sources.iter().filter(|(name, _)| !name.is_empty());
    let inputs_file = script.inputs_file.as_ref().map(PathBuf::from);
    Ok(Choice {
        sources: own
            .map(|(name, file)| (name.clone(), file.clone()))
            .collect(),
        inputs,
        inputs_file: arguments.inputs_file.clone().or(inputs_file),
        workflows: script.workflows.clone(),
        tags: script.tags.clone(),
    })
}

/// The scenario files with their documents; says which are no longer those of the report.
pub(super) fn open(
    (recipe, script): (&Recipe, &Script),
    choice: &Choice,
    arguments: &Replay,
    config: &Config,
) -> Result<Suite, Failure> {
    let spec = document(script, arguments);
    let options = scenario_source::options(choice, spec.as_deref(), config);
    let suite = scenario_source::open(&files(script), &options)?;
    note_changes(&suite, recipe, script);
    Ok(suite)
}

/// The document that is taken for all source descriptions, if there is one.
pub(super) fn document(script: &Script, arguments: &Replay) -> Option<PathBuf> {
    let own = || script.sources.get("").map(PathBuf::from);
    arguments.spec.clone().or_else(own)
}

/// The scenario files.
pub(super) fn files(script: &Script) -> Vec<PathBuf> {
    let files = script.files.iter().filter_map(|found| found.file.as_ref());
    files.map(PathBuf::from).collect()
}

/// Says which files are no longer those of the report.
fn note_changes(suite: &Suite, recipe: &Recipe, script: &Script) {
    let files = suite.files.iter().filter(|file| file.is_asked_for);
    let files =
        files.map(|file| Ingredient::of(Some(file.name.clone()), &file.description.schemas));
    let found: Vec<Ingredient> = files.chain(run::documents(suite)).collect();
    let known: Vec<&Ingredient> = script.files.iter().chain(&recipe.documents).collect();
    for changed in found
        .iter()
        .filter(|one| !known.iter().any(|own| own.sha256 == one.sha256))
    {
        let name = changed.file.as_deref().unwrap_or_default();
        terminal::note(&format!(
            "note: `{name}` is another text than that of the report"
        ));
    }
}

/// The targets: those of the report, or what was named instead.
fn aimed(
    recipe: &Recipe,
    arguments: &Replay,
    config: &Config,
) -> Result<(Vec<String>, Option<String>), Failure> {
    let embedded = Aim::Embedded {
        nature: "sandbox".to_owned(),
        fault: None,
    };
    let aims: Vec<Aim> = match &arguments.target {
        Some(named) => vec![aim::instead(Some(named), &embedded, config)],
        None => recipe.targets.clone(),
    };
    let mut targets = Vec::new();
    let mut built_in = None;
    for aim in aims {
        match aim {
            Aim::Target(name) => targets.extend(name.split(',').map(str::to_owned)),
            Aim::Embedded { nature, fault } if nature == "sandbox" => built_in = fault,
            Aim::Embedded { nature, .. } => {
                return Err(Failure::unusable(format!(
                    "workflows are not run against an embedded `{nature}`"
                ))
                .help(
                    "`sandbox` is one without a fault; or name a URL on this machine, or a target",
                ));
            }
        }
    }
    Ok((targets, built_in))
}
