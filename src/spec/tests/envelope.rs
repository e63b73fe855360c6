//! What each part of the envelope is read as.

use super::super::{ApiKeyPlace, Form, Place, ResponseKey, SchemeKind, Spec, Style};
use super::{load, refusal};

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

/// The spec of one `GET /a/{id}` with these members, without defects.
fn get(members: &str) -> Spec {
    let (spec, diagnostics) = load(&format!(
        "{HEAD}paths:\n  /a/{{id}}:\n    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]\n    get:\n{members}"
    ));
    assert_eq!(diagnostics, Vec::<String>::new(), "{members}");
    spec
}

#[test]
fn only_openapi_3_documents_with_paths_load() {
    for (text, expected) in [
        (
            "swagger: '2.0'\npaths: {}\n",
            "1:1: Swagger 2.0 cannot be read / convert the document to OpenAPI 3, for example with swagger2openapi",
        ),
        (
            "asyncapi: 2.6.0\n",
            "1:1: this is an AsyncAPI document, not an OpenAPI document",
        ),
        (
            "info: {}\n",
            "1:1: the document has no `openapi` member / an OpenAPI document starts with a line such as `openapi: 3.1.0`",
        ),
        ("[a]", "1:1: an OpenAPI document is an object"),
        ("just text", "1:1: an OpenAPI document is an object"),
        (
            "info: {}\nopenapi: 4.0.0\npaths: {}\n",
            "2:1: OpenAPI `4.0.0` cannot be read / versions 3.0, 3.1 and 3.2 can",
        ),
        (
            "openapi: []\npaths: {}\n",
            "1:1: `openapi` is not a version",
        ),
        (
            "openapi: 3.1.0\ninfo: {}\n",
            "1:1: the document has no `paths` / there is nothing to test without paths",
        ),
        (
            "openapi: 3.1.0\npaths:\n  - a\n",
            "2:1: `paths` is not an object / there is nothing to test without paths",
        ),
        ("", "1:1: the document is empty"),
        ("\u{0}\u{1}\u{2}PNG", "1:1: found unprintable character"),
        (
            "openapi: 3.1.0\nopenapi: 3.0.0\n",
            "2:1: the key `openapi` stands twice in this mapping, first at line 1, column 1",
        ),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn versions_are_read_as_what_they_are() {
    for (version, diagnostics) in [
        ("3.0.4", vec![]),
        ("3.1", vec![]),
        ("3.2.0", vec!["api.yaml:1:1: note[PM709] OpenAPI `3.2.0` is read as 3.1 / what newer versions add is ignored".to_owned()]),
    ] {
        let (spec, found) = load(&format!("openapi: {version}\ninfo: {{title: T, version: v1}}\nservers: [{{url: 'https://a.example'}}, {{}}]\npaths: {{x-a: 1}}\n"));
        assert_eq!(found, diagnostics, "{version}");
        assert_eq!((&*spec.openapi, &*spec.title, &*spec.version), (version, "T", "v1"));
        assert_eq!(spec.servers, ["https://a.example"]);
    }
}

#[test]
fn parameters_have_the_forms_of_their_places() {
    let styled = |style, explode, allow_reserved| Form::Styled {
        style,
        explode,
        allow_reserved,
    };
    for (text, place, form) in [
        ("in: query", Place::Query, styled(Style::Form, true, false)),
        (
            "in: query, explode: false",
            Place::Query,
            styled(Style::Form, false, false),
        ),
        (
            "in: query, allowReserved: true",
            Place::Query,
            styled(Style::Form, true, true),
        ),
        (
            "in: query, style: pipeDelimited",
            Place::Query,
            styled(Style::PipeDelimited, false, false),
        ),
        (
            "in: query, style: spaceDelimited, explode: true",
            Place::Query,
            styled(Style::SpaceDelimited, true, false),
        ),
        (
            "in: query, style: deepObject",
            Place::Query,
            styled(Style::DeepObject, true, false),
        ),
        (
            "in: header",
            Place::Header,
            styled(Style::Simple, false, false),
        ),
        (
            "in: header, explode: true, style: simple",
            Place::Header,
            styled(Style::Simple, true, false),
        ),
        (
            "in: cookie",
            Place::Cookie,
            styled(Style::Form, true, false),
        ),
    ] {
        let spec = get(&format!(
            "      parameters: [{{name: p, {text}, schema: {{type: [string, 'null']}}}}]\n"
        ));
        let parameter = spec.operations[0].parameter(place, "p").unwrap();
        assert_eq!(parameter.form, form, "{text}");
        assert!(!parameter.required);
    }
    for (text, style, explode) in [
        ("", Style::Simple, false),
        (", style: label, explode: true", Style::Label, true),
        (", style: matrix", Style::Matrix, false),
    ] {
        let spec = get(&format!(
            "      parameters: [{{name: id, in: path{text}, schema: {{}}}}]\n"
        ));
        let parameter = spec.operations[0].parameter(Place::Path, "id").unwrap();
        assert_eq!(parameter.form, styled(style, explode, false), "{text}");
        assert!(parameter.required, "path parameters always are");
    }
    let spec = get(
        "      parameters: [{name: p, in: query, content: {application/json: {schema: {type: object}}}}]\n",
    );
    let parameter = spec.operations[0].parameter(Place::Query, "p").unwrap();
    assert_eq!(parameter.form, Form::Content("application/json".to_owned()));
    assert_eq!(parameter.schema.value()["type"], "object");
}

#[test]
fn operations_override_the_parameters_of_their_path_item() {
    let (spec, diagnostics) = load(&format!(
        "{HEAD}paths:
  /a/{{id}}:
    parameters:
      - {{name: id, in: path, required: true, schema: {{type: integer}}}}
      - {{name: q, in: query, schema: {{type: integer}}}}
      - {{name: Accept, in: header, schema: {{type: string}}}}
      - {{name: x-a, in: header, schema: {{type: integer}}}}
    get:
      parameters:
        - {{name: q, in: query, schema: {{type: string}}}}
        - {{name: X-A, in: header, schema: {{type: string}}}}
        - {{name: q, in: cookie, schema: {{type: string}}}}
        - {{name: content-TYPE, in: header, schema: {{type: string}}}}
        - {{name: Authorization, in: header, schema: {{type: string}}}}
"
    ));
    assert_eq!(diagnostics, Vec::<String>::new());
    let parameters: Vec<String> = spec.operations[0]
        .parameters
        .iter()
        .map(|parameter| {
            format!(
                "{} {} {}",
                parameter.place,
                parameter.name,
                parameter.schema.value()["type"]
            )
        })
        .collect();
    assert_eq!(
        parameters,
        [
            "path id \"integer\"",
            "query q \"string\"",
            "header X-A \"string\"",
            "cookie q \"string\""
        ]
    );
}

#[test]
fn undeclared_path_parameters_are_strings_and_strays_are_left_out() {
    let (spec, diagnostics) = load(&format!(
        "{HEAD}paths:\n  /a/{{id}}:\n    get:\n      parameters: [{{name: other, in: path, required: true, schema: {{}}}}]\n"
    ));
    insta::assert_snapshot!(diagnostics.join("\n"), @r#"
    api.yaml:5:5: error[PM707] `{id}` of the path has no parameter: it is taken for a required string
    api.yaml:6:20: error[PM707] the path `/a/{id}` has no `{other}`: the parameter is ignored
    "#);
    let [parameter] = &*spec.operations[0].parameters else {
        panic!("{:?}", spec.operations[0].parameters);
    };
    assert_eq!((&*parameter.name, parameter.required), ("id", true));
    let validator = parameter.schema.validator().unwrap();
    assert!(validator.is_valid(&"x".into()) && !validator.is_valid(&1.into()));
}

#[test]
fn operations_are_named_by_id_or_by_place() {
    let (spec, diagnostics) = load(&format!(
        "{HEAD}paths:
  /b: {{get: {{operationId: one, tags: [t], summary: S, deprecated: true}}, post: {{operationId: one}}}}
  /a: {{x-get: {{}}, get: {{}}, put: {{operationId: ''}}, trace: {{operationId: two}}}}
"
    ));
    insta::assert_snapshot!(diagnostics.join("\n"), @"api.yaml:4:81: error[PM706] `one` is also another operation's id: this one is called `POST /b`");
    let names: Vec<_> = spec.operations.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["one", "POST /b", "GET /a", "PUT /a", "two"]);
    let one = &spec.operations[0];
    assert_eq!(
        (&*one.method, one.deprecated, one.tags.len()),
        ("GET", true, 1)
    );
    assert_eq!(one.summary.as_deref(), Some("S"));
}

#[test]
fn responses_are_selected_by_status_range_or_default() {
    let spec = get("      responses:
        200: {description: number, headers: {Content-Type: {schema: {}}, X-Rate: {required: true, schema: {type: integer}}, X-Any: {description: d}}}
        '4XX': {description: range}
        404: {description: exact, content: {application/json: {schema: {type: object}, encoding: {a: {contentType: text/plain}, b: {style: deepObject}, c: {explode: false}}}}}
        default: {description: rest}
        x-note: {}
");
    let responses = &spec.operations[0].responses;
    for (status, key, description) in [
        (200, ResponseKey::Status(200), "number"),
        (400, ResponseKey::Range(4), "range"),
        (404, ResponseKey::Status(404), "exact"),
        (500, ResponseKey::Default, "rest"),
    ] {
        let (found, response) = responses.select(status).unwrap();
        assert_eq!((found, &*response.description), (key, description));
    }
    let headers = &responses.select(200).unwrap().1.headers;
    assert_eq!(headers.keys().collect::<Vec<_>>(), ["X-Rate", "X-Any"]);
    assert!(headers["X-Rate"].required);
    assert!(
        headers["X-Any"]
            .schema
            .validator()
            .unwrap()
            .is_valid(&1.into())
    );
    let encoding = &responses.select(404).unwrap().1.content["application/json"].encoding;
    assert_eq!(encoding["a"].content_type.as_deref(), Some("text/plain"));
    assert_eq!(encoding["a"].form, None);
    let styled = |style, explode| {
        let allow_reserved = false;
        Some(Form::Styled {
            style,
            explode,
            allow_reserved,
        })
    };
    assert_eq!(encoding["b"].form, styled(Style::DeepObject, true));
    assert_eq!(encoding["c"].form, styled(Style::Form, false));
}

#[test]
fn security_is_inherited_overridden_and_optional() {
    let (spec, diagnostics) = load(&format!(
        "{HEAD}security: [{{bearer: []}}]
paths:
  /a:
    get: {{operationId: inherited}}
    put: {{operationId: open, security: []}}
    post: {{operationId: optional, security: [{{}}, {{key: [], oauth: [read]}}]}}
    patch: {{operationId: unknown, security: [{{nobody: []}}]}}
components:
  securitySchemes:
    bearer: {{type: http, scheme: Bearer}}
    basic: {{type: http, scheme: basic}}
    digest: {{type: http, scheme: digest}}
    key: {{type: apiKey, in: header, name: X-Key, description: d, x-e: 1.5}}
    oauth: {{type: oauth2, flows: {{implicit: {{}}}}}}
    oidc: {{type: openIdConnect, openIdConnectUrl: 'https://a.example'}}
    tls: {{type: mutualTLS}}
    bad: {{type: apiKey, in: body, name: x}}
"
    ));
    insta::assert_snapshot!(diagnostics.join("\n"), @r#"
    api.yaml:9:47: error[PM703] there is no security scheme `nobody`
    api.yaml:19:25: error[PM703] `in` of a security scheme cannot be read: expected one of `query`, `header`, `cookie`, found `body`
    "#);
    let operation = |id: &str| spec.operation(&super::super::OperationId::new(id)).unwrap();
    assert!(operation("inherited").requires_credentials());
    assert!(!operation("open").requires_credentials());
    assert!(!operation("optional").requires_credentials());
    assert_eq!(operation("optional").security[1].0["oauth"], ["read"]);
    assert!(operation("unknown").requires_credentials());
    let kinds: Vec<_> = spec
        .schemes
        .values()
        .map(|scheme| scheme.kind.clone())
        .collect();
    let key = SchemeKind::ApiKey {
        place: ApiKeyPlace::Header,
        name: "X-Key".to_owned(),
    };
    assert_eq!(
        kinds,
        [
            SchemeKind::Bearer,
            SchemeKind::Basic,
            SchemeKind::Http("digest".to_owned()),
            key,
            SchemeKind::Bearer,
            SchemeKind::Bearer,
            SchemeKind::MutualTls
        ]
    );
}

#[test]
fn links_keep_their_expressions() {
    let (spec, diagnostics) = load(&format!(
        "{HEAD}paths:
  /a:
    post:
      operationId: create
      responses:
        '201':
          description: d
          links:
            good: {{operationId: create, parameters: {{path.id: $response.body#/id, n: 1.5}}, requestBody: {{a: 1}}}}
            both: {{operationId: create, operationRef: '#/paths/~1a/post'}}
            none: {{}}
            lost: {{operationId: nothing}}
            list: {{operationRef: '#/paths/~1a/post', parameters: [a]}}
"
    ));
    insta::assert_snapshot!(diagnostics.join("\n"), @r#"
    api.yaml:12:13: error[PM703] a link has either an `operationId` or an `operationRef`, as text
    api.yaml:13:13: error[PM703] a link has either an `operationId` or an `operationRef`, as text
    api.yaml:14:13: error[PM703] the link leads to the operation `nothing`, which does not exist
    api.yaml:15:54: error[PM703] `parameters` of a link must be an object
    "#);
    let links = &spec.operations[0].responses.select(201).unwrap().1.links;
    assert_eq!(links.keys().collect::<Vec<_>>(), ["good", "lost"]);
    assert_eq!(links["good"].parameters["path.id"], "$response.body#/id");
    assert_eq!(links["good"].body.as_ref().unwrap()["a"], 1);
}
