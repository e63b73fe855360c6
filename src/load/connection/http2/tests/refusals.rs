//! Servers that refuse, reset, say farewell or vanish.

use std::sync::Arc;

use bytes::Bytes;
use h2::Reason;
use h2::server::{Builder, SendResponse};
use http::Response;

use super::super::super::{ExchangeError, Malformed, Stage};
use super::server::{Acts, Then, Wrong, frame_server, get, limits, local, ok, pool};

/// What comes of requests in turn.
async fn came(acts: Acts, count: usize) -> Vec<Result<u16, ExchangeError>> {
    let address = frame_server(Builder::new(), acts).await;
    local(async {
        let pool = pool(address, limits(), None);
        let mut came = Vec::new();
        for _ in 0..count {
            came.push(match get(&pool).await {
                Ok((status, _)) => Ok(status),
                Err(Wrong::Exchange(error)) => Err(error),
                Err(Wrong::Connect(error)) => panic!("{error}"),
            });
        }
        came
    })
    .await
}

#[tokio::test]
async fn a_reset_says_whether_the_request_was_looked_at() {
    let acts = |_, count, mut respond: SendResponse<Bytes>| {
        match count {
            0 => respond.send_reset(Reason::REFUSED_STREAM),
            1 => respond.send_reset(Reason::INTERNAL_ERROR),
            2 => {
                let sent = respond.send_response(Response::new(()), false);
                let mut content = sent.unwrap();
                content.send_data("half".into(), false).unwrap();
                tokio::spawn(async move {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    content.send_reset(Reason::CANCEL);
                });
            }
            _ => ok(respond),
        }
        Then::GoOn
    };
    let came = came(Arc::new(acts), 4).await;
    let cancelled = |stage, reason| Err(ExchangeError::Cancelled { stage, reason });
    let expected = [
        Err(ExchangeError::Refused),
        cancelled(Stage::Awaiting, "INTERNAL_ERROR"),
        cancelled(Stage::Body, "CANCEL"),
        Ok(200),
    ];
    assert_eq!(came, expected);
    assert!(ExchangeError::Refused.is_unsent());
    assert!(!came[1].as_ref().unwrap_err().is_unsent());
}

#[tokio::test]
async fn a_farewell_ends_the_session_and_the_next_request_opens_another() {
    let acts = |number, count, respond| {
        ok(respond);
        if (number, count) == (0, 1) {
            Then::GoAway
        } else {
            Then::GoOn
        }
    };
    let came = came(Arc::new(acts), 6).await;
    let farewell = Err(ExchangeError::Closed {
        stage: Stage::Unsent,
        reused: true,
    });
    assert_eq!(came[..2], [Ok(200), Ok(200)]);
    // The farewell may be found with the next request, or before it.
    assert!(came[2] == Ok(200) || came[2] == farewell, "{came:?}");
    assert_eq!(came[3..], [Ok(200), Ok(200), Ok(200)]);
}

#[tokio::test]
async fn a_connection_that_is_gone_fails_what_was_under_way_and_nothing_more() {
    let acts = |number, count, respond| {
        if (number, count) == (0, 1) {
            return Then::Drop;
        }
        ok(respond);
        Then::GoOn
    };
    let came = came(Arc::new(acts), 3).await;
    let error = came[1].as_ref().unwrap_err();
    assert!(error.is_stale() && !error.is_unsent(), "{error:?}");
    assert_eq!((&came[0], &came[2]), (&Ok(200), &Ok(200)));
}

#[tokio::test]
async fn content_that_is_not_as_long_as_it_says_is_malformed() {
    let acts = |_, _, mut respond: SendResponse<Bytes>| {
        let response = Response::builder().header("content-length", 5);
        let sent = respond.send_response(response.body(()).unwrap(), false);
        sent.unwrap().send_data("four".into(), true).unwrap();
        Then::GoOn
    };
    let came = came(Arc::new(acts), 1).await;
    assert_eq!(came, [Err(Malformed::Frames("PROTOCOL_ERROR").into())]);
}
