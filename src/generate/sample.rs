//! Samples: strings read off a pattern's syntax tree, for patterns that are no affordable automaton.
//! What is drawn need not match (look-around and anchors are passed over) and has to be judged.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::automaton::translate;
use super::dice::Dice;

const USUAL: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789ABCXYZ";

/// The longest sample, in bytes.
const LIMIT: usize = 1 << 17;

/// A pattern that samples are read off.
#[derive(Debug)]
pub(super) struct Sample {
    witness: Option<String>,
    tree: Option<Hir>,
}

impl Sample {
    /// Takes an ECMA 262 pattern apart.
    pub(super) fn of(pattern: &str) -> Self {
        let parsed = translate(pattern).and_then(|pattern| regex_syntax::parse(&pattern).ok());
        Self {
            witness: jsonschema_regex::pattern_witness(pattern),
            tree: parsed,
        }
    }

    /// The pattern's own example, then a few strings from its syntax.
    pub(super) fn texts(&self, mut dice: Dice) -> impl Iterator<Item = String> {
        let drawn = (0..64)
            .filter_map(move |attempt| draw(self.tree.as_ref()?, &mut dice, attempt % 4 * 8));
        self.witness.iter().cloned().chain(drawn)
    }
}

/// A string from the syntax of a pattern; repetitions without need go at most `more` beyond their
/// least.
fn draw(tree: &Hir, dice: &mut Dice, more: u32) -> Option<String> {
    let mut text = String::new();
    write(tree, dice, more, 0, &mut text)?;
    Some(text)
}

fn write(tree: &Hir, dice: &mut Dice, more: u32, depth: usize, text: &mut String) -> Option<()> {
    if depth > 128 || text.len() > LIMIT {
        return None;
    }
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(member(class, dice)?),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let most = most.min(repetition.min.saturating_add(more));
            let span = usize::try_from(most.saturating_sub(repetition.min)).ok()?;
            let count = repetition
                .min
                .saturating_add(u32::try_from(dice.below(span + 1)).ok()?);
            for _ in 0..count {
                write(&repetition.sub, dice, more, depth + 1, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, dice, more, depth + 1, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, dice, more, depth + 1, text)?;
            }
        }
        HirKind::Alternation(branches) => {
            write(dice.pick(branches)?, dice, more, depth + 1, text)?;
        }
    }
    Some(())
}

/// A character of a class: letters and digits where it has any.
fn member(class: &Class, dice: &mut Dice) -> Option<char> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let contains = |found: char| {
        class
            .ranges()
            .iter()
            .any(|range| range.start() <= found && found <= range.end())
    };
    for _ in 0..4 {
        let found = char::from(*dice.pick(USUAL)?);
        if contains(found) {
            return Some(found);
        }
    }
    let range = dice.pick(class.ranges())?;
    let span = u32::from(range.end()) - u32::from(range.start());
    let offset = dice.below(usize::try_from(span).ok()?.saturating_add(1));
    char::from_u32(u32::from(range.start()) + u32::try_from(offset).ok()?)
        .filter(|found| *found != '\0')
        .or(Some(range.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_match_patterns_without_anchors_inside() {
        let pattern = "^(?:[A-Z]{2,5000}|x\\.y)[é-ü]+$";
        let judge = regex_automata::meta::Regex::new(pattern).unwrap();
        let tree = regex_syntax::parse(pattern).unwrap();
        let mut dice = Dice::new(4);
        for more in [0, 3, 20] {
            let text = draw(&tree, &mut dice, more).unwrap();
            assert!(judge.is_match(&text), "{text}");
        }
    }
}
