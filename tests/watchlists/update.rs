//! `PATCH /v1/watchlists/items/{item_id}`

use http::header;
use serde_json::{Value, json};

use crate::support::app::{TestApp, User};

async fn item(app: &TestApp, user: &User) -> (String, Value) {
    let item = app.add(user, "Dune", "movie").await;
    app.dynamo.take_calls();
    (format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap()), item)
}

#[tokio::test]
async fn a_change_is_visible_at_once_and_keeps_other_fields() {
    let (app, user) = TestApp::with_user().await;
    let (path, before) = item(&app, &user).await;
    let answer = app.patch(&path).bearer(&user.token).json(&json!({"title": "Dune (1984)"})).send().await;
    let after = answer.expect(200)["item"].clone();
    assert_eq!((&after["title"], &after["type"]), (&json!("Dune (1984)"), &json!("movie")));
    assert_eq!((&after["id"], &after["created_at"]), (&before["id"], &before["created_at"]));
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!(app.get(&path).bearer(&user.token).send().await.expect(200)["item"], after);
}

#[tokio::test]
async fn a_changed_type_moves_the_item_to_the_other_filter() {
    let (app, user) = TestApp::with_user().await;
    let (path, _) = item(&app, &user).await;
    app.patch(&path).bearer(&user.token).json(&json!({"type": "show"})).send().await.expect(200);
    for (filter, count) in [("movie", 0), ("show", 1)] {
        let list = app.get(&format!("/v1/watchlists?type={filter}")).bearer(&user.token).send().await;
        assert_eq!(list.expect(200)["watchlist"].as_array().unwrap().len(), count, "{filter}");
    }
}

#[tokio::test]
async fn a_change_is_one_conditional_write() {
    let (app, user) = TestApp::with_user().await;
    let (path, _) = item(&app, &user).await;
    for (body, status) in [(json!({"title": "Dune 2"}), 200), (json!({"type": "show"}), 200)] {
        app.patch(&path).bearer(&user.token).json(&body).send().await.expect(status);
        assert_eq!(app.dynamo.take_operations_after_session(), ["UpdateItem"]);
    }
    let stale = app.patch(&path).bearer(&user.token).header(header::IF_MATCH, "\"1\"").json(&json!({"type": "show"}));
    stale.send().await.expect_problem(412, "PRECONDITION_FAILED");
    assert_eq!(app.dynamo.take_operations_after_session(), ["UpdateItem"]);
}

#[tokio::test]
async fn a_stale_if_match_changes_nothing() {
    let (app, user) = TestApp::with_user().await;
    let (path, _) = item(&app, &user).await;
    let patch = |title: &str, tag: &str| {
        let call = app.patch(&path).bearer(&user.token).header(header::IF_MATCH, tag);
        call.json(&json!({"title": title})).send()
    };
    patch("second", "\"1\"").await.expect(200);
    for tag in ["\"1\"", "W/\"2\"", "\"x\"", ""] {
        patch("lost", tag).await.expect_problem(412, "PRECONDITION_FAILED");
    }
    assert_eq!(app.get(&path).bearer(&user.token).send().await.expect(200)["item"]["title"], "second");
    patch("third", "\"9\", \"2\"").await.expect(200);
    patch("fourth", "*").await.expect(200);
}

#[tokio::test]
async fn an_unknown_item_is_404_with_and_without_if_match() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    let (path, _) = item(&app, &ada).await;
    let unknown = "/v1/watchlists/items/0190a0a0-0000-7000-8000-000000000000";
    for path in [path.as_str(), unknown, "/v1/watchlists/items/nonsense"] {
        for tag in [None, Some("\"1\""), Some("*"), Some("\"9\"")] {
            let call = app.patch(path).bearer(&grace.token).json(&json!({"title": "Mine"}));
            let call = tag.map_or(app.patch(path).bearer(&grace.token).json(&json!({"title": "Mine"})), |tag| {
                call.header(header::IF_MATCH, tag)
            });
            call.send().await.expect_problem(404, "NOT_FOUND");
        }
    }
    assert_eq!(app.get(&path).bearer(&ada.token).send().await.expect(200)["item"]["title"], "Dune");
    assert_eq!(app.dynamo.items().iter().filter(|item| item["title"].is_object()).count(), 1, "a write made an item");
}

#[tokio::test]
async fn invalid_and_empty_changes_are_rejected() {
    let (app, user) = TestApp::with_user().await;
    let (path, _) = item(&app, &user).await;
    let cases = [
        (json!({}), vec![("title", "missing")]),
        (json!({"title": null}), vec![("title", "wrong_type")]),
        (json!({"title": "", "type": ""}), vec![("title", "empty"), ("type", "invalid_choice")]),
        (json!({"title": "ok", "created_at": "2020"}), vec![("created_at", "unknown_field")]),
    ];
    for (body, faults) in cases {
        assert_eq!(app.patch(&path).bearer(&user.token).json(&body).send().await.field_errors(), faults, "{body}");
    }
}
