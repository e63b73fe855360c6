//! Coverage: what was exercised of each operation, and what was left out.

use std::fmt::Write;

use super::markup::Text;
use super::pill;
use crate::record::{OperationRow, Share, Summary};
use crate::spec::OperationId;

/// How many operations are shown.
const MOST: usize = 1_000;

pub(super) fn coverage(page: &mut String, summary: &Summary) {
    if summary.operations.is_empty() {
        return;
    }
    let all = &summary.coverage;
    page.push_str("<h2>Coverage</h2>\n<dl>\n");
    // Under load requests are not looked at one by one.
    let parameters = summary.load.is_none().then_some(all.parameters);
    for (name, share) in [
        ("Operations exercised", Some(all.operations)),
        ("Operations succeeded", Some(all.succeeded)),
        ("Documented responses", Some(all.responses)),
        ("Parameters sent", parameters),
    ] {
        let Some(share) = share else { continue };
        let _ = writeln!(page, "<dt>{name}</dt><dd>{}</dd>", bar(share));
    }
    let answered: usize = all.keywords.values().map(|count| count.answered).sum();
    let refused: usize = all.keywords.values().map(|count| count.refused).sum();
    if answered > 0 {
        let share = Share {
            exercised: refused,
            total: answered,
        };
        let names: Vec<&str> = all.keywords.keys().map(String::as_str).collect();
        let _ = writeln!(
            page,
            "<dt>Violations refused</dt><dd>{} <span class=faint>{}</span></dd>",
            bar(share),
            Text(names.join(", "))
        );
    }
    page.push_str("</dl>\n<div class=wide><table><thead><tr><th>Operation</th><th></th><th class=n>Cases</th><th>Answers</th><th>Documented, not seen</th><th>Found by</th></tr></thead><tbody>\n");
    for row in summary.operations.iter().take(MOST) {
        operation(page, row);
    }
    page.push_str("</tbody></table></div>\n");
    if summary.operations.len() > MOST {
        let _ = writeln!(
            page,
            "<p class=faint>and {} more, see <code>run.json</code></p>",
            summary.operations.len() - MOST
        );
    }
    skipped(page, summary);
}

fn operation(page: &mut String, row: &OperationRow) {
    let state = match (row.exercised, row.succeeded) {
        (true, true) => pill("good", "succeeded"),
        (true, false) => pill("doubt", "answered"),
        (false, _) => pill("", "not exercised"),
    };
    let sides = || row.cases.values();
    let cases: usize = sides()
        .map(|one| one.valid + one.invalid + one.scripted)
        .sum();
    let statuses = row.statuses.iter();
    let mut statuses: Vec<String> = statuses
        .map(|(status, count)| format!("{status}\u{a0}\u{d7}\u{a0}{count}"))
        .collect();
    if row.unanswered > 0 {
        statuses.push(format!("none\u{a0}\u{d7}\u{a0}{}", row.unanswered));
    }
    let found = row.checks.iter().filter(|(_, applied)| applied.found > 0);
    let found: Vec<String> = found
        .map(|(name, applied)| format!("{name}\u{a0}\u{d7}\u{a0}{}", applied.found))
        .collect();
    let _ = writeln!(
        page,
        "<tr><td>{}<br><code class=faint>{} {}</code></td><td>{state}</td><td class=n>{cases}</td><td>{}</td><td class=faint>{}</td><td>{}</td></tr>",
        Text(row.id.as_str()),
        Text(&row.method),
        Text(&row.path),
        Text(statuses.join(", ")),
        Text(row.unseen.join(", ")),
        Text(found.join(", "))
    );
}

fn skipped(page: &mut String, summary: &Summary) {
    if summary.skipped.is_empty() {
        return;
    }
    page.push_str("<details><summary>Not exercised <span class=faint>by reason</span></summary><div><table><thead><tr><th class=n>Times</th><th>Reason</th><th>Operations</th></tr></thead><tbody>\n");
    for row in summary.skipped.iter().take(MOST) {
        let names: Vec<&str> = row.operations.iter().map(OperationId::as_str).collect();
        let _ = writeln!(
            page,
            "<tr><td class=n>{}</td><td>{}</td><td class=faint>{}</td></tr>",
            row.count,
            Text(&row.reason),
            Text(names.join(", "))
        );
    }
    page.push_str("</tbody></table></div></details>\n");
}

fn bar(share: Share) -> String {
    #[expect(clippy::cast_precision_loss, reason = "there are not so many")]
    let percent = share.exercised as f64 / share.total.max(1) as f64 * 100.0;
    format!(
        "<span class=bar><i style=\"width:{percent:.0}%\"></i></span>{}/{}",
        share.exercised, share.total
    )
}
