//! Security: whether credentials that were enough still are.

use std::collections::BTreeSet;

use super::change::Grade;
use super::flow;
use super::kind::Kind;
use super::ledger::{Ledger, Said};
use super::operation::Pair;
use crate::document::{Location, Pointer};
use crate::spec::{ApiKeyPlace, Operation, SchemeKind, SecurityRequirement, Spec};

/// What must be sent together: schemes by what they are, with scopes.
type Needed = BTreeSet<(String, BTreeSet<String>)>;

/// Compares the credentials that an operation asks for.
pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger) {
    flow::compare(pair, ledger);
    let old = alternatives(pair.specs.0, pair.old);
    let new = alternatives(pair.specs.1, pair.new);
    let refused: Vec<&Needed> = old.iter().filter(|one| !is_enough(one, &new)).collect();
    let more: Vec<&Needed> = new.iter().filter(|one| !is_enough(one, &old)).collect();
    let (was, now) = (text(&old), text(&new));
    let places = (
        location(pair.specs.0, pair.old),
        location(pair.specs.1, pair.new),
    );
    let place = pair.request("credentials");
    if let Some(first) = refused.first() {
        let message = format!("{} is not enough any more", named(first));
        let said = Said::new(Kind::CredentialsRequired, Grade::Breaking, message)
            .inbound(Grade::Compatible)
            .texts(&*was, &*now)
            .places(Some(&places.0), Some(&places.1));
        ledger.add(&place, said);
    }
    if let Some(first) = more.first() {
        let message = format!("{} is enough now", named(first));
        let said = Said::new(Kind::CredentialsLoosened, Grade::Compatible, message)
            .inbound(Grade::Breaking)
            .texts(was, now)
            .places(Some(&places.0), Some(&places.1));
        ledger.add(&place, said);
    }
}

/// Whether who sends these credentials is let in by any of the alternatives.
fn is_enough(sent: &Needed, alternatives: &[Needed]) -> bool {
    alternatives.iter().any(|needed| {
        needed.iter().all(|(scheme, scopes)| {
            let mut same = sent.iter().filter(|(known, _)| known == scheme);
            same.any(|(_, known)| scopes.is_subset(known))
        })
    })
}

fn alternatives(spec: &Spec, operation: &Operation) -> Vec<Needed> {
    if operation.security.is_empty() {
        return vec![Needed::new()];
    }
    let needed = |requirement: &SecurityRequirement| -> Needed {
        let schemes = requirement.0.iter();
        schemes
            .map(|(name, scopes)| {
                let scheme = spec.schemes.get(name);
                let kind = scheme.map_or_else(|| format!("`{name}`"), |scheme| kind(&scheme.kind));
                (kind, scopes.iter().cloned().collect())
            })
            .collect()
    };
    operation.security.iter().map(needed).collect()
}

/// A scheme by what is sent.
fn kind(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::Bearer => "a bearer token".to_owned(),
        SchemeKind::Basic => "basic credentials".to_owned(),
        // RFC 9110: names of schemes (section 11.1) and of fields (section 5.1) have no case.
        SchemeKind::Http(name) => format!("`{}` credentials", name.to_ascii_lowercase()),
        SchemeKind::ApiKey { place, name } => match place {
            ApiKeyPlace::Header => {
                format!("a key in the header field `{}`", name.to_ascii_lowercase())
            }
            ApiKeyPlace::Query => format!("a key in the query parameter `{name}`"),
            ApiKeyPlace::Cookie => format!("a key in the cookie `{name}`"),
        },
        SchemeKind::MutualTls => "a client certificate".to_owned(),
    }
}

fn named(needed: &Needed) -> String {
    if needed.is_empty() {
        return "a request without credentials".to_owned();
    }
    let schemes = needed.iter().map(|(scheme, scopes)| {
        if scopes.is_empty() {
            return scheme.clone();
        }
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        format!("{scheme} ({})", scopes.join(", "))
    });
    schemes.collect::<Vec<_>>().join(" with ")
}

fn text(alternatives: &[Needed]) -> String {
    let all: Vec<String> = alternatives.iter().map(named).collect();
    all.join(", or ")
}

/// Where the requirements of an operation stand: in itself, or at the top of the document.
fn location(spec: &Spec, operation: &Operation) -> Location {
    let document = spec.schemas.document(0);
    let own = operation.location.pointer.join("security");
    let top = Pointer::root().join("security");
    let is_own = operation.location.document == document.name && document.node(&own).is_some();
    if is_own {
        document.location(&own)
    } else if document.node(&top).is_some() {
        document.location(&top)
    } else {
        operation.location.clone()
    }
}
