//! `catalog-worker` over a table that fails it at every call: the message comes again, and all ends as if nothing had happened.

use serde_json::json;

use super::{
    failed,
    story::{Story, assert_good},
};
use crate::support::{app::TestApp, dynamo::Fault, functions::Settings, shop::Shop};

async fn scene() -> (TestApp, Shop) {
    let shop = Shop::with(0).await;
    (TestApp::with(Settings { catalog: shop.config(), ..Settings::default() }).await, shop)
}

#[tokio::test]
async fn wherever_the_table_fails_it_the_next_delivery_ends_in_the_same_state() {
    let (app, shop) = scene().await;
    let now = || app.clock.clock().now();
    let story = Story::new(&app, &shop, 0, now()).await;
    app.dynamo.take_calls();
    assert_eq!(app.catalog_worker(story.event.clone()).await, failed(&[]));
    let calls = app.dynamo.take_operations().len();
    // Four products: read, kept, who holds them; three are held, with four favourites, and one loses its mark.
    assert_eq!(calls, 4 * 3 + 3 + 4 + 1);
    let expected = story.state(&app);
    assert_good(&expected);
    for failing in 0..calls {
        let story = Story::new(&app, &shop, u32::try_from(failing).unwrap() + 1, now()).await;
        app.dynamo.set_fault(Fault::ThrottleAfter(failing));
        let report = app.catalog_worker(story.event.clone()).await;
        app.dynamo.set_fault(Fault::None);
        assert_eq!(report, failed(&["m"]), "{failing}");
        assert_eq!(app.catalog_worker(story.event.clone()).await, failed(&[]), "{failing}");
        assert_eq!(story.state(&app), expected, "{failing}");
        app.dynamo.take_calls();
    }
}

#[tokio::test]
async fn a_worker_that_gets_a_little_further_each_time_gets_to_the_end() {
    let (app, shop) = scene().await;
    let story = Story::new(&app, &shop, 0, app.clock.clock().now()).await;
    for calls in 1..60 {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let report = app.catalog_worker(story.event.clone()).await;
        if report == failed(&[]) {
            break;
        }
        assert_eq!(report, failed(&["m"]));
    }
    app.dynamo.set_fault(Fault::None);
    assert_good(&story.state(&app));
    let calls = shop.take_asked().len();
    assert!(calls >= 4, "{calls}");
}

#[tokio::test]
async fn a_write_that_is_done_and_called_a_failure_is_done_once() {
    let (app, shop) = scene().await;
    let story = Story::new(&app, &shop, 0, app.clock.clock().now()).await;
    // The catalogue's answers are kept already: the first write is a favourite's.
    let mut first = story.event.clone();
    app.dynamo.set_fault(Fault::LoseNextWrite);
    assert_eq!(app.catalog_worker(first.clone()).await, failed(&[]));
    for (number, at) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
        let story = Story::new(&app, &shop, number, app.clock.clock().now()).await;
        let mut body: serde_json::Value =
            serde_json::from_str(story.event["Records"][0]["body"].as_str().unwrap()).unwrap();
        let product = body["refresh"]["product_ids"][at].take();
        // Seen for nobody's favourites, and so kept; then refreshed from what is kept.
        body["refresh"]["product_ids"] = json!([product]);
        body["refresh"]["customer"] = json!("0190a0a0-0000-7000-8000-000000000000");
        first["Records"][0]["body"] = body.to_string().into();
        assert_eq!(app.catalog_worker(first.clone()).await, failed(&[]));
        app.dynamo.set_fault(Fault::LoseNextWrite);
        body["refresh"]["customer"].take();
        first["Records"][0]["body"] = body.to_string().into();
        assert_eq!(app.catalog_worker(first.clone()).await, failed(&[]));
        app.dynamo.set_fault(Fault::None);
        assert_eq!(app.catalog_worker(story.event.clone()).await, failed(&[]));
        assert_good(&story.state(&app));
    }
    assert_good(&story.state(&app));
}
