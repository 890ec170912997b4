//! The writes of `catalog-worker`.

use serde_json::{Value, json};
use shared::domain::rfc3339;

use super::{Scene, failed, request, sqs_event, state};

#[tokio::test]
async fn an_unavailable_product_keeps_its_last_known_values_and_can_return() {
    let mut scene = Scene::with_favorites(1).await;
    scene.catalog.set_price(1, "12");
    scene.run_round().await;
    scene.catalog.remove(1);
    for _ in 0..2 {
        scene.run_round().await;
        assert_eq!(scene.current(1).await, ("12.00".to_owned(), "2.00".to_owned(), false));
        assert_eq!(scene.price_history(1).await, ["10.00", "12.00", "gone"]);
    }
    let gone = scene.history(1).await.remove(2);
    assert_eq!((&gone["title"], &gone["price"]), (&json!("Product 1"), &json!("12.00")), "the last known values");
    scene.advance(3600).await;
    scene.run_round().await;
    assert_eq!(scene.price_history(1).await, ["10.00", "12.00", "gone"], "confirmed without a change");
    // The product returns unchanged.
    scene.catalog.set_price(1, "12");
    for _ in 0..2 {
        scene.run_round().await;
        assert_eq!(scene.current(1).await, ("12.00".to_owned(), "2.00".to_owned(), true));
        assert_eq!(scene.price_history(1).await, ["10.00", "12.00", "gone", "12.00"]);
    }
}

#[tokio::test]
async fn an_invalid_product_stays_unchanged_and_its_message_is_not_retried() {
    let scene = Scene::with_favorites(2).await;
    scene.catalog.set_product(1, "Product 1", "-1", None);
    scene.catalog.set_price(2, "11");
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let message = sqs_event(&[("m", request(&asked_at, &[1, 2]))]);
    assert_eq!(scene.app.catalog_worker(message).await, failed(&[]));
    assert_eq!(scene.price_history(1).await, ["10.00"]);
    assert_eq!(scene.price_history(2).await, ["10.00", "11.00"]);
}

#[tokio::test]
async fn a_product_that_cannot_be_fetched_stays_unchanged_and_the_others_are_refreshed() {
    let scene = Scene::with_favorites(4).await;
    // The response for the second product is not JSON.
    scene.catalog.set_product(2, "\"", "10", None);
    for product in [1, 3, 4] {
        scene.catalog.set_price(product, "11");
    }
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let messages = [("first", request(&asked_at, &[1, 2, 3])), ("second", request(&asked_at, &[4]))];
    assert_eq!(scene.app.catalog_worker(sqs_event(&messages)).await, failed(&["first"]));
    for product in [1, 3, 4] {
        assert_eq!(scene.price_history(product).await, ["10.00", "11.00"]);
    }
    assert_eq!(scene.current(2).await, ("10.00".to_owned(), "0.00".to_owned(), true));
    assert_eq!(scene.price_history(2).await, ["10.00"]);

    // On a retry of the message, only the failed product is fetched.
    scene.reset_counters();
    assert_eq!(scene.app.catalog_worker(sqs_event(&messages[..1])).await, failed(&["first"]));
    assert_eq!(scene.catalog.take_requests(), ["/products/2"]);
    scene.catalog.set_price(2, "9.5");
    assert_eq!(scene.app.catalog_worker(sqs_event(&messages[..1])).await, failed(&[]));
    assert_eq!(scene.catalog.take_requests(), ["/products/2"]);
    assert_eq!(scene.current(2).await, ("9.50".to_owned(), "-0.50".to_owned(), true));
}

#[tokio::test]
async fn while_the_catalogue_is_down_nothing_changes_and_every_message_is_retried() {
    let scene = Scene::with_favorites(3).await;
    let before = state::items(&scene.app);
    let asked_at = rfc3339(scene.app.clock.clock().now());
    scene.catalog.go_down();
    let messages = [("a", request(&asked_at, &[1, 2])), ("b", request(&asked_at, &[3]))];
    assert_eq!(scene.app.catalog_worker(sqs_event(&messages)).await, failed(&["a", "b"]));
    assert_eq!(state::items(&scene.app), before);
    scene.catalog.come_back();
    scene.catalog.set_price(3, "4");
    assert_eq!(scene.app.catalog_worker(sqs_event(&messages)).await, failed(&[]));
    assert_eq!(scene.current(3).await.0, "4.00");
}

/// The calls for one product with one favourite, before the favourite is written.
const READS: [&str; 4] = ["GetItem", "PutItem", "Query", "BatchGetItem"];

#[tokio::test]
async fn a_favourite_that_was_not_confirmed_for_an_hour_is_updated_without_a_transaction() {
    let mut scene = Scene::with_favorites(1).await;
    scene.advance(3590).await;
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.app.dynamo.take_operations(), READS, "the last confirmation is less than an hour ago");
    scene.advance(20).await;
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.app.dynamo.take_operations(), [&READS[..], &["UpdateItem"]].concat());
    let confirmed = scene.favorite(1).await;
    assert!(confirmed["current"]["refreshed_at"].as_str().unwrap() > "2026-03-01T13:00:00");
    assert!(confirmed["favorited_at"].as_str().unwrap() < "2026-03-01T12:01:00");
    assert_eq!(scene.price_history(1).await, ["10.00"], "no change");
    // The next hour counts from the confirmation.
    scene.advance(3590).await;
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.app.dynamo.take_operations(), READS);
}

#[tokio::test]
async fn a_change_is_written_in_one_transaction() {
    let scene = Scene::with_favorites(1).await;
    scene.catalog.set_price(1, "11");
    scene.run_worker(scene.refresh_event(&[1])).await;
    let calls = scene.app.dynamo.take_calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, [&READS[..], &["TransactWriteItems"]].concat());
    let writes = calls[4].request["TransactItems"].as_array().unwrap();
    assert_eq!(writes.len(), 2);
    assert!(writes[0].get("Update").is_some() && writes[1].get("Put").is_some());
    let state = &scene.history(1).await[1];
    assert_eq!(state["at"], scene.favorite(1).await["current"]["refreshed_at"]);
}

#[tokio::test]
async fn the_same_price_in_another_notation_is_no_change() {
    let scene = Scene::with_favorites(2).await;
    for price in ["10", "10.0", "1e1", "10.0000"] {
        scene.catalog.set_price(1, price);
        scene.run_worker(scene.refresh_event(&[1])).await;
    }
    assert_eq!(scene.price_history(1).await, ["10.00"]);
    for price in ["10.01", "10.010", "0"] {
        scene.catalog.set_price(1, price);
        scene.run_worker(scene.refresh_event(&[1])).await;
    }
    assert_eq!(scene.price_history(1).await, ["10.00", "10.01", "0.00"]);
    assert_eq!(scene.current(1).await.1, "-10.00");
}

#[tokio::test]
async fn every_property_is_refreshed() {
    let scene = Scene::with_favorites(1).await;
    for (title, price, review) in [
        ("Product 1", "10.00", None),
        ("Product 1", "10.00", Some("bad")),
        ("Other", "10.00", Some("bad")),
        ("Other", "10.0001", Some("bad")),
    ] {
        scene.catalog.set_product(1, title, price, review);
        scene.run_worker(scene.refresh_event(&[1])).await;
        let favorite = scene.favorite(1).await;
        let current = &favorite["current"];
        assert_eq!((&current["title"], &current["review"]), (&json!(title), &json!(review)));
        assert_eq!((&favorite["title"], &favorite["review"]), (&json!("Product 1"), &json!("good")));
        assert_eq!(scene.history(1).await.last().unwrap()["review"], json!(review));
    }
    assert_eq!(scene.history(1).await.len(), 5);
    assert_eq!(scene.favorite(1).await["price_change"], "0.0001");
}

#[tokio::test]
async fn a_product_that_a_user_read_is_not_fetched_again() {
    let scene = Scene::with_favorites(1).await;
    let event = scene.refresh_event(&[1]);
    scene.catalog.set_price(1, "11");
    let seen = scene.app.get("/v1/products/1").bearer(&scene.ada.token).send().await.expect(200).clone();
    scene.reset_counters();
    scene.run_worker(event).await;
    assert_eq!(scene.catalog.take_requests(), [] as [String; 0]);
    let favorite = scene.favorite(1).await;
    assert_eq!(
        (&favorite["current"]["price"], &favorite["current"]["refreshed_at"]),
        (&json!("11.00"), &seen["as_of"])
    );
}

#[tokio::test]
async fn a_product_cached_before_the_request_is_fetched_again() {
    let scene = Scene::with_favorites(1).await;
    scene.app.get("/v1/products/1").bearer(&scene.ada.token).send().await.expect(200);
    scene.catalog.set_price(1, "11");
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.catalog.take_requests(), ["/products/1"]);
    assert_eq!(scene.current(1).await.0, "11.00");
}

#[tokio::test]
async fn a_damaged_cache_entry_is_fetched_again() {
    let scene = Scene::with_favorites(1).await;
    scene.run_worker(scene.refresh_event(&[1])).await;
    let is_cached = |item: &Value| item["sk"]["S"] == "CACHED";
    let mut cached = state::items(&scene.app).into_iter().find(is_cached).unwrap();
    cached["seen_at"] = json!({"S": "2999-01-01T00:00:00.000Z"});
    cached["price"] = json!({"S": "a lot"});
    super::put_item(&scene.app, &cached);
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.catalog.take_requests(), ["/products/1"]);
    assert_eq!(scene.current(1).await.0, "10.00");
}
