//! A product that more customers have than fit into one page or one run.

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

/// Too short for a page of a hundred favourites, long enough to start one.
const SHORT: Duration = Duration::from_millis(15);

/// A scene in which `others` more customers have the first product.
async fn with_customers(others: usize, products: u32) -> (Scene, Vec<CustomerId>) {
    let scene = Scene::with_favorites(products).await;
    let others = customers(&scene.app, others);
    scene.copy_favorites(&others, |_, product| product == 1);
    (scene, others)
}

/// The number of favourites of the first product with this price, and of history entries with it.
fn count_with_price(scene: &Scene, price: &str) -> (usize, usize) {
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
async fn a_thousand_customers_are_read_in_pages_of_a_hundred() {
    let (scene, _) = with_customers(949, 1).await;
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    let pages = ["Query", "BatchGetItem"].repeat(10);
    assert_eq!(scene.app.dynamo.take_operations(), [&["GetItem", "PutItem"][..], &pages].concat());
    assert_eq!(scene.catalog.take_requests().len(), 1);
}

#[tokio::test]
async fn a_change_for_a_thousand_customers_is_one_transaction_each() {
    let (scene, _) = with_customers(999, 1).await;
    scene.catalog.set_price(1, "12");
    scene.reset_counters();
    scene.run_worker(scene.refresh_event(&[1])).await;
    let mut counts = BTreeMap::new();
    for operation in scene.app.dynamo.take_operations() {
        *counts.entry(operation).or_insert(0) += 1;
    }
    // The tenth page is full, so only the eleventh query shows that it was the last one.
    let expected = [("BatchGetItem", 10), ("GetItem", 1), ("PutItem", 1), ("Query", 11), ("TransactWriteItems", 1000)];
    assert_eq!(counts, expected.map(|(operation, count)| (operation.to_owned(), count)).into());
    assert_eq!(count_with_price(&scene, "12.00"), (1000, 1000));
}

#[tokio::test]
async fn after_the_time_limit_the_next_message_does_the_rest_and_each_favourite_is_written_once() {
    let (scene, _) = with_customers(349, 2).await;
    scene.catalog.set_price(1, "12");
    scene.catalog.set_price(2, "13");
    scene.reset_counters();
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let refresher: Refresher = scene.app.build();
    let mut messages = vec![super::request(&asked_at, &[1, 2])];
    let (mut written, mut done, mut resumed) = (0, 0, 0);
    while let Some(message) = messages.pop() {
        resumed += usize::from(message["refresh"]["done_up_to"].is_string());
        let request = RefreshRequest::parse(&message.to_string()).unwrap();
        let outcome = refresher.refresh(&request, SHORT).await.unwrap();
        assert_eq!(outcome.unavailable, 0);
        written += outcome.written;
        done += 1;
        messages.extend(take_messages(&scene.app).await);
        assert!(messages.len() <= 2, "the rest of the first product, and the second");
    }
    // The first product has four pages of customers. Every page but the last leaves the rest to
    // another message.
    assert!(done >= 4 && resumed >= 3, "{done} messages, {resumed} of them resumed");
    assert_eq!(written, 351);
    assert_eq!(count_with_price(&scene, "12.00"), (350, 350));
    assert_eq!(scene.price_history(2).await, ["10.00", "13.00"]);
    let operations = scene.app.dynamo.take_operations();
    assert_eq!(operations.iter().filter(|operation| *operation == "TransactWriteItems").count(), 351);
    assert_eq!(scene.catalog.take_requests().len(), 2, "the cached product serves the other messages");
}

#[tokio::test]
async fn a_queue_that_rejects_the_rest_or_loses_its_response_costs_only_a_retry() {
    for fault in [SqsFault::Refuse, SqsFault::LoseResponse] {
        let (scene, _) = with_customers(249, 1).await;
        scene.catalog.set_price(1, "12");
        scene.reset_counters();
        let event = scene.refresh_event(&[1]);
        let request = RefreshRequest::parse(event["Records"][0]["body"].as_str().unwrap()).unwrap();
        let queue = scene.app.settings.refresh_queue.clone().unwrap();
        let proxy = SqsProxy::start(&queue).await;
        proxy.set_fault(fault);
        let settings = Settings { refresh_queue: Some(queue.through(proxy.endpoint())), ..scene.app.settings.clone() };
        let refresher: Refresher = scene.app.other_instances_with(settings).build();
        refresher.refresh(&request, SHORT).await.unwrap_err();
        let (now, past) = count_with_price(&scene, "12.00");
        assert!(now == past && now < 250, "{now} {past}");
        // The rest, if the queue accepted it, and the message again.
        scene.app.do_refreshes().await;
        scene.run_worker(event).await;
        assert_eq!(count_with_price(&scene, "12.00"), (250, 250), "{fault:?}");
        let operations = scene.app.dynamo.take_operations();
        assert_eq!(operations.iter().filter(|operation| *operation == "TransactWriteItems").count(), 250, "{fault:?}");
    }
}

#[tokio::test]
async fn without_any_time_the_position_is_preserved() {
    let (scene, others) = with_customers(9, 1).await;
    scene.catalog.set_price(1, "12");
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let mut message = super::request(&asked_at, &[1]);
    message["refresh"]["done_up_to"] = json!(others[4].to_string());
    let refresher: Refresher = scene.app.build();
    let request = RefreshRequest::parse(&message.to_string()).unwrap();
    assert_eq!(refresher.refresh(&request, Duration::ZERO).await.unwrap().written, 0);
    assert_eq!(take_messages(&scene.app).await, [message]);
}

#[tokio::test]
async fn the_position_of_one_product_is_not_used_for_another() {
    let (scene, others) = with_customers(9, 2).await;
    scene.copy_favorites(&others, |_, product| product == 2);
    // The response for the first product is not JSON.
    scene.catalog.set_product(1, "\"", "10", None);
    scene.catalog.set_price(2, "13");
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let mut message = super::request(&asked_at, &[1, 2]);
    message["refresh"]["done_up_to"] = json!(others[4].to_string());
    assert_eq!(scene.app.catalog_worker(super::sqs_event(&[("m", message)])).await, failed(&["m"]));
    let items = state::items(&scene.app);
    let is_new = |item: &&Value| item["sk"]["S"] == "PRODUCT#2" && item["current"]["M"]["price"]["S"] == "13.00";
    assert_eq!(items.iter().filter(is_new).count(), 10, "some customers of the second product were left out");
}

#[tokio::test]
async fn a_product_that_is_done_up_to_the_last_customer_stays_tracked() {
    let (scene, others) = with_customers(3, 1).await;
    scene.app.clock.advance(2 * 3600);
    let asked_at = rfc3339(scene.app.clock.clock().now());
    let mut message = super::request(&asked_at, &[1]);
    message["refresh"]["done_up_to"] = json!(others[2].to_string());
    scene.run_worker(super::sqs_event(&[("m", message)])).await;
    assert!(state::items(&scene.app).iter().any(|item| item["sk"]["S"] == "HELD"));
}
