//! `catalog-worker` — fetches the products of a refresh request from the catalogue and updates the
//! favourites.
//!
//! - Trigger: SQS messages of the queue `catalog`.
//! - Catalogue: one request per product that was not fetched since the refresh was requested, at
//!   half of `CATALOG_MAX_RPS`, with a timeout of two seconds.
//! - DynamoDB: per product, one read of the cache; per 100 customers with the product, one query of
//!   an index and one batch of reads; one write per favourite that changed or was not confirmed for
//!   an hour.
//! - Response: the messages to retry, which are those with a product that could not be fetched and
//!   those that are invalid. After the last retry they are moved to the dead-letter queue.
//!
//! A duplicate message changes nothing.

use std::time::Duration;

use shared::{
    domain::Error,
    queue::{SqsBatchResponse, SqsEvent, SqsMessage},
    services::catalog::{RefreshOutcome, RefreshRequest, Refresher},
    telemetry::Metrics,
};
use tokio::time::{Instant, timeout};

/// The time after which no further product is started. The rest is enqueued again, so this is
/// shorter than the function's timeout in `template.yaml`.
const TIME_LIMIT: Duration = Duration::from_secs(45);
/// The time after which the response is sent, even if a message is still being processed.
const RESPONSE_DEADLINE: Duration = Duration::from_secs(55);

shared::dependencies! {
    /// The dependencies of the function.
    pub struct Worker { metrics: Metrics, refresher: Refresher }
}

/// Processes a batch of refresh requests.
///
/// # Errors
/// None. The messages that failed are listed in the response.
pub async fn refresh(dependencies: Worker, batch: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let started = Instant::now();
    let (mut total, mut failed) = (RefreshOutcome::default(), Vec::new());
    for message in batch.messages {
        let remaining = |limit: Duration| limit.saturating_sub(started.elapsed());
        let work = process(&dependencies.refresher, &message, remaining(TIME_LIMIT));
        match timeout(remaining(RESPONSE_DEADLINE), work).await.unwrap_or(None) {
            Some(outcome) => {
                total.fetched += outcome.fetched;
                total.written += outcome.written;
                total.unavailable += outcome.unavailable;
                total.invalid += outcome.invalid;
                if outcome.unavailable > 0 {
                    failed.push(message.message_id);
                }
            }
            None => failed.push(message.message_id),
        }
    }
    dependencies.metrics.count(&[
        ("CatalogProductsAsked", total.fetched),
        ("CatalogProductsUnanswered", total.unavailable),
        ("CatalogProductsUnusable", total.invalid),
        ("FavoritesWritten", total.written),
    ]);
    Ok(failed.into_iter().collect())
}

/// Processes one message. Returns `None` when the message must be retried as a whole.
async fn process(refresher: &Refresher, message: &SqsMessage, time_limit: Duration) -> Option<RefreshOutcome> {
    let request = match RefreshRequest::parse(&message.body) {
        Ok(request) => request,
        Err(error) => {
            tracing::error!(%error, message_id = message.message_id, "a message of the catalogue queue is invalid");
            return None;
        }
    };
    match refresher.refresh(&request, time_limit).await {
        Ok(outcome) => Some(outcome),
        Err(error) => {
            tracing::error!(%error, message_id = message.message_id, "a refresh failed");
            None
        }
    }
}
