//! Tracked products: a product without favourites leaves the refresh rounds, but not too early.

use serde_json::json;
use shared::store::Products;

use super::{Scene, id, state};

fn is_tracked(scene: &Scene, product: u32) -> bool {
    let pk = format!("PRODUCT#{product}");
    state::items(&scene.app).iter().any(|item| item["pk"]["S"] == pk.as_str() && item["sk"]["S"] == "HELD")
}

#[tokio::test]
async fn a_product_without_favourites_is_untracked_after_an_hour() {
    let mut scene = Scene::with_favorites(2).await;
    scene.remove("1").await.expect(204);
    scene.advance(3590).await;
    assert_eq!(scene.run_round().await, 2);
    assert!(is_tracked(&scene, 1), "a favourite of it may be about to be added");
    scene.advance(20).await;
    assert_eq!(scene.run_round().await, 2);
    assert!(!is_tracked(&scene, 1) && is_tracked(&scene, 2));
    scene.reset_counters();
    assert_eq!(scene.run_round().await, 1);
    assert_eq!(scene.catalog.take_requests(), ["/products/2"]);
}

#[tokio::test]
async fn a_product_that_is_about_to_be_added_stays_tracked() {
    let mut scene = Scene::with_favorites(1).await;
    scene.remove("1").await.expect(204);
    scene.advance(2 * 3600).await;
    let event = scene.refresh_event(&[1]);
    // A product is tracked just before its favourite is added.
    let now = scene.app.clock.clock().now();
    Products::new(scene.app.dynamo.table()).track([&id(1)], now).await.unwrap();
    scene.run_worker(event).await;
    assert!(is_tracked(&scene, 1));
    scene.app.favorite(&scene.ada, &scene.customer, json!([1])).await.expect(201);
    scene.catalog.set_price(1, "12");
    assert_eq!(scene.run_round().await, 1);
    assert_eq!(scene.current(1).await.0, "12.00");
}

#[tokio::test]
async fn a_product_with_favourites_stays_tracked_at_any_age() {
    let mut scene = Scene::with_favorites(1).await;
    scene.advance(6 * 86_400).await;
    scene.catalog.remove(1);
    for _ in 0..2 {
        assert_eq!(scene.run_round().await, 1);
        assert!(is_tracked(&scene, 1));
    }
}

#[tokio::test]
async fn a_product_that_another_customer_added_stays_tracked() {
    let mut scene = Scene::with_favorites(1).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.remove("1").await.expect(204);
    scene.advance(2 * 3600).await;
    scene.app.favorite(&scene.ada, &other, json!([1])).await.expect(201);
    scene.run_round().await;
    assert!(is_tracked(&scene, 1));
}

#[tokio::test]
async fn a_product_that_cannot_be_fetched_stays_tracked() {
    let mut scene = Scene::with_favorites(1).await;
    scene.remove("1").await.expect(204);
    scene.advance(2 * 3600).await;
    scene.catalog.go_down();
    assert_eq!(scene.app.catalog_worker(scene.refresh_event(&[1])).await, super::failed(&["m"]));
    assert!(is_tracked(&scene, 1));
}
