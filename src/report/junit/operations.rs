//! Test cases of operations: one for each check that was applied.

use std::collections::BTreeMap;

use super::super::text::counted;
use super::{Case, Failure, Suite};
use crate::code::Code;
use crate::document::Diagnostic;
use crate::record::{FindingRow, OperationRow, Summary};

/// One suite for the defects of the document that fail the run, and one for each operation.
pub(super) fn suites(summary: &Summary) -> Vec<Suite> {
    let operations = summary.operations.iter().map(|row| suite(summary, row));
    let suites = std::iter::once(document(summary)).chain(operations);
    suites.filter(|suite| !suite.cases.is_empty()).collect()
}

fn document(summary: &Summary) -> Suite {
    let mut kinds: BTreeMap<Code, Vec<&Diagnostic>> = BTreeMap::new();
    for defect in &summary.defects {
        kinds.entry(defect.code).or_default().push(defect);
    }
    let cases = kinds.into_iter().map(|(code, defects)| {
        let lines = defects.iter().map(|defect| {
            let (severity, place) = (defect.severity, &defect.location);
            format!("{severity} {code} {place}: {}", defect.message)
        });
        let lines: Vec<String> = lines.collect();
        let first = defects.first().map_or("", |defect| &*defect.message);
        Case {
            name: code.name().to_owned(),
            seconds: None,
            failure: Some(Failure {
                kind: code.name().to_owned(),
                message: counted_more(first, defects.len()),
                text: lines.join("\n"),
            }),
            told: None,
            skipped: None,
        }
    });
    Suite {
        name: "proofmark.document".to_owned(),
        file: Some(summary.api.document.clone()),
        seconds: 0.0,
        cases: cases.collect(),
    }
}

/// The first of so many texts, and how many more there are.
fn counted_more(first: &str, count: usize) -> String {
    match count.saturating_sub(1) {
        0 => first.to_owned(),
        more => format!("{first} (and {more} more)"),
    }
}

fn suite(summary: &Summary, row: &OperationRow) -> Suite {
    let of_check = |name: &str, failing: bool| -> Vec<&FindingRow> {
        summary
            .findings
            .iter()
            .filter(|finding| {
                finding.operation == row.id
                    && finding.check == name
                    && summary.fails(finding.severity) == failing
            })
            .collect()
    };
    let mut cases: Vec<Case> = row
        .checks
        .keys()
        .map(|name| {
            let others = of_check(name, false);
            Case {
                name: (*name).to_owned(),
                seconds: None,
                failure: failure(name, &of_check(name, true)),
                told: (!others.is_empty()).then(|| told(&others)),
                skipped: None,
            }
        })
        .collect();
    if cases.is_empty() {
        let reasons: Vec<&str> = summary
            .skipped
            .iter()
            .filter(|skipped| skipped.operations.contains(&row.id))
            .map(|skipped| skipped.reason.as_str())
            .collect();
        let reason = if reasons.is_empty() {
            "not exercised".to_owned()
        } else {
            format!("not exercised: {}", reasons.join("; "))
        };
        cases.push(Case {
            name: "not-exercised".to_owned(),
            seconds: None,
            failure: None,
            told: None,
            skipped: Some(reason),
        });
    }
    let spent = summary
        .timing
        .operations
        .get(&row.id)
        .map_or(0.0, |latency| {
            f64::from(u32::try_from(latency.count).unwrap_or(u32::MAX)) * latency.mean_ms / 1000.0
        });
    Suite {
        name: format!("proofmark.check.{}", row.id),
        file: row.place.as_ref().map(|place| place.document.to_string()),
        seconds: spent,
        cases,
    }
}

fn failure(check: &str, failing: &[&FindingRow]) -> Option<Failure> {
    let first = failing.first()?;
    Some(Failure {
        kind: check.to_owned(),
        message: counted_more(&first.title, failing.len()),
        text: told(failing),
    })
}

/// The findings as text.
fn told(findings: &[&FindingRow]) -> String {
    let blocks: Vec<String> = findings
        .iter()
        .map(|finding| {
            let mut lines = vec![format!(
                "{} {} {}: {}",
                finding.severity, finding.code, finding.check, finding.title
            )];
            lines.extend(
                finding
                    .place
                    .as_ref()
                    .map(|place| format!("document: {place}")),
            );
            lines.push(format!("seen in {}", counted(finding.count, "answer")));
            let example = &finding.example;
            if !example.detail.is_empty() {
                lines.push(example.detail.clone());
            }
            lines.push(format!("case {} ({})", example.case, example.phase.name()));
            lines.push(example.curl.clone());
            lines.join("\n")
        })
        .collect();
    blocks.join("\n\n")
}
