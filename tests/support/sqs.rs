//! A real SQS implementation, `ministack`. One server runs until the tests end; every app has its
//! own queue.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use shared::config::QueueConfig;

use super::{
    background_process::BackgroundProcess, http_client::http_client, ports::unused_port, template::project_file,
};

/// A queue that no other test uses.
#[derive(Debug, Clone)]
pub(crate) struct TestQueue {
    pub(crate) endpoint: String,
    name: String,
    client: reqwest::Client,
}

impl TestQueue {
    /// Creates a queue for audit events.
    pub(crate) async fn create() -> Self {
        Self::create_named("audit").await
    }

    /// Creates a queue for refresh requests.
    pub(crate) async fn for_refreshes() -> Self {
        Self::create_named("catalog").await
    }

    async fn create_named(kind: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let endpoint = tokio::task::spawn_blocking(server_endpoint).await.unwrap();
        let name = format!("{kind}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let queue = Self { endpoint, name, client: http_client() };
        queue.call("CreateQueue", json!({"QueueName": queue.name})).await;
        queue
    }

    /// A queue at an endpoint that need not exist.
    pub(crate) fn at(endpoint: String) -> Self {
        Self { endpoint, name: "audit".to_owned(), client: http_client() }
    }

    /// The same queue, reached through a proxy at `endpoint`.
    pub(crate) fn through(&self, endpoint: String) -> Self {
        Self { endpoint, ..self.clone() }
    }

    /// A function's configuration for this queue, with a timeout that suits a busy machine.
    pub(crate) fn config(&self) -> QueueConfig {
        QueueConfig { url: self.url(), send_timeout: std::time::Duration::from_secs(10) }
    }

    fn url(&self) -> String {
        format!("{}/000000000000/{}", self.endpoint, self.name)
    }

    /// Receives and deletes at most ten messages and returns them as a Lambda event.
    pub(crate) async fn take_batch(&self) -> Value {
        let received = self.call("ReceiveMessage", json!({"QueueUrl": self.url(), "MaxNumberOfMessages": 10})).await;
        let messages = received["Messages"].as_array().cloned().unwrap_or_default();
        let mut records = Vec::new();
        for message in messages {
            let handle = json!({"QueueUrl": self.url(), "ReceiptHandle": message["ReceiptHandle"]});
            self.call("DeleteMessage", handle).await;
            records.push(json!({"messageId": message["MessageId"], "body": message["Body"]}));
        }
        json!({ "Records": records })
    }

    async fn call(&self, action: &str, body: Value) -> Value {
        let request = self.client.post(&self.endpoint).header("content-type", "application/x-amz-json-1.0");
        let request = request.header("x-amz-target", format!("AmazonSQS.{action}")).body(body.to_string());
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{action}: {response:?}");
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default()
    }
}

/// Starts the server on first use and returns its endpoint. The server ends with this process.
fn server_endpoint() -> String {
    static SERVER: OnceLock<(u16, BackgroundProcess)> = OnceLock::new();
    let (port, _) = SERVER.get_or_init(|| {
        let ministack = project_file(".venv/bin/ministack");
        assert!(ministack.exists(), "ministack is not installed; `make setup` installs it");
        let mut output = String::new();
        for _ in 0..5 {
            let port = unused_port();
            let settings = "BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 SERVICES=sqs IOT_MTLS_ENABLED=0 \
                            SFTP_ENABLED=0 AUTH=false DOCKER_HOST=unix:///nowhere";
            let command = format!("env {settings} GATEWAY_PORT={port} {}", ministack.display());
            match BackgroundProcess::start(&command, "Running on") {
                Ok(process) => return (port, process),
                Err(error) => output = error,
            }
        }
        panic!("ministack does not start:\n{output}");
    });
    format!("http://127.0.0.1:{port}")
}
