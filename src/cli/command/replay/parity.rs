//! Reports of `parity`: the cases of differences, sent to both sides once more.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::aim::{self, Reached};
use super::found::{self, Named};
use super::rounds::{Round, conclude, reason, rounds};
use super::{beside, introduce, made};
use crate::case::{Phase, PlanOptions};
use crate::cli::arguments::replay::Replay as Arguments;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source;
use crate::cli::target::Wishes;
use crate::cli::terminal::Terminal;
use crate::cli::{credential, gate, interrupt};
use crate::code::Code;
use crate::conform::{Ended, Only, Options, Pick, Stop};
use crate::http::Client;
use crate::parity::pair::{
    Answered, Job, Recording, Replay as Compared, Sides, Standing, Told, ToldDifference, both,
    obstacle,
};
use crate::record::{Aim, Redactor, excerpt};
use crate::report::{Fate, Replayed, Sent as Shown};
use crate::spec::Spec;

/// How many requests of safe methods are under way at once on each side.
const WORKERS: usize = 8;

/// Looks once more for the differences that a report of `parity` tells.
pub(super) fn run(
    (file, told): (&Path, &Told),
    arguments: &Arguments,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    if arguments.target.is_some() {
        return Err(Failure::unusable(format!(
            "`{}` compares two targets, and --target names one",
            file.display()
        ))
        .help("--baseline-target and --candidate name the sides"));
    }
    let failed = |row: &ToldDifference| told.fails(row);
    let rows = found::chosen(file, &told.differences, failed, arguments)?;
    let recipe = told.again.as_ref();
    let of_workflows = recipe.and_then(|recipe| Some((recipe, recipe.script.as_ref()?)));
    if let Some(script) = of_workflows {
        return beside::run((file, told, &rows), script, arguments, config, terminal);
    }
    let from = (file, recipe, Some(told.seed));
    let made = made::make(from, &picks(&rows), arguments, config)?;
    let targets = recipe.map_or(&[][..], |recipe| &*recipe.targets);
    let aims = aim::sides((file, targets), arguments, config)?;
    let spec = Arc::new(made.spec);
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let again = Again {
            spec: &spec,
            path: made.path.as_deref(),
            aims: &aims,
            plan: &made.plan,
            arguments,
            config,
            stop: Arc::new(Stop::default()),
        };
        let sending = rounds(&rows, async |rows, with_writes| {
            let only = Only::new(picks(rows), with_writes);
            let introduced = (!with_writes).then_some((file, rows));
            let sent = again.send(only, introduced).await?;
            Ok(sent.round(&spec, (rows, told), config, with_writes))
        });
        let round = interrupt::awaited(&again.stop, sending).await?;
        conclude(&round, &again.stop, terminal)
    })
}

fn picks(rows: &[&ToldDifference]) -> BTreeSet<Pick> {
    rows.iter().filter_map(|row| row.pick()).collect()
}

/// What is needed to send cases once more.
struct Again<'a> {
    spec: &'a Arc<Spec>,
    path: Option<&'a Path>,
    aims: &'a [Aim; 2],
    plan: &'a PlanOptions,
    arguments: &'a Arguments,
    config: &'a Config,
    stop: Arc<Stop>,
}

/// What came of it.
struct Sent {
    sides: [Reached; 2],
    recordings: (Recording, Recording),
}

impl Again<'_> {
    /// Sends the cases to both sides; with the report's file what is sent is told first.
    async fn send(
        &self,
        only: Only,
        told: Option<(&Path, &[&ToldDifference])>,
    ) -> Result<Sent, Failure> {
        let found = (self.spec, self.path);
        let wishes = aim::wishes(self.arguments, true);
        let own = Wishes {
            token: self.arguments.candidate_token.as_deref().or(wishes.token),
            ..wishes
        };
        let [baseline, candidate] = self.aims;
        let one = aim::reach(baseline, found, wishes, self.config).await?;
        let other = aim::reach(candidate, found, own, self.config).await?;
        let at = jiff::Timestamp::now();
        for reached in [&one, &other] {
            credential::vet(&reached.target.authority, self.spec, at)?;
        }
        if let Some((file, rows)) = told {
            let document = &self.spec.schemas.document(0).name;
            let lines = [
                format!("document {document}  seed {}", self.plan.seed),
                format!("baseline  {}", one.description),
                format!("candidate {}", other.description),
                source::counted(rows.len(), "difference"),
            ];
            introduce(file, &lines);
        }
        let (left, right) = (&one.target, &other.target);
        let options = |reached: &Reached| Options {
            plan: self.plan.clone(),
            workers: WORKERS,
            // What one side must not be sent, the other one need not be.
            writes: left.writes && right.writes,
            deletes: left.deletes && right.deletes,
            max_time: self.arguments.bounds.max_time,
            target: reached.target.name.clone(),
            base: reached.target.url.clone(),
            at: at.to_string(),
            only: Some(only.clone()),
        };
        let options = [options(&one), options(&other)];
        let reach = self.arguments.reach();
        let client = |reached: &Reached| -> Result<Client, Failure> {
            gate::client(&reached.target, &reach, self.plan.seed, &at.to_string())
        };
        let clients = [client(&one)?, client(&other)?];
        let [first, second] = &options;
        let [left, right] = &clients;
        let timeout = self.arguments.bounds.request_timeout;
        let recordings = both(
            self.job(first, &one, left),
            self.job(second, &other, right),
            timeout,
            &self.stop,
        );
        let recordings = Box::pin(recordings)
            .await
            .map_err(|error| Failure::unusable(format!("the run cannot be recorded: {error}")))?;
        Ok(Sent {
            sides: [one, other],
            recordings,
        })
    }
}

impl Again<'_> {
    fn job<'j>(
        &'j self,
        options: &'j Options,
        reached: &'j Reached,
        transport: &'j Client,
    ) -> Job<'j, Client> {
        Job::Cases {
            spec: self.spec,
            options,
            authority: &reached.target.authority,
            transport,
        }
    }
}

impl Sent {
    /// What became of the differences.
    fn round(
        &self,
        spec: &Spec,
        (rows, told): (&[&ToldDifference], &Told),
        config: &Config,
        after_writes: bool,
    ) -> Round {
        let [one, other] = &self.sides;
        let (left, right) = (&self.recordings.0, &self.recordings.1);
        let rules = config.parity_rules(Vec::new());
        let sides = Sides {
            specs: &[spec],
            rules: &rules,
            baseline: std::slice::from_ref(&one.target.url),
            candidate: std::slice::from_ref(&other.target.url),
        };
        let replay = Compared::new((left, right), &sides, told);
        let secrets = self.sides.iter().flat_map(|side| {
            let authority = &side.target.authority;
            authority.by_scheme.values().chain(&authority.fallback)
        });
        let redactor = Redactor::new(&[spec], secrets);
        let ended = ended((left, right));
        let shown = |side, reached: &Reached, answered: &Answered| {
            Shown::on(
                side,
                excerpt(spec, &redactor, &reached.target.url, &answered.verdict),
            )
        };
        let shown = |left: &Answered, right: &Answered| {
            vec![
                shown("baseline", one, left),
                shown("candidate", other, right),
            ]
        };
        let view = View {
            replay: &replay,
            redactor: &redactor,
            ended: &ended,
            is_read_only: !(one.target.writes && other.target.writes),
            shown: &shown,
        };
        let rows = rows.iter().map(|row| view.replayed(row, after_writes));
        Round {
            rows: rows.collect(),
            ended,
        }
    }
}

/// What is told of differences.
pub(super) struct View<'a> {
    pub(super) replay: &'a Compared<'a>,
    pub(super) redactor: &'a Redactor,
    pub(super) ended: &'a Ended,
    /// Whether one of the targets allows no writes.
    pub(super) is_read_only: bool,
    /// How two answers are shown.
    pub(super) shown: &'a dyn Fn(&Answered, &Answered) -> Vec<Shown>,
}

impl View<'_> {
    /// What became of a difference.
    pub(super) fn replayed(&self, row: &ToldDifference, after_writes: bool) -> Replayed {
        let shown = self.shown;
        let (fate, exchanges) = match self.replay.standing(row) {
            Standing::Still(one, other) => (Fate::Still, shown(one, other)),
            Standing::Gone(one, other) => (Fate::Gone, shown(one, other)),
            Standing::Otherwise(one, other, found) => {
                let title = self.redactor.text(&found.message);
                let found = format!("{} {title}", found.code);
                (Fate::Otherwise(found), shown(one, other))
            }
            Standing::NotReached(_) if self.is_read_only && is_stateful(row) => {
                let why = "it needs requests that change something, which a target does not allow";
                (Fate::NotReached(why.to_owned()), Vec::new())
            }
            Standing::NotReached(why) => {
                let why = self.redactor.text(&reason(self.ended, why));
                (Fate::NotReached(why), Vec::new())
            }
        };
        let place = match (&row.case, &row.step) {
            (Some(case), _) => format!("{} ({})", row.operation, case.phase.name()),
            (None, Some(step)) => format!("{} ({})", step.name, row.operation),
            (None, None) => row.operation.to_string(),
        };
        Replayed {
            code: row.code,
            place,
            name: row.name(),
            title: row.message.clone(),
            fate,
            after_writes,
            exchanges,
        }
    }
}

/// Whether the case of a difference is one of a sequence of writes and reads.
fn is_stateful(row: &ToldDifference) -> bool {
    let case = row.case.as_ref();
    case.is_some_and(|case| case.phase == Phase::Stateful)
}

/// How both runs ended: as the one that did not come to its end. A side that is not fit ends both, and is
/// named.
pub(super) fn ended((left, right): (&Recording, &Recording)) -> Ended {
    if let Some(illness) = obstacle(left, right) {
        let (side, kind, message) = (illness.side.name(), illness.kind, illness.message);
        let why = format!("the {side} is {kind}: {message}");
        return match illness.code {
            Code::UNAUTHORIZED => Ended::Unauthorized(why),
            _ => Ended::Unreachable(why),
        };
    }
    let mut both = [left, right].into_iter();
    let ended = both.find_map(|recording| {
        let ended = recording.ended.clone()?;
        (ended != Ended::Completed).then_some(ended)
    });
    ended.unwrap_or(Ended::Completed)
}
