//! `GET /v1/admin/stats`

use serde_json::{Value, json};

use crate::support::{app::TestApp, fake_catalog::FakeCatalog, functions::Settings};

#[tokio::test]
async fn it_returns_the_totals_of_the_stored_events() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    for n in 0..5 {
        app.add(&ada, &format!("Title {n}"), "show").await;
    }
    app.store_events().await;
    app.dynamo.take_calls();
    let answer = app.get("/v1/admin/stats").bearer(&admin.token).send().await;
    let body = answer.expect(200);
    let expected = json!({
        "status": "ok", "users": 2, "watchlist_items": 5, "customers": 0, "favorites": 0, "audit_events": 10,
        "as_of": body["as_of"],
    });
    assert_eq!(body, &expected);
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "GetItem", "Query"]);
}

/// Counts the items in the table.
fn recount(app: &TestApp) -> Value {
    let items = app.dynamo.items();
    let count = |is_one: &dyn Fn(&str, &str) -> bool| {
        let is_one = |item: &&Value| is_one(item["pk"]["S"].as_str().unwrap(), item["sk"]["S"].as_str().unwrap());
        items.iter().filter(is_one).count()
    };
    json!({
        "users": count(&|_, sk| sk == "PROFILE"),
        "watchlist_items": count(&|_, sk| sk.starts_with("ITEM#")),
        "customers": count(&|pk, sk| pk.starts_with("CUSTOMER#") && sk == "OWNER"),
        "favorites": count(&|pk, _| pk.ends_with("#FAVORITES")),
    })
}

#[tokio::test]
async fn the_counters_equal_a_recount_of_the_table() {
    let catalog = FakeCatalog::with_products(60).await;
    let app = TestApp::with(Settings { catalog: catalog.config(), ..Settings::default() }).await;
    let (admin, ada, grace) =
        (app.admin().await, app.user("ada@example.com").await, app.user("grace@example.com").await);
    let check = async |expected: Value| {
        // Events may be delivered more than once.
        for _ in 0..2 {
            app.store_events().await;
        }
        let answer = app.get("/v1/admin/stats").bearer(&admin.token).send().await;
        for (name, number) in recount(&app).as_object().unwrap() {
            assert_eq!(&answer.expect(200)[name], number, "{name}");
        }
        assert_eq!(recount(&app), expected);
    };
    let mut customers = Vec::new();
    for n in 0..6 {
        let owner = if n < 4 { &ada } else { &grace };
        customers.push((owner, app.customer(owner, &format!("c{n}@example.com")).await));
    }
    for (owner, customer) in &customers {
        let ids: Vec<u32> = (1..=40).collect();
        let (one, two) =
            tokio::join!(app.favorite(owner, customer, json!(ids)), app.favorite(owner, customer, json!(ids)));
        assert!(one.status == 201 || two.status == 201);
    }
    check(json!({"users": 3, "watchlist_items": 0, "customers": 6, "favorites": 240})).await;
    // Rejected, repeated and no-op requests are not counted.
    let (owner, customer) = &customers[0];
    app.favorite(owner, customer, json!([1, 2])).await.expect(409);
    app.favorite(owner, customer, json!([99])).await.expect(404);
    let path = format!("/v1/customers/{customer}");
    app.patch(&path).bearer(&owner.token).json(&json!({"name": "Other"})).send().await.expect(200);
    for status in [204, 404] {
        let removed = app.delete(&format!("{path}/favorites/7")).bearer(&owner.token).send().await;
        removed.expect(status);
    }
    check(json!({"users": 3, "watchlist_items": 0, "customers": 6, "favorites": 239})).await;
    app.delete(&path).bearer(&owner.token).send().await.expect(204);
    check(json!({"users": 3, "watchlist_items": 0, "customers": 5, "favorites": 200})).await;
    app.delete(&format!("/v1/admin/users/{}", ada.id)).bearer(&admin.token).send().await.expect(204);
    check(json!({"users": 2, "watchlist_items": 0, "customers": 2, "favorites": 80})).await;
}
