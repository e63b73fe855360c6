//! `proofmark plan`: the requests that `check` would send, as curl lines. Sends nothing.

use std::fmt::Write;

use super::{check, load};
use crate::case::{Authority, Intent, encode, plan};
use crate::cli::arguments::Plan;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::scenario_source;
use crate::cli::source::{self, counted};
use crate::cli::terminal::{self, Terminal};
use crate::record::{Redactor, planned};
use crate::scenario::PreviewStep;
use crate::secret::Secret;
use crate::spec::Spec;
use crate::wire::decode_component;

/// Prints the planned cases, one line each.
pub(crate) fn run(arguments: &Plan, config: &Config, terminal: &Terminal) -> Result<Exit, Failure> {
    if !arguments.files.is_empty() {
        return scenarios(arguments, config, terminal);
    }
    let source = source::load(arguments.selection.spec.as_deref(), &config.patterns)?;
    source::announce(&source.spec, terminal);
    let options = check::plan_options(&source.spec, &arguments.selection)?;
    let plan = plan(&source.spec, &options);
    // No secret is needed to show a request: it is masked by its variable's name.
    let authority = Authority {
        fallback: Some(Secret::new("not-sent")),
        ..Authority::default()
    };
    let redactor = Redactor::new(&[&source.spec], &[]);
    let mut page = String::new();
    let mut skipped = plan.skipped.len();
    for case in &plan.cases {
        let intent = match &case.intent {
            Intent::Valid => "valid".to_owned(),
            Intent::Invalid(defect) => format!("invalid: {defect}"),
            Intent::Scripted => "scripted".to_owned(),
        };
        match encode(&source.spec, case, &authority) {
            Ok(prepared) => {
                let line = planned(&prepared, "$PROOFMARK_TARGET", &redactor);
                let _ = writeln!(
                    page,
                    "# {} {} {} {intent}\n{line}",
                    case.id,
                    case.operation,
                    case.phase.name()
                );
            }
            Err(error) => {
                skipped += 1;
                terminal::note(&format!(
                    "skipped {} {}: {error}",
                    case.operation,
                    case.phase.name()
                ));
            }
        }
    }
    crate::cli::print(&page)?;
    for skip in &plan.skipped {
        terminal::note(&format!(
            "skipped {} {}: {}",
            skip.operation,
            skip.phase.name(),
            skip.reason
        ));
    }
    terminal::note(&format!(
        "{} planned, {skipped} left out; stateful sequences depend on the answers and are not shown",
        counted(plan.cases.len(), "case"),
    ));
    if plan.edges_left_out > 0 {
        terminal::note(&format!(
            "of bodies and parameters some {} have no case; a larger --cases brings in more",
            counted(plan.edges_left_out, "edge"),
        ));
    }
    Ok(if plan.cases.is_empty() {
        Exit::Nothing
    } else {
        Exit::Success
    })
}

/// Prints what the steps of scenario files would send.
fn scenarios(arguments: &Plan, config: &Config, terminal: &Terminal) -> Result<Exit, Failure> {
    let spec = arguments.selection.spec.as_deref();
    let options = scenario_source::options(&arguments.choice, spec, config);
    let suite = scenario_source::open(&arguments.files, &options)?;
    let selection = scenario_source::choose(&suite, &arguments.choice)?;
    let given = scenario_source::given(&arguments.choice, std::iter::empty())?;
    scenario_source::all_taken(&suite, &given, &arguments.choice)?;
    let seed = arguments.selection.seed;
    let planned = suite
        .plan(&selection, &given, seed)
        .map_err(|wrong| scenario_source::failure(&suite, &wrong))?;
    scenario_source::announce(&suite, terminal);
    let authority = Authority {
        fallback: Some(Secret::new("not-sent")),
        ..Authority::default()
    };
    let mut page = String::new();
    let mut count = 0;
    let previews = suite.preview(&planned, &authority, seed);
    let steps = previews.iter().flat_map(|preview| &preview.steps);
    let steps = steps.flat_map(PreviewStep::all);
    let mut secrets: Vec<Secret> = suite.secrets(&planned);
    secrets.extend(steps.flat_map(|step| step.secrets.iter().cloned()));
    let specs: Vec<&Spec> = suite.apis.iter().map(|api| &*api.spec).collect();
    let redactor = Redactor::new(&specs, &secrets);
    for preview in previews {
        let run = preview
            .key
            .run
            .iter()
            .fold(String::new(), |_, run| format!(" ({run})"));
        let _ = writeln!(page, "## {}{run}", preview.key.workflow);
        count += list(&preview.steps, "", &redactor, &mut page);
    }
    crate::cli::print(&redactor.made(&page))?;
    if let Some(outline) = load::outlined(suite, &given, seed)? {
        crate::cli::print(&format!("## load\n{outline}"))?;
    }
    terminal::note(&format!(
        "{} of {}, as far as they are known before the first answer; nothing was sent",
        counted(count, "request"),
        counted(planned.len(), "workflow"),
    ));
    Ok(if planned.is_empty() {
        Exit::Nothing
    } else {
        Exit::Success
    })
}

/// Lists steps, and those of the workflows that they call below them; how many requests there are.
fn list(steps: &[PreviewStep], before: &str, redactor: &Redactor, page: &mut String) -> usize {
    let mut count = 0;
    for (index, step) in steps.iter().enumerate() {
        let number = format!("{before}{:02}", index + 1);
        let _ = writeln!(page, "# {number} {} {}", step.step, step.target);
        for condition in &step.criteria {
            let _ = writeln!(page, "#    {condition}");
        }
        match &step.request {
            None => {}
            Some(Ok(prepared)) => {
                count += 1;
                let line = planned(prepared, "$PROOFMARK_TARGET", redactor);
                let _ = writeln!(page, "{}", shown(&line));
            }
            Some(Err(reason)) => {
                let _ = writeln!(page, "#    cannot be made: {reason}");
            }
        }
        count += list(&step.called, &format!("{number}."), redactor, page);
    }
    count
}

/// A line with its placeholders in plain sight.
fn shown(line: &str) -> String {
    let mut shown = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("%3C") {
        shown.push_str(before);
        let name = behind.split_once("%3E").filter(|(name, _)| {
            let is_known = ["steps.", "workflows."];
            is_known.iter().any(|kind| name.starts_with(kind))
        });
        rest = if let Some((name, rest)) = name {
            let name = decode_component(name).unwrap_or_else(|_| name.to_owned());
            let _ = write!(shown, "<{name}>");
            rest
        } else {
            shown.push_str("%3C");
            behind
        };
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_in_plain_sight_and_nothing_else_is_changed() {
        for (line, expected) in [
            (
                "/a/%3Csteps.x.outputs.all%23%2Fid%3E?b=%3C1%3E",
                "/a/<steps.x.outputs.all#/id>?b=%3C1%3E",
            ),
            (
                "/%3Cworkflows.w.outputs.o%5B0%5D%3E/c",
                "/<workflows.w.outputs.o[0]>/c",
            ),
            ("/%3Csteps.x", "/%3Csteps.x"),
            ("/a%20b", "/a%20b"),
        ] {
            assert_eq!(shown(line), expected);
        }
    }
}
