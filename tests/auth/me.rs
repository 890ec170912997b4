//! `GET /v1/auth/me`

use serde_json::json;

use crate::support::app::TestApp;

#[tokio::test]
async fn each_caller_receives_their_own_account() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    for (user, email) in [(&ada, "ada@example.com"), (&grace, "grace@example.com")] {
        let answer = app.get("/v1/auth/me").bearer(&user.token).send().await;
        let body = answer.expect(200);
        let expected = json!({"id": user.id, "email": email, "role": "user", "created_at": body["created_at"]});
        assert_eq!(body, &expected);
        assert!(body["created_at"].as_str().unwrap().ends_with('Z'));
    }
}

#[tokio::test]
async fn an_unchanged_account_is_304() {
    let (app, user) = TestApp::with_user().await;
    let first = app.get("/v1/auth/me").bearer(&user.token).send().await;
    let call = app.get("/v1/auth/me").bearer(&user.token);
    call.header(http::header::IF_NONE_MATCH, first.header("etag")).send().await.expect(304);
}

#[tokio::test]
async fn reading_the_account_is_one_read() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    let calls = app.dynamo.take_calls_after_session();
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].operation.as_str(), &calls[0].request["ConsistentRead"]), ("GetItem", &json!(true)));
}
