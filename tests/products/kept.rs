//! What is kept in the table is no truth: it may be damaged, or impossible to read or write.

use serde_json::{Value, json};

use super::{Scene, put_item, stored};
use crate::support::{app::TestApp, dynamo::Fault, functions::Settings, shop::Shop};

/// The item, damaged in every way.
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
async fn a_kept_product_that_cannot_be_read_is_asked_for_anew() {
    let scene = Scene::selling(1).await;
    let before = scene.product("1").await.expect(200).clone();
    let item = stored(&scene.app, "CACHED");
    for damaged in damages(&item, &["price", "seen_at", "absent"]) {
        put_item(&scene.app, &damaged);
        scene.questions();
        let answer = scene.product("1").await.expect(200).clone();
        assert_eq!((&answer["price"], &answer["stale"]), (&before["price"], &json!(false)), "{damaged}");
        assert_eq!(scene.questions(), 1, "{damaged}");
        scene.product("1").await.expect(200);
        assert_eq!(scene.questions(), 0, "it is not repaired: {damaged}");
    }
}

#[tokio::test]
async fn what_was_kept_by_a_clock_that_is_ahead_is_not_served_until_then() {
    let scene = Scene::selling(1).await;
    scene.product("1").await.expect(200);
    let mut item = stored(&scene.app, "CACHED");
    item["seen_at"] = json!({"S": "2030-01-01T00:00:00.000Z"});
    put_item(&scene.app, &item);
    scene.shop.set_price(1, "12.00");
    assert_eq!(scene.product("1").await.expect(200)["price"], "12.00");
}

#[tokio::test]
async fn a_kept_page_that_cannot_be_read_is_asked_for_anew() {
    let scene = Scene::selling(2).await;
    let before = scene.page("").await.expect(200).clone();
    let item = stored(&scene.app, "PAGE#1");
    let mut all = damages(&item, &["products", "seen_at", "has_more"]);
    for (name, value) in [("id", "a b"), ("price", "free"), ("price", "-1")] {
        let mut damaged = item.clone();
        damaged["products"]["L"][1]["M"][name] = json!({"S": value});
        all.push(damaged);
    }
    for damaged in all {
        put_item(&scene.app, &damaged);
        scene.questions();
        let answer = scene.page("").await.expect(200).clone();
        assert_eq!((&answer["products"], &answer["stale"]), (&before["products"], &json!(false)), "{damaged}");
        assert_eq!(scene.questions(), 1, "{damaged}");
    }
}

#[tokio::test]
async fn what_is_kept_and_cannot_be_read_is_not_served_while_the_catalogue_is_down() {
    let scene = Scene::selling(1).await;
    scene.product("1").await.expect(200);
    let mut item = stored(&scene.app, "CACHED");
    item["price"] = json!({"S": "-5"});
    put_item(&scene.app, &item);
    scene.shop.set_down(true);
    scene.product("1").await.expect_problem(503, "UNAVAILABLE");
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_given_all_the_same() {
    let scene = Scene::selling(1).await;
    for path in ["/v1/products/1", "/v1/products"] {
        // The session and what is kept are read; nothing is written.
        scene.app.dynamo.set_fault(Fault::ThrottleAfter(2));
        assert_eq!(scene.get(path).await.expect(200)["stale"], false);
        scene.app.dynamo.set_fault(Fault::None);
        assert_eq!(scene.questions(), 1);
        scene.get(path).await.expect(200);
        assert_eq!(scene.questions(), 1, "nothing had been kept");
    }
}

#[tokio::test]
async fn what_is_kept_cannot_be_read_and_the_answer_comes_from_the_catalogue() {
    let scene = Scene::selling(1).await;
    for path in ["/v1/products/1", "/v1/products"] {
        scene.get(path).await.expect(200);
        scene.app.dynamo.set_fault(Fault::ThrottleAfter(1));
        assert_eq!(scene.get(path).await.expect(200)["stale"], false);
        scene.app.dynamo.set_fault(Fault::None);
        assert_eq!(scene.questions(), 2);
    }
}

#[tokio::test]
async fn a_table_that_is_gone_takes_no_product_away_from_those_whom_redis_knows() {
    let shop = Shop::with(1).await;
    let app = TestApp::with(Settings { catalog: shop.config(), ..Settings::default() }).await;
    let ada = app.user("ada@example.com").await;
    app.get("/v1/products/1").bearer(&ada.token).send().await.expect(200);
    app.dynamo.kill();
    for path in ["/v1/products/1", "/v1/products"] {
        assert_eq!(app.get(path).bearer(&ada.token).send().await.expect(200)["stale"], false);
    }
}

#[tokio::test]
async fn an_answer_costs_two_reads_and_one_write_where_it_is_asked_for() {
    let scene = Scene::selling(1).await;
    scene.app.dynamo.take_calls();
    for path in ["/v1/products/1", "/v1/products"] {
        scene.get(path).await.expect(200);
        assert_eq!(scene.app.dynamo.operations_after_session(), ["GetItem", "PutItem"]);
        scene.get(path).await.expect(200);
        assert_eq!(scene.app.dynamo.operations_after_session(), ["GetItem"]);
    }
}
