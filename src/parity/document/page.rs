//! The page of two documents, for people.

use std::fmt::Write;

use super::change::{Change, Grade};
use super::screen::{SORTS, place, shown};
use super::{Comparison, defect};
use crate::report::html::{END, Prose, Text, begun, define, explain, pill};
use crate::report::{counted, cut};

/// How many changes of one sort are shown in full.
const MOST: usize = 500;

/// How long texts of documents and instances may be.
const TEXT: usize = 2_000;

/// What two documents say differently, as one page that needs nothing but itself. From `fail_on` on
/// changes fail.
pub fn html(comparison: &Comparison, fail_on: Option<Grade>) -> String {
    let outcome = comparison.outcome(fail_on);
    let (old, new) = (&comparison.old, &comparison.new);
    let title = if new.title.is_empty() {
        &new.document
    } else {
        &new.title
    };
    let mut page = begun(outcome, title);
    let _ = write!(
        page,
        "<div class=brand>proofmark {} &middot; parity of documents</div>\n<h1>{}</h1>\n<div class=faint>{} &rarr; {}</div>\n",
        env!("CARGO_PKG_VERSION"),
        Text(title),
        Text(&old.document),
        Text(&new.document)
    );
    let tone = match outcome {
        "passed" => "good",
        "failed" => "bad",
        _ => "doubt",
    };
    let _ = writeln!(
        page,
        "<section class=\"card verdict {tone}\">\n<p><b>{}</b> {}</p>\n</section>",
        Text(outcome.to_uppercase()),
        Text(comparison.verdict())
    );
    facts(&mut page, comparison);
    errors(&mut page, comparison);
    for (title, is_meant) in SORTS {
        let meant: Vec<&Change> = comparison
            .changes
            .iter()
            .filter(|change| is_meant(change))
            .collect();
        if meant.is_empty() {
            continue;
        }
        let mut name = title.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let _ = writeln!(page, "<h2>{}</h2>", Text(name));
        for change in meant.iter().take(MOST) {
            change_in(&mut page, change);
        }
        let more = meant.len().saturating_sub(MOST);
        if more > 0 {
            let more = counted(more, "change");
            let _ = writeln!(
                page,
                "<p class=faint>and {more} more, see <code>parity.json</code></p>"
            );
        }
    }
    page.push_str("<h2>Documents</h2>\n<dl>\n");
    for (label, document) in [("Old", old), ("New", new)] {
        let operations = counted(document.operations, "operation");
        let told = format!("{} ({}, {operations})", document.document, document.title);
        define(&mut page, label, &told);
    }
    let both = counted(comparison.shared, "operation");
    define(&mut page, "In both", &both);
    page.push_str("</dl>\n<footer>Nothing was sent. The same for programs: <code>parity.json</code>.</footer>\n");
    page.push_str(END);
    page
}

fn facts(page: &mut String, comparison: &Comparison) {
    let counts = comparison.counts();
    page.push_str("<section class=facts>\n");
    for (count, name) in [
        (counts.breaking_requests, "break requests"),
        (counts.breaking_responses, "break responses"),
        (counts.unclear, "unclear"),
        (counts.compatible, "compatible"),
        (counts.notes, "notes"),
    ] {
        let _ = writeln!(
            page,
            "<div class=card><b>{count}</b><span>{name}</span></div>"
        );
    }
    page.push_str("</section>\n");
}

fn errors(page: &mut String, comparison: &Comparison) {
    let new: Vec<_> = comparison
        .defects
        .iter()
        .filter(|error| !error.is_known)
        .collect();
    if new.is_empty() {
        return;
    }
    let (whose, what) = defect::heading(&comparison.defects);
    let whose = whose.replacen('e', "E", 1);
    let _ = writeln!(
        page,
        "<h2>{whose}</h2>\n<p class=note>They leave open {what}.</p>\n<div class=wide><table><tbody>"
    );
    for error in new.iter().take(MOST) {
        let _ = writeln!(
            page,
            "<tr><td><code>{}</code></td><td class=any>{}<br><span class=faint>{}</span></td></tr>",
            error.code,
            Prose(&error.message),
            Text(&error.location)
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn change_in(page: &mut String, change: &Change) {
    let tone = match change.grade {
        Grade::Breaking => "bad",
        Grade::Unclear => "doubt",
        Grade::Compatible => "good",
        Grade::Note => "",
    };
    let is_open = change.grade == Grade::Breaking;
    let _ = write!(
        page,
        "<details{}><summary>{} <code>{}</code> {} <span class=faint>&middot; {}</span></summary><div>\n<dl>\n",
        if is_open { " open" } else { "" },
        pill(tone, &change.kind.to_string()),
        change.code,
        Prose(&cut(&change.message, TEXT)),
        Text(match &*change.operations {
            [] => "the document".to_owned(),
            [only] => only.clone(),
            many => counted(many.len(), "operation"),
        })
    );
    let at = place(change);
    if !at.is_empty() {
        define(page, "Where", &at);
    }
    if !change.operations.is_empty() {
        define(page, "Operations", &change.operations.join(", "));
    }
    for (label, text, location) in [
        ("Was", &change.was, &change.old),
        ("Now", &change.now, &change.new),
    ] {
        let location = location
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        if !text.is_empty() || !location.is_empty() {
            let _ = writeln!(
                page,
                "<dt>{label}</dt><dd>{} <span class=faint>{}</span></dd>",
                Prose(&cut(text, TEXT)),
                Text(location)
            );
        }
    }
    let shown = shown(change);
    if !shown.is_empty() {
        define(page, "Shown by", &shown);
    }
    explain(page, change.code);
    page.push_str("</dl>\n</div></details>\n");
}
