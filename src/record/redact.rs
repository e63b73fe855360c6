//! Redaction: the one pass that everything goes through before it is written.
//!
//! Secrets are found by value, however they are escaped: plain, percent-encoded, JSON- or
//! HTML-escaped, quoted for a shell, or in Base64 at any alignment. Header fields, query parameters and
//! members that carry credentials are masked by name, whatever they hold.

use std::collections::BTreeSet;

use base64::Engine;
use base64::alphabet;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};
use serde_json::{Map, Value};

use super::credential::{
    carries_credentials, is_credential, is_telling, may_be_one, without_members, without_pairs,
};
use super::cut::mask_cut;
use super::marks::Mark;
use super::values::Values;
use crate::secret::Secret;
use crate::spec::{ApiKeyPlace, SchemeKind, Spec};

/// What stands for a masked value.
pub(super) const MASK: &str = "***";

/// How many characters a value must have to be masked in any text: fewer stand anywhere by chance.
const LEAST: usize = 4;
/// The same for values that are looked for in the names of header fields.
const LEAST_OF_NAMES: usize = 8;

/// From how many characters on a word or a number that is personal is masked inside of others.
const TELLING: usize = 8;

/// Masks secrets in whatever is about to be written.
#[derive(Clone, Default)]
pub struct Redactor {
    /// The secrets and their Base64 forms.
    values: Values,
    /// Those that are long enough to be no usual name of a header field, in lower case.
    lowered: Values,
    /// Header fields that carry credentials besides those that do in any API, in lower case.
    headers: BTreeSet<String>,
    /// Query parameters that carry credentials besides those.
    parameters: BTreeSet<String>,
    /// Marked values, masked where they are all of a value or a word, however short they are.
    marked: BTreeSet<String>,
    /// Those of them that are masked in any text, where they are a whole word of it.
    names: BTreeSet<String>,
}

impl Redactor {
    /// A redactor for the secrets of a target and for the places where the document's security
    /// schemes put credentials.
    pub fn new<'a>(specs: &[&Spec], secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = Self::default();
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
            redactor.add_marked(secret.expose());
            // `user:password`, as basic authentication has it: the password alone is secret, too.
            if let Some((_, password)) = secret.expose().split_once(':') {
                redactor.add_marked(password);
            }
        }
        redactor
    }

    /// Masks a value in any form.
    pub(super) fn add(&mut self, value: &str) {
        if !value.is_empty() {
            self.values.add(value.to_owned());
            if value.len() >= LEAST_OF_NAMES {
                self.lowered.add(value.to_ascii_lowercase());
            }
            for form in base64_forms(value) {
                self.values.add(form);
            }
        }
    }

    /// Masks a value unless it is so short that it may stand anywhere by chance.
    pub(super) fn add_if_telling(&mut self, value: &str) {
        if value.chars().count() >= LEAST {
            self.add(value);
        }
    }

    /// Masks a value of which a document says that it is not to be shown. One that is short, such as
    /// a first name, may stand in other words by chance: it is masked where it stands alone.
    pub(super) fn add_marked(&mut self, value: &str) {
        let is_telling = !value.is_empty() && !is_word_of_json(value);
        // A digit or two stand everywhere, too.
        let is_number = value.len() < 3 && value.bytes().all(|byte| byte.is_ascii_digit());
        if is_telling && !is_number && self.marked.insert(value.to_owned()) {
            self.add_if_telling(value);
        }
    }

    /// Masks a value that a document marks, as its mark says.
    pub(super) fn add_as(&mut self, mark: Mark, value: &str) {
        match mark {
            Mark::Identifier => {}
            Mark::Credential if !is_telling(value) => {}
            Mark::Personal if is_count(value) => {}
            // A name: masked where it is all of a value or a word.
            Mark::Personal if is_word(value) => {
                if !is_word_of_json(value) {
                    self.marked.insert(value.to_owned());
                    if value.len() >= LEAST {
                        self.names.insert(value.to_owned());
                    }
                }
            }
            Mark::Secret | Mark::Credential | Mark::Personal => self.add_marked(value),
        }
    }

    /// Whether a value that a document marks is masked in any text.
    pub(super) fn finds(mark: Mark, value: &str) -> bool {
        let stands_out = value.chars().count() >= LEAST && !is_word_of_json(value);
        match mark {
            Mark::Identifier => false,
            Mark::Credential => is_telling(value),
            Mark::Personal => stands_out && !is_count(value),
            Mark::Secret => stands_out,
        }
    }

    /// How many marked values it knows.
    pub(super) fn marked(&self) -> usize {
        self.marked.len()
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

    /// The name of a header field without secrets, which may have come in another case: names are
    /// case-insensitive (RFC 9110 section 5.1).
    pub(super) fn field_name(&self, name: &str) -> String {
        let lowered = name.to_ascii_lowercase();
        let masked = self.lowered.mask(&lowered);
        if masked == lowered {
            name.to_owned()
        } else {
            masked
        }
    }

    /// The text without secrets.
    pub fn text(&self, text: &str) -> String {
        let text = self.values.mask(text);
        if self.names.is_empty() {
            return text;
        }
        without_words(&text, |word| self.names.contains(word))
    }

    /// The text without secrets, and without marked values that are words of it or that were cut.
    pub(super) fn words(&self, text: &str) -> String {
        let text = mask_cut(&self.text(text), &self.marked);
        // A digit is too often something else.
        without_words(&text, |word| {
            word.contains(char::is_alphabetic) && self.marked.contains(word)
        })
    }

    /// The value without secrets and marked values.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if self.marked.contains(text) => MASK.into(),
            Value::String(text) => self.words(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => Value::Object(self.members(members)),
            // A secret may be a number.
            Value::Number(number) => {
                let text = number.to_string();
                let masked = self.text(&text);
                if masked == text && !self.marked.contains(&text) {
                    value.clone()
                } else {
                    MASK.into()
                }
            }
            other => other.clone(),
        }
    }

    /// The value at a place of an answer, which is a JSON Pointer or the name of a header field.
    pub fn value_at(&self, place: &str, value: &Value) -> Value {
        let member = place.rsplit('/').next().unwrap_or_default();
        match value {
            Value::String(text) if !place.is_empty() && !place.contains(['/', ' ']) => {
                self.header(place, text).into()
            }
            _ if is_credential(member) && may_be_one(value) => MASK.into(),
            _ => self.value(value),
        }
    }

    /// The members as [`Self::value`] has them, without those that are credentials by their names.
    pub(super) fn members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        let members = members.iter();
        let shown = members.map(|(name, value)| {
            let is_one = is_credential(name) && may_be_one(value);
            let value = if is_one {
                MASK.into()
            } else {
                self.value(value)
            };
            (self.text(name), value)
        });
        shown.collect()
    }

    /// A command without secrets, and without members that are credentials by their names.
    pub(super) fn command(&self, text: &str) -> String {
        without_members(&self.text(text), &mut Vec::new())
    }

    /// A header field's value without secrets; a scheme such as `Bearer` stays.
    pub fn header(&self, name: &str, value: &str) -> String {
        let name = name.to_ascii_lowercase();
        if !self.headers.contains(&name) && !carries_credentials(&name) {
            // Locations have queries and fragments.
            let mut parts = value.split_inclusive(['?', '#']);
            let first = parts.next().unwrap_or_default().to_owned();
            let clean = parts.fold(first, |clean, part| {
                let end = part
                    .find(['#', '?', '>', '"', ' ', ';', ','])
                    .unwrap_or(part.len());
                let (query, rest) = part.split_at(end);
                clean + &self.pairs(query) + rest
            });
            return self.text(&clean);
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
        self.text(&format!("{path}?{}", self.pairs(query)))
    }

    /// The pairs of a query or a form without credentials.
    fn pairs(&self, text: &str) -> String {
        let is_one = |name: &str| self.parameters.contains(name) || is_credential(name);
        without_pairs(text, is_one, &mut Vec::new())
    }
}

/// The text with masks for the words that are to go.
fn without_words(text: &str, goes: impl Fn(&str) -> bool) -> String {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !is_part(character));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        clean.push_str(if goes(word) { MASK } else { word });
        let end = after.find(is_part).unwrap_or(after.len());
        clean.push_str(&after[..end]);
        rest = &after[end..];
    }
    clean
}

/// What JSON says with these words stands everywhere.
fn is_word_of_json(value: &str) -> bool {
    matches!(value, "null" | "true" | "false")
}

/// Whether it is a number of few digits, which tells nothing.
fn is_count(value: &str) -> bool {
    value.len() < TELLING && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a short word, which looks the same in every form of a text.
fn is_word(value: &str) -> bool {
    value.len() < TELLING && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
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

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor")
            .field("marked", &self.marked.len())
            .field("headers", &self.headers)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
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
        let mut redactor = Redactor::default();
        redactor.add(value);
        redactor
    }

    #[test]
    fn a_secret_in_the_name_of_a_header_field_is_found_in_any_case() {
        let redactor = redactor("To-Ken-1234");
        for (name, expected) in [
            ("To-Ken-1234", "***"),
            ("to-ken-1234", "***"),
            ("X-TO-KEN-1234", "x-***"),
            ("X-To-Ken", "X-To-Ken"),
        ] {
            assert_eq!(redactor.field_name(name), expected);
        }
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
            ("X-Access-Token", "abc", "***"),
            (
                "Location",
                "https://a/cb?code=1&access_token=abc#id_token=x&b=c?",
                "https://a/cb?code=1&access_token=***#id_token=***&b=c?",
            ),
            ("Link", "</a?token=abc>; rel=a", "</a?token=***>; rel=a"),
        ] {
            assert_eq!(redactor.header(name, value), expected, "{name}");
        }
        assert_eq!(
            redactor.path("/a?key=1&b=2&k%65y=3&api_key=4&token_type=5"),
            "/a?key=***&b=2&k%65y=***&api_key=***&token_type=5"
        );
        let members = serde_json::json!({"a": {"access_token": "abc", "token_type": "Bearer"}, "secret": true, "pwd": 1});
        let clean = serde_json::json!({"a": {"access_token": "***", "token_type": "Bearer"}, "secret": true, "pwd": "***"});
        assert_eq!(redactor.value(&members), clean);
    }

    #[test]
    fn what_a_document_marks_is_masked_as_far_as_it_tells() {
        for (mark, value, text, expected) in [
            // Secrets wherever they stand, but for what stands everywhere.
            (Mark::Secret, "hunter2", "xhunter2x 7", "x***x 7"),
            (Mark::Secret, "7", "7 of 17", "7 of 17"),
            // Names as whole words.
            (
                Mark::Personal,
                "Mann",
                "Mann of Mannheim",
                "*** of Mannheim",
            ),
            (Mark::Personal, "Ada", "Ada, Adam", "Ada, Adam"),
            (Mark::Personal, "true", "true", "true"),
            // What is longer, or looks otherwise, wherever it stands.
            (Mark::Personal, "Montgomery", "xMontgomeryx", "x***x"),
            (Mark::Personal, "Jörgen", "?name=J%C3%B6rgens", "?name=***s"),
            (Mark::Personal, "+351912", "tel:+3519123", "tel:***3"),
            (Mark::Personal, "4711", "4711 and 14711", "4711 and 14711"),
            (Mark::Personal, "47110815", "x47110815x", "x***x"),
            (
                Mark::Identifier,
                "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d",
                "/users/6b5a0d8e-bf30-4152-93ff-e74ba72fd61d",
                "/users/6b5a0d8e-bf30-4152-93ff-e74ba72fd61d",
            ),
        ] {
            let mut redactor = Redactor::default();
            redactor.add_as(mark, value);
            assert_eq!(redactor.text(text), expected, "{value}");
            if Redactor::finds(mark, value) {
                assert_eq!(redactor.text(value), MASK, "{value}");
            }
        }
        let mut redactor = Redactor::default();
        redactor.add_as(Mark::Personal, "Ada");
        redactor.add_as(Mark::Personal, "7");
        assert_eq!(redactor.words("Ada, Adam"), "***, Adam");
        assert_eq!(
            redactor.value(&serde_json::json!(["Ada", 7, "7"])),
            serde_json::json!([MASK, 7, "7"])
        );
    }

    #[test]
    fn a_redactor_shows_no_secret_itself() {
        assert!(!format!("{:?}", redactor(SECRET)).contains("ord"));
    }
}
