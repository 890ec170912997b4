//! A proxy to SQS that records messages and injects faults. It serves tests of single functions and
//! responds as SQS does; [`stack_sqs_proxy`](super::stack_sqs_proxy) serves the whole local stack.

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

use super::{http_client::http_client, sqs::TestQueue};

/// What happens to calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqsFault {
    /// Calls succeed.
    None,
    /// Calls fail with 503 and do not reach SQS.
    Refuse,
    /// Calls get no response and do not reach SQS.
    Hang,
    /// Calls reach SQS, and then fail with 503.
    LoseResponse,
}

/// A proxy to one queue.
pub(crate) struct SqsProxy(Arc<Proxy>);

struct Proxy {
    endpoint: String,
    upstream: String,
    client: reqwest::Client,
    fault: Mutex<SqsFault>,
    sent: Mutex<Vec<Value>>,
}

impl SqsProxy {
    pub(crate) async fn start(queue: &TestQueue) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Arc::new(Proxy {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            upstream: queue.endpoint.clone(),
            client: http_client(),
            fault: Mutex::new(SqsFault::None),
            sent: Mutex::default(),
        });
        let router = Router::new().fallback(forward).with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self(proxy)
    }

    pub(crate) fn endpoint(&self) -> String {
        self.0.endpoint.clone()
    }

    pub(crate) fn set_fault(&self, fault: SqsFault) {
        *self.0.fault.lock().unwrap() = fault;
    }

    /// Returns the messages that were sent since the last call, including those that a fault
    /// prevented from arriving.
    pub(crate) fn take_sent(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.sent.lock().unwrap())
    }
}

async fn forward(State(proxy): State<Arc<Proxy>>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.get("x-amz-target").is_some_and(|target| target == "AmazonSQS.SendMessage") {
        let request: Value = serde_json::from_slice(&body).unwrap();
        let message = serde_json::from_str(request["MessageBody"].as_str().unwrap()).unwrap();
        proxy.sent.lock().unwrap().push(message);
    }
    let fault = *proxy.fault.lock().unwrap();
    match fault {
        SqsFault::None => proxy.forward(&headers, body).await,
        SqsFault::Refuse => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        SqsFault::Hang => std::future::pending().await,
        SqsFault::LoseResponse => {
            proxy.forward(&headers, body).await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

impl Proxy {
    async fn forward(&self, headers: &HeaderMap, body: Bytes) -> Response {
        let mut request = self.client.post(&self.upstream).header("content-type", "application/x-amz-json-1.0");
        for (name, value) in headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")) {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        (status, headers, response.bytes().await.unwrap()).into_response()
    }
}
