//! The ladder: a schema with all its rungs, and who climbs it.

use std::fmt;
use std::sync::Arc;

use super::capture::{Captured, Captures, NOTHING};
use super::compile::compile;
use super::graph::{ANYTHING, Graph, Node};
use super::marks::Marks;
use super::node::{Read, TapeJson, TapeNode};
use super::parts::Beyond;
use super::seen::{Memory, Seen};
use super::shapes::Shapes;
use super::tape::Tape;
use super::trail::Trail;
use super::walk::{Ground, Walk};
use super::{Stop, Verdict};
use crate::schema::{Schema, SchemaError};

/// A schema, compiled for bodies. It is shared by all who judge by it.
pub struct Ladder {
    graph: Result<Graph, Beyond>,
    judge: jsonschema::Validator<TapeJson>,
    /// Asks nothing, for bodies of which only captures are wanted.
    anything: Graph,
}

/// Which rungs are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rungs {
    /// For how many valid bodies the hash is kept, at sixteen bytes each; 0 to keep none.
    pub seen: usize,
    /// Whether bodies are first held against the shapes of those that were found valid while they were read:
    /// of a body of the same shape only what its strings, numbers and truths say is judged. Means nothing
    /// without `stream`.
    pub shapes: bool,
    /// Whether bodies are judged while they are read, where the schema allows that.
    pub stream: bool,
    /// Whether bodies are judged by the list of their values.
    pub tape: bool,
}

impl Default for Rungs {
    fn default() -> Self {
        Self {
            seen: 4096,
            shapes: true,
            stream: true,
            tape: true,
        }
    }
}

/// What finds bodies valid, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// The same bytes were found valid before.
    Seen,
    /// A body of the same shape was.
    Shape,
    /// A walk over the text.
    Stream,
    /// A list of the values in the text, under the `jsonschema` crate.
    Tape,
}

/// How many bodies each rung found valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bodies that were judged.
    pub bodies: u64,
    /// Of these, found valid as equal bytes were before.
    pub seen: u64,
    /// Found valid by their shape.
    pub shape: u64,
    /// Found valid while they were read.
    pub stream: u64,
    /// Found valid by the list of their values.
    pub tape: u64,
    /// How many shapes were learnt.
    pub learnt: u64,
    /// Left to the slow way.
    pub left: u64,
}

/// Judges bodies by one schema, one after the other. Each thread has its own; once it has seen a few
/// bodies it allocates no more.
pub struct Judge {
    ladder: Arc<Ladder>,
    rungs: Rungs,
    seen: Option<Seen>,
    marks: Marks,
    trail: Trail,
    shapes: Shapes,
    tape: Tape,
    rung: Rung,
    counts: Counts,
}

impl Ladder {
    /// Compiles a schema. An error if it cannot be used, as for
    /// [`Schema::validator`](crate::schema::Schema::validator).
    pub fn new(schema: &Schema) -> Result<Self, SchemaError> {
        Ok(Self {
            judge: schema.validator_for()?,
            graph: compile(schema),
            anything: Graph {
                nodes: vec![Node::anything()],
                root: ANYTHING,
                wants_distinct: false,
                places: 0,
            },
        })
    }

    /// What in the schema keeps bodies from being judged while they are read, for example `` `not` ``;
    /// `None` if nothing does.
    pub fn beyond_stream(&self) -> Option<&str> {
        self.graph.as_ref().err().map(|Beyond(what)| &**what)
    }
}

impl fmt::Debug for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ladder(beyond: {:?})", self.beyond_stream())
    }
}

impl Judge {
    /// A judge on a ladder.
    pub fn new(ladder: &Arc<Ladder>, rungs: Rungs) -> Self {
        Self {
            ladder: ladder.clone(),
            rungs,
            seen: (rungs.seen > 0).then(|| Seen::new(rungs.seen)),
            trail: ladder.graph.as_ref().map(Trail::of).unwrap_or_default(),
            marks: Marks::default(),
            shapes: Shapes::default(),
            tape: Tape::default(),
            rung: Rung::Seen,
            counts: Counts::default(),
        }
    }

    /// Which rungs answered so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Which rung found the last valid body valid.
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// A keyed hash of a body, for what else is to be remembered of it; `None` where nothing is.
    pub fn hash(&self, body: &[u8]) -> Option<u128> {
        self.seen.as_ref().map(|seen| seen.hash(body))
    }

    /// Whether a body is valid.
    pub fn judge(&mut self, body: &[u8]) -> Verdict {
        self.judge_and_capture(body, &Captures::none(), &mut Captured::default())
    }

    /// Whether a body is valid, and what of it is captured. Unless it is valid, what was captured means
    /// nothing.
    pub fn judge_and_capture(
        &mut self,
        body: &[u8],
        captures: &Captures,
        captured: &mut Captured,
    ) -> Verdict {
        self.counts.bodies += 1;
        captured.reset(captures);
        let memory = self.seen.as_mut().map(|seen| seen.recall(body));
        let verdict = if memory == Some(Memory::There) {
            match self.capture(body, captures, captured) {
                Verdict::Valid => self.found(Rung::Seen),
                other => other,
            }
        } else {
            let verdict = self.climb(body, captures, captured);
            if let (Verdict::Valid, Some(seen), Some(Memory::Nothing(hash))) =
                (verdict, &mut self.seen, memory)
            {
                seen.put(hash);
            }
            verdict
        };
        if verdict != Verdict::Valid {
            self.counts.left += 1;
        }
        verdict
    }

    /// Captures from a body that is known to be valid.
    fn capture(&mut self, body: &[u8], captures: &Captures, captured: &mut Captured) -> Verdict {
        if captures.start() == NOTHING {
            return Verdict::Valid;
        }
        self.marks.fill(body);
        let mut ground = Ground {
            graph: &self.ladder.anything,
            body,
            marks: &self.marks,
            trail: &mut self.trail,
            captures,
            captured,
        };
        verdict(Walk::over(&mut ground, ()).judge())
    }

    fn climb(&mut self, body: &[u8], captures: &Captures, captured: &mut Captured) -> Verdict {
        if !self.marks.fill(body) {
            return Verdict::Invalid;
        }
        let (ladder, marks) = (&*self.ladder, &self.marks);
        if let (true, Ok(graph)) = (self.rungs.stream, &ladder.graph) {
            let trail = &mut self.trail;
            let mut ground = Ground {
                graph,
                body,
                marks,
                trail,
                captures,
                captured: &mut *captured,
            };
            if self.rungs.shapes && self.shapes.have(&mut ground) {
                return self.found(Rung::Shape);
            }
            match Walk::over(&mut ground, ()).judge() {
                Ok(()) => {
                    if self.rungs.shapes {
                        self.counts.learnt += u64::from(self.shapes.learn(&mut ground));
                    }
                    return self.found(Rung::Stream);
                }
                Err(Stop::Invalid) => return Verdict::Invalid,
                Err(Stop::Unsure) => {}
            }
        }
        if !self.rungs.tape {
            return Verdict::Unsure;
        }
        let Ok(body) = std::str::from_utf8(body) else {
            return Verdict::Invalid;
        };
        if let Err(stop) = self.tape.read(body, marks) {
            return verdict(Err(stop));
        }
        let read = Read {
            tape: &self.tape,
            body,
        };
        if !ladder.judge.is_valid(TapeNode::Entry(&read, 0)) {
            return Verdict::Invalid;
        }
        self.tape
            .capture(body, 0, captures.start(), captures, captured);
        self.found(Rung::Tape)
    }

    /// A rung found the body valid.
    #[inline]
    fn found(&mut self, rung: Rung) -> Verdict {
        self.rung = rung;
        let count = match rung {
            Rung::Seen => &mut self.counts.seen,
            Rung::Shape => &mut self.counts.shape,
            Rung::Stream => &mut self.counts.stream,
            Rung::Tape => &mut self.counts.tape,
        };
        *count += 1;
        Verdict::Valid
    }
}

fn verdict(found: Result<(), Stop>) -> Verdict {
    match found {
        Ok(()) => Verdict::Valid,
        Err(Stop::Invalid) => Verdict::Invalid,
        Err(Stop::Unsure) => Verdict::Unsure,
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Judge({:?}, {:?})", self.rungs, self.counts)
    }
}
