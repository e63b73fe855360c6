//! What a load is made from, for its reports: with it the workflows of what was found can be run once more.

use crate::arazzo::LoadProfile;
use crate::cli::arguments::load::Load as Arguments;
use crate::cli::command::run;
use crate::record::{Recipe, Script, Task};
use crate::scenario::Suite;

/// What a load is made from.
pub(super) fn recipe(suite: &Suite, profile: &LoadProfile, arguments: &Arguments) -> Recipe {
    let spec = arguments.file.as_ref().and(arguments.spec.as_deref());
    let scenarios = profile.scenarios.values();
    let shares = scenarios.flat_map(|scenario| &scenario.exec);
    let mut workflows: Vec<String> = shares.map(|share| share.workflow.id.clone()).collect();
    workflows.sort_unstable();
    workflows.dedup();
    Recipe {
        command: Task::Load,
        documents: run::documents(suite),
        targets: run::aims(&arguments.target, arguments.fault.as_deref()),
        plan: None,
        script: Some(Script {
            workflows,
            tags: Vec::new(),
            max_steps: arguments.max_steps,
            ..run::script(suite, &arguments.choice, spec)
        }),
    }
}
