//! Invalid and unusual messages of the refresh queue.

use serde_json::json;
use shared::domain::rfc3339;

use super::{Scene, failed, request, state};

#[tokio::test]
async fn an_invalid_message_fails_and_the_others_are_processed() {
    let scene = Scene::with_favorites(2).await;
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let valid = |product: u32| request(&asked_at, &[product]).to_string();
    let huge = "x".repeat(262_144);
    let deep = "[".repeat(100_000);
    let invalid = [
        ("bytes", "\u{0}\u{fffd}{"),
        ("empty", ""),
        ("huge", &huge),
        ("deep", &deep),
        ("list", "[]"),
        ("version", r#"{"version":2,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1"]}}"#),
        ("no version", r#"{"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1"]}}"#),
        ("no refresh", r#"{"version":1}"#),
        ("no time", r#"{"version":1,"refresh":{"product_ids":["1"]}}"#),
        ("no products", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z"}}"#),
        ("invalid time", r#"{"version":1,"refresh":{"asked_at":"soon","product_ids":["1"]}}"#),
        (
            "invalid product",
            r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1","../1"]}}"#,
        ),
        ("numbers", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":[1]}}"#),
        (
            "customer",
            r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1"],"customer":"me"}}"#,
        ),
        ("half", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1""#),
    ];
    scene.catalog.set_price(1, "11");
    scene.catalog.set_price(2, "12");
    let mut records = vec![json!({"messageId": "first", "body": valid(1)})];
    records.extend(invalid.map(|(id, body)| json!({"messageId": id, "body": body})));
    records.push(json!({"messageId": "last", "body": valid(2)}));
    let report = scene.app.catalog_worker(json!({ "Records": records })).await;
    assert_eq!(report, failed(&invalid.map(|(id, _)| id)));
    assert_eq!(scene.price_history(1).await, ["10.00", "11.00"]);
    assert_eq!(scene.price_history(2).await, ["10.00", "12.00"]);
    assert_eq!(scene.catalog.take_requests(), ["/products/1", "/products/2"]);
}

#[tokio::test]
async fn a_request_without_products_and_one_for_an_unknown_product_succeed() {
    let scene = Scene::with_favorites(1).await;
    let before = state::items(&scene.app);
    scene.run_worker(scene.refresh_event(&[])).await;
    assert_eq!(state::items(&scene.app), before);
    scene.run_worker(scene.refresh_event(&[99])).await;
    let after = state::items(&scene.app);
    assert_eq!(after.len(), before.len() + 1, "the absence is cached");
    assert!(before.iter().all(|item| after.contains(item)));
}

#[tokio::test]
async fn a_request_without_a_customer_is_for_all_customers() {
    let scene = Scene::with_favorites(1).await;
    scene.catalog.set_price(1, "11");
    let mut body = request(&rfc3339(scene.app.clock.clock().now()), &[1]);
    body["refresh"]["customer"] = json!(null);
    scene.run_worker(super::sqs_event(&[("m", body)])).await;
    assert_eq!(scene.price_history(1).await, ["10.00", "11.00"]);
}

#[tokio::test]
async fn invalid_ids_are_absent_without_a_request() {
    let scene = Scene::with_favorites(1).await;
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let body = json!({"version": 1, "refresh": {"asked_at": asked_at, "product_ids": ["abc", "1", "007"]}});
    scene.catalog.set_price(1, "11");
    scene.run_worker(json!({"Records": [{"messageId": "m", "body": body.to_string()}]})).await;
    assert_eq!(scene.catalog.take_requests(), ["/products/1"]);
    assert_eq!(scene.price_history(1).await, ["10.00", "11.00"]);
}

#[tokio::test]
async fn an_unreadable_favourite_does_not_block_the_others() {
    let scene = Scene::with_favorites(2).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.app.favorite(&scene.ada, &other, json!([1])).await.expect(201);
    let is_it = |item: &serde_json::Value| {
        item["pk"]["S"] == format!("CUSTOMER#{other}#FAVORITES") && item["sk"]["S"] == "PRODUCT#1"
    };
    let mut damaged = state::items(&scene.app).into_iter().find(is_it).unwrap();
    damaged["current"] = json!({"S": "nonsense"});
    super::put_item(&scene.app, &damaged);
    scene.catalog.set_price(1, "11");
    scene.catalog.set_price(2, "12");
    scene.run_worker(scene.refresh_event(&[1, 2])).await;
    assert_eq!(scene.price_history(1).await, ["10.00", "11.00"]);
    assert_eq!(scene.price_history(2).await, ["10.00", "12.00"]);
    assert_eq!(state::items(&scene.app).into_iter().find(is_it).unwrap(), damaged);
    // The unreadable favourite still counts: the product stays tracked.
    scene.remove("1").await.expect(204);
    scene.app.clock.advance(2 * 3600);
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.app.catalog_refresh().await["queued"], 2);
}
