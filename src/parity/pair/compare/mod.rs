//! Comparing: a pure function of two recordings.
//!
//! Of one answer the first thing that differs decides what else is asked: without answers, with other
//! statuses or other media types there are no bodies to compare. The contract is settled first, so that
//! what breaks it is not told again as a shape.

mod body;
mod contract;
mod forgotten;
mod header;
mod lost;
mod mirror;
mod outcome;

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;

use super::difference::{Difference, Pair};
use super::recording::{Answered, Recording, kind_of, scalars};
use super::roles::Roles;
use super::rules::Rules;
use super::symptom::{coding, unreadable};
use crate::case::{Defect, Intent};
use crate::code::{Code, Severity};
use crate::document::Pointer;
use crate::http::Response;
use crate::schema::{Facets, Schema};
use crate::spec::{Operation, Spec};
use crate::wire::{MediaRange, declared};

/// How many differences of one case are told.
const MOST: usize = 100;

/// What both sides have to do with.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The API descriptions.
    pub specs: &'a [&'a Spec],
    /// What is not counted.
    pub rules: &'a Rules,
    /// Where the baseline serves each API description.
    pub baseline: &'a [String],
    /// The same for the candidate.
    pub candidate: &'a [String],
}

/// Compares two recordings case by case; the cases that only one of them has are left out.
pub fn compare(baseline: &Recording, candidate: &Recording, sides: &Sides<'_>) -> Vec<Pair> {
    let bases = [sides.baseline, sides.candidate];
    let comparison = Comparison {
        sides,
        roles: Roles::between(baseline, candidate, bases),
        mirrors: mirror::Mirrors::of([baseline, candidate]),
        facets: RefCell::default(),
        given: RefCell::default(),
    };
    let both = || {
        let answers = baseline.answers.iter();
        answers.filter_map(|(name, left)| Some((name, left, candidate.answers.get(name)?)))
    };
    for (_, left, right) in both() {
        comparison.note_enums([left, right]);
    }
    let mut pairs: Vec<Pair> = both()
        .map(|(name, left, right)| comparison.pair(name, left, right))
        .collect();
    let recordings = [baseline, candidate];
    let losers = lost::tell(&mut pairs, recordings, sides.specs);
    forgotten::settle(&mut pairs, recordings, losers, &comparison.roles);
    pairs
}

/// Places by API description, operation, status and pointer with indexes starred.
type Place = (usize, String, u16, String);

/// A comparison in the making.
struct Comparison<'a> {
    sides: &'a Sides<'a>,
    roles: Roles,
    mirrors: mirror::Mirrors,
    facets: RefCell<HashMap<Place, Rc<Facets>>>,
    /// The members of enums that each side gave, by place.
    given: RefCell<HashMap<Place, [BTreeSet<String>; 2]>>,
}

/// Two answers to one case.
#[derive(Clone, Copy)]
struct Two<'a> {
    api: usize,
    operation: &'a Operation,
    left: &'a Answered,
    right: &'a Answered,
}

impl Two<'_> {
    fn defect(&self) -> Option<&Defect> {
        match &self.left.verdict.case.intent {
            Intent::Invalid(defect) => Some(defect),
            Intent::Valid | Intent::Scripted => None,
        }
    }
}

impl Comparison<'_> {
    fn pair(&self, name: &str, left: &Answered, right: &Answered) -> Pair {
        let case = &left.verdict.case;
        let api = left.verdict.api;
        let spec = self.sides.specs.get(api);
        let operation = spec.and_then(|spec| spec.operations.get(&case.operation));
        let mut differences = Vec::new();
        if let Some(operation) = operation {
            let two = Two {
                api,
                operation,
                left,
                right,
            };
            self.two(two, &mut differences);
        }
        let compared = &self.sides.rules.compared;
        differences.retain(|difference| match difference.code {
            Code::PARITY_HEADER => compared.headers,
            // Another set of items is no order: a rule asks for that.
            Code::PARITY_ORDER => compared.order || difference.kind == "items",
            Code::PARITY_VALUE => compared.values,
            _ => true,
        });
        if differences.len() > MOST {
            // The gravest stay, wherever they stand in the answer.
            differences.sort_by_key(|difference| Reverse(difference.severity));
            differences.truncate(MOST);
        }
        Pair {
            name: name.to_owned(),
            api,
            operation: case.operation.clone(),
            defect: match &case.intent {
                Intent::Invalid(defect) => Some(kind_of(defect)),
                Intent::Valid | Intent::Scripted => None,
            },
            status: left.verdict.exchange.status(),
            differences,
        }
    }

    fn two(&self, two: Two<'_>, found: &mut Vec<Difference>) {
        let outcomes = (
            &two.left.verdict.exchange.outcome,
            &two.right.verdict.exchange.outcome,
        );
        let (left, right) = match outcomes {
            (Ok(left), Ok(right)) => (left, right),
            (left, right) => {
                found.extend(outcome::reachability(
                    left.as_ref().err(),
                    right.as_ref().err(),
                ));
                return;
            }
        };
        if left.status != right.status {
            found.push(outcome::status(two, left.status, right.status));
            return;
        }
        found.extend(contract::state(two, &self.roles));
        if let Some(difference) = unread(left, right) {
            found.push(difference);
            return;
        }
        found.extend(coded(left, right));
        let media = media_type(left, right).map(|difference| {
            // Of failures that the document does not know it promises no media type either.
            let is_promised =
                left.status < 400 || two.operation.responses.select(left.status).is_some();
            if is_promised {
                difference
            } else {
                difference.weighing(Severity::Warning)
            }
        });
        let settled = contract::settled(two, media.is_some());
        let has_media = media.is_some();
        found.extend(media.filter(|_| !settled.is_media_told));
        found.extend(settled.differences);
        self.headers(two, (left, right), &settled.codes, found);
        if has_media
            || !settled.compares_bodies
            || two.left.verdict.exchange.request.method == "HEAD"
        {
            return;
        }
        self.bodies(two, (left, right), &settled.places, found);
    }

    fn bodies(
        &self,
        two: Two<'_>,
        (left, right): (&Response, &Response),
        settled: &[body::Told],
        found: &mut Vec<Difference>,
    ) {
        if let (Some(one), other) | (other, Some(one)) = (two.left.cut, two.right.cut) {
            if other != Some(one) {
                let message = "the bodies are too large to be compared, and differ in length";
                found.push(
                    Difference::new(Code::PARITY_VALUE, "length", message).between(
                        two.left.cut.map(Value::from),
                        two.right.cut.map(Value::from),
                    ),
                );
            }
            return;
        }
        let contents = [left, right].map(Response::content_or_body);
        if contents[0] == contents[1] {
            return;
        }
        let (one, other) = (two.left.json(), two.right.json());
        match (one, other) {
            (Some(one), Some(other)) => {
                let rules = self.sides.rules.places(two.operation, &one, &other);
                let mut walk = body::Walk {
                    comparison: self,
                    place: (two.api, two.operation.id.to_string(), left.status),
                    schema: schema(two.operation, left),
                    rules: &rules,
                    settled,
                    asked: [two.left, two.right],
                    is_failure: left.status >= 400,
                    found,
                };
                walk.root(&one, &other);
            }
            (None, None) => {
                let [one, other] = contents.map(|text| String::from_utf8_lossy(&text).into_owned());
                let same = self.roles.neutral(0, &one) == self.roles.neutral(1, &other);
                if !same && left.status < 400 {
                    found.push(Difference::new(
                        Code::PARITY_VALUE,
                        "text",
                        "the bodies differ",
                    ));
                }
            }
            (one, other) => {
                let code = if left.status < 400 {
                    Code::PARITY_SHAPE
                } else {
                    Code::PARITY_ERROR
                };
                let side = if one.is_some() {
                    "candidate"
                } else {
                    "baseline"
                };
                let message = format!("the body of the {side} is not JSON, the other one is");
                found.push(Difference::new(code, "type", message).between(one, other));
            }
        }
    }

    /// What the document says about a place of an answer.
    fn facets(&self, place: &Place, schema: Option<&Schema>, at: &Pointer) -> Rc<Facets> {
        if let Some(known) = self.facets.borrow().get(place) {
            return known.clone();
        }
        let mut facets = schema.map(Facets::of).unwrap_or_default();
        for token in at.tokens() {
            facets = match token.parse() {
                Ok(index) if facets.any("items", |_| true) => facets.item(index),
                _ => facets.member(&token),
            };
        }
        let facets = Rc::new(facets);
        self.facets
            .borrow_mut()
            .insert(place.clone(), facets.clone());
        facets
    }

    /// Notes which members of enums the sides give.
    fn note_enums(&self, answers: [&Answered; 2]) {
        for (side, answered) in answers.into_iter().enumerate() {
            let verdict = &answered.verdict;
            let spec = self.sides.specs.get(verdict.api);
            let operation = spec.and_then(|spec| spec.operations.get(&verdict.case.operation));
            let (Some(operation), Some(response)) = (operation, verdict.exchange.response()) else {
                continue;
            };
            let (Some(schema), Some(body)) = (schema(operation, response), answered.json()) else {
                continue;
            };
            for (at, value) in scalars(&body) {
                let Value::String(text) = value else {
                    continue;
                };
                let place = (
                    verdict.api,
                    operation.id.to_string(),
                    response.status,
                    at.starred().to_string(),
                );
                let facets = self.facets(&place, Some(schema), &at);
                if facets.any("enum", |_| true) {
                    let mut given = self.given.borrow_mut();
                    if let Some(given) = given.entry(place).or_default().get_mut(side) {
                        given.insert(text.clone());
                    }
                }
            }
        }
    }
}

/// The schema of an answer's body.
fn schema<'o>(operation: &'o Operation, response: &Response) -> Option<&'o Schema> {
    let (_, documented) = operation.responses.select(response.status)?;
    let content_type = response.header("content-type")?;
    declared(&documented.content, &content_type)?
        .schema
        .as_ref()
}

/// PM503: bodies that are coded in a way that only one side has. Nobody asked for either.
fn coded(left: &Response, right: &Response) -> Option<Difference> {
    if left.body.is_empty() || right.body.is_empty() {
        return None;
    }
    let message = match (coding(left), coding(right)) {
        (one, other) if one == other => return None,
        (Some(_), None) => "the baseline codes the body, which was not asked for",
        (None, Some(_)) => "the candidate codes the body, which was not asked for",
        _ => "the bodies are coded in different ways, which was not asked for",
    };
    let [one, other] = [left, right].map(|response| coding(response).map(Value::from));
    let difference = Difference::new(Code::PARITY_MEDIA_TYPE, "coded", message);
    Some(difference.weighing(Severity::Warning).between(one, other))
}

/// PM503: bodies that are coded in a way that cannot be undone. What cannot be read does not agree.
fn unread(left: &Response, right: &Response) -> Option<Difference> {
    let codings = [unreadable(left), unreadable(right)];
    let message = match &codings {
        [None, None] => return None,
        [Some(_), None] => "the body of the baseline is coded, and cannot be read",
        [None, Some(_)] => "the body of the candidate is coded, and cannot be read",
        [Some(_), Some(_)] => "both bodies are coded, and cannot be read",
    };
    let [one, other] = codings.map(|coding| coding.map(Value::from));
    let difference = Difference::new(Code::PARITY_MEDIA_TYPE, "encoding", message);
    Some(difference.between(one, other))
}

/// PM503: other media types.
fn media_type(left: &Response, right: &Response) -> Option<Difference> {
    let texts = [left, right].map(|response| response.header("content-type"));
    let [one, other] = &texts;
    let range = |text: &Option<String>| {
        text.as_deref()
            .and_then(|text| MediaRange::parse(text).ok())
    };
    let essence = |text: &Option<String>| match range(text) {
        Some(range) => Some(range.essence()),
        None => text.clone(),
    };
    let charset = |text: &Option<String>| {
        let charset =
            range(text).and_then(|range| range.parameter("charset").map(str::to_lowercase));
        charset.unwrap_or_else(|| "utf-8".to_owned())
    };
    let (kind, message, severity) = if one.is_some() != other.is_some() {
        let side = if one.is_some() {
            "candidate"
        } else {
            "baseline"
        };
        (
            "missing",
            format!("the {side} sends no `Content-Type`"),
            Severity::Error,
        )
    } else if let (Some(one), Some(other)) = (essence(one), essence(other))
        && one != other
    {
        let message = format!("`{one}` on the baseline, `{other}` on the candidate");
        ("type", message, Severity::Error)
    } else if charset(one) != charset(other) {
        (
            "charset",
            "the character sets differ".to_owned(),
            Severity::Warning,
        )
    } else {
        return None;
    };
    let [one, other] = texts;
    let difference = Difference::new(Code::PARITY_MEDIA_TYPE, kind, message);
    Some(
        difference
            .weighing(severity)
            .between(one.map(Value::from), other.map(Value::from)),
    )
}
