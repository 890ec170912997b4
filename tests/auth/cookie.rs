//! The refresh token of a browser: in a cookie that scripts cannot read.

use http::header;
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp},
    response::TestResponse,
};

async fn sign_in(app: &TestApp, host: &str) -> TestResponse {
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "refresh_cookie": true});
    app.post("/v1/auth/login").header(header::HOST, host).json(&body).send().await
}

async fn refresh(app: &TestApp, cookie: &str) -> TestResponse {
    app.post("/v1/auth/refresh").header(header::COOKIE, cookie).json(&json!({})).send().await
}

/// The pair `refresh_token=...` that the browser sends back.
fn cookie(answer: &TestResponse) -> String {
    answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

fn attributes(answer: &TestResponse) -> Vec<&str> {
    answer.header(header::SET_COOKIE).split("; ").skip(1).collect()
}

#[tokio::test]
async fn a_browser_receives_the_refresh_token_in_an_http_only_cookie() {
    let (app, _) = TestApp::with_user().await;
    let answer = sign_in(&app, "api.example.com").await;
    assert_eq!(answer.expect(200)["refresh_token"], Value::Null);
    assert_eq!(answer.body["refresh_expires_in"], 604_800);
    let mut found = attributes(&answer);
    found.sort_unstable();
    assert_eq!(found, ["HttpOnly", "Max-Age=604800", "Path=/v1/auth", "SameSite=Strict", "Secure"]);
    // A local stack has no TLS.
    assert!(!attributes(&sign_in(&app, "127.0.0.1:9000").await).contains(&"Secure"));
}

#[tokio::test]
async fn no_cookie_is_set_unless_requested() {
    let (app, _) = TestApp::with_user().await;
    let answer = app.login("ada@example.com", PASSWORD).await;
    let token = answer.expect(200)["refresh_token"].as_str().unwrap();
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    let answer = app.post("/v1/auth/refresh").json(&json!({"refresh_token": token})).send().await;
    assert!(answer.expect(200)["refresh_token"].is_string() && !answer.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn the_cookie_refreshes_the_session_and_is_replaced() {
    let (app, _) = TestApp::with_user().await;
    let first = cookie(&sign_in(&app, "").await);
    let answer = refresh(&app, &first).await;
    let token = answer.expect(200)["access_token"].as_str().unwrap();
    assert_eq!(answer.body["refresh_token"], Value::Null);
    app.get("/v1/auth/me").bearer(token).send().await.expect(200);
    let second = cookie(&answer);
    assert_ne!(first, second);
    refresh(&app, &second).await.expect(200);
    // A used token may be stolen, so its session is revoked.
    refresh(&app, &first).await.expect_problem(401, "UNAUTHORIZED");
    refresh(&app, &second).await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_token_in_the_body_takes_precedence_over_a_cookie() {
    let (app, _) = TestApp::with_user().await;
    let token = app.login("ada@example.com", PASSWORD).await.expect(200)["refresh_token"].clone();
    let other = cookie(&sign_in(&app, "").await);
    let call = app.post("/v1/auth/refresh").header(header::COOKIE, &other).json(&json!({"refresh_token": token}));
    let answer = call.send().await;
    assert!(answer.expect(200)["refresh_token"].is_string() && !answer.headers.contains_key(header::SET_COOKIE));
    refresh(&app, &other).await.expect(200);
}

#[tokio::test]
async fn an_invalid_cookie_is_401_and_a_request_without_token_is_422() {
    let (app, _) = TestApp::with_user().await;
    for nonsense in ["refresh_token=abc", "refresh_token=", "a=b; refresh_token=%00"] {
        refresh(&app, nonsense).await.expect_problem(401, "UNAUTHORIZED");
    }
    let answer = app.post("/v1/auth/refresh").json(&json!({})).send().await;
    assert_eq!(answer.field_errors(), [("refresh_token", "missing")]);
}

#[tokio::test]
async fn signing_out_clears_the_cookie() {
    let (app, _) = TestApp::with_user().await;
    let answer = sign_in(&app, "").await;
    let (token, refresh_cookie) = (answer.expect(200)["access_token"].as_str().unwrap(), cookie(&answer));
    let out = app.post("/v1/auth/logout").bearer(token).header(header::COOKIE, &refresh_cookie).send().await;
    out.expect(204);
    assert_eq!(cookie(&out), "refresh_token=");
    assert!(attributes(&out).contains(&"Max-Age=0") && attributes(&out).contains(&"Path=/v1/auth"));
    refresh(&app, &refresh_cookie).await.expect_problem(401, "UNAUTHORIZED");
    // A client without a cookie receives no `Set-Cookie`.
    let other = sign_in(&app, "").await;
    let token = other.expect(200)["access_token"].as_str().unwrap();
    let out = app.post("/v1/auth/logout").bearer(token).send().await;
    assert!(out.expect(204).is_null() && !out.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn deleting_the_account_clears_the_cookie() {
    let (app, _) = TestApp::with_user().await;
    let answer = sign_in(&app, "").await;
    let (token, refresh_cookie) = (answer.expect(200)["access_token"].as_str().unwrap(), cookie(&answer));
    let call = app
        .delete("/v1/auth/me")
        .bearer(token)
        .header(header::COOKIE, &refresh_cookie)
        .json(&json!({"password": PASSWORD}));
    let gone = call.send().await;
    gone.expect(204);
    assert_eq!(cookie(&gone), "refresh_token=");
    refresh(&app, &refresh_cookie).await.expect_problem(401, "UNAUTHORIZED");
}
