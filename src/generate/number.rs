//! Numbers of a schema: bounds and divisors, drawn with exact arithmetic.

use jsonschema::canonical::{IntegerView, NumberView};
use serde_json::{Number, Value};

use super::decimal::{Decimal, power};
use super::dice::Dice;
use super::far::far;

/// Which numbers are allowed.
#[derive(Debug, Clone, Default)]
pub(super) struct NumberRange {
    low: Option<Bound>,
    high: Option<Bound>,
    divisors: Vec<Decimal>,
    barred: Vec<Decimal>,
    whole: bool,
    /// Numbers to try where bounds or divisors are beyond exact arithmetic.
    far: Vec<Number>,
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    at: Decimal,
    exclusive: bool,
}

/// Multiples `first * step ..= last * step` at one scale.
struct Grid {
    scale: u32,
    step: i128,
    first: i128,
    last: i128,
}

/// The whole numbers that are drawn where nothing is bounded.
const USUAL: (i128, i128) = (-100, 1000);
/// Far numbers that are drawn now and then where nothing is bounded.
const FAR: [i128; 4] = [i32::MAX as i128, i32::MIN as i128, 65_536, -65_536];

impl NumberRange {
    /// Every number, or every whole number.
    pub(super) fn any(whole: bool) -> Self {
        Self {
            whole,
            ..Self::default()
        }
    }

    /// The range of an integer node.
    pub(super) fn of_integer(view: &IntegerView) -> Self {
        Self {
            low: bound(view.minimum.as_ref(), false),
            high: bound(view.maximum.as_ref(), false),
            divisors: view.multiple_of.iter().filter_map(Decimal::read).collect(),
            barred: view
                .not_multiple_of
                .iter()
                .filter_map(Decimal::read)
                .collect(),
            whole: true,
            far: far(
                view.minimum.as_ref(),
                view.maximum.as_ref(),
                &view.multiple_of,
            ),
        }
    }

    /// The range of a number node.
    pub(super) fn of_number(view: &NumberView) -> Self {
        Self {
            low: bound(view.minimum.as_ref(), view.exclusive_minimum),
            high: bound(view.maximum.as_ref(), view.exclusive_maximum),
            divisors: view.multiple_of.iter().filter_map(Decimal::read).collect(),
            barred: view
                .not_multiple_of
                .iter()
                .filter_map(Decimal::read)
                .collect(),
            whole: false,
            far: far(
                view.minimum.as_ref(),
                view.maximum.as_ref(),
                &view.multiple_of,
            ),
        }
    }

    /// The range of a schema's own keywords.
    pub(super) fn of_keywords<'a>(keyword: impl Fn(&str) -> Option<&'a Value>) -> Self {
        let limit = |name: &str, exclusive| bound(keyword(name)?.as_number(), exclusive);
        let tighter = |one: Option<Bound>, other: Option<Bound>, lower: bool| match (one, other) {
            (Some(one), Some(other)) => {
                let first = if lower {
                    other.at < one.at
                } else {
                    one.at < other.at
                };
                Some(if first { one } else { other })
            }
            (one, other) => one.or(other),
        };
        let divisor = keyword("multipleOf").and_then(Value::as_number);
        Self {
            low: tighter(
                limit("minimum", false),
                limit("exclusiveMinimum", true),
                true,
            ),
            high: tighter(
                limit("maximum", false),
                limit("exclusiveMaximum", true),
                false,
            ),
            divisors: divisor.and_then(Decimal::read).into_iter().collect(),
            barred: Vec::new(),
            whole: keyword("type") == Some(&Value::String("integer".to_owned())),
            far: Vec::new(),
        }
    }

    /// The least two numbers of a range that has a lower bound, and the greatest two, the greatest
    /// first, of one that has an upper bound. Where every fraction is allowed, two digits behind the
    /// bound's own are as near as it gets.
    pub(super) fn ends(&self) -> (Vec<Number>, Vec<Number>) {
        let near = if self.whole || !self.divisors.is_empty() {
            self.grid(0)
        } else {
            self.grid(2).or_else(|| self.grid(0))
        };
        let Some(grid) = near else {
            return (Vec::new(), Vec::new());
        };
        let at = |bound: Option<Bound>, multiples: [i128; 2]| -> Vec<Number> {
            let mut multiples = multiples.to_vec();
            multiples.dedup();
            let inside = multiples
                .into_iter()
                .filter(|multiple| bound.is_some() && (grid.first..=grid.last).contains(multiple));
            inside
                .filter_map(|multiple| self.accept(&grid, multiple))
                .collect()
        };
        let Grid { first, last, .. } = grid;
        (
            at(self.low, [first, first.saturating_add(1)]),
            at(self.high, [last, last.saturating_sub(1)]),
        )
    }

    /// Whether a number lies in the range.
    pub(super) fn contains(&self, number: &Number) -> bool {
        Decimal::read(number).is_some_and(|number| {
            let above = self
                .low
                .is_none_or(|bound| number > bound.at || !bound.exclusive && number == bound.at);
            let below = self
                .high
                .is_none_or(|bound| number < bound.at || !bound.exclusive && number == bound.at);
            let unit = Decimal::whole(1);
            above
                && below
                && (!self.whole || number.is_multiple_of(unit))
                && self
                    .divisors
                    .iter()
                    .all(|divisor| number.is_multiple_of(*divisor))
        })
    }

    /// A number of the range; `None` when there is none that can be written exactly.
    pub(super) fn draw(&self, dice: &mut Dice) -> Option<Number> {
        if !self.far.is_empty() {
            return dice.pick(&self.far).cloned();
        }
        let finer = if self.divisors.is_empty() {
            dice.below(3)
        } else {
            0
        };
        for extra in (finer..12).chain(0..finer) {
            if let Some(found) = self.draw_at(dice, u32::try_from(extra).ok()?) {
                return Some(found);
            }
            if self.whole && extra >= finer {
                break;
            }
        }
        None
    }

    /// The number of the range that is nearest to zero.
    pub(super) fn simplest(&self) -> Option<Number> {
        if let Some(first) = self.far.first() {
            return Some(first.clone());
        }
        (0..12).find_map(|extra| {
            let grid = self.grid(extra)?;
            let nearest = 0.clamp(grid.first, grid.last);
            (0..64)
                .flat_map(|distance| [nearest + distance, nearest - distance])
                .filter(|multiple| (grid.first..=grid.last).contains(multiple))
                .find_map(|multiple| self.accept(&grid, multiple))
        })
    }

    fn draw_at(&self, dice: &mut Dice, extra: u32) -> Option<Number> {
        let grid = self.grid(extra)?;
        (0..16).find_map(|_| {
            let multiple = self.multiple(&grid, dice);
            self.accept(&grid, multiple)
        })
    }

    fn multiple(&self, grid: &Grid, dice: &mut Dice) -> i128 {
        let Grid { first, last, .. } = *grid;
        let (low, high) = (self.low.is_some(), self.high.is_some());
        if !low && !high && dice.chance(1, 12) {
            return dice.pick(&FAR).copied().unwrap_or(0);
        }
        // The ends of a range as wide as a machine word are rarely what its author has in mind.
        let wide = last.saturating_sub(first) > 1 << 24;
        if dice.chance(1, if wide { 10 } else { 2 }) {
            let edges: &[i128] = match (low, high) {
                (true, true) => &[first, first + 1, last - 1, last],
                (true, false) => &[first, first + 1],
                (false, true) => &[last - 1, last],
                (false, false) => &[0, 1],
            };
            let edge = dice.pick(edges).copied().unwrap_or(first);
            return edge.clamp(first, last);
        }
        // Small numbers are drawn more often than a wide range would make them.
        if first <= 1 && last >= 100 && (wide && dice.chance(9, 10) || dice.chance(1, 2)) {
            return dice.between(first.max(-10), 100);
        }
        dice.between(first, last)
    }

    fn accept(&self, grid: &Grid, multiple: i128) -> Option<Number> {
        let found = Decimal::new(multiple.checked_mul(grid.step)?, grid.scale);
        let barred = self
            .barred
            .iter()
            .any(|divisor| found.is_multiple_of(*divisor));
        if barred { None } else { found.number() }
    }

    fn grid(&self, extra: u32) -> Option<Grid> {
        let bounds = [self.low, self.high];
        let scales = bounds
            .iter()
            .flatten()
            .map(|bound| bound.at.scale())
            .chain(self.divisors.iter().map(|divisor| divisor.scale()));
        let scale = scales.max().unwrap_or(0);
        // What lies between whole numbers out there is nothing that is sent, nor read back.
        let is_wide = bounds.iter().flatten().any(|bound| bound.at.is_wide());
        let scale = if self.divisors.is_empty() && !self.whole && !is_wide {
            scale + extra
        } else {
            scale
        };
        let mut step = if self.whole { power(scale)? } else { 1 };
        for divisor in &self.divisors {
            step = least_common_multiple(step, divisor.at(scale)?)?;
        }
        let low = match self.low {
            Some(bound) => Some(ceiling(bound, scale, step)?),
            None => None,
        };
        let high = match self.high {
            Some(bound) => Some(floor(bound, scale, step)?),
            None => None,
        };
        // An open side gets the usual width, in whole numbers or in steps, whichever is wider.
        let width = USUAL
            .1
            .checked_mul(power(scale)?)?
            .checked_div(step)?
            .max(USUAL.1);
        let (first, last) = match (low, high) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, low.checked_add(width)?.max(width)),
            (None, Some(high)) => (high.checked_sub(width)?.min(0), high),
            (None, None) => (-(width / 10), width),
        };
        (first <= last).then_some(Grid {
            scale,
            step,
            first,
            last,
        })
    }
}

fn bound(number: Option<&Number>, exclusive: bool) -> Option<Bound> {
    let at = Decimal::read(number?)?;
    Some(Bound { at, exclusive })
}

fn ceiling(bound: Bound, scale: u32, step: i128) -> Option<i128> {
    let digits = bound.at.at(scale)?;
    let whole = digits.checked_div_euclid(step)?;
    let exact = digits.checked_rem_euclid(step)? == 0;
    Some(if exact && !bound.exclusive {
        whole
    } else {
        whole + 1
    })
}

fn floor(bound: Bound, scale: u32, step: i128) -> Option<i128> {
    let digits = bound.at.at(scale)?;
    let whole = digits.checked_div_euclid(step)?;
    let exact = digits.checked_rem_euclid(step)? == 0;
    Some(if exact && bound.exclusive {
        whole - 1
    } else {
        whole
    })
}

fn least_common_multiple(one: i128, other: i128) -> Option<i128> {
    let (mut a, mut b) = (one.abs(), other.abs());
    while b != 0 {
        (a, b) = (b, a.checked_rem(b)?);
    }
    one.checked_div(a)?.checked_mul(other).map(i128::abs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: &str, high: &str, divisors: &[&str], whole: bool) -> NumberRange {
        let read = |text: &str| text.parse::<Number>().ok();
        NumberRange {
            low: bound(read(low).as_ref(), false),
            high: bound(read(high).as_ref(), false),
            divisors: divisors
                .iter()
                .filter_map(|text| Decimal::read(&read(text)?))
                .collect(),
            barred: Vec::new(),
            whole,
            far: Vec::new(),
        }
    }

    #[test]
    fn drawn_numbers_lie_on_the_grid_between_the_bounds() {
        let mut dice = Dice::new(1);
        for (low, high, divisors, whole) in [
            ("0.25", "0.75", &["0.1"][..], false),
            ("9007199254740993", "9007199254740995", &[], true),
            ("-9223372036854775808", "9223372036854775807", &["7"], true),
            ("0.0001", "0.0002", &[], false),
            ("1", "", &["1.5", "2"], false),
        ] {
            let range = range(low, high, divisors, whole);
            for _ in 0..64 {
                let drawn = Decimal::read(&range.draw(&mut dice).unwrap()).unwrap();
                assert!(range.low.is_none_or(|bound| drawn >= bound.at));
                assert!(range.high.is_none_or(|bound| drawn <= bound.at));
                assert!(
                    range
                        .divisors
                        .iter()
                        .all(|divisor| drawn.is_multiple_of(*divisor))
                );
                assert!(!whole || drawn.is_multiple_of(Decimal::whole(1)));
            }
        }
    }

    #[test]
    fn the_ends_of_a_range_are_exact() {
        let shown = |numbers: Vec<Number>| -> Vec<String> {
            numbers.iter().map(ToString::to_string).collect()
        };
        for (schema, low, high) in [
            (
                serde_json::json!({"type": "integer", "minimum": -9_223_372_036_854_775_808_i64, "multipleOf": 7}),
                vec!["-9223372036854775807", "-9223372036854775800"],
                vec![],
            ),
            (
                serde_json::json!({"type": "number", "exclusiveMinimum": 0, "maximum": 1.5}),
                vec!["0.001", "0.002"],
                vec!["1.5", "1.499"],
            ),
            (
                serde_json::json!({"type": "integer", "exclusiveMaximum": 3, "minimum": 2}),
                vec!["2"],
                vec!["2"],
            ),
        ] {
            let range = NumberRange::of_keywords(|keyword| schema.get(keyword));
            let (least, greatest) = range.ends();
            assert!(
                least
                    .iter()
                    .chain(&greatest)
                    .all(|number| range.contains(number))
            );
            assert_eq!(
                (shown(least), shown(greatest)),
                (
                    low.iter().map(ToString::to_string).collect(),
                    high.iter().map(ToString::to_string).collect()
                ),
                "{schema}"
            );
        }
    }

    #[test]
    fn an_empty_range_gives_nothing() {
        assert!(range("3", "2", &[], true).draw(&mut Dice::new(1)).is_none());
        assert!(
            range("0.2", "0.8", &["1"], false)
                .draw(&mut Dice::new(1))
                .is_none()
        );
    }

    #[test]
    fn the_simplest_number_is_the_nearest_to_zero() {
        assert_eq!(
            range("-5", "9", &[], true).simplest().unwrap().to_string(),
            "0"
        );
        assert_eq!(
            range("2.5", "9", &["2"], false)
                .simplest()
                .unwrap()
                .to_string(),
            "4"
        );
    }
}
