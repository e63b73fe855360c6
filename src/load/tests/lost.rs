//! Targets that go away, or that let nobody in: that is said, and no such run passes.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use super::server::{json, serve};
use super::{Came, GOOD, Stand, one_step, stand, stand_with, times};
use crate::code::{Code, Severity};
use crate::probe::Ended;
use crate::record::Outcome;

/// A server that answers so many requests, each over a connection of its own, and is gone before the
/// last of these answers is read. The address is nobody else's, so that its port stays closed.
fn mortal(answers: usize) -> String {
    let listener = TcpListener::bind("127.91.7.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut listener = Some(listener);
        for number in 1..=answers {
            let Some((mut stream, _)) = listener.as_ref().and_then(|own| own.accept().ok()) else {
                return;
            };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            if number == answers {
                listener = None;
            }
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{GOOD}",
                GOOD.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

fn codes(came: &Came) -> Vec<(Code, usize, Severity)> {
    let rows = came.summary.findings.iter();
    rows.map(|row| (row.code, row.count, row.severity))
        .collect()
}

#[test]
fn a_target_that_goes_away_is_a_finding_and_no_run_that_passes() {
    let came = stand(&times(12), &one_step()).run(&mortal(5));
    let total = &came.report.total;
    assert_eq!((total.statuses[&200], total.unanswered["refused"]), (5, 7));
    assert_eq!(codes(&came), [(Code::TARGET_LOST, 7, Severity::Error)]);
    assert_eq!(total.findings[&Code::TARGET_LOST], 7);
    assert_eq!(
        (came.summary.verdict, came.summary.exit_code),
        (Outcome::Failed, 1)
    );
    let written = came.written();
    assert!(written.contains("the connection was refused"));
    assert!(written.contains("though the target answered other requests of the run"));
    let screen = came.screen();
    assert!(screen.contains("list (7 requests)"), "{screen}");
}

#[test]
fn a_target_that_was_never_there_is_said_once_of_the_run() {
    let came = stand(&times(12), &one_step()).run("http://127.0.0.1:1");
    assert!(matches!(came.ended, Ended::Unreachable(_)));
    assert!(came.summary.findings.is_empty() && came.report.total.findings.is_empty());
    assert_eq!(came.summary.exit_code, 3);
}

/// A server under TLS that nobody can speak to.
fn deaf() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(b"HTTP/1.1 400 x\r\nconnection: close\r\n\r\n");
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read(&mut [0; 4096]);
        }
    });
    url
}

#[test]
fn a_target_with_which_tls_fails_was_not_reached() {
    let came = stand(&times(12), &one_step()).run(&deaf());
    assert!(
        matches!(&came.ended, Ended::Unreachable(why) if why.contains("TLS failed")),
        "{:?}",
        came.ended
    );
    assert_eq!(came.report.total.unanswered["tls"], 12);
    assert!(came.summary.findings.is_empty());
    assert_eq!(came.summary.exit_code, 3);
}

/// A load of which every answer has this status, and whether the document has it.
fn refused(status: &'static str, is_documented: bool) -> Came {
    let api = if is_documented {
        super::API.replace(
            "{'200': {description: d, content",
            &format!("{{'{status}': {{description: d}}, '200': {{description: d, content"),
        )
    } else {
        super::API.to_owned()
    };
    let profile = format!(
        "  scenarios:\n{}  thresholds: {{undocumented_status: rate==0, checks: rate==1, http_req_failed: rate==0}}\n",
        times(30)
    );
    let stand: Stand = stand_with(&api, &profile, &one_step());
    stand.run(&serve(move |_| json(status, "")).url)
}

#[test]
fn credentials_that_are_refused_throughout_prove_nothing_documented_or_not() {
    for (status, is_documented) in [("401", true), ("401", false), ("403", false), ("403", true)] {
        let came = refused(status, is_documented);
        assert!(matches!(came.ended, Ended::Unauthorized(_)));
        let what = format!("{status} {is_documented}: {:?}", codes(&came));
        assert_eq!(
            (came.summary.verdict, came.summary.exit_code),
            (Outcome::Inconclusive, 3),
            "{what}"
        );
        let has = |code| codes(&came).iter().any(|found| found.0 == code);
        assert_eq!(has(Code::UNDECLARED_REJECTION), !is_documented, "{what}");
        assert!(codes(&came).iter().all(|found| found.2 < Severity::Error));
    }
}

#[test]
fn one_answer_that_is_not_refused_makes_the_refusals_findings() {
    let served = serve(|asked| match asked.number {
        7 => json("200", GOOD),
        _ => json("401", ""),
    });
    let came = stand(&times(8), &one_step()).run(&served.url);
    assert_eq!(came.ended, Ended::Completed);
    assert_eq!(came.summary.exit_code, 1);
    assert!(
        codes(&came)
            .iter()
            .any(|found| found.0 == Code::CRITERION_FAILED && found.2 == Severity::Error)
    );
}

#[test]
fn credentials_that_are_refused_end_a_run_and_it_is_said_after_how_many_answers() {
    let served = serve(|_| json("401", ""));
    let scenario = "    s: {executor: constant-vus, vus: 2, duration: 10m, exec: w}\n";
    let came = stand(scenario, &one_step()).run(&served.url);
    let Ended::Unauthorized(reason) = &came.ended else {
        panic!("{:?}", came.ended);
    };
    let (_, rest) = reason.split_once("after ").unwrap();
    let count: usize = rest.split(' ').next().unwrap().parse().unwrap();
    assert!((10..=served.count()).contains(&count), "{reason}");
}

/// A server whose connections have one answer each. The next request is read, and the connection is closed
/// after so many milliseconds.
fn serve_once_each(after: u64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{GOOD}",
                    GOOD.len()
                );
                let _ = stream.write_all(answer.as_bytes());
                let _ = stream.read(&mut request);
                thread::sleep(Duration::from_millis(after));
            });
        }
    });
    url
}

#[test]
fn a_request_that_was_taken_and_then_dropped_has_failed() {
    let came = stand(&times(3), &one_step()).run(&serve_once_each(1_500));
    let total = &came.report.total;
    assert_eq!(
        (total.statuses[&200], total.failed, total.sent_again),
        (2, 1, 0)
    );
    assert_eq!(
        codes(&came),
        [(Code::CONNECTION_CLOSED, 1, Severity::Error)]
    );
    assert_eq!(came.summary.exit_code, 1);
}

#[test]
fn what_is_sent_again_keeps_within_the_limit_too() {
    let mut stand = stand(&times(10), &one_step());
    stand.options.max_rps = Some(50.0);
    let begun = Instant::now();
    let came = stand.run(&serve_once_each(0));
    assert_eq!(came.report.total.sent_again, 9);
    // Nineteen were sent, 20 ms apart.
    assert!(begun.elapsed() >= Duration::from_millis(360));
}

#[test]
fn what_is_sent_again_over_a_new_connection_is_counted() {
    let url = serve_once_each(0);
    let profile = format!(
        "  scenarios:\n{}  thresholds: {{http_req_sent_again: 'rate<0.9'}}\n",
        times(5)
    );
    let came = stand_with(super::API, &profile, &one_step()).run(&url);
    assert_eq!(came.report.thresholds[0].value, Some(0.8));
    let total = &came.report.total;
    assert_eq!((total.requests, total.statuses[&200]), (5, 5));
    assert_eq!(total.sent_again, 4);
    assert_eq!((total.failed, came.summary.exit_code), (0, 0));
    let notes = came.report.notes.join("\n");
    assert!(
        notes.contains("4 of 5 requests (80.0 %) had to be sent again"),
        "{notes}"
    );
    let screen = came.screen();
    assert!(screen.contains("sent again 4 times"), "{screen}");
    assert!(crate::report::html(&came.summary).contains("Sent again"));
    assert_eq!(came.report.steps[0].sent_again, 4);
}
