//! Interruption: what Ctrl-C and a request to terminate do to a run.
//!
//! The first one asks the run to stop: it begins nothing more, cleans up, and its reports are written.
//! The second one drops whatever is under way; what was done until then is in the reports all the same.
//! The third one ends the process as the signal would have. On Linux a terminal that goes away is such a
//! signal, unless it is to be ignored (`nohup`).

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::failure::Failure;
use super::terminal;
use crate::probe::{Ended, Stop};
use crate::record::Sink;

/// How long what is under way is waited for when the time of a run is up.
const GRACE: Duration = Duration::from_secs(1);

/// Runs something until its end, or until it is to be dropped: when it is insisted on, or a moment after its
/// time is up, if it may take no more than `most`. `run` gets the sink; how it ended is told to the sink in any case.
pub(crate) async fn watched<S: Sink>(
    stop: &Arc<Stop>,
    sink: &mut S,
    most: Option<Duration>,
    run: impl AsyncFnOnce(&mut S) -> io::Result<Ended>,
) -> Result<Ended, Failure> {
    let start = Instant::now();
    let (drop_it, dropped) = oneshot::channel();
    let listening = tokio::spawn(listen(stop.clone(), drop_it));
    let ended = tokio::select! {
        ended = run(sink) => Ok(ended),
        Ok(()) = dropped => Err("it was interrupted twice".to_owned()),
        most = overdue(most) => Err(format!("the time was up after {most:?}")),
    };
    let ended = ended.unwrap_or_else(|reason| {
        let ended = Ended::Stopped(reason);
        ended.tell(start.elapsed(), sink).map(|()| ended)
    });
    listening.abort();
    ended.map_err(|error| Failure::unusable(format!("the run cannot be recorded: {error}")))
}

/// Comes to its end a moment after the time is up.
async fn overdue(most: Option<Duration>) -> Duration {
    match most {
        Some(most) => {
            tokio::time::sleep(most.saturating_add(GRACE)).await;
            most
        }
        None => std::future::pending().await,
    }
}

/// The same for something that records by itself, and that cannot be dropped half-way but by the third
/// signal.
pub(crate) async fn awaited<T>(stop: &Arc<Stop>, run: impl Future<Output = T>) -> T {
    let (drop_it, _dropped) = oneshot::channel();
    let listening = tokio::spawn(listen(stop.clone(), drop_it));
    let result = run.await;
    listening.abort();
    result
}

/// The same for a run that looks at the switch itself when it is to be dropped, and blocks its thread.
pub(crate) fn heeded(
    stop: &Arc<Stop>,
    run: impl FnOnce() -> io::Result<Ended>,
) -> Result<Ended, Failure> {
    let (drop_it, _dropped) = oneshot::channel();
    let listening = tokio::spawn(listen(stop.clone(), drop_it));
    // Signals are heard on another thread meanwhile.
    let ended = tokio::task::block_in_place(run);
    listening.abort();
    ended.map_err(|error| Failure::unusable(format!("the run cannot be recorded: {error}")))
}

async fn listen(stop: Arc<Stop>, drop_it: oneshot::Sender<()>) {
    let Ok(mut signals) = Signals::new() else {
        // Without them a signal does what it does to any process.
        return;
    };
    signals.next().await;
    stop.ask();
    terminal::note("interrupted: finishing the cases under way; once more to stop now");
    signals.next().await;
    terminal::note("stopped: what was done until now is in the reports");
    stop.insist();
    // The run may have ended just now.
    let _ = drop_it.send(());
    signals.next().await;
    terminal::stop_now();
}

/// Signals that ask the process to end.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// That the terminal has gone, unless that is to be ignored, as `nohup` asks for.
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if hears_of_terminal() {
                Some(signal(SignalKind::hangup())?)
            } else {
                None
            },
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = async {
                match &mut self.hang_up {
                    Some(signal) => {
                        signal.recv().await;
                    }
                    None => std::future::pending().await,
                }
            } => {}
        }
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Whether the process is to hear that its terminal has gone (`SIGHUP`): not where whoever started it said
/// that it is to be ignored, and not where the system does not tell that.
#[cfg(unix)]
fn hears_of_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 0)
}
