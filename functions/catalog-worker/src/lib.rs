//! `catalog-worker` — asks the catalogue for the products that the queue names, and writes what it says beside what the
//! favourites were.
//!
//! Event: a message of SQS. The catalogue: one question for each product that nobody has seen since the refresh was asked for, at
//! half of `CATALOG_MAX_RPS`, two seconds at most. DynamoDB: for each product what is kept of it, its holders a hundred at a time,
//! and a write for each favourite that changed or was not confirmed for an hour. Answers with the messages that are to come
//! again: those with products of which the catalogue said nothing, which end in the dead-letter queue, and those that are none of
//! ours. A message that comes twice changes nothing.

use std::time::Duration;

use shared::{
    domain::Error,
    queue::{Batch, BatchReport, Message},
    services::catalog::{RefreshOutcome, RefreshRequest, Refresher},
    telemetry::Metrics,
};
use tokio::time::{Instant, timeout};

/// When nothing new is begun any more: less than the function's timeout in `template.yaml`, so that what is left is queued.
const WITHIN: Duration = Duration::from_secs(45);
/// When a report is given whatever still runs.
const AT_LAST: Duration = Duration::from_secs(55);

shared::holds! {
    /// What it takes to refresh products.
    pub struct Worker { metrics: Metrics, refresher: Refresher }
}

/// Refreshes what a batch names.
///
/// # Errors
/// None: what fails is in the report.
pub async fn refresh(parts: Worker, batch: Batch) -> Result<BatchReport, Error> {
    let started = Instant::now();
    let (mut sum, mut failed) = (RefreshOutcome::default(), Vec::new());
    for message in batch.messages {
        let left = |whole: Duration| whole.saturating_sub(started.elapsed());
        let work = one(&parts.refresher, &message, left(WITHIN));
        match timeout(left(AT_LAST), work).await.unwrap_or(None) {
            Some(outcome) => {
                sum.asked += outcome.asked;
                sum.written += outcome.written;
                sum.unanswered += outcome.unanswered;
                sum.unusable += outcome.unusable;
                if outcome.unanswered > 0 {
                    failed.push(message.message_id);
                }
            }
            None => failed.push(message.message_id),
        }
    }
    parts.metrics.count(&[
        ("CatalogProductsAsked", sum.asked),
        ("CatalogProductsUnanswered", sum.unanswered),
        ("CatalogProductsUnusable", sum.unusable),
        ("FavoritesWritten", sum.written),
    ]);
    Ok(failed.into_iter().collect())
}

/// What was done; `None` when the message is to come again.
async fn one(refresher: &Refresher, message: &Message, within: Duration) -> Option<RefreshOutcome> {
    let request = match RefreshRequest::read(&message.body) {
        Ok(request) => request,
        Err(error) => {
            tracing::error!(%error, message_id = message.message_id, "a message of the catalogue queue is no request");
            return None;
        }
    };
    match refresher.refresh(&request, within).await {
        Ok(outcome) => Some(outcome),
        Err(error) => {
            tracing::error!(%error, message_id = message.message_id, "a refresh failed");
            None
        }
    }
}
