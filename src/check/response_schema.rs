//! Response schemas: whether the body of an answer is what the document says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::answer::{Answer, ContentType, Reading};
use super::{Check, Finding, Subject, Violated};
use crate::code::Code;
use crate::schema::{Direction, Schema, Violation};

/// PM103: the body breaks its schema.
///
/// Every keyword at every place of the schema makes one finding, however many items of a list break
/// it, and no more than [`MOST`] are reported for one answer.
#[derive(Debug)]
pub(super) struct ResponseSchema;

/// How many findings one answer makes at most.
const MOST: usize = 10;

impl Check for ResponseSchema {
    fn code(&self) -> Code {
        Code::RESPONSE_SCHEMA
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        instance(subject).is_some()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some((schema, instance)) = instance(subject) else {
            return Vec::new();
        };
        let Ok(validator) = schema.validator() else {
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        validator
            .violations(&instance)
            .into_iter()
            .filter(|violation| !subject.spec.excuses(violation))
            .filter(|violation| {
                seen.insert((
                    violation.keyword.clone(),
                    violation.schema.document.clone(),
                    violation.schema.pointer.clone(),
                ))
            })
            .take(MOST)
            .map(|violation| finding(subject, schema, &instance, violation))
            .collect()
    }
}

/// The answer's body as an instance, and its schema.
pub(super) fn instance<'a>(subject: &Subject<'a>) -> Option<(&'a Schema, Value)> {
    let answer = Answer::of(subject)?;
    match (schema(&answer), body(&answer)) {
        (Some(schema), Reading::Instance(instance)) => Some((schema, instance)),
        _ => None,
    }
}

/// The schema of the answer's body.
fn schema<'a>(answer: &Answer<'a>) -> Option<&'a Schema> {
    match answer.content_type() {
        ContentType::Known(media) => answer.media_type(&media)?.schema.as_ref(),
        _ => None,
    }
}

/// The body as an instance: JSON, or text as a string.
fn body(answer: &Answer<'_>) -> Reading {
    match answer.content_type() {
        ContentType::Known(media) if media.is_json() => answer.json(),
        ContentType::Known(media) if media.essence() == "text/plain" => text(answer),
        _ => Reading::Unread,
    }
}

/// Plain text, where the schema is about a string: how text stands for other types is not defined.
fn text(answer: &Answer<'_>) -> Reading {
    let about_string = schema(answer)
        .map(Schema::resolved)
        .is_some_and(|schema| schema.value().get("type").and_then(Value::as_str) == Some("string"));
    let content = answer.response.content().ok();
    let content = content.filter(|_| about_string && answer.may_have_content());
    let text = content.and_then(|content| String::from_utf8(content.into_owned()).ok());
    text.map_or(Reading::Unread, |text| {
        Reading::Instance(Value::String(text))
    })
}

fn finding(
    subject: &Subject<'_>,
    schema: &Schema,
    instance: &Value,
    violation: Violation,
) -> Finding {
    let title = format!(
        "`{}` broken at {}: {}",
        violation.keyword,
        place(&violation),
        message(&violation)
    );
    let mut detail = violation.message.clone();
    if let Some(branch) = closest_branch(schema, instance, &violation) {
        detail.push('\n');
        detail.push_str(&branch);
    }
    subject
        .finding(Code::RESPONSE_SCHEMA, title)
        .with_detail(detail)
        .violating(Violated {
            keyword: violation.keyword,
            spec: violation.schema,
            instance: violation.instance,
        })
}

fn place(violation: &Violation) -> String {
    if violation.instance.is_root() {
        "the body".to_owned()
    } else {
        format!("`{}`", violation.instance.starred())
    }
}

/// What is wrong, as a lower-case fragment without anything from the answer.
fn message(violation: &Violation) -> String {
    if matches!(
        &*violation.keyword,
        "additionalProperties" | "unevaluatedProperties" | "additionalItems" | "unevaluatedItems"
    ) {
        return "there are members that the schema does not declare".to_owned();
    }
    let mut characters = violation.masked.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// For `oneOf` and `anyOf` that no branch fits: what is wrong with the branch that comes closest.
fn closest_branch(schema: &Schema, instance: &Value, violation: &Violation) -> Option<String> {
    if !matches!(&*violation.keyword, "oneOf" | "anyOf") {
        return None;
    }
    let node = instance.pointer(violation.instance.as_str())?;
    let set = schema.set();
    let document =
        (0..set.len()).find(|number| set.document(*number).name == violation.schema.document)?;
    let branches = set.schema(document, &violation.schema.pointer, Direction::Response);
    let count = branches.value().as_array()?.len();
    let (branch, violations) = (0..count)
        .filter_map(|index| branches.below(&[&index.to_string()]))
        .filter_map(|branch| {
            let violations = branch.validator().ok()?.violations(node);
            (!violations.is_empty()).then_some((branch, violations))
        })
        .min_by_key(|(_, violations)| violations.len())?;
    let mut lines = vec![format!(
        "the branch that comes closest is {}:",
        branch.location()
    )];
    lines.extend(violations.iter().take(3).map(|inner| {
        let at = violation.instance.concat(&inner.instance);
        format!("  `{at}`: {}", inner.message)
    }));
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::Scene;
    use super::*;

    fn found(operation: &str, content_type: &str, body: &str) -> Vec<Finding> {
        Scene::new(operation)
            .answer(200, content_type, body)
            .judge(&[&ResponseSchema])
    }

    #[test]
    fn bodies_that_keep_their_schema_pass() {
        for (operation, content_type, body) in [
            (
                "readPet",
                "application/json",
                r#"{"id": "1", "name": "Rex"}"#,
            ),
            ("listPets", "application/json", "[]"),
            ("ranges", "text/plain", "abc"),
            // Nothing is known about these.
            ("ranges", "text/csv", "whatever, it is"),
            ("readPet", "text/html", "<p>"),
            ("readPet", "application/json", "{"),
        ] {
            assert!(
                found(operation, content_type, body).is_empty(),
                "{operation} {body}"
            );
        }
    }

    #[test]
    fn a_finding_names_keyword_instance_and_place_without_values() {
        let findings = found("readPet", "application/json", r#"{"id": 7}"#);
        let titles: Vec<&str> = findings.iter().map(|finding| &*finding.title).collect();
        assert_eq!(
            titles,
            [
                "`required` broken at the body: \"name\" is a required property",
                "`type` broken at `/id`: value is not of type \"string\"",
            ]
        );
        assert_eq!(findings[1].detail, "7 is not of type \"string\"");
        let violated = findings[1].violated.as_ref().unwrap();
        assert_eq!(
            violated.spec.pointer.as_str(),
            "/components/schemas/Pet/properties/id/type"
        );
        assert_eq!(findings[1].place.as_ref(), Some(&violated.spec));
    }

    #[test]
    fn names_that_the_schema_does_not_know_are_values_and_stay_out_of_titles() {
        let findings = found("closed", "application/json", r#"{"a": 1, "b": 2}"#);
        assert_eq!(
            findings[0].title,
            "`additionalProperties` broken at the body: there are members that the schema does not declare"
        );
        assert!(findings[0].detail.contains("'b'"), "{}", findings[0].detail);
    }

    #[test]
    fn many_items_with_the_same_fault_are_one_finding() {
        let items: Vec<String> = (0..50)
            .map(|n| format!(r#"{{"id": {n}, "name": "x"}}"#))
            .collect();
        let findings = found(
            "listPets",
            "application/json",
            &format!("[{}]", items.join(",")),
        );
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].title,
            "`type` broken at `/*/id`: value is not of type \"string\""
        );
        let first = found(
            "listPets",
            "application/json",
            r#"[{"id": "1", "name": "x"}, {"id": 3, "name": "x"}]"#,
        );
        assert_eq!(first[0].fingerprint, findings[0].fingerprint);
    }

    #[test]
    fn no_answer_makes_more_than_ten_findings() {
        let members: Vec<String> = (0..30).map(|n| format!("\"p{n}\": 1")).collect();
        let body = members.join(", ");
        let findings = found("wide", "application/json", &format!("{{{body}}}"));
        assert_eq!(findings.len(), MOST);
    }

    #[test]
    fn the_closest_branch_of_a_choice_is_shown() {
        let findings = found(
            "choice",
            "application/json",
            r#"{"kind": "b", "size": "x"}"#,
        );
        assert_eq!(findings.len(), 1);
        assert!(findings[0].title.starts_with("`oneOf` broken at the body"));
        assert!(
            findings[0]
                .detail
                .contains("`/size`: \"x\" is not of type \"integer\""),
            "{}",
            findings[0].detail
        );
    }
}
