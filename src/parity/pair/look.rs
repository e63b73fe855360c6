//! The first look: a few valid requests that change nothing, spread over the document, before either side
//! is sent everything.

use crate::case::{Modes, Phase, PlanOptions};
use crate::conform;
use crate::spec::{OperationId, Spec};

/// How many requests are sent, about.
const REQUESTS: usize = 12;

/// The run that shows whether a side serves anything of what was selected; `None` where nothing can be
/// asked that changes nothing.
pub fn look(spec: &Spec, options: &conform::Options) -> Option<conform::Options> {
    let is_safe = |id: &&OperationId| {
        let operation = spec.operations.get(*id);
        operation.is_some_and(crate::spec::Operation::is_safe)
    };
    let safe: Vec<&OperationId> = options.plan.operations.iter().filter(is_safe).collect();
    let count = safe.len().min(REQUESTS);
    if count == 0 {
        return None;
    }
    let spread = (0..count).filter_map(|number| safe.get(number * safe.len() / count));
    let plan = PlanOptions {
        modes: Modes::Valid,
        phases: [Phase::Valid].into(),
        cases: REQUESTS.div_ceil(count),
        operations: spread.map(|id| (*id).clone()).collect(),
        ..options.plan.clone()
    };
    Some(conform::Options {
        plan,
        writes: false,
        deletes: false,
        ..options.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Formats;
    use crate::seed::Seed;

    fn document(gets: usize) -> Spec {
        let operation = |number: usize| {
            let answers = "responses: {'200': {description: ok}}";
            format!(
                "  /p{number}:\n    get: {{operationId: g{number}, {answers}}}\n    post: {{operationId: c{number}, {answers}}}\n"
            )
        };
        let paths: String = (0..gets).map(operation).collect();
        let write = "  /write:\n    post: {responses: {'200': {description: ok}}}\n";
        let text =
            format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{write}{paths}");
        Spec::from_text_with("t.yaml", &text, &Formats::default()).unwrap()
    }

    fn looked(gets: usize) -> Option<(Vec<String>, usize)> {
        let spec = document(gets);
        let options = conform::Options {
            plan: PlanOptions {
                seed: Seed::new(1),
                modes: Modes::All,
                phases: Phase::PLANNED.into(),
                cases: 20,
                operations: spec.operations.keys().cloned().collect(),
                resources: crate::case::Resources::new(),
            },
            workers: 1,
            writes: true,
            deletes: true,
            max_time: None,
            target: String::new(),
            base: String::new(),
            at: String::new(),
            only: None,
        };
        let look = look(&spec, &options)?;
        assert!(!look.writes && !look.deletes);
        let names = look.plan.operations.iter().map(ToString::to_string);
        Some((names.collect(), look.plan.cases))
    }

    #[test]
    fn the_first_look_is_spread_over_what_changes_nothing() {
        assert_eq!(looked(0), None);
        assert_eq!(looked(1), Some((vec!["g0".to_owned()], 12)));
        assert_eq!(
            looked(5).map(|(names, cases)| (names.len(), cases)),
            Some((5, 3))
        );
        let (names, cases) = looked(24).unwrap();
        assert_eq!((names.len(), cases), (12, 1));
        assert_eq!((&*names[0], &*names[11]), ("g0", "g22"));
    }
}
