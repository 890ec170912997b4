//! Audit events of customers and favourites.

use serde_json::{Value, json};

use super::{actions, events};
use crate::support::{
    app::{TestApp, User},
    dynamo::Fault,
    fake_catalog::FakeCatalog,
    functions::Settings,
    sqs::TestQueue,
    sqs_proxy::{SqsFault, SqsProxy},
};

/// An app with a catalogue and an SQS proxy that can inject faults.
async fn app_with_sqs_proxy() -> (TestApp, SqsProxy) {
    let (queue, catalog) = (TestQueue::create().await, FakeCatalog::with_products(5).await);
    let sqs = SqsProxy::start(&queue).await;
    let queue = Some(queue.through(sqs.endpoint()));
    (TestApp::with(Settings { queue, catalog: catalog.config(), ..Settings::default() }).await, sqs)
}

/// Performs every audited operation on a customer and returns its id.
async fn perform_all_operations(app: &TestApp, user: &User) -> String {
    let customer = app.customer(user, "grace@example.com").await;
    let path = format!("/v1/customers/{customer}");
    let body = json!({"name": "Hopper", "email": "hopper@example.com"});
    app.put(&path).bearer(&user.token).json(&body).send().await.expect(200);
    app.favorite(user, &customer, json!([1, 2, 3])).await.expect(201);
    app.delete(&format!("{path}/favorites/2")).bearer(&user.token).send().await.expect(204);
    app.post(&format!("{path}/favorites/refresh")).bearer(&user.token).send().await.expect(202);
    app.delete(&path).bearer(&user.token).send().await.expect(204);
    customer
}

/// Checks the common fields of the customer events and returns the rest, oldest first.
fn actions_and_changes(events: &[Value], user: &User, customer: &str) -> Vec<Value> {
    let is_customer_event = |event: &&Value| !event["action"].as_str().unwrap().starts_with("auth.");
    let events: Vec<_> = events.iter().filter(is_customer_event).rev().collect();
    for event in &events {
        assert_eq!(event["target"], json!({"type": "customer", "id": customer}));
        assert_eq!((&event["actor"]["id"], &event["actor"]["email"]), (&json!(user.id), &json!("ada@example.com")));
        assert_eq!((&event["actor"]["ip"], &event["outcome"]), (&json!("192.0.2.7"), &json!("success")));
        assert!(!event["request_id"].as_str().unwrap().is_empty());
    }
    events.iter().map(|event| json!([event["action"], event["changes"]])).collect()
}

/// The events of [`perform_all_operations`].
fn expected_events() -> [Value; 7] {
    [
        json!(["customer.created", {"name": "Customer", "email": "grace@example.com"}]),
        json!(["customer.updated", {"name": "Hopper", "email": "hopper@example.com"}]),
        json!(["favorite.added", {"product_ids": "1 2 3", "favorites": 3}]),
        json!(["favorite.removed", {"product_id": "2"}]),
        json!(["favorite.refresh_requested", {"queued": 2}]),
        json!(["customer.deleted", {"email": "hopper@example.com"}]),
        json!(["favorite.cleared", {"favorites": 2}]),
    ]
}

async fn own_trail(app: &TestApp, user: &User, query: &str) -> Vec<Value> {
    app.store_events().await;
    let answer = app.get(&format!("/v1/auth/audit?limit=100{query}")).bearer(&user.token).send().await;
    answer.expect(200)["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_operation_on_a_customer_is_audited_once_in_order() {
    let (app, _sqs) = app_with_sqs_proxy().await;
    let (ada, grace) = (app.user("ada@example.com").await, app.user("grace@example.com").await);
    let customer = perform_all_operations(&app, &ada).await;
    assert_eq!(actions_and_changes(&own_trail(&app, &ada, "").await, &ada, &customer), expected_events());
    for event in expected_events() {
        let action = event[0].as_str().unwrap();
        let found = own_trail(&app, &ada, &format!("&action={action}")).await;
        assert_eq!(actions(&found), [action]);
    }
    assert_eq!(actions(&own_trail(&app, &grace, "").await), ["auth.logged_in", "auth.registered"]);
}

#[tokio::test]
async fn operations_are_audited_once_while_sqs_is_down_or_loses_responses() {
    for fault in [SqsFault::Refuse, SqsFault::LoseResponse] {
        let (app, sqs) = app_with_sqs_proxy().await;
        let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
        app.store_events().await;
        sqs.set_fault(fault);
        let customer = perform_all_operations(&app, &ada).await;
        sqs.set_fault(SqsFault::None);
        let events = events(&app, &admin).await;
        let adas: Vec<_> = events.into_iter().filter(|event| event["actor"]["id"] == json!(ada.id)).collect();
        assert_eq!(actions_and_changes(&adas, &ada, &customer), expected_events());
    }
}

#[tokio::test]
async fn rejected_and_no_op_requests_are_not_audited() {
    let (app, _sqs) = app_with_sqs_proxy().await;
    let ada = app.user("ada@example.com").await;
    let customer = app.customer(&ada, "grace@example.com").await;
    app.customer(&ada, "taken@example.com").await;
    let path = format!("/v1/customers/{customer}");
    app.favorite(&ada, &customer, json!(1)).await.expect(201);
    let before = actions(&own_trail(&app, &ada, "").await).join(" ");
    let patch = |body: Value| app.patch(&path).bearer(&ada.token).json(&body).send();
    patch(json!({"name": "Customer"})).await.expect(200);
    patch(json!({"email": "taken@example.com"})).await.expect(409);
    patch(json!({"name": ""})).await.expect(422);
    let stale = app.delete(&path).bearer(&ada.token).header("if-match", "\"9\"").send().await;
    stale.expect(412);
    app.favorite(&ada, &customer, json!(1)).await.expect(409);
    app.favorite(&ada, &customer, json!(99)).await.expect(404);
    app.delete(&format!("{path}/favorites/4")).bearer(&ada.token).send().await.expect(404);
    for path in ["/v1/customers", &path, &format!("{path}/favorites"), &format!("{path}/favorites/1/history")] {
        app.get(path).bearer(&ada.token).send().await.expect(200);
    }
    assert_eq!(actions(&own_trail(&app, &ada, "").await).join(" "), before);
}

#[tokio::test]
async fn a_change_and_its_event_are_stored_together_or_not_at_all() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let ada = app.user("ada@example.com").await;
    let customer = app.customer(&ada, "grace@example.com").await;
    let path = format!("/v1/customers/{customer}");
    app.get(&path).bearer(&ada.token).send().await.expect(200);
    sqs.set_fault(SqsFault::Refuse);
    let mut changed = 0;
    for calls in 0..4 {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let body = json!({"name": format!("Name {calls}")});
        app.patch(&path).bearer(&ada.token).json(&body).send().await;
        app.dynamo.set_fault(Fault::None);
        let now = app.get(&path).bearer(&ada.token).send().await.expect(200)["name"].clone();
        changed += usize::from(now == body["name"]);
    }
    sqs.set_fault(SqsFault::None);
    assert!(changed > 0 && changed < 4, "{changed}");
    assert_eq!(own_trail(&app, &ada, "&action=customer.updated").await.len(), changed);
}

#[tokio::test]
async fn administrators_see_no_data_when_the_access_cannot_be_audited() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    let customer = app.customer(&ada, "grace@example.com").await;
    for path in ["", "/favorites"] {
        app.get(&format!("/v1/customers/{customer}{path}")).bearer(&admin.token).send().await.expect(200);
    }
    app.get("/v1/customers").bearer(&admin.token).send().await.expect(200);
    app.store_events().await;
    // Only the reads of the request succeed. Both the queue and the outbox reject the event.
    sqs.set_fault(SqsFault::Refuse);
    for (path, calls) in [(format!("/v1/customers/{customer}"), 4), ("/v1/customers".to_owned(), 1)] {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let answer = app.get(&path).bearer(&admin.token).send().await;
        app.dynamo.set_fault(Fault::None);
        answer.expect_problem(503, "UNAVAILABLE");
    }
}

#[tokio::test]
async fn a_favourite_added_by_a_concurrent_request_is_audited_once() {
    let (app, sqs) = app_with_sqs_proxy().await;
    let ada = app.user("ada@example.com").await;
    let customer = app.customer(&ada, "grace@example.com").await;
    // Only events in the outbox reach the trail.
    sqs.set_fault(SqsFault::Refuse);
    let paused = app.dynamo.pause_next(|operation, _| operation == "TransactWriteItems");
    let other = async {
        paused.arrived().await;
        app.favorite(&ada, &customer, json!(2)).await.expect(201);
        paused.resume();
    };
    let (added, ()) = tokio::join!(app.favorite(&ada, &customer, json!([1, 2, 3])), other);
    let results: Vec<_> = added.expect(201)["results"].as_array().unwrap().iter().map(|it| &it["result"]).collect();
    assert_eq!(results, ["added", "duplicate", "added"]);
    sqs.set_fault(SqsFault::None);
    let mut audited = Vec::new();
    for event in own_trail(&app, &ada, "&action=favorite.added").await {
        let mut ids: Vec<_> = event["changes"]["product_ids"].as_str().unwrap().split(' ').collect();
        ids.sort_unstable();
        audited.push((ids.join(" "), event["changes"]["favorites"].clone()));
    }
    audited.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(audited, [("1 3".to_owned(), json!(2)), ("2".to_owned(), json!(1))]);
}
