//! Exchanges that go well.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use super::super::{Answer, ExchangeError, Expects, Limits, Stage};
use super::server::{Act, REQUEST, exchange, limits, open};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn a_connection_carries_one_exchange_after_another_until_the_server_says_close() {
    let acts = vec![
        Act::Take,
        Act::write(OK),
        Act::Take,
        Act::write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n"),
        Act::pause(20),
        Act::write("ok\r\n0\r\n\r\n"),
        Act::Take,
        Act::write("HTTP/1.1 103 Early Hints\r\n\r\n"),
        Act::write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
    ];
    let mut connection = open(vec![acts], limits()).await;
    for keeps in [true, true, false] {
        let (received, status, content) = exchange(&mut connection).await.unwrap();
        assert_eq!((status, &*content, received.keeps), (200, "ok", keeps));
        assert!(received.first <= received.at);
        assert_eq!(connection.is_idle(), keeps);
    }
}

#[tokio::test]
async fn the_next_request_goes_out_before_the_answer_in_hand_is_judged() {
    let answer = |text: &str| Act::write(&OK.replace("ok", text));
    let acts = vec![
        Act::Take,
        answer("11"),
        Act::Take,
        answer("22"),
        Act::Take,
        answer("33"),
    ];
    let mut connection = open(vec![acts], limits()).await;
    let (mut reading, mut judged) = (Answer::new(), Answer::new());
    connection.send(REQUEST, Expects::Content).await.unwrap();
    for expected in ["11", "22"] {
        connection.receive(&mut reading).await.unwrap();
        connection.send(REQUEST, Expects::Content).await.unwrap();
        std::mem::swap(&mut reading, &mut judged);
        assert_eq!(judged.content(), expected.as_bytes());
    }
    connection.receive(&mut reading).await.unwrap();
    assert_eq!(
        (judged.content(), reading.content()),
        (&b"22"[..], &b"33"[..])
    );
}

#[tokio::test]
async fn an_answer_to_head_ends_with_its_head() {
    let head = OK.trim_end_matches("ok");
    let acts = vec![Act::Take, Act::write(head), Act::Take, Act::write(OK)];
    let mut connection = open(vec![acts], limits()).await;
    let mut answer = Answer::new();
    connection.send(REQUEST, Expects::of("HEAD")).await.unwrap();
    assert!(connection.receive(&mut answer).await.unwrap().keeps);
    assert_eq!(answer.content(), b"");
    assert_eq!(exchange(&mut connection).await.unwrap().2, "ok");
}

#[tokio::test]
async fn an_answer_without_a_length_ends_with_the_connection() {
    let acts = vec![
        Act::Take,
        Act::write("HTTP/1.0 200 OK\r\n\r\nto "),
        Act::pause(20),
        Act::write("the end"),
    ];
    let mut connection = open(vec![acts], limits()).await;
    let (received, _, content) = exchange(&mut connection).await.unwrap();
    assert_eq!((&*content, received.keeps), ("to the end", false));
}

#[tokio::test]
async fn a_large_request_goes_out_while_the_answer_is_awaited() {
    let length = 8_000_000;
    let acts = vec![
        Act::pause(20),
        Act::Read(length),
        Act::write(OK),
        Act::Take,
        Act::write(OK),
    ];
    let mut connection = open(vec![acts], limits()).await;
    let mut answer = Answer::new();
    let start = Instant::now();
    connection
        .send(&vec![b'x'; length], Expects::Content)
        .await
        .unwrap();
    assert!(start.elapsed() < Duration::from_secs(1));
    connection.ready().await;
    assert!(connection.receive(&mut answer).await.unwrap().keeps);
    assert_eq!(exchange(&mut connection).await.unwrap().2, "ok");
}

#[tokio::test]
async fn an_answer_that_comes_before_the_request_has_gone_counts_and_spends_the_connection() {
    let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nok";
    let acts = vec![Act::Read(1000), Act::write(refusal), Act::pause(300)];
    let mut connection = open(vec![acts], limits()).await;
    let mut answer = Answer::new();
    let request = vec![b'x'; 8_000_000];
    connection.send(&request, Expects::Content).await.unwrap();
    let received = connection.receive(&mut answer).await.unwrap();
    assert_eq!((answer.status(), received.keeps), (413, false));
    assert!(connection.send(REQUEST, Expects::Content).await.is_err());
}

#[tokio::test]
async fn buffers_are_used_again() {
    let mut acts = Vec::new();
    for _ in 0..20 {
        acts.extend([Act::Take, Act::write(OK)]);
    }
    let mut connection = open(vec![acts], limits()).await;
    let mut answer = Answer::new();
    let mut footprints = Vec::new();
    for _ in 0..20 {
        connection.send(REQUEST, Expects::Content).await.unwrap();
        connection.ready().await;
        connection.receive(&mut answer).await.unwrap();
        footprints.push(answer.footprint());
    }
    assert!(
        footprints.windows(2).all(|pair| pair[0] == pair[1]),
        "{footprints:?}"
    );
}

#[tokio::test]
async fn whoever_only_waits_needs_no_buffer() {
    let limits = Limits {
        exchange: Duration::from_millis(50),
        ..limits()
    };
    let mut connection = open(vec![vec![Act::Take, Act::pause(300)]], limits).await;
    let mut answer = Answer::new();
    connection.send(REQUEST, Expects::Content).await.unwrap();
    connection.ready().await;
    let error = connection.receive(&mut answer).await.expect_err("silence");
    assert_eq!(error, ExchangeError::Timeout(Stage::Awaiting));
    assert_eq!(answer.footprint(), 0);
}

/// The lags of exchanges whose answers are left unread for a while.
#[cfg(target_os = "linux")]
async fn lags(stamp_every: u32) -> Vec<Option<Duration>> {
    let limits = Limits {
        stamp_every: NonZeroU32::new(stamp_every),
        ..limits()
    };
    let acts = vec![[Act::Take, Act::write(OK)]; 7].concat();
    let mut connection = open(vec![acts], limits).await;
    let mut answer = Answer::new();
    let mut lags = Vec::new();
    for _ in 0..7 {
        connection.send(REQUEST, Expects::Content).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        lags.push(connection.receive(&mut answer).await.unwrap().lag);
    }
    // The first stamp may be missing: the kernel begins to stamp when it is first asked to.
    lags.split_off(1)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_kernel_tells_how_long_an_answer_lay_unread() {
    for lag in lags(1).await {
        let lag = lag.expect("a stamp");
        assert!(lag > Duration::from_millis(5), "{lag:?}");
        assert!(lag < Duration::from_secs(2), "{lag:?}");
    }
    let sampled = lags(3).await;
    assert_eq!(sampled.iter().flatten().count(), 2, "{sampled:?}");
    assert_eq!(lags(0).await, [None; 6]);
}

#[tokio::test]
async fn heads_that_repeat_mean_the_same_and_others_what_they_say() {
    let head = "HTTP/1.1 201 Created\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n";
    let longer = head.replace("a/b", "a/bc").replace("201", "202");
    let texts = [head, head, &longer, head, "HTTP/1.1 204 No\r\n\r\n", head];
    let acts = texts.iter().flat_map(|text| {
        let content = if text.contains("204") { "" } else { "ok" };
        [Act::Take, Act::write(&format!("{text}{content}"))]
    });
    let mut connection = open(vec![acts.collect()], limits()).await;
    let mut answer = Answer::new();
    let mut read = Vec::new();
    for _ in texts {
        connection.send(REQUEST, Expects::Content).await.unwrap();
        connection.receive(&mut answer).await.unwrap();
        let media = answer.field("CONTENT-type").unwrap_or_default().to_vec();
        let content = answer.content().to_vec();
        read.push((answer.status(), media, content, answer.fields().count()));
    }
    let full = |status, media: &str| (status, media.as_bytes().to_vec(), b"ok".to_vec(), 2);
    let empty = (204, Vec::new(), Vec::new(), 0);
    let first = full(201, "a/b");
    let other = full(202, "a/bc");
    assert_eq!(
        read,
        [
            first.clone(),
            first.clone(),
            other,
            first.clone(),
            empty,
            first
        ]
    );
}
