//! Written credentials: texts that name what stands in them, and are no JSON values: forms, queries and
//! URLs, JSON that is broken or stands in lines, markup, lines of `name: value`.
//!
//! Each form of writing finds spans; all that is named is masked and told, nothing else is changed.

mod json;
mod lines;
mod markup;
mod pairs;

use super::credential::Kind;
use super::marks::Mark;
use super::values::blot;

/// What a name says of what stands under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) mark: Mark,
    pub(super) kind: Kind,
}

impl Called {
    /// What a name says, whatever a document says.
    pub(super) fn credential(name: &str) -> Option<Self> {
        Kind::of(name).map(|kind| Self {
            mark: Mark::Credential,
            kind,
        })
    }
}

/// What the names in a text say.
pub(super) type Names<'a> = &'a dyn Fn(&str) -> Option<Called>;

/// A value in a text that is not to be shown.
#[derive(Debug)]
struct Span {
    start: usize,
    end: usize,
    mark: Mark,
    /// What it means.
    value: String,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// `name=value` between `&`: a form, a query.
    Form,
    /// The query or the fragment to which a server sends the client: it may bring the code of a login.
    Way,
    /// JSON that is broken, or of several lines.
    Json,
    /// XML or HTML.
    Markup,
    /// A body of any other kind.
    Lines,
    /// A text that is part of something else.
    Part,
}

/// The text without what its names say that it is not to be shown; that goes to `found`.
pub(super) fn without(
    text: &str,
    writing: Writing,
    names: Names<'_>,
    found: &mut Vec<(Mark, String)>,
) -> String {
    without_those(text, writing, names, &|_| true, found)
}

/// The same, of values that are among some.
pub(super) fn without_those(
    text: &str,
    writing: Writing,
    names: Names<'_>,
    among: &dyn Fn(&str) -> bool,
    found: &mut Vec<(Mark, String)>,
) -> String {
    let mut clean = text.to_owned();
    let mut pass = |spans: &dyn Fn(&str) -> Vec<Span>| {
        let mut spans = spans(&clean);
        spans.retain(|span| among(&span.value));
        if spans.is_empty() {
            return;
        }
        let places: Vec<_> = spans.iter().map(|span| (span.start, span.end)).collect();
        clean = blot(&clean, &places);
        found.extend(spans.into_iter().map(|span| (span.mark, span.value)));
    };
    match writing {
        Writing::Form => pass(&|text| pairs::form(text, names, false)),
        Writing::Way => pass(&|text| pairs::form(text, names, true)),
        Writing::Json => pass(&|text| json::spans(text, names)),
        Writing::Markup => {
            pass(&|text| markup::spans(text, names));
            pass(&|text| json::spans(text, &Called::credential));
        }
        Writing::Lines => {
            pass(&|text| json::spans(text, &Called::credential));
            pass(&|text| lines::spans(text, &Called::credential));
        }
        Writing::Part => pass(&|text| json::spans(text, &Called::credential)),
    }
    if !matches!(writing, Writing::Form | Writing::Way) {
        pass(&|text| pairs::anywhere(text, &Called::credential));
    }
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WRITINGS: [Writing; 6] = [
        Writing::Form,
        Writing::Way,
        Writing::Json,
        Writing::Markup,
        Writing::Lines,
        Writing::Part,
    ];

    fn clean(text: &str, writing: Writing) -> String {
        without(text, writing, &Called::credential, &mut Vec::new())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn texts_without_credentials_stay_as_they_are(text in "[\"'\\\\:a-zä&= <>/\\n{},\\[\\]0-9]{0,60}") {
            let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            let names = ["jwt", "pwd", "token", "secret", "code", "cookie"];
            prop_assume!(!names.iter().any(|name| plain.contains(name)));
            for writing in WRITINGS {
                prop_assert_eq!(clean(&text, writing), text.clone());
            }
        }

        #[test]
        fn whatever_a_text_is_made_of_masking_it_once_is_enough(
            parts in prop::collection::vec(prop::sample::select(&[
                "password", "tokens", "token", "name", "authorization", "Bearer ", "code", "state", "=", ":", ": ",
                "\"", "'", "<", "</", "/>", ">", "&", " ", "\n", "{", "}", "[", "]", ",", "a", "17", "c4n4ry-1", "ä",
                "***", "?", "#", "$", "<![CDATA[", "]]>", "<!--", "-->", "\\",
            ][..]), 0..24),
        ) {
            let text = parts.concat();
            for writing in WRITINGS {
                let once = clean(&text, writing);
                prop_assert_eq!(clean(&once, writing), once, "{:?} of {:?}", writing, text);
            }
        }
    }
}
