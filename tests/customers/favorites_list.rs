//! `GET /v1/customers/{customer_id}/favorites`

use http::header;
use serde_json::{Value, json};

use super::{Scene, list::pages, seed_copies};
use crate::support::{app::User, functions::Settings, response::TestResponse};

async fn list(scene: &Scene, user: &User, query: &str) -> TestResponse {
    scene.app.get(&scene.path(&format!("/favorites{query}"))).bearer(&user.token).send().await
}

fn ids(favorites: &[Value]) -> Vec<&str> {
    favorites.iter().map(|favorite| favorite["product_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_customer_without_favourites_gets_an_empty_list() {
    let scene = Scene::with_products(0).await;
    let expected = json!({"customer_id": scene.customer, "favorites": [], "next_cursor": null});
    assert_eq!(list(&scene, &scene.ada, "").await.expect(200), &expected);
}

#[tokio::test]
async fn the_pages_list_every_favourite_once_ordered_by_product_id() {
    let scene = Scene::with_products(12).await;
    scene.add(json!([12, 3, 1, 2, 11, 10, 5, 4, 9, 8, 7, 6])).await.expect(201);
    let expected = ["1", "10", "11", "12", "2", "3", "4", "5", "6", "7", "8", "9"];
    for limit in [1, 2, 5, 11, 12, 100] {
        let pages = pages(&scene.app, &scene.ada, &scene.path(&format!("/favorites?limit={limit}")), "favorites").await;
        assert_eq!(ids(&pages.concat()), expected, "by {limit}");
        assert_eq!(pages.len(), 12usize.div_ceil(limit), "by {limit}: an empty page at the end");
    }
    assert_eq!(ids(list(&scene, &scene.ada, "").await.expect(200)["favorites"].as_array().unwrap()), expected[..10]);
}

#[tokio::test]
async fn changes_between_two_pages_skip_and_repeat_no_favourite() {
    let scene = Scene::with_products(20).await;
    scene.add(json!([11, 12, 13, 14, 15, 16])).await.expect(201);
    let first = list(&scene, &scene.ada, "?limit=3").await;
    assert_eq!(ids(first.expect(200)["favorites"].as_array().unwrap()), ["11", "12", "13"]);
    scene.remove("13").await.expect(204);
    scene.add(json!([10, 17])).await.expect(201);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let next = list(&scene, &scene.ada, &format!("?limit=3&cursor={cursor}")).await;
    assert_eq!(ids(next.expect(200)["favorites"].as_array().unwrap()), ["14", "15", "16"]);
}

#[tokio::test]
async fn a_cursor_is_bound_to_its_user_and_list() {
    let scene = Scene::with_products(4).await;
    let (app, admin) = (&scene.app, scene.app.admin().await);
    let other = app.customer(&scene.ada, "other@example.com").await;
    scene.add(json!([1, 2, 3, 4])).await.expect(201);
    app.favorite(&scene.ada, &other, json!([1, 2, 3, 4])).await.expect(201);
    let cursor = |answer: &TestResponse| answer.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let own = cursor(&list(&scene, &scene.ada, "?limit=1").await);
    let admins = cursor(&list(&scene, &admin, "?limit=1").await);
    let others =
        cursor(&app.get(&format!("/v1/customers/{other}/favorites?limit=1")).bearer(&scene.ada.token).send().await);
    let customers = cursor(&app.get("/v1/customers?limit=1").bearer(&scene.ada.token).send().await);
    assert_eq!(
        list(&scene, &scene.ada, &format!("?cursor={own}")).await.expect(200)["favorites"][0]["product_id"],
        "2"
    );
    for bad in [&admins, &others, &customers, "", "x", "AAAA", &own[1..], &format!("{own}A"), "%00"] {
        list(&scene, &scene.ada, &format!("?cursor={bad}")).await.expect_problem(400, "BAD_REQUEST");
    }
    list(&scene, &admin, &format!("?cursor={own}")).await.expect_problem(400, "BAD_REQUEST");
    let path = format!("/v1/customers?cursor={own}");
    app.get(&path).bearer(&scene.ada.token).send().await.expect_problem(400, "BAD_REQUEST");
    let path = scene.path(&format!("/favorites/1/history?cursor={own}"));
    app.get(&path).bearer(&scene.ada.token).send().await.expect_problem(400, "BAD_REQUEST");
}

#[tokio::test]
async fn ten_thousand_favourites_are_listed_once_each_with_one_query_per_page() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    seed_copies(&scene, 1, 10_000);
    scene.remove("1").await.expect(204);
    let expected: Vec<_> = (10_001..=20_000).map(|id: u32| id.to_string()).collect();
    let nowhere =
        scene.app.other_instances_with(Settings { catalog: Settings::default().catalog, ..scene.app.settings.clone() });
    scene.get().await.expect(200);
    scene.catalog.take_requests();
    for (app, catalogue) in [(&scene.app, "there"), (&nowhere, "stopped")] {
        app.dynamo.take_calls();
        let pages = pages(app, &scene.ada, &scene.path("/favorites?limit=100"), "favorites").await;
        assert!(pages.iter().all(|page| page.len() == 100));
        assert_eq!(ids(&pages.concat()), expected, "{catalogue}");
        let calls = app.dynamo.take_calls();
        assert!(calls.iter().all(|call| call.request["ConsistentRead"] == true));
        let of = |operation: &str| -> Vec<_> { calls.iter().filter(|call| call.operation == operation).collect() };
        let (reads, queries) = (of("GetItem"), of("Query"));
        assert_eq!(
            (reads.len(), queries.len(), calls.len()),
            (100, 100, 200),
            "{catalogue}: more than one of each a page"
        );
        for read in reads {
            assert_eq!(read.request["Key"]["sk"]["S"], format!("CUSTOMER#{}", scene.customer));
        }
        // The last page reads 100 favourites. The others read one more, which shows that a next
        // page exists.
        let units: Vec<_> = queries.iter().map(|query| query.units).collect();
        assert!(units[0] > 1.0 && units[0] < 30.0, "{units:?}");
        assert!(units[..99].iter().all(|cost| (cost - units[0]).abs() < f64::EPSILON), "{units:?}");
        assert!(units[99] <= units[0] && units[99] >= units[0] - 1.0, "{units:?}");
    }
    assert_eq!(scene.catalog.take_requests(), Vec::<String>::new());
}

#[tokio::test]
async fn the_list_is_the_same_while_the_catalogue_is_unavailable() {
    let scene = Scene::with_products(3).await;
    scene.add(json!([1, 2, 3])).await.expect(201);
    let before = scene.favorites().await;
    scene.catalog.take_requests();
    scene.catalog.go_down();
    scene.catalog.remove(2);
    assert_eq!(scene.favorites().await, before);
    let list = list(&scene, &scene.ada, "").await;
    assert_eq!(list.header(header::LINK), "");
    assert_eq!(scene.catalog.take_requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refresh_changes_the_current_state_and_not_the_frozen_one() {
    let scene = Scene::with_products(3).await;
    scene.add(json!([1, 2, 3])).await.expect(201);
    let before = scene.favorites().await;
    scene.app.clock.advance(60);
    scene.catalog.set_product(1, "Armchair", "7.99", None);
    scene.catalog.remove(2);
    scene.refresh().await;
    let after = scene.favorites().await;
    for (before, after) in before.iter().zip(&after) {
        for frozen in ["product_id", "title", "image_url", "price", "review", "favorited_at"] {
            assert_eq!(before[frozen], after[frozen]);
        }
    }
    let current = |n: usize| (&after[n]["current"]["title"], &after[n]["current"]["price"], &after[n]["price_change"]);
    assert_eq!(current(0), (&json!("Armchair"), &json!("7.99"), &json!("-2.01")));
    assert_eq!(
        (current(1), &after[1]["current"]["available"]),
        ((&json!("Product 2"), &json!("10.00"), &json!("0.00")), &json!(false))
    );
    assert_eq!(after[2]["current"]["title"], "Product 3");
}
