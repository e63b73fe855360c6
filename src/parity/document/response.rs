//! Responses: statuses, bodies and header fields.

use super::change::Grade;
use super::content::{self, Content};
use super::header::{self, Fields};
use super::kind::Kind;
use super::ledger::{Ledger, Said};
use super::link;
use super::operation::Pair;
use crate::check::forbids_content;
use crate::spec::{Response, ResponseKey, Responses};

/// Compares the responses of an operation.
pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger) {
    let (old, new) = (&pair.old.responses, &pair.new.responses);
    for (key, response) in &old.0 {
        match covering(new, *key) {
            Some(other) => both(pair, *key, response, other, ledger),
            None => removed(pair, *key, response, ledger),
        }
    }
    for (key, response) in &new.0 {
        if old.0.contains_key(key) {
            continue;
        }
        match covering(old, *key) {
            // It was in a range or meant by `default`, and is named itself now.
            Some(other) => both(pair, *key, other, response, ledger),
            None => added(pair, *key, response, ledger),
        }
    }
}

/// What a document says about a status or a range.
fn covering(responses: &Responses, key: ResponseKey) -> Option<&Response> {
    let found = match key {
        ResponseKey::Status(status) => responses.select(status).map(|(_, response)| response),
        ResponseKey::Range(_) => responses
            .0
            .get(&key)
            .or_else(|| responses.0.get(&ResponseKey::Default)),
        ResponseKey::Default => responses.0.get(&key),
    };
    found.filter(|_| is_documented(responses, key))
}

fn is_documented(responses: &Responses, key: ResponseKey) -> bool {
    // `default` stands for errors nearly everywhere: a success is not meant by it.
    class(key) != Some(2)
        || responses.0.contains_key(&key)
        || responses.0.contains_key(&ResponseKey::Range(2))
        || !responses.0.keys().any(|known| class(*known) == Some(2))
}

fn has_class(responses: &Responses, wanted: u8) -> bool {
    responses.0.keys().any(|key| class(*key) == Some(wanted))
}

fn class(key: ResponseKey) -> Option<u8> {
    match key {
        ResponseKey::Status(status) => u8::try_from(status / 100).ok(),
        ResponseKey::Range(class) => Some(class),
        ResponseKey::Default => None,
    }
}

/// Whether HTTP lets no answer of these statuses have content.
fn never_has_content(key: ResponseKey) -> bool {
    match key {
        ResponseKey::Status(status) => forbids_content(status),
        ResponseKey::Range(class) => class == 1,
        ResponseKey::Default => false,
    }
}

fn removed(pair: &Pair<'_>, key: ResponseKey, response: &Response, ledger: &mut Ledger) {
    let is_narrower =
        matches!(key, ResponseKey::Range(class) if has_class(&pair.new.responses, class));
    let (grade, message) = if is_narrower {
        let message = format!("no longer any status of {key}");
        (Grade::Compatible, message)
    } else if class(key) == Some(2) {
        let message = format!("the status {key} is not documented any more");
        (Grade::Breaking, message)
    } else {
        let message = format!("the status {key} is not documented any more");
        (Grade::Compatible, message)
    };
    let inbound = match class(key) {
        Some(4 | 5) | None => Grade::Compatible,
        _ => Grade::Breaking,
    };
    let said = Said::new(Kind::StatusRemoved, grade, message)
        .inbound(inbound)
        .places(Some(&response.location), Some(&pair.new.location));
    ledger.add(&pair.response(format!("response {key}")), said);
}

fn added(pair: &Pair<'_>, key: ResponseKey, response: &Response, ledger: &mut Ledger) {
    // A client treats a status that it does not know as the first one of its class (RFC 9110 section
    // 15), which is all there is to do about errors.
    let grade = match class(key) {
        Some(4 | 5) | None => Grade::Compatible,
        _ => Grade::Unclear,
    };
    let message = match key {
        // Those that were documented still are.
        ResponseKey::Range(class) if has_class(&pair.old.responses, class) => {
            format!("any status of {key} may be answered now")
        }
        _ => format!("the status {key} is documented now"),
    };
    let said = Said::new(Kind::StatusAdded, grade, message)
        .inbound(Grade::Compatible)
        .places(Some(&pair.old.location), Some(&response.location));
    ledger.add(&pair.response(format!("response {key}")), said);
}

fn both(pair: &Pair<'_>, key: ResponseKey, old: &Response, new: &Response, ledger: &mut Ledger) {
    let place = pair.response(format!("response {key}"));
    let at = |said: Said| said.places(Some(&old.location), Some(&new.location));
    if old.unreadable || new.unreadable {
        let message = "the response cannot be read, so that it is not compared";
        let said = Said::new(Kind::Unreadable, Grade::Unclear, message);
        ledger.add(&place, at(said));
        return;
    }
    let names = |response: &Response| -> String {
        let names: Vec<&str> = response.content.keys().map(String::as_str).collect();
        names.join(", ")
    };
    match (old.content.is_empty(), new.content.is_empty()) {
        // What `default` or a mistake says of a body there never comes; nor does one under HEAD (RFC 9110 section 9.3.2).
        _ if never_has_content(key) || pair.new.method == "HEAD" => {}
        (true, true) => {}
        (false, true) => {
            let message = format!("the answer {key} has no declared body any more");
            let said = Said::new(Kind::ContentRemoved, Grade::Breaking, message);
            let said = said.inbound(Grade::Unclear);
            ledger.add(&place, at(said.texts(names(old), "no body")));
        }
        (true, false) => {
            let message = format!("the answer {key} has a declared body now");
            let said = Said::new(Kind::ContentAdded, Grade::Compatible, message);
            let said = said.inbound(Grade::Breaking);
            ledger.add(&place, at(said.texts("no body", names(new))));
        }
        (false, false) => {
            let ours = Content::of(&old.content, old.location.clone());
            let theirs = Content::of(&new.content, new.location.clone());
            content::compare(&place, &ours, &theirs, ledger);
        }
    }
    header::compare(&place, &fields(old), &fields(new), ledger);
    link::compare(pair, &place, old, new, ledger);
}

fn fields(response: &Response) -> Fields<'_> {
    Fields {
        headers: &response.headers,
        location: &response.location,
    }
}
