//! The law of wire forms: what was encoded is decoded to the same value.

use indexmap::IndexMap;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::document::{Document, Location, Pointer};
use crate::http::Request;
use crate::schema::{Dialect, Schema, SchemaSet};
use crate::spec::{
    Encoding, Form, MediaType, Operation, OperationId, Parameter, PathTemplate, Place, Responses,
    Style,
};

pub(super) fn schema(value: Value) -> Schema {
    SchemaSet::of_schema(Document::from_value("s", value), Dialect::Draft202012)
}

fn nowhere() -> Location {
    Document::from_value("s", Value::Null).location(&Pointer::root())
}

pub(super) fn parameter(name: &str, place: Place, form: Form, schema: Schema) -> Parameter {
    Parameter {
        name: name.to_owned(),
        place,
        required: true,
        deprecated: false,
        form,
        schema,
        examples: Vec::new(),
        location: nowhere(),
    }
}

pub(super) fn media(schema: Schema) -> MediaType {
    MediaType {
        schema: Some(schema),
        examples: Vec::new(),
        encoding: IndexMap::new(),
        location: nowhere(),
    }
}

pub(super) fn operation(parameters: Vec<Parameter>) -> Operation {
    Operation {
        id: OperationId::new("o"),
        method: "GET".to_owned(),
        path: PathTemplate::new("/a/{color}/b"),
        summary: None,
        tags: Vec::new(),
        deprecated: false,
        parameters,
        body: None,
        responses: Responses::default(),
        security: Vec::new(),
        callbacks: Vec::new(),
        servers: None,
        unreadable: Vec::new(),
        location: nowhere(),
    }
}

/// The request that carries nothing but these pieces.
pub(super) fn request(place: Place, name: &str, pieces: &Pieces) -> Request {
    let pairs = |pairs: &[(String, String)], between: &str| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        pairs.join(between)
    };
    let mut request = Request {
        method: "GET".to_owned(),
        path: "/a/x/b".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    match (place, pieces) {
        (Place::Path, Pieces::Text(text)) => request.path = format!("/a/{text}/b"),
        (Place::Header, Pieces::Text(text)) => {
            request.headers.push((name.to_owned(), text.clone()));
        }
        (Place::Query, Pieces::Pairs(found)) => {
            request.path = format!("/a/x/b?{}", pairs(found, "&"));
        }
        (Place::Cookie, Pieces::Pairs(found)) => {
            request
                .headers
                .push(("cookie".to_owned(), pairs(found, "; ")));
        }
        other => panic!("{other:?}"),
    }
    request
}

pub(super) fn styled(style: Style, explode: bool, allow_reserved: bool) -> Form {
    Form::Styled {
        style,
        explode,
        allow_reserved,
    }
}

/// Every defined combination, with what it can carry: (scalars, arrays, objects).
const COMBINATIONS: [(Place, Style, (bool, bool, bool)); 8] = [
    (Place::Path, Style::Simple, (true, true, true)),
    (Place::Path, Style::Label, (true, true, true)),
    (Place::Path, Style::Matrix, (true, true, true)),
    (Place::Query, Style::Form, (true, true, true)),
    (Place::Query, Style::SpaceDelimited, (false, true, true)),
    (Place::Query, Style::PipeDelimited, (false, true, true)),
    (Place::Query, Style::DeepObject, (false, false, true)),
    (Place::Header, Style::Simple, (true, true, true)),
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,4}",
        "[ -~]{0,6}",
        ".{0,4}",
        prop::sample::select(vec![
            "", ".", "..", "true", "7", "null", "a,b", "a b", "a|b", "%2C", "+"
        ])
        .prop_map(str::to_owned),
    ]
}

/// A scalar schema and values of it.
fn scalars() -> impl Strategy<Value = (Value, BoxedStrategy<Value>)> {
    prop::sample::select(vec![
        (
            json!({"type": "string"}),
            text().prop_map(Value::from).boxed(),
        ),
        (
            json!({"type": "integer"}),
            any::<i64>().prop_map(Value::from).boxed(),
        ),
        (
            json!({"type": "number"}),
            prop::num::f64::NORMAL.prop_map(Value::from).boxed(),
        ),
        (
            json!({"type": "boolean"}),
            any::<bool>().prop_map(Value::from).boxed(),
        ),
    ])
}

/// A schema that a style can carry, and an instance of it.
fn instances() -> impl Strategy<Value = (Value, Value)> {
    scalars().prop_flat_map(|(schema, values)| {
        let list = json!({"type": "array", "items": schema});
        let object = json!({"type": "object", "additionalProperties": schema});
        let members = prop::collection::btree_map(text(), values.clone(), 1..4);
        prop_oneof![
            values
                .clone()
                .prop_map(move |value| (schema.clone(), value)),
            prop::collection::vec(values, 1..4)
                .prop_map(move |items| (list.clone(), Value::Array(items))),
            members.prop_map(move |members| {
                let members: Map<_, _> = members.into_iter().collect();
                (object.clone(), Value::Object(members))
            }),
        ]
    })
}

fn all_text(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(all_text).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| [vec![name.clone()], all_text(value)].concat())
            .collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// Why a style may refuse an instance.
fn may_refuse(place: Place, style: Style, explode: bool, value: &Value) -> bool {
    let texts = all_text(value);
    let contains = |set: &[char]| texts.iter().any(|text| text.contains(set));
    match (place, style) {
        (Place::Header, _) => {
            !texts.iter().all(|text| is_field_value(text))
                || !matches!(value, Value::String(_))
                    && (contains(&[',', '=']) || texts.iter().any(String::is_empty))
        }
        (Place::Cookie, _) => explode && value.is_object(),
        (_, Style::Label) => explode && contains(&['.']),
        (_, Style::SpaceDelimited) => !explode && contains(&[' ']) || explode && value.is_object(),
        (_, Style::PipeDelimited) => !explode && contains(&['|']) || explode && value.is_object(),
        (_, Style::DeepObject) => contains(&['[', ']']),
        _ => false,
    }
}

fn check(place: Place, form: Form, of: &Value, value: &Value) -> Result<(), TestCaseError> {
    let (style, explode) = match form {
        Form::Styled { style, explode, .. } => (style, explode),
        Form::Content(_) => (Style::Form, false),
    };
    let content = matches!(form, Form::Content(_));
    let parameter = parameter("color", place, form, schema(of.clone()));
    let operation = operation(vec![parameter.clone()]);
    match encode_parameter(&parameter, value) {
        Ok(Pieces::Text(text)) if place == Place::Path && text.is_empty() => {}
        Ok(pieces) => {
            let request = request(place, "color", &pieces);
            let received = Received::new(&operation, &request);
            let decoded = decode_parameter(&parameter, &received);
            prop_assert_eq!(decoded, Ok(Some(value.clone())), "{:?}", request);
        }
        Err(error) => prop_assert!(
            !content && may_refuse(place, style, explode, value),
            "{} {:?} {} {}",
            error,
            style,
            explode,
            value
        ),
    }
    Ok(())
}

#[test]
fn a_percent_sign_in_a_cookie_name_is_itself() {
    let of = json!({"type": "object", "additionalProperties": {"type": "string"}});
    for name in ["%2C", "%", "a%20b"] {
        let value = json!({ name: "x" });
        check(Place::Cookie, styled(Style::Form, true, false), &of, &value).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_style_reads_back_what_it_carries((of, value) in instances(), explode: bool, reserved: bool) {
        for (place, style, (scalar, list, object)) in COMBINATIONS {
            let carries = match value {
                Value::Array(_) => list,
                Value::Object(_) => object,
                _ => scalar,
            };
            if carries {
                let form = styled(style, explode, reserved && place == Place::Query);
                check(place, form, &of, &value)?;
            }
        }
        check(Place::Cookie, styled(Style::Form, explode, false), &of, &value)?;
    }

    #[test]
    fn json_parameters_read_back((_, value) in instances()) {
        for place in [Place::Path, Place::Query, Place::Header, Place::Cookie] {
            check(place, Form::Content("application/json".to_owned()), &json!(true), &value)?;
        }
    }

    #[test]
    fn forms_and_multipart_read_back(
        scalar in scalars().prop_flat_map(|(of, values)| values.prop_map(move |value| (of.clone(), value))),
        nested in instances(),
        list in prop::collection::vec(text(), 1..4),
        numbers in prop::collection::vec(any::<i32>(), 1..4),
        name in text(),
    ) {
        let mut of = json!({
            "type": "object",
            "properties": {
                "nested": {"type": "object", "properties": {"deep": nested.0}},
                "list": {"type": "array", "items": {"type": "string"}},
                "comma": {"type": "array", "items": {"type": "integer"}},
                "deep": {"type": "object", "additionalProperties": {"type": "integer"}},
                "file": {"type": "string", "format": "binary"},
                "rows": {"type": "array", "items": {"type": "object"}},
            },
        });
        let value = json!({
            "nested": {"deep": nested.1},
            "list": list,
            "comma": numbers,
            "deep": {"a": numbers[0]},
            "file": list[0],
            "rows": [{"a": list}, {}],
            "\u{e9} ": scalar.1,
        });
        of["properties"]["\u{e9} "] = scalar.0;
        let styled = |style, explode| Encoding {
            content_type: None,
            form: Some(styled(style, explode, false)),
            headers: IndexMap::new(),
        };
        let media = MediaType {
            encoding: IndexMap::from([
                ("comma".to_owned(), styled(Style::Form, false)),
                ("deep".to_owned(), styled(Style::DeepObject, true)),
            ]),
            ..media(schema(of)) };
        for content_type in ["application/x-www-form-urlencoded", "multipart/form-data"] {
            let (sent, bytes) = encode_body(content_type, &media, &value).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            prop_assert_eq!(decode_body(&sent, &media, &bytes), Ok(value.clone()), "{}", text);
        }
        let named = json!({&*name: "x"});
        let is_text = !["nested", "list", "comma", "deep", "rows"].contains(&&*name);
        if is_text && let Ok((sent, bytes)) = encode_body("multipart/form-data", &media, &named) {
            prop_assert_eq!(decode_body(&sent, &media, &bytes), Ok(named));
        }
    }

    #[test]
    fn nothing_on_the_wire_makes_readers_panic(
        raw in "[ -~]{0,24}",
        body in prop::collection::vec(any::<u8>(), 0..64),
        (of, _) in instances(),
    ) {
        let query = |style, explode| parameter("a", Place::Query, styled(style, explode, false), schema(of.clone()));
        for (style, explode) in [(Style::Form, true), (Style::Form, false), (Style::DeepObject, true), (Style::PipeDelimited, false)] {
            let parameter = query(style, explode);
            let operation = operation(vec![parameter.clone()]);
            let request = Request { method: String::new(), path: format!("/a/{raw}/b?{raw}"), headers: vec![("cookie".to_owned(), raw.clone())], body: None };
            let _ = decode_parameter(&parameter, &Received::new(&operation, &request));
        }
        for (style, explode) in [(Style::Matrix, true), (Style::Label, false), (Style::Simple, true)] {
            let parameter = parameter("color", Place::Path, styled(style, explode, false), schema(of.clone()));
            let operation = operation(vec![parameter.clone()]);
            let request = Request { method: String::new(), path: format!("/a/{raw}/b"), headers: vec![], body: None };
            let _ = decode_parameter(&parameter, &Received::new(&operation, &request));
        }
        let media = media(schema(of));
        for content_type in ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", &raw] {
            let _ = body_readings(content_type, &media, &body);
            let _ = body_readings(content_type, &media, format!("--a\r\n{raw}\r\n\r\n{raw}\r\n--a--").as_bytes());
        }
    }
}
