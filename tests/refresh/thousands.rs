//! 200 customers who hold 50 products each, of the same 100.

use super::{Scene, seed::customers, state};

/// Customer 1 holds the odd products, customer 2 the even ones, and so on; Ada's own customer holds all.
async fn scene() -> Scene {
    let scene = Scene::holding(100).await;
    let others = customers(&scene.app, 199);
    scene.give(&others, |at, product| at % 2 == product as usize % 2);
    scene.forget();
    scene
}

#[tokio::test]
async fn a_round_asks_for_each_product_once_and_changes_what_is_and_not_what_was() {
    let mut scene = scene().await;
    let before = (scene.favorite(7).await, scene.favorite(8).await);
    scene.shop.set_price(7, "12.50");
    scene.shop.put(8, "Renamed", "10", None);
    scene.forget();
    assert_eq!(scene.round().await, 100);
    let mut asked = scene.shop.take_asked();
    asked.sort_unstable();
    let mut expected: Vec<_> = (1..=100).map(|product| format!("/products/{product}")).collect();
    expected.sort_unstable();
    assert_eq!(asked, expected);

    // The frozen values stay.
    let (seven, eight) = (scene.favorite(7).await, scene.favorite(8).await);
    for (before, now) in [(&before.0, &seven), (&before.1, &eight)] {
        for name in ["product_id", "title", "image_url", "price", "review", "favorited_at"] {
            assert_eq!(now[name], before[name]);
        }
    }
    assert_eq!((&seven["current"]["price"], &seven["price_change"]), (&"12.50".into(), &"2.50".into()));
    assert_eq!((&eight["current"]["title"], &eight["price_change"]), (&"Renamed".into(), &"0.00".into()));
    assert_eq!(scene.past(7).await, ["10.00", "12.50"]);
    assert_eq!(scene.history(8).await[1]["review"], serde_json::Value::Null);
    assert_eq!(scene.past(9).await, ["10.00"]);
    // Each of its holders': a hundred of the others, one is Ada's.
    let states = |product: u32| {
        let is_it = |item: &&serde_json::Value| {
            item["sk"]["S"].as_str().unwrap().starts_with(&format!("PRODUCT#{product}#"))
                && item["price"]["S"].is_string()
        };
        state::items(&scene.app).iter().filter(is_it).count()
    };
    assert_eq!((states(7), states(8), states(9)), (100, 101, 0));

    // Once more: nothing but the instants at which the products were seen is another.
    let all = |scene: &Scene| {
        let is_kept_answer = |item: &serde_json::Value| item["sk"]["S"] == "CACHED" || item["sk"]["S"] == "ROUND";
        state::items(&scene.app).into_iter().partition::<Vec<_>, _>(is_kept_answer)
    };
    let (seen, favorites) = all(&scene);
    scene.wait(60).await;
    scene.forget();
    assert_eq!(scene.round().await, 100);
    assert_eq!(scene.shop.take_asked().len(), 100);
    let (seen_again, favorites_again) = all(&scene);
    assert!(favorites == favorites_again, "something was written");
    assert_eq!(state::without_instants(seen, &[]), state::without_instants(seen_again, &[]));
    assert_eq!(scene.past(7).await, ["10.00", "12.50"]);

    // The messages of a round that come again ask for nothing: it was seen since.
    let messages = (1..=100).collect::<Vec<u32>>();
    let stored = state::items(&scene.app);
    let began = stored.iter().find(|item| item["sk"]["S"] == "ROUND").unwrap()["began_at"]["S"].as_str().unwrap();
    scene.forget();
    scene.work(super::batch(&[("again", super::request(began, &messages))])).await;
    assert_eq!(scene.shop.take_asked().len(), 0);
    assert!(state::items(&scene.app) == stored, "something was written");
}
