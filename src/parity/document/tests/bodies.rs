//! Bodies that never come, bodies that are no data, and what is said of parts that are not there.

use super::{compared, paths, told};

/// What changes between two answers of a method, in flow style.
fn answers(method: &str, old: &str, new: &str) -> Vec<String> {
    let one = |content: &str| {
        let answer = format!("{{description: ok, headers: {{X-A: {{schema: {{}}}}}}{content}}}");
        paths(
            &format!("{{/a: {{{method}: {{responses: {{'200': {answer}}}}}}}}}"),
            "",
        )
    };
    told(&compared(&one(old), &one(new)))
}

#[test]
fn answers_to_head_have_no_body_whatever_is_said_of_it() {
    let json = |schema: &str| format!(", content: {{application/json: {{schema: {schema}}}}}");
    let (one, other) = (json("{type: string}"), json("{type: object}"));
    for new in [&other, ""] {
        assert_eq!(answers("head", &one, new), Vec::<String>::new());
        assert_ne!(answers("get", &one, new), Vec::<String>::new());
    }
    assert_eq!(
        answers("head", &one, ", content: {text/plain: {}}"),
        Vec::<String>::new()
    );
}

#[test]
fn a_text_or_bytes_may_be_called_that_or_not() {
    let with = |media: &str, rest: &str| format!(", content: {{{media}: {{{rest}}}}}");
    let binary = "schema: {type: string, format: binary}";
    for media in ["image/png", "application/octet-stream", "text/csv"] {
        for new in [
            "",
            "schema: {}",
            "schema: {type: string, contentMediaType: a/b}",
        ] {
            let changes = answers("get", &with(media, binary), &with(media, new));
            assert_eq!(changes, Vec::<String>::new(), "{media} {new}");
        }
        let bound = with(media, "schema: {type: string, maxLength: 3}");
        assert_ne!(
            answers("get", &bound, &with(media, "")),
            Vec::<String>::new()
        );
    }
    // JSON may be anything.
    for media in ["application/json", "application/problem+json", "'*/*'"] {
        let changes = answers("get", &with(media, binary), &with(media, ""));
        assert_ne!(changes, Vec::<String>::new(), "{media}");
    }
}

#[test]
fn an_encoding_of_a_property_that_is_not_there_says_nothing() {
    let body = |encoding: &str| {
        let schema = "{type: object, properties: {f: {type: string}}, additionalProperties: false}";
        let media = format!("{{schema: {schema}, encoding: {{{encoding}}}}}");
        let body = format!("{{content: {{multipart/form-data: {media}}}}}");
        let ok = "responses: {'200': {description: ok}}";
        paths(
            &format!("{{/a: {{post: {{requestBody: {body}, {ok}}}}}}}"),
            "",
        )
    };
    let told = |encoding: &str| told(&compared(&body(""), &body(encoding)));
    let headers = "headers: {X: {required: true, schema: {}}}";
    assert!(told(&format!("z: {{contentType: application/xml, {headers}}}")).is_empty());
    assert_eq!(
        told("f: {contentType: application/xml}"),
        ["request breaking encoding-changed"]
    );
}

#[test]
fn a_parameter_of_a_link_may_be_named_with_its_place() {
    let links = |name: &str| {
        let link = format!("{{operationId: one, parameters: {{{name}: $response.body#/id}}}}");
        let parameter = |name: &str, place: &str| {
            format!("{{name: {name}, in: {place}, required: true, schema: {{}}}}")
        };
        let parameters = [
            parameter("id", "path"),
            parameter("both", "query"),
            parameter("both", "header"),
        ];
        let one = format!(
            "{{get: {{operationId: one, parameters: [{}], responses: {{'200': {{description: ok, links: {{l: {link}}}}}}}}}}}",
            parameters.join(", ")
        );
        paths(&format!("{{'/a/{{id}}': {one}}}"), "")
    };
    let told = |old: &str, new: &str| told(&compared(&links(old), &links(new)));
    assert!(told("id", "path.id").is_empty());
    for (old, new) in [("id", "query.id"), ("both", "query.both"), ("id", "both")] {
        assert_eq!(
            told(old, new),
            ["response unclear link-changed"],
            "{old} {new}"
        );
    }
}

#[test]
fn members_of_a_path_that_cannot_be_read_may_be_operations() {
    let read = |text: &str| crate::spec::Spec::from_text("a.yaml", &paths(text, "")).unwrap();
    let told = |old: &str, new: &str| {
        let compared = super::compare(&read(old), &read(new), super::Limits::default());
        (told(&compared), compared.is_open())
    };
    let with = |member: &str| {
        format!("{{/a: {{get: {{responses: {{'200': {{description: ok}}}}}}, x-a: 1{member}}}}}")
    };
    let query = ", query: {responses: {}}";
    let unreadable = (vec!["request unclear unreadable".to_owned()], true);
    assert_eq!(told(&with(query), &with("")), unreadable);
    assert_eq!(told(&with(""), &with(query)), unreadable);
    let other = ", query: {deprecated: true, responses: {}}";
    assert_eq!(told(&with(query), &with(other)), unreadable);
    let refers = ", additionalOperations: {COPY: {$ref: '#/a'}}";
    assert_eq!(told(&with(refers), &with(refers)), unreadable);
    // What both say in the same words is no change.
    assert_eq!(told(&with(query), &with(query)), (Vec::new(), false));
}
