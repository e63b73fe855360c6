//! Callbacks and webhooks: what the server calls. Its requests are graded as answers are, and what it is
//! answered as requests are. What is called back on account of these, the client calls.

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::operation::{Pair, contents};
use super::pairing::is_named;
use crate::schema::Direction;
use crate::spec::{Callback, Operation, Spec};

/// Compares what is called back on account of an operation. A callback is known by the expression that
/// its URL comes from, else by its name.
pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger) {
    let mut theirs: Vec<&Callback> = pair.new.callbacks.iter().collect();
    let mut gone: Vec<&Callback> = Vec::new();
    let is_at = |one: &Callback, other: &Callback| {
        one.operation.method == other.operation.method && one.operation.path == other.operation.path
    };
    let is_called = |one: &Callback, other: &Callback| {
        one.operation.method == other.operation.method && one.name == other.name
    };
    for callback in &pair.old.callbacks {
        match theirs.iter().position(|other| is_at(callback, other)) {
            Some(at) => both(pair, callback, theirs.remove(at), ledger),
            None => gone.push(callback),
        }
    }
    for callback in gone {
        if let Some(at) = theirs.iter().position(|other| is_called(callback, other)) {
            both(pair, callback, theirs.remove(at), ledger);
            continue;
        }
        let message = format!("nothing is called back as `{}` any more", callback.name);
        let said = Said::new(Kind::CallbackRemoved, Grade::Unclear, message)
            .inbound(Grade::Breaking)
            .texts(text(callback), "")
            .places(Some(&callback.operation.location), Some(&pair.new.location));
        ledger.add(&place(pair, callback), said);
    }
    for callback in theirs {
        let message = format!("`{}` is called back now", callback.name);
        // Who has to call must know of it.
        let said = Said::new(Kind::CallbackAdded, Grade::Unclear, message)
            .inbound(Grade::Compatible)
            .texts("", text(callback))
            .places(Some(&pair.old.location), Some(&callback.operation.location));
        ledger.add(&place(pair, callback), said);
    }
}

fn both(pair: &Pair<'_>, old: &Callback, new: &Callback, ledger: &mut Ledger) {
    let place = place(pair, old);
    if old.operation.path != new.operation.path {
        let message = format!("`{}` calls another URL back", old.name);
        let said = Said::new(Kind::CallbackMoved, Grade::Breaking, message)
            .texts(text(old), text(new))
            .places(Some(&old.operation.location), Some(&new.operation.location));
        ledger.add(&place, said);
    }
    let place = place.part(place.part.clone(), None);
    let called = Pair::new(pair.specs, &old.operation, &new.operation).at(place);
    compare(&called, ledger);
    contents(&called, ledger);
}

fn text(callback: &Callback) -> String {
    format!("{} {}", callback.operation.method, callback.operation.path)
}

fn place(pair: &Pair<'_>, callback: &Callback) -> Place {
    let part = format!("callback `{}` {}", callback.name, callback.operation.method);
    let mut place = pair.place.part(pair.within(part), None);
    // Who is called calls back.
    place.is_inbound = !pair.place.is_inbound;
    place.direction = Some(place.sent());
    place
}

/// Compares the webhooks, by name and method, else by `operationId`; the titles of all of them.
pub(super) fn webhooks(old: &Spec, new: &Spec, ledger: &mut Ledger) -> Vec<String> {
    let mut titles: Vec<String> = old.webhooks.iter().map(title).collect();
    let mut theirs: Vec<&Operation> = new.webhooks.iter().collect();
    let is_at =
        |one: &Operation, other: &Operation| one.method == other.method && one.path == other.path;
    let is_called = |one: &Operation, other: &Operation| {
        is_named(one) && is_named(other) && one.id == other.id && one.method == other.method
    };
    let mut gone: Vec<&Operation> = Vec::new();
    for webhook in &old.webhooks {
        match theirs.iter().position(|other| is_at(webhook, other)) {
            Some(at) => called((old, new), webhook, theirs.remove(at), ledger),
            None => gone.push(webhook),
        }
    }
    for webhook in gone {
        if let Some(at) = theirs.iter().position(|other| is_called(webhook, other)) {
            called((old, new), webhook, theirs.remove(at), ledger);
            continue;
        }
        let said = Said::new(Kind::WebhookRemoved, Grade::Breaking, "the webhook is gone")
            .texts(title(webhook), "")
            .places(Some(&webhook.location), None);
        ledger.add(&whole(webhook), said);
    }
    for webhook in theirs {
        titles.push(title(webhook));
        let said = Said::new(Kind::WebhookAdded, Grade::Compatible, "the webhook is new")
            .texts("", title(webhook))
            .places(None, Some(&webhook.location));
        ledger.add(&whole(webhook), said);
    }
    titles
}

fn called(specs: (&Spec, &Spec), old: &Operation, new: &Operation, ledger: &mut Ledger) {
    let place = whole(old);
    if old.path != new.path {
        let message = format!(
            "the webhook is named `{}` instead of `{}`",
            new.path, old.path
        );
        let said = Said::new(Kind::OperationRenamed, Grade::Note, message)
            .texts(title(old), title(new))
            .places(Some(&old.location), Some(&new.location));
        ledger.add(&place, said);
    }
    let place = place.part("", None);
    let pair = Pair::new(specs, old, new).at(place);
    compare(&pair, ledger);
    contents(&pair, ledger);
}

/// `POST webhook newPet`.
fn title(webhook: &Operation) -> String {
    format!("{} webhook {}", webhook.method, webhook.path)
}

fn whole(webhook: &Operation) -> Place {
    Place {
        operation: title(webhook),
        part: String::new(),
        direction: Some(Direction::Response),
        is_inbound: true,
    }
}
