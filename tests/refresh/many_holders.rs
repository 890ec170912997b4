//! A product with more holders than fit into a page, or into the time.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use shared::{
    domain::{CustomerId, rfc3339},
    services::catalog::{RefreshRequest, Refresher},
};

use super::{Scene, failed, seed::customers, state, take_messages};
use crate::support::{
    functions::Settings,
    sqs_proxy::{SqsFault, SqsProxy},
};

/// Too short for a page of a hundred favourites, long enough to begin one.
const SHORT: Duration = Duration::from_millis(15);

/// The first product is held by so many more customers.
async fn held_by(others: usize, products: u32) -> (Scene, Vec<CustomerId>) {
    let scene = Scene::holding(products).await;
    let others = customers(&scene.app, others);
    scene.give(&others, |_, product| product == 1);
    (scene, others)
}

/// How many favourites of the first product cost so much, and how many states their histories have.
fn costing(scene: &Scene, price: &str) -> (usize, usize) {
    let items = state::items(&scene.app);
    let of = |path: &str, suffix: &str| {
        let is_it = |item: &&Value| {
            item["pk"]["S"].as_str().unwrap().ends_with(suffix)
                && item["sk"]["S"].as_str().is_some_and(|sk| sk == "PRODUCT#1" || sk.starts_with("PRODUCT#1#"))
                && item.pointer(path).is_some_and(|found| found == price)
        };
        items.iter().filter(is_it).count()
    };
    (of("/current/M/price/S", "#FAVORITES"), of("/price/S", "#HISTORY"))
}

#[tokio::test]
async fn a_thousand_holders_are_read_a_hundred_at_a_time() {
    let (scene, _) = held_by(949, 1).await;
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    let pages = ["Query", "BatchGetItem"].repeat(10);
    assert_eq!(scene.app.dynamo.take_operations(), [&["GetItem", "PutItem"][..], &pages].concat());
    assert_eq!(scene.catalog.take_requests().len(), 1);
}

#[tokio::test]
async fn a_change_for_a_thousand_holders_is_a_transaction_each_and_no_more() {
    let (scene, _) = held_by(999, 1).await;
    scene.catalog.set_price(1, "12");
    scene.forget();
    scene.work(scene.asking(&[1])).await;
    let mut counts = BTreeMap::new();
    for operation in scene.app.dynamo.take_operations() {
        *counts.entry(operation).or_insert(0) += 1;
    }
    // The tenth page is full, so that only the next one tells that it was the last.
    let expected = [("BatchGetItem", 10), ("GetItem", 1), ("PutItem", 1), ("Query", 11), ("TransactWriteItems", 1000)];
    assert_eq!(counts, expected.map(|(operation, count)| (operation.to_owned(), count)).into());
    assert_eq!(costing(&scene, "12.00"), (1000, 1000));
}

#[tokio::test]
async fn when_the_time_is_over_the_rest_is_done_by_the_next_message_and_each_is_written_once() {
    let (scene, _) = held_by(349, 2).await;
    scene.catalog.set_price(1, "12");
    scene.catalog.set_price(2, "13");
    scene.forget();
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let refresher: Refresher = scene.app.build();
    let mut messages = vec![super::request(&asked_at, &[1, 2])];
    let (mut written, mut done, mut places) = (0, 0, 0);
    while let Some(message) = messages.pop() {
        places += usize::from(message["refresh"]["done_up_to"].is_string());
        let request = RefreshRequest::read(&message.to_string()).unwrap();
        let outcome = refresher.refresh(&request, SHORT).await.unwrap();
        assert_eq!(outcome.unanswered, 0);
        written += outcome.written;
        done += 1;
        messages.extend(take_messages(&scene.app).await);
        assert!(messages.len() <= 2, "the rest of the first product, and the second");
    }
    // Four pages of the first product's holders, of which each but the last leaves the rest to another message.
    assert!(done >= 4 && places >= 3, "{done} messages, {places} of them from some place on");
    assert_eq!(written, 351);
    assert_eq!(costing(&scene, "12.00"), (350, 350));
    assert_eq!(scene.past(2).await, ["10.00", "13.00"]);
    let operations = scene.app.dynamo.take_operations();
    assert_eq!(operations.iter().filter(|operation| *operation == "TransactWriteItems").count(), 351);
    assert_eq!(scene.catalog.take_requests().len(), 2, "what was seen is good for the rest of it");
}

#[tokio::test]
async fn a_queue_that_does_not_take_the_rest_or_does_not_say_so_costs_nothing_but_another_try() {
    for fault in [SqsFault::Refuse, SqsFault::LoseResponse] {
        let (scene, _) = held_by(249, 1).await;
        scene.catalog.set_price(1, "12");
        scene.forget();
        let event = scene.asking(&[1]);
        let request = RefreshRequest::read(event["Records"][0]["body"].as_str().unwrap()).unwrap();
        let queue = scene.app.settings.refresh_queue.clone().unwrap();
        let wire = SqsProxy::start(&queue).await;
        wire.set_fault(fault);
        let settings = Settings { refresh_queue: Some(queue.through(wire.endpoint())), ..scene.app.settings.clone() };
        let refresher: Refresher = scene.app.other_instances_with(settings).build();
        refresher.refresh(&request, SHORT).await.unwrap_err();
        let (now, past) = costing(&scene, "12.00");
        assert!(now == past && now < 250, "{now} {past}");
        // The rest, if the queue took it, and the message once more.
        scene.app.do_refreshes().await;
        scene.work(event).await;
        assert_eq!(costing(&scene, "12.00"), (250, 250), "{fault:?}");
        let operations = scene.app.dynamo.take_operations();
        assert_eq!(operations.iter().filter(|operation| *operation == "TransactWriteItems").count(), 250, "{fault:?}");
    }
}

#[tokio::test]
async fn when_there_is_no_time_at_all_the_place_is_not_forgotten() {
    let (scene, others) = held_by(9, 1).await;
    scene.catalog.set_price(1, "12");
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let mut message = super::request(&asked_at, &[1]);
    message["refresh"]["done_up_to"] = json!(others[4].to_string());
    let refresher: Refresher = scene.app.build();
    let request = RefreshRequest::read(&message.to_string()).unwrap();
    assert_eq!(refresher.refresh(&request, Duration::ZERO).await.unwrap().written, 0);
    assert_eq!(take_messages(&scene.app).await, [message]);
}

#[tokio::test]
async fn the_place_in_one_products_holders_is_no_place_in_anothers() {
    let (scene, others) = held_by(9, 2).await;
    scene.give(&others, |_, product| product == 2);
    // What is said of the first is no JSON.
    scene.catalog.set_product(1, "\"", "10", None);
    scene.catalog.set_price(2, "13");
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let mut message = super::request(&asked_at, &[1, 2]);
    message["refresh"]["done_up_to"] = json!(others[4].to_string());
    assert_eq!(scene.app.catalog_worker(super::batch(&[("m", message)])).await, failed(&["m"]));
    let items = state::items(&scene.app);
    let is_new = |item: &&Value| item["sk"]["S"] == "PRODUCT#2" && item["current"]["M"]["price"]["S"] == "13.00";
    assert_eq!(items.iter().filter(is_new).count(), 10, "some holders of the second are left out");
}

#[tokio::test]
async fn a_product_whose_holders_are_done_up_to_the_last_keeps_its_mark() {
    let (scene, others) = held_by(3, 1).await;
    scene.app.clock.advance(2 * 3600);
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let mut message = super::request(&asked_at, &[1]);
    message["refresh"]["done_up_to"] = json!(others[2].to_string());
    scene.work(super::batch(&[("m", message)])).await;
    assert!(state::items(&scene.app).iter().any(|item| item["sk"]["S"] == "HELD"));
}
