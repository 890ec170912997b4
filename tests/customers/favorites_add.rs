//! `POST /v1/customers/{customer_id}/favorites`

use http::header;
use serde_json::{Value, json};

use super::{Scene, results};
use crate::support::{app::TestApp, response::TestResponse};

#[tokio::test]
async fn an_added_favourite_has_the_values_of_the_catalogue() {
    let scene = Scene::with_products(0).await;
    scene.catalog.set_product(7, "Chair", "109.95", None);
    let answer = scene.add(json!(7)).await;
    let at = answer.expect(201)["results"][0]["favorite"]["favorited_at"].as_str().unwrap().to_owned();
    let sold =
        json!({"title": "Chair", "image_url": "https://img.example.com/7.png", "price": "109.95", "review": null});
    let mut favorite = sold.clone();
    favorite["product_id"] = json!("7");
    favorite["favorited_at"] = json!(at);
    favorite["price_change"] = json!("0.00");
    favorite["current"] = sold;
    favorite["current"]["refreshed_at"] = json!(at);
    favorite["current"]["available"] = json!(true);
    let expected = json!({"results": [{"product_id": "7", "result": "added", "favorite": favorite}]});
    assert_eq!(answer.expect(201), &expected);
    assert_eq!(scene.favorites().await, [favorite]);
    assert_eq!(scene.catalog.take_requests(), ["/products/7"]);
}

#[tokio::test]
async fn prices_are_exact_decimals_as_text() {
    let scene = Scene::with_products(0).await;
    let prices = [
        ("0.1", "0.10"),
        ("0.3", "0.30"),
        ("109.95", "109.95"),
        ("12.5", "12.50"),
        ("12.3450", "12.345"),
        ("0.0001", "0.0001"),
        ("1e2", "100.00"),
        ("0", "0.00"),
        ("999999999.9999", "999999999.9999"),
        ("1000000000", "1000000000.00"),
    ];
    for (id, (sold, _)) in (1..).zip(prices) {
        scene.catalog.set_product(id, "Chair", sold, None);
    }
    let answer = scene.add(json!((1..=prices.len()).collect::<Vec<_>>())).await;
    for (result, (sold, stored)) in answer.expect(201)["results"].as_array().unwrap().iter().zip(prices) {
        let favorite = &result["favorite"];
        assert_eq!((&favorite["price"], &favorite["current"]["price"]), (&json!(stored), &json!(stored)), "{sold}");
    }
}

#[tokio::test]
async fn the_results_are_in_the_order_of_the_request_for_numbers_and_strings() {
    let scene = Scene::with_products(60).await;
    assert_eq!(results(&scene.add(json!("10")).await), ["10 added"]);
    let repeated = scene.add(json!([1, 1, "1"])).await;
    assert_eq!(results(&repeated), ["1 added", "1 duplicate", "1 duplicate"]);
    let favorites: Vec<_> =
        repeated.expect(201)["results"].as_array().unwrap().iter().map(|it| &it["favorite"]).collect();
    assert!(favorites.iter().all(|favorite| *favorite == favorites[0] && favorite["title"] == "Product 1"));
    let all = scene.add(json!((1..=50).rev().collect::<Vec<_>>())).await;
    let word = |id| if [1, 10].contains(&id) { "duplicate" } else { "added" };
    let expected: Vec<_> = (1..=50).rev().map(|id| format!("{id} {}", word(id))).collect();
    all.expect(201);
    assert_eq!(results(&all), expected);
    let events = scene.audit_events("favorite.added").await;
    let counts: Vec<_> = events.iter().map(|event| event["changes"]["favorites"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 1, 48]);
    assert_eq!(events[1]["changes"], json!({"product_ids": "1", "favorites": 1}));
}

/// A catalogue in which the price of product 4 is invalid.
async fn with_invalid_product() -> Scene {
    let scene = Scene::with_products(6).await;
    scene.catalog.set_product(4, "Chair", "-1", None);
    scene.add(json!([1, 2])).await.expect(201);
    scene
}

#[tokio::test]
async fn each_product_has_its_own_result() {
    let scene = with_invalid_product().await;
    let mixed = scene.add(json!([99, 3, 1, 4, "abc", 3, 5, 99])).await;
    mixed.expect(201);
    let expected = [
        "99 not_found",
        "3 added",
        "1 duplicate",
        "4 unavailable",
        "abc not_found",
        "3 duplicate",
        "5 added",
        "99 not_found",
    ];
    assert_eq!(results(&mixed), expected);
    for result in mixed.body["results"].as_array().unwrap() {
        let has_favorite = ["added", "duplicate"].contains(&result["result"].as_str().unwrap());
        assert_eq!(result["favorite"]["product_id"] == result["product_id"], has_favorite, "{result}");
        assert_eq!(result.get("favorite").is_some(), has_favorite, "{result}");
    }
    assert_eq!(scene.favorites().await.len(), 4);
}

#[tokio::test]
async fn a_request_that_adds_nothing_is_an_error_with_the_results() {
    let scene = with_invalid_product().await;
    let before = scene.stored();
    let add = async |ids: Value, status: u16, code: &str| {
        let answer = scene.add(ids).await;
        answer.expect_problem(status, code);
        assert_eq!(answer.header(header::RETRY_AFTER).is_empty(), status != 503);
        results(&answer).join(", ")
    };
    assert_eq!(add(json!([2, 1, 2]), 409, "CONFLICT").await, "2 duplicate, 1 duplicate, 2 duplicate");
    assert_eq!(add(json!(99), 404, "NOT_FOUND").await, "99 not_found");
    assert_eq!(add(json!([98, 99, "abc"]), 404, "NOT_FOUND").await, "98 not_found, 99 not_found, abc not_found");
    assert_eq!(add(json!([4]), 503, "UNAVAILABLE").await, "4 unavailable");
    assert_eq!(add(json!([4, 1]), 503, "UNAVAILABLE").await, "4 unavailable, 1 duplicate");
    assert_eq!(add(json!([99, 4]), 503, "UNAVAILABLE").await, "99 not_found, 4 unavailable");
    assert_eq!(add(json!([99, 1]), 503, "UNAVAILABLE").await, "99 not_found, 1 duplicate");
    assert_eq!(scene.stored(), before);
    assert_eq!(scene.audit_events("favorite.added").await.len(), 1);
}

#[tokio::test]
async fn duplicates_are_recognised_without_a_request_to_the_catalogue() {
    let scene = Scene::with_products(3).await;
    scene.add(json!([1, 2])).await.expect(201);
    scene.catalog.take_requests();
    scene.catalog.go_down();
    let answer = scene.add(json!([2, 1])).await;
    answer.expect_problem(409, "CONFLICT");
    assert_eq!(answer.body["results"][0]["favorite"], scene.favorites().await[1]);
    assert_eq!(scene.catalog.take_requests(), Vec::<String>::new());
}

#[tokio::test]
async fn while_the_catalogue_is_unavailable_nothing_is_stored_and_no_product_is_not_found() {
    let scene = Scene::with_products(3).await;
    scene.add(json!(1)).await.expect(201);
    // Its absence was cached a moment ago.
    scene.add(json!(99)).await.expect_problem(404, "NOT_FOUND");
    scene.app.get("/v1/products/99").bearer(&scene.ada.token).send().await.expect(404);
    scene.app.get("/v1/products/2").bearer(&scene.ada.token).send().await.expect(200);
    let before = (scene.stored(), scene.app.dynamo.items_under("PRODUCT#").len());
    scene.catalog.go_down();
    let other = scene.app.other_instances();
    // More often than the threshold of the circuit breaker. The results are the same when it is
    // open.
    for app in [&scene.app, &scene.app, &scene.app, &other] {
        let answer = app.favorite(&scene.ada, &scene.customer, json!([99, 2, 1])).await;
        answer.expect_problem(503, "UNAVAILABLE");
        assert_eq!(results(&answer), ["99 unavailable", "2 unavailable", "1 duplicate"]);
        let answer = app.favorite(&scene.ada, &scene.customer, json!(99)).await;
        assert_eq!(results(&answer), ["99 unavailable"]);
        assert!(answer.status == 503 && !answer.header(header::RETRY_AFTER).is_empty());
    }
    assert_eq!((scene.stored(), scene.app.dynamo.items_under("PRODUCT#").len()), before);
    scene.catalog.come_back();
    // After the pause, one request shows that the catalogue is available again.
    scene.app.clock.advance(6);
    assert_eq!(results(&scene.add(json!(98)).await), ["98 not_found"]);
    assert_eq!(results(&scene.add(json!([99, 2, 1])).await), ["99 not_found", "2 added", "1 duplicate"]);
}

#[tokio::test]
async fn the_frozen_values_come_from_the_catalogue_and_not_from_the_cache() {
    let scene = Scene::with_products(1).await;
    scene.app.get("/v1/products/1").bearer(&scene.ada.token).send().await.expect(200);
    scene.catalog.set_price(1, "11.00");
    assert_eq!(scene.add(json!(1)).await.expect(201)["results"][0]["favorite"]["price"], "11.00");
}

#[tokio::test]
async fn invalid_product_ids_are_rejected() {
    let scene = Scene::with_products(3).await;
    let before = scene.stored();
    let send = async |body: &Value| -> TestResponse {
        let call = scene.app.post(&scene.path("/favorites")).bearer(&scene.ada.token);
        call.json(body).send().await
    };
    for (value, code) in [
        (json!([]), "out_of_range"),
        (json!(vec![1; 51]), "out_of_range"),
        (json!(-1), "invalid_id"),
        (json!(1.5), "invalid_id"),
        (json!(1e30), "invalid_id"),
        (json!(""), "invalid_id"),
        (json!("../1"), "invalid_id"),
        (json!("1#2"), "invalid_id"),
        (json!("x".repeat(65)), "invalid_id"),
        (json!("1\u{0}"), "invalid_id"),
        (json!([1, "２"]), "invalid_id"),
        (json!(null), "wrong_type"),
        (json!([1, null]), "wrong_type"),
        (json!([[1]]), "wrong_type"),
        (json!({"id": 1}), "wrong_type"),
        (json!(true), "wrong_type"),
    ] {
        assert_eq!(send(&json!({"product_ids": value})).await.field_errors(), [("product_ids", code)], "{value}");
    }
    assert_eq!(send(&json!({})).await.field_errors(), [("product_ids", "missing")]);
    let more = json!({"product_ids": [1], "price": "0.01", "customer_id": scene.customer});
    assert_eq!(send(&more).await.field_errors(), [("customer_id", "unknown_field"), ("price", "unknown_field")]);
    // Numbers out of the range of their type, sent as raw text.
    let raw = async |body: &str| {
        let call = scene.app.post(&scene.path("/favorites")).bearer(&scene.ada.token);
        call.header(header::CONTENT_TYPE, "application/json").body(body.to_owned()).send().await
    };
    for (digits, status) in [("99999999999999999999", 422), ("-99999999999999999999", 422), ("1e999", 400), ("01", 400)]
    {
        assert_eq!(raw(&format!("{{\"product_ids\": [{digits}]}}")).await.status, status, "{digits}");
    }
    assert_eq!(results(&raw("{\"product_ids\": 4294967295}").await), ["4294967295 not_found"]);
    raw("[1]").await.expect(400);
    assert_eq!(scene.stored(), before);
}

#[tokio::test]
async fn adding_takes_four_calls_to_the_table() {
    let scene = Scene::with_products(60).await;
    scene.get().await.expect(200);
    let add = async |ids: Value| {
        scene.app.dynamo.take_calls();
        scene.add(ids).await;
        let mut operations = scene.app.dynamo.take_operations();
        operations.sort_unstable();
        operations.join(" ")
    };
    let ids: Vec<u32> = (1..=25).collect();
    // The customer, the existing favourites, the tracked products, the favourites with their audit
    // event.
    assert_eq!(add(json!(ids)).await, "BatchGetItem BatchWriteItem GetItem TransactWriteItems");
    assert_eq!(add(json!(ids)).await, "BatchGetItem GetItem");
    assert_eq!(add(json!(99)).await, "BatchGetItem GetItem");
}

#[tokio::test]
async fn the_favourites_of_two_customers_are_independent() {
    let scene = Scene::with_products(2).await;
    let app: &TestApp = &scene.app;
    let other = app.customer(&scene.ada, "other@example.com").await;
    scene.add(json!([1, 2])).await.expect(201);
    assert_eq!(results(&app.favorite(&scene.ada, &other, json!(2)).await), ["2 added"]);
    app.delete(&format!("/v1/customers/{other}/favorites/2")).bearer(&scene.ada.token).send().await.expect(204);
    assert_eq!(scene.favorites().await.len(), 2);
}

#[tokio::test]
async fn the_first_request_after_an_outage_adds_all_of_its_products() {
    let scene = Scene::with_products(20).await;
    scene.catalog.go_down();
    scene.add(json!([1, 2, 3])).await.expect_problem(503, "UNAVAILABLE");
    scene.catalog.come_back();
    scene.app.clock.advance(6);
    let ids: Vec<u32> = (1..=20).collect();
    let added = scene.add(json!(ids)).await;
    added.expect(201);
    assert!(results(&added).iter().all(|result| result.ends_with(" added")), "{:?}", results(&added));
}
