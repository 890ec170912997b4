//! `catalog-worker`: what it writes, and what it leaves alone.

use serde_json::{Value, json};
use shared::domain::rfc3339;

use super::{Scene, batch, failed, request, state};

#[tokio::test]
async fn a_product_that_is_gone_keeps_what_was_known_and_comes_back() {
    let mut scene = Scene::holding(1).await;
    scene.shop.set_price(1, "12");
    scene.round().await;
    scene.shop.take_away(1);
    for _ in 0..2 {
        scene.round().await;
        assert_eq!(scene.now(1).await, ("12.00".to_owned(), "2.00".to_owned(), false));
        assert_eq!(scene.past(1).await, ["10.00", "12.00", "gone"]);
    }
    let gone = scene.history(1).await.remove(2);
    assert_eq!((&gone["title"], &gone["price"]), (&json!("Product 1"), &json!("12.00")), "what was last known");
    scene.wait(3600).await;
    scene.round().await;
    assert_eq!(scene.past(1).await, ["10.00", "12.00", "gone"], "confirmed, and no news");
    // It comes back as it was.
    scene.shop.set_price(1, "12");
    for _ in 0..2 {
        scene.round().await;
        assert_eq!(scene.now(1).await, ("12.00".to_owned(), "2.00".to_owned(), true));
        assert_eq!(scene.past(1).await, ["10.00", "12.00", "gone", "12.00"]);
    }
}

#[tokio::test]
async fn a_product_that_cannot_be_one_stays_as_it_was_and_its_message_does_not_come_again() {
    let scene = Scene::holding(2).await;
    scene.shop.put(1, "Product 1", "-1", None);
    scene.shop.set_price(2, "11");
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let message = batch(&[("m", request(&asked_at, &[1, 2]))]);
    assert_eq!(scene.app.catalog_worker(message).await, failed(&[]));
    assert_eq!(scene.past(1).await, ["10.00"]);
    assert_eq!(scene.past(2).await, ["10.00", "11.00"]);
}

#[tokio::test]
async fn a_product_that_nobody_can_ask_for_is_neither_gone_nor_changed_and_the_others_are_done() {
    let scene = Scene::holding(4).await;
    // What is said of the second is no JSON.
    scene.shop.put(2, "\"", "10", None);
    for product in [1, 3, 4] {
        scene.shop.set_price(product, "11");
    }
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let messages = [("first", request(&asked_at, &[1, 2, 3])), ("second", request(&asked_at, &[4]))];
    assert_eq!(scene.app.catalog_worker(batch(&messages)).await, failed(&["first"]));
    for product in [1, 3, 4] {
        assert_eq!(scene.past(product).await, ["10.00", "11.00"]);
    }
    assert_eq!(scene.now(2).await, ("10.00".to_owned(), "0.00".to_owned(), true));
    assert_eq!(scene.past(2).await, ["10.00"]);

    // The message comes again: only what was not answered is asked for.
    scene.forget();
    assert_eq!(scene.app.catalog_worker(batch(&messages[..1])).await, failed(&["first"]));
    assert_eq!(scene.shop.take_asked(), ["/products/2"]);
    scene.shop.set_price(2, "9.5");
    assert_eq!(scene.app.catalog_worker(batch(&messages[..1])).await, failed(&[]));
    assert_eq!(scene.shop.take_asked(), ["/products/2"]);
    assert_eq!(scene.now(2).await, ("9.50".to_owned(), "-0.50".to_owned(), true));
}

#[tokio::test]
async fn while_the_catalogue_is_down_everything_stays_and_every_message_comes_again() {
    let scene = Scene::holding(3).await;
    let before = state::items(&scene.app);
    let asked_at = rfc3339(scene.app.clock.clock().now());
    scene.shop.set_down(true);
    let messages = [("a", request(&asked_at, &[1, 2])), ("b", request(&asked_at, &[3]))];
    assert_eq!(scene.app.catalog_worker(batch(&messages)).await, failed(&["a", "b"]));
    assert_eq!(state::items(&scene.app), before);
    scene.shop.set_down(false);
    scene.shop.set_price(3, "4");
    assert_eq!(scene.app.catalog_worker(batch(&messages)).await, failed(&[]));
    assert_eq!(scene.now(3).await.0, "4.00");
}

/// What a worker asks of the table for one product with one holder, before it writes the favourite.
const READS: [&str; 4] = ["GetItem", "PutItem", "Query", "BatchGetItem"];

#[tokio::test]
async fn a_favourite_that_was_not_confirmed_for_an_hour_is_written_with_one_plain_update() {
    let mut scene = Scene::holding(1).await;
    scene.wait(3590).await;
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.app.dynamo.take_operations(), READS, "it is younger than an hour");
    scene.wait(20).await;
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.app.dynamo.take_operations(), [&READS[..], &["UpdateItem"]].concat());
    let confirmed = scene.favorite(1).await;
    assert!(confirmed["current"]["refreshed_at"].as_str().unwrap() > "2026-03-01T13:00:00");
    assert!(confirmed["favorited_at"].as_str().unwrap() < "2026-03-01T12:01:00");
    assert_eq!(scene.past(1).await, ["10.00"], "no news");
    // It counts from there.
    scene.wait(3590).await;
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.app.dynamo.take_operations(), READS);
}

#[tokio::test]
async fn a_change_is_one_transaction_and_nothing_else_is_written() {
    let scene = Scene::holding(1).await;
    scene.shop.set_price(1, "11");
    scene.work(scene.asking(&[1])).await;
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
async fn the_same_price_in_another_spelling_is_no_change() {
    let scene = Scene::holding(2).await;
    for price in ["10", "10.0", "1e1", "10.0000"] {
        scene.shop.set_price(1, price);
        scene.work(scene.asking(&[1])).await;
    }
    assert_eq!(scene.past(1).await, ["10.00"]);
    for price in ["10.01", "10.010", "0"] {
        scene.shop.set_price(1, price);
        scene.work(scene.asking(&[1])).await;
    }
    assert_eq!(scene.past(1).await, ["10.00", "10.01", "0.00"]);
    assert_eq!(scene.now(1).await.1, "-10.00");
}

#[tokio::test]
async fn each_thing_that_the_catalogue_says_is_followed() {
    let scene = Scene::holding(1).await;
    for (title, price, review) in [
        ("Product 1", "10.00", None),
        ("Product 1", "10.00", Some("bad")),
        ("Other", "10.00", Some("bad")),
        ("Other", "10.0001", Some("bad")),
    ] {
        scene.shop.put(1, title, price, review);
        scene.work(scene.asking(&[1])).await;
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
async fn what_a_product_says_when_it_is_looked_at_spares_the_worker_a_question() {
    let scene = Scene::holding(1).await;
    let event = scene.asking(&[1]);
    scene.shop.set_price(1, "11");
    let seen = scene.app.get("/v1/products/1").bearer(&scene.ada.token).send().await.expect(200).clone();
    scene.forget();
    scene.work(event).await;
    assert_eq!(scene.shop.take_asked(), [] as [String; 0]);
    let favorite = scene.favorite(1).await;
    assert_eq!(
        (&favorite["current"]["price"], &favorite["current"]["refreshed_at"]),
        (&json!("11.00"), &seen["as_of"])
    );
}

#[tokio::test]
async fn what_was_kept_before_it_was_asked_for_is_not_good_enough() {
    let scene = Scene::holding(1).await;
    scene.app.get("/v1/products/1").bearer(&scene.ada.token).send().await.expect(200);
    scene.shop.set_price(1, "11");
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.shop.take_asked(), ["/products/1"]);
    assert_eq!(scene.now(1).await.0, "11.00");
}

#[tokio::test]
async fn what_is_kept_and_damaged_is_asked_for() {
    let scene = Scene::holding(1).await;
    scene.work(scene.asking(&[1])).await;
    let is_kept = |item: &Value| item["sk"]["S"] == "CACHED";
    let mut kept = state::items(&scene.app).into_iter().find(is_kept).unwrap();
    kept["seen_at"] = json!({"S": "2999-01-01T00:00:00.000Z"});
    kept["price"] = json!({"S": "a lot"});
    super::put_item(&scene.app, &kept);
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    assert_eq!(scene.shop.take_asked(), ["/products/1"]);
    assert_eq!(scene.now(1).await.0, "10.00");
}
