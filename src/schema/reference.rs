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

    /// The pointer in the fragment, if it is one.
    pub(super) fn pointer(&self) -> Option<Pointer> {
        self.decoded_fragment()?.parse().ok()
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

/// The URI under which a document of a set is known to the judge.
pub(super) fn uri(document: usize) -> String {
    format!("{DOCUMENT}{document}")
}

/// The reference in lifted documents: `#/pointer`, or `proofmark://document/N#/pointer`.
pub(super) fn canonical(from: usize, document: usize, pointer: &Pointer) -> String {
    let fragment = fragment(pointer);
    if from == document {
        format!("#{fragment}")
    } else {
        format!("{}#{fragment}", uri(document))
    }
}

/// The place that a reference of a lifted document names.
pub(super) fn parse_canonical(from: usize, text: &str) -> Option<(usize, Pointer)> {
    let reference = Reference::new(text);
    let document = match reference.document {
        "" => from,
        other => other.strip_prefix(DOCUMENT)?.parse().ok()?,
    };
    Some((document, reference.pointer()?))
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
            prop_assert_eq!(parse_canonical(1, &canonical(1, to, &pointer)), Some((to, pointer)));
        }
    }
}
