use std::{path::PathBuf, time::Duration};

use serde_json::{Value, json};
use shared::clock::Clock;

use crate::support::{
    answer::Answer,
    app::{TestApp, User},
    dynamo::TABLE,
    functions,
    keys::{AUDIENCE, ISSUER},
    program, redis,
    redis_wire::RedisWire,
    runtime_api::Instance,
    sqs_wire::SqsWire,
    step_wire,
    steps::Steps,
    template::{project_file, template},
};

/// A user, and processes of `watchlist-add` on whose way to everything outside the world can be stopped. What a test looks at
/// it sees past the wires, by an app over the same table, Redis and queue.
pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) user: User,
    pub(super) steps: Steps,
    pub(super) redis: RedisWire,
    pub(super) sqs: SqsWire,
    program: PathBuf,
    environment: Vec<(String, String)>,
    timeout: Duration,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let program = tokio::task::spawn_blocking(|| program::of("watchlist-add")).await.unwrap();
        let app = TestApp::new().await;
        // The processes know no other time.
        app.clock.advance((Clock::system().now() - app.clock.clock().now()).get_seconds());
        let user = app.user("ada@example.com").await;
        let steps = Steps::new();
        let redis = RedisWire::with_steps(app.settings.redis.url.as_ref().unwrap(), steps.clone());
        let queue = app.settings.queue.as_ref().unwrap();
        let dynamo = step_wire::before("DynamoDB", &app.dynamo.endpoint, &steps).await;
        let sqs = SqsWire::before(queue).await;
        let queue_address = step_wire::before("SQS", &sqs.endpoint(), &steps).await;
        let key = app.keys.verification().public_keys.remove(0);
        let keys = json!({"keys": [{"kty": key.kty, "crv": key.crv, "kid": key.kid, "x": key.x}]});
        let environment = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamo),
            ("AWS_ENDPOINT_URL_SQS", &queue_address),
            ("TABLE_NAME", TABLE),
            ("REDIS_URL", redis.url()),
            ("RATE_LIMIT_FACTOR", "10000"),
            ("AUDIT_QUEUE_URL", &queue.through(queue_address.clone()).config().url),
            ("JWT_ISSUER", ISSUER),
            ("JWT_AUDIENCE", AUDIENCE),
            ("JWT_PUBLIC_KEYS", &keys.to_string()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let timeout = template()["Globals"]["Function"]["Timeout"].as_u64().unwrap();
        let timeout = Duration::from_secs(timeout);
        let scene = Self { app, user, steps, redis, sqs, program, environment, timeout };
        // What registration said.
        scene.take_events().await;
        scene
    }

    /// A new process, which must answer within the function's timeout.
    pub(super) async fn process(&self) -> Instance {
        Instance::start(&self.program, &self.environment, self.timeout, &self.steps).await
    }

    /// One that takes so many events at once, as on a managed instance
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html>), and has longer for
    /// them: here they share two cores with all other tests.
    pub(super) async fn process_for(&self, events: usize) -> Instance {
        let mut environment = self.environment.clone();
        environment.push(("AWS_LAMBDA_MAX_CONCURRENCY".to_owned(), events.to_string()));
        Instance::start(&self.program, &environment, self.timeout * 4, &self.steps).await
    }

    /// The event of a request to add an item with this title, which is its idempotency key too.
    pub(super) fn add(&self, title: &str) -> Value {
        let event = std::fs::read_to_string(project_file("infra/events/watchlist-add.json")).unwrap();
        let mut event: Value = serde_json::from_str(&event).unwrap();
        let body = json!({"title": title, "type": "movie"}).to_string();
        event["headers"]["authorization"] = format!("Bearer {}", self.user.token).into();
        event["headers"]["content-length"] = body.len().to_string().into();
        event["headers"]["idempotency-key"] = title.into();
        event["body"] = body.into();
        event
    }

    pub(super) fn forget_in_redis(&self) {
        let url = self.app.settings.redis.url.as_ref().unwrap();
        assert_eq!(redis::command(url, &["FLUSHDB"]), "OK");
    }

    /// The stored items with this title.
    pub(super) fn stored(&self, title: &str) -> Vec<Value> {
        let list = format!("USER#{}#WATCHLIST", self.user.id);
        let is_it = |item: &Value| item["pk"]["S"] == list && item["title"]["S"] == title;
        self.app.dynamo.items().into_iter().filter(is_it).collect()
    }

    /// The items with this title that the user is shown, among the newest.
    pub(super) async fn shown(&self, title: &str) -> Vec<Value> {
        let list = self.app.get("/v1/watchlists").bearer(&self.user.token).send().await;
        let items = list.expect(200)["watchlist"].as_array().unwrap().clone();
        items.into_iter().filter(|item| item["title"] == title).collect()
    }

    /// Every event that was sent since the last time, by either way. They are stored in the trail.
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
        let kept: Vec<_> = trail.iter().filter(is_in_outbox).map(|item| item["body"]["S"].clone()).collect();
        // What `audit-relay` does, without its line in the log.
        let drained = functions::keeper(&self.app.dynamo).drain(Duration::from_secs(10)).await.unwrap();
        assert_eq!(drained.stored, kept.len());
        bodies.extend(kept);
        let event = |body: &Value| serde_json::from_str::<Value>(body.as_str().unwrap()).unwrap()["event"].clone();
        bodies.iter().map(event).collect()
    }

    /// What is true of a title once a try to add it was answered: one item, which the answer shows; one event.
    pub(super) async fn assert_one_effect(&self, title: &str, answer: &Answer, context: &str) {
        let item = &answer.expect(201)["item"];
        let id = item["id"].as_str().unwrap();
        assert_eq!(self.stored(title).len(), 1, "{context}");
        assert_eq!(self.shown(title).await, std::slice::from_ref(item), "{context}");
        let one = self.app.get(&format!("/v1/watchlists/items/{id}")).bearer(&self.user.token).send().await;
        assert_eq!(&one.expect(200)["item"], item, "{context}");
        let mut events = self.take_events().await;
        assert!(!events.is_empty(), "{context}: no event was sent");
        for event in &mut events {
            // Each try is a request of its own.
            event["request_id"].take();
        }
        assert!(events.iter().all(|event| event["id"] == id && *event == events[0]), "{context}: {events:#?}");
        let trail = self.app.dynamo.trail_items();
        let is_it = |item: &&Value| {
            item["pk"]["S"].as_str().unwrap().starts_with("AUDIT#") && item["sk"]["S"] == format!("EVENT#{id}")
        };
        assert_eq!(trail.iter().filter(is_it).count(), 1, "{context}");
    }
}
