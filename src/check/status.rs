//! Statuses: whether the document lists the status of an answer, and who is to blame if not.

use super::{Blame, Check, Finding, Subject};
use crate::code::Code;

/// PM101: a 1xx, 2xx, 3xx or unassigned status that the operation does not list.
///
/// An undocumented 5xx is a server error (PM201), an undocumented 4xx a gap in the document (PM701).
#[derive(Debug)]
pub(super) struct UndocumentedStatus;

/// PM701: a 4xx that the operation does not list. To refuse is the server's right, and the document
/// forgot to say so.
#[derive(Debug)]
pub(super) struct UndeclaredRejection;

/// The status, if the operation ought to list it and does not.
fn unlisted(subject: &Subject<'_>) -> Option<u16> {
    let status = subject.status()?;
    let responses = &subject.operation.responses;
    (responses.select(status).is_none()).then_some(status)
}

fn listed(subject: &Subject<'_>) -> String {
    let keys: Vec<String> = subject
        .operation
        .responses
        .0
        .keys()
        .map(ToString::to_string)
        .collect();
    if keys.is_empty() {
        "the document lists no status".to_owned()
    } else {
        format!("the document lists {}", keys.join(", "))
    }
}

impl Check for UndocumentedStatus {
    fn code(&self) -> Code {
        Code::UNDOCUMENTED_STATUS
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        // A document that lists no responses (OAS 3.1) promises nothing.
        let promises = !subject.operation.responses.0.is_empty();
        promises && subject.answers_operation() && !subject.accepts_defect()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        unlisted(subject)
            .filter(|status| !(400..600).contains(status))
            .map(|status| {
                subject
                    .finding(self.code(), format!("status {status} is not documented"))
                    .with_detail(listed(subject))
                    .keyed(&status.to_string())
            })
            .into_iter()
            .collect()
    }
}

impl Check for UndeclaredRejection {
    fn code(&self) -> Code {
        Code::UNDECLARED_REJECTION
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.answers_operation()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        unlisted(subject)
            .filter(|status| (400..500).contains(status))
            .map(|status| {
                subject
                    .finding(self.code(), format!("status {status} is not documented"))
                    .with_detail(listed(subject))
                    .blaming(Blame::Document)
                    .keyed(&status.to_string())
            })
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Scene, invalid_body};
    use super::*;
    use crate::case::{Credentials, Defect};

    #[test]
    fn only_statuses_outside_of_the_list_are_found_and_blamed() {
        let method = Defect::Method("TRACE".into());
        let table = [
            ("readPet", None, 200, vec![]),
            ("readPet", None, 204, vec!["PM101"]),
            ("readPet", None, 302, vec!["PM101"]),
            ("readPet", None, 404, vec![]),
            ("readPet", None, 409, vec!["PM701"]),
            ("readPet", None, 503, vec![]),
            ("readPet", None, 600, vec!["PM101"]),
            ("createPet", Some(invalid_body()), 400, vec!["PM701"]),
            ("createPet", Some(invalid_body()), 200, vec![]),
            ("createPet", Some(method), 405, vec![]),
            (
                "createPet",
                Some(Defect::Credentials(Credentials::Missing)),
                401,
                vec!["PM701"],
            ),
            ("anything", None, 418, vec![]),
            ("ranges", None, 299, vec![]),
            ("ranges", None, 300, vec!["PM101"]),
        ];
        for (operation, defect, status, expected) in table {
            let mut scene = Scene::new(operation).answer(status, "", "");
            if let Some(defect) = defect.clone() {
                scene = scene.invalid(defect);
            }
            assert_eq!(
                scene.codes(&[&UndocumentedStatus, &UndeclaredRejection]),
                expected,
                "{operation} {defect:?} {status}"
            );
        }
    }

    #[test]
    fn a_gap_is_the_documents_fault_and_grouped_by_status() {
        let findings = Scene::new("readPet")
            .answer(409, "", "")
            .judge(&[&UndeclaredRejection]);
        assert_eq!(findings[0].blame, Blame::Document);
        assert_eq!(findings[0].title, "status 409 is not documented");
        assert_eq!(findings[0].detail, "the document lists 200, 404");
        let other = Scene::new("readPet")
            .answer(410, "", "")
            .judge(&[&UndeclaredRejection]);
        assert_ne!(findings[0].fingerprint, other[0].fingerprint);
    }
}
