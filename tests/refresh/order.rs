//! Sightings in any order, from several at once: what is newest stands, and is told once.

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use shared::{
    domain::{Favorite, Price, CachedProduct, Snapshot, rfc3339},
    store::{Favorites, Products},
};

use super::{Scene, batch, failed, id, request, state};

/// What the first product costs at an instant; `None` when it is gone.
fn sighting(at: Timestamp, price: Option<&str>) -> CachedProduct {
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

fn later(seconds: i64) -> Timestamp {
    let begin: Timestamp = "2026-03-01T12:10:00Z".parse().unwrap();
    begin + jiff::SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn an_older_sighting_never_overwrites_a_newer_one() {
    let scene = Scene::holding(1).await;
    scene.app.clock.advance(600);
    scene.shop.set_price(1, "12");
    scene.work(scene.asking(&[1])).await;
    let before = state::items(&scene.app).into_iter().filter(|item| item["sk"]["S"] != "CACHED").collect::<Vec<_>>();
    // A worker that was slow keeps what it saw earlier, and an old message takes it for good.
    let products = Products::new(scene.app.dynamo.table());
    for price in [Some("11"), None] {
        let slow = sighting("2026-03-01T12:05:00Z".parse().unwrap(), price);
        products.put(&slow).await.unwrap();
        scene.forget();
        scene.work(batch(&[("old", request("2026-03-01T12:04:00.000Z", &[1]))])).await;
        assert_eq!(scene.shop.take_asked(), [] as [String; 0]);
        let after = state::items(&scene.app).into_iter().filter(|item| item["sk"]["S"] != "CACHED");
        assert_eq!(after.collect::<Vec<_>>(), before);
    }
    assert_eq!(scene.past(1).await, ["10.00", "12.00"]);
}

#[tokio::test]
async fn whoever_read_it_before_another_wrote_writes_nothing() {
    let scene = Scene::holding(1).await;
    let favorites = Favorites::new(scene.app.dynamo.table());
    let refresh = async |read: &Favorite, at, price| {
        favorites.refresh(scene.customer_id(), read, &sighting(later(at), price)).await.unwrap()
    };
    let first = read(&scene, &favorites).await;
    assert!(refresh(&first, 10, Some("12")).await);
    // The same read, and each of the ways in which a favourite is written: another price, gone, confirmed.
    for (at, price) in [(5, Some("11")), (20, Some("13")), (20, None), (7200, Some("10"))] {
        assert!(!refresh(&first, at, price).await, "{at} {price:?}");
    }
    assert_eq!(scene.past(1).await, ["10.00", "12.00"]);
    let second = read(&scene, &favorites).await;
    assert_eq!(rfc3339(second.current.refreshed_at), rfc3339(later(10)));
    assert!(refresh(&second, 20, Some("13")).await);
    assert_eq!(scene.past(1).await, ["10.00", "12.00", "13.00"]);
}

#[tokio::test]
async fn a_favourite_that_was_removed_and_added_again_is_another_one() {
    let scene = Scene::holding(1).await;
    let favorites = Favorites::new(scene.app.dynamo.table());
    let first = read(&scene, &favorites).await;
    scene.remove(1).await;
    for (at, price) in [(20, Some("13")), (20, None), (7200, Some("10"))] {
        let written = favorites.refresh(scene.customer_id(), &first, &sighting(later(at), price)).await.unwrap();
        assert!(!written, "nobody has it: {at} {price:?}");
    }
    let is_left = |item: &serde_json::Value| item["pk"]["S"].as_str().unwrap().ends_with("#FAVORITES");
    assert!(!state::items(&scene.app).iter().any(is_left), "a removed favourite is back");
    scene.add_first(1).await;
    // Even one that has the same instant.
    let mut second = read(&scene, &favorites).await;
    second.id = first.id;
    for (at, price) in [(20, Some("13")), (7200, Some("10"))] {
        assert!(!favorites.refresh(scene.customer_id(), &second, &sighting(later(at), price)).await.unwrap());
    }
    assert_eq!(scene.past(1).await, ["10.00"]);
}

#[tokio::test]
async fn two_workers_with_the_same_message_tell_a_change_once() {
    for _ in 0..5 {
        let scene = Scene::holding(3).await;
        scene.shop.set_price(1, "11");
        scene.shop.take_away(2);
        let event = scene.asking(&[1, 2, 3]);
        let workers = (0..4).map(|_| scene.app.catalog_worker(event.clone()));
        for report in join_all(workers).await {
            assert_eq!(report, failed(&[]));
        }
        assert_eq!(scene.past(1).await, ["10.00", "11.00"]);
        assert_eq!(scene.past(2).await, ["10.00", "gone"]);
        assert_eq!(scene.past(3).await, ["10.00"]);
    }
}

#[tokio::test]
async fn a_message_that_is_delivered_twice_changes_nothing_and_asks_nobody() {
    let scene = Scene::holding(3).await;
    scene.shop.set_price(1, "11");
    scene.shop.take_away(2);
    let event = scene.asking(&[1, 2, 3]);
    scene.work(event.clone()).await;
    let before = state::items(&scene.app);
    scene.forget();
    // The shop goes on, and the message does not care.
    scene.shop.set_price(1, "12");
    scene.work(event).await;
    assert_eq!(scene.shop.take_asked(), [] as [String; 0]);
    assert_eq!(state::items(&scene.app), before);
}

#[tokio::test]
async fn messages_in_another_order_end_in_the_newest_state() {
    let scene = Scene::holding(1).await;
    let (early, late) = (scene.asking(&[1]), scene.asking(&[1]));
    scene.app.clock.advance(10);
    scene.shop.set_price(1, "12");
    scene.work(late).await;
    scene.shop.set_price(1, "13");
    scene.work(early).await;
    assert_eq!(scene.past(1).await, ["10.00", "12.00"], "what was seen since then is as good");
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.past(1).await, ["10.00", "12.00", "13.00"]);
}

#[tokio::test]
async fn a_product_that_is_named_twice_is_asked_for_once() {
    let scene = Scene::holding(1).await;
    scene.shop.set_price(1, "12");
    let mut event = scene.asking(&[1, 1, 1]);
    let body = event["Records"][0]["body"].clone();
    event["Records"].as_array_mut().unwrap().push(json!({"messageId": "same", "body": body}));
    scene.work(event).await;
    assert_eq!(scene.shop.take_asked(), ["/products/1"]);
    assert_eq!(scene.past(1).await, ["10.00", "12.00"]);
}
