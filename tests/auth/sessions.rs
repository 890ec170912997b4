//! `/v1/auth/logout`, `/v1/auth/sessions` and `/v1/auth/password`: revocation applies to all
//! instances at once.

use http::{Method, header};
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp},
    dynamo::Fault,
    response::TestResponse,
};

/// Signs in again and returns the access token and the refresh token.
async fn sign_in(app: &TestApp, agent: &str) -> (String, String) {
    let call = app.post("/v1/auth/login").json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    let answer = call.header(header::USER_AGENT, agent).send().await;
    let text = |name: &str| answer.expect(200)[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn me(app: &TestApp, access: &str) -> u16 {
    app.get("/v1/auth/me").bearer(access).send().await.status.as_u16()
}

async fn refresh(app: &TestApp, token: &str) -> TestResponse {
    app.post("/v1/auth/refresh").json(&json!({"refresh_token": token})).send().await
}

#[tokio::test]
async fn signing_out_revokes_both_tokens_of_the_session_and_no_other_session() {
    let (app, other) = TestApp::with_user().await;
    let (access, refresh_token) = sign_in(&app, "phone").await;
    assert_eq!(app.post("/v1/auth/logout").bearer(&access).send().await.expect(204), &Value::Null);
    assert_eq!(me(&app, &access).await, 401);
    refresh(&app, &refresh_token).await.expect_problem(401, "UNAUTHORIZED");
    app.post("/v1/auth/logout").bearer(&access).send().await.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(me(&app, &other.token).await, 200);
}

#[tokio::test]
async fn signing_out_everywhere_revokes_all_sessions_of_that_user_only() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    let mut sessions = vec![ada.token.clone()];
    for n in 0..30 {
        sessions.push(sign_in(&app, &format!("device {n}")).await.0);
    }
    app.post("/v1/auth/logout").bearer(&ada.token).json(&json!({"all": true})).send().await.expect(204);
    for access in &sessions {
        assert_eq!(me(&app, access).await, 401);
    }
    assert_eq!(me(&app, &grace.token).await, 200);
}

#[tokio::test]
async fn the_body_of_logout_is_optional_and_validated() {
    let (app, user) = TestApp::with_user().await;
    let logout = |body: Value| app.post("/v1/auth/logout").bearer(&user.token).json(&body).send();
    assert_eq!(
        logout(json!({"all": "yes", "x": 1})).await.field_errors(),
        [("all", "wrong_type"), ("x", "unknown_field")]
    );
    logout(json!([])).await.expect_problem(400, "BAD_REQUEST");
    let text = app.post("/v1/auth/logout").bearer(&user.token).header(header::CONTENT_TYPE, "text/plain").body("all");
    text.send().await.expect_problem(415, "UNSUPPORTED_MEDIA_TYPE");
    logout(json!({"all": false})).await.expect(204);
}

#[tokio::test]
async fn sessions_are_listed_newest_first_and_can_be_revoked_one_by_one() {
    let (app, user) = TestApp::with_user().await;
    let (phone, _) = sign_in(&app, "phone").await;
    let list = app.get("/v1/auth/sessions").bearer(&user.token).send().await;
    let sessions = list.expect(200)["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let newest = &sessions[0];
    let expected = json!({
        "id": newest["id"], "created_at": newest["created_at"], "last_used_at": newest["created_at"],
        "ip": "192.0.2.7", "user_agent": "phone", "current": false,
    });
    assert_eq!(newest, &expected);
    assert_eq!(sessions[1]["current"], true);

    let path = format!("/v1/auth/sessions/{}", newest["id"].as_str().unwrap());
    app.delete(&path).bearer(&user.token).send().await.expect(204);
    assert_eq!(me(&app, &phone).await, 401);
    app.delete(&path).bearer(&user.token).send().await.expect_problem(404, "NOT_FOUND");
    let left = app.get("/v1/auth/sessions").bearer(&user.token).send().await;
    assert_eq!(left.expect(200)["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_user_cannot_revoke_or_see_the_session_of_another() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    let list = app.get("/v1/auth/sessions").bearer(&grace.token).send().await;
    let id = list.expect(200)["sessions"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/auth/sessions/{id}");
    app.delete(&path).bearer(&ada.token).send().await.expect_problem(404, "NOT_FOUND");
    assert_eq!(me(&app, &grace.token).await, 200);
}

async fn change_password(app: &TestApp, token: &str, current: &str, new: &str) -> TestResponse {
    let body = json!({"current_password": current, "new_password": new});
    app.call(Method::PUT, "/v1/auth/password").bearer(token).json(&body).send().await
}

#[tokio::test]
async fn changing_the_password_revokes_all_other_sessions() {
    let (app, user) = TestApp::with_user().await;
    let (phone, phone_refresh) = sign_in(&app, "phone").await;
    let new = "another horse, another staple";
    assert_eq!(change_password(&app, &user.token, PASSWORD, new).await.expect(204), &Value::Null);
    assert_eq!(me(&app, &user.token).await, 200);
    assert_eq!(me(&app, &phone).await, 401);
    refresh(&app, &phone_refresh).await.expect_problem(401, "UNAUTHORIZED");
    app.login("ada@example.com", PASSWORD).await.expect_problem(401, "UNAUTHORIZED");
    app.login("ada@example.com", new).await.expect(200);
}

#[tokio::test]
async fn changing_the_password_revokes_other_sessions_even_if_a_response_is_lost() {
    let (app, user) = TestApp::with_user().await;
    let (phone, _) = sign_in(&app, "phone").await;
    app.dynamo.set_fault(Fault::LoseNextWriteResponse);
    change_password(&app, &user.token, PASSWORD, "another horse, another staple").await.expect(204);
    assert_eq!(me(&app, &phone).await, 401);
    assert_eq!(me(&app, &user.token).await, 200);
    app.login("ada@example.com", "another horse, another staple").await.expect(200);
}

#[tokio::test]
async fn changing_the_password_requires_the_current_one_and_a_strong_new_one() {
    let (app, user) = TestApp::with_user().await;
    let new = "another horse, another staple";
    change_password(&app, &user.token, "wrong", new).await.expect_problem(401, "UNAUTHORIZED");
    let guessable = change_password(&app, &user.token, PASSWORD, "ada@example.com").await;
    assert_eq!(guessable.field_errors(), [("new_password", "too_guessable")]);
    assert_eq!(
        change_password(&app, &user.token, PASSWORD, "short").await.field_errors(),
        [("new_password", "too_short")]
    );
    app.login("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_cached_session_expires_on_time() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    app.clock.advance(30 * 24 * 3600);
    let token = app.sign_token(&user, "user");
    app.get("/v1/auth/me").bearer(&token).send().await.expect_problem(401, "UNAUTHORIZED");
}
