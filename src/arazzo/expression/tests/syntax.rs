//! What is an expression, and what is said of what is not.

use super::super::{ComponentKind, Expression, Field, Reference};

#[test]
fn what_is_no_expression_is_refused_with_its_place() {
    for (text, offset, message) in [
        ("", 0, "starts with `$`"),
        ("inputs.a", 0, "starts with `$`"),
        (" $url", 0, "starts with `$`"),
        ("$", 1, "there is no `$`"),
        ("$Url", 1, "did you mean `$url`?"),
        ("$statuscode", 1, "did you mean `$statusCode`?"),
        ("$input.a", 1, "did you mean `$inputs`?"),
        ("$url.x", 4, "`.` cannot follow `$url`"),
        ("$statusCode == 200", 11, "braces"),
        ("$method ", 7, "` ` cannot follow"),
        ("$request", 8, "expected `header.<name>`"),
        ("$request.", 9, "no part ``"),
        ("$response.headers.X", 10, "did you mean `header`?"),
        ("$response.Header.X", 10, "did you mean `header`?"),
        ("$response.bdoy#/a", 10, "did you mean `body`?"),
        ("$response.payload#/a", 10, "AsyncAPI"),
        ("$response.header", 16, "expected `header.<name>`"),
        ("$response.header.", 17, "a header field's name"),
        ("$response.header.X Y", 18, "a header field's name"),
        ("$response.header.É", 17, "a header field's name"),
        ("$request.query", 14, "expected `query.<name>`"),
        ("$request.query.", 15, "the name of a parameter is missing"),
        ("$request.path.", 14, "the name of a parameter is missing"),
        ("$response.body#a", 15, "it starts with `/`"),
        ("$response.body#/a~2", 15, "`~` is written `~0`"),
        ("$response.body/a", 14, "`/` cannot follow"),
        ("$response.body.", 15, "the name of a member is missing"),
        ("$response.body.a..b", 17, "the name of a member is missing"),
        ("$response.body[", 14, "not closed"),
        ("$response.body[]", 15, "`` is no index"),
        ("$response.body[-1]", 15, "from 0"),
        ("$response.body[x]", 15, "from 0"),
        ("$response.body['x]", 15, "not closed"),
        ("$response.body['x'", 18, "expected `]`"),
        ("$response.body[99999999999999999999999]", 15, "too large"),
        ("$inputs", 7, "expected `$inputs.<name>`"),
        ("$inputs.", 8, "the name of an input is missing"),
        ("$inputs.a b", 9, "braces"),
        ("$inputs.a/b", 9, "`/` cannot follow `$inputs.a`"),
        ("$inputs.a#b", 10, "no JSON Pointer"),
        ("$inputs.a[0]b", 12, "`b` cannot follow"),
        ("$outputs.", 9, "the name of an output is missing"),
        ("$steps.a", 7, "then `.outputs.` and a name"),
        ("$steps.a.output.b", 7, "then `.outputs.` and a name"),
        ("$steps..outputs.b", 7, "the id of a step is missing"),
        ("$steps.a.outputs.", 17, "the name of an output is missing"),
        ("$steps.a b.outputs.c", 8, "` ` cannot follow `$steps.a`"),
        (
            "$workflows.a.b",
            11,
            "`.inputs.` or `.outputs.` or `.steps.`",
        ),
        ("$workflows.a.steps.", 19, "the name of a step is missing"),
        ("$sourceDescriptions.a", 21, "expected `$sourceDescriptions"),
        (
            "$sourceDescriptions..b",
            20,
            "the name of a source description is missing",
        ),
        ("$sourceDescriptions.a.", 22, "the name of an operation"),
        ("$components.parameter.a", 12, "did you mean `parameters`?"),
        ("$components.parameters", 22, "expected `$components"),
        (
            "$components.parameters.",
            23,
            "the name of a component is missing",
        ),
        ("$message.payload#/a", 0, "AsyncAPI"),
        ("$message.header.a", 0, "AsyncAPI"),
        ("$message", 0, "AsyncAPI"),
    ] {
        let error = Expression::parse(text).expect_err(text);
        assert_eq!(error.offset, offset, "{text}: {error}");
        assert!(error.to_string().contains(message), "{text}: {error}");
    }
}

#[test]
fn what_goes_beyond_the_grammar_of_1_1_is_told_apart() {
    for (text, is_standard) in [
        ("$url", true),
        ("$self", true),
        ("$request.query.any name", true),
        ("$response.body#/a/0", true),
        ("$inputs.a.b-c_d", true),
        ("$steps.a.outputs.b.c#/d", true),
        ("$workflows.a.inputs.b", true),
        ("$sourceDescriptions.a.any operation", true),
        ("$components.parameters.a.b", true),
        ("$response.query.a", false),
        ("$response.body.a", false),
        ("$inputs.größe", false),
        ("$inputs.a[0]", false),
        ("$steps.a.b.outputs.c", false),
        ("$workflows.a.b.outputs.c", false),
        ("$workflows.a.steps.b", false),
        ("$sourceDescriptions.ä.url", false),
        ("$components.inputs.a", false),
    ] {
        let expression = Expression::parse(text).unwrap();
        assert_eq!(expression.is_standard(), is_standard, "{text}");
    }
}

#[test]
fn expressions_say_what_they_refer_to() {
    let field = Field::named("b");
    for (text, reference) in [
        ("$url", None),
        ("$response.body#/a", None),
        ("$inputs.b", Some(Reference::Input(&field))),
        ("$outputs.b", Some(Reference::Output(&field))),
        (
            "$steps.a.outputs.b",
            Some(Reference::StepOutput("a", &field)),
        ),
        (
            "$workflows.a.inputs.b",
            Some(Reference::WorkflowInput("a", &field)),
        ),
        (
            "$workflows.a.outputs.b",
            Some(Reference::WorkflowOutput("a", &field)),
        ),
        (
            "$workflows.a.steps.b",
            Some(Reference::WorkflowStep("a", "b")),
        ),
        ("$sourceDescriptions.a.b", Some(Reference::Source("a", "b"))),
        (
            "$components.failureActions.b",
            Some(Reference::Component(ComponentKind::FailureActions, "b")),
        ),
    ] {
        assert_eq!(
            Expression::parse(text).unwrap().refers(),
            reference,
            "{text}"
        );
    }
}

#[test]
fn a_name_with_dots_may_lead_into_a_value() {
    let field = Field::named("a.b.c");
    let candidates: Vec<_> = field.candidates().collect();
    assert_eq!(candidates, [("a.b.c", ""), ("a.b", "c"), ("a", "b.c")]);
}

#[test]
fn expressions_say_which_message_they_read() {
    for (text, response, call) in [
        ("$url", false, true),
        ("$request.body", false, true),
        ("$statusCode", true, true),
        ("$response.header.a", true, true),
        ("$inputs.a", false, false),
        ("$self", false, false),
    ] {
        let expression = Expression::parse(text).unwrap();
        assert_eq!(expression.reads_response(), response, "{text}");
        assert_eq!(expression.reads_call(), call, "{text}");
    }
}
