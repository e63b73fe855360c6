//! Selection: which operations a run is about.

use super::exit::Exit;
use super::failure::Failure;
use crate::spec::{Operation, OperationId, Spec};

/// The operations that a list of patterns selects, less the excluded ones, in document order. A pattern
/// is an operationId, a tag, a path or `METHOD path`; `*` stands for anything. A pattern that fits
/// nothing is a mistake, not a wish.
pub(crate) fn select(
    spec: &Spec,
    include: &[String],
    exclude: &[String],
) -> Result<Vec<OperationId>, Failure> {
    for pattern in include.iter().chain(exclude) {
        if !spec
            .operations
            .values()
            .any(|operation| fits(operation, pattern))
        {
            return Err(unknown(spec, pattern));
        }
    }
    let chosen: Vec<OperationId> = spec
        .operations
        .values()
        .filter(|operation| {
            include.is_empty() || include.iter().any(|pattern| fits(operation, pattern))
        })
        .filter(|operation| !exclude.iter().any(|pattern| fits(operation, pattern)))
        .map(|operation| operation.id.clone())
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new(Exit::Nothing, "no operation is selected"));
    }
    Ok(chosen)
}

fn unknown(spec: &Spec, pattern: &str) -> Failure {
    let names = spec.operations.keys().map(OperationId::as_str);
    let failure = Failure::new(Exit::Nothing, format!("no operation fits `{pattern}`"));
    failure.suggest(
        pattern,
        names,
        "a pattern is an operationId, a tag, a path or `METHOD path`, with `*` for anything",
    )
}

fn fits(operation: &Operation, pattern: &str) -> bool {
    let path = operation.path.as_str();
    matches(pattern, operation.id.as_str())
        || matches(pattern, path)
        || matches(pattern, &format!("{} {path}", operation.method))
        || operation.tags.iter().any(|tag| matches(pattern, tag))
}

/// Whether a pattern with `*` fits a whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return text.ends_with(piece);
        }
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fit) in [
            ("getUser", "getUser", true),
            ("get*", "getUser", true),
            ("*User", "getUser", true),
            ("g*t*r", "getUser", true),
            ("*", "", true),
            ("g*t*x", "getUser", false),
            ("getUser*r", "getUser", false),
            ("GET /v2/*", "GET /v2/users", true),
        ] {
            assert_eq!(matches(pattern, text), fit, "{pattern} on {text}");
        }
    }
}
