//! Pairs of `name=value`: of forms and queries, and wherever else a text has some, as in a URL inside of it.

use super::{Called, Names, Span};
use crate::record::credential::{Kind, is_telling};
use crate::record::marks::Mark;
use crate::record::redact::MASK;

/// The code of a login (RFC 6749 section 4.1.2), which comes with this beside it; elsewhere it is the code of
/// an error or a country.
const BESIDE_CODE: &str = "state";

/// What ends a value in a text that is more than a query.
const ENDS: [char; 14] = [
    '&', '#', ';', ',', '"', '\'', '`', '<', '>', '(', ')', ']', '}', '\\',
];

/// The schemes of the header field `Authorization` with one value behind them.
const SCHEMES: [&str; 4] = ["Bearer ", "bearer ", "Basic ", "basic "];

const CODE: Called = Called {
    mark: Mark::Credential,
    kind: Kind::Single,
};

/// The values of a text that is nothing but pairs between `&`. On the way back from a login a code that is
/// telling is one, whatever stands beside it.
pub(super) fn form(text: &str, names: Names<'_>, is_way: bool) -> Vec<Span> {
    let mut spans = Vec::new();
    let all = || text.split('&').map(|pair| pair.split_once('='));
    let has_state = all().any(|pair| pair.is_some_and(|(name, _)| name == BESIDE_CODE));
    let mut at = 0;
    for (pair, split) in text.split('&').zip(all()) {
        let start = at;
        at += pair.len() + 1;
        let Some((name, value)) = split else {
            continue;
        };
        let meaning = plain(value);
        let is_code = name == "code" && (has_state || (is_way && is_telling(&meaning)));
        let called = names(member(&plain(name))).or(is_code.then_some(CODE));
        if let Some(called) = called.filter(|called| called.kind.is_one(value)) {
            spans.push(Span {
                start: start + name.len() + 1,
                end: start + pair.len(),
                mark: called.mark,
                value: meaning,
            });
        }
    }
    spans
}

/// The values of pairs anywhere in a text, and what stands behind `Bearer`.
pub(super) fn anywhere(text: &str, names: Names<'_>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (at, _) in text.match_indices('=') {
        let name = name_before(text, at);
        if name.is_empty() || spans.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let Some((start, end)) = value_behind(text, at + 1) else {
            continue;
        };
        let value = text.get(start..end).unwrap_or_default();
        let is_code = || name == "code" && has_state(text, at - name.len(), end);
        let called = names(member(&plain(name))).or_else(|| is_code().then_some(CODE));
        if let Some(called) = called.filter(|called| called.kind.is_one(value)) {
            spans.push(Span {
                start,
                end,
                mark: called.mark,
                value: plain(value),
            });
        }
    }
    for scheme in SCHEMES {
        for (at, _) in text.match_indices(scheme) {
            let start = at + scheme.len();
            let rest = text.get(start..).unwrap_or_default();
            let value = &rest[..rest.find(|c| !is_token(c)).unwrap_or(rest.len())];
            let is_one = value.len() >= 8
                && is_telling(value)
                && value.bytes().any(|byte| byte.is_ascii_digit());
            if is_one {
                spans.push(Span {
                    start,
                    end: start + value.len(),
                    mark: Mark::Credential,
                    value: value.to_owned(),
                });
            }
        }
    }
    spans.sort_by_key(|span| span.start);
    let mut last = 0;
    spans.retain(|span| {
        let is_next = span.start >= last;
        last = last.max(span.end);
        is_next
    });
    spans
}

/// The name that ends in front of a `=`.
fn name_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.%[]".contains(c);
    let name = before.trim_end_matches(is_part).len();
    before.get(name..).unwrap_or_default()
}

/// Where the value behind a `=` stands; `None` if there is none, or none that is known: a shell's variable, a
/// template, a comparison.
fn value_behind(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    if let Some(quote) = rest.chars().next().filter(|first| "\"'".contains(*first)) {
        let inside = rest.get(1..)?;
        let length = inside.find(|c| !is_token(c))?;
        let is_closed = length > 0 && inside.get(length..)?.starts_with(quote);
        return is_closed.then_some((start + 1, start + 1 + length));
    }
    let scheme = SCHEMES.iter().find(|scheme| rest.starts_with(**scheme));
    let start = start + scheme.map_or(0, |scheme| scheme.len());
    let rest = text.get(start..)?;
    let end = rest
        .find(|c: char| c.is_whitespace() || ENDS.contains(&c))
        .unwrap_or(rest.len());
    let value = rest.get(..end)?;
    let is_known =
        !value.is_empty() && !value.starts_with(['=', '{', '$', '~', '…']) && value != MASK;
    is_known.then_some((start, start + end))
}

/// Whether the query in which a part of a text stands has a `state`.
fn has_state(text: &str, start: usize, end: usize) -> bool {
    let ends = |c: char| c.is_whitespace() || "?#\"'`<>".contains(c);
    let before = text.get(..start).unwrap_or_default();
    let before = before.rsplit(ends).next().unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let after = after.split(ends).next().unwrap_or_default();
    let is_it = |pair: &str| {
        pair.split_once('=')
            .is_some_and(|(name, _)| name == BESIDE_CODE)
    };
    before
        .split(['&', ';'])
        .chain(after.split(['&', ';']))
        .any(is_it)
}

/// What may stand in the value of `Bearer` (RFC 6750 section 2.1).
fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/=".contains(character)
}

/// The member that a name of a form means: `password` of `user[password]`.
fn member(name: &str) -> &str {
    let inner = name
        .strip_suffix(']')
        .and_then(|name| name.rsplit_once('['));
    inner.map_or(name, |(_, inner)| inner)
}

/// What a part of a form means.
fn plain(text: &str) -> String {
    let text = text.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&text);
    text.decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{Writing, without};
    use super::*;

    fn clean(text: &str, writing: Writing) -> (String, Vec<String>) {
        let mut found = Vec::new();
        let clean = without(text, writing, &Called::credential, &mut found);
        let again = without(&clean, writing, &Called::credential, &mut Vec::new());
        assert_eq!(again, clean, "masked twice");
        (clean, found.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn forms_lose_their_credentials_and_nothing_else() {
        let form = "grant_type=password&client%5Fsecret=a%20b+c&scope=x&password=&user[password]=d";
        let (text, found) = clean(form, Writing::Form);
        assert_eq!(
            text,
            "grant_type=password&client%5Fsecret=***&scope=x&password=&user[password]=***"
        );
        assert_eq!(found, ["a b c", "d"]);
        for (text, writing, expected) in [
            ("code=404&a=1", Writing::Form, "code=404&a=1"),
            ("code=a&state=b", Writing::Form, "code=***&state=b"),
            ("code=404", Writing::Way, "code=404"),
            ("code=abc123def", Writing::Way, "code=***"),
            ("tokens=512", Writing::Form, "tokens=512"),
        ] {
            assert_eq!(clean(text, writing).0, expected);
        }
    }

    #[test]
    fn pairs_are_found_wherever_a_text_has_them() {
        for (text, expected) in [
            (
                "see https://h/x?access_token=a.b&page=2#id_token=c, then",
                "see https://h/x?access_token=***&page=2#id_token=***, then",
            ),
            ("?a=1&amp;token=x&amp;b=2", "?a=1&amp;token=***&amp;b=2"),
            (
                "bad api-key=k9 (token=\"t\")",
                "bad api-key=*** (token=\"***\")",
            ),
            ("/cb?code=a1&state=b", "/cb?code=***&state=b"),
            ("/cb?state=b&code=a1)", "/cb?state=b&code=***)"),
            ("/e?code=404 state=b", "/e?code=404 state=b"),
            ("x?code=DE&lang=de", "x?code=DE&lang=de"),
            (
                "curl 'http://t/?token='\"$TOKEN\"'&b=1'",
                "curl 'http://t/?token='\"$TOKEN\"'&b=1'",
            ),
            ("?token=$PROOFMARK_TOKEN&b", "?token=$PROOFMARK_TOKEN&b"),
            ("/x?token={token}", "/x?token={token}"),
            ("token == 'a' and token=='b'", "token == 'a' and token=='b'"),
            ("authorization=Bearer a1b2", "authorization=Bearer ***"),
            ("got Bearer eyJhbGci0.x, no", "got Bearer ***, no"),
            (
                "a Bearer authentication is missing",
                "a Bearer authentication is missing",
            ),
            ("{\"a\":\"token=\",\"b\":1}", "{\"a\":\"token=\",\"b\":1}"),
            (
                "token_type=b next_page_token=c é=d=",
                "token_type=b next_page_token=c é=d=",
            ),
        ] {
            assert_eq!(clean(text, Writing::Part).0, expected);
        }
    }
}
