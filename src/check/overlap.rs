//! Overlaps: answers that match several branches of a `oneOf` that cannot be told apart.

use std::collections::BTreeSet;

use super::response_schema::instance;
use super::{Blame, Check, Finding, Subject, Violated};
use crate::code::Code;

/// PM712: the answer matches more branches than the `oneOf` allows, as any ordinary one would.
///
/// The document is at fault, once for each such `oneOf`, however many answers show it; as a broken
/// schema (PM103) they are not counted.
#[derive(Debug)]
pub(super) struct OverlappingBranches;

impl Check for OverlappingBranches {
    fn code(&self) -> Code {
        Code::OVERLAPPING_BRANCHES
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        let mut known = subject.spec.diagnostics.iter();
        known.any(|diagnostic| diagnostic.code == self.code()) && instance(subject).is_some()
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some((schema, instance)) = instance(subject) else {
            return Vec::new();
        };
        let Ok(validator) = schema.validator() else {
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for violation in validator.violations(&instance) {
            if !subject.spec.excuses(&violation) {
                continue;
            }
            for one_of in violation.overlaps {
                let place = one_of.to_string();
                if !seen.insert(place.clone()) {
                    continue;
                }
                let finding = subject
                    .finding(self.code(), "an answer matches several branches of `oneOf`")
                    .with_detail(violation.message.clone())
                    .blaming(Blame::Document)
                    .violating(Violated {
                        keyword: "oneOf".to_owned(),
                        spec: one_of,
                        instance: violation.instance.clone(),
                    });
                // One for each `oneOf`, wherever in the answer it applies.
                found.push(finding.keyed(&place));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::super::response_schema::ResponseSchema;
    use super::super::tests::Scene;
    use super::*;
    use crate::spec::Spec;

    const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: Papers, version: '1'}
paths:
  /papers:
    get:
      operationId: papers
      responses:
        '200':
          description: Papers
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  properties:
                    paper:
                      anyOf:
                        - type: 'null'
                        - type: object
                          oneOf:
                            - {properties: {passport: {type: object}}}
                            - {properties: {visa: {type: object}}}
                    by:
                      type: object
                      oneOf: [{required: [id]}, {required: [name]}]
";

    fn papers(body: &str) -> Scene {
        static SPEC: OnceLock<Spec> = OnceLock::new();
        let spec = SPEC.get_or_init(|| Spec::from_text("papers.yaml", DOCUMENT).unwrap());
        assert_eq!(spec.diagnostics.len(), 1);
        Scene::of(spec, "papers").answer(200, "application/json", body)
    }

    #[test]
    fn an_answer_that_matches_several_branches_is_the_documents_fault_once() {
        let scene = papers(r#"[{"paper": {"visa": {}}}, {"paper": {}}, {"paper": null}]"#);
        let findings = scene.judge(super::super::all());
        let titles: Vec<String> = findings
            .iter()
            .map(|finding| format!("{} {}", finding.code, finding.title))
            .collect();
        assert_eq!(
            titles,
            ["PM712 an answer matches several branches of `oneOf`"]
        );
        assert_eq!(findings[0].blame, Blame::Document);
    }

    #[test]
    fn what_else_is_wrong_is_found_as_ever() {
        for (body, expected) in [
            (r#"[{"paper": {"visa": 1, "passport": {}}}]"#, &[][..]),
            (r#"[{"paper": {"visa": 1, "passport": 1}}]"#, &["PM103"]),
            (r#"[{"paper": 1}, {"paper": {}}]"#, &["PM103", "PM712"]),
            // Branches that require a member of their own exclude each other on purpose.
            (r#"[{"by": {"id": 1}}]"#, &[]),
            (r#"[{"by": {"id": 1, "name": 1}}]"#, &["PM103"]),
        ] {
            let mut codes = papers(body).codes(&[&ResponseSchema, &OverlappingBranches]);
            codes.dedup();
            assert_eq!(codes, expected, "{body}");
        }
    }
}
