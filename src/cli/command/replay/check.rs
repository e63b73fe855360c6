//! Reports of `check`: the cases of findings, made once more and judged by the same checks.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::aim::{self, Reached};
use super::found::{self, Named};
use super::rounds::{Round, conclude, reason, rounds};
use super::{introduce, made};
use crate::case::{Phase, PlanOptions};
use crate::check::Fingerprint;
use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source;
use crate::cli::terminal::Terminal;
use crate::cli::{credential, gate, interrupt};
use crate::code::Severity;
use crate::conform::{self, Ended, Only, Options, Pick, Standing, Stop, Witness};
use crate::record::{Aim, FindingRow, Redactor, Summary, excerpt};
use crate::report::{Fate, Replayed, Sent as Shown};
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
    let failed = |row: &FindingRow| summary.fails(row.severity);
    let rows = found::chosen(file, &summary.findings, failed, arguments)?;
    let recipe = summary.again.as_ref();
    let made = made::make(
        (file, recipe, summary.seed),
        &picks(&rows),
        arguments,
        config,
    )?;
    let targets = recipe.map_or(&[][..], |recipe| &*recipe.targets);
    let Some(own) = targets.first() else {
        let told = format!("`{}` does not say what its target was", file.display());
        return Err(Failure::unusable(told));
    };
    let aim = aim::instead(arguments.target.as_deref(), own, config);
    let spec = Arc::new(made.spec);
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let again = Again {
            spec: &spec,
            path: made.path.as_deref(),
            aim: &aim,
            plan: &made.plan,
            arguments,
            config,
            stop: Arc::new(Stop::default()),
        };
        let known = summary
            .findings
            .iter()
            .map(|row| &row.fingerprint)
            .collect();
        let least = summary.fail_on.unwrap_or(Severity::Warning);
        let round = rounds(&rows, async |rows, with_writes| {
            let only = Only::new(picks(rows), with_writes);
            let told = (!with_writes).then_some((file, rows));
            let sent = again.send(&only, told).await?;
            let rows = rows.iter();
            let rows = rows.map(|row| sent.replayed(&spec, row, (&known, least), with_writes));
            Ok(Round {
                rows: rows.collect(),
                ended: sent.ended.clone(),
            })
        })
        .await?;
        conclude(&round, &again.stop, terminal)
    })
}

fn picks(rows: &[&FindingRow]) -> BTreeSet<Pick> {
    rows.iter().filter_map(|row| Pick::of(row)).collect()
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
struct Sent {
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
    ) -> Result<Sent, Failure> {
        let found = (self.spec, self.path);
        let reached = aim::reach(
            self.aim,
            found,
            aim::wishes(self.arguments, false),
            self.config,
        )
        .await?;
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
            max_time: self.arguments.bounds.max_time,
            target: target.name.clone(),
            base: target.url.clone(),
            at: at.to_string(),
            only: Some(only.clone()),
        };
        let reach = self.arguments.reach();
        let client = gate::client(target, &reach, self.plan.seed, &options.at)?;
        let mut witness = Witness::new(only);
        let ended = interrupt::watched(&self.stop, &mut witness, options.max_time, async |sink| {
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
        Ok(Sent {
            witness,
            ended,
            reached,
            redactor,
        })
    }
}

impl Sent {
    /// What became of a finding.
    fn replayed(
        &self,
        spec: &Spec,
        row: &FindingRow,
        bounds: (&BTreeSet<&Fingerprint>, Severity),
        after_writes: bool,
    ) -> Replayed {
        let standing = match Pick::of(row) {
            Some(pick) => {
                let response = row.example.response.as_ref();
                let was = response.map(|response| response.status);
                self.witness
                    .standing(&pick, (&row.fingerprint, was), bounds)
            }
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
            Standing::NotReached(_)
                if row.example.phase == Phase::Stateful && !self.reached.target.writes =>
            {
                let why =
                    "it needs requests that change something, which the target does not allow";
                (Fate::NotReached(why.to_owned()), None)
            }
            Standing::NotReached(why) => {
                let why = reason(&self.ended, why);
                (Fate::NotReached(self.redactor.text(&why)), None)
            }
        };
        let base = &self.reached.target.url;
        let shown =
            verdict.map(|verdict| Shown::on("", excerpt(spec, &self.redactor, base, verdict)));
        Replayed {
            code: row.code,
            place: format!("{} ({})", row.operation, row.example.phase.name()),
            name: row.name(),
            title: row.title.clone(),
            fate,
            after_writes,
            exchanges: shown.into_iter().collect(),
        }
    }
}
