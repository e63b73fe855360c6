//! Multiplexing: exchanges of a virtual user over HTTP/2 connections that it shares with others.

use std::time::Instant;

use super::connection::http2::Place;
use super::connection::{ConnectError, ExchangeError, Local, Stage, later};
use super::user::{Exchanged, VirtualUser};
use crate::http::TransportError;

/// How often a request is sent that the server did not look at.
const MOST_TRIES: usize = 8;

impl VirtualUser {
    /// Sends `self.bytes` over HTTP/2 and reads the answer. `None` if HTTP/1.1 is spoken with this
    /// target: then the virtual user has a connection of its own, or opens one.
    pub(super) async fn multiplexed(
        &mut self,
        api: usize,
        series: usize,
        is_safe: bool,
    ) -> Option<Exchanged> {
        let lane = self.lane.clone();
        let pool = lane.pool(api)?;
        if self.connections.get(api).is_some_and(Option::is_some) {
            return None;
        }
        let begun = Instant::now();
        // Who finds no stream in this time is not answered in time.
        let until = later(begun, lane.common.limits.exchange);
        let mut tries = 0;
        loop {
            tries += 1;
            let (seat, took) = match pool.place(until).await {
                Ok(None) => {
                    let error = ExchangeError::Timeout(Stage::Unsent);
                    return Some(self.failed(begun, &error));
                }
                Ok(Some(Place::Seat(seat, took))) => (seat, took),
                Ok(Some(Place::Own(connection, took))) => {
                    lane.step(series, |step| step.connecting.record(took));
                    lane.own(|own| own.opened += 1);
                    *self.connections.get_mut(api)? = Some(*connection);
                    return None;
                }
                Err(error) => return Some(self.unreached(begun, &error)),
            };
            if let Some(took) = took {
                lane.step(series, |step| step.connecting.record(took));
                lane.own(|own| {
                    own.opened += 1;
                    own.opened_http2 += 1;
                });
            }
            let mut sent = None;
            let received = seat
                .exchange(&self.bytes, &mut self.answer, &mut sent)
                .await;
            let at = sent.map_or(begun, |sent| sent.at);
            match received {
                Ok(received) => {
                    self.received(&received);
                    return Some(Exchanged {
                        sent: at,
                        first: received.first,
                        finished: received.at,
                        failure: None,
                    });
                }
                Err(error @ ExchangeError::Local(Local::Request)) => {
                    let told = TransportError::Unsendable(error.to_string());
                    return Some(Exchanged::failed(begun, error.failure().name(), told));
                }
                Err(error) => {
                    let is_free = error.is_unsent() || error.is_stale() && is_safe;
                    if tries >= MOST_TRIES || !is_free {
                        return Some(self.failed(at, &error));
                    }
                }
            }
            if sent.is_some() {
                lane.step(series, |step| step.again += 1);
            }
        }
    }

    fn unreached(&mut self, begun: Instant, error: &ConnectError) -> Exchanged {
        self.is_locked_out = true;
        let failure = error.failure();
        self.blame(failure, error);
        self.lane.locked_out(error.to_string());
        let told = TransportError::Unreachable(error.to_string());
        Exchanged::failed(begun, failure.name(), told)
    }
}
