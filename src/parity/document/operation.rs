//! Operations: what two documents say about the same one.

use super::change::Grade;
use super::content::{self, Content};
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::pairing::{is_named, shape, title};
use super::{callback, parameter, response, security, server};
use crate::spec::{Operation, RequestBody, Spec};

/// The same operation in both documents.
pub(super) struct Pair<'a> {
    pub(super) specs: (&'a Spec, &'a Spec),
    pub(super) old: &'a Operation,
    pub(super) new: &'a Operation,
    pub(super) place: Place,
}

impl<'a> Pair<'a> {
    pub(super) fn new(specs: (&'a Spec, &'a Spec), old: &'a Operation, new: &'a Operation) -> Self {
        let place = Place {
            operation: title(old),
            part: String::new(),
            direction: None,
            is_inbound: false,
        };
        Self {
            specs,
            old,
            new,
            place,
        }
    }

    /// The same elsewhere: all of it is parts of the place.
    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// A part of the request.
    pub(super) fn request(&self, part: impl Into<String>) -> Place {
        let direction = self.place.sent();
        self.place.part(self.within(part.into()), Some(direction))
    }

    /// A part of the answer.
    pub(super) fn response(&self, part: impl Into<String>) -> Place {
        let direction = self.place.answered();
        self.place.part(self.within(part.into()), Some(direction))
    }

    pub(super) fn within(&self, part: String) -> String {
        match (self.place.part.is_empty(), part.is_empty()) {
            (true, _) => part,
            (false, true) => self.place.part.clone(),
            (false, false) => format!("{}, {part}", self.place.part),
        }
    }

    /// A change at the operations themselves.
    fn said(&self, said: Said) -> Said {
        said.places(Some(&self.old.location), Some(&self.new.location))
    }
}

/// Compares an operation.
pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger) {
    identity(pair, ledger);
    server::of_operation(pair, ledger);
    callback::compare(pair, ledger);
    contents(pair, ledger);
}

/// Compares what is sent and answered.
pub(super) fn contents(pair: &Pair<'_>, ledger: &mut Ledger) {
    marks(pair, ledger);
    security::compare(pair, ledger);
    if pair.old.unreadable.is_empty() && pair.new.unreadable.is_empty() {
        parameter::compare(pair, ledger);
        body(pair, ledger);
    } else {
        let message = "a part of the request cannot be read, so that it is not compared";
        let said = Said::new(Kind::Unreadable, Grade::Unclear, message).places(
            pair.old.unreadable.first().or(Some(&pair.old.location)),
            pair.new.unreadable.first().or(Some(&pair.new.location)),
        );
        ledger.add(&pair.request("request"), said);
    }
    response::compare(pair, ledger);
}

fn identity(pair: &Pair<'_>, ledger: &mut Ledger) {
    let (old, new) = (pair.old, pair.new);
    if old.method != new.method || shape(&old.path) != shape(&new.path) {
        let message = format!("it is `{}` now", title(new));
        let said = Said::new(Kind::OperationMoved, Grade::Breaking, message);
        let said = pair.said(said.texts(title(old), title(new)));
        ledger.add(&pair.request(""), said);
    }
}

fn marks(pair: &Pair<'_>, ledger: &mut Ledger) {
    let (old, new) = (pair.old, pair.new);
    if is_named(old) && is_named(new) && old.id != new.id {
        let message = format!("the `operationId` is `{}` instead of `{}`", new.id, old.id);
        let said = Said::new(Kind::OperationRenamed, Grade::Note, message);
        let said = said.texts(old.id.as_str(), new.id.as_str());
        ledger.add(&pair.place, pair.said(said));
    }
    if old.deprecated != new.deprecated {
        let said = deprecated("the operation", new.deprecated);
        ledger.add(&pair.place, pair.said(said));
    }
}

/// Something became deprecated, or ceased to be.
pub(super) fn deprecated(what: &str, is_now: bool) -> Said {
    let words = if is_now { "now" } else { "no longer" };
    let message = format!("{what} is {words} deprecated");
    let message = message.replace("now deprecated", "deprecated now");
    Said::new(Kind::Deprecated, Grade::Note, message)
}

fn body(pair: &Pair<'_>, ledger: &mut Ledger) {
    let place = pair.request("request body");
    let (old, new) = match (&pair.old.body, &pair.new.body) {
        (None, None) => return,
        (Some(old), None) => {
            let message = "the request body is not declared any more";
            let said = Said::new(Kind::BodyRemoved, Grade::Unclear, message)
                .inbound(Grade::Breaking)
                .texts(described(old), "")
                .places(Some(&old.location), Some(&pair.new.location));
            ledger.add(&place, said);
            return;
        }
        (None, Some(new)) => {
            let (kind, grade, message) = if new.required {
                let message = "a request body is new and must be sent";
                (Kind::RequiredBodyAdded, Grade::Breaking, message)
            } else {
                (Kind::BodyAdded, Grade::Compatible, "a request body is new")
            };
            let said = Said::new(kind, grade, message)
                .inbound(Grade::Compatible)
                .texts("", described(new))
                .places(Some(&pair.old.location), Some(&new.location));
            ledger.add(&place, said);
            return;
        }
        (Some(old), Some(new)) => (old, new),
    };
    let said = match (old.required, new.required) {
        (false, true) => {
            let message = "the request body must be sent now";
            let said = Said::new(Kind::BodyBecameRequired, Grade::Breaking, message);
            Some(said.inbound(Grade::Compatible))
        }
        (true, false) => {
            let message = "the request body may be left out now";
            let said = Said::new(Kind::BodyBecameOptional, Grade::Compatible, message);
            Some(said.inbound(Grade::Breaking))
        }
        _ => None,
    };
    if let Some(said) = said {
        let said = said.places(Some(&old.location), Some(&new.location));
        ledger.add(&place, said);
    }
    let side = |body: &'_ RequestBody| body.location.clone();
    let (old, new) = (
        Content::of(&old.content, side(old)),
        Content::of(&new.content, side(new)),
    );
    content::compare(&place, &old, &new, ledger);
}

fn described(body: &RequestBody) -> String {
    let words = if body.required {
        "required"
    } else {
        "optional"
    };
    let names: Vec<&str> = body.content.keys().map(String::as_str).collect();
    format!("{words}, {}", names.join(", "))
}
