//! The sandbox of the users document: every operation, and what they mean to each other.

use serde_json::{Value, json};

use super::{call, request, sandbox, send, users_spec, with_header};
use crate::mock::Server;

const ADA: &str = "/v2/users/0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";
const NOBODY: &str = "/v2/users/00000000-0000-4000-8000-000000000000";

fn get(server: &Server, path: &str) -> (u16, Value) {
    call(server, "GET", path, None)
}

fn created(server: &Server, body: &Value) -> String {
    let request = request("POST", "/v2/users", Some(body));
    let response = send(server, &request);
    assert_eq!(response.status, 201);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    let path = format!("/v2/users/{}", body["id"].as_str().unwrap());
    assert_eq!(response.header("location"), Some(path.clone()));
    path
}

#[test]
fn every_operation_has_a_behaviour() {
    let spec = users_spec();
    let behaviour = super::behaviour(&spec);
    for id in spec.operations.keys() {
        assert!(behaviour.operations.contains_key(id.as_str()), "{id}");
    }
    assert_eq!(spec.operations.len(), 27);
}

#[test]
fn the_documented_example_is_a_user_from_the_start() {
    let server = sandbox(&users_spec());
    let (status, ada) = get(&server, ADA);
    assert_eq!(status, 200);
    assert_eq!(ada["personalInfo"]["name"]["given"], "Ada");
    assert_eq!(ada["isActive"], true);
    for hidden in ["roles", "rolesConfig", "externalIdObject", "createdAt"] {
        assert!(ada.get(hidden).is_none(), "{hidden}");
    }
    assert_eq!(
        get(
            &server,
            &ADA.to_uppercase().replace("/V2/USERS", "/v2/users")
        )
        .0,
        200
    );
    let path = format!("{ADA}/external-id");
    assert_eq!(
        get(&server, &path),
        (200, json!({"externalId": "partner-7731"}))
    );
    let path = format!("{ADA}/roles");
    assert_eq!(
        get(&server, &path),
        (200, json!({"roles": [{"roleType": "COMPANY_ADMIN"}]}))
    );
}

#[test]
fn a_created_user_is_read_as_it_was_sent() {
    let server = sandbox(&users_spec());
    let body = json!({
        "persona": "GUEST",
        "tier": "SEAT1A",
        "externalId": "p-1",
        "personalInfo": {"name": {"given": "Dora", "family1": "Lind"}},
        "roles": [{"roleType": "TMC_AGENT"}],
        "isActive": false,
        "id": "client-made"
    });
    let path = created(&server, &body);
    let (_, user) = get(&server, &path);
    for member in ["persona", "tier", "externalId", "personalInfo"] {
        assert_eq!(user[member], body[member], "{member}");
    }
    assert_eq!(user["isActive"], true);
    assert!(path.ends_with(user["id"].as_str().unwrap()));
    assert_eq!(
        get(&server, &format!("{path}/roles")).1,
        json!({"roles": body["roles"]})
    );
    assert_eq!(
        get(&server, &format!("{path}/external-id")).1,
        json!({"externalId": "p-1"})
    );
    assert_eq!(
        get(&server, &format!("{path}/travel-preferences")),
        (200, json!({}))
    );
    assert_eq!(
        get(&server, &format!("{path}/travel-arrangers")),
        (200, json!({"travelArrangers": []}))
    );
    // Required members that were never sent are filled in, always with the same values.
    let business = get(&server, &format!("{path}/business-info"));
    assert_eq!(business.0, 200);
    assert_eq!(get(&server, &format!("{path}/business-info")), business);
}

#[test]
fn parts_that_are_written_are_seen_in_the_part_and_in_the_whole() {
    let server = sandbox(&users_spec());
    let reference = json!({"id": "91f3ae20-c7d4-4068-b52d-0e6f8a1c7b95"});
    for (part, member, body, status) in [
        (
            "business-info",
            Some("businessInfo"),
            json!({"organizationRef": reference, "legalEntityRef": reference, "designation": "Chemist"}),
            204,
        ),
        (
            "personal-info",
            Some("personalInfo"),
            json!({"nationality": "Danish", "more": [1]}),
            200,
        ),
        (
            "travel-preferences",
            Some("travelPreferences"),
            json!({"preferences": {"preferredCurrency": "DKK"}}),
            204,
        ),
        (
            "membership-info",
            Some("membershipInfo"),
            json!({"membershipInfos": [{"id": "1", "type": "RAIL", "issuedBy": "Coastline"}]}),
            204,
        ),
        (
            "notification-preferences",
            Some("notificationPreferences"),
            json!({"preferences": [{"notificationType": "BOOKING_NOTIFICATION"}]}),
            200,
        ),
        (
            "roles",
            None,
            json!({"roles": [{"roleType": "GLOBAL_AGENT"}]}),
            204,
        ),
        ("external-id", None, json!({"externalId": "new-id"}), 200),
    ] {
        let path = format!("{ADA}/{part}");
        assert_eq!(
            call(&server, "PUT", &path, Some(&body)),
            (status, Value::Null),
            "{part}"
        );
        assert_eq!(get(&server, &path), (200, body.clone()), "{part}");
        if let Some(member) = member {
            assert_eq!(get(&server, ADA).1[member], body, "{part}");
        }
    }
    assert_eq!(get(&server, ADA).1["externalId"], "new-id");
}

#[test]
fn replacing_the_profile_keeps_what_it_does_not_carry() {
    let server = sandbox(&users_spec());
    let before = get(&server, ADA).1;
    let body = json!({"persona": "RELATIVE", "businessInfo": before["businessInfo"]});
    assert_eq!(call(&server, "PUT", ADA, Some(&body)), (200, Value::Null));
    let after = get(&server, ADA).1;
    assert_eq!(after["persona"], "RELATIVE");
    assert_eq!(after["bookingTmcRef"], before["bookingTmcRef"]);
    assert!(after.get("personalInfo").is_none() && after.get("externalId").is_none());
    assert_eq!(
        get(&server, &format!("{ADA}/roles")).1["roles"][0]["roleType"],
        "COMPANY_ADMIN"
    );
    assert_eq!(get(&server, &format!("{ADA}/external-id")).0, 404);
}

#[test]
fn deactivated_users_are_gone_until_they_are_asked_for_or_activated() {
    let server = sandbox(&users_spec());
    for _ in 0..2 {
        assert_eq!(call(&server, "DELETE", ADA, None), (204, Value::Null));
    }
    assert_eq!(get(&server, ADA).0, 404);
    assert_eq!(get(&server, &format!("{ADA}/roles")).0, 404);
    assert_eq!(get(&server, &format!("{ADA}/favorites")).0, 403);
    let (status, ada) = get(&server, &format!("{ADA}?includeInactive=true"));
    assert_eq!((status, &ada["isActive"]), (200, &json!(false)));
    assert_eq!(
        get(
            &server,
            &format!("{ADA}/business-info?includeInactive=true")
        )
        .0,
        200
    );
    assert_eq!(
        get(&server, "/v2/users?externalId=partner-7731").1["length"],
        0
    );
    assert_eq!(
        get(
            &server,
            "/v2/users?externalId=partner-7731&includeInactive=true"
        )
        .1["length"],
        1
    );
    assert_eq!(
        call(&server, "POST", &format!("{ADA}/activate"), None),
        (200, Value::Null)
    );
    assert_eq!(get(&server, ADA).1["isActive"], true);
}

#[test]
fn unknown_users_are_not_found_by_any_operation() {
    let spec = users_spec();
    let server = sandbox(&spec);
    for operation in spec.operations.values() {
        let Some(rest) = operation.path.as_str().strip_prefix("/v2/users/{userId}") else {
            continue;
        };
        let path = format!("{NOBODY}{}", rest.replace("{favoriteId}", "x"));
        let body = operation.body.as_ref().map(|_| match rest {
            "/roles" => json!({"roles": []}),
            "/external-id" => json!({"externalId": "x"}),
            "/favorites" => json!({"type": "t", "displayName": "d"}),
            _ => {
                let reference = json!({"id": "91f3ae20-c7d4-4068-b52d-0e6f8a1c7b95"});
                let business = json!({"organizationRef": reference, "legalEntityRef": reference});
                let mut body = business.clone();
                body["businessInfo"] = business;
                body["persona"] = json!("GUEST");
                body
            }
        });
        let (status, _) = call(&server, &operation.method, &path, body.as_ref());
        let documented = operation.responses.select(404).is_some();
        assert_eq!(
            status,
            if documented { 404 } else { 403 },
            "{}",
            operation.id
        );
    }
}

#[test]
fn favorites_are_added_listed_filtered_and_removed() {
    let server = sandbox(&users_spec());
    let path = format!("{ADA}/favorites");
    assert_eq!(get(&server, &path), (200, json!({"favorites": []})));
    let mut ids = Vec::new();
    for (kind, name) in [
        ("TRIP", "Rome in May"),
        ("COMPANY", "Bluefin"),
        ("TRIP", "Oslo"),
    ] {
        let body = json!({"type": kind, "displayName": name, "params": {"a": "b"}});
        let (status, answer) = call(&server, "POST", &path, Some(&body));
        assert_eq!(status, 200);
        let favorite = &answer["favorite"];
        for member in ["type", "displayName", "params"] {
            assert_eq!(favorite[member], body[member]);
        }
        assert!(
            favorite["createdAt"]
                .as_str()
                .unwrap()
                .starts_with("2025-01-01T00:00:0")
        );
        ids.push(favorite["favoriteId"].as_str().unwrap().to_owned());
    }
    let names = |query: &str| -> Vec<String> {
        let (_, list) = get(&server, &format!("{path}{query}"));
        let items = list["favorites"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| {
                assert_eq!(item["type"], item["favorite"]["type"]);
                item["favorite"]["displayName"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(names(""), ["Rome in May", "Bluefin", "Oslo"]);
    assert_eq!(names("?types=TRIP"), ["Rome in May", "Oslo"]);
    assert_eq!(names("?types=COMPANY&types=OTHER"), ["Bluefin"]);
    assert_eq!(names("?query=rome"), ["Rome in May"]);
    let one = format!("{path}/{}", ids[0]);
    assert_eq!(call(&server, "DELETE", &one, None), (200, Value::Null));
    assert_eq!(call(&server, "DELETE", &one, None).0, 404);
    assert_eq!(names(""), ["Bluefin", "Oslo"]);
}

#[test]
fn users_are_found_by_each_identifier() {
    let server = sandbox(&users_spec());
    let company = "companyId=5b8f1c74-3e2a-4d96-8c05-a9d7e6f4b213";
    for (query, expected) in [
        ("", 2),
        (company, 2),
        (&*format!("{company}&includeInactive=true"), 3),
        ("tmcId=e4a7d031-92c6-4b5f-a1e8-7d30c96b2f48", 2),
        ("email=ada.moreau@example.com", 1),
        ("email=bruno%40example.org", 1),
        ("employeeId=K-2208", 1),
        ("externalId=partner-7731&employeeId=K-2208", 0),
    ] {
        let (status, list) = get(&server, &format!("/v2/users?{query}"));
        assert_eq!(
            (status, &list["length"]),
            (200, &json!(expected)),
            "{query}"
        );
        assert_eq!(
            list["elements"].as_array().unwrap().len(),
            expected,
            "{query}"
        );
    }
}

#[test]
fn users_are_listed_in_pages_in_order_and_by_filters() {
    let server = sandbox(&users_spec());
    let company = json!({"id": "5b8f1c74-3e2a-4d96-8c05-a9d7e6f4b213"});
    let list = |more: Value| -> (Vec<String>, Value) {
        let mut body = json!({"companyId": company, "pagination": {}});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, page) = call(&server, "POST", "/v3/users/list", Some(&body));
        assert_eq!(status, 200, "{more}");
        let users = page["users"].as_array().unwrap();
        let names = users
            .iter()
            .map(|user| {
                user["personalDetail"]["name"]["given"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        (names, page["pagination"]["totalNumResults"].clone())
    };
    let all = json!({"userStatusFilter": "ALL"});
    assert_eq!(list(json!({})).0, ["Ada", "Bruno"]);
    assert_eq!(
        list(all),
        (vec!["Chike".into(), "Ada".into(), "Bruno".into()], json!(3))
    );
    assert_eq!(list(json!({"userStatusFilter": "INACTIVE"})).0, ["Chike"]);
    let down = json!({"sort": {"sortBy": "NAME", "sortOrder": "DESCENDING"}});
    assert_eq!(list(down).0, ["Bruno", "Ada"]);
    let page = |offset: u8| json!({"userStatusFilter": "ALL", "pagination": {"offset": offset, "limit": 2}});
    assert_eq!(
        list(page(0)),
        (vec!["Chike".into(), "Ada".into()], json!(3))
    );
    assert_eq!(list(page(2)), (vec!["Bruno".into()], json!(3)));
    assert_eq!(list(json!({"searchText": "BRUNO"})).0, ["Bruno"]);
    // Conditions of one filter are joined by AND, filters by OR.
    let either = json!({"filters": [{"personas": ["GUEST"], "tiers": ["BASIC"], "emails": ["x@y.z"]}, {"roles": ["COMPANY_ADMIN"]}]});
    assert_eq!(list(either).0, ["Ada"]);
    let other = json!({"companyId": {"id": "91f3ae20-c7d4-4068-b52d-0e6f8a1c7b95"}});
    assert_eq!(list(other), (vec![], json!(0)));
}

#[test]
fn what_nobody_writes_is_generated_once_for_each_user() {
    let server = sandbox(&users_spec());
    for path in [
        format!("{ADA}/travel-arrangers"),
        format!("{ADA}/applicable-policies"),
        format!("{}/rbac-info", ADA.replace("v2", "v3")),
    ] {
        let first = get(&server, &path);
        assert_eq!(first.0, 200);
        assert_eq!(get(&server, &path), first, "{path}");
        assert_eq!(get(&sandbox(&users_spec()), &path), first, "{path}");
    }
}

#[test]
fn tokens_decide_what_may_be_done() {
    let server = sandbox(&users_spec());
    let status = |method: &str, token: &str| {
        let request = with_header(request(method, ADA, None), "authorization", token);
        let response = send(&server, &request);
        assert_eq!(
            response.header("www-authenticate").is_some(),
            response.status == 401
        );
        response.status
    };
    assert_eq!(status("GET", "Bearer sandbox-readonly"), 200);
    assert_eq!(status("DELETE", "Bearer sandbox-readonly"), 403);
    assert_eq!(status("GET", "Bearer other"), 401);
    assert_eq!(status("GET", "Basic sandbox-token"), 401);
    assert_eq!(status("GET", ""), 401);
    assert_eq!(status("DELETE", "bearer sandbox-token"), 204);
}
