//! Descriptions of mutations, in words that fit on one line.

use serde_json::Value;

use super::site::Site;
use crate::document::{Pointer, type_name};

/// The longest description, in characters.
pub(super) const LIMIT: usize = 120;
/// The longest name of a node in it.
const NODE: usize = 60;

/// What a site's mutation did. `keyword` is what the author wrote for the site's rule, `argument` its
/// value.
pub(super) fn describe(
    site: &Site,
    keyword: &str,
    argument: Option<&Value>,
    made: Option<&Value>,
    member: Option<&str>,
) -> String {
    let at = node(&site.instance);
    let limit = || argument.map_or_else(String::new, |value| short(value.to_string(), 24));
    let named = |name: &str| node(&site.instance.join(name));
    let of = site.argument.as_ref();
    let text = match keyword {
        "required" => format!("{} is missing", named(of.map_or("", |(_, name)| name))),
        "dependentRequired" => {
            let (trigger, name) = of.map_or(("", ""), |(trigger, name)| (trigger, name));
            format!(
                "{} is missing, which {} requires",
                named(name),
                named(trigger)
            )
        }
        "type" => format!(
            "{at} is {}, not {}",
            made.map_or("null", type_name),
            wanted(argument)
        ),
        "enum" => format!("{at} is not one of the enum's members"),
        "const" => format!("{at} is not the constant"),
        "format" => {
            let format = argument.and_then(Value::as_str).unwrap_or_default();
            format!(
                "{at} is not {} {}",
                article(format),
                short(format.to_owned(), 24)
            )
        }
        "contentEncoding" => format!("{at} is not base64"),
        "pattern" => format!("{at} does not match its pattern"),
        "minLength" => format!("{at} is shorter than {} characters", limit()),
        "maxLength" => format!("{at} is longer than {} characters", limit()),
        "minimum" => format!("{at} is less than {}", limit()),
        "exclusiveMinimum" => format!("{at} is not greater than {}", limit()),
        "maximum" => format!("{at} is greater than {}", limit()),
        "exclusiveMaximum" => format!("{at} is not less than {}", limit()),
        "multipleOf" => format!("{at} is not a multiple of {}", limit()),
        "minItems" => format!("{at} has fewer than {} items", limit()),
        "maxItems" => format!("{at} has more than {} items", limit()),
        "uniqueItems" => format!("{at} has equal items"),
        "contains" => format!("{at} has no item that it must contain"),
        "minContains" => format!("{at} has fewer than {} items that it must contain", limit()),
        "maxContains" => format!("{at} has more than {} items that it may contain", limit()),
        "items" | "unevaluatedItems" => format!("{at} has more items than are declared"),
        "minProperties" => format!("{at} has fewer than {} members", limit()),
        "maxProperties" => format!("{at} has more than {} members", limit()),
        "propertyNames" => format!("{at} has a member whose name is not allowed"),
        "properties" => format!(
            "{} may not be there",
            named(of.map_or("", |(_, name)| name))
        ),
        "additionalProperties" | "unevaluatedProperties" => match member {
            Some(name) => format!("{} is not declared", named(name)),
            None => format!("{at} has a member that is not declared"),
        },
        "not" => format!("{at} matches what `not` excludes"),
        "anyOf" => format!("{at} matches no branch of `anyOf`"),
        _ => format!(
            "{at} does not match exactly one branch of `{}`",
            site.keyword
        ),
    };
    match &site.scope {
        Some(scope) => short(
            format!(
                "{text}, so {} fails `{}`",
                node(&scope.instance),
                scope.keyword
            ),
            LIMIT,
        ),
        None => short(text, LIMIT),
    }
}

/// The name of a node, in backticks.
pub(super) fn node(pointer: &Pointer) -> String {
    if pointer.is_root() {
        return "the instance".to_owned();
    }
    let text = pointer.as_str();
    let count = text.chars().count();
    if count <= NODE {
        format!("`{text}`")
    } else {
        let end: String = text.chars().skip(count - NODE + 1).collect();
        format!("`…{end}`")
    }
}

/// A description that is no longer than descriptions may be.
pub(super) fn shortened(text: String) -> String {
    short(text, LIMIT)
}

/// The text, cut off behind so many characters.
pub(super) fn short(text: String, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text;
    }
    let mut short: String = text.chars().take(limit - 1).collect();
    short.push('…');
    short
}

fn article(word: &str) -> &'static str {
    // "a uri" and "a uuid", but "an email" and "an ipv4".
    if word.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}

fn wanted(argument: Option<&Value>) -> String {
    match argument {
        Some(Value::String(name)) if name == "null" => "null".to_owned(),
        Some(Value::String(name)) => format!("{} {}", article(name), short(name.clone(), 24)),
        Some(Value::Array(names)) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            format!("one of {}", short(names.join(", "), 50))
        }
        _ => "of its type".to_owned(),
    }
}
