//! Bodies: a walk over two JSON values in lockstep with what the document says about them.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::{Comparison, Place};
use crate::arazzo::Sameness;
use crate::code::{Code, Severity};
use crate::document::{Pointer, equal, type_name};
use crate::parity::pair::difference::Difference;
use crate::parity::pair::form::Form;
use crate::parity::pair::recording::Answered;
use crate::schema::{Facets, Schema};

/// Members of failures that are meant for programs.
const FOR_PROGRAMS: [&str; 9] = [
    "code",
    "errorcode",
    "error_code",
    "type",
    "reason",
    "status",
    "statuscode",
    "errortype",
    "kind",
];

/// A place of a body with the keyword that is broken there.
pub(super) type Told = (Pointer, String);

/// A walk over two bodies.
pub(super) struct Walk<'a, 'c> {
    pub(super) comparison: &'a Comparison<'c>,
    /// API description, operation and status.
    pub(super) place: (usize, String, u16),
    pub(super) schema: Option<&'a Schema>,
    pub(super) rules: &'a [(Pointer, &'a Sameness)],
    /// Where the contract has said what there is to say.
    pub(super) settled: &'a [Told],
    /// The two cases.
    pub(super) asked: [&'a Answered; 2],
    /// Whether the bodies tell of a failure.
    pub(super) is_failure: bool,
    pub(super) found: &'a mut Vec<Difference>,
}

impl<'a> Walk<'a, '_> {
    pub(super) fn root(&mut self, left: &Value, right: &Value) {
        self.node(&Pointer::root(), left, right, true);
    }

    /// `values` says whether values are compared, or the shape only.
    fn node(&mut self, at: &Pointer, left: &Value, right: &Value, values: bool) {
        match self.rule(at) {
            Some(Sameness::Ignore) => return,
            Some(Sameness::Type) => return self.types(at, left, right),
            Some(Sameness::Format) => {
                self.types(at, left, right);
                return self.formats(at, left, right);
            }
            Some(Sameness::Set(key)) => {
                if let (Value::Array(left), Value::Array(right)) = (left, right) {
                    return self.set(at, left, right, key.as_deref());
                }
            }
            Some(Sameness::Approx { absolute, relative })
                if near(left, right, *absolute, *relative) =>
            {
                return;
            }
            Some(Sameness::Approx { .. }) | None => {}
        }
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => self.members(at, left, right, values),
            (Value::Array(left), Value::Array(right)) => self.items(at, left, right, values),
            _ if std::mem::discriminant(left) != std::mem::discriminant(right) => {
                self.types(at, left, right);
            }
            _ if equal(left, right) => {}
            // Both sides may have named the wrong thing alike before: what they were asked for counts.
            _ if values && self.is_another(at, left, right) => self.another(at, left, right),
            _ if !self.comparison.roles.same(left, right) => self.scalar(at, left, right, values),
            _ => {}
        }
    }

    fn members(
        &mut self,
        at: &Pointer,
        left: &Map<String, Value>,
        right: &Map<String, Value>,
        values: bool,
    ) {
        for (name, value) in left {
            let below = at.join(name);
            match right.get(name) {
                Some(other) => self.node(&below, value, other, values),
                None => self.lone(at, name, value, "only-in-baseline"),
            }
        }
        for (name, value) in right {
            if !left.contains_key(name) {
                self.lone(at, name, value, "only-in-candidate");
            }
        }
    }

    /// A member that one side has only.
    fn lone(&mut self, at: &Pointer, name: &str, value: &Value, kind: &'static str) {
        let below = at.join(name);
        // Without a value on the other side no rule but this one can hold.
        if self.rule(&below) == Some(&Sameness::Ignore) || self.is_settled(&below) {
            return;
        }
        let facets = self.facets(at);
        let is_required = facets.any("required", |list| {
            list.as_array()
                .is_some_and(|list| list.iter().any(|item| item == name))
        });
        let is_named = facets.any("properties", |named| named.get(name).is_some());
        let is_declared = !facets.member(name).is_empty();
        if is_declared && !is_named && !is_required && !self.is_failure {
            // An entry of a map: its name is data.
            let message = "an entry of a map that one side has only";
            let place = at.join("*").starred();
            let (one, other) = match kind {
                "only-in-baseline" => (Some(value.clone()), None),
                _ => (None, Some(value.clone())),
            };
            let difference = Difference::new(Code::PARITY_VALUE, "entry", message);
            let difference = difference.at(place.as_str());
            self.found.push(difference.between(one, other));
            return;
        }
        // Who lacks what every variant requires breaks the document, which was told before.
        let has_variants = ["oneOf", "anyOf", "if", "dependentSchemas"]
            .iter()
            .any(|keyword| facets.any(keyword, |_| true));
        let declared = match (is_required, is_declared) {
            (true, _) if has_variants => "declared as required by a variant",
            (true, _) => "declared as required",
            (false, true) => "declared as optional",
            (false, false) => "not declared",
        };
        let is_empty = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        let kind = match (value.is_null(), is_empty) {
            (true, _) => "null-or-absent",
            (_, true) => "empty-or-absent",
            _ => kind,
        };
        let optional = is_declared && (!is_required || has_variants);
        let severity = if optional || kind.ends_with("absent") {
            Severity::Warning
        } else {
            Severity::Error
        };
        let (has, lacks) = if kind == "only-in-candidate" {
            ("candidate", "baseline")
        } else {
            ("baseline", "candidate")
        };
        let message = match kind {
            "null-or-absent" => format!("null on one side, absent on the other ({declared})"),
            "empty-or-absent" => format!("empty on one side, absent on the other ({declared})"),
            _ => format!("the {has} sends it, the {lacks} does not ({declared})"),
        };
        let values = match kind {
            "only-in-candidate" => (None, Some(value.clone())),
            _ => (Some(value.clone()), None),
        };
        let mut difference = Difference::new(self.code(Code::PARITY_SHAPE), kind, message)
            .at(below.starred().as_str())
            .between(values.0, values.1);
        difference.severity = if self.is_failure {
            Severity::Warning
        } else {
            severity
        };
        self.found.push(difference);
    }

    fn items(&mut self, at: &Pointer, left: &[Value], right: &[Value], values: bool) {
        let roles = &self.comparison.roles;
        let counted = |side: usize, items: &[Value]| {
            let mut counted: BTreeMap<String, usize> = BTreeMap::new();
            for item in items {
                *counted.entry(roles.canonical(side, item)).or_default() += 1;
            }
            counted
        };
        let same = |(one, other): (&Value, &Value)| {
            equal(one, other) || roles.canonical(0, one) == roles.canonical(1, other)
        };
        let length = left.len() == right.len();
        if length && left.iter().zip(right).all(same) {
            return;
        }
        let show = |items: &[Value]| Some(Value::from(items.len()));
        if !length {
            if values && !self.is_failure {
                let message = "the lists have different lengths";
                let difference = Difference::new(Code::PARITY_ORDER, "length", message);
                let difference = difference.at(at.starred().as_str());
                self.push(difference.between(show(left), show(right)), at);
            }
        } else if counted(0, left) == counted(1, right) {
            if values && !self.is_failure {
                let message = "the lists have the same items in another order";
                let difference = Difference::new(Code::PARITY_ORDER, "order", message);
                self.push(difference.at(at.starred().as_str()), at);
            }
            return;
        }
        // Items of lists of different lengths need not be the same ones.
        for (index, (one, other)) in left.iter().zip(right).enumerate() {
            self.node(&at.index(index), one, other, values && length);
        }
    }

    /// Lists whose order does not matter.
    fn set(&mut self, at: &Pointer, left: &[Value], right: &[Value], key: Option<&str>) {
        let roles = &self.comparison.roles;
        let name = |side: usize, item: &Value| {
            let member = key.and_then(|key| item.get(key)).unwrap_or(item);
            roles.canonical(side, member)
        };
        let mut rest: Vec<(String, &Value)> =
            right.iter().map(|item| (name(1, item), item)).collect();
        let mut alone = 0;
        let mut pairs = Vec::new();
        for (index, item) in left.iter().enumerate() {
            let own = name(0, item);
            match rest.iter().position(|(other, _)| *other == own) {
                Some(found) => pairs.push((index, item, rest.remove(found).1)),
                None => alone += 1,
            }
        }
        if alone > 0 || !rest.is_empty() {
            let message = "the lists have different items";
            let difference = Difference::new(Code::PARITY_ORDER, "items", message);
            let counts = (Some(Value::from(alone)), Some(Value::from(rest.len())));
            let difference = difference.at(at.starred().as_str());
            self.push(difference.between(counts.0, counts.1), at);
        }
        for (index, one, other) in pairs {
            self.node(&at.index(index), one, other, true);
        }
    }

    fn types(&mut self, at: &Pointer, left: &Value, right: &Value) {
        if std::mem::discriminant(left) == std::mem::discriminant(right) {
            return;
        }
        let is_null = left.is_null() || right.is_null();
        let nullable = is_null && self.facets(at).admits_null();
        let difference = if nullable && !self.is_failure {
            let message = "null on one side, a value on the other";
            Difference::new(Code::PARITY_VALUE, "null", message)
        } else {
            let message = format!(
                "{} on the baseline, {} on the candidate",
                type_name(left),
                type_name(right)
            );
            Difference::new(self.code(Code::PARITY_SHAPE), "type", message)
        };
        let difference = difference.at(at.starred().as_str());
        self.push(
            difference.between(Some(left.clone()), Some(right.clone())),
            at,
        );
    }

    /// Whether a difference of the forms of two texts was told.
    fn formats(&mut self, at: &Pointer, left: &Value, right: &Value) {
        let (Value::String(one), Value::String(other)) = (left, right) else {
            return;
        };
        if may_be_alike(one, other) || may_be_alike(other, one) {
            return;
        }
        let (one, other) = (Form::of(one), Form::of(other));
        if one == other || !(one.is_telling() || other.is_telling()) {
            return;
        }
        let message = format!(
            "{} on the baseline, {} on the candidate",
            one.name(),
            other.name()
        );
        let difference = Difference::new(self.code(Code::PARITY_SHAPE), "format", message)
            .weighing(Severity::Warning)
            .at(at.starred().as_str());
        self.push(
            difference.between(Some(left.clone()), Some(right.clone())),
            at,
        );
    }

    fn scalar(&mut self, at: &Pointer, left: &Value, right: &Value, values: bool) {
        if self.is_failure {
            let member = at.last().unwrap_or_default().to_ascii_lowercase();
            let is_word = |value: &Value| value.as_str().is_none_or(|text| !text.contains(' '));
            if FOR_PROGRAMS.contains(&&*member) && is_word(left) && is_word(right) {
                let message = "what the failures say to programs differs";
                let difference = Difference::new(Code::PARITY_ERROR, "code", message);
                let difference = difference.at(at.starred().as_str());
                self.push(
                    difference.between(Some(left.clone()), Some(right.clone())),
                    at,
                );
            } else if self.comparison.sides.rules.compared.messages {
                let message = "what the failures say to people differs";
                let difference = Difference::new(Code::PARITY_ERROR, "message", message);
                let difference = difference.at(at.starred().as_str());
                self.push(
                    difference.between(Some(left.clone()), Some(right.clone())),
                    at,
                );
            }
            return;
        }
        if let (Value::String(one), Value::String(other)) = (left, right) {
            let place = self.key(at);
            let given = self.comparison.given.borrow();
            if let Some([baseline, candidate]) = given.get(&place) {
                let side = match (candidate.contains(one), baseline.contains(other)) {
                    (_, false) => Some("baseline"),
                    (false, true) => Some("candidate"),
                    (true, true) => None,
                };
                if let Some(side) = side {
                    let message = format!("a member of the enum that the {side} never gave");
                    let difference = Difference::new(Code::PARITY_SHAPE, "enum-member", message)
                        .weighing(Severity::Warning)
                        .at(at.starred().as_str());
                    drop(given);
                    self.push(
                        difference.between(Some(left.clone()), Some(right.clone())),
                        at,
                    );
                    return;
                }
            }
            drop(given);
            let before = self.found.len();
            self.formats(at, left, right);
            if self.found.len() > before {
                return;
            }
        }
        if values {
            let difference = Difference::new(Code::PARITY_VALUE, "value", "the values differ");
            let difference = difference.at(at.starred().as_str());
            self.push(
                difference.between(Some(left.clone()), Some(right.clone())),
                at,
            );
        }
    }

    /// Whether one side answers about something else than what both were asked for.
    fn is_another(&self, at: &Pointer, left: &Value, right: &Value) -> bool {
        let mirrors = &self.comparison.mirrors;
        !self.is_failure && mirrors.broken(at, self.asked, [left, right])
    }

    fn another(&mut self, at: &Pointer, left: &Value, right: &Value) {
        let message = "one side shows what it was asked for, the other one something else";
        let difference = Difference::new(Code::PARITY_VALUE, "role", message)
            .weighing(Severity::Error)
            .at(at.starred().as_str());
        self.push(
            difference.between(Some(left.clone()), Some(right.clone())),
            at,
        );
    }

    fn push(&mut self, difference: Difference, at: &Pointer) {
        if !self.is_settled(at) {
            self.found.push(difference);
        }
    }

    /// Whether the contract has told what there is at a place.
    fn is_settled(&self, at: &Pointer) -> bool {
        self.settled
            .iter()
            .any(|(settled, keyword)| match &**keyword {
                "oneOf" | "anyOf" | "not" | "if" => settled.contains(at),
                // A missing or an undeclared member breaks the object around it.
                "required"
                | "dependentRequired"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "propertyNames"
                | "minProperties"
                | "maxProperties" => settled == at || at.parent().as_ref() == Some(settled),
                _ => settled == at,
            })
    }

    fn rule(&self, at: &Pointer) -> Option<&'a Sameness> {
        let mut rules = self.rules.iter();
        let found = rules.find(|(place, _)| place == at)?;
        Some(found.1)
    }

    /// The code, or that of failures.
    fn code(&self, code: Code) -> Code {
        if self.is_failure {
            Code::PARITY_ERROR
        } else {
            code
        }
    }

    fn key(&self, at: &Pointer) -> Place {
        let (api, operation, status) = &self.place;
        (*api, operation.clone(), *status, at.starred().to_string())
    }

    fn facets(&self, at: &Pointer) -> Rc<Facets> {
        self.comparison.facets(&self.key(at), self.schema, at)
    }
}

/// Whether two numbers are as near to each other as a rule says.
fn near(left: &Value, right: &Value, absolute: f64, relative: f64) -> bool {
    let (Some(one), Some(other)) = (left.as_f64(), right.as_f64()) else {
        return false;
    };
    (one - other).abs() <= absolute.max(relative * one.abs())
}

/// Whether a text of digits may be one of letters and digits by chance: a code that somebody made up.
fn may_be_alike(digits: &str, other: &str) -> bool {
    let is_word = other.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_digits = other.bytes().any(|byte| byte.is_ascii_digit());
    let is_code = is_word && has_digits && digits.len() == other.len();
    is_code && Form::of(digits) == Form::Digits && Form::of(other) == Form::Other
}
