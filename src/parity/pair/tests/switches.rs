//! Switches: what is compared at all.

use serde_json::json;

use super::*;
use crate::arazzo::Compared;

fn told(left: &Response, right: &Response, compared: Compared) -> Vec<String> {
    let spec = spec();
    let rules = Rules::default().comparing(compared);
    let bases = ["http://one.example".to_owned()];
    let sides = Sides {
        specs: &[&spec],
        rules: &rules,
        baseline: &bases,
        candidate: &bases,
    };
    let one = |response: &Response| recording(&spec, std::slice::from_ref(response));
    let pairs = compare(&one(left), &one(right), &sides);
    let found = pairs.iter().flat_map(|pair| &pair.differences);
    found
        .map(|one| format!("{} {}", one.code, one.kind))
        .collect()
}

#[test]
fn values_order_and_headers_are_compared_unless_that_is_switched_off() {
    let left = ok(&json!({"id": "a", "name": "x", "tags": ["a", "b"]})).with_header("X-Total", "1");
    let right =
        ok(&json!({"id": "a", "name": "y", "tags": ["b", "a"]})).with_header("X-Total", "2");
    let all = Compared::default();
    let told = |compared| {
        let mut told = told(&left, &right, compared);
        told.sort();
        told
    };
    assert_eq!(told(all), ["PM506 value", "PM507 order", "PM508 value"]);
    for (compared, expected) in [
        (
            Compared {
                values: false,
                ..all
            },
            ["PM507 order", "PM508 value"],
        ),
        (
            Compared {
                order: false,
                ..all
            },
            ["PM506 value", "PM508 value"],
        ),
        (
            Compared {
                headers: false,
                ..all
            },
            ["PM506 value", "PM507 order"],
        ),
    ] {
        assert_eq!(told(compared), expected, "{compared:?}");
    }
}

#[test]
fn what_failures_say_to_people_is_compared_where_that_is_asked_for() {
    let failure = |text: &str| {
        let body = json!({"code": "none", "message": text});
        Response::new(404).with_body("application/json", body.to_string())
    };
    let (left, right) = (failure("there is none"), failure("no such thing"));
    let all = Compared::default();
    assert_eq!(told(&left, &right, all), Vec::<String>::new());
    let compared = Compared {
        messages: true,
        ..all
    };
    assert_eq!(told(&left, &right, compared), ["PM509 message"]);
}
