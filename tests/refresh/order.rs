//! Concurrent and reordered refreshes: the newest data wins, and a change is recorded once.

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use shared::{
    domain::{CachedProduct, Favorite, Price, Snapshot, rfc3339},
    store::{Favorites, Products},
};

use super::{Scene, failed, id, request, sqs_event, state};

/// The first product with this price, or its absence, as fetched at `at`.
fn fetched(at: Timestamp, price: Option<&str>) -> CachedProduct {
    let snapshot = |price| Snapshot {
        title: "Product 1".to_owned(),
        image_url: Some("https://img.example.com/1.png".to_owned()),
        price: Price::parse(price).unwrap(),
        review: Some("good".to_owned()),
    };
    CachedProduct { product_id: id(1), fetched_at: at, snapshot: price.map(snapshot) }
}

async fn read(scene: &Scene, favorites: &Favorites) -> Favorite {
    favorites.get(scene.customer_id(), &id(1)).await.unwrap().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T12:10:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn older_data_never_overwrites_newer_data() {
    let scene = Scene::with_favorites(1).await;
    scene.app.clock.advance(600);
    scene.catalog.set_price(1, "12");
    scene.run_worker(scene.refresh_event(&[1])).await;
    let before = state::items(&scene.app).into_iter().filter(|item| item["sk"]["S"] != "CACHED").collect::<Vec<_>>();
    // A slow worker caches older data, and an old message uses it.
    let products = Products::new(scene.app.dynamo.table());
    for price in [Some("11"), None] {
        let slow = fetched("2026-03-01T12:05:00Z".parse().unwrap(), price);
        products.put(&slow).await.unwrap();
        scene.reset_counters();
        scene.run_worker(sqs_event(&[("old", request("2026-03-01T12:04:00.000Z", &[1]))])).await;
        assert_eq!(scene.catalog.take_requests(), [] as [String; 0]);
        let after = state::items(&scene.app).into_iter().filter(|item| item["sk"]["S"] != "CACHED");
        assert_eq!(after.collect::<Vec<_>>(), before);
    }
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00"]);
}

#[tokio::test]
async fn a_refresh_of_an_outdated_read_writes_nothing() {
    let scene = Scene::with_favorites(1).await;
    let favorites = Favorites::new(scene.app.dynamo.table());
    let refresh = async |read: &Favorite, at, price| {
        favorites.refresh(scene.customer_id(), read, &fetched(after(at), price)).await.unwrap()
    };
    let first = read(&scene, &favorites).await;
    assert!(refresh(&first, 10, Some("12")).await);
    // The same read, with each kind of update: another price, unavailable, confirmed.
    for (at, price) in [(5, Some("11")), (20, Some("13")), (20, None), (7200, Some("10"))] {
        assert!(!refresh(&first, at, price).await, "{at} {price:?}");
    }
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00"]);
    let second = read(&scene, &favorites).await;
    assert_eq!(rfc3339(second.current.refreshed_at), rfc3339(after(10)));
    assert!(refresh(&second, 20, Some("13")).await);
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00", "13.00"]);
}

#[tokio::test]
async fn a_favourite_that_was_removed_and_added_again_is_not_updated_by_an_old_read() {
    let scene = Scene::with_favorites(1).await;
    let favorites = Favorites::new(scene.app.dynamo.table());
    let first = read(&scene, &favorites).await;
    scene.remove("1").await.expect(204);
    for (at, price) in [(20, Some("13")), (20, None), (7200, Some("10"))] {
        let written = favorites.refresh(scene.customer_id(), &first, &fetched(after(at), price)).await.unwrap();
        assert!(!written, "the favourite is removed: {at} {price:?}");
    }
    let is_left = |item: &serde_json::Value| item["pk"]["S"].as_str().unwrap().ends_with("#FAVORITES");
    assert!(!state::items(&scene.app).iter().any(is_left), "a removed favourite is back");
    scene.add_first(1).await;
    // Not even when the id is the same.
    let mut second = read(&scene, &favorites).await;
    second.id = first.id;
    for (at, price) in [(20, Some("13")), (7200, Some("10"))] {
        assert!(!favorites.refresh(scene.customer_id(), &second, &fetched(after(at), price)).await.unwrap());
    }
    assert_eq!(scene.price_history(1).await, ["10.00"]);
}

#[tokio::test]
async fn concurrent_workers_with_the_same_message_record_a_change_once() {
    for _ in 0..5 {
        let scene = Scene::with_favorites(3).await;
        scene.catalog.set_price(1, "11");
        scene.catalog.remove(2);
        let event = scene.refresh_event(&[1, 2, 3]);
        let workers = (0..4).map(|_| scene.app.catalog_worker(event.clone()));
        for report in join_all(workers).await {
            assert_eq!(report, failed(&[]));
        }
        assert_eq!(scene.price_history(1).await, ["10.00", "11.00"]);
        assert_eq!(scene.price_history(2).await, ["10.00", "gone"]);
        assert_eq!(scene.price_history(3).await, ["10.00"]);
    }
}

#[tokio::test]
async fn a_message_that_is_delivered_twice_changes_nothing_and_sends_no_request() {
    let scene = Scene::with_favorites(3).await;
    scene.catalog.set_price(1, "11");
    scene.catalog.remove(2);
    let event = scene.refresh_event(&[1, 2, 3]);
    scene.run_worker(event.clone()).await;
    let before = state::items(&scene.app);
    scene.reset_counters();
    // A later change of the price does not matter for this message.
    scene.catalog.set_price(1, "12");
    scene.run_worker(event).await;
    assert_eq!(scene.catalog.take_requests(), [] as [String; 0]);
    assert_eq!(state::items(&scene.app), before);
}

#[tokio::test]
async fn reordered_messages_end_in_the_newest_state() {
    let scene = Scene::with_favorites(1).await;
    let (early, late) = (scene.refresh_event(&[1]), scene.refresh_event(&[1]));
    scene.app.clock.advance(10);
    scene.catalog.set_price(1, "12");
    scene.run_worker(late).await;
    scene.catalog.set_price(1, "13");
    scene.run_worker(early).await;
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00"], "data fetched since the request is used");
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00", "13.00"]);
}

#[tokio::test]
async fn a_product_that_is_listed_twice_is_fetched_once() {
    let scene = Scene::with_favorites(1).await;
    scene.catalog.set_price(1, "12");
    let mut event = scene.refresh_event(&[1, 1, 1]);
    let body = event["Records"][0]["body"].clone();
    event["Records"].as_array_mut().unwrap().push(json!({"messageId": "same", "body": body}));
    scene.run_worker(event).await;
    assert_eq!(scene.catalog.take_requests(), ["/products/1"]);
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00"]);
}
