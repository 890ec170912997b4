//! Which products are held: a product that nobody holds any more leaves the rounds, and not too early.

use serde_json::json;
use shared::store::Products;

use super::{Scene, id, state};

fn is_marked(scene: &Scene, product: u32) -> bool {
    let pk = format!("PRODUCT#{product}");
    state::items(&scene.app).iter().any(|item| item["pk"]["S"] == pk.as_str() && item["sk"]["S"] == "HELD")
}

#[tokio::test]
async fn a_product_that_nobody_holds_any_more_leaves_the_rounds_after_an_hour() {
    let mut scene = Scene::holding(2).await;
    scene.remove(1).await;
    scene.wait(3590).await;
    assert_eq!(scene.round().await, 2);
    assert!(is_marked(&scene, 1), "somebody may be about to add it");
    scene.wait(20).await;
    assert_eq!(scene.round().await, 2);
    assert!(!is_marked(&scene, 1) && is_marked(&scene, 2));
    scene.forget();
    assert_eq!(scene.round().await, 1);
    assert_eq!(scene.shop.take_asked(), ["/products/2"]);
}

#[tokio::test]
async fn a_product_that_somebody_is_about_to_add_stays_in_the_rounds() {
    let mut scene = Scene::holding(1).await;
    scene.remove(1).await;
    scene.wait(2 * 3600).await;
    let event = scene.asking(&[1]);
    // The mark is set just before the favourite.
    let now = scene.app.clock.clock().now();
    Products::new(scene.app.dynamo.table()).track([&id(1)], now).await.unwrap();
    scene.work(event).await;
    assert!(is_marked(&scene, 1));
    scene.app.favorite(&scene.ada, &scene.customer, json!([1])).await.expect(201);
    scene.shop.set_price(1, "12");
    assert_eq!(scene.round().await, 1);
    assert_eq!(scene.now(1).await.0, "12.00");
}

#[tokio::test]
async fn a_product_that_is_held_keeps_its_mark_however_old() {
    let mut scene = Scene::holding(1).await;
    scene.wait(6 * 86_400).await;
    scene.shop.take_away(1);
    for _ in 0..2 {
        assert_eq!(scene.round().await, 1);
        assert!(is_marked(&scene, 1));
    }
}

#[tokio::test]
async fn a_product_that_is_added_again_by_somebody_else_keeps_its_mark() {
    let mut scene = Scene::holding(1).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.remove(1).await;
    scene.wait(2 * 3600).await;
    scene.app.favorite(&scene.ada, &other, json!([1])).await.expect(201);
    scene.round().await;
    assert!(is_marked(&scene, 1));
}

#[tokio::test]
async fn a_product_of_which_the_catalogue_says_nothing_keeps_its_mark() {
    let mut scene = Scene::holding(1).await;
    scene.remove(1).await;
    scene.wait(2 * 3600).await;
    scene.shop.set_down(true);
    assert_eq!(scene.app.catalog_worker(scene.asking(&[1])).await, super::failed(&["m"]));
    assert!(is_marked(&scene, 1));
}
