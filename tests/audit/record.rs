//! Recording of events: contents, delivery and failures.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::{actions, events};
use crate::support::{
    app::{PASSWORD, TestApp},
    dynamo::Fault,
    functions::{Settings, patient},
    redis,
    redis_proxy::{self, RedisProxy},
    sqs::TestQueue,
    sqs_proxy::{SqsFault, SqsProxy},
};

/// An app with an SQS proxy that records messages and can inject faults.
async fn app_with_sqs_proxy() -> (TestApp, SqsProxy) {
    let queue = TestQueue::create().await;
    let sqs = SqsProxy::start(&queue).await;
    let queue = Some(queue.through(sqs.endpoint()));
    (TestApp::with(Settings { queue, ..Settings::default() }).await, sqs)
}

#[tokio::test]
async fn every_action_of_a_user_is_recorded() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    let item = app.add(&ada, "Alien", "movie").await;
    let path = format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap());
    app.patch(&path).bearer(&ada.token).json(&json!({"title": "Aliens"})).send().await.expect(200);
    app.delete(&path).bearer(&ada.token).send().await.expect(204);
    app.login("ada@example.com", "wrong password").await.expect_problem(401, "UNAUTHORIZED");
    app.login("nobody@example.com", "wrong password").await.expect_problem(401, "UNAUTHORIZED");
    let tokens = app.login("ada@example.com", PASSWORD).await;
    let refresh = json!({"refresh_token": tokens.expect(200)["refresh_token"]});
    app.post("/v1/auth/refresh").json(&refresh).send().await.expect(200);
    let next = app.post("/v1/auth/refresh").json(&refresh).send().await;
    let used = json!({"refresh_token": next.expect(200)["refresh_token"]});
    app.post("/v1/auth/refresh").json(&used).send().await.expect(200);
    app.post("/v1/auth/refresh").json(&refresh).send().await.expect_problem(401, "UNAUTHORIZED");
    let change = json!({"current_password": "not mine", "new_password": "another long passphrase"});
    app.call(Method::PUT, "/v1/auth/password").bearer(&ada.token).json(&change).send().await.expect(401);
    let change = json!({"current_password": PASSWORD, "new_password": "another long passphrase"});
    app.call(Method::PUT, "/v1/auth/password").bearer(&ada.token).json(&change).send().await.expect(204);
    let other = app.login("ada@example.com", "another long passphrase").await;
    let other = other.expect(200)["access_token"].as_str().unwrap().to_owned();
    let sessions = app.get("/v1/auth/sessions").bearer(&ada.token).send().await;
    let sessions = sessions.expect(200)["sessions"].as_array().unwrap().clone();
    let other_session = sessions.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();
    app.delete(&format!("/v1/auth/sessions/{other_session}")).bearer(&ada.token).send().await.expect(204);
    app.get("/v1/auth/me").bearer(&other).send().await.expect(401);
    app.get("/v1/admin/stats").bearer(&ada.token).send().await.expect(403);
    app.post("/v1/auth/logout").bearer(&ada.token).send().await.expect(204);
    let ada = app.login("ada@example.com", "another long passphrase").await;
    let ada = ada.expect(200)["access_token"].as_str().unwrap().to_owned();
    let password = json!({"password": "another long passphrase"});
    app.delete("/v1/auth/me").bearer(&ada).json(&password).send().await.expect(204);

    let events = events(&app, &admin).await;
    let mut expected = [
        "auth.registered",
        "admin.promoted",
        "auth.logged_in",
        "auth.registered",
        "auth.logged_in",
        "watchlist.item_added",
        "watchlist.item_updated",
        "watchlist.item_removed",
        "auth.login_failed",
        "auth.login_failed",
        "auth.logged_in",
        "auth.token_refreshed",
        "auth.token_refreshed",
        "auth.token_refreshed",
        "auth.token_replayed",
        "auth.password_refused",
        "auth.password_changed",
        "auth.logged_in",
        "auth.session_revoked",
        "admin.denied",
        "auth.logged_out",
        "auth.logged_in",
        "auth.account_deleted",
    ];
    expected.sort_unstable();
    assert_eq!(actions(&events), expected);
    let text = Value::from(events).to_string();
    for secret in [PASSWORD, "another long passphrase", "argon2", &ada, used["refresh_token"].as_str().unwrap()] {
        assert!(!text.contains(secret), "the trail contains {secret}");
    }
}

#[tokio::test]
async fn an_event_contains_actor_action_target_and_source() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    let call = app.post("/v1/watchlists/items").bearer(&ada.token).header("user-agent", "a \"quoted\",\tagent");
    let call = call.header("x-request-id", "request-1").json(&json!({"title": "Alien", "type": "movie"}));
    let item = call.send().await.expect(201)["item"].clone();
    let events = events(&app, &admin).await;
    let event = events.iter().find(|event| event["action"] == "watchlist.item_added").unwrap();
    let expected = json!({
        // An item is added once, so its id is also the id of the event.
        "id": item["id"],
        "at": item["created_at"],
        "action": "watchlist.item_added",
        "outcome": "success",
        "actor": {"id": ada.id, "email": "ada@example.com", "ip": "192.0.2.7", "user_agent": "a \"quoted\",agent"},
        "target": {"type": "item", "id": item["id"]},
        "changes": {"title": "Alien", "type": "movie"},
        "request_id": "request-1",
    });
    assert_eq!(event, &expected);
}

#[tokio::test]
async fn every_action_of_an_administrator_is_recorded() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    app.add(&ada, "Alien", "movie").await;
    let path = format!("/v1/admin/users/{}", ada.id);
    for path in ["/v1/admin/stats", "/v1/admin/users", &path, &format!("{path}/watchlist"), "/v1/admin/audit"] {
        app.clock.advance(1);
        app.get(path).bearer(&admin.token).send().await.expect(200);
    }
    app.clock.advance(1);
    app.patch(&path).bearer(&admin.token).json(&json!({"disabled": true})).send().await.expect(200);
    app.clock.advance(1);
    app.delete(&path).bearer(&admin.token).send().await.expect(204);
    app.store_events().await;
    let answer = app.get(&format!("/v1/admin/audit?user_id={}&limit=8", admin.id)).bearer(&admin.token).send().await;
    let events = answer.expect(200)["events"].as_array().unwrap().clone();
    let mut recorded: Vec<_> =
        events.iter().rev().map(|event| json!([event["action"], event["target"], event["changes"]])).collect();
    // The last two events have the same time.
    recorded[6..].sort_by_key(Value::to_string);
    let target = |kind: &str, id: &Value| json!({"type": kind, "id": id});
    let ada = json!(ada.id);
    assert_eq!(
        recorded,
        [
            json!(["admin.viewed", target("stats", &Value::Null), null]),
            json!(["admin.viewed", target("accounts", &Value::Null), null]),
            json!(["admin.viewed", target("account", &ada), null]),
            json!(["admin.viewed", target("watchlist", &ada), null]),
            json!(["admin.viewed", target("audit_trail", &Value::Null), null]),
            json!(["admin.user_changed", target("account", &ada), {"disabled": true}]),
            json!(["admin.user_deleted", target("account", &ada), {"email": "ada@example.com"}]),
            json!(["watchlist.cleared", target("watchlist", &ada), {"watchlist_items": 1}]),
        ]
    );
}

#[tokio::test]
async fn sqs_and_redis_are_called_concurrently_after_a_change() {
    let queue = TestQueue::create().await;
    let (sqs, redis) = (SqsProxy::start(&queue).await, RedisProxy::start(&redis::database_url()));
    let queue = Some(queue.through(sqs.endpoint()));
    let app = TestApp::with(Settings { queue, redis: patient(redis.url()), ..Settings::default() }).await;
    let ada = app.user("ada@example.com").await;
    app.add(&ada, "Alien", "movie").await;
    sqs.take_sent();
    redis.take_commands();
    app.dynamo.take_calls();

    // While SQS hangs, Redis receives the deletion.
    sqs.set_fault(SqsFault::Hang);
    let (mut is_deleted, mut sent) = (false, Vec::new());
    let both_called = until(|| {
        is_deleted |= redis.take_commands().iter().flatten().any(|word| word.eq_ignore_ascii_case("DEL"));
        sent.append(&mut sqs.take_sent());
        is_deleted && !sent.is_empty()
    });
    tokio::select! {
        _ = app.add(&ada, "Brazil", "movie") => panic!("the response did not wait for SQS"),
        () = both_called => {}
    }
    assert_eq!(app.dynamo.take_operations(), ["PutItem"]);
    assert_eq!(sent.len(), 1);

    // While Redis is slow, SQS receives the event.
    sqs.set_fault(SqsFault::None);
    app.add(&ada, "Casablanca", "movie").await;
    redis.set_fault(redis_proxy::Fault::Slow(Duration::from_millis(800)));
    sqs.take_sent();
    redis.take_round_trips();
    tokio::select! {
        _ = app.add(&ada, "Dune", "movie") => panic!("the response did not wait for Redis"),
        () = until(|| !sqs.take_sent().is_empty()) => {}
    }
    let answered = redis.take_round_trips();
    assert!(!answered.iter().flatten().any(|word| word.eq_ignore_ascii_case("DEL")), "{answered:?}");
}

async fn until(mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the condition should become true in time");
}

#[tokio::test]
async fn events_that_sqs_does_not_accept_reach_the_trail_through_the_outbox() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    for fault in [SqsFault::Refuse, SqsFault::LoseResponse] {
        sqs.set_fault(fault);
        app.add(&ada, "Alien", "movie").await;
    }
    sqs.set_fault(SqsFault::None);
    let events = events(&app, &admin).await;
    let added = events.iter().filter(|event| event["action"] == "watchlist.item_added").count();
    assert_eq!(added, 2);
    // Reading the events recorded an `admin.viewed` event.
    app.store_events().await;
    assert!(app.dynamo.trail_items().iter().all(|item| !item["pk"]["S"].as_str().unwrap().starts_with("OUTBOX#")));
}

#[tokio::test]
async fn after_a_failure_sqs_is_not_called_until_the_breaker_allows_it() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let ada = app.user("ada@example.com").await;
    sqs.set_fault(SqsFault::Refuse);
    sqs.take_sent();
    for _ in 0..20 {
        app.add(&ada, "Alien", "movie").await;
    }
    // The first write makes two attempts. On a slow machine, the breaker may allow more.
    assert!(sqs.take_sent().len() <= 6);
}

#[tokio::test]
async fn a_write_is_not_acknowledged_when_its_event_cannot_be_recorded() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let ada = app.user("ada@example.com").await;
    app.add(&ada, "Alien", "movie").await;
    sqs.set_fault(SqsFault::Refuse);
    app.dynamo.set_fault(Fault::ThrottleAfter(1));
    let call = app.post("/v1/watchlists/items").bearer(&ada.token).json(&json!({"title": "Brazil", "type": "movie"}));
    call.send().await.expect_problem(503, "UNAVAILABLE");
}

#[tokio::test]
async fn a_retry_with_the_idempotency_key_records_the_event_that_the_first_attempt_could_not() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    app.add(&ada, "Alien", "movie").await;
    let add = || {
        let call = app.post("/v1/watchlists/items").bearer(&ada.token).header("idempotency-key", "one");
        call.json(&json!({"title": "Brazil", "type": "movie"})).send()
    };
    sqs.set_fault(SqsFault::Refuse);
    app.dynamo.set_fault(Fault::ThrottleAfter(1));
    add().await.expect_problem(503, "UNAVAILABLE");
    sqs.set_fault(SqsFault::None);
    app.dynamo.set_fault(Fault::None);
    let item = add().await.expect(201)["item"].clone();
    add().await.expect(201);
    let events = events(&app, &admin).await;
    assert_eq!(events.iter().filter(|event| event["target"]["id"] == item["id"]).count(), 1);
}

#[tokio::test]
async fn a_registration_and_its_event_are_written_in_one_transaction() {
    let (app, sqs) = app_with_sqs_proxy().await;
    sqs.set_fault(SqsFault::Refuse);
    app.register("ada@example.com", PASSWORD).await.expect(201);
    app.register("ada@example.com", PASSWORD).await.expect(409);
    let entries: Vec<_> = app.dynamo.trail_items();
    assert_eq!(entries.len(), 1, "{entries:?}");
    let writes: Vec<_> = app.dynamo.take_operations();
    assert_eq!(writes.iter().filter(|operation| *operation == "PutItem").count(), 0, "{writes:?}");
}

#[tokio::test]
async fn sixteen_concurrent_writers_lose_no_event_and_inject_none() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    let newline = json!({"title": "Alien\n{\"action\":\"auth.logged_in\"}", "type": "movie"});
    app.post("/v1/watchlists/items").bearer(&ada.token).json(&newline).send().await.expect(422);
    let add = async |writer: usize| {
        for n in 0..5 {
            app.add(&ada, &format!("Title {writer}/{n} \u{2028} \\n \"x\","), "movie").await;
        }
    };
    futures_util::future::join_all((0..16).map(add)).await;
    let events = events(&app, &admin).await;
    let added: Vec<_> = events.iter().filter(|event| event["action"] == "watchlist.item_added").collect();
    let ids: std::collections::HashSet<_> = added.iter().map(|event| event["id"].as_str()).collect();
    assert_eq!((added.len(), ids.len()), (80, 80));
    assert_eq!(events.len(), 80 + 5);
}

#[tokio::test]
async fn concurrent_deletions_of_an_account_record_its_items_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let second = app.second_admin().await;
    let ada = app.user("ada@example.com").await;
    for n in 0..120 {
        app.add(&ada, &format!("Title {n}"), "movie").await;
    }
    let path = format!("/v1/admin/users/{}", ada.id);
    let delete = async |token: &str| app.delete(&path).bearer(token).send().await.status.as_u16();
    let deletions = [&admin, &second, &admin, &second].map(|by| delete(&by.token));
    let statuses = futures_util::future::join_all(deletions).await;
    assert!(statuses.iter().all(|status| [204, 404, 503].contains(status)), "{statuses:?}");
    let events = events(&app, &admin).await;
    assert_eq!(events.iter().filter(|event| event["action"] == "admin.user_deleted").count(), 1);
    let stats = app.get("/v1/admin/stats").bearer(&admin.token).send().await;
    assert_eq!(stats.expect(200)["watchlist_items"], 0);
    assert_eq!(stats.expect(200)["users"], 2);
}

#[tokio::test]
async fn an_administrator_action_without_effect_is_recorded() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    app.store_events().await;
    sqs.set_fault(SqsFault::Refuse);
    let path = format!("/v1/admin/users/{}", ada.id);
    app.patch(&path).bearer(&admin.token).json(&json!({"role": "user"})).send().await.expect(200);
    sqs.set_fault(SqsFault::None);
    let events = events(&app, &admin).await;
    assert_eq!(events.iter().filter(|event| event["action"] == "admin.user_changed").count(), 1);
}

#[tokio::test]
async fn characters_that_sqs_rejects_are_delivered_unchanged() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    sqs.take_sent();
    app.add(&ada, "\u{ffff}\u{fffe}\u{1f600}\u{e9}", "movie").await;
    assert_eq!(sqs.take_sent().len(), 1);
    let events = events(&app, &admin).await;
    assert!(events.iter().any(|event| event["changes"]["title"] == "\u{ffff}\u{fffe}\u{1f600}\u{e9}"));
}
