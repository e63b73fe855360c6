//! Form bodies: `application/x-www-form-urlencoded` (OAS 3.1.1 section 4.8.15.2).
//!
//! Properties with a style are written as query parameters are. All others are repeated for each
//! item, and what is no scalar is written as JSON.

use serde_json::{Map, Value};

use super::escape::{self, encode_component};
use super::flat::{Flat, Parts, readings};
use super::parameter::pairs;
use super::scalar::Reading;
use super::style::{Layout, Pieces};
use super::{MediaRange, WireError, part, shape};
use crate::spec::{Encoding, Form, MediaType, Style};

/// An object as a form.
pub(super) fn write(value: &Value, media: &MediaType) -> Result<String, WireError> {
    let Value::Object(members) = value else {
        return Err(WireError::unencodable("a form must be an object"));
    };
    let mut found = Vec::new();
    for (name, value) in members {
        if let Some(layout) = layout(media, name) {
            match layout.write(&Flat::of(value)?)? {
                Pieces::Pairs(pairs) => found.extend(pairs),
                Pieces::Text(_) => return Err(WireError::unencodable("not a style of forms")),
            }
            continue;
        }
        let mut push = |value: &Value| -> Result<(), WireError> {
            let text = part::write(value, &part::media_type(media, name, value)?)?;
            found.push((encode_component(name), encode_component(&text)));
            Ok(())
        };
        match value {
            Value::Array(items) if items.is_empty() => {
                return Err(WireError::unencodable(format!(
                    "`{name}` is an empty array, which cannot be told from an absent one"
                )));
            }
            Value::Array(items) => items.iter().try_for_each(push)?,
            value => push(value)?,
        }
    }
    let pairs: Vec<String> = found
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(pairs.join("&"))
}

/// Every object that a form can mean, the strictest reading first.
pub(super) fn read(text: &str, media: &MediaType) -> Result<Vec<Value>, WireError> {
    let pairs = pairs(text);
    let mut objects: Vec<Map<String, Value>> = vec![Map::new(); Reading::ALL.len()];
    let mut add = |name: &str, values: &[Value]| {
        for (index, object) in objects.iter_mut().enumerate() {
            // A member with fewer readings than the others keeps its first one.
            if let Some(value) = values.get(index).or(values.first()) {
                object.insert(name.to_owned(), value.clone());
            }
        }
    };
    let mut taken = Vec::new();
    for name in media.encoding.keys() {
        let Some(layout) = layout(media, name) else {
            continue;
        };
        let Some(schema) = &media.schema else {
            continue;
        };
        let member = shape::member_schema(schema, name);
        let owns = |key: &str| {
            member
                .as_ref()
                .is_some_and(|member| shape::declares(member, key))
                && !shape::declares(schema, key)
        };
        let types = Parts::of_member(schema, name);
        let flats = layout.read_pairs(&pairs, &types, &owns)?;
        if !flats.is_empty() {
            add(name, &readings(&flats, &types));
        }
        for (key, _) in &pairs {
            let key = escape::decode_query(key)?;
            let below = key
                .strip_prefix(&**name)
                .is_some_and(|rest| rest.starts_with('['));
            let deep = layout.style == Style::DeepObject && below;
            if key == **name || deep || (layout.explode && owns(&key)) {
                taken.push(key);
            }
        }
    }
    let mut plain: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in &pairs {
        let key = escape::decode_query(key)?;
        if taken.contains(&key) {
            continue;
        }
        let value = escape::decode_query(value)?;
        match plain.iter_mut().find(|(name, _)| *name == key) {
            Some((_, values)) => values.push(value),
            None => plain.push((key, vec![value])),
        }
    }
    for (name, texts) in &plain {
        let media_type = media
            .encoding
            .get(name)
            .and_then(|encoding| encoding.content_type.as_deref())
            .and_then(|listed| MediaRange::parse(listed.split(',').next()?).ok());
        let values: Vec<Value> = Reading::ALL
            .into_iter()
            .map(|reading| member(media, name, texts, media_type.as_ref(), reading))
            .collect::<Result<_, _>>()?;
        add(name, &values);
    }
    let mut found: Vec<Value> = Vec::new();
    for object in objects {
        let value = Value::Object(object);
        if !found.contains(&value) {
            found.push(value);
        }
    }
    Ok(found)
}

/// One member that was sent as these texts.
fn member(
    media: &MediaType,
    name: &str,
    texts: &[String],
    media_type: Option<&MediaRange>,
    reading: Reading,
) -> Result<Value, WireError> {
    let types = part::schema_types(media, name);
    match texts {
        [text] if !types.array() || types.scalar() || types.object() => {
            part::read(text, media_type, types, reading)
        }
        texts => texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let types = part::schema_item_types(media, name, index);
                part::read(text, media_type, types, reading)
            })
            .collect(),
    }
}

/// The style that a property's encoding asks for.
fn layout<'a>(media: &MediaType, name: &'a str) -> Option<Layout<'a>> {
    match media.encoding.get(name) {
        Some(Encoding {
            form:
                Some(Form::Styled {
                    style,
                    explode,
                    allow_reserved,
                }),
            ..
        }) => Some(Layout {
            style: *style,
            explode: *explode,
            allow_reserved: *allow_reserved,
            ..Layout::form(name)
        }),
        _ => None,
    }
}
