//! Bundles: a schema and all that it refers to as one document of its own, reduced to what decides
//! about instances and prepared for generation.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::apart::set_apart;
use super::fold::{behind_references, fold};
use crate::document::Pointer;
use crate::schema::{Direction, Schema};

/// How many nodes a bundle may have before it is refused, and how deep it may nest.
const NODE_LIMIT: usize = 200_000;
const DEPTH_LIMIT: usize = 256;
/// How many branches a `oneOf` may have to be taken for one.
const BRANCH_LIMIT: usize = 400;
/// How deep the nesting of all its definitions together may be: a chain of references through them
/// can be that deep.
const CHAIN_LIMIT: usize = 25_000;
/// The deepest chain of definitions that an ordinary stack is trusted to hold.
pub(super) const CHAIN: usize = 100;

/// Whether members that do not travel in the schema's direction are closed off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// `readOnly` members have no place in requests, `writeOnly` ones none in responses.
    Obeyed,
    /// All members may be generated.
    Ignored,
}

/// Why a schema could not be bundled.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BundleError {
    /// It uses identifiers or references that only the whole document can resolve.
    Entangled,
    /// It is larger or deeper than what is worth analysing.
    TooLarge,
}

/// Collects the schemas that a bundle needs.
struct Bundler {
    names: HashMap<(usize, Pointer), usize>,
    pending: Vec<Schema>,
    marks: Marks,
    nodes: usize,
    limit: usize,
    /// Whether a member was closed off.
    closes: bool,
    branches: usize,
    /// The number and the depth of the definition that is copied.
    number: usize,
    depth: usize,
    /// References from one definition to another.
    references: Vec<(usize, usize)>,
    /// Whether `unevaluatedProperties` and `unevaluatedItems` are kept, and whether there are any.
    keeps_unevaluated: bool,
    has_unevaluated: bool,
    /// Parts of conjunctions that are definitions of their own.
    apart: Vec<Value>,
}

/// A schema that stands for itself.
#[derive(Debug, PartialEq)]
pub(super) struct Bundle {
    /// `{"$ref": "#/$defs/s0", "$defs": {...}}`.
    pub(super) value: Value,
    /// How deep a walk through all its definitions may get.
    pub(super) chain: usize,
    /// Whether members are closed off by their marks.
    pub(super) closes: bool,
    /// The most branches that a `oneOf` in it has.
    pub(super) branches: usize,
}

/// The bundle's own name for the schema that it was made for.
pub(super) const ROOT: &str = "s0";

/// Bundles a schema.
pub(super) fn bundle(schema: &Schema, marks: Marks) -> Result<Bundle, BundleError> {
    bundle_within(schema, marks, NODE_LIMIT)
}

/// Bundles a schema, unless it has more schemas in it than this.
pub(super) fn bundle_within(
    schema: &Schema,
    marks: Marks,
    limit: usize,
) -> Result<Bundle, BundleError> {
    let mut bundler = Bundler::new(marks, true, limit);
    let found = bundler.bundle(schema)?;
    // What is unevaluated on a circle of references is a question that analysis may never come to
    // an end with. It is left to the validator.
    if bundler.has_unevaluated && is_circular(bundler.pending.len(), &bundler.references) {
        return Bundler::new(marks, false, limit).bundle(schema);
    }
    Ok(found)
}

/// Whether there is a circle in a graph of so many nodes.
fn is_circular(nodes: usize, edges: &[(usize, usize)]) -> bool {
    let mut incoming = vec![0usize; nodes];
    let mut outgoing = vec![Vec::new(); nodes];
    for (from, to) in edges {
        if let (Some(count), Some(targets)) = (incoming.get_mut(*to), outgoing.get_mut(*from)) {
            *count += 1;
            targets.push(*to);
        }
    }
    let mut free: Vec<usize> = (0..nodes)
        .filter(|node| incoming.get(*node) == Some(&0))
        .collect();
    let mut removed = 0;
    while let Some(node) = free.pop() {
        removed += 1;
        for target in outgoing.get(node).into_iter().flatten() {
            if let Some(count) = incoming.get_mut(*target) {
                *count -= 1;
                if *count == 0 {
                    free.push(*target);
                }
            }
        }
    }
    removed < nodes
}

impl Bundler {
    fn new(marks: Marks, keeps_unevaluated: bool, limit: usize) -> Self {
        Self {
            names: HashMap::new(),
            pending: Vec::new(),
            marks,
            nodes: 0,
            limit,
            closes: false,
            branches: 0,
            number: 0,
            depth: 0,
            references: Vec::new(),
            keeps_unevaluated,
            has_unevaluated: false,
            apart: Vec::new(),
        }
    }

    fn bundle(&mut self, schema: &Schema) -> Result<Bundle, BundleError> {
        self.name(schema);
        let mut definitions = Map::new();
        let mut chain = 0;
        while let Some(next) = self.pending.get(definitions.len()).cloned() {
            self.number = definitions.len();
            let copy = self.schema(&next, next.value(), 0)?;
            definitions.insert(format!("s{}", self.number), copy);
            chain += std::mem::take(&mut self.depth) + 1;
            if chain > CHAIN_LIMIT {
                return Err(BundleError::TooLarge);
            }
        }
        let apart = self.apart.drain(..).enumerate();
        definitions.extend(apart.map(|(number, part)| (format!("p{number}"), part)));
        let value = json!({ "$ref": format!("#/$defs/{ROOT}"), "$defs": definitions });
        let closes = self.closes;
        Ok(Bundle {
            value,
            chain,
            closes,
            branches: self.branches,
        })
    }

    /// The number of the schema that a chain of references ends at.
    fn end(&mut self, schema: Schema) -> usize {
        let mut schema = schema;
        let mut chain = HashSet::new();
        let number = loop {
            let key = (schema.document(), schema.pointer().clone());
            if let Some(number) = self.names.get(&key) {
                break *number;
            }
            match next(&schema) {
                Some(next) if chain.insert(key) => schema = next,
                _ => break self.name(&schema),
            }
        };
        // The next one who comes along need not go all the way.
        self.names
            .extend(chain.into_iter().map(|key| (key, number)));
        number
    }

    fn name(&mut self, schema: &Schema) -> usize {
        let key = (schema.document(), schema.pointer().clone());
        if let Some(number) = self.names.get(&key) {
            return *number;
        }
        let number = self.pending.len();
        self.names.insert(key, number);
        self.pending.push(schema.clone());
        number
    }

    /// A copy of a schema. `origin` is any schema of the document that `value` stands in.
    fn schema(
        &mut self,
        origin: &Schema,
        value: &Value,
        depth: usize,
    ) -> Result<Value, BundleError> {
        self.nodes += 1;
        self.depth = self.depth.max(depth);
        if self.nodes > self.limit || depth > DEPTH_LIMIT {
            return Err(BundleError::TooLarge);
        }
        let Value::Object(members) = value else {
            return Ok(value.clone());
        };
        let mut copy = Map::new();
        for (keyword, argument) in members {
            let unevaluated = keyword.starts_with("unevaluated");
            self.has_unevaluated |= unevaluated;
            if unevaluated && !self.keeps_unevaluated {
                continue;
            }
            let made = match keyword.as_str() {
                "$ref" => {
                    let target = argument
                        .as_str()
                        .and_then(|reference| origin.follow(reference));
                    let number = self.end(target.ok_or(BundleError::Entangled)?);
                    self.references.push((self.number, number));
                    Value::String(format!("#/$defs/s{number}"))
                }
                "$id" | "$anchor" | "$dynamicRef" | "$dynamicAnchor" | "$schema" => {
                    return Err(BundleError::Entangled);
                }
                "items"
                | "additionalProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties" => self.schema(origin, argument, depth + 1)?,
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => match argument {
                    Value::Array(branches) => branches
                        .iter()
                        .map(|branch| self.schema(origin, branch, depth + 1))
                        .collect::<Result<Vec<_>, _>>()?
                        .into(),
                    other => other.clone(),
                },
                "properties" | "patternProperties" | "dependentSchemas" => {
                    self.members(origin, argument, keyword == "properties", depth)?
                }
                "type" | "enum" | "const" | "multipleOf" | "maximum" | "exclusiveMaximum"
                | "minimum" | "exclusiveMinimum" | "maxLength" | "minLength" | "pattern"
                | "maxItems" | "minItems" | "uniqueItems" | "maxContains" | "minContains"
                | "maxProperties" | "minProperties" | "required" | "dependentRequired"
                | "format" => argument.clone(),
                _ => continue,
            };
            let branches = made.as_array().map_or(0, Vec::len);
            let keyword = match keyword.as_str() {
                // To set so many branches against each other is left to the validator.
                "oneOf" if branches > BRANCH_LIMIT && !members.contains_key("anyOf") => "anyOf",
                "oneOf" => {
                    self.branches = self.branches.max(branches);
                    "oneOf"
                }
                other => other,
            };
            copy.insert(keyword.to_owned(), made);
        }
        let encoded = members.get("contentEncoding").and_then(Value::as_str) == Some("base64");
        if encoded && !copy.contains_key("format") {
            copy.insert("format".to_owned(), "byte".into());
        }
        if let Some(Value::Object(rules)) = members.get("dependencies") {
            // Only left by lifting where the newer keywords speak about the same names.
            for (name, rule) in rules {
                let (keyword, rule) = match rule {
                    Value::Array(_) => ("dependentRequired", rule.clone()),
                    rule => ("dependentSchemas", self.schema(origin, rule, depth + 1)?),
                };
                also(&mut copy, json!({ keyword: { name: rule } }));
            }
        }
        self.open_required(origin, members, &mut copy);
        fold(&mut copy);
        behind_references(&mut copy, &mut self.apart);
        set_apart(&mut copy, &mut self.apart);
        Ok(Value::Object(copy))
    }

    fn members(
        &mut self,
        origin: &Schema,
        argument: &Value,
        are_properties: bool,
        depth: usize,
    ) -> Result<Value, BundleError> {
        let Value::Object(members) = argument else {
            return Ok(argument.clone());
        };
        let mut copy = Map::new();
        for (name, member) in members {
            let closed = are_properties && self.is_closed(origin, member);
            self.closes |= closed;
            let made = match self.schema(origin, member, depth + 1)? {
                _ if closed => Value::Bool(false),
                Value::Bool(true) if are_properties => nearly_anything(),
                Value::Object(rules) if are_properties && rules.is_empty() => nearly_anything(),
                made => made,
            };
            copy.insert(name.clone(), made);
        }
        Ok(Value::Object(copy))
    }

    /// Whether a property does not travel in this direction, by its own mark or that of the schema
    /// that it refers to.
    fn is_closed(&self, origin: &Schema, property: &Value) -> bool {
        let mark = match origin.direction() {
            _ if self.marks == Marks::Ignored || !origin.set().is_directed() => return false,
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let marked = |value: &Value| value.get(mark) == Some(&Value::Bool(true));
        marked(property)
            || property
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| origin.follow(reference))
                .is_some_and(|target| marked(target.value()))
    }

    /// Closed members cannot be required.
    fn open_required(
        &self,
        origin: &Schema,
        members: &Map<String, Value>,
        copy: &mut Map<String, Value>,
    ) {
        let Some(Value::Object(properties)) = members.get("properties") else {
            return;
        };
        if let Some(Value::Array(names)) = copy.get_mut("required") {
            names.retain(|name| {
                let property = name.as_str().and_then(|name| properties.get(name));
                !property.is_some_and(|property| self.is_closed(origin, property))
            });
        }
    }
}

/// Where a schema leads that is nothing but a reference.
fn next(schema: &Schema) -> Option<Schema> {
    let members = schema.value().as_object()?;
    let is_plain = members.len() == 1
        || members
            .keys()
            .all(|key| matches!(&**key, "$ref" | "$defs" | "title" | "description"));
    let reference = members.get("$ref")?.as_str()?;
    schema.follow(reference).filter(|_| is_plain)
}

/// A property may be anything, but is declared: a canonical form would forget its name, were there
/// not one string that it may not be.
fn nearly_anything() -> Value {
    json!({ "not": { "const": "\u{1}" } })
}

/// Adds a condition to a schema.
pub(super) fn also(schema: &mut Map<String, Value>, condition: Value) {
    match schema.get_mut("allOf") {
        Some(Value::Array(conditions)) => conditions.push(condition),
        _ => {
            schema.insert("allOf".to_owned(), Value::Array(vec![condition]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};

    fn schema(text: &str) -> Schema {
        SchemaSet::of_schema(
            Document::parse("s.yaml", text).unwrap(),
            Dialect::Draft202012,
        )
    }

    #[test]
    fn references_become_definitions_and_marks_close_members() {
        let found = bundle(
            &schema(
                "required: [id, next]\nproperties: {id: {type: string, readOnly: true}, next: {$ref: '#'}}\ntitle: x\n",
            ),
            Marks::Obeyed,
        );
        assert_eq!(
            found.unwrap().value,
            json!({"$ref": "#/$defs/s0", "$defs": {"s0": {
                "required": ["next"],
                "properties": {"id": false, "next": {"$ref": "#/$defs/s0"}}
            }}})
        );
    }

    #[test]
    fn dangling_references_are_refused() {
        assert_eq!(
            bundle(&schema("$ref: '#/nowhere'"), Marks::Ignored),
            Err(BundleError::Entangled)
        );
    }
}
