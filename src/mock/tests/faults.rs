//! Every fault changes what it says, and nothing else.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{behaviour, petstore_spec, request, requests, send, users_spec, verdict, with_header};
use crate::http::Request;
use crate::mock::generators::Generators;
use crate::mock::{Fault, Kind, Server, ServerOptions};
use crate::seed::Seed;
use crate::spec::Spec;

const ADA: &str = "/v2/users/0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";

fn faulty(spec: &Arc<Spec>, fault: Fault) -> Server {
    let options = ServerOptions {
        fault: Some(fault),
        ..ServerOptions::sandbox(behaviour(spec))
    };
    Server::new(spec.clone(), options)
}

fn not_applying(spec: &Spec) -> Vec<&'static str> {
    Fault::all()
        .iter()
        .filter(|fault| !fault.applies(spec))
        .map(|fault| fault.name())
        .collect()
}

#[test]
fn faults_know_in_which_documents_they_can_show() {
    assert_eq!(
        not_applying(&users_spec()),
        [
            "undeclared-property",
            "missing-header",
            "broken-header",
            "accepts-missing-parameters"
        ]
    );
    assert_eq!(
        not_applying(&petstore_spec()),
        ["undeclared-property", "undeclared-body"]
    );
    let empty = Spec::from_text(
        "e.yaml",
        "openapi: 3.1.0\ninfo: {title: E, version: '1'}\npaths: {}\n",
    );
    if let Ok(empty) = empty {
        assert_eq!(not_applying(&empty).len(), Fault::all().len());
    }
}

/// Two valid requests to each operation, to things that exist where that can be.
fn all_requests(spec: &Spec) -> Vec<Request> {
    let generators = Generators::default();
    let mut requests = Vec::new();
    for round in 0..2 {
        for operation in spec.operations.values() {
            let seed = Seed::new(round).derive(operation.id.as_str(), 0);
            let mut request = requests::valid(&generators, operation, seed).unwrap();
            let path = operation.path.as_str();
            let path = path
                .replace("{userId}", &ADA[10..])
                .replace("{petId}", "12");
            if !path.contains('{') {
                let query = request.path.split_once('?');
                let query = query.map(|(_, query)| format!("?{query}"));
                request.path = path + &query.unwrap_or_default();
            }
            requests.push(request);
        }
    }
    requests
}

#[test]
fn faults_of_responses_break_the_document_where_they_say() {
    for spec in [users_spec(), petstore_spec()] {
        let judge = super::mock(&spec);
        let requests = all_requests(&spec);
        let faults = Fault::all().iter();
        for fault in faults.filter(|fault| fault.kind() == Kind::Response) {
            let server = faulty(&spec, *fault);
            let broken = requests.iter().any(|request| {
                let response = send(&server, request);
                let defects = verdict::defects(&judge, request, &response);
                response.is_success() && defects.iter().any(|defect| defect.contains(sign(*fault)))
            });
            assert_eq!(broken, fault.applies(&spec), "{fault} of {}", spec.title);
        }
    }
}

/// What the defects that a fault of responses makes have in common.
fn sign(fault: Fault) -> &'static str {
    match fault {
        Fault::MissingProperty => "\"required\"",
        Fault::UnknownEnumMember => "\"enum\"",
        Fault::BrokenFormat => "\"format\"",
        Fault::WrongType | Fault::NullMember => "\"type\"",
        Fault::UndocumentedStatus => "is not documented",
        Fault::WrongMediaType => "media type text/html",
        Fault::MissingMediaType | Fault::MalformedMediaType => "is not a media type",
        Fault::MalformedJson | Fault::InvalidUtf8 => "unreadable",
        Fault::MissingHeader => "is missing",
        Fault::BrokenHeader => "header",
        Fault::UndeclaredBody | Fault::MissingBody => "bytes of body",
        _ => "",
    }
}

#[test]
fn faults_of_the_transport_spoil_successes_only() {
    let spec = users_spec();
    let get = request("GET", ADA, None);
    for (fault, spoiled) in [
        (Fault::ClosesConnection, "Close"),
        (Fault::TruncatesBody, "Truncated"),
        (Fault::BreaksFraming, "Garbage"),
        (Fault::NeverAnswers, "Hang"),
        (Fault::NeverEnds, "Endless"),
    ] {
        let server = faulty(&spec, fault);
        assert!(
            format!("{:?}", server.answer(&get)).starts_with(spoiled),
            "{fault}"
        );
        let unknown = request("GET", "/nothing", None);
        assert_eq!(server.answer(&unknown).status(), Some(404), "{fault}");
    }
}

#[test]
fn faults_of_requests_let_in_or_refuse_what_they_say() {
    let spec = users_spec();
    let bare = || {
        let mut bare = request("GET", ADA, None);
        bare.headers.clear();
        bare
    };
    let post = |body: Value| request("POST", "/v2/users", Some(&body));
    let raw = |content_type: &str, body: &str| {
        let mut raw = with_header(post(json!({})), "content-type", content_type);
        raw.body = Some(body.to_owned().into());
        raw
    };
    let valid = || post(json!({"persona": "GUEST", "personalInfo": {}}));
    let json_type = "application/json";
    for (fault, request, healthy, expected) in [
        (
            Fault::AcceptsInvalidBody,
            post(json!({"persona": "NOBODY"})),
            400,
            201,
        ),
        (
            Fault::AcceptsInvalidParameters,
            request("GET", "/v2/users?companyId=x", None),
            400,
            200,
        ),
        (
            Fault::AcceptsMissingBody,
            request("POST", "/v2/users", None),
            400,
            201,
        ),
        (Fault::AcceptsMalformedBody, raw(json_type, "{"), 400, 201),
        (
            Fault::AcceptsAnyMediaType,
            raw("text/plain", "{}"),
            415,
            201,
        ),
        (
            Fault::RejectsEnumMember,
            post(json!({"persona": "GUEST"})),
            201,
            400,
        ),
        (Fault::RejectsOptionalProperty, valid(), 201, 400),
        (
            Fault::FailsWithoutOptionalProperty,
            post(json!({"persona": "GUEST"})),
            201,
            500,
        ),
        (
            Fault::FailsOnLongText,
            post(json!({"persona": "GUEST", "externalId": "ø"})),
            201,
            500,
        ),
        (Fault::IgnoresCredentials, bare(), 401, 200),
        (
            Fault::AcceptsAnyToken,
            with_header(bare(), "authorization", "Bearer x"),
            401,
            200,
        ),
        (
            Fault::AcceptsAnyMethod,
            request("PATCH", "/v2/users", None),
            405,
            200,
        ),
    ] {
        let faultless = super::sandbox(&spec);
        assert_eq!(send(&faultless, &request).status, healthy, "{fault}");
        let server = faulty(&spec, fault);
        assert_eq!(send(&server, &request).status, expected, "{fault}");
        assert_eq!(send(&server, &valid_for(fault)).status / 100, 2, "{fault}");
    }
    let challenge = |fault| send(&faulty(&spec, fault), &bare()).header("www-authenticate");
    assert!(challenge(Fault::OmitsChallenge).is_none() && challenge(Fault::OmitsAllow).is_some());
    let patch = request("PATCH", "/v2/users", None);
    let allow = |fault| send(&faulty(&spec, fault), &patch).header("allow");
    assert!(allow(Fault::OmitsAllow).is_none() && allow(Fault::OmitsChallenge).is_some());

    let spec = petstore_spec();
    let missing = request("GET", "/styles/query", None);
    assert_eq!(send(&super::sandbox(&spec), &missing).status, 400);
    let server = faulty(&spec, Fault::AcceptsMissingParameters);
    assert_eq!(send(&server, &missing).status, 200);
}

/// A request that the fault lets pass.
fn valid_for(fault: Fault) -> Request {
    let body = match fault {
        Fault::FailsWithoutOptionalProperty => json!({"persona": "GUEST", "personalInfo": {}}),
        _ => json!({"persona": "PERSONAL"}),
    };
    request("POST", "/v2/users", Some(&body))
}

#[test]
fn faults_of_state_forget_what_they_say() {
    let spec = users_spec();
    let put = request(
        "PUT",
        &format!("{ADA}/external-id"),
        Some(&json!({"externalId": "new"})),
    );
    let read = |server: &Server| {
        let response = send(server, &request("GET", &format!("{ADA}/external-id"), None));
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        body["externalId"].clone()
    };
    for fault in [Fault::LosesUpdates, Fault::ReadsStaleState] {
        let server = faulty(&spec, fault);
        assert_eq!(send(&server, &put).status, 200, "{fault}");
        assert_eq!(read(&server), "partner-7731", "{fault}");
    }
    let server = faulty(&spec, Fault::DeletesNothing);
    assert_eq!(send(&server, &request("DELETE", ADA, None)).status, 204);
    assert_eq!(send(&server, &request("GET", ADA, None)).status, 200);
    for (fault, expected) in [(Fault::ForgetsCreated, 404), (Fault::ReadsStaleState, 200)] {
        let server = faulty(&spec, fault);
        let response = send(
            &server,
            &request("POST", "/v2/users", Some(&json!({"persona": "GUEST"}))),
        );
        assert_eq!(response.status, 201);
        let path = response.header("location").unwrap();
        assert_eq!(
            send(&server, &request("GET", &path, None)).status,
            expected,
            "{fault}"
        );
    }
}
