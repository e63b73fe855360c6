//! Roles: which value of one side plays the part of which value of the other, so that ids and tokens
//! need no rule.
//!
//! Two values have the same role if they went out at the same place of the same case, if they are the
//! same input or output of a workflow, or if both sides made them up at the same place, neither having
//! been seen before. From then on they are one, and only with each other.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::form::{are_times, is_made_up};
use super::recording::{Answered, Recording, scalars};
use crate::case::Body;
use crate::document::{Pointer, equal};
use crate::wire::decode_component;

/// How long a text must be to be replaced inside of longer ones.
const LEAST: usize = 4;

/// Which values of the two sides play the same part.
#[derive(Debug, Default)]
pub(super) struct Roles {
    /// The number of the role of a left and of a right value, as JSON texts.
    pairs: HashMap<(String, String), usize>,
    /// The texts that stand for roles, the longest first.
    texts: [Vec<(String, usize)>; 2],
    /// What each side was sent in any case.
    sent: [HashSet<String>; 2],
    count: usize,
    /// The texts that have a role already.
    taken: [HashSet<String>; 2],
}

impl Roles {
    /// The roles that follow from what both sides were sent and answered.
    pub(super) fn between(left: &Recording, right: &Recording, bases: [&[String]; 2]) -> Self {
        let mut roles = Self::default();
        for (side, bases) in bases.into_iter().enumerate() {
            for base in bases.iter().filter(|base| base.len() > LEAST) {
                let base = base.trim_end_matches('/').to_owned();
                roles.texts[side].push((base, 0));
            }
        }
        roles.count = 1;
        for (name, value) in &left.values {
            if let Some(other) = right.values.get(name) {
                roles.pair_all(value, other);
            }
        }
        let mut known: [HashSet<String>; 2] = Default::default();
        for (name, one) in &left.answers {
            let Some(other) = right.answers.get(name) else {
                continue;
            };
            roles.asked(one, other);
            for (side, answered) in [one, other].into_iter().enumerate() {
                let sent: Vec<String> = inputs(answered).map(|(_, value)| text(&value)).collect();
                known[side].extend(sent.iter().cloned());
                roles.sent[side].extend(sent);
            }
            roles.learn(one, other, &mut known);
        }
        for texts in &mut roles.texts {
            texts.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then(one.cmp(other)));
            texts.dedup();
        }
        roles
    }

    /// Values that went out at the same place.
    fn asked(&mut self, left: &Answered, right: &Answered) {
        let right: HashMap<String, Value> = inputs(right).collect();
        for (place, value) in inputs(left) {
            if let Some(other) = right.get(&place) {
                self.pair(&value, other);
            }
        }
    }

    fn pair_all(&mut self, left: &Value, right: &Value) {
        let right: HashMap<Pointer, &Value> = scalars(right).into_iter().collect();
        for (at, value) in scalars(left) {
            if let Some(other) = right.get(&at) {
                self.pair(value, other);
            }
        }
    }

    fn pair(&mut self, left: &Value, right: &Value) {
        let is_name = |value: &Value| matches!(value, Value::String(_) | Value::Number(_));
        if !is_name(left) || !is_name(right) || equal(left, right) {
            return;
        }
        let key = (text(left), text(right));
        if self.pairs.contains_key(&key) {
            return;
        }
        let role = self.count;
        self.count += 1;
        for (side, text) in [&key.0, &key.1].into_iter().enumerate() {
            if text.len() >= LEAST && self.taken[side].insert(text.clone()) {
                self.texts[side].push((text.clone(), role));
            }
        }
        self.pairs.insert(key, role);
    }

    /// Values that both sides made up at the same place of the same answer.
    fn learn(&mut self, left: &Answered, right: &Answered, known: &mut [HashSet<String>; 2]) {
        let (one, other) = (outputs(left), outputs(right));
        if left.verdict.exchange.status() == right.verdict.exchange.status() {
            let others: HashMap<&str, &Value> =
                other.iter().map(|(at, value)| (&**at, value)).collect();
            let mut fresh: [HashSet<String>; 2] = Default::default();
            for (at, value) in &one {
                let Some(other) = others.get(&**at) else {
                    continue;
                };
                let member = at.rsplit('/').next().unwrap_or_default();
                let texts = [text(value), text(other)];
                let is_new = |side: usize| {
                    !known[side].contains(&texts[side]) && fresh[side].insert(texts[side].clone())
                };
                let alike = is_made_up(member, value)
                    && is_made_up(member, other)
                    && std::mem::discriminant(value) == std::mem::discriminant(*other)
                    && form_of(value) == form_of(other);
                let mut is_new = is_new;
                let (a, b) = (is_new(0), is_new(1));
                if alike && a && b {
                    self.pair(value, other);
                }
            }
        }
        for (side, values) in [one, other].into_iter().enumerate() {
            known[side].extend(values.iter().map(|(_, value)| text(value)));
        }
    }

    /// Whether a side was sent this scalar in any case.
    pub(super) fn is_sent(&self, side: usize, value: &Value) -> bool {
        let sent = self.sent.get(side);
        sent.is_some_and(|sent| sent.contains(&text(value)))
    }

    /// Whether two scalars say the same.
    pub(super) fn same(&self, left: &Value, right: &Value) -> bool {
        if equal(left, right) {
            return true;
        }
        let (one, other) = (text(left), text(right));
        if self.pairs.contains_key(&(one.clone(), other.clone())) {
            return true;
        }
        // Clocks differ; what a client sent has to come back as it was.
        if are_times(left, right) && !self.sent[0].contains(&one) && !self.sent[1].contains(&other)
        {
            return true;
        }
        match (left, right) {
            (Value::String(left), Value::String(right)) => {
                self.neutral(0, left) == self.neutral(1, right)
            }
            _ => false,
        }
    }

    /// The text of one side with what stands for roles replaced.
    pub(super) fn neutral(&self, side: usize, text: &str) -> String {
        let mut neutral = text.to_owned();
        for (value, role) in self.texts.get(side).into_iter().flatten() {
            if neutral.contains(value.as_str()) {
                neutral = neutral.replace(value.as_str(), &format!("<<{role}>>"));
            }
        }
        neutral
    }

    /// A value of one side with everything replaced that may differ, for comparing items of lists.
    pub(super) fn canonical(&self, side: usize, value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let mut members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{name:?}:{}", self.canonical(side, value)))
                    .collect();
                members.sort_unstable();
                format!("{{{}}}", members.join(","))
            }
            Value::Array(items) => {
                let items = items.iter().map(|item| self.canonical(side, item));
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            }
            scalar => {
                let own = text(scalar);
                let is_time = are_times(scalar, scalar) && !self.sent[side.min(1)].contains(&own);
                if is_time {
                    return "<<time>>".to_owned();
                }
                self.neutral(side, &own)
            }
        }
    }
}

fn form_of(value: &Value) -> Option<super::form::Form> {
    value.as_str().map(super::form::Form::of)
}

/// A scalar as it stands in paths.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The scalars that a case sent, with names for their places.
fn inputs(answered: &Answered) -> impl Iterator<Item = (String, Value)> {
    let inputs = &answered.verdict.case.inputs;
    let parameters = inputs.parameters.iter().flat_map(|((place, name), value)| {
        let scalars = scalars(value).into_iter();
        scalars.map(move |(at, value)| (format!("{place} {name}{at}"), value.clone()))
    });
    let undeclared = inputs.undeclared.iter().map(|((place, name), value)| {
        let value = Value::from(value.as_str());
        (format!("undeclared {place} {name}"), value)
    });
    let body = match &inputs.body {
        Some(Body::Instance { value, .. }) => scalars(value),
        _ => Vec::new(),
    };
    let body = body
        .into_iter()
        .map(|(at, value)| (format!("body{at}"), value.clone()));
    parameters.chain(undeclared).chain(body)
}

/// The scalars of an answer, and the segments of the path that it names.
fn outputs(answered: &Answered) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if let Some(body) = answered.json() {
        let scalars = scalars(&body).into_iter();
        found.extend(scalars.map(|(at, value)| (at.to_string(), value.clone())));
    }
    let response = answered.verdict.exchange.response();
    if let Some(location) = response.and_then(|response| response.header("location")) {
        for (index, segment) in location.split('/').enumerate() {
            let segment = decode_component(segment).unwrap_or_else(|_| segment.to_owned());
            found.push((format!("location {index}/id"), Value::from(segment)));
        }
    }
    found
}
