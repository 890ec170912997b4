//! Properties of all responses: request ids, CORS, panics, deadlines, malformed bodies.

use std::time::{Duration, Instant};

use axum::{body::Body, http::Request};
use functions::{FALLBACK, health};
use http::{Method, header};
use serde_json::json;
use shared::{
    clock::Clock,
    config::{CorsConfig, EdgeConfig},
    http::{HttpSettings, stack},
    random::Random,
};
use tower::ServiceExt;

use crate::support::{app::TestApp, functions::Settings, response::TestResponse};

#[tokio::test]
async fn a_valid_request_id_from_the_client_is_used_and_any_other_is_replaced() {
    let app = TestApp::new().await;
    let send = |id| app.get("/health").header(header::HeaderName::from_static("x-request-id"), id).send();
    assert_eq!(send("my-request.7_A").await.header("x-request-id"), "my-request.7_A");
    for bad in ["", "two words", "<script>", "ünsafe", &"x".repeat(129)] {
        let answer = send(bad).await;
        let id = answer.header("x-request-id").to_owned();
        assert_eq!(id.len(), 36, "{id}");
    }
}

#[tokio::test]
async fn request_ids_are_unique() {
    let app = TestApp::new().await;
    let (one, two) = (app.get("/health").send().await, app.get("/health").send().await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
}

#[tokio::test]
async fn only_allowed_origins_get_cors_headers() {
    let settings = Settings { cors_origins: vec!["https://app.example.com"], ..Settings::default() };
    let app = TestApp::with(settings).await;
    for (origin, allowed) in [("https://app.example.com", true), ("https://evil.example", false)] {
        let preflight = app
            .call(Method::OPTIONS, "/v1/watchlists/items")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type");
        let answer = preflight.send_to(FALLBACK).await;
        answer.expect(200);
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN) == origin, allowed, "{origin}");
        assert!(!answer.headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));

        let answer = app.get("/health").header(header::ORIGIN, origin).send().await;
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN) == origin, allowed, "{origin}");
        assert_eq!(
            answer.header(header::VARY),
            "origin, access-control-request-method, access-control-request-headers"
        );
    }
}

#[tokio::test]
async fn an_options_request_that_is_not_a_preflight_is_routed_as_any_other() {
    let app = TestApp::new().await;
    let plain = app.call(Method::OPTIONS, "/v1/watchlists").send().await;
    plain.expect_problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(plain.header(header::ALLOW), "GET");
    app.call(Method::OPTIONS, "/nope").send().await.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn error_responses_have_cors_headers() {
    let settings = Settings { cors_origins: vec!["https://app.example.com"], ..Settings::default() };
    let app = TestApp::with(settings).await;
    let answer = app.get("/v1/auth/me").header(header::ORIGIN, "https://app.example.com").send().await;
    answer.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "https://app.example.com");
    assert!(answer.header(header::ACCESS_CONTROL_EXPOSE_HEADERS).contains("x-request-id"));
}

fn http() -> HttpSettings {
    HttpSettings {
        cors: CorsConfig::default(),
        edge: EdgeConfig::default(),
        random: Random::system(),
        clock: Clock::system(),
    }
}

shared::dependencies! {
    /// The dependencies of the handlers in these tests.
    struct Dependencies { http: HttpSettings }
}

async fn send(router: axum::Router) -> TestResponse {
    TestResponse::read(router.oneshot(Request::get("/health").body(Body::empty()).unwrap()).await.unwrap()).await
}

#[tokio::test]
async fn a_panic_becomes_a_500_without_its_message() {
    async fn handler() -> &'static str {
        panic!("the secret is swordfish")
    }
    let answer = send(stack::route(&health::route::ROUTE, handler, Dependencies { http: http() })).await;
    answer.expect_problem(500, "INTERNAL");
    assert!(!answer.body.to_string().contains("swordfish"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_cancelled_within_three_seconds() {
    let started = tokio::time::Instant::now();
    let answer =
        send(stack::route(&health::route::ROUTE, std::future::pending::<()>, Dependencies { http: http() })).await;
    answer.expect_problem(503, "UNAVAILABLE");
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn deep_nesting_is_rejected_quickly() {
    let (app, user) = TestApp::with_user().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for levels in [33, 1000, 8000] {
            let body = format!("{{\"title\":{}1{}}}", open.repeat(levels), close.repeat(levels));
            let started = Instant::now();
            let call = app.post("/v1/watchlists/items").bearer(&user.token);
            let call = call.header(header::CONTENT_TYPE, "application/json").body(body);
            call.send().await.expect_problem(400, "BAD_REQUEST");
            assert!(started.elapsed() < Duration::from_secs(1));
        }
    }
}

#[tokio::test]
async fn random_bytes_never_cause_a_server_error() {
    let (app, user) = TestApp::with_user().await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200);
    for _ in 0..300 {
        let tree = proptest::strategy::Strategy::new_tree(&strategy, &mut runner).unwrap();
        let body = proptest::strategy::ValueTree::current(&tree);
        let call = app.post("/v1/watchlists/items").bearer(&user.token);
        let answer = call.header(header::CONTENT_TYPE, "application/json").body(body).send().await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
}

#[tokio::test]
async fn control_characters_are_removed_from_the_name_of_an_unknown_field() {
    let (app, user) = TestApp::with_user().await;
    let call = app.post("/v1/watchlists/items").bearer(&user.token);
    let answer = call.json(&json!({"title": "Dune", "type": "movie", "a\r\n\u{1b}[31mb": 1})).send().await;
    assert_eq!(answer.field_errors(), [("a[31mb", "unknown_field")]);
}
