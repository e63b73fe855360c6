//! Where expressions begin and end inside of other texts.

use super::super::suggest;
use super::SyntaxError;

/// What an expression may begin with, behind the `$`.
pub(super) const ROOTS: [&str; 13] = [
    "url",
    "method",
    "statusCode",
    "self",
    "request",
    "response",
    "message",
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "sourceDescriptions",
    "components",
];

/// The word behind the `$`.
pub(super) fn root(text: &str) -> Option<&str> {
    let word = text.strip_prefix('$')?;
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let end = word.find(|character| !is_word(character));
    Some(&word[..end.unwrap_or(word.len())])
}

/// Whether a text that begins like this can only be meant as an expression.
pub(in crate::arazzo) fn is_expression(text: &str) -> bool {
    root(text).is_some_and(|word| ROOTS.contains(&word) && goes_on(text, word))
}

/// The error of a text that begins almost like an expression; others are plain texts.
pub(in crate::arazzo) fn unknown_root(text: &str) -> Option<SyntaxError> {
    let word = root(text)?;
    if ROOTS.contains(&word) || !goes_on(text, word) {
        return None;
    }
    let near = suggest::nearest(word, ROOTS)?;
    let error = SyntaxError::new(1, format!("there is no `${word}`"));
    Some(error.hint(format!("did you mean `${near}`?")))
}

fn goes_on(text: &str, word: &str) -> bool {
    let rest = text.get(word.len() + 1..).unwrap_or_default();
    rest.is_empty() || rest.starts_with(['.', '[', '#', '}'])
}

/// Where the expression ends that stands behind a `{`; `None` when no `}` closes it.
pub(in crate::arazzo) fn embedded_end(text: &str) -> Option<usize> {
    text.find('}')
}

/// Where an expression ends that stands bare in a condition: at white space, an operator, a quote
/// or a bracket that it did not open. What has such characters in it must be embedded.
pub(in crate::arazzo) fn operand_end(text: &str) -> usize {
    let mut is_pointer = false;
    let mut bracket: Option<Option<char>> = None;
    for (at, character) in text.char_indices() {
        match (bracket, character) {
            (Some(Some(quote)), _) if character == quote => bracket = Some(None),
            (Some(None), ']') => bracket = None,
            (Some(None), '\'' | '"') => bracket = Some(Some(character)),
            (None, '[') if !is_pointer => bracket = Some(None),
            (None, _) if ends_operand(character) => return at,
            (None, '#') => is_pointer = true,
            _ => {}
        }
    }
    text.len()
}

fn ends_operand(character: char) -> bool {
    character.is_whitespace() || "=!<>&|()'\",{}".contains(character)
}
