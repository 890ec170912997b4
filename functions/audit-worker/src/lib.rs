//! `audit-worker` — stores the audit events of the queue in the audit trail.
//!
//! - Trigger: batches of at most ten SQS messages of the queue `audit`.
//! - DynamoDB: one batch read of email addresses, and one transaction of events and counters.
//! - Response: the messages to retry, which are those that could not be stored and those that are
//!   invalid. After the last retry they are moved to the dead-letter queue.
//!
//! A duplicate message is stored once.

use std::time::Duration;

use shared::{
    audit::AuditIngest,
    domain::Error,
    queue::{SqsBatchResponse, SqsEvent},
};

/// Shorter than the function's timeout in `template.yaml`, so that the function can still respond.
const INGEST_TIMEOUT: Duration = Duration::from_secs(4);

shared::dependencies! {
    /// The dependencies of the worker.
    pub struct Worker { ingest: AuditIngest }
}

/// Stores a batch and returns the ids of the messages that failed.
///
/// # Errors
/// Never fails: failures are part of the response.
pub async fn store(dependencies: Worker, batch: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let (mut events, mut messages, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for message in batch.messages {
        match dependencies.ingest.parse(&message.body) {
            Ok(event) => {
                messages.push((message.message_id, event.id));
                events.push(event);
            }
            Err(error) => {
                tracing::error!(%error, message_id = message.message_id, "invalid message in the audit queue");
                failed.push(message.message_id);
            }
        }
    }
    if !events.is_empty() {
        let stored = dependencies.ingest.ingest(&events, INGEST_TIMEOUT).await;
        let not_stored = messages.into_iter().filter(|(_, event)| !stored.contains(event));
        failed.extend(not_stored.map(|(message, _)| message));
    }
    Ok(failed.into_iter().collect())
}
