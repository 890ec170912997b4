//! "Absent" and "unreachable" are different things.

use serde_json::json;

use super::Scene;

#[tokio::test]
async fn a_product_that_the_catalogue_has_not_is_404_for_a_minute_and_then_asked_for_again() {
    let mut scene = Scene::selling(1).await;
    for _ in 0..3 {
        scene.product("7").await.expect_problem(404, "NOT_FOUND");
    }
    scene.shop.put(7, "New", "3", None);
    scene.app.clock.advance(59);
    scene.product("7").await.expect_problem(404, "NOT_FOUND");
    assert_eq!(scene.shop.take_asked(), ["/products/7"]);
    scene.wait(1).await;
    assert_eq!(scene.product("7").await.expect(200)["title"], "New");
    assert_eq!(scene.shop.take_asked(), ["/products/7"]);
}

#[tokio::test]
async fn what_was_not_there_is_never_called_absent_once_the_catalogue_cannot_be_asked() {
    let mut scene = Scene::selling(1).await;
    scene.product("7").await.expect_problem(404, "NOT_FOUND");
    scene.shop.set_down(true);
    // The catalogue said so less than a minute ago.
    scene.product("7").await.expect_problem(404, "NOT_FOUND");
    scene.wait(60).await;
    for _ in 0..5 {
        scene.product("7").await.expect_problem(503, "UNAVAILABLE");
    }
    scene.shop.set_down(false);
    scene.wait(5).await;
    scene.product("7").await.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_product_that_is_gone_is_not_served_as_stale_afterwards() {
    let mut scene = Scene::selling(1).await;
    scene.product("1").await.expect(200);
    scene.shop.take_away(1);
    scene.wait(300).await;
    scene.product("1").await.expect_problem(404, "NOT_FOUND");
    scene.shop.set_down(true);
    scene.wait(60).await;
    scene.product("1").await.expect_problem(503, "UNAVAILABLE");
    scene.shop.set_down(false);
    scene.shop.set_price(1, "12");
    scene.wait(5).await;
    assert_eq!(scene.product("1").await.expect(200)["price"], json!("12.00"));
}

#[tokio::test]
async fn what_cannot_be_an_id_is_404_and_nobody_is_asked() {
    let scene = Scene::selling(1).await;
    let long = "1".repeat(65);
    let foreign = ["%20", "a.b", "..%2f1", "1%2F2", "1%00", "1%0d%0aX:%20y", "%C3%A9", "%ff", "1%23", "*", &long];
    let not_of_this_shape = ["abc", "007", "-1", "1_0", "18446744073709551616", "0190a0a0-0000-7000-8000-000000000000"];
    for id in foreign.into_iter().chain(not_of_this_shape) {
        scene.product(id).await.expect_problem(404, "NOT_FOUND");
    }
    assert_eq!(scene.questions(), 0);
    // Nor is what anybody makes up kept.
    assert_eq!(scene.app.dynamo.items_under("PRODUCT#").len(), 0);
}

#[tokio::test]
async fn what_cannot_be_an_id_is_404_also_while_the_catalogue_is_down() {
    let scene = Scene::selling(1).await;
    scene.shop.set_down(true);
    for _ in 0..3 {
        scene.product("1").await.expect_problem(503, "UNAVAILABLE");
    }
    scene.product("abc").await.expect_problem(404, "NOT_FOUND");
}
