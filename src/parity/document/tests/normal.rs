//! Normal forms: lists of types, unions, conditions, ranges and lists of values that say the same; and
//! bounds that no instance reaches.

use super::{compared, document, told};
use crate::parity::document::Evidence;

fn schemas(old: &str, new: &str) -> Vec<String> {
    told(&compared(
        &document("3.1.0", old, "{}"),
        &document("3.1.0", new, "{}"),
    ))
}

#[test]
fn what_says_the_same_type_by_type_is_the_same() {
    let tagged = |keyword: &str| {
        let branch = |value: &str| {
            format!("{{type: object, required: [k], properties: {{k: {{const: {value}}}}}}}")
        };
        format!("{{{keyword}: [{}, {}]}}", branch("a"), branch("b"))
    };
    let (any, one) = (tagged("anyOf"), tagged("oneOf"));
    for (old, new) in [
        (
            "{type: [string, integer], minLength: 2}",
            "{anyOf: [{type: string, minLength: 2}, {type: integer}]}",
        ),
        (
            "{type: [string, integer], minimum: 2}",
            "{oneOf: [{type: string}, {type: integer, minimum: 2}]}",
        ),
        (
            "{type: [string, integer, 'null'], minimum: 2}",
            "{oneOf: [{type: string}, {type: integer, minimum: 2}, {type: 'null'}]}",
        ),
        (
            "{type: [object, array], minItems: 1, required: [a]}",
            "{anyOf: [{type: object, required: [a]}, {type: array, minItems: 1}]}",
        ),
        (
            "{if: {type: string}, then: {minLength: 2}, else: {type: integer}}",
            "{anyOf: [{type: string, minLength: 2}, {type: integer}]}",
        ),
        (
            "{if: {type: string}, then: {minLength: 2}, else: {type: integer}}",
            "{type: [string, integer], minLength: 2}",
        ),
        (
            "{type: [string, integer], if: {type: string}, then: {pattern: '^a'}}",
            "{oneOf: [{type: integer}, {type: string, pattern: '^a'}]}",
        ),
        (
            "{if: {type: string}, then: {minLength: 2}, else: {type: integer}}",
            "{anyOf: [{allOf: [{type: string}, {minLength: 2}]}, {allOf: [{not: {type: string}}, {type: integer}]}]}",
        ),
        // Whole numbers and what is empty.
        (
            "{type: integer, minimum: 1, maximum: 3}",
            "{enum: [1, 2, 3]}",
        ),
        (
            "{type: integer, exclusiveMinimum: 0, maximum: 9, multipleOf: 3}",
            "{enum: [3, 6, 9]}",
        ),
        (
            "{type: [integer, 'null'], minimum: 1, maximum: 2}",
            "{enum: [1, 2, null]}",
        ),
        ("{type: array, maxItems: 0}", "{const: []}"),
        ("{type: string, maxLength: 0}", "{const: ''}"),
        ("{type: object, maxProperties: 0}", "{enum: [{}]}"),
        // Branches that exclude each other.
        (&*any, &*one),
        (
            "{anyOf: [{type: string, enum: [a, b]}, {type: string, enum: [c]}]}",
            "{oneOf: [{type: string, enum: [a, b]}, {type: string, enum: [c]}]}",
        ),
    ] {
        assert_eq!(schemas(old, new), [""; 0], "{old}\n{new}");
        assert_eq!(schemas(new, old), [""; 0], "{new}\n{old}");
    }
}

#[test]
fn what_differs_for_one_type_is_told_of_it() {
    let list = "{type: [string, integer], minLength: 2}";
    for (old, new, expected) in [
        (
            list,
            "{anyOf: [{type: string, minLength: 3}, {type: integer}]}",
            &[
                "request breaking length-changed",
                "response compatible length-changed",
            ][..],
        ),
        (
            list,
            "{anyOf: [{type: string, minLength: 2}, {type: integer}, {type: boolean}]}",
            &[
                "request compatible types-added",
                "response breaking types-added",
            ],
        ),
        (
            "{type: [string, integer, boolean], minLength: 2}",
            "{anyOf: [{type: string, minLength: 2}, {type: integer}]}",
            &[
                "request breaking types-removed",
                "response compatible types-removed",
            ],
        ),
        (
            "{if: {type: string}, then: {minLength: 2}, else: {type: integer}}",
            "{anyOf: [{type: string, minLength: 2}, {type: integer, minimum: 1}]}",
            &[
                "request breaking range-changed",
                "response compatible range-changed",
            ],
        ),
        (
            "{type: integer, minimum: 1, maximum: 3}",
            "{enum: [1, 2]}",
            &[
                "request breaking values-removed",
                "response compatible values-removed",
            ],
        ),
        (
            "{enum: [1, 2]}",
            "{type: integer, minimum: 1, maximum: 3}",
            &[
                "request compatible values-added",
                "response breaking values-added",
            ],
        ),
        // What matches both is refused by one of the two keywords.
        (
            "{anyOf: [{type: string, enum: [a, b]}, {type: string, enum: [b, c]}]}",
            "{oneOf: [{type: string, enum: [a, b]}, {type: string, enum: [b, c]}]}",
            &[
                "request breaking values-removed",
                "response compatible values-removed",
            ],
        ),
    ] {
        assert_eq!(schemas(old, new), expected, "{old}\n{new}");
    }
}

#[test]
fn what_says_the_same_in_other_keywords_is_the_same() {
    for (old, new) in [
        ("{type: array, maxItems: 0}", "{type: array, items: false}"),
        (
            "{type: array, minItems: 2, prefixItems: [{type: string}, {type: integer}], items: false}",
            "{type: array, minItems: 2, prefixItems: [{type: string}, {type: integer}], maxItems: 2}",
        ),
        (
            "{type: array, prefixItems: [{type: string}, false]}",
            "{type: array, items: {type: string}, maxItems: 1}",
        ),
        (
            "{type: array, maxItems: 1}",
            "{type: array, maxItems: 1, uniqueItems: true}",
        ),
        (
            "{type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}",
            "{type: object, properties: {a: {type: string}}, required: [a], maxProperties: 1}",
        ),
        (
            "{type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}",
            "{type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false, maxProperties: 1}",
        ),
        (
            "{type: string, format: uuid}",
            "{type: string, format: uuid, minLength: 36, maxLength: 36}",
        ),
        (
            "{type: string, format: date, maxLength: 12}",
            "{type: string, format: date, minLength: 10}",
        ),
        (
            "{type: object, if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}",
            "{type: object, if: {not: {required: [a]}}, then: {required: [c]}, else: {required: [b]}}",
        ),
        (
            "{type: object, if: {required: [a]}, then: {required: [b]}}",
            "{type: object, if: {not: {required: [a]}}, else: {required: [b]}}",
        ),
        (
            "{anyOf: [{type: string}, {type: integer, minimum: 5, maximum: 3}]}",
            "{type: string}",
        ),
        (
            "{type: integer, multipleOf: 2}",
            "{type: number, multipleOf: 2.0}",
        ),
        (
            "{type: object, dependentSchemas: {a: true}}",
            "{type: object}",
        ),
        (
            "{type: object, properties: {a: {}, b: {}}, additionalProperties: false, minProperties: 2}",
            "{type: object, properties: {a: {}, b: {}}, additionalProperties: false, required: [a, b]}",
        ),
        (
            "{anyOf: [{type: string, pattern: '^a'}, {type: string, minLength: 5, maxLength: 3}]}",
            "{type: string, pattern: '^a'}",
        ),
    ] {
        assert_eq!(schemas(old, new), [""; 0], "{old}\n{new}");
        assert_eq!(schemas(new, old), [""; 0], "{new}\n{old}");
    }
}

#[test]
fn what_is_nearly_the_same_in_other_keywords_is_told() {
    for (wide, narrow) in [
        (
            "{type: array, items: {type: string}, maxItems: 1}",
            "{type: array, items: false}",
        ),
        (
            "{type: array, prefixItems: [{type: string}, {type: integer}], maxItems: 2}",
            "{type: array, prefixItems: [{type: string}], items: false}",
        ),
        (
            "{type: array, items: {type: string}, maxItems: 2}",
            "{type: array, items: {type: string}, maxItems: 2, uniqueItems: true}",
        ),
        (
            "{type: object, properties: {a: {type: string}, b: {type: string}}, required: [a], additionalProperties: false}",
            "{type: object, properties: {a: {type: string}, b: {type: string}}, required: [a], maxProperties: 1}",
        ),
        (
            "{type: object, additionalProperties: {type: string, maxLength: 60}}",
            "{type: object, maxProperties: 0}",
        ),
        (
            "{type: object, properties: {a: {}}, additionalProperties: {type: string, maxLength: 60}}",
            "{type: object, properties: {a: {}}, additionalProperties: {type: string, maxLength: 50}}",
        ),
        ("{type: number, multipleOf: 0.5}", "{type: integer}"),
        (
            "{type: integer, multipleOf: 2}",
            "{type: number, multipleOf: 6}",
        ),
        (
            "{type: string, format: uuid, maxLength: 36}",
            "{type: string, format: uuid, pattern: '^a', maxLength: 36}",
        ),
        (
            "{type: object, properties: {a: {}, b: {}, c: {}}}",
            "{type: object, properties: {a: {}, b: {}, c: {}}, if: {not: {required: [a]}}, then: {required: [b]}, else: {required: [c]}}",
        ),
    ] {
        let (there, back) = (schemas(wide, narrow), schemas(narrow, wide));
        let has = |told: &[String], prefix: &str| told.iter().any(|line| line.starts_with(prefix));
        assert!(has(&there, "request breaking"), "{there:?} {narrow}");
        assert!(has(&back, "response breaking"), "{back:?} {narrow}");
    }
}

#[test]
fn maps_that_are_closed_refuse_what_they_took() {
    for map in [
        "{type: object, additionalProperties: {type: string, maxLength: 60}}",
        "{type: object}",
    ] {
        let told = schemas(map, "{type: object, additionalProperties: false}");
        assert_eq!(
            told[0], "request breaking other-properties-refused",
            "{map}"
        );
    }
}

#[test]
fn types_that_are_gone_beside_unions_are_told() {
    let union = "anyOf: [{type: string, minLength: 1}, {type: integer, minimum: 2}]";
    let both = format!(
        "{{allOf: [{{{union}}}, {{anyOf: [{{type: string, maxLength: 9}}, {{type: integer}}]}}]}}"
    );
    for (old, new) in [
        (
            format!("{{{union}, maxLength: 5}}"),
            "{type: integer}".to_owned(),
        ),
        (
            format!("{{{union}}}"),
            format!("{{{union}, type: integer}}"),
        ),
        (both.clone(), "{type: integer}".to_owned()),
        (both, "{not: {type: string}}".to_owned()),
        (
            format!("{{{union}, maxLength: 5}}"),
            "{not: {type: string}}".to_owned(),
        ),
    ] {
        let told = schemas(&old, &new);
        let is_told = told
            .iter()
            .any(|line| line.starts_with("request breaking type"));
        assert!(is_told, "{told:?}\n{old}\n{new}");
    }
}

#[test]
fn bounds_that_no_drawn_instance_reaches_break_all_the_same() {
    for (wide, narrow) in [
        (
            "{type: array, maxItems: 2000}",
            "{type: array, maxItems: 1000}",
        ),
        (
            "{type: array, items: {type: string}, maxItems: 900000}",
            "{type: array, items: {type: string}, maxItems: 800000}",
        ),
        (
            "{type: array, items: {type: integer}, uniqueItems: true, maxItems: 2000}",
            "{type: array, items: {type: integer}, uniqueItems: true, maxItems: 1000}",
        ),
        ("{type: array}", "{type: array, minItems: 3000}"),
        (
            "{type: object, maxProperties: 2000}",
            "{type: object, maxProperties: 1000}",
        ),
        (
            "{type: object, additionalProperties: {type: integer}, maxProperties: 2000}",
            "{type: object, additionalProperties: {type: integer}, maxProperties: 1000}",
        ),
        (
            "{type: string, maxLength: 100000}",
            "{type: string, maxLength: 50000}",
        ),
        (
            "{type: string, maxLength: 900000000}",
            "{type: string, maxLength: 800000000}",
        ),
        (
            "{type: string, pattern: '^a+$', maxLength: 3000}",
            "{type: string, pattern: '^a+$', maxLength: 2000}",
        ),
    ] {
        let (there, back) = (schemas(wide, narrow), schemas(narrow, wide));
        assert!(
            there[0].starts_with("request breaking"),
            "{there:?} {narrow}"
        );
        assert!(
            there[1].starts_with("response compatible"),
            "{there:?} {narrow}"
        );
        assert!(
            back[0].starts_with("request compatible"),
            "{back:?} {narrow}"
        );
        assert!(
            back[1].starts_with("response breaking"),
            "{back:?} {narrow}"
        );
        assert_eq!((there.len(), back.len()), (2, 2));
    }
    // A bound that nothing reaches, whatever it is, is nothing that is known to break.
    let comparison = compared(
        &document(
            "3.1.0",
            "{type: string, format: date-time, maxLength: 900000}",
            "{}",
        ),
        &document(
            "3.1.0",
            "{type: string, format: date-time, maxLength: 800000}",
            "{}",
        ),
    );
    assert_eq!(
        told(&comparison),
        [
            "request unclear length-changed",
            "response compatible length-changed"
        ]
    );
    assert_eq!(comparison.changes[0].evidence, Evidence::NotShown);
}
