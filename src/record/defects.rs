//! Defects: the diagnostics of a document that fail a run.

use std::collections::BTreeSet;

use crate::code::Severity;
use crate::document::Diagnostic;
use crate::spec::{OperationId, Spec};

/// Members of a path item that count for each of its operations.
const SHARED: [&str; 3] = ["$ref", "parameters", "servers"];

/// The diagnostics of descriptions that are at least so severe, but for those below operations that
/// were not selected. Operations come with the numbers of their descriptions.
pub(super) fn defects<'a>(
    specs: &[&'a Spec],
    operations: &[(usize, OperationId)],
    least: Severity,
) -> impl Iterator<Item = &'a Diagnostic> {
    specs
        .iter()
        .copied()
        .enumerate()
        .flat_map(move |(api, spec)| {
            let selected = operations.iter().filter(|(of, _)| *of == api);
            let selected: BTreeSet<&OperationId> = selected.map(|(_, id)| id).collect();
            let is_whole = spec.operations.keys().all(|id| selected.contains(id));
            spec.diagnostics
                .iter()
                .filter(move |diagnostic| diagnostic.severity >= least)
                .filter(move |diagnostic| is_whole || concerns(diagnostic, spec, &selected))
        })
}

/// Whether a diagnostic is about one of these operations, or about what operations share.
fn concerns(diagnostic: &Diagnostic, spec: &Spec, selected: &BTreeSet<&OperationId>) -> bool {
    let at = &diagnostic.location;
    let first = at.pointer.tokens().next();
    if at.document != spec.schemas.document(0).name
        || !matches!(first.as_deref(), Some("paths" | "webhooks"))
    {
        return true;
    }
    let operations = selected.iter().filter_map(|id| spec.operations.get(*id));
    let mut places = operations
        .map(|operation| &operation.location)
        .filter(|place| place.document == at.document)
        .map(|place| &place.pointer);
    places.any(|own| {
        let is_shared = || {
            let rest = at.pointer.below(&own.parent()?)?;
            let member = rest.tokens().next()?;
            Some(SHARED.contains(&&*member))
        };
        own.contains(&at.pointer)
            || at.pointer.contains(own)
            || is_shared().is_some_and(|shared| shared)
    })
}

/// How many defects there are, in words: `2 errors and 1 warning in the document`.
pub(super) fn told(defects: &[Diagnostic]) -> Option<String> {
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let counts = severities.into_iter().filter_map(|severity| {
        let of_severity = |defect: &&Diagnostic| defect.severity == severity;
        match defects.iter().filter(of_severity).count() {
            0 => None,
            1 => Some(format!("1 {severity}")),
            count => Some(format!("{count} {severity}s")),
        }
    });
    let counts: Vec<String> = counts.collect();
    (!counts.is_empty()).then(|| format!("{} in the document", counts.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    parameters: [{name: q, in: query, schema: {type: strin}}]
    get: {operationId: readA, responses: {'200': {description: d}}}
    put:
      operationId: writeA
      requestBody: {content: {application/json: {schema: {type: intege}}}}
      responses: {'200': {description: d}}
  /b:
    get:
      operationId: readB
      parameters: [{name: q, in: query, schema: {type: boolea}}]
      responses: {'200': {description: d}}
components:
  schemas:
    Shared: {type: objec}
";

    #[test]
    fn defects_of_operations_that_are_left_out_do_not_count() {
        let spec = Spec::from_text("t.yaml", DOCUMENT).unwrap();
        let lines = |selected: &[&str]| -> Vec<usize> {
            let selected = selected.iter().map(|id| (0, OperationId::new(*id)));
            let selected: Vec<_> = selected.collect();
            let specs = [&spec];
            let found = defects(&specs, &selected, Severity::Error);
            let lines = found.map(|defect| defect.location.span.unwrap().start.line);
            lines.collect::<BTreeSet<_>>().into_iter().collect()
        };
        for (selected, expected) in [
            (&["readA", "writeA", "readB"][..], &[5, 9, 14, 18][..]),
            (&["readA"], &[5, 18]),
            (&["writeA"], &[5, 9, 18]),
            (&["readB"], &[14, 18]),
        ] {
            assert_eq!(lines(selected), expected, "{selected:?}");
        }
    }

    #[test]
    fn what_is_less_severe_does_not_count() {
        let spec = Spec::from_text("t.yaml", DOCUMENT).unwrap();
        let selected: Vec<_> = spec.operations.keys().map(|id| (0, id.clone())).collect();
        let count = |least| defects(&[&spec], &selected, least).count();
        let all = spec.diagnostics.len();
        let notes = spec.diagnostics.iter();
        let notes = notes.filter(|one| one.severity == Severity::Note).count();
        assert_eq!(count(Severity::Note), all);
        assert_eq!(count(Severity::Warning), all - notes);
    }

    #[test]
    fn defects_are_counted_in_words() {
        let spec = Spec::from_text("t.yaml", DOCUMENT).unwrap();
        let of = |severity| Diagnostic {
            severity,
            ..spec.diagnostics.first().unwrap().clone()
        };
        let (error, warning) = (of(Severity::Error), of(Severity::Warning));
        assert_eq!(told(&[]), None);
        assert_eq!(
            told(&[warning, error.clone(), error]).unwrap(),
            "2 errors and 1 warning in the document"
        );
    }
}
