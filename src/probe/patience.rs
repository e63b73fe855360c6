//! Patience: what a run may wait where a server asks to be left alone for a while.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Probe;
use crate::case::{Case, Skip};
use crate::check::Step;
use crate::http::{Response, Transport};
use crate::record::Verdict;

/// How often a throttled request (429, or 503 with `Retry-After`) is sent again.
const RETRIES: usize = 3;
/// How long a run may wait for throttled requests; after that they are judged as they are.
const MOST_WAITING: Duration = Duration::from_secs(60);
/// The longest wait before a throttled request is sent again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long a run may still wait for throttled requests.
#[derive(Debug)]
pub struct Patience(Mutex<Duration>);

impl Default for Patience {
    /// One minute for the whole run.
    fn default() -> Self {
        Self(Mutex::new(MOST_WAITING))
    }
}

impl Patience {
    /// Takes a wait from what is left; `false` if that is too little.
    pub fn take(&self, wait: Duration) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let granted = wait <= *left;
        *left = left.saturating_sub(wait);
        granted
    }
}

impl<T: Transport> Probe<'_, T> {
    /// As [`Self::send`]; while the server asks to be left alone for a while, waits and sends the
    /// case again.
    pub async fn send_patiently(
        &self,
        case: Case,
        history: &[Step],
        patience: &Patience,
    ) -> Result<Verdict, Skip> {
        for _ in 0..RETRIES {
            let verdict = self.send(case.clone(), history).await?;
            let wait = verdict.exchange.response().and_then(throttled);
            match wait {
                Some(wait) if patience.take(wait) => tokio::time::sleep(wait).await,
                _ => return Ok(verdict),
            }
        }
        self.send(case, history).await
    }
}

/// How long a throttling answer asks to wait (RFC 9110 section 10.2.3, in seconds), if it is one.
pub fn throttled(response: &Response) -> Option<Duration> {
    match (response.status, retry_after(response)) {
        (429 | 503, Some(wait)) => Some(wait.min(LONGEST_WAIT)),
        (429, None) => Some(Duration::from_secs(1)),
        _ => None,
    }
}

/// What `Retry-After` of an answer says, if it says seconds.
pub fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.header("retry-after")?;
    value.trim().parse().ok().map(Duration::from_secs)
}
