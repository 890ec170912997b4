//! `audit-worker`

use serde_json::{Value, json};

use super::events;
use crate::support::{app::TestApp, dynamo::Fault};

/// Returns `count` messages that the application sent.
async fn messages(app: &TestApp, count: usize) -> Vec<Value> {
    let ada = app.user("ada@example.com").await;
    app.store_events().await;
    for n in 0..count {
        app.add(&ada, &format!("Title {n}"), "movie").await;
    }
    let batch = app.settings.queue.as_ref().unwrap().take_batch().await;
    let records = batch["Records"].as_array().unwrap().clone();
    assert_eq!(records.len(), count);
    records
}

fn failed(ids: &[&str]) -> Value {
    json!({"batchItemFailures": ids.iter().map(|id| json!({"itemIdentifier": id})).collect::<Vec<_>>()})
}

async fn stats(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/v1/admin/stats").bearer(token).send().await;
    let mut stats = answer.expect(200).clone();
    stats.as_object_mut().unwrap().remove("as_of");
    stats
}

#[tokio::test]
async fn duplicate_and_reordered_messages_are_stored_and_counted_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let records = messages(&app, 6).await;
    let batch = |of: &[usize]| {
        let records: Vec<Value> = of
            .iter()
            .enumerate()
            .map(|(at, n)| json!({"messageId": at.to_string(), "body": records[*n]["body"]}))
            .collect();
        app.audit_worker(json!({ "Records": records }))
    };
    assert_eq!(batch(&[3, 1, 3]).await, failed(&[]));
    assert_eq!(batch(&[5, 4, 3, 2, 1, 0, 0, 1, 2]).await, failed(&[]));
    assert_eq!(batch(&[0, 1, 2, 3, 4, 5]).await, failed(&[]));
    let expected = json!({
        "status": "ok", "users": 2, "watchlist_items": 6, "customers": 0, "favorites": 0, "audit_events": 11,
    });
    assert_eq!(stats(&app, &admin.token).await, expected);
    assert_eq!(events(&app, &admin).await.len(), 11);
}

#[tokio::test]
async fn concurrent_workers_with_the_same_batch_store_it_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let batch = json!({"Records": messages(&app, 8).await});
    let workers = (0..4).map(|_| app.audit_worker(batch.clone()));
    for report in futures_util::future::join_all(workers).await {
        assert_eq!(report, failed(&[]));
    }
    assert_eq!(stats(&app, &admin.token).await["audit_events"], 13);
}

#[tokio::test]
async fn invalid_messages_are_reported_and_the_rest_of_the_batch_is_stored() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let mut records = messages(&app, 7).await;
    let mut newer: Value = serde_json::from_str(records[0]["body"].as_str().unwrap()).unwrap();
    newer["version"] = json!(2);
    for (id, body) in [("bytes", "\u{0}\u{fffd}{"), ("newer", &newer.to_string()), ("huge", &"x".repeat(262_144))] {
        records.insert(3, json!({"messageId": id, "body": body}));
    }
    assert_eq!(app.audit_worker(json!({ "Records": records })).await, failed(&["huge", "newer", "bytes"]));
    let stored = events(&app, &admin).await;
    assert_eq!(stored.iter().filter(|event| event["action"] == "watchlist.item_added").count(), 7);
}

#[tokio::test]
async fn a_batch_that_cannot_be_stored_is_reported_as_a_whole() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let records = messages(&app, 3).await;
    let ids: Vec<&str> = records.iter().map(|record| record["messageId"].as_str().unwrap()).collect();
    for fault in [Fault::Throttle, Fault::LoseResponse] {
        app.dynamo.set_fault(fault);
        assert_eq!(app.audit_worker(json!({ "Records": records })).await, failed(&ids));
    }
    app.dynamo.set_fault(Fault::None);
    assert_eq!(app.audit_worker(json!({ "Records": records })).await, failed(&[]));
    assert_eq!(stats(&app, &admin.token).await["audit_events"], 8);
}

#[tokio::test]
async fn a_batch_takes_one_read_and_one_transaction() {
    let app = TestApp::new().await;
    let _admin = app.admin().await;
    let records = messages(&app, 10).await;
    app.dynamo.take_calls();
    assert_eq!(app.audit_worker(json!({ "Records": records })).await, failed(&[]));
    assert_eq!(app.dynamo.take_operations(), ["BatchGetItem", "TransactWriteItems"]);
}

#[tokio::test]
async fn an_event_expires_after_the_retention_period() {
    let app = TestApp::new().await;
    let records = messages(&app, 1).await;
    app.audit_worker(json!({ "Records": records })).await;
    let now = app.clock.clock().now().as_second();
    let stored = app.dynamo.trail_items();
    let stored = stored.iter().find(|item| item["action"]["S"] == "watchlist.item_added").unwrap();
    let lifetime = stored["expires_at"]["N"].as_str().unwrap().parse::<i64>().unwrap() - now;
    assert!((364 * 86_400..=365 * 86_400).contains(&lifetime), "{lifetime}");
}

#[tokio::test]
async fn a_corrupt_profile_does_not_block_events() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let records = messages(&app, 3).await;
    let bob = app.user("bob@example.com").await;
    let mut profile =
        app.dynamo.items().into_iter().find(|item| item["pk"]["S"] == format!("USER#{}", bob.id)).unwrap();
    profile["role"] = json!({"S": "a role of a newer version"});
    let put = json!({"TableName": crate::support::dynamo::TABLE, "Item": profile});
    app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    let more = app.settings.queue.as_ref().unwrap().take_batch().await["Records"].as_array().unwrap().clone();
    let batch: Vec<Value> = records.into_iter().chain(more).collect();
    assert_eq!(app.audit_worker(json!({ "Records": batch })).await, failed(&[]));
    let stored = events(&app, &admin).await;
    assert_eq!(stored.iter().filter(|event| event["actor"]["id"] == bob.id.as_str()).count(), 2);
}
