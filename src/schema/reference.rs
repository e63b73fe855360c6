//! References: from the text of a `$ref` to a document and a pointer, and back.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::document::Pointer;

/// What a pointer may hold unescaped in a URI fragment (RFC 6901 section 6, RFC 3986 section 3.5).
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const DOCUMENT: &str = "proofmark://document/";

/// A reference in its two parts, still percent-encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// The document: a file, a URL, or empty for the document that holds the reference.
    pub(super) document: &'a str,
    /// What stands behind the `#`; empty when there is none.
    pub(super) fragment: &'a str,
}

impl<'a> Reference<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let (document, fragment) = text.split_once('#').unwrap_or((text, ""));
        Self { document, fragment }
    }

    /// Whether the document is a URL, of whatever scheme.
    pub(super) fn is_remote(&self) -> bool {
        let scheme = self.document.split_once(':').map(|(scheme, _)| scheme);
        // A single letter is a drive of Windows.
        self.document.starts_with("//")
            || scheme.is_some_and(|scheme| {
                scheme.len() > 1
                    && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                    && scheme
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            })
    }

    /// The fragment without percent-encoding, if that is text.
    pub(super) fn decoded_fragment(&self) -> Option<String> {
        let text = percent_decode_str(self.fragment).decode_utf8().ok()?;
        Some(text.into_owned())
    }

    /// The name of the file, seen from the document that holds the reference.
    pub(super) fn file(&self, from: &str) -> Option<String> {
        let file = percent_decode_str(self.document).decode_utf8().ok()?;
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        let path = tidy(&folder.join(&*file));
        Some(path.to_string_lossy().replace('\\', "/"))
    }
}

/// A pointer as a URI fragment (RFC 6901 section 6).
pub(super) fn fragment(pointer: &Pointer) -> String {
    utf8_percent_encode(pointer.as_str(), FRAGMENT).to_string()
}

/// The member under which the judge gets a lifted document. It keeps the judge from taking the
/// document itself for a schema, so that only what a reference leads to is ever looked at.
pub(super) const VIEW: &str = "view";

/// The URI under which a document of a set is known to the judge.
pub(super) fn uri(document: usize) -> String {
    format!("{DOCUMENT}{document}")
}

/// The reference to a place in lifted documents.
pub(super) fn canonical(document: usize, pointer: &Pointer) -> String {
    format!("{}#/{VIEW}{}", uri(document), fragment(pointer))
}

/// A reference in lifted documents that leads nowhere because of the fault of this number: whatever
/// needs the schema cannot be compiled, and everything else can.
pub(super) fn nowhere(fault: usize) -> String {
    format!("{DOCUMENT}0#/{FAULT}/{fault}")
}

const FAULT: &str = "fault";

/// The number of the fault that a message of the judge speaks of.
pub(super) fn fault(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once(&format!("/{FAULT}/"))?;
    let digits = rest
        .split(|character: char| !character.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}

/// The place that a reference of a lifted document names; one without a document is read as the
/// author's own, to the document it stands in.
pub(super) fn parse_canonical(from: usize, text: &str) -> Option<(usize, Pointer)> {
    let reference = Reference::new(text);
    let pointer = reference.decoded_fragment()?;
    if reference.document.is_empty() {
        return Some((from, pointer.parse().ok()?));
    }
    let document = reference.document.strip_prefix(DOCUMENT)?.parse().ok()?;
    let pointer = pointer.strip_prefix('/')?.strip_prefix(VIEW)?;
    Some((document, pointer.parse().ok()?))
}

/// A path without `.` and, where they can be undone, `..`.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn urls_are_told_from_files() {
        for (text, remote) in [
            ("https://example.com/a.yaml#/b", true),
            ("//example.com/a", true),
            ("urn:example:a", true),
            ("C:/a.yaml", false),
            ("a.yaml#x:y", false),
            ("./a:b.yaml", false),
            ("#/a", false),
        ] {
            assert_eq!(Reference::new(text).is_remote(), remote, "{text}");
        }
    }

    #[test]
    fn files_are_seen_from_the_document_that_holds_the_reference() {
        for (from, text, file) in [
            (
                "specs/api.yaml",
                "./schemas/a%20b.yaml#/x",
                "specs/schemas/a b.yaml",
            ),
            (
                "specs/paths/a.yaml",
                "../schemas/b.yaml",
                "specs/schemas/b.yaml",
            ),
            ("api.yaml", "../b.yaml", "../b.yaml"),
        ] {
            assert_eq!(
                Reference::new(text).file(from).as_deref(),
                Some(file),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn canonical_references_lead_back(tokens in prop::collection::vec(".*", 0..4), to in 0..3_usize) {
            let pointer = tokens.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
            prop_assert_eq!(parse_canonical(1, &canonical(to, &pointer)), Some((to, pointer)));
        }
    }
}
