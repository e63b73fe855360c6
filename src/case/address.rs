//! Addresses: where a case stands in its plan, whatever names the server gives to its resources.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Body, Case, Defect, Intent};
use crate::spec::Place;

/// The place of a case in its plan: twelve hexadecimal digits. Unlike its [`CaseId`](super::CaseId) it does
/// not depend on path parameters, which hold what the server calls its resources: the same document and
/// seed lead to the same address on every server. Cases that differ in nothing else share theirs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl Case {
    /// Where it stands in its plan.
    pub fn address(&self) -> Address {
        let mut hash = Sha256::new();
        for part in self.parts() {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let digits = digest.iter().take(6);
        Address(digits.fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
    }

    /// What an address depends on.
    fn parts(&self) -> Vec<Vec<u8>> {
        let inputs = &self.inputs;
        let mut parts = vec![
            self.operation.to_string(),
            self.phase.name().to_owned(),
            self.seed.to_string(),
            format!("{:?}", inputs.credentials),
            inputs.method.clone().unwrap_or_default(),
        ];
        if let Intent::Invalid(defect) = &self.intent {
            parts.push(defect.to_string());
            if let Defect::Body(mutation) | Defect::Parameter { mutation, .. } = defect {
                parts.push(mutation.keyword.clone());
                parts.push(mutation.schema.pointer.to_string());
                parts.push(mutation.instance.to_string());
            }
            // What is wrong with a path is no name that a server gave.
            if let Defect::Parameter { place, name, .. } = defect {
                let value = inputs.parameters.get(&(*place, name.clone()));
                parts.push(value.map(ToString::to_string).unwrap_or_default());
            }
        }
        let values = inputs.parameters.iter();
        for ((place, name), value) in values.filter(|((place, _), _)| *place != Place::Path) {
            parts.push(format!("{place} {name} {value}"));
        }
        for ((place, name), text) in &inputs.undeclared {
            parts.push(format!("{place} {name} {text}"));
        }
        let mut parts: Vec<Vec<u8>> = parts.into_iter().map(String::into_bytes).collect();
        match &inputs.body {
            None => {}
            Some(Body::Instance { media_type, value }) => {
                parts.push(media_type.clone().into_bytes());
                parts.push(value.to_string().into_bytes());
            }
            Some(Body::Raw { media_type, bytes }) => {
                parts.push(media_type.clone().into_bytes());
                parts.push(bytes.to_vec());
            }
        }
        parts
    }
}

impl Address {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::case::{Modes, Phase, PlanOptions, Resources, plan, resource_key};
    use crate::seed::Seed;
    use crate::spec::{PathTemplate, Place, Spec};

    const DOCUMENT: &str = include_str!("../../specs/users-api.yaml");

    #[test]
    fn the_names_of_resources_change_cases_and_not_their_addresses() {
        let spec = Spec::from_text("users-api.yaml", DOCUMENT).unwrap();
        let made = |user: &str, seed: u64| {
            let path = PathTemplate::new("/users/{userId}");
            let key = resource_key(&path, Place::Path, "userId");
            let options = PlanOptions {
                seed: Seed::new(seed),
                modes: Modes::All,
                phases: Phase::PLANNED.into(),
                cases: 6,
                operations: spec.operations.keys().cloned().collect(),
                resources: Resources::from([(key, vec![json!(user)])]),
            };
            plan(&spec, &options).cases
        };
        let one = made("0b55e1d5-4c1c-4e2a-9d6a-4b8b2f6a1c11", 1);
        let other = made("7d9f0c56-3b1e-4f5e-8a53-b1c1fc6f5d22", 1);
        assert_eq!(one.len(), other.len());
        let differ = |(one, other): (&crate::case::Case, &crate::case::Case)| one.id != other.id;
        assert!(one.iter().zip(&other).any(differ), "the ids differ");
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(
                one.address(),
                other.address(),
                "{} {}",
                one.operation,
                one.phase.name()
            );
        }
        let mut addresses: Vec<_> = one.iter().map(super::Case::address).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert!(
            addresses.len() * 10 > one.len() * 7,
            "few share theirs: {} of {}",
            addresses.len(),
            one.len()
        );
        let seeds = made("0b55e1d5-4c1c-4e2a-9d6a-4b8b2f6a1c11", 2);
        let valid = |case: &&crate::case::Case| case.phase == Phase::Valid;
        for case in seeds.iter().filter(valid) {
            assert!(!addresses.contains(&case.address()), "another seed");
        }
    }
}
