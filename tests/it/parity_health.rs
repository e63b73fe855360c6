//! `parity`: sides that are not fit to be compared, from the beginning or from the middle of a run on, are
//! named as what they are, before everything was sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofmark::case::{Authority, Modes};
use proofmark::conform::Options;
use proofmark::http::{Exchange, Request, Response, Transport, TransportError};
use proofmark::mock::{InProcess, Token};
use proofmark::parity::pair::{
    Illness, Job, Recording, alone, at_first_sight, both, illnesses, look,
};
use proofmark::probe::Stop;

use crate::parity::judged;
use crate::support::{Demo, block_on};

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(600);

/// How a server misbehaves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// It answers everything with a status and nothing else.
    Status(u16),
    /// The same for one method.
    Method(&'static str, u16),
    /// It answers everything with a page.
    Page,
    /// It calls everything a page.
    Mislabels,
    /// It codes every body.
    Codes,
    /// It closes every connection.
    Closes,
    /// It takes nearly as long as it may.
    Late,
    /// It takes longer.
    Hangs,
}

/// A sandbox that misbehaves after some requests.
pub(crate) struct Misbehaving {
    sandbox: InProcess,
    manner: Manner,
    after: usize,
    asked: AtomicUsize,
}

impl Transport for Misbehaving {
    async fn send(&self, request: Request) -> Exchange {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let method = request.method.clone();
        let mut exchange = self.sandbox.send(request).await;
        if number < self.after {
            return exchange;
        }
        let empty = |status| Ok(Response::new(status).with_header("Retry-After", "0"));
        match self.manner {
            Manner::Status(status) => exchange.outcome = empty(status),
            Manner::Method(own, status) if own == method => exchange.outcome = empty(status),
            Manner::Method(..) => {}
            Manner::Page => {
                exchange.outcome = Ok(Response::new(200).with_body("text/html", "<p>Welcome"));
            }
            Manner::Mislabels => {
                if let Ok(response) = &mut exchange.outcome
                    && response.header("content-type").is_some()
                {
                    let body = response.body.clone();
                    let bare = Response::new(response.status);
                    *response = bare.with_header("content-type", "text/html");
                    response.body = body;
                }
            }
            Manner::Codes => {
                if let Ok(response) = &mut exchange.outcome
                    && !response.body.is_empty()
                {
                    let coded = response.clone().with_header("content-encoding", "gzip");
                    *response = coded;
                    response.body = b"\x1f\x8b coded".as_slice().into();
                }
            }
            Manner::Closes => exchange.outcome = Err(TransportError::Closed),
            Manner::Late => exchange.timing.finished = exchange.timing.sent + TIMEOUT * 3 / 4,
            Manner::Hangs => exchange.outcome = Err(TransportError::Timeout(TIMEOUT)),
        }
        exchange
    }
}

pub(crate) fn misbehaving(demo: &Demo, manner: Manner, after: usize) -> Misbehaving {
    Misbehaving {
        sandbox: demo.sandbox(None),
        manner,
        after,
        asked: AtomicUsize::new(0),
    }
}

pub(crate) fn authority() -> Authority {
    Authority {
        fallback: Some(Token::defaults().remove(0).secret),
        ..Authority::default()
    }
}

/// What both sides answer to a first look, or to everything.
fn heard(
    demo: &Demo,
    baseline: &impl Transport,
    candidate: &impl Transport,
    is_look: bool,
) -> (Recording, Recording) {
    let mut options = demo.run_options(1, 4);
    if is_look {
        options = look(&demo.spec, &options).expect("something to look at");
    }
    sent(demo, &options, baseline, candidate)
}

/// What both sides answer to a run.
fn sent(
    demo: &Demo,
    options: &Options,
    baseline: &impl Transport,
    candidate: &impl Transport,
) -> (Recording, Recording) {
    let authority = authority();
    let left = Job::Cases {
        spec: &demo.spec,
        options,
        authority: &authority,
        transport: baseline,
    };
    let right = Job::Cases {
        spec: &demo.spec,
        options,
        authority: &authority,
        transport: candidate,
    };
    block_on(both(left, right, TIMEOUT, &Stop::default())).expect("two recordings")
}

pub(crate) fn told(illnesses: &[Illness]) -> Vec<String> {
    let told = illnesses.iter();
    told.map(|one| format!("{} {}", one.side.name(), one.kind))
        .collect()
}

#[test]
fn a_side_that_serves_nothing_is_named_after_the_first_look() {
    let demo = Demo::users();
    let sandbox = demo.sandbox(None);
    for (manner, kind) in [
        (Manner::Status(404), "elsewhere"),
        (Manner::Status(302), "elsewhere"),
        (Manner::Page, "elsewhere"),
        (Manner::Status(500), "out-of-service"),
        (Manner::Status(501), "out-of-service"),
        (Manner::Status(502), "out-of-service"),
        (Manner::Status(503), "out-of-service"),
        (Manner::Status(429), "rate-limiting"),
        (Manner::Status(401), "unauthorized"),
        (Manner::Closes, "unreachable"),
        (Manner::Late, "slow"),
        (Manner::Hangs, "slow"),
    ] {
        let ill = misbehaving(&demo, manner, 0);
        let (one, other) = heard(&demo, &sandbox, &ill, true);
        let found = at_first_sight(&one, &other);
        assert_eq!(told(&found), [format!("candidate {kind}")], "{manner:?}");
        let (one, other) = heard(&demo, &ill, &sandbox, true);
        let found = at_first_sight(&one, &other);
        assert_eq!(told(&found), [format!("baseline {kind}")], "{manner:?}");
    }
    let (one, other) = heard(&demo, &sandbox, &demo.sandbox(None), true);
    assert_eq!(told(&at_first_sight(&one, &other)), Vec::<String>::new());
    let least = one.answers.len();
    assert!((12..=20).contains(&least), "{least}");
}

#[test]
fn two_sides_that_fail_at_everything_do_not_agree() {
    let demo = Demo::users();
    let down = || misbehaving(&demo, Manner::Status(503), 0);
    let (one, other) = heard(&demo, &down(), &down(), true);
    let found = at_first_sight(&one, &other);
    assert_eq!(
        told(&found),
        ["baseline out-of-service", "candidate out-of-service"]
    );
}

#[test]
fn who_serves_nothing_agrees_with_nobody() {
    let demo = Demo::users();
    let all = demo.run_options(1, 4);
    let mut few = all.clone();
    few.plan.operations.truncate(3);
    for (manner, options) in [
        (Manner::Status(404), &all),
        (Manner::Status(400), &all),
        (Manner::Status(404), &few),
        (Manner::Status(302), &few),
        (Manner::Status(405), &few),
        (Manner::Status(204), &few),
        (Manner::Page, &few),
    ] {
        let ill = || misbehaving(&demo, manner, 0);
        let (one, other) = sent(&demo, options, &ill(), &ill());
        let found = illnesses(&one, &other);
        let both = ["baseline elsewhere", "candidate elsewhere"];
        assert_eq!(told(&found), both, "{manner:?}");
        let (one, other) = sent(&demo, options, &demo.sandbox(None), &ill());
        let found = illnesses(&one, &other);
        assert_eq!(told(&found), ["candidate elsewhere"], "{manner:?}");
    }
    // Whoever is asked for what is refused serves nothing, and may be compared.
    few.plan.modes = Modes::Invalid;
    let (one, other) = sent(&demo, &few, &demo.sandbox(None), &demo.sandbox(None));
    assert!(!one.answers.is_empty());
    assert_eq!(told(&illnesses(&one, &other)), Vec::<String>::new());
}

#[test]
fn json_that_is_called_a_page_is_compared() {
    let demo = Demo::users();
    let mislabels = misbehaving(&demo, Manner::Mislabels, 0);
    let (one, other) = heard(&demo, &demo.sandbox(None), &mislabels, true);
    assert_eq!(told(&at_first_sight(&one, &other)), Vec::<String>::new());
    assert_eq!(told(&illnesses(&one, &other)), Vec::<String>::new());
}

#[test]
fn bodies_that_cannot_be_read_never_agree() {
    let demo = Demo::users();
    let codes = || misbehaving(&demo, Manner::Codes, 0);
    let (one, other) = heard(&demo, &codes(), &codes(), true);
    let both = ["baseline unreadable", "candidate unreadable"];
    assert_eq!(told(&at_first_sight(&one, &other)), both);
    let (one, other) = heard(&demo, &demo.sandbox(None), &codes(), true);
    assert_eq!(
        told(&at_first_sight(&one, &other)),
        ["candidate unreadable"]
    );
}

#[test]
fn what_a_side_becomes_in_the_middle_of_a_run_is_named_and_ends_it() {
    const BEFORE: usize = 150;
    let demo = Demo::users();
    let all = heard(&demo, &demo.sandbox(None), &demo.sandbox(None), false);
    let all = all.0.answers.len();
    for (manner, kind) in [
        (Manner::Status(404), "elsewhere"),
        (Manner::Status(302), "elsewhere"),
        (Manner::Page, "elsewhere"),
        (Manner::Status(501), "out-of-service"),
        (Manner::Status(503), "out-of-service"),
        (Manner::Status(429), "rate-limiting"),
        (Manner::Status(401), "unauthorized"),
        (Manner::Closes, "unreachable"),
        (Manner::Late, "slow"),
        (Manner::Hangs, "slow"),
    ] {
        let ill = misbehaving(&demo, manner, BEFORE);
        let (one, other) = heard(&demo, &demo.sandbox(None), &ill, false);
        let found = illnesses(&one, &other);
        assert_eq!(told(&found), [format!("candidate {kind}")], "{manner:?}");
        let asked = ill.asked.load(Ordering::SeqCst);
        assert!(
            asked < BEFORE + 60 && asked < all,
            "{manner:?}: {asked} of {all}"
        );
        assert!(
            found[0].message.contains("in a row went wrong after"),
            "{found:?}"
        );
    }
}

#[test]
fn credentials_that_only_some_operations_take_are_told_before_everything_is_sent() {
    let demo = Demo::users();
    for (method, status) in [("POST", 401), ("PUT", 401), ("PUT", 403)] {
        let ill = misbehaving(&demo, Manner::Method(method, status), 0);
        let (one, other) = heard(&demo, &demo.sandbox(None), &ill, false);
        let found = illnesses(&one, &other);
        assert_eq!(told(&found), ["candidate half-authenticated"], "{method}");
        assert!(
            found[0].message.contains("every valid request of `"),
            "{found:?}"
        );
        assert!(other.answers.len() < 350, "{}", other.answers.len());
    }
}

#[test]
fn a_baseline_that_fails_when_it_is_asked_again_is_no_noise() {
    let demo = Demo::users();
    let (one, other) = heard(&demo, &demo.sandbox(None), &demo.sandbox(None), false);
    let (options, authority) = (demo.run_options(1, 4), authority());
    let ill = misbehaving(&demo, Manner::Closes, 100);
    let job = Job::Cases {
        spec: &demo.spec,
        options: &options,
        authority: &authority,
        transport: &ill,
    };
    let again = block_on(alone(job, TIMEOUT, &Stop::default())).expect("a recording");
    let outcome = judged(&demo, &one, &other, &[again]);
    assert_eq!(told(&outcome.illnesses), ["baseline unreachable"]);
    let message = &outcome.illnesses[0].message;
    assert!(
        message.starts_with("when it was asked again: "),
        "{message}"
    );
}
