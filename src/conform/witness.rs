//! Witnesses: what became of the findings of an earlier run whose cases are sent once more.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::only::{Only, Pick};
use crate::case::{Address, Phase, Skip};
use crate::check::{Finding, Fingerprint};
use crate::code::Severity;
use crate::record::{Event, Sink, Verdict};

/// Remembers what came of the picked cases.
#[derive(Debug)]
pub struct Witness {
    only: Only,
    seen: BTreeMap<Address, Vec<Verdict>>,
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
    /// The case was not sent; why.
    NotReached(String),
}

impl Witness {
    /// A witness that has seen nothing.
    pub fn new(only: &Only) -> Self {
        Self {
            only: only.clone(),
            seen: BTreeMap::new(),
            skipped: Vec::new(),
        }
    }

    /// What became of a finding in a picked case. Other findings count from `least` on; `known` are all
    /// those of the earlier run.
    pub fn standing<'a>(
        &'a self,
        pick: &Pick,
        fingerprint: &Fingerprint,
        (known, least): (&BTreeSet<&Fingerprint>, Severity),
    ) -> Standing<'a> {
        let verdicts = self.seen.get(&pick.address).map_or(&[][..], Vec::as_slice);
        let find = |fits: &dyn Fn(&Finding) -> bool| {
            verdicts.iter().find_map(|verdict| {
                let found = verdict.findings.iter().find(|finding| fits(finding))?;
                Some((verdict, found))
            })
        };
        if let Some((verdict, finding)) = find(&|finding| finding.fingerprint == *fingerprint) {
            return Standing::Still(verdict, finding);
        }
        let is_new =
            |finding: &Finding| finding.severity >= least && !known.contains(&finding.fingerprint);
        match (find(&is_new), verdicts.first()) {
            (Some((verdict, finding)), _) => Standing::Otherwise(verdict, finding),
            (None, Some(verdict)) => Standing::Gone(verdict),
            (None, None) => Standing::NotReached(self.reason(pick)),
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

impl Sink for Witness {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Judged(verdict) if self.only.takes(&verdict.case) => {
                let address = verdict.case.address();
                self.seen
                    .entry(address)
                    .or_default()
                    .push((**verdict).clone());
            }
            Event::Skipped(skip) => self.skipped.push(skip.clone()),
            _ => {}
        }
        Ok(())
    }
}
