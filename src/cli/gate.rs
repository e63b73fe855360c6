//! What every command that sends something has in common: runtime, interruption, reports, exit code.

use std::fs;
use std::io;
use std::path::Path;

use super::arguments::{Reach, Report};
use super::exit::Exit;
use super::failure::Failure;
use super::progress::Progress;
use super::report_folder::file_of;
use super::target::Target;
use super::terminal::{self, Terminal};
use super::whole_file::write_whole;
use crate::http::{Client, ClientOptions};
use crate::probe::{Ended, Stop};
use crate::record::{Event, Recorder, Sink, Summary};
use crate::report::{Look, html, json, junit, terminal as screen};
use crate::seed::Seed;

/// The runtime of commands that use the network.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unusable(format!("the runtime cannot be started: {error}")))
}

/// Says that a token has no effect: an embedded sandbox issues its own.
pub(crate) fn ignored_token(reach: &Reach) {
    if reach.token.is_some() {
        terminal::note(
            "note: the token is not used: without --target the embedded sandbox issues its own\n",
        );
    }
}

/// The client for a target.
pub(crate) fn client(
    target: &Target,
    reach: &Reach,
    seed: Seed,
    at: &str,
) -> Result<Client, Failure> {
    Client::new(
        &target.url,
        ClientOptions {
            timeout: reach.bounds.request_timeout,
            max_body: reach.bounds.max_body,
            run: format!("{seed}-{at}"),
            certificates: target.certificates.clone(),
        },
    )
    .map_err(|error| Failure::unusable(error.to_string()))
}

/// Writes the reports, prints the screen and says how the process ends.
pub(crate) fn conclude(
    summary: &Summary,
    ended: &Ended,
    stop: &Stop,
    (reach, logs): (&Reach, &[String]),
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let exit = exit(summary, ended, stop);
    let summary = &Summary {
        exit_code: exit as u8,
        ..summary.clone()
    };
    let written = write(summary, &reach.report_dir, &reach.reports);
    let (mut reports, failure) = match written {
        Ok(reports) => (reports, None),
        Err(failure) => (Vec::new(), Some(failure)),
    };
    reports.extend_from_slice(logs);
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports,
    };
    super::print(&screen(summary, &look))?;
    match failure {
        None => Ok(exit),
        // It was sent, and what came of it is on the screen.
        Some(failure) => Err(Failure {
            exit: incomplete(exit),
            ..failure
        }),
    }
}

/// The exit of a run of which not all could be written.
pub(crate) fn incomplete(exit: Exit) -> Exit {
    match exit {
        Exit::Success => Exit::Inconclusive,
        other => other,
    }
}

/// Makes the folder of the reports: what cannot be written should be known before anything is sent.
pub(crate) fn prepare(reach: &Reach) -> Result<(), Failure> {
    fs::create_dir_all(&reach.report_dir).map_err(|error| unwritable(&reach.report_dir, &error))
}

/// Findings win over everything: they are true however the run ended.
fn exit(summary: &Summary, ended: &Ended, stop: &Stop) -> Exit {
    if stop.is_asked() {
        return Exit::Interrupted;
    }
    match (summary.exit_code, ended) {
        (1, _) => Exit::Findings,
        (_, Ended::Unreachable(_) | Ended::Unauthorized(_) | Ended::Stopped(_)) | (3, _) => {
            Exit::Inconclusive
        }
        (4, _) => Exit::Nothing,
        _ => Exit::Success,
    }
}

/// Writes the reports that are made from the summary; their paths.
pub(crate) fn write(
    summary: &Summary,
    folder: &Path,
    kinds: &[Report],
) -> Result<Vec<String>, Failure> {
    let failed = |error: &dyn std::fmt::Display| unwritable(folder, error);
    let mut written = Vec::new();
    for kind in kinds {
        let Some(name) = file_of(*kind) else {
            continue;
        };
        let bytes = match kind {
            Report::Json => json(summary).map_err(|error| failed(&error))?.into_bytes(),
            Report::Junit => junit(summary).map_err(|error| failed(&error))?,
            Report::Html => html(summary).into_bytes(),
            Report::Hlog | Report::Timeline => continue,
        };
        let path = folder.join(name);
        write_whole(&path, bytes).map_err(|error| unwritable(&path, &error))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

pub(crate) fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::unusable(format!("`{}` cannot be written: {error}", path.display()))
        .help("choose another folder with --report-dir")
}

/// Sinks that take the same events.
pub(crate) struct Each<'a, 'b>(pub(crate) &'a mut [&'b mut dyn Sink]);

impl Sink for Each<'_, '_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.take(event))
    }
}

/// Two sinks that take the same events.
pub(crate) struct Both<'a, 'b, 'c>(pub(crate) &'a mut Recorder<'b>, pub(crate) &'c mut Progress);

impl Sink for Both<'_, '_, '_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        self.0.take(event)?;
        self.1.take(event)
    }
}
