//! Credentials: where the secrets of a target come from, and whether they can be right.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use toml::Spanned;

use super::config::{Config, Source};
use super::failure::Failure;
use crate::case::Authority;
use crate::secret::{Flaw, Secret};
use crate::spec::Spec;

/// A secret that a target asks for.
pub(crate) struct Asked<'a> {
    folder: &'a Path,
    target: &'a str,
    /// What it is, in words: `its token`.
    what: String,
    /// Where the file says so: `proofmark.toml:5`.
    place: String,
}

impl<'a> Asked<'a> {
    /// The secret that a node of the configuration stands for.
    pub(crate) fn new<T>(
        config: &'a Config,
        target: &'a str,
        what: &str,
        node: &Spanned<T>,
    ) -> Self {
        Self {
            folder: &config.folder,
            target,
            what: what.to_owned(),
            place: config.place(node),
        }
    }

    /// Reads it. `environment` looks up variables. White space around what files hold and commands print
    /// is dropped.
    pub(crate) fn read(
        &self,
        source: &Source,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Secret, Failure> {
        let (text, origin) = match (&source.env, &source.file, &source.command) {
            (Some(name), None, None) => {
                let origin = format!("`${name}`");
                let text =
                    environment(name).ok_or_else(|| self.failure(&origin, "which is not set"))?;
                (text, origin)
            }
            (None, Some(path), None) => {
                let origin = format!("the file `{}`", path.display());
                let text = fs::read_to_string(self.folder.join(path)).map_err(|error| {
                    self.failure(&origin, &format!("which cannot be read: {error}"))
                })?;
                (text.trim().to_owned(), origin)
            }
            (None, None, Some(command)) => self.run(command)?,
            _ => {
                return Err(Failure::unusable(format!(
                    "{}: {} of target `{}` must name exactly one of env, file, command",
                    self.place, self.what, self.target
                )));
            }
        };
        // Whatever it is for, this is nobody's wish.
        if text.trim().is_empty() {
            return Err(self.failure(&origin, "which is empty"));
        }
        if text.trim() != text {
            return Err(self.failure(&origin, &format!("and {}", Flaw::Blank)));
        }
        let secret = Secret::new(text).with_origin(format!("{origin} ({})", self.place));
        Ok(match &source.env {
            Some(name) => secret.with_variable(name),
            None => secret,
        })
    }

    fn run(&self, command: &[String]) -> Result<(String, String), Failure> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(self.failure("a command", "which is empty"));
        };
        let origin = format!("the command `{program}`");
        let output = Command::new(program)
            .args(arguments)
            .output()
            .map_err(|error| self.failure(&origin, &format!("which cannot be run: {error}")))?;
        if !output.status.success() {
            return Err(self.failure(&origin, &format!("which failed: {}", output.status)));
        }
        let text = String::from_utf8(output.stdout)
            .map_err(|_| self.failure(&origin, "which printed no text"))?;
        Ok((text.trim().to_owned(), origin))
    }

    fn failure(&self, origin: &str, reason: &str) -> Failure {
        Failure::unusable(format!(
            "{}: target `{}` takes {} from {origin}, {reason}",
            self.place, self.target, self.what
        ))
    }
}

/// Refuses credentials that cannot be right for the schemes of a document, before anything is sent.
pub(crate) fn vet(authority: &Authority, spec: &Spec, now: Timestamp) -> Result<(), Failure> {
    for (name, scheme) in &spec.schemes {
        let (Some(secret), Some(carrier)) = (authority.secret(name), scheme.kind.carrier()) else {
            continue;
        };
        if let Some(flaw) = secret.flaw(carrier, now) {
            let origin = secret.origin().unwrap_or("the target");
            return Err(Failure::unusable(format!(
                "the credential for `{name}` from {origin} cannot be right: {flaw}; nothing was sent"
            ))
            .help("`proofmark explain PM902` says what a credential must be like"));
        }
    }
    Ok(())
}
