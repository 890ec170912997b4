//! `GET /v1/customers/{customer_id}/favorites/{product_id}/history`

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::{
    domain::{CachedProduct, Price, Snapshot},
    store::Favorites,
};

use super::{Scene, id};

/// A scene in which the price of the first product changed `changes` times, from 10.01 on.
async fn with_changes(changes: u32) -> Scene {
    let scene = Box::pin(Scene::with_favorites(2)).await;
    for change in 1..=changes {
        scene.catalog.set_price(1, &format!("{}.{:02}", 10 + change / 100, change % 100));
        scene.run_worker(scene.refresh_event(&[1])).await;
    }
    scene
}

fn prices(changes: u32) -> Vec<String> {
    (0..=changes).map(|change| format!("{}.{:02}", 10 + change / 100, change % 100)).collect()
}

/// Reads all pages. Returns the states and the number of pages.
async fn pages(scene: &Scene, limit: usize) -> (Vec<Value>, usize) {
    let (mut shown, mut count, mut query) = (Vec::new(), 0, format!("?limit={limit}"));
    loop {
        let answer = scene.history_response(1, &query).await;
        let states = answer.expect(200)["snapshots"].as_array().unwrap();
        assert!(!states.is_empty() && states.len() <= limit);
        shown.extend(states.clone());
        count += 1;
        let Some(cursor) = answer.body["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), "");
            return (shown, count);
        };
        assert!(answer.header("link").contains(cursor) && answer.header("link").contains("rel=\"next\""));
        query = format!("?limit={limit}&cursor={cursor}");
    }
}

#[tokio::test]
async fn the_frozen_state_comes_first_and_the_changes_follow_in_order_at_any_page_size() {
    let scene = with_changes(11).await;
    let favorite = scene.favorite(1).await;
    let mut all = None;
    for (limit, count) in [(1, 12), (2, 6), (3, 4), (5, 3), (11, 2), (12, 1), (13, 1), (100, 1)] {
        let (shown, pages) = pages(&scene, limit).await;
        assert_eq!(pages, count, "limit {limit}");
        let shown_prices: Vec<_> = shown.iter().map(|state| state["price"].as_str().unwrap()).collect();
        assert_eq!(shown_prices, prices(11), "limit {limit}");
        assert_eq!(all.get_or_insert_with(|| shown.clone()), &shown);
    }
    let all = all.unwrap();
    assert!(all.is_sorted_by(|a, b| a["at"].as_str() < b["at"].as_str()));
    let expected = json!({
        "at": favorite["favorited_at"], "title": favorite["title"], "image_url": favorite["image_url"],
        "price": favorite["price"], "review": favorite["review"], "available": true,
    });
    assert_eq!(all[0], expected);
    let last = json!({
        "at": favorite["current"]["refreshed_at"], "title": "Product 1", "price": "10.11",
        "image_url": "https://img.example.com/1.png", "review": "good", "available": true,
    });
    assert_eq!(all[11], last);
}

#[tokio::test]
async fn more_than_a_hundred_states_are_listed_once_each() {
    let scene = with_changes(205).await;
    for (limit, count) in [(100, 3), (99, 3), (10, 21)] {
        let (shown, pages) = pages(&scene, limit).await;
        assert_eq!((pages, shown.len()), (count, 206), "limit {limit}");
        let shown: Vec<_> = shown.iter().map(|state| state["price"].as_str().unwrap()).collect();
        assert_eq!(shown, prices(205));
    }
    assert_eq!(scene.history_response(1, "").await.expect(200)["snapshots"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_product_that_never_changed_has_one_state() {
    let scene = Scene::with_favorites(1).await;
    scene.run_round().await;
    for query in ["", "?limit=1"] {
        let answer = scene.history_response(1, query).await;
        assert_eq!(answer.expect(200)["next_cursor"], Value::Null);
        assert_eq!(answer.body["snapshots"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_cursor_is_bound_to_the_favourite_the_customer_and_the_caller() {
    let scene = with_changes(3).await;
    scene.catalog.set_price(2, "5");
    scene.run_worker(scene.refresh_event(&[2])).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    scene.app.favorite(&scene.ada, &other, json!([1])).await.expect(201);
    let first = scene.history_response(1, "?limit=2").await.expect(200).clone();
    let cursor = first["next_cursor"].as_str().unwrap();
    let query = format!("?cursor={cursor}");
    scene.history_response(1, &query).await.expect(200);
    scene.history_response(2, &query).await.expect_problem(400, "BAD_REQUEST");
    let get = |customer: &str, token: &str| {
        scene.app.get(&format!("/v1/customers/{customer}/favorites/1/history{query}")).bearer(token).send()
    };
    get(&other, &scene.ada.token).await.expect_problem(400, "BAD_REQUEST");
    let admin = scene.app.admin().await;
    get(&scene.customer, &admin.token).await.expect_problem(400, "BAD_REQUEST");
    for invalid in ["", "x", &cursor[..cursor.len() - 2], &format!("{cursor}A"), &cursor.to_lowercase()] {
        scene.history_response(1, &format!("?cursor={invalid}")).await.expect_problem(400, "BAD_REQUEST");
    }
    for limit in ["0", "101", "-1", "x"] {
        assert_eq!(scene.history_response(1, &format!("?limit={limit}")).await.field_errors()[0].0, "limit");
    }
    // A cursor of the list of favourites is invalid too.
    let favorites = scene.app.favorites(&scene.ada, &scene.customer, "limit=1").await;
    let query = format!("?cursor={}", favorites["next_cursor"].as_str().unwrap());
    scene.history_response(1, &query).await.expect_problem(400, "BAD_REQUEST");
}

#[tokio::test]
async fn removing_a_favourite_removes_its_history_and_adding_it_again_starts_a_new_one() {
    let scene = with_changes(3).await;
    let first = scene.history_response(1, "?limit=2").await.expect(200).clone();
    let cursor = first["next_cursor"].as_str().unwrap();
    scene.remove("1").await.expect(204);
    scene.history_response(1, "").await.expect_problem(404, "NOT_FOUND");
    let is_past = |item: &Value| item["pk"]["S"].as_str().unwrap().ends_with("#HISTORY");
    assert!(!super::state::items(&scene.app).iter().any(is_past), "the history still exists");
    scene.add_first(1).await;
    assert_eq!(scene.price_history(1).await, ["10.03"]);
    scene.history_response(1, &format!("?cursor={cursor}")).await.expect_problem(400, "BAD_REQUEST");
    scene.catalog.set_price(1, "7");
    scene.run_worker(scene.refresh_event(&[1])).await;
    assert_eq!(scene.price_history(1).await, ["10.03", "7.00"]);
    assert_eq!(scene.current(1).await.1, "-3.03");
}

#[tokio::test]
async fn removing_a_favourite_leaves_the_history_of_another_with_the_same_id_prefix() {
    let scene = Scene::with_favorites(12).await;
    for product in [1, 10, 11, 12] {
        scene.catalog.set_price(product, "11");
    }
    scene.run_worker(scene.refresh_event(&[1, 10, 11, 12])).await;
    scene.remove("1").await.expect(204);
    for product in [10, 11, 12] {
        assert_eq!(scene.price_history(product).await, ["10.00", "11.00"]);
    }
}

#[tokio::test]
async fn the_history_of_a_product_that_is_not_a_favourite_is_404() {
    let scene = Scene::with_favorites(1).await;
    for product in ["2", "99", "a.b", "%00", &"1".repeat(65)] {
        let path = format!("/v1/customers/{}/favorites/{product}/history", scene.customer);
        scene.app.get(&path).bearer(&scene.ada.token).send().await.expect_problem(404, "NOT_FOUND");
    }
    let bob = scene.app.user("bob@example.com").await;
    let path = format!("/v1/customers/{}/favorites/1/history", scene.customer);
    scene.app.get(&path).bearer(&bob.token).send().await.expect_problem(404, "NOT_FOUND");
    scene.app.get(&path).send().await.expect_problem(401, "UNAUTHORIZED");
    let admin = scene.app.admin().await;
    assert_eq!(scene.app.get(&path).bearer(&admin.token).send().await.expect(200)["snapshots"][0]["price"], "10.00");
}

#[tokio::test]
async fn a_change_between_two_pages_is_on_the_last_page_and_repeats_nothing() {
    let scene = with_changes(3).await;
    let first = scene.history_response(1, "?limit=2").await.expect(200).clone();
    scene.catalog.set_price(1, "20");
    scene.run_worker(scene.refresh_event(&[1])).await;
    let query = format!("?limit=100&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = scene.history_response(1, &query).await.expect(200).clone();
    let rest: Vec<_> = rest["snapshots"].as_array().unwrap().iter().map(|state| &state["price"]).collect();
    assert_eq!(rest, ["10.02", "10.03", "20.00"]);
}

/// A snapshot of the maximum size, with four-byte characters.
fn longest(price: u32) -> Snapshot {
    Snapshot {
        title: "😀".repeat(Snapshot::MAX_TITLE),
        image_url: Some(format!("https://img.example.com/{}", "x".repeat(Snapshot::MAX_IMAGE_URL - 24))),
        price: Price::parse(&price.to_string()).unwrap(),
        review: Some("😀".repeat(Snapshot::MAX_REVIEW)),
    }
}

#[tokio::test]
async fn states_that_exceed_one_response_of_the_table_are_listed_once_each() {
    let scene = Scene::with_favorites(1).await;
    let favorites = Favorites::new(scene.app.dynamo.table());
    let mut at = scene.app.clock.clock().now();
    for price in 1..=120 {
        at += SignedDuration::from_secs(1);
        let favorite = favorites.get(scene.customer_id(), &id(1)).await.unwrap().unwrap();
        let latest = CachedProduct { product_id: id(1), fetched_at: at, snapshot: Some(longest(price)) };
        assert!(favorites.refresh(scene.customer_id(), &favorite, &latest).await.unwrap());
    }
    let (shown, _) = pages(&scene, 100).await;
    assert_eq!(shown.len(), 121);
}

#[tokio::test]
async fn favourites_that_exceed_one_response_of_the_table_are_listed_once_each() {
    let scene = Scene::with_favorites(100).await;
    let favorites = Favorites::new(scene.app.dynamo.table());
    let at = scene.app.clock.clock().now() + SignedDuration::from_secs(1);
    for product in 1..=100 {
        let favorite = favorites.get(scene.customer_id(), &id(product)).await.unwrap().unwrap();
        let latest = CachedProduct { product_id: id(product), fetched_at: at, snapshot: Some(longest(product)) };
        assert!(favorites.refresh(scene.customer_id(), &favorite, &latest).await.unwrap());
    }
    let (mut shown, mut query) = (0, "limit=100".to_owned());
    loop {
        let page = scene.app.favorites(&scene.ada, &scene.customer, &query).await;
        shown += page["favorites"].as_array().unwrap().len();
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=100&cursor={cursor}");
    }
    assert_eq!(shown, 100);
}
