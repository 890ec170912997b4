//! `GET /v1/customers/{customer_id}`

use http::header;
use serde_json::{Value, json};

use super::{Scene, patch};

#[tokio::test]
async fn a_customer_takes_one_strongly_consistent_read() {
    let scene = Scene::with_products(0).await;
    scene.get().await.expect(200);
    let calls = scene.app.dynamo.take_calls_after_session();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!((calls[0].operation.as_str(), &calls[0].request["ConsistentRead"]), ("GetItem", &json!(true)));
}

#[tokio::test]
async fn a_matching_if_none_match_is_304() {
    let scene = Scene::with_products(0).await;
    let get = |tag: &str| {
        let call = scene.app.get(&scene.path("")).bearer(&scene.ada.token).header(header::IF_NONE_MATCH, tag);
        call.send()
    };
    for tag in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let answer = get(tag).await;
        assert_eq!((answer.expect(304), answer.header(header::ETAG)), (&Value::Null, "\"1\""), "{tag}");
    }
    for tag in ["\"2\"", "1", "\"01\"", ""] {
        get(tag).await.expect(200);
    }
    patch(&scene.app, &scene.ada, &scene.customer, json!({"name": "Other"})).await.expect(200);
    let answer = get("\"1\"").await;
    assert_eq!((&answer.expect(200)["name"], answer.header(header::ETAG)), (&json!("Other"), "\"2\""));
}

#[tokio::test]
async fn an_invalid_id_is_404() {
    let scene = Scene::with_products(0).await;
    let id = &scene.customer;
    // Ids are case-sensitive.
    let upper = id.to_uppercase();
    assert_ne!(&upper, id);
    let mut bodies = Vec::new();
    let ids = ["0190a0a0-0000-7000-8000-000000000000", "1", "..", "%00", "a%2Fb", "%F0%9F%98%80", "-1"];
    let longer = [upper, format!("{id}%20"), format!("{id}%00"), "x".repeat(2000)];
    for id in ids.into_iter().chain(longer.iter().map(String::as_str)) {
        for rest in ["", "/favorites", "/favorites/1/history"] {
            let answer = scene.app.get(&format!("/v1/customers/{id}{rest}")).bearer(&scene.ada.token).send().await;
            let mut body = answer.expect_problem(404, "NOT_FOUND").clone();
            body.as_object_mut().unwrap().remove("request_id");
            bodies.push(body);
        }
    }
    assert!(bodies.iter().all(|body| body == &bodies[0]));
}

#[tokio::test]
async fn a_trailing_slash_changes_nothing() {
    let scene = Scene::with_products(1).await;
    let slashed = scene.app.get(&scene.path("/")).bearer(&scene.ada.token).send().await;
    assert_eq!(slashed.expect(200), scene.get().await.expect(200));
    for path in ["/v1/customers/", &scene.path("/favorites/")] {
        scene.app.get(path).bearer(&scene.ada.token).send().await.expect(200);
    }
}
