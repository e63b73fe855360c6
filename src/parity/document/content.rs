//! Content: the media types of a body, and what each says about it.

use std::fmt::Write;

use indexmap::IndexMap;

use super::change::Grade;
use super::encoding;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::schema::Travel;
use crate::document::Location;
use crate::spec::MediaType;
use crate::wire::{MediaRange, declared};

/// The media types of one document.
pub(super) struct Content<'a> {
    types: &'a IndexMap<String, MediaType>,
    location: Location,
}

impl<'a> Content<'a> {
    pub(super) fn of(types: &'a IndexMap<String, MediaType>, location: Location) -> Self {
        Self { types, location }
    }

    /// What is said about a media type or range: by its name, else by the narrowest range around it.
    fn find(&self, name: &str) -> Option<&MediaType> {
        self.types.get(name).or_else(|| declared(self.types, name))
    }

    /// Whether a media type or range is named itself, whatever parameters it has.
    fn writes(&self, name: &str) -> bool {
        self.types
            .keys()
            .any(|known| essence(known) == essence(name))
    }

    /// Whether a media type or range is named itself.
    fn names(&self, name: &str) -> bool {
        let wanted = MediaRange::parse(name).ok();
        self.types.keys().any(|known| {
            let known_range = MediaRange::parse(known).ok();
            known == name
                || matches!((&known_range, &wanted), (Some(one), Some(other)) if one.contains(other) && other.contains(one))
        })
    }
}

/// The name without its parameters, in lower case.
pub(super) fn essence(name: &str) -> String {
    let (essence, _) = name.split_once(';').unwrap_or((name, ""));
    essence.trim().to_ascii_lowercase()
}

/// Whether a body of this media type is a text, or bytes, and never an object or an array.
fn is_text_or_bytes(essence: &str) -> bool {
    let (class, kind) = essence.split_once('/').unwrap_or((essence, ""));
    match class {
        "audio" | "font" | "image" | "video" => true,
        "text" => {
            kind != "*"
                && !["json", "xml", "yaml"]
                    .iter()
                    .any(|data| kind.contains(data))
        }
        _ => matches!(
            essence,
            "application/octet-stream" | "application/pdf" | "application/zip" | "application/gzip"
        ),
    }
}

/// Compares the media types at a place, and what they say.
pub(super) fn compare(place: &Place, old: &Content<'_>, new: &Content<'_>, ledger: &mut Ledger) {
    // Nobody asks a server which media type it should call with.
    let (removed, added) = if place.is_in_request() {
        (Grade::Compatible, Grade::Breaking)
    } else {
        (Grade::Breaking, Grade::Compatible)
    };
    for (name, media) in old.types {
        let Some(other) = new.find(name) else {
            let message = format!("the media type `{name}` is not declared any more");
            let said = Said::new(Kind::MediaTypeRemoved, Grade::Breaking, message)
                .inbound(removed)
                .texts(names(old), names(new))
                .places(Some(&media.location), Some(&new.location));
            ledger.add(place, said);
            continue;
        };
        if place.is_sent_by_server() && !new.writes(name) {
            let message = format!("the media type `{name}` is one of several that may come now");
            let said = Said::new(Kind::MediaTypeRemoved, Grade::Unclear, message)
                .texts(names(old), names(new))
                .places(Some(&media.location), Some(&other.location));
            ledger.add(place, said);
        }
        pair(place, name, media, other, ledger);
    }
    for (name, media) in new.types {
        match old.find(name) {
            None => {
                let message = format!("the media type `{name}` is new");
                let said = Said::new(Kind::MediaTypeAdded, Grade::Compatible, message)
                    .inbound(added)
                    .texts(names(old), names(new))
                    .places(Some(&old.location), Some(&media.location));
                ledger.add(place, said);
            }
            // It was in a range, and is named itself now.
            Some(other) if !old.names(name) => {
                pair(place, name, other, media, ledger);
            }
            Some(_) => {}
        }
    }
}

fn pair(place: &Place, name: &str, old: &MediaType, new: &MediaType, ledger: &mut Ledger) {
    let mut part = place.part.clone();
    let _ = write!(part, ", {name}");
    let place = place.part(part, place.direction);
    let essence = essence(name);
    let travel = if essence.ends_with("/xml") || essence.ends_with("+xml") {
        Travel::Xml
    } else if is_text_or_bytes(&essence) {
        Travel::Bytes
    } else {
        Travel::Data
    };
    ledger.compare(&place, old.schema.as_ref(), new.schema.as_ref(), travel);
    // Elsewhere it has no effect (OAS 3.1.1 section 4.8.14.1).
    if essence == "application/x-www-form-urlencoded" || essence.starts_with("multipart/") {
        encoding::compare(&place, &essence, old, new, ledger);
    }
}

fn names(content: &Content<'_>) -> String {
    let names: Vec<&str> = content.types.keys().map(String::as_str).collect();
    names.join(", ")
}
