//! Schemas that nothing satisfies are found, and the reason names what clashes.

use super::load;
use crate::code::Code;

#[test]
fn contradictions_are_found_with_their_reason() {
    for (schema, reason) in [
        (
            "{type: array, items: false, minItems: 1}",
            "`minItems` is 1, `items: false` allows 0",
        ),
        (
            "{type: array, prefixItems: [{}, {}], items: false, minItems: 3}",
            "`items: false` allows 2",
        ),
        (
            "{type: array, minItems: 3, maxItems: 2}",
            "`minItems` is 3, `maxItems` is 2",
        ),
        (
            "{type: array, items: {type: boolean}, uniqueItems: true, minItems: 3}",
            "contradict",
        ),
        (
            "{type: object, required: [a], properties: {a: false}}",
            "`a` is required and must not be there",
        ),
        (
            "{type: object, required: [a], additionalProperties: false}",
            "`a` is required, but neither",
        ),
        (
            "{type: object, minProperties: 2, properties: {a: {}, b: false}, additionalProperties: false}",
            "`minProperties` is 2, `additionalProperties: false` allows 1",
        ),
        (
            "{type: string, minLength: 5, maxLength: 4}",
            "`minLength` is 5, `maxLength` is 4",
        ),
        (
            "{type: integer, minimum: 5, maximum: 4}",
            "`minimum` is 5, `maximum` is 4",
        ),
        (
            "{type: number, exclusiveMinimum: 1, maximum: 1}",
            "`exclusiveMinimum` is 1, `maximum` is 1",
        ),
        (
            "{type: integer, minimum: 1.2, maximum: 1.8}",
            "no integer lies between `minimum` 1.2 and `maximum` 1.8",
        ),
        (
            "{type: integer, exclusiveMinimum: -2, exclusiveMaximum: -1}",
            "no integer lies between",
        ),
        (
            "{type: integer, multipleOf: 7, minimum: 8, maximum: 13}",
            "contradict",
        ),
        (
            "{type: object, required: [x], properties: {x: {type: array, items: false, minItems: 1}}}",
            "`minItems` is 1",
        ),
        // What is satisfied by something is not blamed.
        ("{items: false, minItems: 1}", ""),
        (
            "{type: array, prefixItems: [{}], items: false, minItems: 1}",
            "",
        ),
        ("{type: object, properties: {a: false}}", ""),
        (
            "{type: integer, exclusiveMinimum: 1, exclusiveMaximum: 3}",
            "",
        ),
        ("{type: integer, minimum: -1.5, maximum: -0.5}", ""),
    ] {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}\n      responses: {{'200': {{description: d}}}}\n"
        );
        let (spec, _) = load(&text);
        let found: Vec<&str> = spec
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.code == Code::UNSATISFIABLE_SCHEMA)
            .map(|diagnostic| diagnostic.message.as_str())
            .collect();
        assert_eq!(found.len(), usize::from(!reason.is_empty()), "{schema}");
        assert!(
            found.iter().all(|message| message.contains(reason)),
            "{schema}: {found:?}"
        );
    }
}
