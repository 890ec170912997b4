use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{LISTS, StandIn, id, products};

#[tokio::test]
async fn a_changed_product_is_changed_in_every_shape_and_in_the_lists_digit_by_digit() {
    let stand_in = StandIn::start().await;
    let change = r#"{"price": 1234567.890, "title": "A <new> \"title\"", "review": 4.50}"#;
    let state = stand_in.set(Method::PUT, "/control/products/7", change).await;
    assert_eq!(state["products"]["7"]["title"], "A <new> \"title\"");

    for path in products().iter().map(String::as_str).chain(LISTS) {
        let (_, body) = stand_in.get(path).await;
        assert!(body.contains(r#""price":1234567.890,"#) && body.contains(r#""A <new> \"title\"""#), "{path}: {body}");
        assert!(body.contains("4.50"), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_product_that_is_gone_is_unknown_in_every_shape_until_it_is_back() {
    let stand_in = StandIn::start().await;
    let before = [stand_in.get(&products()[0]).await, stand_in.get(LISTS[0]).await];
    stand_in.set(Method::PUT, "/control/products/7", r#"{"gone": true}"#).await;

    let [luizalabs, fakestore, simple] = products();
    assert_eq!(stand_in.get(&luizalabs).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stand_in.get(&fakestore).await, (StatusCode::OK, "null".into()));
    assert_eq!(stand_in.get(&simple).await.0, StatusCode::NOT_FOUND);
    let page = stand_in.json(LISTS[0]).await;
    assert_eq!((&page["products"][6]["id"], &page["products"][99]["id"]), (&json!(id(8)), &json!(id(101))));
    assert_eq!(stand_in.json(LISTS[1]).await.as_array().unwrap().len(), 499);
    assert_eq!(stand_in.json(LISTS[2]).await[6]["id"], 8);

    let state = stand_in.set(Method::PUT, "/control/products/7", "{}").await;
    assert_eq!(state["products"], json!({}));
    assert_eq!([stand_in.get(&luizalabs).await, stand_in.get(LISTS[0]).await], before);
}

#[tokio::test]
async fn a_review_can_be_taken_away() {
    let stand_in = StandIn::start().await;
    stand_in.set(Method::PUT, "/control/products/7", r#"{"review": null}"#).await;
    let [luizalabs, fakestore, simple] = products();
    assert_eq!(stand_in.json(&luizalabs).await.get("reviewScore"), None);
    assert_eq!(stand_in.json(&fakestore).await.get("rating"), None);
    assert_eq!(stand_in.json(&simple).await.get("review"), None);
}

#[tokio::test]
async fn reads_are_counted_by_product_in_whatever_shape_and_whatever_was_answered() {
    let stand_in = StandIn::start().await;
    for path in products().iter().map(String::as_str).chain(LISTS) {
        stand_in.get(path).await;
    }
    stand_in.get("/simple/products/501").await;
    stand_in.switch(r#"{"fail": "error"}"#).await;
    stand_in.get("/simple/products/8").await;
    stand_in.get("/images/9.svg").await;
    let reads = stand_in.json("/control").await["reads"].clone();
    assert_eq!(reads, json!({ "total": 8, "products": { "7": 3, "8": 1 } }));

    let state = stand_in.set(Method::DELETE, "/control/reads", "").await;
    assert_eq!(state["reads"], json!({ "total": 0, "products": {} }));
    assert_eq!(state["fail"], "error", "only the counts");
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let stand_in = StandIn::start().await;
    let fresh = stand_in.json("/control").await;
    let expected = json!({
        "latency_ms": 0, "fail": "off", "fail_percent": 100, "products": {}, "reads": { "total": 0, "products": {} },
    });
    assert_eq!(fresh, expected);

    let product = stand_in.get("/simple/products/7").await;
    stand_in.set(Method::PUT, "/control/products/7", r#"{"price": 1}"#).await;
    let state = stand_in.switch(r#"{"latency_ms": 1, "fail": "null_body", "fail_percent": 50}"#).await;
    assert_eq!(state["fail"], "null_body");
    assert_eq!([&state["latency_ms"], &state["fail_percent"]], [1, 50]);
    assert_eq!(stand_in.set(Method::DELETE, "/control", "").await, fresh);
    assert_eq!(stand_in.get("/simple/products/7").await, product);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_message_and_changes_nothing() {
    let stand_in = StandIn::start().await;
    let deep = "[".repeat(10_000);
    let switches = [
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
    let changes = [
        r#"{"price": "9.99"}"#,
        r#"{"price": {"amount": 1}}"#,
        r#"{"price": 1e}"#,
        r#"{"title": 5}"#,
        r#"{"review": "good"}"#,
        r#"{"gone": "yes"}"#,
        r#"{"colour": "red"}"#,
        "nonsense",
    ];
    let patches = switches.iter().map(|body| (Method::PATCH, "/control", body));
    let puts = changes.iter().map(|body| (Method::PUT, "/control/products/7", body));
    for (method, path, body) in patches.chain(puts) {
        let (status, answer) = stand_in.call(method, path, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {answer}");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(!answer["message"].as_str().unwrap().is_empty(), "{path} {body}");
    }
    let (_, answer) = stand_in.call(Method::PATCH, "/control", switches[0]).await;
    assert!(answer.contains("`off`") && answer.contains("`cut_off`"), "the message names the choices: {answer}");
    for number in ["0", "501", "x", "70000"] {
        let path = format!("/control/products/{number}");
        assert_eq!(stand_in.call(Method::PUT, &path, "{}").await.0, StatusCode::NOT_FOUND, "{number}");
    }
    let state = stand_in.json("/control").await;
    assert_eq!((&state["fail"], &state["latency_ms"], &state["products"]), (&json!("off"), &json!(0), &json!({})));
}

#[tokio::test]
async fn a_price_that_no_shop_should_have_is_passed_on_for_a_catalogue_may_lie() {
    let stand_in = StandIn::start().await;
    for price in ["-1", "0.30000000000000004", "1e400", "0"] {
        stand_in.call(Method::PUT, "/control/products/7", &format!(r#"{{"price": {price}}}"#)).await;
        let (_, body) = stand_in.get("/simple/products/7").await;
        assert!(body.contains(&format!(r#""price":{price},"#)), "{body}");
    }
}
