//! SQS: `ministack` from PyPI with all its other services disabled. It holds messages in memory and
//! saves them on an orderly shutdown, which the [`reaper`](crate::reaper) performs even when the
//! stack is killed.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::process::Command;

use crate::{
    data_dir::DataDir,
    ports::Port,
    settings::Settings,
    sqs_client::{Queue, SqsClient},
    supervisor::Supervisor,
    wait,
};

/// The names of the queues. Each has a dead-letter queue.
pub(crate) const AUDIT: &str = "audit";
pub(crate) const CATALOG: &str = "catalog";
/// The number of deliveries after which a message moves to the dead-letter queue, as in
/// `template.yaml`.
const MAX_RECEIVE_COUNT: u8 = 5;

/// The environment that makes ministack serve only SQS and only on this machine. By default it
/// opens ports for other services too.
pub(crate) const ENVIRONMENT: [(&str, &str); 7] = [
    ("BIND_HOST", "127.0.0.1"),
    ("MINISTACK_HOST", "127.0.0.1"),
    ("SERVICES", "sqs"),
    ("LOG_LEVEL", "WARNING"),
    ("IOT_MTLS_ENABLED", "0"),
    ("SFTP_ENABLED", "0"),
    ("AUTH", "false"),
];

pub(crate) struct Queues {
    pub(crate) audit: Queue,
    pub(crate) catalog: Queue,
}

/// Starts SQS and creates the queues that do not exist.
pub(crate) async fn start(supervisor: &Supervisor, data_dir: &DataDir, settings: &Settings) -> Result<Queues> {
    let port = settings.sqs;
    let mut command = Command::new(".venv/bin/ministack");
    command.envs(ENVIRONMENT).env("GATEWAY_PORT", port.number.to_string());
    command.env("PERSIST_STATE", "1").env("STATE_DIR", data_dir.join("sqs"));
    // On its start ministack removes its own containers from the Docker host. There is none at this
    // address.
    command.env("DOCKER_HOST", format!("unix://{}", data_dir.join("no-docker.sock").display()));
    supervisor.spawn_required("SQS (ministack)", &mut command, data_dir.log("sqs"))?;
    let is_ready = wait::until(Duration::from_secs(30), async || port.accepts_connections()).await;
    ensure!(is_ready, "SQS does not respond");
    let client = SqsClient::new(endpoint(port));
    let queues = async {
        let audit = create_queues(&client, AUDIT, settings.audit_visibility_seconds).await?;
        let catalog = create_queues(&client, CATALOG, settings.catalog_visibility_seconds).await?;
        anyhow::Ok(Queues { audit, catalog })
    };
    queues.await.context("cannot create the queues")
}

pub(crate) fn endpoint(port: Port) -> String {
    format!("http://{port}")
}

/// The name of a queue's dead-letter queue.
pub(crate) fn dead_letter_queue(queue: &str) -> String {
    format!("{queue}-dlq")
}

/// Creates a queue and its dead-letter queue. Queues that exist keep their messages and receive the
/// settings.
pub(crate) async fn create_queues(client: &SqsClient, name: &str, visibility_seconds: u32) -> Result<Queue> {
    let dead_letters = client.create_queue(&dead_letter_queue(name)).await?;
    let arn = dead_letters.attribute("QueueArn").await?;
    let redrive = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVE_COUNT }).to_string();
    let queue = client.create_queue(name).await?;
    let visibility = visibility_seconds.to_string();
    queue.set_attributes(json!({ "RedrivePolicy": redrive, "VisibilityTimeout": visibility })).await?;
    Ok(queue)
}
