//! Flows: where tokens come from (OAS 3.1.1 sections 4.8.27 to 4.8.29), for schemes that operations
//! ask for.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Said};
use super::operation::Pair;
use crate::spec::{SecurityScheme, Spec};

/// The URLs of a flow.
const URLS: [&str; 3] = ["authorizationUrl", "tokenUrl", "refreshUrl"];

/// Compares how tokens are got for the schemes that both documents have under one name.
pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger) {
    let names = pair.old.security.iter().flat_map(|needed| needed.0.keys());
    let names: BTreeSet<&String> = names.collect();
    for name in names {
        let (old, new) = pair.specs;
        let (Some(ours), Some(theirs)) = (old.schemes.get(name), new.schemes.get(name)) else {
            continue;
        };
        let mut found = Vec::new();
        let (was, now) = (Scheme::of(old, ours), Scheme::of(new, theirs));
        was.compare(&now, &mut found);
        for said in found {
            let said = said.places(Some(&ours.location), Some(&theirs.location));
            ledger.add(&pair.request(format!("credentials `{name}`")), said);
        }
    }
}

/// A scheme as it is written.
struct Scheme<'a>(Option<&'a Map<String, Value>>);

impl<'a> Scheme<'a> {
    fn of(spec: &'a Spec, scheme: &SecurityScheme) -> Self {
        Self(spec.node(&scheme.location).and_then(Value::as_object))
    }

    fn text(&self, member: &str) -> Option<&'a str> {
        self.0?.get(member)?.as_str()
    }

    fn flows(&self) -> impl Iterator<Item = (&'a str, &'a Map<String, Value>)> {
        let flows = self.0.and_then(|scheme| scheme.get("flows")?.as_object());
        let flows = flows.into_iter().flatten();
        flows.filter_map(|(name, flow)| Some((name.as_str(), flow.as_object()?)))
    }

    fn flow(&self, name: &str) -> Option<&'a Map<String, Value>> {
        self.flows()
            .find(|(known, _)| *known == name)
            .map(|(_, flow)| flow)
    }

    fn compare(&self, new: &Self, found: &mut Vec<Said>) {
        let kinds = [self.text("type"), new.text("type")];
        let gives_tokens = |kind: Option<&str>| matches!(kind, Some("oauth2" | "openIdConnect"));
        if kinds[0] != kinds[1] {
            // The same credential, got in another way.
            if kinds.into_iter().any(gives_tokens) {
                let message = "tokens are got in another way";
                let said = Said::new(Kind::TokensChanged, Grade::Unclear, message);
                let [was, now] = kinds.map(Option::unwrap_or_default);
                found.push(said.texts(was, now));
            }
            return;
        }
        let hint = "bearerFormat";
        if self.text(hint) != new.text(hint) {
            let message = "tokens are said to be of another form";
            let said = Said::new(Kind::TokensChanged, Grade::Note, message);
            found.push(texts(said, self.text(hint), new.text(hint)));
        }
        let url = "openIdConnectUrl";
        if self.text(url) != new.text(url) {
            let message = "tokens are described at another URL";
            let said = Said::new(Kind::TokensChanged, Grade::Unclear, message);
            found.push(texts(said, self.text(url), new.text(url)));
        }
        for (name, flow) in self.flows().filter(|(name, _)| !name.starts_with("x-")) {
            let Some(other) = new.flow(name) else {
                let message = format!("tokens are not got by the flow `{name}` any more");
                found.push(Said::new(Kind::TokensChanged, Grade::Breaking, message));
                continue;
            };
            flows(name, flow, other, found);
        }
        for (name, _) in new.flows().filter(|(name, _)| !name.starts_with("x-")) {
            if self.flow(name).is_none() {
                let message = format!("tokens are got by the flow `{name}`, too");
                found.push(Said::new(Kind::TokensChanged, Grade::Compatible, message));
            }
        }
    }
}

fn texts(said: Said, was: Option<&str>, now: Option<&str>) -> Said {
    said.texts(was.unwrap_or_default(), now.unwrap_or_default())
}

fn flows(name: &str, old: &Map<String, Value>, new: &Map<String, Value>, found: &mut Vec<Said>) {
    for member in URLS {
        let text = |flow: &'_ Map<String, Value>| {
            flow.get(member).and_then(Value::as_str).map(str::to_owned)
        };
        let (was, now) = (text(old), text(new));
        let grade = match (&was, &now) {
            _ if was == now => continue,
            (None, Some(_)) => Grade::Compatible,
            _ => Grade::Unclear,
        };
        let message = format!("the `{member}` of the flow `{name}` is another one");
        let said = Said::new(Kind::TokensChanged, grade, message);
        found.push(texts(said, was.as_deref(), now.as_deref()));
    }
    let scopes = |flow: &'_ Map<String, Value>| -> BTreeSet<String> {
        let scopes = flow.get("scopes").and_then(Value::as_object);
        scopes
            .into_iter()
            .flat_map(|scopes| scopes.keys().cloned())
            .collect()
    };
    let (was, now) = (scopes(old), scopes(new));
    // Scopes that a server does not know it may ignore, or refuse (RFC 6749 section 3.3).
    for scope in was.difference(&now) {
        let message = format!("the flow `{name}` does not name the scope `{scope}` any more");
        found.push(Said::new(Kind::TokensChanged, Grade::Unclear, message));
    }
    for scope in now.difference(&was) {
        let message = format!("the flow `{name}` names the scope `{scope}` now");
        found.push(Said::new(Kind::TokensChanged, Grade::Compatible, message));
    }
}
