//! Acceptance: differences that somebody knows and has a reason to live with, whatever place they are at.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::difference::Pair;
use super::rules::Rules;
use crate::code::Severity;
use crate::report::counted;
use crate::spec::Spec;

/// What a rule accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// The rule, in words.
    pub rule: String,
    /// How many differences.
    pub differences: usize,
    /// Of how many cases.
    pub cases: usize,
}

/// Makes notes of the differences that rules accept, and says what each of these rules accepted.
pub(super) fn accept(pairs: &mut [Pair], rules: &Rules, specs: &[&Spec]) -> Vec<Acceptance> {
    let mut found: BTreeMap<usize, Acceptance> = BTreeMap::new();
    for pair in pairs {
        let spec = specs.get(pair.api);
        let Some(operation) = spec.and_then(|spec| spec.operations.get(&pair.operation)) else {
            continue;
        };
        let mut of_case = BTreeSet::new();
        for difference in &mut pair.differences {
            let Some((index, rule)) = rules.accepting(operation, difference) else {
                continue;
            };
            difference.severity = Severity::Note;
            difference.accepted = true;
            difference.message = format!(
                "{}; accepted by {}: {}",
                difference.message, rule.location, rule.reason
            );
            let acceptance = found.entry(index).or_insert_with(|| Acceptance {
                rule: rule.to_string(),
                differences: 0,
                cases: 0,
            });
            acceptance.differences += 1;
            acceptance.cases += usize::from(of_case.insert(index));
        }
    }
    found.into_values().collect()
}

impl std::fmt::Display for Acceptance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let differences = counted(self.differences, "difference");
        let cases = counted(self.cases, "case");
        write!(f, "{differences} of {cases} by {}", self.rule)
    }
}
