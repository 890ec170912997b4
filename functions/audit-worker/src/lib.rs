//! `audit-worker` — stores the audit events that the queue brings.
//!
//! Event: a batch of at most ten messages of SQS. DynamoDB: one read of addresses, one transaction of events and counters.
//! Answers with the messages that are to come again: all of a batch that could not be stored, and those that are no events of
//! ours, which end in the dead-letter queue. A message that comes twice is stored once.

use std::time::Duration;

use shared::{
    audit::Keeper,
    domain::Error,
    queue::{Batch, BatchReport},
};

/// Less than the function's timeout in `template.yaml`, so that a report is given.
const WITHIN: Duration = Duration::from_secs(4);

shared::holds! {
    /// What it takes to store events.
    pub struct Worker { keeper: Keeper }
}

/// Stores a batch.
///
/// # Errors
/// None: what fails is in the report.
pub async fn store(parts: Worker, batch: Batch) -> Result<BatchReport, Error> {
    let (mut events, mut messages, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for message in batch.messages {
        match parts.keeper.read(&message.body) {
            Ok(event) => {
                messages.push((message.message_id, event.id));
                events.push(event);
            }
            Err(error) => {
                tracing::error!(%error, message_id = message.message_id, "a message of the audit queue is no event");
                failed.push(message.message_id);
            }
        }
    }
    if !events.is_empty() {
        let kept = parts.keeper.keep(&events, WITHIN).await;
        let left = messages.into_iter().filter(|(_, event)| !kept.contains(event));
        failed.extend(left.map(|(message, _)| message));
    }
    Ok(failed.into_iter().collect())
}
