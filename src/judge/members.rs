//! The members of an object on the way: which property comes is guessed from what came the last time.

use super::Stop;
use super::capture::{NOTHING, Want};
use super::graph::{ANYTHING, Bits, Node, Object, Others};
use super::names::Mark;
use super::token::{Raw, is_private, unescape};
use super::walk::Walk;
use super::witness::Witness;

/// What is known of a name.
enum Known {
    /// It is that of the property with this number.
    Property(usize),
    Other(Raw),
}

impl<'a, W: Witness> Walk<'a, W> {
    /// Behind an object, whose brace was passed.
    pub(super) fn object(&mut self, at: usize, node: &'a Node, want: Want) -> Result<usize, Stop> {
        let Some(object) = node.object.as_deref() else {
            return self.members(at, want);
        };
        let mark = self.names.open();
        let mut seen = Bits::default();
        let mut place = object.place;
        let mut count = 0;
        let mut at = self.text.space(at);
        if self.text.byte(at) == b'}' {
            at += 1;
        } else {
            loop {
                let guess = self.next.get(place).copied().map_or(0, usize::from);
                let guessed = object.properties.get(guess);
                let passed = guessed
                    .and_then(|property| property.written.as_ref()?.pass(self.text.bytes, at));
                let (known, there) = match passed {
                    Some(there) => (Known::Property(guess), there),
                    None => self.name(at, object, place)?,
                };
                let start = self.text.space(there);
                match known {
                    Known::Property(number) => {
                        let property = object.properties.get(number).ok_or(Stop::Unsure)?;
                        if !seen.insert(number) && self.graph.wants_distinct {
                            return Err(Stop::Unsure);
                        }
                        place = object.place + number + 1;
                        let wanted = if want == NOTHING {
                            NOTHING
                        } else {
                            self.captures.member(want, property.name.as_bytes())
                        };
                        at = self.value(start, property.node, wanted)?;
                    }
                    Known::Other(raw) => at = self.other(start, object, raw, mark, want)?,
                }
                self.reached = at;
                count += 1;
                let (next, goes_on) = self.text.goes_on(at, b'}')?;
                at = next;
                if !goes_on {
                    break;
                }
            }
        }
        if self.graph.wants_distinct {
            self.names.close(mark)?;
        }
        if seen.has_all(&object.required) && (object.least..=object.most).contains(&count) {
            Ok(at)
        } else {
            Err(Stop::Invalid)
        }
    }

    /// The name of a member that was not guessed, and the place behind its colon.
    #[inline(never)]
    fn name(&mut self, at: usize, object: &Object, place: usize) -> Result<(Known, usize), Stop> {
        let raw = self.text.name(at)?;
        let found = self.said(raw, |name| {
            if is_private(name.bytes()) {
                return Err(Stop::Unsure);
            }
            Ok(object.names.find(name))
        })?;
        if let Some(number) = found
            && let Some(next) = self.next.get_mut(place)
        {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "no node has so many properties"
            )]
            let number = number as u16;
            *next = number;
        }
        let known = found.map_or(Known::Other(raw), Known::Property);
        Ok((known, self.text.colon(raw.end)?))
    }

    /// Behind a member that is not known by its name.
    fn other(
        &mut self,
        start: usize,
        object: &'a Object,
        raw: Raw,
        mark: Mark,
        want: Want,
    ) -> Result<usize, Stop> {
        let wanted = self.note(raw, mark, want)?;
        match &object.others {
            Others::All(node) => self.value(start, *node, wanted),
            Others::ByPattern(parts) => {
                // Reads the member once for all, so that its end is known whatever matches.
                let end = self.value(start, ANYTHING, wanted)?;
                for part in parts {
                    let mut matches = false;
                    for (pattern, node) in &part.patterns {
                        if self.said(raw, |name| pattern.holds_for(name.bytes())) {
                            matches = true;
                            self.again(end - start)?;
                            self.value(start, *node, NOTHING)?;
                        }
                    }
                    if !matches && part.otherwise != ANYTHING {
                        self.again(end - start)?;
                        self.value(start, part.otherwise, NOTHING)?;
                    }
                }
                Ok(end)
            }
        }
    }

    /// Keeps a name that no property has, and tells what is wanted of its member.
    fn note(&mut self, raw: Raw, mark: Mark, want: Want) -> Result<Want, Stop> {
        if !self.graph.wants_distinct && want == NOTHING {
            return Ok(NOTHING);
        }
        let mut name = self.text.said(raw);
        if raw.is_escaped {
            self.said.clear();
            unescape(name, self.said);
            name = self.said.as_bytes();
        }
        if self.graph.wants_distinct {
            self.names.add(mark, name)?;
        }
        if want == NOTHING {
            return Ok(NOTHING);
        }
        Ok(self.captures.member(want, name))
    }

    /// Behind an object of which nothing is asked, whose brace was passed.
    fn members(&mut self, at: usize, want: Want) -> Result<usize, Stop> {
        let mark = self.names.open();
        let mut at = self.text.space(at);
        if self.text.byte(at) == b'}' {
            return Ok(at + 1);
        }
        loop {
            let raw = self.text.name(at)?;
            if (raw.is_escaped || self.text.byte(raw.start) == b'$')
                && self.said(raw, |name| is_private(name.bytes()))
            {
                return Err(Stop::Unsure);
            }
            let wanted = self.note(raw, mark, want)?;
            let start = self.text.space(self.text.colon(raw.end)?);
            at = self.value(start, ANYTHING, wanted)?;
            self.reached = at;
            let (next, goes_on) = self.text.goes_on(at, b'}')?;
            at = next;
            if !goes_on {
                break;
            }
        }
        if self.graph.wants_distinct {
            self.names.close(mark)?;
        }
        Ok(at)
    }
}
