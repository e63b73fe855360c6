//! Running queries.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use serde_json::Value;

use super::query::{Comparable, Logical, Query, Segment, Selector, Start};
use super::{STEPS, TooMuch};
use crate::arazzo::comparison::Comparison;
use crate::document::{compare, equal};

/// The nodes that a query selects.
pub(super) fn evaluate<'v>(query: &Query, root: &'v Value) -> Result<Vec<&'v Value>, TooMuch> {
    let run = Run {
        root,
        left: Cell::new(STEPS),
    };
    run.query(query, root)
}

/// One evaluation, which may cost so much.
pub(super) struct Run<'v> {
    root: &'v Value,
    left: Cell<u64>,
}

type Nodes<'v> = Result<Vec<&'v Value>, TooMuch>;

impl<'v> Run<'v> {
    pub(super) fn pay(&self, steps: usize) -> Result<(), TooMuch> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.left.get().checked_sub(steps).ok_or(TooMuch)?;
        self.left.set(left);
        Ok(())
    }

    pub(super) fn query(&self, query: &Query, current: &'v Value) -> Nodes<'v> {
        let start = match query.start {
            Start::Root => self.root,
            Start::Current => current,
        };
        let mut nodes = vec![start];
        for segment in &query.segments {
            let mut found = Vec::new();
            for node in nodes {
                self.segment(segment, node, &mut found)?;
            }
            nodes = found;
        }
        Ok(nodes)
    }

    fn segment(
        &self,
        segment: &Segment,
        node: &'v Value,
        found: &mut Vec<&'v Value>,
    ) -> Result<(), TooMuch> {
        if !segment.is_descendant {
            return self.selectors(&segment.selectors, node, found);
        }
        // Each node comes before what it holds, and items come in order.
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            self.selectors(&segment.selectors, node, found)?;
            match node {
                Value::Array(items) => open.extend(items.iter().rev()),
                Value::Object(members) => open.extend(members.values().rev()),
                _ => {}
            }
        }
        Ok(())
    }

    fn selectors(
        &self,
        selectors: &[Selector],
        node: &'v Value,
        found: &mut Vec<&'v Value>,
    ) -> Result<(), TooMuch> {
        for selector in selectors {
            self.pay(1)?;
            match (selector, node) {
                (Selector::Name(name), Value::Object(members)) => found.extend(members.get(name)),
                (Selector::Index(index), Value::Array(items)) => {
                    found.extend(position(*index, items.len()).and_then(|at| items.get(at)));
                }
                (Selector::Slice { start, end, step }, Value::Array(items)) => {
                    self.slice(*start, *end, *step, items, found)?;
                }
                (Selector::Wildcard, Value::Array(items)) => {
                    self.pay(items.len())?;
                    found.extend(items);
                }
                (Selector::Wildcard, Value::Object(members)) => {
                    self.pay(members.len())?;
                    found.extend(members.values());
                }
                (Selector::Filter(logical), Value::Array(items)) => {
                    for item in items {
                        if self.holds(logical, item)? {
                            found.push(item);
                        }
                    }
                }
                (Selector::Filter(logical), Value::Object(members)) => {
                    for member in members.values() {
                        if self.holds(logical, member)? {
                            found.push(member);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// RFC 9535 section 2.3.4.2.
    fn slice(
        &self,
        start: Option<i64>,
        end: Option<i64>,
        step: i64,
        items: &'v [Value],
        found: &mut Vec<&'v Value>,
    ) -> Result<(), TooMuch> {
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let bound = |index: i64, low: i64, high: i64| {
            let index = if index < 0 { length + index } else { index };
            index.clamp(low, high)
        };
        let (mut at, end) = match step {
            0 => return Ok(()),
            1.. => (
                start.map_or(0, |start| bound(start, 0, length)),
                end.map_or(length, |end| bound(end, 0, length)),
            ),
            _ => (
                start.map_or(length - 1, |start| bound(start, -1, length - 1)),
                end.map_or(-1, |end| bound(end, -1, length - 1)),
            ),
        };
        while if step > 0 { at < end } else { at > end } {
            self.pay(1)?;
            found.extend(usize::try_from(at).ok().and_then(|at| items.get(at)));
            at += step;
        }
        Ok(())
    }

    fn holds(&self, logical: &Logical, current: &'v Value) -> Result<bool, TooMuch> {
        self.pay(1)?;
        match logical {
            Logical::Any(parts) => {
                for part in parts {
                    if self.holds(part, current)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Logical::All(parts) => {
                for part in parts {
                    if !self.holds(part, current)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Logical::Not(inner) => Ok(!self.holds(inner, current)?),
            Logical::Exists(query) => Ok(!self.query(query, current)?.is_empty()),
            Logical::Matches(matches) => self.matches(matches, current),
            Logical::Compare(left, comparison, right) => {
                let left = self.value(left, current)?;
                let right = self.value(right, current)?;
                self.compare(left.as_deref(), *comparison, right.as_deref())
            }
        }
    }

    /// The value of a comparable; `None` is Nothing.
    pub(super) fn value(
        &self,
        comparable: &Comparable,
        current: &'v Value,
    ) -> Result<Option<Cow<'v, Value>>, TooMuch> {
        Ok(match comparable {
            Comparable::Literal(value) => Some(Cow::Owned(value.clone())),
            Comparable::Singular(query) => self
                .query(query, current)?
                .first()
                .map(|node| Cow::Borrowed(*node)),
            Comparable::Length(of) => {
                let value = self.value(of, current)?;
                self.length(value.as_deref())?.map(Cow::Owned)
            }
            Comparable::Count(query) => Some(Cow::Owned(self.query(query, current)?.len().into())),
            Comparable::Value(query) => match self.query(query, current)?.as_slice() {
                [node] => Some(Cow::Borrowed(*node)),
                _ => None,
            },
        })
    }

    /// Pays for comparing two values: for what the left one holds, if they are alike enough to be
    /// compared to the end.
    fn pay_for(&self, left: Option<&Value>, right: Option<&Value>) -> Result<(), TooMuch> {
        let (Some(left), Some(right)) = (left, right) else {
            return Ok(());
        };
        match (left, right) {
            (Value::String(left), Value::String(right)) => {
                return self.pay(left.len().min(right.len()) / 64);
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {}
            (Value::Object(left), Value::Object(right)) if left.len() == right.len() => {}
            _ => return Ok(()),
        }
        let mut open = vec![left];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => {
                    self.pay(items.len())?;
                    open.extend(items);
                }
                Value::Object(members) => {
                    self.pay(members.len())?;
                    open.extend(members.values());
                }
                Value::String(text) => self.pay(text.len() / 64)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// RFC 9535 section 2.3.5.2.2.
    fn compare(
        &self,
        left: Option<&Value>,
        comparison: Comparison,
        right: Option<&Value>,
    ) -> Result<bool, TooMuch> {
        self.pay_for(left, right)?;
        let is_equal = || match (left, right) {
            (Some(left), Some(right)) => equal(left, right),
            (left, right) => left.is_none() && right.is_none(),
        };
        let is_less = |less: Ordering| match (left, right) {
            (Some(Value::Number(left)), Some(Value::Number(right))) => compare(left, right) == less,
            (Some(Value::String(left)), Some(Value::String(right))) => left.cmp(right) == less,
            _ => false,
        };
        Ok(match comparison {
            Comparison::Equal => is_equal(),
            Comparison::NotEqual => !is_equal(),
            Comparison::Less => is_less(Ordering::Less),
            Comparison::Greater => is_less(Ordering::Greater),
            Comparison::LessOrEqual => is_less(Ordering::Less) || is_equal(),
            Comparison::GreaterOrEqual => is_less(Ordering::Greater) || is_equal(),
        })
    }
}

fn position(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}
