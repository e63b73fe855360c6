//! The timeline: what is kept of the seconds of a run. However long it goes on, the memory does not
//! grow: of long runs several seconds are put together.

use std::time::Duration;

use crate::record::{Durations, Packed, Second, SecondLoad, StepWindow, WindowLoad};

/// How many rows are kept.
const MOST_ROWS: usize = 1_800;
/// How many windows with histograms are kept.
const MOST_WINDOWS: usize = 300;

/// What is kept of the seconds of a run.
#[derive(Debug)]
pub(super) struct Timeline {
    rows: Kept<Row>,
    windows: Kept<WindowLoad>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self::holding(MOST_ROWS, MOST_WINDOWS)
    }
}

impl Timeline {
    fn holding(rows: usize, windows: usize) -> Self {
        Self {
            rows: Kept::new(rows),
            windows: Kept::new(windows),
        }
    }

    /// Takes a second with the response and service times of all steps, and the times that arrivals were
    /// put down too late.
    pub(super) fn take(&mut self, second: &Second, [response, service, lag]: [&Durations; 3]) {
        let steps = second.steps.iter().enumerate();
        let steps = steps.filter(|(_, step)| step.requests > 0);
        self.windows.take(WindowLoad {
            at_ms: second.row.at_ms,
            length_ms: second.row.length_ms,
            is_warm_up: second.row.is_warm_up,
            steps: steps
                .map(|(number, step)| StepWindow {
                    step: number,
                    requests: step.requests,
                    failed: step.failed,
                    throttled: step.throttled,
                    schema_violations: step.schema_violations,
                    response_time: Packed::from(&step.response),
                    service_time: Packed::from(&step.service),
                })
                .collect(),
        });
        self.rows.take(Row {
            row: second.row.clone(),
            times: [response, service, lag].map(Packed::from),
        });
    }

    /// What is kept.
    pub(super) fn into_parts(self) -> (Vec<SecondLoad>, Vec<WindowLoad>) {
        let rows = self.rows.all.into_iter().map(|row| row.row).collect();
        (rows, self.windows.all)
    }
}

/// A part of a run that can be put together with the part behind it.
trait Part {
    /// When it began, and whether it belongs to the warm-up.
    fn place(&self) -> (u64, bool);
    /// Takes the part behind it.
    fn join(&mut self, next: Self);
}

/// Parts of equal length, at most so many.
#[derive(Debug)]
struct Kept<T> {
    all: Vec<T>,
    most: usize,
    /// How long each is, in milliseconds.
    length: u64,
}

impl<T: Part> Kept<T> {
    fn new(most: usize) -> Self {
        Self {
            all: Vec::new(),
            most,
            length: 1_000,
        }
    }

    fn take(&mut self, part: T) {
        self.add(part);
        while self.all.len() > self.most && self.length < u64::MAX / 2 {
            self.length *= 2;
            for part in std::mem::take(&mut self.all) {
                self.add(part);
            }
            // A part of the warm-up stands alone: two may be the fewest there are.
            if self.all.len() <= 2 {
                break;
            }
        }
    }

    fn add(&mut self, part: T) {
        let length = self.length;
        let place = |part: &T| {
            let (at, is_warm_up) = part.place();
            (at / length, is_warm_up)
        };
        match self.all.last_mut() {
            Some(last) if place(last) == place(&part) => last.join(part),
            _ => self.all.push(part),
        }
    }
}

/// A row with what its quantiles are read from: response, service, lag.
#[derive(Debug)]
struct Row {
    row: SecondLoad,
    times: [Packed; 3],
}

impl Part for Row {
    fn place(&self) -> (u64, bool) {
        (self.row.at_ms, self.row.is_warm_up)
    }

    fn join(&mut self, next: Self) {
        let own = &mut self.row;
        let Self { row, times } = next;
        own.length_ms += row.length_ms;
        own.count(&row);
        own.vus = own.vus.max(row.vus);
        let all = [0, 1, 2].map(|at: usize| sum(&self.times[at], &times[at]));
        let [response, service, lag] = &all;
        set_times(own, response, service, lag);
        self.times = [response, service, lag].map(Packed::from);
    }
}

impl Part for WindowLoad {
    fn place(&self) -> (u64, bool) {
        (self.at_ms, self.is_warm_up)
    }

    fn join(&mut self, next: Self) {
        self.length_ms += next.length_ms;
        for step in next.steps {
            let Some(own) = self.steps.iter_mut().find(|own| own.step == step.step) else {
                self.steps.push(step);
                continue;
            };
            own.requests += step.requests;
            own.failed += step.failed;
            own.throttled += step.throttled;
            own.schema_violations += step.schema_violations;
            own.response_time = Packed::from(&sum(&own.response_time, &step.response_time));
            own.service_time = Packed::from(&sum(&own.service_time, &step.service_time));
        }
        self.steps.sort_by_key(|step| step.step);
    }
}

fn sum(one: &Packed, other: &Packed) -> Durations {
    let mut sum = one.durations();
    sum.add(&other.durations());
    sum
}

/// Writes the quantiles of a row.
pub(super) fn set_times(
    row: &mut SecondLoad,
    response: &Durations,
    service: &Durations,
    lag: &Durations,
) {
    let latency = response.latency();
    row.p50_ms = latency.p50_ms;
    row.p95_ms = latency.p95_ms;
    row.p99_ms = latency.p99_ms;
    row.max_ms = latency.max_ms;
    let latency = service.latency();
    row.service_p50_ms = latency.p50_ms;
    row.service_p95_ms = latency.p95_ms;
    row.service_p99_ms = latency.p99_ms;
    row.service_max_ms = latency.max_ms;
    row.send_lag_p99_ms = lag.latency().p99_ms;
}

/// A duration in whole milliseconds.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::StepSecond;

    fn second(at: u64, warm_up: u64) -> (Second, Durations) {
        let mut response = Durations::default();
        response.record(Duration::from_millis(at + 1));
        let mut row = SecondLoad {
            at_ms: at * 1_000,
            length_ms: 1_000,
            is_warm_up: at < warm_up,
            due: Some(1),
            begun: 1,
            requests: 1,
            vus: u32::try_from(at).unwrap(),
            ..SecondLoad::default()
        };
        set_times(&mut row, &response, &response, &response);
        let called = StepSecond {
            requests: 1,
            response: response.clone(),
            service: response.clone(),
            ..StepSecond::default()
        };
        // Even seconds call the one step, odd ones the other.
        let mut steps = vec![StepSecond::default(), called];
        steps.rotate_left(usize::try_from(at % 2).unwrap());
        let began = jiff::Timestamp::UNIX_EPOCH;
        (Second { began, row, steps }, response)
    }

    fn kept(seconds: u64, warm_up: u64) -> (Vec<SecondLoad>, Vec<WindowLoad>) {
        let mut timeline = Timeline::holding(10, 4);
        for at in 0..seconds {
            let (second, times) = second(at, warm_up);
            timeline.take(&second, [&times, &times, &times]);
        }
        timeline.into_parts()
    }

    #[test]
    fn a_short_run_keeps_each_second() {
        let (rows, windows) = kept(4, 1);
        let at: Vec<u64> = rows.iter().map(|row| row.at_ms).collect();
        assert_eq!(at, [0, 1_000, 2_000, 3_000]);
        assert_eq!(windows.len(), 4);
        assert_eq!(windows[1].steps.len(), 1);
        assert_eq!(windows[1].steps[0].step, 0);
        assert!((rows[3].p50_ms - 4.0).abs() < 0.01);
    }

    #[test]
    fn a_long_run_puts_seconds_together_and_loses_none() {
        for (seconds, warm_up) in [(11, 0), (100, 0), (101, 3), (700, 1)] {
            let (rows, windows) = kept(seconds, warm_up);
            assert!(rows.len() <= 10 && rows.len() > 4, "{}", rows.len());
            assert!(windows.len() <= 4, "{}", windows.len());
            let sum = |of: fn(&SecondLoad) -> u64| rows.iter().map(of).sum::<u64>();
            assert_eq!(sum(|row| row.requests), seconds);
            assert_eq!(sum(|row| row.due.unwrap()), seconds);
            assert_eq!(sum(|row| row.length_ms), seconds * 1_000);
            let early = rows.iter().filter(|row| row.is_warm_up);
            assert_eq!(early.map(|row| row.requests).sum::<u64>(), warm_up);
            let last = rows.last().unwrap();
            let longest = u32::try_from(seconds).unwrap();
            assert!((last.max_ms / f64::from(longest) - 1.0).abs() < 0.002);
            assert_eq!(last.vus + 1, longest);
            let steps = windows.iter().flat_map(|window| &window.steps);
            let in_windows: u64 = steps
                .map(|step| step.response_time.durations().count())
                .sum();
            assert_eq!(in_windows, seconds);
        }
    }
}
