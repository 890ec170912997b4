//! `POST /v1/customers/{customer_id}/favorites/refresh`

use serde_json::json;

use super::{Scene, products_in, take_messages};
use crate::support::{app::User, functions::Settings, ports::unused_port, response::TestResponse, sqs::TestQueue};

async fn refresh(scene: &Scene, user: &User, customer: &str) -> TestResponse {
    let path = format!("/v1/customers/{customer}/favorites/refresh");
    scene.app.post(&path).bearer(&user.token).send().await
}

#[tokio::test]
async fn only_the_favourites_of_the_customer_are_refreshed() {
    let scene = Scene::with_favorites(3).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.app.favorite(&scene.ada, &other, json!([1, 2, 3])).await.expect(201);
    scene.reset_counters();
    scene.catalog.set_price(1, "11");
    scene.catalog.remove(2);
    assert_eq!(refresh(&scene, &scene.ada, &other).await.expect(202), &json!({"queued": 3}));
    assert_eq!(scene.catalog.take_requests(), [] as [String; 0], "the route itself does not query the catalogue");
    scene.app.do_refreshes().await;
    assert_eq!(scene.catalog.take_requests().len(), 3);
    for product in 1..=3 {
        assert_eq!(scene.price_history(product).await, ["10.00"]);
    }
    let others = scene.app.favorites(&scene.ada, &other, "").await;
    let current = |at: usize| others["favorites"][at]["current"].clone();
    assert_eq!((current(0)["price"].clone(), current(1)["available"].clone()), (json!("11.00"), json!(false)));
    assert_eq!(current(2)["price"], "10.00");

    assert_eq!(refresh(&scene, &scene.ada, &scene.customer).await.expect(202), &json!({"queued": 3}));
    scene.app.do_refreshes().await;
    assert_eq!(scene.price_history(1).await, ["10.00", "11.00"]);
    assert_eq!(scene.price_history(2).await, ["10.00", "gone"]);
}

#[tokio::test]
async fn a_customer_without_favourites_enqueues_nothing() {
    let scene = Scene::with_products(1).await;
    assert_eq!(refresh(&scene, &scene.ada, &scene.customer).await.expect(202), &json!({"queued": 0}));
    assert!(take_messages(&scene.app).await.is_empty());
}

#[tokio::test]
async fn many_favourites_are_split_into_messages_with_each_product_once() {
    let scene = Scene::with_favorites(130).await;
    assert_eq!(refresh(&scene, &scene.ada, &scene.customer).await.expect(202), &json!({"queued": 130}));
    let messages = take_messages(&scene.app).await;
    assert_eq!(messages.len(), 6);
    for message in &messages {
        assert_eq!(message["refresh"]["customer"], scene.customer.as_str());
    }
    let mut products = products_in(&messages);
    products.sort_unstable();
    assert_eq!(products, (1..=130).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_customer_of_another_account_is_404_and_nothing_is_enqueued() {
    let scene = Scene::with_favorites(1).await;
    let bob = scene.app.user("bob@example.com").await;
    let admin = scene.app.admin().await;
    for user in [&bob, &admin] {
        refresh(&scene, user, &scene.customer).await.expect_problem(404, "NOT_FOUND");
    }
    for unknown in ["0190a0a0-0000-7000-8000-000000000000", "x", "%00", &scene.customer.to_uppercase()] {
        refresh(&scene, &scene.ada, unknown).await.expect_problem(404, "NOT_FOUND");
    }
    let path = format!("/v1/customers/{}/favorites/refresh", scene.customer);
    scene.app.post(&path).send().await.expect_problem(401, "UNAUTHORIZED");
    assert!(take_messages(&scene.app).await.is_empty());
}

#[tokio::test]
async fn an_unavailable_queue_is_503_and_a_retry_succeeds() {
    let scene = Scene::with_favorites(2).await;
    let nowhere = TestQueue::at(format!("http://127.0.0.1:{}", unused_port()));
    let without =
        scene.app.other_instances_with(Settings { refresh_queue: Some(nowhere), ..scene.app.settings.clone() });
    let path = format!("/v1/customers/{}/favorites/refresh", scene.customer);
    let answer = without.post(&path).bearer(&scene.ada.token).send().await;
    answer.expect_problem(503, "UNAVAILABLE");
    assert!(answer.number("retry-after") >= 1);
    assert_eq!(refresh(&scene, &scene.ada, &scene.customer).await.expect(202), &json!({"queued": 2}));
}

#[tokio::test]
async fn a_favourite_or_a_customer_removed_before_the_refresh_stays_removed() {
    let scene = Scene::with_favorites(2).await;
    refresh(&scene, &scene.ada, &scene.customer).await.expect(202);
    scene.catalog.set_price(1, "11");
    scene.catalog.set_price(2, "12");
    scene.remove("1").await.expect(204);
    scene.app.do_refreshes().await;
    let left = scene.app.favorites(&scene.ada, &scene.customer, "").await;
    assert_eq!(left["favorites"].as_array().unwrap().len(), 1);
    assert_eq!(scene.price_history(2).await, ["10.00", "12.00"]);

    scene.catalog.set_price(2, "13");
    refresh(&scene, &scene.ada, &scene.customer).await.expect(202);
    let path = format!("/v1/customers/{}", scene.customer);
    scene.app.delete(&path).bearer(&scene.ada.token).send().await.expect(204);
    scene.app.do_refreshes().await;
    let is_the_customers = |item: &serde_json::Value| item["pk"]["S"].as_str().unwrap().starts_with("CUSTOMER#");
    assert!(!super::state::items(&scene.app).iter().any(is_the_customers));
}

#[tokio::test]
async fn it_does_not_untrack_a_product() {
    let mut scene = Scene::with_favorites(1).await;
    refresh(&scene, &scene.ada, &scene.customer).await.expect(202);
    scene.remove("1").await.expect(204);
    scene.advance(2 * 3600).await;
    scene.app.do_refreshes().await;
    assert_eq!(scene.app.catalog_refresh().await["queued"], 1);
}

#[tokio::test]
async fn a_long_list_is_not_enqueued_again_before_its_refresh_can_be_complete() {
    let scene = Scene::with_favorites(130).await;
    let queued = async || refresh(&scene, &scene.ada, &scene.customer).await.expect(202)["queued"].clone();
    assert_eq!(queued().await, 130);
    assert_eq!(queued().await, 0);
    scene.app.clock.advance(4);
    assert_eq!(queued().await, 130);
}
