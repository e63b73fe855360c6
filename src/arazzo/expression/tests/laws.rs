//! Laws of expressions.

use proptest::prelude::*;

use super::super::super::example::Example;
use super::super::{Access, ComponentKind, Expression, Field, Section, operand_end};
use crate::document::Pointer;

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Zé0-9_:@-]{1,6}"
}

fn access() -> impl Strategy<Value = Access> {
    prop_oneof![
        any::<usize>().prop_map(Access::Index),
        name().prop_map(Access::Member),
        "[a-z '\".\\[\\]#]{0,6}".prop_map(Access::Member),
    ]
}

fn pointer() -> impl Strategy<Value = Option<Pointer>> {
    let tokens = prop::collection::vec("[^{}]{0,4}", 0..3);
    prop::option::of(tokens.prop_map(|tokens| {
        tokens
            .iter()
            .fold(Pointer::root(), |pointer, token| pointer.join(token))
    }))
}

fn field() -> impl Strategy<Value = Field> {
    let accesses = prop::collection::vec(access(), 0..3);
    (prop::collection::vec(name(), 1..3), accesses, pointer()).prop_map(
        |(names, access, pointer)| Field {
            name: names.join("."),
            access,
            pointer,
        },
    )
}

fn section() -> impl Strategy<Value = Section> {
    prop_oneof![
        "[a-zA-Z!#$%&'*+.^_`|~-]{1,8}".prop_map(Section::Header),
        "[^{}]{1,8}".prop_map(Section::Query),
        "[^{}]{1,8}".prop_map(Section::Path),
        (prop::collection::vec(access(), 0..3), pointer())
            .prop_map(|(access, pointer)| Section::Body { pointer, access }),
    ]
}

/// Any expression without braces.
pub(in crate::arazzo) fn expression() -> impl Strategy<Value = Expression> {
    let kind = prop::sample::select(ComponentKind::ALL.to_vec());
    prop_oneof![
        Just(Expression::Url),
        Just(Expression::Method),
        Just(Expression::StatusCode),
        Just(Expression::SelfUri),
        section().prop_map(Expression::Request),
        section().prop_map(Expression::Response),
        field().prop_map(Expression::Input),
        field().prop_map(Expression::Output),
        (name(), field()).prop_map(|(step, output)| Expression::StepOutput { step, output }),
        (name(), field())
            .prop_map(|(workflow, input)| Expression::WorkflowInput { workflow, input }),
        (name(), field())
            .prop_map(|(workflow, output)| Expression::WorkflowOutput { workflow, output }),
        (name(), name()).prop_map(|(workflow, step)| Expression::WorkflowStep { workflow, step }),
        (name(), "[^{}]{1,8}")
            .prop_map(|(source, reference)| Expression::Source { source, reference }),
        (kind, name()).prop_map(|(kind, name)| Expression::Component { kind, name }),
    ]
}

/// Texts that are nearly expressions.
pub(in crate::arazzo) fn scrap() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "$inputs.",
        "$response.",
        "$request.",
        "$steps.",
        "$statusCode",
        "body",
        "header.",
        "#/",
        ".outputs.",
        "a",
        "é",
        "[0]",
        "['",
        "]",
        "{",
        "}",
        "{$",
        " ",
        "==",
        "!",
        "&&",
        "||",
        "(",
        ")",
        "'",
        "\"",
        "1",
        "null",
        "$workflows.",
        "$components.",
        "$",
        "~",
        ".",
        "-",
        "$[",
        "?",
        "@",
        "*",
        ":",
        ",",
        "..",
        "\\",
    ]);
    prop::collection::vec(words, 0..12).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read_again(expression in expression()) {
        let text = expression.to_string();
        prop_assert_eq!(Expression::parse(&text), Ok(expression), "{}", text);
        prop_assert!(operand_end(&text) <= text.len());
    }

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![".*", scrap()]) {
        match Expression::parse(&text) {
            Ok(expression) => {
                prop_assert_eq!(Expression::parse(&expression.to_string()), Ok(expression.clone()));
                let _ = expression.evaluate(&Example::new().scope());
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }
}
