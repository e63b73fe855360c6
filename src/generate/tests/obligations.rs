//! How much of real schemas boundary lists reach, counted from the schemas: nothing here knows how
//! lists are made.

use std::collections::{BTreeMap, BTreeSet};

use super::customer::components_of;
use super::*;

/// What there is to reach at a place: its keyword, and which of the things that it asks for.
type Obligation = (String, String);

/// Every schema that one schema leads to, with the numbers of those below.
struct Places(Vec<(Schema, Vec<(Step, usize)>)>);

impl Places {
    fn new(root: &Schema) -> Self {
        let mut numbers = BTreeMap::from([(root.pointer().clone(), 0)]);
        let mut schemas = vec![root.clone()];
        let mut found = Vec::new();
        while let Some(schema) = schemas.get(found.len()).cloned() {
            let mut below = Vec::new();
            for (step, child) in children(&schema) {
                let next = schemas.len();
                let number = *numbers.entry(child.pointer().clone()).or_insert(next);
                if number == next {
                    schemas.push(child);
                }
                below.push((step, number));
            }
            found.push((schema, below));
        }
        Self(found)
    }

    /// The nodes of an instance that each place speaks about.
    fn nodes<'a>(&self, instance: &'a Value) -> Vec<Vec<&'a Value>> {
        let mut found: Vec<Vec<&Value>> = vec![Vec::new(); self.0.len()];
        let mut pending = vec![(0, instance)];
        while let Some((number, node)) = pending.pop() {
            if found[number].iter().any(|other| std::ptr::eq(*other, node)) {
                continue;
            }
            found[number].push(node);
            let (schema, below) = &self.0[number];
            for (step, child) in below {
                match (step, node) {
                    (Step::Same, node) => pending.push((*child, node)),
                    (Step::Member(name), Value::Object(members)) => {
                        pending.extend(members.get(name).map(|node| (*child, node)));
                    }
                    (Step::Items, Value::Array(items)) => {
                        pending.extend(items.iter().map(|item| (*child, item)));
                    }
                    (Step::Rest, Value::Object(members)) => {
                        let declared = &schema.value()["properties"];
                        let rest = members
                            .iter()
                            .filter(|(name, _)| declared.get(name).is_none());
                        pending.extend(rest.map(|(_, node)| (*child, node)));
                    }
                    _ => {}
                }
            }
        }
        found
    }
}

/// The schemas below a schema, each with the step that leads to its instances.
fn children(schema: &Schema) -> Vec<(Step, Schema)> {
    let value = schema.value();
    let mut found = Vec::new();
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        found.extend(schema.follow(reference).map(|target| (Step::Same, target)));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if keyword == "oneOf" && is_blurred(schema) {
            continue;
        }
        for index in 0..value
            .get(keyword)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
        {
            let below = schema.below(&[keyword, &index.to_string()]);
            found.extend(below.map(|branch| (Step::Same, branch)));
        }
    }
    for name in value
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|members| members.keys())
    {
        let below = schema
            .below(&["properties", name])
            .filter(|_| !is_marked(schema, name));
        found.extend(below.map(|property| (Step::Member(name.clone()), property)));
    }
    if value.get("items").is_some() {
        found.extend(schema.below(&["items"]).map(|items| (Step::Items, items)));
    }
    if value
        .get("additionalProperties")
        .is_some_and(Value::is_object)
    {
        let below = schema.below(&["additionalProperties"]);
        found.extend(below.map(|rest| (Step::Rest, rest)));
    }
    found
}

/// Whether an object without members matches several branches of the schema's `oneOf`: what stands
/// below them is part of no instance that means anything.
fn is_blurred(schema: &Schema) -> bool {
    let count = schema
        .value()
        .get("oneOf")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let branches = (0..count).filter_map(|index| schema.below(&["oneOf", &index.to_string()]));
    let matches = |branch: &Schema| branch.validator().unwrap().is_valid(&json!({}));
    branches.filter(matches).count() > 1
}

/// Whether a property does not travel in requests.
fn is_marked(schema: &Schema, name: &str) -> bool {
    let property = schema.below(&["properties", name]).unwrap();
    property.value().get("readOnly") == Some(&json!(true))
        || property.resolved().value().get("readOnly") == Some(&json!(true))
}

enum Step {
    Same,
    Member(String),
    Items,
    Rest,
}

const TYPES: [&str; 6] = ["null", "boolean", "number", "string", "array", "object"];

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The types that a schema's own `type` allows, numbers and integers as one.
fn allowed(schema: &Value) -> Vec<&str> {
    let names: Vec<&str> = match schema.get("type") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(name) => name.as_str().into_iter().collect(),
        None => Vec::new(),
    };
    names
        .into_iter()
        .map(|name| if name == "integer" { "number" } else { name })
        .collect()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a schema's own keywords ask for on one side.
fn asked(schema: &Schema, valid: bool) -> Vec<(String, String)> {
    let value = schema.value();
    let mut found = Vec::new();
    let mut add = |keyword: &str, what: &str| found.push((keyword.to_owned(), what.to_owned()));
    for (keyword, argument) in value.as_object().into_iter().flatten() {
        match (keyword.as_str(), argument) {
            // A value of another type is one that is not in the list.
            ("type", _)
                if !valid && (value.get("enum").is_some() || value.get("const").is_some()) => {}
            ("type", _) => {
                let allowed = allowed(value);
                for name in TYPES.iter().filter(|name| allowed.contains(name) == valid) {
                    add("type", name);
                }
                if valid && allowed.contains(&"boolean") && value.get("enum").is_none() {
                    add("type", "true");
                    add("type", "false");
                }
            }
            ("enum", Value::Array(members)) if valid => {
                for member in members {
                    add("enum", &member.to_string());
                }
            }
            ("required", _) => {
                for name in strings(Some(argument)) {
                    add("required", &name);
                }
            }
            ("properties", Value::Object(members)) if valid => {
                let required = strings(value.get("required"));
                for name in members
                    .keys()
                    .filter(|name| !required.contains(name) && !is_marked(schema, name))
                {
                    add("properties", name);
                    add("properties", &format!("no {name}"));
                }
            }
            ("items", _) if valid => {
                for count in ["0", "1", "more"] {
                    add("items", count);
                }
            }
            ("anyOf" | "oneOf", Value::Array(branches)) if valid => {
                for index in 0..branches.len() {
                    add(keyword, &index.to_string());
                }
            }
            (
                "enum" | "const" | "format" | "pattern" | "minLength" | "maxLength" | "minItems"
                | "maxItems" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum"
                | "multipleOf" | "uniqueItems" | "minProperties" | "maxProperties",
                _,
            ) => add(keyword, ""),
            ("anyOf" | "oneOf" | "not", _) | ("additionalProperties", Value::Bool(false))
                if !valid =>
            {
                add(keyword, "");
            }
            _ => {}
        }
    }
    found
}

/// Whether a node shows what was asked for; of bounds it has to be the very value or the next.
fn shows(schema: &Schema, keyword: &str, what: &str, node: &Value) -> bool {
    let argument = &schema.value()[keyword];
    let limit = argument
        .as_u64()
        .and_then(|limit| usize::try_from(limit).ok());
    match (keyword, node) {
        ("type", Value::Bool(flag)) if what != "boolean" => what == flag.to_string(),
        ("type", _) => what == kind(node),
        ("enum", _) => {
            let text = node.to_string();
            what == text
        }
        ("required", Value::Object(members)) => members.contains_key(what),
        ("properties", Value::Object(members)) => match what.strip_prefix("no ") {
            Some(name) if !members.contains_key(what) => !members.contains_key(name),
            _ => members.contains_key(what),
        },
        ("items", Value::Array(items)) => match what {
            "more" => items.len() > 1,
            count => items.len().to_string() == count,
        },
        ("anyOf" | "oneOf", _) => schema
            .below(&[keyword, what])
            .is_some_and(|branch| branch.validator().unwrap().is_valid(node)),
        ("minLength" | "maxLength", Value::String(text)) => Some(text.chars().count()) == limit,
        ("minItems" | "maxItems", Value::Array(items)) => Some(items.len()) == limit,
        ("minProperties" | "maxProperties", Value::Object(members)) => Some(members.len()) == limit,
        ("minimum" | "maximum", Value::Number(number)) => {
            let (text, limit) = (number.to_string(), argument.to_string());
            text == limit
        }
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Number(number)) => {
            let (number, limit) = (number.as_f64().unwrap(), argument.as_f64().unwrap());
            (number - limit).abs() <= 1.0
        }
        ("uniqueItems", Value::Array(items)) => items.len() > 1,
        ("format" | "pattern", Value::String(_))
        | ("format" | "multipleOf", Value::Number(_))
        | ("const", _) => true,
        _ => false,
    }
}

/// Whether a label is about what was asked for to be broken.
fn breaks(schema: &Schema, keyword: &str, what: &str, invalid: &Invalid, found: &[&Value]) -> bool {
    let label = &invalid.mutation;
    let at = schema.pointer().join(keyword);
    // In a union only the union is reported; then the node has to be broken as was asked.
    let hidden = matches!(&*label.keyword, "anyOf" | "oneOf");
    if !hidden && !schema.pointer().contains(&label.schema.pointer) {
        return false;
    }
    let own = label.schema.pointer == at
        // A bound that the integer format stands for.
        || label.keyword == "format" && label.schema.pointer == schema.pointer().join("format")
            && schema.source().get(keyword).is_none();
    let broken = |node: &Value| match keyword {
        "type" => kind(node) == what && !allowed(schema.value()).contains(&what),
        "required" => node
            .as_object()
            .is_some_and(|members| !members.contains_key(what)),
        _ => {
            let judge = schema.validator().unwrap();
            let mut violations = judge.violations(node).into_iter();
            violations
                .any(|violation| violation.instance.is_root() && violation.schema.pointer == at)
        }
    };
    match keyword {
        "type" => (own || hidden) && found.iter().any(|node| broken(node)),
        "required" => {
            own && label.instance.last().is_some_and(|name| name == what)
                || hidden && found.iter().any(|node| broken(node))
        }
        _ => own || hidden && found.iter().any(|node| broken(node)),
    }
}

/// Obligations that no list can reach, with the reason.
fn is_excepted(schema: &Schema, keyword: &str, valid: bool) -> bool {
    let argument = &schema.value()[keyword];
    match keyword {
        // The validator knows no such format, so nothing breaks it.
        "format" if !valid => ![
            "uuid",
            "date",
            "date-time",
            "time",
            "email",
            "uri",
            "ipv4",
            "ipv6",
            "hostname",
            "int32",
            "int64",
        ]
        .iter()
        .any(|known| argument == known),
        // Longer than what is worth sending.
        "oneOf" => is_blurred(schema),
        "maxLength" => argument.as_u64().is_some_and(|limit| limit >= 100_000),
        _ => false,
    }
}

/// What a hundred instances can be asked to show: members of lists that are not too long, optional
/// members, branches and booleans.
fn is_asked_of_series(schema: &Schema, keyword: &str, what: &str) -> bool {
    let count = |keyword: &str| schema.value()[keyword].as_array().map_or(0, Vec::len);
    match keyword {
        "enum" => count("enum") <= 40,
        "oneOf" | "anyOf" => count(keyword) <= 40 && !is_blurred(schema),
        // What another part of an `allOf` requires is never absent.
        "properties" => !(what.starts_with("no ") && schema.pointer().as_str().contains("/allOf/")),
        "type" => true,
        _ => false,
    }
}

#[test]
fn a_hundred_valid_instances_reach_every_choice() {
    let (mut asked_for, mut missed) = (0, BTreeSet::new());
    let documents = [
        ("users-api.yaml", Dialect::OpenApi31),
        ("petstore-3.0.yaml", Dialect::OpenApi30),
    ];
    for (document, dialect) in documents {
        for (name, root) in components_of(document, dialect, Direction::Request) {
            let places = Places::new(&root);
            let mut open: Vec<Vec<Obligation>> = places
                .0
                .iter()
                .map(|(schema, _)| {
                    let all = asked(schema, true).into_iter();
                    all.filter(|(keyword, what)| is_asked_of_series(schema, keyword, what))
                        .collect()
                })
                .collect();
            let count: usize = open.iter().map(Vec::len).sum();
            // Where there is more than a hundred instances can hold.
            if count > 300 {
                continue;
            }
            asked_for += count;
            for instance in Generator::new(&root)
                .unwrap()
                .series(Seed::new(1))
                .take(100)
            {
                let nodes = places.nodes(&instance);
                for ((nodes, (schema, _)), open) in nodes.iter().zip(&places.0).zip(&mut open) {
                    open.retain(|(keyword, what)| {
                        !nodes.iter().any(|node| shows(schema, keyword, what, node))
                    });
                }
            }
            for ((schema, _), open) in places.0.iter().zip(open) {
                let at = schema.pointer();
                missed.extend(
                    open.iter()
                        .map(|(keyword, what)| format!("{name} {at} {keyword} {what}")),
                );
            }
        }
    }
    let few = missed.len() * 1_000 <= asked_for;
    let missed: Vec<String> = missed.into_iter().collect();
    assert!(
        asked_for > 3_000 && few,
        "{asked_for}\n{}",
        missed.join("\n")
    );
}

#[test]
fn boundary_lists_reach_both_sides_of_nearly_every_keyword() {
    let (mut valid, mut invalid) = ((0, 0), (0, 0));
    let mut missed = BTreeSet::new();
    let documents = [
        ("users-api.yaml", Dialect::OpenApi31),
        ("petstore-3.0.yaml", Dialect::OpenApi30),
    ];
    for (document, dialect) in documents {
        for (name, root) in components_of(document, dialect, Direction::Request) {
            // What they hold is, but for a handful of members, what `UserCreateRequest` holds.
            if ["UserUpdateRequest", "UserProfile"].contains(&&*name) {
                continue;
            }
            let list = Generator::new(&root).unwrap().boundary(6_000);
            let places = Places::new(&root);
            let ask = |side| -> Vec<Vec<Obligation>> {
                let asked = places.0.iter().map(|(schema, _)| {
                    let asked = asked(schema, side).into_iter();
                    asked
                        .filter(|(keyword, _)| !is_excepted(schema, keyword, side))
                        .collect()
                });
                asked.collect()
            };
            let mut open = [ask(false), ask(true)];
            let left = |open: &[Vec<Obligation>]| open.iter().map(Vec::len).sum::<usize>();
            valid.1 += left(&open[1]);
            invalid.1 += left(&open[0]);
            for boundary in &list {
                let nodes = places.nodes(boundary.value());
                let open = &mut open[usize::from(boundary.is_valid())];
                for ((nodes, (schema, _)), open) in nodes.iter().zip(&places.0).zip(open) {
                    open.retain(|(keyword, what)| match boundary {
                        Boundary::Valid(_) => {
                            !nodes.iter().any(|node| shows(schema, keyword, what, node))
                        }
                        Boundary::Invalid(made) => !breaks(schema, keyword, what, made, nodes),
                    });
                }
            }
            valid.0 += left(&open[1]);
            invalid.0 += left(&open[0]);
            for (side, open) in ["invalid", "valid"].iter().zip(open) {
                for ((schema, _), open) in places.0.iter().zip(open) {
                    let at = schema.pointer();
                    missed.extend(
                        open.iter()
                            .map(|(keyword, what)| format!("{side} {name} {at} {keyword} {what}")),
                    );
                }
            }
        }
    }
    let missed: Vec<String> = missed.into_iter().collect();
    println!(
        "valid {valid:?}, invalid {invalid:?}\n{}",
        missed.join("\n")
    );
    assert!(valid.1 > 1_000 && invalid.1 > 2_000);
    assert!(
        (valid.1 - valid.0) * 100 >= valid.1 * 97,
        "{valid:?}\n{}",
        missed.join("\n")
    );
    assert!(
        (invalid.1 - invalid.0) * 100 >= invalid.1 * 96,
        "{invalid:?}\n{}",
        missed.join("\n")
    );
}
