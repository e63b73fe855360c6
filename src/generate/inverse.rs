//! Inverses: the schema of a place with one keyword turned round. Its instances keep all other rules
//! of the place and break that one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::algebra::canonical;
use super::arena::{Arena, Exclusion};
use super::bundle::{Marks, ROOT, also, bundle};
use super::dice::Dice;
use super::map::Place;
use super::site::{Rule, Site};
use super::walk::{Mode, Walk};

/// The arena of each rule and variant; `None` where there is none.
type Made = HashMap<(Rule, usize), Option<Arc<Arena>>>;

/// The inverses made so far.
#[derive(Default)]
pub(super) struct Inverses {
    made: Mutex<Made>,
}

/// Turning round a keyword that holds schemas can blow up: only done for small ones, in bytes of
/// their JSON.
const SIZE_LIMIT: usize = 24_000;

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
        Walk::new(&arena, Dice::new(dice.bits()), Mode::Random)
            .instance()
            .ok()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn invert(site: &Site, place: &Place, variant: usize) -> Option<Arena> {
    let mut bundle = bundle(&place.schema, Marks::Ignored).ok()?.value;
    if bundle.to_string().len() > SIZE_LIMIT {
        return None;
    }
    let Some(Value::Object(rules)) = bundle.pointer(&format!("/$defs/{ROOT}")) else {
        return None;
    };
    let mut rules = rules.clone();
    let own = rules.clone();
    let argument = rules.shift_remove(site.keyword)?;
    if site.keyword.ends_with("ontains") {
        // The three keywords work together; the conditions bring back what is kept.
        for keyword in ["contains", "minContains", "maxContains"] {
            rules.shift_remove(keyword);
        }
    }
    for condition in turned(site, &argument, &own, variant)? {
        also(&mut rules, condition);
    }
    let definitions = bundle.get_mut("$defs")?.as_object_mut()?;
    definitions.insert("inverse".to_owned(), Value::Object(rules));
    let inverse = json!({ "$ref": "#/$defs/inverse", "$defs": definitions });
    Arena::build(&canonical(inverse).ok()?, Exclusion::Tried).ok()
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
    Some(match keyword {
        "minLength" => vec![json!({ "type": "string", "maxLength": before()? })],
        "maxLength" => {
            vec![json!({ "type": "string", "minLength": after()?, "maxLength": after()? })]
        }
        "minItems" => vec![json!({ "type": "array", "maxItems": before()? })],
        "maxItems" => vec![json!({ "type": "array", "minItems": after()?, "maxItems": after()? })],
        "minProperties" => vec![json!({ "type": "object", "maxProperties": before()? })],
        "maxProperties" => {
            vec![json!({ "type": "object", "minProperties": after()?, "maxProperties": after()? })]
        }
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
            vec![json!({ "type": "object", "required": [trigger], "properties": { name: false } })]
        }
        _ => return None,
    })
}
