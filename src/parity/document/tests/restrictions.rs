//! Restrictions: what is forbidden, what is excluded, and what is said and restricts nothing.

use super::{compared, document, told};
use crate::parity::document::Evidence;

fn schemas(old: &str, new: &str) -> Vec<String> {
    told(&compared(
        &document("3.1.0", old, "{}"),
        &document("3.1.0", new, "{}"),
    ))
}

#[test]
fn a_property_that_nothing_satisfies_must_be_missing() {
    let never = "{type: object, properties: {a: false}}";
    let shut = "{type: object, additionalProperties: false, properties: {b: {}}}";
    let both = "{type: object, additionalProperties: false, properties: {a: {not: {}}, b: {}}}";
    for (old, new, expected) in [
        (
            "{type: object}",
            never,
            &[
                "request breaking property-removed /a",
                "response compatible property-removed /a",
            ][..],
        ),
        (
            "{type: object}",
            "{type: object, properties: {a: {not: {}}}}",
            &[
                "request breaking property-removed /a",
                "response compatible property-removed /a",
            ],
        ),
        (
            never,
            "{type: object}",
            &[
                "request compatible property-added /a",
                "response unclear property-added /a",
            ],
        ),
        (
            "{type: object, properties: {a: {type: string}}}",
            never,
            &[
                "request breaking type-changed /a",
                "response compatible type-changed /a",
            ],
        ),
        (shut, both, &[]),
        (both, shut, &[]),
        // What nobody may send must not be asked for.
        (
            "{type: object, additionalProperties: {type: string}}",
            "{type: object, additionalProperties: {type: string}, properties: {a: false}}",
            &[
                "request breaking property-removed /a",
                "response compatible property-removed /a",
            ],
        ),
    ] {
        assert_eq!(schemas(old, new), expected, "{old}\n{new}");
    }
    let shown = compared(
        &document("3.1.0", "{type: object}", "{}"),
        &document("3.1.0", never, "{}"),
    );
    assert_eq!(shown.changes[0].evidence, Evidence::Shown);
}

#[test]
fn what_is_not_of_a_type_is_of_the_others() {
    for (old, new) in [
        (
            "{not: {type: string}}",
            "{type: [object, array, number, boolean, 'null']}",
        ),
        (
            "{type: [string, integer], not: {type: integer}}",
            "{type: string}",
        ),
        (
            "{not: {anyOf: [{type: [string, number]}]}, type: [boolean, number]}",
            "{type: boolean}",
        ),
    ] {
        assert_eq!(schemas(old, new), [""; 0], "{old}\n{new}");
    }
    assert_eq!(
        schemas(
            "{type: [string, integer]}",
            "{type: [string, integer], not: {type: integer}}"
        ),
        [
            "request breaking types-removed",
            "response compatible types-removed"
        ]
    );
}

#[test]
fn encodings_and_media_types_of_texts_are_annotations() {
    let plain = "{type: string}";
    let base64 = "{type: string, contentEncoding: base64}";
    let media = |name: &str| format!("{{type: string, contentMediaType: {name}}}");
    for (old, new) in [
        (plain, base64),
        (base64, plain),
        (base64, "{type: string, contentEncoding: quoted-printable}"),
        (&*media("image/png"), &*media("image/jpeg")),
        (plain, &*media("image/png")),
    ] {
        let mut told = schemas(old, new);
        told.dedup();
        assert_eq!(told, ["note format-changed"], "{old}\n{new}");
    }
    assert_eq!(schemas(&media("image/png"), &media("IMAGE/PNG")), [""; 0]);
    assert_eq!(
        schemas(base64, "{type: string, contentEncoding: BASE64}"),
        [""; 0]
    );
    // A format that this program asserts is more.
    assert_eq!(
        schemas(plain, "{type: string, format: byte}"),
        [
            "request breaking format-changed",
            "response compatible format-changed"
        ]
    );
}
