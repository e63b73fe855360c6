//! Media types: whether an answer says what its body is, and whether the document allows that.

use super::answer::{Answer, ContentType};
use super::{Check, Finding, Subject};
use crate::code::Code;
use crate::wire::MediaRange;

/// PM102: the media type is none of those that the document lists for the status.
#[derive(Debug)]
pub(super) struct UndocumentedMediaType;

/// PM106: a body without `Content-Type` where the document lists media types.
#[derive(Debug)]
pub(super) struct MissingMediaType;

/// PM109: the `Content-Type` is not a media type.
#[derive(Debug)]
pub(super) struct MalformedMediaType;

/// Whether any media type at all is allowed: then a missing one says as much.
fn allows_anything(answer: &Answer<'_>) -> bool {
    answer
        .documented
        .content
        .keys()
        .any(|name| MediaRange::parse(name).is_ok_and(|range| range.essence() == "*/*"))
}

fn has_body_to_name(answer: &Answer<'_>) -> bool {
    answer.may_have_content() && !answer.response.body.is_empty()
}

/// The media types that the document lists.
fn declared(answer: &Answer<'_>) -> String {
    let names: Vec<&str> = answer
        .documented
        .content
        .keys()
        .map(String::as_str)
        .collect();
    format!("the document lists {}", names.join(", "))
}

impl Check for UndocumentedMediaType {
    fn code(&self) -> Code {
        Code::UNDOCUMENTED_MEDIA_TYPE
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| {
            has_body_to_name(&answer)
                && !answer.documented.content.is_empty()
                && matches!(answer.content_type(), ContentType::Known(_))
        })
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject) else {
            return Vec::new();
        };
        let ContentType::Known(media) = answer.content_type() else {
            return Vec::new();
        };
        if answer.media_type(&media).is_some() {
            return Vec::new();
        }
        let title = format!(
            "media type `{}` is not documented for status {}",
            media.essence(),
            answer.listed()
        );
        let key = format!("{} {}", answer.key, media.essence());
        vec![
            subject
                .finding(self.code(), title)
                .with_detail(declared(&answer))
                .at(&answer.documented.location)
                .keyed(&key),
        ]
    }
}

impl Check for MissingMediaType {
    fn code(&self) -> Code {
        Code::MISSING_MEDIA_TYPE
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| {
            has_body_to_name(&answer)
                && !answer.documented.content.is_empty()
                && !allows_anything(&answer)
        })
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject) else {
            return Vec::new();
        };
        if !matches!(answer.content_type(), ContentType::Missing) {
            return Vec::new();
        }
        let title = format!(
            "status {} has a body but no `Content-Type`",
            answer.listed()
        );
        vec![
            subject
                .finding(self.code(), title)
                .with_detail(declared(&answer))
                .at(&answer.documented.location)
                .keyed(&answer.key.to_string()),
        ]
    }
}

impl Check for MalformedMediaType {
    fn code(&self) -> Code {
        Code::MALFORMED_MEDIA_TYPE
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| {
            has_body_to_name(&answer) && !matches!(answer.content_type(), ContentType::Missing)
        })
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject) else {
            return Vec::new();
        };
        let ContentType::Malformed(text) = answer.content_type() else {
            return Vec::new();
        };
        let title = format!(
            "the `Content-Type` of status {} is not a media type",
            answer.listed()
        );
        vec![
            subject
                .finding(self.code(), title)
                .with_detail(format!("it is `{text}`"))
                .at(&answer.documented.location)
                .keyed(&answer.key.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Scene;
    use super::*;

    #[test]
    fn the_content_type_is_there_well_formed_and_documented() {
        let all: [&dyn Check; 3] = [
            &UndocumentedMediaType,
            &MissingMediaType,
            &MalformedMediaType,
        ];
        for (operation, status, content_type, body, expected) in [
            ("readPet", 200, "application/json", "{}", None),
            (
                "readPet",
                200,
                "Application/JSON; charset=utf-8",
                "{}",
                None,
            ),
            ("readPet", 200, "text/html", "<p>", Some("PM102")),
            (
                "readPet",
                200,
                "application/problem+json",
                "{}",
                Some("PM102"),
            ),
            ("readPet", 200, "", "{}", Some("PM106")),
            ("readPet", 200, "", "", None),
            ("readPet", 200, "json", "{}", Some("PM109")),
            ("readPet", 200, "*/*", "{}", Some("PM109")),
            ("readPet", 200, "text/html", "", None),
            // Undocumented, failed or without declared content: somebody else's question.
            ("readPet", 418, "text/html", "<p>", None),
            ("readPet", 500, "text/html", "<p>", None),
            ("open", 200, "text/html", "<p>", None),
            ("open", 200, "nonsense", "<p>", Some("PM109")),
            // Ranges.
            ("ranges", 200, "text/csv", "a", None),
            ("ranges", 200, "image/png", "a", Some("PM102")),
            ("anything", 200, "image/png", "a", None),
            ("anything", 200, "", "a", None),
        ] {
            let scene = Scene::new(operation).answer(status, content_type, body);
            let expected: Vec<&str> = expected.into_iter().collect();
            assert_eq!(
                scene.codes(&all),
                expected,
                "{operation} {status} {content_type:?} {body:?}"
            );
        }
    }

    #[test]
    fn answers_to_head_have_no_body_to_name() {
        let scene = Scene::new("headPet").answer(200, "text/html", "");
        assert!(scene.codes(super::super::all()).is_empty());
    }
}
