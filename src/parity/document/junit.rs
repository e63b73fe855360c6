//! JUnit: a suite, with a test case for each change, and one for each operation without any.

use std::collections::HashSet;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Comparison;
use super::change::{Change, Grade};
use crate::report::{cut, legal};

/// How long the attributes may be, and the texts.
const LINE: usize = 500;
const TEXT: usize = 4_000;

struct Case {
    class: String,
    name: String,
    change: Option<Told>,
}

struct Told {
    kind: String,
    message: String,
    text: String,
    fails: bool,
    /// Whether it leaves open what the new document says.
    is_open: bool,
}

/// The comparison as JUnit XML. From `fail_on` on changes are failures.
pub fn junit(comparison: &Comparison, fail_on: Option<Grade>) -> io::Result<Vec<u8>> {
    let cases = cases(comparison, fail_on);
    let fails = |case: &&Case| case.change.as_ref().is_some_and(|told| told.fails);
    let tests = cases.len().to_string();
    let failures = cases.iter().filter(fails).count().to_string();
    let is_open = |case: &&Case| case.change.as_ref().is_some_and(|told| told.is_open);
    let errors = cases.iter().filter(is_open).count().to_string();
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let attributes = [
        ("tests", &*tests),
        ("failures", &*failures),
        ("errors", &*errors),
        ("skipped", "0"),
        ("time", "0.000"),
    ];
    xml.create_element("testsuites")
        .with_attribute(("name", "proofmark"))
        .with_attributes(attributes)
        .write_inner_content(|xml| {
            xml.create_element("testsuite")
                .with_attribute(("name", "proofmark.parity.documents"))
                .with_attributes(attributes)
                .write_inner_content(|xml| cases.iter().try_for_each(|case| write(xml, case)))?;
            Ok(())
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn cases(comparison: &Comparison, fail_on: Option<Grade>) -> Vec<Case> {
    let class = |operation: &str| format!("proofmark.parity.{operation}");
    let mut touched: HashSet<&str> = HashSet::new();
    let mut cases = Vec::new();
    for change in &comparison.changes {
        touched.extend(change.operations.iter().map(String::as_str));
        let first = change.operations.first();
        cases.push(Case {
            class: class(first.map_or("document", String::as_str)),
            name: name(change),
            change: Some(Told {
                kind: change.code.name().to_owned(),
                message: format!("{}: {}", change.kind, change.message),
                text: told(change),
                fails: fail_on.is_some_and(|limit| change.grade >= limit),
                is_open: false,
            }),
        });
    }
    for error in comparison.defects.iter().filter(|error| !error.is_known) {
        cases.push(Case {
            class: class("document"),
            name: format!("{} / {}", error.code, error.location),
            change: Some(Told {
                kind: error.code.name().to_owned(),
                message: error.message.clone(),
                text: format!("{}\n{}", error.message, error.location),
                fails: false,
                is_open: true,
            }),
        });
    }
    let untouched = comparison.operations.iter();
    cases.extend(
        untouched
            .filter(|operation| !touched.contains(operation.as_str()))
            .map(|operation| Case {
                class: class(operation),
                name: "no changes".to_owned(),
                change: None,
            }),
    );
    cases
}

/// What tells the change from others: its kind and place.
fn name(change: &Change) -> String {
    let at = change.instance.as_ref().map(ToString::to_string);
    let parts = [
        Some(change.kind.to_string()),
        Some(change.place.clone()),
        at,
    ];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" / ")
}

fn told(change: &Change) -> String {
    let mut lines = vec![format!("{} {}", change.code, change.code.name())];
    lines.push(format!("operations: {}", change.operations.join(", ")));
    for (label, text, location) in [
        ("was", &change.was, &change.old),
        ("now", &change.now, &change.new),
    ] {
        if let Some(location) = location {
            lines.push(format!("{label}: {text} ({location})"));
        }
    }
    if let Some(witness) = &change.witness {
        lines.push(format!("shown by: {}", witness.value));
    }
    lines.join("\n")
}

fn write(xml: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let (class, name) = (line(&case.class), line(&case.name));
    let element = xml
        .create_element("testcase")
        .with_attribute(("classname", &*class))
        .with_attribute(("name", &*name));
    let Some(told) = &case.change else {
        element.write_empty()?;
        return Ok(());
    };
    element.write_inner_content(|xml| {
        let text = cut(&legal(&told.text), TEXT);
        if told.fails || told.is_open {
            let element = if told.fails { "failure" } else { "error" };
            xml.create_element(element)
                .with_attribute(("type", &*told.kind))
                .with_attribute(("message", &*line(&told.message)))
                .write_text_content(BytesText::new(&text))?;
        } else {
            let text = format!("{}\n{text}", line(&told.message));
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&text))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn line(text: &str) -> String {
    cut(&legal(text).replace(['\n', '\r', '\t'], " "), LINE)
}
