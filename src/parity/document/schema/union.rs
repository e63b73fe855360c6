//! Unions: which branches of `oneOf` and `anyOf` belong together, and which are gone or new.

use std::collections::HashSet;

use serde_json::Value;

use super::apart::are_apart;
use super::clause::unmatched;
use super::compare::{Compare, Goes};
use super::conjunction::{Conjunction, Union, decides};
use super::difference::{Child, Difference, Effect, Role};
use super::discriminator::Discriminator;
use super::same::same;
use super::travel::Travel;
use super::types::Types;
use crate::document::Pointer;
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;
use crate::schema::{Direction, Schema};

const KEYWORDS: &[&str] = &["oneOf", "anyOf"];

/// How many branches are matched with each other; more are matched by name and content only.
const MOST: usize = 64;

/// How much of their properties branches share to be taken for one, in hundredths.
const ALIKE: usize = 50;

/// From how many branches instances are drawn that may match several.
const DRAWN_FROM: usize = 12;

/// How many pairs of schemas are looked at for what changes a branch.
const LOOKED_AT: usize = 64;

/// How many branches are named.
const SHOWN: usize = 5;

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
            ([], []) => {
                // Of schemas that others are made of by `allOf`.
                let holder = |side: &Conjunction| {
                    let holders = side.values("discriminator").map(|(part, _)| part.clone());
                    holders.min_by_key(|part| (part.document(), part.pointer().clone()))
                };
                self.discriminators(holder(self.old).as_ref(), holder(self.new).as_ref());
            }
            ([old], [new]) => {
                let types = |union: &Union| {
                    let branches = union.branches.iter().map(Types::of);
                    branches.fold(Types::NONE, Types::or)
                };
                self.types_beyond(types(old), types(new));
                self.exclusiveness(old, new);
                self.discriminators(Some(&old.holder), Some(&new.holder));
                self.match_branches(split(old), split(new));
            }
            (old, new) => {
                self.types_of_unions();
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
        let message = match (old.keyword, new.keyword) {
            ("anyOf", "oneOf") => "exactly one branch must match now",
            ("oneOf", "anyOf") => "several branches may match now",
            _ => return,
        };
        // Where branches exclude each other it makes no difference.
        if are_apart(&old.branches) && are_apart(&new.branches) {
            return;
        }
        let mut difference = Difference::new(Kind::ConditionChanged, Effect::Unsure, message)
            .texts(old.keyword, new.keyword);
        difference.sources = self.exclusive_branches();
        self.push(difference, KEYWORDS);
    }

    /// The branches of `oneOf` on the side that may refuse what harms, the first of many.
    fn exclusive_branches(&self) -> Vec<Schema> {
        let refuses = match self.direction {
            Direction::Request => self.new,
            Direction::Response => self.old,
        };
        let unions = refuses.unions.iter();
        let exclusive = unions.filter(|union| union.keyword == "oneOf");
        let branches = exclusive.flat_map(|union| &union.branches);
        branches.take(DRAWN_FROM).cloned().collect()
    }

    fn discriminators(&mut self, old: Option<&Schema>, new: Option<&Schema>) {
        let text = |discriminator: &Option<Discriminator>| match discriminator {
            Some(discriminator) => discriminator.to_string(),
            None => "nothing".to_owned(),
        };
        let (was, now) = (
            old.and_then(Discriminator::of),
            new.and_then(Discriminator::of),
        );
        let effect = Effect::Graded(match (&was, &now) {
            (None, None) => return,
            (Some(was), Some(now)) if was.name != now.name || now.leads_elsewhere(was) => {
                Grade::Unclear
            }
            (Some(was), Some(now)) if was.names().eq(now.names()) => return,
            (_, Some(_)) => Grade::Compatible,
            // Who tells branches apart by it cannot any more.
            (Some(_), None) => Grade::Unclear,
        });
        let (was, now) = (text(&was), text(&now));
        let message = format!("branches are told apart by {now} instead of {was}");
        let difference =
            Difference::new(Kind::DiscriminatorChanged, effect, message).texts(was, now);
        self.push(difference, &["discriminator", "oneOf", "anyOf"]);
    }

    /// What narrows a branch of a `oneOf` may let through what matched several of them, and the other
    /// way round.
    fn overlaps(&mut self, pairs: &[(Branch, Branch)], old: &[Branch], new: &[Branch]) {
        let mut unions = self.old.unions.iter().chain(&self.new.unions);
        if !unions.any(|union| union.keyword == "oneOf") {
            return;
        }
        // What may harm: branches that accept more where they refuse together, or less where they did.
        let (harmless, others, message) = match self.direction {
            Direction::Request => (
                Effect::Narrows,
                new,
                "what matched one branch of `oneOf` matches several now",
            ),
            Direction::Response => (
                Effect::Widens,
                old,
                "what matched several branches of `oneOf` matches one now",
            ),
        };
        let is_harmless = |(one, other): &(Branch, Branch)| {
            goes_one_way(
                (&one.conjunction, &other.conjunction),
                (self.direction, self.travel),
                harmless,
            )
        };
        // Within such a question it is not asked again.
        if !self.is_asked && others.is_empty() && pairs.iter().all(is_harmless) {
            return;
        }
        let mut unions = match self.direction {
            Direction::Request => self.new.unions.iter(),
            Direction::Response => self.old.unions.iter(),
        };
        let are_apart = unions.all(|union| union.keyword == "anyOf" || are_apart(&union.branches));
        let effect = Effect::Overlap { are_apart };
        let mut difference = Difference::new(Kind::ConditionChanged, effect, message);
        difference.sources = self.exclusive_branches();
        self.push(difference, KEYWORDS);
    }

    fn match_branches(&mut self, old: Vec<Branch>, new: Vec<Branch>) {
        let is_union = !self.old.unions.is_empty() && !self.new.unions.is_empty();
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
        let is_same = old.is_empty()
            && new.is_empty()
            && pairs.iter().all(|(one, other)| by_content(one, other));
        if !is_same {
            self.overlaps(&pairs, &old, &new);
        }
        let was_matched = !pairs.is_empty();
        for (one, other) in pairs {
            self.children.push(Child {
                at: Pointer::root(),
                old: one.conjunction,
                new: other.conjunction,
                role: Role::Branch,
                travel: self.travel,
            });
        }
        if !is_union && !was_matched && !old.is_empty() && !new.is_empty() {
            // A schema became a union that has nothing in common with it, or the other way round.
            let message = format!("{} instead of {}", texts(&new), texts(&old));
            let mut difference = Difference::new(Kind::SchemaChanged, Effect::Unsure, message)
                .texts(texts(&old), texts(&new));
            difference = difference.places(self.old, self.new, KEYWORDS);
            difference.sources = schemas(old.iter().chain(&new));
            difference.keywords = &[];
            self.found.push(difference);
            return;
        }
        if let Some(first) = old.first() {
            let words = if old.len() == 1 {
                "is no branch"
            } else {
                "are no branches"
            };
            let message = format!("{} {words} any more", texts(&old));
            let mut difference = Difference::new(Kind::BranchRemoved, Effect::Narrows, message)
                .texts(texts(&old), "");
            difference = difference.places(self.old, self.new, KEYWORDS);
            difference.old = first.conjunction.entry_location().or(difference.old);
            difference.sources = schemas(&old);
            difference.keywords = &[];
            self.found.push(difference);
        }
        if let Some(first) = new.first() {
            let words = if new.len() == 1 {
                "is a branch"
            } else {
                "are branches"
            };
            let message = format!("{} {words} now", texts(&new));
            let mut difference =
                Difference::new(Kind::BranchAdded, Effect::Widens, message).texts("", texts(&new));
            difference = difference.places(self.old, self.new, KEYWORDS);
            difference.new = first.conjunction.entry_location().or(difference.new);
            difference.sources = schemas(&new);
            difference.keywords = &[];
            self.found.push(difference);
        }
    }
}

/// Whether all that differs between two schemas has one effect, as far as that is looked for.
fn goes_one_way(
    (old, new): (&Conjunction, &Conjunction),
    (direction, travel): (Direction, Travel),
    effect: Effect,
) -> bool {
    let mut open = vec![(old.clone(), new.clone())];
    for _ in 0..LOOKED_AT {
        let Some((old, new)) = open.pop() else {
            return true;
        };
        let mut compare = Compare::new(&old, &new, direction, travel);
        compare.is_asked = true;
        compare.run();
        let is_meant = |found: &Difference| match found.kind {
            // Where anything goes, what is declared is less than anything.
            Kind::PropertyAdded | Kind::RequiredPropertyAdded
                if found.effect == Effect::Graded(Grade::Compatible) =>
            {
                effect == Effect::Narrows
            }
            _ => found.effect.is_only(effect),
        };
        if !compare.found.iter().all(is_meant) {
            return false;
        }
        let children = compare.children.into_iter();
        let children = children.map(|child| (child.old, child.new));
        open.extend(children.filter(|(old, new)| !are_same(old, new)));
    }
    false
}

fn are_same(old: &Conjunction, new: &Conjunction) -> bool {
    matches!((&*old.entries, &*new.entries), ([old], [new]) if same(old, new))
}

/// What branches are called, the first of many.
fn texts(branches: &[Branch]) -> String {
    let mut names: Vec<String> = branches.iter().take(SHOWN).map(Branch::text).collect();
    names.dedup();
    let text = names.join(", ");
    match branches.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

fn schemas<'b>(branches: impl IntoIterator<Item = &'b Branch>) -> Vec<Schema> {
    let all = branches.into_iter();
    all.flat_map(|branch| branch.schemas.iter().cloned())
        .collect()
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
