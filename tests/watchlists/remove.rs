//! `DELETE /v1/watchlists/items/{item_id}`

use http::header;
use serde_json::Value;

use crate::support::app::TestApp;

#[tokio::test]
async fn a_removed_item_no_longer_exists() {
    let (app, user) = TestApp::with_user().await;
    let id = app.add(&user, "Dune", "movie").await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/watchlists/items/{id}");
    app.dynamo.take_calls();
    assert_eq!(app.delete(&path).bearer(&user.token).send().await.expect(204), &Value::Null);
    assert_eq!(app.dynamo.take_operations_after_session(), ["DeleteItem"]);
    app.get(&path).bearer(&user.token).send().await.expect_problem(404, "NOT_FOUND");
    app.delete(&path).bearer(&user.token).send().await.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_stale_if_match_removes_nothing() {
    let (app, user) = TestApp::with_user().await;
    let id = app.add(&user, "Dune", "movie").await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/watchlists/items/{id}");
    let remove = |tag| app.delete(&path).bearer(&user.token).header(header::IF_MATCH, tag).send();
    remove("\"2\"").await.expect_problem(412, "PRECONDITION_FAILED");
    app.get(&path).bearer(&user.token).send().await.expect(200);
    remove("\"1\"").await.expect(204);
    remove("\"1\"").await.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn an_item_of_another_user_cannot_be_removed() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    let id = app.add(&ada, "Dune", "movie").await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/watchlists/items/{id}");
    app.delete(&path).bearer(&grace.token).send().await.expect_problem(404, "NOT_FOUND");
    app.get(&path).bearer(&ada.token).send().await.expect(200);
}
