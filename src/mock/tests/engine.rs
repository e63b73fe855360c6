//! What behaviour files can say, on a document that is made for it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{call, request, send, with_header};
use crate::mock::{Behaviour, Server, ServerOptions};
use crate::spec::Spec;

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: Shelf, version: '1'}
paths:
  /shelves/{shelf}:
    parameters: [{name: shelf, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putShelf
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '200': {description: changed, content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}
        '201': {description: created, content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}
    get: {operationId: getShelf, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}}}
    delete: {operationId: deleteShelf, responses: {'204': {description: gone}}}
  /shelves/{shelf}/books:
    parameters: [{name: shelf, in: path, required: true, schema: {type: string}}]
    post:
      operationId: addBook
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Envelope'}}}}
      responses: {'201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Envelope'}}}}}
    get:
      operationId: listBooks
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: from, in: query, schema: {type: integer}}
        - {name: to, in: query, schema: {type: integer}}
        - {name: X-Order, in: header, schema: {type: string}}
        - {name: kind, in: cookie, schema: {type: string}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}
  /shelves/{shelf}/books/{book}:
    parameters:
      - {name: shelf, in: path, required: true, schema: {type: string}}
      - {name: book, in: path, required: true, schema: {type: integer}}
    get: {operationId: getBook, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}}
  /shelves/{shelf}/books/{book}/note:
    parameters:
      - {name: shelf, in: path, required: true, schema: {type: string}}
      - {name: book, in: path, required: true, schema: {type: integer}}
    patch:
      operationId: patchNote
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}
    get: {operationId: getNote, responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}}
    delete: {operationId: deleteNote, responses: {'204': {description: gone}}}
  /settings:
    get: {operationId: getSettings, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}}
    put:
      operationId: putSettings
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}
components:
  schemas:
    Shelf: {type: object, required: [name, size], additionalProperties: false, properties: {name: {type: string}, size: {type: integer, default: 7}, label: {type: string}}}
    Book: {type: object, required: [id], properties: {id: {type: integer}, isbn: {type: string}, year: {type: integer}, changed: {type: integer}}}
    Envelope: {type: object, required: [data], properties: {data: {type: object}}}
    Settings: {type: object, required: [colour], properties: {colour: {type: string}}}
";

const BEHAVIOUR: &str = "
resources:
  shelf: {id: /name}
  book:
    within: shelf
    id: /id
    new-id: integer
    unique: [/isbn]
    stamps: [{at: /changed, when: written, format: unix-seconds}]
  settings: {id: /key, private: [/key], schema: '#/components/schemas/Settings', seeds: [{key: only, colour: red}]}
operations:
  putShelf: {action: replace, resource: shelf, key: {path: shelf}, upsert: true}
  getShelf: {action: read, resource: shelf, key: {path: shelf}}
  deleteShelf: {action: delete, resource: shelf, key: {path: shelf}}
  addBook: {action: create, resource: book, parent: {path: shelf}, take: /data, give: /data}
  getBook: {action: read, resource: book, parent: {path: shelf}, key: {path: book}}
  listBooks:
    action: list
    resource: book
    parent: {path: shelf}
    give: /books
    total: /meta/count
    filters:
      - {from: {query: from}, compare: at-least, at: [/year]}
      - {from: {query: to}, compare: at-most, at: [/year]}
      - {from: {cookie: kind}, compare: equals, at: [/kind]}
    sort: {by: [/year], descending: {from: {header: X-Order}, is: [down]}}
    page: {number: {query: page}, size: 2}
    answer: {/n: /id}
  patchNote: {action: merge, resource: book, key: {path: book}, part: /note}
  getNote: {action: read, resource: book, key: {path: book}, part: /note, missing: unknown}
  deleteNote: {action: delete, resource: book, key: {path: book}, part: /note}
  getSettings: {action: read, resource: settings, key: {value: only}}
  putSettings: {action: replace, resource: settings, key: {value: only}}
";

fn server() -> Server {
    let spec = Arc::new(Spec::from_text("shelf.yaml", DOCUMENT).unwrap());
    let behaviour = Behaviour::parse("shelf.behaviour.yaml", BEHAVIOUR, &spec).unwrap();
    let options = ServerOptions {
        behaviour: Some(behaviour),
        ..ServerOptions::default()
    };
    Server::new(spec, options)
}

/// A server with one shelf that holds three books.
fn filled() -> Server {
    let server = server();
    call(&server, "PUT", "/shelves/a", Some(&json!({})));
    for (year, kind) in [(1990, "novel"), (1970, "poem"), (1980, "novel")] {
        let body = json!({"data": {"year": year, "kind": kind, "isbn": year.to_string()}});
        assert_eq!(
            call(&server, "POST", "/shelves/a/books", Some(&body)).0,
            201
        );
    }
    server
}

#[test]
fn an_upsert_creates_first_and_replaces_then() {
    let server = server();
    assert_eq!(call(&server, "GET", "/shelves/a", None).0, 404);
    let response = send(
        &server,
        &request("PUT", "/shelves/a", Some(&json!({"label": "x"}))),
    );
    assert_eq!(response.status, 201);
    assert_eq!(response.header("location").as_deref(), Some("/shelves/a"));
    // The closed schema of the answer asks for a size, and knows no colour.
    let body = json!({"colour": "red", "name": "z"});
    let answer = json!({"name": "a", "size": 7});
    assert_eq!(
        call(&server, "PUT", "/shelves/a", Some(&body)),
        (200, answer.clone())
    );
    assert_eq!(call(&server, "GET", "/shelves/a", None), (200, answer));
}

#[test]
fn nested_things_live_in_their_parent_and_go_with_it() {
    let server = filled();
    call(&server, "PUT", "/shelves/b", Some(&json!({})));
    assert_eq!(
        call(&server, "GET", "/shelves/a/books/1", None).1["year"],
        1990
    );
    assert_eq!(call(&server, "GET", "/shelves/b/books/1", None).0, 404);
    assert_eq!(
        call(
            &server,
            "POST",
            "/shelves/c/books",
            Some(&json!({"data": {}}))
        )
        .0,
        404
    );
    assert_eq!(call(&server, "DELETE", "/shelves/a", None).0, 204);
    assert_eq!(call(&server, "GET", "/shelves/a/books/1/note", None).0, 404);
    call(&server, "PUT", "/shelves/a", Some(&json!({})));
    let list = call(&server, "GET", "/shelves/a/books", None).1;
    assert_eq!(list, json!({"books": [], "meta": {"count": 0}}));
    // Ids are not used twice.
    let (_, book) = call(
        &server,
        "POST",
        "/shelves/a/books",
        Some(&json!({"data": {}})),
    );
    assert_eq!(book["data"]["id"], 4);
}

#[test]
fn unique_members_are_not_shared() {
    let server = filled();
    let body = json!({"data": {"isbn": "1970"}});
    let (status, _) = call(&server, "POST", "/shelves/a/books", Some(&body));
    assert_eq!(status, 409);
    assert_eq!(
        call(&server, "GET", "/shelves/a/books", None).1["meta"]["count"],
        3
    );
}

#[test]
fn lists_are_filtered_sorted_and_numbered() {
    let server = filled();
    let list = |query: &str, field: Option<(&str, &str)>| -> Value {
        let mut request = request("GET", &format!("/shelves/a/books{query}"), None);
        if let Some((name, value)) = field {
            request = with_header(request, name, value);
        }
        let body: Value = serde_json::from_slice(&send(&server, &request).body).unwrap();
        let books = body["books"].as_array().unwrap();
        books.iter().map(|book| book["n"].clone()).collect()
    };
    assert_eq!(list("", None), json!([2, 3]));
    assert_eq!(list("?page=2", None), json!([1]));
    assert_eq!(list("?page=9", None), json!([]));
    assert_eq!(list("", Some(("X-Order", "down"))), json!([1, 3]));
    assert_eq!(list("?from=1980", None), json!([3, 1]));
    assert_eq!(list("?from=1971&to=1980", None), json!([3]));
    assert_eq!(list("", Some(("Cookie", "kind=novel"))), json!([3, 1]));
}

#[test]
fn parts_are_merged_read_and_removed() {
    let server = filled();
    let path = "/shelves/a/books/2/note";
    let before = call(&server, "GET", "/shelves/a/books/2", None).1["changed"].clone();
    assert_eq!(call(&server, "GET", path, None).0, 404);
    assert_eq!(call(&server, "DELETE", path, None).0, 404);
    let patch = |body: Value| call(&server, "PATCH", path, Some(&body));
    assert_eq!(
        patch(json!({"a": 1, "b": {"c": 2}})),
        (200, json!({"a": 1, "b": {"c": 2}}))
    );
    assert_eq!(
        patch(json!({"a": null, "b": {"d": 3}})),
        (200, json!({"b": {"c": 2, "d": 3}}))
    );
    assert_eq!(
        call(&server, "GET", path, None).1,
        json!({"b": {"c": 2, "d": 3}})
    );
    assert_eq!(call(&server, "DELETE", path, None).0, 204);
    assert_eq!(call(&server, "GET", path, None).0, 404);
    let after = call(&server, "GET", "/shelves/a/books/2", None).1["changed"].clone();
    assert_eq!(after.as_i64().unwrap() - before.as_i64().unwrap(), 4);
}

#[test]
fn a_constant_key_makes_a_thing_of_which_there_is_one() {
    let server = server();
    assert_eq!(
        call(&server, "GET", "/settings", None),
        (200, json!({"colour": "red"}))
    );
    let body = json!({"colour": "blue"});
    assert_eq!(
        call(&server, "PUT", "/settings", Some(&body)),
        (200, body.clone())
    );
    assert_eq!(call(&server, "GET", "/settings", None), (200, body));
}
