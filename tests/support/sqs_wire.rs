//! The way to SQS, which counts what crosses it and can be broken.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::net::TcpListener;

use super::sqs::TestQueue;

/// What happens to calls on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqsFault {
    /// Nothing: they get through.
    None,
    /// They are answered with an error.
    Refuse,
    /// They get no answer.
    Hang,
    /// They get through, and are then answered with an error.
    LoseAnswer,
}

/// A proxy before a queue.
pub(crate) struct SqsWire(Arc<Wire>);

struct Wire {
    endpoint: String,
    behind: String,
    client: reqwest::Client,
    fault: Mutex<SqsFault>,
    sent: Mutex<Vec<Value>>,
}

impl SqsWire {
    pub(crate) async fn before(queue: &TestQueue) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Arc::new(Wire {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            behind: queue.endpoint.clone(),
            client: reqwest::Client::new(),
            fault: Mutex::new(SqsFault::None),
            sent: Mutex::default(),
        });
        let router = Router::new().fallback(forward).with_state(wire.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self(wire)
    }

    pub(crate) fn endpoint(&self) -> String {
        self.0.endpoint.clone()
    }

    pub(crate) fn set_fault(&self, fault: SqsFault) {
        *self.0.fault.lock().unwrap() = fault;
    }

    /// The messages that were sent since the last time, whatever became of them.
    pub(crate) fn take_sent(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.sent.lock().unwrap())
    }
}

async fn forward(State(wire): State<Arc<Wire>>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.get("x-amz-target").is_some_and(|target| target == "AmazonSQS.SendMessage") {
        let request: Value = serde_json::from_slice(&body).unwrap();
        let message = serde_json::from_str(request["MessageBody"].as_str().unwrap()).unwrap();
        wire.sent.lock().unwrap().push(message);
    }
    let fault = *wire.fault.lock().unwrap();
    match fault {
        SqsFault::None => wire.pass_on(&headers, body).await,
        SqsFault::Refuse => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        SqsFault::Hang => std::future::pending().await,
        SqsFault::LoseAnswer => {
            wire.pass_on(&headers, body).await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

impl Wire {
    async fn pass_on(&self, headers: &HeaderMap, body: Bytes) -> Response {
        let mut onward = self.client.post(&self.behind).header("content-type", "application/x-amz-json-1.0");
        for (name, value) in headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")) {
            onward = onward.header(name, value);
        }
        let answer = onward.body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap()).into_response()
    }
}
