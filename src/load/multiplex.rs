//! Multiplexing: exchanges of a virtual user over HTTP/2 connections that it shares with others.

use std::time::Instant;

use super::connection::http2::{Place, Pool};
use super::connection::{ConnectError, ExchangeError, Local, Stage, later};
use super::lane::Lane;
use super::user::{Exchanged, VirtualUser};
use crate::http::TransportError;

/// How often a request is sent that the server did not look at.
const MOST_TRIES: usize = 8;

/// Counts the connections of a pool, also those over which nothing went before nobody waited any more.
struct Counting<'l> {
    lane: &'l Lane,
    pool: &'l Pool,
    series: usize,
}

impl Counting<'_> {
    fn count(&self) {
        for opened in self.pool.take_opened() {
            self.lane
                .step(self.series, |step| step.connecting.record(opened.took));
            self.lane.own(|own| {
                own.opened += 1;
                own.opened_http2 += u64::from(opened.is_http2);
            });
        }
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.count();
    }
}

impl VirtualUser {
    /// Sends `self.bytes` over HTTP/2 and reads the answer. `None` if HTTP/1.1 is spoken with this
    /// target: then the virtual user has a connection of its own, or opens one.
    pub(super) async fn multiplexed(&mut self, api: usize, series: usize) -> Option<Exchanged> {
        let lane = self.lane.clone();
        let pool = lane.pool(api)?;
        if self.connections.get(api).is_some_and(Option::is_some) {
            return None;
        }
        let begun = Instant::now();
        // Who finds no stream in this time is not answered in time.
        let mut until = later(begun, lane.common.limits.exchange);
        let mut tries = 0;
        let counting = Counting {
            lane: &lane,
            pool,
            series,
        };
        loop {
            tries += 1;
            self.waits_since(begun);
            let place = pool.place(until).await;
            counting.count();
            let seat = match place {
                Ok(None) => {
                    let error = ExchangeError::Timeout(Stage::Unsent);
                    return Some(self.failed(begun, &error));
                }
                Ok(Some(Place::Seat(seat))) => seat,
                Ok(Some(Place::Own(connection))) => {
                    *self.connections.get_mut(api)? = Some(*connection);
                    return None;
                }
                Err(error) => return Some(self.unreached(begun, &error)),
            };
            self.sent = None;
            let received = seat
                .exchange(&self.bytes, &mut self.answer, &mut self.sent)
                .await;
            let at = self.sent.map_or(begun, |sent| sent.at);
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
                    // A connection that is lost fails all that were under way on it: who closes an idle one
                    // says farewell.
                    if tries >= MOST_TRIES || !error.is_unsent() {
                        return Some(self.failed(at, &error));
                    }
                }
            }
            if self.sent.is_some() {
                lane.step(series, |step| step.again += 1);
                if lane.is_limited() {
                    lane.turn().await;
                    // Waiting for a turn is none for a stream.
                    until = later(Instant::now(), lane.common.limits.exchange);
                }
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
