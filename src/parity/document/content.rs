//! Content: the media types of a body, and what each says about it.

use std::fmt::Write;

use indexmap::IndexMap;

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use crate::document::Location;
use crate::spec::{Encoding, MediaType};

/// The media types of one document.
pub(super) struct Content<'a> {
    types: &'a IndexMap<String, MediaType>,
    location: Location,
}

impl<'a> Content<'a> {
    pub(super) fn of(types: &'a IndexMap<String, MediaType>, location: Location) -> Self {
        Self { types, location }
    }

    /// The media type of this name, or the range that it is in.
    fn find(&self, name: &str) -> Option<&MediaType> {
        let wanted = essence(name);
        let exact = |(known, _): &(&String, &MediaType)| essence(known) == wanted;
        let main = wanted.split_once('/').map_or("", |(main, _)| main);
        let ranges = [format!("{main}/*"), "*/*".to_owned()];
        let of_range = |range: &String| {
            let mut types = self.types.iter();
            types.find(|(known, _)| essence(known) == *range)
        };
        self.types
            .get_key_value(name)
            .or_else(|| self.types.iter().find(exact))
            .or_else(|| ranges.iter().find_map(of_range))
            .map(|(_, found)| found)
    }
}

/// The name without its parameters, in lower case.
fn essence(name: &str) -> String {
    let (essence, _) = name.split_once(';').unwrap_or((name, ""));
    essence.trim().to_ascii_lowercase()
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
            Some(other)
                if !old
                    .types
                    .keys()
                    .any(|known| essence(known) == essence(name)) =>
            {
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
    ledger.compare(&place, old.schema.as_ref(), new.schema.as_ref(), false);
    if !place.is_in_request() {
        return;
    }
    let properties: Vec<&String> = {
        let mut all: Vec<&String> = old.encoding.keys().collect();
        all.extend(
            new.encoding
                .keys()
                .filter(|name| !old.encoding.contains_key(*name)),
        );
        all
    };
    for property in properties {
        let text = |media: &MediaType| {
            let encoding = media.encoding.get(property);
            encoding.map_or_else(|| "as usual".to_owned(), described)
        };
        let (was, now) = (text(old), text(new));
        if was != now {
            let message = format!("`{property}` is sent in another way");
            let said = Said::new(Kind::EncodingChanged, Grade::Unclear, message)
                .texts(was, now)
                .places(Some(&old.location), Some(&new.location));
            ledger.add(&place, said);
        }
    }
}

fn described(encoding: &Encoding) -> String {
    let form = encoding.form.as_ref().map(super::parameter::described);
    let parts = [encoding.content_type.clone(), form];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "as usual".to_owned()
    } else {
        parts.join(", ")
    }
}

fn names(content: &Content<'_>) -> String {
    let names: Vec<&str> = content.types.keys().map(String::as_str).collect();
    names.join(", ")
}
