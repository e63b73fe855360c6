//! Boundary lists: the edges of every keyword, from both sides, each constraint once before any twice.
//!
//! Nothing here is drawn at random. A tour starts from a small and from full instances, notes which
//! keyword applies to which node of them, and makes an instance for every edge that none of those
//! before has shown. Instances that open new ground (another branch, another type) are toured, too.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::arena::Arena;
use super::candidate::{edited, narrowed};
use super::describe::{LIMIT, node, short};
use super::dice::Dice;
use super::edge::{Aim, Edge, aims, omitted};
use super::invalid::Breaker;
use super::map::{Map, Place, PlaceId, Spot};
use super::source::Source;
use super::target::written;
use super::walk::{Mode, Walk};
use super::work::Work;
use super::{Boundary, Edges, LeftOut, Shown};
use crate::document::Pointer;

/// What comes first: what is not combined, then the first edges of each keyword at its first node.
pub(super) type Rank = (bool, usize);

/// A place and a node without indexes: where an edge counts as shown.
type Site = (PlaceId, Pointer);

/// An edge to show, and the instance and node to start from.
struct Goal {
    site: Site,
    aim: Aim,
    twin: usize,
    instance: Pointer,
}

/// The way through the edges of a schema.
pub(super) struct Tour<'a> {
    source: &'a Source,
    work: &'a Work<'a>,
    map: &'a Map,
    twins: Vec<Value>,
    goals: BTreeMap<(Rank, usize), Goal>,
    /// The aims at each node that no instance has shown yet.
    open: HashMap<Site, Vec<Aim>>,
    /// The nodes, and types of value there, whose aims are noted; the aims that ever were.
    visited: HashSet<(Site, Kind)>,
    noted: HashSet<(Site, Aim)>,
    /// At which nodes each place was met, and some of the values there.
    met: HashMap<PlaceId, Vec<Pointer>>,
    samples: HashMap<PlaceId, Vec<(usize, Pointer)>>,
    arenas: HashMap<(PlaceId, Aim), Option<Arc<Arena>>>,
    seen: HashSet<String>,
    /// How many candidates may still be judged, and how many schemas narrowed.
    judged: usize,
    narrowed: usize,
    numbered: usize,
    /// How many edges there was no room for, and how many goals no schema was narrowed for.
    omitted: usize,
    starved: usize,
}

/// At how many nodes the same schema is taken for another one.
const NODES: usize = 8;
/// How many values of a place are remembered, to take members from.
const SAMPLES: usize = 16;
/// How many goals, and how many instances to start from, there may be.
const GOALS: usize = 20_000;
const TWINS: usize = 256;
/// How many instances are started from in any case.
const FIRST: usize = 5;
/// How many candidates are judged for each instance that is asked for, and at least.
const JUDGED: usize = 24;
const JUDGED_LEAST: usize = 400;
/// How many schemas are narrowed for each instance that is asked for, and at least.
const NARROWED: usize = 4;
const NARROWED_LEAST: usize = 60;

impl<'a> Tour<'a> {
    /// A tour that is asked for so many instances.
    pub(super) fn new(source: &'a Source, limit: usize, work: &'a Work<'a>) -> Self {
        let mut tour = Self {
            source,
            work,
            map: source.map(),
            twins: Vec::new(),
            goals: BTreeMap::new(),
            open: HashMap::new(),
            visited: HashSet::new(),
            noted: HashSet::new(),
            met: HashMap::new(),
            samples: HashMap::new(),
            arenas: HashMap::new(),
            seen: HashSet::new(),
            judged: limit.saturating_mul(JUDGED).max(JUDGED_LEAST),
            narrowed: limit.saturating_mul(NARROWED).max(NARROWED_LEAST),
            numbered: 0,
            omitted: 0,
            starved: 0,
        };
        let modes = [
            Mode::Minimal,
            Mode::Full,
            Mode::Full,
            Mode::Random,
            Mode::Random,
        ];
        let mut twins: Vec<Value> = Vec::new();
        for (number, mode) in (0..).zip(modes) {
            match source.draw(&mut Dice::new(number), mode, None) {
                Ok(value) if !twins.contains(&value) => twins.push(value),
                Err(_) if number > 0 && twins.is_empty() => break,
                _ => {}
            }
        }
        // Where an edge can be shown in a small instance it is.
        twins.sort_by_key(|twin| twin.to_string().len());
        for twin in twins {
            tour.start_from(&twin);
        }
        tour
    }

    /// Up to `limit` instances with their ranks, in order of these.
    pub(super) fn run(&mut self, limit: usize) -> Vec<(Rank, Shown)> {
        let mut found = Vec::new();
        while found.len() < limit
            && self.judged > 0
            && self.work.is_left()
            && let Some(((rank, _), goal)) = self.goals.pop_first()
        {
            if !self.is_open(&goal) {
                continue;
            }
            if let Some(value) = self.reach(&goal) {
                self.seen.insert(value.to_string());
                let shown = self.shown(&goal, value);
                found.extend(shown.map(|shown| (rank, shown)));
            }
        }
        found
    }

    fn is_open(&self, goal: &Goal) -> bool {
        let aims = self.open.get(&goal.site);
        aims.is_some_and(|aims| aims.contains(&goal.aim))
    }

    /// The edges that were not looked at.
    fn left_out(&self) -> LeftOut {
        let waiting = self.goals.values().filter(|goal| self.is_open(goal));
        LeftOut {
            by_limit: waiting.count() + self.starved,
            by_size: self.omitted,
        }
    }

    /// The instances that were started from, the smallest first.
    pub(super) fn into_twins(mut self) -> Vec<Value> {
        self.twins.sort_by_key(|twin| twin.to_string().len());
        self.twins
    }

    /// Notes the edges of an instance's nodes, if there are new ones.
    fn start_from(&mut self, value: &Value) {
        let spots = self.map.spots(value);
        self.note(value, &spots);
    }

    fn note(&mut self, value: &Value, spots: &[Spot]) {
        let twin = self.twins.len();
        if twin >= TWINS {
            return;
        }
        let mut is_new = twin < FIRST;
        for spot in spots {
            let (Some(place), Some(node)) = (
                self.map.place(spot.place),
                value.pointer(spot.instance.as_str()),
            ) else {
                continue;
            };
            let site = (spot.place, spot.instance.starred());
            if self.visited.contains(&(site.clone(), kind(node))) {
                continue;
            }
            let met = self.met.entry(spot.place).or_default();
            if !met.contains(&site.1) {
                if met.len() >= NODES {
                    continue;
                }
                met.push(site.1.clone());
            }
            let location = met.iter().position(|known| *known == site.1).unwrap_or(0);
            self.visited.insert((site.clone(), kind(node)));
            is_new = true;
            self.omitted += omitted(place);
            self.aim(place, &site, node, &spot.instance, location);
        }
        if is_new {
            self.twins.push(value.clone());
            for spot in spots {
                let samples = self.samples.entry(spot.place).or_default();
                if samples.len() < SAMPLES {
                    samples.push((twin, spot.instance.clone()));
                }
            }
        }
    }

    fn aim(&mut self, place: &Place, site: &Site, node: &Value, at: &Pointer, location: usize) {
        let mut ranks: HashMap<(&'static str, Option<String>), usize> = HashMap::new();
        for aim in aims(place, node) {
            let rank = ranks.entry((aim.keyword, aim.member.clone())).or_default();
            let is_late = matches!(aim.edge, Edge::Together(_))
                || aim.keyword == "type" && matches!(aim.edge, Edge::Number(_));
            let order = (is_late, *rank + location);
            *rank += 1;
            if self.goals.len() >= GOALS {
                self.omitted += 1;
                continue;
            }
            if !self.noted.insert((site.clone(), aim.clone())) {
                continue;
            }
            self.open.entry(site.clone()).or_default().push(aim.clone());
            let goal = Goal {
                site: site.clone(),
                aim,
                twin: self.twins.len(),
                instance: at.clone(),
            };
            self.goals.insert((order, self.numbered), goal);
            self.numbered += 1;
        }
    }

    /// A new valid instance that shows an edge; what else it shows is not asked for again.
    fn reach(&mut self, goal: &Goal) -> Option<Value> {
        let place = self.map.place(goal.site.0)?;
        let twin = self.twins.get(goal.twin)?;
        let small = self
            .twins
            .first()
            .and_then(|small| graft(small, twin, &goal.instance))
            .filter(|small| small != twin && self.source.is_valid(small));
        let bases: Vec<Value> = small.into_iter().chain([twin.clone()]).collect();
        let nodes: Vec<Value> = {
            let samples = self.samples.get(&goal.site.0).into_iter().flatten();
            samples
                .filter_map(|(twin, at)| self.twins.get(*twin)?.pointer(at.as_str()).cloned())
                .collect()
        };
        let samples: Vec<&Value> = nodes.iter().collect();
        for base in &bases {
            let Some(present) = base.pointer(goal.instance.as_str()) else {
                continue;
            };
            for made in edited(&goal.aim, place, present, &samples) {
                if let Some(found) = self.judge(goal, place, base, made) {
                    return Some(found);
                }
            }
        }
        let arena = self.arena(goal, place)?;
        let opens = matches!(
            goal.aim.edge,
            Edge::Branch(_) | Edge::Taken(_) | Edge::Kind(_)
        );
        let mut found = None;
        for (number, mode) in (0..).zip([Mode::Minimal, Mode::Full, Mode::Random, Mode::Random]) {
            let Ok(made) = Walk::new(&arena, Dice::new(number), mode).instance() else {
                continue;
            };
            for base in &bases {
                if found.is_none() {
                    found = self.judge(goal, place, base, made.clone());
                } else if opens
                    && mode == Mode::Full
                    && let Some(full) = replaced(base, &goal.instance, made.clone())
                    && self.source.is_valid(&full)
                {
                    self.start_from(&full);
                }
            }
            if found.is_some() && (!opens || mode != Mode::Minimal) {
                break;
            }
        }
        found
    }

    fn arena(&mut self, goal: &Goal, place: &Place) -> Option<Arc<Arena>> {
        let key = (goal.site.0, goal.aim.clone());
        if let Some(known) = self.arenas.get(&key) {
            return known.clone();
        }
        if self.narrowed == 0 {
            self.starved += 1;
            return None;
        }
        self.narrowed -= 1;
        let made = narrowed(&goal.aim, place).map(Arc::new);
        self.arenas.insert(key, made.clone());
        made
    }

    /// The base with another value at the goal's node, if that is new, valid and shows the edge.
    fn judge(&mut self, goal: &Goal, place: &Place, base: &Value, made: Value) -> Option<Value> {
        if !goal.aim.is_shown(self.map, place, &made) {
            return None;
        }
        self.judged = self.judged.checked_sub(1)?;
        let mut value = replaced(base, &goal.instance, made)?;
        if self.map.held_back(base).is_empty()
            && let Some(fewer) = self.map.without_held_back(&value)
        {
            let node = fewer.pointer(goal.instance.as_str())?;
            goal.aim.is_shown(self.map, place, node).then_some(())?;
            value = fewer;
        }
        let text = value.to_string();
        if !self.work.spend(text.len(), 0)
            || self.seen.contains(&text)
            || !self.source.is_valid(&value)
        {
            return None;
        }
        let spots = self.map.spots(&value);
        self.work.spend(0, spots.len());
        let applies = |spot: &Spot| spot.place == goal.site.0 && spot.instance == goal.instance;
        if !spots.iter().any(applies) {
            return None;
        }
        self.note(&value, &spots);
        self.mark(&value, &spots);
        Some(value)
    }

    /// Takes from the open edges what an instance shows.
    fn mark(&mut self, value: &Value, spots: &[Spot]) {
        for spot in spots {
            let site = (spot.place, spot.instance.starred());
            if let (Some(aims), Some(place), Some(node)) = (
                self.open.get_mut(&site),
                self.map.place(spot.place),
                value.pointer(spot.instance.as_str()),
            ) {
                aims.retain(|aim| !aim.is_shown(self.map, place, node));
            }
        }
    }

    fn shown(&self, goal: &Goal, value: Value) -> Option<Shown> {
        let place = self.map.place(goal.site.0)?;
        let schema = &place.schema;
        let label = written(place, goal.aim.keyword);
        let pointer = schema.pointer().join(label);
        let pointer = match (&goal.aim.member, &goal.aim.edge) {
            (Some(name), Edge::Present(_) | Edge::Absent(_)) if label == "properties" => {
                pointer.join(name)
            }
            (_, Edge::Branch(index)) => pointer.index(*index),
            _ => pointer,
        };
        let text = format!("{} {}", node(&goal.instance), goal.aim.words(place));
        Some(Shown {
            value,
            keyword: label.to_owned(),
            schema: schema.set().location(schema.document(), &pointer),
            instance: goal.instance.clone(),
            description: short(text, LIMIT),
        })
    }
}

/// What values of one type have in common.
type Kind = std::mem::Discriminant<Value>;

fn kind(value: &Value) -> Kind {
    std::mem::discriminant(value)
}

fn replaced(base: &Value, at: &Pointer, made: Value) -> Option<Value> {
    let mut value = base.clone();
    *value.pointer_mut(at.as_str())? = made;
    Some(value)
}

/// The small instance with as much of the large one as it needs to have a node there.
fn graft(small: &Value, large: &Value, at: &Pointer) -> Option<Value> {
    let mut made = small.clone();
    let mut above = Pointer::root();
    for token in at.tokens() {
        let next = above.join(&token);
        if made.pointer(next.as_str()).is_none() {
            let missing = large.pointer(next.as_str())?.clone();
            match (
                made.pointer_mut(above.as_str())?,
                large.pointer(above.as_str())?,
            ) {
                (Value::Object(members), Value::Object(_)) => {
                    members.insert(token.into_owned(), missing);
                }
                (node, other) => *node = other.clone(),
            }
            return Some(made);
        }
        above = next;
    }
    Some(made)
}

/// Both lists as one, of `limit` instances: sides alternate within a rank.
pub(super) fn boundary(source: &Source, breaker: &Breaker, limit: usize, work: &Work<'_>) -> Edges {
    let mut tour = Tour::new(source, limit, work);
    let valid = tour.run(limit);
    let mut left_out = tour.left_out();
    let twins = tour.into_twins();
    let (invalid, waiting) = breaker.boundary(&twins, limit, work);
    let mut all: Vec<((Rank, usize, bool), Boundary)> = Vec::new();
    let mut counts: BTreeMap<(Rank, bool), usize> = BTreeMap::new();
    let mut add = |rank: Rank, boundary: Boundary| {
        let is_invalid = matches!(boundary, Boundary::Invalid(_));
        let count = counts.entry((rank, is_invalid)).or_default();
        all.push(((rank, *count, is_invalid), boundary));
        *count += 1;
    };
    for (rank, shown) in valid {
        add(rank, Boundary::Valid(shown));
    }
    for (round, invalid) in invalid {
        add((false, round), Boundary::Invalid(invalid));
    }
    all.sort_by_key(|(order, _)| *order);
    left_out.by_limit += waiting + all.len().saturating_sub(limit);
    let in_order = all.into_iter().map(|(_, boundary)| boundary);
    Edges {
        instances: in_order.take(limit).collect(),
        left_out,
    }
}
