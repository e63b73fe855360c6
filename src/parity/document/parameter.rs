//! Parameters: by place and name; those of the path by their position.

use std::collections::HashMap;

use super::change::Grade;
use super::content::essence;
use super::kind::Kind;
use super::ledger::{Ledger, Said};
use super::operation::{Pair, deprecated};
use super::schema::Travel;
use crate::schema::{Facets, Schema};
use crate::spec::{Form, Operation, Parameter, Place, Style};

/// Compares the parameters of an operation.
pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger) {
    let mut theirs: HashMap<(Place, String), &Parameter> = HashMap::new();
    for parameter in &pair.new.parameters {
        theirs.insert(key(pair.new, parameter), parameter);
    }
    for parameter in &pair.old.parameters {
        match theirs.remove(&key(pair.old, parameter)) {
            Some(other) => both(pair, parameter, other, ledger),
            // The path is compared as such.
            None if parameter.place == Place::Path => {}
            None => {
                let was_there = |wanted: &(Place, String)| {
                    let mut ours = pair.old.parameters.iter();
                    ours.any(|known| key(pair.old, known) == *wanted)
                };
                let is_here = |other: &&Parameter| {
                    other.name == parameter.name && !was_there(&key(pair.new, other))
                };
                let moved = pair.new.parameters.iter().find(is_here);
                let (place, name) = (parameter.place, &parameter.name);
                let (grade, message) = match moved {
                    // Where it was it says nothing any more.
                    Some(other) => (
                        Grade::Breaking,
                        format!(
                            "the {place} parameter `{name}` is a {} parameter now",
                            other.place
                        ),
                    ),
                    None => (
                        Grade::Unclear,
                        format!(
                            "the {place} parameter `{name}` is not declared any more: it may be ignored, or refused"
                        ),
                    ),
                };
                let inbound = if parameter.required {
                    Grade::Breaking
                } else {
                    Grade::Unclear
                };
                let said = Said::new(Kind::ParameterRemoved, grade, message)
                    .inbound(inbound)
                    .texts(presence(parameter.required), "")
                    .places(Some(&parameter.location), Some(&pair.new.location));
                ledger.add(&pair.request(named(parameter)), said);
            }
        }
    }
    let added = pair.new.parameters.iter();
    for parameter in added.filter(|parameter| parameter.place != Place::Path) {
        if !theirs.contains_key(&key(pair.new, parameter)) {
            continue;
        }
        let (place, name) = (parameter.place, &parameter.name);
        let (kind, grade, message) = if parameter.required {
            let message = format!("the {place} parameter `{name}` is new and must be sent");
            (Kind::RequiredParameterAdded, Grade::Breaking, message)
        } else {
            let message = format!("the {place} parameter `{name}` is new");
            (Kind::ParameterAdded, Grade::Compatible, message)
        };
        let said = Said::new(kind, grade, message)
            .inbound(Grade::Compatible)
            .texts("", presence(parameter.required))
            .places(Some(&pair.old.location), Some(&parameter.location));
        ledger.add(&pair.request(named(parameter)), said);
    }
}

/// What a parameter is found by in the other document.
fn key(operation: &Operation, parameter: &Parameter) -> (Place, String) {
    let name = match parameter.place {
        Place::Path => {
            let mut names = operation.path.expressions();
            let position = names.position(|name| name == parameter.name);
            position.map_or_else(|| parameter.name.clone(), |position| position.to_string())
        }
        Place::Header => parameter.name.to_ascii_lowercase(),
        Place::Query | Place::Cookie => parameter.name.clone(),
    };
    (parameter.place, name)
}

fn named(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", parameter.place, parameter.name)
}

fn presence(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}

fn both(pair: &Pair<'_>, old: &Parameter, new: &Parameter, ledger: &mut Ledger) {
    let place = pair.request(named(old));
    let what = format!("the {} parameter `{}`", old.place, old.name);
    let mut found = Vec::new();
    match (old.required, new.required) {
        (false, true) => {
            let message = format!("{what} must be sent now");
            let said = Said::new(Kind::ParameterBecameRequired, Grade::Breaking, message);
            found.push(said.inbound(Grade::Compatible));
        }
        (true, false) => {
            let message = format!("{what} may be left out now");
            let said = Said::new(Kind::ParameterBecameOptional, Grade::Compatible, message);
            found.push(said.inbound(Grade::Breaking));
        }
        _ => {}
    }
    if old.deprecated != new.deprecated {
        found.push(deprecated(&what, new.deprecated));
    }
    let (was, now) = (
        written(&old.form, &old.schema),
        written(&new.form, &new.schema),
    );
    if was != now {
        let message = format!("{what} is written in another way");
        let said = Said::new(Kind::SerializationChanged, Grade::Breaking, message);
        found.push(said.texts(was, now));
    }
    found.extend(reserved(&what, old, new));
    found.extend(empty(&what, old, new));
    let value = |parameter: &Parameter| parameter.schema.resolved().value().get("default").cloned();
    if value(old) != value(new) {
        let text = |parameter| {
            value(parameter).map_or_else(|| "none".to_owned(), |value| value.to_string())
        };
        let (was, now) = (text(old), text(new));
        let message = format!("the default is {now} instead of {was}");
        let said = Said::new(Kind::DefaultChanged, Grade::Unclear, message);
        found.push(said.texts(was, now));
    }
    for said in found {
        let said = said.places(Some(&old.location), Some(&new.location));
        ledger.add(&place, said);
    }
    let travel = match (&old.form, &new.form) {
        (Form::Styled { .. }, Form::Styled { .. }) => Travel::Text,
        _ => Travel::Data,
    };
    ledger.compare(&place, Some(&old.schema), Some(&new.schema), travel);
}

/// `allowReserved`: without it, reserved characters must be encoded, which is right with it, too.
fn reserved(what: &str, old: &Parameter, new: &Parameter) -> Option<Said> {
    let is_allowed = |parameter: &Parameter| matches!(parameter.form, Form::Styled { allow_reserved, .. } if allow_reserved);
    let (grade, inbound, words) = match (is_allowed(old), is_allowed(new)) {
        (true, false) => (Grade::Breaking, Grade::Compatible, "must be encoded now"),
        (false, true) => (
            Grade::Compatible,
            Grade::Breaking,
            "may stand as they are now",
        ),
        _ => return None,
    };
    let message = format!("reserved characters of {what} {words}");
    Some(Said::new(Kind::SerializationChanged, grade, message).inbound(inbound))
}

/// `allowEmptyValue`: whether the name may be sent without a value.
fn empty(what: &str, old: &Parameter, new: &Parameter) -> Option<Said> {
    let (grade, inbound, words) = match (old.allows_empty(), new.allows_empty()) {
        (true, false) => (Grade::Breaking, Grade::Compatible, "must have a value now"),
        (false, true) => (Grade::Compatible, Grade::Breaking, "may have no value now"),
        _ => return None,
    };
    let message = format!("{what} {words}");
    Some(Said::new(Kind::SerializationChanged, grade, message).inbound(inbound))
}

/// How a value is written, as far as that can be seen: a scalar is written alike in most styles.
pub(super) fn written(form: &Form, schema: &Schema) -> String {
    let Form::Styled { style, explode, .. } = form else {
        return described(form);
    };
    let facets = Facets::of(schema);
    let is = |name: &str| {
        facets.any("type", |types| match types {
            serde_json::Value::Array(names) => names.iter().any(|known| known == name),
            only => only == name,
        })
    };
    // Items stand beside each other in any case (OAS 3.1.1 section 4.8.12.4).
    if *style == Style::Simple && is("array") && !is("object") {
        return "simple".to_owned();
    }
    if is("array") || is("object") || !facets.any("type", |_| true) {
        let reads_alike = matches!(style, Style::SpaceDelimited | Style::PipeDelimited) && *explode;
        if reads_alike {
            return "form, exploded".to_owned();
        }
        return described(form);
    }
    match style {
        Style::Matrix => "matrix".to_owned(),
        Style::Label => "label".to_owned(),
        _ => "plain".to_owned(),
    }
}

/// A form in words.
pub(super) fn described(form: &Form) -> String {
    match form {
        Form::Content(media) => essence(media),
        Form::Styled { style, explode, .. } => {
            let style = match style {
                Style::Matrix => "matrix",
                Style::Label => "label",
                Style::Simple => "simple",
                Style::Form => "form",
                Style::SpaceDelimited => "spaceDelimited",
                Style::PipeDelimited => "pipeDelimited",
                Style::DeepObject => "deepObject",
            };
            if *explode {
                format!("{style}, exploded")
            } else {
                style.to_owned()
            }
        }
    }
}
