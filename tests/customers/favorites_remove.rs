//! `DELETE /v1/customers/{customer_id}/favorites/{product_id}`

use serde_json::{Value, json};

use super::{Scene, results};
use crate::support::dynamo::Fault;

#[tokio::test]
async fn removing_a_favourite_removes_its_history_and_is_audited_once() {
    let scene = Scene::with_products(2).await;
    scene.add(json!([1, 2])).await.expect(201);
    for price in ["11.00", "12.00"] {
        scene.app.clock.advance(60);
        scene.catalog.set_price(1, price);
        scene.catalog.set_price(2, price);
        scene.refresh().await;
    }
    let history = || scene.app.dynamo.items_under(&format!("CUSTOMER#{}#HISTORY", scene.customer));
    assert_eq!(history().len(), 4);
    assert_eq!(scene.remove("1").await.expect(204), &Value::Null);
    scene.remove("1").await.expect_problem(404, "NOT_FOUND");
    assert_eq!(history().len(), 2, "the other's stays");
    assert_eq!(scene.favorites().await.len(), 1);
    let gone = scene.app.get(&scene.path("/favorites/1/history")).bearer(&scene.ada.token).send().await;
    gone.expect_problem(404, "NOT_FOUND");
    let events = scene.audit_events("favorite.removed").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["changes"], json!({"product_id": "1"}));
    assert_eq!(events[0]["target"], json!({"type": "customer", "id": scene.customer}));
    assert_eq!(events[0]["actor"]["id"], scene.ada.id);
}

#[tokio::test]
async fn a_removed_favourite_can_be_added_again_with_new_values() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    scene.remove("1").await.expect(204);
    scene.app.clock.advance(60);
    scene.catalog.set_price(1, "8.00");
    assert_eq!(results(&scene.add(json!(1)).await), ["1 added"]);
    let favorite = scene.favorites().await[0].clone();
    assert_eq!((&favorite["price"], &favorite["price_change"]), (&json!("8.00"), &json!("0.00")));
}

#[tokio::test]
async fn an_invalid_product_id_is_404_and_removes_nothing() {
    let scene = Scene::with_products(2).await;
    scene.add(json!([1, 2])).await.expect(201);
    let before = scene.stored();
    for product in
        ["3", "..%2F1", "%2E%2E", "1%23", "1%00", "%F0%9F%98%80", "1%20", "01", &"x".repeat(65), "PRODUCT%231"]
    {
        scene.remove(product).await.expect_problem(404, "NOT_FOUND");
        let history = scene.app.get(&scene.path(&format!("/favorites/{product}/history"))).bearer(&scene.ada.token);
        history.send().await.expect_problem(404, "NOT_FOUND");
    }
    assert_eq!(scene.stored(), before);
    assert_eq!(scene.audit_events("favorite.removed").await, Vec::<Value>::new());
}

#[tokio::test]
async fn ten_concurrent_removals_of_one_favourite_let_exactly_one_win() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    let answers = futures_util::future::join_all((0..10).map(|_| scene.remove("1"))).await;
    assert_eq!(super::statuses(&answers).into_iter().collect::<Vec<_>>(), [(204, 1), (404, 9)]);
    assert_eq!(scene.audit_events("favorite.removed").await.len(), 1);
}

#[tokio::test]
async fn a_failed_removal_is_not_acknowledged() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    scene.get().await.expect(200);
    for calls in [0, 1] {
        scene.app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        scene.remove("1").await.expect_problem(503, "UNAVAILABLE");
        scene.app.dynamo.set_fault(Fault::None);
        assert_eq!(scene.favorites().await.len(), 1);
    }
    assert_eq!(scene.audit_events("favorite.removed").await, Vec::<Value>::new());
    // A history that cannot be removed remains, but it is not reachable.
    scene.app.dynamo.set_fault(Fault::ThrottleAfter(2));
    scene.remove("1").await.expect(204);
    scene.app.dynamo.set_fault(Fault::None);
    assert_eq!(scene.audit_events("favorite.removed").await.len(), 1);
}
