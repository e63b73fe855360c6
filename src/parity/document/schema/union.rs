//! Unions: which branches of `oneOf` and `anyOf` belong together, and which are gone or new.

use std::collections::HashSet;

use serde_json::Value;

use super::clause::unmatched;
use super::compare::{Compare, Goes};
use super::conjunction::{Conjunction, Union, decides};
use super::difference::{Child, Difference, Effect};
use super::same::same;
use super::types::Types;
use crate::document::Pointer;
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;
use crate::schema::Schema;

const KEYWORDS: &[&str] = &["oneOf", "anyOf"];

/// How many branches are matched with each other; more are matched by name and content only.
const MOST: usize = 64;

/// How much of their properties branches share to be taken for one, in hundredths.
const ALIKE: usize = 50;

/// Whether two branches belong together.
type Rule<'r> = &'r dyn Fn(&Branch, &Branch) -> bool;

/// A branch, or a schema that stands for the only one.
struct Branch {
    /// What it is called: the name of what it refers to.
    name: Option<String>,
    schemas: Vec<Schema>,
    conjunction: Conjunction,
}

impl Branch {
    fn of(schemas: Vec<Schema>) -> Self {
        let name = match schemas.as_slice() {
            [only] => name_of(only),
            _ => None,
        };
        Self {
            name,
            conjunction: Conjunction::of(schemas.clone()),
            schemas,
        }
    }

    fn text(&self) -> String {
        match &self.name {
            Some(name) => format!("`{name}`"),
            None => self.conjunction.types.text(),
        }
    }

    /// The constants that tell it from others: property and value.
    fn tags(&self) -> HashSet<String> {
        let mut tags = HashSet::new();
        for part in &self.conjunction.parts {
            let Some(Value::Object(properties)) = part.value().get("properties") else {
                continue;
            };
            for name in properties.keys() {
                let Some(property) = part.below(&["properties", name]) else {
                    continue;
                };
                let property = property.resolved();
                let only = property.value().get("const").or_else(|| {
                    let list = property.value().get("enum")?.as_array()?;
                    list.first().filter(|_| list.len() == 1)
                });
                tags.extend(only.map(|value| format!("{name}={value}")));
            }
        }
        tags
    }

    fn is_like(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.conjunction, &other.conjunction);
        let plain = |side: &Conjunction| side.types.without(Types::NULL);
        if plain(ours).and(plain(theirs)).is_empty() {
            return false;
        }
        let names: HashSet<&str> = ours.names().into_iter().collect();
        let others: HashSet<&str> = theirs.names().into_iter().collect();
        let all = names.union(&others).count();
        if all == 0 {
            return plain(ours) == plain(theirs);
        }
        let conflict = {
            let (ours, theirs) = (self.tags(), other.tags());
            !ours.is_empty() && !theirs.is_empty() && ours.is_disjoint(&theirs)
        };
        !conflict && names.intersection(&others).count() * 100 >= all * ALIKE
    }
}

/// The last token of what a schema refers to.
fn name_of(schema: &Schema) -> Option<String> {
    let reference = schema.value().get("$ref")?.as_str()?;
    let target = schema.follow(reference)?;
    target.pointer().last().map(std::borrow::Cow::into_owned)
}

impl Compare<'_> {
    /// Compares a union on one side only with the schema on the other as its only branch.
    pub(super) fn branches(&mut self) -> Goes {
        let whole = |side: &Conjunction| vec![Branch::of(side.entries.clone())];
        match (&*self.old.unions, &*self.new.unions) {
            ([], [union]) if is_nothing_else(self.new, union) && !self.old.is_anything() => {
                let branches = split(union);
                self.match_branches(whole(self.old), branches);
                Goes::NoFurther
            }
            ([union], []) if is_nothing_else(self.old, union) && !self.new.is_anything() => {
                let branches = split(union);
                self.match_branches(branches, whole(self.new));
                Goes::NoFurther
            }
            _ => Goes::On,
        }
    }

    /// Compares unions on both sides.
    pub(super) fn unions(&mut self) {
        match (&*self.old.unions, &*self.new.unions) {
            ([], []) => {}
            ([old], [new]) => {
                self.exclusiveness(old, new);
                self.discriminators(old, new);
                self.match_branches(split(old), split(new));
            }
            (old, new) => {
                let is_same = |one: &&Union, other: &&Union| {
                    one.keyword == other.keyword
                        && one.branches.len() == other.branches.len()
                        && one
                            .branches
                            .iter()
                            .zip(&other.branches)
                            .all(|(one, other)| same(one, other))
                };
                let (gone, more) = unmatched(old.iter().collect(), new.iter().collect(), is_same);
                let (effect, message) = match (gone.is_empty(), more.is_empty()) {
                    (true, true) => return,
                    (true, false) => (Effect::Narrows, "one of several schemas is asked for, too"),
                    (false, true) => (Effect::Widens, "none of several schemas is asked for now"),
                    (false, false) => (Effect::Unsure, "others of several schemas are asked for"),
                };
                self.push(
                    Difference::new(Kind::ConditionChanged, effect, message),
                    KEYWORDS,
                );
            }
        }
    }

    /// `oneOf` asks for exactly one branch, `anyOf` for one at least.
    fn exclusiveness(&mut self, old: &Union, new: &Union) {
        let (effect, message) = match (old.keyword, new.keyword) {
            ("anyOf", "oneOf") => (Effect::Narrows, "exactly one branch must match now"),
            ("oneOf", "anyOf") => (Effect::Widens, "several branches may match now"),
            _ => return,
        };
        // Where branches exclude each other it makes no difference.
        let effect = match effect {
            Effect::Narrows | Effect::Widens => Effect::Unsure,
            other => other,
        };
        let difference = Difference::new(Kind::ConditionChanged, effect, message)
            .texts(old.keyword, new.keyword);
        self.push(difference, KEYWORDS);
    }

    fn discriminators(&mut self, old: &Union, new: &Union) {
        let read = |union: &Union| -> Option<(String, Vec<String>)> {
            let node = union.holder.value().get("discriminator")?;
            let name = node.get("propertyName")?.as_str()?.to_owned();
            let mapping = node.get("mapping").and_then(Value::as_object);
            let mut names: Vec<String> = mapping
                .into_iter()
                .flat_map(|map| map.keys().cloned())
                .collect();
            names.sort();
            Some((name, names))
        };
        let (Some(was), Some(now)) = (read(old), read(new)) else {
            return;
        };
        let is_same = was.0 == now.0 && (was.1 == now.1 || was.1.is_empty() || now.1.is_empty());
        let gone = was.1.iter().any(|name| !now.1.contains(name));
        if is_same || was.0 == now.0 && !gone {
            return;
        }
        let text = |(name, names): &(String, Vec<String>)| match names.len() {
            0 => format!("`{name}`"),
            _ => format!("`{name}` = {}", names.join(", ")),
        };
        let message = format!(
            "branches are told apart by {} instead of {}",
            text(&now),
            text(&was)
        );
        let unclear = Effect::Graded(Grade::Unclear);
        let difference = Difference::new(Kind::DiscriminatorChanged, unclear, message)
            .texts(text(&was), text(&now));
        self.push(difference, &["discriminator", "oneOf", "anyOf"]);
    }

    fn match_branches(&mut self, old: Vec<Branch>, new: Vec<Branch>) {
        let is_small = old.len() <= MOST && new.len() <= MOST;
        let mut pairs: Vec<(Branch, Branch)> = Vec::new();
        let (mut old, mut new) = (old, new);
        let by_name = |one: &Branch, other: &Branch| one.name.is_some() && one.name == other.name;
        let by_tag = |one: &Branch, other: &Branch| !one.tags().is_disjoint(&other.tags());
        let by_content = |one: &Branch, other: &Branch| matches!((&*one.schemas, &*other.schemas), ([one], [other]) if same(one, other));
        let by_likeness = |one: &Branch, other: &Branch| one.is_like(other);
        let rules: [(bool, Rule<'_>); 4] = [
            (true, &by_name),
            (is_small, &by_tag),
            (is_small, &by_content),
            (is_small, &by_likeness),
        ];
        for (is_asked, fits) in rules {
            if !is_asked {
                continue;
            }
            let mut left = Vec::new();
            for one in old {
                match new.iter().position(|other| fits(&one, other)) {
                    Some(at) => pairs.push((one, new.remove(at))),
                    None => left.push(one),
                }
            }
            old = left;
        }
        for (one, other) in pairs {
            self.children.push(Child {
                at: Pointer::root(),
                old: one.conjunction,
                new: other.conjunction,
                is_branch: true,
                on_wire: self.on_wire,
            });
        }
        for gone in old {
            let message = format!("{} is no branch any more", gone.text());
            let mut difference = Difference::new(Kind::BranchRemoved, Effect::Narrows, message)
                .texts(gone.text(), "");
            difference = difference.places(self.old, self.new, KEYWORDS);
            difference.old = gone.conjunction.entry_location().or(difference.old);
            difference.sources = gone.schemas;
            difference.keywords = &[];
            self.found.push(difference);
        }
        for more in new {
            let message = format!("{} is a branch now", more.text());
            let mut difference =
                Difference::new(Kind::BranchAdded, Effect::Widens, message).texts("", more.text());
            difference = difference.places(self.old, self.new, KEYWORDS);
            difference.new = more.conjunction.entry_location().or(difference.new);
            difference.sources = more.schemas;
            difference.keywords = &[];
            self.found.push(difference);
        }
    }
}

/// Whether a schema says nothing but its union, and perhaps the types of its branches.
fn is_nothing_else(side: &Conjunction, union: &Union) -> bool {
    side.parts.iter().all(|part| {
        let is_holder = part.pointer() == union.holder.pointer();
        part.value().as_object().is_some_and(|keywords| {
            let mut deciding = keywords.keys().filter(|keyword| decides(keyword));
            deciding.all(|keyword| {
                ["type", "$ref", "allOf"].contains(&&**keyword)
                    || is_holder && keyword == union.keyword
            })
        })
    })
}

fn split(union: &Union) -> Vec<Branch> {
    let branches = union.branches.iter().cloned();
    branches.map(|branch| Branch::of(vec![branch])).collect()
}
