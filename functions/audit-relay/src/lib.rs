//! `audit-relay` — moves the audit events of the outbox to the audit trail.
//!
//! - Trigger: a schedule, once a minute.
//! - DynamoDB: one query per outbox shard; per ten entries, one batch read of email addresses, one
//!   transaction of events and counters, and one batch of deletes.
//!
//! The outbox contains events that were written in the same transaction as their change, and events
//! that `shared::audit` could not send because SQS was unavailable. An event that the queue
//! delivered too is stored once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::{audit::AuditIngest, domain::Error, telemetry::Metrics};

/// Shorter than the function's timeout in `template.yaml`. The next run moves the remaining events.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(15);

shared::dependencies! {
    /// The dependencies of the relay.
    pub struct Relay { metrics: Metrics, ingest: AuditIngest }
}

/// The event of the schedule. Its content is ignored.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// The result of a run.
#[derive(Debug, Serialize)]
pub struct Response {
    /// Events that were moved to the trail.
    stored: usize,
    /// Entries that remain. At least one when the run did not reach the end of the outbox.
    left: usize,
}

/// Empties the outbox.
///
/// # Errors
/// The table is unavailable. The next run continues.
pub async fn drain(dependencies: Relay, _tick: Tick) -> Result<Response, Error> {
    let outcome = dependencies.ingest.drain(DRAIN_TIMEOUT).await;
    let report = outcome.as_ref().copied().unwrap_or_default();
    let left = report.remaining + usize::from(report.has_more || outcome.is_err());
    dependencies.metrics.count(&[("AuditOutboxDrained", report.stored), ("AuditOutboxLeft", left)]);
    outcome?;
    Ok(Response { stored: report.stored, left })
}
