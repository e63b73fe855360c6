//! PM508: header fields that clients read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Comparison, Two};
use crate::code::Code;
use crate::http::Response;
use crate::parity::pair::difference::Difference;

/// Fields that are compared whatever the document says.
const COMPARED: [&str; 5] = [
    "location",
    "retry-after",
    "www-authenticate",
    "cache-control",
    "allow",
];
/// Fields of which only the presence counts.
const PRESENT: [&str; 3] = ["etag", "retry-after", "set-cookie"];
/// Declared fields that are never compared: they are told elsewhere, or differ by their nature.
const NEVER: [&str; 5] = [
    "date",
    "content-length",
    "content-type",
    "connection",
    "server",
];

impl Comparison<'_> {
    pub(super) fn headers(
        &self,
        two: Two<'_>,
        (left, right): (&Response, &Response),
        told: &BTreeSet<Code>,
        found: &mut Vec<Difference>,
    ) {
        let documented = two.operation.responses.select(left.status);
        let declared = documented
            .into_iter()
            .flat_map(|(_, documented)| documented.headers.keys())
            .map(|name| name.to_ascii_lowercase());
        let mut names: BTreeSet<String> = declared.collect();
        let always = COMPARED.iter().chain(&PRESENT);
        names.extend(always.map(|name| (*name).to_owned()));
        for name in names.iter().filter(|name| !NEVER.contains(&&***name)) {
            let (one, other) = (left.header(name), right.header(name));
            let difference = |kind: &'static str, message: String| {
                Difference::new(Code::PARITY_HEADER, kind, message).at(name.as_str())
            };
            let settled = match &**name {
                "www-authenticate" => told.contains(&Code::CHALLENGE_MISSING),
                "allow" => told.contains(&Code::ALLOW_MISSING),
                _ => told.contains(&Code::RESPONSE_HEADER),
            };
            let values = (one.clone().map(Value::from), other.clone().map(Value::from));
            match (one, other) {
                (None, None) => {}
                (Some(_), None) | (None, Some(_)) if settled => {}
                (Some(_), None) => found.push(
                    difference(
                        "only-in-baseline",
                        format!("`{name}` is sent by the baseline only"),
                    )
                    .between(values.0, values.1),
                ),
                (None, Some(_)) => found.push(
                    difference(
                        "only-in-candidate",
                        format!("`{name}` is sent by the candidate only"),
                    )
                    .between(values.0, values.1),
                ),
                (Some(one), Some(other)) => {
                    let is_same = settled
                        || PRESENT.contains(&&**name)
                        || self
                            .roles
                            .same(&one.as_str().into(), &other.as_str().into())
                        || is_same_list(name, &one, &other);
                    if !is_same {
                        found.push(
                            difference("value", format!("the values of `{name}` differ"))
                                .between(values.0, values.1),
                        );
                    }
                }
            }
        }
    }
}

/// Whether two values of a field that is a list say the same in another order.
fn is_same_list(name: &str, one: &str, other: &str) -> bool {
    let items = |text: &str| {
        let items = text.split(',').map(|item| item.trim().to_ascii_lowercase());
        items.collect::<BTreeSet<_>>()
    };
    match name {
        "allow" | "cache-control" => items(one) == items(other),
        // What else a challenge says is for people.
        "www-authenticate" => {
            let scheme = |text: &str| text.split(' ').next().map(str::to_ascii_lowercase);
            scheme(one) == scheme(other)
        }
        _ => false,
    }
}
