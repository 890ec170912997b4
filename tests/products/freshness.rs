//! The age of products and pages.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ProductsApp, stored};

#[tokio::test]
async fn a_product_has_the_values_of_the_catalogue() {
    let setup = ProductsApp::with_products(1).await;
    setup.catalog.set_product(1, "Chair", "12.5", None);
    let mut answer = setup.product("1").await.expect(200).clone();
    let as_of = answer["as_of"].take();
    assert!(as_of.as_str().unwrap().starts_with("2026-03-01T12:00:00."), "{as_of}");
    let expected = json!({
        "id": "1", "title": "Chair", "image_url": "https://img.example.com/1.png", "price": "12.50", "review": null,
        "as_of": null, "stale": false,
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_product_is_fetched_once_in_five_minutes_for_all_users() {
    let mut setup = ProductsApp::with_products(1).await;
    let first = setup.product("1").await.expect(200).clone();
    let bob = setup.app.user("bob@example.com").await;
    let elsewhere = setup.app.other_instances();
    for _ in 0..5 {
        assert_eq!(setup.product("1").await.expect(200), &first);
        assert_eq!(elsewhere.get("/v1/products/1").bearer(&bob.token).send().await.expect(200), &first);
    }
    setup.app.clock.advance(299);
    setup.catalog.set_price(1, "11.00");
    let requests = (0..20).map(|_| setup.product("1"));
    assert!(join_all(requests).await.iter().all(|answer| answer.expect(200) == &first));
    assert_eq!(setup.catalog_requests(), 1);

    setup.advance(1).await;
    let second = setup.product("1").await.expect(200).clone();
    assert_eq!((&second["price"], &second["stale"]), (&json!("11.00"), &json!(false)));
    assert!(second["as_of"].as_str() > first["as_of"].as_str());
    assert_eq!(setup.product("1").await.expect(200), &second);
    assert_eq!(setup.catalog_requests(), 1);
}

#[tokio::test]
async fn a_page_is_fetched_once_in_five_minutes_for_all_users() {
    let mut setup = ProductsApp::with_products(3).await;
    let first = setup.page("").await.expect(200).clone();
    setup.catalog.set_price(2, "11.00");
    setup.app.clock.advance(299);
    for query in ["?page=1", "", "?page=1"] {
        assert_eq!(setup.page(query).await.expect(200), &first);
    }
    assert_eq!(setup.catalog_requests(), 1);
    setup.advance(1).await;
    let second = setup.page("").await.expect(200).clone();
    assert_eq!(second["products"][1]["price"], "11.00");
    assert!(second["as_of"].as_str() > first["as_of"].as_str());
    assert_eq!(setup.catalog_requests(), 1);
}

/// Asserts that a response is the earlier one, marked as stale.
fn assert_stale(answer: &Value, before: &Value) {
    let mut expected = before.clone();
    expected["stale"] = json!(true);
    assert_eq!(answer, &expected);
}

#[tokio::test]
async fn an_old_product_is_served_as_stale_while_the_catalogue_is_down() {
    let mut setup = ProductsApp::with_products(1).await;
    let before = setup.product("1").await.expect(200).clone();
    setup.catalog.go_down();
    assert_eq!(setup.product("1").await.expect(200), &before, "it is not old yet");
    setup.advance(301).await;
    setup.catalog_requests();
    // The first three calls send three requests each. Then the circuit breaker is open.
    for _ in 0..5 {
        assert_stale(setup.product("1").await.expect(200), &before);
    }
    assert_eq!(setup.catalog_requests(), 9);
    setup.catalog.come_back();
    setup.catalog.set_price(1, "11.00");
    assert_stale(setup.product("1").await.expect(200), &before);
    setup.advance(5).await;
    let after = setup.product("1").await.expect(200).clone();
    assert_eq!((&after["price"], &after["stale"]), (&json!("11.00"), &json!(false)));
}

#[tokio::test]
async fn an_old_page_is_served_as_stale_while_the_catalogue_is_down() {
    let mut setup = ProductsApp::with_products(120).await;
    let before = setup.page("?page=2").await.expect(200).clone();
    setup.catalog.go_down();
    setup.advance(301).await;
    assert_stale(setup.page("?page=2").await.expect(200), &before);
    setup.page("?page=1").await.expect_problem(503, "UNAVAILABLE");
    setup.catalog.come_back();
    setup.advance(5).await;
    assert_eq!(setup.page("?page=2").await.expect(200)["stale"], false);
}

#[tokio::test]
async fn an_entry_can_be_served_as_stale_for_days() {
    let mut setup = ProductsApp::with_products(1).await;
    let (product, page) = (setup.product("1").await.expect(200).clone(), setup.page("").await.expect(200).clone());
    let expires_at = |sk| stored(&setup.app, sk)["expires_at"]["N"].as_str().unwrap().parse::<i64>().unwrap();
    let now = setup.app.clock.clock().now().as_second();
    for sk in ["CACHED", "PAGE#"] {
        assert!((7 * 86_400 - 2..=7 * 86_400).contains(&(expires_at(sk) - now)), "{sk}");
    }
    setup.catalog.go_down();
    setup.advance(6 * 86_400).await;
    assert_stale(setup.product("1").await.expect(200), &product);
    assert_stale(setup.page("").await.expect(200), &page);
}

#[tokio::test]
async fn without_a_cached_copy_the_response_is_503_until_the_catalogue_recovers() {
    let mut setup = ProductsApp::with_products(1).await;
    setup.catalog.go_down();
    for _ in 0..4 {
        let answer = setup.product("1").await;
        answer.expect_problem(503, "UNAVAILABLE");
        assert!(answer.number("retry-after") >= 1);
        setup.page("").await.expect_problem(503, "UNAVAILABLE");
    }
    setup.catalog.come_back();
    setup.advance(5).await;
    assert_eq!(setup.product("1").await.expect(200)["price"], "10.00");
    assert_eq!(setup.page("").await.expect(200)["products"][0]["price"], "10.00");
}
