//! Known answers: the table of OAS 3.1.1 section 4.8.12.4, and what lies beside it.

use serde_json::{Value, json};

use super::super::laws::{operation, parameter, request, schema, styled};
use super::super::{Pieces, Received, decode_parameter, encode_parameter, parameter_readings};
use crate::http::Request;
use crate::spec::{Place, Style};

fn written(place: Place, style: Style, explode: bool, value: &Value) -> Option<String> {
    let form = styled(style, explode, false);
    let parameter = parameter("color", place, form, schema(json!(true)));
    match encode_parameter(&parameter, value).ok()? {
        Pieces::Text(text) => Some(text),
        Pieces::Pairs(pairs) => {
            let pairs: Vec<_> = pairs
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            Some(pairs.join("&"))
        }
    }
}

#[test]
fn values_are_written_as_the_specification_shows() {
    use Place::{Path, Query};
    use Style::{DeepObject, Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
    let text = json!("blue");
    let list = json!(["blue", "black", "brown"]);
    let object = json!({"R": 100, "G": 200, "B": 150});
    for (place, style, explode, expected) in [
        (
            Path,
            Matrix,
            false,
            [
                ";color",
                ";color=blue",
                ";color=blue,black,brown",
                ";color=R,100,G,200,B,150",
            ],
        ),
        (
            Path,
            Matrix,
            true,
            [
                ";color",
                ";color=blue",
                ";color=blue;color=black;color=brown",
                ";R=100;G=200;B=150",
            ],
        ),
        (
            Path,
            Label,
            false,
            [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
        ),
        (
            Path,
            Label,
            true,
            [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
        ),
        (
            Path,
            Simple,
            false,
            ["", "blue", "blue,black,brown", "R,100,G,200,B,150"],
        ),
        (
            Path,
            Simple,
            true,
            ["", "blue", "blue,black,brown", "R=100,G=200,B=150"],
        ),
        (
            Query,
            Form,
            false,
            [
                "color=",
                "color=blue",
                "color=blue,black,brown",
                "color=R,100,G,200,B,150",
            ],
        ),
        (
            Query,
            Form,
            true,
            [
                "color=",
                "color=blue",
                "color=blue&color=black&color=brown",
                "R=100&G=200&B=150",
            ],
        ),
        (
            Query,
            SpaceDelimited,
            false,
            [
                "-",
                "-",
                "color=blue%20black%20brown",
                "color=R%20100%20G%20200%20B%20150",
            ],
        ),
        (
            Query,
            PipeDelimited,
            false,
            [
                "-",
                "-",
                "color=blue%7Cblack%7Cbrown",
                "color=R%7C100%7CG%7C200%7CB%7C150",
            ],
        ),
        (
            Query,
            DeepObject,
            true,
            [
                "-",
                "-",
                "-",
                "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
            ],
        ),
    ] {
        for (value, expected) in [&json!(""), &text, &list, &object]
            .into_iter()
            .zip(expected)
        {
            let written = written(place, style, explode, value);
            assert_eq!(
                written.as_deref().unwrap_or("-"),
                expected,
                "{style:?} {explode}"
            );
        }
    }
}

#[test]
fn what_a_style_cannot_carry_is_refused() {
    for (place, style, explode, value) in [
        (Place::Query, Style::Form, true, json!(null)),
        (Place::Query, Style::Form, true, json!([])),
        (Place::Query, Style::Form, true, json!({})),
        (Place::Query, Style::Form, true, json!([null])),
        (Place::Query, Style::Form, false, json!([[1]])),
        (
            Place::Query,
            Style::DeepObject,
            true,
            json!({"a": {"b": 1}}),
        ),
        (Place::Query, Style::DeepObject, true, json!({"a]": 1})),
        (Place::Query, Style::SpaceDelimited, false, json!(["a b"])),
        (
            Place::Query,
            Style::PipeDelimited,
            false,
            json!({"a": "b|c"}),
        ),
        (Place::Query, Style::Simple, false, json!("a")),
        (Place::Path, Style::Label, true, json!([1.5])),
        (Place::Header, Style::Simple, false, json!(["a,b"])),
        (Place::Header, Style::Simple, false, json!(["a", ""])),
        (Place::Header, Style::Simple, true, json!({"a=b": 1})),
        (Place::Header, Style::Simple, false, json!("a\r\nb")),
        (Place::Header, Style::Simple, false, json!(" a")),
    ] {
        assert_eq!(
            written(place, style, explode, &value),
            None,
            "{style:?} {value}"
        );
    }
}

fn decoded(place: Place, style: Style, explode: bool, of: Value, raw: &str) -> Option<Value> {
    let parameter = parameter("color", place, styled(style, explode, false), schema(of));
    let operation = operation(vec![parameter.clone()]);
    let request = match place {
        Place::Path | Place::Header => request(place, "COLOR", &Pieces::Text(raw.to_owned())),
        _ => Request {
            method: "GET".to_owned(),
            path: format!("/a/x/b?{raw}"),
            headers: Vec::new(),
            body: None,
        },
    };
    decode_parameter(&parameter, &Received::new(&operation, &request)).unwrap()
}

#[test]
fn readers_understand_what_honest_clients_send() {
    use Place::{Header, Path, Query};
    let numbers = json!({"type": "array", "items": {"type": "integer"}});
    let letters = json!({"type": "array", "items": {"enum": ["a", "b"]}});
    let object = json!({"type": "object", "properties": {"w": {"type": "integer"}}, "additionalProperties": false});
    for (place, style, explode, of, raw, expected) in [
        (
            Query,
            Style::Form,
            true,
            &numbers,
            "color=1&color=2",
            Some(json!([1, 2])),
        ),
        (
            Query,
            Style::Form,
            true,
            &letters,
            "color=a,b",
            Some(json!(["a", "b"])),
        ),
        (
            Query,
            Style::Form,
            false,
            &letters,
            "color=a%2Cb",
            Some(json!(["a", "b"])),
        ),
        (Query, Style::Form, false, &numbers, "other=1", None),
        (
            Query,
            Style::Form,
            true,
            &object,
            "w=3&other=1",
            Some(json!({"w": 3})),
        ),
        (Query, Style::Form, true, &object, "other=1", None),
        (
            Query,
            Style::SpaceDelimited,
            false,
            &numbers,
            "color=1+2%203",
            Some(json!([1, 2, 3])),
        ),
        (
            Query,
            Style::PipeDelimited,
            false,
            &numbers,
            "color=1|2%7C3",
            Some(json!([1, 2, 3])),
        ),
        (
            Query,
            Style::DeepObject,
            true,
            &object,
            "color[w]=4",
            Some(json!({"w": 4})),
        ),
        (
            Header,
            Style::Simple,
            false,
            &numbers,
            "1, 2 ,,3",
            Some(json!([1, 2, 3])),
        ),
        (
            Path,
            Style::Simple,
            false,
            &numbers,
            "1%2C2",
            Some(json!([1, 2])),
        ),
        (
            Path,
            Style::Matrix,
            true,
            &numbers,
            ";color=1;color=2",
            Some(json!([1, 2])),
        ),
        (
            Query,
            Style::Form,
            true,
            &json!({"type": "string"}),
            "color=7",
            Some(json!("7")),
        ),
        (
            Query,
            Style::Form,
            true,
            &json!({"type": "integer"}),
            "color=7",
            Some(json!(7)),
        ),
        (
            Query,
            Style::Form,
            true,
            &json!({"type": "integer"}),
            "color=x",
            Some(json!("x")),
        ),
        (
            Query,
            Style::Form,
            true,
            &json!({"type": "boolean"}),
            "color=1",
            Some(json!(true)),
        ),
        (
            Query,
            Style::Form,
            true,
            &json!({"type": ["integer", "null"]}),
            "color",
            Some(json!(null)),
        ),
    ] {
        let read = decoded(place, style, explode, of.clone(), raw);
        assert_eq!(read, expected, "{style:?} {raw}");
    }
}

#[test]
fn malformed_text_is_an_error_and_no_value() {
    for (style, of, raw) in [
        (Style::Label, json!(true), "blue"),
        (Style::Matrix, json!(true), ";shade=1"),
        (Style::Simple, json!({"type": "object"}), "a,1,b"),
        (Style::Simple, json!(true), "%ff"),
    ] {
        let parameter = parameter(
            "color",
            Place::Path,
            styled(style, false, false),
            schema(of),
        );
        let operation = operation(vec![parameter.clone()]);
        let request = request(Place::Path, "color", &Pieces::Text(raw.to_owned()));
        let received = Received::new(&operation, &request);
        assert!(parameter_readings(&parameter, &received).is_err(), "{raw}");
    }
}

#[test]
fn an_open_exploded_object_leaves_other_parameters_alone() {
    let object = parameter(
        "color",
        Place::Query,
        styled(Style::Form, true, false),
        schema(json!({"type": "object"})),
    );
    let other = parameter(
        "limit",
        Place::Query,
        styled(Style::Form, true, false),
        schema(json!({"type": "integer"})),
    );
    let operation = operation(vec![object.clone(), other]);
    let request = Request {
        method: "GET".to_owned(),
        path: "/a/x/b?R=1&limit=2".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let read = decode_parameter(&object, &Received::new(&operation, &request));
    assert_eq!(read, Ok(Some(json!({"R": 1}))));
}
