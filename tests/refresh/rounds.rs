//! `catalog-refresh`

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use shared::{
    services::catalog::{RefreshScheduler, RoundStart},
    store::Products,
};

use super::{Scene, id, products_in, take_messages};
use crate::support::{app::TestApp, dynamo::Fault};

const LONG: Duration = Duration::from_secs(45);

/// An app in which products 1 to `products` are tracked.
async fn tracking(products: u32) -> TestApp {
    let app = TestApp::new().await;
    let ids: Vec<_> = (1..=products).map(id).collect();
    Products::new(app.dynamo.table()).track(&ids, app.clock.clock().now()).await.unwrap();
    app.dynamo.take_calls();
    app
}

fn progress(app: &TestApp) -> Option<Value> {
    app.dynamo.items().into_iter().find(|item| item["pk"]["S"] == "REFRESH")
}

/// Asserts that each product is in one message, and that all messages have the same time.
fn assert_complete(messages: &[Value], products: u32) {
    let named = products_in(messages);
    assert_eq!(named.len(), products as usize, "a product is enqueued twice or not at all");
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), (1..=products).collect());
    let times: BTreeSet<_> = messages.iter().map(|message| message["refresh"]["asked_at"].to_string()).collect();
    assert_eq!(times.len(), 1, "{times:?}");
    for message in messages {
        assert!(message["refresh"]["product_ids"].as_array().unwrap().len() <= 25);
        assert_eq!(message["refresh"].get("customer"), None);
    }
}

#[tokio::test]
async fn a_round_starts_every_six_hours() {
    let app = tracking(3).await;
    let tick = async || app.scheduled_catalog_refresh().await;
    assert_eq!(tick().await, json!({"queued": 3, "has_more": false}), "the first round");
    for _ in 0..3 {
        app.clock.advance(15 * 60);
        assert_eq!(tick().await, json!({"queued": 0, "has_more": false}));
    }
    assert_complete(&take_messages(&app).await, 3);
    app.clock.advance(6 * 3600 - 45 * 60 - 1);
    assert_eq!(tick().await["queued"], 0);
    app.clock.advance(1);
    assert_eq!(tick().await["queued"], 3);
    assert_eq!(tick().await["queued"], 0);
    assert_complete(&take_messages(&app).await, 3);
}

#[tokio::test]
async fn a_manual_round_starts_immediately_and_the_next_one_six_hours_later() {
    let app = tracking(3).await;
    for _ in 0..2 {
        assert_eq!(app.catalog_refresh().await, json!({"queued": 3, "has_more": false}));
        assert_complete(&take_messages(&app).await, 3);
    }
    app.clock.advance(6 * 3600 - 2);
    assert_eq!(app.scheduled_catalog_refresh().await["queued"], 0);
    app.clock.advance(2);
    assert_eq!(app.scheduled_catalog_refresh().await["queued"], 3);
}

#[tokio::test]
async fn without_tracked_products_a_round_is_complete_immediately() {
    let app = tracking(0).await;
    assert_eq!(app.scheduled_catalog_refresh().await, json!({"queued": 0, "has_more": false}));
    assert_eq!(take_messages(&app).await, [] as [Value; 0]);
    assert_eq!(progress(&app).unwrap()["is_over"], json!({"BOOL": true}));
}

#[tokio::test]
async fn twelve_hundred_products_are_enqueued_once_each_and_the_progress_is_stored() {
    let app = tracking(1200).await;
    assert_eq!(app.scheduled_catalog_refresh().await, json!({"queued": 1200, "has_more": false}));
    let expected = ["GetItem", "Query", "PutItem", "Query", "PutItem", "Query", "PutItem"];
    assert_eq!(app.dynamo.take_operations(), expected);
    let progress = progress(&app).unwrap();
    assert_eq!((&progress["is_over"], progress.get("queued_up_to")), (&json!({"BOOL": true}), None));
    let messages = take_messages(&app).await;
    assert_complete(&messages, 1200);
    assert_eq!(messages[0]["refresh"]["asked_at"], progress["began_at"]["S"]);
}

#[tokio::test]
async fn an_interrupted_round_continues_and_repeats_at_most_one_page() {
    // The number of calls before the first one that fails. A whole round has seven.
    for calls in 0..=7 {
        let app = tracking(1200).await;
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let scheduler: RefreshScheduler = app.build();
        assert_eq!(scheduler.run(RoundStart::WhenDue, LONG).await.is_ok(), calls == 7);
        app.dynamo.set_fault(Fault::None);
        let before = take_messages(&app).await;
        app.clock.advance(15 * 60);
        let rest = app.scheduled_catalog_refresh().await;
        assert_eq!(rest["has_more"], false);
        let after = take_messages(&app).await;
        // The progress that was stored before the failure.
        let pages_done = calls.saturating_sub(1) / 2;
        let done = [0, 500, 1000, 1200][pages_done];
        assert_eq!(rest["queued"], 1200 - done, "{calls}");
        let (before, after) = (products_in(&before), products_in(&after));
        let both: BTreeSet<_> = before.iter().chain(&after).collect();
        assert_eq!(both.len(), 1200, "{calls}");
        assert!(before.len() + after.len() <= 1200 + 500, "{calls}");
        assert_eq!(app.scheduled_catalog_refresh().await["queued"], 0);
    }
}

#[tokio::test]
async fn the_messages_of_a_continued_round_have_the_time_of_its_start() {
    let app = tracking(700).await;
    app.dynamo.set_fault(Fault::ThrottleAfter(3));
    let scheduler: RefreshScheduler = app.build();
    scheduler.run(RoundStart::WhenDue, LONG).await.unwrap_err();
    app.dynamo.set_fault(Fault::None);
    let stored = progress(&app).unwrap();
    assert_eq!((&stored["is_over"], stored["queued_up_to"]["S"].is_string()), (&json!({"BOOL": false}), true));
    app.clock.advance(15 * 60);
    app.scheduled_catalog_refresh().await;
    assert_complete(&take_messages(&app).await, 700);
    // The six hours count from the start of the round.
    app.clock.advance(6 * 3600 - 15 * 60 - 1);
    assert_eq!(app.scheduled_catalog_refresh().await["queued"], 0);
    app.clock.advance(1);
    assert_eq!(app.scheduled_catalog_refresh().await["queued"], 700);
}

#[tokio::test]
async fn a_manual_start_replaces_an_interrupted_round() {
    let app = tracking(700).await;
    app.dynamo.set_fault(Fault::ThrottleAfter(3));
    let scheduler: RefreshScheduler = app.build();
    scheduler.run(RoundStart::WhenDue, LONG).await.unwrap_err();
    app.dynamo.set_fault(Fault::None);
    take_messages(&app).await;
    assert_eq!(app.catalog_refresh().await["queued"], 700);
    assert_complete(&take_messages(&app).await, 700);
}

#[tokio::test]
async fn a_round_that_exceeds_the_time_limit_is_completed_by_the_next_runs() {
    let app = tracking(1200).await;
    let scheduler: RefreshScheduler = app.build();
    let none = scheduler.run(RoundStart::WhenDue, Duration::ZERO).await.unwrap();
    assert_eq!((none.queued, none.has_more), (0, true));
    let (mut queued, mut runs, mut time_limit) = (0, 0, Duration::from_millis(10));
    loop {
        let progress = scheduler.run(RoundStart::WhenDue, time_limit).await.unwrap();
        (queued, runs) = (queued + progress.queued, runs + 1);
        assert!(queued <= 1200, "the round started again");
        if !progress.has_more {
            break;
        }
        if progress.queued == 0 {
            // The limit must allow at least one page, even on a busy machine.
            time_limit *= 2;
        }
    }
    assert_eq!(queued, 1200);
    assert!(runs >= 2, "{runs}");
    assert_complete(&take_messages(&app).await, 1200);
}

#[tokio::test]
async fn no_product_is_missed_at_a_page_boundary() {
    for products in [499, 500, 501, 1000] {
        let app = tracking(products).await;
        assert_eq!(app.scheduled_catalog_refresh().await, json!({"queued": products, "has_more": false}));
        assert_complete(&take_messages(&app).await, products);
        assert_eq!(progress(&app).unwrap()["is_over"], json!({"BOOL": true}));
    }
}

#[tokio::test]
async fn a_manual_round_starts_even_if_the_stored_progress_is_unreadable() {
    let app = tracking(3).await;
    super::put_item(&app, &json!({"pk": {"S": "REFRESH"}, "sk": {"S": "ROUND"}, "began_at": {"S": "yesterday"}}));
    let scheduler: RefreshScheduler = app.build();
    scheduler.run(RoundStart::WhenDue, LONG).await.unwrap_err();
    assert_eq!(app.catalog_refresh().await["queued"], 3);
    assert_complete(&take_messages(&app).await, 3);
    assert_eq!(app.scheduled_catalog_refresh().await["queued"], 0);
}

#[tokio::test]
async fn an_unavailable_queue_leaves_the_round_unchanged() {
    let app = tracking(3).await;
    let mut settings = app.settings.clone();
    let nowhere = format!("http://127.0.0.1:{}", crate::support::ports::unused_port());
    settings.refresh_queue = settings.refresh_queue.map(|queue| queue.through(nowhere));
    let scheduler: RefreshScheduler = app.other_instances_with(settings).build();
    scheduler.run(RoundStart::WhenDue, LONG).await.unwrap_err();
    assert_eq!(progress(&app), None);
    assert_eq!(app.scheduled_catalog_refresh().await["queued"], 3);
    assert_complete(&take_messages(&app).await, 3);
}

#[tokio::test]
async fn a_product_is_enqueued_once_for_all_customers() {
    let scene = Scene::with_favorites(3).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.app.favorite(&scene.ada, &other, json!([1, 2, 3])).await.expect(201);
    assert_eq!(scene.app.catalog_refresh().await["queued"], 3);
    assert_complete(&take_messages(&scene.app).await, 3);
}
