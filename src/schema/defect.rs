//! Defects of schemas: what cannot be compiled, what has no effect, what is probably mistyped. Each
//! schema is looked at once, wherever it is used.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::declared::Declarations;
use super::survey::{Place, Survey};
use super::validate::Unusable;
use super::{Dialect, dialect_mix, effort, keyword, lift, validate};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Document, Pointer};

/// How alike a name must be to be taken for the one that was meant (Jaro-Winkler).
const ALIKE: f64 = 0.85;

/// How many names of one schema are compared with each other.
const COMPARED: usize = 100_000;

/// The defects of all schemas of the documents, each with the schema that has it.
pub(super) fn defects<'a>(
    documents: &'a [(Document, Dialect)],
    survey: &'a Survey,
    declarations: &Declarations<'a>,
) -> Vec<(Place, Diagnostic)> {
    let mut finder = Finder {
        documents,
        declarations,
        patterns: HashMap::new(),
        found: Vec::new(),
    };
    for place in &survey.schemas {
        finder.look(place);
    }
    for place in effort::excessive(documents, survey) {
        let limit = effort::LIMIT;
        let message = format!("to judge one value by this asks more than {limit} schemas");
        let hint = "its `allOf`, `anyOf`, ... name the same schemas again and again".to_owned();
        finder.report(place, Code::INVALID_SCHEMA, place, message, Some(hint));
    }
    finder.found
}

struct Finder<'a, 'b> {
    documents: &'a [(Document, Dialect)],
    declarations: &'b Declarations<'a>,
    /// Why a pattern cannot be compiled.
    patterns: HashMap<String, Option<Unusable>>,
    found: Vec<(Place, Diagnostic)>,
}

impl Finder<'_, '_> {
    /// Reports a defect of a schema at a node of it.
    fn report(
        &mut self,
        schema: &Place,
        code: Code,
        at: &Place,
        message: String,
        hint: Option<String>,
    ) {
        let Some((document, _)) = self.documents.get(at.0) else {
            return;
        };
        let mut diagnostic = Diagnostic::new(code, document.location(&at.1), message);
        diagnostic.hint = hint;
        self.found.push((schema.clone(), diagnostic));
    }

    fn look(&mut self, place: &Place) {
        let documents = self.documents;
        let Some((document, dialect)) = documents.get(place.0) else {
            return;
        };
        let members = match document.node(&place.1) {
            Some(Value::Object(members)) => members,
            None | Some(Value::Bool(_)) => return,
            Some(other) => {
                let message = "a schema must be an object or a boolean".to_owned();
                let is_tuple = other.is_array() && place.1.last().as_deref() == Some("items");
                let hint = is_tuple.then_some("a list of schemas belongs under `prefixItems`");
                let hint = hint.map(str::to_owned);
                return self.report(place, Code::INVALID_SCHEMA, place, message, hint);
            }
        };
        let below = |keyword: &str| (place.0, place.1.join(keyword));
        let mixes = dialect_mix::mixes(*dialect, members);
        for mix in &mixes {
            let hint = mix.hint.map(str::to_owned);
            self.report(
                place,
                Code::DIALECT_MIX,
                &below(mix.keyword),
                mix.message(),
                hint,
            );
        }
        let is_hidden =
            dialect.ignores_siblings() && members.get("$ref").is_some_and(Value::is_string);
        if is_hidden {
            return;
        }
        for (name, value) in members {
            let is_without_effect = mixes
                .iter()
                .any(|mix| mix.keyword == name && !mix.has_effect)
                || dialect.has_exclusive_flags() && dialect_mix::is_flag(name, value)
                || *dialect != Dialect::OpenApi30 && !dialect.knows(name);
            if is_without_effect {
                continue;
            }
            if let Some(wanted) = keyword::breach(name, value) {
                let message = format!("`{name}` must be {wanted}");
                self.report(place, Code::INVALID_SCHEMA, &below(name), message, None);
            }
            match (&**name, value) {
                ("pattern", Value::String(pattern)) => {
                    let judged = lift::judged(members, pattern);
                    self.pattern(place, pattern, &judged, &below(name));
                }
                ("patternProperties", Value::Object(properties)) => {
                    for pattern in properties.keys() {
                        let at = (place.0, below(name).1.join(pattern));
                        self.pattern(place, pattern, pattern, &at);
                    }
                }
                _ => {}
            }
        }
        self.required(place, members);
    }

    /// Looks at a pattern, and at what the judge gets for it.
    fn pattern(&mut self, schema: &Place, pattern: &str, judged: &str, at: &Place) {
        let known = self.patterns.get(judged).copied();
        let unusable = known.unwrap_or_else(|| validate::unusable(judged));
        if known.is_none() {
            self.patterns.insert(judged.to_owned(), unusable);
        }
        let Some(unusable) = unusable else { return };
        let is_flagged = pattern.starts_with('/') && pattern.rfind('/') > Some(0);
        let (fault, hint) = match unusable {
            Unusable::Malformed => (
                "is not a regular expression of ECMA 262",
                is_flagged.then_some("write it without the slashes around it"),
            ),
            Unusable::TooLarge => (
                "is a larger regular expression than is supported",
                Some("let `minLength` and `maxLength` count the characters"),
            ),
            Unusable::Unsupported => ("has syntax of ECMA 262 that is not supported", None),
        };
        let message = format!("`{pattern}` {fault}");
        let hint = hint.map(str::to_owned);
        self.report(schema, Code::INVALID_SCHEMA, at, message, hint);
        // What is legal and beyond us is no fault of the document.
        if unusable != Unusable::Malformed
            && let Some((_, diagnostic)) = self.found.last_mut()
        {
            diagnostic.severity = Severity::Warning;
        }
    }

    fn required(&mut self, place: &Place, members: &Map<String, Value>) {
        let Some(Value::Array(required)) = members.get("required") else {
            return;
        };
        if required.is_empty() {
            return;
        }
        let Some(names) = self.declarations.names(place) else {
            return;
        };
        let list: Pointer = place.1.join("required");
        let mut compared = COMPARED;
        for (index, name) in required.iter().enumerate() {
            let Some(name) = name.as_str().filter(|name| !names.contains(name)) else {
                continue;
            };
            let near = names.iter().take(compared);
            compared = compared.saturating_sub(names.len());
            let meant = near
                .map(|other| (strsim::jaro_winkler(name, other), *other))
                .filter(|(likeness, _)| *likeness >= ALIKE)
                .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)));
            let message = format!("`required` names `{name}`, which is not declared");
            let hint = meant.map(|(_, meant)| format!("did you mean `{meant}`?"));
            let at = (place.0, list.index(index));
            self.report(place, Code::SUSPICIOUS_REQUIRED, &at, message, hint);
        }
    }
}
