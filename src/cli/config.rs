//! `proofmark.toml`: targets, and where their secrets come from.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::failure::Failure;
use crate::arazzo::{ParityRule, WrittenRule};
use crate::document::read_text;
use crate::parity::pair::Rules;
use crate::schema::{FormatError, Formats};

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The targets by name.
    #[serde(default)]
    pub targets: IndexMap<String, Target>,
    /// How targets are compared.
    #[serde(default)]
    pub parity: Parity,
    /// Its rules, checked.
    #[serde(skip)]
    rules: Vec<ParityRule>,
    /// The patterns of custom formats.
    #[serde(default)]
    formats: IndexMap<String, String>,
    /// The same, checked.
    #[serde(skip)]
    pub patterns: Formats,
    /// The folder of the file, for relative paths in it.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Its name and its text, for places in it.
    #[serde(skip)]
    file: (String, String),
}

/// How targets are compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parity {
    /// What is compared with, unless the command line says otherwise.
    pub baseline: Option<String>,
    /// What is compared.
    pub candidate: Option<String>,
    /// The differences that do not count.
    #[serde(default)]
    rules: Vec<Spanned<Rule>>,
}

/// A difference that does not count, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    operation: Option<String>,
    accept: Option<toml::Value>,
    kind: Option<String>,
    at: Option<String>,
    #[serde(rename = "as")]
    sameness: Option<String>,
    key: Option<String>,
    absolute: Option<f64>,
    relative: Option<f64>,
    reason: Option<String>,
    until: Option<toml::Value>,
}

impl Rule {
    fn written(&self) -> WrittenRule {
        // What is no text is named by its type: that is no category.
        let text = |value: &toml::Value| match value {
            toml::Value::String(text) => text.clone(),
            other => other.type_str().to_owned(),
        };
        WrittenRule {
            operation: self.operation.clone(),
            accept: self.accept.as_ref().map(|accept| match accept {
                toml::Value::Array(items) => items.iter().map(text).collect(),
                one => vec![text(one)],
            }),
            kind: self.kind.clone(),
            at: self.at.clone(),
            sameness: self.sameness.clone(),
            key: self.key.clone(),
            absolute: self.absolute,
            relative: self.relative,
            reason: self.reason.clone(),
            // A date needs no quotes.
            until: self.until.as_ref().map(|until| match until {
                toml::Value::String(text) => text.clone(),
                toml::Value::Datetime(date) => date.to_string(),
                other => other.type_str().to_owned(),
            }),
        }
    }
}

/// A server that may be tested.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Target {
    /// Scheme, host, port and base path.
    pub url: String,
    /// What it is; decides what is allowed on it.
    pub kind: Kind,
    /// Which writes are allowed. Without it: safe methods only, unless the target is on this machine.
    #[serde(default)]
    pub writes: Writes,
    /// The credential for every security scheme that has none of its own below `credentials`.
    pub token: Option<Spanned<Source>>,
    /// Credentials by the name of the security scheme (`user:password` for basic).
    #[serde(default)]
    pub credentials: IndexMap<String, Spanned<Source>>,
    /// Inputs of workflows: a value, or a table with one of `env`, `file` and `command` for a secret.
    #[serde(default)]
    pub inputs: IndexMap<String, Spanned<toml::Value>>,
    /// Which version of HTTP a load speaks with it.
    #[serde(default)]
    pub http: Version,
    /// How much a load may do to it.
    #[serde(default)]
    pub limits: Limits,
    /// A PEM file of certificates to trust besides the system's.
    pub certificates: Option<PathBuf>,
}

/// How much a load may do to a target.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Limits {
    /// How many requests in a second.
    pub max_rps: Option<f64>,
}

/// Which version of HTTP a load speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Version {
    /// HTTP/1.1.
    #[default]
    #[serde(rename = "1.1")]
    One,
    /// HTTP/2; under TLS the server may choose HTTP/1.1.
    #[serde(rename = "2")]
    Two,
}

/// What a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Answers made from a document.
    Mock,
    /// A place to try things out.
    Sandbox,
    /// A copy of production.
    Staging,
    /// The real thing.
    Production,
}

/// Which writes are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Writes {
    /// None.
    #[default]
    None,
    /// Those that scenario files write.
    Scenario,
    /// Generated ones, too.
    Generated,
}

/// Where a secret comes from. Exactly one of the three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// An environment variable.
    pub env: Option<String>,
    /// A file; white space around its content is dropped.
    pub file: Option<PathBuf>,
    /// A program with its arguments; what it prints on standard output, white space dropped.
    pub command: Option<Vec<String>>,
}

impl Config {
    /// The rules for comparing targets: those of scenario files first, then those of the file.
    pub(crate) fn parity_rules(&self, of_scenarios: Vec<ParityRule>) -> Rules {
        let mut rules = of_scenarios;
        rules.extend(self.rules.iter().cloned());
        let now = jiff::Zoned::now();
        Rules::new(rules, now.date())
    }

    /// The rules, each with its line.
    fn read_rules(&self) -> Result<Vec<ParityRule>, Failure> {
        let rules = self.parity.rules.iter().map(|spanned| {
            let place = self.place(spanned);
            spanned
                .get_ref()
                .written()
                .read(place.clone())
                .map_err(|error| {
                    Failure::unusable(format!(
                        "{place}: a rule of `parity` cannot be used: {error}"
                    ))
                    .help(error.hint)
                })
        });
        rules.collect()
    }

    /// Reads the file that was named, else `proofmark.toml` if it is there, else nothing.
    pub(crate) fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or(Path::new("proofmark.toml"));
        let text = match read_text(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Failure::unusable(format!(
                    "`{}` cannot be read: {error}",
                    path.display()
                )));
            }
        };
        // The line itself is not shown: somebody may have written a secret where its source belongs.
        let mut config: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| line(&text, span.start));
            Failure::unusable(format!(
                "`{}` cannot be used: line {line}: {}",
                path.display(),
                shown(error.message())
            ))
        })?;
        for (name, pattern) in &config.formats {
            config.patterns.insert(name, pattern).map_err(|error| {
                let key = text.lines().position(|line| {
                    let key = line.split('=').next().unwrap_or_default();
                    key.trim().trim_matches(['"', '\'']) == name
                });
                let line = key.map_or(String::new(), |line| format!("line {}: ", line + 1));
                let help = match error {
                    FormatError::Standard(_) => {
                        "give it a name of its own, and write that in the schemas"
                    }
                    FormatError::Pattern(_) => {
                        "a format is an ECMA 262 regular expression, as `pattern` in a schema is"
                    }
                };
                Failure::unusable(format!(
                    "`{}` cannot be used: {line}format `{name}`: {error}",
                    path.display()
                ))
                .help(help)
            })?;
        }
        config.file = (path.display().to_string(), text);
        config.rules = config.read_rules()?;
        path.parent()
            .unwrap_or(Path::new(""))
            .clone_into(&mut config.folder);
        Ok(config)
    }

    /// The line where something of the file begins: `proofmark.toml:5`.
    pub(crate) fn place<T>(&self, node: &Spanned<T>) -> String {
        let (name, text) = &self.file;
        format!("{name}:{}", line(text, node.span().start))
    }
}

/// The number of the line of an offset, from 1.
fn line(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// A message without the value that it quotes: the value may be a secret.
fn shown(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}...{}", &message[..=start], &message[end..])
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("proofmark.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(Some(&path))
    }

    #[test]
    fn a_target_names_its_secret_instead_of_holding_it() {
        let config = read("[targets.sandbox]\nurl = 'https://api.example.com'\nkind = 'sandbox'\nwrites = 'generated'\ntoken = { env = 'API_TOKEN' }\n").unwrap();
        let target = &config.targets["sandbox"];
        assert_eq!(
            (target.kind, target.writes),
            (Kind::Sandbox, Writes::Generated)
        );
        assert_eq!(
            target.token.as_ref().unwrap().get_ref().env.as_deref(),
            Some("API_TOKEN")
        );
        let place = config.place(target.token.as_ref().unwrap());
        assert!(place.ends_with("proofmark.toml:5"), "{place}");
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let failure =
            read("[targets.a]\nurl = 'https://a.example'\nkind = 'sandbox'\ntokn = 'x'\n")
                .unwrap_err();
        assert!(
            failure.message.contains("tokn") && failure.message.contains("line 4"),
            "{}",
            failure.message
        );
    }

    #[test]
    fn a_secret_in_the_wrong_place_is_not_repeated() {
        let failure =
            read("[targets.a]\nurl = 'https://a.example'\nkind = 'mock'\ntoken = 'hunter2'\n")
                .unwrap_err();
        assert!(
            failure.message.contains("line 4") && !failure.message.contains("hunter2"),
            "{}",
            failure.message
        );
    }

    #[test]
    fn a_format_that_is_no_pattern_is_named_with_its_line() {
        let config = read("[formats]\niata = '^[A-Z]{3}$'\n").unwrap();
        assert_ne!(config.patterns, Formats::default());
        let failure = read("[formats]\niata = '^[A-Z]{3}$'\n'icao' = '['\n").unwrap_err();
        assert!(
            failure.message.contains("line 3: format `icao`: `[`"),
            "{}",
            failure.message
        );
    }

    #[test]
    fn a_format_of_the_standard_is_not_given_another_meaning() {
        let failure = read("[formats]\niata = '^[A-Z]{3}$'\nemail = '^x$'\n").unwrap_err();
        let expected = "line 3: format `email`: `email` is a format of JSON Schema";
        assert!(failure.message.contains(expected), "{}", failure.message);
    }

    #[test]
    fn a_rule_of_parity_that_makes_no_sense_is_named_with_its_line() {
        let good =
            "[[parity.rules]]\nat = '$.a'\nas = 'format'\nreason = 'r'\nuntil = 2027-03-31\n";
        let config = read(good).unwrap();
        assert_eq!(config.rules[0].until, Some(jiff::civil::date(2027, 3, 31)));
        let bad = format!("{good}[[parity.rules]]\nat = 'a'\nas = 'type'\nreason = 'r'\n");
        let failure = read(&bad).unwrap_err();
        let expected = "proofmark.toml:6: a rule of `parity` cannot be used: `a` is no JSONPath";
        assert!(failure.message.contains(expected), "{}", failure.message);
        let failure = read("[[parity.rules]]\nat = '$'\nas = 'ignore'\n").unwrap_err();
        assert!(
            failure.message.contains("needs `reason`"),
            "{}",
            failure.message
        );
        let accepting = "[[parity.rules]]\naccept = ['PM511', 'PM510']\nreason = 'r'\n[[parity.rules]]\naccept = 'PM502'\nkind = 'refused'\nreason = 's'\n";
        let rules = read(accepting).unwrap().rules;
        let told: Vec<String> = rules.iter().map(ToString::to_string).collect();
        let [one, other] = &*told else {
            panic!("{told:?}");
        };
        assert!(one.ends_with("proofmark.toml:1: PM511, PM510 (r)"), "{one}");
        let expected = "proofmark.toml:4: PM502 refused (s)";
        assert!(other.ends_with(expected), "{other}");
        let bad = format!("{accepting}[[parity.rules]]\naccept = 511\nreason = 'r'\n");
        let failure = read(&bad).unwrap_err();
        let expected = "proofmark.toml:8: a rule of `parity` cannot be used: `integer` is no";
        assert!(failure.message.contains(expected), "{}", failure.message);
    }

    #[test]
    fn the_example_of_the_readme_is_a_configuration() {
        let readme = include_str!("../../README.md");
        let (_, rest) = readme.split_once("```toml\n").unwrap();
        let config = read(rest.split_once("```").unwrap().0).unwrap();
        assert_eq!(config.targets["sandbox"].credentials.len(), 1);
        assert_eq!(config.formats.len(), 1);
    }

    #[test]
    fn a_named_file_must_be_there() {
        assert!(Config::read(Some(Path::new("/nowhere/proofmark.toml"))).is_err());
    }
}
