//! A comparison as JUnit XML: one suite for each operation, one test case for each category, so that
//! names are the same for every seed. Each category is a test case of every operation.

use std::io;

use super::report::{Report, Row};
use crate::arazzo::ParityRule;
use crate::code::{Code, Severity};
use crate::record::Obstacle;
use crate::report::junit::{Case, Failure, Suite, document};

impl Report {
    /// The report as JUnit XML. Differences below `fail_on` are told in `system-out`.
    pub fn junit(&self, fail_on: Option<Severity>) -> io::Result<Vec<u8>> {
        let obstacles: Vec<Obstacle> = self
            .obstacles
            .iter()
            .map(|illness| Obstacle {
                code: illness.code,
                message: format!(
                    "the {} is {}: {}",
                    illness.side.name(),
                    illness.kind,
                    illness.message
                ),
            })
            .collect();
        let suites: Vec<Suite> = self
            .matrix
            .iter()
            .map(|row| Suite {
                name: format!("proofmark.parity.{}", row.operation),
                file: None,
                seconds: 0.0,
                cases: ParityRule::CATEGORIES
                    .into_iter()
                    .map(|code| {
                        let rows = self.differences.iter();
                        let rows = rows
                            .filter(|other| other.operation == row.operation && other.code == code);
                        case(code, &rows.collect::<Vec<_>>(), fail_on)
                    })
                    .collect(),
            })
            .collect();
        document("parity", &obstacles, &suites, 0)
    }
}

fn case(code: Code, rows: &[&Row], fail_on: Option<Severity>) -> Case {
    let line = |row: &&Row| {
        let place = if row.place.is_empty() {
            String::new()
        } else {
            format!(" at {}", row.place)
        };
        format!("{} x {}{place}: {}", row.count, row.kind, row.message)
    };
    let told = |rows: &[&Row]| rows.iter().map(line).collect::<Vec<_>>().join("\n");
    let (failing, others): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .copied()
        .partition(|row| !row.accepted && fail_on.is_some_and(|least| row.severity >= least));
    Case {
        name: code.name().to_owned(),
        failure: failing.first().map(|row| {
            let curls = row
                .example
                .iter()
                .flat_map(|example| [&example.baseline.curl, &example.candidate.curl]);
            let curls: Vec<&str> = curls.map(String::as_str).collect();
            Failure {
                kind: code.name().to_owned(),
                message: row.message.clone(),
                text: format!("{}\n\n{}", told(&failing), curls.join("\n")),
            }
        }),
        told: (!others.is_empty()).then(|| told(&others)),
        ..Case::default()
    }
}
