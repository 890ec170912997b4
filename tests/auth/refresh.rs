//! `POST /v1/auth/refresh`

use data_encoding::{BASE64, BASE64URL_NOPAD};
use futures_util::future::join_all;
use serde_json::json;
use shared::auth::RefreshToken;

use crate::support::{
    app::{PASSWORD, TestApp},
    response::TestResponse,
};

async fn refresh(app: &TestApp, token: &str) -> TestResponse {
    app.post("/v1/auth/refresh").json(&json!({"refresh_token": token})).send().await
}

fn text<'a>(answer: &'a TestResponse, name: &str) -> &'a str {
    answer.expect(200)[name].as_str().unwrap()
}

/// An app with a session. Returns its access token and its refresh token.
async fn with_session() -> (TestApp, String, String) {
    let (app, _) = TestApp::with_user().await;
    let answer = app.login("ada@example.com", PASSWORD).await;
    let (access, refresh) = (text(&answer, "access_token").to_owned(), text(&answer, "refresh_token").to_owned());
    app.dynamo.take_calls();
    (app, access, refresh)
}

/// The stored hash of the current refresh token.
fn current_hash(app: &TestApp, of: &str) -> Option<Vec<u8>> {
    let sk = format!("SESSION#{}", RefreshToken::parse(of).unwrap().session_id());
    let item = app.dynamo.items().into_iter().find(|item| item["sk"]["S"] == sk)?;
    Some(BASE64.decode(item["refresh_hash"]["B"].as_str().unwrap().as_bytes()).unwrap())
}

fn hash(token: &str) -> Vec<u8> {
    RefreshToken::parse(token).unwrap().hash().to_vec()
}

#[tokio::test]
async fn refresh_returns_new_tokens_of_the_same_session() {
    let (app, _, first) = with_session().await;
    let answer = refresh(&app, &first).await;
    let body = answer.expect(200);
    let expected = json!({
        "status": "ok", "access_token": body["access_token"], "token_type": "bearer", "expires_in": 900,
        "refresh_token": body["refresh_token"], "refresh_expires_in": 604_800,
    });
    assert_eq!(body, &expected);
    assert_ne!(text(&answer, "refresh_token"), first);
    app.get("/v1/auth/me").bearer(text(&answer, "access_token")).send().await.expect(200);
}

#[tokio::test]
async fn refresh_makes_two_reads_and_one_conditional_write() {
    let (app, _, first) = with_session().await;
    refresh(&app, &first).await.expect(200);
    let calls = app.dynamo.take_calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["GetItem", "GetItem", "UpdateItem"]);
    assert_eq!(calls[2].request["ConditionExpression"], "refresh_hash = :before");
}

#[tokio::test]
async fn a_thousand_lost_responses_do_not_sign_out_the_user() {
    let (app, _, mut token) = with_session().await;
    for _ in 0..1000 {
        let _lost = refresh(&app, &token).await;
        let answer = refresh(&app, &token).await;
        token = text(&answer, "refresh_token").to_owned();
    }
    refresh(&app, &token).await.expect(200);
}

#[tokio::test]
async fn a_thousand_races_never_fork_a_session() {
    let (app, _, mut token) = with_session().await;
    for race in 0..1000 {
        let answers = join_all((0..3).map(|_| refresh(&app, &token))).await;
        let issued: Vec<&str> = answers.iter().map(|answer| text(answer, "refresh_token")).collect();
        let current = current_hash(&app, &token).unwrap();
        let winners: Vec<&&str> = issued.iter().filter(|token| hash(token) == current).collect();
        assert_eq!(winners.len(), 1, "race {race}: not exactly one of the issued tokens is valid");
        token = (*winners[0]).to_owned();
    }
}

#[tokio::test]
async fn replaying_a_used_token_revokes_the_session_for_thief_and_owner() {
    let (app, access, first) = with_session().await;
    let second = text(&refresh(&app, &first).await, "refresh_token").to_owned();
    let third = refresh(&app, &second).await;
    let (third, third_access) = (text(&third, "refresh_token").to_owned(), text(&third, "access_token").to_owned());
    refresh(&app, &first).await.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(current_hash(&app, &first), None);
    refresh(&app, &third).await.expect_problem(401, "UNAUTHORIZED");
    for token in [access, third_access] {
        app.get("/v1/auth/me").bearer(&token).send().await.expect_problem(401, "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn an_unused_refresh_token_expires_after_7_days_and_a_session_after_30() {
    let (app, _, mut token) = with_session().await;
    for day in (6..30).step_by(6) {
        app.clock.advance(6 * 86_400);
        let answer = refresh(&app, &token).await;
        let expires_in = answer.expect(200)["refresh_expires_in"].as_i64().unwrap();
        assert!(expires_in <= 7.min(30 - day) * 86_400, "day {day}: {expires_in}");
        token = text(&answer, "refresh_token").to_owned();
    }
    app.clock.advance(6 * 86_400 + 60);
    refresh(&app, &token).await.expect_problem(401, "UNAUTHORIZED");

    let (app, _, token) = with_session().await;
    app.clock.advance(7 * 86_400);
    refresh(&app, &token).await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_malformed_refresh_token_is_an_invalid_credential() {
    let (app, access, token) = with_session().await;
    let mut forged = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
    forged[..16].reverse();
    let forged = BASE64URL_NOPAD.encode(&forged);
    for text in ["", "x", &access, &token[..80], &format!("{token}x"), &forged] {
        refresh(&app, text).await.expect_problem(401, "UNAUTHORIZED");
    }
    let answer = app.post("/v1/auth/refresh").json(&json!({"token": token})).send().await;
    assert_eq!(answer.field_errors(), [("refresh_token", "missing"), ("token", "unknown_field")]);
    refresh(&app, &token).await.expect(200);
}
