//! Joined timelines: the seconds of several machines as those of one.

use std::collections::BTreeMap;

use super::timeline::set_times;
use crate::record::{Durations, LoadReport, Packed, SecondLoad, StepWindow, WindowLoad};

/// Which part of a load something is in: the warm-up stands before what is measured in the same second.
type Place = (u64, bool);

/// What steps did in a part, with the histograms in a form that can be added.
#[derive(Default)]
struct Window {
    at_ms: Option<u64>,
    length_ms: u64,
    steps: BTreeMap<usize, (StepWindow, Durations, Durations)>,
}

/// The timeline of several machines, in rows as long as the longest windows of any of them, so that
/// their quantiles are read from histograms.
pub(super) fn joined(loads: &[&LoadReport]) -> (Vec<SecondLoad>, Vec<WindowLoad>) {
    let windows = loads.iter().flat_map(|load| &load.windows);
    let longest = windows.map(|window| window.length_ms).max().unwrap_or(0);
    let length = longest.max(1).div_ceil(1_000) * 1_000;
    let place = |at: u64, is_warm_up: bool| -> Place { (at / length, !is_warm_up) };
    let mut windows: BTreeMap<Place, Window> = BTreeMap::new();
    let mut rows: BTreeMap<Place, SecondLoad> = BTreeMap::new();
    for load in loads {
        let mut lengths: BTreeMap<Place, u64> = BTreeMap::new();
        for window in &load.windows {
            let place = place(window.at_ms, window.is_warm_up);
            *lengths.entry(place).or_default() += window.length_ms;
            windows.entry(place).or_default().add(window);
        }
        for (place, length) in lengths {
            let own = windows.entry(place).or_default();
            own.length_ms = own.length_ms.max(length);
        }
        let mut users: BTreeMap<Place, u32> = BTreeMap::new();
        for row in &load.timeline {
            let place = place(row.at_ms, row.is_warm_up);
            let most = users.entry(place).or_default();
            *most = (*most).max(row.vus);
            if let Some(own) = rows.get_mut(&place) {
                add(own, row);
            } else {
                let first = SecondLoad {
                    vus: 0,
                    ..row.clone()
                };
                rows.insert(place, first);
            }
        }
        for (place, most) in users {
            if let Some(row) = rows.get_mut(&place) {
                row.vus += most;
            }
        }
    }
    for (place, row) in &mut rows {
        let Some(window) = windows.get(place) else {
            continue;
        };
        let (mut response, mut service) = (Durations::default(), Durations::default());
        for (_, one, other) in window.steps.values() {
            response.add(one);
            service.add(other);
        }
        let lag = row.send_lag_p99_ms;
        set_times(row, &response, &service, &Durations::default());
        // Histograms of lags are kept for the whole only: the worst machine's is told.
        row.send_lag_p99_ms = lag;
        row.at_ms = window.at_ms.unwrap_or(row.at_ms);
        row.length_ms = window.length_ms;
    }
    let windows = windows.into_iter();
    let windows = windows.map(|((_, is_measured), window)| window.packed(!is_measured));
    (rows.into_values().collect(), windows.collect())
}

fn add(own: &mut SecondLoad, row: &SecondLoad) {
    own.at_ms = own.at_ms.min(row.at_ms);
    own.count(row);
    own.send_lag_p99_ms = own.send_lag_p99_ms.max(row.send_lag_p99_ms);
}

impl Window {
    fn add(&mut self, window: &WindowLoad) {
        let at = self.at_ms.unwrap_or(window.at_ms);
        self.at_ms = Some(at.min(window.at_ms));
        for step in &window.steps {
            let (response, service) = (
                step.response_time.durations(),
                step.service_time.durations(),
            );
            if let Some((own, own_response, own_service)) = self.steps.get_mut(&step.step) {
                own.requests += step.requests;
                own.failed += step.failed;
                own.throttled += step.throttled;
                own.schema_violations += step.schema_violations;
                own_response.add(&response);
                own_service.add(&service);
            } else {
                let own = (step.clone(), response, service);
                self.steps.insert(step.step, own);
            }
        }
    }

    fn packed(self, is_warm_up: bool) -> WindowLoad {
        let steps = self.steps.into_values();
        let steps = steps.map(|(step, response, service)| StepWindow {
            response_time: Packed::from(&response),
            service_time: Packed::from(&service),
            ..step
        });
        WindowLoad {
            at_ms: self.at_ms.unwrap_or_default(),
            length_ms: self.length_ms,
            is_warm_up,
            steps: steps.collect(),
        }
    }
}
