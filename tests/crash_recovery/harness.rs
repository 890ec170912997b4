use std::{path::PathBuf, time::Duration};

use serde_json::{Value, json};
use shared::{audit::AuditIngest, clock::Clock};

use crate::support::{
    app::{TestApp, User},
    binaries, breakpoint_proxy,
    breakpoints::Breakpoints,
    dynamo::TABLE,
    keys::{AUDIENCE, ISSUER},
    redis,
    redis_proxy::RedisProxy,
    response::TestResponse,
    runtime_api::Instance,
    sqs_proxy::SqsProxy,
    template::{example_event, template},
};

/// A user, and processes of `watchlist-add` that reach every service through proxies with
/// breakpoints. The test itself bypasses the proxies: it uses an app over the same table, Redis and
/// queue.
pub(super) struct Harness {
    pub(super) app: TestApp,
    pub(super) user: User,
    pub(super) breakpoints: Breakpoints,
    pub(super) redis: RedisProxy,
    pub(super) sqs: SqsProxy,
    binary: PathBuf,
    environment: Vec<(String, String)>,
    timeout: Duration,
}

impl Harness {
    pub(super) async fn new() -> Self {
        let binary = tokio::task::spawn_blocking(|| binaries::build("watchlist-add")).await.unwrap();
        let app = TestApp::new().await;
        // The processes use the system's time.
        app.clock.advance((Clock::system().now() - app.clock.clock().now()).as_secs());
        let user = app.user("ada@example.com").await;
        let breakpoints = Breakpoints::new();
        let redis = RedisProxy::with_breakpoints(app.settings.redis.url.as_ref().unwrap(), breakpoints.clone());
        let queue = app.settings.queue.as_ref().unwrap();
        let dynamo = breakpoint_proxy::start("DynamoDB", &app.dynamo.endpoint, &breakpoints).await;
        let sqs = SqsProxy::start(queue).await;
        let queue_endpoint = breakpoint_proxy::start("SQS", &sqs.endpoint(), &breakpoints).await;
        let key = app.keys.verification().public_keys.remove(0);
        let keys = json!({"keys": [{"kty": key.kty, "crv": key.crv, "kid": key.kid, "x": key.x}]});
        let environment = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamo),
            ("AWS_ENDPOINT_URL_SQS", &queue_endpoint),
            ("TABLE_NAME", TABLE),
            ("REDIS_URL", redis.url()),
            ("RATE_LIMIT_FACTOR", "10000"),
            ("AUDIT_QUEUE_URL", &queue.through(queue_endpoint.clone()).config().url),
            ("JWT_ISSUER", ISSUER),
            ("JWT_AUDIENCE", AUDIENCE),
            ("JWT_PUBLIC_KEYS", &keys.to_string()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let timeout = template()["Globals"]["Function"]["Timeout"].as_u64().unwrap();
        let timeout = Duration::from_secs(timeout);
        let harness = Self { app, user, breakpoints, redis, sqs, binary, environment, timeout };
        // The events of the registration.
        harness.take_events().await;
        harness
    }

    /// Starts a process. An invocation must complete within the function's timeout.
    pub(super) async fn process(&self) -> Instance {
        Instance::start(&self.binary, &self.environment, self.timeout, &self.breakpoints).await
    }

    /// Starts a process that handles `events` at a time, as on a managed instance
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html>).
    /// The timeout is four times the function's, because all events share two cores with the other
    /// tests.
    pub(super) async fn process_with_concurrency(&self, events: usize) -> Instance {
        let mut environment = self.environment.clone();
        environment.push(("AWS_LAMBDA_MAX_CONCURRENCY".to_owned(), events.to_string()));
        Instance::start(&self.binary, &environment, self.timeout * 4, &self.breakpoints).await
    }

    /// The event of a request to add an item. The title is also the idempotency key.
    pub(super) fn add_event(&self, title: &str) -> Value {
        let event = example_event("watchlist-add");
        let mut event: Value = serde_json::from_str(&event).unwrap();
        let body = json!({"title": title, "type": "movie"}).to_string();
        event["headers"]["authorization"] = format!("Bearer {}", self.user.token).into();
        event["headers"]["content-length"] = body.len().to_string().into();
        event["headers"]["idempotency-key"] = title.into();
        event["body"] = body.into();
        event
    }

    pub(super) fn flush_redis(&self) {
        let url = self.app.settings.redis.url.as_ref().unwrap();
        assert_eq!(redis::command(url, &["FLUSHDB"]), "OK");
    }

    /// The stored items with this title.
    pub(super) fn stored(&self, title: &str) -> Vec<Value> {
        let list = format!("USER#{}#WATCHLIST", self.user.id);
        let is_match = |item: &Value| item["pk"]["S"] == list && item["title"]["S"] == title;
        self.app.dynamo.items().into_iter().filter(is_match).collect()
    }

    /// The items with this title on the first page of the user's list.
    pub(super) async fn listed(&self, title: &str) -> Vec<Value> {
        let list = self.app.get("/v1/watchlists").bearer(&self.user.token).send().await;
        let items = list.expect(200)["watchlist"].as_array().unwrap().clone();
        items.into_iter().filter(|item| item["title"] == title).collect()
    }

    /// Returns the events since the last call, from the queue and the outbox, and stores them in
    /// the audit trail.
    pub(super) async fn take_events(&self) -> Vec<Value> {
        let queue = self.app.settings.queue.as_ref().unwrap();
        let mut bodies = Vec::new();
        loop {
            let batch = queue.take_batch().await;
            let records = batch["Records"].as_array().unwrap();
            if records.is_empty() {
                break;
            }
            bodies.extend(records.iter().map(|record| record["body"].clone()));
            assert_eq!(self.app.audit_worker(batch).await, json!({"batchItemFailures": []}));
        }
        let trail = self.app.dynamo.trail_items();
        let is_in_outbox = |item: &&Value| item["pk"]["S"].as_str().unwrap().starts_with("OUTBOX#");
        let outbox: Vec<_> = trail.iter().filter(is_in_outbox).map(|item| item["body"]["S"].clone()).collect();
        // Does what `audit-relay` does, without its log line.
        let drained = self.app.build::<AuditIngest>().drain(Duration::from_secs(10)).await.unwrap();
        assert_eq!(drained.stored, outbox.len());
        bodies.extend(outbox);
        let event = |body: &Value| serde_json::from_str::<Value>(body.as_str().unwrap()).unwrap()["event"].clone();
        bodies.iter().map(event).collect()
    }

    /// Asserts that a completed request has stored exactly the item of its response, and exactly
    /// one event.
    pub(super) async fn assert_one_effect(&self, title: &str, response: &TestResponse, context: &str) {
        let item = &response.expect(201)["item"];
        let id = item["id"].as_str().unwrap();
        assert_eq!(self.stored(title).len(), 1, "{context}");
        assert_eq!(self.listed(title).await, std::slice::from_ref(item), "{context}");
        let one = self.app.get(&format!("/v1/watchlists/items/{id}")).bearer(&self.user.token).send().await;
        assert_eq!(&one.expect(200)["item"], item, "{context}");
        let mut events = self.take_events().await;
        assert!(!events.is_empty(), "{context}: no event was sent");
        for event in &mut events {
            // Each attempt is a request of its own.
            event["request_id"].take();
        }
        assert!(events.iter().all(|event| event["id"] == id && *event == events[0]), "{context}: {events:#?}");
        let trail = self.app.dynamo.trail_items();
        let is_event = |item: &&Value| {
            item["pk"]["S"].as_str().unwrap().starts_with("AUDIT#") && item["sk"]["S"] == format!("EVENT#{id}")
        };
        assert_eq!(trail.iter().filter(is_event).count(), 1, "{context}");
    }
}
