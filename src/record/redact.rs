//! Redaction: the one pass that everything goes through before it is written.
//!
//! Secrets are found by value, however they are escaped: plain, percent-encoded, JSON- or
//! HTML-escaped, quoted for a shell, or in Base64 at any alignment. Header fields, query parameters and
//! members that carry credentials are masked by name, whatever they hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::credential::{Kind, carries_credentials, cover, is_telling};
use super::cut::mask_cut;
use super::marks::{Found, Mark, MarkedNames, Told, is_uuid, marked_names, mask};
use super::published::published;
use super::values::{Values, base64_forms};
use super::written::{Called, Writing, without, without_those};
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
    /// The names of properties that the documents mark.
    marks: Arc<MarkedNames>,
    /// What the documents give as credentials.
    published: Arc<BTreeSet<String>>,
    /// Marked values, masked where they are all of a value or a word, however short they are.
    marked: BTreeSet<String>,
    /// Those of them that are masked in any text, where they are a whole word of it.
    names: BTreeSet<String>,
}

impl Redactor {
    /// A redactor for the secrets of a target, for the places where the documents' security schemes put
    /// credentials, and for what the documents themselves give as credentials: their examples may be real.
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
        let names = specs.iter().map(|spec| marked_names(&spec.schemas));
        redactor.marks = Arc::new(names.flatten().collect());
        let given = specs.iter().flat_map(|spec| published(&spec.schemas));
        redactor.published = Arc::new(given.collect());
        for value in redactor.published.clone().iter() {
            redactor.add_as(Mark::Credential, value);
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

    /// The text without secrets, and without what it calls like a credential.
    pub fn text(&self, text: &str) -> String {
        let text = self.made(text);
        without(&text, Writing::Part, &Called::credential, &mut Vec::new())
    }

    /// A text that a plan made: without secrets. What it made up under the name of a credential is nobody's,
    /// and without it nobody could send it again.
    pub fn made(&self, text: &str) -> String {
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
            Value::Object(members) => {
                let members = members.iter();
                let members =
                    members.map(|(name, value)| (self.text(name), self.member(name, value)));
                Value::Object(members.collect())
            }
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

    /// A member of a value that no schema describes: its name tells whether a document marks it.
    fn member(&self, name: &str, value: &Value) -> Value {
        let mark = self.marks.get(name).filter(|_| !value.is_null());
        match mark {
            Some(Mark::Personal) if value.as_str().is_some_and(is_uuid) => self.value(value),
            Some(_) => MASK.into(),
            None => self.named(name, value),
        }
    }

    /// What stands under a name that somebody chose: a parameter, an input, an output.
    pub(super) fn named(&self, name: &str, value: &Value) -> Value {
        let is_whole = !matches!(value, Value::Array(_) | Value::Object(_));
        if self.marks.contains_key(name) && !is_whole {
            return MASK.into();
        }
        let mut shown = self.value(value);
        if let Some(kind) = Kind::of(name) {
            cover(kind, &mut shown, &mut |_| {});
        }
        shown
    }

    /// Inputs or outputs, as [`Self::named`] has them.
    pub(super) fn members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        let members = members.iter();
        let shown = members.map(|(name, value)| (self.text(name), self.named(name, value)));
        shown.collect()
    }

    /// Notes what is called like a credential among inputs or outputs: it may stand elsewhere, too.
    pub(super) fn learn(&mut self, members: &Map<String, Value>) {
        let mut found = Found::default();
        let nothing = MarkedNames::new();
        let told = Told::of(None, &nothing);
        mask(&mut Value::Object(members.clone()), &told, &mut found);
        for (mark, value) in found.values {
            self.add_as(mark, &value);
        }
    }

    /// The names of properties that the documents mark.
    pub(super) fn marks(&self) -> &MarkedNames {
        &self.marks
    }

    /// Whether a header field carries credentials.
    pub(super) fn is_credential_field(&self, name: &str) -> bool {
        self.headers.contains(&name.to_ascii_lowercase()) || carries_credentials(name)
    }

    /// A header field's value without secrets; a scheme such as `Bearer` stays.
    pub fn header(&self, name: &str, value: &str) -> String {
        let name = name.to_ascii_lowercase();
        if !self.is_credential_field(&name) {
            return self.text(&self.ways(&name, value, &mut Vec::new()));
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
        self.text(&format!("{path}?{}", self.pairs(query, &|_| true)))
    }

    /// The pairs of a query without credentials that are among some.
    pub(super) fn pairs(&self, text: &str, among: &dyn Fn(&str) -> bool) -> String {
        let names = |name: &str| self.parameter(name);
        without_those(text, Writing::Form, &names, among, &mut Vec::new())
    }

    /// Whether a value under the name of a credential is one that the documents give, or was made of one: longer,
    /// shorter, in other case.
    pub(super) fn is_published(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        let is_part = value.chars().count() >= LEAST;
        let mut given = self.published.iter();
        given.any(|given| {
            let given = given.to_lowercase();
            value.contains(&given) || (is_part && given.contains(&value))
        })
    }

    /// A header field without the credentials in the queries and fragments of its URLs; those go to `found`.
    pub(super) fn ways(&self, name: &str, value: &str, found: &mut Vec<(Mark, String)>) -> String {
        let writing = if name.eq_ignore_ascii_case("location") {
            Writing::Way
        } else {
            Writing::Form
        };
        let mut parts = value.split_inclusive(['?', '#']);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |clean, part| {
            let ends = ['#', '?', '>', '"', ' ', ';', ','];
            let (query, rest) = part.split_at(part.find(ends).unwrap_or(part.len()));
            let query = without(query, writing, &|name| self.parameter(name), found);
            clean + &query + rest
        })
    }

    /// What the name of a query parameter says.
    fn parameter(&self, name: &str) -> Option<Called> {
        let scheme = self.parameters.contains(name).then_some(Called {
            mark: Mark::Credential,
            kind: Kind::Single,
        });
        scheme.or_else(|| Called::credential(name))
    }
}

/// The text with masks for the words that are to go.
pub(super) fn without_words(text: &str, goes: impl Fn(&str) -> bool) -> String {
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
mod tests;
