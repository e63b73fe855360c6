//! What is known of a run of scenarios before its first request.

use super::{Called, Planned, Suite};
use crate::record::Started;
use crate::seed::Seed;
use crate::spec::OperationId;

impl Suite {
    /// What is known before the first request of workflows that are planned; how many cases they make is
    /// not among it. `bases` are the URLs in curl lines, one for each API description.
    pub fn started(
        &self,
        planned: &[Planned],
        target: &str,
        bases: Vec<String>,
        (seed, at): (Seed, &str),
    ) -> Started {
        let mut operations: Vec<(usize, OperationId)> = Vec::new();
        for (file, workflow) in self.reached(planned) {
            for step in &workflow.steps {
                if let Ok(Called::Operation(api, operation)) = self.called(file, step) {
                    operations.push((api, operation.id.clone()));
                }
            }
        }
        let titles = self.apis.iter().map(|api| {
            let spec = &api.spec;
            format!("{} {}", spec.title, spec.version)
        });
        let names = self.apis.iter().map(|api| api.path.display().to_string());
        Started {
            api: titles.collect::<Vec<_>>().join(", "),
            document: names.collect::<Vec<_>>().join(", "),
            target: target.to_owned(),
            bases,
            seed,
            operations,
            planned: 0,
            at: at.to_owned(),
        }
    }
}
