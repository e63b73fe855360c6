//! What can be typed behind `report`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Report as Kind;

/// `report`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Reported {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<ReportCommand>,
    /// The run.json of a run; several are repetitions of the same load, for --compare
    #[arg(required = true, value_name = "RUN.json")]
    pub files: Vec<PathBuf>,
    /// In which forms to show it: terminal, or files in --report-dir; with --compare terminal, or json,
    /// which is comparison.json [default: terminal]
    #[arg(long, value_parser = form, value_delimiter = ',', value_name = "KIND")]
    pub to: Vec<Form>,
    /// Where files go
    #[arg(
        long,
        env = "PROOFMARK_REPORT_DIR",
        default_value = "reports",
        value_name = "FOLDER"
    )]
    pub report_dir: PathBuf,
    /// Say whether the load became slower or faster than in these runs
    #[arg(long, num_args = 1.., value_name = "OLD.json")]
    pub compare: Vec<PathBuf>,
    /// Fail if a time of a step became slower by more than this, beyond what chance explains
    #[arg(
        long,
        env = "PROOFMARK_FAIL_ON_REGRESSION",
        value_parser = percent,
        requires = "compare",
        value_name = "PERCENT"
    )]
    pub fail_on_regression: Option<f64>,
}

/// What else `report` does.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Make one report of those of the machines that shared a load
    Merge(Merge),
}

/// `report merge`.
#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// The reports: run.json files, or folders in which they are
    #[arg(required = true, value_name = "RUN.json|FOLDER")]
    pub files: Vec<PathBuf>,
    /// Where the merged reports go
    #[arg(
        long,
        env = "PROOFMARK_REPORT_DIR",
        default_value = "reports/merged",
        value_name = "FOLDER"
    )]
    pub report_dir: PathBuf,
}

/// A form in which a report can be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The screen.
    Terminal,
    /// A file.
    File(Kind),
}

fn form(text: &str) -> Result<Form, String> {
    if text == "terminal" {
        return Ok(Form::Terminal);
    }
    let kind = Kind::from_str(text, false)
        .ok()
        .filter(|kind| kind.is_made_from_summary());
    let kinds = Kind::value_variants().iter();
    let kinds = kinds.filter(|kind| kind.is_made_from_summary());
    let names = kinds.filter_map(|kind| Some(kind.to_possible_value()?.get_name().to_owned()));
    let names: Vec<String> = names.collect();
    kind.map(Form::File)
        .ok_or_else(|| format!("expected terminal, {}", names.join(", ")))
}

/// Reads `10%`, as a share. A number alone could be meant as 10 or as 1000 percent.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%');
    let number = number.and_then(|number| number.trim().parse::<f64>().ok());
    let share = number.map(|number| number / 100.0);
    share
        .filter(|share| (0.001..=100.0).contains(share))
        .ok_or_else(|| "expected percent, with the sign: `10%`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_in_percent_and_forms_have_names() {
        assert_eq!(percent("10%"), Ok(0.1));
        assert_eq!(percent("2.5%"), Ok(0.025));
        for wrong in ["", "%", "-5%", "0%", "x", "10", "0.1"] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
        assert_eq!(form("terminal"), Ok(Form::Terminal));
        assert_eq!(form("junit"), Ok(Form::File(Kind::Junit)));
        assert!(form("hlog").unwrap_err().contains("json"));
    }
}
