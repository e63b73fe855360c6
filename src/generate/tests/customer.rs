//! The component schemas of real documents.

use super::*;

/// The schemas of a document's components, by name.
pub(super) fn components_of(
    name: &str,
    dialect: Dialect,
    direction: Direction,
) -> Vec<(String, Schema)> {
    let path = format!("{}/specs/{name}", env!("CARGO_MANIFEST_DIR"));
    let document = Document::parse(name, &std::fs::read_to_string(path).unwrap()).unwrap();
    let at: Pointer = "/components/schemas".parse().unwrap();
    let names: Vec<String> = document
        .node(&at)
        .unwrap()
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let mut builder = SchemaSetBuilder::default();
    let number = builder.add(document, dialect);
    let set = builder.build();
    names
        .into_iter()
        .map(|name| {
            let schema = set.schema(number, &at.join(&name), direction);
            (name, schema)
        })
        .collect()
}

fn components() -> Vec<(String, Schema)> {
    components_of("users-api.yaml", Dialect::OpenApi31, Direction::Request)
}

#[test]
fn components_of_another_dialect_have_instances_of_both_kinds() {
    for direction in [Direction::Request, Direction::Response] {
        let components = components_of("petstore-3.0.yaml", Dialect::OpenApi30, direction);
        assert!(components.len() > 3);
        for (name, schema) in components {
            let generator =
                Generator::new(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
            let validator = schema.validator().unwrap();
            for instance in generator.series(Seed::new(1)).take(30) {
                assert!(validator.is_valid(&instance), "{name}: {instance}");
            }
            let made = generator.invalid(Seed::new(1), 30);
            assert!(!made.is_empty(), "{name}");
            for invalid in made {
                assert!(is_labelled(&schema, &invalid), "{name}: {invalid:?}");
            }
        }
    }
}

#[test]
fn every_component_has_valid_instances() {
    for (name, schema) in components() {
        let generator = Generator::new(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        let validator = schema.validator().unwrap();
        for number in 0..5 {
            let instance = generator
                .valid(Seed::new(number))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(validator.is_valid(&instance), "{name}: {instance}");
        }
    }
}

#[test]
fn every_component_has_invalid_instances_that_are_what_they_claim() {
    let mut total = 0;
    let mut single = 0;
    for (name, schema) in components() {
        let generator = Generator::new(&schema).unwrap();
        let made = generator.invalid(Seed::new(1), 30);
        assert!(!made.is_empty(), "{name}");
        for invalid in made {
            total += 1;
            single += usize::from(invalid.single);
            assert!(is_labelled(&schema, &invalid), "{name}: {invalid:?}");
        }
    }
    assert!(
        single * 100 >= total * 98,
        "{single} of {total} break one rule only"
    );
}

#[test]
fn a_hundred_draws_reach_every_enum_member_and_optional_member() {
    let (_, schema) = components()
        .into_iter()
        .find(|(name, _)| name == "UserPersonalInfo")
        .unwrap();
    let members: Vec<String> = schema.value()["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let seat: Vec<Value> = components()
        .into_iter()
        .find(|(name, _)| name == "UserTitle")
        .unwrap()
        .1
        .value()["enum"]
        .as_array()
        .unwrap()
        .clone();
    let drawn: Vec<Value> = Generator::new(&schema)
        .unwrap()
        .series(Seed::new(3))
        .take(100)
        .collect();
    assert_eq!(drawn.len(), 100);
    for name in members {
        assert!(
            drawn.iter().any(|instance| instance.get(&name).is_some()),
            "{name}"
        );
        assert!(
            drawn.iter().any(|instance| instance.get(&name).is_none())
                || is_required(&schema, &name),
            "{name}"
        );
    }
    for title in seat {
        assert!(
            drawn
                .iter()
                .any(|instance| instance.get("title") == Some(&title)),
            "{title}"
        );
    }
}

fn is_required(schema: &Schema, name: &str) -> bool {
    schema
        .value()
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(|names| names.iter().any(|other| other == name))
}
