//! What else may come through the queue.

use serde_json::json;
use shared::domain::rfc3339;

use super::{Scene, failed, request, state};

#[tokio::test]
async fn a_message_that_is_no_request_is_reported_and_harms_no_other() {
    let scene = Scene::holding(2).await;
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let good = |product: u32| request(&asked_at, &[product]).to_string();
    let huge = "x".repeat(262_144);
    let deep = "[".repeat(100_000);
    let poison = [
        ("bytes", "\u{0}\u{fffd}{"),
        ("empty", ""),
        ("huge", &huge),
        ("deep", &deep),
        ("list", "[]"),
        ("version", r#"{"version":2,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1"]}}"#),
        ("no version", r#"{"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1"]}}"#),
        ("no refresh", r#"{"version":1}"#),
        ("no instant", r#"{"version":1,"refresh":{"product_ids":["1"]}}"#),
        ("no products", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z"}}"#),
        ("an instant", r#"{"version":1,"refresh":{"asked_at":"soon","product_ids":["1"]}}"#),
        ("a product", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1","../1"]}}"#),
        ("numbers", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":[1]}}"#),
        ("whose", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1"],"customer":"me"}}"#),
        ("half", r#"{"version":1,"refresh":{"asked_at":"2026-03-01T12:00:00Z","product_ids":["1""#),
    ];
    scene.shop.set_price(1, "11");
    scene.shop.set_price(2, "12");
    let mut records = vec![json!({"messageId": "first", "body": good(1)})];
    records.extend(poison.map(|(id, body)| json!({"messageId": id, "body": body})));
    records.push(json!({"messageId": "last", "body": good(2)}));
    let report = scene.app.catalog_worker(json!({ "Records": records })).await;
    assert_eq!(report, failed(&poison.map(|(id, _)| id)));
    assert_eq!(scene.past(1).await, ["10.00", "11.00"]);
    assert_eq!(scene.past(2).await, ["10.00", "12.00"]);
    assert_eq!(scene.shop.take_asked(), ["/products/1", "/products/2"]);
}

#[tokio::test]
async fn a_request_for_nothing_and_one_for_what_nobody_knows_are_done_at_once() {
    let scene = Scene::holding(1).await;
    let before = state::items(&scene.app);
    scene.work(scene.asking(&[])).await;
    assert_eq!(state::items(&scene.app), before);
    scene.work(scene.asking(&[99])).await;
    let after = state::items(&scene.app);
    assert_eq!(after.len(), before.len() + 1, "what the catalogue said is kept");
    assert!(before.iter().all(|item| after.contains(item)));
}

#[tokio::test]
async fn a_request_for_nobody_in_particular_is_for_everybody() {
    let scene = Scene::holding(1).await;
    scene.shop.set_price(1, "11");
    let mut body = request(&rfc3339(scene.app.clock.clock().now()), &[1]);
    body["refresh"]["customer"] = json!(null);
    scene.work(super::batch(&[("m", body)])).await;
    assert_eq!(scene.past(1).await, ["10.00", "11.00"]);
}

#[tokio::test]
async fn ids_that_are_not_of_this_catalogue_are_gone_and_nobody_is_asked() {
    let scene = Scene::holding(1).await;
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let body = json!({"version": 1, "refresh": {"asked_at": asked_at, "product_ids": ["abc", "1", "007"]}});
    scene.shop.set_price(1, "11");
    scene.work(json!({"Records": [{"messageId": "m", "body": body.to_string()}]})).await;
    assert_eq!(scene.shop.take_asked(), ["/products/1"]);
    assert_eq!(scene.past(1).await, ["10.00", "11.00"]);
}

#[tokio::test]
async fn a_favourite_that_cannot_be_read_holds_up_no_other() {
    let scene = Scene::holding(2).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.app.favorite(&scene.ada, &other, json!([1])).await.expect(201);
    let is_it = |item: &serde_json::Value| {
        item["pk"]["S"] == format!("CUSTOMER#{other}#FAVORITES") && item["sk"]["S"] == "PRODUCT#1"
    };
    let mut damaged = state::items(&scene.app).into_iter().find(is_it).unwrap();
    damaged["current"] = json!({"S": "nonsense"});
    super::put_item(&scene.app, &damaged);
    scene.shop.set_price(1, "11");
    scene.shop.set_price(2, "12");
    scene.work(scene.asking(&[1, 2])).await;
    assert_eq!(scene.past(1).await, ["10.00", "11.00"]);
    assert_eq!(scene.past(2).await, ["10.00", "12.00"]);
    assert_eq!(state::items(&scene.app).into_iter().find(is_it).unwrap(), damaged);
    // It is held, though nobody can read it.
    scene.remove(1).await;
    scene.app.clock.advance(2 * 3600);
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.app.catalog_refresh().await["queued"], 2);
}
