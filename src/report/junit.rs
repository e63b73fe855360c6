//! JUnit XML, as GitLab, Jenkins and GitHub actions read it.
//!
//! ```xml
//! <testsuites name="proofmark" tests="2" failures="1" errors="0" skipped="0" time="1.234">
//!   <testsuite name="proofmark.check.readPet" tests="2" failures="1" errors="0" skipped="0" time="0.120">
//!     <testcase classname="proofmark.check.readPet" name="undocumented-status"/>
//!     <testcase classname="proofmark.check.readPet" name="response-schema">
//!       <failure type="response-schema" message="`type` broken at `/id`: ...">...</failure>
//!     </testcase>
//!   </testsuite>
//! </testsuites>
//! ```
//!
//! One suite for each operation, one test case for each check that was applied to it: names are the
//! same for every seed, so that histories and "newly failed" work. What does not fail the run is
//! told in `system-out`.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::text::{counted, cut};
use crate::record::{FindingRow, OperationRow, Summary};

/// How many characters of text one test case holds: some readers refuse large files.
const MOST: usize = 4096;

type Xml = Writer<Vec<u8>>;

/// One test case.
struct Case<'a> {
    name: &'a str,
    failing: Vec<&'a FindingRow>,
    told: Vec<&'a FindingRow>,
    skipped: Option<String>,
}

/// One suite: an operation.
struct Suite<'a> {
    name: String,
    file: Option<&'a str>,
    seconds: f64,
    cases: Vec<Case<'a>>,
}

/// The summary as JUnit XML.
pub fn junit(summary: &Summary) -> io::Result<Vec<u8>> {
    let suites: Vec<Suite<'_>> = summary
        .operations
        .iter()
        .map(|row| suite(summary, row))
        .filter(|suite| !suite.cases.is_empty())
        .collect();
    let errors = summary.obstacles.len();
    let cases = || suites.iter().flat_map(|suite| &suite.cases);
    let tests = (cases().count() + errors).to_string();
    let failures = cases().filter(|case| case.fails()).count().to_string();
    let skipped = cases().filter(|case| case.skipped.is_some()).count();
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "proofmark"))
        .with_attribute(("tests", &*tests))
        .with_attribute(("failures", &*failures))
        .with_attribute(("errors", &*errors.to_string()))
        .with_attribute(("skipped", &*skipped.to_string()))
        .with_attribute(("time", &*seconds(milliseconds(summary.timing.elapsed_ms))))
        .write_inner_content(|xml| {
            obstacles(xml, summary)?;
            suites.iter().try_for_each(|suite| write_suite(xml, suite))
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn suite<'a>(summary: &'a Summary, row: &'a OperationRow) -> Suite<'a> {
    let of_check = |name: &str, failing: bool| {
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
    let mut cases: Vec<Case<'_>> = row
        .checks
        .keys()
        .map(|name| Case {
            name,
            failing: of_check(name, true),
            told: of_check(name, false),
            skipped: None,
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
            name: "not-exercised",
            failing: Vec::new(),
            told: Vec::new(),
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
        file: row.place.as_ref().map(|place| &*place.document),
        seconds: spent,
        cases,
    }
}

impl Case<'_> {
    fn fails(&self) -> bool {
        !self.failing.is_empty()
    }
}

/// What kept the run from being conclusive is an error, not a failure.
fn obstacles(xml: &mut Xml, summary: &Summary) -> io::Result<()> {
    if summary.obstacles.is_empty() {
        return Ok(());
    }
    let count = summary.obstacles.len().to_string();
    xml.create_element("testsuite")
        .with_attribute(("name", "proofmark.check"))
        .with_attribute(("tests", &*count))
        .with_attribute(("failures", "0"))
        .with_attribute(("errors", &*count))
        .with_attribute(("skipped", "0"))
        .with_attribute(("time", "0.000"))
        .write_inner_content(|xml| {
            summary.obstacles.iter().try_for_each(|obstacle| {
                xml.create_element("testcase")
                    .with_attribute(("classname", "proofmark.check"))
                    .with_attribute(("name", obstacle.code.name()))
                    .write_inner_content(|xml| {
                        xml.create_element("error")
                            .with_attribute(("type", obstacle.code.name()))
                            .with_attribute(("message", &*line(&obstacle.message)))
                            .write_empty()?;
                        Ok(())
                    })?;
                Ok(())
            })
        })?;
    Ok(())
}

fn write_suite(xml: &mut Xml, suite: &Suite<'_>) -> io::Result<()> {
    let failures = suite.cases.iter().filter(|case| case.fails()).count();
    let skipped = suite
        .cases
        .iter()
        .filter(|case| case.skipped.is_some())
        .count();
    xml.create_element("testsuite")
        .with_attribute(("name", &*line(&suite.name)))
        .with_attribute(("tests", &*suite.cases.len().to_string()))
        .with_attribute(("failures", &*failures.to_string()))
        .with_attribute(("errors", "0"))
        .with_attribute(("skipped", &*skipped.to_string()))
        .with_attribute(("time", &*seconds(suite.seconds)))
        .write_inner_content(|xml| {
            suite
                .cases
                .iter()
                .try_for_each(|case| write_case(xml, suite, case))
        })?;
    Ok(())
}

fn write_case(xml: &mut Xml, suite: &Suite<'_>, case: &Case<'_>) -> io::Result<()> {
    let name = line(&suite.name);
    let mut element = xml
        .create_element("testcase")
        .with_attribute(("classname", &*name))
        .with_attribute(("name", case.name));
    if let Some(file) = suite.file {
        element = element.with_attribute(("file", &*line(file)));
    }
    if case.failing.is_empty() && case.told.is_empty() && case.skipped.is_none() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        if let Some(reason) = &case.skipped {
            xml.create_element("skipped")
                .with_attribute(("message", &*line(reason)))
                .write_empty()?;
        }
        if let Some(first) = case.failing.first() {
            let message = match case.failing.len() - 1 {
                0 => first.title.clone(),
                more => format!("{} (and {more} more)", first.title),
            };
            xml.create_element("failure")
                .with_attribute(("type", case.name))
                .with_attribute(("message", &*line(&message)))
                .write_text_content(BytesText::new(&told(&case.failing)))?;
        }
        if !case.told.is_empty() {
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&told(&case.told)))?;
        }
        Ok(())
    })?;
    Ok(())
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
    cut(&legal(&blocks.join("\n\n")), MOST)
}

/// The text on one line, fit for an attribute.
fn line(text: &str) -> String {
    cut(&legal(text).replace(['\n', '\r', '\t'], " "), 500)
}

/// The text without the characters that XML 1.0 (section 2.2) has no way to write.
fn legal(text: &str) -> String {
    text.chars()
        .filter(|character| {
            matches!(character,
                '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        })
        .collect()
}

fn milliseconds(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / 1000.0
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}
