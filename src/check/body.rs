//! Bodies: whether there is one exactly where the document declares one, and whether it can be read.

use super::answer::{Answer, ContentType, Reading, forbids_content};
use super::{Blame, Check, Finding, Subject};
use crate::code::{Code, Severity};
use crate::wire::MediaRange;

/// PM105: the body claims to be JSON and is not.
#[derive(Debug)]
pub(super) struct MalformedBody;

/// PM107: a body where none is declared, or where HTTP allows none.
///
/// An error answer with a body that the document does not mention is a gap of the document, and so
/// common that it is only noted. The short text that may come with a redirect (RFC 9110 section
/// 15.4) is not looked at.
#[derive(Debug)]
pub(super) struct UndeclaredBody;

/// PM108: no body where the document declares one.
#[derive(Debug)]
pub(super) struct MissingBody;

impl Check for MalformedBody {
    fn code(&self) -> Code {
        Code::MALFORMED_BODY
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| {
            !answer.response.body.is_empty()
                && matches!(answer.content_type(), ContentType::Known(media) if media.is_json())
        })
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject) else {
            return Vec::new();
        };
        let (what, reason, severity) = match answer.json() {
            Reading::Instance(_) => return Vec::new(),
            Reading::Malformed(reason) => ("is not JSON", reason, Severity::Error),
            // What is not judged must not look as if it had passed.
            Reading::Unread if answer.content().is_some() => {
                let reason = "more than 128 levels".to_owned();
                ("nests too deeply to be judged", reason, Severity::Warning)
            }
            Reading::Unread => {
                let error = answer.response.content().err();
                let reason = error.map_or_else(String::new, |error| error.to_string());
                let asked = "only `identity` was asked for (RFC 9110 section 12.5.3)";
                let reason = format!("{reason}; {asked}");
                ("is coded and was not judged", reason, Severity::Warning)
            }
        };
        let title = format!("the body of status {} {what}", answer.listed());
        vec![
            subject
                .finding(self.code(), title)
                .weighing(severity)
                .with_detail(reason)
                .at(&answer.documented.location)
                .keyed(&answer.key.to_string()),
        ]
    }
}

/// Whether content came, or was announced, with a status that has none.
fn has_forbidden_content(answer: &Answer<'_>) -> bool {
    // To 304 a length is allowed: it is that of the 200 (RFC 9110 section 8.6).
    let announced = answer.response.status == 204
        && answer
            .response
            .header("content-length")
            .is_some_and(|length| !length.trim().trim_start_matches('0').is_empty());
    !answer.response.body.is_empty() || announced
}

impl Check for UndeclaredBody {
    fn code(&self) -> Code {
        Code::UNDECLARED_BODY
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| {
            let status = answer.response.status;
            forbids_content(status)
                || (answer.may_have_content()
                    && answer.documented.content.is_empty()
                    && !(300..400).contains(&status))
        })
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject) else {
            return Vec::new();
        };
        let status = answer.response.status;
        let finding = if forbids_content(status) {
            if !has_forbidden_content(&answer) {
                return Vec::new();
            }
            subject
                .finding(self.code(), format!("status {status} has a body"))
                .with_detail("HTTP allows no content with this status (RFC 9110 section 6.4.1)")
        } else {
            if answer.response.body.is_empty() {
                return Vec::new();
            }
            let finding = subject.finding(
                self.code(),
                format!(
                    "status {} has a body, the document declares none",
                    answer.listed()
                ),
            );
            if status >= 400 {
                finding.blaming(Blame::Document).weighing(Severity::Note)
            } else {
                finding
            }
        };
        vec![
            finding
                .at(&answer.documented.location)
                .keyed(&answer.key.to_string()),
        ]
    }
}

/// Whether no bytes at all are an instance of the media type: an empty text, for example.
fn may_be_empty(media: &MediaRange) -> bool {
    let essence = media.essence();
    media.is_range()
        || (media.is_text() && !media.is_json())
        || matches!(
            &*essence,
            "application/octet-stream"
                | "application/x-www-form-urlencoded"
                | "application/x-ndjson"
                | "application/jsonl"
                | "application/json-seq"
        )
}

impl Check for MissingBody {
    fn code(&self) -> Code {
        Code::MISSING_BODY
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| {
            answer.may_have_content() && !answer.documented.content.is_empty()
        })
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject).filter(|answer| answer.response.body.is_empty())
        else {
            return Vec::new();
        };
        let empty_is_fine = match answer.content_type() {
            ContentType::Known(media) => may_be_empty(&media),
            ContentType::Malformed(_) => true,
            ContentType::Missing => answer
                .documented
                .content
                .keys()
                .any(|name| MediaRange::parse(name).map_or(true, |media| may_be_empty(&media))),
        };
        if empty_is_fine {
            return Vec::new();
        }
        vec![
            subject
                .finding(
                    self.code(),
                    format!(
                        "status {} has no body, the document declares one",
                        answer.listed()
                    ),
                )
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
    fn a_body_is_there_exactly_where_it_is_declared_and_can_be_read() {
        let all: [&dyn Check; 3] = [&MalformedBody, &UndeclaredBody, &MissingBody];
        for (operation, status, content_type, body, expected) in [
            ("readPet", 200, "application/json", "{}", None),
            ("readPet", 200, "application/json", "{", Some("PM105")),
            ("readPet", 200, "application/json", "", Some("PM108")),
            ("readPet", 200, "", "", Some("PM108")),
            ("readPet", 404, "application/json", "{}", Some("PM107")),
            ("readPet", 404, "", "", None),
            ("readPet", 418, "application/json", "{", None),
            ("readPet", 500, "application/json", "{", None),
            ("deletePet", 204, "", "", None),
            ("deletePet", 204, "", "gone", Some("PM107")),
            ("open", 200, "text/plain", "hello", Some("PM107")),
            ("open", 200, "", "", None),
            ("open", 302, "text/html", "<a>", None),
            ("ranges", 200, "text/csv", "", None),
            ("ranges", 200, "", "", None),
            ("anything", 200, "", "", None),
            ("headPet", 200, "application/json", "", None),
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
    fn a_204_must_not_announce_content() {
        let empty = Scene::new("deletePet").answer(204, "", "");
        assert!(
            empty
                .header("Content-Length", "0")
                .codes(&[&UndeclaredBody])
                .is_empty()
        );
        let announced = Scene::new("deletePet").answer(204, "", "");
        assert_eq!(
            announced
                .header("Content-Length", "5")
                .codes(&[&UndeclaredBody]),
            ["PM107"]
        );
    }

    #[test]
    fn the_forgotten_body_of_an_error_is_noted_only() {
        let findings = Scene::new("readPet")
            .answer(404, "application/json", "{}")
            .judge(&[&UndeclaredBody]);
        assert_eq!(findings[0].severity, Severity::Note);
        assert_eq!(findings[0].blame, Blame::Document);
    }

    #[test]
    fn coded_content_is_not_read_and_that_is_said() {
        let scene = Scene::new("readPet")
            .answer(200, "application/json", "\u{1f}gzip")
            .header("Content-Encoding", "gzip");
        let findings = scene.judge(super::super::all());
        let seen: Vec<_> = findings
            .iter()
            .map(|finding| (finding.code, finding.severity))
            .collect();
        assert_eq!(seen, [(Code::MALFORMED_BODY, Severity::Warning)]);
    }
}
