//! `POST /v1/auth/register`

use futures_util::future::join_all;
use http::header;
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    dynamo::Fault,
};

#[tokio::test]
async fn registering_creates_an_account() {
    let app = TestApp::new().await;
    let answer = app.register("Ada@Example.com", PASSWORD).await;
    let body = answer.expect(201);
    let id = body["id"].as_str().unwrap();
    let created_at = body["created_at"].as_str().unwrap();
    let expected =
        json!({"status": "ok", "id": id, "email": "ada@example.com", "role": "user", "created_at": created_at});
    assert_eq!(body, &expected);
    assert!(created_at.starts_with("2026-03-01T12:00:00.") && created_at.ends_with('Z'), "{created_at}");
}

#[tokio::test]
async fn registration_is_one_transaction() {
    let app = TestApp::new().await;
    app.register("ada@example.com", PASSWORD).await.expect(201);
    assert_eq!(app.dynamo.take_operations(), ["TransactWriteItems"]);
}

#[tokio::test]
async fn an_address_can_be_registered_once_regardless_of_case() {
    let app = TestApp::new().await;
    app.register("ada@example.com", PASSWORD).await.expect(201);
    app.register("ADA@example.COM", "another fine password").await.expect_problem(409, "CONFLICT");
    assert_eq!(app.dynamo.items().len(), 2, "the second registration stored an item");
    app.login("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn of_concurrent_registrations_of_one_address_exactly_one_succeeds() {
    let app = TestApp::new().await;
    let answers = join_all((0..8).map(|_| app.register("ada@example.com", PASSWORD))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(app.dynamo.items().len(), 2);
}

#[tokio::test]
async fn all_validation_errors_are_reported_together() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/auth/register").json(&json!({"email": "ada", "password": "short", "role": "admin"}));
    let answer = answer.send().await;
    assert_eq!(
        answer.field_errors(),
        [("email", "invalid_email"), ("password", "too_short"), ("role", "unknown_field")]
    );
    let nothing = app.post("/v1/auth/register").json(&json!({})).send().await;
    assert_eq!(nothing.field_errors(), [("email", "missing"), ("password", "missing")]);
    let wrong = app.post("/v1/auth/register").json(&json!({"email": 1, "password": null})).send().await;
    assert_eq!(wrong.field_errors(), [("email", "wrong_type"), ("password", "wrong_type")]);
    assert_eq!(app.dynamo.take_operations(), [""; 0], "a rejected request reached the table");
}

#[tokio::test]
async fn a_client_cannot_choose_its_role() {
    let app = TestApp::new().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "role": "admin"});
    let answer = app.post("/v1/auth/register").json(&body).send().await;
    assert_eq!(answer.field_errors(), [("role", "unknown_field")]);
}

#[tokio::test]
async fn a_guessable_password_is_rejected_with_the_reason() {
    let app = TestApp::new().await;
    for (email, password) in [("ada@example.com", "password1"), ("wolframite@example.com", "wolframite")] {
        let answer = app.register(email, password).await;
        assert_eq!(answer.field_errors(), [("password", "too_guessable")]);
        let message = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(!message.contains(password), "the message contains the password: {message}");
    }
}

#[tokio::test]
async fn addresses_with_ambiguous_spellings_are_rejected() {
    let app = TestApp::new().await;
    for email in ["İx@example.com", "ΑΣ@example.com", "ασ@example.com", "a@münchen.de"] {
        assert_eq!(app.register(email, PASSWORD).await.field_errors(), [("email", "invalid_email")]);
    }
}

#[tokio::test]
async fn a_repeated_field_is_rejected() {
    let app = TestApp::new().await;
    let body = r#"{"email":"a@example.com","email":"b@example.com","password":"correct horse battery staple"}"#;
    let call = app.post("/v1/auth/register").header(header::CONTENT_TYPE, "application/json").body(body);
    assert_eq!(call.send().await.field_errors(), [("email", "repeated")]);
}

#[tokio::test]
async fn a_body_of_unknown_fields_gets_a_short_response() {
    let app = TestApp::new().await;
    let fields: serde_json::Map<_, _> = (0..5000).map(|n| (format!("f{n}"), json!(1))).collect();
    let answer = app.post("/v1/auth/register").json(&json!(fields)).send().await;
    assert_eq!(answer.field_errors().len(), 22, "two missing and twenty unknown fields");
}

#[tokio::test]
async fn a_password_is_never_truncated_or_trimmed() {
    let app = TestApp::new().await;
    let long = format!("  {}  ", "ünïcödé wörds ".repeat(8));
    app.register("ada@example.com", &long).await.expect(201);
    app.login("ada@example.com", &long).await.expect(200);
    app.login("ada@example.com", long.trim()).await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn the_table_contains_no_password() {
    let (app, _) = TestApp::with_user().await;
    let stored = serde_json::to_string(&app.dynamo.items()).unwrap();
    assert!(stored.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(!stored.contains(PASSWORD));
}

#[tokio::test]
async fn a_body_that_is_not_a_json_object_is_a_bad_request() {
    let app = TestApp::new().await;
    for body in ["", "{", "[]", "\"text\"", "{\"email\": \"\\ud800\"}"] {
        let call = app.post("/v1/auth/register").header(header::CONTENT_TYPE, "application/json").body(body);
        call.send().await.expect_problem(400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn a_body_of_another_media_type_is_rejected() {
    let app = TestApp::new().await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let call = app.post("/v1/auth/register").header(header::CONTENT_TYPE, media_type).body("{}");
        call.send().await.expect_problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    app.post("/v1/auth/register").body("{}").send().await.expect_problem(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn a_body_of_more_than_64_kib_is_rejected() {
    let app = TestApp::new().await;
    let body = |bytes: usize| {
        let start = r#"{"email":"ada@example.com","password":""#;
        format!("{start}{}\"}}", "x".repeat(bytes - start.len() - 2))
    };
    let send =
        |body: String| app.post("/v1/auth/register").header(header::CONTENT_TYPE, "application/json").body(body).send();
    assert_eq!(send(body(64 * 1024)).await.field_errors(), [("password", "too_long")]);
    send(body(64 * 1024 + 1)).await.expect_problem(413, "PAYLOAD_TOO_LARGE");
    send(body(10 * 1024 * 1024)).await.expect_problem(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_registration_repeated_with_its_key_returns_the_first_response() {
    let app = TestApp::new().await;
    let register = |email: &str, key: &str, password: &str| {
        let call = app.post("/v1/auth/register").json(&json!({"email": email, "password": password}));
        call.header(header::HeaderName::from_static("idempotency-key"), key).send()
    };
    let first = register("ada@example.com", "one", PASSWORD).await;
    let again = register("Ada@example.com", "one", PASSWORD).await;
    assert_eq!((again.expect(201), again.header("idempotency-replayed")), (first.expect(201), "true"));
    let other_password = register("ada@example.com", "one", "another long password 7").await;
    assert_eq!(other_password.field_errors(), [("Idempotency-Key", "reused")]);
    register("ada@example.com", "two", PASSWORD).await.expect_problem(409, "CONFLICT");
    app.register("ada@example.com", PASSWORD).await.expect_problem(409, "CONFLICT");
    // The same key of another account is a different key.
    let grace = register("grace@example.com", "one", PASSWORD).await;
    assert_eq!(
        (grace.expect(201)["email"].as_str(), grace.header("idempotency-replayed")),
        (Some("grace@example.com"), "")
    );
    app.clock.advance(24 * 3600);
    register("ada@example.com", "one", PASSWORD).await.expect_problem(409, "CONFLICT");
}

#[tokio::test]
async fn a_registration_with_a_lost_response_can_be_repeated() {
    let app = TestApp::new().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let register = || {
        let key = header::HeaderName::from_static("idempotency-key");
        app.post("/v1/auth/register").json(&body).header(key, "one").send()
    };
    app.dynamo.set_fault(Fault::LoseResponse);
    register().await.expect_problem(503, "UNAVAILABLE");
    app.dynamo.set_fault(Fault::None);
    let again = register().await;
    assert_eq!(
        (again.expect(201)["email"].as_str(), again.header("idempotency-replayed")),
        (Some("ada@example.com"), "true")
    );
    // A response that is lost once is retried by the SDK. The client does not notice, with or
    // without a key.
    app.dynamo.set_fault(Fault::LoseNextWriteResponse);
    let other = app.register("grace@example.com", PASSWORD).await;
    assert_eq!(
        (other.expect(201)["email"].as_str(), other.header("idempotency-replayed")),
        (Some("grace@example.com"), "")
    );
    assert_eq!(app.dynamo.items().len(), 4, "a profile and a credential for each account");
}
