//! Beside: whether machines made their parts of a load side by side, so that their rates can be added.

use std::time::Duration;

use jiff::Timestamp;

use crate::record::LoadReport;

/// How far apart machines may begin without a word.
pub(super) const MOST_APART: Duration = Duration::from_secs(1);

/// How far apart two machines began.
pub(super) fn apart(one: &LoadReport, other: &LoadReport) -> Duration {
    let both = began(one).zip(began(other));
    both.map_or(Duration::ZERO, |(one, other)| {
        one.duration_since(other).unsigned_abs()
    })
}

/// How long the load of a machine was.
pub(super) fn length(load: &LoadReport) -> Duration {
    Duration::from_millis(load.warm_up_ms.saturating_add(load.measured_ms))
}

/// What keeps the parts of machines, by number, from being one load: that they were not to begin together, or
/// that they were side by side for less than half of the shortest.
pub(super) fn gap(parts: &[(u64, &LoadReport)]) -> Option<String> {
    appointments(parts).or_else(|| spans(parts))
}

/// That machines were told to begin at different times, further apart than a second and than a tenth of the
/// shortest load: `+30s` of one is not quite that of another.
fn appointments(parts: &[(u64, &LoadReport)]) -> Option<String> {
    let times = parts.iter().filter_map(|(number, load)| {
        let at = load.shard.as_ref()?.start_at.as_ref()?;
        let at: Timestamp = at.parse().ok()?;
        Some((*number, at))
    });
    let times: Vec<(u64, Timestamp)> = times.collect();
    let (one, first) = times.iter().min_by_key(|(_, at)| *at)?;
    let (other, last) = times.iter().max_by_key(|(_, at)| *at)?;
    let shortest = parts.iter().map(|(_, load)| length(load)).min()?;
    let apart = last.duration_since(*first).unsigned_abs();
    (apart > MOST_APART.max(shortest / 10)).then(|| {
        format!(
            "shard {one} was to begin at {first}, and shard {other} at {last}: they are of two runs, or --start-at was not the same"
        )
    })
}

fn spans(parts: &[(u64, &LoadReport)]) -> Option<String> {
    let busy = parts.iter().filter(|(_, load)| load.total.requests > 0);
    let spans: Vec<(u64, Timestamp, Timestamp)> = busy
        .filter_map(|(number, load)| {
            let begin = began(load)?;
            let long = length(load).saturating_sub(Duration::from_millis(load.late_ms));
            Some((*number, begin, begin.checked_add(long).ok()?))
        })
        .collect();
    let (first, _, end) = spans.iter().min_by_key(|(.., end)| *end)?;
    let (last, begin, _) = spans.iter().max_by_key(|(_, begin, _)| *begin)?;
    let all = spans.iter().map(|(_, begin, _)| *begin);
    let earliest = all.min()?;
    if begin.duration_since(earliest).unsigned_abs() <= MOST_APART {
        return None;
    }
    let shortest = spans
        .iter()
        .map(|(_, begin, end)| end.duration_since(*begin));
    let shortest = shortest.min()?.as_secs_f64();
    let together = end.duration_since(*begin).as_secs_f64();
    if together >= shortest / 2.0 {
        return None;
    }
    Some(if together <= 0.0 {
        format!(
            "shard {last} began {:.1} s after shard {first} had ended: no second had the load of all",
            -together
        )
    } else {
        format!("all shards were side by side for {together:.1} s only, see --start-at")
    })
}

fn began(load: &LoadReport) -> Option<Timestamp> {
    let began: Timestamp = load.began.parse().ok()?;
    let late = Duration::from_millis(load.late_ms);
    began.checked_add(late).ok()
}
