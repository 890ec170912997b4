//! `GET /v1/watchlists/items/{item_id}`

use http::header;
use serde_json::{Value, json};

use crate::support::app::TestApp;

#[tokio::test]
async fn reading_an_item_is_one_read() {
    let (app, user) = TestApp::with_user().await;
    let item = app.add(&user, "Dune", "movie").await;
    app.dynamo.take_calls();
    let path = format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap());
    let answer = app.get(&path).bearer(&user.token).send().await;
    assert_eq!(answer.expect(200)["item"], item);
    let calls = app.dynamo.take_calls_after_session();
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].operation.as_str(), &calls[0].request["ConsistentRead"]), ("GetItem", &json!(true)));
}

#[tokio::test]
async fn an_item_of_another_user_is_indistinguishable_from_an_unknown_one() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    let id = app.add(&ada, "Dune", "movie").await["id"].as_str().unwrap().to_owned();
    let mut bodies: Vec<Value> = Vec::new();
    for id in [id.as_str(), "0190a0a0-0000-7000-8000-000000000000", "1", "..", "%00", "a%2Fb", &"x".repeat(2000)] {
        let answer = app.get(&format!("/v1/watchlists/items/{id}")).bearer(&grace.token).send().await;
        let mut body = answer.expect_problem(404, "NOT_FOUND").clone();
        body.as_object_mut().unwrap().remove("request_id");
        bodies.push(body);
    }
    assert!(bodies.iter().all(|body| body == &bodies[0]));
}

#[tokio::test]
async fn an_unchanged_item_is_304() {
    let (app, user) = TestApp::with_user().await;
    let item = app.add(&user, "Dune", "movie").await;
    let path = format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap());
    for tag in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let call = app.get(&path).bearer(&user.token).header(header::IF_NONE_MATCH, tag);
        let answer = call.send().await;
        assert_eq!(answer.expect(304), &Value::Null, "{tag}");
        assert_eq!(answer.header(header::ETAG), "\"1\"");
    }
    for tag in ["\"2\"", "1", "\"01\"", "garbage"] {
        let call = app.get(&path).bearer(&user.token).header(header::IF_NONE_MATCH, tag);
        call.send().await.expect(200);
    }
}

#[tokio::test]
async fn a_trailing_slash_makes_no_difference() {
    let (app, user) = TestApp::with_user().await;
    let item = app.add(&user, "Dune", "movie").await;
    let path = format!("/v1/watchlists/items/{}/", item["id"].as_str().unwrap());
    assert_eq!(app.get(&path).bearer(&user.token).send().await.expect(200)["item"], item);
    app.get("/v1/watchlists/").bearer(&user.token).send().await.expect(200);
    app.get("/v1/auth/me/").bearer(&user.token).send().await.expect(200);
}
