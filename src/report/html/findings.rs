//! Findings by cause, each with an exchange that shows it and the command that sends it again.

use std::fmt::Write;

use super::markup::{Prose, Text};
use super::{define, explain, pill};
use crate::check::{Blame, Cluster};
use crate::code::Severity;
use crate::record::{Example, Field, Summary};
use crate::report::text::{command, counted, seen};
use crate::spec::OperationId;

/// How many causes are shown in full.
const MOST: usize = 200;
/// How many findings of one cause are shown.
const MOST_ALIKE: usize = 10;

/// What was found, and the defects of the document.
pub(super) fn findings(page: &mut String, summary: &Summary) {
    let (gaps, found): (Vec<&Cluster>, Vec<&Cluster>) = summary
        .clusters
        .iter()
        .partition(|cluster| cluster.blame == Blame::Document);
    if !found.is_empty() {
        page.push_str("<h2>Findings</h2>\n");
        clusters(page, summary, &found);
    }
    let defects = summary.diagnostics.iter();
    let defects: Vec<_> = defects
        .filter(|defect| defect.severity > Severity::Note)
        .collect();
    if gaps.is_empty() && defects.is_empty() {
        return;
    }
    page.push_str("<h2>Gaps in the document</h2>\n");
    clusters(page, summary, &gaps);
    for defect in defects.iter().take(MOST) {
        let _ = writeln!(
            page,
            "<details><summary>{} <code>{}</code> {}</summary><div><dl>",
            severity(defect.severity),
            defect.code,
            Prose(&defect.message)
        );
        define(page, "Stands at", &defect.location.to_string());
        if let Some(hint) = &defect.hint {
            define(page, "Hint", hint);
        }
        page.push_str("</dl></div></details>\n");
    }
    more(page, defects.len());
}

fn clusters(page: &mut String, summary: &Summary, clusters: &[&Cluster]) {
    for cluster in clusters.iter().take(MOST) {
        let _ = writeln!(
            page,
            "<details><summary>{} <code>{}</code> {} <span class=faint>{} in {}</span></summary><div>",
            severity(cluster.severity),
            cluster.code,
            Prose(&cluster.title),
            seen(summary, cluster.code, cluster.count),
            match &cluster.operations[..] {
                [only] => Text(only.to_string()),
                many => Text(counted(many.len(), "operation")),
            }
        );
        page.push_str("<dl>\n");
        define(page, "Check", cluster.code.name());
        let operations: Vec<&str> = cluster.operations.iter().map(OperationId::as_str).collect();
        define(page, "Operations", &operations.join(", "));
        if let Some(place) = &cluster.place {
            let place = match place.span {
                Some(_) => format!("{place}  #{}", place.pointer),
                None => place.to_string(),
            };
            define(page, "Document", &place);
        }
        explain(page, cluster.code);
        page.push_str("</dl>\n");
        let all = cluster.fingerprints.iter();
        let rows: Vec<_> = all.filter_map(|one| summary.finding(one)).collect();
        for row in rows.iter().take(MOST_ALIKE) {
            let _ = writeln!(
                page,
                "<h3>{} <span class=faint>{} &middot; {}</span></h3>",
                Prose(&row.title),
                Text(row.operation.as_str()),
                seen(summary, row.code, row.count)
            );
            example(page, &row.example);
            if let Some(command) = summary.replay(row) {
                anew(page, &command);
            }
        }
        if rows.len() > MOST_ALIKE {
            let _ = writeln!(
                page,
                "<p class=faint>and {} more like these, see <code>run.json</code></p>",
                rows.len() - MOST_ALIKE
            );
        }
        page.push_str("</div></details>\n");
    }
    more(page, clusters.len());
}

fn more(page: &mut String, count: usize) {
    if count > MOST {
        let _ = writeln!(
            page,
            "<p class=faint>and {} more, see <code>run.json</code></p>",
            count - MOST
        );
    }
}

/// An exchange that shows a finding.
fn example(page: &mut String, example: &Example) {
    page.push_str("<dl>\n");
    define(
        page,
        "Case",
        &format!("{} ({})", example.case, example.phase.name()),
    );
    if let Some(defect) = &example.defect {
        define(page, "Invalid by", defect);
    }
    if !example.detail.is_empty() {
        define(page, "Detail", &example.detail);
    }
    page.push_str("</dl>\n");
    let request = &example.request;
    let line = format!("{} {}", request.method, request.path);
    message(page, &line, &request.headers, request.body.as_deref());
    match (&example.response, &example.failure) {
        (Some(response), _) => {
            let line = format!("HTTP {}", response.status);
            message(page, &line, &response.headers, response.body.as_deref());
        }
        (None, Some(failure)) => {
            let _ = writeln!(page, "<p>No answer: {}</p>", Text(failure));
        }
        (None, None) => {}
    }
    replay(page, &example.curl);
}

/// A request or an answer.
pub(crate) fn message(page: &mut String, line: &str, headers: &[Field], body: Option<&str>) {
    let _ = write!(page, "<pre>{}", Text(line));
    for field in headers {
        let _ = write!(
            page,
            "\n<span class=faint>{}: {}</span>",
            Text(&field.name),
            Text(&field.value)
        );
    }
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        let _ = write!(page, "\n\n{}", Text(body));
    }
    page.push_str("</pre>\n");
}

/// The command that sends it again.
pub(crate) fn replay(page: &mut String, curl: &str) {
    let _ = writeln!(
        page,
        "<p class=note>Send it again:</p><pre>{}</pre>",
        Text(command(curl))
    );
}

/// The command that sends it again with all that it needs.
pub(crate) fn anew(page: &mut String, command: &str) {
    let _ = writeln!(
        page,
        "<p class=note>Send it again with what it needs, and judge it:</p><pre>{}</pre>",
        Text(command)
    );
}

pub(crate) fn severity(severity: Severity) -> String {
    let tone = match severity {
        Severity::Error => "bad",
        Severity::Warning => "doubt",
        Severity::Note => "",
    };
    pill(tone, &severity.to_string())
}
