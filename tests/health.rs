//! `GET /health`, `GET /v1/health/ready` and `GET /v1/health/detailed`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    dynamo::Fault,
    functions::{Settings, impatient},
    ports,
    sqs::TestQueue,
    upstream::Upstream,
};

#[tokio::test]
async fn health_calls_no_dependency() {
    let app = TestApp::new().await;
    app.dynamo.kill();
    assert_eq!(app.get("/health").send().await.expect(200), &json!({"status": "ok"}));
}

#[tokio::test]
async fn ready_depends_on_the_table() {
    let app = TestApp::new().await;
    assert_eq!(app.get("/v1/health/ready").send().await.expect(200), &json!({"status": "ok"}));
    assert_eq!(app.dynamo.take_operations(), ["GetItem"]);
    app.dynamo.kill();
    app.get("/v1/health/ready").send().await.expect_problem(503, "UNAVAILABLE");
}

fn statuses(body: &Value) -> Value {
    let status = |name: &str| body["dependencies"][name]["status"].clone();
    json!([body["status"], status("database"), status("redis"), status("queue")])
}

/// Starts a queue that responds to `GetQueueAttributes`. `e2e.rs` calls a real one.
async fn queue() -> Upstream {
    Upstream::answering(200, r#"{"Attributes":{"ApproximateNumberOfMessages":"0"}}"#).await
}

#[tokio::test]
async fn detailed_health_calls_every_dependency() {
    let queue = queue().await;
    let app = TestApp::with(Settings { queue: Some(TestQueue::at(queue.url())), ..Settings::default() }).await;
    let answer = app.get("/v1/health/detailed").send().await;
    assert_eq!(statuses(answer.expect(200)), json!(["ok", "ok", "ok", "ok"]));
    for name in ["database", "redis", "queue"] {
        assert!(answer.body["dependencies"][name]["latency_ms"].is_u64());
    }
    assert_eq!(app.dynamo.take_operations(), ["GetItem"]);
    assert_eq!(queue.requests(), 1);
}

fn nowhere() -> TestQueue {
    TestQueue::at(format!("http://127.0.0.1:{}", ports::unused_port()))
}

#[tokio::test]
async fn without_redis_or_queue_the_service_is_degraded() {
    let app = TestApp::with(Settings { queue: Some(nowhere()), ..Settings::default() }).await;
    let answer = app.get("/v1/health/detailed").send().await;
    assert_eq!(statuses(answer.expect(200)), json!(["degraded", "ok", "ok", "down"]));

    let queue = queue().await;
    let redis = impatient(&format!("redis://127.0.0.1:{}/", ports::unused_port()));
    let app = TestApp::with(Settings { queue: Some(TestQueue::at(queue.url())), redis, ..Settings::default() }).await;
    let answer = app.get("/v1/health/detailed").send().await;
    assert_eq!(statuses(answer.expect(200)), json!(["degraded", "ok", "down", "ok"]));
}

#[tokio::test]
async fn without_the_table_the_service_is_down() {
    let app = TestApp::with(Settings { queue: Some(nowhere()), ..Settings::default() }).await;
    app.dynamo.kill();
    let answer = app.get("/v1/health/detailed").send().await;
    assert_eq!(statuses(answer.expect_problem(503, "UNAVAILABLE")), json!(["down", "down", "ok", "down"]));
}

#[tokio::test]
async fn detailed_health_responds_within_a_second_when_dependencies_hang() {
    let hanging = Upstream::hanging().await;
    let redis = impatient(&hanging.url().replace("http://", "redis://"));
    let app = TestApp::with(Settings { queue: Some(TestQueue::at(hanging.url())), redis, ..Settings::default() }).await;
    app.dynamo.set_fault(Fault::Hang);
    let started = Instant::now();
    let answer = app.get("/v1/health/detailed").send().await;
    assert_eq!(statuses(answer.expect_problem(503, "UNAVAILABLE")), json!(["down", "down", "down", "down"]));
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}
