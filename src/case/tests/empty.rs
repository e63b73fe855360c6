//! Bodies of zero bytes: a reader may take them for no body at all.

use super::{options, request, skipped, spec};
use crate::case::{Case, Defect, Intent, Modes, Phase, Resources, plan, valid};
use crate::seed::Seed;
use crate::spec::{OperationId, Spec};

/// An operation `a` with a body of one media type.
fn taking(required: bool, media_type: &str, schema: &str) -> Spec {
    spec(&format!(
        "  /a:\n    post:\n      operationId: a\n      requestBody: {{required: {required}, content: {{{media_type}: {{schema: {schema}}}}}}}\n      responses: {{'204': {{description: d}}}}\n"
    ))
}

fn is_empty(spec: &Spec, case: &Case) -> bool {
    let body = request(spec, case).body;
    body.is_some_and(|bytes| bytes.is_empty())
}

#[test]
fn a_required_body_has_a_byte_in_every_valid_case() {
    for (media_type, schema) in [
        ("text/plain", "{type: string}"),
        ("text/plain", "{}"),
        ("application/octet-stream", "{type: string, format: binary}"),
        (
            "application/x-www-form-urlencoded",
            "{type: object, properties: {a: {type: string}, b: {type: array, items: {type: string}}}}",
        ),
        (
            "multipart/form-data",
            "{type: object, properties: {a: {type: string}, b: {type: integer}}}",
        ),
    ] {
        let spec = taking(true, media_type, schema);
        let plan = plan(&spec, &options(&spec, 12));
        assert_eq!(skipped(&plan), [""; 0], "{media_type}");
        assert!(
            plan.cases
                .iter()
                .any(|case| case.phase == Phase::Valid && case.intent == Intent::Valid),
            "{media_type}"
        );
        for case in &plan.cases {
            let wrong = case.intent == Intent::Valid && is_empty(&spec, case);
            assert!(!wrong, "{media_type} {case:?}");
        }
        let operation = &spec.operations[&OperationId::new("a")];
        let resources = Resources::new();
        for seed in 0..8 {
            let one = valid(
                &spec,
                operation,
                Phase::Stateful,
                Seed::new(seed),
                &resources,
            );
            assert!(!is_empty(&spec, &one.unwrap()), "{media_type}");
        }
    }
}

#[test]
fn zero_bytes_prove_a_defect_only_where_a_body_is_required() {
    for required in [true, false] {
        let spec = taking(required, "text/plain", "{type: string, minLength: 2}");
        let mut options = options(&spec, 20);
        options.modes = Modes::Invalid;
        let plan = plan(&spec, &options);
        let empty = plan.cases.iter().any(|case| {
            let is_mutation = matches!(&case.intent, Intent::Invalid(Defect::Body(_)));
            is_mutation && is_empty(&spec, case)
        });
        assert_eq!(empty, required, "{:?}", plan.cases);
    }
}

#[test]
fn an_optional_body_may_be_empty() {
    let spec = taking(false, "text/plain", "{type: string}");
    let plan = plan(&spec, &options(&spec, 12));
    assert!(plan.cases.iter().any(|case| is_empty(&spec, case)));
}
