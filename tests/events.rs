//! The example events, `functions/<name>/event.json`. Each is parsed as the Lambda runtime does and
//! reaches its handler.

use axum::body::Body;
use functions::{FALLBACK, ROUTES};
use http::header;
use lambda_http::{RequestExt, request::RequestContext};
use serde_json::{Value, json};
use shared::http::route::Caller;

use crate::support::{
    app::{PASSWORD, TestApp},
    document::RecordedRequest,
    response::TestResponse,
    template::example_event,
};

async fn send(app: &TestApp, function: &str, token: &str) -> TestResponse {
    let event = example_event(function);
    let mut request = lambda_http::request::from_str(&event).unwrap();
    let RequestContext::ApiGatewayV2(context) = request.request_context() else { panic!("an HTTP API's event") };
    assert!(context.http.source_ip.is_some());
    if request.headers().contains_key(header::AUTHORIZATION) {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }
    let request = request.map(|body| Body::from(body.to_vec()));
    let (asked, request) = RecordedRequest::record(request).await;
    let answer = TestResponse::read(app.invoke(function, request).await).await;
    asked.check(&answer);
    answer
}

fn event(function: &str) -> Value {
    serde_json::from_str(&example_event(function)).unwrap()
}

#[tokio::test]
async fn every_example_event_reaches_its_handler() {
    let app = TestApp::new().await;
    let mut functions: Vec<&str> = ROUTES.iter().map(|route| route.function).chain([FALLBACK]).collect();
    // A function with several routes has one event. The event of `auth-register` registers the
    // account of the other examples.
    functions.sort_by_key(|function| (*function != "auth-register", *function));
    functions.dedup();
    for function in functions {
        let user = app.user(&format!("{function}@example.com")).await;
        let answer = send(&app, function, &user.token).await;
        let route = ROUTES.iter().find(|route| route.function == function);
        let expected: &[u16] = match function {
            "auth-register" | "watchlist-add" | "customers-create" => &[201],
            "auth-login" | "auth-me" | "auth-sessions" | "auth-audit" | "watchlist-list" | "customers-list"
            | "jwks" | "web" | "health" | "health-ready" | "health-detailed" => &[200],
            // The item, session and customer of the examples do not exist.
            "watchlist-get"
            | "watchlist-update"
            | "watchlist-remove"
            | "auth-session-revoke"
            | "customers-get"
            | "customers-update"
            | "customers-delete" => &[404],
            name if name.starts_with("favorites-") => &[404],
            // This test has no catalogue and no cached products.
            "products-list" | "products-get" => &[503],
            // The refresh token of the example is invalid.
            "auth-refresh" => &[401],
            "auth-logout" | "auth-delete-account" | "auth-password" => &[204],
            // The caller is not an administrator.
            _ if route.is_some_and(|route| route.caller == Caller::Admin) => &[403],
            // This test has no GitHub API.
            "external-github" => &[502],
            FALLBACK => &[404, 405],
            // An id in an example may be unknown.
            _ if route.is_some_and(|route| route.path.contains('{')) => &[200, 201, 202, 204, 404],
            _ => &[200, 201, 202, 204],
        };
        assert!(expected.contains(&answer.status.as_u16()), "{function}: {} {:#}", answer.status, answer.body);
    }
    assert_eq!(app.audit_worker(event("audit-worker")).await, json!({"batchItemFailures": []}));
    serde_json::from_value::<functions::audit_relay::Tick>(event("audit-relay")).unwrap();
    assert_eq!(PASSWORD, "correct horse battery staple", "the README and the events use it too");
}

/// The message that `catalog-refresh` sends, and the schedule's event that invokes it.
#[test]
fn the_example_events_of_refreshes_are_valid() {
    let batch = event("catalog-worker");
    let [record] = &batch["Records"].as_array().unwrap()[..] else { panic!("a message at a time") };
    let message: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
    let refresh = json!({"asked_at": "2026-11-21T09:15:00.314Z", "product_ids": ["1", "2"]});
    assert_eq!(message, json!({"version": 1, "refresh": refresh}));
    let tick = event("catalog-refresh");
    assert_eq!([&tick["source"], &tick["detail"]], ["aws.scheduler", "{}"]);
}
