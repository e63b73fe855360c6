//! Arenas: a canonical schema as a graph of nodes that instances are drawn from.
//!
//! Every node has a height: how deep the shallowest instance below it nests. A walk that is past its
//! budget takes the lowest way, so that recursive schemas always end.

use jsonschema::JsonType;
use serde_json::Value;

use super::algebra::{Canonical, Check, Matcher};
use super::compile::compile;
use super::dice::Dice;
use super::number::NumberRange;
use super::text::Text;
use super::walk::{Mode, Walk};

/// The number of a node in its arena.
pub(super) type NodeId = usize;

/// What instances a place may have.
#[derive(Debug)]
pub(super) enum Node {
    /// None.
    Never,
    /// Everything of these types.
    Types(Vec<JsonType>),
    /// One of these values.
    Values(Vec<Value>),
    /// Strings.
    Text(Box<Text>),
    /// Numbers.
    Number(Box<NumberRange>),
    /// Arrays.
    Items(Box<Items>),
    /// Objects.
    Members(Box<Members>),
    /// Instances of a branch that the judge, if there is one, accepts as a whole.
    Union {
        /// The branches.
        branches: Vec<NodeId>,
        /// The judge of the node.
        check: Option<Box<Check>>,
    },
    /// Instances that several choices allow together.
    Conjunction(Box<Conjunction>),
    /// Instances of another node that the judge accepts.
    Filter(NodeId, Box<Check>),
    /// The instances of another node.
    Link(NodeId),
}

/// Choices that one place has to make all at once.
#[derive(Debug)]
pub(super) struct Conjunction {
    /// What has no choice.
    pub(super) base: NodeId,
    /// The choices, each with its judge.
    pub(super) choices: Vec<(NodeId, Check)>,
    /// The judge of the node.
    pub(super) check: Check,
}

/// The rules of an array.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    pub(super) prefix: Vec<NodeId>,
    pub(super) rest: NodeId,
    pub(super) distinct: bool,
    pub(super) wanted: Vec<Wanted>,
    /// The judge of arrays whose rules go beyond what is drawn by construction.
    pub(super) check: Option<Check>,
}

/// Items that must be there, and how often.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Such items behind the prefix.
    pub(super) node: NodeId,
    /// Such items within the prefix, by place; only where there are none behind it.
    pub(super) within: Vec<NodeId>,
    pub(super) check: Check,
    pub(super) min: usize,
    pub(super) max: Option<usize>,
}

/// The rules of an object.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    pub(super) required: Vec<(String, NodeId)>,
    pub(super) optional: Vec<(String, NodeId)>,
    /// Names that may not be invented, because the schema says what they are.
    pub(super) declared: Vec<String>,
    pub(super) patterns: Vec<Pattern>,
    /// Members that no other rule covers; `None` when there may be none.
    pub(super) additional: Option<Additional>,
    /// The judge of names.
    pub(super) names: Option<Check>,
    /// The judge of objects whose rules go beyond what is drawn by construction.
    pub(super) check: Option<Check>,
}

/// Members whose names match a pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) matcher: Matcher,
    pub(super) name: NodeId,
    pub(super) value: NodeId,
}

/// Members that the schema does not name.
#[derive(Debug)]
pub(super) struct Additional {
    /// The strings that may be names; `None` for all.
    pub(super) name: Option<NodeId>,
    pub(super) value: NodeId,
    /// Whether the schema says nothing about such members. They are then drawn only where nothing
    /// else makes an object.
    pub(super) silent: bool,
}

/// How instances of `oneOf` are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exclusion {
    /// By drawing from a branch and asking the judge. Natural, but may find nothing.
    Tried,
    /// By taking the other branches away from each. Finds what there is, natural or not.
    Computed,
}

/// A graph of nodes.
#[derive(Debug)]
pub(super) struct Arena {
    pub(super) nodes: Vec<Node>,
    pub(super) heights: Vec<u32>,
    pub(super) root: NodeId,
    /// Whether there is a `oneOf`, so that it matters how its instances are found.
    pub(super) excludes: bool,
}

/// The height of nodes without instances.
pub(super) const NEVER: u32 = u32::MAX;

/// How often a judged union is tried before it counts as having no natural instance.
const PROBES: u64 = 12;

/// How many judged unions are tried in advance. Each needs a judge of its own, which in a large
/// document is as large as all that refer to each other.
const PROBED_UNIONS: usize = 64;

/// How deep the shallowest instance may nest.
const HEIGHT_LIMIT: u32 = 100;

/// Why a schema has no instance at all.
const CONTRADICTORY: &str = "its rules contradict each other, or every instance nests without end";

impl Arena {
    /// Why a canonical schema has no instance; `None` where it may have one.
    pub(super) fn contradiction(schema: &Canonical, exclusion: Exclusion) -> Option<String> {
        let arena = Self::measured(schema, exclusion);
        (arena.height(arena.root) == NEVER).then(|| CONTRADICTORY.to_owned())
    }

    fn measured(schema: &Canonical, exclusion: Exclusion) -> Self {
        let (nodes, root, excludes) = compile(schema, exclusion);
        let mut arena = Self {
            heights: vec![NEVER; nodes.len()],
            nodes,
            root,
            excludes,
        };
        arena.measure();
        arena
    }

    /// The graph of a canonical schema; the error says why it has no instance.
    pub(super) fn build(schema: &Canonical, exclusion: Exclusion) -> Result<Self, String> {
        let mut arena = Self::measured(schema, exclusion);
        let root = arena.root;
        if arena.height(root) == NEVER {
            return Err(CONTRADICTORY.to_owned());
        }
        if arena.height(root) > HEIGHT_LIMIT {
            return Err(format!(
                "every instance nests deeper than {HEIGHT_LIMIT} levels"
            ));
        }
        if arena.close_hard_unions() {
            arena.heights.fill(NEVER);
            arena.measure();
            if arena.height(root) == NEVER {
                return Err(
                    "no natural instance matches exactly one branch of a `oneOf`".to_owned(),
                );
            }
        }
        Ok(arena)
    }

    /// The node of this number; links are followed.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        match self.nodes.get(self.followed(id)) {
            Some(Node::Link(_)) | None => &Node::Never,
            Some(node) => node,
        }
    }

    /// The number of the node that links lead to.
    pub(super) fn followed(&self, mut id: NodeId) -> NodeId {
        for _ in 0..64 {
            match self.nodes.get(id) {
                Some(Node::Link(next)) => id = *next,
                _ => break,
            }
        }
        id
    }

    /// How deep the shallowest instance nests; [`NEVER`] when there is none.
    pub(super) fn height(&self, id: NodeId) -> u32 {
        self.heights.get(id).copied().unwrap_or(NEVER)
    }

    /// The least fixed point of heights.
    fn measure(&mut self) {
        loop {
            let mut changed = false;
            for id in (0..self.nodes.len()).rev() {
                let found = self
                    .nodes
                    .get(id)
                    .map_or(NEVER, |node| self.height_of(node));
                if let Some(height) = self.heights.get_mut(id) {
                    changed |= found < *height;
                    *height = found.min(*height);
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn height_of(&self, node: &Node) -> u32 {
        let deepest = |ids: &mut dyn Iterator<Item = NodeId>| {
            ids.map(|id| self.height(id))
                .fold(0, u32::max)
                .saturating_add(1)
        };
        match node {
            Node::Never => NEVER,
            Node::Types(_) | Node::Text(_) | Node::Number(_) => 0,
            Node::Values(values) => {
                if values.is_empty() {
                    NEVER
                } else {
                    0
                }
            }
            Node::Link(id) | Node::Filter(id, _) => self.height(*id),
            Node::Conjunction(all) => {
                let choices = all.choices.iter().map(|(id, _)| self.height(*id));
                choices.fold(self.height(all.base), u32::max)
            }
            Node::Union { branches, .. } => branches
                .iter()
                .map(|id| self.height(*id))
                .min()
                .unwrap_or(NEVER),
            Node::Items(items) => {
                let rest = (items.min > items.prefix.len()).then_some(items.rest);
                let wanted = items.wanted.iter().filter(|wanted| wanted.min > 0);
                let lowest = |wanted: &Wanted| {
                    let places = wanted.within.iter().copied().chain([wanted.node]);
                    let lowest = places.min_by_key(|id| self.height(*id));
                    lowest.unwrap_or(wanted.node)
                };
                deepest(
                    &mut items
                        .prefix
                        .iter()
                        .copied()
                        .take(items.min)
                        .chain(rest)
                        .chain(wanted.map(lowest)),
                )
            }
            Node::Members(members) => {
                if members.max.is_some_and(|max| max < members.required.len()) {
                    return NEVER;
                }
                deepest(&mut members.required.iter().map(|(_, id)| *id))
            }
        }
    }

    /// Closes unions from which no natural instance can be drawn; says whether there were any.
    fn close_hard_unions(&mut self) -> bool {
        let mut unions: Vec<NodeId> = (0..self.nodes.len())
            .filter(|id| {
                matches!(
                    self.nodes.get(*id),
                    Some(Node::Union { check: Some(_), .. })
                )
            })
            .collect();
        unions.sort_by_key(|id| self.height(*id));
        let mut closed = false;
        for id in unions.into_iter().take(PROBED_UNIONS) {
            let found = (0..PROBES).any(|probe| {
                let mode = if probe % 3 == 2 {
                    Mode::Minimal
                } else {
                    Mode::Random
                };
                Walk::new(self, Dice::new(probe), mode)
                    .value(id, 0)
                    .is_some()
            });
            if let (false, Some(node)) = (found, self.nodes.get_mut(id)) {
                *node = Node::Never;
                closed = true;
            }
        }
        closed
    }
}
