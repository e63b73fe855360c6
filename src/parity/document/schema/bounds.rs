//! Bounds: of numbers, lengths and counts, and what else is said of numbers and strings.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect};
use super::types::Types;
use crate::document::compare;
use crate::generate::Decimal;
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;
use crate::schema::is_standard_format;

/// Formats that say how a value is stored or shown, and that nobody asserts.
const HINTS: [&str; 5] = ["float", "double", "password", "binary", "int8"];

/// One end of a range.
#[derive(Debug, Clone, PartialEq)]
struct Bound {
    limit: Number,
    is_exclusive: bool,
}

/// The ends of a range, as far as there are any.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Range {
    lower: Option<Bound>,
    upper: Option<Bound>,
}

impl Bound {
    /// The order in which the lower bound comes later that lets less through.
    fn as_lower(&self, other: &Self) -> Ordering {
        compare(&self.limit, &other.limit).then(self.is_exclusive.cmp(&other.is_exclusive))
    }

    fn as_upper(&self, other: &Self) -> Ordering {
        compare(&self.limit, &other.limit).then(other.is_exclusive.cmp(&self.is_exclusive))
    }

    /// The same bound of integers, including its limit.
    fn of_integers(self, step: i128) -> Self {
        let whole = |limit: Decimal| {
            let one = 10_i128.checked_pow(limit.scale())?;
            let digits = limit.at(limit.scale())?;
            // Down, then to the side of the range.
            let floor = digits.div_euclid(one);
            if floor.checked_mul(one)? == digits {
                return floor.checked_add(if self.is_exclusive { step } else { 0 });
            }
            floor.checked_add(i128::from(step > 0))
        };
        let limit = Decimal::read(&self.limit).and_then(whole);
        match limit.and_then(|limit| limit.to_string().parse().ok()) {
            Some(limit) => Self {
                limit,
                is_exclusive: false,
            },
            None => self,
        }
    }
}

impl Range {
    fn of(conjunction: &Conjunction) -> Self {
        let bounds = |keyword: &str, is_exclusive: bool| -> Vec<Bound> {
            let numbers = conjunction.values(keyword);
            numbers
                .filter_map(|(_, value)| value.as_number().cloned())
                .map(|limit| Bound {
                    limit,
                    is_exclusive,
                })
                .collect()
        };
        let mut lower = bounds("minimum", false);
        lower.extend(bounds("exclusiveMinimum", true));
        let mut upper = bounds("maximum", false);
        upper.extend(bounds("exclusiveMaximum", true));
        let mut range = Self {
            lower: lower.into_iter().max_by(Bound::as_lower),
            upper: upper.into_iter().min_by(Bound::as_upper),
        };
        if !conjunction.types.has(Types::NUMBER.without(Types::INTEGER)) {
            range.lower = range.lower.map(|bound| bound.of_integers(1));
            range.upper = range.upper.map(|bound| bound.of_integers(-1));
        }
        // As far as 64 bits reach, integers are as good as without bounds.
        let is = |bound: &Option<Bound>, limit: i64| {
            bound
                .as_ref()
                .is_some_and(|bound| bound.limit.as_i64() == Some(limit))
        };
        if is(&range.lower, i64::MIN) {
            range.lower = None;
        }
        if is(&range.upper, i64::MAX) {
            range.upper = None;
        }
        range
    }

    /// What lies in both.
    fn and(&self, other: Option<Self>) -> Self {
        let other = other.unwrap_or_default();
        let lower = self.lower.iter().cloned().chain(other.lower);
        let upper = self.upper.iter().cloned().chain(other.upper);
        Self {
            lower: lower.max_by(Bound::as_lower),
            upper: upper.min_by(Bound::as_upper),
        }
    }

    pub(super) fn text(&self) -> String {
        let is = |bound: &Option<Bound>, limit: i32| {
            bound
                .as_ref()
                .is_some_and(|bound| bound.limit.as_i64() == Some(i64::from(limit)))
        };
        if is(&self.lower, i32::MIN) && is(&self.upper, i32::MAX) {
            return "int32".to_owned();
        }
        let lower = self.lower.as_ref().map(|bound| {
            let words = if bound.is_exclusive {
                "above"
            } else {
                "at least"
            };
            format!("{words} {}", bound.limit)
        });
        let upper = self.upper.as_ref().map(|bound| {
            let words = if bound.is_exclusive {
                "below"
            } else {
                "at most"
            };
            format!("{words} {}", bound.limit)
        });
        match (lower, upper) {
            (Some(lower), Some(upper)) => format!("{lower}, {upper}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "any".to_owned(),
        }
    }
}

/// The least and the greatest of the numbers that a side allows, if these are integers and bounded.
pub(super) fn whole_numbers(side: &Conjunction) -> Option<(i64, i64)> {
    if side.types.has(Types::NUMBER.without(Types::INTEGER)) {
        return None;
    }
    let range = Range::of(side);
    let limit = |bound: Option<Bound>| bound.filter(|bound| !bound.is_exclusive)?.limit.as_i64();
    Some((limit(range.lower)?, limit(range.upper)?))
}

/// Least and greatest counts as a range.
fn counts(conjunction: &Conjunction, least: &str, greatest: &str) -> Range {
    let numbers = |keyword: &str| -> Vec<Number> {
        let numbers = conjunction.values(keyword);
        numbers
            .filter_map(|(_, value)| value.as_number().cloned())
            .collect()
    };
    counted(
        numbers(least).into_iter().max_by(compare),
        numbers(greatest).into_iter().min_by(compare),
    )
}

/// How long texts are whose format leaves no choice.
fn length_of_format(side: &Conjunction) -> Option<Range> {
    let mut formats = side
        .values("format")
        .filter_map(|(_, value)| value.as_str());
    let length: u64 = formats.find_map(|format| match format {
        "uuid" => Some(36),
        "date" => Some(10),
        _ => None,
    })?;
    Some(counted(Some(length.into()), Some(length.into())))
}

/// A range of counts.
pub(super) fn counted(least: Option<Number>, greatest: Option<Number>) -> Range {
    let bound = |limit: Number| Bound {
        limit,
        is_exclusive: false,
    };
    Range {
        lower: least.filter(|limit| limit.as_f64() != Some(0.0)).map(bound),
        upper: greatest.map(bound),
    }
}

/// What another pair of ends does; `None` if they are the same.
pub(super) fn effect(old: &Range, new: &Range) -> Option<Effect> {
    let end =
        |old: &Option<Bound>, new: &Option<Bound>, order: &dyn Fn(&Bound, &Bound) -> Ordering| {
            match (old, new) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (Some(old), Some(new)) => order(old, new),
            }
        };
    // Less: the new end lets less through.
    let lower = end(&old.lower, &new.lower, &Bound::as_lower);
    let upper = end(&old.upper, &new.upper, &|old, new| new.as_upper(old));
    match (lower, upper) {
        (Ordering::Equal, Ordering::Equal) => None,
        (Ordering::Less | Ordering::Equal, Ordering::Less | Ordering::Equal) => {
            Some(Effect::Narrows)
        }
        (Ordering::Greater | Ordering::Equal, Ordering::Greater | Ordering::Equal) => {
            Some(Effect::Widens)
        }
        _ => Some(Effect::Both),
    }
}

const RANGE: &[&str] = &[
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    // What `int32` says is broken as a format.
    "format",
];

impl Compare<'_> {
    /// Compares what is said about numbers.
    pub(super) fn numbers(&mut self) {
        let (old, new) = (Range::of(self.old), Range::of(self.new));
        self.range(Kind::RangeChanged, "number", &old, &new, RANGE);
        self.multiples();
    }

    /// Compares what is said about strings.
    pub(super) fn strings(&mut self) {
        let length = |side: &Conjunction| counts(side, "minLength", "maxLength");
        let (old, new) = (length(self.old), length(self.new));
        let keywords = &["minLength", "maxLength", "pattern"];
        // What a format says of the length need not be said twice.
        if old.and(length_of_format(self.old)) != new.and(length_of_format(self.new)) {
            self.range(Kind::LengthChanged, "length", &old, &new, keywords);
        }
        self.texts(Kind::PatternChanged, "pattern");
    }

    /// Compares bounds that count something.
    pub(super) fn count(&mut self, kind: Kind, what: &str, keywords: &'static [&'static str; 2]) {
        let [least, greatest] = keywords;
        let old = counts(self.old, least, greatest);
        let new = counts(self.new, least, greatest);
        self.range(kind, what, &old, &new, keywords);
    }

    fn range(
        &mut self,
        kind: Kind,
        what: &str,
        old: &Range,
        new: &Range,
        keywords: &'static [&'static str],
    ) {
        let Some(effect) = effect(old, new) else {
            return;
        };
        let (was, now) = (old.text(), new.text());
        let message = format!("the {what} is {now} instead of {was}");
        let mut difference = Difference::new(kind, effect, message).texts(was, now);
        if matches!(kind, Kind::ItemCountChanged | Kind::PropertyCountChanged) {
            difference.counts = sizes(old, new);
        }
        difference.says_bounds_only = (
            says_bounds_only(self.old, old, keywords),
            says_bounds_only(self.new, new, keywords),
        );
        self.push(difference, keywords);
    }

    /// Compares texts that must all be matched.
    fn texts(&mut self, kind: Kind, keyword: &'static str) {
        let (old, new) = (texts(self.old, keyword), texts(self.new, keyword));
        if old == new {
            return;
        }
        let effect = if new.is_superset(&old) {
            Effect::Narrows
        } else if old.is_superset(&new) {
            Effect::Widens
        } else {
            Effect::Unsure
        };
        let (was, now) = (joined(&old), joined(&new));
        let message = match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("the {keyword} {now} is asked for"),
            (_, true) => format!("the {keyword} {was} is not asked for any more"),
            _ => format!("the {keyword} is {now} instead of {was}"),
        };
        let keywords: &[&str] = match keyword {
            "pattern" => &["pattern"],
            _ => &["format", "contentEncoding", "pattern"],
        };
        self.push(
            Difference::new(kind, effect, message).texts(was, now),
            keywords,
        );
    }

    fn encodings(&mut self) {
        let (old, new) = (encodings(self.old), encodings(self.new));
        if old == new {
            return;
        }
        let text = |names: &BTreeSet<String>| {
            if names.is_empty() {
                "nothing".to_owned()
            } else {
                joined(names)
            }
        };
        let (was, now) = (text(&old), text(&new));
        let message = format!("texts are said to be {now} instead of {was}, which is not asserted");
        let note = Effect::Graded(Grade::Note);
        let difference = Difference::new(Kind::FormatChanged, note, message);
        self.push(
            difference.texts(was, now),
            &["contentMediaType", "contentEncoding", "format"],
        );
    }

    /// Compares formats, but for those that are bounds.
    pub(super) fn formats(&mut self) {
        let (old, new) = (texts(self.old, "format"), texts(self.new, "format"));
        // An encoding is read as a format, and asserted by nobody (JSON Schema 2020-12 validation,
        // section 8).
        let is_said = |name: &str| {
            let parts = self.old.parts.iter().chain(&self.new.parts);
            let mut formats = parts.filter_map(|part| part.source().get("format"));
            formats.any(|format| format == name)
        };
        let mut changed: Vec<&String> = old.symmetric_difference(&new).collect();
        changed.retain(|name| *name != "byte" || is_said(name));
        if changed.is_empty() {
            self.encodings();
            return;
        }
        if changed
            .iter()
            .any(|name| *name == "byte" || is_standard_format(name))
        {
            self.texts(Kind::FormatChanged, "format");
            return;
        }
        // What nobody asserts says something all the same.
        let are_hints = changed.iter().all(|name| HINTS.contains(&name.as_str()));
        let grade = if are_hints {
            Grade::Note
        } else {
            Grade::Unclear
        };
        let (was, now) = (joined(&old), joined(&new));
        let message = match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("the format is {now}, which is not asserted"),
            (_, true) => format!("no format any more; {was} is not asserted"),
            _ => format!("the format is {now} instead of {was}"),
        };
        let difference = Difference::new(Kind::FormatChanged, Effect::Graded(grade), message);
        self.push(difference.texts(was, now), &["format"]);
    }
}

/// The sizes next to the bounds that differ, on their outer sides.
fn sizes(old: &Range, new: &Range) -> Vec<usize> {
    let size = |bound: &Option<Bound>| {
        let limit = bound.as_ref()?.limit.as_u64()?;
        usize::try_from(limit).ok()
    };
    let lower = [&old.lower, &new.lower].map(size).into_iter().flatten();
    let upper = [&old.upper, &new.upper].map(size).into_iter().flatten();
    let below = lower.filter_map(|size| size.checked_sub(1));
    below
        .chain(upper.filter_map(|size| size.checked_add(1)))
        .collect()
}

/// Whether a side says nothing about its instances but a range that has something in it, and what its
/// items and members are, if there can be any.
fn says_bounds_only(side: &Conjunction, range: &Range, keywords: &[&str]) -> bool {
    let is_empty = match (&range.lower, &range.upper) {
        (Some(lower), Some(upper)) => compare(&lower.limit, &upper.limit) != Ordering::Less,
        _ => false,
    };
    let about: &[&str] = match keywords.first() {
        Some(&"minItems") => &["items"],
        Some(&"minProperties") => &["properties"],
        _ => &[],
    };
    let is_plain = |keyword: &str| {
        ["type", "$ref", "allOf"].contains(&keyword)
            || keyword != "format" && keyword != "pattern" && keywords.contains(&keyword)
            || about.contains(&keyword)
    };
    !is_empty
        && !side.is_opaque
        && !side.is_broken
        && side.unions.is_empty()
        && (about != ["items"] || !side.items().is_impossible)
        && side.says_only(&is_plain)
}

/// What texts are made of, in lower case: media type and encoding.
fn encodings(side: &Conjunction) -> BTreeSet<String> {
    let bytes = texts(side, "format").contains("byte");
    let said = ["contentMediaType", "contentEncoding"].into_iter();
    let said = said.flat_map(|keyword| {
        side.parts
            .iter()
            .filter_map(move |part| part.value().get(keyword))
    });
    let said = said.filter_map(Value::as_str).map(str::to_ascii_lowercase);
    let mut encodings: BTreeSet<String> = said.collect();
    if bytes && !encodings.contains("base64url") {
        encodings.insert("base64".to_owned());
    }
    encodings
}

/// The texts of a keyword. Formats of integers are bounds, and those that the dialect does not assert
/// are named as they were written.
fn texts(conjunction: &Conjunction, keyword: &str) -> BTreeSet<String> {
    conjunction
        .values(keyword)
        .filter_map(|(_, value)| Value::as_str(value))
        .map(|text| {
            text.strip_prefix(crate::schema::FORMAT_HINT)
                .unwrap_or(text)
        })
        .filter(|text| keyword != "format" || !["int32", "int64"].contains(text))
        .map(str::to_owned)
        .collect()
}

fn joined(texts: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    quoted.join(" and ")
}
