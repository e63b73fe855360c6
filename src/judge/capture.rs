//! Values that are taken out of a body while it is judged, by their JSON Pointers (RFC 6901).

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::document::Pointer;

/// How many sets of pointers were made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// A place on the way to what is captured.
pub(super) type Want = u32;

/// Nothing at or below a value is captured.
pub(super) const NOTHING: Want = u32::MAX;

/// Where pointers start.
pub(super) const START: Want = 0;

/// Pointers, ready to be followed together.
#[derive(Debug, Clone)]
pub struct Captures {
    places: Vec<Place>,
    count: usize,
    id: u64,
}

#[derive(Debug, Clone, Default)]
struct Place {
    /// The pointers that end here.
    ends: Vec<usize>,
    below: Vec<Step>,
}

#[derive(Debug, Clone)]
struct Step {
    token: Box<str>,
    /// The token as an index of an array.
    index: Option<usize>,
    to: Want,
}

/// Where in a body the values stand that were to be captured.
#[derive(Debug, Clone, Default)]
pub struct Captured(Vec<Option<Range<usize>>>);

impl Captured {
    /// The text of the value at the pointer of this number, white space around it excluded; `None` if
    /// the body has no such value.
    pub fn get<'a>(&self, number: usize, body: &'a [u8]) -> Option<&'a str> {
        let range = self.0.get(number)?.clone()?;
        std::str::from_utf8(body.get(range)?).ok()
    }

    pub(super) fn reset(&mut self, captures: &Captures) {
        self.0.clear();
        self.0.resize(captures.count, None);
    }

    /// The places of all that was captured, with their numbers.
    pub(super) fn places(&self) -> impl Iterator<Item = (Range<usize>, usize)> {
        let numbered = self.0.iter().enumerate();
        numbered.filter_map(|(number, range)| Some((range.clone()?, number)))
    }

    /// What is captured under a number starts at a place.
    pub(super) fn start(&mut self, number: usize, at: usize) {
        self.set(number, Some(&(at..at)));
    }

    /// What is captured under a number, whose start is known, ends at a place.
    pub(super) fn end(&mut self, number: usize, at: usize) {
        if let Some(Some(range)) = self.0.get_mut(number) {
            range.end = at;
        }
    }

    fn set(&mut self, number: usize, range: Option<&Range<usize>>) {
        if let Some(place) = self.0.get_mut(number) {
            *place = range.cloned();
        }
    }
}

impl Captures {
    /// Pointers, by the order of which what they lead to is numbered.
    pub fn new(pointers: &[Pointer]) -> Self {
        let mut made = Self {
            places: vec![Place::default()],
            count: pointers.len(),
            id: MADE.fetch_add(1, Ordering::Relaxed) + 1,
        };
        for (number, pointer) in pointers.iter().enumerate() {
            let mut at = START;
            for token in pointer.tokens() {
                at = made.step(at, &token);
            }
            if let Some(place) = made.places.get_mut(at as usize) {
                place.ends.push(number);
            }
        }
        made
    }

    /// No pointers; takes no memory.
    pub fn none() -> Self {
        Self {
            places: Vec::new(),
            count: 0,
            id: 0,
        }
    }

    /// A number that tells them from others.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Whether there are no pointers.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The place that everything starts from.
    pub(super) fn start(&self) -> Want {
        if self.is_empty() { NOTHING } else { START }
    }

    fn step(&mut self, at: Want, token: &str) -> Want {
        let known = self.member(at, token.as_bytes());
        if known != NOTHING {
            return known;
        }
        let to = Want::try_from(self.places.len()).unwrap_or(NOTHING);
        if let Some(place) = self.places.get_mut(at as usize) {
            place.below.push(Step {
                token: token.into(),
                index: index(token),
                to,
            });
        }
        self.places.push(Place::default());
        to
    }

    fn below(&self, at: Want) -> &[Step] {
        let place = self.places.get(at as usize);
        place.map_or(&[], |place| &place.below)
    }

    /// What is wanted of a member.
    pub(super) fn member(&self, at: Want, name: &[u8]) -> Want {
        let mut steps = self.below(at).iter();
        let step = steps.find(|step| step.token.as_bytes() == name);
        step.map_or(NOTHING, |step| step.to)
    }

    /// What is wanted of an item.
    pub(super) fn item(&self, at: Want, index: usize) -> Want {
        let mut steps = self.below(at).iter();
        let step = steps.find(|step| step.index == Some(index));
        step.map_or(NOTHING, |step| step.to)
    }

    /// A value stands here; what stood here before, under the same name, does not count.
    pub(super) fn take(&self, at: Want, range: &Range<usize>, into: &mut Captured) {
        let place = self.places.get(at as usize);
        for number in place.map_or(&[][..], |place| &place.ends) {
            into.set(*number, Some(range));
        }
    }

    /// A value starts here: nothing at or below it was found yet.
    pub(super) fn forget(&self, at: Want, into: &mut Captured) {
        let Some(place) = self.places.get(at as usize) else {
            return;
        };
        for number in &place.ends {
            into.set(*number, None);
        }
        for step in &place.below {
            self.forget(step.to, into);
        }
    }
}

/// A token as the index of an array (RFC 6901 section 4).
fn index(token: &str) -> Option<usize> {
    let is_index = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| is_index)
}
