//! `audit-relay` — stores the audit events that lie in the outbox: those that the queue did not take, and those that were
//! written together with their change.
//!
//! Event: whatever the schedule sends. DynamoDB: one query of each part of the outbox, and for each ten entries one read of
//! addresses, one transaction of events and counters, and one batch of deletes. An event that the queue brought too is stored
//! once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::{audit::Keeper, domain::Error, telemetry::Metrics};

/// Less than the function's timeout in `template.yaml`; what is left is for the next run.
const WITHIN: Duration = Duration::from_secs(20);

shared::holds! {
    /// What it takes to store events.
    pub struct Relay { metrics: Metrics, keeper: Keeper }
}

/// The schedule's event, of which nothing matters.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// What was done.
#[derive(Debug, Serialize)]
pub struct Response {
    stored: usize,
    left: usize,
}

/// Empties the outbox.
///
/// # Errors
/// The table does not answer: the next run goes on.
pub async fn drain(parts: Relay, _tick: Tick) -> Result<Response, Error> {
    let drained = parts.keeper.drain(WITHIN).await?;
    let left = drained.unreadable + usize::from(drained.has_more);
    parts.metrics.count(&[("AuditOutboxDrained", drained.stored), ("AuditOutboxLeft", left)]);
    Ok(Response { stored: drained.stored, left })
}
