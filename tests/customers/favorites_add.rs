//! `POST /v1/customers/{customer_id}/favorites`

use http::header;
use serde_json::{Value, json};

use super::{Scene, results};
use crate::support::{answer::Answer, app::TestApp};

#[tokio::test]
async fn a_product_becomes_a_favourite_as_it_is_sold() {
    let scene = Scene::selling(0).await;
    scene.shop.put(7, "Chair", "109.95", None);
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
    assert_eq!(scene.shop.take_asked(), ["/products/7"]);
}

#[tokio::test]
async fn prices_are_exact_decimals_as_text() {
    let scene = Scene::selling(0).await;
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
        scene.shop.put(id, "Chair", sold, None);
    }
    let answer = scene.add(json!((1..=prices.len()).collect::<Vec<_>>())).await;
    for (result, (sold, kept)) in answer.expect(201)["results"].as_array().unwrap().iter().zip(prices) {
        let favorite = &result["favorite"];
        assert_eq!((&favorite["price"], &favorite["current"]["price"]), (&json!(kept), &json!(kept)), "{sold}");
    }
}

#[tokio::test]
async fn one_id_or_a_list_of_numbers_and_texts_is_answered_in_the_order_asked() {
    let scene = Scene::selling(60).await;
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
    let events = scene.told("favorite.added").await;
    let counts: Vec<_> = events.iter().map(|event| event["changes"]["favorites"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 1, 48]);
    assert_eq!(events[1]["changes"], json!({"product_ids": "1", "favorites": 1}));
}

/// Product 4 is sold at a price that is none.
async fn with_a_bad_product() -> Scene {
    let scene = Scene::selling(6).await;
    scene.shop.put(4, "Chair", "-1", None);
    scene.add(json!([1, 2])).await.expect(201);
    scene
}

#[tokio::test]
async fn each_product_has_its_own_result() {
    let scene = with_a_bad_product().await;
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
async fn an_answer_without_one_added_is_an_error_with_the_results() {
    let scene = with_a_bad_product().await;
    let before = scene.stored();
    let ask = async |ids: Value, status: u16, code: &str| {
        let answer = scene.add(ids).await;
        answer.expect_problem(status, code);
        assert_eq!(answer.header(header::RETRY_AFTER).is_empty(), status != 503);
        results(&answer).join(", ")
    };
    assert_eq!(ask(json!([2, 1, 2]), 409, "CONFLICT").await, "2 duplicate, 1 duplicate, 2 duplicate");
    assert_eq!(ask(json!(99), 404, "NOT_FOUND").await, "99 not_found");
    assert_eq!(ask(json!([98, 99, "abc"]), 404, "NOT_FOUND").await, "98 not_found, 99 not_found, abc not_found");
    assert_eq!(ask(json!([4]), 503, "UNAVAILABLE").await, "4 unavailable");
    assert_eq!(ask(json!([4, 1]), 503, "UNAVAILABLE").await, "4 unavailable, 1 duplicate");
    assert_eq!(ask(json!([99, 4]), 503, "UNAVAILABLE").await, "99 not_found, 4 unavailable");
    assert_eq!(ask(json!([99, 1]), 503, "UNAVAILABLE").await, "99 not_found, 1 duplicate");
    assert_eq!(scene.stored(), before);
    assert_eq!(scene.told("favorite.added").await.len(), 1);
}

#[tokio::test]
async fn duplicates_are_recognised_without_asking_the_catalogue() {
    let scene = Scene::selling(3).await;
    scene.add(json!([1, 2])).await.expect(201);
    scene.shop.take_asked();
    scene.shop.set_down(true);
    let answer = scene.add(json!([2, 1])).await;
    answer.expect_problem(409, "CONFLICT");
    assert_eq!(answer.body["results"][0]["favorite"], scene.favorites().await[1]);
    assert_eq!(scene.shop.take_asked(), Vec::<String>::new());
}

#[tokio::test]
async fn while_the_catalogue_is_away_nothing_is_stored_and_nothing_is_called_unknown() {
    let scene = Scene::selling(3).await;
    scene.add(json!(1)).await.expect(201);
    // Known as absent a moment ago, in this instance and in the table.
    scene.add(json!(99)).await.expect_problem(404, "NOT_FOUND");
    scene.app.get("/v1/products/99").bearer(&scene.ada.token).send().await.expect(404);
    scene.app.get("/v1/products/2").bearer(&scene.ada.token).send().await.expect(200);
    let before = (scene.stored(), scene.app.dynamo.items_under("PRODUCT#").len());
    scene.shop.set_down(true);
    let other = scene.app.other_instances();
    // More often than the breaker takes to open: the same words afterwards.
    for app in [&scene.app, &scene.app, &scene.app, &other] {
        let answer = app.favorite(&scene.ada, &scene.customer, json!([99, 2, 1])).await;
        answer.expect_problem(503, "UNAVAILABLE");
        assert_eq!(results(&answer), ["99 unavailable", "2 unavailable", "1 duplicate"]);
        let answer = app.favorite(&scene.ada, &scene.customer, json!(99)).await;
        assert_eq!(results(&answer), ["99 unavailable"]);
        assert!(answer.status == 503 && !answer.header(header::RETRY_AFTER).is_empty());
    }
    assert_eq!((scene.stored(), scene.app.dynamo.items_under("PRODUCT#").len()), before);
    scene.shop.set_down(false);
    // After a pause one question finds out that the catalogue is back.
    scene.app.clock.advance(6);
    assert_eq!(results(&scene.add(json!(98)).await), ["98 not_found"]);
    assert_eq!(results(&scene.add(json!([99, 2, 1])).await), ["99 not_found", "2 added", "1 duplicate"]);
}

#[tokio::test]
async fn what_becomes_frozen_is_what_the_product_is_now_and_not_what_was_cached() {
    let scene = Scene::selling(1).await;
    scene.app.get("/v1/products/1").bearer(&scene.ada.token).send().await.expect(200);
    scene.shop.set_price(1, "11.00");
    assert_eq!(scene.add(json!(1)).await.expect(201)["results"][0]["favorite"]["price"], "11.00");
}

#[tokio::test]
async fn what_cannot_be_products_is_refused() {
    let scene = Scene::selling(3).await;
    let before = scene.stored();
    let send = async |body: &Value| -> Answer {
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
        assert_eq!(send(&json!({"product_ids": value})).await.faults(), [("product_ids", code)], "{value}");
    }
    assert_eq!(send(&json!({})).await.faults(), [("product_ids", "missing")]);
    let more = json!({"product_ids": [1], "price": "0.01", "customer_id": scene.customer});
    assert_eq!(send(&more).await.faults(), [("customer_id", "unknown_field"), ("price", "unknown_field")]);
    // Digits that no number has room for, as they stand on the wire.
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
async fn adding_asks_the_table_for_little() {
    let scene = Scene::selling(60).await;
    scene.get().await.expect(200);
    let ask = async |ids: Value| {
        scene.app.dynamo.take_calls();
        scene.add(ids).await;
        let mut operations = scene.app.dynamo.take_operations();
        operations.sort_unstable();
        operations.join(" ")
    };
    let ids: Vec<u32> = (1..=25).collect();
    // The customer, what is there, marks, favourites with their event.
    assert_eq!(ask(json!(ids)).await, "BatchGetItem BatchWriteItem GetItem TransactWriteItems");
    assert_eq!(ask(json!(ids)).await, "BatchGetItem GetItem");
    assert_eq!(ask(json!(99)).await, "BatchGetItem GetItem");
}

#[tokio::test]
async fn each_customer_has_favourites_of_its_own() {
    let scene = Scene::selling(2).await;
    let app: &TestApp = &scene.app;
    let other = app.customer(&scene.ada, "other@example.com").await;
    scene.add(json!([1, 2])).await.expect(201);
    assert_eq!(results(&app.favorite(&scene.ada, &other, json!(2)).await), ["2 added"]);
    app.delete(&format!("/v1/customers/{other}/favorites/2")).bearer(&scene.ada.token).send().await.expect(204);
    assert_eq!(scene.favorites().await.len(), 2);
}

#[tokio::test]
async fn the_first_request_after_an_outage_adds_all_of_its_products() {
    let scene = Scene::selling(20).await;
    scene.shop.set_down(true);
    scene.add(json!([1, 2, 3])).await.expect_problem(503, "UNAVAILABLE");
    scene.shop.set_down(false);
    scene.app.clock.advance(6);
    let ids: Vec<u32> = (1..=20).collect();
    let added = scene.add(json!(ids)).await;
    added.expect(201);
    assert!(results(&added).iter().all(|result| result.ends_with(" added")), "{:?}", results(&added));
}
