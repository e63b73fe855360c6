//! Invalid instances: a valid one with one edit that breaks one keyword, confirmed by the validator.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::breach::{Proposal, proposals};
use super::describe::describe;
use super::dice::Dice;
use super::inverse::Inverses;
use super::map::{Map, Place};
use super::site::{Rule, Site, sites};
use super::source::Source;
use super::usage::Usage;
use super::walk::Mode;
use super::{Invalid, Mutation};
use crate::document::{Location, Pointer};
use crate::schema::Violation;

/// What is needed to break a schema's instances.
pub(super) struct Breaker {
    source: Arc<Source>,
    inverses: Inverses,
}

/// A site in one of the twins. The text is its pointer without indexes.
struct Found {
    twin: usize,
    site: Site,
    starred: Pointer,
}

/// How many proposals of one site are judged.
const PROPOSALS: usize = 16;
/// How many inverse values are judged.
const INVERSES: usize = 4;
/// How many ways an inverse may have.
const VARIANTS: usize = 7;
/// How many sites of one rule are remembered.
const SITES: usize = 8;
/// How many twins are added for the rules that they have, and how many of them in a row may have none.
const MORE_TWINS: usize = 16;
const VAIN_TWINS: usize = 3;
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
    pub(super) fn invalid(&self, dice: &mut Dice, count: usize) -> Vec<Invalid> {
        let mut usage = Usage::default();
        let mut twins = twins(&self.source, dice, &mut usage);
        let mut rules = self.rules(&mut twins, dice, &mut usage);
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for round in 0..ROUNDS {
            let before = found.len();
            rules.retain(|_, places| {
                if found.len() >= count {
                    return true;
                }
                match self.round(&twins, places, round, dice, &mut seen) {
                    Some(made) => {
                        found.push(made);
                        true
                    }
                    // What could not be broken in two rounds is given up.
                    None => round == 0,
                }
            });
            if found.len() >= count || found.len() == before && round > 0 {
                break;
            }
        }
        found
    }

    /// The rules that can be broken somewhere, in random order, each with its sites. Twins are added as
    /// long as they have more rules.
    fn rules(
        &self,
        twins: &mut Vec<Value>,
        dice: &mut Dice,
        usage: &mut Usage,
    ) -> IndexMap<Rule, Vec<Found>> {
        let mut rules: IndexMap<Rule, Vec<Found>> = IndexMap::new();
        for (number, twin) in twins.iter().enumerate() {
            self.add_rules(number, twin, &mut rules);
        }
        let mut in_vain = 0;
        for _ in 0..MORE_TWINS {
            if in_vain == VAIN_TWINS {
                break;
            }
            let Ok(value) = self.source.draw(dice, Mode::Random, Some(usage)) else {
                break;
            };
            let before = rules.len();
            self.add_rules(twins.len(), &value, &mut rules);
            in_vain = if rules.len() == before { in_vain + 1 } else { 0 };
            twins.push(value);
        }
        let mut order: Vec<_> = rules.into_iter().collect();
        dice.shuffle(&mut order);
        for (_, places) in &mut order {
            // Where a breach is reported as itself comes before where a union hides it.
            places.sort_by_key(|found| found.site.scope.is_some());
        }
        order.into_iter().collect()
    }

    fn add_rules(&self, twin: usize, value: &Value, rules: &mut IndexMap<Rule, Vec<Found>>) {
        for site in sites(self.source.map(), value) {
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
    }

    fn round(
        &self,
        twins: &[Value],
        places: &[Found],
        round: usize,
        dice: &mut Dice,
        seen: &mut HashSet<String>,
    ) -> Option<Invalid> {
        let start = round.checked_rem(places.len())?;
        let mut doubtful: Option<(String, Invalid)> = None;
        let map = self.source.map();
        for Found { twin, site, .. } in places.iter().skip(start).chain(places.iter().take(start)) {
            let (Some(twin), Some(place)) = (twins.get(*twin), map.place(site.place)) else {
                continue;
            };
            let present = twin.pointer(site.instance.as_str());
            let (Some(target), Some(present)) = (Target::new(map, site), present) else {
                continue;
            };
            let near = proposals(site, place, present, round / places.len(), dice);
            let inverse = (0..INVERSES).map(|attempt| {
                let variant = if site.keyword == "oneOf" {
                    (round + attempt) % VARIANTS
                } else {
                    0
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
                let mut value = twin.clone();
                *value.pointer_mut(site.instance.as_str())? = proposal.value.clone();
                let text = value.to_string();
                if seen.contains(&text) {
                    continue;
                }
                let violations = self.source.validator().violations(&value);
                let Some(violation) = violations.iter().find(|violation| target.is(violation))
                else {
                    continue;
                };
                let single = violations.len() == 1;
                if !single && doubtful.is_some() {
                    continue;
                }
                let mutation = mutation(site, place, &proposal, &target, violation);
                let invalid = Invalid {
                    value,
                    mutation,
                    single,
                };
                if single {
                    seen.insert(text);
                    return Some(invalid);
                }
                doubtful = Some((text, invalid));
            }
        }
        let (text, invalid) = doubtful?;
        seen.insert(text);
        Some(invalid)
    }
}

/// The keyword that the author wrote for a rule: formats of integers become ranges when a document
/// is lifted, and are reported as what they were.
fn written(place: &Place, keyword: &'static str) -> &'static str {
    let source = place.schema.source();
    let ranged = matches!(keyword, "minimum" | "maximum")
        && source.get(keyword).is_none()
        && source.get("format").is_some();
    if ranged { "format" } else { keyword }
}

fn mutation(
    site: &Site,
    place: &Place,
    proposal: &Proposal,
    target: &Target,
    violation: &Violation,
) -> Mutation {
    let instance = match (site.keyword, &site.argument, &site.scope) {
        // What is missing is named, not the object that misses it.
        ("required" | "dependentRequired", Some((_, name)), None) => target.instance.join(name),
        _ => violation.instance.clone(),
    };
    let keyword = written(place, site.keyword);
    Mutation {
        keyword: target.keyword.to_owned(),
        schema: target.location.clone(),
        instance,
        description: describe(
            site,
            keyword,
            place.keyword(keyword),
            Some(&proposal.value),
            proposal.member.as_deref(),
        ),
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
    let mut twins: Vec<(usize, Value)> = Vec::new();
    // Each takes choices that those before it did not take: what is not there cannot be broken.
    for mode in modes {
        if let Ok(value) = source.draw(dice, mode, Some(usage))
            && !twins.iter().any(|(_, twin)| *twin == value)
        {
            twins.push((value.to_string().len(), value));
        }
    }
    twins.sort_by_key(|(size, _)| *size);
    twins.into_iter().map(|(_, twin)| twin).collect()
}

/// What the validator has to report, and how that is named.
struct Target {
    keyword: &'static str,
    /// The keyword in the document as it was written.
    location: Location,
    /// The node that the validator names.
    instance: Pointer,
}

impl Target {
    fn new(map: &Map, site: &Site) -> Option<Self> {
        let (keyword, place, instance) = match &site.scope {
            Some(scope) => (scope.keyword, scope.place, &scope.instance),
            None => (site.keyword, site.place, &site.instance),
        };
        let place = map.place(place)?;
        let schema = &place.schema;
        let instance = instance.clone();
        let label = written(place, keyword);
        let at = |tokens: &[&str]| schema.location_below(tokens);
        let (keyword, location, instance) = match (label, &site.argument) {
            // What is `false` is reported as that schema, at the node that may not be there.
            ("properties", Some((_, name))) => {
                ("falseSchema", at(&[label, name]), instance.join(name))
            }
            ("items", _) => ("falseSchema", at(&[label]), instance),
            ("dependentRequired", _) => {
                let location = at(&[label]);
                let is_old = location.pointer.last().as_deref() == Some("dependencies");
                let keyword = if is_old { "dependencies" } else { label };
                (keyword, location, instance)
            }
            _ => (label, at(&[label]), instance),
        };
        Some(Self {
            keyword,
            location,
            instance,
        })
    }

    /// Whether a violation is the one that is wanted.
    fn is(&self, violation: &Violation) -> bool {
        let at = &violation.schema;
        let place = self.location.pointer == at.pointer;
        let instance = if self.keyword == "falseSchema" {
            self.instance.contains(&violation.instance)
        } else {
            self.instance == violation.instance
        };
        place && instance && at.document == self.location.document
    }
}
