//! Identities: finding the identifier of a created or listed resource in an answer.

use serde_json::Value;

use crate::http::Response;

/// The identifier that an answer to a creation gives: from `Location` (RFC 9110 section 10.2.2), else
/// from a member of the body named like the parameter, or `id`. `collection` is the path that the
/// creation was sent to.
pub(super) fn created(response: &Response, collection: &str, parameter: &str) -> Option<Value> {
    from_location(response, collection).or_else(|| {
        let body: Value = response.json()?;
        in_body(&body, parameter, 3)
    })
}

/// The identifiers of the items that a list holds, in order, without repetition.
pub(super) fn listed(response: &Response, parameter: &str) -> Vec<Value> {
    let Some(body) = response.json() else {
        return Vec::new();
    };
    let items = match &body {
        Value::Array(items) => Some(items),
        Value::Object(members) => members.values().find_map(Value::as_array),
        _ => None,
    };
    let mut found = Vec::new();
    for item in items.into_iter().flatten() {
        if let Some(identifier) = in_body(item, parameter, 2)
            && !found.contains(&identifier)
        {
            found.push(identifier);
        }
    }
    found
}

fn from_location(response: &Response, collection: &str) -> Option<Value> {
    let location = response.header("location")?;
    let path = match location.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => &location,
    };
    let path = path.split(['?', '#']).next()?;
    let collection = collection.trim_end_matches('/');
    // The target may have a base path in front of the document's paths.
    let start = path.find(&format!("{collection}/"))?;
    let last = path[start + collection.len() + 1..].trim_end_matches('/');
    let text = percent_encoding::percent_decode_str(last)
        .decode_utf8()
        .ok()?;
    (!text.is_empty() && !last.contains('/')).then(|| Value::String(text.into_owned()))
}

/// The member that identifies an object: one named like the parameter, else `id`, else the same one
/// level down (`{"favorite": {"favoriteId": ...}}`).
fn in_body(value: &Value, parameter: &str, depth: usize) -> Option<Value> {
    let members = value.as_object()?;
    let scalar = |value: &Value| {
        matches!(value, Value::String(text) if !text.is_empty()) || value.is_number()
    };
    let named = members
        .iter()
        .find(|(name, value)| name.eq_ignore_ascii_case(parameter) && scalar(value))
        .or_else(|| {
            members
                .iter()
                .find(|(name, value)| *name == "id" && scalar(value))
        });
    if let Some((_, value)) = named {
        return Some(value.clone());
    }
    if depth == 0 {
        return None;
    }
    members
        .values()
        .find_map(|value| in_body(value, parameter, depth - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(body: &Value) -> Response {
        Response::new(201).with_body("application/json", body.to_string())
    }

    #[test]
    fn an_identifier_is_found_by_name_and_in_wrappers() {
        for (body, expected) in [
            (json!({"id": "a"}), Some(json!("a"))),
            (json!({"userId": 7, "id": "a"}), Some(json!(7))),
            (json!({"favorite": {"userid": "b"}}), Some(json!("b"))),
            (json!({"id": {"id": "c"}}), Some(json!("c"))),
            (json!({"id": ""}), None),
            (json!([]), None),
        ] {
            assert_eq!(
                created(&answer(&body), "/users", "userId"),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn a_location_below_the_collection_wins() {
        let response = answer(&json!({"id": "body"}))
            .with_header("Location", "https://a.example/base/users/x%20y?z=1");
        assert_eq!(created(&response, "/users", "userId"), Some(json!("x y")));
        let elsewhere = answer(&json!({"id": "body"})).with_header("Location", "/jobs/1");
        assert_eq!(created(&elsewhere, "/users", "userId"), Some(json!("body")));
    }

    #[test]
    fn a_list_gives_each_identifier_once() {
        let list =
            json!({"total": 2, "users": [{"id": "a"}, {"id": "b"}, {"id": "a"}, {"name": "c"}]});
        assert_eq!(listed(&answer(&list), "userId"), [json!("a"), json!("b")]);
    }
}
