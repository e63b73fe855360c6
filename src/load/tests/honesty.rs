//! A target that stalls: neither the load nor the latencies look away.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use super::server::{Served, json, serve};
use super::{Came, GOOD, one_step, stand};

/// Nobody is answered for 300 ms after the hundredth request has come.
fn stalling() -> Served {
    let door = Mutex::new(());
    serve(move |asked| {
        let open = door.lock().unwrap();
        if asked.number == 100 {
            thread::sleep(Duration::from_millis(300));
        }
        drop(open);
        json("200", GOOD)
    })
}

fn stalled(vus: &str) -> (Came, Served) {
    let served = stalling();
    let scenario = format!(
        "    s: {{executor: constant-arrival-rate, rate: 200, duration: 2s, {vus}, exec: w}}\n"
    );
    (stand(&scenario, &one_step()).run(&served.url), served)
}

#[test]
fn with_few_users_arrivals_wait_and_their_response_times_say_so() {
    let (came, served) = stalled("preAllocatedVUs: 2");
    let own = came.scenario();
    assert_eq!((own.due, own.begun, own.dropped), (400, 400, 0));
    assert_eq!(served.count(), 400);
    assert_eq!(served.connections(), 2);
    // Of the 60 arrivals that fall into the stall two were on their way. A busy machine adds others.
    assert!(own.late >= 40, "{}", own.late);
    let total = &came.report.total;
    assert!(
        total.response_time.p99_ms >= 200.0,
        "{:?}",
        total.response_time
    );
    assert!(
        total.response_time.p90_ms >= 50.0,
        "{:?}",
        total.response_time
    );
    // Only those that were on their way when it stalled had to wait for the server itself.
    assert!(total.service_time.p95_ms < 50.0, "{:?}", total.service_time);
    assert!(
        total.service_time.max_ms >= 250.0,
        "{:?}",
        total.service_time
    );
    assert!(!came.report.doubts.is_empty(), "late arrivals are told");
}

#[test]
fn with_users_to_spare_connections_are_opened_while_it_stalls() {
    let (came, served) = stalled("preAllocatedVUs: 2, maxVUs: 200");
    let own = came.scenario();
    assert_eq!((own.due, own.begun, own.late), (400, 400, 0));
    assert!(served.connections() >= 40, "{}", served.connections());
    assert!(own.vus_max >= 40, "{}", own.vus_max);
    let times = &came.report.total;
    assert!(
        times.response_time.p99_ms >= 200.0,
        "{:?}",
        times.response_time
    );
    assert!(
        times.service_time.p99_ms >= 200.0,
        "the requests really were there"
    );
}
