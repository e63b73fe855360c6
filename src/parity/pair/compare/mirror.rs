//! Mirrors: places at which a side shows what its path names. Where it does so for several paths, it is no
//! chance, whatever the value looks like; where it does so for some of them only, it is one.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::case::Intent;
use crate::document::Pointer;
use crate::parity::pair::form::{Form, is_made_up};
use crate::parity::pair::recording::{Answered, Recording, TELLING, is_shown, scalars};
use crate::parity::pair::relapse::is_served;
use crate::spec::Place;
use crate::wire::decode_component;

/// How many paths are enough.
const ENOUGH: usize = 2;
/// How deep a place may stand of which one answer tells.
const NEAR: usize = 2;
/// Numbers up to this stand in answers by chance.
const SMALL: u64 = 999;

/// API description, operation, place with indexes starred, and parameter of the path.
type Key = (usize, String, String, String);

/// The places of both sides.
#[derive(Debug, Default)]
pub(super) struct Mirrors([HashMap<Key, Mirror>; 2]);

#[derive(Debug, Default)]
struct Mirror {
    /// What was sent and shown.
    shown: HashSet<String>,
    /// Whether anything else was shown.
    is_broken: bool,
}

/// How sure it is that a place shows what the path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// It does for several paths.
    Proven,
    /// It does for one, and there is no other.
    Single,
    /// It does not for another one.
    Refuted,
}

impl Mirrors {
    pub(super) fn of(recordings: [&Recording; 2]) -> Self {
        Self(recordings.map(|recording| {
            let mut places = HashMap::new();
            for answered in recording.answers.values() {
                note(answered, &mut places);
            }
            places
        }))
    }

    /// Whether one side shows at a place what its path names, and the other one something else there: it answers
    /// about something else, unless the place is a minor one and it mentions what its path names elsewhere.
    pub(super) fn broken(
        &self,
        at: &Pointer,
        asked: [&Answered; 2],
        [left, right]: [&Value; 2],
    ) -> bool {
        let names = [(asked[0], left), (asked[1], right)]
            .map(|(answered, value)| answered.path_parameter(value));
        let (side, name) = match names {
            [Some(name), None] => (0, name),
            [None, Some(name)] => (1, name),
            _ => return false,
        };
        if is_related(left, right) {
            return false;
        }
        let place = key(asked[side], at, name);
        let is_own = self.is_own(side, &place);
        let shows = asked[1 - side].shows(name);
        match self.evidence(side, &place) {
            // What says which thing it is, is not made good by another thing that it mentions.
            Evidence::Proven => is_own || !shows,
            Evidence::Refuted => false,
            Evidence::Single => {
                let sent = asked[side].path_value(name);
                let telling = |value| is_telling(at, name, value);
                is_own
                    && !shows
                    && at.tokens().count() <= NEAR
                    && sent.is_some_and(telling)
                    && [left, right].into_iter().all(telling)
                    && !is_about_the_same(at, asked)
            }
        }
    }

    /// Whether a place is the one that says which thing an answer is about: of all that show what the path
    /// names, it is called like an id, and stands nearest.
    fn is_own(&self, side: usize, own: &Key) -> bool {
        let (api, operation, place, name) = own;
        let places = self.0.get(side).into_iter().flatten();
        let others = places.filter(|(key, mirror)| {
            (&key.0, &key.1, &key.3) == (api, operation, name)
                && key.2 != *place
                && !mirror.is_broken
        });
        let rank = |place: &str| {
            let member = place.rsplit('/').next().unwrap_or_default();
            (!is_called_id(member, name), place.matches('/').count())
        };
        let mut others = others.map(|(key, _)| rank(&key.2));
        others.all(|other| rank(place) < other)
    }

    fn evidence(&self, side: usize, place: &Key) -> Evidence {
        let found = self.0.get(side).and_then(|places| places.get(place));
        match found {
            Some(mirror) if mirror.is_broken => Evidence::Refuted,
            Some(mirror) if mirror.shown.len() >= ENOUGH => Evidence::Proven,
            _ => Evidence::Single,
        }
    }
}

/// Whether a member is called as the id of the thing that it stands in, or as the parameter of the path.
fn is_called_id(member: &str, parameter: &str) -> bool {
    member.eq_ignore_ascii_case("id") || member.eq_ignore_ascii_case(parameter)
}

fn key(answered: &Answered, at: &Pointer, name: &str) -> Key {
    let verdict = &answered.verdict;
    let operation = verdict.case.operation.to_string();
    (
        verdict.api,
        operation,
        at.starred().to_string(),
        name.to_owned(),
    )
}

/// Takes note of the places of an answer with success.
fn note(answered: &Answered, places: &mut HashMap<Key, Mirror>) {
    let verdict = &answered.verdict;
    let names: Vec<&str> = verdict
        .case
        .inputs
        .parameters
        .keys()
        .filter(|(place, _)| *place == Place::Path)
        .map(|(_, name)| &**name)
        .collect();
    if !is_served(&verdict.exchange)
        || names.is_empty()
        || matches!(verdict.case.intent, Intent::Invalid(_))
    {
        return;
    }
    let Some(body) = answered.json() else {
        return;
    };
    for (at, value) in scalars(&body)
        .into_iter()
        .filter(|(_, value)| !value.is_null())
    {
        for name in &names {
            let mirror = places.entry(key(answered, &at, name)).or_default();
            if answered
                .path_value(name)
                .is_some_and(|sent| is_shown(sent, value))
            {
                let sent = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                mirror.shown.insert(sent);
            } else {
                mirror.is_broken = true;
            }
        }
    }
}

/// Whether two scalars may be two ways to write one thing, or are of different kinds, so that one may be the
/// alias of the other.
fn is_related(left: &Value, right: &Value) -> bool {
    let (Value::String(one), Value::String(other)) = (left, right) else {
        return std::mem::discriminant(left) != std::mem::discriminant(right);
    };
    let plain = |text: &str| decode_component(text).unwrap_or_else(|_| text.to_owned());
    let [one, other] = [one, other].map(|text| plain(text).trim().to_lowercase());
    Form::of(&one) != Form::of(&other) || one.contains(&*other) || other.contains(&*one)
}

/// Whether a value does not stand in an answer by chance.
fn is_telling(at: &Pointer, name: &str, value: &Value) -> bool {
    let member = at.last().unwrap_or_default();
    match value {
        Value::String(text) => {
            let is_word = text.chars().all(char::is_alphabetic);
            is_made_up(&member, value) || (text.chars().count() >= TELLING && !is_word)
        }
        // Of a thing itself, small numbers tell it from others.
        Value::Number(number) if number.as_u64().is_some_and(|number| number <= SMALL) => {
            is_called_id(&member, name) && at.tokens().count() == 1
        }
        _ => is_made_up(&member, value),
    }
}

/// Whether the object around a place has the same `id` on both sides: both answer about the same thing.
fn is_about_the_same(at: &Pointer, asked: [&Answered; 2]) -> bool {
    let Some(around) = at.parent() else {
        return false;
    };
    let id = around.join("id");
    let [one, other] = asked.map(|answered| id.find(&answered.json()?).cloned());
    id != *at && one.is_some() && one == other
}
