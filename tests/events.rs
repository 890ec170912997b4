//! The example events of `infra/events` are what API Gateway sends: each is read as the Lambda runtime reads it and reaches
//! its handler.

use std::fs;

use axum::body::Body;
use http::header;
use lambda_http::{RequestExt, request::RequestContext};
use serde_json::{Value, json};
use shared::http::routes::{FALLBACK, ROUTES};

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp},
    document::Asked,
    template::project_file,
};

async fn send(app: &TestApp, function: &str, token: &str) -> Answer {
    let event = fs::read_to_string(project_file(&format!("infra/events/{function}.json"))).unwrap();
    let mut request = lambda_http::request::from_str(&event).unwrap();
    let RequestContext::ApiGatewayV2(context) = request.request_context() else { panic!("an HTTP API's event") };
    assert!(context.http.source_ip.is_some());
    if request.headers().contains_key(header::AUTHORIZATION) {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }
    let request = request.map(|body| Body::from(body.to_vec()));
    let (asked, request) = Asked::note(request).await;
    let answer = Answer::read(app.invoke(function, request).await).await;
    asked.check(&answer);
    answer
}

fn event(function: &str) -> Value {
    let event = fs::read_to_string(project_file(&format!("infra/events/{function}.json"))).unwrap();
    serde_json::from_str(&event).unwrap()
}

#[tokio::test]
async fn every_example_event_reaches_its_handler() {
    let app = TestApp::new().await;
    let mut functions: Vec<&str> = ROUTES.iter().map(|route| route.function).chain([FALLBACK]).collect();
    // A function with two routes has one event.
    functions.dedup();
    for function in functions {
        let user = app.user(&format!("{function}@example.com")).await;
        let answer = send(&app, function, &user.token).await;
        let expected: &[u16] = match function {
            "auth-register" | "watchlist-add" | "customers-create" => &[201],
            // The account of the example is registered just before, by the event of `auth-register`.
            "auth-login" | "auth-me" | "auth-sessions" | "auth-audit" | "watchlist-list" | "customers-list"
            | "jwks" | "web" | "health" | "health-ready" | "health-detailed" => &[200],
            // The example's item, session and customer are nobody's.
            "watchlist-get"
            | "watchlist-update"
            | "watchlist-remove"
            | "auth-session-revoke"
            | "customers-get"
            | "customers-update"
            | "customers-delete" => &[404],
            name if name.starts_with("favorites-") => &[404],
            // Nothing listens at this test's catalogue, and nothing is kept of it.
            "products-list" | "products-get" => &[503],
            // The example's refresh token is none.
            "auth-refresh" => &[401],
            "auth-logout" | "auth-delete-account" | "auth-password" => &[204],
            // The caller is no administrator.
            name if name.starts_with("admin-") => &[403],
            // Nothing listens at this test's GitHub.
            "external-github" => &[502],
            _ => &[404, 405],
        };
        assert!(expected.contains(&answer.status.as_u16()), "{function}: {} {:#}", answer.status, answer.body);
    }
    assert_eq!(app.audit_worker(event("audit-worker")).await, json!({"batchItemFailures": []}));
    serde_json::from_value::<audit_relay::Tick>(event("audit-relay")).unwrap();
    assert_eq!(PASSWORD, "correct horse battery staple", "the README and the events use it too");
}

/// The message that `catalog-refresh` sends, and what wakes it.
#[test]
fn the_example_events_of_the_catalogue_are_its_message_and_its_schedule() {
    let batch = event("catalog-worker");
    let [record] = &batch["Records"].as_array().unwrap()[..] else { panic!("a message at a time") };
    let message: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
    let refresh = json!({"asked_at": "2026-11-21T09:15:00.314Z", "product_ids": ["1", "2"]});
    assert_eq!(message, json!({"version": 1, "refresh": refresh}));
    let tick = event("catalog-refresh");
    assert_eq!([&tick["source"], &tick["detail"]], ["aws.scheduler", "{}"]);
}
