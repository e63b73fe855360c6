//! Servers: the URLs that the documents name.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Value, json};

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::operation::Pair;
use crate::document::{Location, Pointer};
use crate::spec::Spec;

/// How many URLs one that has variables is written out as.
const MOST: usize = 64;

/// Compares the servers of the documents. Those with variables are what they are written out as.
pub(super) fn compare(old: &Spec, new: &Spec, ledger: &mut Ledger) {
    let place = Place {
        operation: String::new(),
        part: "servers".to_owned(),
        direction: None,
        is_inbound: false,
    };
    let (ours, theirs) = (Servers::of(old, None), Servers::of(new, None));
    listed(&place, &ours, &theirs, ledger);
}

/// Compares the servers of an operation, where it has any of its own.
pub(super) fn of_operation(pair: &Pair<'_>, ledger: &mut Ledger) {
    if pair.old.servers.is_none() && pair.new.servers.is_none() {
        return;
    }
    let (old, new) = pair.specs;
    let ours = Servers::of(old, pair.old.servers.as_ref());
    let theirs = Servers::of(new, pair.new.servers.as_ref());
    let place = pair.request("servers");
    // Documents of another environment name other servers everywhere: only beside servers that stay has
    // an operation moved.
    let stays = |one: &Servers, other: &Servers| !one.urls().is_disjoint(&other.urls());
    let is_elsewhere =
        !stays(&ours, &theirs) && stays(&Servers::of(old, None), &Servers::of(new, None));
    if is_elsewhere {
        let message = "the operation is served elsewhere, and others are where they were";
        let said = Said::new(Kind::ServerRemoved, Grade::Breaking, message)
            .texts(ours.text(), theirs.text())
            .places(Some(&ours.location), Some(&theirs.location));
        ledger.add(&place, said);
    } else {
        listed(&place, &ours, &theirs, ledger);
    }
}

/// The URLs of the server that a link names: what it is by default, and what else it may be.
pub(super) fn of_link(server: &Value) -> Option<String> {
    let url = server.get("url").and_then(Value::as_str)?;
    let variables = server.get("variables");
    let mut first = url.to_owned();
    for (name, variable) in variables.and_then(Value::as_object).into_iter().flatten() {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            first = first.replace(&format!("{{{name}}}"), default);
        }
    }
    first.truncate(first.trim_end_matches('/').len());
    let others: BTreeSet<String> = written_out(url, variables).into_iter().collect();
    let others = others.into_iter().filter(|url| *url != first);
    let urls: Vec<String> = std::iter::once(first.clone()).chain(others).collect();
    let urls: Vec<&str> = urls.iter().map(|url| shown(url)).collect();
    Some(urls.join(" or "))
}

fn listed(place: &Place, old: &Servers, new: &Servers, ledger: &mut Ledger) {
    let (was, now) = (old.urls(), new.urls());
    for server in &old.list {
        for url in server.without(&now) {
            let message = format!("the server {} is not named any more", shown(url));
            let said = Said::new(Kind::ServerRemoved, Grade::Unclear, message);
            let said = said.places(Some(&server.location), Some(&new.location));
            ledger.add(place, said);
        }
        let same = new
            .list
            .iter()
            .find(|other| other.written == server.written);
        for (name, was, now) in same.iter().flat_map(|other| server.defaults(other)) {
            let message = format!(
                "the default of `{name}` in {} is another one",
                server.written
            );
            let said = Said::new(Kind::DefaultChanged, Grade::Unclear, message).texts(was, now);
            let other = same.map(|other| &other.location);
            ledger.add(place, said.places(Some(&server.location), other));
        }
    }
    for server in &new.list {
        for url in server.without(&was) {
            let message = format!("the server {} is named now", shown(url));
            let said = Said::new(Kind::ServerAdded, Grade::Compatible, message);
            let said = said.places(Some(&old.location), Some(&server.location));
            ledger.add(place, said);
        }
    }
}

/// A URL for people: the one without a path has no text.
fn shown(url: &str) -> &str {
    if url.is_empty() { "/" } else { url }
}

/// The servers that a document names at a place.
struct Servers {
    list: Vec<Server>,
    /// Where they stand, or could.
    location: Location,
}

impl Servers {
    /// Those at a place, else those of the document. Where none are named, there is one without a path
    /// (OAS 3.1.1 section 4.8.1.1).
    fn of(spec: &Spec, at: Option<&Location>) -> Self {
        let set = &spec.schemas;
        let holder = at.and_then(|at| {
            let mut documents = (0..set.len()).map(|number| set.document(number));
            let document = documents.find(|document| document.name == at.document)?;
            Some((document, at.pointer.clone()))
        });
        let top = || (set.document(0), Pointer::root().join("servers"));
        let (document, place) = holder.unwrap_or_else(top);
        let servers = document.node(&place).and_then(Value::as_array);
        let servers = servers.filter(|servers| !servers.is_empty());
        let location = match servers {
            Some(_) => document.location(&place),
            None => document.location(&Pointer::root()),
        };
        let named = servers.into_iter().flatten().enumerate();
        let mut list: Vec<Server> = named
            .filter_map(|(number, server)| {
                Server::of(server, document.location(&place.index(number)))
            })
            .collect();
        if servers.is_none() {
            list.extend(Server::of(&json!({"url": "/"}), location.clone()));
        }
        Self { list, location }
    }

    fn urls(&self) -> HashSet<String> {
        let urls = self.list.iter().flat_map(|server| server.urls.iter());
        urls.cloned().collect()
    }

    fn text(&self) -> String {
        let written: Vec<&str> = self
            .list
            .iter()
            .map(|server| shown(&server.written))
            .collect();
        written.join(", ")
    }
}

/// A server as a document names it.
struct Server {
    /// As it is written.
    written: String,
    /// What its variables make of it.
    urls: Vec<String>,
    /// What its variables are taken for where nothing else is said.
    values: BTreeMap<String, String>,
    location: Location,
}

impl Server {
    fn of(server: &Value, location: Location) -> Option<Self> {
        let url = server.get("url").and_then(Value::as_str)?;
        let variables = server.get("variables").and_then(Value::as_object);
        let values = variables
            .into_iter()
            .flatten()
            .filter_map(|(name, variable)| {
                let default = variable.get("default")?.as_str()?;
                Some((name.clone(), default.to_owned()))
            });
        Some(Self {
            written: url.trim_end_matches('/').to_owned(),
            urls: written_out(url, server.get("variables")),
            values: values.collect(),
            location,
        })
    }

    /// The variables that are taken for something else in the other one, with both values.
    fn defaults(&self, other: &Self) -> Vec<(String, String, String)> {
        let both = self.values.iter().filter_map(|(name, was)| {
            let now = other.values.get(name)?;
            (was != now).then(|| (name.clone(), was.clone(), now.clone()))
        });
        both.collect()
    }

    /// What is not named elsewhere: the server as it is written, if none of its URLs is.
    fn without(&self, others: &HashSet<String>) -> Vec<&str> {
        let missing: Vec<&str> = self
            .urls
            .iter()
            .filter(|url| !others.contains(*url))
            .map(String::as_str)
            .collect();
        if missing.len() == self.urls.len() && !missing.is_empty() {
            return vec![&self.written];
        }
        missing
    }
}

/// A URL with the values of its variables: all that are listed; where none are, the default, and the
/// variable as it is written for all others (OAS 3.1 section 4.8.6).
fn written_out(url: &str, variables: Option<&Value>) -> Vec<String> {
    let mut urls = vec![url.to_owned()];
    let variables = variables.and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        let place = format!("{{{name}}}");
        let listed = variable.get("enum").and_then(Value::as_array);
        let values: Vec<&str> = if let Some(values) = listed {
            values.iter().filter_map(Value::as_str).collect()
        } else {
            // Its default, and whatever else.
            let default = variable.get("default").and_then(Value::as_str);
            default.into_iter().chain([&*place]).collect()
        };
        if values.is_empty() || urls.len().saturating_mul(values.len()) > MOST {
            continue;
        }
        urls = urls
            .iter()
            .flat_map(|url| values.iter().map(|value| url.replace(&place, value)))
            .collect();
    }
    for url in &mut urls {
        without_port(url);
        url.truncate(url.trim_end_matches('/').len());
    }
    urls
}

/// Leaves out the port that is meant anyway (RFC 9110 sections 4.2.1 and 4.2.2).
fn without_port(url: &mut String) {
    for (scheme, port) in [("http://", ":80"), ("https://", ":443")] {
        let Some(rest) = url.strip_prefix(scheme) else {
            continue;
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.ends_with(port) {
            let end = scheme.len() + authority.len();
            url.replace_range(end - port.len()..end, "");
        }
    }
}
