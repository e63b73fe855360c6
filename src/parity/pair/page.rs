//! The page of a comparison, for people: what differs, with both answers side by side.

use std::fmt::Write;

use super::cluster::{Cluster, clusters};
use super::latency::LatencyVerdict;
use super::report::{Answer, Example, Report, Row};
use crate::code::Code;
use crate::report::counted;
use crate::report::html::{
    END, Prose, Text, anew, begun, define, explain, message, pill, replay, severity,
};

/// How many groups are shown in full.
const MOST: usize = 100;
/// How many members of bodies are shown side by side.
const MOST_MEMBERS: usize = 200;
/// How many places of noise are named.
const MOST_NOISE: usize = 200;

impl Report {
    /// The report as one page that needs nothing but itself.
    pub fn html(&self) -> String {
        let title = format!("{} against {}", self.candidate, self.baseline);
        let mut page = begun(self.verdict, &title);
        let _ = write!(
            page,
            "<div class=brand>proofmark {} &middot; parity</div>\n<h1>{}</h1>\n<div class=faint>candidate {} &middot; baseline {}</div>\n",
            env!("CARGO_PKG_VERSION"),
            Text(&title),
            Text(&self.candidate),
            Text(&self.baseline)
        );
        self.head(&mut page);
        self.facts(&mut page);
        self.matrix_in(&mut page);
        self.differences_in(&mut page);
        self.noise_in(&mut page);
        self.rules_in(&mut page);
        self.latency_in(&mut page);
        self.configuration(&mut page);
        page.push_str(END);
        page
    }

    fn head(&self, page: &mut String) {
        let tone = match self.verdict {
            "agree" | "passed" => "good",
            "differ" => "bad",
            _ => "doubt",
        };
        let _ = write!(
            page,
            "<section class=\"card verdict {tone}\">\n<p><b>{}</b> {}</p>\n",
            Text(self.verdict.to_uppercase()),
            Prose(&self.line)
        );
        for illness in &self.obstacles {
            let _ = writeln!(
                page,
                "<p><code>{}</code> the {} is {}: {}</p>",
                illness.code,
                illness.side.name(),
                illness.kind,
                Prose(&illness.message)
            );
        }
        if !self.obstacles.is_empty() {
            page.push_str("<p>Nothing was compared: such a side makes no differences.</p>\n");
        }
        if let Some(why) = &self.interrupted {
            let _ = writeln!(page, "<p>It ended early: {}</p>", Text(why));
        }
        page.push_str("</section>\n");
    }

    fn facts(&self, page: &mut String) {
        let tally = &self.cases.tally;
        let whole = [
            (self.cases.compared, "cases compared"),
            (tally.agree, "agree"),
        ];
        let parts = tally
            .parts()
            .into_iter()
            .map(|(count, _, many)| (count, many));
        let parts = parts.filter(|(count, _)| *count > 0);
        page.push_str("<section class=facts>\n");
        for (count, name) in whole.into_iter().chain(parts) {
            let _ = writeln!(
                page,
                "<div class=card><b>{count}</b><span>{name}</span></div>"
            );
        }
        page.push_str("</section>\n");
    }

    fn matrix_in(&self, page: &mut String) {
        let codes = self.categories();
        if codes.is_empty() {
            return;
        }
        page.push_str("<h2>Cases that differ</h2>\n<div class=wide><table><thead><tr><th>Operation</th><th class=n>Cases</th>");
        for code in &codes {
            let name = Code::find(code).map_or("", Code::name);
            let _ = write!(page, "<th class=n title=\"{name}\">{}</th>", Text(code));
        }
        page.push_str("</tr></thead><tbody>\n");
        let rows = self.differing();
        for row in &rows {
            let _ = write!(
                page,
                "<tr><td><code>{}</code></td><td class=n>{}</td>",
                Text(row.operation.as_str()),
                row.compared
            );
            for code in &codes {
                match row.differ.get(*code) {
                    Some(count) => {
                        let _ = write!(page, "<td class=n>{count}</td>");
                    }
                    None => page.push_str("<td class=\"n faint\">&middot;</td>"),
                }
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody></table></div>\n");
        let quiet = self.matrix.len() - rows.len();
        if quiet > 0 {
            let quiet = counted(quiet, "operation");
            let _ = writeln!(page, "<p class=note>{quiet} without any difference.</p>");
        }
    }

    fn differences_in(&self, page: &mut String) {
        let clusters = clusters(&self.differences);
        if clusters.is_empty() {
            return;
        }
        page.push_str("<h2>Differences</h2>\n");
        for (number, cluster) in clusters.iter().take(MOST).enumerate() {
            cluster_in(page, cluster, number == 0);
        }
        if let Some(more) = clusters.len().checked_sub(MOST).filter(|more| *more > 0) {
            let _ = writeln!(
                page,
                "<p class=faint>and {more} more, see <code>parity.json</code></p>"
            );
        }
        let starts = [&self.start.baseline, &self.start.candidate];
        let starts: Vec<&str> = starts.into_iter().flatten().map(String::as_str).collect();
        if !starts.is_empty() {
            let _ = writeln!(
                page,
                "<p class=note>The commands that send requests again lead to servers that these start:</p><pre>{}</pre>",
                Text(starts.join("\n"))
            );
        }
    }

    fn noise_in(&self, page: &mut String) {
        page.push_str("<h2>Noise</h2>\n");
        if self.noise.is_empty() {
            page.push_str(match (self.repeated, self.obstacles.is_empty()) {
                (true, _) => "<p>None: the baseline answered the same again.</p>\n",
                (false, true) => "<p>Not looked for: the baseline was asked once.</p>\n",
                (false, false) => "<p>Nothing was compared.</p>\n",
            });
            return;
        }
        page.push_str("<p class=note>What the baseline does not do in the same way again. It never fails.</p>\n<div class=wide><table><thead><tr><th>Operation</th><th>Place</th><th>Category</th><th class=n>Cases</th></tr></thead><tbody>\n");
        for row in self.noise.iter().take(MOST_NOISE) {
            let place = if row.place.is_empty() {
                "the outcome"
            } else {
                &row.place
            };
            let _ = writeln!(
                page,
                "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td class=n>{}</td></tr>",
                Text(row.operation.as_str()),
                Text(place),
                row.code,
                row.count
            );
        }
        page.push_str("</tbody></table></div>\n");
        if self.noise.len() > MOST_NOISE {
            let more = self.noise.len() - MOST_NOISE;
            let _ = writeln!(
                page,
                "<p class=faint>and {more} more, see <code>parity.json</code></p>"
            );
        }
    }

    fn rules_in(&self, page: &mut String) {
        let rules = [
            ("", "applied", &self.rules.used),
            ("doubt", "unused", &self.rules.unused),
            ("bad", "out of date", &self.rules.expired),
        ];
        if rules.iter().all(|(_, _, rules)| rules.is_empty()) {
            return;
        }
        page.push_str("<h2>Rules</h2>\n<div class=wide><table><tbody>\n");
        for (tone, word, rules) in rules {
            for rule in rules {
                let _ = writeln!(
                    page,
                    "<tr><td>{}</td><td class=any>{}</td></tr>",
                    pill(tone, word),
                    Prose(rule)
                );
            }
        }
        page.push_str("</tbody></table></div>\n");
    }

    fn latency_in(&self, page: &mut String) {
        if self.latency.is_empty() {
            return;
        }
        page.push_str("<h2>Latency</h2>\n<p class=note>Medians of requests that both sides answered. It never fails.</p>\n<div class=wide><table><thead><tr><th>Operation</th><th class=n>Pairs</th><th class=n>Baseline in ms</th><th class=n>Candidate in ms</th><th></th></tr></thead><tbody>\n");
        for row in &self.latency {
            let (tone, word) = match row.verdict {
                LatencyVerdict::CandidateSlower => ("doubt", "candidate slower"),
                LatencyVerdict::BaselineSlower => ("doubt", "baseline slower"),
                LatencyVerdict::Alike => ("", "alike"),
                LatencyVerdict::TooFew => ("", "too few"),
            };
            let _ = writeln!(
                page,
                "<tr><td><code>{}</code></td><td class=n>{}</td><td class=n>{}</td><td class=n>{}</td><td>{}</td></tr>",
                Text(row.operation.as_str()),
                row.pairs,
                row.baseline_ms,
                row.candidate_ms,
                pill(tone, word)
            );
        }
        page.push_str("</tbody></table></div>\n");
    }

    fn configuration(&self, page: &mut String) {
        page.push_str("<h2>Configuration</h2>\n<dl>\n");
        for (name, value) in [
            ("Began", self.at.clone()),
            ("Baseline", self.baseline.clone()),
            ("Candidate", self.candidate.clone()),
            ("Seed", self.seed.to_string()),
            ("Exit code", self.exit_code.to_string()),
        ] {
            define(page, name, &value);
        }
        for lone in &self.lone {
            let cases = counted(lone.count, "case");
            let (operation, side, reason) = (&lone.operation, lone.side.name(), &lone.reason);
            let told = format!("{cases} of {operation} that only the {side} was sent: {reason}");
            define(page, "Left out", &told);
        }
        for workflow in &self.unfinished {
            define(page, "Not sent", &workflow.to_string());
        }
        for unsent in &self.unsent {
            define(page, "Not sent", &unsent.to_string());
        }
        if let Some(stateless) = &self.stateless {
            define(page, "State", &stateless.to_string());
        }
        if let Some(lenient) = &self.lenient {
            define(page, "Lenient", &lenient.to_string());
        }
        page.push_str("</dl>\n<footer>Secrets and personal data are masked. The same for programs: <code>parity.json</code>.</footer>\n");
    }
}

fn cluster_in(page: &mut String, cluster: &Cluster<'_>, is_open: bool) {
    let operations = cluster.told_operations();
    let row = cluster.first;
    let place = if row.place.is_empty() {
        String::new()
    } else {
        format!("<code>{}</code> ", Text(&row.place))
    };
    let _ = write!(
        page,
        "<details{}><summary>{} <code>{}</code> {place}{} <span class=faint>&middot; {} &middot; {}</span></summary><div>\n<dl>\n",
        if is_open { " open" } else { "" },
        severity(row.severity),
        row.code,
        Prose(&row.message),
        Text(match &*operations {
            [_] => row.operation.to_string(),
            many => counted(many.len(), "operation"),
        }),
        counted(cluster.count, "case")
    );
    define(page, "Kind", &format!("{} / {}", row.category, row.kind));
    define(page, "Operations", &operations.join(", "));
    if !row.place.is_empty() {
        define(page, "At", &row.place);
    }
    let defects = cluster.told_defects();
    if !defects.is_empty() {
        define(page, "Invalid by", &defects.join(", "));
    }
    explain(page, row.code);
    page.push_str("</dl>\n");
    if let Some(example) = &row.example {
        example_in(page, row, example);
    }
    page.push_str("</div></details>\n");
}

fn example_in(page: &mut String, row: &Row, example: &Example) {
    if let Some(step) = &example.step {
        let _ = writeln!(page, "<p class=faint>Step {}</p>", Text(step));
    }
    if example.left_out > 0 {
        let parts = counted(example.left_out, "optional part");
        let _ = writeln!(
            page,
            "<p class=faint>Made smaller: {parts} of the request left out, it still differs.</p>"
        );
    }
    if !example.steps.is_empty() {
        let _ = writeln!(
            page,
            "<p class=faint>Made smaller: with the steps {} of the workflow alone it still differs.</p>",
            Text(example.steps.join(", "))
        );
    }
    page.push_str("<div class=sides>\n");
    for (name, answer) in [
        ("Baseline", &example.baseline),
        ("Candidate", &example.candidate),
    ] {
        let _ = writeln!(page, "<div><h3>{name}</h3>");
        side(page, row, answer);
        page.push_str("</div>\n");
    }
    page.push_str("</div>\n");
    if let Some(command) = row.replay() {
        anew(page, &command);
    }
    members(page, example);
}

fn side(page: &mut String, row: &Row, answer: &Answer) {
    let request = &answer.request;
    let line = format!("{} {}", request.method, request.path);
    message(page, &line, &request.headers, request.body.as_deref());
    match (&answer.response, &answer.failure) {
        (Some(response), _) => {
            let line = format!("HTTP {}", response.status);
            message(page, &line, &response.headers, response.body.as_deref());
            if !row.place.is_empty() {
                let text = answer.value.as_ref().map(ToString::to_string);
                let text = text.as_deref().unwrap_or("nothing");
                let _ = writeln!(
                    page,
                    "<p>At <code>{}</code>: <code>{}</code></p>",
                    Text(&row.place),
                    Text(text)
                );
            }
        }
        (None, Some(failure)) => {
            let _ = writeln!(
                page,
                "<p>{} {}</p>",
                pill("bad", "no answer"),
                Text(failure)
            );
        }
        (None, None) => page.push_str("<p>No answer.</p>\n"),
    }
    replay(page, &answer.curl);
}

/// Both bodies member by member, those of the difference marked.
fn members(page: &mut String, example: &Example) {
    if example.members.is_empty() {
        return;
    }
    page.push_str("<h3>Member by member</h3>\n<div class=wide><table><thead><tr><th>Member</th><th>Baseline</th><th>Candidate</th></tr></thead><tbody>\n");
    for member in example.members.iter().take(MOST_MEMBERS) {
        let class = if member.differs { " class=differs" } else { "" };
        let _ = write!(
            page,
            "<tr{class}><td><code>{}</code></td>",
            Text(&member.at)
        );
        for text in [&member.baseline, &member.candidate] {
            match text {
                Some(text) => {
                    let _ = write!(page, "<td class=any><code>{}</code></td>", Text(text));
                }
                None => page.push_str("<td class=faint>-</td>"),
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}
