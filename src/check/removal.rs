//! Removals: whether a deleted resource is gone.

use super::resource::{is_plain_read, last_write, path};
use super::{Check, Finding, Step, Subject};
use crate::code::Code;
use crate::http::Response;
use crate::spec::{PathTemplate, Segment};

/// PM302: a DELETE took effect, and a GET of the same resource still succeeds.
///
/// Only resources that stand for themselves are judged, those whose path ends in a template
/// expression: to delete a part such as `/users/{id}/avatar` may well restore a default. An answer
/// that differs from the one before the DELETE shows that the deletion had an effect, for example
/// as a mark.
#[derive(Debug)]
pub(super) struct DeleteWithoutEffect;

fn stands_for_itself(template: &PathTemplate) -> bool {
    matches!(template.segments().last(), Some(Segment::Expression(_)))
}

/// The DELETE that the subject follows.
fn removal<'a>(subject: &Subject<'a>) -> Option<(usize, &'a Step)> {
    let (index, step) = last_write(subject)?;
    let request = &step.exchange.request;
    let fits = request.method == "DELETE"
        && path(request) == path(subject.request())
        && step.took_effect()
        && is_plain_read(subject)
        && stands_for_itself(&subject.operation.path);
    fits.then_some((index, step))
}

/// Whether the answer is another one than before the DELETE.
fn changed(subject: &Subject<'_>, index: usize) -> bool {
    let before = subject.history.iter().take(index).rfind(|step| {
        step.case.operation == subject.operation.id
            && step.exchange.request.path == subject.request().path
            && step.exchange.response().is_some_and(Response::is_success)
    });
    match (before, subject.response()) {
        (Some(before), Some(after)) => {
            let after_json = serde_json::from_slice::<serde_json::Value>(&after.body).ok();
            match (before.answered_json(), after_json) {
                (Some(before), Some(after)) => before != after,
                _ => before
                    .exchange
                    .response()
                    .is_some_and(|before| before.body != after.body),
            }
        }
        _ => false,
    }
}

impl Check for DeleteWithoutEffect {
    fn code(&self) -> Code {
        Code::DELETE_WITHOUT_EFFECT
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some() && removal(subject).is_some()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some((index, step)) = removal(subject) else {
            return Vec::new();
        };
        if !subject.response().is_some_and(Response::is_success) || changed(subject, index) {
            return Vec::new();
        }
        let remover = &step.case.operation;
        vec![
            subject
                .finding(
                    self.code(),
                    format!("what `{remover}` deleted can still be read"),
                )
                .keyed(remover.as_str()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Scene;
    use super::*;

    const REX: &str = r#"{"id": "1", "name": "Rex"}"#;

    fn read(status: u16, body: &str) -> Scene {
        Scene::new("readPet").answer(status, "application/json", body)
    }

    fn delete(status: u16) -> Scene {
        Scene::new("deletePet").answer(status, "", "")
    }

    #[test]
    fn a_deleted_resource_is_gone_or_found() {
        let marked = r#"{"id": "1", "name": "Rex", "deleted": true}"#;
        for (history, scene, hit) in [
            (vec![delete(204)], read(404, ""), false),
            (vec![delete(204)], read(200, REX), true),
            (vec![read(200, REX), delete(204)], read(200, REX), true),
            (vec![read(200, REX), delete(204)], read(200, marked), false),
            (vec![delete(202)], read(200, REX), false),
            (vec![delete(404)], read(200, REX), false),
            (vec![delete(500)], read(200, REX), false),
            (vec![delete(204).path("/pets/2")], read(200, REX), false),
            // Made again in between.
            (
                vec![delete(204), Scene::new("updatePet").answer(201, "", "")],
                read(200, REX),
                false,
            ),
            // `?fields=` is optional and may ask for deleted pets, too.
            (
                vec![delete(204)],
                read(200, REX).query("fields", "id"),
                false,
            ),
        ] {
            let scene = scene.after(history);
            let expected: &[&str] = if hit { &["PM302"] } else { &[] };
            assert_eq!(scene.codes(&[&DeleteWithoutEffect]), expected, "{scene:?}");
        }
    }

    #[test]
    fn a_part_may_fall_back_to_its_default() {
        let scene = Scene::new("readPhoto")
            .answer(200, "", "")
            .after(vec![Scene::new("deletePhoto").answer(204, "", "")]);
        assert!(scene.codes(&[&DeleteWithoutEffect]).is_empty());
    }
}
