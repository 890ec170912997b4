//! A real SQS: `ministack`, one for the whole run. Each app has a queue of its own on it.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use shared::config::QueueConfig;

use super::{guarded::Guarded, redis::closed_port, template::project_file};

/// A queue that no other test uses.
#[derive(Debug, Clone)]
pub(crate) struct TestQueue {
    pub(crate) endpoint: String,
    name: String,
    client: reqwest::Client,
}

impl TestQueue {
    /// A new queue for audit events.
    pub(crate) async fn create() -> Self {
        Self::named("audit").await
    }

    /// A new queue for refreshes.
    pub(crate) async fn for_refreshes() -> Self {
        Self::named("catalog").await
    }

    async fn named(kind: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let endpoint = tokio::task::spawn_blocking(server).await.unwrap();
        let name = format!("{kind}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let queue = Self { endpoint, name, client: reqwest::Client::new() };
        queue.call("CreateQueue", json!({"QueueName": queue.name})).await;
        queue
    }

    /// A queue behind an SQS API that is somewhere else, or nowhere.
    pub(crate) fn at(endpoint: String) -> Self {
        Self { endpoint, name: "audit".to_owned(), client: reqwest::Client::new() }
    }

    /// The same queue by way of a proxy.
    pub(crate) fn through(&self, endpoint: String) -> Self {
        Self { endpoint, ..self.clone() }
    }

    /// What a function is told of it: the time is what a busy test machine may need.
    pub(crate) fn config(&self) -> QueueConfig {
        QueueConfig { url: self.url(), send_within: std::time::Duration::from_secs(10) }
    }

    fn url(&self) -> String {
        format!("{}/000000000000/{}", self.endpoint, self.name)
    }

    /// Takes out at most ten messages, as the event in which Lambda hands them over.
    pub(crate) async fn take_batch(&self) -> Value {
        let got = self.call("ReceiveMessage", json!({"QueueUrl": self.url(), "MaxNumberOfMessages": 10})).await;
        let messages = got["Messages"].as_array().cloned().unwrap_or_default();
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
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{action}: {answer:?}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }
}

/// The server's address. It ends with this process.
fn server() -> String {
    static SERVER: OnceLock<(u16, Guarded)> = OnceLock::new();
    let (port, _) = SERVER.get_or_init(|| {
        let ministack = project_file(".venv/bin/ministack");
        assert!(ministack.exists(), "ministack is not installed; `make setup` installs it");
        let mut said = String::new();
        for _ in 0..5 {
            let port = closed_port();
            let settings = "BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 SERVICES=sqs IOT_MTLS_ENABLED=0 \
                            SFTP_ENABLED=0 AUTH=false DOCKER_HOST=unix:///nowhere";
            let command = format!("env {settings} GATEWAY_PORT={port} {}", ministack.display());
            match Guarded::start(&command, "Running on") {
                Ok(process) => return (port, process),
                Err(error) => said = error,
            }
        }
        panic!("ministack does not start:\n{said}");
    });
    format!("http://127.0.0.1:{port}")
}
