//! SQS: `ministack` from PyPI, with every other service of it switched off. It holds messages in memory and saves them
//! when it is stopped in an orderly way, which the [`crate::guard`] does even when the stack is killed.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{folder::Folder, ports::Port, supervise::Supervisor, wait};

const QUEUE: &str = "audit";
const DEAD_LETTERS: &str = "audit-dlq";
/// After this many failed deliveries a message goes to the dead-letter queue, as in `template.yaml`.
const MAX_RECEIVE_COUNT: u8 = 5;

/// Starts SQS, creates the queues where they are missing and returns the audit queue's address.
pub(crate) async fn start(supervisor: &Supervisor, folder: &Folder, port: Port) -> Result<String> {
    let mut command = Command::new(".venv/bin/ministack");
    command.env("GATEWAY_PORT", port.number.to_string()).env("BIND_HOST", "127.0.0.1");
    command.env("MINISTACK_HOST", "127.0.0.1").env("SERVICES", "sqs").env("LOG_LEVEL", "WARNING");
    command.env("PERSIST_STATE", "1").env("STATE_DIR", folder.join("sqs"));
    // Left alone, it would open a port for IoT, and look for containers of its own to remove.
    command.env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0").env("AUTH", "false");
    command.env("DOCKER_HOST", format!("unix://{}", folder.join("no-docker.sock").display()));
    supervisor.keep("SQS (ministack)", &mut command, folder.log("sqs"))?;
    ensure!(wait::until(Duration::from_secs(30), async || port.answers()).await, "SQS does not answer");
    create_queues(&endpoint(port)).await.context("cannot create the queues")
}

pub(crate) fn endpoint(port: Port) -> String {
    format!("http://{port}")
}

async fn create_queues(endpoint: &str) -> Result<String> {
    let sqs = Sqs { endpoint, client: reqwest::Client::new() };
    let dead_letters = sqs.queue(DEAD_LETTERS).await?;
    let question = json!({ "QueueUrl": dead_letters, "AttributeNames": ["QueueArn"] });
    let attributes = sqs.call("GetQueueAttributes", &question).await?;
    let arn = attributes["Attributes"]["QueueArn"].as_str().context("the queue has no ARN")?;
    let redrive = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVE_COUNT }).to_string();
    let queue = sqs.queue(QUEUE).await?;
    let settings = json!({ "QueueUrl": queue, "Attributes": { "RedrivePolicy": redrive } });
    sqs.call("SetQueueAttributes", &settings).await?;
    Ok(queue)
}

/// The few calls that the stack itself makes. The functions use the AWS SDK.
struct Sqs<'a> {
    endpoint: &'a str,
    client: reqwest::Client,
}

impl Sqs<'_> {
    /// The queue's address. Attributes are set afterwards: creating a queue that exists with other ones is refused.
    async fn queue(&self, name: &str) -> Result<String> {
        let created = self.call("CreateQueue", &json!({ "QueueName": name })).await?;
        Ok(created["QueueUrl"].as_str().context("the queue has no address")?.to_owned())
    }

    async fn call(&self, action: &str, body: &Value) -> Result<Value> {
        let request = self
            .client
            .post(self.endpoint)
            .timeout(Duration::from_secs(5))
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .body(body.to_string());
        let answer = request.send().await?.error_for_status()?.text().await?;
        if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&answer)?) }
    }
}
