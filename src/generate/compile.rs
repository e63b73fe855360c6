//! Compilation: canonical schemas to the nodes of an arena.

use std::collections::{HashMap, HashSet};

use jsonschema::JsonType;
use jsonschema::canonical::{ArrayView, CanonicalKind, CanonicalView, Distinctness, ObjectView};
use serde_json::{Number, Value, json};

use super::algebra::{Canonical, Check, Matcher, followed, intersect, small};
use super::arena::{
    Additional, Conjunction, Exclusion, Items, Members, Node, NodeId, Pattern, Wanted,
};
use super::number::NumberRange;
use super::remainder::Subtractions;
use super::text::Text;

/// How many nodes an arena may have; further ones accept everything and are left to the validator.
const NODE_LIMIT: usize = 50_000;
/// How many conjunctions of schemas are made canonical in one compilation.
const CONJUNCTION_LIMIT: usize = 5_000;

/// How many places of a tuple are looked at for an item that `contains` wants.
const PREFIX: usize = 64;

struct Compiler {
    nodes: Vec<Node>,
    pending: Vec<(NodeId, Canonical)>,
    references: HashMap<String, NodeId>,
    conjunctions: HashMap<Canonical, NodeId>,
    exclusion: Exclusion,
    /// Whether there is a `oneOf`.
    excludes: bool,
    subtractions: Subtractions,
}

/// The nodes of a schema, the number of its root, and whether there is a `oneOf`.
pub(super) fn compile(schema: &Canonical, exclusion: Exclusion) -> (Vec<Node>, NodeId, bool) {
    let mut compiler = Compiler {
        nodes: Vec::new(),
        pending: Vec::new(),
        references: HashMap::new(),
        conjunctions: HashMap::new(),
        exclusion,
        excludes: false,
        subtractions: Subtractions::default(),
    };
    let root = compiler.place(schema);
    while let Some((id, schema)) = compiler.pending.pop() {
        let node = compiler.node(&schema);
        if let Some(slot) = compiler.nodes.get_mut(id) {
            *slot = node;
        }
    }
    (compiler.nodes, root, compiler.excludes)
}

impl Compiler {
    /// The number of the node for a schema; made later unless there is one.
    fn place(&mut self, schema: &Canonical) -> NodeId {
        if let CanonicalView::Reference(uri) = schema.view() {
            if let Some(id) = self.references.get(&uri) {
                return *id;
            }
            let id = self.reserve(schema.definition(&uri));
            self.references.insert(uri, id);
            return id;
        }
        self.reserve(Some(schema.clone()))
    }

    /// As [`Self::place`], for schemas that set operations made: equal ones share a node, so that
    /// conjunctions of recursive schemas end.
    fn place_made(&mut self, schema: &Canonical) -> NodeId {
        if let Some(id) = self.conjunctions.get(schema) {
            return *id;
        }
        let id = self.place(schema);
        self.conjunctions.insert(schema.clone(), id);
        id
    }

    fn reserve(&mut self, schema: Option<Canonical>) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(everything());
        if let (Some(schema), true) = (schema, id < NODE_LIMIT) {
            self.pending.push((id, schema));
        }
        id
    }

    fn node(&mut self, schema: &Canonical) -> Node {
        match schema.view() {
            CanonicalView::True => everything(),
            CanonicalView::False => Node::Never,
            CanonicalView::MultiType(types) => Node::Types(types.iter().collect()),
            CanonicalView::Const(value) => Node::Values(vec![value]),
            CanonicalView::Enum(values) => Node::Values(values),
            CanonicalView::String(view) => Node::Text(Box::new(Text::new(&view, schema))),
            CanonicalView::Integer(view) => Node::Number(Box::new(NumberRange::of_integer(&view))),
            CanonicalView::Number(view) => Node::Number(Box::new(NumberRange::of_number(&view))),
            CanonicalView::Array(view) => self.items(schema, &view),
            CanonicalView::Object(view) => self.members(schema, &view),
            CanonicalView::Reference(_) => Node::Link(self.place(schema)),
            CanonicalView::AnyOf(branches) => Node::Union {
                branches: branches.iter().map(|branch| self.place(branch)).collect(),
                check: None,
            },
            CanonicalView::OneOf(branches) => self.one_of(schema, &branches, None),
            CanonicalView::AllOf(parts) => self.all_of(schema, &parts),
            CanonicalView::TypedGroup(group) => {
                let plain = self.reserve(None);
                if let Some(slot) = self.nodes.get_mut(plain) {
                    *slot = Node::Types(vec![group.ty]);
                }
                Node::Union {
                    branches: vec![plain, self.place(&group.body)],
                    check: checked(schema),
                }
            }
            CanonicalView::Not(_) | CanonicalView::Raw(_) => {
                let base = self.reserve(None);
                Node::Filter(base, Box::new(Check::new(schema.clone())))
            }
        }
    }

    fn one_of(
        &mut self,
        whole: &Canonical,
        branches: &[Canonical],
        also: Option<&Canonical>,
    ) -> Node {
        self.excludes = true;
        let mut made: Vec<NodeId> = Vec::new();
        let reserve = self.subtractions.reserve();
        for (number, branch) in branches.iter().enumerate() {
            let narrowed = also.and_then(|also| self.both(&followed(branch), also));
            let found = narrowed.unwrap_or_else(|| branch.clone());
            let left = (self.exclusion == Exclusion::Computed)
                .then(|| {
                    self.subtractions
                        .remainder(&found, number, branches, reserve)
                })
                .flatten();
            made.push(match left.as_deref() {
                None => self.place_made(&found),
                Some([]) => self.never(),
                Some([only]) => self.place_made(only),
                Some(pieces) => {
                    let branches = pieces.iter().map(|piece| self.place_made(piece)).collect();
                    self.filled(Node::Union {
                        branches,
                        check: None,
                    })
                }
            });
        }
        Node::Union {
            branches: made,
            check: checked(whole),
        }
    }

    /// What is left of `allOf` in a canonical form: references and unions that were not folded.
    fn all_of(&mut self, whole: &Canonical, parts: &[Canonical]) -> Node {
        let mut folded: Option<Canonical> = None;
        let mut union: Option<Canonical> = None;
        let mut further: Vec<Canonical> = Vec::new();
        let mut exact = true;
        let mut pending: Vec<Canonical> = parts.iter().rev().cloned().collect();
        let mut seen = 0;
        while let Some(part) = pending.pop() {
            seen += 1;
            let part = followed(&part);
            match part.view() {
                CanonicalView::AllOf(inner) if seen < 64 => pending.extend(inner.into_iter().rev()),
                CanonicalView::AnyOf(_) | CanonicalView::OneOf(_) if union.is_none() => {
                    union = Some(part);
                }
                CanonicalView::AnyOf(_) | CanonicalView::OneOf(_) => further.push(part),
                CanonicalView::AllOf(_) | CanonicalView::Not(_) => exact = false,
                _ => match &folded {
                    None => folded = Some(part),
                    Some(before) => match self.both(before, &part) {
                        Some(both) => folded = Some(both),
                        None => exact = false,
                    },
                },
            }
        }
        if let Some(first) = union.take_if(|_| !further.is_empty()) {
            further.insert(0, first);
            return self.conjunction(whole, folded.as_ref(), &further);
        }
        match (union.as_ref().map(Canonical::view), folded) {
            (Some(CanonicalView::OneOf(branches)), folded) => {
                self.one_of(whole, &branches, folded.as_ref())
            }
            (Some(CanonicalView::AnyOf(branches)), folded) => {
                let made = branches.iter().map(|branch| {
                    let narrowed = folded
                        .as_ref()
                        .and_then(|folded| self.both(&followed(branch), folded));
                    exact &= narrowed.is_some() || folded.is_none();
                    self.place_made(&narrowed.unwrap_or_else(|| branch.clone()))
                });
                let branches = made.collect();
                Node::Union {
                    branches,
                    check: if exact { None } else { checked(whole) },
                }
            }
            (_, Some(folded)) if exact && folded.kind() != CanonicalKind::AllOf => {
                Node::Link(self.place_made(&folded))
            }
            (_, Some(folded)) if folded.kind() != CanonicalKind::AllOf => {
                let base = self.place_made(&folded);
                Node::Filter(base, Box::new(Check::new(whole.clone())))
            }
            _ => Node::Filter(self.reserve(None), Box::new(Check::new(whole.clone()))),
        }
    }

    /// Several unions that one place has to match.
    fn conjunction(
        &mut self,
        whole: &Canonical,
        folded: Option<&Canonical>,
        unions: &[Canonical],
    ) -> Node {
        let choices = unions.iter().map(|union| {
            let (CanonicalView::AnyOf(branches) | CanonicalView::OneOf(branches)) = union.view()
            else {
                return (self.place(union), Check::new(union.clone()));
            };
            let is_strict = union.kind() == CanonicalKind::OneOf;
            self.excludes |= is_strict;
            let made = branches.iter().map(|branch| {
                let narrowed =
                    folded.and_then(|folded| self.both(&followed(branch), &followed(folded)));
                self.place_made(&narrowed.unwrap_or_else(|| branch.clone()))
            });
            let branches = made.collect();
            let id = self.reserve(None);
            if let Some(slot) = self.nodes.get_mut(id) {
                let check = is_strict.then(|| Box::new(Check::new(union.clone())));
                *slot = Node::Union { branches, check };
            }
            (id, Check::new(union.clone()))
        });
        let choices = choices.collect();
        let base = match folded {
            Some(folded) => self.place_made(folded),
            None => self.reserve(None),
        };
        Node::Conjunction(Box::new(Conjunction {
            base,
            choices,
            check: Check::new(whole.clone()),
        }))
    }

    fn both(&self, one: &Canonical, other: &Canonical) -> Option<Canonical> {
        (self.conjunctions.len() < CONJUNCTION_LIMIT)
            .then(|| intersect(one, other))
            .flatten()
    }

    fn items(&mut self, schema: &Canonical, view: &ArrayView) -> Node {
        let rest = match &view.items {
            Some(items) => self.place(items),
            None => self.reserve(None),
        };
        let nothing_more = view
            .items
            .as_ref()
            .is_some_and(|items| items.kind() == CanonicalKind::False);
        let max = size(view.max_items.as_ref());
        let wanted: Vec<Wanted> = view
            .contains
            .iter()
            .map(|contains| {
                let narrowed = match &view.items {
                    Some(items) => self.both(&followed(&contains.schema), &followed(items)),
                    None => None,
                };
                let is_elsewhere = nothing_more
                    || narrowed
                        .as_ref()
                        .is_some_and(|found| found.kind() == CanonicalKind::False);
                let prefix = view.prefix_items.iter().take(PREFIX);
                let within = prefix.filter(|_| is_elsewhere).map(|item| {
                    let both = self.both(&followed(item), &followed(&contains.schema));
                    self.place_made(&both.unwrap_or_else(|| item.clone()))
                });
                let within = within.collect();
                let node = if is_elsewhere {
                    self.never()
                } else {
                    self.place_made(&narrowed.unwrap_or_else(|| contains.schema.clone()))
                };
                Wanted {
                    node,
                    within,
                    check: Check::new(contains.schema.clone()),
                    min: size(contains.min_contains.as_ref()).unwrap_or(1),
                    max: size(contains.max_contains.as_ref()),
                }
            })
            .collect();
        let odd = !wanted.is_empty() || view.distinctness == Distinctness::SomeRepeated;
        Node::Items(Box::new(Items {
            min: size(view.min_items.as_ref()).unwrap_or(0),
            max: if nothing_more {
                Some(max.unwrap_or(usize::MAX).min(view.prefix_items.len()))
            } else {
                max
            },
            prefix: view
                .prefix_items
                .iter()
                .map(|item| self.place(item))
                .collect(),
            rest,
            distinct: view.distinctness == Distinctness::AllDistinct,
            wanted,
            check: odd.then(|| Check::new(schema.clone())),
        }))
    }

    fn members(&mut self, schema: &Canonical, view: &ObjectView) -> Node {
        let matchers: Vec<(Matcher, &Canonical)> = view
            .pattern_properties
            .iter()
            .map(|(pattern, value)| (Matcher::new(pattern), value))
            .collect();
        let names = view.property_names.clone().map(Check::new);
        let is_name = |name: &str| {
            names
                .as_ref()
                .is_none_or(|names| names.accepts(&Value::String(name.to_owned())))
        };
        let member = |compiler: &mut Self, name: &str| {
            let declared = view.properties.get(name);
            let mut rules = declared.into_iter().chain(
                matchers
                    .iter()
                    .filter(|(matcher, _)| matcher.matches(name))
                    .map(|(_, value)| *value),
            );
            match (rules.next(), rules.next(), &view.additional_properties) {
                (Some(first), Some(second), _) => {
                    let mut both = followed(first);
                    for rule in std::iter::once(second).chain(rules) {
                        both = compiler.both(&both, &followed(rule)).unwrap_or(both);
                    }
                    compiler.place_made(&both)
                }
                (Some(only), None, _) | (None, _, Some(only)) => compiler.place(only),
                (None, _, None) => compiler.reserve(None),
            }
        };
        let required: Vec<(String, NodeId)> = view
            .required
            .iter()
            .map(|name| {
                let id = if is_name(name) {
                    member(self, name)
                } else {
                    self.never()
                };
                (name.clone(), id)
            })
            .collect();
        let wanted_names: HashSet<&String> = view.required.iter().collect();
        let optional = view
            .properties
            .iter()
            .filter(|(name, value)| {
                !wanted_names.contains(name)
                    && value.kind() != CanonicalKind::False
                    && is_name(name)
            })
            .map(|(name, _)| (name.clone(), member(self, name)))
            .collect();
        let patterns = view
            .pattern_properties
            .iter()
            .filter(|(_, value)| value.kind() != CanonicalKind::False)
            .filter_map(|(pattern, value)| {
                let matching = small(&json!({ "type": "string", "pattern": pattern }))?;
                let name = match &view.property_names {
                    Some(names) => intersect(&followed(names), &matching).unwrap_or(matching),
                    None => matching,
                };
                Some(Pattern {
                    matcher: Matcher::new(pattern),
                    name: self.place_made(&name),
                    value: self.place(value),
                })
            })
            .collect();
        let closed = view
            .additional_properties
            .as_ref()
            .is_some_and(|additional| additional.kind() == CanonicalKind::False);
        let additional = (!closed).then(|| Additional {
            name: view.property_names.as_ref().map(|names| self.place(names)),
            value: match &view.additional_properties {
                Some(additional) => self.place(additional),
                None => self.reserve(None),
            },
            silent: view.additional_properties.is_none(),
        });
        Node::Members(Box::new(Members {
            min: size(view.min_properties.as_ref()).unwrap_or(0),
            max: size(view.max_properties.as_ref()),
            required,
            optional,
            declared: view.properties.keys().cloned().collect(),
            patterns,
            additional,
            names,
            check: (!view.violations.is_empty()).then(|| Check::new(schema.clone())),
        }))
    }

    fn never(&mut self) -> NodeId {
        self.filled(Node::Never)
    }

    fn filled(&mut self, node: Node) -> NodeId {
        let id = self.reserve(None);
        if let Some(slot) = self.nodes.get_mut(id) {
            *slot = node;
        }
        id
    }
}

fn everything() -> Node {
    use JsonType::{Array, Boolean, Integer, Null, Number, Object, String};
    Node::Types(vec![String, Integer, Boolean, Object, Array, Number, Null])
}

#[expect(clippy::unnecessary_wraps, reason = "fits the field that it is for")]
fn checked(schema: &Canonical) -> Option<Box<Check>> {
    Some(Box::new(Check::new(schema.clone())))
}

/// A length or count; one that does not fit is the largest.
fn size(number: Option<&Number>) -> Option<usize> {
    number.map(|number| number.to_string().parse().unwrap_or(usize::MAX))
}
