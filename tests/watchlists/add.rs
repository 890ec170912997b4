//! `POST /v1/watchlists/items`

use futures_util::future::join_all;
use serde_json::json;

use crate::support::app::TestApp;

#[tokio::test]
async fn an_added_item_can_be_read() {
    let (app, user) = TestApp::with_user().await;
    let call = app.post("/v1/watchlists/items").bearer(&user.token);
    let answer = call.json(&json!({"title": "  Dune ", "type": "movie"})).send().await;
    let item = &answer.expect(201)["item"];
    let (id, at) = (item["id"].as_str().unwrap(), item["created_at"].as_str().unwrap());
    let expected = json!({
        "status": "ok",
        "item": {"id": id, "title": "Dune", "type": "movie", "created_at": at, "updated_at": at},
    });
    assert_eq!(answer.body, expected);
    assert_eq!(answer.header("location"), format!("/v1/watchlists/items/{id}"));
    assert_eq!(answer.header("etag"), "\"1\"");
    let found = app.get(answer.header("location")).bearer(&user.token).send().await;
    assert_eq!(found.expect(200), &expected);
}

#[tokio::test]
async fn adding_is_one_conditional_write_of_three_units() {
    let (app, user) = TestApp::with_user().await;
    app.add(&user, "Dune", "movie").await;
    let calls = app.dynamo.take_calls_after_session();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].operation, "PutItem");
    assert_eq!(calls[0].request["ConditionExpression"], "attribute_not_exists(pk)");
    // One unit for the item, one for each of the two indexes.
    assert!((calls[0].units - 3.0).abs() < f64::EPSILON, "{}", calls[0].units);
}

#[tokio::test]
async fn all_validation_errors_are_reported_together() {
    let (app, user) = TestApp::with_user().await;
    let cases = [
        (json!({}), vec![("title", "missing"), ("type", "missing")]),
        (json!({"title": " ", "type": "film"}), vec![("title", "empty"), ("type", "invalid_choice")]),
        (json!({"title": "x".repeat(256), "type": "show"}), vec![("title", "too_long")]),
        (json!({"title": "x".repeat(100_000 / 2), "type": "show"}), vec![("title", "too_long")]),
        (json!({"title": "a\r\nb", "type": "show"}), vec![("title", "control_character")]),
        (json!({"title": "\u{1b}[2J", "type": "show"}), vec![("title", "control_character")]),
        (json!({"title": 5, "type": ["movie"]}), vec![("title", "wrong_type"), ("type", "wrong_type")]),
        (json!({"title": "Dune", "type": "movie", "id": "1"}), vec![("id", "unknown_field")]),
    ];
    for (body, faults) in cases {
        let answer = app.post("/v1/watchlists/items").bearer(&user.token).json(&body).send().await;
        assert_eq!(answer.field_errors(), faults, "{body}");
    }
    let calls = app.dynamo.take_calls();
    assert!(calls.iter().all(|call| call.operation == "GetItem"), "a rejected request wrote: {calls:?}");
}

#[tokio::test]
async fn a_title_of_255_characters_of_any_script_is_returned_unchanged() {
    let (app, user) = TestApp::with_user().await;
    for title in ["𝄞".repeat(255), "千と千尋の神隠し".to_owned(), "<script>\"'; DROP TABLE".to_owned()] {
        assert_eq!(app.add(&user, &title, "show").await["title"], title);
    }
}

#[tokio::test]
async fn items_added_by_16_concurrent_clients_are_all_stored() {
    let (app, user) = TestApp::with_user().await;
    let titles: Vec<String> = (0..64).map(|n| format!("Title {n}")).collect();
    let client = |n: usize| {
        let (app, user, titles) = (&app, &user, &titles);
        async move {
            for title in titles.iter().skip(n).step_by(16) {
                app.add(user, title, "movie").await;
            }
        }
    };
    join_all((0..16).map(client)).await;
    let page = app.get("/v1/watchlists?limit=100").bearer(&user.token).send().await;
    let mut found: Vec<_> =
        page.expect(200)["watchlist"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
    let mut expected: Vec<_> = titles.iter().map(String::as_str).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}
