//! Absent products, as opposed to an unavailable catalogue.

use serde_json::json;

use super::ProductsApp;

#[tokio::test]
async fn an_absent_product_is_404_for_a_minute_and_is_then_fetched_again() {
    let mut setup = ProductsApp::with_products(1).await;
    for _ in 0..3 {
        setup.product("7").await.expect_problem(404, "NOT_FOUND");
    }
    setup.catalog.set_product(7, "New", "3", None);
    setup.app.clock.advance(59);
    setup.product("7").await.expect_problem(404, "NOT_FOUND");
    assert_eq!(setup.catalog.take_requests(), ["/products/7"]);
    setup.advance(1).await;
    assert_eq!(setup.product("7").await.expect(200)["title"], "New");
    assert_eq!(setup.catalog.take_requests(), ["/products/7"]);
}

#[tokio::test]
async fn an_old_absence_is_not_served_while_the_catalogue_is_unavailable() {
    let mut setup = ProductsApp::with_products(1).await;
    setup.product("7").await.expect_problem(404, "NOT_FOUND");
    setup.catalog.go_down();
    // The absence was reported less than a minute ago.
    setup.product("7").await.expect_problem(404, "NOT_FOUND");
    setup.advance(60).await;
    for _ in 0..5 {
        setup.product("7").await.expect_problem(503, "UNAVAILABLE");
    }
    setup.catalog.come_back();
    setup.advance(5).await;
    setup.product("7").await.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_removed_product_is_not_served_as_stale() {
    let mut setup = ProductsApp::with_products(1).await;
    setup.product("1").await.expect(200);
    setup.catalog.remove(1);
    setup.advance(300).await;
    setup.product("1").await.expect_problem(404, "NOT_FOUND");
    setup.catalog.go_down();
    setup.advance(60).await;
    setup.product("1").await.expect_problem(503, "UNAVAILABLE");
    setup.catalog.come_back();
    setup.catalog.set_price(1, "12");
    setup.advance(5).await;
    assert_eq!(setup.product("1").await.expect(200)["price"], json!("12.00"));
}

#[tokio::test]
async fn an_invalid_id_is_404_without_a_request() {
    let setup = ProductsApp::with_products(1).await;
    let long = "1".repeat(65);
    let foreign = ["%20", "a.b", "..%2f1", "1%2F2", "1%00", "1%0d%0aX:%20y", "%C3%A9", "%ff", "1%23", "*", &long];
    let invalid_for_this_api =
        ["abc", "007", "-1", "1_0", "18446744073709551616", "0190a0a0-0000-7000-8000-000000000000"];
    for id in foreign.into_iter().chain(invalid_for_this_api) {
        setup.product(id).await.expect_problem(404, "NOT_FOUND");
    }
    assert_eq!(setup.catalog_requests(), 0);
    // An invalid id is not cached either.
    assert_eq!(setup.app.dynamo.items_under("PRODUCT#").len(), 0);
}

#[tokio::test]
async fn an_invalid_id_is_404_while_the_catalogue_is_down() {
    let setup = ProductsApp::with_products(1).await;
    setup.catalog.go_down();
    for _ in 0..3 {
        setup.product("1").await.expect_problem(503, "UNAVAILABLE");
    }
    setup.product("abc").await.expect_problem(404, "NOT_FOUND");
}
