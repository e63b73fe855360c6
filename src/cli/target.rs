//! Targets: which server may be tested, with which credentials and how far. The safety rules are here.

use std::fs;

use serde_json::{Map, Value};
use url::{Host, Url};

use super::config::{Config, Kind, Source, Version, Writes};
use super::credential::Asked;
use super::failure::Failure;
use crate::case::Authority;
use crate::secret::Secret;

/// A server that may be tested, and what may be done to it.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a permission of its own"
)]
pub(crate) struct Target {
    /// The name to show: never with credentials in it.
    pub name: String,
    /// Scheme, host, port and base path.
    pub url: String,
    /// Its credentials.
    pub authority: Authority,
    /// Whether generated requests may have unsafe methods.
    pub writes: bool,
    /// Whether the steps of scenario files may.
    pub scripted_writes: bool,
    /// Inputs of workflows.
    pub inputs: Map<String, Value>,
    /// Which of them are secrets.
    pub secrets: Vec<Secret>,
    /// Whether DELETE may be sent.
    pub deletes: bool,
    /// Whether it is on this machine.
    pub is_local: bool,
    /// Whether it is the real thing.
    pub is_production: bool,
    /// How many requests in a second a load may send to it.
    pub max_rps: Option<f64>,
    /// Whether a load speaks HTTP/2 with it.
    pub speaks_http2: bool,
    /// Certificates to trust besides the system's, in PEM.
    pub certificates: Vec<u8>,
}

/// What was said on the command line about the target.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wishes<'a> {
    /// `--token`.
    pub token: Option<&'a str>,
    /// `--allow-destructive`.
    pub allow_destructive: bool,
    /// `--confirm-host`.
    pub confirm_host: &'a [String],
    /// Whether hosts may be those of other targets of the run.
    pub is_one_of_several: bool,
}

impl Target {
    /// A server on this machine, which may be sent everything.
    pub(crate) fn local(name: &str, url: String, token: Option<Secret>) -> Self {
        Self {
            name: name.to_owned(),
            url,
            authority: Authority {
                fallback: token,
                ..Authority::default()
            },
            writes: true,
            scripted_writes: true,
            inputs: Map::new(),
            secrets: Vec::new(),
            deletes: true,
            is_local: true,
            is_production: false,
            max_rps: None,
            speaks_http2: false,
            certificates: Vec::new(),
        }
    }
}

/// Finds a target by URL or name and applies the safety rules. `environment` looks up variables.
pub(crate) fn resolve(
    text: &str,
    config: &Config,
    wishes: Wishes<'_>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Target, Failure> {
    let token = wishes.token.map(|token| {
        let variable = environment("PROOFMARK_TOKEN");
        let is_variable = variable.as_deref() == Some(token);
        Secret::new(token).with_origin(if is_variable {
            "`$PROOFMARK_TOKEN`"
        } else {
            "`--token`"
        })
    });
    if text.contains("://") {
        let url = parse(text)?;
        if !is_loopback(&url) {
            return Err(Failure::unusable(format!("`{}` is not on this machine", url.host_str().unwrap_or(text)))
                .help("only loopback addresses can be given as a URL: give other servers a name, a kind and limits in proofmark.toml"));
        }
        return Ok(Target::local(text, text.to_owned(), token));
    }
    let Some(target) = config.targets.get(text) else {
        let failure = Failure::unusable(format!("there is no target `{text}`"));
        let nearest = config
            .targets
            .keys()
            .max_by(|a, b| strsim::jaro(a, text).total_cmp(&strsim::jaro(b, text)));
        return Err(match nearest {
            Some(name) => failure.help(format!("did you mean `{name}`?")),
            None => {
                failure.help("give a URL on this machine, or describe the target in proofmark.toml")
            }
        });
    };
    let url = parse(&target.url)?;
    let local = is_loopback(&url);
    let own = url.host_str().unwrap_or_default();
    let confirmed = wishes.confirm_host.iter().any(|host| host == own);
    let other = wishes.confirm_host.iter().find(|host| *host != own);
    if let Some(host) = other.filter(|_| !wishes.is_one_of_several && !confirmed) {
        return Err(Failure::unusable(format!(
            "--confirm-host says `{host}`, but the target `{text}` is `{own}`"
        )));
    }
    let may_write = target.kind != Kind::Production || confirmed;
    // A name says more than an address: a tunnel to production is on this machine, too.
    let writes = target.writes == Writes::Generated && may_write;
    let mut authority = Authority {
        fallback: token,
        ..Authority::default()
    };
    if authority.fallback.is_none()
        && let Some(source) = &target.token
    {
        let asked = Asked::new(config, text, "its token", source);
        authority.fallback = Some(asked.read(source.get_ref(), environment)?);
    }
    for (scheme, source) in &target.credentials {
        let asked = Asked::new(
            config,
            text,
            &format!("the credential of `{scheme}`"),
            source,
        );
        let secret = asked.read(source.get_ref(), environment)?;
        authority.by_scheme.insert(scheme.clone(), secret);
    }
    let certificates = match &target.certificates {
        Some(path) => fs::read(config.folder.join(path)).map_err(|error| {
            Failure::unusable(format!(
                "the certificates `{}` of target `{text}` cannot be read: {error}",
                path.display()
            ))
        })?,
        None => Vec::new(),
    };
    let mut inputs = Map::new();
    let mut secrets = Vec::new();
    for (name, value) in &target.inputs {
        let value = match secret_source(value.get_ref()) {
            None => json(value.get_ref()),
            Some(source) => {
                let asked = Asked::new(config, text, &format!("the input `{name}`"), value);
                let secret = asked.read(&source, environment)?;
                let value = Value::from(secret.expose());
                secrets.push(secret);
                value
            }
        };
        inputs.insert(name.clone(), value);
    }
    Ok(Target {
        inputs,
        secrets,
        scripted_writes: target.writes != Writes::None && may_write,
        name: text.to_owned(),
        url: target.url.clone(),
        authority,
        writes,
        is_local: local,
        is_production: target.kind == Kind::Production,
        max_rps: target.limits.max_rps,
        speaks_http2: target.http == Version::Two,
        deletes: writes && (local || wishes.allow_destructive),
        certificates,
    })
}

/// Where an input comes from, if it is a secret.
fn secret_source(value: &toml::Value) -> Option<Source> {
    let table = value.as_table().filter(|table| table.len() == 1)?;
    let (key, _) = table.iter().next()?;
    let is_source = matches!(key.as_str(), "env" | "file" | "command");
    is_source.then(|| value.clone().try_into().ok()).flatten()
}

/// A value of the file as JSON.
fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), json(member)))
            .collect(),
    }
}

fn parse(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text).map_err(|error| {
        Failure::unusable(format!("the target `{text}` is not a URL: {error}"))
            .help("for example http://127.0.0.1:8080")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::unusable(format!(
            "the target's scheme is `{}`, not http or https",
            url.scheme()
        )));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::unusable("the target's URL holds credentials")
            .help("use --token, PROOFMARK_TOKEN or proofmark.toml"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(
            Failure::unusable("the target's URL has a query or fragment")
                .help("give scheme, host, port and base path only"),
        );
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        toml::from_str(text).unwrap()
    }

    fn find(text: &str, config: &Config, wishes: Wishes<'_>) -> Result<Target, Failure> {
        resolve(text, config, wishes, &|name| {
            let known = [("TOKEN", "t0ken"), ("BLANK", " t0ken\n"), ("EMPTY", " ")];
            let found = known.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_url_must_be_on_this_machine() {
        let none = Config::default();
        for local in [
            "http://127.0.0.1:80",
            "http://[::1]:1/base",
            "http://localhost:9",
            "https://a.localhost",
        ] {
            let target = find(local, &none, Wishes::default()).unwrap();
            assert!(target.writes && target.deletes, "{local}");
        }
        for other in [
            "http://example.com",
            "http://10.0.0.1",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
            "http://user:pass@localhost",
        ] {
            assert!(find(other, &none, Wishes::default()).is_err(), "{other}");
        }
    }

    #[test]
    fn writes_and_deletes_off_this_machine_must_be_allowed() {
        let config = config(
            "[targets.read]\nurl='https://a.example'\nkind='staging'\n\
             [targets.write]\nurl='https://a.example'\nkind='sandbox'\nwrites='generated'\ntoken={env='TOKEN'}\n\
             [targets.live]\nurl='https://a.example'\nkind='production'\nwrites='generated'\n",
        );
        let destructive = Wishes {
            allow_destructive: true,
            ..Wishes::default()
        };
        let confirmed = Wishes {
            confirm_host: &["a.example".to_owned()],
            ..Wishes::default()
        };
        let rights = |name, wishes| {
            find(name, &config, wishes)
                .map(|target| (target.writes, target.deletes))
                .unwrap()
        };
        assert_eq!(rights("read", destructive), (false, false));
        assert_eq!(rights("write", Wishes::default()), (true, false));
        assert_eq!(rights("write", destructive), (true, true));
        assert_eq!(rights("live", destructive), (false, false));
        assert_eq!(rights("live", confirmed), (true, false));
        let wrong = Wishes {
            confirm_host: &["b.example".to_owned()],
            ..Wishes::default()
        };
        assert!(find("live", &config, wrong).is_err());
        let token = find("write", &config, Wishes::default())
            .unwrap()
            .authority
            .fallback
            .unwrap();
        assert_eq!(token.expose(), "t0ken");
        assert_eq!(token.origin(), Some("`$TOKEN` (:1)"));
        assert_eq!(token.variable(), Some("TOKEN"));
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_told_with_its_name_and_place() {
        for (line, told) in [
            (
                "token={env='UNSET'}",
                ":4: target `stage` takes its token from `$UNSET`, which is not set",
            ),
            (
                "credentials.key={env='EMPTY'}",
                ":4: target `stage` takes the credential of `key` from `$EMPTY`, which is empty",
            ),
            (
                "inputs={a=1,password={env='UNSET'}}",
                ":4: target `stage` takes the input `password` from `$UNSET`, which is not set",
            ),
            (
                "token={env='BLANK'}",
                ":4: target `stage` takes its token from `$BLANK`, and it has white space or a line break at an end",
            ),
            (
                "token={command=['false']}",
                ":4: target `stage` takes its token from the command `false`, which failed: exit status: 1",
            ),
            (
                "token={env='TOKEN',file='b'}",
                ":4: its token of target `stage` must name exactly one of env, file, command",
            ),
        ] {
            let text =
                format!("[targets.stage]\nurl='https://a.example'\nkind='staging'\n{line}\n");
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("proofmark.toml");
            fs::write(&path, text).unwrap();
            let config = Config::read(Some(&path)).unwrap();
            let failure = find("stage", &config, Wishes::default()).unwrap_err();
            let expected = format!("{}{told}", path.display());
            assert_eq!(failure.message, expected);
        }
    }

    #[test]
    fn an_unset_secret_and_an_unknown_name_are_said() {
        let config = config(
            "[targets.stage]\nurl='https://a.example'\nkind='staging'\ntoken={env='UNSET'}\n",
        );
        let failure = find("stage", &config, Wishes::default()).unwrap_err();
        assert!(failure.message.contains("$UNSET"), "{failure}");
        let failure = find("stge", &config, Wishes::default()).unwrap_err();
        assert_eq!(failure.help.as_deref(), Some("did you mean `stage`?"));
    }
}
