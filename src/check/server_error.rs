//! Server errors: a 5xx is a fault whatever the request was.

use super::{Check, Finding, Subject};
use crate::case::Defect;
use crate::code::Code;

/// PM201: the answer is a 5xx, documented or not.
///
/// 501 to an undeclared method is the right answer (RFC 9110 section 15.6.2).
#[derive(Debug)]
pub(super) struct ServerError;

impl Check for ServerError {
    fn code(&self) -> Code {
        Code::SERVER_ERROR
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let unknown_method = matches!(subject.defect(), Some(Defect::Method(_)));
        let Some(status) = subject
            .status()
            .filter(|status| (500..600).contains(status) && !(unknown_method && *status == 501))
        else {
            return Vec::new();
        };
        let (title, detail) = match subject.defect() {
            None => (
                format!("a valid request was answered with {status}"),
                String::new(),
            ),
            Some(defect) => (
                format!("an invalid request was answered with {status}"),
                defect.to_string(),
            ),
        };
        let side = if subject.defect().is_some() {
            "invalid"
        } else {
            "valid"
        };
        vec![
            subject
                .finding(self.code(), title)
                .with_detail(detail)
                .keyed(&format!("{status} {side}")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Scene, invalid_body};
    use super::*;

    #[test]
    fn a_5xx_is_found_whatever_the_request_was_and_alone() {
        for (operation, defect, status, expected) in [
            ("readPet", None, 499, vec![]),
            ("readPet", None, 500, vec!["PM201"]),
            ("anything", None, 503, vec!["PM201"]),
            ("createPet", Some(invalid_body()), 500, vec!["PM201"]),
            (
                "createPet",
                Some(Defect::Method("TRACE".into())),
                501,
                vec![],
            ),
            (
                "createPet",
                Some(Defect::Method("TRACE".into())),
                500,
                vec!["PM201"],
            ),
        ] {
            let mut scene = Scene::new(operation).answer(status, "text/html", "<h1>oops</h1>");
            if let Some(defect) = defect {
                scene = scene.invalid(defect);
            }
            let found = scene.codes(&[&ServerError]);
            assert_eq!(found, expected, "{operation} {status}");
            if !expected.is_empty() {
                assert_eq!(scene.codes(super::super::all()), expected, "{operation}");
            }
        }
    }
}
