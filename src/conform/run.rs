//! One run: sends cases in order, keeps count, stops when going on makes no sense.

use std::collections::BTreeSet;
use std::io;
use std::time::Instant;

use futures_util::{StreamExt, stream};

use super::preflight::ASKED;
use super::{Ended, Options, Stop};
use crate::case::{Authority, Case, Credentials, Intent, Phase, Skip};
use crate::check::Step;
use crate::http::{Transport, TransportError};
use crate::probe::{Patience, Probe};
use crate::record::{Event, Sink, Verdict};
use crate::spec::{OperationId, Spec};

/// How many requests in a row may fail to reach the server, or get no answer, before the run stops.
const PATIENCE: usize = 5;

pub(super) struct Run<'a, T> {
    pub(super) spec: &'a Spec,
    pub(super) options: &'a Options,
    probe: Probe<'a, T>,
    stop: &'a Stop,
    sink: &'a mut dyn Sink,
    start: Instant,
    unanswered: usize,
    patience: Patience,
    /// Answers to requests with proper credentials, and how many of them were 401 or 403.
    answers: usize,
    refusals: usize,
    /// The operations that answered 401.
    refused: BTreeSet<OperationId>,
    ended: Option<Ended>,
}

impl<'a, T: Transport> Run<'a, T> {
    pub(super) fn new(
        spec: &'a Spec,
        options: &'a Options,
        authority: &'a Authority,
        transport: &'a T,
        stop: &'a Stop,
        sink: &'a mut dyn Sink,
    ) -> Self {
        Self {
            spec,
            options,
            probe: Probe {
                spec,
                api: 0,
                authority,
                transport,
            },
            stop,
            sink,
            start: Instant::now(),
            unanswered: 0,
            patience: Patience::default(),
            answers: 0,
            refusals: 0,
            refused: BTreeSet::new(),
            ended: None,
        }
    }

    /// Ends the run and says how it ended.
    pub(super) fn finish(&mut self) -> io::Result<Ended> {
        if self.ended.is_none() && self.answers > 0 && self.answers == self.refusals {
            self.ended = Some(Ended::Unauthorized(self.refusal()));
        }
        let ended = self.ended.take().unwrap_or(Ended::Completed);
        ended.tell(self.start.elapsed(), self.sink)?;
        Ok(ended)
    }

    /// That the credentials were refused, in words.
    pub(super) fn refusal(&self) -> String {
        let refusal = self.probe.authority.refusal();
        format!("{refusal}: every answer was 401 or 403")
    }

    pub(super) fn tell(&mut self, event: &Event) -> io::Result<()> {
        self.sink.take(event)
    }

    /// Whether the run has ended early.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    pub(super) fn end(&mut self, ended: Ended) {
        self.ended.get_or_insert(ended);
    }

    pub(super) fn skip(&mut self, skip: Skip) -> io::Result<()> {
        self.sink.take(&Event::Skipped(skip))
    }

    /// The method that a case is sent with.
    fn method<'c>(&'c self, case: &'c Case) -> &'c str {
        let own = self.spec.operations.get(&case.operation);
        let own = own.map(|operation| operation.method.as_str());
        case.inputs.method.as_deref().or(own).unwrap_or_default()
    }

    pub(super) fn is_safe(&self, case: &Case) -> bool {
        matches!(self.method(case), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Why a case must not be sent to this target.
    fn forbidden(&self, case: &Case) -> Option<String> {
        let method = self.method(case);
        if self.is_safe(case) {
            None
        } else if !self.options.writes {
            Some(format!(
                "{method} may change state, and the target allows no writes"
            ))
        } else if method == "DELETE" && !self.options.deletes {
            Some("DELETE needs --allow-destructive on this target".to_owned())
        } else {
            None
        }
    }

    /// Sends cases: runs of safe ones side by side, others one by one; events come in the cases' order.
    pub(super) async fn cases(&mut self, cases: Vec<Case>) -> io::Result<()> {
        let mut cases = cases.into_iter().peekable();
        while let Some(case) = cases.next() {
            if !self.is_safe(&case) {
                self.one(case, &[]).await?;
                continue;
            }
            let mut batch = vec![case];
            while batch.len() < self.options.workers.max(1) * 8
                && let Some(next) = cases.next_if(|case| self.is_safe(case))
            {
                batch.push(next);
            }
            if let Some(reason) = self.over() {
                self.end(Ended::Stopped(reason));
            }
            if self.ended.is_some() {
                for case in batch {
                    self.leave(&case)?;
                }
                continue;
            }
            let (probe, patience) = (&self.probe, &self.patience);
            let batch = batch.into_iter().map(|case| self.lean(case));
            let sent: Vec<_> =
                stream::iter(batch.map(|case| probe.send_patiently(case, &[], patience)))
                    .buffered(self.options.workers.max(1))
                    .collect()
                    .await;
            for outcome in sent {
                self.take(outcome)?;
            }
        }
        Ok(())
    }

    /// Sends one case and hands back what came of it, if it was sent.
    pub(super) async fn one(&mut self, case: Case, history: &[Step]) -> io::Result<Option<Step>> {
        if let Some(reason) = self.over() {
            self.end(Ended::Stopped(reason));
        }
        if self.ended.is_some() {
            self.leave(&case)?;
            return Ok(None);
        }
        if let Some(reason) = self.forbidden(&case) {
            self.skip(Skip {
                operation: case.operation,
                phase: case.phase,
                reason,
            })?;
            return Ok(None);
        }
        let case = self.lean(case);
        let outcome = self
            .probe
            .send_patiently(case, history, &self.patience)
            .await;
        self.take(outcome)
    }

    /// A case without what is left out of it.
    fn lean(&self, case: Case) -> Case {
        match &self.options.only {
            Some(only) => only.lean(case),
            None => case,
        }
    }

    fn take(&mut self, outcome: Result<Verdict, Skip>) -> io::Result<Option<Step>> {
        let verdict = match outcome {
            Ok(verdict) => verdict,
            Err(skip) => {
                self.skip(skip)?;
                return Ok(None);
            }
        };
        self.count(&verdict);
        let step = Step {
            case: verdict.case.clone(),
            exchange: verdict.exchange.clone(),
        };
        self.sink.take(&Event::Judged(Box::new(verdict)))?;
        Ok(Some(step))
    }

    fn count(&mut self, verdict: &Verdict) {
        match &verdict.exchange.outcome {
            Ok(response) => {
                self.unanswered = 0;
                let asks = self
                    .spec
                    .operations
                    .get(&verdict.case.operation)
                    .is_some_and(crate::spec::Operation::requires_credentials);
                if asks
                    && verdict.case.inputs.credentials == Credentials::Proper
                    && verdict.case.intent == Intent::Valid
                {
                    self.answers += 1;
                    if matches!(response.status, 401 | 403) {
                        self.refusals += 1;
                    }
                    if response.status == 401 {
                        self.refused.insert(verdict.case.operation.clone());
                        self.give_up();
                    }
                }
            }
            Err(TransportError::Unreachable(reason)) => {
                self.unanswered += 1;
                if self.unanswered >= PATIENCE || verdict.case.phase == Phase::Preflight {
                    self.end(Ended::Unreachable(reason.clone()));
                }
            }
            Err(TransportError::Timeout(_)) => {
                self.unanswered += 1;
                if self.unanswered >= PATIENCE {
                    self.end(Ended::Stopped(format!(
                        "{PATIENCE} requests in a row got no answer in time"
                    )));
                }
            }
            Err(_) => self.unanswered = 0,
        }
    }

    /// Ends the run when as many operations as a preflight asks answered 401 and none took the credentials.
    fn give_up(&mut self) {
        let selected = self.options.plan.operations.iter();
        let asking = selected
            .filter_map(|id| self.spec.operations.get(id))
            .filter(|operation| operation.requires_credentials())
            .count();
        let enough = ASKED.min(asking);
        if self.answers == self.refusals && self.refused.len() >= enough {
            let reason = self.refusal();
            self.end(Ended::Unauthorized(reason));
        }
    }

    /// Whether there is time left and nobody asked to stop.
    pub(super) fn goes_on(&self) -> bool {
        self.over().is_none()
    }

    /// Ends the run if its time is up or somebody asked to stop.
    pub(super) fn heed(&mut self) {
        if let Some(reason) = self.over() {
            self.end(Ended::Stopped(reason));
        }
    }

    fn over(&self) -> Option<String> {
        self.stop.reason(self.start, self.options.max_time)
    }

    fn leave(&mut self, case: &Case) -> io::Result<()> {
        self.skip(Skip {
            operation: case.operation.clone(),
            phase: case.phase,
            reason: "the run ended before it".to_owned(),
        })
    }
}
