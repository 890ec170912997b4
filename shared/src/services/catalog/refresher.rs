use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{Pacer, ProductCache, RefreshQueue, RefreshRequest};
use crate::{
    domain::{CachedProduct, CustomerId, Error, Favorite, ProductId},
    store::{self, Favorites, Products},
};

/// The maximum number of favourites that are written concurrently.
const MAX_CONCURRENCY: usize = 10;
/// The minimum age at which the tracking marker of a product without favourites is removed. The
/// marker is written just before a favourite is added, so a younger one may still be needed.
const UNTRACK_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Processes refresh requests: fetches each product from the catalogue and updates its favourites.
///
/// Processing is idempotent. It may be interrupted at any point, repeated, reordered and run
/// concurrently. A product that was fetched since the request is not fetched again, and a favourite
/// is only updated with newer data.
#[derive(Debug, Clone)]
pub struct Refresher {
    /// The product cache.
    pub cache: ProductCache,
    /// The products.
    pub products: Products,
    /// The favourites.
    pub favorites: Favorites,
    /// The queue of refresh requests.
    pub queue: RefreshQueue,
    /// Limits the rate of calls to the catalogue.
    pub pacer: Pacer,
}

/// The result of processing a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefreshOutcome {
    /// The number of products that were fetched from the catalogue.
    pub fetched: usize,
    /// The number of favourites that were written.
    pub written: usize,
    /// The number of products that could not be fetched. Their message must be retried.
    pub unavailable: usize,
    /// The number of products that the catalogue rejected or sent with invalid data. Their
    /// favourites stay unchanged.
    pub invalid: usize,
}

impl Refresher {
    /// Processes a request. When `time_limit` has passed, the unfinished part is enqueued again.
    ///
    /// # Errors
    /// The table or the queue is unavailable. The message must be retried.
    pub async fn refresh(&self, request: &RefreshRequest, time_limit: Duration) -> Result<RefreshOutcome, Error> {
        let deadline = Instant::now() + time_limit;
        let mut outcome = RefreshOutcome::default();
        for (index, product) in request.product_ids.iter().enumerate() {
            // Only the first product can be partly done.
            let resume_after = request.resume_after.filter(|_| index == 0);
            if Instant::now() >= deadline {
                self.queue.enqueue_rest(request.rest(index, resume_after)).await?;
                break;
            }
            let Some(latest) = self.latest(product, request.requested_at, &mut outcome).await else { continue };
            if let Some(customer) = request.customer {
                outcome.written += self.refresh_one(customer, &latest).await?;
                continue;
            }
            let unfinished = self.refresh_all(&latest, resume_after, deadline, &mut outcome).await?;
            if let Some(last_done) = unfinished {
                self.queue.enqueue_rest(request.rest(index, Some(last_done))).await?;
                break;
            }
        }
        Ok(outcome)
    }

    /// The catalogue's answer for a product, from the cache if it was fetched since the request.
    /// Returns `None` and counts the failure when there is no valid answer.
    async fn latest(
        &self,
        id: &ProductId,
        requested_at: Timestamp,
        outcome: &mut RefreshOutcome,
    ) -> Option<CachedProduct> {
        if let Some(cached) = self.cache.cached_since(id, requested_at).await {
            return Some(cached);
        }
        self.pacer.until_ready().await;
        match self.cache.fetch(id).await {
            Ok(fetched) => {
                outcome.fetched += 1;
                Some(fetched)
            }
            // A retry of the message would fail too. The next round fetches the product again.
            Err(error) if error.is_final() => {
                tracing::error!(%error, cause = error.cause(), product = %id, "an invalid product was not refreshed");
                outcome.invalid += 1;
                None
            }
            Err(error) => {
                tracing::warn!(%error, cause = error.cause(), product = %id, "a product cannot be refreshed now");
                outcome.unavailable += 1;
                None
            }
        }
    }

    async fn refresh_one(&self, customer: CustomerId, latest: &CachedProduct) -> Result<usize, Error> {
        let Some(favorite) = self.favorites.get(customer, &latest.product_id).await? else { return Ok(0) };
        Ok(usize::from(self.favorites.refresh(customer, &favorite, latest).await?))
    }

    /// Refreshes the product in the favourites of all customers, in pages of a hundred.
    ///
    /// Returns `None` when all are done. When the deadline passes first, returns the last customer
    /// that was processed.
    async fn refresh_all(
        &self,
        latest: &CachedProduct,
        resume_after: Option<CustomerId>,
        deadline: Instant,
        outcome: &mut RefreshOutcome,
    ) -> Result<Option<CustomerId>, Error> {
        let mut last_done = resume_after;
        let mut has_favorites = resume_after.is_some();
        loop {
            let page = self.favorites.customers_with(&latest.product_id, last_done).await?;
            let favorites = self.favorites.for_customers(&page.customers, &latest.product_id).await?;
            has_favorites |= !favorites.is_empty();
            outcome.written += self.write(&favorites, latest).await?;
            last_done = page.next;
            if last_done.is_none() {
                break;
            }
            if Instant::now() >= deadline {
                return Ok(last_done);
            }
        }
        if !has_favorites {
            let before = latest.fetched_at.saturating_sub(UNTRACK_AFTER).unwrap_or(Timestamp::MIN);
            self.products.untrack(&latest.product_id, before).await?;
        }
        Ok(None)
    }

    /// Writes the favourites of a page. An unreadable one is skipped and logged, so that it does
    /// not block the others.
    async fn write(
        &self,
        favorites: &[(CustomerId, Result<Favorite, store::Error>)],
        latest: &CachedProduct,
    ) -> Result<usize, store::Error> {
        let readable = favorites.iter().filter_map(|(customer, favorite)| match favorite {
            Ok(favorite) => Some((*customer, favorite)),
            Err(error) => {
                tracing::error!(%error, %customer, product = %latest.product_id, "a stored favourite is unreadable");
                None
            }
        });
        let writes = readable.map(|(customer, favorite)| self.favorites.refresh(customer, favorite, latest));
        let written: Vec<bool> = stream::iter(writes).buffer_unordered(MAX_CONCURRENCY).try_collect().await?;
        Ok(written.into_iter().filter(|written| *written).count())
    }
}
