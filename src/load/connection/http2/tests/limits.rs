//! Nothing that a server sends goes on without end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::server::Builder;
use http::{HeaderMap, Response};

use super::super::super::Answer;
use super::super::super::{ExchangeError, Limits, Stage, TooLarge};
use super::server::{Then, Wrong, exchange, frame_server, get, later, limits, local, ok, pool};

#[tokio::test]
async fn an_answer_beyond_a_limit_is_given_up_and_the_connection_goes_on() {
    let acts = |_, count, mut respond: h2::server::SendResponse<Bytes>| {
        match count {
            // An endless body.
            0 => {
                let mut content = respond.send_response(Response::new(()), false).unwrap();
                tokio::spawn(async move {
                    while content.send_data(vec![b'x'; 16_000].into(), false).is_ok() {
                        content.reserve_capacity(16_000);
                        let ready = std::future::poll_fn(|context| content.poll_capacity(context));
                        if !matches!(ready.await, Some(Ok(_))) {
                            return;
                        }
                    }
                });
            }
            // A head that is too long.
            1 => {
                let response = Response::builder().header("x-long", "y".repeat(5_000));
                let _ = respond.send_response(response.body(()).unwrap(), true);
            }
            // Too many fields.
            2 => {
                let mut response = Response::builder();
                for number in 0..100 {
                    response = response.header("a", number);
                }
                let _ = respond.send_response(response.body(()).unwrap(), true);
            }
            // Too many interim answers.
            3 => {
                for _ in 0..20 {
                    let hint = Response::builder().status(103).body(()).unwrap();
                    respond.send_informational(hint).unwrap();
                }
                ok(respond);
            }
            // Some are none too many, nor is a trailer section.
            4 => {
                let hint = Response::builder().status(103).body(()).unwrap();
                respond.send_informational(hint).unwrap();
                let mut content = respond.send_response(Response::new(()), false).unwrap();
                content.send_data("with".into(), false).unwrap();
                let mut trailers = HeaderMap::new();
                trailers.insert("x-sum", "1".parse().unwrap());
                content.send_trailers(trailers).unwrap();
            }
            // Silence.
            5 => later(respond, 2_000),
            _ => ok(respond),
        }
        Then::GoOn
    };
    let address = frame_server(Builder::new(), Arc::new(acts)).await;
    let limits = Limits {
        exchange: Duration::from_millis(400),
        ..limits()
    };
    local(async {
        let pool = pool(address, limits, Some(1));
        let failed = |error| Err(Wrong::Exchange(error));
        assert_eq!(get(&pool).await, failed(TooLarge::Body.into()));
        assert_eq!(get(&pool).await, failed(TooLarge::Head.into()));
        assert_eq!(get(&pool).await, Ok((200, String::new())));
        assert_eq!(get(&pool).await, failed(TooLarge::Interim.into()));
        assert_eq!(get(&pool).await, Ok((200, "with".to_owned())));
        let begun = Instant::now();
        assert_eq!(
            get(&pool).await,
            failed(ExchangeError::Timeout(Stage::Awaiting))
        );
        assert!(begun.elapsed() >= Duration::from_millis(400));
        assert_eq!(get(&pool).await, Ok((200, "ok".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn a_latency_ends_when_the_last_frame_was_read() {
    let acts = |_, _, respond| {
        later(respond, 30);
        Then::GoOn
    };
    let address = frame_server(Builder::new(), Arc::new(acts)).await;
    local(async {
        let pool = pool(address, limits(), None);
        let mut answer = Answer::new();
        exchange(&pool, super::server::GET, &mut answer)
            .await
            .unwrap();
        let reading = exchange(&pool, super::server::GET, &mut answer);
        let mut reading = Box::pin(reading);
        // The virtual user looks at it late.
        let wait = tokio::time::timeout(Duration::from_millis(1), &mut reading);
        assert!(wait.await.is_err());
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (sent, received) = reading.as_mut().await.unwrap();
        let took = received.at - sent.at;
        assert!(took >= Duration::from_millis(30), "{took:?}");
        assert!(took < Duration::from_millis(250), "{took:?}");
        assert!(received.first <= received.at);
    })
    .await;
}
