//! What the trail tells of customers and favourites.

use serde_json::{Value, json};

use super::{actions, events};
use crate::support::{
    app::{TestApp, User},
    dynamo::Fault,
    functions::Settings,
    shop::Shop,
    sqs::TestQueue,
    sqs_wire::{SqsFault, SqsWire},
};

/// An app over a catalogue, whose way to SQS can be broken.
async fn wired() -> (TestApp, SqsWire) {
    let (queue, shop) = (TestQueue::create().await, Shop::with(5).await);
    let wire = SqsWire::before(&queue).await;
    let queue = Some(queue.through(wire.endpoint()));
    (TestApp::with(Settings { queue, catalog: shop.config(), ..Settings::default() }).await, wire)
}

/// Everything that can be done to a customer; gives its id.
async fn live(app: &TestApp, user: &User) -> String {
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

/// What the events say, oldest first.
fn said(events: &[Value], user: &User, customer: &str) -> Vec<Value> {
    let mine = |event: &&Value| !event["action"].as_str().unwrap().starts_with("auth.");
    let events: Vec<_> = events.iter().filter(mine).rev().collect();
    for event in &events {
        assert_eq!(event["target"], json!({"type": "customer", "id": customer}));
        assert_eq!((&event["actor"]["id"], &event["actor"]["email"]), (&json!(user.id), &json!("ada@example.com")));
        assert_eq!((&event["actor"]["ip"], &event["outcome"]), (&json!("192.0.2.7"), &json!("success")));
        assert!(!event["request_id"].as_str().unwrap().is_empty());
    }
    events.iter().map(|event| json!([event["action"], event["changes"]])).collect()
}

fn life() -> [Value; 7] {
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
async fn everything_that_is_done_to_a_customer_is_told_of_once_in_order() {
    let (app, _wire) = wired().await;
    let (ada, grace) = (app.user("ada@example.com").await, app.user("grace@example.com").await);
    let customer = live(&app, &ada).await;
    assert_eq!(said(&own_trail(&app, &ada, "").await, &ada, &customer), life());
    for event in life() {
        let action = event[0].as_str().unwrap();
        let found = own_trail(&app, &ada, &format!("&action={action}")).await;
        assert_eq!(actions(&found), [action]);
    }
    assert_eq!(actions(&own_trail(&app, &grace, "").await), ["auth.logged_in", "auth.registered"]);
}

#[tokio::test]
async fn it_is_told_of_once_also_when_the_queue_is_away_or_its_answers_are() {
    for fault in [SqsFault::Refuse, SqsFault::LoseAnswer] {
        let (app, wire) = wired().await;
        let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
        app.store_events().await;
        wire.set_fault(fault);
        let customer = live(&app, &ada).await;
        wire.set_fault(SqsFault::None);
        let events = events(&app, &admin).await;
        let hers: Vec<_> = events.into_iter().filter(|event| event["actor"]["id"] == json!(ada.id)).collect();
        assert_eq!(said(&hers, &ada, &customer), life());
    }
}

#[tokio::test]
async fn what_was_refused_or_changed_nothing_is_not_told_of() {
    let (app, _wire) = wired().await;
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
async fn a_change_and_its_event_are_one_wherever_the_table_fails() {
    let (app, wire) = wired().await;
    let ada = app.user("ada@example.com").await;
    let customer = app.customer(&ada, "grace@example.com").await;
    let path = format!("/v1/customers/{customer}");
    app.get(&path).bearer(&ada.token).send().await.expect(200);
    wire.set_fault(SqsFault::Refuse);
    let mut done = 0;
    for calls in 0..4 {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let body = json!({"name": format!("Name {calls}")});
        app.patch(&path).bearer(&ada.token).json(&body).send().await;
        app.dynamo.set_fault(Fault::None);
        let now = app.get(&path).bearer(&ada.token).send().await.expect(200)["name"].clone();
        done += usize::from(now == body["name"]);
    }
    wire.set_fault(SqsFault::None);
    assert!(done > 0 && done < 4, "{done}");
    assert_eq!(own_trail(&app, &ada, "&action=customer.updated").await.len(), done);
}

#[tokio::test]
async fn an_administrator_who_looks_is_not_shown_more_than_was_recorded() {
    let (app, wire) = wired().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    let customer = app.customer(&ada, "grace@example.com").await;
    for path in ["", "/favorites"] {
        app.get(&format!("/v1/customers/{customer}{path}")).bearer(&admin.token).send().await.expect(200);
    }
    app.get("/v1/customers").bearer(&admin.token).send().await.expect(200);
    app.store_events().await;
    // Neither the queue nor the outbox takes the event: the table's calls that a look makes get through.
    wire.set_fault(SqsFault::Refuse);
    for (path, calls) in [(format!("/v1/customers/{customer}"), 4), ("/v1/customers".to_owned(), 1)] {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let answer = app.get(&path).bearer(&admin.token).send().await;
        app.dynamo.set_fault(Fault::None);
        answer.expect_problem(503, "UNAVAILABLE");
    }
}

#[tokio::test]
async fn what_somebody_else_added_at_the_last_moment_is_not_counted_twice() {
    let (app, wire) = wired().await;
    let ada = app.user("ada@example.com").await;
    let customer = app.customer(&ada, "grace@example.com").await;
    // Only what stands in the outbox is told.
    wire.set_fault(SqsFault::Refuse);
    let held = app.dynamo.hold(|operation, _| operation == "TransactWriteItems");
    let other = async {
        held.reached().await;
        app.favorite(&ada, &customer, json!(2)).await.expect(201);
        held.release();
    };
    let (added, ()) = tokio::join!(app.favorite(&ada, &customer, json!([1, 2, 3])), other);
    let results: Vec<_> = added.expect(201)["results"].as_array().unwrap().iter().map(|it| &it["result"]).collect();
    assert_eq!(results, ["added", "duplicate", "added"]);
    wire.set_fault(SqsFault::None);
    let mut told = Vec::new();
    for event in own_trail(&app, &ada, "&action=favorite.added").await {
        let mut ids: Vec<_> = event["changes"]["product_ids"].as_str().unwrap().split(' ').collect();
        ids.sort_unstable();
        told.push((ids.join(" "), event["changes"]["favorites"].clone()));
    }
    told.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(told, [("1 3".to_owned(), json!(2)), ("2".to_owned(), json!(1))]);
}
