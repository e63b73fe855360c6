//! Descriptions as the standard means them: what becomes of each construct.

use std::time::Duration;

use serde_json::json;

use super::load;
use crate::arazzo::{
    Description, Destination, FeedFormat, GenerateMode, Optionals, ParameterPlace, Pick, Renewal,
    SchemeReference, SourceKind, Target, Template, Then,
};
use crate::code::{Code, Severity};

const LOGIN: &str = include_str!("../../../fuzz/seeds/arazzo/login.arazzo.yaml");
const COUPONS: &str = include_str!("../../../fuzz/seeds/arazzo/coupons.arazzo.yaml");
const LATER: &str = include_str!("../../../fuzz/seeds/arazzo/later.arazzo.yaml");
const LIFECYCLE: &str = include_str!("../../../fuzz/seeds/arazzo/lifecycle.arazzo.yaml");

fn template(value: &serde_json::Value) -> Template {
    Template::parse(value).unwrap()
}

fn clean(text: &str) -> Description {
    let (description, lines) = load(text);
    assert_eq!(lines, "");
    let description = description.unwrap();
    for workflow in description.workflows.values() {
        assert_eq!(workflow.unusable, None, "{}", workflow.id);
    }
    description
}

#[test]
fn steps_name_operations_by_id_and_by_path() {
    let description = clean(LOGIN);
    assert_eq!(description.title, "Log in and look for pets");
    assert_eq!(description.summary.as_deref(), Some("two steps"));
    assert_eq!(description.version.minor, 0);
    assert_eq!(
        description.sources["petStore"].kind,
        Some(SourceKind::OpenApi)
    );
    let workflow = description.workflow("loginAndFind").unwrap();
    let (number, login) = workflow.step("login").unwrap();
    assert_eq!(number, 0);
    assert!(
        matches!(&login.target, Target::Operation { source: None, id, .. } if id == "loginUser")
    );
    assert_eq!(login.criteria.len(), 1);
    assert_eq!(login.outputs.len(), 3);
    let (_, find) = workflow.step("find").unwrap();
    assert!(matches!(
        &find.target,
        Target::Path { source, path, method, .. }
            if source == "petStore" && path == "/pet/findByStatus" && method == "GET"
    ));
    assert_eq!(find.parameters[1].place, Some(ParameterPlace::Header));
    assert_eq!(workflow.location.to_string(), "a.yaml:7:5");
    let inputs = workflow.inputs.as_ref().unwrap().validator().unwrap();
    assert!(!inputs.is_valid(&json!({"username": "a"})));
}

#[test]
fn components_are_resolved_where_they_are_used() {
    let description = clean(COUPONS);
    let workflow = description.workflow("applyCoupon").unwrap();
    let (_, find) = workflow.step("findPet").unwrap();
    let parameters: Vec<String> = workflow
        .parameters_of(find)
        .map(|parameter| parameter.name.clone())
        .collect();
    assert_eq!(parameters, ["tags", "pageSize", "store_id"]);
    assert_eq!(find.parameters[1].value.value, template(&json!(10)));
    let shared = &description.components.parameters["pageSize"].value;
    assert_eq!(shared.value, template(&json!(100)));
    let (_, order) = workflow.step("order").unwrap();
    assert!(matches!(&order.target, Target::Workflow(name) if name.to_string() == "placeOrder"));
    assert_eq!(workflow.parameters_of(order).count(), 2);
    let [refresh] = workflow.failure_actions.as_slice() else {
        panic!("one action");
    };
    let Then::Retry(retry) = &refresh.then else {
        panic!("a retry");
    };
    assert_eq!((retry.after, retry.limit), (Duration::from_millis(1500), 5));
    let Some(Destination::Workflow(first)) = &retry.first else {
        panic!("a workflow");
    };
    assert_eq!(
        first.to_string(),
        "$sourceDescriptions.accounts.loginAndFind"
    );
    let (_, waiting) = workflow.step("waitingList").unwrap();
    let names: Vec<_> = workflow
        .failure_actions_of(waiting)
        .map(|action| action.name.as_str())
        .collect();
    assert_eq!(names, ["giveUp", "refresh"]);
    let (_, place) = description.workflows["placeOrder"].step("place").unwrap();
    let placed = description.workflows["placeOrder"].success_actions_of(place);
    assert_eq!(placed.count(), 1);
    let customer = &description.components.inputs["customer"];
    let inputs = workflow.inputs.as_ref().unwrap();
    assert_eq!(inputs.resolved().pointer(), customer.pointer());
}

#[test]
fn what_1_1_adds_for_http_is_read() {
    let description = clean(LATER);
    assert_eq!(description.version.minor, 1);
    let uri = description.uri.as_deref();
    assert_eq!(uri, Some("https://example.com/later.arazzo.yaml"));
    assert_eq!(description.source_fields()["bank"]["url"], "bank.yaml");
    assert!(description.written_components().is_none());
    let workflow = description.workflow("terms").unwrap();
    let (_, products) = workflow.step("products").unwrap();
    assert_eq!(products.timeout, Some(Duration::from_millis(2500)));
    assert_eq!(
        products.parameters[0].place,
        Some(ParameterPlace::QueryString)
    );
    let (_, terms) = workflow.step("terms").unwrap();
    let waits: Vec<(Option<String>, &str)> = terms
        .depends_on
        .iter()
        .map(|name| (name.workflow.as_ref().map(ToString::to_string), &*name.id))
        .collect();
    let prepare = Some("prepare".to_owned());
    assert_eq!(
        waits,
        [(None, "products"), (None, "customer"), (prepare, "only")]
    );
    assert_eq!(terms.body.as_ref().unwrap().replacements.len(), 2);
    assert_eq!(terms.on_success[0].parameters[0].name, "who");
}

#[test]
fn extensions_are_read() {
    let description = clean(LIFECYCLE);
    let severities = &description.checks.0;
    assert_eq!(severities[&Code::RESPONSE_SCHEMA], Some(Severity::Warning));
    assert_eq!(severities[&Code::UNDOCUMENTED_STATUS], None);
    assert_eq!(
        description
            .load
            .as_ref()
            .unwrap()
            .location
            .as_ref()
            .unwrap()
            .span
            .unwrap()
            .start
            .line,
        8
    );
    assert_eq!(
        description
            .parity
            .as_ref()
            .unwrap()
            .location
            .span
            .unwrap()
            .start
            .line,
        9
    );
    let workflow = description.workflow("lifecycle").unwrap();
    assert_eq!(workflow.generate[0].value, "name");
    assert_eq!(workflow.tags, ["smoke", "users"]);
    let feed = workflow.feed.as_ref().unwrap();
    assert_eq!((feed.pick, feed.format), (Pick::Unique, FeedFormat::Csv));
    assert_eq!(feed.file, "users.csv");
    assert!(workflow.parameters[0].allow_reserved);
    assert!(matches!(
        &workflow.security[0].scheme,
        SchemeReference::Named { source: Some(source), name } if source == "users" && name == "Bearer"
    ));
    assert!(matches!(
        workflow.security[1].scheme,
        SchemeReference::Inline(_)
    ));
    let (_, update) = workflow.step("update").unwrap();
    let generate = update.body.as_ref().unwrap().generate.unwrap();
    assert_eq!(
        (generate.mode, generate.optional, generate.per),
        (GenerateMode::Valid, Optionals::All, Renewal::Run)
    );
    let pause = update.think_time.unwrap();
    assert_eq!(
        (pause.min, pause.max),
        (Duration::from_millis(200), Duration::from_secs(90))
    );
    let (_, ping) = workflow.step("ping").unwrap();
    assert!(matches!(&ping.target, Target::Request { method, .. } if method == "POST"));
    let (_, restore) = workflow.step("restore").unwrap();
    assert!(restore.always);
    assert_eq!(
        restore.checks.0[&Code::RESPONSE_SCHEMA],
        Some(Severity::Note)
    );
}

#[test]
fn constructs_of_1_0_0_and_of_older_tools_are_read() {
    let text = "arazzo: 1.0.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: animals, url: animals.yaml, type: openapi}]
workflows:
- workflowId: w
  inputs: {properties: {customer: {type: object}}}
  steps:
  - stepId: post
    operationId: animals.postAnimal
    parameters:
    - {name: customer, in: body, value: $inputs.customer.uri}
    - {name: accepted, in: body, value: true}
  - stepId: get
    operationPath: '{$sourceDescriptions.animals.url}#/paths/~1a~0b%7Bid%7D/GET'
    parameters: [{$ref: '#/components/parameters/page'}]
components: {parameters: {page: {name: page, in: query, value: 1}}}
";
    let (description, lines) = load(text);
    let description = description.unwrap();
    let workflow = &description.workflows["w"];
    assert_eq!(workflow.unusable, None, "{lines}");
    let (_, post) = workflow.step("post").unwrap();
    assert!(post.parameters.is_empty());
    let payload = post.body.as_ref().unwrap().payload.as_ref().unwrap();
    let expected = json!({"customer": "$inputs.customer.uri", "accepted": true});
    assert_eq!(payload.value, template(&expected));
    let (source, id) = description.split_operation("animals.postAnimal").unwrap();
    assert_eq!((&*source.name, id), ("animals", "postAnimal"));
    assert!(description.split_operation("plants.post").is_none());
    let (_, get) = workflow.step("get").unwrap();
    assert!(matches!(
        &get.target,
        Target::Path { path, method, .. } if path == "/a~b{id}" && method == "GET"
    ));
    assert_eq!(get.parameters[0].name, "page");
    insta::assert_snapshot!(lines, @"
    a.yaml:11:24: warning[PM724] Arazzo 1.0.1 has no parameters in `body` / write the value under `requestBody.payload`
    a.yaml:12:24: warning[PM724] Arazzo 1.0.1 has no parameters in `body` / write the value under `requestBody.payload`
    a.yaml:15:19: warning[PM724] `#/components/parameters/page` is no expression / write `reference: $components.parameters.page`
    ");
}
