//! `catalog-refresh` — puts every product that somebody holds into the queue of refreshes, each once.
//!
//! Event: whatever the schedule sends, every 15 minutes; `{"begin": true}` by hand begins a round at once. DynamoDB: the last
//! round, then one query of a keys-only index and one write for each 500 products. SQS: a call for each 250. A run that is
//! interrupted is continued by the next one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::{domain::Error, services::catalog::RefreshRounds, telemetry::Metrics};

/// Less than the function's timeout in `template.yaml`; what is left is for the next run.
const WITHIN: Duration = Duration::from_secs(45);

shared::holds! {
    /// What it takes to queue products.
    pub struct Refresh { metrics: Metrics, rounds: RefreshRounds }
}

/// The schedule's event, of which nothing matters, or what somebody wants.
#[derive(Debug, Default, Deserialize)]
pub struct Tick {
    /// Whether to begin a round at once, whatever became of the last one.
    #[serde(default)]
    pub begin: bool,
}

/// What was done.
#[derive(Debug, Serialize)]
pub struct Response {
    queued: usize,
    has_more: bool,
}

/// Queues what is due.
///
/// # Errors
/// The table or the queue does not answer: the next run goes on.
pub async fn queue(parts: Refresh, tick: Tick) -> Result<Response, Error> {
    let progress = parts.rounds.run(tick.begin, WITHIN).await?;
    parts.metrics.count(&[("CatalogProductsQueued", progress.queued)]);
    Ok(Response { queued: progress.queued, has_more: progress.has_more })
}
