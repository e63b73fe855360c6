//! From a schema to its graph: references are followed, what holds of the same value together becomes one
//! node, and each set of schemas becomes a node once.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::graph::{
    ANYTHING, Array, Graph, Group, NAMES, Node, NodeId, Object, Others, Patterns, Property, kinds,
};
use super::leaf::{Choice, Digits, Leaf, Letters, count};
use super::parts::{Beyond, Place, beyond, gather, list, named, place};
use super::texts::Texts;
use super::written::Written;
use crate::schema::Schema;

/// How many nodes a graph may have.
const NODES: usize = 20_000;

/// Keywords that ask something of a value which is not said here.
const UNSAID: [&str; 12] = [
    "$dynamicRef",
    "$recursiveRef",
    "additionalItems",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "not",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords about arrays.
const ARRAY: [&str; 5] = [
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "uniqueItems",
];

/// The graph of a schema.
pub(super) fn compile(schema: &Schema) -> Result<Graph, Beyond> {
    let mut compiler = Compiler::default();
    compiler.graph.nodes.push(Node::anything());
    let root = compiler.node(vec![schema.clone()])?;
    compiler.graph.root = root;
    while let Some((id, schemas)) = compiler.open.pop_front() {
        let node = compiler.fill(&schemas)?;
        if let Some(place) = compiler.graph.nodes.get_mut(id as usize) {
            *place = Node { id, ..node };
        }
    }
    let mut graph = compiler.graph;
    graph.wants_distinct |= graph.compares_objects();
    if goes_in_circles(&graph) {
        return Err(Beyond("a schema that refers to itself in place".to_owned()));
    }
    let has_one_of = graph
        .nodes
        .iter()
        .any(|node| node.groups.iter().any(|group| group.is_one));
    if has_one_of && compiler.has_hard_pattern {
        // Giving up on such a pattern is neither a match nor none.
        return Err(Beyond(
            "a `pattern` that looks around beside `oneOf`".to_owned(),
        ));
    }
    Ok(graph)
}

/// Whether a value would have to be judged by a node to be judged by it.
fn goes_in_circles(graph: &Graph) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; graph.nodes.len()];
    for start in 0..graph.nodes.len() {
        let mut stack = vec![(start, false)];
        while let Some((id, is_left)) = stack.pop() {
            let Some(state) = states.get_mut(id) else {
                continue;
            };
            if is_left {
                *state = State::Done;
                continue;
            }
            match state {
                State::Done => continue,
                State::Open => return true,
                State::New => *state = State::Open,
            }
            stack.push((id, true));
            let groups = graph.nodes.get(id).map(|node| &node.groups);
            for branch in groups.into_iter().flatten().flat_map(|one| &one.branches) {
                let branch = *branch as usize;
                match states.get(branch) {
                    Some(State::Open) => return true,
                    Some(State::New) => stack.push((branch, false)),
                    _ => {}
                }
            }
        }
    }
    false
}

struct Compiler {
    graph: Graph,
    known: HashMap<Vec<Place>, NodeId>,
    open: VecDeque<(NodeId, Vec<Schema>)>,
    has_hard_pattern: bool,
}

impl Default for Compiler {
    fn default() -> Self {
        Self {
            graph: Graph {
                nodes: Vec::new(),
                root: ANYTHING,
                wants_distinct: false,
                places: 0,
            },
            known: HashMap::new(),
            open: VecDeque::new(),
            has_hard_pattern: false,
        }
    }
}

/// What one of the schemas of a node says about properties.
struct Part {
    properties: IndexMap<String, Schema>,
    patterns: Vec<(String, Schema)>,
    otherwise: Option<Schema>,
}

impl Compiler {
    /// The node of schemas that hold of the same value.
    fn node(&mut self, schemas: Vec<Schema>) -> Result<NodeId, Beyond> {
        let mut all = Vec::new();
        for schema in schemas {
            gather(&schema, &mut Vec::new(), &mut all)?;
        }
        all.retain(|schema| {
            let value = schema.value();
            *value != Value::Bool(true)
                && value.as_object().is_none_or(|members| !members.is_empty())
        });
        if all.is_empty() {
            return Ok(ANYTHING);
        }
        let mut key: Vec<Place> = all.iter().map(place).collect();
        key.sort();
        if let Some(id) = self.known.get(&key) {
            return Ok(*id);
        }
        let id = self.graph.nodes.len();
        if id >= NODES {
            return Err(Beyond(format!("more than {NODES} nodes")));
        }
        let id = NodeId::try_from(id).map_err(|_| beyond("$ref"))?;
        self.graph.nodes.push(Node::default());
        self.known.insert(key, id);
        self.open.push_back((id, all));
        Ok(id)
    }

    fn fill(&mut self, schemas: &[Schema]) -> Result<Node, Beyond> {
        let mut node = Node::anything();
        for schema in schemas {
            let members = match schema.value() {
                Value::Object(members) => members,
                Value::Bool(false) => {
                    node.accepts = 0;
                    continue;
                }
                _ => return Err(Beyond("a schema that is none".to_owned())),
            };
            if let Some(keyword) = UNSAID
                .iter()
                .find(|keyword| members.contains_key(**keyword))
            {
                return Err(beyond(keyword));
            }
            if let Some(names) = members.get("type") {
                let (accepts, is_integer) = types(names).ok_or_else(|| beyond("type"))?;
                node.accepts &= accepts;
                node.is_integer |= is_integer;
            }
            for keyword in ["enum", "const"] {
                if members.contains_key(keyword) {
                    let choice = Choice::new(members, keyword);
                    node.choices.push(choice.ok_or_else(|| beyond(keyword))?);
                }
            }
            if has_any(members, &Letters::KEYWORDS) {
                let letters = node.letters.get_or_insert_default();
                letters.add(members).ok_or_else(|| beyond("pattern"))?;
                self.note_pattern(members.get("pattern"));
            }
            if has_any(members, &Digits::KEYWORDS) {
                let digits = node.digits.get_or_insert_default();
                digits.add(members).ok_or_else(|| beyond("minimum"))?;
            }
            for keyword in ["anyOf", "oneOf"] {
                if let Some(argument) = members.get(keyword) {
                    let group = self.group(schema, keyword, argument)?;
                    node.groups.push(group);
                }
            }
        }
        node.array = self.array(schemas)?.map(Box::new);
        node.object = self.object(schemas)?.map(Box::new);
        node.free();
        Ok(node)
    }

    fn group(&mut self, schema: &Schema, keyword: &str, argument: &Value) -> Result<Group, Beyond> {
        let branches = list(schema, keyword, argument)?;
        if branches.is_empty() {
            return Err(beyond(keyword));
        }
        let branches = branches.into_iter().map(|branch| self.node(vec![branch]));
        let group = Group {
            is_one: keyword == "oneOf",
            branches: branches.collect::<Result<_, _>>()?,
        };
        self.graph.wants_distinct |= group.is_one && group.branches.len() > 1;
        Ok(group)
    }

    fn array(&mut self, schemas: &[Schema]) -> Result<Option<Array>, Beyond> {
        let mut parts = Vec::new();
        let (mut least, mut most, mut is_unique) = (0, u64::MAX, false);
        for schema in schemas {
            let Value::Object(members) = schema.value() else {
                continue;
            };
            match members.get("uniqueItems") {
                None | Some(Value::Bool(false)) => {}
                Some(Value::Bool(true)) => is_unique = true,
                Some(_) => return Err(beyond("uniqueItems")),
            }
            if !has_any(members, &ARRAY) {
                continue;
            }
            let bound = |keyword, otherwise| {
                count(members, keyword, otherwise).ok_or_else(|| beyond(keyword))
            };
            least = least.max(bound("minItems", 0)?);
            most = most.min(bound("maxItems", u64::MAX)?);
            let first = match members.get("prefixItems") {
                Some(argument) => list(schema, "prefixItems", argument)?,
                None => Vec::new(),
            };
            if members.get("items").is_some_and(Value::is_array) {
                return Err(beyond("items"));
            }
            parts.push((first, schema.below(&["items"])));
        }
        if parts.is_empty() {
            return Ok(None);
        }
        let longest = parts.iter().map(|(first, _)| first.len()).max();
        let mut at = |index: usize| {
            let schemas = parts
                .iter()
                .filter_map(|(first, rest)| first.get(index).or(rest.as_ref()));
            self.node(schemas.cloned().collect())
        };
        let longest = longest.unwrap_or_default();
        Ok(Some(Array {
            first: (0..longest).map(&mut at).collect::<Result<_, _>>()?,
            rest: at(longest)?,
            least,
            most,
            is_unique,
        }))
    }

    fn object(&mut self, schemas: &[Schema]) -> Result<Option<Object>, Beyond> {
        let mut object = Object {
            most: u64::MAX,
            ..Object::default()
        };
        let mut names: IndexMap<String, bool> = IndexMap::new();
        let mut parts = Vec::new();
        let mut is_asked = false;
        for schema in schemas {
            let Value::Object(members) = schema.value() else {
                continue;
            };
            is_asked |= has_any(
                members,
                &[
                    "properties",
                    "patternProperties",
                    "additionalProperties",
                    "required",
                ],
            );
            for (keyword, otherwise) in [("minProperties", 0), ("maxProperties", u64::MAX)] {
                let bound = count(members, keyword, otherwise).ok_or_else(|| beyond(keyword))?;
                if members.contains_key(keyword) {
                    is_asked = true;
                    // Members are counted, and of equal ones there is only one.
                    self.graph.wants_distinct = true;
                    if keyword == "minProperties" {
                        object.least = object.least.max(bound);
                    } else {
                        object.most = object.most.min(bound);
                    }
                }
            }
            let part = self.part(schema, members)?;
            for name in part.properties.keys() {
                names.entry(name.clone()).or_insert(false);
            }
            parts.push(part);
            match members.get("required") {
                None => {}
                Some(Value::Array(required)) => {
                    for name in required {
                        let name = name.as_str().ok_or_else(|| beyond("required"))?;
                        names.insert(name.to_owned(), true);
                    }
                }
                Some(_) => return Err(beyond("required")),
            }
        }
        if !is_asked {
            return Ok(None);
        }
        if names.len() > NAMES {
            return Err(Beyond(format!("more than {NAMES} properties")));
        }
        let others: Result<Vec<_>, _> = parts.iter().map(|part| self.patterns(part)).collect();
        let others = others?;
        for (number, (name, is_required)) in names.into_iter().enumerate() {
            if is_required {
                object.required.insert(number);
            }
            let mut schemas = Vec::new();
            for (part, patterns) in parts.iter().zip(&others) {
                let before = schemas.len();
                schemas.extend(part.properties.get(&name));
                let patterns = patterns.patterns.iter().zip(&part.patterns);
                let matching = patterns.filter(|((leaf, _), _)| leaf.holds_for(name.as_bytes()));
                schemas.extend(matching.map(|(_, (_, schema))| schema));
                if schemas.len() == before {
                    schemas.extend(&part.otherwise);
                }
            }
            let node = self.node(schemas.into_iter().cloned().collect())?;
            object.properties.push(Property {
                written: Written::new(&name),
                name: name.into(),
                node,
            });
        }
        let names = object.properties.iter().map(|property| &*property.name);
        object.names = Texts::new(names);
        object.others = if others.iter().all(|part| part.patterns.is_empty()) {
            let schemas = parts.into_iter().filter_map(|part| part.otherwise);
            Others::All(self.node(schemas.collect())?)
        } else {
            Others::ByPattern(others)
        };
        object.place = self.graph.places;
        self.graph.places += object.properties.len() + 1;
        Ok(Some(object))
    }

    fn part(&mut self, schema: &Schema, members: &Map<String, Value>) -> Result<Part, Beyond> {
        let patterns = named(schema, members, "patternProperties")?;
        for pattern in patterns.keys() {
            self.note_pattern(Some(&Value::String(pattern.clone())));
        }
        Ok(Part {
            properties: named(schema, members, "properties")?,
            patterns: patterns.into_iter().collect(),
            otherwise: schema.below(&["additionalProperties"]),
        })
    }

    fn patterns(&mut self, part: &Part) -> Result<Patterns, Beyond> {
        let patterns = part.patterns.iter().map(|(pattern, schema)| {
            let keyword = Map::from_iter([("pattern".to_owned(), pattern.as_str().into())]);
            let leaf = Leaf::new(keyword).ok_or_else(|| beyond("patternProperties"))?;
            Ok((leaf, self.node(vec![schema.clone()])?))
        });
        Ok(Patterns {
            patterns: patterns.collect::<Result<_, _>>()?,
            otherwise: self.node(part.otherwise.iter().cloned().collect())?,
        })
    }

    /// Notes a pattern that an automaton alone cannot judge.
    fn note_pattern(&mut self, pattern: Option<&Value>) {
        let Some(pattern) = pattern.and_then(Value::as_str) else {
            return;
        };
        let translated = jsonschema_regex::to_rust_regex(pattern);
        let is_easy = translated.is_ok_and(|pattern| regex_syntax::parse(&pattern).is_ok());
        self.has_hard_pattern |= !is_easy;
    }
}

fn has_any(members: &Map<String, Value>, keywords: &[&str]) -> bool {
    keywords
        .iter()
        .any(|keyword| members.contains_key(*keyword))
}

/// The kinds that a `type` names, and whether of numbers only integers.
fn types(argument: &Value) -> Option<(u8, bool)> {
    let names = match argument {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let (mut accepts, mut has_number, mut has_integer) = (0, false, false);
    for name in names {
        accepts |= match name.as_str()? {
            "null" => kinds::NULL,
            "boolean" => kinds::BOOLEAN,
            "string" => kinds::STRING,
            "array" => kinds::ARRAY,
            "object" => kinds::OBJECT,
            "number" => {
                has_number = true;
                kinds::NUMBER
            }
            "integer" => {
                has_integer = true;
                kinds::NUMBER
            }
            _ => return None,
        };
    }
    Some((accepts, has_integer && !has_number))
}
