//! Judging a body while it is read, once, without making anything of it.

use super::Stop;
use super::capture::{Captured, Captures, NOTHING, Want};
use super::graph::{ANYTHING, Bits, Graph, Node, NodeId, Object, Others, kinds};
use super::names::Mark;
use super::number::NumberText;
use super::scan::{Raw, Scanner, is_private, unescape};
use super::tape::DEPTH;
use super::trail::Trail;
use jsonschema::json::JsonNumber;

/// How often each byte of a body may be looked at for one alternative or another.
const VISITS: usize = 16;

/// A body, and how far it was read.
pub(super) struct Walk<'a> {
    graph: &'a Graph,
    scanner: Scanner<'a>,
    trail: &'a mut Trail,
    captures: &'a Captures,
    captured: &'a mut Captured,
    depth: u32,
    visits: usize,
}

impl<'a> Walk<'a> {
    /// Whether a body is valid, and where in it the values stand that are captured.
    pub(super) fn judge(
        graph: &'a Graph,
        body: &'a str,
        trail: &'a mut Trail,
        captures: &'a Captures,
        captured: &'a mut Captured,
    ) -> Result<(), Stop> {
        trail.names.clear();
        let mut walk = Self {
            graph,
            scanner: Scanner::new(body),
            trail,
            captures,
            captured,
            depth: 0,
            visits: VISITS * (body.len() + VISITS),
        };
        walk.scanner.space();
        walk.value(graph.root, captures.start())?;
        if walk.scanner.is_done() {
            Ok(())
        } else {
            Err(Stop::Invalid)
        }
    }

    /// A value, at whose first byte the scanner is.
    fn value(&mut self, id: NodeId, want: Want) -> Result<(), Stop> {
        self.visits = self.visits.checked_sub(1).ok_or(Stop::Unsure)?;
        if want == NOTHING && id == ANYTHING {
            return self.pass();
        }
        let graph = self.graph;
        let node = graph.nodes.get(id as usize).ok_or(Stop::Unsure)?;
        let start = self.scanner.at();
        if want != NOTHING {
            self.captures.forget(want, self.captured);
        }
        if node.groups.is_empty() {
            self.base(node, want)?;
        } else {
            self.alternatives(node, want)?;
        }
        if want != NOTHING {
            let range = start..self.scanner.at();
            self.captures.take(want, &range, self.captured);
        }
        Ok(())
    }

    fn alternatives(&mut self, node: &'a Node, want: Want) -> Result<(), Stop> {
        let start = self.scanner.at();
        let kind = kind(self.scanner.peek());
        // What is captured is found on the first way through; alternatives lead through the same text.
        let mut end = None;
        if !node.is_plain() || want != NOTHING {
            self.base(node, want)?;
            end = Some(self.scanner.at());
        }
        let (depth, mark) = (self.depth, self.trail.names.open());
        for group in &node.groups {
            let mut holding = 0;
            for branch in &group.branches {
                let accepts = self.graph.nodes.get(*branch as usize);
                if accepts.is_none_or(|branch| branch.accepts & kind == 0) {
                    continue;
                }
                self.scanner.go(start);
                match self.value(*branch, NOTHING) {
                    Ok(()) => {
                        holding += 1;
                        end = Some(self.scanner.at());
                        if !group.is_one {
                            break;
                        }
                        if holding > 1 {
                            return Err(Stop::Invalid);
                        }
                    }
                    Err(Stop::Invalid) => {
                        self.depth = depth;
                        self.trail.names.back(mark);
                    }
                    Err(Stop::Unsure) => return Err(Stop::Unsure),
                }
            }
            if holding == 0 {
                return Err(Stop::Invalid);
            }
        }
        self.scanner.go(end.ok_or(Stop::Unsure)?);
        Ok(())
    }

    /// What the node itself asks.
    fn base(&mut self, node: &'a Node, want: Want) -> Result<(), Stop> {
        let first = self.scanner.peek();
        if node.accepts & kind(first) == 0 {
            return Err(Stop::Invalid);
        }
        match first {
            b'"' => self.string(node),
            b'{' => {
                self.deeper()?;
                self.object(node, want)?;
                self.depth -= 1;
                offers(node, |_| false)
            }
            b'[' => {
                self.deeper()?;
                self.array(node, want)?;
                self.depth -= 1;
                offers(node, |_| false)
            }
            b't' => {
                self.scanner.word("true")?;
                offers(node, |choice| choice.has_true)
            }
            b'f' => {
                self.scanner.word("false")?;
                offers(node, |choice| choice.has_false)
            }
            b'n' => {
                self.scanner.word("null")?;
                offers(node, |choice| choice.has_null)
            }
            _ => self.number(node),
        }
    }

    fn deeper(&mut self) -> Result<(), Stop> {
        if self.depth >= DEPTH {
            return Err(Stop::Unsure);
        }
        self.depth += 1;
        self.scanner.pass();
        Ok(())
    }

    fn number(&mut self, node: &Node) -> Result<(), Stop> {
        let (text, is_plain) = self.scanner.number()?;
        let holds = (!node.is_integer || is_plain || NumberText(text).is_integer())
            && node
                .digits
                .as_ref()
                .is_none_or(|digits| digits.hold_for(text, is_plain));
        if !holds {
            return Err(Stop::Invalid);
        }
        offers(node, |choice| choice.has_number(text))
    }

    fn string(&mut self, node: &Node) -> Result<(), Stop> {
        self.scanner.pass();
        let raw = self.scanner.string()?;
        if node.letters.is_none() && node.choices.is_empty() {
            return Ok(());
        }
        let check = |text: &str| {
            let letters = node.letters.as_ref();
            if letters.is_some_and(|letters| !letters.hold_for(text)) {
                return Err(Stop::Invalid);
            }
            offers(node, |choice| choice.has_text(text))
        };
        self.said(raw, check)
    }

    /// Does something with what a string says.
    fn said<T>(&mut self, raw: Raw<'_>, act: impl FnOnce(&str) -> T) -> T {
        if !raw.is_escaped {
            return act(raw.text);
        }
        self.trail.text.clear();
        unescape(raw.text, &mut self.trail.text);
        act(&self.trail.text)
    }

    fn array(&mut self, node: &'a Node, want: Want) -> Result<(), Stop> {
        let array = node.array.as_deref();
        let mut count = 0;
        if self.scanner.space() == b']' {
            self.scanner.pass();
        } else {
            loop {
                let item = array.map_or(ANYTHING, |array| {
                    array.first.get(count).copied().unwrap_or(array.rest)
                });
                let wanted = if want == NOTHING {
                    NOTHING
                } else {
                    self.captures.item(want, count)
                };
                self.scanner.space();
                self.value(item, wanted)?;
                count += 1;
                if !self.goes_on(b']')? {
                    break;
                }
            }
        }
        match array {
            Some(array) if !(array.least..=array.most).contains(&(count as u64)) => {
                Err(Stop::Invalid)
            }
            _ => Ok(()),
        }
    }

    /// Passes a comma, or else what ends the array or object.
    #[inline]
    fn goes_on(&mut self, end: u8) -> Result<bool, Stop> {
        let next = self.scanner.space();
        self.scanner.pass();
        if next == b',' {
            Ok(true)
        } else if next == end {
            Ok(false)
        } else {
            Err(Stop::Invalid)
        }
    }

    fn object(&mut self, node: &'a Node, want: Want) -> Result<(), Stop> {
        let Some(object) = node.object.as_deref() else {
            return self.members(want);
        };
        let mark = self.trail.names.open();
        let mut seen = Bits::default();
        let mut place = object.place;
        let mut count = 0;
        if self.scanner.space() == b'}' {
            self.scanner.pass();
        } else {
            loop {
                self.scanner.expect(b'"')?;
                let number = self.property(object, place)?;
                match number {
                    Known::Property(number) => {
                        let property = object.properties.get(number).ok_or(Stop::Unsure)?;
                        if !seen.insert(number) && self.graph.wants_distinct {
                            return Err(Stop::Unsure);
                        }
                        if let Some(next) = self.trail.next.get_mut(place) {
                            #[expect(
                                clippy::cast_possible_truncation,
                                reason = "no node has so many properties"
                            )]
                            let number = number as u16;
                            *next = number;
                        }
                        place = object.place + number + 1;
                        let wanted = if want == NOTHING {
                            NOTHING
                        } else {
                            self.captures.member(want, &property.name)
                        };
                        self.colon()?;
                        self.value(property.node, wanted)?;
                    }
                    Known::Other(raw) => self.other(object, raw, mark, want)?,
                }
                count += 1;
                if !self.goes_on(b'}')? {
                    break;
                }
            }
        }
        if self.graph.wants_distinct {
            self.trail.names.close(mark)?;
        }
        if seen.has_all(&object.required) && (object.least..=object.most).contains(&count) {
            Ok(())
        } else {
            Err(Stop::Invalid)
        }
    }

    #[inline]
    fn colon(&mut self) -> Result<(), Stop> {
        self.scanner.expect(b':')?;
        self.scanner.space();
        Ok(())
    }

    /// The name of a member, whose opening quote was passed; the one that came here last is tried first.
    #[inline]
    fn property(&mut self, object: &Object, place: usize) -> Result<Known<'a>, Stop> {
        let guess = self.trail.next.get(place).copied().map_or(0, usize::from);
        if let Some(property) = object.properties.get(guess)
            && !property.written.is_empty()
            && self.scanner.takes(property.written.as_bytes())
        {
            return Ok(Known::Property(guess));
        }
        let raw = self.scanner.string()?;
        let found = self.said(raw, |name| {
            if is_private(name) {
                return Err(Stop::Unsure);
            }
            Ok(object.find(name))
        })?;
        Ok(found.map_or(Known::Other(raw), Known::Property))
    }

    /// A member that is not known by its name.
    fn other(
        &mut self,
        object: &'a Object,
        raw: Raw<'a>,
        mark: Mark,
        want: Want,
    ) -> Result<(), Stop> {
        let wanted = self.name(raw, mark, want)?;
        self.colon()?;
        match &object.others {
            Others::All(node) => self.value(*node, wanted),
            Others::ByPattern(parts) => {
                let start = self.scanner.at();
                // Reads the member once for all, so that its end is known whatever matches.
                self.value(ANYTHING, wanted)?;
                let end = self.scanner.at();
                for part in parts {
                    let mut matches = false;
                    for (pattern, node) in &part.patterns {
                        if self.said(raw, |name| pattern.holds_for(name)) {
                            matches = true;
                            self.scanner.go(start);
                            self.value(*node, NOTHING)?;
                        }
                    }
                    if !matches {
                        self.scanner.go(start);
                        self.value(part.otherwise, NOTHING)?;
                    }
                }
                self.scanner.go(end);
                Ok(())
            }
        }
    }

    /// Keeps a name that no property has, and tells what is wanted of its member.
    fn name(&mut self, raw: Raw<'a>, mark: Mark, want: Want) -> Result<Want, Stop> {
        if !self.graph.wants_distinct && want == NOTHING {
            return Ok(NOTHING);
        }
        let wants_distinct = self.graph.wants_distinct;
        let Trail { names, text, .. } = &mut *self.trail;
        let name = if raw.is_escaped {
            text.clear();
            unescape(raw.text, text);
            text
        } else {
            raw.text
        };
        if wants_distinct {
            names.add(mark, name)?;
        }
        if want == NOTHING {
            return Ok(NOTHING);
        }
        Ok(self.captures.member(want, name))
    }

    /// The members of an object of which nothing is asked.
    fn members(&mut self, want: Want) -> Result<(), Stop> {
        let mark = self.trail.names.open();
        if self.scanner.space() == b'}' {
            self.scanner.pass();
            return Ok(());
        }
        loop {
            self.scanner.expect(b'"')?;
            let raw = self.scanner.string()?;
            if (raw.is_escaped || raw.text.starts_with('$')) && self.said(raw, is_private) {
                return Err(Stop::Unsure);
            }
            let wanted = self.name(raw, mark, want)?;
            self.colon()?;
            self.value(ANYTHING, wanted)?;
            if !self.goes_on(b'}')? {
                break;
            }
        }
        if self.graph.wants_distinct {
            self.trail.names.close(mark)?;
        }
        Ok(())
    }

    /// A value of which nothing is asked.
    fn pass(&mut self) -> Result<(), Stop> {
        match self.scanner.peek() {
            b'"' => {
                self.scanner.pass();
                self.scanner.string().map(|_| ())
            }
            b'{' => {
                self.deeper()?;
                self.members(NOTHING)?;
                self.depth -= 1;
                Ok(())
            }
            b'[' => {
                self.deeper()?;
                if self.scanner.space() == b']' {
                    self.scanner.pass();
                } else {
                    loop {
                        self.scanner.space();
                        self.value(ANYTHING, NOTHING)?;
                        if !self.goes_on(b']')? {
                            break;
                        }
                    }
                }
                self.depth -= 1;
                Ok(())
            }
            b't' => self.scanner.word("true"),
            b'f' => self.scanner.word("false"),
            b'n' => self.scanner.word("null"),
            _ => self.scanner.number().map(|_| ()),
        }
    }
}

/// What is known of a name.
enum Known<'a> {
    Property(usize),
    Other(Raw<'a>),
}

/// Whether all choices of a node offer the value.
#[inline]
fn offers(node: &Node, is_offered: impl Fn(&super::leaf::Choice) -> bool) -> Result<(), Stop> {
    if node.choices.iter().all(is_offered) {
        Ok(())
    } else {
        Err(Stop::Invalid)
    }
}

/// The kind of a value that starts with this byte; 0 if none does.
#[inline]
fn kind(first: u8) -> u8 {
    match first {
        b'"' => kinds::STRING,
        b'{' => kinds::OBJECT,
        b'[' => kinds::ARRAY,
        b't' | b'f' => kinds::BOOLEAN,
        b'n' => kinds::NULL,
        b'-' | b'0'..=b'9' => kinds::NUMBER,
        _ => 0,
    }
}
