//! Servers: the URLs that the documents name.

use std::collections::HashSet;

use serde_json::Value;

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use crate::document::{Location, Pointer};
use crate::spec::Spec;

/// How many URLs one that has variables is written out as.
const MOST: usize = 64;

/// Compares the servers. Those with variables are what they are written out as.
pub(super) fn compare(old: &Spec, new: &Spec, ledger: &mut Ledger) {
    let place = Place {
        operation: String::new(),
        part: "servers".to_owned(),
        direction: None,
    };
    let (ours, theirs) = (named(old), named(new));
    let all = |servers: &[Server]| -> HashSet<String> {
        servers
            .iter()
            .flat_map(|server| server.urls.iter().cloned())
            .collect()
    };
    let (was, now) = (all(&ours), all(&theirs));
    for server in &ours {
        for url in server.without(&now) {
            let message = format!("the server {url} is not named any more");
            let said = Said::new(Kind::ServerRemoved, Grade::Unclear, message);
            ledger.add(
                &place,
                said.places(Some(&server.location), Some(&list(new))),
            );
        }
    }
    for server in &theirs {
        for url in server.without(&was) {
            let message = format!("the server {url} is named now");
            let said = Said::new(Kind::ServerAdded, Grade::Compatible, message);
            ledger.add(
                &place,
                said.places(Some(&list(old)), Some(&server.location)),
            );
        }
    }
}

/// A server as a document names it.
struct Server {
    /// As it is written.
    written: String,
    /// What its variables make of it.
    urls: Vec<String>,
    location: Location,
}

impl Server {
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

fn named(spec: &Spec) -> Vec<Server> {
    let document = spec.schemas.document(0);
    let place = Pointer::root().join("servers");
    let servers = document.node(&place).and_then(Value::as_array);
    let servers = servers.into_iter().flatten().enumerate();
    servers
        .filter_map(|(number, server)| {
            let url = server.get("url").and_then(Value::as_str)?;
            Some(Server {
                written: url.trim_end_matches('/').to_owned(),
                urls: written_out(url, server.get("variables")),
                location: document.location(&place.index(number)),
            })
        })
        .collect()
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
        url.truncate(url.trim_end_matches('/').len());
    }
    urls
}

/// Where a document lists its servers, or could.
fn list(spec: &Spec) -> Location {
    let document = spec.schemas.document(0);
    let list = Pointer::root().join("servers");
    match document.node(&list) {
        Some(Value::Array(_)) => document.location(&list),
        _ => document.location(&Pointer::root()),
    }
}
