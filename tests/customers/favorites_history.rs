//! `GET /v1/customers/{customer_id}/favorites/{product_id}/history`

use http::header;
use serde_json::{Value, json};

use super::{Scene, list::pages};
use crate::support::response::TestResponse;

/// Product 1 cost 10.00 when it was added, then 11.00 to 15.00, each for a minute.
async fn with_five_changes() -> Scene {
    let scene = Scene::with_products(2).await;
    scene.add(json!([1, 2])).await.expect(201);
    for price in 11..=15 {
        scene.app.clock.advance(60);
        scene.catalog.set_price(1, &format!("{price}.00"));
        scene.refresh().await;
    }
    scene.app.dynamo.take_calls();
    scene
}

async fn history(scene: &Scene, product: &str, query: &str) -> TestResponse {
    let path = scene.path(&format!("/favorites/{product}/history{query}"));
    scene.app.get(&path).bearer(&scene.ada.token).send().await
}

fn prices(snapshots: &[Value]) -> Vec<&str> {
    snapshots.iter().map(|snapshot| snapshot["price"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_history_starts_with_the_frozen_state_and_ends_with_the_current_one() {
    let scene = with_five_changes().await;
    let body = history(&scene, "1", "").await;
    let snapshots = body.expect(200)["snapshots"].as_array().unwrap().clone();
    assert_eq!(prices(&snapshots), ["10.00", "11.00", "12.00", "13.00", "14.00", "15.00"]);
    assert!(snapshots.is_sorted_by(|before, after| before["at"].as_str() < after["at"].as_str()));
    let favorite = &scene.favorites().await[0];
    let (first, last) = (&snapshots[0], &snapshots[5]);
    assert_eq!((&first["at"], &last["at"]), (&favorite["favorited_at"], &favorite["current"]["refreshed_at"]));
    let names: Vec<_> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    // The other favourite never changed.
    assert_eq!(prices(history(&scene, "2", "").await.expect(200)["snapshots"].as_array().unwrap()), ["10.00"]);
}

#[tokio::test]
async fn the_pages_list_every_state_once_in_order() {
    let scene = with_five_changes().await;
    for limit in [1, 2, 3, 5, 6, 100] {
        let path = scene.path(&format!("/favorites/1/history?limit={limit}"));
        let pages = pages(&scene.app, &scene.ada, &path, "snapshots").await;
        assert_eq!(prices(&pages.concat()), ["10.00", "11.00", "12.00", "13.00", "14.00", "15.00"], "by {limit}");
        assert_eq!(pages.len(), 6usize.div_ceil(limit), "by {limit}");
    }
    let first = history(&scene, "1", "?limit=2").await;
    assert!(first.header(header::LINK).contains("/favorites/1/history?limit=2&cursor="));
}

#[tokio::test]
async fn a_cursor_is_bound_to_the_favourite_and_its_addition() {
    let scene = with_five_changes().await;
    let cursor = history(&scene, "1", "?limit=1").await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    for bad in ["", "x", &cursor[1..], &format!("{cursor}A")] {
        history(&scene, "1", &format!("?cursor={bad}")).await.expect_problem(400, "BAD_REQUEST");
    }
    history(&scene, "2", &format!("?cursor={cursor}")).await.expect_problem(400, "BAD_REQUEST");
    scene.remove("1").await.expect(204);
    history(&scene, "1", &format!("?cursor={cursor}")).await.expect_problem(404, "NOT_FOUND");
    scene.add(json!(1)).await.expect(201);
    history(&scene, "1", &format!("?cursor={cursor}")).await.expect_problem(400, "BAD_REQUEST");
    assert_eq!(prices(history(&scene, "1", "").await.expect(200)["snapshots"].as_array().unwrap()), ["15.00"]);
}

#[tokio::test]
async fn each_change_of_availability_is_in_the_history() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    for is_there in [false, true] {
        scene.app.clock.advance(60);
        if is_there {
            scene.catalog.set_price(1, "10.00");
        } else {
            scene.catalog.remove(1);
        }
        scene.refresh().await;
    }
    let body = history(&scene, "1", "").await;
    let available: Vec<_> =
        body.expect(200)["snapshots"].as_array().unwrap().iter().map(|it| it["available"].clone()).collect();
    assert_eq!(available, [true, false, true]);
}

#[tokio::test]
async fn the_history_takes_two_reads_and_a_query_and_no_request_to_the_catalogue() {
    let scene = with_five_changes().await;
    scene.catalog.go_down();
    scene.catalog.take_requests();
    history(&scene, "1", "").await.expect(200);
    let mut operations = scene.app.dynamo.take_operations();
    operations.sort_unstable();
    assert_eq!(operations, ["GetItem", "GetItem", "Query"]);
    assert_eq!(scene.catalog.take_requests(), Vec::<String>::new());
}
