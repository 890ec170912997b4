//! `POST /v1/auth/login`

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use futures_util::future::join_all;
use http::header;
use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};

#[tokio::test]
async fn sign_in_returns_tokens() {
    let (app, _) = TestApp::with_user().await;
    let answer = app.login("Ada@EXAMPLE.com", PASSWORD).await;
    let body = answer.expect(200);
    let (access, refresh) = (body["access_token"].as_str().unwrap(), body["refresh_token"].as_str().unwrap());
    let expected = json!({
        "status": "ok", "access_token": access, "token_type": "bearer", "expires_in": 900,
        "refresh_token": refresh, "refresh_expires_in": 604_800,
    });
    assert_eq!(body, &expected);
    app.get("/v1/auth/me").bearer(access).send().await.expect(200);
}

#[tokio::test]
async fn sign_in_makes_one_read_before_the_hash_and_one_write_after_it() {
    let (app, _) = TestApp::with_user().await;
    app.login("ada@example.com", PASSWORD).await.expect(200);
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "TransactWriteItems"]);
    app.login("ada@example.com", "wrong").await.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "UpdateItem"]);
}

#[tokio::test]
async fn all_rejections_return_the_same_response() {
    let (app, _) = TestApp::with_user().await;
    let mut bodies = Vec::new();
    for (email, password) in
        [("ada@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("ada@example.com", "")]
    {
        let mut body = app.login(email, password).await.expect_problem(401, "UNAUTHORIZED").clone();
        body.as_object_mut().unwrap().remove("request_id");
        bodies.push(body);
    }
    assert!(bodies.iter().all(|body| body == &bodies[0]), "{bodies:#?}");
}

#[tokio::test]
async fn an_invalid_body_is_rejected() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/auth/login").json(&json!({"email": "ada", "totp": "1"})).send().await;
    assert_eq!(answer.field_errors(), [("email", "invalid_email"), ("password", "missing"), ("totp", "unknown_field")]);
}

#[tokio::test]
async fn a_session_is_stored_with_its_source_and_without_its_token() {
    let (app, _) = TestApp::with_user().await;
    let call = app.post("/v1/auth/login").json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    let answer = call.header(header::USER_AGENT, "agent/1").send().await;
    let refresh_token = answer.expect(200)["refresh_token"].as_str().unwrap().to_owned();

    let items = app.dynamo.items();
    let session = items.iter().find(|item| item["user_agent"]["S"] == "agent/1").unwrap();
    assert_eq!(session["ip"]["S"], "192.0.2.7");
    assert_eq!(session["created_at"], session["last_used_at"]);
    let secret = &BASE64URL_NOPAD.decode(refresh_token.as_bytes()).unwrap()[32..];
    let stored = data_encoding::BASE64.decode(session["refresh_hash"]["B"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(stored.len(), 32);
    assert_ne!(stored, secret);
}

#[tokio::test]
async fn the_access_token_belongs_to_the_stored_session() {
    let (app, user) = TestApp::with_user().await;
    let claims = user.token.split('.').nth(1).unwrap();
    let claims: serde_json::Value =
        serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
    assert_eq!((&claims["sub"], &claims["role"]), (&json!(user.id), &json!("user")));
    let sk = format!("SESSION#{}", claims["sid"].as_str().unwrap());
    let items = app.dynamo.items();
    let session = items.iter().find(|item| item["sk"]["S"] == sk).unwrap();
    let expires_at: i64 = session["expires_at"]["N"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires_at, claims["iat"].as_i64().unwrap() + 2_592_000);
}

#[tokio::test]
async fn a_source_address_in_a_client_header_is_ignored() {
    let (app, _) = TestApp::with_user().await;
    let call = app.post("/v1/auth/login").json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    let call = call.header(header::USER_AGENT, "spoofer").header(header::FORWARDED, "for=203.0.113.9");
    let x_forwarded_for = header::HeaderName::from_static("x-forwarded-for");
    call.header(x_forwarded_for, "203.0.113.9").send().await.expect(200);
    let items = app.dynamo.items();
    let session = items.iter().find(|item| item["user_agent"]["S"] == "spoofer").unwrap();
    assert_eq!(session["ip"]["S"], "192.0.2.7");
}

#[tokio::test]
async fn a_burst_of_sign_ins_is_served_or_rejected_and_does_not_block_other_routes() {
    let (app, user) = TestApp::with_user().await;
    let started = Instant::now();
    let (answers, me) = tokio::join!(
        join_all((0..64).map(|_| app.login("ada@example.com", PASSWORD))),
        app.get("/v1/auth/me").bearer(&user.token).send(),
    );
    me.expect(200);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    for answer in answers {
        assert!(matches!(answer.status.as_u16(), 200 | 503), "{:#}", answer.body);
    }
}
