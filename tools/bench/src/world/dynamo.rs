//! DynamoDB: the embedded database behind a server that counts calls and capacity units, and that
//! can answer from its memory instead.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, anyhow};
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
use tokio::net::TcpListener;

/// The name of the table.
pub(crate) const TABLE: &str = "watchlist";

/// The database and its server, which runs until the end of the program.
pub(crate) struct Dynamo {
    /// Host and port.
    pub(crate) address: String,
    database: Database,
    server: Arc<Server>,
}

/// The source of the server's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// From the database. The answers are remembered.
    Real,
    /// With the last real answer to the same kind of request, at little cost and always alike.
    Canned,
}

/// The calls of one or more requests, with their capacity units.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Usage {
    /// The names of the operations, in order.
    pub(crate) operations: Vec<String>,
    /// Read units, half for an eventually consistent read.
    pub(crate) reads: f64,
    /// Write units, double in a transaction.
    pub(crate) writes: f64,
}

struct Server {
    upstream: String,
    client: reqwest::Client,
    answers: Mutex<Answers>,
    canned: Mutex<HashMap<String, Bytes>>,
    usage: Mutex<Usage>,
}

impl Dynamo {
    /// Starts the database and creates the table.
    pub(crate) async fn start() -> Result<Self> {
        let database = Database::memory().map_err(|error| anyhow!("cannot open a database: {error}"))?;
        let (behind, before) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let address = before.local_addr()?.to_string();
        let server = Arc::new(Server {
            upstream: format!("http://{}", behind.local_addr()?),
            client: reqwest::Client::new(),
            answers: Mutex::new(Answers::Real),
            canned: Mutex::default(),
            usage: Mutex::default(),
        });
        tokio::spawn(dynoxide::server::serve_on(behind, database.clone()));
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(before, router).await });
        Table::local(&server.upstream, TABLE).create_if_missing().await.context("cannot create the table")?;
        Ok(Self { address, database, server })
    }

    /// Selects how later requests are answered.
    pub(crate) fn set_answers(&self, answers: Answers) {
        *self.server.answers.lock().unwrap_or_else(PoisonError::into_inner) = answers;
    }

    /// Returns the usage since the last call. Canned answers count as calls without units.
    pub(crate) fn take_usage(&self) -> Usage {
        std::mem::take(&mut self.server.usage.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stores an item, in the JSON format of DynamoDB.
    pub(crate) fn put(&self, item: &Value) -> Result<()> {
        let put = serde_json::from_value(json!({ "TableName": TABLE, "Item": item }))?;
        self.database.put_item(put).map_err(|error| anyhow!("cannot store an item: {error}"))?;
        Ok(())
    }
}

async fn answer(State(server): State<Arc<Server>>, headers: HeaderMap, body: Bytes) -> Response {
    match server.answer(&headers, body).await {
        Ok(response) => response,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}

impl Server {
    async fn answer(&self, headers: &HeaderMap, body: Bytes) -> Result<Response> {
        let target = headers.get("x-amz-target").context("no target")?.to_str()?;
        let operation = target.split('.').next_back().unwrap_or_default().to_owned();
        let answers = *self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers == Answers::Canned {
            let kind = kind(&operation, &body);
            self.usage.lock().unwrap_or_else(PoisonError::into_inner).operations.push(operation);
            let canned = self.canned.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
            let canned = canned.with_context(|| format!("no canned answer for {kind}"))?;
            return Ok(respond(StatusCode::OK, canned));
        }
        let mut request: Value = serde_json::from_slice(&body)?;
        // The functions do not ask for the units.
        request["ReturnConsumedCapacity"] = json!("TOTAL");
        let mut forwarded = self.client.post(&self.upstream).header("content-type", "application/x-amz-json-1.0");
        for name in ["x-amz-target", "x-amz-date", "authorization"] {
            if let Some(value) = headers.get(name) {
                forwarded = forwarded.header(name, value);
            }
        }
        let response = forwarded.body(request.to_string()).send().await?;
        let (status, answer) = (response.status(), response.bytes().await?);
        self.count(&operation, &answer);
        if status.is_success() {
            let kind = kind(&operation, &body);
            self.canned.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, answer.clone());
        }
        Ok(respond(status, answer))
    }

    fn count(&self, operation: &str, answer: &Bytes) {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let units = match &answer["ConsumedCapacity"] {
            Value::Array(tables) => tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum(),
            table => table["CapacityUnits"].as_f64().unwrap_or_default(),
        };
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        usage.operations.push(operation.to_owned());
        let is_read = ["GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"].contains(&operation);
        *(if is_read { &mut usage.reads } else { &mut usage.writes }) += units;
    }
}

/// Requests of the same kind get the same canned answer: the operation, the kind of its item, and
/// the form of a query.
fn kind(operation: &str, body: &[u8]) -> String {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let key = |name: &str| {
        let text = request["Key"][name]["S"].as_str().unwrap_or_default();
        text.split('#').next().unwrap_or_default().to_owned()
    };
    let query =
        ["IndexName", "KeyConditionExpression", "FilterExpression", "Limit"].map(|name| request[name].to_string());
    format!("{operation} {} {} {}", key("pk"), key("sk"), query.join(" "))
}

fn respond(status: StatusCode, body: Bytes) -> Response {
    (status, [("content-type", "application/x-amz-json-1.0")], body).into_response()
}
