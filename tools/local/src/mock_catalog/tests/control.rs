use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{LIST_PATHS, TestCatalog, id, product_paths};

#[tokio::test]
async fn a_product_change_appears_in_every_format_and_list_with_its_exact_digits() {
    let catalog = TestCatalog::start().await;
    let change = r#"{"price": 1234567.890, "title": "A <new> \"title\"", "review": 4.50}"#;
    let state = catalog.control(Method::PUT, "/control/products/7", change).await;
    assert_eq!(state["products"]["7"]["title"], "A <new> \"title\"");

    for path in product_paths().iter().map(String::as_str).chain(LIST_PATHS) {
        let (_, body) = catalog.get(path).await;
        assert!(body.contains(r#""price":1234567.890,"#) && body.contains(r#""A <new> \"title\"""#), "{path}: {body}");
        assert!(body.contains("4.50"), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_gone_product_is_not_found_in_every_format_until_it_is_restored() {
    let catalog = TestCatalog::start().await;
    let before = [catalog.get(&product_paths()[0]).await, catalog.get(LIST_PATHS[0]).await];
    catalog.control(Method::PUT, "/control/products/7", r#"{"gone": true}"#).await;

    let [luizalabs, fakestore, simple] = product_paths();
    assert_eq!(catalog.get(&luizalabs).await.0, StatusCode::NOT_FOUND);
    assert_eq!(catalog.get(&fakestore).await, (StatusCode::OK, "null".into()));
    assert_eq!(catalog.get(&simple).await.0, StatusCode::NOT_FOUND);
    let page = catalog.json(LIST_PATHS[0]).await;
    assert_eq!((&page["products"][6]["id"], &page["products"][99]["id"]), (&json!(id(8)), &json!(id(101))));
    assert_eq!(catalog.json(LIST_PATHS[1]).await.as_array().unwrap().len(), 499);
    assert_eq!(catalog.json(LIST_PATHS[2]).await[6]["id"], 8);

    let state = catalog.control(Method::PUT, "/control/products/7", "{}").await;
    assert_eq!(state["products"], json!({}));
    assert_eq!([catalog.get(&luizalabs).await, catalog.get(LIST_PATHS[0]).await], before);
}

#[tokio::test]
async fn a_review_can_be_removed() {
    let catalog = TestCatalog::start().await;
    catalog.control(Method::PUT, "/control/products/7", r#"{"review": null}"#).await;
    let [luizalabs, fakestore, simple] = product_paths();
    assert_eq!(catalog.json(&luizalabs).await.get("reviewScore"), None);
    assert_eq!(catalog.json(&fakestore).await.get("rating"), None);
    assert_eq!(catalog.json(&simple).await.get("review"), None);
}

#[tokio::test]
async fn reads_are_counted_per_product_across_formats_and_responses() {
    let catalog = TestCatalog::start().await;
    for path in product_paths().iter().map(String::as_str).chain(LIST_PATHS) {
        catalog.get(path).await;
    }
    catalog.get("/simple/products/501").await;
    catalog.patch_control(r#"{"fail": "error"}"#).await;
    catalog.get("/simple/products/8").await;
    catalog.get("/images/9.svg").await;
    let reads = catalog.json("/control").await["reads"].clone();
    assert_eq!(reads, json!({ "total": 8, "products": { "7": 3, "8": 1 } }));

    let state = catalog.control(Method::DELETE, "/control/reads", "").await;
    assert_eq!(state["reads"], json!({ "total": 0, "products": {} }));
    assert_eq!(state["fail"], "error", "more than the counts was reset");
}

#[tokio::test]
async fn a_reset_restores_the_initial_state() {
    let catalog = TestCatalog::start().await;
    let fresh = catalog.json("/control").await;
    let expected = json!({
        "latency_ms": 0, "fail": "off", "fail_percent": 100, "products": {}, "reads": { "total": 0, "products": {} },
    });
    assert_eq!(fresh, expected);

    let product = catalog.get("/simple/products/7").await;
    catalog.control(Method::PUT, "/control/products/7", r#"{"price": 1}"#).await;
    let state = catalog.patch_control(r#"{"latency_ms": 1, "fail": "null_body", "fail_percent": 50}"#).await;
    assert_eq!(state["fail"], "null_body");
    assert_eq!([&state["latency_ms"], &state["fail_percent"]], [1, 50]);
    assert_eq!(catalog.control(Method::DELETE, "/control", "").await, fresh);
    assert_eq!(catalog.get("/simple/products/7").await, product);
}

#[tokio::test]
async fn invalid_requests_are_rejected_with_a_message_and_change_nothing() {
    let catalog = TestCatalog::start().await;
    let deep = "[".repeat(10_000);
    let invalid_patches = [
        r#"{"fail": "sometimes"}"#,
        r#"{"fail": 500}"#,
        r#"{"fail_percent": 101}"#,
        r#"{"fail_percent": -1}"#,
        r#"{"fail_percent": 300}"#,
        r#"{"latency_ms": 60001}"#,
        r#"{"latency_ms": 1.5}"#,
        r#"{"latency": 5}"#,
        "",
        "[]",
        "\u{0}",
        &deep,
    ];
    let invalid_changes = [
        r#"{"price": "9.99"}"#,
        r#"{"price": {"amount": 1}}"#,
        r#"{"price": 1e}"#,
        r#"{"title": 5}"#,
        r#"{"review": "good"}"#,
        r#"{"gone": "yes"}"#,
        r#"{"colour": "red"}"#,
        "nonsense",
    ];
    let patches = invalid_patches.iter().map(|body| (Method::PATCH, "/control", body));
    let puts = invalid_changes.iter().map(|body| (Method::PUT, "/control/products/7", body));
    for (method, path, body) in patches.chain(puts) {
        let (status, response) = catalog.call(method, path, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {response}");
        let response: serde_json::Value = serde_json::from_str(&response).unwrap();
        assert!(!response["message"].as_str().unwrap().is_empty(), "{path} {body}");
    }
    let (_, response) = catalog.call(Method::PATCH, "/control", invalid_patches[0]).await;
    assert!(
        response.contains("`off`") && response.contains("`cut_off`"),
        "the message does not list the valid values: {response}"
    );
    for number in ["0", "501", "x", "70000"] {
        let path = format!("/control/products/{number}");
        assert_eq!(catalog.call(Method::PUT, &path, "{}").await.0, StatusCode::NOT_FOUND, "{number}");
    }
    let state = catalog.json("/control").await;
    assert_eq!((&state["fail"], &state["latency_ms"], &state["products"]), (&json!("off"), &json!(0), &json!({})));
}

#[tokio::test]
async fn unreasonable_prices_are_accepted_and_served_unchanged() {
    let catalog = TestCatalog::start().await;
    for price in ["-1", "0.30000000000000004", "1e400", "0"] {
        catalog.call(Method::PUT, "/control/products/7", &format!(r#"{{"price": {price}}}"#)).await;
        let (_, body) = catalog.get("/simple/products/7").await;
        assert!(body.contains(&format!(r#""price":{price},"#)), "{body}");
    }
}
