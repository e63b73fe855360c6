//! Automata: strings that match some patterns and not others, of a length between two bounds.
//!
//! Each pattern becomes a deterministic automaton; their product is walked over a finite alphabet
//! (printable ASCII and characters that the patterns themselves name). Which states can still
//! accept in exactly so many characters is computed once, so that no walk ever runs into a dead end.

use std::collections::HashMap;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::dice::Dice;

/// The strings that satisfy a set of pattern rules.
#[derive(Debug)]
pub(super) struct Automaton {
    states: Vec<State>,
    /// `live[n][s]`: whether a string of exactly `n` more characters is accepted from state `s`.
    live: Vec<Vec<bool>>,
    /// The lengths of accepted strings, ascending.
    lengths: Vec<usize>,
}

#[derive(Debug, Default)]
struct State {
    edges: Vec<(usize, Vec<char>)>,
    accepting: bool,
}

/// One pattern, as the validator reads it.
struct Rule {
    automaton: dense::DFA<Vec<u32>>,
    excluded: bool,
}

/// Where a rule stands: still reading, or matched for good (patterns are searched for, so that
/// what follows a match does not matter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Progress {
    At(StateID),
    Matched,
}

/// What an automaton may cost.
const STATE_LIMIT: usize = 3_000;
const CELL_LIMIT: usize = 3_000_000;
const AUTOMATON_BYTES: usize = 2 << 20;
/// How far beyond the shortest length strings are made.
const STRETCH: usize = 256;

impl Automaton {
    /// The strings that match every one of `patterns` and none of `excluded`, with `min` to `max`
    /// characters. Patterns are ECMA 262. `None` when a pattern cannot be made an automaton, when
    /// that would cost too much, or when there is no such string.
    pub(super) fn build(
        patterns: &[String],
        excluded: &[String],
        min: usize,
        max: Option<usize>,
    ) -> Option<Self> {
        // A string that matches as a whole is what authors have in mind, and a smaller automaton:
        // where even that costs too much, a search would cost more.
        let all = Patterns::read(patterns, excluded)?;
        let alphabet = all.alphabet()?;
        let whole = all.whole();
        let rules = rules(&whole, &all.barred)?;
        Self::of_rules(&rules, &alphabet, min, max).or_else(|| {
            let rules = self::rules(&all.searched, &all.barred)?;
            Self::of_rules(&rules, &alphabet, min, max)
        })
    }

    /// As [`Automaton::build`], where what stands around a match matters as much as the match.
    pub(super) fn search(
        patterns: &[String],
        excluded: &[String],
        min: usize,
        max: Option<usize>,
    ) -> Option<Self> {
        let all = Patterns::read(patterns, excluded)?;
        let rules = rules(&all.searched, &all.barred)?;
        Self::of_rules(&rules, &all.alphabet()?, min, max)
    }

    fn of_rules(
        rules: &[Rule],
        alphabet: &Alphabet,
        min: usize,
        max: Option<usize>,
    ) -> Option<Self> {
        let states = explore(rules, &alphabet.0)?;
        Self::with_lengths(states, min, max)
    }

    fn with_lengths(states: Vec<State>, min: usize, max: Option<usize>) -> Option<Self> {
        let longest = max.unwrap_or(usize::MAX).min(min.saturating_add(STRETCH));
        let longest = longest.min(CELL_LIMIT / states.len().max(1));
        if longest < min {
            return None;
        }
        let mut live: Vec<Vec<bool>> = vec![states.iter().map(|state| state.accepting).collect()];
        for length in 1..=longest {
            let shorter = live.get(length - 1)?;
            let row = states
                .iter()
                .map(|state| {
                    state
                        .edges
                        .iter()
                        .any(|(next, _)| shorter.get(*next) == Some(&true))
                })
                .collect();
            live.push(row);
        }
        let lengths: Vec<usize> = (min..=longest)
            .filter(|length| live.get(*length).and_then(|row| row.first()) == Some(&true))
            .collect();
        (!lengths.is_empty()).then_some(Self {
            states,
            live,
            lengths,
        })
    }

    /// A string. Its length is an edge of what is possible in half of the cases, small otherwise.
    pub(super) fn draw(&self, dice: &mut Dice) -> Option<String> {
        let count = self.lengths.len();
        let index = match dice.below(8) {
            0 | 1 => 0,
            2 => 1.min(count - 1),
            3 if count <= 64 => count - 1,
            4 if count <= 64 => count.saturating_sub(2),
            _ => dice.below(count.min(24)),
        };
        self.draw_length(*self.lengths.get(index)?, dice)
    }

    /// A string of the smallest possible length.
    pub(super) fn shortest(&self, dice: &mut Dice) -> Option<String> {
        self.draw_length(*self.lengths.first()?, dice)
    }

    fn draw_length(&self, length: usize, dice: &mut Dice) -> Option<String> {
        let mut text = String::with_capacity(length);
        let mut at = 0;
        for rest in (0..length).rev() {
            let live = self.live.get(rest)?;
            let edges: Vec<&(usize, Vec<char>)> = self
                .states
                .get(at)?
                .edges
                .iter()
                .filter(|(next, _)| live.get(*next) == Some(&true))
                .collect();
            let (next, characters) = dice.pick(&edges)?;
            text.push(character(characters, dice)?);
            at = *next;
        }
        Some(text)
    }
}

/// The patterns in the syntax of the `regex` family.
struct Patterns {
    searched: Vec<String>,
    barred: Vec<String>,
}

impl Patterns {
    fn read(patterns: &[String], excluded: &[String]) -> Option<Self> {
        let read = |list: &[String]| list.iter().map(|pattern| translate(pattern)).collect();
        let (searched, barred): (Option<_>, Option<_>) = (read(patterns), read(excluded));
        Some(Self {
            searched: searched?,
            barred: barred?,
        })
    }

    /// Those that are wanted, so that they match nothing less than the text.
    fn whole(&self) -> Vec<String> {
        let whole = |pattern: &String| format!("^(?:{pattern})$");
        self.searched.iter().map(whole).collect()
    }

    fn alphabet(&self) -> Option<Alphabet> {
        Alphabet::new(self.searched.iter().chain(&self.barred))
    }
}

/// The characters that strings are made of.
struct Alphabet(Vec<char>);

impl Alphabet {
    /// Printable ASCII and what the patterns name.
    fn new<'a>(patterns: impl Iterator<Item = &'a String>) -> Option<Self> {
        let mut characters: Vec<char> = (' '..='~').collect();
        for pattern in patterns {
            named_characters(&regex_syntax::parse(pattern).ok()?, &mut characters, 0);
        }
        Some(Self(characters))
    }
}

fn rules(patterns: &[String], excluded: &[String]) -> Option<Vec<Rule>> {
    let wanted = patterns.iter().map(|pattern| (pattern, false));
    let barred = excluded.iter().map(|pattern| (pattern, true));
    wanted
        .chain(barred)
        .map(|(pattern, excluded)| {
            Some(Rule {
                automaton: compile(pattern)?,
                excluded,
            })
        })
        .collect()
}

/// One of the characters: letters and digits rather than others.
fn character(characters: &[char], dice: &mut Dice) -> Option<char> {
    for _ in 0..3 {
        let found = dice.pick(characters).copied()?;
        if found.is_ascii_alphanumeric() {
            return Some(found);
        }
    }
    dice.pick(characters).copied()
}

/// The pattern in the syntax of the `regex` family, exactly as the validator translates it.
pub(super) fn translate(pattern: &str) -> Option<String> {
    jsonschema_regex::to_rust_regex(pattern)
        .ok()
        .map(std::borrow::Cow::into_owned)
}

fn compile(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Unanchored)
                .match_kind(MatchKind::All)
                .dfa_size_limit(Some(AUTOMATON_BYTES))
                .determinize_size_limit(Some(AUTOMATON_BYTES)),
        )
        .thompson(thompson::Config::new().nfa_size_limit(Some(AUTOMATON_BYTES)))
        .build(pattern)
        .ok()
}

/// Walks the product of the rules from its start; `None` when nothing can ever be accepted.
fn explore(rules: &[Rule], alphabet: &[char]) -> Option<Vec<State>> {
    let start: Vec<Progress> = rules
        .iter()
        .map(|rule| {
            let input = Input::new("").anchored(Anchored::No);
            let state = rule.automaton.start_state_forward(&input).ok()?;
            Some(settle(rule, state))
        })
        .collect::<Option<_>>()?;
    let mut numbers = HashMap::from([(start.clone(), 0)]);
    let mut pending = vec![start];
    let mut states: Vec<State> = Vec::new();
    while let Some(product) = pending.get(states.len()).cloned() {
        let mut state = State {
            edges: Vec::new(),
            accepting: accepts(rules, &product),
        };
        let mut by_target: HashMap<usize, usize> = HashMap::new();
        for &character in alphabet {
            let Some(next) = step(rules, &product, character) else {
                continue;
            };
            let number = match numbers.get(&next) {
                Some(number) => *number,
                None if numbers.len() >= STATE_LIMIT => continue,
                None => {
                    let number = numbers.len();
                    numbers.insert(next.clone(), number);
                    pending.push(next);
                    number
                }
            };
            let edge = *by_target.entry(number).or_insert_with(|| {
                state.edges.push((number, Vec::new()));
                state.edges.len() - 1
            });
            if let Some((_, characters)) = state.edges.get_mut(edge) {
                characters.push(character);
            }
        }
        states.push(state);
    }
    states.iter().any(|state| state.accepting).then_some(states)
}

/// The product after one more character; `None` when no rule set can be kept from there.
fn step(rules: &[Rule], product: &[Progress], character: char) -> Option<Vec<Progress>> {
    let mut buffer = [0; 4];
    let bytes = character.encode_utf8(&mut buffer).as_bytes();
    let mut next = Vec::with_capacity(product.len());
    for (rule, progress) in rules.iter().zip(product) {
        let mut progress = *progress;
        for byte in bytes {
            let Progress::At(state) = progress else { break };
            progress = settle(rule, rule.automaton.next_state(state, *byte));
        }
        match progress {
            Progress::Matched if rule.excluded => return None,
            Progress::At(state) if !rule.excluded && rule.automaton.is_dead_state(state) => {
                return None;
            }
            Progress::At(state) if rule.automaton.is_quit_state(state) => return None,
            _ => next.push(progress),
        }
    }
    Some(next)
}

fn settle(rule: &Rule, state: StateID) -> Progress {
    if rule.automaton.is_match_state(state) {
        Progress::Matched
    } else {
        Progress::At(state)
    }
}

fn accepts(rules: &[Rule], product: &[Progress]) -> bool {
    rules.iter().zip(product).all(|(rule, progress)| {
        let matched = match progress {
            Progress::Matched => true,
            Progress::At(state) => {
                let end = rule.automaton.next_eoi_state(*state);
                rule.automaton.is_match_state(end)
            }
        };
        matched != rule.excluded
    })
}

/// Adds characters beyond ASCII that the pattern names, so that patterns over other scripts have
/// strings too.
fn named_characters(pattern: &Hir, alphabet: &mut Vec<char>, depth: usize) {
    const LIMIT: usize = 95 + 64;
    let mut add = |character: char| {
        if alphabet.len() < LIMIT && character != '\0' && !alphabet.contains(&character) {
            alphabet.push(character);
        }
    };
    match pattern.kind() {
        _ if depth > 64 => {}
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().for_each(add),
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.ranges().iter().take(16) {
                // Negated classes reach the ends of Unicode; nobody means those characters.
                if range.len() < 0x4000 || range.start() >= ' ' && range.end() <= '\u{2FFF}' {
                    add(range.start());
                    add(range.end());
                }
            }
        }
        HirKind::Class(Class::Bytes(class)) => {
            for range in class.ranges().iter().take(16) {
                add(char::from(range.start().min(0x7E)));
            }
        }
        HirKind::Repetition(repetition) => named_characters(&repetition.sub, alphabet, depth + 1),
        HirKind::Capture(capture) => named_characters(&capture.sub, alphabet, depth + 1),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                named_characters(part, alphabet, depth + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(
        patterns: &[&str],
        excluded: &[&str],
        min: usize,
        max: Option<usize>,
    ) -> Option<Automaton> {
        let own = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        Automaton::build(&own(patterns), &own(excluded), min, max)
    }

    #[test]
    fn strings_keep_all_rules_and_both_lengths() {
        let mut dice = Dice::new(3);
        for (patterns, excluded, min, max) in [
            (&["^[A-Z]{3}-\\d+$"][..], &[][..], 0, Some(9)),
            (&["^[a-z]+$", "q"], &["qu"], 4, Some(12)),
            (&["abc$"], &[], 5, None),
            (&["\\bfoo\\b"], &[], 0, None),
            (&["^\\p{Lu}[äöü]+$"], &[], 2, Some(6)),
            (&[], &["^[a-z]"], 1, Some(5)),
        ] {
            let automaton = build(patterns, excluded, min, max);
            let Some(automaton) = automaton else {
                assert!(
                    patterns
                        .first()
                        .is_some_and(|pattern| pattern.contains("\\b")),
                    "{patterns:?}"
                );
                continue;
            };
            let matches = |pattern: &str, text: &str| {
                regex_automata::meta::Regex::new(&translate(pattern).unwrap())
                    .unwrap()
                    .is_match(text)
            };
            for _ in 0..50 {
                let text = automaton.draw(&mut dice).unwrap();
                let length = text.chars().count();
                assert!(
                    length >= min && max.is_none_or(|max| length <= max),
                    "{text:?}"
                );
                assert!(
                    patterns.iter().all(|pattern| matches(pattern, &text)),
                    "{patterns:?} {text:?}"
                );
                assert!(
                    !excluded.iter().any(|pattern| matches(pattern, &text)),
                    "{excluded:?} {text:?}"
                );
            }
        }
    }

    #[test]
    fn what_no_string_satisfies_has_no_automaton() {
        assert!(build(&["^a+$", "^b+$"], &[], 0, None).is_none());
        assert!(build(&["^a{3}$"], &[], 4, None).is_none());
        assert!(build(&["^.*$"], &["^.*$"], 0, Some(3)).is_none());
    }

    #[test]
    fn costly_patterns_are_refused_quickly() {
        let started = std::time::Instant::now();
        let _ = build(&["^(a|b|ab)*[a-z]{1,1000}(x+x+)+y$"], &[], 0, None);
        let _ = build(&["(.{1,5000}){1,5000}"], &[], 0, None);
        assert!(started.elapsed().as_secs() < 20);
    }
}
