//! Requests made from the shop's document.

use std::path::Path;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{EncodeError, encode, identify};
use crate::case::{
    Authority, Body, Case, CaseId, Credentials, Inputs, Intent, Phase, Prepared, curl,
};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::{OperationId, Place, Spec};

pub(in crate::case) fn petstore() -> Spec {
    Spec::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/petstore-3.0.yaml")).unwrap()
}

pub(in crate::case) fn case(
    operation: &str,
    parameters: &[(Place, &str, Value)],
    body: Option<(&str, Value)>,
) -> Case {
    let parameters: IndexMap<_, _> = parameters
        .iter()
        .map(|(place, name, value)| ((*place, (*name).to_owned()), value.clone()))
        .collect();
    let operation = OperationId::new(operation);
    Case {
        ambiguous: false,
        id: CaseId(String::new()),
        operation,
        intent: Intent::Valid,
        phase: Phase::Valid,
        inputs: Inputs {
            parameters,
            body: body.map(|(media_type, value)| Body::Instance {
                media_type: media_type.to_owned(),
                value,
            }),
            ..Inputs::default()
        },
        seed: Seed::new(0),
    }
}

pub(in crate::case) fn authority() -> Authority {
    Authority {
        by_scheme: [
            ("apiKey", "k\u{65}y'1"),
            ("basic", "ida:pa ss"),
            ("bearer", "tok"),
        ]
        .map(|(name, secret)| (name.to_owned(), Secret::new(secret)))
        .into_iter()
        .collect(),
        fallback: None,
    }
}

fn shown(prepared: &Prepared) -> String {
    let request = &prepared.request;
    let mut text = format!("{} {}\n", request.method, request.path);
    for (name, value) in &request.headers {
        text.extend([name, ": ", value, "\n"]);
    }
    text + &String::from_utf8_lossy(request.body.as_deref().unwrap_or_default())
}

#[test]
fn every_place_of_a_request_is_filled() {
    let spec = petstore();
    let box_ = json!({"w": 1, "h": 2});
    let query = case(
        "echoQuery",
        &[
            (Place::Query, "boxX", box_.clone()),
            (Place::Query, "where", box_.clone()),
            (Place::Query, "deep", box_.clone()),
            (Place::Query, "back", json!("/pets?a=b c")),
            (Place::Query, "pipe", json!([1, 2])),
        ],
        None,
    );
    insta::assert_snapshot!(shown(&encode(&spec, &query, &authority()).unwrap()), @r"
    GET /styles/query?w=1&h=2&pipe=1%7C2&deep%5Bw%5D=1&deep%5Bh%5D=2&back=/pets?a%3Db%20c&where=%7B%22w%22%3A1%2C%22h%22%3A2%7D
    Accept: application/json
    X-Api-Key: key'1
    ");
    let headers = case(
        "echoHeader",
        &[
            (Place::Header, "X-Box", box_.clone()),
            (Place::Cookie, "lang", json!("en GB")),
            (Place::Cookie, "seen", json!([1, 2])),
        ],
        None,
    );
    insta::assert_snapshot!(shown(&encode(&spec, &headers, &authority()).unwrap()), @r"
    GET /styles/header
    Accept: application/json
    X-Box: w,1,h,2
    X-Api-Key: key'1
    Cookie: lang=en%20GB; seen=1,2
    ");
    let path = case(
        "echoMatrix",
        &[
            (Place::Path, "word", json!("a b")),
            (Place::Path, "wordX", json!("b")),
            (Place::Path, "list", json!([1, 2])),
            (Place::Path, "listX", json!([1, 2])),
            (Place::Path, "box", box_.clone()),
            (Place::Path, "boxX", box_),
        ],
        None,
    );
    insta::assert_snapshot!(shown(&encode(&spec, &path, &authority()).unwrap()), @r"
    GET /styles/matrix/;word=a%20b/;wordX=b/;list=1,2/;listX=1;listX=2/;box=w,1,h,2/;w=1;h=2
    Accept: application/json
    X-Api-Key: key'1
    ");
    let form = case(
        "createOwner",
        &[],
        Some((
            "application/x-www-form-urlencoded",
            json!({"name": "a b", "languages": ["da", "en"], "address": {"street": "x", "city": "y"}, "website": "http://e/?q"}),
        )),
    );
    insta::assert_snapshot!(shown(&encode(&spec, &form, &authority()).unwrap()), @r"
    POST /owners
    Accept: application/json
    Content-Type: application/x-www-form-urlencoded
    Authorization: Basic aWRhOnBhIHNz
    name=a%20b&languages=da,en&address%5Bstreet%5D=x&address%5Bcity%5D=y&website=http://e/?q
    ");
}

#[test]
fn credentials_are_those_of_the_first_alternative_with_secrets() {
    let spec = petstore();
    let fields = |case: &Case, authority: &Authority| {
        let request = encode(&spec, case, authority).unwrap().request;
        let mut found = Vec::new();
        for name in ["Authorization", "X-Api-Key"] {
            found.extend(request.header(name).map(str::to_owned));
        }
        found
    };
    let mut order = case("placeOrder", &[], None);
    let both = ["Basic aWRhOnBhIHNz", "key'1"];
    assert_eq!(fields(&order, &authority()), both);
    let mut token_only = authority();
    token_only.by_scheme.shift_remove("apiKey");
    assert_eq!(fields(&order, &token_only), ["Bearer tok"]);
    assert_eq!(fields(&order, &Authority::default()), [""; 0]);
    let fallback = Authority {
        fallback: Some(Secret::new("any")),
        ..Authority::default()
    };
    assert_eq!(fields(&order, &fallback), ["Basic OmFueQ==", "any"]);
    order.inputs.credentials = Credentials::Missing;
    assert_eq!(fields(&order, &authority()), [""; 0]);
    order.inputs.credentials = Credentials::Wrong;
    let wrong = fields(&order, &authority());
    assert_eq!(
        wrong,
        [
            "Basic cHJvb2ZtYXJrOndyb25nLXBhc3N3b3Jk",
            "proofmark-wrong-key"
        ]
    );
    // Where nothing is asked for first, nothing is sent.
    assert_eq!(fields(&case("listPets", &[], None), &authority()), [""; 0]);
}

#[test]
fn masked_requests_and_ids_do_not_know_the_secrets() {
    let spec = petstore();
    let order = case("placeOrder", &[], None);
    let prepared = encode(&spec, &order, &authority()).unwrap();
    assert_eq!(prepared.secret_headers, ["X-Api-Key", "Authorization"]);
    let masked = prepared.masked_request();
    assert_eq!(masked.header("x-api-key"), Some("$PROOFMARK_TOKEN_APIKEY"));
    assert_eq!(
        masked.header("authorization"),
        Some("Basic $PROOFMARK_TOKEN_BASIC")
    );
    let line = curl(&prepared, "http://t");
    assert!(!line.contains("key'1") && !line.contains("aWRh"), "{line}");
    let name = |credentials| {
        let inputs = Inputs {
            credentials,
            ..Inputs::default()
        };
        let (id, seed) = (&order.operation, Seed::new(1));
        identify(&spec, id, Phase::Valid, Intent::Valid, inputs, seed).unwrap()
    };
    let (proper, request) = name(Credentials::Proper);
    assert_eq!(request.header("authorization"), None);
    assert_ne!(name(Credentials::Wrong).0.id, proper.id);
}

#[test]
fn a_secret_is_shown_as_the_variable_that_holds_it() {
    let spec = petstore();
    let mut authority = authority();
    for (scheme, variable) in [("apiKey", "PET_KEY"), ("basic", "no-shell-takes-it")] {
        let secret = authority.by_scheme.get_mut(scheme).unwrap();
        *secret = secret.clone().with_variable(variable);
    }
    let prepared = encode(&spec, &case("placeOrder", &[], None), &authority).unwrap();
    let masked = prepared.masked_request();
    assert_eq!(masked.header("x-api-key"), Some("$PET_KEY"));
    assert_eq!(
        masked.header("authorization"),
        Some("Basic $PROOFMARK_TOKEN_BASIC")
    );
    assert!(curl(&prepared, "http://t").contains("\"$PET_KEY\""));
}

#[test]
fn secrets_in_query_and_cookies_are_masked() {
    let text = r"
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: 'a key', in: query, schema: {type: string}}
        - {name: b, in: query, schema: {type: string}}
        - {name: c, in: cookie, schema: {type: string}}
      responses: {'204': {description: d}}
components:
  securitySchemes:
    q: {type: apiKey, in: query, name: a key}
    c: {type: apiKey, in: cookie, name: session}
security: [{q: [], c: []}]
";
    let spec = Spec::from_text("a.yaml", text).unwrap();
    let authority = Authority {
        fallback: Some(Secret::new("s e")),
        ..Authority::default()
    };
    let given = [
        (Place::Query, "a key", json!("overridden")),
        (Place::Query, "b", json!("1")),
        (Place::Cookie, "c", json!("2")),
    ];
    let prepared = encode(&spec, &case("a", &given, None), &authority).unwrap();
    assert_eq!(prepared.request.path, "/a?b=1&a%20key=s%20e");
    assert_eq!(
        prepared.request.header("cookie"),
        Some("c=2; session=s%20e")
    );
    assert_eq!(prepared.secret_headers, ["Cookie"]);
    let masked = prepared.masked_request();
    assert_eq!(masked.path, "/a?b=1&a%20key=$PROOFMARK_TOKEN_Q");
    assert_eq!(
        masked.header("cookie"),
        Some("c=2; session=$PROOFMARK_TOKEN_C")
    );
}

#[test]
fn what_would_not_arrive_is_refused() {
    let spec = petstore();
    let refused = |operation, parameters: &[(Place, &str, Value)], body| {
        encode(&spec, &case(operation, parameters, body), &authority()).unwrap_err()
    };
    let caption = |value| refused("getPhotoCaption", &[(Place::Path, "photoId", value)], None);
    for value in [json!(""), json!("."), json!("..")] {
        assert!(matches!(caption(value), EncodeError::Path(_)));
    }
    assert!(matches!(
        caption(json!(null)),
        EncodeError::Parameter { .. }
    ));
    assert_eq!(
        refused("getPhotoCaption", &[], None),
        EncodeError::MissingPathValue("photoId".to_owned())
    );
    assert!(matches!(
        refused("none", &[], None),
        EncodeError::UnknownOperation(_)
    ));
    assert!(matches!(
        refused("listPets", &[(Place::Query, "x", json!(1))], None),
        EncodeError::UnknownParameter { .. }
    ));
    assert!(matches!(
        refused("createPet", &[], Some(("text/plain", json!("x")))),
        EncodeError::UndeclaredMediaType(_)
    ));
    let mut broken = authority();
    broken
        .by_scheme
        .insert("apiKey".to_owned(), Secret::new("a\nb"));
    let error = encode(&spec, &case("createPet", &[], None), &broken).unwrap_err();
    assert_eq!(error, EncodeError::Credential("apiKey".to_owned()));
}
