//! Damaged cache entries, and a table that cannot be read or written.

use serde_json::{Value, json};

use super::{ProductsApp, put_item, stored};
use crate::support::{app::TestApp, dynamo::Fault, fake_catalog::FakeCatalog, functions::Settings};

/// Damaged variants of an item: each attribute missing or with a wrong value.
fn damages(item: &Value, attributes: &[&str]) -> Vec<Value> {
    let values = [json!({"S": "nonsense"}), json!({"N": "7"}), json!({"NULL": true}), json!({"L": [{"S": "x"}]})];
    let mut damaged = Vec::new();
    for attribute in attributes {
        let mut without = item.clone();
        without.as_object_mut().unwrap().remove(*attribute).unwrap_or_else(|| panic!("no {attribute}"));
        damaged.push(without);
        for value in &values {
            let mut other = item.clone();
            other[attribute] = value.clone();
            damaged.push(other);
        }
    }
    damaged
}

#[tokio::test]
async fn an_unreadable_cached_product_is_fetched_again() {
    let setup = ProductsApp::with_products(1).await;
    let before = setup.product("1").await.expect(200).clone();
    let item = stored(&setup.app, "CACHED");
    for damaged in damages(&item, &["price", "seen_at", "absent"]) {
        put_item(&setup.app, &damaged);
        setup.catalog_requests();
        let answer = setup.product("1").await.expect(200).clone();
        assert_eq!((&answer["price"], &answer["stale"]), (&before["price"], &json!(false)), "{damaged}");
        assert_eq!(setup.catalog_requests(), 1, "{damaged}");
        setup.product("1").await.expect(200);
        assert_eq!(setup.catalog_requests(), 0, "the entry was not replaced: {damaged}");
    }
}

#[tokio::test]
async fn an_entry_with_a_time_in_the_future_is_fetched_again() {
    let setup = ProductsApp::with_products(1).await;
    setup.product("1").await.expect(200);
    let mut item = stored(&setup.app, "CACHED");
    item["seen_at"] = json!({"S": "2030-01-01T00:00:00.000Z"});
    put_item(&setup.app, &item);
    setup.catalog.set_price(1, "12.00");
    assert_eq!(setup.product("1").await.expect(200)["price"], "12.00");
}

#[tokio::test]
async fn an_unreadable_cached_page_is_fetched_again() {
    let setup = ProductsApp::with_products(2).await;
    let before = setup.page("").await.expect(200).clone();
    let item = stored(&setup.app, "PAGE#1");
    let mut all = damages(&item, &["products", "seen_at", "has_more"]);
    for (name, value) in [("id", "a b"), ("price", "free"), ("price", "-1")] {
        let mut damaged = item.clone();
        damaged["products"]["L"][1]["M"][name] = json!({"S": value});
        all.push(damaged);
    }
    for damaged in all {
        put_item(&setup.app, &damaged);
        setup.catalog_requests();
        let answer = setup.page("").await.expect(200).clone();
        assert_eq!((&answer["products"], &answer["stale"]), (&before["products"], &json!(false)), "{damaged}");
        assert_eq!(setup.catalog_requests(), 1, "{damaged}");
    }
}

#[tokio::test]
async fn an_unreadable_entry_is_not_served_while_the_catalogue_is_down() {
    let setup = ProductsApp::with_products(1).await;
    setup.product("1").await.expect(200);
    let mut item = stored(&setup.app, "CACHED");
    item["price"] = json!({"S": "-5"});
    put_item(&setup.app, &item);
    setup.catalog.go_down();
    setup.product("1").await.expect_problem(503, "UNAVAILABLE");
}

#[tokio::test]
async fn a_failed_cache_write_does_not_affect_the_response() {
    let setup = ProductsApp::with_products(1).await;
    for path in ["/v1/products/1", "/v1/products"] {
        // The reads of the session and of the cache succeed, and the write fails.
        setup.app.dynamo.set_fault(Fault::ThrottleAfter(2));
        assert_eq!(setup.get(path).await.expect(200)["stale"], false);
        setup.app.dynamo.set_fault(Fault::None);
        assert_eq!(setup.catalog_requests(), 1);
        setup.get(path).await.expect(200);
        assert_eq!(setup.catalog_requests(), 1, "nothing was cached");
    }
}

#[tokio::test]
async fn a_failed_cache_read_falls_back_to_the_catalogue() {
    let setup = ProductsApp::with_products(1).await;
    for path in ["/v1/products/1", "/v1/products"] {
        setup.get(path).await.expect(200);
        setup.app.dynamo.set_fault(Fault::ThrottleAfter(1));
        assert_eq!(setup.get(path).await.expect(200)["stale"], false);
        setup.app.dynamo.set_fault(Fault::None);
        assert_eq!(setup.catalog_requests(), 2);
    }
}

#[tokio::test]
async fn without_the_table_products_are_served_to_users_with_a_session_in_redis() {
    let catalog = FakeCatalog::with_products(1).await;
    let app = TestApp::with(Settings { catalog: catalog.config(), ..Settings::default() }).await;
    let ada = app.user("ada@example.com").await;
    app.get("/v1/products/1").bearer(&ada.token).send().await.expect(200);
    app.dynamo.kill();
    for path in ["/v1/products/1", "/v1/products"] {
        assert_eq!(app.get(path).bearer(&ada.token).send().await.expect(200)["stale"], false);
    }
}

#[tokio::test]
async fn a_response_takes_two_reads_and_a_write_when_it_is_fetched() {
    let setup = ProductsApp::with_products(1).await;
    setup.app.dynamo.take_calls();
    for path in ["/v1/products/1", "/v1/products"] {
        setup.get(path).await.expect(200);
        assert_eq!(setup.app.dynamo.take_operations_after_session(), ["GetItem", "PutItem"]);
        setup.get(path).await.expect(200);
        assert_eq!(setup.app.dynamo.take_operations_after_session(), ["GetItem"]);
    }
}
