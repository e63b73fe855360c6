//! Laws that hold for whatever comes.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{petstore_spec, sandbox, users_spec};
use crate::document::Pointer;
use crate::http::Request;
use crate::mock::Server;
use crate::mock::complete::complete;
use crate::mock::generators::Generators;
use crate::schema::Direction;
use crate::seed::Seed;

fn any_value() -> impl Strategy<Value = Value> {
    let names = "id|name|kind|message|errorMessages|personalInfo|businessInfo|persona|delivery|petId|[a-z]{1,3}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9i64..99).prop_map(Value::from),
        "cat|dog|GUEST|[a-z0-9]{0,9}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

static USERS: LazyLock<Server> = LazyLock::new(|| sandbox(&users_spec()));
static PETSTORE: LazyLock<Server> = LazyLock::new(|| sandbox(&petstore_spec()));
static GENERATORS: LazyLock<Generators> = LazyLock::new(Generators::default);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_completed_value_satisfies_its_schema(value in any_value(), seed in any::<u64>()) {
        for (server, names) in [
            (&*USERS, &["UserProfile", "UserDetail", "ErrorResponse", "GetRbacInfoResponse", "Persona"][..]),
            (&*PETSTORE, &["Pet", "PetPatch", "Order", "Error", "Category"][..]),
        ] {
            for name in names {
                let pointer: Pointer = format!("/components/schemas/{name}").parse().unwrap();
                let schema = server.spec().schemas.schema(0, &pointer, Direction::Response);
                let validator = schema.validator().unwrap();
                let completed = complete(&GENERATORS, &schema, Some(value.clone()), Seed::new(seed));
                prop_assert!(validator.is_valid(&completed), "{name}: {value} became {completed}");
                if validator.is_valid(&value) {
                    prop_assert_eq!(&completed, &value);
                }
            }
        }
    }

    #[test]
    fn no_request_makes_a_sandbox_panic_or_fail(
        method in "GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|[A-Z]{1,4}",
        path in "/(v2/users|pets|orders|styles/query)?(/|/12|/%00|/0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60)?(/roles|/[^?]{0,4})?(\\?.{0,12})?",
        fields in prop::collection::vec(("Accept|Content-Type|Prefer|Cookie|Authorization|[A-Za-z-]{1,6}", "application/json|Bearer sandbox-token|code=404|.{0,12}"), 0..5),
        body in prop::option::of(any_value()),
    ) {
        let mut request = Request { method, path, headers: fields, body: body.map(|body| body.to_string().into()) };
        request.headers.push(("X-Api-Key".into(), "sandbox-token".into()));
        for server in [&*USERS, &*PETSTORE] {
            let answer = server.answer(&request);
            prop_assert!(answer.status().is_some_and(|status| status < 500), "{answer:?}");
        }
    }
}

#[test]
fn completing_keeps_what_fits() {
    let schema = USERS.spec().schemas.schema(
        0,
        &"/components/schemas/UserDetail".parse().unwrap(),
        Direction::Response,
    );
    let value = json!({"userId": {"id": "0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60"}, "persona": "NOBODY", "isActive": true});
    let completed = complete(&GENERATORS, &schema, Some(value.clone()), Seed::new(1));
    assert_eq!(completed["userId"], value["userId"]);
    assert_eq!(completed["isActive"], value["isActive"]);
    assert_ne!(completed["persona"], value["persona"]);
    assert_eq!(completed["personalDetail"], json!({}));
}
