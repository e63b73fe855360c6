//! The sandbox of the pet shop.

use serde_json::{Value, json};

use super::{call, petstore_spec, request, sandbox, send, with_header};

#[test]
fn pets_are_created_read_replaced_changed_and_deleted() {
    let server = sandbox(&petstore_spec());
    let body = json!({"kind": "dog", "name": "Rex", "barkVolume": 0.5, "id": 3});
    let response = send(&server, &request("POST", "/pets", Some(&body)));
    assert_eq!(response.status, 201);
    let path = response.header("location").unwrap();
    let (status, rex) = call(&server, "GET", &path, None);
    assert_eq!(
        (status, &rex["name"], &rex["barkVolume"]),
        (200, &json!("Rex"), &json!(0.5))
    );
    assert_ne!(rex["id"], 3);

    let body = json!({"kind": "cat", "name": "Tom", "nickname": null});
    let (status, tom) = call(&server, "PUT", &path, Some(&body));
    assert_eq!((status, &tom["id"]), (200, &rex["id"]));
    assert_eq!(tom["addedAt"], rex["addedAt"]);
    assert!(tom.get("barkVolume").is_none());

    let patch = with_header(
        request(
            "PATCH",
            &path,
            Some(&json!({"nickname": null, "weightKg": 4.5})),
        ),
        "content-type",
        "application/merge-patch+json",
    );
    assert_eq!(send(&server, &patch).status, 200);
    let (_, tom) = call(&server, "GET", &path, None);
    assert_eq!((&tom["weightKg"], tom.get("nickname")), (&json!(4.5), None));
    assert_eq!(
        call(&server, "PATCH", &path, Some(&json!({"name": "x"}))).0,
        415
    );

    assert_eq!(call(&server, "DELETE", &path, None), (204, Value::Null));
    assert_eq!(call(&server, "GET", &path, None).0, 404);
    assert_eq!(call(&server, "DELETE", &path, None).0, 404);
}

#[test]
fn the_list_of_pets_is_filtered_and_cut_into_pages() {
    let server = sandbox(&petstore_spec());
    let list = |query: &str| {
        let response = send(&server, &request("GET", &format!("/pets{query}"), None));
        let pets: Vec<Value> = serde_json::from_slice(&response.body).unwrap();
        let names: Vec<String> = pets
            .iter()
            .map(|pet| pet["name"].as_str().unwrap().to_owned())
            .collect();
        (names.join(" "), response.header("x-total-count").unwrap())
    };
    assert_eq!(list(""), ("Pixel Otto Mango".into(), "3".into()));
    assert_eq!(list("?kind=cat"), ("Pixel Mango".into(), "2".into()));
    assert_eq!(list("?offset=1&limit=1"), ("Otto".into(), "3".into()));
    assert_eq!(call(&server, "GET", "/pets/12", None).1["name"], "Pixel");
    assert_eq!(call(&server, "GET", "/pets?limit=0", None).0, 400);
    assert_eq!(call(&server, "GET", "/pets/twelve", None).0, 400);
}

#[test]
fn forms_and_multipart_bodies_are_stored_too() {
    let server = sandbox(&petstore_spec());
    let mut owner = with_header(
        request("POST", "/owners", None),
        "content-type",
        "application/x-www-form-urlencoded",
    );
    owner.body = Some(
        "name=Ida&email=ida%40example.com&password=correct-horse&languages=da,en&address[street]=4+Quay&address[city]=Aarhus"
            .into(),
    );
    let response = send(&server, &owner);
    assert_eq!(response.status, 201, "{response:?}");
    let (status, ida) = call(&server, "GET", &response.header("location").unwrap(), None);
    assert_eq!(status, 200);
    assert_eq!(ida["languages"], json!(["da", "en"]));
    assert_eq!(ida["address"]["city"], "Aarhus");
    assert!(ida.get("password").is_none());

    let mut photo = with_header(
        request("POST", "/pets/12/photos", None),
        "content-type",
        "multipart/form-data; boundary=b",
    );
    photo.body = Some(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\npng\r\n--b\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nAsleep\r\n--b--\r\n"
            .into(),
    );
    let response = send(&server, &photo);
    assert_eq!(response.status, 201, "{response:?}");
    let photo: Value = serde_json::from_slice(&response.body).unwrap();
    let path = format!("/photos/{}/caption", photo["id"].as_str().unwrap());
    let caption = send(&server, &request("GET", &path, None));
    assert_eq!(
        caption.header("content-type").as_deref(),
        Some("text/plain")
    );
    assert_eq!(&caption.body[..], b"Asleep");
    // The photos of a pet go with it.
    assert_eq!(call(&server, "DELETE", "/pets/12", None).0, 204);
    assert_eq!(call(&server, "GET", &path, None).0, 404);
}

#[test]
fn members_of_the_server_are_not_written_by_clients() {
    let server = sandbox(&petstore_spec());
    let body = json!({"petId": 12, "quantity": 1, "delivery": {"shop": "NORTH"}, "status": "done"});
    let (status, order) = call(&server, "POST", "/orders", Some(&body));
    assert_eq!((status, &order["status"]), (201, &json!("placed")));
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(call(&server, "GET", &path, None), (200, order));
}

#[test]
fn combined_schemes_are_all_needed() {
    let server = sandbox(&petstore_spec());
    let status = |method: &str, path: &str, fields: &[(&str, &str)], body: Option<&Value>| {
        let mut request = request(method, path, body);
        request.headers.retain(|(name, _)| name == "Content-Type");
        for (name, value) in fields {
            request
                .headers
                .push(((*name).to_owned(), (*value).to_owned()));
        }
        send(&server, &request).status
    };
    let key = ("x-api-key", "sandbox-token");
    let bearer = ("authorization", "Bearer sandbox-token");
    // `user:sandbox-token`
    let basic = ("authorization", "Basic dXNlcjpzYW5kYm94LXRva2Vu");
    assert_eq!(status("DELETE", "/pets/12", &[key], None), 401);
    assert_eq!(status("DELETE", "/pets/12", &[bearer], None), 401);
    assert_eq!(
        status(
            "DELETE",
            "/pets/12",
            &[key, ("authorization", "Bearer sandbox-readonly")],
            None
        ),
        403
    );
    assert_eq!(status("DELETE", "/pets/12", &[key, bearer], None), 204);
    assert_eq!(status("GET", "/pets", &[], None), 200);
    assert_eq!(status("GET", "/categories", &[], None), 200);
    let order = json!({"petId": 1, "quantity": 1, "delivery": {"shop": "NORTH"}});
    assert_eq!(status("POST", "/orders", &[key], Some(&order)), 401);
    assert_eq!(status("POST", "/orders", &[key, basic], Some(&order)), 201);
    assert_eq!(status("POST", "/orders", &[bearer], Some(&order)), 201);
}
