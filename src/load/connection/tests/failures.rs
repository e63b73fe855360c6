//! Exchanges that fail: each by its class, none without an end.

use std::io;
use std::time::{Duration, Instant};

use super::super::{
    Answer, ConnectError, Connection, Destination, ExchangeError, Expects, Failure, Limits, Local,
    Malformed, Stage, TooLarge,
};
use super::server::{Act, REQUEST, exchange, limits, open};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";

/// What comes of the exchange after so many that go well.
async fn failure(acts: Vec<Act>, limits: Limits, before: usize) -> ExchangeError {
    let mut connection = open(vec![acts], limits).await;
    for _ in 0..before {
        exchange(&mut connection).await.unwrap();
    }
    let start = Instant::now();
    let error = exchange(&mut connection).await.expect_err("a failure");
    assert!(start.elapsed() < Duration::from_secs(4), "{error}");
    assert!(!connection.is_idle());
    let again = exchange(&mut connection)
        .await
        .expect_err("a spent connection");
    assert_eq!(again, Local::Spent.into());
    error
}

#[tokio::test]
async fn a_connection_that_ends_tells_when_and_whether_it_had_served() {
    let (closed, reset) = (
        |stage, reused| ExchangeError::Closed { stage, reused },
        |stage, reused| ExchangeError::Reset { stage, reused },
    );
    let served = || vec![Act::Take, Act::write(OK)];
    let then = |acts: Vec<Act>| [served(), acts].concat();
    for (acts, before, expected) in [
        (vec![Act::Take], 0, closed(Stage::Awaiting, false)),
        (
            vec![Act::Take, Act::Reset],
            0,
            reset(Stage::Awaiting, false),
        ),
        (
            vec![Act::Take, Act::write("HTTP/1.1 2")],
            0,
            closed(Stage::Head, false),
        ),
        (
            vec![Act::Take, Act::write("HTTP/1.1 100 Continue\r\n\r\n")],
            0,
            closed(Stage::Head, false),
        ),
        (
            vec![Act::Take, Act::write(HALF)],
            0,
            closed(Stage::Body, false),
        ),
        (
            vec![Act::Take, Act::write(HALF), Act::pause(50), Act::Reset],
            0,
            reset(Stage::Body, false),
        ),
        (then(vec![Act::Take]), 1, closed(Stage::Awaiting, true)),
        (
            then(vec![Act::Take, Act::Reset]),
            1,
            reset(Stage::Awaiting, true),
        ),
        (
            then(vec![Act::Take, Act::write(HALF)]),
            1,
            closed(Stage::Body, true),
        ),
    ] {
        let error = failure(acts, limits(), before).await;
        assert_eq!(error, expected);
        assert_eq!(
            error.is_stale(),
            before > 0
                && error == expected
                && !matches!(
                    expected,
                    ExchangeError::Closed {
                        stage: Stage::Body,
                        ..
                    }
                )
        );
        assert!(!error.is_unsent());
    }
}

#[tokio::test]
async fn an_idle_connection_that_was_closed_is_found_before_anything_is_sent() {
    for (last, class) in [
        (vec![], Failure::Closed),
        (vec![Act::Reset], Failure::Reset),
    ] {
        let acts = [vec![Act::Take, Act::write(OK)], last].concat();
        let mut connection = open(vec![acts], limits()).await;
        exchange(&mut connection).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let error = exchange(&mut connection)
            .await
            .expect_err("a closed connection");
        assert_eq!(error.failure(), class);
        assert!(error.is_unsent() && error.is_stale(), "{error}");
    }
}

#[tokio::test]
async fn bytes_that_nobody_asked_for_are_refused_now_or_before_the_next_request() {
    let twice = vec![Act::Take, Act::write(&OK.repeat(2))];
    assert_eq!(
        failure(twice, limits(), 0).await,
        Malformed::Unsolicited.into()
    );
    let late = vec![
        Act::Take,
        Act::write(OK),
        Act::pause(20),
        Act::write(OK),
        Act::pause(500),
    ];
    let mut connection = open(vec![late], limits()).await;
    exchange(&mut connection).await.unwrap();
    tokio::time::sleep(Duration::from_millis(80)).await;
    let error = exchange(&mut connection)
        .await
        .expect_err("unsolicited bytes");
    assert_eq!(error, Malformed::Unsolicited.into());
}

#[tokio::test]
async fn time_runs_out_at_every_stage() {
    let limits = Limits {
        exchange: Duration::from_millis(100),
        ..limits()
    };
    let long = Act::pause(400);
    let drip = |text: &str| {
        let drops = text.bytes().map(|byte| Act::Write(vec![byte]));
        drops
            .flat_map(|drop| [drop, Act::pause(10)])
            .collect::<Vec<_>>()
    };
    let slow_head = drip("HTTP/1.1 200 OK\r\nServer: in no hurry\r\n\r\n");
    for (acts, stage) in [
        (vec![Act::Take, long.clone()], Stage::Awaiting),
        ([vec![Act::Take], slow_head].concat(), Stage::Head),
        (vec![Act::Take, Act::write(HALF), long.clone()], Stage::Body),
        // Always something to read.
        (
            vec![Act::Take, Act::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())],
            Stage::Body,
        ),
    ] {
        let limits = Limits {
            body: usize::MAX / 4,
            ..limits
        };
        let error = failure(acts, limits, 0).await;
        assert_eq!(error, ExchangeError::Timeout(stage));
        assert_eq!(error.failure(), Failure::Timeout);
    }
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_limit() {
    let ok = |rest: &str| Act::write(&format!("HTTP/1.1 200 OK\r\n{rest}"));
    for (acts, expected) in [
        (
            vec![ok("\r\n"), Act::Endless(vec![b'x'; 10_000])],
            TooLarge::Body,
        ),
        (
            vec![ok("X: "), Act::Endless(vec![b'x'; 10_000])],
            TooLarge::Head,
        ),
        (
            vec![ok(""), Act::Endless(b"X: y\r\n".to_vec())],
            TooLarge::Fields,
        ),
        (
            vec![ok("Content-Length: 100000000\r\n\r\n")],
            TooLarge::Body,
        ),
        (
            vec![
                ok("Transfer-Encoding: chunked\r\n\r\n"),
                Act::Endless(b"5;a=b\r\nhello\r\n".to_vec()),
            ],
            TooLarge::Extensions,
        ),
        (
            vec![Act::Endless(b"HTTP/1.1 102 Processing\r\n\r\n".to_vec())],
            TooLarge::Interim,
        ),
    ] {
        let acts = [vec![Act::Take], acts].concat();
        assert_eq!(failure(acts, limits(), 0).await, expected.into());
    }
}

#[tokio::test]
async fn a_connection_carries_one_request_at_a_time() {
    let mut connection = open(vec![vec![Act::Take, Act::pause(500)]], limits()).await;
    connection.send(REQUEST, Expects::Content).await.unwrap();
    let error = connection.send(REQUEST, Expects::Content).await;
    assert_eq!(error, Err(Local::Spent.into()));
    let mut answer = Answer::new();
    let error = connection.receive(&mut answer).await.expect_err("spent");
    assert_eq!(error.failure(), Failure::Local);
}

#[tokio::test]
async fn what_keeps_a_connection_from_being_opened_has_its_class() {
    // A port that was free a moment ago may belong to the server of another test by now.
    let address = ([127, 0, 0, 1], 1).into();
    let refused = Connection::open(&Destination::plain(vec![address]), limits()).await;
    assert_eq!(refused.expect_err("refused"), ConnectError::Refused);
    let nowhere = Connection::open(&Destination::plain(vec![]), limits()).await;
    assert_eq!(nowhere.expect_err("nowhere").failure(), Failure::Name);
}

#[cfg(unix)]
#[test]
fn what_this_machine_lacks_is_never_blamed_on_the_target() {
    use nix::errno::Errno;
    for (errno, local) in [
        (Errno::EADDRNOTAVAIL, Local::Ports),
        (Errno::EADDRINUSE, Local::Ports),
        (Errno::EMFILE, Local::Descriptors),
        (Errno::ENFILE, Local::Descriptors),
        (Errno::ENOBUFS, Local::Memory),
        (Errno::ENOMEM, Local::Memory),
        (Errno::EACCES, Local::Forbidden),
        (Errno::EPERM, Local::Forbidden),
        (Errno::EAFNOSUPPORT, Local::Family),
    ] {
        let error = || io::Error::from_raw_os_error(errno as i32);
        let connect = ConnectError::from(error());
        assert_eq!((connect.failure(), connect), (Failure::Local, local.into()));
        let exchange = ExchangeError::of(&error(), Stage::Unsent, false);
        assert_eq!(
            (exchange.failure(), exchange),
            (Failure::Local, local.into())
        );
    }
    for (errno, failure) in [
        (Errno::ECONNREFUSED, Failure::Refused),
        (Errno::ECONNRESET, Failure::Reset),
        (Errno::ETIMEDOUT, Failure::Timeout),
        (Errno::ENETUNREACH, Failure::Unreachable),
        (Errno::EHOSTUNREACH, Failure::Unreachable),
    ] {
        let error = ConnectError::from(io::Error::from_raw_os_error(errno as i32));
        assert_eq!(error.failure(), failure, "{error}");
    }
}

#[test]
fn every_failure_has_a_name_and_a_place_of_its_own() {
    for (index, failure) in Failure::ALL.into_iter().enumerate() {
        assert_eq!(failure as usize, index);
        let same = Failure::ALL
            .iter()
            .filter(|other| other.name() == failure.name());
        assert_eq!(same.count(), 1);
    }
}
