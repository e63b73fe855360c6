//! `timeline.ndjson`: a line for each second of a run under load, written while it goes on.

use jiff::SignedDuration;
use serde::Serialize;

use crate::record::{LoadReport, Second, SecondLoad};

/// What stands in a line: the row of the timeline with its time and rates.
#[derive(Serialize)]
struct Line<'a> {
    /// When the second began, in RFC 3339.
    time: String,
    /// Iterations that were due in a second; null where no executor asks for a rate.
    asked_rate: Option<f64>,
    /// Those that were begun in a second.
    achieved_rate: f64,
    /// Requests in a second.
    request_rate: f64,
    #[serde(flatten)]
    row: &'a SecondLoad,
}

/// The line of a second, a JSON object.
pub fn timeline_line(second: &Second) -> Result<String, serde_json::Error> {
    let row = &second.row;
    let at = i64::try_from(row.at_ms).unwrap_or(i64::MAX);
    let time = second.began.checked_add(SignedDuration::from_millis(at));
    let mut line = serde_json::to_string(&Line {
        time: time.unwrap_or(second.began).to_string(),
        asked_rate: row.due.map(|due| rate(due, row)),
        achieved_rate: rate(row.begun, row),
        request_rate: rate(row.requests, row),
        row,
    })?;
    line.push('\n');
    Ok(line)
}

/// The lines of a load that is over: one for each row of its timeline.
pub fn timeline(load: &LoadReport) -> Result<String, serde_json::Error> {
    let began = load.began.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut text = String::new();
    for row in &load.timeline {
        text.push_str(&timeline_line(&Second {
            began,
            row: row.clone(),
            steps: Vec::new(),
        })?);
    }
    Ok(text)
}

/// How many in a second.
#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
pub(super) fn rate(count: u64, row: &SecondLoad) -> f64 {
    let seconds = row.length_ms.max(1) as f64 / 1_000.0;
    (count as f64 / seconds * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_a_line() {
        let second = Second {
            began: "2026-01-01T00:00:00.5Z".parse().unwrap(),
            row: SecondLoad {
                at_ms: 1_500,
                length_ms: 500,
                due: Some(10),
                begun: 8,
                requests: 16,
                p99_ms: 2.5,
                ..SecondLoad::default()
            },
            steps: Vec::new(),
        };
        let line = timeline_line(&second).unwrap();
        let start = r#"{"time":"2026-01-01T00:00:02Z","asked_rate":20.0,"achieved_rate":16.0,"request_rate":32.0,"at_ms":1500,"#;
        assert!(line.starts_with(start), "{line}");
        assert!(
            line.ends_with("}\n") && line.contains(r#""p99_ms":2.5"#),
            "{line}"
        );
        assert_eq!(line.lines().count(), 1);
    }
}
