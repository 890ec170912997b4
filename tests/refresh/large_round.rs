//! A round over 100 products that 200 customers have among their favourites, 50 products each.

use super::{Scene, seed::customers, state};

/// The other customers have the odd or the even products in turn. Ada's customer has all.
async fn scene() -> Scene {
    let scene = Scene::with_favorites(100).await;
    let others = customers(&scene.app, 199);
    scene.copy_favorites(&others, |at, product| at % 2 == product as usize % 2);
    scene.reset_counters();
    scene
}

#[tokio::test]
async fn a_round_fetches_each_product_once_and_changes_only_current_states() {
    let mut scene = scene().await;
    let before = (scene.favorite(7).await, scene.favorite(8).await);
    scene.catalog.set_price(7, "12.50");
    scene.catalog.set_product(8, "Renamed", "10", None);
    scene.reset_counters();
    assert_eq!(scene.run_round().await, 100);
    let mut requests = scene.catalog.take_requests();
    requests.sort_unstable();
    let mut expected: Vec<_> = (1..=100).map(|product| format!("/products/{product}")).collect();
    expected.sort_unstable();
    assert_eq!(requests, expected);

    // The frozen values are unchanged.
    let (seven, eight) = (scene.favorite(7).await, scene.favorite(8).await);
    for (before, now) in [(&before.0, &seven), (&before.1, &eight)] {
        for name in ["product_id", "title", "image_url", "price", "review", "favorited_at"] {
            assert_eq!(now[name], before[name]);
        }
    }
    assert_eq!((&seven["current"]["price"], &seven["price_change"]), (&"12.50".into(), &"2.50".into()));
    assert_eq!((&eight["current"]["title"], &eight["price_change"]), (&"Renamed".into(), &"0.00".into()));
    assert_eq!(scene.price_history(7).await, ["10.00", "12.50"]);
    assert_eq!(scene.history(8).await[1]["review"], serde_json::Value::Null);
    assert_eq!(scene.price_history(9).await, ["10.00"]);
    // One history entry per customer with the product.
    let states = |product: u32| {
        let is_it = |item: &&serde_json::Value| {
            item["sk"]["S"].as_str().unwrap().starts_with(&format!("PRODUCT#{product}#"))
                && item["price"]["S"].is_string()
        };
        state::items(&scene.app).iter().filter(is_it).count()
    };
    assert_eq!((states(7), states(8), states(9)), (100, 101, 0));

    // In a second round, only the times of the cached products change.
    let all = |scene: &Scene| {
        let is_cache_or_round = |item: &serde_json::Value| item["sk"]["S"] == "CACHED" || item["sk"]["S"] == "ROUND";
        state::items(&scene.app).into_iter().partition::<Vec<_>, _>(is_cache_or_round)
    };
    let (seen, favorites) = all(&scene);
    scene.advance(60).await;
    scene.reset_counters();
    assert_eq!(scene.run_round().await, 100);
    assert_eq!(scene.catalog.take_requests().len(), 100);
    let (seen_again, favorites_again) = all(&scene);
    assert!(favorites == favorites_again, "a favourite was written");
    assert_eq!(state::normalized(seen, &[]), state::normalized(seen_again, &[]));
    assert_eq!(scene.price_history(7).await, ["10.00", "12.50"]);

    // A repeated message of the round sends no request, because the products were fetched since.
    let messages = (1..=100).collect::<Vec<u32>>();
    let stored = state::items(&scene.app);
    let began = stored.iter().find(|item| item["sk"]["S"] == "ROUND").unwrap()["began_at"]["S"].as_str().unwrap();
    scene.reset_counters();
    scene.run_worker(super::sqs_event(&[("again", super::request(began, &messages))])).await;
    assert_eq!(scene.catalog.take_requests().len(), 0);
    assert!(state::items(&scene.app) == stored, "a favourite was written");
}
