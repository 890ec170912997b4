//! SQS: a server that accepts every message and stores none.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::Result;
use axum::{Router, extract::State, http::HeaderMap, response::IntoResponse};
use tokio::net::TcpListener;

/// The server, which runs until the end of the program.
pub(crate) struct Sqs {
    /// Host and port.
    pub(crate) address: String,
    calls: Arc<AtomicU64>,
}

impl Sqs {
    /// Starts the server.
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, calls) = (listener.local_addr()?.to_string(), Arc::new(AtomicU64::new(0)));
        let router = Router::new().fallback(accept).with_state(calls.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, calls })
    }

    /// Returns the number of messages since the last call.
    pub(crate) fn take_messages(&self) -> u64 {
        self.calls.swap(0, Ordering::Relaxed)
    }
}

/// The response to `SendMessage`. The digest is not that of the message; the SDK does not check it.
const ACCEPTED: &str =
    r#"{"MessageId":"059f36b4-87a3-44ab-83d2-661975830a7d","MD5OfMessageBody":"34ad5c05f0be581446207839cdaf9087"}"#;

async fn accept(State(calls): State<Arc<AtomicU64>>, headers: HeaderMap) -> impl IntoResponse {
    if headers.get("x-amz-target").is_some_and(|target| target == "AmazonSQS.SendMessage") {
        calls.fetch_add(1, Ordering::Relaxed);
    }
    ([("content-type", "application/x-amz-json-1.0")], ACCEPTED)
}
