//! Inverses: the schema of a place with one keyword turned round. Its instances keep all other rules
//! of the place and break that one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::arena::Arena;
use super::bundle::Marks;
use super::dice::Dice;
use super::map::Place;
use super::narrow::narrow;
use super::site::{Rule, Site};
use super::walk::{Mode, Walk};

/// The arena of each rule and variant; `None` where there is none.
type Made = HashMap<(Rule, usize), Option<Arc<Arena>>>;

/// The inverses made so far.
#[derive(Default)]
pub(super) struct Inverses {
    made: Mutex<Made>,
}

impl Inverses {
    /// A value for the node of a site that keeps the other rules of its place; `None` where none can
    /// be computed. Variants are different ways to break the same keyword.
    pub(super) fn draw(
        &self,
        site: &Site,
        place: &Place,
        variant: usize,
        dice: &mut Dice,
    ) -> Option<Value> {
        let key = (site.rule(), variant);
        let found = self.lock().get(&key).cloned();
        let arena = found.unwrap_or_else(|| {
            let made = invert(site, place, variant).map(Arc::new);
            self.lock().insert(key, made.clone());
            made
        });
        let arena = arena?;
        // Anywhere beyond a limit: as near to it as can be.
        let mode = if is_size(site.keyword) && variant > 0 {
            Mode::Minimal
        } else {
            Mode::Random
        };
        Walk::new(&arena, Dice::new(dice.bits()), mode)
            .instance()
            .ok()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn invert(site: &Site, place: &Place, variant: usize) -> Option<Arena> {
    // The three keywords about wanted items work together; the conditions bring back what is kept.
    let removed: &[&str] = if site.keyword.ends_with("ontains") {
        &["contains", "minContains", "maxContains"]
    } else {
        &[site.keyword]
    };
    let made = |marks| {
        narrow(place, marks, removed, |own| {
            turned(site, own.get(site.keyword)?, own, variant)
        })
    };
    // Where a schema is turned round, what it closes off would be asked for.
    let is_turned = matches!(site.keyword, "anyOf" | "oneOf" | "not");
    let obeyed = (!is_turned).then(|| made(Marks::Obeyed)).flatten();
    obeyed.or_else(|| made(Marks::Ignored))
}

/// Values of a type whose size lies in a range; `what` is how the keywords for the size end.
fn sized(kind: &str, what: &str, (least, most): (u64, Option<u64>)) -> Value {
    let mut rules = Map::new();
    rules.insert("type".to_owned(), json!(kind));
    rules.insert(format!("min{what}"), json!(least));
    rules.extend(most.map(|most| (format!("max{what}"), json!(most))));
    Value::Object(rules)
}

/// Conditions that hold exactly where the keyword does not.
fn turned(
    site: &Site,
    argument: &Value,
    own: &Map<String, Value>,
    variant: usize,
) -> Option<Vec<Value>> {
    let keyword = site.keyword;
    let number = argument.as_u64();
    let before = || number?.checked_sub(1);
    let after = || number?.checked_add(1);
    // First just beyond the limit, then, where no instance is that near, anywhere beyond.
    let exact = variant == 0;
    let below = |count: u64| (if exact { count } else { 0 }, Some(count));
    let above = |count: u64| (count, exact.then_some(count));
    Some(match keyword {
        "minLength" => vec![sized("string", "Length", below(before()?))],
        "maxLength" => vec![sized("string", "Length", above(after()?))],
        "minItems" => vec![sized("array", "Items", below(before()?))],
        "maxItems" => vec![sized("array", "Items", above(after()?))],
        "minProperties" => vec![sized("object", "Properties", below(before()?))],
        "maxProperties" => vec![sized("object", "Properties", above(after()?))],
        "minimum" => vec![json!({ "type": "number", "exclusiveMaximum": argument })],
        "maximum" => vec![json!({ "type": "number", "exclusiveMinimum": argument })],
        "exclusiveMinimum" => vec![json!({ "type": "number", "maximum": argument })],
        "exclusiveMaximum" => vec![json!({ "type": "number", "minimum": argument })],
        "pattern" | "format" => vec![json!({ "type": "string", "not": { keyword: argument } })],
        "multipleOf" => vec![json!({ "type": "number", "not": { keyword: argument } })],
        "uniqueItems" => vec![json!({ "type": "array", "not": { keyword: argument } })],
        "propertyNames" => vec![json!({ "type": "object", "not": { keyword: argument } })],
        "type" | "enum" | "const" | "anyOf" => vec![json!({ "not": { keyword: argument } })],
        "not" => vec![argument.clone()],
        "oneOf" => {
            let branches = argument.as_array()?;
            let count = branches.len();
            match variant.checked_sub(1) {
                None => vec![json!({ "not": { "anyOf": branches } })],
                Some(pair) => {
                    let mut pairs =
                        (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
                    let (one, other) = pairs.nth(pair)?;
                    vec![branches.get(one)?.clone(), branches.get(other)?.clone()]
                }
            }
        }
        "contains" => vec![json!({ "type": "array", "items": { "not": argument } })],
        "minContains" => vec![json!({
            "type": "array", "contains": own.get("contains")?, "minContains": 0, "maxContains": before()?
        })],
        "maxContains" => vec![json!({
            "type": "array", "contains": own.get("contains")?, "minContains": after()?
        })],
        "additionalProperties" => {
            let mut closed = Map::new();
            for keyword in ["properties", "patternProperties"] {
                if let Some(Value::Object(members)) = own.get(keyword) {
                    let names = members.keys().map(|name| (name.clone(), Value::Bool(true)));
                    closed.insert(keyword.to_owned(), Value::Object(names.collect()));
                }
            }
            closed.insert(keyword.to_owned(), Value::Bool(false));
            vec![json!({ "type": "object", "not": closed })]
        }
        "required" => {
            let (_, name) = site.argument.as_ref()?;
            let mut kept = argument.as_array()?.clone();
            kept.retain(|other| other != name);
            vec![json!({ "type": "object", "required": kept, "properties": { name: false } })]
        }
        "dependentRequired" => {
            let (trigger, name) = site.argument.as_ref()?;
            let mut rules = argument.as_object()?.clone();
            let rule = rules.shift_remove(trigger)?;
            let others = rule.as_array()?.iter().filter(|other| *other != name);
            let asked: Vec<Value> = others.cloned().chain([json!(trigger)]).collect();
            vec![json!({
                "type": "object", "required": asked, "properties": { name: false }, keyword: rules
            })]
        }
        _ => return None,
    })
}

/// Whether a keyword limits how large a value is.
pub(super) fn is_size(keyword: &str) -> bool {
    let end = keyword.strip_prefix("min").or(keyword.strip_prefix("max"));
    matches!(end, Some("Length" | "Items" | "Properties"))
}
