//! Plans over the shipped documents and over small ones with one difficulty each.

use std::path::Path;

use serde_json::{Value, json};

use super::proof::{Flaw, arrives, flaws};
use super::{
    Authority, Body, Case, Credentials, Defect, Intent, Modes, Phase, Plan, PlanOptions, Resources,
    encode, plan, resource_key, valid,
};
use crate::http::Request;
use crate::seed::Seed;
use crate::spec::{OperationId, Place, Spec};

mod empty;

fn open(path: &str) -> Spec {
    Spec::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A document of these paths.
fn spec(paths: &str) -> Spec {
    let text = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}");
    let spec = Spec::from_text("t.yaml", &text).unwrap();
    assert!(spec.diagnostics.is_empty(), "{:?}", spec.diagnostics);
    spec
}

fn options(spec: &Spec, cases: usize) -> PlanOptions {
    PlanOptions {
        seed: Seed::new(7),
        modes: Modes::All,
        phases: Phase::PLANNED.into(),
        cases,
        operations: spec.operations.keys().cloned().collect(),
        resources: Resources::new(),
    }
}

fn request(spec: &Spec, case: &Case) -> Request {
    encode(spec, case, &Authority::default()).unwrap().request
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.cases.iter().map(|case| case.id.to_string()).collect()
}

fn skipped(plan: &Plan) -> Vec<String> {
    let skips = plan.skipped.iter();
    skips
        .map(|skip| format!("{} {}: {}", skip.operation, skip.phase.name(), skip.reason))
        .collect()
}

/// Lines that tell phase, request and defect of each case.
fn told(spec: &Spec, plan: &Plan) -> Vec<String> {
    let cases = plan.cases.iter();
    cases
        .map(|case| {
            let request = request(spec, case);
            let defect = match &case.intent {
                Intent::Valid | Intent::Scripted => String::new(),
                Intent::Invalid(defect) => format!(" ({defect})"),
            };
            let (phase, method, path) = (case.phase.name(), request.method, request.path);
            format!("{phase}: {method} {path}{defect}")
        })
        .collect()
}

#[test]
fn plans_of_the_shipped_documents_leave_nothing_out() {
    for (path, cases) in [("specs/petstore-3.0.yaml", 12), ("specs/users-api.yaml", 6)] {
        let spec = open(path);
        let plan = plan(&spec, &options(&spec, cases));
        assert_eq!(skipped(&plan), [""; 0], "{path}");
        for operation in spec.operations.keys() {
            let of = |phase| {
                let cases = plan.cases.iter();
                cases
                    .filter(|case| case.operation == *operation && case.phase == phase)
                    .count()
            };
            assert!(of(Phase::Valid) > 0, "{operation}");
        }
        for case in &plan.cases {
            let operation = &spec.operations[&case.operation];
            let request = request(&spec, case);
            let found = flaws(&spec, operation, &request);
            let expected = match &case.intent {
                Intent::Valid
                | Intent::Scripted
                | Intent::Invalid(Defect::Method(_) | Defect::Credentials(_)) => None,
                Intent::Invalid(
                    Defect::Parameter { place, name, .. }
                    | Defect::MissingParameter { place, name },
                ) => Some(Flaw::Parameter(*place, name.clone())),
                Intent::Invalid(_) => Some(Flaw::Body),
            };
            let is_method = matches!(&case.intent, Intent::Invalid(Defect::Method(_)));
            if !is_method {
                assert_eq!(found, Vec::from_iter(expected), "{case:?} {request:?}");
            }
            assert!(arrives(&spec, operation, &request), "{request:?}");
        }
    }
}

#[test]
fn every_kind_of_defect_is_planned() {
    let spec = open("specs/petstore-3.0.yaml");
    let plan = plan(&spec, &options(&spec, 12));
    let count = |fits: &dyn Fn(&Defect) -> bool| {
        let cases = plan.cases.iter();
        let defects = cases.filter_map(|case| match &case.intent {
            Intent::Valid | Intent::Scripted => None,
            Intent::Invalid(defect) => Some(defect),
        });
        defects.filter(|defect| fits(defect)).count()
    };
    let parameter = |wanted: Place| {
        count(&|defect| matches!(defect, Defect::Parameter { place, .. } if *place == wanted))
    };
    for place in [Place::Path, Place::Query, Place::Header, Place::Cookie] {
        assert!(parameter(place) > 0, "{place}");
    }
    assert!(count(&|defect| matches!(defect, Defect::Body(_))) > 20);
    assert!(count(&|defect| matches!(defect, Defect::MissingBody)) > 0);
    assert!(count(&|defect| matches!(defect, Defect::MalformedBody(_))) > 0);
    assert!(count(&|defect| matches!(defect, Defect::MissingParameter { .. })) > 0);
    assert!(count(&|defect| matches!(defect, Defect::MediaType(_))) > 0);
    assert!(count(&|defect| matches!(defect, Defect::Credentials(Credentials::Wrong))) > 0);
}

#[test]
fn equal_seeds_give_equal_plans_and_other_operations_change_nothing() {
    let spec = open("specs/petstore-3.0.yaml");
    let all = options(&spec, 5);
    let whole = plan(&spec, &all);
    assert_eq!(ids(&whole), ids(&plan(&spec, &all)));
    let mut other = all.clone();
    other.seed = Seed::new(8);
    assert_ne!(ids(&whole), ids(&plan(&spec, &other)));
    let only = OperationId::new("createPet");
    let one = PlanOptions {
        operations: vec![only.clone()],
        ..all
    };
    let of_one = |case: &&Case| {
        let is_method = matches!(&case.intent, Intent::Invalid(Defect::Method(_)));
        case.operation == only && !is_method
    };
    let names = |plan: &Plan| -> Vec<_> {
        let cases = plan.cases.iter().filter(of_one);
        cases.map(|case| (case.id.clone(), case.seed)).collect()
    };
    assert_eq!(names(&plan(&spec, &one)), names(&whole));
}

#[test]
fn modes_choose_phases() {
    let spec = open("specs/petstore-3.0.yaml");
    for (modes, wanted) in [(Modes::Valid, true), (Modes::Invalid, false)] {
        let options = PlanOptions {
            modes,
            ..options(&spec, 2)
        };
        let cases = plan(&spec, &options).cases;
        assert!(!cases.is_empty());
        assert!(
            cases
                .iter()
                .all(|case| (case.intent == Intent::Valid) == wanted)
        );
    }
}

#[test]
fn what_is_no_violation_on_the_wire_is_not_planned() {
    let spec = spec(
        "  /a:\n    get:\n      operationId: a\n      parameters:\n        - {name: text, in: query, required: true, schema: {type: string}}\n        - {name: list, in: query, schema: {type: array, items: {type: string}}}\n      responses: {'204': {description: d}}\n",
    );
    let plan = plan(&spec, &options(&spec, 20));
    let defects: Vec<_> = plan
        .cases
        .iter()
        .filter_map(|case| match &case.intent {
            Intent::Invalid(defect) if case.phase == Phase::Invalid => Some(defect.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(defects, ["the required query parameter `text` is missing"]);
}

#[test]
fn defects_are_named_by_what_arrives() {
    // A number where a string is wanted arrives as a string that is no UUID.
    let spec = spec(
        "  /a:\n    post:\n      operationId: a\n      parameters:\n        - {name: key, in: query, schema: {type: string, format: uuid}}\n      requestBody:\n        required: true\n        content:\n          application/x-www-form-urlencoded:\n            schema: {type: object, required: [b], properties: {b: {type: string, maxLength: 3}, c: {type: integer}}, additionalProperties: false}\n      responses: {'204': {description: d}}\n",
    );
    let plan = plan(&spec, &options(&spec, 40));
    let mut keywords: Vec<(&str, &str)> = plan
        .cases
        .iter()
        .filter_map(|case| match &case.intent {
            Intent::Invalid(Defect::Parameter { mutation, .. } | Defect::Body(mutation)) => {
                Some((mutation.instance.as_str(), &*mutation.keyword))
            }
            _ => None,
        })
        .collect();
    keywords.sort_unstable();
    keywords.dedup();
    assert!(keywords.contains(&("", "format")) && keywords.contains(&("/b", "maxLength")));
    assert!(keywords.contains(&("/c", "type")) && keywords.contains(&("/b", "required")));
    assert!(!keywords.contains(&("", "type")) && !keywords.contains(&("/b", "type")));
}

#[test]
fn empty_values_are_sent_where_they_break_something() {
    let count = |more: &str| {
        let spec = spec(&format!(
            "  /a:\n    get:\n      operationId: a\n      parameters: [{{name: q, in: query, {more} schema: {{type: string, minLength: 1}}}}]\n      responses: {{'204': {{description: d}}}}\n"
        ));
        let plan = plan(&spec, &options(&spec, 20));
        let requests = plan.cases.iter().map(|case| request(&spec, case).path);
        requests.filter(|path| path == "/a?q=").count()
    };
    // At the edge, and as an invalid one.
    assert_eq!(count("required: true,"), 2);
    assert_eq!(count("required: true, allowEmptyValue: true,"), 0);
    assert_eq!(count(""), 0);
}

#[test]
fn values_that_infrastructure_refuses_are_not_valid_path_parameters() {
    let spec = spec(
        "  /a/{id}:\n    get:\n      operationId: a\n      parameters: [{name: id, in: path, required: true, schema: {enum: [a/b, 'a\\b', 'a;b', 'a%b', \"a\\tb\", '..', '', 'a b']}}]\n      responses: {'204': {description: d}}\n",
    );
    let options = PlanOptions {
        modes: Modes::Valid,
        ..options(&spec, 8)
    };
    let plan = plan(&spec, &options);
    assert_eq!(
        told(&spec, &plan),
        ["boundary: GET /a/a%20b", "valid: GET /a/a%20b"]
    );
}

#[test]
fn known_values_lead_to_resources() {
    let spec = open("specs/petstore-3.0.yaml");
    let operation = &spec.operations[&OperationId::new("getOrder")];
    let known = json!("0b0e4c1a-27d5-4f83-b6c0-1d5a7e92f341");
    let key = resource_key(&operation.path, Place::Path, "orderId");
    let resources = Resources::from_iter([(key, vec![json!("no uuid"), known.clone()])]);
    for seed in 0..4 {
        let case = valid(
            &spec,
            operation,
            Phase::Stateful,
            Seed::new(seed),
            &resources,
        )
        .unwrap();
        assert_eq!(
            case.inputs.parameters.values().collect::<Vec<_>>(),
            [&known]
        );
    }
    let pet = &spec.operations[&OperationId::new("getPet")];
    let key = resource_key(&pet.path, Place::Path, "petId");
    let resources = Resources::from_iter([(key, vec![json!("77")])]);
    let case = valid(&spec, pet, Phase::Stateful, Seed::new(1), &resources).unwrap();
    assert_eq!(case.inputs.parameters[0], json!(77));
    let case = valid(&spec, pet, Phase::Stateful, Seed::new(1), &Resources::new()).unwrap();
    assert_eq!(case.inputs.parameters[0], json!(12));
}

#[test]
fn values_that_lead_to_other_paths_are_not_planned() {
    let get = |name: &str, of: &str| {
        format!(
            "    get:\n      operationId: {name}\n      parameters: [{{name: id, in: path, required: true, schema: {of}}}]\n      responses: {{'204': {{description: d}}}}\n"
        )
    };
    let paths = format!(
        "  /a/{{id}}:\n{}  /a/list:\n    get:\n      operationId: list\n      responses: {{'204': {{description: d}}}}\n",
        get("one", "{enum: [list, other, '.', a/b]}")
    );
    let spec = spec(&paths);
    let plan = plan(&spec, &options(&spec, 8));
    assert_eq!(skipped(&plan), [""; 0]);
    let one = OperationId::new("one");
    for case in plan
        .cases
        .iter()
        .filter(|case| case.operation == one && case.phase == Phase::Valid)
    {
        assert_eq!(request(&spec, case).path, "/a/other");
    }
    for case in &plan.cases {
        let operation = &spec.operations[&case.operation];
        assert!(arrives(&spec, operation, &request(&spec, case)));
    }
}

#[test]
fn what_cannot_be_made_is_skipped_with_the_reason() {
    let spec = spec(
        "  /a:\n    get:\n      operationId: read\n      requestBody: {content: {application/json: {}}}\n      responses: {'204': {description: d}}\n    put:\n      operationId: write\n      requestBody: {required: true, content: {application/xml: {}}}\n      responses: {'204': {description: d}}\n    post:\n      operationId: nested\n      parameters: [{name: deep, in: query, schema: {type: array, minItems: 1, items: {type: array}}}]\n      responses: {'204': {description: d}}\n    patch:\n      operationId: never\n      requestBody: {required: true, content: {application/json: {schema: false}}}\n      responses: {'204': {description: d}}\n",
    );
    let plan = plan(&spec, &options(&spec, 3));
    insta::assert_snapshot!(skipped(&plan).join("\n"), @r"
    read valid: its body is not sent: content of GET requests has no defined meaning (RFC 9110 section 9.3)
    write valid: bodies of media type `application/xml` are not generated, and there is no example that can be sent
    nested valid: query parameter `deep`: none of 16 values can be sent: nested arrays and objects have no defined form in this style
    never valid: body `application/json`: no valid instance found: its rules contradict each other, or every instance nests without end
    ");
    let valid = |name: &str| {
        let id = OperationId::new(name);
        let mut cases = plan.cases.iter();
        cases.any(|case| case.operation == id && case.intent == Intent::Valid)
    };
    assert!(valid("read") && valid("nested") && !valid("write") && !valid("never"));
    assert!(
        plan.cases
            .iter()
            .all(|case| { request(&spec, case).method != "GET" || case.inputs.body.is_none() })
    );
}

#[test]
fn the_limits_of_contains_are_broken() {
    let spec = spec(
        "  /a:\n    post:\n      operationId: a\n      requestBody: {required: true, content: {application/json: {schema: {type: array, contains: {const: 1}, minContains: 2, maxContains: 3}}}}\n      responses: {'204': {description: d}}\n",
    );
    let plan = plan(&spec, &options(&spec, 20));
    for wanted in ["minContains", "maxContains"] {
        for phase in [Phase::Boundary, Phase::Invalid] {
            let found = plan.cases.iter().any(|case| {
                let broken = match &case.intent {
                    Intent::Invalid(Defect::Body(mutation)) => &*mutation.keyword,
                    _ => "",
                };
                case.phase == phase && broken == wanted
            });
            assert!(found, "{wanted} {phase:?}");
        }
    }
}

#[test]
fn edges_without_a_case_are_counted() {
    let words: Vec<String> = (0..1_100).map(|number| format!("w{number}")).collect();
    let spec = spec(&format!(
        "  /a:\n    post:\n      operationId: a\n      requestBody: {{required: true, content: {{application/json: {{schema: {{enum: [{}]}}}}}}}}\n      responses: {{'204': {{description: d}}}}\n",
        words.join(", ")
    ));
    let few = plan(&spec, &options(&spec, 5));
    assert!(few.edges_left_out > 500, "{}", few.edges_left_out);
    let left = "the body has more edges than one list holds: 100 left out";
    assert!(
        skipped(&few).iter().any(|skip| skip.contains(left)),
        "{:?}",
        skipped(&few)
    );
}

#[test]
fn deletions_come_last() {
    let spec = open("specs/petstore-3.0.yaml");
    let plan = plan(&spec, &options(&spec, 2));
    let is_deletion = |case: &&Case| spec.operations[&case.operation].method == "DELETE";
    let rest: Vec<_> = plan
        .cases
        .iter()
        .skip_while(|case| !is_deletion(case))
        .collect();
    assert!(!rest.is_empty() && rest.iter().all(is_deletion));
}

#[test]
fn malformed_and_undeclared_bodies_keep_their_bytes() {
    let spec = spec(
        "  /a:\n    post:\n      operationId: a\n      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [n], properties: {n: {const: 1}}, additionalProperties: false}}}}\n      responses: {'204': {description: d}}\n",
    );
    let plan = plan(&spec, &options(&spec, 1));
    let raw: Vec<String> = plan
        .cases
        .iter()
        .filter_map(|case| match &case.inputs.body {
            Some(Body::Raw { media_type, bytes }) => {
                Some(format!("{media_type} {}", String::from_utf8_lossy(bytes)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        raw,
        [
            "application/json {\"n\":1",
            "application/json {\"n\":1}}",
            "application/json {\"n\":1,\"n\":1}",
            "application/x-proofmark {\"n\":1}"
        ]
    );
    assert!(plan.cases.iter().any(|case| matches!(
        &case.inputs.body,
        Some(Body::Instance {
            value: Value::Object(_),
            ..
        })
    )));
}

#[test]
fn undeclared_methods_are_tried_once_for_each_path() {
    let spec = open("specs/petstore-3.0.yaml");
    let mut plan = plan(&spec, &options(&spec, 1));
    plan.cases
        .retain(|case| matches!(&case.intent, Intent::Invalid(Defect::Method(_))));
    let told = told(&spec, &plan);
    let beginning = |line: &String| {
        let end = line
            .match_indices('/')
            .nth(1)
            .map_or(line.len(), |(end, _)| end);
        line[..end].split(" (").next().unwrap().to_owned()
    };
    let mut methods: Vec<_> = told.iter().map(beginning).collect();
    methods.dedup();
    insta::assert_snapshot!(methods.join("\n"), @r"
    protocol: PATCH /pets
    protocol: POST /pets
    protocol: GET /pets
    protocol: PATCH /photos
    protocol: PATCH /categories
    protocol: GET /owners
    protocol: PATCH /owners
    protocol: GET /orders
    protocol: PATCH /orders
    protocol: PATCH /styles
    ");
    // No resource that is known to exist is written to.
    let writes = told.iter().filter(|line| !line.contains(": GET "));
    assert!(writes.clone().count() > 3);
    assert!(
        writes.clone().all(|line| !line.contains("/pets/12 ")),
        "{told:?}"
    );
}
