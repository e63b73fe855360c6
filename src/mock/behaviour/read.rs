//! Reading behaviour files, with messages that name the line and the word that was meant.

use std::path::{Path, PathBuf};

use serde_saphyr::Error;

use super::Behaviour;
use super::lint::lint;
use crate::document::{Document, Location, Pointer, Span};
use crate::spec::Spec;

/// Why a behaviour file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location}: {message}")]
pub struct BehaviourError {
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// Where.
    pub location: Location,
    /// What the author can do.
    pub hint: Option<String>,
}

impl Behaviour {
    /// The name of the behaviour file beside a document: `users.behaviour.yaml` for `users.yaml`.
    pub fn beside(document: &Path) -> PathBuf {
        document.with_extension("behaviour.yaml")
    }

    /// Reads a behaviour file and checks it against the document that it belongs to. `name` is the
    /// file's name for messages. On failure there is at least one error.
    pub fn parse(name: &str, text: &str, spec: &Spec) -> Result<Self, Vec<BehaviourError>> {
        let document = Document::parse(name, text).map_err(|error| {
            vec![BehaviourError {
                message: error.message,
                location: Location {
                    document: error.name,
                    pointer: Pointer::root(),
                    span: error.span,
                },
                hint: error.hint,
            }]
        })?;
        let behaviour: Self = serde_saphyr::from_str(&document.text)
            .map_err(|error| vec![unreadable(&document, &error)])?;
        let errors = lint(&behaviour, spec, &document);
        if errors.is_empty() {
            Ok(behaviour)
        } else {
            Err(errors)
        }
    }
}

fn unreadable(document: &Document, error: &Error) -> BehaviourError {
    let error = error.without_snippet();
    let span = error.location().map(|at| {
        let character = usize::try_from(at.span().offset()).unwrap_or(usize::MAX);
        let position = document.position(character);
        Span {
            start: position,
            end: position,
        }
    });
    let (message, hint) = match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => (
            format!("unknown member `{field}`"),
            did_you_mean(field, expected.iter().copied()),
        ),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => (
            format!("unknown word `{variant}`"),
            did_you_mean(variant, expected.iter().copied()),
        ),
        Error::SerdeMissingField { field, .. } => (format!("`{field}` is missing"), None),
        other => {
            let text = other.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            (text.trim_start_matches("error: ").to_owned(), None)
        }
    };
    BehaviourError {
        message,
        location: Location {
            document: document.name.clone(),
            pointer: Pointer::root(),
            span,
        },
        hint,
    }
}

/// The known name that is nearest to what was written, or all of them when none is near.
pub(super) fn did_you_mean<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known
        .iter()
        .map(|name| (strsim::jaro_winkler(written, name), *name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(left, _), (right, _)| left.total_cmp(right));
    match nearest {
        Some((_, name)) => Some(format!("did you mean `{name}`?")),
        None if known.is_empty() || known.len() > 30 => None,
        None => Some(format!("known: `{}`", known.join("`, `"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::small_spec;
    use super::*;

    fn errors(text: &str) -> String {
        let errors = Behaviour::parse("b.yaml", text, &small_spec()).unwrap_err();
        errors
            .iter()
            .map(|error| match &error.hint {
                Some(hint) => format!("{error}; {hint}\n"),
                None => format!("{error}\n"),
            })
            .collect()
    }

    #[test]
    fn mistakes_are_named_with_their_line_and_the_word_that_was_meant() {
        insta::assert_snapshot!(
            errors("resources:\n  note: {id: /id, privat: [/x]}\noperations: {}\n"),
            @r"b.yaml:2:19: unknown member `privat`; did you mean `private`?"
        );
        insta::assert_snapshot!(
            errors("resources:\n  note: {id: id}\noperations: {}\n"),
            @r"b.yaml:2:14: `id` is not a JSON Pointer: it must be empty or start with `/`, and `~` must be `~0` or `~1`"
        );
        insta::assert_snapshot!(
            errors("resources: {note: {id: /id}}\noperations:\n  getNote: {action: reed, resource: note}\n"),
            @r"b.yaml:3:21: unknown word `reed`; did you mean `read`?"
        );
        insta::assert_snapshot!(errors("resources: {}\n"), @r"b.yaml:1:1: `operations` is missing");
        insta::assert_snapshot!(errors("resources: {}\nresources: {}\n"), @r"b.yaml:2:1: the key `resources` stands twice in this mapping, first at line 1, column 1");
        insta::assert_snapshot!(errors("- 1\n"), @r"b.yaml:1:1: expected mapping start");
    }

    #[test]
    fn names_that_the_document_does_not_know_are_errors() {
        insta::assert_snapshot!(
            errors(
                "resources:\n  note: {id: /id, within: nota, schema: '#/components/schemas/Nota', seeds: [{}]}\noperations:\n  getNotes:\n    action: read\n    resource: note\n  getNote:\n    action: read\n    resource: notes\n    key: {path: noteid}\n  listNotes: {action: list, resource: note, filters: [{from: {query: tag}, compare: equals, at: [/tag]}]}\n"
            ),
            @r"
            b.yaml:2:19: no resource `nota`; did you mean `note`?
            b.yaml:2:33: nothing stands at `#/components/schemas/Nota`; did you mean `#/components/schemas/Note`?
            b.yaml:4:3: the document has no operation `getNotes`; did you mean `getNote`?
            b.yaml:9:5: no resource `notes`; did you mean `note`?
            b.yaml:10:5: `getNote` has no path parameter `noteid`; did you mean `noteId`?
            b.yaml:11:56: `listNotes` has no query parameter `tag`; did you mean `tags`?
            "
        );
    }
}
