//! A run under load: soundness, thresholds, charts, times by step, and the generator.

use std::fmt::Write;

use super::charts::charts;
use super::markup::{Prose, Text, grouped, measured, percent};
use super::{define, pill, share};
use crate::record::{
    Latency, LoadReport, ScenarioLoad, Soundness, StepLoad, ThresholdOutcome, ThresholdResult,
    Times,
};

/// Whether the numbers are the target's, and why they may not be.
pub(super) fn soundness(page: &mut String, load: &LoadReport) {
    let (tone, word, told) = match load.soundness {
        Soundness::Valid => ("good", "valid", "the numbers are the target's"),
        Soundness::Suspect => (
            "doubt",
            "suspect",
            "part of the numbers may be the generator's",
        ),
        Soundness::GeneratorBound => (
            "bad",
            "generator-bound",
            "the numbers say what the generator can do",
        ),
        Soundness::Unmeasured => ("doubt", "unmeasured", "no request was measured"),
    };
    let _ = writeln!(page, "<p>Soundness: {} {told}</p>", pill(tone, word));
    let missing = load.merged.iter().flat_map(|merged| &merged.missing);
    let missing: Vec<String> = missing.map(ToString::to_string).collect();
    let has_list = !load.doubts.is_empty() || !load.notes.is_empty() || !load.unsent.is_empty();
    if !has_list && missing.is_empty() {
        return;
    }
    page.push_str("<ul>\n");
    if !missing.is_empty() {
        let _ = writeln!(
            page,
            "<li><b>Parts are missing</b>: what shards {} did is in none of the numbers</li>",
            missing.join(", ")
        );
    }
    for told in load.doubts.iter().chain(&load.notes) {
        let _ = writeln!(page, "<li>{}</li>", Prose(told));
    }
    for unsent in &load.unsent {
        let _ = writeln!(
            page,
            "<li>{} requests of {}/{} could not be made: {}</li>",
            grouped(unsent.count),
            Text(&unsent.workflow),
            Text(&unsent.step),
            Text(&unsent.reason)
        );
    }
    page.push_str("</ul>\n");
}

/// What was measured.
pub(super) fn load(page: &mut String, load: &LoadReport) {
    thresholds(page, &load.thresholds);
    page.push_str("<h2>Over time</h2>\n");
    page.push_str(&charts(load));
    page.push_str("<p class=note>Response time counts from the moment that a request was due, so that waiting for a slow server shows (no coordinated omission); service time from sending it. Logarithmic axes are named.</p>\n");
    times(page, load);
    scenarios(page, &load.scenarios);
}

fn thresholds(page: &mut String, thresholds: &[ThresholdResult]) {
    if thresholds.is_empty() {
        return;
    }
    page.push_str("<h2>Thresholds</h2>\n<div class=wide><table><thead><tr><th></th><th>Metric</th><th>Condition</th><th class=n>Was</th><th>Stands in</th></tr></thead><tbody>\n");
    for result in thresholds {
        let (tone, word) = match result.outcome {
            ThresholdOutcome::Passed => ("good", "PASS"),
            ThresholdOutcome::Crossed => ("bad", "FAIL"),
            ThresholdOutcome::NoData => ("bad", "NO DATA"),
            ThresholdOutcome::Inconclusive => ("doubt", "OPEN"),
        };
        let value = result.value.map_or_else(
            || "nothing was measured".to_owned(),
            |value| crate::report::load::measured(result, value),
        );
        let aborted = if result.aborted {
            "; it ended the run"
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td><code>{}</code></td><td><code>{}</code></td><td class=n>{}{aborted}</td><td class=faint>{}</td></tr>",
            pill(tone, word),
            Text(&result.metric),
            Text(&result.condition),
            Text(value),
            Text(result.place.as_deref().unwrap_or(""))
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn times(page: &mut String, load: &LoadReport) {
    page.push_str("<h2>Times by operation and step</h2>\n<div class=wide><table><thead><tr><th>Step</th><th class=n>Requests</th><th class=n>Failed</th><th>Time in ms</th><th class=n>p50</th><th class=n>p90</th><th class=n>p95</th><th class=n>p99</th><th class=n>p99.9</th><th class=n>max</th></tr></thead>\n");
    for step in &load.steps {
        let scenario = if load.scenarios.len() > 1 {
            format!("{}: ", step.scenario)
        } else {
            String::new()
        };
        let name = format!(
            "{}<br><span class=faint>{}{}/{}</span>",
            Text(&step.operation),
            Text(scenario),
            Text(&step.workflow),
            Text(&step.step)
        );
        step_times(page, &name, step, "");
    }
    if load.steps.len() != 1 {
        step_times(page, "All steps", &load.total, " class=sum");
    }
    page.push_str("</table></div>\n<p class=note>&ldquo;n too small&rdquo;: fewer than ten samples lie beyond that percentile.</p>\n");
}

fn step_times(page: &mut String, name: &str, step: &StepLoad, class: &str) {
    let rows: Vec<(&str, &Times)> = [
        ("response", &step.response_time),
        ("service", &step.service_time),
        ("throttled", &step.throttled_time),
    ]
    .into_iter()
    .filter(|(what, times)| times.count > 0 || *what == "response")
    .collect();
    let span = rows.len();
    page.push_str("<tbody class=step>\n");
    for (at, (what, times)) in rows.into_iter().enumerate() {
        let _ = write!(page, "<tr{class}>");
        if at == 0 {
            let _ = write!(
                page,
                "<td rowspan={span}>{name}</td><td class=n rowspan={span}>{}<br><span class=faint>{}/s</span></td><td class=n rowspan={span}>{}</td>",
                grouped(step.requests),
                measured(step.rate),
                share(step.failed, step.concluded())
            );
        }
        let _ = write!(page, "<td class=faint>{what}</td>");
        for cell in cells(times) {
            let _ = write!(page, "<td class=n>{cell}</td>");
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n");
}

/// The percentiles, but for those that too few samples lie beyond.
fn cells(latency: &Latency) -> [String; 6] {
    let shown = |share: f64, value: f64| match (latency.count, latency.tells(share)) {
        (0, _) => "-".to_owned(),
        (_, true) => measured(value),
        (_, false) => "<span class=faint>n too small</span>".to_owned(),
    };
    [
        shown(0.5, latency.p50_ms),
        shown(0.9, latency.p90_ms),
        shown(0.95, latency.p95_ms),
        shown(0.99, latency.p99_ms),
        shown(0.999, latency.p999_ms),
        shown(0.5, latency.max_ms),
    ]
}

fn scenarios(page: &mut String, scenarios: &[ScenarioLoad]) {
    page.push_str("<h2>Scenarios</h2>\n<div class=wide><table><thead><tr><th>Scenario</th><th class=n>Asked</th><th class=n>Begun</th><th class=n>Due</th><th class=n>Late</th><th class=n>Dropped</th><th class=n>Completed</th><th class=n>Failed</th><th class=n>Broken off</th><th class=n>Users</th><th class=n>Duration p50 / p95</th></tr></thead><tbody>\n");
    for scenario in scenarios {
        let asked = scenario
            .rate
            .asked
            .map_or_else(|| "-".to_owned(), |asked| format!("{}/s", measured(asked)));
        let _ = write!(
            page,
            "<tr><td>{}<br><span class=faint>{}</span></td><td class=n>{asked}</td><td class=n>{}/s</td>",
            Text(&scenario.name),
            Text(&scenario.executor),
            measured(scenario.rate.achieved)
        );
        for count in [
            scenario.due,
            scenario.late,
            scenario.dropped,
            scenario.completed,
            scenario.failed,
            scenario.interrupted,
            u64::from(scenario.vus_max),
        ] {
            let _ = write!(page, "<td class=n>{}</td>", grouped(count));
        }
        let [p50, _, p95, ..] = cells(&scenario.duration);
        let _ = writeln!(page, "<td class=n>{p50} / {p95} ms</td></tr>");
    }
    page.push_str("</tbody></table></div>\n");
}

/// What the generator knows about itself.
pub(super) fn generator(page: &mut String, load: &LoadReport) {
    let own = &load.generator;
    page.push_str("<h2>Answers and generator</h2>\n<dl>\n");
    let list = |counts: &mut dyn Iterator<Item = String>| {
        let all: Vec<String> = counts.collect();
        if all.is_empty() {
            "none".to_owned()
        } else {
            all.join(", ")
        }
    };
    let total = &load.total;
    let statuses = total.statuses.iter();
    let statuses =
        statuses.map(|(status, count)| format!("{status}\u{a0}\u{d7}\u{a0}{}", grouped(*count)));
    let silent = total.unanswered.iter();
    let silent = silent.map(|(what, count)| format!("{what}\u{a0}\u{d7}\u{a0}{}", grouped(*count)));
    define(page, "Answers", &list(&mut statuses.chain(silent)));
    if total.sent_again > 0 {
        let text = format!(
            "{}, as their connections were gone or the server had not looked at them",
            grouped(total.sent_again)
        );
        define(page, "Sent again", &text);
    }
    let judged = own.validation;
    define(
        page,
        "Bodies",
        &format!(
            "{} judged by their schemas: {} seen before, {} of a known shape, {} while they were read, {} by a list of their values, {} in full",
            grouped(total.validated),
            grouped(judged.seen),
            grouped(judged.shape),
            grouped(judged.stream),
            grouped(judged.tape),
            grouped(judged.full)
        ),
    );
    define(
        page,
        "Criteria",
        &format!(
            "{} judged, {} did not hold",
            grouped(total.criteria),
            grouped(total.criteria_failed)
        ),
    );
    let bytes = format!(
        "{} sent, {} received",
        bytes(total.sent_bytes),
        bytes(total.received_bytes)
    );
    define(page, "Bytes", &bytes);
    let busiest = own.busiest.map_or_else(String::new, |busiest| {
        format!(", the busiest {} of its time", percent(busiest))
    });
    define(page, "Threads", &format!("{}{busiest}", own.threads));
    if let Some(wait) = own.longest_wait {
        let text = format!("up to {} of a second", percent(wait));
        define(page, "Waiting for a processor", &text);
    }
    if let Some(segments) = own.segments {
        let text = format!(
            "{} of {}, of the whole machine",
            grouped(segments.again),
            grouped(segments.all)
        );
        define(page, "TCP segments sent again", &text);
    }
    if let Some(cost) = own.cpu_per_request_us {
        define(
            page,
            "CPU",
            &format!("{} \u{b5}s a request", measured(cost)),
        );
    }
    for (name, lag) in [
        ("Send lag", &own.send_lag),
        ("Receive lag", &own.receive_lag),
    ] {
        if lag.count > 0 {
            let text = format!(
                "p50 {} ms, p99 {} ms",
                measured(lag.p50_ms),
                measured(lag.p99_ms)
            );
            define(page, name, &text);
        }
    }
    if let Some(steal) = own.steal {
        define(page, "Stolen time", &percent(steal));
    }
    define(
        page,
        "Connections",
        &format!("{} opened", grouped(own.connections)),
    );
    let local = own.local.iter();
    let local =
        local.map(|(reason, count)| format!("{reason}\u{a0}\u{d7}\u{a0}{}", grouped(*count)));
    if !own.local.is_empty() {
        define(page, "Failed here", &list(&mut local.into_iter()));
    }
    page.push_str("</dl>\n");
}

/// What a reader needs to know about the measuring.
pub(super) fn configuration(page: &mut String, load: &LoadReport) {
    let seconds = |milliseconds: u64| measured(f64_of(milliseconds) / 1_000.0);
    define(
        page,
        "Measured",
        &format!("{} s", seconds(load.measured_ms)),
    );
    if load.warm_up_ms > 0 {
        define(
            page,
            "Warm-up",
            &format!("{} s, not measured", seconds(load.warm_up_ms)),
        );
    }
    define(page, "Plan", &load.plan);
    if let Some(shard) = &load.shard {
        define(
            page,
            "Shard",
            &format!("{} of {} ({})", shard.number, shard.of, shard.from),
        );
    }
    if let Some(merged) = &load.merged {
        define(
            page,
            "Merged from",
            &format!("{} of {} shards", merged.parts.len(), merged.of),
        );
    }
}

fn bytes(count: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut value = f64_of(count);
    let mut unit = 0;
    while value >= 1_000.0 && unit + 1 < units.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let unit = units.get(unit).unwrap_or(&"B");
    match *unit {
        "B" => format!("{count} B"),
        unit => format!("{} {unit}", measured(value)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn f64_of(count: u64) -> f64 {
    count as f64
}
