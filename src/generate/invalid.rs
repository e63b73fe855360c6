//! Invalid instances: a valid one with one edit that breaks one keyword, confirmed by the validator.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::Invalid;
use super::breach::{Proposal, proposals};
use super::dice::Dice;
use super::double::{as_doubles, is_blurred};
use super::inverse::{Inverses, is_size};
use super::map::Place;
use super::site::{Rule, Site, sites};
use super::source::{Reading, Source};
use super::target::{Target, mutation};
use super::usage::Usage;
use super::walk::Mode;
use super::work::Work;
use crate::document::{Location, Pointer};

/// What is needed to break a schema's instances.
pub(super) struct Breaker {
    source: Arc<Source>,
    inverses: Inverses,
}

/// A site in one of the twins.
struct Found {
    twin: usize,
    site: Site,
    starred: Pointer,
}

/// An invalid instance and what was broken in it.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) invalid: Invalid,
    pub(super) site: Site,
    /// The type of the value that broke it.
    kind: Kind,
}

/// What values of one type have in common.
type Kind = std::mem::Discriminant<Value>;

/// How many proposals of one site are judged.
const PROPOSALS: usize = 16;
/// How many violations of one proposal are looked at.
const VIOLATIONS: usize = 64;
/// How many inverse values are judged.
const INVERSES: usize = 4;
/// How many ways an inverse may have.
const VARIANTS: usize = 7;
/// How many sites of one rule are remembered.
const SITES: usize = 8;
/// How many twins are added for the rules that they have, and how many of them in a row may have none.
const MORE_TWINS: usize = 16;
const VAIN_TWINS: usize = 3;
/// With so many rules no more are looked for.
const RULES: usize = 5_000;
/// How many rounds over all rules are made.
const ROUNDS: usize = 64;

impl Breaker {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            inverses: Inverses::default(),
        }
    }

    /// Up to `count` invalid instances, every rule once before any twice.
    pub(super) fn invalid(&self, dice: &mut Dice, count: usize, work: &Work<'_>) -> Vec<Made> {
        let mut usage = Usage::default();
        let mut twins = twins(&self.source, dice, &mut usage);
        let mut rules = self.rules(&twins, work);
        if !twins.is_empty() {
            self.add_twins(&mut twins, &mut rules, dice, &mut usage, work);
        }
        let mut rules: Vec<(Rule, Vec<Found>)> = rules.into_iter().collect();
        dice.shuffle(&mut rules);
        // A few instances should break many keywords, and most rules are about types.
        let mut met: HashMap<&str, usize> = HashMap::new();
        rules.sort_by_cached_key(|((_, keyword, _), _)| {
            let times = met.entry(keyword).or_default();
            *times += 1;
            *times
        });
        let rules = rules.into_iter().map(|(_, places)| Task::new(places));
        let mut found = Vec::new();
        let wanted = (count, work);
        self.rounds(&twins, rules.collect(), dice, wanted, &mut |_, made| {
            found.push(made);
        });
        found
    }

    /// Up to `limit` invalid instances, each with the number of its round: every rule in every way
    /// that differs from the others, made from these twins. And how many rules there was no room for.
    pub(super) fn boundary(
        &self,
        twins: &[Value],
        limit: usize,
        work: &Work<'_>,
    ) -> (Vec<(usize, Invalid)>, usize) {
        let rules = self
            .rules(twins, work)
            .into_iter()
            .map(|((_, keyword, _), places)| Task {
                left: ways(keyword).max(places.len()),
                is_typed: keyword == "type",
                ..Task::new(places)
            });
        let mut found = Vec::new();
        let dice = &mut Dice::new(0);
        let take = &mut |round, made: Made| found.push((round, made.invalid));
        let waiting = self.rounds(twins, rules.collect(), dice, (limit, work), take);
        (found, waiting)
    }

    /// Hands out up to `count` instances; returns how many rules have more to give.
    fn rounds(
        &self,
        twins: &[Value],
        mut tasks: Vec<Task>,
        dice: &mut Dice,
        (count, work): (usize, &Work<'_>),
        take: &mut dyn FnMut(usize, Made),
    ) -> usize {
        let mut seen = HashSet::new();
        let mut found = 0;
        let map = self.source.map();
        let twins: Vec<(&Value, usize)> = twins
            .iter()
            .map(|twin| (twin, map.spots(twin).len()))
            .collect();
        for round in 0..ROUNDS {
            let before = found;
            tasks.retain_mut(|task| {
                if found >= count || !work.is_left() {
                    return true;
                }
                match self.round(&twins, task, round, dice, (&mut seen, work)) {
                    Some(made) => {
                        take(round, made);
                        found += 1;
                        task.left > 0
                    }
                    // What could not be broken in two rounds is given up.
                    None => round == 0,
                }
            });
            if found >= count || !work.is_left() {
                return tasks.len();
            }
            if found == before && round > 0 {
                break;
            }
        }
        0
    }

    /// Whether a value has the very violations of an instance that was made, and where a union hides
    /// what was broken, whether its branch has.
    pub(super) fn keeper<'a>(&'a self, made: &'a Made) -> impl Fn(&Value) -> bool + 'a {
        let site = &made.site;
        let branch = self.source.map().place(site.place);
        let branch = branch
            .filter(|_| site.scope.is_some())
            .and_then(Place::judge);
        let violations = move |value: &Value| -> Vec<(Location, Pointer, String)> {
            let node = value.pointer(site.instance.as_str());
            let hidden = branch.as_ref().zip(node);
            let hidden = hidden.map(|(branch, node)| branch.violations(node));
            let all = self.source.validator().violations(value).into_iter();
            all.chain(hidden.into_iter().flatten())
                .map(|violation| (violation.schema, violation.instance, violation.masked))
                .collect()
        };
        let wanted = violations(&made.invalid.value);
        move |value| violations(value) == wanted
    }

    /// The rules that can be broken somewhere, each with its sites.
    fn rules(&self, twins: &[Value], work: &Work<'_>) -> IndexMap<Rule, Vec<Found>> {
        let mut rules: IndexMap<Rule, Vec<Found>> = IndexMap::new();
        for (number, twin) in twins.iter().enumerate() {
            if !self.add_rules(number, twin, &mut rules, work) {
                break;
            }
        }
        sort(&mut rules);
        rules
    }

    /// Adds twins as long as they have more rules.
    fn add_twins(
        &self,
        twins: &mut Vec<Value>,
        rules: &mut IndexMap<Rule, Vec<Found>>,
        dice: &mut Dice,
        usage: &mut Usage,
        work: &Work<'_>,
    ) {
        let mut in_vain = 0;
        for _ in 0..MORE_TWINS {
            if in_vain == VAIN_TWINS || rules.len() > RULES || !work.is_left() {
                break;
            }
            let Ok(value) = self.source.draw(dice, Mode::Random, Some(usage)) else {
                break;
            };
            let before = rules.len();
            self.add_rules(twins.len(), &value, rules, work);
            in_vain = if rules.len() == before {
                in_vain + 1
            } else {
                0
            };
            twins.push(value);
        }
        sort(rules);
    }

    /// Adds the rules of a twin; says whether to go on.
    fn add_rules(
        &self,
        twin: usize,
        value: &Value,
        rules: &mut IndexMap<Rule, Vec<Found>>,
        work: &Work<'_>,
    ) -> bool {
        // What is no valid instance to begin with cannot be broken in one way.
        if self.source.reading() == Reading::AnyBranch {
            return false;
        }
        let map = self.source.map();
        let sites = sites(map, value);
        let goes_on = work.spend(0, sites.len());
        for site in sites {
            // Where a list of values says more than their type, the type is not broken alone.
            let place = map.place(site.place);
            let has = |keyword: &str| place.is_some_and(|place| place.keyword(keyword).is_some());
            if site.keyword == "type" && (has("enum") || has("const")) {
                continue;
            }
            let places = rules.entry(site.rule()).or_default();
            if places.len() >= SITES {
                continue;
            }
            let starred = site.instance.starred();
            let known = places.iter().any(|other| {
                other.starred == starred && other.site.scope.is_some() == site.scope.is_some()
            });
            if !known {
                places.push(Found {
                    twin,
                    site,
                    starred,
                });
            }
        }
        goes_on
    }

    fn round(
        &self,
        twins: &[(&Value, usize)],
        task: &mut Task,
        round: usize,
        dice: &mut Dice,
        (seen, work): (&mut HashSet<String>, &Work<'_>),
    ) -> Option<Made> {
        let places = task.places.clone();
        let start = round.checked_rem(places.len())?;
        let mut doubtful: Option<(String, Made)> = None;
        let map = self.source.map();
        for Found { twin, site, .. } in places.iter().skip(start).chain(places.iter().take(start)) {
            let (Some((twin, questions)), Some(place)) = (twins.get(*twin), map.place(site.place))
            else {
                continue;
            };
            let present = twin.pointer(site.instance.as_str());
            let (Some(target), Some(present)) = (Target::new(map, site), present) else {
                continue;
            };
            let near = proposals(site, place, present, round / places.len(), dice);
            let inverse = (0..INVERSES).map(|attempt| {
                let variant = match site.keyword {
                    "oneOf" => (round + attempt) % VARIANTS,
                    keyword if is_size(keyword) => attempt % 2,
                    _ => 0,
                };
                let mut dice = Dice::new(dice.bits());
                self.inverses.draw(site, place, variant, &mut dice)
            });
            let union = matches!(site.keyword, "oneOf" | "anyOf" | "not");
            let made = near.into_iter().take(PROPOSALS);
            let inverse = inverse.flatten().map(Proposal::from);
            let all: Box<dyn Iterator<Item = Proposal>> = if union && round.is_multiple_of(2) {
                // A value of the right kind that matches no branch says more than one of a wrong type.
                Box::new(inverse.chain(made))
            } else {
                Box::new(made.chain(inverse))
            };
            for proposal in all {
                let kind = std::mem::discriminant(&proposal.value);
                if task.is_typed && task.kinds.contains(&kind) {
                    continue;
                }
                let mut value = (*twin).clone();
                *value.pointer_mut(site.instance.as_str())? = proposal.value.clone();
                // One mistake is enough: what the other side would not take is left out.
                let value = match map.without_held_back(&value) {
                    Some(fewer) if map.held_back(twin).is_empty() => fewer,
                    _ => value,
                };
                let text = value.to_string();
                if seen.contains(&text) {
                    continue;
                }
                if !work.spend(text.len(), *questions) {
                    return None;
                }
                let judge = self.source.validator();
                let violations = judge.first_violations(&value, VIOLATIONS);
                let Some(violation) = violations.iter().find(|violation| target.is(violation))
                else {
                    continue;
                };
                // What some readers take for something valid need not be refused.
                let blurred = place
                    .keyword(site.keyword)
                    .is_some_and(|limit| is_blurred(site.keyword, limit, &proposal.value));
                if blurred || as_doubles(&value).is_some_and(|read| self.source.is_valid(&read)) {
                    continue;
                }
                let single = violations.len() == 1;
                if !single && (doubtful.is_some() || task.is_done && !task.is_typed) {
                    continue;
                }
                let made = Made {
                    invalid: Invalid {
                        mutation: mutation(site, place, &proposal, &target, violation),
                        value,
                        single,
                    },
                    site: site.clone(),
                    kind,
                };
                if single {
                    return Some(task.took(made, text, seen));
                }
                doubtful = Some((text, made));
            }
        }
        let (text, made) = doubtful?;
        Some(task.took(made, text, seen))
    }
}

/// In how many ways that differ a keyword can be broken.
fn ways(keyword: &str) -> usize {
    match keyword {
        // Every type, and the mistakes that are typical of a format.
        "type" | "format" => 6,
        "enum" | "pattern" | "anyOf" | "oneOf" | "not" => 3,
        "minimum"
        | "maximum"
        | "exclusiveMinimum"
        | "exclusiveMaximum"
        | "multipleOf"
        | "additionalProperties"
        | "const" => 2,
        _ => 1,
    }
}

/// A rule to break, and what is left to do of that.
struct Task {
    places: Arc<[Found]>,
    /// How many more instances are wanted.
    left: usize,
    /// Whether each is to have a value of another type.
    is_typed: bool,
    kinds: Vec<Kind>,
    /// Whether the rule was broken already. Then one that breaks more than the rule adds nothing.
    is_done: bool,
}

impl Task {
    fn new(places: Vec<Found>) -> Self {
        Self {
            places: places.into(),
            left: usize::MAX,
            is_typed: false,
            kinds: Vec::new(),
            is_done: false,
        }
    }

    fn took(&mut self, made: Made, text: String, seen: &mut HashSet<String>) -> Made {
        seen.insert(text);
        self.left -= 1;
        self.is_done = true;
        self.kinds.push(made.kind);
        made
    }
}

/// Where a breach is reported as itself comes before where a union hides it.
fn sort(rules: &mut IndexMap<Rule, Vec<Found>>) {
    for places in rules.values_mut() {
        places.sort_by_key(|found| found.site.scope.is_some());
    }
}

/// Valid instances to edit: full ones that reach every optional member, and smaller ones.
fn twins(source: &Source, dice: &mut Dice, usage: &mut Usage) -> Vec<Value> {
    let modes = [
        Mode::Minimal,
        Mode::Random,
        Mode::Random,
        Mode::Full,
        Mode::Full,
        Mode::Full,
    ];
    let mut twins: Vec<Value> = Vec::new();
    // Each takes choices that those before it did not take: what is not there cannot be broken.
    for (number, mode) in modes.into_iter().enumerate() {
        match source.draw(dice, mode, Some(usage)) {
            Ok(value) if !twins.contains(&value) => twins.push(value),
            // What cannot be found in two ways is not looked for in more.
            Err(_) if number > 0 && twins.is_empty() => break,
            _ => {}
        }
    }
    twins.sort_by_cached_key(|twin| twin.to_string().len());
    twins
}
