//! `proofmark new`: files to start from.

use std::fs;
use std::io::ErrorKind;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::arazzo::suggest;
use crate::cli::arguments::new::{New, Scenario};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::whole_file::write_whole;
use crate::cli::{source, terminal};
use crate::scenario::{DraftOptions, draft};
use crate::spec::{Operation, OperationId, Spec};

/// Writes a file of the wanted kind.
pub(crate) fn run(what: &New, config: &Config) -> Result<Exit, Failure> {
    match what {
        New::Scenario(arguments) => scenario(arguments, config),
    }
}

/// The text of a scenario file that calls operations, as it is to stand in `output`.
pub(crate) fn drafted(
    spec: Option<&Path>,
    operations: &[String],
    output: Option<&Path>,
    config: &Config,
) -> Result<String, Failure> {
    let source = source::load(spec, &config.patterns)?;
    let spec_path = source.path.ok_or_else(|| {
        Failure::unusable("a scenario names the file of its API description, and there is none")
            .help("say `-s FILE`")
    })?;
    let spec = source.spec;
    let operations: Vec<&Operation> = operations
        .iter()
        .map(|name| operation(&spec, name.trim()))
        .collect::<Result<_, _>>()?;
    let options = DraftOptions {
        source: name(&spec_path, "api"),
        url: url(&spec_path, output),
        workflow: output.map_or_else(|| "scenario".to_owned(), |path| name(path, "scenario")),
    };
    draft(&spec, &operations, &options).map_err(|error| Failure::unusable(error.to_string()))
}

fn scenario(arguments: &Scenario, config: &Config) -> Result<Exit, Failure> {
    let output = arguments.output.as_deref();
    let text = drafted(
        arguments.spec.as_deref(),
        &arguments.operations,
        output,
        config,
    )?;
    match output {
        Some(path) => {
            write(path, &text, arguments.force)?;
            let path = path.display();
            terminal::note(&format!(
                "{path} is written: `proofmark run {path}` runs it, `proofmark lint {path}` checks changes"
            ));
        }
        None => crate::cli::print(&text)?,
    }
    Ok(Exit::Success)
}

fn operation<'a>(spec: &'a Spec, name: &str) -> Result<&'a Operation, Failure> {
    let operations = spec.operations.values();
    let mut found = operations.filter(|operation| {
        operation.id.as_str() == name || format!("{} {}", operation.method, operation.path) == name
    });
    found.next().ok_or_else(|| {
        let failure = Failure::unusable(format!("there is no operation `{name}`"));
        let known = spec.operations.keys().map(OperationId::as_str);
        match suggest::hint(name, known) {
            Some(hint) => failure.help(hint),
            None => failure.help("give operationIds, or `METHOD /path`"),
        }
    })
}

fn write(path: &Path, text: &str, may_replace: bool) -> Result<(), Failure> {
    let failure = |error: std::io::Error| {
        let shown = path.display();
        if error.kind() == ErrorKind::AlreadyExists {
            Failure::unusable(format!("`{shown}` is there already")).help("`--force` replaces it")
        } else {
            Failure::unusable(format!("`{shown}` cannot be written: {error}"))
        }
    };
    if may_replace {
        return write_whole(path, text).map_err(failure);
    }
    let mut file = fs::File::create_new(path).map_err(failure)?;
    file.write_all(text.as_bytes()).map_err(failure)
}

/// A name made of that of a file, without what follows the first dot.
fn name(path: &Path, other: &str) -> String {
    let file = path.file_name().and_then(|name| name.to_str());
    let stem = file
        .and_then(|name| name.split('.').next())
        .unwrap_or_default();
    let name: String = stem
        .chars()
        .map(|character| {
            let is_kept = character.is_ascii_alphanumeric() || "-_".contains(character);
            if is_kept { character } else { '-' }
        })
        .collect();
    if name
        .chars()
        .any(|character| character.is_ascii_alphanumeric())
    {
        name
    } else {
        other.to_owned()
    }
}

/// The document as seen from the folder of the output, or from here.
fn url(spec: &Path, output: Option<&Path>) -> String {
    let folder = output.and_then(Path::parent).unwrap_or(Path::new(""));
    let whole = |path: &Path| {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        path.canonicalize().ok()
    };
    let relative = match (whole(folder), whole(spec)) {
        (Some(folder), Some(spec)) if output.is_some() => relative(&folder, &spec),
        _ => spec.to_owned(),
    };
    relative.to_string_lossy().replace('\\', "/")
}

/// The way from a folder to a file, both from the root.
fn relative(folder: &Path, file: &Path) -> PathBuf {
    let from: Vec<Component<'_>> = folder.components().collect();
    let to: Vec<Component<'_>> = file.components().collect();
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other);
    let common = common.count();
    let up = from.iter().skip(common).map(|_| Component::ParentDir);
    up.chain(to.iter().skip(common).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_up_and_down() {
        for (folder, file, way) in [
            ("/a/b", "/a/c/d.yaml", "../c/d.yaml"),
            ("/a", "/a/d.yaml", "d.yaml"),
            ("/", "/d.yaml", "d.yaml"),
            ("/a/b/c", "/d.yaml", "../../../d.yaml"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(file)), Path::new(way));
        }
    }

    #[test]
    fn files_give_names() {
        for (file, expected) in [
            ("a/user-life.arazzo.yaml", "user-life"),
            ("my api.json", "my-api"),
            (".yaml", "api"),
            ("äöü.yaml", "api"),
        ] {
            assert_eq!(name(Path::new(file), "api"), expected);
        }
    }
}
