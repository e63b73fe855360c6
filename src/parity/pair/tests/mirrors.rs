//! Answers about something else than what the path names.

use serde_json::json;

use super::*;
use crate::parity::pair::recording::Answered;

const A: &str = "11111111-2222-4333-8444-555555555555";
const B: &str = "99999999-2222-4333-8444-555555555555";

/// What a side answers to requests for these ids.
fn side(spec: &Spec, asked: &[Value], shown: &[Value]) -> Recording {
    let answers: Vec<Response> = shown.iter().map(ok).collect();
    let mut recording = recording(spec, &answers);
    for (answered, id) in recording.answers.values_mut().zip(asked) {
        let Answered { verdict, .. } = answered;
        for sent in verdict.case.inputs.parameters.values_mut() {
            *sent = id.clone();
        }
    }
    recording
}

/// The places at which answers are about something else, in both directions.
fn told(asked: &[Value], left: &[Value], right: &[Value]) -> [Vec<String>; 2] {
    let spec = spec();
    let [one, other] = [left, right].map(|shown| side(&spec, asked, shown));
    let bases = ["http://one.example".to_owned()];
    let sides = Sides {
        specs: &[&spec],
        rules: &Rules::default(),
        baseline: &bases,
        candidate: &bases,
    };
    [(&one, &other), (&other, &one)].map(|(baseline, candidate)| {
        let pairs = compare(baseline, candidate, &sides);
        let all = pairs.iter().flat_map(|pair| &pair.differences);
        let broken = all.filter(|one| one.kind == "role");
        broken.map(|one| one.place.clone()).collect()
    })
}

#[test]
fn an_id_is_known_by_what_it_looks_like_where_there_is_one_only() {
    for (asked, left, right, expected) in [
        (
            json!(12345),
            json!({"id": 12345}),
            json!({"id": 99999}),
            "/id",
        ),
        (
            json!(12346),
            json!({"id": "12346"}),
            json!({"id": "99999"}),
            "/id",
        ),
        (
            json!("1236"),
            json!({"id": 1236}),
            json!({"id": 999}),
            "/id",
        ),
        (json!(7), json!({"id": 7}), json!({"id": 8}), "/id"),
        (
            json!("blue-suede-shoes"),
            json!({"slug": "blue-suede-shoes"}),
            json!({"slug": "red-hat"}),
            "/slug",
        ),
        (
            json!("SKU-001"),
            json!({"sku": "SKU-001"}),
            json!({"sku": "SKU-002"}),
            "/sku",
        ),
        (
            json!("ada@example.com"),
            json!({"email": "ada@example.com"}),
            json!({"email": "bob@example.com"}),
            "/email",
        ),
        (
            json!(A),
            json!({"self": format!("/x/{A}")}),
            json!({"self": format!("/x/{B}")}),
            "/self",
        ),
        (
            json!(A),
            json!({"user": {"id": A}}),
            json!({"user": {"id": B}}),
            "/user/id",
        ),
        // It is shown elsewhere, too.
        (
            json!(A),
            json!({"id": A, "by": A}),
            json!({"id": A, "by": B}),
            "",
        ),
        (
            json!(A),
            json!({"self": format!("/x/{A}"), "by": A}),
            json!({"self": format!("/x/{A}"), "by": B}),
            "",
        ),
        (
            json!(7),
            json!({"id": 7, "customerId": 7}),
            json!({"id": 7, "customerId": 6}),
            "",
        ),
        (
            json!(A),
            json!({"id": B, "managerId": A}),
            json!({"id": B, "managerId": B}),
            "",
        ),
        // Small numbers, and words, are anywhere.
        (
            json!(8),
            json!([{"id": 8}, {"id": 9}]),
            json!([{"id": 18}, {"id": 9}]),
            "",
        ),
        (
            json!(8),
            json!({"n": "x", "statusId": 8}),
            json!({"n": "x", "statusId": 2}),
            "",
        ),
        (
            json!("Berlin"),
            json!({"capital": "Berlin"}),
            json!({"capital": "Bonn"}),
            "",
        ),
        (
            json!("1"),
            json!({"next": "/x/1"}),
            json!({"next": "/x/2"}),
            "",
        ),
        // Other ways to write it, and aliases.
        (
            json!("Red-Shoes"),
            json!({"slug": "Red-Shoes"}),
            json!({"slug": "red-shoes"}),
            "",
        ),
        (
            json!("a b 1 2"),
            json!({"id": "a b 1 2"}),
            json!({"id": "a%20b%201%202"}),
            "",
        ),
        (
            json!("item-7001"),
            json!({"id": "item-7001"}),
            json!({"id": "7001"}),
            "",
        ),
        (
            json!(A),
            json!({"id": A}),
            json!({"id": A.to_uppercase()}),
            "",
        ),
        (json!("me"), json!({"id": "me"}), json!({"id": A}), ""),
        (
            json!("myself-1"),
            json!({"id": "myself-1"}),
            json!({"id": A}),
            "",
        ),
    ] {
        let expected: &[&str] = if expected.is_empty() {
            &[]
        } else {
            &[expected]
        };
        let (left, right) = ([left], [right]);
        let found = told(&[asked], &left, &right);
        assert_eq!(found, [expected, expected], "{left:?} and {right:?}");
    }
}

#[test]
fn a_place_that_shows_every_path_is_an_id_and_one_that_shows_some_is_none() {
    let asked = [json!("red"), json!("blue"), json!("green")];
    let slugs = |slugs: [&str; 3]| slugs.map(|slug| json!({"slug": slug}));
    let found = told(
        &asked,
        &slugs(["red", "blue", "green"]),
        &slugs(["red", "blue", "gold"]),
    );
    assert_eq!(found, [["/slug"], ["/slug"]]);
    // One is the own manager, and the others are not.
    let asked = [json!(A), json!("22222222-2222-4333-8444-555555555555")];
    let managers = |first: &str| [json!({"manager": first}), json!({"manager": B})];
    let found = told(
        &asked,
        &managers(A),
        &managers("33333333-2222-4333-8444-555555555555"),
    );
    assert_eq!(found, [[""; 0], [""; 0]]);
}

#[test]
fn what_says_which_thing_it_is_is_not_made_good_by_what_is_mentioned() {
    let c = "22222222-2222-4333-8444-555555555555";
    let owned = |id: &str, owner: &str| json!({"id": id, "owner": {"id": owner}});
    // The owner has the id that was asked for, and always had.
    let (left, right) = ([owned(A, A), owned(c, c)], [owned(A, A), owned(B, c)]);
    let asked = [json!(A), json!(c)];
    assert_eq!(told(&asked, &left, &right), [["/id"], ["/id"]]);
    // The other members are numbers that were asked for.
    let booking = |id: u8, nights: u8| json!({"id": id, "nights": nights});
    let left = [booking(1, 5), booking(2, 3), booking(3, 4)];
    let right = [booking(2, 1), booking(3, 2), booking(4, 5)];
    let asked = [json!(1), json!(2), json!(3)];
    assert_eq!(told(&asked, &left, &right), [["/id"; 3], ["/id"; 3]]);
    // Both made up a name for one thing, and show it where the other one was asked for.
    let made = |id: &str, next: &str| json!({"id": id, "next": next});
    let (left, right) = ([made(A, c), made(c, B)], [made(A, B), made(B, c)]);
    let asked = [json!(A), json!(c)];
    assert_eq!(told(&asked, &left, &right), [["/id"], ["/id"]]);
    // An example that is the same as the id by chance stands far inside.
    let deep = |id: &str| json!({"contacts": [{"user": {"id": id}}]});
    assert_eq!(
        told(&[json!(A)], &[deep(A)], &[deep(B)]),
        [[""; 0], [""; 0]]
    );
}

#[test]
fn what_is_grave_is_told_behind_any_number_of_notes() {
    let many = |id: &str, first: usize| {
        let extra = (0..500).map(|number| (format!("n{number:03}"), json!(first + number)));
        let mut body: serde_json::Map<String, Value> = extra.collect();
        body.insert("id".to_owned(), id.into());
        Value::Object(body)
    };
    let found = told(&[json!(A)], &[many(A, 1)], &[many(B, 1001)]);
    assert_eq!(found, [["/id"], ["/id"]]);
}
