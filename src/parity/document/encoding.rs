//! Encodings: how the properties of forms and multipart bodies are sent (OAS 3.1.1 section 4.8.15).

use serde_json::Value;

use super::change::Grade;
use super::header::{self, Fields};
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::parameter::written;
use crate::schema::{Facets, Schema};
use crate::spec::{Form, MediaType, Style};
use crate::wire::MediaRange;

/// How a property is sent.
#[derive(Debug, PartialEq)]
enum Sent {
    /// As parameters are, in a style.
    Styled(String),
    /// As any of these media types.
    As(Vec<MediaRange>),
}

/// Compares how the properties of a body are sent. What is written out and would be so anyway makes no
/// difference.
pub(super) fn compare(
    place: &Place,
    essence: &str,
    old: &MediaType,
    new: &MediaType,
    ledger: &mut Ledger,
) {
    let is_form = !essence.starts_with("multipart/");
    let more = new.encoding.keys();
    let more = more.filter(|name| !old.encoding.contains_key(*name));
    let has = |media: &MediaType, property: &str| {
        let schema = media.schema.as_ref();
        schema.is_some_and(|schema| !Facets::of(schema).member(property).is_empty())
    };
    for property in old.encoding.keys().chain(more) {
        // What no schema has as a property is not sent (OAS 3.1.1 section 4.8.14.1).
        if !has(old, property) && !has(new, property) {
            continue;
        }
        let (was, now) = (
            Sent::of(old, property, is_form),
            Sent::of(new, property, is_form),
        );
        if let Some((grade, inbound)) = grades(&was, &now) {
            let message = format!("`{property}` is sent in another way");
            let said = Said::new(Kind::EncodingChanged, grade, message)
                .inbound(inbound)
                .texts(was.text(), now.text())
                .places(Some(&old.location), Some(&new.location));
            // The grades are those of requests.
            let said = if place.is_in_request() {
                said
            } else {
                said.turned()
            };
            ledger.add(place, said);
        }
        if !is_form {
            headers(place, property, old, new, ledger);
        }
    }
}

/// What a change means where the client sends, and where the server does.
fn grades(was: &Sent, now: &Sent) -> Option<(Grade, Grade)> {
    let (Sent::As(old), Sent::As(new)) = (was, now) else {
        return (was != now).then_some((Grade::Breaking, Grade::Breaking));
    };
    let is_within = |some: &[MediaRange], all: &[MediaRange]| {
        some.iter()
            .all(|one| all.iter().any(|range| range.contains(one)))
    };
    match (is_within(old, new), is_within(new, old)) {
        (true, true) => None,
        (true, false) => Some((Grade::Compatible, Grade::Breaking)),
        (false, true) => Some((Grade::Breaking, Grade::Compatible)),
        (false, false) => Some((Grade::Breaking, Grade::Breaking)),
    }
}

/// The header fields of a part.
fn headers(place: &Place, property: &str, old: &MediaType, new: &MediaType, ledger: &mut Ledger) {
    let none = indexmap::IndexMap::new();
    let fields = |media: &'_ MediaType| {
        let encoding = media.encoding.get(property);
        encoding.map(|encoding| encoding.headers.clone())
    };
    let (was, now) = (fields(old), fields(new));
    let place = place.part(format!("{} `{property}`", place.part), place.direction);
    header::compare(
        &place,
        &Fields {
            headers: was.as_ref().unwrap_or(&none),
            location: &old.location,
        },
        &Fields {
            headers: now.as_ref().unwrap_or(&none),
            location: &new.location,
        },
        ledger,
    );
}

impl Sent {
    fn of(media: &MediaType, property: &str, is_form: bool) -> Self {
        let encoding = media.encoding.get(property);
        let schema = media.schema.as_ref();
        let facets = schema.map_or_else(Facets::default, |schema| {
            Facets::of(schema).member(property)
        });
        let usual = usual(&facets);
        let form = encoding.and_then(|encoding| encoding.form.as_ref());
        let plain = Form::Styled {
            style: Style::Form,
            explode: true,
            allow_reserved: false,
        };
        if let Some(form) = form.filter(|form| is_form || **form != plain) {
            return Self::Styled(style(form, &facets));
        }
        let listed = encoding.and_then(|encoding| encoding.content_type.as_deref());
        let named = listed.map(|listed| {
            let names = listed.split(',');
            names
                .filter_map(|name| MediaRange::parse(name.trim()).ok())
                .collect()
        });
        let usual: Vec<MediaRange> = MediaRange::parse(usual).into_iter().collect();
        match named {
            // In a form, what is sent as usual is sent as parameters are.
            Some(named) if !is_form || named != usual => Self::As(named),
            _ if is_form => Self::Styled(style(&plain, &facets)),
            _ => Self::As(usual),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Styled(style) => style.clone(),
            Self::As(types) => {
                let names: Vec<String> = types.iter().map(MediaRange::essence).collect();
                names.join(", ")
            }
        }
    }
}

/// A style in words, as far as values of the property show it.
fn style(form: &Form, facets: &Facets) -> String {
    let text = facets
        .schemas()
        .next()
        .map(|schema: &Schema| written(form, schema));
    text.unwrap_or_else(|| super::parameter::described(form))
}

/// The media type of a property that says nothing else (OAS 3.1.1 section 4.8.15.1.1).
fn usual(facets: &Facets) -> &'static str {
    let is = |facets: &Facets, name: &str| {
        facets.any("type", |types| match types {
            Value::Array(names) => names.iter().any(|known| known == name),
            only => only == name,
        })
    };
    let items = facets.item(0);
    let facets = if is(facets, "array") { &items } else { facets };
    let is_binary = facets.any("format", |format| format == "binary")
        || facets.any("contentMediaType", Value::is_string)
        || facets.any("contentEncoding", Value::is_string);
    if is(facets, "object") || is(facets, "array") {
        "application/json"
    } else if is_binary || !facets.any("type", |_| true) {
        "application/octet-stream"
    } else {
        "text/plain"
    }
}
