//! The contract: what the checks say about one side and not about the other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Two;
use super::body::Told;
use crate::check::{Blame, Finding, Fingerprint};
use crate::code::Code;
use crate::parity::pair::difference::Difference;
use crate::parity::pair::recording::Answered;
use crate::parity::pair::roles::Roles;

/// Findings that say that an answer breaks the document.
const CONTRACT: [Code; 11] = [
    Code::UNDOCUMENTED_STATUS,
    Code::UNDOCUMENTED_MEDIA_TYPE,
    Code::RESPONSE_SCHEMA,
    Code::RESPONSE_HEADER,
    Code::MALFORMED_BODY,
    Code::MISSING_MEDIA_TYPE,
    Code::UNDECLARED_BODY,
    Code::MISSING_BODY,
    Code::MALFORMED_MEDIA_TYPE,
    Code::ALLOW_MISSING,
    Code::CHALLENGE_MISSING,
];

/// Findings that a difference of media types tells.
const MEDIA: [Code; 3] = [
    Code::UNDOCUMENTED_MEDIA_TYPE,
    Code::MISSING_MEDIA_TYPE,
    Code::MALFORMED_MEDIA_TYPE,
];

/// Findings after which there are no two bodies to compare.
const BODILESS: [Code; 3] = [
    Code::MALFORMED_BODY,
    Code::UNDECLARED_BODY,
    Code::MISSING_BODY,
];

/// Findings about what a side remembers.
const STATE: [Code; 3] = [
    Code::UPDATE_LOST,
    Code::DELETE_WITHOUT_EFFECT,
    Code::CREATED_NOT_FOUND,
];

/// What is settled about two answers by the contract.
pub(super) struct Settled {
    pub(super) differences: Vec<Difference>,
    /// The places of the bodies about which nothing more is to be said.
    pub(super) places: Vec<Told>,
    /// The codes of the findings that one side has and the other has not.
    pub(super) codes: BTreeSet<Code>,
    /// Whether other media types are told by the difference of the bodies.
    pub(super) is_media_told: bool,
    /// Whether there are two bodies to compare.
    pub(super) compares_bodies: bool,
}

/// The findings that only one of two answers has. Where media types differ, what that breaks is not told
/// again.
pub(super) fn settled(two: Two<'_>, other_media: bool) -> Settled {
    let one = findings(two.left, &CONTRACT);
    let other = findings(two.right, &CONTRACT);
    let mut settled = Settled {
        differences: Vec::new(),
        places: Vec::new(),
        codes: BTreeSet::new(),
        is_media_told: false,
        compares_bodies: true,
    };
    for finding in one.iter().chain(&other) {
        settled.compares_bodies &= !BODILESS.contains(&finding.code);
    }
    let lone = |own: &[&Finding], others: &[&Finding]| -> Vec<Finding> {
        let alike = |finding: &&&Finding| {
            others
                .iter()
                .any(|other| other.fingerprint == finding.fingerprint)
        };
        own.iter()
            .filter(|finding| !alike(finding))
            .map(|finding| (*finding).clone())
            .collect()
    };
    let (baseline, candidate) = (lone(&one, &other), lone(&other, &one));
    let breaks_both = !baseline.is_empty() && !candidate.is_empty();
    for (own, side) in [(&baseline, "baseline"), (&candidate, "candidate")] {
        for finding in own {
            settled.codes.insert(finding.code);
            settled.is_media_told |= BODILESS.contains(&finding.code);
            if other_media && MEDIA.contains(&finding.code) {
                continue;
            }
            settled.places.extend(place(finding));
            let kind = match (breaks_both, side) {
                (true, _) => "both-break",
                (_, "baseline") => "only-baseline-breaks",
                _ => "only-candidate-breaks",
            };
            // What the document says nothing of, the protocol asks for.
            let asks = match finding.code {
                Code::CHALLENGE_MISSING => Some("RFC 9110 section 11.6.1"),
                Code::ALLOW_MISSING => Some("RFC 9110 section 15.5.6"),
                _ => None,
            };
            let title = &finding.title;
            let message = match asks {
                Some(rule) => format!("the {side} answers {title}, which {rule} asks for"),
                None => format!("the {side} breaks the document: {title}"),
            };
            let at = finding.violated.as_ref();
            let at = at.map_or_else(
                || finding.code.name().to_owned(),
                |violated| format!("{} {}", violated.instance.starred(), violated.keyword),
            );
            let value = Value::from(finding.title.as_str());
            let (left, right) = match side {
                "baseline" => (Some(value), None),
                _ => (None, Some(value)),
            };
            let difference = Difference::new(Code::PARITY_CONTRACT, kind, message);
            let severity = finding.severity;
            let difference = difference.weighing(severity).at(at);
            settled.differences.push(difference.between(left, right));
        }
    }
    // What breaks the document on both sides in the same way may hold anything.
    for finding in one.iter().chain(&other) {
        settled.places.extend(place(finding));
    }
    settled
}

/// The place of a body about which a finding has said what there is to say.
fn place(finding: &Finding) -> Option<Told> {
    let violated = finding.violated.as_ref();
    violated
        .filter(|_| finding.code == Code::RESPONSE_SCHEMA)
        .map(|violated| (violated.instance.clone(), violated.keyword.clone()))
}

/// PM511: one side did not keep what it was told. That it does not show it is no such thing where it breaks the
/// schema that the other one keeps, or shows the same in another order.
pub(super) fn state(two: Two<'_>, roles: &Roles) -> Vec<Difference> {
    let (one, other) = (findings(two.left, &STATE), findings(two.right, &STATE));
    let mut found = Vec::new();
    for (own, others, side) in [(&one, &other, "baseline"), (&other, &one, "candidate")] {
        for finding in own {
            if others.iter().any(|other| other.code == finding.code) {
                continue;
            }
            let is_told_otherwise = || {
                let breaks = |answered| {
                    let broken = findings(answered, &[Code::RESPONSE_SCHEMA]);
                    broken.iter().map(|one| one.fingerprint.clone()).collect()
                };
                let [one, other]: [BTreeSet<Fingerprint>; 2] =
                    [breaks(two.left), breaks(two.right)];
                let is_alone = match side {
                    "baseline" => !one.is_subset(&other),
                    _ => !other.is_subset(&one),
                };
                is_alone || same_but_for_order(two, roles)
            };
            if finding.code == Code::UPDATE_LOST && is_told_otherwise() {
                continue;
            }
            let title = Value::from(finding.title.as_str());
            let values = match side {
                "baseline" => (Some(title), None),
                _ => (None, Some(title)),
            };
            let difference = forgotten(side, finding.code);
            found.push(difference.between(values.0, values.1));
        }
    }
    found
}

/// PM511: what a finding about state is called where only one side has it.
pub(super) fn forgotten(side: &str, code: Code) -> Difference {
    let message = format!("the {side}: {}", code.entry().title);
    Difference::new(Code::PARITY_STATE, code.name(), message)
}

/// Whether two bodies differ in nothing but the order of lists.
pub(super) fn same_but_for_order(two: Two<'_>, roles: &Roles) -> bool {
    let bodies = two.left.json().zip(two.right.json());
    bodies.is_some_and(|(left, right)| {
        let told = |side, body: &Value| roles.canonical(side, &ordered(body, side, roles));
        told(0, &left) == told(1, &right)
    })
}

/// The value with all its lists in one order.
fn ordered(value: &Value, side: usize, roles: &Roles) -> Value {
    match value {
        Value::Array(items) => {
            let items = items.iter().map(|item| ordered(item, side, roles));
            let mut items: Vec<Value> = items.collect();
            items.sort_by_cached_key(|item| roles.canonical(side, item));
            Value::Array(items)
        }
        Value::Object(members) => {
            let members = members.iter();
            let ordered = members.map(|(name, value)| (name.clone(), ordered(value, side, roles)));
            Value::Object(ordered.collect())
        }
        scalar => scalar.clone(),
    }
}

fn findings<'a>(answered: &'a Answered, codes: &[Code]) -> Vec<&'a Finding> {
    let findings = answered.verdict.findings.iter();
    findings
        .filter(|finding| finding.blame == Blame::Server && codes.contains(&finding.code))
        .collect()
}
