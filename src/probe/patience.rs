//! Patience: what a run may wait where a server asks to be left alone for a while.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

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

/// Whether a value of `Retry-After` says when: seconds, or a moment.
pub fn tells_when(value: &str) -> bool {
    value.trim().parse::<u64>().is_ok() || moment(value).is_some()
}

/// What `Retry-After` of an answer says: seconds, or a moment (RFC 9110 section 10.2.3), which counts from
/// the moment that the answer names as its own (`Date`), as clocks differ.
pub fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.header("retry-after")?;
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = moment(&value)?;
    let now = response.header("date").and_then(|date| moment(&date));
    let now = now.unwrap_or_else(Timestamp::now);
    // What lies in the past asks for no wait.
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

/// A moment in one of the three forms of HTTP (RFC 9110 section 5.6.7).
pub fn moment(text: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    FORMS.iter().find_map(|form| {
        let broken_down = jiff::fmt::strtime::parse(form, text.trim()).ok()?;
        let moment = broken_down.to_datetime().ok()?;
        let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(moment.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limiter_says_how_long_in_seconds_or_until_when() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (value, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:42 GMT", Some(5)),
            ("Sunday, 06-Nov-94 08:49:42 GMT", Some(5)),
            ("Sun Nov  6 08:49:42 1994", Some(5)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(0)),
            ("Sun, 06 Nov 1994", None),
            ("-1", None),
            ("soon", None),
        ] {
            let response = Response::new(429)
                .with_header("Retry-After", value)
                .with_header("Date", date);
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(&response), expected, "{value}");
        }
        let far = Response::new(503).with_header("retry-after", "Fri, 01 Jan 2100 00:00:00 GMT");
        assert!(retry_after(&far) > Some(Duration::from_secs(3600)));
        assert_eq!(throttled(&far), Some(LONGEST_WAIT));
    }
}
