//! What the cases of a report are made from once more: its document and its plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::case::{PlanOptions, Resources};
use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::failure::Failure;
use crate::cli::source::{self, Source};
use crate::cli::terminal;
use crate::conform::{self, Pick};
use crate::record::{Ingredient, Recipe};
use crate::seed::Seed;
use crate::spec::Spec;

/// A document, and how cases are planned from it.
pub(super) struct Made {
    pub(super) spec: Spec,
    pub(super) path: Option<PathBuf>,
    pub(super) plan: PlanOptions,
}

/// Finds what a report was made from. An error says that the cases cannot be made any more.
pub(super) fn make(
    (file, recipe, seed): (&Path, Option<&Recipe>, Option<Seed>),
    picks: &BTreeSet<Pick>,
    arguments: &Replay,
    config: &Config,
) -> Result<Made, Failure> {
    let silent = || {
        let file = file.display();
        Failure::unusable(format!(
            "`{file}` does not say what its cases were made from"
        ))
        .help("reports of this version do; each finding has a curl line as well")
    };
    let recipe = recipe.ok_or_else(silent)?;
    let (Some(planning), Some(seed)) = (&recipe.plan, seed) else {
        return Err(silent());
    };
    let plan = PlanOptions {
        seed,
        modes: planning.modes,
        phases: planning.phases.iter().copied().collect(),
        cases: planning.cases,
        operations: planning.operations.clone(),
        resources: Resources::new(),
    };
    let own = recipe.documents.first();
    let named = own.and_then(|document| document.file.as_deref());
    let named = arguments.spec.as_deref().or(named.map(Path::new));
    let Source { spec, path } = source::load(named, &config.patterns)?;
    let found = Ingredient::document(None, &spec).sha256;
    if own.is_none_or(|document| document.sha256 != found) {
        terminal::note("note: the document is another one than that of the report\n");
        still_made(&spec, &plan, picks)?;
    }
    Ok(Made { spec, path, plan })
}

/// Whether another document still leads to the same cases.
fn still_made(spec: &Spec, plan: &PlanOptions, picks: &BTreeSet<Pick>) -> Result<(), Failure> {
    let lost = conform::lost(spec, plan, picks);
    let Some(first) = lost.first() else {
        return Ok(());
    };
    Err(Failure::unusable(format!(
        "the document has changed: {} of {} cannot be made again, the first is `{}` of `{}`",
        lost.len(),
        source::counted(picks.len(), "case"),
        first.address,
        first.operation
    ))
    .help("begin anew, or name the cases that you mean, or the document of the report with --spec"))
}
