//! Reports of `parity` with scenario files: the workflows, run on both sides once more.

use std::path::Path;
use std::sync::Arc;

use super::parity::{View, ended};
use super::rounds::{Round, conclude};
use super::{aim, introduce, script};
use crate::cli::arguments::parity::targets::Targets;
use crate::cli::arguments::replay::Replay as Arguments;
use crate::cli::arguments::{Mode, Selection};
use crate::cli::command::parity::again;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;
use crate::cli::{gate, interrupt, source};
use crate::parity::pair::{Answered, Replay, Sides, Told, ToldDifference};
use crate::probe::Stop;
use crate::record::{Recipe, Redactor, Script, excerpt};
use crate::report::Sent;
use crate::spec::Spec;

/// Looks once more for the differences of workflows.
pub(super) fn run(
    (file, told, rows): (&Path, &Told, &[&ToldDifference]),
    (recipe, own): (&Recipe, &Script),
    arguments: &Arguments,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let aims = aim::sides((file, &recipe.targets), arguments, config)?;
    let choice = script::choice(own, &|_| None, arguments)?;
    let suite = script::open((recipe, own), &choice, arguments, config)?;
    let targets = Targets {
        files: script::files(own),
        baseline: None,
        candidate: None,
        candidate_fault: None,
        candidate_token: arguments.candidate_token.clone(),
        repeat_baseline: 1,
        selection: Selection {
            spec: script::document(own, arguments),
            operations: Vec::new(),
            exclude: Vec::new(),
            phases: Vec::new(),
            mode: Mode::All,
            cases: 1,
            seed: told.seed,
        },
        choice,
        max_steps: own.max_steps,
        workers: 1,
        reach: arguments.reach(),
        allow_destructive: arguments.allow_destructive,
    };
    let stop = Arc::new(Stop::default());
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let tell = |baseline: &str, candidate: &str| {
            let lines = [
                format!(
                    "{}  seed {}",
                    source::counted(rows.len(), "difference"),
                    told.seed
                ),
                format!("baseline  {baseline}"),
                format!("candidate {candidate}"),
            ];
            introduce(file, &lines);
        };
        let heard = again::hear(&suite, &aims, (&targets, config), &stop, tell);
        let heard = interrupt::awaited(&stop, heard).await?;
        let (left, right) = (&heard.recordings.0, &heard.recordings.1);
        let specs: Vec<&Spec> = suite.apis.iter().map(|api| &*api.spec).collect();
        let sides = Sides {
            specs: &specs,
            rules: &heard.rules,
            baseline: &heard.bases.0,
            candidate: &heard.bases.1,
        };
        let replay = Replay::new((left, right), &sides, told);
        let redactor = Redactor::new(&specs, &heard.secrets);
        let shown = |side: &'static str, bases: &[String], answered: &Answered| {
            let api = answered.verdict.api;
            let spec = specs.get(api)?;
            let base = bases.get(api).map_or("", String::as_str);
            Some(Sent::on(
                side,
                excerpt(spec, &redactor, base, &answered.verdict),
            ))
        };
        let shown = |one: &Answered, other: &Answered| {
            let one = shown("baseline", &heard.bases.0, one);
            let other = shown("candidate", &heard.bases.1, other);
            one.into_iter().chain(other).collect()
        };
        let ended = ended((left, right));
        let view = View {
            replay: &replay,
            redactor: &redactor,
            ended: &ended,
            is_read_only: false,
            shown: &shown,
        };
        let rows = rows.iter().map(|row| view.replayed(row, false)).collect();
        conclude(&Round { rows, ended }, &stop, terminal)
    })
}
