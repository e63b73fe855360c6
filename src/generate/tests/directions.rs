//! Members that do not travel in a direction are in no instance for it, valid or not.

use super::*;

const TEXT: &str = "
openapi: 3.1.0
components:
  schemas:
    User:
      type: object
      required: [requestOnlyName, name, responseOnlyId]
      example: {responseOnlyId: u1, name: Ann, requestOnlyName: Ann}
      properties:
        responseOnlyId: {type: string, readOnly: true}
        requestOnlyName: {type: string, minLength: 2, writeOnly: true}
        name: {type: string, minLength: 2}
        both: {type: string}
        contact:
          oneOf:
          - type: object
            required: [mail]
            properties: {mail: {type: string}, responseOnlyStamp: {type: boolean, readOnly: true}}
          - type: object
            required: [phone]
            properties: {phone: {type: integer}, responseOnlyDay: {$ref: '#/components/schemas/Day'}}
        tags:
          type: object
          minProperties: 1
          maxProperties: 2
          propertyNames: {pattern: '^[a-zA-Z]+$'}
          properties: {responseOnlyTag: {readOnly: true}, requestOnlyTag: {writeOnly: true}}
        part: {$ref: '#/components/schemas/Part'}
    Day: {type: string, format: date, readOnly: true}
    Part:
      allOf:
      - type: object
        required: [plain]
        additionalProperties: false
        properties:
          responseOnlyDay: {allOf: [{$ref: '#/components/schemas/Day'}, {minLength: 1}]}
          requestOnlyPart: {type: integer, writeOnly: true}
          plain: {type: integer}
";

fn has_name(value: &Value, prefix: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| has_name(item, prefix)),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| name.starts_with(prefix) || has_name(member, prefix)),
        _ => false,
    }
}

#[test]
fn no_instance_has_a_member_of_the_other_direction() {
    let mut builder = SchemaSetBuilder::default();
    let document = Document::parse("api.yaml", TEXT).unwrap();
    let number = builder.add(document, Dialect::Draft202012);
    let set = builder.build();
    for (direction, own, other) in [
        (Direction::Request, "requestOnly", "responseOnly"),
        (Direction::Response, "responseOnly", "requestOnly"),
    ] {
        let at = "/components/schemas/User".parse().unwrap();
        let schema = set.schema(number, &at, direction);
        let generator = Generator::new(&schema).unwrap();
        let mut all: Vec<Value> = generator.series(Seed::new(1)).take(150).collect();
        all.extend((0..50).map(|seed| generator.valid(Seed::new(seed)).unwrap()));
        let made = generator.invalid(Seed::new(1), 150);
        for keyword in ["maxProperties", "oneOf", "required", "additionalProperties"] {
            let is_broken = |made: &Invalid| made.mutation.keyword == keyword;
            assert!(made.iter().any(is_broken), "{direction:?} {keyword}");
        }
        assert!(made.len() > 80);
        all.extend(made.into_iter().map(|made| made.value));
        let list = generator.boundary(500);
        all.extend(list.iter().map(|boundary| boundary.value().clone()));
        assert!(all.iter().any(|value| has_name(value, own)));
        for value in &all {
            assert!(!has_name(value, other), "{direction:?} {value}");
        }
    }
}

#[test]
fn what_nothing_else_can_break_has_no_invalid_instance() {
    let value = json!({"properties": {"id": {"type": "string", "readOnly": true}}});
    let request = schema(&value).towards(Direction::Request);
    let response = schema(&value).towards(Direction::Response);
    let of = |schema: &Schema| {
        let generator = Generator::new(schema).unwrap();
        generator.invalid(Seed::new(1), 20).len()
    };
    assert_eq!(of(&request), 0);
    assert!(of(&response) > 0);
}

#[test]
fn a_name_that_one_branch_takes_is_held_back_by_no_other() {
    let value = json!({"type": "object", "required": ["kind", "id"], "oneOf": [
        {"properties": {"kind": {"const": "new"}, "id": {"type": "string", "readOnly": true}}},
        {"properties": {"kind": {"const": "old"}, "id": {"type": "string"}}}
    ]});
    let generator = Generator::new(&schema(&value).towards(Direction::Request)).unwrap();
    let mut old = generator
        .series(Seed::new(1))
        .take(40)
        .filter(|value| value["kind"] == "old" && value.get("id").is_some());
    assert!(old.next().is_some());
}
