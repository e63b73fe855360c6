//! Breaches of number rules, with exact arithmetic.

use serde_json::{Number, Value};

use super::super::decimal::{Decimal, power};
use super::super::map::Place;
use super::Proposal;

/// How many binary digits a binary64 number has.
const DOUBLE_DIGITS: u32 = 53;

/// Numbers just beyond a bound, or between two multiples.
pub(super) fn proposals(
    keyword: &str,
    argument: &Value,
    present: &Number,
    place: &Place,
) -> Vec<Proposal> {
    let Value::Number(limit) = argument else {
        return Vec::new();
    };
    let Some(limit) = Decimal::read(limit) else {
        return Vec::new();
    };
    let divisor = match place.keyword("multipleOf") {
        Some(Value::Number(divisor)) => Decimal::read(divisor),
        _ => None,
    };
    let step = divisor.unwrap_or(Decimal::whole(1));
    let tenth =
        |number: Decimal| Decimal::new(number.at(number.scale()).unwrap_or(1), number.scale() + 1);
    let found: Vec<Option<Decimal>> = match keyword {
        "minimum" | "exclusiveMinimum" => {
            let outside = sum(limit, Decimal::whole(1), -blur(limit)).unwrap_or(limit);
            let exact = (keyword == "exclusiveMinimum" && blur(limit) == 0).then_some(limit);
            vec![
                exact,
                multiple(outside, step, -1),
                sum(outside, step, -1),
                sum(outside, tenth(step), -1),
                sum(outside, step, -1000),
            ]
        }
        "maximum" | "exclusiveMaximum" => {
            let outside = sum(limit, Decimal::whole(1), blur(limit)).unwrap_or(limit);
            let exact = (keyword == "exclusiveMaximum" && blur(limit) == 0).then_some(limit);
            vec![
                exact,
                multiple(outside, step, 1),
                sum(outside, step, 1),
                sum(outside, tenth(step), 1),
                sum(outside, step, 1000),
            ]
        }
        _ => {
            let near = Decimal::read(present).unwrap_or(limit);
            let unit = Decimal::whole(1);
            vec![
                sum(near, unit, 1),
                sum(near, unit, -1),
                sum(near, tenth(limit), 1),
                sum(near, tenth(limit), -1),
                sum(near, tenth(limit), 5),
                sum(near, tenth(tenth(limit)), 1),
            ]
        }
    };
    found
        .into_iter()
        .flatten()
        .filter_map(Decimal::number)
        .map(|number| Proposal::from(Value::Number(number)))
        .collect()
}

/// How far from a limit a number has to be so that readers that know binary64 only (RFC 8259 section
/// 6) see the difference: four of their steps, nothing where they are exact.
fn blur(limit: Decimal) -> i128 {
    let size = limit
        .at(limit.scale())
        .zip(power(limit.scale()))
        .map_or(0, |(digits, one)| (digits / one).unsigned_abs());
    let bits = size.checked_ilog2().unwrap_or(0);
    bits.checked_sub(DOUBLE_DIGITS - 1)
        .filter(|steps| *steps > 0)
        .map_or(0, |steps| 4 << steps)
}

/// `number + count * step`.
fn sum(number: Decimal, step: Decimal, count: i128) -> Option<Decimal> {
    let scale = number.scale().max(step.scale());
    let digits = number
        .at(scale)?
        .checked_add(step.at(scale)?.checked_mul(count)?)?;
    Some(Decimal::new(digits, scale))
}

/// The nearest multiple of `step` that is less (`side` -1) or greater (`side` 1) than `number`.
fn multiple(number: Decimal, step: Decimal, side: i128) -> Option<Decimal> {
    let scale = number.scale().max(step.scale());
    let (number, step) = (number.at(scale)?, step.at(scale)?);
    let whole = number.checked_div_euclid(step)?;
    let exact = number.checked_rem_euclid(step)? == 0;
    let found = match (side, exact) {
        (-1, true) => whole.checked_sub(1)?,
        (-1, false) => whole,
        _ => whole.checked_add(1)?,
    };
    Some(Decimal::new(found.checked_mul(step)?, scale))
}
