use functions::admin_bootstrap;
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{app::TestApp, response::TestResponse};

/// The functions as API Gateway and the triggers call them. A walk does not depend on how they run.
pub(crate) trait Api {
    async fn send(&self, request: ApiRequest) -> TestResponse;

    /// Invokes a function without a route, with the event of its trigger.
    async fn trigger(&self, function: &'static str, event: Value) -> Value;

    /// The table, the queues and the keys behind the functions.
    fn app(&self) -> &TestApp;

    fn now(&self) -> Timestamp;
}

/// A request of a client.
#[derive(Debug, Clone)]
pub(crate) struct ApiRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

impl ApiRequest {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: None }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path).json(body)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self.header("content-type", "application/json")
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }
}

impl Api for TestApp {
    async fn send(&self, request: ApiRequest) -> TestResponse {
        let ApiRequest { method, path, headers, body } = request;
        let mut call = self.call(method, &path);
        for (name, value) in headers {
            call = call.header(name, &value);
        }
        if let Some(body) = body {
            call = call.body(body.to_string());
        }
        call.send().await
    }

    async fn trigger(&self, function: &'static str, event: Value) -> Value {
        match function {
            "audit-worker" => self.audit_worker(event).await,
            "audit-relay" => self.audit_relay().await,
            "catalog-worker" => self.catalog_worker(event).await,
            "catalog-refresh" if event["begin"] == true => self.catalog_refresh().await,
            "catalog-refresh" => self.scheduled_catalog_refresh().await,
            "admin-bootstrap" => {
                let request = serde_json::from_value(event).unwrap();
                serde_json::to_value(admin_bootstrap::bootstrap(self.build(), request).await.unwrap()).unwrap()
            }
            other => panic!("{other}"),
        }
    }

    fn app(&self) -> &TestApp {
        self
    }

    fn now(&self) -> Timestamp {
        self.clock.clock().now()
    }
}

/// Runs the workers until the queues are empty, and then the relay. Returns the messages.
pub(crate) async fn settle(api: &impl Api) -> Vec<Value> {
    let settings = &api.app().settings;
    let queues = [(&settings.refresh_queue, "catalog-worker"), (&settings.queue, "audit-worker")];
    let mut messages = Vec::new();
    for (queue, worker) in queues {
        loop {
            let batch = queue.as_ref().unwrap().take_batch().await;
            let records = batch["Records"].as_array().unwrap();
            if records.is_empty() {
                break;
            }
            messages
                .extend(records.iter().map(|record| serde_json::from_str(record["body"].as_str().unwrap()).unwrap()));
            assert_eq!(api.trigger(worker, batch).await, json!({"batchItemFailures": []}), "{worker}");
        }
    }
    let relayed = api.trigger("audit-relay", json!({})).await;
    assert_eq!(relayed["left"], 0, "{relayed}");
    messages
}
