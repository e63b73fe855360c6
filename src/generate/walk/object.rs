//! Objects of a walk.

use serde_json::{Map, Value};

use super::super::arena::{Members, NodeId};
use super::super::words;
use super::{Mode, Walk};

/// The most members that a schema may require.
const MEMBER_LIMIT: usize = 2_000;

impl Walk<'_> {
    pub(super) fn members(&mut self, id: NodeId, members: &Members, depth: u32) -> Option<Value> {
        if members.min > MEMBER_LIMIT {
            self.fail(format!(
                "an object of at least {} members is larger than what is generated",
                members.min
            ));
            return None;
        }
        match &members.check {
            Some(check) => self.judged(check, |walk| walk.object(id, members, depth)),
            None => self.object(id, members, depth),
        }
    }

    fn object(&mut self, id: NodeId, members: &Members, depth: u32) -> Option<Value> {
        let most = members.max.unwrap_or(usize::MAX);
        let mut found = Map::new();
        for (name, node) in &members.required {
            let value = (0..2).find_map(|_| self.value(*node, depth + 1))?;
            found.insert(name.clone(), value);
        }
        let frugal = self.is_frugal(depth);
        let mut left_out = Vec::new();
        let mut order: Vec<usize> = (0..members.optional.len()).collect();
        if members.max.is_some() {
            self.dice.shuffle(&mut order);
        }
        for index in order {
            let Some((name, node)) = members.optional.get(index) else {
                continue;
            };
            if frugal || found.len() >= most || !self.is_present(id, index) {
                left_out.push(index);
                continue;
            }
            if let Some(value) = self.value(*node, depth + 1) {
                found.insert(name.clone(), value);
            }
        }
        let bare = members.required.is_empty() && members.optional.is_empty();
        let usual = self
            .invented(members, bare, frugal)
            .min(most.saturating_sub(found.len()));
        let target = members.min.max(found.len() + usual);
        // Declared members fill an object up before undeclared ones do.
        if !frugal {
            self.dice.shuffle(&mut left_out);
        }
        left_out.sort_by_key(|index| {
            let node = members.optional.get(*index).map(|(_, node)| *node);
            if frugal {
                node.map(|node| self.arena.height(node))
            } else {
                None
            }
        });
        for index in left_out {
            if found.len() >= members.min {
                break;
            }
            if let Some((name, node)) = members.optional.get(index)
                && let Some(value) = self.value(*node, depth + 1)
            {
                found.insert(name.clone(), value);
            }
        }
        let mut tries = target.saturating_mul(4).saturating_add(8);
        while found.len() < target && tries > 0 {
            tries -= 1;
            if let Some((name, value)) = self.undeclared(members, &found, depth) {
                found.insert(name, value);
            }
        }
        (found.len() >= members.min).then_some(Value::Object(found))
    }

    /// Whether an optional member is drawn.
    fn is_present(&mut self, id: NodeId, index: usize) -> bool {
        if self.mode == Mode::Full {
            return true;
        }
        let present = self.dice.chance(self.density, 4);
        match &mut self.usage {
            Some(usage) => usage.member(id, index, present, &mut self.dice),
            None => present,
        }
    }

    /// How many undeclared members are drawn where none is needed.
    fn invented(&mut self, members: &Members, bare: bool, frugal: bool) -> usize {
        let silent = members
            .additional
            .as_ref()
            .is_none_or(|additional| additional.silent);
        if frugal || silent && members.patterns.is_empty() && !bare {
            return 0;
        }
        let least = usize::from(self.mode == Mode::Full);
        self.dice.below(3).max(least)
    }

    fn undeclared(
        &mut self,
        members: &Members,
        found: &Map<String, Value>,
        depth: u32,
    ) -> Option<(String, Value)> {
        let own = members.patterns.len();
        let choices = own + usize::from(members.additional.is_some());
        let choice = self.dice.below(choices);
        let (name, node) = if let Some(pattern) = members.patterns.get(choice) {
            (self.name(Some(pattern.name))?, pattern.value)
        } else {
            let additional = members.additional.as_ref()?;
            (self.name(additional.name)?, additional.value)
        };
        // A name that other rules speak about too is left to those.
        let others = members
            .patterns
            .iter()
            .enumerate()
            .any(|(index, pattern)| index != choice && pattern.matcher.matches(&name));
        let taken = others || found.contains_key(&name) || members.declared.contains(&name);
        let allowed = members
            .names
            .as_ref()
            .is_none_or(|names| names.accepts(&Value::String(name.clone())));
        if taken || !allowed {
            return None;
        }
        Some((name, self.value(node, depth + 1)?))
    }

    fn name(&mut self, node: Option<NodeId>) -> Option<String> {
        let Some(node) = node else {
            return Some(words::name(&mut self.dice));
        };
        // Names are never as simple as can be: they have to differ.
        let mode = std::mem::replace(&mut self.mode, Mode::Random);
        let found = self.value(node, 0);
        self.mode = mode;
        match found {
            Some(Value::String(name)) => Some(name),
            _ => None,
        }
    }
}
