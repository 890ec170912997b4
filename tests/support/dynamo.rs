//! A DynamoDB of one's own for each test: `dynoxide` in memory behind a real socket, with a proxy before it that counts
//! what crosses the wire and can break it.

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

use super::hold::{Held, Hold};

/// The name of the table.
pub(crate) const TABLE: &str = "watchlist";

/// What happens to requests on their way to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: they get through.
    None,
    /// They are answered as DynamoDB does when it wants less of them.
    Throttle,
    /// So many get through; those after them are answered as with [`Fault::Throttle`].
    ThrottleAfter(usize),
    /// They get no answer.
    Hang,
    /// They get through, and their answers are lost.
    LoseAnswer,
    /// The same, for writes of one item and for transactions alone.
    LoseWriteAnswers,
    /// The next write gets through and is answered with an internal error, upon which the SDK repeats it. After that all is
    /// well.
    LoseNextWrite,
}

/// One request that reached the table, or tried to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// As in `Query`.
    pub(crate) operation: String,
    /// Capacity units, as DynamoDB reports them.
    pub(crate) units: f64,
    /// The request's body.
    pub(crate) request: Value,
}

/// The table's server. It runs on threads of its own and dies with the value.
pub(crate) struct DynamoDb {
    pub(crate) endpoint: String,
    pub(crate) database: Database,
    wire: Arc<Wire>,
    runtime: Mutex<Option<Runtime>>,
}

struct Wire {
    behind: String,
    client: reqwest::Client,
    calls: Mutex<Vec<Call>>,
    fault: Mutex<Fault>,
    hold: Mutex<Option<Hold>>,
}

impl DynamoDb {
    pub(crate) async fn start() -> Self {
        let database = Database::memory().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let served = database.clone();
        let (endpoint, wire) = runtime
            .spawn(async move {
                let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let endpoint = format!("http://{}", front.local_addr().unwrap());
                let wire = Arc::new(Wire {
                    behind: format!("http://{}", behind.local_addr().unwrap()),
                    client: reqwest::Client::new(),
                    calls: Mutex::default(),
                    fault: Mutex::new(Fault::None),
                    hold: Mutex::default(),
                });
                tokio::spawn(dynoxide::server::serve_on(behind, served));
                let proxy = Router::new().fallback(forward).with_state(wire.clone());
                tokio::spawn(async move { axum::serve(front, proxy).await });
                (endpoint, wire)
            })
            .await
            .unwrap();
        let started = Self { endpoint, database, wire, runtime: Mutex::new(Some(runtime)) };
        started.table().create_if_missing().await.unwrap();
        started.take_calls();
        started
    }

    pub(crate) fn table(&self) -> Table {
        Table::local(&self.endpoint, TABLE)
    }

    /// What has reached the table since the last time.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.wire.calls.lock().unwrap())
    }

    /// What a bearer route has sent to the table since the last time, but for the one read of its caller's session, which
    /// comes first where Redis does not know the session.
    pub(crate) fn take_after_session(&self) -> Vec<Call> {
        let mut calls = self.take_calls();
        if let Some(first) = calls.first()
            && first.request["Key"]["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("SESSION#"))
            && first.operation == "GetItem"
        {
            assert_eq!(
                first.request["ConsistentRead"], true,
                "a session that was ended a moment ago could still be seen"
            );
            calls.remove(0);
        }
        calls
    }

    /// The operations of [`DynamoDb::take_after_session`].
    pub(crate) fn operations_after_session(&self) -> Vec<String> {
        self.take_after_session().into_iter().map(|call| call.operation).collect()
    }

    /// The operations that have reached the table since the last time.
    pub(crate) fn take_operations(&self) -> Vec<String> {
        self.take_calls().into_iter().map(|call| call.operation).collect()
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        *self.wire.fault.lock().unwrap() = fault;
    }

    /// Holds the next request that is such a one until it is released, which must be soon: the SDK waits 900 ms for an answer
    /// before it asks again.
    pub(crate) fn hold(&self, which: impl Fn(&str, &Value) -> bool + Send + 'static) -> Held {
        let (hold, held) = Hold::next(Box::new(which));
        *self.wire.hold.lock().unwrap() = Some(hold);
        held
    }

    /// Ends the server: its port is closed and its connections are cut, as when its process is killed.
    pub(crate) fn kill(&self) {
        if let Some(runtime) = self.runtime.lock().unwrap().take() {
            runtime.shutdown_background();
        }
    }

    /// Stores an item as it is.
    pub(crate) fn put(&self, item: &Value) {
        let put = json!({"TableName": TABLE, "Item": item});
        self.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }

    /// Every item that is stored, but for what the audit trail keeps.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.all_items().into_iter().filter(|item| !is_of_the_trail(item)).collect()
    }

    /// Every item whose partition key begins so.
    pub(crate) fn items_under(&self, prefix: &str) -> Vec<Value> {
        let is_under = |item: &Value| item["pk"]["S"].as_str().unwrap().starts_with(prefix);
        self.all_items().into_iter().filter(is_under).collect()
    }

    /// What the audit trail keeps: events, entries of the outbox, counters.
    pub(crate) fn trail_items(&self) -> Vec<Value> {
        self.all_items().into_iter().filter(is_of_the_trail).collect()
    }

    /// Every item, as long as they are less than 1 MB.
    pub(crate) fn all_items(&self) -> Vec<Value> {
        let request = json!({"TableName": TABLE, "ConsistentRead": true});
        let scanned = self.database.scan(serde_json::from_value(request).unwrap()).unwrap();
        let scanned = serde_json::to_value(scanned).unwrap();
        assert_eq!(scanned.get("LastEvaluatedKey"), None, "there are more");
        scanned["Items"].as_array().unwrap().clone()
    }
}

fn is_of_the_trail(item: &Value) -> bool {
    let pk = item["pk"]["S"].as_str().unwrap();
    ["AUDIT#", "OUTBOX#", "STATS"].iter().any(|prefix| pk.starts_with(prefix))
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn forward(State(wire): State<Arc<Wire>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").unwrap().to_str().unwrap().to_owned();
    let operation = target.split('.').next_back().unwrap().to_owned();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let hold = wire.hold.lock().unwrap().take_if(|hold| hold.is_for(&operation, &request));
    if let Some(hold) = hold {
        hold.hold().await;
    }
    let fault = *wire.fault.lock().unwrap();
    let at = {
        let mut calls = wire.calls.lock().unwrap();
        calls.push(Call { operation, units: 0.0, request: request.clone() });
        calls.len() - 1
    };
    match fault {
        Fault::ThrottleAfter(left @ 1..) => {
            *wire.fault.lock().unwrap() = Fault::ThrottleAfter(left - 1);
            wire.pass_on(headers, request, at).await
        }
        Fault::Throttle | Fault::ThrottleAfter(0) => throttled(),
        Fault::Hang => std::future::pending().await,
        Fault::LoseNextWrite if is_write(&target) => {
            *wire.fault.lock().unwrap() = Fault::None;
            wire.pass_on(headers, request, at).await;
            // "The request may have been done": https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
            let body = json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Oops."});
            let headers = [("content-type", "application/x-amz-json-1.0")];
            (StatusCode::INTERNAL_SERVER_ERROR, headers, body.to_string()).into_response()
        }
        Fault::LoseWriteAnswers if is_write(&target) => {
            wire.pass_on(headers, request, at).await;
            std::future::pending().await
        }
        Fault::None | Fault::LoseNextWrite | Fault::LoseWriteAnswers => wire.pass_on(headers, request, at).await,
        Fault::LoseAnswer => {
            wire.pass_on(headers, request, at).await;
            std::future::pending().await
        }
    }
}

fn is_write(target: &str) -> bool {
    ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].iter().any(|write| target.ends_with(write))
}

impl Wire {
    async fn pass_on(&self, headers: HeaderMap, mut request: Value, at: usize) -> Response {
        // The functions do not ask what they cost; the tests do.
        request["ReturnConsumedCapacity"] = json!("TOTAL");
        let kept = headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-") || *name == "authorization");
        let mut onward = self.client.post(&self.behind).header("content-type", "application/x-amz-json-1.0");
        for (name, value) in kept {
            onward = onward.header(name, value);
        }
        let answer = onward.body(request.to_string()).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        if let Some(call) = self.calls.lock().unwrap().get_mut(at) {
            call.units = units(&serde_json::from_slice(&body).unwrap_or_default());
        }
        (status, headers, body).into_response()
    }
}

fn units(answer: &Value) -> f64 {
    match &answer["ConsumedCapacity"] {
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
