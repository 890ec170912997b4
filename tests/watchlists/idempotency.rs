//! `POST /v1/watchlists/items` with an `Idempotency-Key`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp, User},
    dynamo::Fault,
    response::TestResponse,
};

async fn add(app: &TestApp, user: &User, key: &str, body: &Value) -> TestResponse {
    let call = app.post("/v1/watchlists/items").bearer(&user.token).json(body);
    call.header(http::HeaderName::from_static("idempotency-key"), key).send().await
}

fn alien() -> Value {
    json!({"title": "Alien", "type": "movie"})
}

fn is_replay(answer: &TestResponse) -> bool {
    answer.header("idempotency-replayed") == "true"
}

async fn titles(app: &TestApp, user: &User) -> Vec<Value> {
    let list = app.get("/v1/watchlists").bearer(&user.token).send().await;
    list.expect(200)["watchlist"].as_array().unwrap().iter().map(|item| item["title"].clone()).collect()
}

#[tokio::test]
async fn a_replayed_request_returns_the_first_response_even_after_changes() {
    let (app, user) = TestApp::with_user().await;
    let first = add(&app, &user, "one", &alien()).await;
    first.expect(201);
    assert!(!is_replay(&first));
    let path = first.header(http::header::LOCATION).to_owned();
    let same = |again: &TestResponse| {
        assert_eq!((again.expect(201), is_replay(again)), (first.expect(201), true));
        for header in [http::header::LOCATION, http::header::ETAG] {
            assert_eq!(again.header(&header), first.header(&header));
        }
    };
    same(&add(&app, &user, "one", &json!({"type": "movie", "title": "  Alien "})).await);
    app.patch(&path).bearer(&user.token).json(&json!({"title": "Aliens"})).send().await.expect(200);
    same(&add(&app.other_instances(), &user, "one", &alien()).await);
    assert_eq!(titles(&app, &user).await, ["Aliens"]);
    app.delete(&path).bearer(&user.token).send().await.expect(204);
    same(&add(&app, &user, "one", &alien()).await);
    assert_eq!(titles(&app, &user).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_user_for_24_hours() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    add(&app, &ada, "one", &alien()).await.expect(201);
    for other in [json!({"title": "Alien", "type": "show"}), json!({"title": "Aliens", "type": "movie"})] {
        assert_eq!(add(&app, &ada, "one", &other).await.field_errors(), [("Idempotency-Key", "reused")]);
    }
    assert!(!is_replay(&add(&app, &grace, "one", &json!({"title": "Brazil", "type": "movie"})).await));
    assert!(!is_replay(&add(&app, &ada, "two", &alien()).await));
    let later = |user: &User| User { id: user.id.clone(), token: app.sign_token(user, "user") };
    app.clock.advance(23 * 3600);
    let ada = later(&ada);
    assert!(is_replay(&add(&app, &ada, "one", &alien()).await));
    app.clock.advance(3601);
    let (ada, grace) = (later(&ada), later(&grace));
    // The record has expired, even if DynamoDB has not deleted it.
    assert!(!is_replay(&add(&app, &ada, "one", &json!({"title": "Brazil", "type": "movie"})).await));
    assert_eq!(titles(&app, &ada).await, ["Brazil", "Alien", "Alien"]);
    assert_eq!(titles(&app, &grace).await, ["Brazil"]);
}

#[tokio::test]
async fn a_hundred_concurrent_requests_with_one_key_add_one_item() {
    let (app, user) = TestApp::with_user().await;
    let other = app.other_instances();
    let body = alien();
    let answers = join_all((0..100).map(|n| add(if n % 2 == 0 { &app } else { &other }, &user, "one", &body))).await;
    assert!(answers.iter().all(|answer| answer.expect(201) == answers[0].expect(201)));
    assert_eq!(answers.iter().filter(|answer| !is_replay(answer)).count(), 1);
    assert_eq!(titles(&app, &user).await, ["Alien"]);
}

#[tokio::test]
async fn a_request_interrupted_at_any_point_is_completed_by_its_retry() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    // Nothing is written; all is written, but the response is lost; all is written, the response is
    // lost, and the SDK retries.
    for (key, fault, status) in [
        ("rejected", Fault::Throttle, 503),
        ("response lost", Fault::LoseResponse, 503),
        ("response lost once", Fault::LoseNextWriteResponse, 201),
    ] {
        app.dynamo.set_fault(fault);
        let body = json!({"title": key, "type": "movie"});
        let first = add(&app, &user, key, &body).await;
        assert_eq!((first.status.as_u16(), is_replay(&first)), (status, false), "{key}");
        app.dynamo.set_fault(Fault::None);
        let again = add(&app, &user, key, &body).await;
        again.expect(201);
        assert_eq!(is_replay(&again), key != "rejected", "{key}");
    }
    assert_eq!(titles(&app, &user).await, ["response lost once", "response lost", "rejected"]);
}

#[tokio::test]
async fn a_first_request_is_one_transaction_and_a_replay_adds_one_read() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    app.dynamo.take_calls();
    add(&app, &user, "one", &alien()).await.expect(201);
    assert_eq!(app.dynamo.take_operations(), ["TransactWriteItems"]);
    add(&app, &user, "one", &alien()).await.expect(201);
    assert_eq!(app.dynamo.take_operations(), ["TransactWriteItems", "GetItem"]);
}

#[tokio::test]
async fn an_invalid_key_is_rejected() {
    let (app, user) = TestApp::with_user().await;
    for bad in ["", &"k".repeat(256), "é", "tab\tbed"] {
        assert_eq!(
            add(&app, &user, bad, &alien()).await.field_errors(),
            [("Idempotency-Key", "invalid_key")],
            "{bad:?}"
        );
    }
    let name = http::HeaderName::from_static("idempotency-key");
    let twice = app.post("/v1/watchlists/items").header(name.clone(), "a").header(name, "b").bearer(&user.token);
    assert_eq!(twice.json(&alien()).send().await.field_errors(), [("Idempotency-Key", "repeated")]);
    assert_eq!(titles(&app, &user).await, Vec::<Value>::new());
}

#[tokio::test]
async fn deleting_the_account_deletes_its_idempotency_records() {
    let (app, user) = TestApp::with_user().await;
    add(&app, &user, "one", &alien()).await.expect(201);
    let password = json!({"password": PASSWORD});
    app.delete("/v1/auth/me").bearer(&user.token).json(&password).send().await.expect(204);
    assert_eq!(app.dynamo.items(), Vec::<Value>::new());
}
