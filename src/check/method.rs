//! Methods: whether those that a path does not declare are refused, and refused as RFC 9110 asks.

use super::{Check, Finding, Subject};
use crate::case::Defect;
use crate::code::Code;

/// PM204: a method that the path does not declare was answered with success.
///
/// `OPTIONS` and, beside a declared `GET`, `HEAD` need no declaration: servers answer both of
/// themselves (RFC 9110 sections 9.3.2 and 9.3.7).
#[derive(Debug)]
pub(super) struct MethodNotRefused;

/// PM205: a 405 without `Allow` (RFC 9110 section 15.5.6).
#[derive(Debug)]
pub(super) struct AllowMissing;

/// Whether the document declares the method for the path after all: another template may match it.
fn is_declared(subject: &Subject<'_>, method: &str) -> bool {
    let path = subject.request().path_only();
    subject.spec.operations.values().any(|operation| {
        let same_method = operation.method.eq_ignore_ascii_case(method)
            || (method.eq_ignore_ascii_case("HEAD") && operation.method == "GET");
        same_method && operation.path.matches(path).is_some()
    })
}

impl Check for MethodNotRefused {
    fn code(&self) -> Code {
        Code::METHOD_NOT_REFUSED
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some()
            && matches!(subject.defect(), Some(Defect::Method(method))
                if !method.eq_ignore_ascii_case("OPTIONS") && !is_declared(subject, method))
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(Defect::Method(method)) = subject.defect().filter(|_| subject.accepts_defect())
        else {
            return Vec::new();
        };
        vec![
            subject
                .finding(
                    self.code(),
                    format!("the undeclared method `{method}` is answered with success"),
                )
                .with_detail(format!("on `{}`", subject.operation.path))
                .keyed(method),
        ]
    }
}

impl Check for AllowMissing {
    fn code(&self) -> Code {
        Code::ALLOW_MISSING
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.status() == Some(405)
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        match subject.response() {
            Some(response) if response.header("allow").is_none() => {
                vec![subject.finding(self.code(), "405 without the `Allow` header field")]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Scene;
    use super::*;

    #[test]
    fn success_of_an_undeclared_method_is_found() {
        for (operation, method, status, hit) in [
            ("createPet", "DELETE", 200, true),
            ("createPet", "TRACE", 204, true),
            ("createPet", "DELETE", 405, false),
            ("createPet", "DELETE", 404, false),
            ("createPet", "DELETE", 302, false),
            ("createPet", "OPTIONS", 200, false),
            ("readPet", "HEAD", 200, false),
            ("createPet", "HEAD", 200, false),
        ] {
            let scene = Scene::new(operation)
                .invalid(Defect::Method(method.into()))
                .answer(status, "", "");
            let expected: &[&str] = if hit { &["PM204"] } else { &[] };
            assert_eq!(
                scene.codes(&[&MethodNotRefused]),
                expected,
                "{operation} {method} {status}"
            );
        }
    }

    #[test]
    fn a_method_that_another_template_declares_is_not_undeclared() {
        // `GET /pets/{petId}` answers at `/pets/mine`, too.
        let scene = Scene::new("readMine")
            .invalid(Defect::Method("DELETE".into()))
            .answer(200, "", "");
        assert!(scene.codes(&[&MethodNotRefused]).is_empty());
    }

    #[test]
    fn a_405_names_the_methods_that_are_allowed() {
        let bare = Scene::new("readPet").answer(405, "", "");
        assert_eq!(bare.codes(&[&AllowMissing]), ["PM205"]);
        let named = Scene::new("readPet")
            .answer(405, "", "")
            .header("Allow", "GET");
        assert!(named.codes(&[&AllowMissing]).is_empty());
        let empty = Scene::new("readPet")
            .answer(405, "", "")
            .header("Allow", "");
        assert!(empty.codes(&[&AllowMissing]).is_empty());
        assert!(
            Scene::new("readPet")
                .answer(404, "", "")
                .codes(&[&AllowMissing])
                .is_empty()
        );
    }
}
