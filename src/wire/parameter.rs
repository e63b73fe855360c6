//! Parameters: their values as pieces of a request, and the values that a request's pieces mean.

use serde_json::Value;

use super::flat::{Flat, Parts, readings};
use super::style::{Layout, unescape};
use super::{MediaRange, Pieces, WireError, choose, escape, json, scalar, shape};
use crate::http::Request;
use crate::schema::Schema;
use crate::spec::{Form, Operation, Parameter, Place, Style};

/// A request taken apart as far as parameters need it.
#[derive(Debug)]
pub struct Received<'a> {
    operation: &'a Operation,
    path: Vec<(&'a str, &'a str)>,
    query: Vec<(&'a str, &'a str)>,
    headers: &'a [(String, String)],
    cookies: Vec<(&'a str, &'a str)>,
}

impl<'a> Received<'a> {
    /// Takes a request to an operation apart. A path that does not fit the operation's template
    /// yields no path parameters.
    pub fn new(operation: &'a Operation, request: &'a Request) -> Self {
        let cookies = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("cookie"))
            .flat_map(|(_, value)| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .collect();
        Self {
            operation,
            path: operation
                .path
                .matches(request.path_only())
                .unwrap_or_default(),
            query: pairs(request.query()),
            headers: &request.headers,
            cookies,
        }
    }

    /// Whether a name in query or cookies may be a member of this exploded object parameter: if it
    /// declares it, or is open and no other parameter goes by this name.
    fn owns(&self, parameter: &Parameter, key: &str) -> bool {
        shape::declares(&parameter.schema, key)
            || !shape::is_closed(&parameter.schema)
                && !self.operation.parameters.iter().any(|other| {
                    other.place == parameter.place
                        && other.name != parameter.name
                        && claims(other, key)
                })
    }
}

/// Names and values of a query or form, still escaped.
pub(super) fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect()
}

/// Whether a name in query or cookies is taken by a parameter.
fn claims(parameter: &Parameter, key: &str) -> bool {
    let deep = || {
        let rest = key.strip_prefix(&*parameter.name);
        rest.is_some_and(|rest| rest.starts_with('['))
    };
    match &parameter.form {
        Form::Styled {
            style: Style::DeepObject,
            ..
        } => deep(),
        Form::Styled {
            style: Style::Form,
            explode: true,
            ..
        } if shape::types(&parameter.schema).object() => {
            key == parameter.name || shape::declares(&parameter.schema, key)
        }
        _ => key == parameter.name,
    }
}

/// The wire form of a parameter's value, escaped for its place.
pub fn encode_parameter(parameter: &Parameter, value: &Value) -> Result<Pieces, WireError> {
    match &parameter.form {
        Form::Styled {
            style,
            explode,
            allow_reserved,
        } => {
            let layout = Layout {
                name: &parameter.name,
                place: parameter.place,
                style: *style,
                explode: *explode,
                allow_reserved: *allow_reserved,
            };
            layout.write(&Flat::of(value)?)
        }
        Form::Content(media_type) => {
            let text = content_text(media_type, value)?;
            match parameter.place {
                Place::Header if escape::is_field_value(&text) => Ok(Pieces::Text(text)),
                Place::Header => Err(WireError::unencodable(
                    "header fields hold visible ASCII without outer space only",
                )),
                Place::Path => Ok(Pieces::Text(escape::encode_component(&text))),
                Place::Query => {
                    let name = escape::encode_component(&parameter.name);
                    Ok(Pieces::Pairs(vec![(name, escape::encode_component(&text))]))
                }
                Place::Cookie => {
                    let text = escape::encode_component(&text);
                    Ok(Pieces::Pairs(vec![(parameter.name.clone(), text)]))
                }
            }
        }
    }
}

/// The value of a parameter; `None` if it was not sent. Of several readings, the one that the
/// schema accepts.
pub fn decode_parameter(
    parameter: &Parameter,
    received: &Received<'_>,
) -> Result<Option<Value>, WireError> {
    Ok(parameter_readings(parameter, received)?
        .and_then(|readings| choose(readings, &parameter.schema)))
}

/// Every value that an honest server could take a parameter for, the strictest reading first;
/// `None` if it was not sent. A request is provably invalid if its schema accepts none of them.
pub fn parameter_readings(
    parameter: &Parameter,
    received: &Received<'_>,
) -> Result<Option<Vec<Value>>, WireError> {
    let name = &*parameter.name;
    let joined;
    let found: &[(&str, &str)] = match parameter.place {
        Place::Path => &received.path,
        Place::Query => &received.query,
        Place::Cookie => &received.cookies,
        Place::Header => {
            let fields: Vec<&str> = received
                .headers
                .iter()
                .filter(|(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str())
                .collect();
            if fields.is_empty() {
                return Ok(None);
            }
            joined = fields.join(", ");
            return text_readings(
                name,
                Place::Header,
                &parameter.form,
                &parameter.schema,
                &joined,
            )
            .map(Some);
        }
    };
    let types = Parts::of(&parameter.schema);
    if let (
        Place::Query | Place::Cookie,
        Form::Styled {
            style,
            explode,
            allow_reserved,
        },
    ) = (parameter.place, &parameter.form)
    {
        let layout = Layout {
            name,
            place: parameter.place,
            style: *style,
            explode: *explode,
            allow_reserved: *allow_reserved,
        };
        let flats = layout.read_pairs(found, &types, &|key| received.owns(parameter, key))?;
        return Ok((!flats.is_empty()).then(|| readings(&flats, &types)));
    }
    for (key, raw) in found {
        // Names of path expressions are the document's own, all others are escaped.
        let same = match parameter.place {
            Place::Path => *key == name,
            place => unescape(place, key)? == name,
        };
        if same {
            return text_readings(
                name,
                parameter.place,
                &parameter.form,
                &parameter.schema,
                raw,
            )
            .map(Some);
        }
    }
    Ok(None)
}

/// The value of a header field that is described outside of parameters, such as a response header.
pub fn decode_field(form: &Form, schema: &Schema, raw: &str) -> Result<Value, WireError> {
    let readings = text_readings("", Place::Header, form, schema, raw)?;
    choose(readings, schema).ok_or_else(|| WireError::malformed("the field cannot be read"))
}

fn text_readings(
    name: &str,
    place: Place,
    form: &Form,
    schema: &Schema,
    raw: &str,
) -> Result<Vec<Value>, WireError> {
    let types = Parts::of(schema);
    match form {
        Form::Styled {
            style,
            explode,
            allow_reserved,
        } => {
            let layout = Layout {
                name,
                place,
                style: *style,
                explode: *explode,
                allow_reserved: *allow_reserved,
            };
            Ok(readings(&layout.read_text(raw, &types)?, &types))
        }
        Form::Content(media_type) => {
            let text = unescape(place, raw)?;
            let media = MediaRange::parse(media_type)?;
            if media.is_json() {
                Ok(vec![json::read_json(text.as_bytes())?])
            } else if media.is_text() {
                Ok(readings(&[Flat::Scalar(text)], &types))
            } else {
                Err(WireError::Unsupported(media_type.clone()))
            }
        }
    }
}

/// A value as a text of a media type, in ASCII where the media type has escapes.
fn content_text(media_type: &str, value: &Value) -> Result<String, WireError> {
    let media = MediaRange::parse(media_type)?;
    if media.is_json() {
        Ok(ascii(&value.to_string()))
    } else if media.is_text() {
        scalar::write(value)
    } else {
        Err(WireError::Unsupported(media_type.to_owned()))
    }
}

/// JSON text in visible ASCII: what lies beyond can only stand in strings, where it has escapes.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            text.push(character);
        } else {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            text.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::laws::{operation, parameter, schema, styled};
    use super::*;
    use serde_json::json;

    fn get(path: &str, headers: &[(&str, &str)]) -> Request {
        Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: None,
        }
    }

    #[test]
    fn parameters_are_found_in_their_places() {
        let text = schema(json!({"type": "array", "items": {"type": "string"}}));
        let simple = styled(Style::Simple, false, false);
        let form = styled(Style::Form, true, false);
        let all = [
            parameter("color", Place::Path, simple.clone(), text.clone()),
            parameter("Shade", Place::Header, simple, text.clone()),
            parameter("a b", Place::Query, form.clone(), text.clone()),
            parameter("c", Place::Cookie, form, text),
        ];
        let operation = operation(all.to_vec());
        let read = |request: &Request| {
            let received = Received::new(&operation, request);
            all.clone()
                .map(|parameter| decode_parameter(&parameter, &received).unwrap())
        };
        let request = get(
            "/a/x,y/b?a+b=1&a%20b=2&other",
            &[
                ("SHADE", "d"),
                ("Cookie", "b=0; c=3"),
                ("shade", "e"),
                ("cookie", "c=4"),
            ],
        );
        assert_eq!(
            read(&request),
            [
                json!(["x", "y"]),
                json!(["d", "e"]),
                json!(["1", "2"]),
                json!(["3", "4"])
            ]
            .map(Some)
        );
        assert_eq!(read(&get("/elsewhere", &[])), [None, None, None, None]);
    }

    #[test]
    fn content_parameters_are_documents_of_their_own() {
        let json_form = Form::Content("application/json".to_owned());
        let parameter = parameter("where", Place::Header, json_form, schema(json!(true)));
        let value = json!({"\u{e9}\u{1f642}": [1, null]});
        let Ok(Pieces::Text(text)) = encode_parameter(&parameter, &value) else {
            panic!("no text");
        };
        assert_eq!(text, r#"{"\u00e9\ud83d\ude42":[1,null]}"#);
        let read = decode_field(&parameter.form, &parameter.schema, &text);
        assert_eq!(read, Ok(value));
        let broken = decode_field(&parameter.form, &parameter.schema, "{");
        assert!(matches!(broken, Err(WireError::Malformed(_))));
        let xml = Form::Content("application/xml".to_owned());
        let unknown = decode_field(&xml, &parameter.schema, "<a/>");
        assert!(matches!(unknown, Err(WireError::Unsupported(_))));
    }
}
