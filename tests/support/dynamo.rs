//! A DynamoDB for one test: `dynoxide` in memory behind a socket, and a proxy before it that
//! records requests and injects faults.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use dynoxide::Database;
use serde_json::{Value, json};
use shared::store::Table;
use tokio::{net::TcpListener, runtime::Runtime};

use super::{
    http_client::http_client,
    paused_request::{PauseRule, PausedRequest},
};

/// The name of the table.
pub(crate) const TABLE: &str = "watchlist";

/// A fault that the proxy injects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No fault.
    None,
    /// Requests are throttled and not forwarded.
    Throttle,
    /// This many requests are forwarded; later ones are throttled.
    ThrottleAfter(usize),
    /// Requests are not forwarded and get no response.
    Hang,
    /// Requests are forwarded, but their responses are lost.
    LoseResponse,
    /// Like [`Fault::LoseResponse`], but only for single-item writes and transactions.
    LoseWriteResponses,
    /// The next write is forwarded, but its response is an internal error, so the SDK retries it.
    /// Then the fault ends.
    LoseNextWriteResponse,
}

/// A request to the table, forwarded or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// The operation, such as `Query`.
    pub(crate) operation: String,
    /// The consumed capacity units.
    pub(crate) units: f64,
    /// The body of the request.
    pub(crate) request: Value,
}

/// The server of the table, on its own thread. It stops when the value is dropped.
pub(crate) struct DynamoDb {
    pub(crate) endpoint: String,
    pub(crate) database: Database,
    proxy: Arc<Proxy>,
    runtime: Mutex<Option<Runtime>>,
}

struct Proxy {
    upstream: String,
    client: reqwest::Client,
    calls: Mutex<Vec<Call>>,
    fault: Mutex<Fault>,
    pause: Mutex<Option<PauseRule>>,
}

impl DynamoDb {
    pub(crate) async fn start() -> Self {
        let database = Database::memory().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let served = database.clone();
        let (endpoint, proxy) = runtime
            .spawn(async move {
                let database_listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let proxy_listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let endpoint = format!("http://{}", proxy_listener.local_addr().unwrap());
                let proxy = Arc::new(Proxy {
                    upstream: format!("http://{}", database_listener.local_addr().unwrap()),
                    client: http_client(),
                    calls: Mutex::default(),
                    fault: Mutex::new(Fault::None),
                    pause: Mutex::default(),
                });
                tokio::spawn(dynoxide::server::serve_on(database_listener, served));
                let router = Router::new().fallback(forward).with_state(proxy.clone());
                tokio::spawn(async move { axum::serve(proxy_listener, router).await });
                (endpoint, proxy)
            })
            .await
            .unwrap();
        let started = Self { endpoint, database, proxy, runtime: Mutex::new(Some(runtime)) };
        started.table().create_if_missing().await.unwrap();
        started.take_calls();
        started
    }

    pub(crate) fn table(&self) -> Table {
        Table::local(&self.endpoint, TABLE)
    }

    /// Returns the requests since the previous call.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.proxy.calls.lock().unwrap())
    }

    /// Returns the requests of an authenticated route since the previous call, without the read of
    /// the caller's session, which comes first when the session is not cached.
    pub(crate) fn take_calls_after_session(&self) -> Vec<Call> {
        let mut calls = self.take_calls();
        if let Some(first) = calls.first()
            && first.request["Key"]["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("SESSION#"))
            && first.operation == "GetItem"
        {
            assert_eq!(first.request["ConsistentRead"], true, "a session that was just revoked could still be read");
            calls.remove(0);
        }
        calls
    }

    /// Returns the operations of [`DynamoDb::take_calls_after_session`].
    pub(crate) fn take_operations_after_session(&self) -> Vec<String> {
        self.take_calls_after_session().into_iter().map(|call| call.operation).collect()
    }

    /// Returns the operations since the previous call.
    pub(crate) fn take_operations(&self) -> Vec<String> {
        self.take_calls().into_iter().map(|call| call.operation).collect()
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        *self.proxy.fault.lock().unwrap() = fault;
    }

    /// Pauses the next request that `matches` until the test resumes it. Resume it soon: the SDK
    /// waits 900 ms for a response before it retries.
    pub(crate) fn pause_next(&self, matches: impl Fn(&str, &Value) -> bool + Send + 'static) -> PausedRequest {
        let (rule, paused) = PauseRule::new(Box::new(matches));
        *self.proxy.pause.lock().unwrap() = Some(rule);
        paused
    }

    /// Stops the server. Its port and its connections are closed, as when its process is killed.
    pub(crate) fn kill(&self) {
        if let Some(runtime) = self.runtime.lock().unwrap().take() {
            runtime.shutdown_background();
        }
    }

    /// Stores an item, in the JSON format of DynamoDB.
    pub(crate) fn put(&self, item: &Value) {
        let put = json!({"TableName": TABLE, "Item": item});
        self.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }

    /// Returns all items except those of the audit trail.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.all_items().into_iter().filter(|item| !is_trail_item(item)).collect()
    }

    /// Returns all items whose partition keys have a prefix.
    pub(crate) fn items_under(&self, prefix: &str) -> Vec<Value> {
        let is_under = |item: &Value| item["pk"]["S"].as_str().unwrap().starts_with(prefix);
        self.all_items().into_iter().filter(is_under).collect()
    }

    /// Returns the items of the audit trail: events, outbox entries and counters.
    pub(crate) fn trail_items(&self) -> Vec<Value> {
        self.all_items().into_iter().filter(is_trail_item).collect()
    }

    /// Returns all items, which must be less than 1 MB.
    pub(crate) fn all_items(&self) -> Vec<Value> {
        let request = json!({"TableName": TABLE, "ConsistentRead": true});
        let scanned = self.database.scan(serde_json::from_value(request).unwrap()).unwrap();
        let scanned = serde_json::to_value(scanned).unwrap();
        assert_eq!(scanned.get("LastEvaluatedKey"), None, "the table has more than 1 MB");
        scanned["Items"].as_array().unwrap().clone()
    }
}

fn is_trail_item(item: &Value) -> bool {
    let pk = item["pk"]["S"].as_str().unwrap();
    ["AUDIT#", "OUTBOX#", "STATS"].iter().any(|prefix| pk.starts_with(prefix))
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn forward(State(proxy): State<Arc<Proxy>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").unwrap().to_str().unwrap().to_owned();
    let operation = target.split('.').next_back().unwrap().to_owned();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let pause = proxy.pause.lock().unwrap().take_if(|rule| rule.matches(&operation, &request));
    if let Some(rule) = pause {
        rule.pause().await;
    }
    let fault = *proxy.fault.lock().unwrap();
    let index = {
        let mut calls = proxy.calls.lock().unwrap();
        calls.push(Call { operation, units: 0.0, request: request.clone() });
        calls.len() - 1
    };
    match fault {
        Fault::ThrottleAfter(remaining @ 1..) => {
            *proxy.fault.lock().unwrap() = Fault::ThrottleAfter(remaining - 1);
            proxy.forward(headers, request, index).await
        }
        Fault::Throttle | Fault::ThrottleAfter(0) => throttled(),
        Fault::Hang => std::future::pending().await,
        Fault::LoseNextWriteResponse if is_write(&target) => {
            *proxy.fault.lock().unwrap() = Fault::None;
            proxy.forward(headers, request, index).await;
            // An internal error can follow a write that was made:
            // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
            let body = json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Oops."});
            let headers = [("content-type", "application/x-amz-json-1.0")];
            (StatusCode::INTERNAL_SERVER_ERROR, headers, body.to_string()).into_response()
        }
        Fault::LoseWriteResponses if is_write(&target) => {
            proxy.forward(headers, request, index).await;
            std::future::pending().await
        }
        Fault::None | Fault::LoseNextWriteResponse | Fault::LoseWriteResponses => {
            proxy.forward(headers, request, index).await
        }
        Fault::LoseResponse => {
            proxy.forward(headers, request, index).await;
            std::future::pending().await
        }
    }
}

fn is_write(target: &str) -> bool {
    ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].iter().any(|write| target.ends_with(write))
}

impl Proxy {
    async fn forward(&self, headers: HeaderMap, mut request: Value, index: usize) -> Response {
        // Only the tests request the consumed capacity.
        request["ReturnConsumedCapacity"] = json!("TOTAL");
        let forwarded_headers =
            headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-") || *name == "authorization");
        let mut forwarded = self.client.post(&self.upstream).header("content-type", "application/x-amz-json-1.0");
        for (name, value) in forwarded_headers {
            forwarded = forwarded.header(name, value);
        }
        let response = forwarded.body(request.to_string()).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        if let Some(call) = self.calls.lock().unwrap().get_mut(index) {
            call.units = units(&serde_json::from_slice(&body).unwrap_or_default());
        }
        (status, headers, body).into_response()
    }
}

fn units(response: &Value) -> f64 {
    match &response["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum(),
        table => table["CapacityUnits"].as_f64().unwrap_or_default(),
    }
}

fn throttled() -> Response {
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
        "message": "Throughput exceeds the current capacity of your table or index.",
    });
    (StatusCode::BAD_REQUEST, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}
