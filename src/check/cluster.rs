//! Clusters: findings with one cause, over all the operations that show it.
//!
//! A framework that forgets `Allow`, or a document that forgets 400, shows in every operation. That
//! is one thing to repair, and so it is one cluster.

use std::cmp::Reverse;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Blame, Finding, Fingerprint, Violated};
use crate::case::CaseId;
use crate::code::{Code, Severity};
use crate::document::Location;
use crate::spec::OperationId;

/// Findings with one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// The kind.
    pub code: Code,
    /// Whose fault it seems to be.
    pub blame: Blame,
    /// How much it matters.
    pub severity: Severity,
    /// The title of the first finding.
    pub title: String,
    /// The operations that show it.
    pub operations: Vec<OperationId>,
    /// How many answers show it.
    pub count: usize,
    /// What the findings are grouped by, one for each group.
    pub fingerprints: Vec<Fingerprint>,
    /// The case of the first finding, as an example.
    pub first: CaseId,
    /// The keyword that was broken, if it was one.
    pub violated: Option<Violated>,
    /// The node of the document to look at.
    pub place: Option<Location>,
}

/// What findings with one cause have in common.
#[derive(PartialEq, Eq, Hash)]
struct Cause(Code, Blame, Severity, Common);

#[derive(PartialEq, Eq, Hash)]
enum Common {
    /// The keyword at its place in the document, perhaps shared by many operations.
    Place(String, String),
    /// The keyword wherever it stands: who does not enforce `maxLength` in one place seldom does in
    /// another.
    Keyword(String),
    /// What was seen, the same in every operation.
    Title(String),
    /// Nothing: each operation has a cause of its own.
    Fingerprint(Fingerprint),
}

impl Cause {
    fn of(finding: &Finding) -> Self {
        let common = match &finding.violated {
            Some(violated) if finding.code == Code::INVALID_ACCEPTED => {
                Common::Keyword(violated.keyword.clone())
            }
            Some(violated) => Common::Place(
                violated.keyword.clone(),
                format!("{}#{}", violated.spec.document, violated.spec.pointer),
            ),
            None if is_own(finding.code) => Common::Fingerprint(finding.fingerprint.clone()),
            None => Common::Title(finding.title.clone()),
        };
        Self(finding.code, finding.blame, finding.severity, common)
    }
}

/// Whether equal words do not mean an equal cause: two operations that fail with 500 do so for
/// reasons of their own.
fn is_own(code: Code) -> bool {
    [
        Code::SERVER_ERROR,
        Code::VALID_REJECTED,
        Code::UPDATE_LOST,
        Code::DELETE_WITHOUT_EFFECT,
        Code::CREATED_NOT_FOUND,
    ]
    .contains(&code)
}

/// Groups findings, each given with how often it was seen. What matters most comes first, then the
/// lower code, then what more operations show.
pub fn clusters<'a>(findings: impl IntoIterator<Item = (&'a Finding, usize)>) -> Vec<Cluster> {
    let mut found: IndexMap<Cause, Cluster> = IndexMap::new();
    for (finding, count) in findings {
        let cluster = found.entry(Cause::of(finding)).or_insert_with(|| Cluster {
            code: finding.code,
            blame: finding.blame,
            severity: finding.severity,
            title: finding.title.clone(),
            operations: Vec::new(),
            count: 0,
            fingerprints: Vec::new(),
            first: finding.case.clone(),
            violated: finding.violated.clone(),
            place: finding.place.clone(),
        });
        cluster.count += count;
        if !cluster.operations.contains(&finding.operation) {
            cluster.operations.push(finding.operation.clone());
        }
        if !cluster.fingerprints.contains(&finding.fingerprint) {
            cluster.fingerprints.push(finding.fingerprint.clone());
        }
    }
    let mut clusters: Vec<Cluster> = found.into_values().collect();
    clusters.sort_by_cached_key(|cluster| {
        (
            Reverse(cluster.severity),
            cluster.code,
            Reverse(cluster.operations.len()),
            cluster.title.clone(),
        )
    });
    clusters
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Scene, invalid_body};
    use super::*;
    use crate::case::Defect;
    use crate::generate::Mutation;

    fn seen(scenes: &[Scene]) -> Vec<(String, Vec<String>, usize)> {
        let findings: Vec<Finding> = scenes
            .iter()
            .flat_map(|scene| scene.judge(super::super::all()))
            .collect();
        clusters(findings.iter().map(|finding| (finding, 1)))
            .into_iter()
            .map(|cluster| {
                let operations = cluster.operations.iter().map(ToString::to_string).collect();
                (
                    format!("{} {}", cluster.code, cluster.title),
                    operations,
                    cluster.count,
                )
            })
            .collect()
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_gap_in_many_operations_is_one_cluster() {
        let scenes = ["readPet", "updatePet", "readPet"]
            .map(|operation| Scene::new(operation).answer(429, "", ""));
        assert_eq!(
            seen(&scenes),
            [(
                "PM701 status 429 is not documented".into(),
                owned(&["readPet", "updatePet"]),
                3
            )]
        );
    }

    #[test]
    fn a_shared_schema_is_one_cause_and_server_errors_are_not() {
        let scenes = [
            Scene::new("readPet").answer(200, "application/json", r#"{"id": "1"}"#),
            Scene::new("listPets").answer(200, "application/json", r#"[{"id": "1"}]"#),
            Scene::new("readPet").answer(500, "", ""),
            Scene::new("listPets").answer(500, "", ""),
        ];
        assert_eq!(
            seen(&scenes),
            [
                (
                    "PM103 `required` broken at the body: \"name\" is a required property".into(),
                    owned(&["readPet", "listPets"]),
                    2
                ),
                (
                    "PM201 a valid request was answered with 500".into(),
                    owned(&["readPet"]),
                    1
                ),
                (
                    "PM201 a valid request was answered with 500".into(),
                    owned(&["listPets"]),
                    1
                ),
            ]
        );
    }

    #[test]
    fn what_is_not_enforced_is_grouped_by_keyword() {
        let Defect::Body(mutation) = invalid_body() else {
            unreachable!("it is one")
        };
        let elsewhere = Mutation {
            instance: "/note".parse().unwrap(),
            schema: crate::document::Location {
                pointer: "/elsewhere/minLength".parse().unwrap(),
                ..mutation.schema.clone()
            },
            ..mutation.clone()
        };
        let other = Mutation {
            keyword: "pattern".into(),
            ..mutation.clone()
        };
        let scenes = [mutation, elsewhere, other].map(|mutation| {
            Scene::new("createPet")
                .invalid(Defect::Body(mutation))
                .answer(201, "", "")
        });
        assert_eq!(
            seen(&scenes),
            [
                (
                    "PM202 `minLength` of the body at `/name` is not enforced".into(),
                    owned(&["createPet"]),
                    2
                ),
                (
                    "PM202 `pattern` of the body at `/name` is not enforced".into(),
                    owned(&["createPet"]),
                    1
                ),
            ]
        );
    }

    #[test]
    fn what_matters_most_comes_first() {
        let scenes = [
            Scene::new("createPet").answer(401, "", ""),
            Scene::new("readPet").answer(500, "", ""),
        ];
        let codes: Vec<String> = seen(&scenes)
            .into_iter()
            .map(|(title, ..)| title.chars().take(5).collect())
            .collect();
        assert_eq!(codes, ["PM201", "PM602", "PM701"]);
    }
}
