//! Virtual users: who sends requests, one at a time, over connections of their own.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::connection::{
    Answer, Connection, ExchangeError, Expects, Failure, Received, Sent, Stage,
};
use super::flow::Flow;
use super::lane::Lane;
use super::measure::SelfMeasure;
use crate::http::TransportError;
use crate::judge::{Captured, Captures};

/// How long a virtual user waits before it knocks again at a door that did not open.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection that was closed while it was idle is found so within the time that a round trip takes: within
/// so many times what opening it took, and within this time at least and at most.
const ROUND_TRIPS: u32 = 3;
const LEAST_ROUND_TRIP: Duration = Duration::from_millis(200);
const MOST_ROUND_TRIP: Duration = Duration::from_secs(1);

/// What requests are called that were under way when their iterations were broken off.
pub(super) const BROKEN_OFF: &str = "broken off";

/// Who sends requests.
pub(crate) struct VirtualUser {
    pub(crate) lane: Rc<Lane>,
    /// The number of its scenario.
    pub(crate) part: usize,
    /// A connection to each target, once it was needed.
    pub(super) connections: Vec<Option<Connection>>,
    /// How long it took to open each of them.
    opened_in: Vec<Duration>,
    pub(crate) answer: Answer,
    /// What is captured where nothing is wanted.
    pub(crate) nothing: Captures,
    /// What was captured of the last body.
    pub(crate) captured: Captured,
    /// The request that is made ready.
    pub(crate) bytes: Vec<u8>,
    /// What the last iteration knew, to be used again.
    pub(super) flow: Option<Box<Flow>>,
    /// Whether the last request found no connection.
    pub(super) is_locked_out: bool,
    /// The request under way.
    under_way: Option<UnderWay>,
    /// When the request under way was sent, if it was.
    pub(super) sent: Option<Sent>,
    /// When the iteration under way was due.
    pub(super) iteration: Option<Instant>,
}

/// A request that is under way.
#[derive(Clone, Copy)]
struct UnderWay {
    /// The number of its series.
    series: usize,
    /// When it was due.
    due: Instant,
    /// A moment by which it was, since the profile began: the end of the second, since asking the clock costs
    /// more than one would think; where it waits for a connection, when that began.
    since: Duration,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Exchanged {
    pub(crate) sent: Instant,
    /// When the first bytes of the answer had been read.
    pub(crate) first: Instant,
    pub(crate) finished: Instant,
    /// Why there is no answer.
    pub(crate) failure: Option<(&'static str, TransportError)>,
}

impl Exchanged {
    /// No answer came, until now.
    pub(super) fn failed(sent: Instant, name: &'static str, told: TransportError) -> Self {
        let now = Instant::now();
        Self {
            sent,
            first: now,
            finished: now,
            failure: Some((name, told)),
        }
    }
}

/// What is broken off is counted, too: each iteration that was begun comes to an end of some kind.
impl Drop for VirtualUser {
    fn drop(&mut self) {
        if let Some(UnderWay { series, due, since }) = self.under_way {
            let now = Instant::now();
            let response = now.saturating_duration_since(due);
            let service = self.sent.map(|sent| now.saturating_duration_since(sent.at));
            let silence = self.lane.since(now).saturating_sub(since);
            let silence = service.unwrap_or(silence);
            let sent = u64::try_from(self.bytes.len()).unwrap_or_default();
            self.lane.step(series, |step| {
                step.requests += 1;
                step.sent += sent;
                step.silence = step.silence.max(silence);
                step.broken_off += 1;
                step.cut_response.record(response);
                if let Some(service) = service {
                    step.cut_service.record(service);
                }
                *step.unanswered.entry(BROKEN_OFF).or_default() += 1;
            });
            // Whether it would have failed nobody knows.
            self.unanswered_apart(series, sent, false);
        }
        if let Some(due) = self.iteration {
            let took = due.elapsed();
            self.lane.iterations(self.part, |counted| {
                counted.interrupted += 1;
                counted.cut_duration.record(took);
            });
            if let Some(busy) = self.lane.busy.get(self.part) {
                busy.set(busy.get().saturating_sub(1));
            }
        }
    }
}

impl VirtualUser {
    pub(crate) fn new(lane: Rc<Lane>, part: usize) -> Self {
        let targets = lane.common.origins.len();
        Self {
            lane,
            part,
            connections: std::iter::repeat_with(|| None).take(targets).collect(),
            opened_in: vec![Duration::ZERO; targets],
            answer: Answer::new(),
            nothing: Captures::none(),
            captured: Captured::default(),
            bytes: Vec::new(),
            flow: None,
            is_locked_out: false,
            under_way: None,
            sent: None,
            iteration: None,
        }
    }

    /// Whether the last request found no connection.
    pub(crate) fn is_locked_out(&self) -> bool {
        self.is_locked_out
    }

    /// Waits a little if the target could not be reached, so that trying does not become the load.
    pub(crate) async fn breathe(&mut self) {
        if std::mem::take(&mut self.is_locked_out) {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends `self.bytes` to a target and reads the answer. A connection that the server had closed
    /// while it was idle is no failure: the request goes over a new one (RFC 9112 section 9.3.1), if
    /// nothing can have been done with it yet. It was due at a moment, and after `limit` nobody waits for the
    /// answer any more.
    pub(crate) async fn exchange(
        &mut self,
        api: usize,
        (series, due): (usize, Instant),
        how: (Expects, bool),
        limit: Option<Duration>,
    ) -> Exchanged {
        if self.lane.is_limited() {
            self.lane.turn().await;
        }
        let since = self.lane.tick.get();
        self.under_way = Some(UnderWay { series, due, since });
        self.sent = None;
        let exchanged = match limit {
            None => self.converse(api, series, how).await,
            Some(limit) => {
                let sent = Instant::now();
                let exchanged = tokio::time::timeout(limit, self.converse(api, series, how)).await;
                exchanged.unwrap_or_else(|_| {
                    // Its place in the answer is lost.
                    self.hang_up(api);
                    let told = TransportError::Timeout(limit);
                    Exchanged::failed(sent, Failure::Timeout.name(), told)
                })
            }
        };
        self.under_way = None;
        exchanged
    }

    /// Notes when the request under way began to wait, where that is known for other reasons.
    pub(super) fn waits_since(&mut self, begun: Instant) {
        let since = self.lane.since(begun);
        if let Some(under_way) = &mut self.under_way {
            under_way.since = under_way.since.min(since);
        }
    }

    async fn converse(
        &mut self,
        api: usize,
        series: usize,
        (expects, is_safe): (Expects, bool),
    ) -> Exchanged {
        if let Some(exchanged) = self.multiplexed(api, series).await {
            return exchanged;
        }
        loop {
            // It stays where it is: moving it costs more than one would think.
            let idle = self.connections.get_mut(api).and_then(Option::as_mut);
            let Some(connection) = idle.filter(|connection| connection.is_idle()) else {
                self.hang_up(api);
                let begun = Instant::now();
                self.waits_since(begun);
                match self.open(api, series).await {
                    Ok((opened, took)) => {
                        if let Some(place) = self.opened_in.get_mut(api) {
                            *place = took;
                        }
                        if let Some(place) = self.connections.get_mut(api) {
                            *place = Some(opened);
                        }
                        continue;
                    }
                    Err((name, told)) => {
                        self.is_locked_out = true;
                        return Exchanged::failed(begun, name, told);
                    }
                }
            };
            let (sent, error) = match connection.send(&self.bytes, expects).await {
                Ok(sent) => {
                    self.sent = Some(sent);
                    match connection.receive(&mut self.answer).await {
                        Ok(received) => {
                            if !received.keeps {
                                self.hang_up(api);
                            }
                            self.received(&received);
                            return Exchanged {
                                sent: sent.at,
                                first: received.first,
                                finished: received.at,
                                failure: None,
                            };
                        }
                        Err(error) => (Some(sent.at), error),
                    }
                }
                Err(error) => (None, error),
            };
            self.hang_up(api);
            let is_free = match sent {
                None => error.is_unsent() && error.is_stale(),
                // Who held it for longer had taken it.
                Some(sent) => error.is_stale() && is_safe && sent.elapsed() <= self.round_trip(api),
            };
            if !is_free {
                return self.failed(sent.unwrap_or_else(Instant::now), &error);
            }
            if sent.is_some() {
                self.sent = None;
                self.lane.step(series, |step| step.again += 1);
                if self.lane.is_limited() {
                    self.lane.turn().await;
                }
            }
        }
    }

    /// How long it may take at most to hear of a connection that it was closed while it was idle.
    fn round_trip(&self, api: usize) -> Duration {
        let took = self.opened_in.get(api).copied().unwrap_or_default();
        (took * ROUND_TRIPS).clamp(LEAST_ROUND_TRIP, MOST_ROUND_TRIP)
    }

    /// Closes the connection to a target, if there is one.
    fn hang_up(&mut self, api: usize) {
        if let Some(place) = self.connections.get_mut(api) {
            *place = None;
        }
    }

    pub(super) fn received(&self, received: &Received) {
        if let Some(lag) = received.lag {
            self.lane.own(|own| own.receive_lag.record(lag));
        }
    }

    pub(super) fn failed(&self, sent: Instant, error: &ExchangeError) -> Exchanged {
        let failure = error.failure();
        let limits = &self.lane.common.limits;
        let told = match error {
            ExchangeError::Timeout(_) => TransportError::Timeout(limits.exchange),
            ExchangeError::Closed { stage, .. } | ExchangeError::Reset { stage, .. } => {
                if *stage == Stage::Body {
                    TransportError::Truncated
                } else {
                    TransportError::Closed
                }
            }
            ExchangeError::TooLarge(_) => TransportError::TooLarge(limits.body),
            ExchangeError::Malformed(reason) => TransportError::Framing(reason.to_string()),
            ExchangeError::Local(_) => TransportError::Unsendable(error.to_string()),
            ExchangeError::Refused
            | ExchangeError::Cancelled { .. }
            | ExchangeError::Tls(_)
            | ExchangeError::Network(_) => TransportError::Aborted(error.to_string()),
        };
        self.blame(failure, error);
        Exchanged::failed(sent, failure.name(), told)
    }

    /// Counts a failure that is this machine's, and not the target's.
    pub(super) fn blame(&self, failure: Failure, error: &dyn std::error::Error) {
        if failure == Failure::Local {
            let reason = error.to_string();
            let count = |own: &mut SelfMeasure| *own.local.entry(reason).or_default() += 1;
            self.lane.own(count);
        }
    }

    async fn open(
        &self,
        api: usize,
        series: usize,
    ) -> Result<(Connection, Duration), (&'static str, TransportError)> {
        let common = &self.lane.common;
        let Some(destination) = self.lane.destination(api) else {
            let reason = "there is no target for its API description".to_owned();
            return Err(("local", TransportError::Unsendable(reason)));
        };
        let begun = Instant::now();
        let opened = Connection::open(destination, common.limits).await;
        match opened {
            Ok(connection) => {
                let took = begun.elapsed();
                self.lane.step(series, |step| step.connecting.record(took));
                self.lane.own(|own| own.opened += 1);
                Ok((connection, took))
            }
            Err(error) => {
                let failure = error.failure();
                self.blame(failure, &error);
                self.lane.locked_out(error.to_string());
                Err((
                    failure.name(),
                    TransportError::Unreachable(error.to_string()),
                ))
            }
        }
    }
}
