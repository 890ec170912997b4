//! SQS: `ministack` from PyPI, with every other service of it switched off. It holds messages in memory and saves them
//! when it is stopped in an orderly way, which the [`crate::guard`] does even when the stack is killed.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::process::Command;

use crate::{
    folder::Folder,
    ports::Port,
    queue::{Queue, Sqs},
    settings::Settings,
    supervise::Supervisor,
    wait,
};

/// The queues, each with its dead-letter queue.
pub(crate) const AUDIT: &str = "audit";
pub(crate) const CATALOG: &str = "catalog";
/// After this many failed deliveries a message goes to the dead-letter queue, as in `template.yaml`.
const MAX_RECEIVE_COUNT: u8 = 5;

/// SQS alone, for this machine alone. Left to itself, ministack would open ports for other services too.
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

/// Starts SQS and creates the queues where they are missing.
pub(crate) async fn start(supervisor: &Supervisor, folder: &Folder, settings: &Settings) -> Result<Queues> {
    let port = settings.sqs;
    let mut command = Command::new(".venv/bin/ministack");
    command.envs(ENVIRONMENT).env("GATEWAY_PORT", port.number.to_string());
    command.env("PERSIST_STATE", "1").env("STATE_DIR", folder.join("sqs"));
    // It would look for containers of its own to remove.
    command.env("DOCKER_HOST", format!("unix://{}", folder.join("no-docker.sock").display()));
    supervisor.keep("SQS (ministack)", &mut command, folder.log("sqs"))?;
    ensure!(wait::until(Duration::from_secs(30), async || port.answers()).await, "SQS does not answer");
    let sqs = Sqs::at(endpoint(port));
    let queues = async {
        let audit = create_queues(&sqs, AUDIT, settings.audit_visibility).await?;
        anyhow::Ok(Queues { audit, catalog: create_queues(&sqs, CATALOG, settings.catalog_visibility).await? })
    };
    queues.await.context("cannot create the queues")
}

pub(crate) fn endpoint(port: Port) -> String {
    format!("http://{port}")
}

/// The name of a queue's dead-letter queue.
pub(crate) fn dead_letters(queue: &str) -> String {
    format!("{queue}-dlq")
}

/// A queue and its dead-letter queue. Those that exist keep their messages and get these settings.
pub(crate) async fn create_queues(sqs: &Sqs, name: &str, visibility_seconds: u32) -> Result<Queue> {
    let arn = sqs.queue(&dead_letters(name)).await?.attribute("QueueArn").await?;
    let redrive = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVE_COUNT }).to_string();
    let queue = sqs.queue(name).await?;
    let visibility = visibility_seconds.to_string();
    queue.set_attributes(json!({ "RedrivePolicy": redrive, "VisibilityTimeout": visibility })).await?;
    Ok(queue)
}
