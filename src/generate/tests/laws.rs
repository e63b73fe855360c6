//! Laws of generators, over schemas of many shapes.

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;

fn shapes() -> Vec<Value> {
    vec![
        json!({"type": "object", "required": ["id", "tags"], "properties": {
            "id": {"type": "string", "format": "uuid"},
            "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{2,8}$"}, "minItems": 1, "uniqueItems": true},
            "price": {"type": "number", "multipleOf": 0.05, "exclusiveMinimum": 0},
            "note": {"type": ["string", "null"], "maxLength": 20}
        }}),
        json!({"oneOf": [
            {"type": "object", "required": ["cat"], "properties": {"cat": {"type": "integer", "minimum": 7}}, "additionalProperties": false},
            {"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2}
        ]}),
        json!({"type": "object", "required": ["next"], "properties": {
            "next": {"anyOf": [{"type": "null"}, {"$ref": "#"}]}, "value": {"type": "integer", "minimum": 10}}}),
        json!({"type": "array", "contains": {"const": "k"}, "minContains": 2, "items": {"type": "string"}}),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equal_seeds_give_equal_bytes(number in any::<u64>(), shape in 0..4usize) {
        let value = &shapes()[shape];
        let (one, other) = (generator(value), generator(value));
        let seed = Seed::new(number);
        prop_assert_eq!(one.valid(seed).unwrap().to_string(), other.valid(seed).unwrap().to_string());
        prop_assert_eq!(one.minimal(seed).unwrap().to_string(), other.minimal(seed).unwrap().to_string());
        let series = |generator: &Generator| generator.series(seed).take(5).collect::<Vec<_>>();
        prop_assert_eq!(series(&one), series(&other));
        // What was drawn before makes no difference.
        prop_assert_eq!(one.invalid(seed, 8), other.invalid(seed, 8));
        prop_assert_eq!(one.invalid(seed, 8), other.invalid(seed, 8));
    }

    #[test]
    fn shrinking_passes_through_valid_instances_only_and_ends(number in any::<u64>(), shape in 0..4usize, answers in any::<u64>()) {
        let value = &shapes()[shape];
        let validator = schema(value).validator().unwrap();
        let mut tree = generator(value).strategy().new_tree(&mut Seed::new(number).runner()).unwrap();
        prop_assert_eq!(tree.current(), generator(value).valid(Seed::new(number)).unwrap());
        let mut steps = 0u32;
        while tree.simplify() {
            prop_assert!(validator.is_valid(&tree.current()), "{}", tree.current());
            steps += 1;
            if answers >> (steps % 64) & 1 == 1 {
                let simpler = tree.current();
                prop_assert!(tree.complicate());
                prop_assert!(tree.current() != simpler);
                prop_assert!(validator.is_valid(&tree.current()));
            }
            prop_assert!(steps < 5_000);
        }
    }

    #[test]
    fn invalid_instances_keep_their_label_when_they_shrink(number in any::<u64>(), shape in 0..4usize, answers in any::<u64>()) {
        let schema = schema(&shapes()[shape]);
        let strategy = Generator::new(&schema).unwrap().invalid_strategy();
        let mut tree = strategy.new_tree(&mut Seed::new(number).runner()).unwrap();
        let first = tree.current();
        let mut steps = 0u32;
        while tree.simplify() {
            let current = tree.current();
            prop_assert!(is_labelled(&schema, &current), "{:?}", current);
            prop_assert_eq!((&current.mutation, current.single), (&first.mutation, first.single));
            let missing = current.mutation.keyword == "required";
            let there = current.value.pointer(current.mutation.instance.as_str()).is_some();
            prop_assert_eq!(there, !missing);
            steps += 1;
            if answers >> (steps % 64) & 1 == 1 {
                prop_assert!(tree.complicate());
            }
            prop_assert!(steps < 5_000);
        }
    }
}

#[test]
fn an_invalid_instance_shrinks_to_little_but_its_violation() {
    let value = json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "string", "minLength": 3},
        "list": {"type": "array", "items": {"type": "integer", "maximum": 9}},
        "choice": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["kind", "name"]}]}}});
    let strategy = generator(&value).invalid_strategy();
    let mut shrunk = std::collections::BTreeMap::new();
    for number in 0..80 {
        let mut tree = strategy.new_tree(&mut Seed::new(number).runner()).unwrap();
        while tree.simplify() {}
        let Invalid {
            value, mutation, ..
        } = tree.current();
        shrunk.insert(mutation.description, value.to_string());
    }
    let of = |description: &str| shrunk.get(description).map(String::as_str);
    assert_eq!(of("`/id` is missing"), Some("{}"), "{shrunk:?}");
    assert_eq!(
        of("`/id` is shorter than 3 characters"),
        Some(r#"{"id":""}"#)
    );
    assert_eq!(
        of("`/list/0` is greater than 9"),
        Some(r#"{"id":"aaa","list":[10]}"#)
    );
    let union = "`/choice/name` is missing, so `/choice` fails `anyOf`";
    assert!(
        of(union).is_some_and(|text| text.contains("kind")),
        "{shrunk:?}"
    );
}

#[test]
fn shrinking_ends_at_the_simplest_instance() {
    let value = json!({"type": "object", "required": ["n", "s"], "properties": {
        "n": {"type": "integer", "minimum": 12}, "s": {"type": "string", "minLength": 2}, "more": {"type": "array"}}});
    for number in 0..10 {
        let mut tree = generator(&value)
            .strategy()
            .new_tree(&mut Seed::new(number).runner())
            .unwrap();
        while tree.simplify() {}
        assert_eq!(tree.current(), json!({"n": 12, "s": "aa"}));
    }
}

#[test]
fn shrinking_keeps_what_a_test_fails_for() {
    let value = json!({"type": "array", "items": {"type": "integer"}});
    let fails = |instance: &Value| {
        instance
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item.as_i64().unwrap() > 20)
    };
    let mut shrunk = 0;
    for number in 0..40 {
        let mut tree = generator(&value)
            .strategy()
            .new_tree(&mut Seed::new(number).runner())
            .unwrap();
        if !fails(&tree.current()) {
            continue;
        }
        shrunk += 1;
        while tree.simplify() {
            if !fails(&tree.current()) {
                tree.complicate();
            }
        }
        assert_eq!(tree.current(), json!([21]));
    }
    assert!(shrunk > 5);
}

#[test]
fn every_rule_is_broken_once_before_any_is_broken_twice() {
    let made = generator(&shapes()[0]).invalid(Seed::new(8), 40);
    let rules: Vec<_> = made
        .iter()
        .map(|invalid| {
            let missing =
                (invalid.mutation.keyword == "required").then(|| invalid.mutation.instance.clone());
            (invalid.mutation.schema.pointer.clone(), missing)
        })
        .collect();
    let mut distinct = rules.clone();
    distinct.sort();
    distinct.dedup();
    let mut first: Vec<_> = rules[..distinct.len()].to_vec();
    first.sort();
    first.dedup();
    assert_eq!(first.len(), distinct.len());
    assert!(distinct.len() >= 10, "{distinct:?}");
}

#[test]
fn generators_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Generator>();
    shared::<InstanceStrategy>();
}
