//! The JSON Schema Test Suite, all drafts from 4 to 2020-12: every schema that has a valid instance
//! gets one, and every schema that has an invalid one gets one.

use std::collections::BTreeSet;

use super::*;
use crate::schema::suite::{Group, groups};

/// Groups that get no instance of a kind, with the reason: file, group, whether valid, reason.
const EXCEPTIONS: &[(&str, &str, bool, &str)] = &[
    (
        "draft7/optional/content",
        "validation of string-encoded content based on media type",
        false,
        CONTENT,
    ),
    (
        "draft7/optional/content",
        "validation of binary string-encoding",
        false,
        CONTENT,
    ),
    (
        "draft7/optional/content",
        "validation of binary-encoded media type documents",
        false,
        CONTENT,
    ),
];

const CONTENT: &str = "content is not asserted, as 2019-09 and later have it";

/// How many exceptions there may be, of a thousand.
const LIMIT: usize = 5;

/// What is wrong with the instances that are made for a group: nothing, for each kind that it needs.
fn attempt(group: &Group) -> Vec<(bool, Result<(), String>)> {
    let validator = match group.schema.validator() {
        Ok(validator) => validator,
        Err(error) => {
            return vec![
                (true, Err(error.to_string())),
                (false, Err(error.to_string())),
            ];
        }
    };
    let generator = Generator::new(&group.schema);
    let needs = |valid: bool| group.tests.iter().any(|test| test.is_valid == valid);
    let mut outcomes = Vec::new();
    if needs(true) {
        let made = generator.as_ref().map_err(ToString::to_string);
        let made = made.and_then(|generator| {
            for number in 0..3 {
                let instance = generator
                    .valid(Seed::new(number))
                    .map_err(|error| error.to_string())?;
                assert!(validator.is_valid(&instance), "{}: {instance}", group.name);
            }
            Ok(())
        });
        outcomes.push((true, made));
    }
    let found = match &generator {
        Ok(generator) => generator.invalid(Seed::new(1), 12),
        Err(_) => Generator::strays(&group.schema, Seed::new(1), 12).unwrap(),
    };
    for invalid in &found {
        let is_labelled = is_labelled(&group.schema, invalid);
        let label = &invalid.mutation;
        assert!(is_labelled, "{}/{}: {label:?}", group.file, group.name);
    }
    if needs(false) {
        let made = if found.is_empty() {
            Err("nothing found".to_owned())
        } else {
            Ok(())
        };
        outcomes.push((false, made));
    }
    outcomes
}

#[test]
fn every_group_gets_the_instances_that_it_has() {
    let Some(groups) = groups() else {
        return;
    };
    let (mut made, mut asked, mut missed) = (0, 0, Vec::new());
    let mut excepted = BTreeSet::new();
    for group in &groups {
        for (valid, outcome) in attempt(group) {
            asked += 1;
            let exception = EXCEPTIONS.iter().position(|(file, name, kind, _)| {
                *file == group.file && *name == group.name && *kind == valid
            });
            match (outcome, exception) {
                (Ok(()), None) => made += 1,
                (Ok(()), Some(_)) => missed.push(format!(
                    "{}/{} is excepted, but it works",
                    group.file, group.name
                )),
                (Err(_), Some(exception)) => {
                    excepted.insert(exception);
                }
                (Err(error), None) => missed.push(format!(
                    "{}/{} ({}): {error}",
                    group.file,
                    group.name,
                    if valid { "valid" } else { "invalid" }
                )),
            }
        }
    }
    println!("{made} of {asked} made for {} groups", groups.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert_eq!(
        excepted.len(),
        EXCEPTIONS.len(),
        "an exception is out of date"
    );
    assert!(asked > 2_900 && excepted.len() * 1_000 <= asked * LIMIT);
}
