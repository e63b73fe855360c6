//! Response headers: whether the declared ones are sent, and as declared.

use super::answer::Answer;
use super::{Check, Finding, Subject, Violated};
use crate::code::Code;
use crate::http::Response;
use crate::spec::Header;
use crate::wire::decode_field;

/// PM104: a declared header is missing, or its value breaks its schema.
///
/// Header values are text; they are read as the type that the schema asks for.
#[derive(Debug)]
pub(super) struct ResponseHeader;

/// The value of a field: repeated ones are one list (RFC 9110 section 5.3), except `Set-Cookie`.
fn combined(response: &Response, name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case("set-cookie") {
        return response.header(name);
    }
    let values: Vec<String> = response
        .headers
        .iter()
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.iter().map(|byte| char::from(*byte)).collect())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

impl Check for ResponseHeader {
    fn code(&self) -> Code {
        Code::RESPONSE_HEADER
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        Answer::of(subject).is_some_and(|answer| !answer.documented.headers.is_empty())
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(answer) = Answer::of(subject) else {
            return Vec::new();
        };
        answer
            .documented
            .headers
            .iter()
            .flat_map(|(name, header)| match combined(answer.response, name) {
                None if header.required => vec![missing(subject, name, header)],
                None => Vec::new(),
                Some(text) => invalid(subject, name, header, &text),
            })
            .collect()
    }
}

fn missing(subject: &Subject<'_>, name: &str, header: &Header) -> Finding {
    subject
        .finding(
            Code::RESPONSE_HEADER,
            format!("the required header `{name}` is missing"),
        )
        .at(&header.location)
        .keyed(&name.to_ascii_lowercase())
}

fn invalid(subject: &Subject<'_>, name: &str, header: &Header, text: &str) -> Vec<Finding> {
    let Ok(validator) = header.schema.validator() else {
        return Vec::new();
    };
    let value = match decode_field(&header.form, &header.schema, text) {
        Ok(value) => value,
        Err(error) => {
            return vec![
                subject
                    .finding(
                        Code::RESPONSE_HEADER,
                        format!("the header `{name}` cannot be read"),
                    )
                    .with_detail(format!("`{text}`: {error}"))
                    .at(&header.location)
                    .keyed(&format!("{} form", name.to_ascii_lowercase())),
            ];
        }
    };
    validator
        .first_violation(&value)
        .map(|violation| {
            subject
                .finding(
                    Code::RESPONSE_HEADER,
                    format!(
                        "`{}` of the header `{name}` is broken: {}",
                        violation.keyword, violation.masked
                    ),
                )
                .with_detail(format!("`{text}`: {}", violation.message))
                .violating(Violated {
                    keyword: violation.keyword,
                    spec: violation.schema,
                    instance: violation.instance,
                })
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::Scene;
    use super::*;

    #[test]
    fn declared_headers_are_sent_as_declared() {
        for (headers, expected) in [
            (vec![("X-Total", "7")], vec![]),
            (vec![("x-total", "7"), ("X-Tags", "a, b")], vec![]),
            (
                vec![("X-Total", "7"), ("X-Tags", "a"), ("X-Tags", "b")],
                vec![],
            ),
            (vec![], vec!["the required header `X-Total` is missing"]),
            (
                vec![("X-Total", "seven")],
                vec!["`type` of the header `X-Total` is broken: value is not of type \"integer\""],
            ),
            (
                vec![("X-Total", "-1")],
                vec![
                    "`minimum` of the header `X-Total` is broken: value is less than the minimum of 0",
                ],
            ),
            (
                vec![("X-Total", "7"), ("X-Tags", "a,b,c,d")],
                vec!["`maxItems` of the header `X-Tags` is broken: value has more than 3 items"],
            ),
        ] {
            let mut scene = Scene::new("headers").answer(200, "", "");
            for (name, value) in &headers {
                scene = scene.header(name, value);
            }
            let titles: Vec<String> = scene
                .judge(&[&ResponseHeader])
                .into_iter()
                .map(|finding| finding.title)
                .collect();
            assert_eq!(titles, expected, "{headers:?}");
        }
    }

    #[test]
    fn headers_of_undocumented_answers_are_not_judged() {
        let scene = Scene::new("headers").answer(418, "", "");
        assert!(scene.codes(&[&ResponseHeader]).is_empty());
    }
}
