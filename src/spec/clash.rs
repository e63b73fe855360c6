//! Clashes: the two keywords of one schema that contradict each other, in words, where that can be seen
//! at a glance. Whether the schema has an instance is decided elsewhere.

use serde_json::{Map, Value};

/// Lower limits, the upper limits that they must not exceed, and whether a tie is a clash, too.
const LIMITS: [(&str, &str, bool); 8] = [
    ("minLength", "maxLength", false),
    ("minItems", "maxItems", false),
    ("minProperties", "maxProperties", false),
    ("minContains", "maxContains", false),
    ("minimum", "maximum", false),
    ("exclusiveMinimum", "maximum", true),
    ("minimum", "exclusiveMaximum", true),
    ("exclusiveMinimum", "exclusiveMaximum", true),
];

/// Which keywords of a schema that has no instance are to blame.
pub(super) fn clash(schema: &Value) -> Option<String> {
    let members = schema.as_object()?;
    let limits = LIMITS.iter().find_map(|(low, high, ties)| {
        let (least, most) = (members.get(*low)?, members.get(*high)?);
        let (from, to) = (least.as_f64()?, most.as_f64()?);
        let is_clash = from > to || *ties && from >= to;
        is_clash.then(|| format!("`{low}` is {least}, `{high}` is {most}"))
    });
    limits
        .or_else(|| gap(members))
        .or_else(|| items(members))
        .or_else(|| properties(members))
}

/// Bounds with no integer between them.
fn gap(members: &Map<String, Value>) -> Option<String> {
    // The bound that is furthest in, and the first integer on its right side; `side` turns the line of
    // numbers round.
    let bound = |inclusive: &'static str, exclusive: &'static str, side: f64| {
        let of = |keyword: &'static str, step: f64| {
            let written = members.get(keyword)?;
            let at = written.as_f64()? * side;
            let nearest = at.ceil();
            let first = nearest + if nearest > at { 0.0 } else { step };
            Some((format!("`{keyword}` {written}"), first))
        };
        let bounds = [of(inclusive, 0.0), of(exclusive, 1.0)]
            .into_iter()
            .flatten();
        bounds.max_by(|one, other| one.1.total_cmp(&other.1))
    };
    let (low, least) = bound("minimum", "exclusiveMinimum", 1.0)?;
    let (high, most) = bound("maximum", "exclusiveMaximum", -1.0)?;
    let is_integer = members.get("type").is_some_and(|name| name == "integer");
    (is_integer && least > -most).then(|| format!("no integer lies between {low} and {high}"))
}

fn items(members: &Map<String, Value>) -> Option<String> {
    let least = members.get("minItems")?.as_u64()?;
    let prefix = members.get("prefixItems").and_then(Value::as_array);
    let count = prefix.map_or(0, Vec::len);
    let is_closed = members.get("items") == Some(&Value::Bool(false));
    let is_too_many = usize::try_from(least).is_ok_and(|least| least > count);
    (is_closed && is_too_many)
        .then(|| format!("`minItems` is {least}, `items: false` allows {count}"))
}

fn properties(members: &Map<String, Value>) -> Option<String> {
    let declared = members.get("properties").and_then(Value::as_object);
    let is_closed = members.get("additionalProperties") == Some(&Value::Bool(false))
        && !members.contains_key("patternProperties");
    let required = members.get("required").and_then(Value::as_array);
    let mut names = required.into_iter().flatten().filter_map(Value::as_str);
    let shut = names.find_map(|name| {
        let rules = declared.and_then(|declared| declared.get(name));
        match rules {
            Some(Value::Bool(false)) => Some(format!("`{name}` is required and must not be there")),
            None if is_closed => Some(format!(
                "`{name}` is required, but neither declared nor allowed by `additionalProperties`"
            )),
            _ => None,
        }
    });
    shut.or_else(|| {
        let least = members.get("minProperties")?.as_u64()?;
        let open = declared.into_iter().flatten();
        let count = open
            .filter(|(_, rules)| **rules != Value::Bool(false))
            .count();
        let is_too_many = usize::try_from(least).is_ok_and(|least| least > count);
        (is_closed && is_too_many).then(|| {
            format!("`minProperties` is {least}, `additionalProperties: false` allows {count}")
        })
    })
}
