//! `/v1/external`

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{app::TestApp, functions::Settings, ports, upstream::Upstream};

const ROOT: &str = r#"{"current_user_url":"https://api.github.com/user","rate_limit_url":"https://api.github.com/rate_limit","emojis_url":"x"}"#;

async fn app(github: &Upstream) -> TestApp {
    TestApp::with(Settings { github_url: github.url(), ..Settings::default() }).await
}

#[tokio::test]
async fn two_links_of_githubs_root_are_returned() {
    let github = Upstream::answering(200, ROOT).await;
    let answer = app(&github).await.get("/v1/external/github").send().await;
    let expected = json!({
        "github_api_status": "ok",
        "current_user_url": "https://api.github.com/user",
        "rate_limit_url": "https://api.github.com/rate_limit",
    });
    assert_eq!(answer.expect(200), &expected);
}

#[tokio::test]
async fn github_is_queried_at_most_once_a_minute() {
    let github = Upstream::answering(200, ROOT).await;
    let app = app(&github).await;
    join_all((0..50).map(|_| app.get("/v1/external/github").send())).await;
    assert_eq!(github.requests(), 1);
    app.clock.advance(58);
    app.get("/v1/external/github").send().await.expect(200);
    assert_eq!(github.requests(), 1);
    app.clock.advance(3);
    app.get("/v1/external/github").send().await.expect(200);
    assert_eq!(github.requests(), 2);
}

#[tokio::test]
async fn an_invalid_response_is_a_502_and_is_not_cached() {
    for (status, body) in
        [(500, ROOT), (403, ROOT), (302, ROOT), (200, "<html>"), (200, "null"), (200, "{}"), (200, "")]
    {
        let github = Upstream::answering(status, body).await;
        let app = app(&github).await;
        for requests in 1..=2 {
            app.get("/v1/external/github").send().await.expect_problem(502, "UPSTREAM_ERROR");
            assert_eq!(github.requests(), requests, "an error was cached");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Upstream::answering(200, ROOT).await;
    let github = Upstream::redirecting(&elsewhere.url()).await;
    app(&github).await.get("/v1/external/github").send().await.expect_problem(502, "UPSTREAM_ERROR");
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn an_oversized_response_is_a_502() {
    let github = Upstream::answering(200, &format!("{{\"current_user_url\":\"{}\"}}", "x".repeat(50_000_000))).await;
    app(&github).await.get("/v1/external/github").send().await.expect_problem(502, "UPSTREAM_ERROR");
}

#[tokio::test]
async fn a_closed_port_is_a_502() {
    let github_url = format!("http://127.0.0.1:{}", ports::unused_port());
    let app = TestApp::with(Settings { github_url, ..Settings::default() }).await;
    app.get("/v1/external/github").send().await.expect_problem(502, "UPSTREAM_ERROR");
}

#[tokio::test]
async fn a_missing_response_is_a_504_after_two_seconds() {
    let github = Upstream::hanging().await;
    let app = app(&github).await;
    let started = std::time::Instant::now();
    for answer in join_all((0..5).map(|_| app.get("/v1/external/github").send())).await {
        answer.expect_problem(504, "UPSTREAM_TIMEOUT");
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(3), "{:?}", started.elapsed());
}
