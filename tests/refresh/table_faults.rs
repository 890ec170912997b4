//! `catalog-worker` with a failure at every call to the table: the message is retried, and the
//! result is the same as without a failure.

use serde_json::json;

use super::{
    failed,
    refresh_case::{RefreshCase, assert_complete},
};
use crate::support::{app::TestApp, dynamo::Fault, fake_catalog::FakeCatalog, functions::Settings};

async fn scene() -> (TestApp, FakeCatalog) {
    let catalog = FakeCatalog::with_products(0).await;
    (TestApp::with(Settings { catalog: catalog.config(), ..Settings::default() }).await, catalog)
}

#[tokio::test]
async fn after_a_failure_at_any_call_the_next_delivery_ends_in_the_same_state() {
    let (app, catalog) = scene().await;
    let now = || app.clock.clock().now();
    let case = RefreshCase::new(&app, &catalog, 0, now()).await;
    app.dynamo.take_calls();
    assert_eq!(app.catalog_worker(case.event.clone()).await, failed(&[]));
    let calls = app.dynamo.take_operations().len();
    // Per product: read and write of the cache, query of the customers. Three products have
    // favourites, four in total. One product is untracked.
    assert_eq!(calls, 4 * 3 + 3 + 4 + 1);
    let expected = case.state(&app);
    assert_complete(&expected);
    for failing in 0..calls {
        let case = RefreshCase::new(&app, &catalog, u32::try_from(failing).unwrap() + 1, now()).await;
        app.dynamo.set_fault(Fault::ThrottleAfter(failing));
        let report = app.catalog_worker(case.event.clone()).await;
        app.dynamo.set_fault(Fault::None);
        assert_eq!(report, failed(&["m"]), "{failing}");
        assert_eq!(app.catalog_worker(case.event.clone()).await, failed(&[]), "{failing}");
        assert_eq!(case.state(&app), expected, "{failing}");
        app.dynamo.take_calls();
    }
}

#[tokio::test]
async fn a_worker_that_fails_later_each_time_completes_in_the_end() {
    let (app, catalog) = scene().await;
    let case = RefreshCase::new(&app, &catalog, 0, app.clock.clock().now()).await;
    for calls in 1..60 {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let report = app.catalog_worker(case.event.clone()).await;
        if report == failed(&[]) {
            break;
        }
        assert_eq!(report, failed(&["m"]));
    }
    app.dynamo.set_fault(Fault::None);
    assert_complete(&case.state(&app));
    let calls = catalog.take_requests().len();
    assert!(calls >= 4, "{calls}");
}

#[tokio::test]
async fn a_write_with_a_lost_response_is_done_once() {
    let (app, catalog) = scene().await;
    let case = RefreshCase::new(&app, &catalog, 0, app.clock.clock().now()).await;
    // The first write of the event loses its response.
    let mut first = case.event.clone();
    app.dynamo.set_fault(Fault::LoseNextWriteResponse);
    assert_eq!(app.catalog_worker(first.clone()).await, failed(&[]));
    for (number, at) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
        let case = RefreshCase::new(&app, &catalog, number, app.clock.clock().now()).await;
        let mut body: serde_json::Value =
            serde_json::from_str(case.event["Records"][0]["body"].as_str().unwrap()).unwrap();
        let product = body["refresh"]["product_ids"][at].take();
        // Fetched for a customer without favourites, so that it is only cached. Then refreshed from
        // the cache.
        body["refresh"]["product_ids"] = json!([product]);
        body["refresh"]["customer"] = json!("0190a0a0-0000-7000-8000-000000000000");
        first["Records"][0]["body"] = body.to_string().into();
        assert_eq!(app.catalog_worker(first.clone()).await, failed(&[]));
        app.dynamo.set_fault(Fault::LoseNextWriteResponse);
        body["refresh"]["customer"].take();
        first["Records"][0]["body"] = body.to_string().into();
        assert_eq!(app.catalog_worker(first.clone()).await, failed(&[]));
        app.dynamo.set_fault(Fault::None);
        assert_eq!(app.catalog_worker(case.event.clone()).await, failed(&[]));
        assert_complete(&case.state(&app));
    }
    assert_complete(&case.state(&app));
}
