//! Credentials: whether they are asked for where the document says so, and as RFC 9110 says.

use super::{Check, Finding, Subject};
use crate::case::{Credentials, Defect};
use crate::code::Code;

/// PM601: a request without valid credentials was answered with success.
#[derive(Debug)]
pub(super) struct AuthNotEnforced;

/// PM602: a 401 without a challenge (RFC 9110 section 15.5.2).
#[derive(Debug)]
pub(super) struct ChallengeMissing;

impl Check for AuthNotEnforced {
    fn code(&self) -> Code {
        Code::AUTH_NOT_ENFORCED
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some()
            && subject.operation.requires_credentials()
            && matches!(subject.defect(), Some(Defect::Credentials(_)))
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let (title, key) = match subject.defect() {
            _ if !subject.accepts_defect() => return Vec::new(),
            Some(Defect::Credentials(Credentials::Missing)) => {
                ("the operation answers without credentials", "missing")
            }
            Some(Defect::Credentials(_)) => ("the operation answers to wrong credentials", "wrong"),
            _ => return Vec::new(),
        };
        let schemes: Vec<&str> = subject
            .operation
            .security
            .iter()
            .flat_map(|requirement| requirement.0.keys())
            .map(String::as_str)
            .collect();
        vec![
            subject
                .finding(self.code(), title)
                .with_detail(format!("the document asks for {}", schemes.join(", ")))
                .keyed(key),
        ]
    }
}

impl Check for ChallengeMissing {
    fn code(&self) -> Code {
        Code::CHALLENGE_MISSING
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.status() == Some(401)
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        match subject.response() {
            Some(response) if response.header("www-authenticate").is_none() => {
                vec![subject.finding(
                    self.code(),
                    "401 without the `WWW-Authenticate` header field",
                )]
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
    fn success_without_valid_credentials_is_found_where_they_are_asked_for() {
        for (operation, credentials, status, hit) in [
            ("createPet", Credentials::Missing, 201, true),
            ("createPet", Credentials::Wrong, 201, true),
            ("createPet", Credentials::Missing, 401, false),
            ("createPet", Credentials::Missing, 302, false),
            ("createPet", Credentials::Missing, 400, false),
            ("open", Credentials::Missing, 200, false),
        ] {
            let scene = Scene::new(operation)
                .invalid(Defect::Credentials(credentials))
                .answer(status, "", "");
            let expected: &[&str] = if hit { &["PM601"] } else { &[] };
            assert_eq!(
                scene.codes(&[&AuthNotEnforced]),
                expected,
                "{operation} {credentials:?} {status}"
            );
        }
    }

    #[test]
    fn a_401_carries_a_challenge() {
        let bare = Scene::new("createPet").answer(401, "", "");
        assert_eq!(bare.codes(&[&ChallengeMissing]), ["PM602"]);
        let polite = bare.header("WWW-Authenticate", "Bearer");
        assert!(polite.codes(&[&ChallengeMissing]).is_empty());
        let other = Scene::new("createPet").answer(403, "", "");
        assert!(other.codes(&[&ChallengeMissing]).is_empty());
    }
}
