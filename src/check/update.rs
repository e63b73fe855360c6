//! Updates: whether what a PUT or PATCH wrote is what the next GET shows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::answer::{Answer, ContentType, Reading, json};
use super::resource::{is_plain_read, last_write, path};
use super::sameness::{Loss, losses};
use super::{Check, Finding, Step, Subject};
use crate::code::Code;
use crate::schema::Schema;
use crate::spec::Spec;
use crate::wire::{MediaRange, declared};

/// PM301: members that a PUT or PATCH wrote are not read back.
///
/// Judged when the last write of the history was an accepted PUT or PATCH of the very path that is
/// read, and both bodies are JSON. See `sameness` for what is compared.
#[derive(Debug)]
pub(super) struct UpdateLost;

/// How many lost members are shown.
const SHOWN: usize = 10;

/// The write to compare the answer with.
fn update<'a>(subject: &Subject<'a>) -> Option<&'a Step> {
    let (_, step) = last_write(subject)?;
    let request = &step.exchange.request;
    let fits = matches!(&*request.method, "PUT" | "PATCH")
        && path(request) == path(subject.request())
        && step.took_effect()
        && is_plain_read(subject)
        && subject.status() == Some(200);
    fits.then_some(step)
}

/// What was written, if it is a value that a read can be compared with: a JSON Patch (RFC 6902) is
/// a list of changes and no value.
fn written(step: &Step) -> Option<Value> {
    let request = &step.exchange.request;
    let media = MediaRange::parse(request.header("content-type")?).ok()?;
    if !media.is_json() || media.essence() == "application/json-patch+json" {
        return None;
    }
    match json(request.body.as_deref()?) {
        Reading::Instance(value) => Some(value),
        _ => None,
    }
}

/// The schema of what was written.
fn written_as<'a>(spec: &'a Spec, step: &Step) -> Option<&'a Schema> {
    let body = spec.operations.get(&step.case.operation)?.body.as_ref()?;
    let content_type = step.exchange.request.header("content-type")?;
    declared(&body.content, content_type)?.schema.as_ref()
}

/// The schema of what is read.
fn read_as<'a>(answer: &Answer<'a>) -> Option<&'a Schema> {
    match answer.content_type() {
        ContentType::Known(media) => answer.media_type(&media)?.schema.as_ref(),
        _ => None,
    }
}

impl Check for UpdateLost {
    fn code(&self) -> Code {
        Code::UPDATE_LOST
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        let Some(answer) = Answer::of(subject) else {
            return false;
        };
        update(subject).is_some_and(|step| written(step).is_some())
            && read_as(&answer).is_some()
            && matches!(answer.json(), Reading::Instance(_))
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let (Some(answer), Some(step)) = (Answer::of(subject), update(subject)) else {
            return Vec::new();
        };
        let (Some(written), Some(read_as), Reading::Instance(read)) =
            (written(step), read_as(&answer), answer.json())
        else {
            return Vec::new();
        };
        let lost = losses(&written, written_as(subject.spec, step), &read, read_as);
        if lost.is_empty() {
            return Vec::new();
        }
        vec![
            subject
                .finding(self.code(), title(&lost, step))
                .with_detail(detail(&lost))
                .keyed(step.case.operation.as_str()),
        ]
    }
}

fn title(lost: &[Loss], step: &Step) -> String {
    let places: BTreeSet<String> = lost
        .iter()
        .map(|loss| match loss.at.starred() {
            at if at.is_root() => "the body".to_owned(),
            at => format!("`{at}`"),
        })
        .collect();
    let named: Vec<&str> = places.iter().take(3).map(String::as_str).collect();
    let named = named.join(", ");
    let writer = &step.case.operation;
    match places.len() {
        1 => format!("{named} written by `{writer}` is not read back"),
        count if count <= 3 => format!("{named} written by `{writer}` are not read back"),
        count => format!(
            "{named} and {} more written by `{writer}` are not read back",
            count - 3
        ),
    }
}

fn detail(lost: &[Loss]) -> String {
    let mut lines: Vec<String> = lost
        .iter()
        .take(SHOWN)
        .map(|loss| {
            let read = match &loss.read {
                Some(value) => format!("read {value}"),
                None => "read nothing".to_owned(),
            };
            format!("`{}`: wrote {}, {read}", loss.at, loss.written)
        })
        .collect();
    if lost.len() > SHOWN {
        lines.push(format!("and {} more", lost.len() - SHOWN));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Scene, invalid_body};
    use super::*;

    const REX: &str = r#"{"id": "1", "name": "Rex"}"#;

    fn read(body: &str) -> Scene {
        Scene::new("readPet").answer(200, "application/json", body)
    }

    fn put(status: u16) -> Scene {
        Scene::new("updatePet")
            .body(r#"{"name": "Rex", "note": "not in the answer"}"#)
            .answer(status, "", "")
    }

    #[test]
    fn an_update_is_read_back_or_found() {
        let lost = r#"{"id": "1", "name": "Max"}"#;
        for (history, body, hit) in [
            (vec![put(200)], REX, false),
            (vec![put(200)], lost, true),
            (vec![put(204)], r#"{"id": "1"}"#, true),
            // The update was not accepted, not done yet, or not the last word.
            (vec![put(400)], lost, false),
            (vec![put(500)], lost, false),
            (vec![put(202)], lost, false),
            (vec![put(200), put(500)], lost, false),
            (vec![put(200).invalid(invalid_body())], lost, false),
            (
                vec![put(200), Scene::new("deletePet").answer(204, "", "")],
                lost,
                false,
            ),
            (vec![put(200), put(422)], lost, true),
            (vec![put(200), read(REX)], lost, true),
            // Another resource.
            (vec![put(200).path("/pets/2")], lost, false),
            (vec![], lost, false),
        ] {
            let scene = read(body).after(history);
            let expected: &[&str] = if hit { &["PM301"] } else { &[] };
            assert_eq!(scene.codes(&[&UpdateLost]), expected, "{scene:?}");
        }
    }

    #[test]
    fn the_finding_names_writer_members_and_values() {
        let findings = read(r#"{"id": "1", "name": "Max"}"#)
            .after(vec![put(200)])
            .judge(&[&UpdateLost]);
        assert_eq!(
            findings[0].title,
            "`/name` written by `updatePet` is not read back"
        );
        assert_eq!(findings[0].detail, "`/name`: wrote \"Rex\", read \"Max\"");
    }

    #[test]
    fn a_read_that_asks_for_something_special_is_not_judged() {
        let scene = read(r#"{"id": "1"}"#)
            .query("fields", "id")
            .after(vec![put(200)]);
        assert!(scene.codes(&[&UpdateLost]).is_empty());
    }
}
