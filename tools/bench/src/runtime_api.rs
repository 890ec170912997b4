//! A Lambda Runtime API for one process
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).
//!
//! The process polls for an event, and posts its response. Both arrive here as messages, with the
//! time of their arrival.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::JoinHandle,
};

/// The longest invocation, in milliseconds: the timeout of most functions in `template.yaml`.
const TIMEOUT_MS: u128 = 30_000;

/// A call of the process to the Runtime API.
#[derive(Debug)]
pub(crate) enum Call {
    /// It polls for an event.
    Polled,
    /// It posted the response to an event.
    Responded { at: Instant, body: Bytes },
    /// It posted an error: it could not start, or could not handle the event.
    Failed(String),
}

/// The server. It stops when the value is dropped.
pub(crate) struct RuntimeApi {
    /// Host and port, the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) address: String,
    events: mpsc::UnboundedSender<Bytes>,
    calls: mpsc::UnboundedReceiver<Call>,
    server: JoinHandle<()>,
}

struct Shared {
    events: Mutex<mpsc::UnboundedReceiver<Bytes>>,
    calls: mpsc::UnboundedSender<Call>,
    next_id: AtomicU64,
}

impl RuntimeApi {
    /// Starts a server on an unused port.
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let ((events, receiver), (sender, calls)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let shared = Shared { events: Mutex::new(receiver), calls: sender, next_id: AtomicU64::new(1) };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(error))
            .with_state(Arc::new(shared));
        let server = tokio::spawn(async move {
            let _ended_with_the_process = axum::serve(listener, router).await;
        });
        Ok(Self { address, events, calls, server })
    }

    /// Hands an event to the next poll.
    pub(crate) fn send(&self, event: Bytes) {
        let _server_runs = self.events.send(event);
    }

    /// Returns the next call of the process.
    pub(crate) async fn call(&mut self) -> Call {
        self.calls.recv().await.unwrap_or_else(|| Call::Failed("the Runtime API ended".to_owned()))
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    let _receiver_may_be_gone = shared.calls.send(Call::Polled);
    let Some(event) = shared.events.lock().await.recv().await else { return std::future::pending().await };
    let id = format!("00000000-0000-4000-8000-{:012}", shared.next_id.fetch_add(1, Ordering::Relaxed));
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline().to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:bench".to_owned()),
        ("lambda-runtime-trace-id", "Root=1-6b01612b-2970541b214741eaf4adf3fd;Sampled=0".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let mut response = event.into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[expect(clippy::disallowed_methods, reason = "the clock of the measured process")]
fn deadline() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() + TIMEOUT_MS
}

async fn response(State(shared): State<Arc<Shared>>, Path(_id): Path<String>, body: Bytes) -> StatusCode {
    let _receiver_may_be_gone = shared.calls.send(Call::Responded { at: Instant::now(), body });
    StatusCode::ACCEPTED
}

async fn error(State(shared): State<Arc<Shared>>, body: String) -> StatusCode {
    let _receiver_may_be_gone = shared.calls.send(Call::Failed(body));
    StatusCode::ACCEPTED
}
