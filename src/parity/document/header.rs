//! Header fields: of answers, and of the parts of a request.

use indexmap::IndexMap;

use super::change::Grade;
use super::kind::Kind;
use super::ledger::{Ledger, Place, Said};
use super::parameter::written;
use super::schema::Travel;
use crate::document::Location;
use crate::spec::{Form, Header};

/// Header fields, and where what has them stands.
pub(super) struct Fields<'a> {
    pub(super) headers: &'a IndexMap<String, Header>,
    pub(super) location: &'a Location,
}

/// Compares header fields of a message.
pub(super) fn compare(whole: &Place, old: &Fields<'_>, new: &Fields<'_>, ledger: &mut Ledger) {
    // The grades are those of answers; who sends a request is its client.
    let turned = |said: Said| {
        if whole.is_in_request() {
            said.turned()
        } else {
            said
        }
    };
    let at = |name: &str| whole.part(format!("{}, header `{name}`", whole.part), whole.direction);
    for (name, header) in old.headers {
        let place = at(name);
        let Some(other) = field(new.headers, name) else {
            let message = format!("the header field `{name}` is not declared any more");
            let said = Said::new(Kind::HeaderRemoved, lost(header), message)
                .inbound(Grade::Unclear)
                .texts(presence(header), "")
                .places(Some(&header.location), Some(new.location));
            ledger.add(&place, turned(said));
            continue;
        };
        both(&place, name, header, other, &turned, ledger);
    }
    for (name, header) in new.headers {
        if field(old.headers, name).is_none() {
            let message = format!("the header field `{name}` is new");
            let inbound = if header.required {
                Grade::Breaking
            } else {
                Grade::Compatible
            };
            let said = Said::new(Kind::HeaderAdded, Grade::Compatible, message)
                .inbound(inbound)
                .texts("", presence(header))
                .places(Some(old.location), Some(&header.location));
            ledger.add(&at(name), turned(said));
        }
    }
}

fn both(
    place: &Place,
    name: &str,
    old: &Header,
    new: &Header,
    turned: &dyn Fn(Said) -> Said,
    ledger: &mut Ledger,
) {
    let mut found = Vec::new();
    match (old.required, new.required) {
        (false, true) => {
            let message = format!("the header field `{name}` is always sent now");
            let said = Said::new(Kind::HeaderBecameRequired, Grade::Compatible, message);
            found.push(
                said.inbound(Grade::Breaking)
                    .texts(presence(old), presence(new)),
            );
        }
        (true, false) => {
            let message = format!("the header field `{name}` may be missing now");
            let said = Said::new(Kind::HeaderBecameOptional, Grade::Breaking, message);
            found.push(
                said.inbound(Grade::Compatible)
                    .texts(presence(old), presence(new)),
            );
        }
        _ => {}
    }
    let (was, now) = (
        written(&old.form, &old.schema),
        written(&new.form, &new.schema),
    );
    if was != now {
        let message = format!("the header field `{name}` is written in another way");
        let said = Said::new(Kind::SerializationChanged, Grade::Breaking, message);
        found.push(said.texts(was, now));
    }
    for said in found {
        let said = said.places(Some(&old.location), Some(&new.location));
        ledger.add(place, turned(said));
    }
    let travel = match (&old.form, &new.form) {
        (Form::Styled { .. }, Form::Styled { .. }) => Travel::Text,
        _ => Travel::Data,
    };
    ledger.compare(place, Some(&old.schema), Some(&new.schema), travel);
}

/// What it means for those who read it that a field is gone.
fn lost(header: &Header) -> Grade {
    if header.required {
        Grade::Breaking
    } else {
        Grade::Unclear
    }
}

fn field<'h>(headers: &'h IndexMap<String, Header>, name: &str) -> Option<&'h Header> {
    let mut all = headers.iter();
    all.find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, header)| header)
}

fn presence(header: &Header) -> &'static str {
    if header.required {
        "required"
    } else {
        "optional"
    }
}
