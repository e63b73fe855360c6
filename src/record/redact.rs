//! Redaction: the one pass that everything goes through before it is written.
//!
//! Secrets are found by value, however they are escaped: plain, percent-encoded, JSON- or
//! HTML-escaped, quoted for a shell, or in Base64 at any alignment. Header fields and query
//! parameters that carry credentials are masked by name, whatever they hold.

use std::collections::BTreeSet;

use base64::Engine;
use base64::alphabet;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

use crate::secret::Secret;
use crate::spec::{ApiKeyPlace, SchemeKind, Spec};

/// What stands for a masked value.
pub(super) const MASK: &str = "***";

/// Masks secrets in whatever is about to be written.
#[derive(Clone, Default)]
pub struct Redactor {
    /// The secrets and their Base64 forms.
    values: BTreeSet<String>,
    /// Header fields that carry credentials, in lower case.
    headers: BTreeSet<String>,
    /// Query parameters that carry credentials.
    parameters: BTreeSet<String>,
}

/// How a text may hide a value.
#[derive(Clone, Copy)]
enum Escape {
    None,
    Percent,
    Form,
    Json,
    Html,
    Shell,
    Printf,
}

const ESCAPES: [Escape; 7] = [
    Escape::None,
    Escape::Percent,
    Escape::Form,
    Escape::Json,
    Escape::Html,
    Escape::Shell,
    Escape::Printf,
];

/// Header fields that carry credentials in any API.
const CREDENTIAL_HEADERS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "api-key",
    "x-auth-token",
    "x-csrf-token",
];

impl Redactor {
    /// A redactor for the secrets of a target and for the places where the document's security
    /// schemes put credentials.
    pub fn new<'a>(specs: &[&Spec], secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = Self {
            headers: CREDENTIAL_HEADERS.map(str::to_owned).into(),
            ..Self::default()
        };
        for scheme in specs.iter().flat_map(|spec| spec.schemes.values()) {
            if let SchemeKind::ApiKey { place, name } = &scheme.kind {
                match place {
                    ApiKeyPlace::Header => redactor.headers.insert(name.to_ascii_lowercase()),
                    ApiKeyPlace::Query => redactor.parameters.insert(name.clone()),
                    // Cookies are masked whole.
                    ApiKeyPlace::Cookie => true,
                };
            }
        }
        for secret in secrets {
            // Where a secret travels it is masked whatever it is. By value only what cannot stand
            // anywhere by chance: a token `x` would mask half of every report.
            redactor.add_if_telling(secret.expose());
            // `user:password`, as basic authentication has it: the password alone is secret, too.
            if let Some((_, password)) = secret.expose().split_once(':') {
                redactor.add_if_telling(password);
            }
        }
        redactor
    }

    /// Masks a value in any form.
    pub(super) fn add(&mut self, value: &str) {
        if !value.is_empty() {
            self.values.insert(value.to_owned());
            self.values.extend(base64_forms(value));
        }
    }

    /// Masks a value unless it is so short that it may stand anywhere by chance.
    pub(super) fn add_if_telling(&mut self, value: &str) {
        if value.chars().count() >= 4 {
            self.add(value);
        }
    }

    /// Masks further header fields and query parameters by name.
    #[must_use]
    pub(super) fn with_names<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut redactor = self.clone();
        for name in names {
            redactor.headers.insert(name.to_ascii_lowercase());
            redactor.parameters.insert(name.to_owned());
        }
        redactor
    }

    /// The text without secrets.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // Longer values first: one secret may be a part of another.
        let mut values: Vec<&String> = self.values.iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for escape in ESCAPES {
            let mut units = None;
            for value in &values {
                let units_now = units.get_or_insert_with(|| unescape(&text, escape));
                let spans = find(units_now, value.as_bytes());
                if !spans.is_empty() {
                    text = blot(&text, &spans);
                    units = None;
                }
            }
        }
        text
    }

    /// A header field's value without secrets; a scheme such as `Bearer` stays.
    pub fn header(&self, name: &str, value: &str) -> String {
        let name = name.to_ascii_lowercase();
        if !self.headers.contains(&name) {
            return self.text(value);
        }
        match value.split_once(' ') {
            Some((scheme, _)) if name.ends_with("authorization") => {
                format!("{} {MASK}", self.text(scheme))
            }
            _ => MASK.to_owned(),
        }
    }

    /// Path and query without secrets.
    pub fn path(&self, path: &str) -> String {
        let Some((path, query)) = path.split_once('?') else {
            return self.text(path);
        };
        let query: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if self.is_credential(name) => format!("{name}={MASK}"),
                _ => pair.to_owned(),
            })
            .collect();
        self.text(&format!("{path}?{}", query.join("&")))
    }

    fn is_credential(&self, name: &str) -> bool {
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        self.parameters.contains(&*name)
    }
}

/// The Base64 forms of a value, in both alphabets: whole, and as the inside of a longer text at
/// each of the three alignments.
fn base64_forms(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for alphabet in [&alphabet::STANDARD, &alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(alphabet, NO_PAD);
        forms.push(engine.encode(value));
        for before in 0..3 {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(value.as_bytes());
            let encoded = engine.encode(&bytes);
            // The outer digits hold bits of the neighbours, too.
            let start = (before * 8).div_ceil(6);
            let end = bytes.len() * 8 / 6;
            if let Some(inside) = encoded.get(start..end.max(start)) {
                forms.push(inside.to_owned());
            }
        }
    }
    forms.retain(|form| form.len() >= 8);
    forms
}

/// One byte of meaning, and where in the text it stands.
struct Unit {
    byte: u8,
    start: usize,
    end: usize,
}

/// What a text means, byte by byte.
fn unescape(text: &str, escape: Escape) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let (meaning, length) =
            read_escape(rest, escape).unwrap_or_else(|| (first, first.len_utf8()));
        let end = start + length;
        let mut buffer = [0; 4];
        // Percent and octal escapes are bytes, not characters.
        let is_byte = match escape {
            Escape::Percent | Escape::Form => first == '%' && length == 3,
            Escape::Printf => first == '\\' && length == 4,
            _ => false,
        };
        match u8::try_from(u32::from(meaning)) {
            Ok(byte) if is_byte => units.push(Unit { byte, start, end }),
            _ => units.extend(meaning.encode_utf8(&mut buffer).bytes().map(|byte| Unit {
                byte,
                start,
                end,
            })),
        }
        rest = &rest[length..];
    }
    units
}

/// The character that an escape at the start of the text means, and the escape's length in bytes.
fn read_escape(text: &str, escape: Escape) -> Option<(char, usize)> {
    let hex = |range: std::ops::Range<usize>| u32::from_str_radix(text.get(range)?, 16).ok();
    match escape {
        Escape::None => None,
        Escape::Form if text.starts_with('+') => Some((' ', 1)),
        Escape::Percent | Escape::Form => {
            text.strip_prefix('%')?;
            Some((char::from_u32(hex(1..3)?)?, 3))
        }
        Escape::Json => {
            let escaped = text.strip_prefix('\\')?.chars().next()?;
            let meaning = match escaped {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\u{8}',
                'f' => '\u{c}',
                '"' | '\\' | '/' | '\'' => escaped,
                'u' => {
                    let high = hex(2..6)?;
                    if let Some(meaning) = char::from_u32(high) {
                        return Some((meaning, 6));
                    }
                    let low = text
                        .get(6..8)
                        .filter(|mark| *mark == "\\u")
                        .and(hex(8..12))?;
                    let code =
                        0x10000 + (high.checked_sub(0xd800)? << 10) + low.checked_sub(0xdc00)?;
                    return Some((char::from_u32(code)?, 12));
                }
                _ => return None,
            };
            Some((meaning, 2))
        }
        Escape::Html => [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&#34;", '"'),
            ("&apos;", '\''),
            ("&#39;", '\''),
            ("&#x27;", '\''),
        ]
        .into_iter()
        .find(|(entity, _)| text.starts_with(entity))
        .map(|(entity, meaning)| (meaning, entity.len())),
        Escape::Printf if text.starts_with("%%") => Some(('%', 2)),
        Escape::Printf => {
            text.strip_prefix('\\')?;
            let byte = u8::from_str_radix(text.get(1..4)?, 8).ok()?;
            Some((char::from(byte), 4))
        }
        Escape::Shell => text.starts_with(r"'\''").then_some(('\'', 4)),
    }
}

/// Where a value stands.
fn find(units: &[Unit], value: &[u8]) -> Vec<(usize, usize)> {
    if value.is_empty() || units.len() < value.len() {
        return Vec::new();
    }
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for window in units.windows(value.len()) {
        let same = window
            .iter()
            .zip(value)
            .all(|(unit, byte)| unit.byte == *byte);
        if let (true, Some(first), Some(last)) = (same, window.first(), window.last()) {
            match spans.last_mut() {
                Some(span) if first.start <= span.1 => span.1 = span.1.max(last.end),
                _ => spans.push((first.start, last.end)),
            }
        }
    }
    spans
}

/// The text with the spans masked.
fn blot(text: &str, spans: &[(usize, usize)]) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in spans {
        clean.push_str(text.get(at..*start).unwrap_or_default());
        clean.push_str(MASK);
        at = *end;
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    clean
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor")
            .field("values", &self.values.len())
            .field("headers", &self.headers)
            .field("parameters", &self.parameters)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "pä55/w\"ord & 'more'+🔑";

    fn redactor(value: &str) -> Redactor {
        let mut redactor = Redactor {
            headers: CREDENTIAL_HEADERS.map(str::to_owned).into(),
            ..Redactor::default()
        };
        redactor.add(value);
        redactor
    }

    #[test]
    fn a_secret_is_found_however_it_is_escaped() {
        let json = serde_json::to_string(SECRET).unwrap();
        let units: Vec<String> = SECRET
            .encode_utf16()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect();
        let ascii = units.concat();
        let percent = utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string();
        let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let html = SECRET
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;");
        let shell = SECRET.replace('\'', r"'\''");
        let digits: Vec<String> = SECRET.bytes().map(|byte| format!("\\{byte:03o}")).collect();
        let octal = digits.concat();
        for hidden in [
            SECRET.to_owned(),
            json.trim_matches('"').to_owned(),
            json.trim_matches('"').replace('/', "\\/"),
            ascii,
            percent.to_lowercase(),
            percent,
            form,
            html,
            shell,
            octal,
        ] {
            let text = redactor(SECRET).text(&format!("<{hidden}> and <{hidden}>"));
            assert_eq!(text, "<***> and <***>", "{hidden}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn base64_hides_nothing(before in "[a-z]{0,5}", after in "[a-z]{0,5}", url: bool) {
            let engine = if url { URL_SAFE } else { STANDARD };
            let secret = "token-0123456789";
            let text = redactor(secret).text(&engine.encode(format!("{before}{secret}{after}")));
            prop_assert!(text.contains(MASK), "{text}");
            let left: String = text.replace(MASK, "");
            prop_assert!(left.len() <= 16 + 4, "{text}");
        }

        #[test]
        fn texts_without_secrets_stay_as_they_are(text in ".{0,60}") {
            prop_assert_eq!(redactor("a secret of some length").text(&text), text);
        }
    }

    #[test]
    fn credentials_are_masked_by_name() {
        let redactor = redactor("x").with_names(["X-Key", "key"]);
        for (name, value, expected) in [
            ("Authorization", "Bearer abc", "Bearer ***"),
            ("authorization", "abc", "***"),
            ("Cookie", "a=b; c=d", "***"),
            ("Set-Cookie", "a=b; Path=/", "***"),
            ("x-key", "abc", "***"),
            ("Accept", "*/*", "*/*"),
        ] {
            assert_eq!(redactor.header(name, value), expected, "{name}");
        }
        assert_eq!(
            redactor.path("/a?key=1&b=2&k%65y=3"),
            "/a?key=***&b=2&k%65y=***"
        );
    }

    #[test]
    fn a_redactor_shows_no_secret_itself() {
        assert!(!format!("{:?}", redactor(SECRET)).contains("ord"));
    }
}
