//! Refusal: whether a request that keeps the document was turned away.

use super::{Check, Finding, Subject};
use crate::case::{Credentials, Intent};
use crate::code::Code;
use crate::spec::ResponseKey;

/// PM203: a valid request was answered with a 4xx that says the request itself is at fault.
#[derive(Debug)]
pub(super) struct ValidRejected;

/// Statuses that depend on state, rights, load or the size limits of the infrastructure, and say
/// nothing about the document.
const CIRCUMSTANTIAL: [u16; 19] = [
    401, 402, 403, 404, 407, 408, 409, 410, 412, 413, 414, 421, 423, 424, 425, 428, 429, 431, 451,
];

/// Whether nothing in the request could name something that does not exist.
fn names_nothing(subject: &Subject<'_>) -> bool {
    let inputs = &subject.case.inputs;
    inputs.parameters.is_empty()
        && inputs.body.is_none()
        && subject.operation.path.expressions().next().is_none()
        && subject.request().query().is_empty()
}

impl Check for ValidRejected {
    fn code(&self) -> Code {
        Code::VALID_REJECTED
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some()
            && subject.case.intent == Intent::Valid
            && !subject.case.ambiguous
            && subject.case.inputs.credentials == Credentials::Proper
            && subject.case.inputs.method.is_none()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(status) = subject
            .status()
            .filter(|status| (400..500).contains(status))
        else {
            return Vec::new();
        };
        // Without an input there is nothing that could be absent but the operation itself.
        let is_documented = matches!(
            subject.operation.responses.select(status),
            Some((ResponseKey::Status(_), _))
        );
        let operation_is_absent =
            matches!(status, 404 | 410) && names_nothing(subject) && !is_documented;
        if CIRCUMSTANTIAL.contains(&status) && !operation_is_absent {
            return Vec::new();
        }
        let detail = if operation_is_absent || status == 405 {
            "the server does not seem to have the operation"
        } else {
            "the request keeps every schema of the document"
        };
        vec![
            subject
                .finding(
                    self.code(),
                    format!("a valid request was rejected with {status}"),
                )
                .with_detail(detail)
                .keyed(&status.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Scene, invalid_body};
    use super::*;

    #[test]
    fn rejections_that_blame_the_request_are_found() {
        for (operation, status, hit) in [
            ("createPet", 201, false),
            ("createPet", 302, false),
            ("createPet", 400, true),
            ("createPet", 401, false),
            ("createPet", 403, false),
            ("createPet", 404, false),
            ("createPet", 405, true),
            ("createPet", 406, true),
            ("createPet", 409, false),
            ("createPet", 413, false),
            ("createPet", 415, true),
            ("createPet", 418, true),
            ("createPet", 422, true),
            ("createPet", 429, false),
            ("createPet", 500, false),
            ("readPet", 404, false),
            ("anything", 404, true),
            ("anything", 410, true),
            ("anything", 401, false),
        ] {
            let scene = Scene::new(operation).answer(status, "", "");
            let expected: &[&str] = if hit { &["PM203"] } else { &[] };
            assert_eq!(
                scene.codes(&[&ValidRejected]),
                expected,
                "{operation} {status}"
            );
        }
    }

    #[test]
    fn a_request_that_the_document_leaves_open_may_be_rejected() {
        let scene = Scene::new("createPet").ambiguous().answer(400, "", "");
        assert!(scene.codes(&[&ValidRejected]).is_empty());
        let scene = Scene::new("createPet").ambiguous().answer(500, "", "");
        assert_eq!(scene.codes(super::super::all()), ["PM201"]);
    }

    #[test]
    fn an_invalid_request_may_be_rejected() {
        let scene = Scene::new("createPet")
            .invalid(invalid_body())
            .answer(422, "", "");
        assert!(scene.codes(&[&ValidRejected]).is_empty());
    }
}
