//! Creations: whether what was created can be read.

use serde_json::Value;

use super::resource::{is_plain_read, path};
use super::{Check, Finding, Step, Subject};
use crate::code::Code;
use crate::wire::decode_component;

/// PM303: a creation took effect, and the resource that its answer names is then not found.
///
/// The answer names the resource by `Location`; or it holds the identifier that the GET is for, and
/// the GET is for an item of the collection that was posted to, or is the target of a link.
#[derive(Debug)]
pub(super) struct CreatedNotFound;

/// Whether `Location` of the answer leads to the path.
fn leads_to(step: &Step, wanted: &str) -> bool {
    let Some(location) = step
        .exchange
        .response()
        .and_then(|response| response.header("location"))
    else {
        return false;
    };
    // An absolute URL's path may start with the path of the target.
    let Ok(base) = url::Url::parse("http://target.invalid")
        .and_then(|base| base.join(step.exchange.request.path_only()))
    else {
        return false;
    };
    base.join(location.trim())
        .is_ok_and(|url| url.path().trim_end_matches('/').ends_with(wanted))
}

/// Whether a scalar of the answer, not deeper than three levels, is the identifier.
fn holds(value: &Value, identifier: &str, depth: usize) -> bool {
    match value {
        Value::String(text) => text == identifier,
        Value::Number(number) => number.to_string() == identifier,
        Value::Object(members) if depth > 0 => members
            .values()
            .any(|value| holds(value, identifier, depth - 1)),
        _ => false,
    }
}

/// Whether the answer to the creation names the resource that the subject reads.
fn names(subject: &Subject<'_>, step: &Step) -> bool {
    let wanted = path(subject.request());
    if leads_to(step, wanted) {
        return true;
    }
    let Some((collection, item)) = wanted.rsplit_once('/') else {
        return false;
    };
    let linked = || {
        let status = step.exchange.status().unwrap_or_default();
        subject
            .spec
            .operations
            .get(&step.case.operation)
            .and_then(|creator| creator.responses.select(status))
            .is_some_and(|(_, response)| {
                response
                    .links
                    .values()
                    .any(|link| link.operation_id.as_deref() == Some(subject.operation.id.as_str()))
            })
    };
    let Ok(identifier) = decode_component(item) else {
        return false;
    };
    (path(&step.exchange.request) == collection || linked())
        && step
            .answered_json()
            .is_some_and(|answer| holds(&answer, &identifier, 3))
}

/// The creation of the resource that the subject reads, if nothing deleted it since.
fn creation<'a>(subject: &Subject<'a>) -> Option<&'a Step> {
    if !is_plain_read(subject) {
        return None;
    }
    let index = subject.history.iter().rposition(|step| {
        step.exchange.request.method == "POST" && step.took_effect() && names(subject, step)
    })?;
    let (step, later) = subject.history.get(index..)?.split_first()?;
    let deleted = later
        .iter()
        .any(|step| step.exchange.request.method == "DELETE" && step.may_have_written());
    (!deleted).then_some(step)
}

impl Check for CreatedNotFound {
    fn code(&self) -> Code {
        Code::CREATED_NOT_FOUND
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some() && creation(subject).is_some()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(step) = creation(subject) else {
            return Vec::new();
        };
        let Some(status) = subject
            .status()
            .filter(|status| matches!(status, 404 | 410))
        else {
            return Vec::new();
        };
        let creator = &step.case.operation;
        vec![
            subject
                .finding(
                    self.code(),
                    format!("what `{creator}` created is answered {status}"),
                )
                .keyed(creator.as_str()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Scene;
    use super::*;

    fn create(status: u16, body: &str) -> Scene {
        Scene::new("createPet").answer(status, "application/json", body)
    }

    fn read(status: u16) -> Scene {
        Scene::new("readPet").answer(status, "", "")
    }

    #[test]
    fn a_created_resource_is_found_or_a_finding() {
        let delete = || Scene::new("deletePet").answer(204, "", "");
        for (history, scene, hit) in [
            (vec![create(201, r#"{"id": "1"}"#)], read(404), true),
            (vec![create(201, r#"{"id": 1}"#)], read(410), true),
            (
                vec![create(200, r#"{"pet": {"id": "1"}}"#)],
                read(404),
                true,
            ),
            (vec![create(201, r#"{"id": "1"}"#)], read(200), false),
            (vec![create(201, r#"{"id": "1"}"#)], read(403), false),
            (vec![create(201, r#"{"id": "2"}"#)], read(404), false),
            (vec![create(202, r#"{"id": "1"}"#)], read(404), false),
            (vec![create(400, r#"{"id": "1"}"#)], read(404), false),
            (
                vec![create(201, r#"{"id": "1"}"#), delete()],
                read(404),
                false,
            ),
            (
                vec![delete(), create(201, r#"{"id": "1"}"#)],
                read(404),
                true,
            ),
            // A part of the created resource may not be there yet.
            (
                vec![create(201, r#"{"id": "1"}"#)],
                Scene::new("readPhoto").answer(404, "", ""),
                false,
            ),
            // Created elsewhere, named by a link only.
            (
                vec![Scene::new("adopt").answer(201, "application/json", r#"{"id": "1"}"#)],
                read(404),
                true,
            ),
            (vec![], read(404), false),
        ] {
            let scene = scene.after(history);
            let expected: &[&str] = if hit { &["PM303"] } else { &[] };
            assert_eq!(scene.codes(&[&CreatedNotFound]), expected, "{scene:?}");
        }
    }

    #[test]
    fn a_location_names_the_resource_however_it_is_written() {
        for (location, hit) in [
            ("/pets/1", true),
            ("http://api.example/v1/pets/1", true),
            ("/v1/pets/1/", true),
            ("pets/1", true),
            ("/pets/2", false),
            ("::", false),
        ] {
            let created = create(201, "{}").header("Location", location);
            let scene = read(404).after(vec![created]);
            let expected: &[&str] = if hit { &["PM303"] } else { &[] };
            assert_eq!(scene.codes(&[&CreatedNotFound]), expected, "{location}");
        }
    }
}
