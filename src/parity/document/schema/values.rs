//! Lists of values: `enum`, `const`, and unions of these.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::bounds::whole_numbers;
use super::compare::{Compare, Goes};
use super::conjunction::{Conjunction, decides};
use super::difference::{Difference, Effect};
use super::split::pieces;
use super::types::Types;
use crate::document::equal;
use crate::parity::document::kind::Kind;

const KEYWORDS: &[&str] = &["enum", "const", "oneOf", "anyOf", "type"];

/// How deep unions of unions are looked into for lists.
const DEEPEST: usize = 4;

/// How many numbers are listed.
const MOST: usize = 256;

/// How many values are shown.
const SHOWN: usize = 12;

/// The values that a schema allows, null excepted; `None` if it does not list them.
pub(super) fn listed(conjunction: &Conjunction) -> Option<Vec<Value>> {
    list(conjunction, 0, Bounds::Ignored)
}

/// Whether bounds that few values are in are a list of these.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bounds {
    Ignored,
    Listed,
}

fn list(conjunction: &Conjunction, depth: usize, bounds: Bounds) -> Option<Vec<Value>> {
    let mut lists: Vec<Vec<Value>> = Vec::new();
    for (_, value) in conjunction.values("const") {
        lists.push(vec![value.clone()]);
    }
    for (_, value) in conjunction.values("enum") {
        lists.push(value.as_array()?.clone());
    }
    for union in &conjunction.unions {
        let of_branch = |branch| list(&Conjunction::of(vec![branch]), depth + 1, bounds);
        let branches = (depth < DEEPEST).then(|| {
            let branches = union.branches.iter().cloned();
            branches.map(of_branch).collect::<Option<Vec<_>>>()
        });
        let is_exclusive = union.keyword == "oneOf";
        lists.extend(branches.flatten().map(|lists| united(&lists, is_exclusive)));
    }
    let types = conjunction.types.without(Types::NULL);
    if lists.is_empty() && types == Types::BOOLEAN {
        lists.push(vec![Value::Bool(true), Value::Bool(false)]);
    }
    if lists.is_empty() && bounds == Bounds::Listed {
        return spread(conjunction);
    }
    let (first, others) = lists.split_first()?;
    let others: Vec<Members<'_>> = others.iter().map(|list| Members::of(list)).collect();
    let is_more = conjunction.parts.iter().any(says_more);
    let mut values: Vec<Value> = Vec::new();
    let mut seen = HashSet::new();
    for value in first {
        let is_allowed = Types::of_value(value).is_within(types)
            && others.iter().all(|list| list.has(value))
            && seen.insert(value.to_string())
            && (!is_more || conjunction.admits(value) != Some(false));
        if is_allowed {
            values.push(value.clone());
        }
    }
    Some(values)
}

/// What is in any of the lists, or in exactly one.
fn united(lists: &[Vec<Value>], is_exclusive: bool) -> Vec<Value> {
    let all = lists.concat();
    if !is_exclusive {
        return all;
    }
    let lists: Vec<Members<'_>> = lists.iter().map(|list| Members::of(list)).collect();
    let is_once = |value: &Value| lists.iter().filter(|list| list.has(value)).count() == 1;
    all.into_iter().filter(is_once).collect()
}

/// All values that a schema allows, null excepted, where these are few and no list says so: whole numbers
/// between bounds, what is empty, and what is true or false.
fn spread(side: &Conjunction) -> Option<Vec<Value>> {
    let least = |keyword: &str| {
        let numbers = side.values(keyword);
        numbers.filter_map(|(_, value)| value.as_u64()).min()
    };
    let mut values = Vec::new();
    let types = side.types.without(Types::NULL);
    for (one, most, empty) in [
        (Types::STRING, "maxLength", Value::from("")),
        (Types::ARRAY, "maxItems", Value::Array(Vec::new())),
        (Types::OBJECT, "maxProperties", Value::Object(Map::new())),
    ] {
        if types.has(one) {
            (least(most) == Some(0)).then(|| values.push(empty))?;
        }
    }
    if types.has(Types::BOOLEAN) {
        values.extend([true, false].map(Value::Bool));
    }
    if types.has(Types::NUMBER) {
        let (first, last) = whole_numbers(side)?;
        let count = usize::try_from(last.checked_sub(first)?).unwrap_or(0);
        (count < MOST).then(|| values.extend((first..=last).map(Value::from)))?;
    }
    if side.unions.is_empty() && side.parts.is_empty() {
        return None;
    }
    let refused = |value: &Value| side.admits(value).is_none_or(|admits| !admits);
    values.retain(|value| !refused(value));
    Some(values)
}

/// The values that a schema allows, if it lists them, if need be type by type.
fn all_listed(side: &Conjunction, bounds: Bounds) -> Option<Vec<Value>> {
    list(side, 0, bounds).or_else(|| {
        let pieces = pieces(side)?;
        let lists = pieces.iter().map(|piece| list(piece, 0, bounds));
        Some(lists.collect::<Option<Vec<_>>>()?.concat())
    })
}

/// Whether a schema says more than a list does.
fn says_more(part: &crate::schema::Schema) -> bool {
    const LISTS: [&str; 7] = ["enum", "const", "type", "$ref", "allOf", "anyOf", "oneOf"];
    part.value().as_object().is_some_and(|keywords| {
        let mut deciding = keywords.keys().filter(|keyword| decides(keyword));
        deciding.any(|keyword| !LISTS.contains(&&**keyword))
    })
}

/// A list of values, for questions about it.
struct Members<'v> {
    values: &'v [Value],
    texts: HashSet<String>,
    /// Whether equal values may be written differently.
    has_forms: bool,
}

impl<'v> Members<'v> {
    fn of(values: &'v [Value]) -> Self {
        Self {
            values,
            texts: values.iter().map(Value::to_string).collect(),
            has_forms: values.iter().any(|value| !value.is_string()),
        }
    }

    fn has(&self, value: &Value) -> bool {
        self.texts.contains(&value.to_string())
            || self.has_forms
                && !value.is_string()
                && self.values.iter().any(|known| equal(known, value))
    }
}

impl Compare<'_> {
    /// Compares lists of values, if there are any: nothing else matters then.
    pub(super) fn lists(&mut self) -> Goes {
        let is_null = |side: &Conjunction| side.types.without(Types::NULL).is_empty();
        if is_null(self.old) && is_null(self.new) {
            return Goes::NoFurther;
        }
        let (mut old, mut new) = (
            all_listed(self.old, Bounds::Ignored),
            all_listed(self.new, Bounds::Ignored),
        );
        // What one side lists, the other may say in bounds.
        if old.is_some() != new.is_some() {
            old = old.or_else(|| all_listed(self.old, Bounds::Listed));
            new = new.or_else(|| all_listed(self.new, Bounds::Listed));
        }
        match (old, new) {
            (None, None) => Goes::On,
            (Some(old), Some(new)) => {
                self.two_lists(&old, &new);
                Goes::NoFurther
            }
            (Some(old), None) => {
                let refused = values_that(&old, |value| self.new.admits(value) == Some(false));
                let message = "values beyond the list are allowed now";
                let difference = Difference::new(Kind::ValuesUnlisted, Effect::Widens, message)
                    .texts(shown(&old), self.new.types.text());
                self.push(difference, KEYWORDS);
                self.gone(&refused, &old, &[]);
                Goes::NoFurther
            }
            (None, Some(new)) => {
                let more = values_that(&new, |value| self.old.admits(value) == Some(false));
                let message = "only listed values are allowed now";
                let difference = Difference::new(Kind::ValuesListed, Effect::Narrows, message)
                    .texts(self.old.types.text(), shown(&new));
                self.push(difference, KEYWORDS);
                self.more(&more, &[], &new);
                Goes::NoFurther
            }
        }
    }

    fn two_lists(&mut self, old: &[Value], new: &[Value]) {
        let (ours, theirs) = (Members::of(old), Members::of(new));
        let gone = values_that(old, |value| !theirs.has(value));
        let more = values_that(new, |value| !ours.has(value));
        self.gone(&gone, old, new);
        self.more(&more, old, new);
    }

    fn gone(&mut self, gone: &[Value], old: &[Value], new: &[Value]) {
        if gone.is_empty() {
            return;
        }
        let message = format!("no longer {}", shown(gone));
        let mut difference = Difference::new(Kind::ValuesRemoved, Effect::Narrows, message)
            .texts(beside(old, gone), beside(new, &[]));
        difference.candidates = gone.iter().take(SHOWN).cloned().collect();
        self.push_values(difference);
    }

    fn push_values(&mut self, difference: Difference) {
        let mut difference = difference.places(self.old, self.new, KEYWORDS);
        // Whatever refuses a member, the list itself or a keyword beside it.
        difference.keywords = &[];
        self.found.push(difference);
    }

    fn more(&mut self, more: &[Value], old: &[Value], new: &[Value]) {
        if more.is_empty() {
            return;
        }
        let message = format!("also {}", shown(more));
        let mut difference = Difference::new(Kind::ValuesAdded, Effect::Widens, message)
            .texts(beside(old, &[]), beside(new, more));
        difference.candidates = more.iter().take(SHOWN).cloned().collect();
        self.push_values(difference);
    }
}

fn values_that(values: &[Value], is_meant: impl Fn(&Value) -> bool) -> Vec<Value> {
    values
        .iter()
        .filter(|value| is_meant(value))
        .cloned()
        .collect()
}

/// The list, the meant values first where it is long.
fn beside(list: &[Value], meant: &[Value]) -> String {
    if list.len() <= SHOWN {
        return shown(list);
    }
    match meant.len() {
        0 => format!("{} values", list.len()),
        count => format!("{} values, {count} of them only here", list.len()),
    }
}

/// Values as JSON, the first of many.
pub(super) fn shown(values: &[Value]) -> String {
    let mut text = String::new();
    for (number, value) in values.iter().take(SHOWN).enumerate() {
        if number > 0 {
            text.push_str(", ");
        }
        text.push_str(&value.to_string());
    }
    match values.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}
