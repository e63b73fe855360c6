//! Findings whose meaning is known only when the run is over: what was not reached, and what was refused.

use std::collections::BTreeSet;
use std::io;

use crate::check::{Finding, Fingerprint};
use crate::code::{Code, Severity};
use crate::http::TransportError;
use crate::record::{Event, Sink, Verdict};
use crate::secret::Secret;

/// What is kept back until a run is over.
#[derive(Default)]
pub(super) struct Withheld(Vec<(Box<Verdict>, Vec<Secret>)>);

/// How a run ended, as far as what was kept back is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Whether any request was answered.
    pub(super) is_answered: bool,
    /// Whether every answer refused the credentials.
    pub(super) is_refused: bool,
}

/// That no connection could be made for a request, while others of the run were answered (PM406).
pub(super) fn lost(verdict: &mut Verdict, name: &str) {
    let Err(error @ TransportError::Unreachable(_)) = &verdict.exchange.outcome else {
        return;
    };
    let title = "no connection could be made, though the target answered others";
    let case = &verdict.case;
    let finding = Finding::new(Code::TARGET_LOST, &case.operation, &case.id, title);
    let finding = finding.keyed(name).with_detail(error.to_string());
    verdict.findings.push(finding);
}

impl Withheld {
    /// Keeps an exchange back, or gives it back if its meaning is known.
    pub(super) fn keep(
        &mut self,
        verdict: Box<Verdict>,
        secrets: Vec<Secret>,
    ) -> Option<(Box<Verdict>, Vec<Secret>)> {
        let is_open = is_lost(&verdict) || matches!(verdict.exchange.status(), Some(401 | 403));
        if is_open {
            self.0.push((verdict, secrets));
            return None;
        }
        Some((verdict, secrets))
    }

    /// Tells what was kept back, now that it is known how the run went; what is no finding after all.
    pub(super) fn release(
        self,
        known: Known,
        sink: &mut dyn Sink,
    ) -> io::Result<BTreeSet<Fingerprint>> {
        let mut dropped = BTreeSet::new();
        for (mut verdict, secrets) in self.0 {
            if is_lost(&verdict) && !known.is_answered {
                // Nobody is there: that is said once of the run (PM901).
                let found = verdict.findings.iter();
                dropped.extend(found.map(|finding| finding.fingerprint.clone()));
                continue;
            }
            if known.is_refused {
                for finding in &mut verdict.findings {
                    weaken(finding);
                }
            }
            sink.take(&Event::Sampled(verdict, secrets))?;
        }
        Ok(dropped)
    }
}

/// Credentials that are refused throughout say nothing of the server (PM902): neither which status it
/// gives, nor that a step did not come to its end.
fn weaken(finding: &mut Finding) {
    let codes = [
        Code::UNDOCUMENTED_STATUS,
        Code::CRITERION_FAILED,
        Code::OUTPUT_MISSING,
        Code::UNDECLARED_REJECTION,
    ];
    if codes.contains(&finding.code) {
        finding.severity = finding.severity.min(Severity::Warning);
    }
}

fn is_lost(verdict: &Verdict) -> bool {
    let mut found = verdict.findings.iter();
    found.any(|finding| finding.code == Code::TARGET_LOST)
}
