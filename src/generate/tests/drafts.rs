//! What older drafts mean by their keywords: what is accepted, what is refused, and that broken
//! keywords are named as they were written.

use super::*;

struct Row {
    dialect: Dialect,
    schema: Value,
    accepts: Value,
    refuses: Value,
    /// What can be broken alone: keyword and place.
    broken: &'static [(&'static str, &'static str)],
}

fn row(
    dialect: Dialect,
    schema: Value,
    accepts: Value,
    refuses: Value,
    broken: &'static [(&'static str, &'static str)],
) -> Row {
    Row {
        dialect,
        schema,
        accepts,
        refuses,
        broken,
    }
}

fn rows() -> Vec<Row> {
    use Dialect::{Draft4, Draft6, Draft7, Draft201909, Draft202012, OpenApi30};
    vec![
        row(
            Draft4,
            json!({"type": "number", "minimum": 3, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false}),
            json!([3.5, 5]),
            json!([3, 6]),
            &[("minimum", "/minimum"), ("maximum", "/maximum")],
        ),
        row(
            Draft4,
            json!({"type": "integer", "exclusiveMinimum": 3, "const": 1, "contains": {"type": "null"}, "propertyNames": false, "if": true, "then": false}),
            json!([1, 2, 3]),
            json!(["x"]),
            &[("type", "/type")],
        ),
        row(
            Draft4,
            json!({"id": "http://example.com/root.json", "type": "array", "items": {"$ref": "#item"},
                "definitions": {"a": {"id": "#item", "type": "boolean"}}}),
            json!([[true]]),
            json!([[1]]),
            &[("type", "/definitions/a/type")],
        ),
        row(
            Draft4,
            json!({"$ref": "#/definitions/a", "minLength": 9, "definitions": {"a": {"type": "string", "maxLength": 4}}}),
            json!(["ab"]),
            json!(["abcde", 1]),
            &[("maxLength", "/definitions/a/maxLength")],
        ),
        row(
            Draft6,
            json!({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": {"type": "boolean"}, "minItems": 3}),
            json!([["a", 1, true], ["a", 1, true, false]]),
            json!([["a", "b", true], ["a", 1, 1]]),
            &[
                ("type", "/items/0/type"),
                ("type", "/items/1/type"),
                ("type", "/additionalItems/type"),
            ],
        ),
        row(
            Draft7,
            json!({"type": "array", "items": [{"type": "string"}], "additionalItems": false, "minItems": 1}),
            json!([["a"]]),
            json!([["a", 1], [1]]),
            &[
                ("falseSchema", "/additionalItems"),
                ("minItems", "/minItems"),
            ],
        ),
        row(
            Draft7,
            json!({"type": "array", "items": {"type": "string"}, "additionalItems": false}),
            json!([["a", "b"]]),
            json!([[1]]),
            &[("type", "/items/type")],
        ),
        row(
            Draft7,
            json!({"type": "array", "items": [], "additionalItems": {"type": "null"}}),
            json!([[], [null]]),
            json!([[1]]),
            &[("type", "/additionalItems/type")],
        ),
        row(
            Draft7,
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                "dependencies": {"a": ["b"], "b": {"properties": {"a": {"minimum": 5}}}}}),
            json!([{"a": 5, "b": 1}]),
            json!([{"a": 5}, {"a": 4, "b": 1}]),
            &[
                ("dependencies", "/dependencies"),
                ("minimum", "/dependencies/b/properties/a/minimum"),
            ],
        ),
        row(
            Draft4,
            json!({"type": "object", "dependencies": {"a": ["b", "c"]}}),
            json!([{"a": 5, "b": 1, "c": null}, {"b": 1}]),
            json!([{"a": 5}, {"a": 4, "b": 1}]),
            &[("dependencies", "/dependencies")],
        ),
        row(
            Draft7,
            json!({"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"],
                "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["x"]},
                "dependentRequired": {"kind": ["z"]}, "unevaluatedProperties": false}),
            json!([{"kind": "b"}, {"kind": "a", "x": 1}]),
            json!([{"kind": "a"}, {"kind": "c"}]),
            &[
                ("enum", "/properties/kind/enum"),
                ("required", "/then/required"),
            ],
        ),
        row(
            Draft7,
            json!({"$ref": "#/properties/a", "properties": {"a": {"type": "string", "minLength": 2}}}),
            json!(["ab"]),
            json!(["a", {}]),
            &[("minLength", "/properties/a/minLength")],
        ),
        row(
            Draft201909,
            json!({"$ref": "#/$defs/a", "minLength": 3, "$defs": {"a": {"type": "string", "maxLength": 6}}}),
            json!(["abc"]),
            json!(["ab", "abcdefg"]),
            &[
                ("minLength", "/minLength"),
                ("maxLength", "/$defs/a/maxLength"),
            ],
        ),
        row(
            Draft201909,
            json!({"type": "array", "items": [{"type": "string"}], "unevaluatedItems": {"type": "integer"}, "minItems": 2}),
            json!([["a", 1]]),
            json!([["a", "b"]]),
            &[("type", "/items/0/type")],
        ),
        row(
            Draft201909,
            json!({"type": "object", "dependencies": {"a": ["b"]}, "dependentRequired": {"a": ["c"]}, "required": ["a"]}),
            json!([{"a": 1, "b": 1, "c": 1}]),
            json!([{"a": 1, "b": 1}, {"a": 1, "c": 1}]),
            &[("dependentRequired", "/dependentRequired")],
        ),
        row(
            Draft201909,
            json!({"$id": "http://example.com/strict", "$recursiveAnchor": true, "$ref": "tree", "unevaluatedProperties": false,
                "$defs": {"tree": {"$id": "tree", "$recursiveAnchor": true, "type": "object", "properties": {
                    "data": {"type": "integer"}, "children": {"type": "array", "items": {"$recursiveRef": "#"}}}}}}),
            json!([{"data": 1, "children": [{"data": 2}]}]),
            json!([{"data": 1, "children": [{"date": 2}]}, {"date": 1}]),
            &[
                ("unevaluatedProperties", "/unevaluatedProperties"),
                ("type", "/$defs/tree/properties/data/type"),
            ],
        ),
        row(
            Draft202012,
            json!({"$id": "http://example.com/strings", "$ref": "list",
                "$defs": {
                    "of": {"$dynamicAnchor": "item", "type": "string"},
                    "list": {"$id": "list", "type": "array", "minItems": 1, "items": {"$dynamicRef": "#item"},
                        "$defs": {"any": {"$dynamicAnchor": "item"}}}}}),
            json!([["a"]]),
            json!([[1], []]),
            &[
                ("type", "/$defs/of/type"),
                ("minItems", "/$defs/list/minItems"),
            ],
        ),
        row(
            OpenApi30,
            json!({"type": "integer", "minimum": 3, "exclusiveMinimum": true, "nullable": true}),
            json!([4, null]),
            json!([3, "x"]),
            &[("minimum", "/minimum"), ("type", "/type")],
        ),
    ]
}

#[test]
fn each_draft_is_read_as_it_is_meant_and_labels_name_what_was_written() {
    for row in rows() {
        let value = &row.schema;
        let document = Document::from_value("schema.json", value.clone());
        let schema = SchemaSet::of_schema(document, row.dialect);
        let validator = schema.validator().unwrap();
        for instance in row.accepts.as_array().unwrap() {
            assert!(validator.is_valid(instance), "{value} accepts {instance}");
        }
        for instance in row.refuses.as_array().unwrap() {
            assert!(!validator.is_valid(instance), "{value} refuses {instance}");
        }
        let generator = Generator::new(&schema).unwrap_or_else(|error| panic!("{value}: {error}"));
        for number in 0..20 {
            let instance = generator.valid(Seed::new(number));
            let instance = instance.unwrap_or_else(|error| panic!("{value}: {error}"));
            assert!(validator.is_valid(&instance), "{value}: {instance}");
        }
        let found = generator.invalid(Seed::new(3), 60);
        for invalid in &found {
            assert!(is_labelled(&schema, invalid), "{value}: {invalid:?}");
        }
        for (keyword, place) in row.broken {
            let is_broken = found.iter().any(|invalid| {
                let label = &invalid.mutation;
                invalid.single
                    && label.keyword == *keyword
                    && label.schema.pointer.as_str() == *place
            });
            let labels: Vec<_> = found.iter().map(|invalid| &invalid.mutation).collect();
            assert!(is_broken, "{value}: `{keyword}` at {place}: {labels:#?}");
        }
    }
}

#[test]
fn schemas_that_nothing_satisfies_can_still_be_broken() {
    for value in [
        json!(false),
        json!({"type": "string", "enum": [1]}),
        json!({"allOf": [{"type": "null"}, {"type": "integer"}]}),
    ] {
        let schema = schema(&value);
        assert!(Generator::new(&schema).is_err(), "{value}");
        let found = Generator::strays(&schema, Seed::new(1), 5).unwrap();
        assert_eq!(found.len(), 5, "{value}");
        assert!(found.iter().all(|invalid| is_labelled(&schema, invalid)));
    }
    let everything = schema(&json!(true));
    assert_eq!(Generator::strays(&everything, Seed::new(1), 5).unwrap(), []);
}

#[test]
fn each_draft_asserts_the_formats_that_it_lists_and_openapi_all() {
    use Dialect::{Draft4, Draft6, Draft7, Draft201909, Draft202012, OpenApi30, OpenApi31};
    let all = [
        Draft4,
        Draft6,
        Draft7,
        Draft201909,
        Draft202012,
        OpenApi30,
        OpenApi31,
    ];
    // How many of the dialects do not know the format.
    for (format, unknown) in [
        ("date-time", 0),
        ("email", 0),
        ("hostname", 0),
        ("ipv4", 0),
        ("ipv6", 0),
        ("uri", 0),
        ("uri-reference", 1),
        ("uri-template", 1),
        ("json-pointer", 1),
        ("date", 2),
        ("time", 2),
        ("iri", 2),
        ("regex", 2),
        ("relative-json-pointer", 2),
        ("uuid", 3),
        ("duration", 3),
        ("byte", 5),
    ] {
        for (number, dialect) in all.into_iter().enumerate() {
            let value = json!({"type": "string", "format": format});
            let document = Document::from_value("s.json", value);
            let schema = SchemaSet::of_schema(document, dialect);
            let known = SchemaSet::of_schema(
                Document::from_value("s.json", json!({"type": "string", "format": format})),
                OpenApi31,
            );
            let (validator, strict) = (schema.validator().unwrap(), known.validator().unwrap());
            let wrong = json!("(%\\ {");
            assert_eq!(
                validator.is_valid(&wrong),
                number < unknown,
                "{format} {dialect:?}"
            );
            let generator = Generator::new(&schema).unwrap();
            for instance in generator.series(Seed::new(1)).take(10) {
                assert!(
                    strict.is_valid(&instance),
                    "{format} {dialect:?} {instance}"
                );
            }
            let broken = generator.invalid(Seed::new(1), 20);
            let is_broken = broken.iter().any(|made| made.mutation.keyword == "format");
            assert_eq!(is_broken, number >= unknown, "{format} {dialect:?}");
        }
    }
    // What is merely hinted at gives way.
    let value = json!({"type": "string", "format": "uuid", "pattern": "^x{3}$"});
    let schema = SchemaSet::of_schema(Document::from_value("s.json", value), Draft7);
    let made = Generator::new(&schema).unwrap().valid(Seed::new(1));
    assert_eq!(made.unwrap(), "xxx");
    let value = json!({"type": "integer", "format": "int32", "minimum": 5_000_000_000_u64});
    let schema = SchemaSet::of_schema(Document::from_value("s.json", value), Draft202012);
    assert!(Generator::new(&schema).unwrap().valid(Seed::new(1)).is_ok());
}

#[test]
fn legal_patterns_that_the_engine_cannot_read_are_kept_and_broken_as_written() {
    for (pattern, accepts, refuses) in [
        ("^a[^]{2}b$", "a\n\rb", "axb"),
        ("^(x|[])$", "x", ""),
        (r"^a\0b$", "a\0b", "ab"),
        (r"^\uD83D\uDE00$", "😀", "😁"),
        (r"^[\uD83D\uDE00x]{2}$", "😀x", "😀"),
        (r"^[\s\S]{2,262144}$", "\n\n", "x"),
        ("^.{1,262144}$", "é", ""),
        ("^.{0,262144}$", "", "a\nb"),
    ] {
        let value = json!({"type": "string", "pattern": pattern});
        let schema = super::schema(&value);
        let validator = schema.validator().unwrap();
        assert!(validator.is_valid(&json!(accepts)), "{pattern}");
        let violation = validator.first_violation(&json!(refuses)).unwrap();
        assert_eq!(
            (&*violation.keyword, violation.schema.pointer.as_str()),
            ("pattern", "/pattern"),
            "{pattern}"
        );
        let generator = Generator::new(&schema).unwrap();
        for instance in generator.series(Seed::new(1)).take(10) {
            assert!(validator.is_valid(&instance), "{pattern} {instance}");
        }
        let made = generator.invalid(Seed::new(1), 20);
        let broken = made
            .iter()
            .filter(|made| made.single && made.mutation.keyword == "pattern");
        assert!(broken.count() > 0, "{pattern}: {made:?}");
        for made in &made {
            assert!(is_labelled(&schema, made), "{pattern}: {made:?}");
        }
    }
    // What is said twice is judged, though none of it is made.
    let twice = super::schema(&json!({"type": "string", "pattern": r"^(?<y>a|b)-\k<y>$"}));
    let validator = twice.validator().unwrap();
    assert!(validator.is_valid(&json!("b-b")) && !validator.is_valid(&json!("a-b")));
    // Nothing is in a class without members.
    let nothing = super::schema(&json!({"type": "string", "pattern": "^[]$"}));
    let made = Generator::new(&nothing).and_then(|generator| generator.valid(Seed::new(1)));
    assert!(made.is_err_and(|error| error.to_string().contains("no valid instance")));
}
