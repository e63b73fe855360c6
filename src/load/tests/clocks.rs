//! Clocks: machines whose clocks differ are told from each other by those of their target.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use jiff::{SignedDuration, Timestamp};

use super::server::{serve, with};
use super::{Came, GOOD, one_step, stand};
use crate::load::merge;
use crate::record::{ShardLoad, Soundness, Summary};

/// Two shards of a load; the target's clock is so many seconds ahead when each of them asks.
fn shards(ahead: [i64; 2]) -> Vec<Came> {
    let now = Arc::new(AtomicI64::new(0));
    let shown = now.clone();
    let served = serve(move |_| {
        let ahead = SignedDuration::from_secs(shown.load(SeqCst));
        let date = Timestamp::now().checked_add(ahead).unwrap();
        let date = date.strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n");
        with("200", &date.to_string(), GOOD)
    });
    let scenario = "    s: {executor: per-vu-iterations, vus: 4, iterations: 10, exec: w}\n";
    let came = ahead.iter().enumerate().map(|(number, ahead)| {
        now.store(*ahead, SeqCst);
        let mut stand = stand(scenario, &one_step());
        stand.options.shard = Some(ShardLoad {
            number: u64::try_from(number).unwrap(),
            of: 2,
            from: "a test".to_owned(),
            start_at: None,
        });
        stand.run(&served.url)
    });
    came.collect()
}

fn merged(came: &[Came]) -> Summary {
    let began = came[0].report.began.clone();
    let reports = came.iter().enumerate().map(|(number, came)| {
        let text = crate::report::json(&came.summary).unwrap();
        let mut summary = Summary::read(&text).unwrap();
        summary.load.as_mut().unwrap().began.clone_from(&began);
        (format!("{number}.json"), summary)
    });
    merge(reports.collect()).unwrap()
}

#[test]
fn clocks_that_differ_are_told_when_reports_are_merged() {
    let came = shards([0, -1_000]);
    let clock = came[1].report.generator.clock.unwrap();
    assert!(
        clock.most_ms >= 1_000_000 && clock.least_ms <= 1_000_000,
        "{clock:?}"
    );
    let whole = merged(&came);
    let load = whole.load.unwrap();
    let doubt = load
        .doubts
        .iter()
        .find(|doubt| doubt.contains("the clocks of shards 0 and 1"));
    assert!(
        doubt.is_some_and(|doubt| doubt.contains(" s at least")),
        "{:?}",
        load.doubts
    );
    assert_ne!(load.soundness, Soundness::Valid);
    assert_eq!(load.generator.clock, None);
}

#[test]
fn clocks_that_agree_are_no_matter() {
    let whole = merged(&shards([7, 7]));
    let load = whole.load.unwrap();
    assert!(!load.doubts.iter().any(|doubt| doubt.contains("clocks")));
}
