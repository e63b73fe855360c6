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
//! A run of scenarios has one suite for each workflow and one test case for each step of each of its
//! runs, however often a loop comes back to it (`petLifecycle / readBack [row 2]`); a run under load one
//! suite of thresholds and one for each workflow of a scenario, with one test case for each step; any
//! other run one suite for each operation and one test case for each check that was applied to it. Names are the
//! same for every seed, so that histories and "newly failed" work. What does not fail the run is
//! told in `system-out`. Defects of the document that fail the run are a suite of their own.

mod load;
mod operations;
mod steps;

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::text::{cut, cut_bytes};
use crate::record::{Obstacle, Summary};

/// How many bytes of text one test case holds: some readers refuse large files.
const MOST: usize = 4096;

type Xml = Writer<Vec<u8>>;

/// One test case.
#[derive(Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) seconds: Option<f64>,
    pub(crate) failure: Option<Failure>,
    pub(crate) told: Option<String>,
    pub(crate) skipped: Option<String>,
}

/// Why a test case failed.
pub(crate) struct Failure {
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) text: String,
}

/// One suite: an operation, or a workflow.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) seconds: f64,
    pub(crate) cases: Vec<Case>,
}

/// The summary as JUnit XML.
pub fn junit(summary: &Summary) -> io::Result<Vec<u8>> {
    let is_scenario = !summary.workflows.is_empty();
    let suites = match &summary.load {
        Some(load) => load::suites(summary, load),
        None if is_scenario => steps::suites(summary),
        None => operations::suites(summary),
    };
    let command = match &summary.load {
        Some(_) => "load",
        None if is_scenario => "run",
        None => "check",
    };
    let elapsed = summary.timing.elapsed_ms;
    document(command, &summary.obstacles, &suites, elapsed)
}

/// Suites of a command as JUnit XML, and what kept it from being conclusive.
pub(crate) fn document(
    command: &str,
    obstacles: &[Obstacle],
    suites: &[Suite],
    elapsed_ms: u64,
) -> io::Result<Vec<u8>> {
    let errors = obstacles.len();
    let cases = || suites.iter().flat_map(|suite| &suite.cases);
    let tests = (cases().count() + errors).to_string();
    let failures = cases()
        .filter(|case| case.failure.is_some())
        .count()
        .to_string();
    let skipped = cases().filter(|case| case.skipped.is_some()).count();
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "proofmark"))
        .with_attribute(("tests", &*tests))
        .with_attribute(("failures", &*failures))
        .with_attribute(("errors", &*errors.to_string()))
        .with_attribute(("skipped", &*skipped.to_string()))
        .with_attribute(("time", &*seconds(milliseconds(elapsed_ms))))
        .write_inner_content(|xml| {
            write_obstacles(xml, obstacles, &format!("proofmark.{command}"))?;
            suites.iter().try_for_each(|suite| write_suite(xml, suite))
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// What kept the run from being conclusive is an error, not a failure.
fn write_obstacles(xml: &mut Xml, obstacles: &[Obstacle], suite: &str) -> io::Result<()> {
    if obstacles.is_empty() {
        return Ok(());
    }
    let count = obstacles.len().to_string();
    xml.create_element("testsuite")
        .with_attribute(("name", suite))
        .with_attribute(("tests", &*count))
        .with_attribute(("failures", "0"))
        .with_attribute(("errors", &*count))
        .with_attribute(("skipped", "0"))
        .with_attribute(("time", "0.000"))
        .write_inner_content(|xml| {
            obstacles.iter().try_for_each(|obstacle| {
                xml.create_element("testcase")
                    .with_attribute(("classname", suite))
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

fn write_suite(xml: &mut Xml, suite: &Suite) -> io::Result<()> {
    let failures = suite
        .cases
        .iter()
        .filter(|case| case.failure.is_some())
        .count();
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

fn write_case(xml: &mut Xml, suite: &Suite, case: &Case) -> io::Result<()> {
    let class = line(&suite.name);
    let name = line(&case.name);
    let mut element = xml
        .create_element("testcase")
        .with_attribute(("classname", &*class))
        .with_attribute(("name", &*name));
    if let Some(file) = &suite.file {
        element = element.with_attribute(("file", &*line(file)));
    }
    if let Some(spent) = case.seconds {
        element = element.with_attribute(("time", &*seconds(spent)));
    }
    if case.failure.is_none() && case.told.is_none() && case.skipped.is_none() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        if let Some(reason) = &case.skipped {
            xml.create_element("skipped")
                .with_attribute(("message", &*line(reason)))
                .write_empty()?;
        }
        if let Some(failure) = &case.failure {
            xml.create_element("failure")
                .with_attribute(("type", &*failure.kind))
                .with_attribute(("message", &*line(&failure.message)))
                .write_text_content(BytesText::new(&text(&failure.text)))?;
        }
        if let Some(told) = &case.told {
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&text(told)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The text, fit for an element.
fn text(text: &str) -> String {
    cut_bytes(&legal(text), MOST)
}

/// The text on one line, fit for an attribute.
fn line(text: &str) -> String {
    cut(&legal(text).replace(['\n', '\r', '\t'], " "), 500)
}

/// The text without the characters that XML 1.0 (section 2.2) has no way to write.
pub(crate) fn legal(text: &str) -> String {
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
