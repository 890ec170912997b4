//! Responses while DynamoDB fails. A proxy to the table injects the faults.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp, User},
    dynamo::Fault,
    response::TestResponse,
};

/// Sends one request to every route that needs the table, concurrently.
async fn call_every_route(app: &TestApp, user: &User, item_id: &str) -> Vec<(String, TestResponse, Duration)> {
    let item = format!("/v1/watchlists/items/{item_id}");
    let account = |email: &str| json!({"email": email, "password": PASSWORD});
    let requests: Vec<(Method, &str, Option<Value>)> = vec![
        (Method::POST, "/v1/auth/register", Some(account("new@example.com"))),
        (Method::POST, "/v1/auth/login", Some(account("ada@example.com"))),
        (Method::GET, "/v1/auth/me", None),
        (Method::GET, "/v1/watchlists", None),
        (Method::GET, "/v1/watchlists?skip=5&type=show", None),
        (Method::POST, "/v1/watchlists/items", Some(json!({"title": "Dune", "type": "movie"}))),
        (Method::GET, &item, None),
        (Method::PATCH, &item, Some(json!({"title": "Changed"}))),
        (Method::DELETE, &item, None),
        (Method::GET, "/v1/health/ready", None),
        (Method::GET, "/v1/health/detailed", None),
    ];
    let send = |(method, path, body): (Method, &str, Option<Value>)| {
        let call = app.call(method.clone(), path).bearer(&user.token);
        let call = if let Some(body) = &body { call.json(body) } else { call };
        let name = format!("{method} {path}");
        async move {
            let started = Instant::now();
            let response = call.send().await;
            (name, response, started.elapsed())
        }
    };
    join_all(requests.into_iter().map(send)).await
}

async fn app_with_an_item() -> (TestApp, User, String) {
    let (app, user) = TestApp::with_user().await;
    let id = app.add(&user, "Dune", "movie").await["id"].as_str().unwrap().to_owned();
    app.dynamo.take_calls();
    (app, user, id)
}

fn assert_all_unavailable(responses: &[(String, TestResponse, Duration)]) {
    for (name, response, took) in responses {
        assert_eq!(response.status, 503, "{name}: {:#}", response.body);
        assert!(*took < Duration::from_secs(3), "{name} took {took:?}");
    }
}

#[tokio::test]
async fn every_route_returns_503_at_once_when_the_table_is_gone() {
    let (app, user, id) = app_with_an_item().await;
    app.dynamo.kill();
    assert_all_unavailable(&call_every_route(&app, &user, &id).await);
    app.get("/health").send().await.expect(200);
}

#[tokio::test]
async fn no_request_hangs_or_is_wrongly_acknowledged_when_the_table_is_killed_under_load() {
    let (app, user, _) = app_with_an_item().await;
    let add = |n: usize| {
        let call = app.post("/v1/watchlists/items").bearer(&user.token);
        let call = call.json(&json!({"title": format!("t{n}"), "type": "movie"}));
        async move {
            let started = Instant::now();
            (call.send().await, started.elapsed())
        }
    };
    let kill = async {
        // When some requests have succeeded and others are in flight.
        while app.dynamo.items().len() < 20 {
            tokio::task::yield_now().await;
        }
        app.dynamo.kill();
    };
    let (responses, ()) = tokio::join!(join_all((0..400).map(add)), kill);
    let stored = app.dynamo.items();
    let is_stored =
        |item: &Value| stored.iter().any(|row| row["sk"]["S"] == format!("ITEM#{}", item["id"].as_str().unwrap()));
    let (mut acknowledged, mut refused) = (0, 0);
    for (response, took) in responses {
        assert!(took < Duration::from_secs(3), "{took:?}");
        match response.status.as_u16() {
            201 => {
                assert!(is_stored(&response.body["item"]), "acknowledged and not stored");
                acknowledged += 1;
            }
            503 => refused += 1,
            other => panic!("status {other}"),
        }
    }
    assert!(
        acknowledged > 0 && refused > 0,
        "{acknowledged} acknowledged, {refused} refused: the table was killed too early or too late"
    );
}

#[tokio::test]
async fn every_route_returns_503_within_three_seconds_when_the_table_hangs() {
    let (app, user, id) = app_with_an_item().await;
    app.dynamo.set_fault(Fault::Hang);
    assert_all_unavailable(&call_every_route(&app, &user, &id).await);
}

#[tokio::test]
async fn a_lost_response_is_a_503_and_never_an_acknowledgement() {
    let (app, user, id) = app_with_an_item().await;
    app.dynamo.set_fault(Fault::LoseResponse);
    assert_all_unavailable(&call_every_route(&app, &user, &id).await);
}

#[tokio::test]
async fn every_route_returns_503_after_bounded_retries_when_the_table_throttles() {
    let (app, user, id) = app_with_an_item().await;
    app.dynamo.set_fault(Fault::Throttle);
    assert_all_unavailable(&call_every_route(&app, &user, &id).await);
}

#[tokio::test]
async fn a_throttled_read_is_attempted_exactly_three_times() {
    let (app, user, _) = app_with_an_item().await;
    app.dynamo.set_fault(Fault::Throttle);
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect_problem(503, "UNAVAILABLE");
    assert_eq!(app.dynamo.take_operations(), ["GetItem"; 3]);
}

#[tokio::test]
async fn throttled_writes_are_never_acknowledged() {
    let (app, user, id) = app_with_an_item().await;
    let item = format!("/v1/watchlists/items/{id}");
    let login = json!({"email": "ada@example.com", "password": PASSWORD});
    let title = json!({"title": "Changed"});
    let calls = || {
        [
            app.post("/v1/auth/login").json(&login),
            app.post("/v1/watchlists/items").bearer(&user.token).json(&json!({"title": "New", "type": "show"})),
            app.patch(&item).bearer(&user.token).json(&title),
            app.delete(&item).bearer(&user.token),
            app.post("/v1/auth/logout").bearer(&user.token),
        ]
    };
    let before = app.dynamo.items();
    for at in 0..calls().len() {
        // Sign-in reads before it writes, and the read must succeed. The other routes find the
        // session in Redis.
        app.dynamo.set_fault(Fault::ThrottleAfter(usize::from(at == 0)));
        calls().into_iter().nth(at).unwrap().send().await.expect_problem(503, "UNAVAILABLE");
    }
    assert_eq!(app.dynamo.items(), before);
}

#[tokio::test]
async fn a_write_whose_response_is_lost_once_takes_effect_once() {
    let (app, user, id) = app_with_an_item().await;
    let item = format!("/v1/watchlists/items/{id}");
    let lose_response = || app.dynamo.set_fault(Fault::LoseNextWriteResponse);

    lose_response();
    let new = json!({"title": "New", "type": "show"});
    app.post("/v1/watchlists/items").bearer(&user.token).json(&new).send().await.expect(201);
    let list = app.get("/v1/watchlists?type=show").bearer(&user.token).send().await;
    assert_eq!(list.expect(200)["watchlist"].as_array().unwrap().len(), 1);

    for (tag, after) in [(None, "\"2\""), (Some("\"2\""), "\"3\"")] {
        lose_response();
        let call = app.patch(&item).bearer(&user.token).json(&json!({"title": "Changed"}));
        let call = match tag {
            Some(tag) => call.header(http::header::IF_MATCH, tag),
            None => call,
        };
        let response = call.send().await;
        response.expect(200);
        assert_eq!(response.header("etag"), after, "the update was applied twice");
    }

    // A repeated deletion would find nothing, so it is not repeated and the client gets 503.
    lose_response();
    app.delete(&item).bearer(&user.token).send().await.expect_problem(503, "UNAVAILABLE");
    app.delete(&item).bearer(&user.token).send().await.expect_problem(404, "NOT_FOUND");

    lose_response();
    app.register("new@example.com", PASSWORD).await.expect(201);
    lose_response();
    let response = app.login("new@example.com", PASSWORD).await;
    let token = response.expect(200)["access_token"].as_str().unwrap();
    let sessions = app.get("/v1/auth/sessions").bearer(token).send().await;
    assert_eq!(sessions.expect(200)["sessions"].as_array().unwrap().len(), 1);
    let refresh_token = response.expect(200)["refresh_token"].clone();
    lose_response();
    let refreshed = app.post("/v1/auth/refresh").json(&json!({"refresh_token": refresh_token})).send().await;
    let next = refreshed.expect(200)["refresh_token"].clone();
    app.post("/v1/auth/refresh").json(&json!({"refresh_token": next})).send().await.expect(200);
}

#[tokio::test]
async fn every_route_recovers_when_the_table_does() {
    let (app, user, id) = app_with_an_item().await;
    app.dynamo.set_fault(Fault::Throttle);
    call_every_route(&app, &user, &id).await;
    app.dynamo.set_fault(Fault::None);
    for (name, response, _) in call_every_route(&app, &user, &id).await {
        assert!(response.status.is_success() || name.contains("items/"), "{name}: {:#}", response.body);
    }
}
