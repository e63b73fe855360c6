//! Acceptance: whether a request that breaks the document was answered with success.
//!
//! Only a 2xx counts. A redirect may lead to a page that refuses, and 207 (RFC 4918 section 11.1)
//! tells in its body what became of each part.

use super::{Check, Finding, Subject, Violated};
use crate::case::{Defect, Malformation};
use crate::code::{Code, Severity};
use crate::generate::Mutation;
use crate::spec::Place;

/// PM202: a request that breaks a schema, or lacks something required, was accepted.
#[derive(Debug)]
pub(super) struct InvalidAccepted;

/// PM206: a body of an undeclared media type was accepted.
#[derive(Debug)]
pub(super) struct MediaTypeNotRefused;

/// PM207: a body that is not well-formed was accepted.
#[derive(Debug)]
pub(super) struct MalformedAccepted;

fn accepted(subject: &Subject<'_>) -> bool {
    subject.accepts_defect() && subject.status() != Some(207)
}

fn broken(subject: &Subject<'_>, mutation: &Mutation, whose: &str) -> Finding {
    let keyword = &mutation.keyword;
    let instance = mutation.instance.starred();
    let place = if instance.is_root() {
        String::new()
    } else {
        format!(" at `{instance}`")
    };
    subject
        .finding(
            Code::INVALID_ACCEPTED,
            format!("`{keyword}` of {whose}{place} is not enforced"),
        )
        .with_detail(mutation.description.clone())
        .violating(Violated {
            keyword: keyword.clone(),
            spec: mutation.schema.clone(),
            instance: mutation.instance.clone(),
        })
}

fn missing_parameter(subject: &Subject<'_>, place: Place, name: &str) -> Finding {
    let finding = subject
        .finding(
            Code::INVALID_ACCEPTED,
            format!("the required {place} parameter `{name}` may be left out"),
        )
        .keyed(&format!("{place} {name}"));
    match subject.operation.parameter(place, name) {
        Some(parameter) => finding.at(&parameter.location),
        None => finding,
    }
}

fn missing_body(subject: &Subject<'_>) -> Finding {
    let finding = subject
        .finding(
            Code::INVALID_ACCEPTED,
            "the required body may be left out".to_owned(),
        )
        .keyed("body");
    match &subject.operation.body {
        Some(body) => finding.at(&body.location),
        None => finding,
    }
}

impl Check for InvalidAccepted {
    fn code(&self) -> Code {
        Code::INVALID_ACCEPTED
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some()
            && matches!(
                subject.defect(),
                Some(
                    Defect::Body(_)
                        | Defect::Parameter { .. }
                        | Defect::MissingParameter { .. }
                        | Defect::MissingBody
                )
            )
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        if !accepted(subject) {
            return Vec::new();
        }
        match subject.defect() {
            Some(Defect::Body(mutation)) => vec![broken(subject, mutation, "the body")],
            Some(Defect::Parameter {
                place,
                name,
                mutation,
            }) => vec![broken(
                subject,
                mutation,
                &format!("the {place} parameter `{name}`"),
            )],
            Some(Defect::MissingParameter { place, name }) => {
                vec![missing_parameter(subject, *place, name)]
            }
            Some(Defect::MissingBody) => vec![missing_body(subject)],
            _ => Vec::new(),
        }
    }
}

impl Check for MediaTypeNotRefused {
    fn code(&self) -> Code {
        Code::MEDIA_TYPE_NOT_REFUSED
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some() && matches!(subject.defect(), Some(Defect::MediaType(_)))
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(Defect::MediaType(media_type)) = subject.defect().filter(|_| accepted(subject))
        else {
            return Vec::new();
        };
        let declared = subject.operation.body.as_ref().map(|body| {
            let names: Vec<&str> = body.content.keys().map(String::as_str).collect();
            format!("the document declares {}", names.join(", "))
        });
        vec![
            subject
                .finding(
                    self.code(),
                    format!("a body of the undeclared media type `{media_type}` is accepted"),
                )
                .with_detail(declared.unwrap_or_default())
                .keyed(media_type),
        ]
    }
}

impl Check for MalformedAccepted {
    fn code(&self) -> Code {
        Code::MALFORMED_ACCEPTED
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        subject.response().is_some() && matches!(subject.defect(), Some(Defect::MalformedBody(_)))
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(Defect::MalformedBody(malformation)) =
            subject.defect().filter(|_| accepted(subject))
        else {
            return Vec::new();
        };
        let finding = subject.finding(self.code(), format!("accepted although {malformation}"));
        let finding = finding.keyed(malformation.name());
        vec![match malformation {
            Malformation::Truncated => finding,
            // A parser may accept forms that are not JSON (RFC 8259 section 9), which clients in
            // other languages cannot rely on.
            Malformation::Trailing | Malformation::NotUtf8 => finding.weighing(Severity::Warning),
            // Names should be unique: what counts is up to the reader (section 4).
            Malformation::RepeatedName => finding.weighing(Severity::Note),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Scene, invalid_body};
    use super::*;

    fn defects() -> Vec<(Defect, &'static str, &'static str)> {
        let Defect::Body(mutation) = invalid_body() else {
            unreachable!("it is one")
        };
        vec![
            (
                invalid_body(),
                "PM202",
                "`minLength` of the body at `/name` is not enforced",
            ),
            (
                Defect::Parameter {
                    place: Place::Query,
                    name: "limit".into(),
                    mutation: Mutation {
                        instance: crate::document::Pointer::root(),
                        keyword: "maximum".into(),
                        ..mutation
                    },
                },
                "PM202",
                "`maximum` of the query parameter `limit` is not enforced",
            ),
            (
                Defect::MissingParameter {
                    place: Place::Header,
                    name: "X-Tenant".into(),
                },
                "PM202",
                "the required header parameter `X-Tenant` may be left out",
            ),
            (
                Defect::MissingBody,
                "PM202",
                "the required body may be left out",
            ),
            (
                Defect::MediaType("text/csv".into()),
                "PM206",
                "a body of the undeclared media type `text/csv` is accepted",
            ),
            (
                Defect::MalformedBody(Malformation::Truncated),
                "PM207",
                "accepted although the body ends too early",
            ),
        ]
    }

    #[test]
    fn success_is_found_and_nothing_else_is() {
        for (defect, code, title) in defects() {
            for (status, hit) in [
                (200, true),
                (201, true),
                (202, true),
                (204, true),
                (207, false),
                (302, false),
                (400, false),
                (404, false),
            ] {
                let scene = Scene::new("createPet")
                    .invalid(defect.clone())
                    .answer(status, "", "");
                let checks: [&dyn Check; 3] =
                    [&InvalidAccepted, &MediaTypeNotRefused, &MalformedAccepted];
                let found = scene.judge(&checks);
                let titles: Vec<_> = found
                    .iter()
                    .map(|finding| (finding.code.to_string(), &*finding.title))
                    .collect();
                let expected = if hit {
                    vec![(code.to_owned(), title)]
                } else {
                    vec![]
                };
                assert_eq!(titles, expected, "{defect} {status}");
            }
        }
    }

    #[test]
    fn a_valid_request_may_be_accepted() {
        let scene = Scene::new("createPet").answer(201, "application/json", r#"{"id":"1"}"#);
        assert!(scene.codes(super::super::all()).is_empty());
    }

    #[test]
    fn the_answer_to_an_accepted_defect_is_not_judged_further() {
        let scene = Scene::new("createPet")
            .invalid(invalid_body())
            .answer(200, "text/html", "<p>");
        assert_eq!(scene.codes(super::super::all()), ["PM202"]);
    }
}
