//! A probe: one case, from plan to verdict.

mod ended;
mod patience;

use crate::case::{Authority, Case, Skip, encode};
use crate::check::{self, Step, Subject};
use crate::http::{Transport, TransportError};
use crate::record::Verdict;
use crate::spec::Spec;

pub use ended::{Ended, Stop};
pub use patience::{Patience, moment, retry_after, tells_when, throttled};

/// Sends cases to one target and judges what comes back.
#[derive(Debug)]
pub struct Probe<'a, T> {
    /// The API description.
    pub spec: &'a Spec,
    /// Its number among those that the run is about.
    pub api: usize,
    /// The target's credentials.
    pub authority: &'a Authority,
    /// The way to the target.
    pub transport: &'a T,
}

impl<T: Transport> Probe<'_, T> {
    /// Sends one case and asks all checks about the answer. `history` holds what was done to the same
    /// resource just before. A case that cannot be put on the wire is skipped with the reason.
    pub async fn send(&self, case: Case, history: &[Step]) -> Result<Verdict, Skip> {
        let skip = |reason: String| Skip {
            operation: case.operation.clone(),
            phase: case.phase,
            reason,
        };
        let Some(operation) = self.spec.operations.get(&case.operation) else {
            return Err(skip("the operation is not in the document".to_owned()));
        };
        let prepared =
            encode(self.spec, &case, self.authority).map_err(|error| skip(error.to_string()))?;
        let exchange = self.transport.send(prepared.request.clone()).await;
        if let Err(TransportError::Unsendable(reason)) = &exchange.outcome {
            return Err(skip(format!("it cannot be sent: {reason}")));
        }
        let subject = Subject {
            spec: self.spec,
            operation,
            case: &case,
            exchange: &exchange,
            history,
        };
        let (findings, applied) = check::ask(&subject);
        let before = history
            .iter()
            .filter_map(|step| encode(self.spec, &step.case, self.authority).ok())
            .collect();
        Ok(Verdict {
            api: self.api,
            case,
            prepared,
            before,
            exchange,
            findings,
            applied,
        })
    }
}
