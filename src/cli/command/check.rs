//! `proofmark check`: the conformance gate.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::case::{Modes, Phase, PlanOptions, Resources};
use crate::cli::arguments::{Check, Mode, PhaseName, Selection};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::select::select;
use crate::cli::source::{self, Source};
use crate::cli::target::{self, Target, Wishes};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{embedded, environment};
use crate::conform::{self, Ended, Options, Stop};
use crate::http::{Client, ClientOptions};
use crate::record::{Event, Recorder, Redactor, Sink, Summary};
use crate::report::{Look, json, junit, terminal as screen};
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
    // What cannot be written should be known before anything is sent.
    fs::create_dir_all(&arguments.report_dir)
        .map_err(|error| unwritable(&arguments.report_dir, &error))?;
    let spec = Arc::new(spec);
    let runtime = runtime()?;
    runtime.block_on(async {
        let served = match &arguments.target {
            Some(_) => None,
            None => {
                Some(embedded::start(&spec, path.as_deref(), arguments.fault.as_deref()).await?)
            }
        };
        let (target, base) = if let Some(served) = &served {
            (served.target(), embedded::BASE.to_owned())
        } else {
            let target = named_target(arguments, config)?;
            let base = target.url.clone();
            (target, base)
        };
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
            max_time: arguments.max_time,
            target: target.name.clone(),
            base,
            at: jiff::Timestamp::now().to_string(),
        };
        let exit = gate(arguments, terminal, &spec, &target, &options).await?;
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

/// The runtime of commands that use the network.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unusable(format!("the runtime cannot be started: {error}")))
}

fn named_target(arguments: &Check, config: &Config) -> Result<Target, Failure> {
    let text = arguments.target.as_deref().unwrap_or_default();
    let wishes = Wishes {
        token: arguments.token.as_deref(),
        allow_destructive: arguments.allow_destructive,
        confirm_host: arguments.confirm_host.as_deref(),
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

async fn gate(
    arguments: &Check,
    terminal: &Terminal,
    spec: &Spec,
    target: &Target,
    options: &Options,
) -> Result<Exit, Failure> {
    let client = Client::new(
        &target.url,
        ClientOptions {
            timeout: arguments.request_timeout,
            max_body: arguments.max_body,
            run: format!("{}-{}", options.plan.seed, options.at),
            certificates: target.certificates.clone(),
        },
    )
    .map_err(|error| Failure::unusable(error.to_string()))?;
    let secrets = target
        .authority
        .by_scheme
        .values()
        .chain(&target.authority.fallback);
    let fail_on = severity(arguments.fail_on);
    let mut recorder = Recorder::new(&[spec], Redactor::new(&[spec], secrets), Some(fail_on));
    let mut progress = Progress::new(terminal.redraws);
    let stop = Arc::new(Stop::default());
    let interrupted = tokio::spawn(interrupt(stop.clone()));
    let ended = conform::run(
        spec,
        options,
        &target.authority,
        &client,
        &stop,
        &mut Both(&mut recorder, &mut progress),
    )
    .await;
    interrupted.abort();
    let ended =
        ended.map_err(|error| Failure::unusable(format!("the run cannot be recorded: {error}")))?;
    let summary = recorder.summary();
    let reports = write(&summary, &arguments.report_dir)?;
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports,
    };
    crate::cli::print(&screen(&summary, &look))?;
    Ok(exit(&summary, &ended, &stop))
}

/// Findings win over everything: they are true however the run ended.
fn exit(summary: &Summary, ended: &Ended, stop: &Stop) -> Exit {
    if stop.is_asked() {
        return Exit::Interrupted;
    }
    match (summary.exit_code, ended) {
        (1, _) => Exit::Findings,
        (_, Ended::Unreachable(_) | Ended::Unauthorized | Ended::Stopped(_)) | (3, _) => {
            Exit::Inconclusive
        }
        (4, _) => Exit::Nothing,
        _ => Exit::Success,
    }
}

/// Once: stop after the cases under way and write the reports. Twice: the default action of the signal.
async fn interrupt(stop: Arc<Stop>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.ask();
        terminal::note("interrupted: finishing the cases under way; once more to stop now");
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        terminal::stop_now();
    }
}

fn write(summary: &Summary, folder: &Path) -> Result<Vec<String>, Failure> {
    let json = json(summary).map_err(|error| unwritable(folder, &error))?;
    let junit = junit(summary).map_err(|error| unwritable(folder, &error))?;
    let mut written = Vec::new();
    for (name, bytes) in [("run.json", json.into_bytes()), ("junit.xml", junit)] {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| unwritable(&path, &error))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::unusable(format!("`{}` cannot be written: {error}", path.display()))
        .help("choose another folder with --report-dir")
}

/// Two sinks that take the same events.
struct Both<'a, 'b, 'c>(&'a mut Recorder<'b>, &'c mut Progress);

impl Sink for Both<'_, '_, '_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        self.0.take(event)?;
        self.1.take(event)
    }
}
