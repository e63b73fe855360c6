//! Breaches of number rules, with exact arithmetic.

use serde_json::{Number, Value};

use super::super::decimal::Decimal;
use super::super::map::Place;
use super::Proposal;

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
            let below = multiple(limit, step, -1);
            let exact = (keyword == "exclusiveMinimum").then_some(limit);
            vec![
                exact,
                below,
                sum(limit, step, -1),
                sum(limit, tenth(step), -1),
                sum(limit, step, -1000),
            ]
        }
        "maximum" | "exclusiveMaximum" => {
            let above = multiple(limit, step, 1);
            let exact = (keyword == "exclusiveMaximum").then_some(limit);
            vec![
                exact,
                above,
                sum(limit, step, 1),
                sum(limit, tenth(step), 1),
                sum(limit, step, 1000),
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
