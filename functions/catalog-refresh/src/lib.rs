//! `catalog-refresh` — enqueues every product that is some customer's favourite for a refresh, each
//! once.
//!
//! - Trigger: a schedule, every 15 minutes. The manual event `{"begin": true}` starts a round
//!   immediately.
//! - DynamoDB: one read of the last round; per 500 products, one query of a keys-only index and one
//!   write.
//! - SQS: one request per 250 products.
//!
//! A run that is interrupted is continued by the next one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::{
    domain::Error,
    services::catalog::{RefreshScheduler, RoundStart},
    telemetry::Metrics,
};

/// Shorter than the function's timeout in `template.yaml`. The next run continues.
const TIME_LIMIT: Duration = Duration::from_secs(45);

shared::dependencies! {
    /// The dependencies of the function.
    pub struct Refresh { metrics: Metrics, scheduler: RefreshScheduler }
}

/// The event. All members of the schedule's own event are ignored.
#[derive(Debug, Default, Deserialize)]
pub struct Tick {
    /// Starts a round now, even if the last one is unfinished.
    #[serde(default)]
    pub begin: bool,
}

/// The result of a run.
#[derive(Debug, Serialize)]
pub struct Response {
    queued: usize,
    has_more: bool,
}

/// Enqueues the products of the current round.
///
/// # Errors
/// The table or the queue is unavailable. The next run continues.
pub async fn queue(dependencies: Refresh, tick: Tick) -> Result<Response, Error> {
    let start = if tick.begin { RoundStart::Now } else { RoundStart::WhenDue };
    let progress = dependencies.scheduler.run(start, TIME_LIMIT).await?;
    dependencies.metrics.count(&[("CatalogProductsQueued", progress.queued)]);
    Ok(Response { queued: progress.queued, has_more: progress.has_more })
}
