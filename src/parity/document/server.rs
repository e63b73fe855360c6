//! Servers: the URLs that the documents name.

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use crate::document::{Location, Pointer};
use crate::spec::Spec;

/// Compares the servers.
pub(super) fn compare(old: &Spec, new: &Spec, ledger: &mut Ledger) {
    let place = Place {
        operation: String::new(),
        part: "servers".to_owned(),
        direction: None,
    };
    let plain = |url: &str| url.trim_end_matches('/').to_owned();
    let has = |spec: &Spec, url: &str| spec.servers.iter().any(|known| plain(known) == plain(url));
    for url in old.servers.iter().filter(|url| !has(new, url)) {
        let message = format!("the server {url} is not named any more");
        let said = Said::new(Kind::ServerRemoved, Grade::Unclear, message);
        ledger.add(&place, said.places(Some(&at(old, url)), Some(&at(new, ""))));
    }
    for url in new.servers.iter().filter(|url| !has(old, url)) {
        let message = format!("the server {url} is named now");
        let said = Said::new(Kind::ServerAdded, Grade::Compatible, message);
        ledger.add(&place, said.places(Some(&at(old, "")), Some(&at(new, url))));
    }
}

/// Where a document names a server, or its servers.
fn at(spec: &Spec, url: &str) -> Location {
    let document = spec.schemas.document(0);
    let list = Pointer::root().join("servers");
    let servers = document.node(&list).and_then(serde_json::Value::as_array);
    let position = servers.and_then(|servers| {
        let mut servers = servers.iter();
        servers.position(|server| server.get("url").is_some_and(|known| known == url))
    });
    match position {
        Some(position) => document.location(&list.index(position)),
        None if servers.is_some() => document.location(&list),
        None => document.location(&Pointer::root()),
    }
}
