//! Reports of `check`: the cases of findings, made once more and judged by the same checks.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::aim::{self, Reached};
use super::{conclude, found, introduce};
use crate::case::PlanOptions;
use crate::check::Fingerprint;
use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source::{self, Source};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{credential, gate, interrupt};
use crate::code::Severity;
use crate::conform::{self, Ended, Only, Options, Pick, Standing, Stop, Witness};
use crate::record::{Aim, FindingRow, Ingredient, Planning, Recipe, Redactor, Summary, excerpt};
use crate::report::{Fate, Replayed};
use crate::seed::Seed;
use crate::spec::Spec;

/// How many requests of safe methods are under way at once.
const WORKERS: usize = 8;

/// Looks once more for what a report of `check` found.
pub(super) fn run(
    (file, summary): (&Path, &Summary),
    arguments: &Replay,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let recipe = found::recipe(file, summary.again.as_ref())?;
    let rows = found::chosen(file, summary, arguments)?;
    let (Some(planning), Some(own), Some(seed)) =
        (&recipe.plan, recipe.targets.first(), summary.seed)
    else {
        let told = format!("`{}` does not say how its cases were made", file.display());
        return Err(Failure::unusable(told));
    };
    let Source { spec, path } = document(recipe, arguments, config)?;
    let plan = plan_options(planning, seed);
    let only = Only {
        picks: rows.iter().filter_map(|row| Pick::of(row)).collect(),
        with_writes: false,
    };
    if is_another(recipe, &spec) {
        terminal::note("note: the document is another one than that of the report\n");
        still_made(&spec, &plan, &rows)?;
    }
    let aim = aim::instead(arguments.target.as_deref(), own, config);
    let spec = Arc::new(spec);
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let again = Again {
            spec: &spec,
            path: path.as_deref(),
            aim: &aim,
            plan: &plan,
            arguments,
            config,
            stop: Arc::new(Stop::default()),
        };
        let first = again.send(&only, Some((file, &rows))).await?;
        let known: BTreeSet<&Fingerprint> = summary
            .findings
            .iter()
            .map(|row| &row.fingerprint)
            .collect();
        let least = summary.fail_on.unwrap_or(Severity::Warning);
        let told = |round: &Round, row: &FindingRow, after_writes| {
            round.replayed(&spec, row, (&known, least), after_writes)
        };
        let mut fates: Vec<Replayed> = rows.iter().map(|row| told(&first, row, false)).collect();
        let mut is_whole = first.ended == Ended::Completed;
        // What depends on earlier cases does not show alone.
        let is_open = |(_, fate): &(&&FindingRow, &Replayed)| {
            matches!(fate.fate, Fate::Gone | Fate::NotReached(_))
        };
        let pairs = rows.iter().zip(&fates).filter(is_open);
        let open: Vec<&FindingRow> = pairs.map(|(row, _)| *row).collect();
        if is_whole && !open.is_empty() {
            let only = Only {
                picks: open.iter().filter_map(|row| Pick::of(row)).collect(),
                with_writes: true,
            };
            let second = again.send(&only, None).await?;
            is_whole = second.ended == Ended::Completed;
            for (row, fate) in rows.iter().zip(&mut fates) {
                let found = told(&second, row, true);
                let is_told = match (&fate.fate, &found.fate) {
                    (Fate::Gone, Fate::Still) => true,
                    (Fate::NotReached(_), other) => !matches!(other, Fate::NotReached(_)),
                    _ => false,
                };
                if is_told {
                    *fate = found;
                }
            }
        }
        if again.stop.is_asked() {
            conclude(&fates, false, terminal)?;
            return Ok(Exit::Interrupted);
        }
        conclude(&fates, is_whole, terminal)
    })
}

/// The document of the report, or the one that was named instead.
fn document(recipe: &Recipe, arguments: &Replay, config: &Config) -> Result<Source, Failure> {
    let own = recipe
        .documents
        .first()
        .and_then(|found| found.file.as_deref());
    let named = arguments.spec.as_deref().or(own.map(Path::new));
    source::load(named, &config.patterns)
}

/// Whether a document is not the one that the run was made from.
fn is_another(recipe: &Recipe, spec: &Spec) -> bool {
    let own = recipe.documents.first().map(|found| &*found.sha256);
    own != Some(&*Ingredient::document(None, spec).sha256)
}

fn plan_options(planning: &Planning, seed: Seed) -> PlanOptions {
    PlanOptions {
        seed,
        modes: planning.modes,
        phases: planning.phases.iter().copied().collect(),
        cases: planning.cases,
        operations: planning.operations.clone(),
        resources: crate::case::Resources::new(),
    }
}

/// Whether another document still leads to the same cases.
fn still_made(spec: &Spec, plan: &PlanOptions, rows: &[&FindingRow]) -> Result<(), Failure> {
    let picks: BTreeSet<Pick> = rows.iter().filter_map(|row| Pick::of(row)).collect();
    let lost = conform::lost(spec, plan, &picks);
    let Some(first) = lost.first() else {
        return Ok(());
    };
    let row = rows
        .iter()
        .find(|row| Pick::of(row).as_ref() == Some(first));
    let case = row.map_or("", |row| found::name(row));
    Err(Failure::unusable(format!(
        "the document has changed: {} of {} cases cannot be made again, the first is `{case}` of `{}`",
        lost.len(),
        picks.len(),
        first.operation
    ))
    .help("check anew, or name the cases that you mean, or the document of the report with --spec"))
}

/// What is needed to send cases once more.
struct Again<'a> {
    spec: &'a Arc<Spec>,
    path: Option<&'a Path>,
    aim: &'a Aim,
    plan: &'a PlanOptions,
    arguments: &'a Replay,
    config: &'a Config,
    stop: Arc<Stop>,
}

/// What came of it.
struct Round {
    witness: Witness,
    ended: Ended,
    reached: Reached,
    redactor: Redactor,
}

impl Again<'_> {
    /// Sends the cases; with the report's file what is sent is told first.
    async fn send(
        &self,
        only: &Only,
        told: Option<(&Path, &[&FindingRow])>,
    ) -> Result<Round, Failure> {
        let found = (self.spec, self.path);
        let reached = aim::reach(self.aim, found, self.arguments, self.config).await?;
        let target = &reached.target;
        let at = jiff::Timestamp::now();
        credential::vet(&target.authority, self.spec, at)?;
        if let Some((file, rows)) = told {
            let document = &self.spec.schemas.document(0).name;
            let lines = [
                format!("document {document}  seed {}", self.plan.seed),
                format!("target {}", reached.description),
                source::counted(rows.len(), "finding"),
            ];
            introduce(file, &lines);
        }
        let options = Options {
            plan: self.plan.clone(),
            workers: WORKERS,
            writes: target.writes,
            deletes: target.deletes,
            max_time: self.arguments.max_time,
            target: target.name.clone(),
            base: target.url.clone(),
            at: at.to_string(),
            only: Some(only.clone()),
        };
        let reach = self.arguments.reach();
        let client = gate::client(target, &reach, self.plan.seed, &options.at)?;
        let mut witness = Witness::new(only);
        let ended = interrupt::watched(&self.stop, &mut witness, async |sink| {
            conform::run(
                self.spec,
                &options,
                &target.authority,
                &client,
                &self.stop,
                sink,
            )
            .await
        })
        .await?;
        let authority = &target.authority;
        let secrets = authority.by_scheme.values().chain(&authority.fallback);
        let redactor = Redactor::new(&[self.spec], secrets);
        Ok(Round {
            witness,
            ended,
            reached,
            redactor,
        })
    }
}

impl Round {
    /// What became of a finding.
    fn replayed(
        &self,
        spec: &Spec,
        row: &FindingRow,
        bounds: (&BTreeSet<&Fingerprint>, Severity),
        after_writes: bool,
    ) -> Replayed {
        let standing = match Pick::of(row) {
            Some(pick) => self.witness.standing(&pick, &row.fingerprint, bounds),
            None => {
                Standing::NotReached("the report does not say where its case stands".to_owned())
            }
        };
        let (fate, verdict) = match standing {
            Standing::Still(verdict, _) => (Fate::Still, Some(verdict)),
            Standing::Otherwise(verdict, finding) => {
                let title = self.redactor.text(&finding.title);
                (
                    Fate::Otherwise(format!("{} {title}", finding.code)),
                    Some(verdict),
                )
            }
            Standing::Gone(verdict) => (Fate::Gone, Some(verdict)),
            Standing::NotReached(reason) => {
                let reason = match &self.ended {
                    Ended::Completed => reason,
                    Ended::Unreachable(why) | Ended::Unauthorized(why) | Ended::Stopped(why) => {
                        why.clone()
                    }
                };
                (Fate::NotReached(self.redactor.text(&reason)), None)
            }
        };
        let base = &self.reached.target.url;
        let shown = verdict.map(|verdict| ("", excerpt(spec, &self.redactor, base, verdict)));
        Replayed {
            code: row.code,
            operation: row.operation.clone(),
            phase: row.example.phase,
            name: found::name(row).to_owned(),
            title: row.title.clone(),
            fate,
            after_writes,
            exchanges: shown.into_iter().collect(),
        }
    }
}
