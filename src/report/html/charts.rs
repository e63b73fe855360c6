//! The charts of a run under load: times by percentile, and what went on second by second.

use super::chart::{Chart, Line, Mark};
use super::markup::{grouped, measured};
use crate::record::{Durations, Latency, LoadReport, SecondLoad, StepLoad};

/// How many samples must lie beyond a percentile for it to mean something.
const BEYOND: f64 = 10.0;
/// Up to how many rows each has a tip of its own.
const MOST_TIPS: usize = 360;
/// How many places of a percentile plot are looked at.
const PLACES: u32 = 160;

/// All the charts.
pub(super) fn charts(load: &LoadReport) -> String {
    let mut html = String::from("<div class=charts>\n");
    if load.total.response_time.count > 0 {
        html.push_str(&percentiles(&load.total).figure());
    }
    let times = Times::of(load);
    if load.timeline.len() > 1 {
        for chart in [
            times.rates(),
            times.response(),
            times.service(),
            times.errors(),
            times.users(),
            times.connections(),
            times.lag(),
        ] {
            html.push_str(&chart.figure());
        }
    }
    html.push_str("</div>\n");
    html
}

/// Response and service time by percentile. The axis across grows with the nines.
fn percentiles(total: &StepLoad) -> Chart<'static> {
    let (response, service) = (
        total.response_time.durations(),
        total.service_time.durations(),
    );
    let most = number(response.count().max(service.count())).max(10.0);
    let nines = most.log10().min(7.0);
    let mut lines = Vec::new();
    for (name, look, all) in [("response", "l1", &response), ("service", "l2", &service)] {
        let own = number(all.count()).max(1.0).log10();
        // Where the samples beyond are too few, the line is thin.
        let sure = (number(all.count()) / BEYOND).max(1.0).log10();
        lines.push(Line {
            name,
            look,
            points: places(all, nines, 0.0, sure),
        });
        if sure < own {
            let faint = if look == "l1" {
                "l1 unsure"
            } else {
                "l2 unsure"
            };
            lines.push(Line {
                name: if look == "l1" { "n too small" } else { "" },
                look: faint,
                points: places(all, nines, sure, own),
            });
        }
    }
    lines.retain(|line| !line.points.is_empty());
    let names = [
        "0",
        "90 %",
        "99 %",
        "99.9 %",
        "99.99 %",
        "99.999 %",
        "99.9999 %",
    ];
    let marks = names.iter().zip(0_u32..).map(|(name, place)| Mark {
        at: f64::from(place) / nines,
        name: (*name).to_owned(),
    });
    Chart {
        title: "Times by percentile",
        unit: "ms",
        lines,
        marks: marks.filter(|mark| mark.at <= 1.0).collect(),
        shade: None,
        tips: Vec::new(),
        may_be_log: true,
    }
}

/// The quantiles between two places of the axis, which counts nines.
fn places(all: &Durations, nines: f64, from: f64, to: f64) -> Vec<Option<(f64, f64)>> {
    if all.count() == 0 {
        return Vec::new();
    }
    let places =
        (0..=PLACES).map(|place| from + (to - from) * f64::from(place) / f64::from(PLACES));
    let value = |place: f64| (place / nines, all.quantile_ms(1.0 - 10_f64.powf(-place)));
    places.map(|place| Some(value(place))).collect()
}

/// The rows of a timeline with the time axis that they share.
struct Times<'a> {
    load: &'a LoadReport,
    rows: &'a [SecondLoad],
    /// How long all is, in milliseconds.
    length: f64,
}

impl<'a> Times<'a> {
    fn of(load: &'a LoadReport) -> Self {
        let last = load.timeline.last();
        let length = last.map_or(1, |last| (last.at_ms + last.length_ms).max(1));
        Self {
            load,
            rows: &load.timeline,
            length: number(length),
        }
    }

    fn line(
        &self,
        name: &'static str,
        look: &'static str,
        of: impl Fn(&SecondLoad) -> Option<f64>,
    ) -> Line<'static> {
        let middle = |row: &SecondLoad| number(row.at_ms) + number(row.length_ms) / 2.0;
        // A last row of some milliseconds tells of the end, not of a rate.
        let longest = self.rows.iter().map(|row| row.length_ms).max().unwrap_or(0);
        let rows = self.rows.iter().filter(|row| row.length_ms * 4 >= longest);
        let points = rows.map(|row| of(row).map(|value| (middle(row) / self.length, value)));
        Line {
            name,
            look,
            points: points.collect(),
        }
    }

    fn chart(
        &self,
        (title, unit): (&'static str, &'static str),
        lines: Vec<Line<'static>>,
        tip: impl Fn(&SecondLoad) -> String,
    ) -> Chart<'static> {
        let mut tips = Vec::new();
        if self.rows.len() <= MOST_TIPS {
            let told = |row: &SecondLoad| format!("{}: {}", clock(row.at_ms), tip(row));
            tips = self.rows.iter().map(told).collect();
        }
        let warm_up = number(self.load.warm_up_ms) / self.length;
        Chart {
            title,
            unit,
            lines,
            marks: self.marks(),
            shade: (self.load.warm_up_ms > 0).then_some((0.0, warm_up, "warm-up")),
            tips,
            may_be_log: unit == "ms",
        }
    }

    /// Some five or six moments.
    fn marks(&self) -> Vec<Mark> {
        let seconds = self.length / 1_000.0;
        let steps = [
            1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0,
            7_200.0, 14_400.0, 28_800.0, 86_400.0,
        ];
        let step = steps.iter().find(|step| seconds / **step <= 7.0);
        let step = step.copied().unwrap_or(seconds / 5.0);
        let marks = (0_u32..8).map(|n| f64::from(n) * step);
        let marks = marks.take_while(|at| *at <= seconds);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time within the run"
        )]
        let named = marks.map(|at| Mark {
            at: at / seconds,
            name: clock((at * 1_000.0) as u64),
        });
        named.collect()
    }

    fn rates(&self) -> Chart<'static> {
        let asks = self.rows.iter().any(|row| row.due.is_some());
        let asked = |row: &SecondLoad| row.due.map(|due| rate(due, row));
        let mut lines = Vec::new();
        if asks {
            lines.push(self.line("asked", "l4", asked));
        }
        lines.push(self.line("begun", "l1", |row| Some(rate(row.begun, row))));
        self.chart(("Iterations", "per second"), lines, |row| {
            let asked = asked(row).map_or_else(String::new, |asked| {
                format!("{} asked for, ", measured(asked))
            });
            let begun = measured(rate(row.begun, row));
            format!("{asked}{begun} begun, {} late", grouped(row.late))
        })
    }

    fn response(&self) -> Chart<'static> {
        let times = |row: &SecondLoad| [row.p50_ms, row.p95_ms, row.p99_ms, row.max_ms];
        self.spread("Response time, from when it was due", times)
    }

    fn service(&self) -> Chart<'static> {
        self.spread("Service time, from sending", |row| {
            [
                row.service_p50_ms,
                row.service_p95_ms,
                row.service_p99_ms,
                row.service_max_ms,
            ]
        })
    }

    /// Percentiles of each row: thin where too few samples lie beyond them.
    fn spread(
        &self,
        title: &'static str,
        times: impl Fn(&SecondLoad) -> [f64; 4],
    ) -> Chart<'static> {
        let quantiles: [(&str, f64, [&str; 2]); 3] = [
            ("p50", 0.5, ["l1", "l1 unsure"]),
            ("p95", 0.95, ["l2", "l2 unsure"]),
            ("p99", 0.99, ["l3", "l3 unsure"]),
        ];
        let (mut lines, mut faint) = (Vec::new(), Vec::new());
        for (at, (name, share, [sure, unsure])) in quantiles.into_iter().enumerate() {
            let value = |row: &SecondLoad| {
                let [.., max] = times(row);
                times(row).get(at).copied().filter(|_| max > 0.0)
            };
            let told = self.line(name, sure, |row| value(row).filter(|_| tells(row, share)));
            let all = self.line("n too small", unsure, value);
            let has_gaps =
                all.points.iter().flatten().count() > told.points.iter().flatten().count();
            lines.push(told);
            if has_gaps {
                let name = if faint.is_empty() { all.name } else { "" };
                faint.push(Line { name, ..all });
            }
        }
        lines.append(&mut faint);
        self.chart((title, "ms"), lines, |row| {
            let shown = |share: f64, value: f64| {
                if tells(row, share) {
                    measured(value)
                } else {
                    "-".to_owned()
                }
            };
            let [p50, p95, p99, max] = times(row);
            let [p50, p95, p99] =
                [(0.5, p50), (0.95, p95), (0.99, p99)].map(|(share, value)| shown(share, value));
            format!("p50 {p50}, p95 {p95}, p99 {p99}, max {} ms", measured(max))
        })
    }

    fn errors(&self) -> Chart<'static> {
        let mut lines = vec![
            self.line("requests", "l4", |row| Some(rate(row.requests, row))),
            self.line("failed", "l3", |row| Some(rate(row.failed, row))),
            self.line("schema broken", "l2", |row| {
                Some(rate(row.schema_violations, row))
            }),
            self.line("throttled", "l1", |row| Some(rate(row.throttled, row))),
        ];
        // What never happened would only lie below what else did not.
        lines.retain(|line| {
            let mut values = line.points.iter().flatten().map(|(_, value)| *value);
            matches!(line.name, "requests" | "failed") || values.any(|value| value > 0.0)
        });
        self.chart(("Requests and errors", "per second"), lines, |row| {
            format!(
                "{} requests, {} failed, {} broke their schemas, {} throttled",
                grouped(row.requests),
                grouped(row.failed),
                grouped(row.schema_violations),
                grouped(row.throttled)
            )
        })
    }

    fn users(&self) -> Chart<'static> {
        let lines = vec![self.line("in an iteration", "l1", |row| Some(f64::from(row.vus)))];
        self.chart(("Virtual users", "at once"), lines, |row| {
            format!("{} in an iteration", row.vus)
        })
    }

    fn connections(&self) -> Chart<'static> {
        let opened = |row: &SecondLoad| Some(rate(row.connections, row));
        let lines = vec![self.line("opened", "l1", opened)];
        self.chart(("Connections", "per second"), lines, |row| {
            format!("{} opened", row.connections)
        })
    }

    fn lag(&self) -> Chart<'static> {
        let lines = vec![self.line("p99", "l1", |row| Some(row.send_lag_p99_ms))];
        self.chart(("The generator's own lag", "ms"), lines, |row| {
            format!("p99 {} ms", measured(row.send_lag_p99_ms))
        })
    }
}

/// Whether at least ten answers of a row lie beyond a percentile. Those that failed may have been none.
fn tells(row: &SecondLoad, share: f64) -> bool {
    let answers = row.requests.saturating_sub(row.failed + row.throttled);
    let answers = Latency {
        count: answers,
        ..Latency::default()
    };
    share <= 0.5 || answers.tells(share)
}

fn rate(count: u64, row: &SecondLoad) -> f64 {
    number(count) * 1_000.0 / number(row.length_ms.max(1))
}

/// A time of the run: `45 s`, `1:30`, `2:00:00`.
pub(super) fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest} s"),
        (0, _) => format!("{minutes}:{rest:02}"),
        _ => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}
