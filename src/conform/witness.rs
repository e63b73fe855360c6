//! Witnesses: what became of the findings of an earlier run whose cases are sent once more.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::only::{Only, Pick};
use crate::case::{Address, Credentials, Intent, Phase, Skip};
use crate::check::{Finding, Fingerprint};
use crate::code::Severity;
use crate::http::Response;
use crate::record::{Event, Sink, Verdict};
use crate::spec::{OperationId, Place};

/// Remembers what came of the picked cases.
#[derive(Debug)]
pub struct Witness {
    only: Only,
    seen: BTreeMap<Address, Vec<Verdict>>,
    /// What was found in other cases of the same operations, the first of each.
    others: BTreeMap<Fingerprint, Verdict>,
    /// Operations of picked cases that did what they were validly asked for.
    succeeded: BTreeSet<OperationId>,
    skipped: Vec<Skip>,
}

/// What became of a finding.
#[derive(Debug, Clone)]
pub enum Standing<'a> {
    /// The same was found again.
    Still(&'a Verdict, &'a Finding),
    /// Something else was found, of which the earlier run knew nothing.
    Otherwise(&'a Verdict, &'a Finding),
    /// Nothing was found any more.
    Gone(&'a Verdict),
    /// The case was not sent, or its answer says nothing of it; why.
    NotReached(String),
}

impl Witness {
    /// A witness that has seen nothing.
    pub fn new(only: &Only) -> Self {
        Self {
            only: only.clone(),
            seen: BTreeMap::new(),
            others: BTreeMap::new(),
            succeeded: BTreeSet::new(),
            skipped: Vec::new(),
        }
    }

    /// What became of a finding in a picked case, whose answer had the status `was`. Other findings count from
    /// `least` on; `known` are all those of the earlier run.
    pub fn standing<'a>(
        &'a self,
        pick: &Pick,
        (fingerprint, was): (&Fingerprint, Option<u16>),
        (known, least): (&BTreeSet<&Fingerprint>, Severity),
    ) -> Standing<'a> {
        let verdicts = self.seen.get(&pick.address).map_or(&[][..], Vec::as_slice);
        let anywhere = verdicts.iter().chain(self.others.get(fingerprint));
        let is_same = |finding: &Finding| finding.fingerprint == *fingerprint;
        if let Some((verdict, finding)) = find(anywhere, is_same) {
            return Standing::Still(verdict, finding);
        }
        let is_new =
            |finding: &Finding| finding.severity >= least && !known.contains(&finding.fingerprint);
        if let Some((verdict, finding)) = find(verdicts, is_new) {
            return Standing::Otherwise(verdict, finding);
        }
        let mut told = verdicts.iter();
        if let Some(verdict) = told.find(|verdict| self.unfit(verdict, was).is_none()) {
            return Standing::Gone(verdict);
        }
        let why = verdicts.first().and_then(|first| self.unfit(first, was));
        Standing::NotReached(why.unwrap_or_else(|| self.reason(pick)))
    }

    /// Why the answer to a case says nothing of a finding of which the answer had the status `was`: the
    /// server did not come to what it was about.
    fn unfit(&self, verdict: &Verdict, was: Option<u16>) -> Option<String> {
        let status = match &verdict.exchange.outcome {
            Ok(response) => response.status,
            Err(error) => return Some(format!("there was no answer: {error}")),
        };
        let case = &verdict.case;
        let mut parameters = case.inputs.parameters.keys();
        // A sequence has made what it names, and may have removed it.
        let names_something =
            case.phase != Phase::Stateful && parameters.any(|(place, _)| *place == Place::Path);
        match status {
            _ if was == Some(status) => None,
            401 | 403 if case.inputs.credentials == Credentials::Proper => {
                Some(format!("the target refused the credentials ({status})"))
            }
            429 => Some("the target asked to come later (429)".to_owned()),
            // Where the operation is seen to work, it may be that nothing else was wrong than what is right now.
            404 | 410 if case.intent == Intent::Valid && names_something => {
                let was_there = was.is_some_and(|was| (200..300).contains(&was));
                (was_there || !self.succeeded.contains(&case.operation))
                    .then(|| format!("what its path names is not there ({status})"))
            }
            _ => None,
        }
    }

    /// Why a case was not sent.
    fn reason(&self, pick: &Pick) -> String {
        let own = |skip: &&Skip| skip.operation == pick.operation;
        let mut skipped = self.skipped.iter().filter(own);
        let same = |skip: &&Skip| skip.phase == pick.phase;
        let found = skipped.clone().find(same).or_else(|| skipped.next());
        match found {
            Some(skip) => skip.reason.clone(),
            None if pick.phase == Phase::Stateful => {
                "what comes before it in its sequence led elsewhere".to_owned()
            }
            None => "the document no longer leads to this case".to_owned(),
        }
    }
}

/// The first finding that fits, with what it was found in.
fn find<'v>(
    verdicts: impl IntoIterator<Item = &'v Verdict>,
    fits: impl Fn(&Finding) -> bool,
) -> Option<(&'v Verdict, &'v Finding)> {
    verdicts.into_iter().find_map(|verdict| {
        let finding = verdict.findings.iter().find(|finding| fits(finding))?;
        Some((verdict, finding))
    })
}

impl Sink for Witness {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Judged(verdict) if self.only.is_about(&verdict.case.operation) => {
                let case = &verdict.case;
                let response = verdict.exchange.response();
                if case.intent == Intent::Valid && response.is_some_and(Response::is_success) {
                    self.succeeded.insert(case.operation.clone());
                }
                let address = case.address();
                if self.only.has_place(&address) {
                    let seen = self.seen.entry(address).or_default();
                    seen.push((**verdict).clone());
                    return Ok(());
                }
                for finding in &verdict.findings {
                    let first = self.others.entry(finding.fingerprint.clone());
                    first.or_insert_with(|| (**verdict).clone());
                }
            }
            Event::Skipped(skip) => self.skipped.push(skip.clone()),
            _ => {}
        }
        Ok(())
    }
}
