use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{Pace, RefreshQueue, RefreshRequest, Shelf};
use crate::{
    domain::{CustomerId, Error, Favorite, ProductId, Sighting},
    store::{self, Favorites, Products},
};

/// Favourites that are written at the same time.
const AT_ONCE: usize = 10;
/// A product that nobody holds may be about to be favourited: its mark is set just before.
const SURELY_NOT_HELD: SignedDuration = SignedDuration::from_hours(1);

/// Does what a request asks for: what the catalogue says of each product becomes what its favourites are.
///
/// All of it can be interrupted anywhere and done again, by several at once and in any order: what was seen since the request
/// is not asked for again, and a favourite takes only what is newer than what it has.
#[derive(Debug, Clone)]
pub struct Refresher {
    shelf: Shelf,
    products: Products,
    favorites: Favorites,
    queue: RefreshQueue,
    pace: Pace,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefreshOutcome {
    /// Questions to the catalogue that were answered.
    pub asked: usize,
    /// Favourites that were written.
    pub written: usize,
    /// Products of which the catalogue said nothing: the request is to come again.
    pub unanswered: usize,
    /// Products of which it said nothing of use: their favourites stay as they are.
    pub unusable: usize,
}

impl Refresher {
    /// Asks through `shelf`, at `pace`, and writes to `favorites`.
    #[must_use]
    pub const fn new(shelf: Shelf, products: Products, favorites: Favorites, queue: RefreshQueue, pace: Pace) -> Self {
        Self { shelf, products, favorites, queue, pace }
    }

    /// Refreshes what the request names, for as long as the time lasts; what is left then is put into the queue.
    ///
    /// # Errors
    /// The table or the queue does not answer: the request is to come again.
    pub async fn refresh(&self, request: &RefreshRequest, within: Duration) -> Result<RefreshOutcome, Error> {
        let until = Instant::now() + within;
        let mut outcome = RefreshOutcome::default();
        let mut done_up_to = request.done_up_to;
        for (at, product) in request.product_ids.iter().enumerate() {
            // A place among the first product's holders means nothing among the next one's.
            let done_up_to = done_up_to.take();
            let left = |done_up_to| RefreshRequest {
                product_ids: request.product_ids[at..].to_vec(),
                done_up_to,
                ..request.clone()
            };
            if Instant::now() >= until {
                self.queue.go_on(left(done_up_to)).await?;
                break;
            }
            let Some(seen) = self.seen(product, request.asked_at, &mut outcome).await else { continue };
            match request.customer {
                Some(customer) => outcome.written += self.refresh_one(customer, &seen).await?,
                None => {
                    if let Some(done) = self.refresh_all(&seen, done_up_to, until, &mut outcome).await? {
                        self.queue.go_on(left(Some(done))).await?;
                        break;
                    }
                }
            }
        }
        Ok(outcome)
    }

    /// What is known of the product since it was asked for, or else what the catalogue says; `None` when it says nothing.
    async fn seen(&self, id: &ProductId, asked_at: Timestamp, outcome: &mut RefreshOutcome) -> Option<Sighting> {
        if let Some(seen) = self.shelf.seen_since(id, asked_at).await {
            return Some(seen);
        }
        self.pace.turn().await;
        match self.shelf.ask(id).await {
            Ok(seen) => {
                outcome.asked += 1;
                Some(seen)
            }
            // The message need not come again for it, nor end as a dead letter; the next round asks again.
            Err(error) if error.is_final() => {
                tracing::error!(%error, cause = error.cause(), product = %id, "a product is of no use");
                outcome.unusable += 1;
                None
            }
            Err(error) => {
                tracing::warn!(%error, cause = error.cause(), product = %id, "a product cannot be refreshed now");
                outcome.unanswered += 1;
                None
            }
        }
    }

    async fn refresh_one(&self, customer: CustomerId, seen: &Sighting) -> Result<usize, Error> {
        let Some(favorite) = self.favorites.get(customer, &seen.product_id).await? else { return Ok(0) };
        Ok(usize::from(self.favorites.refresh(customer, &favorite, seen).await?))
    }

    /// Refreshes every favourite of the product, a hundred at a time. When the time is over first: the customer up to which
    /// they are done.
    async fn refresh_all(
        &self,
        seen: &Sighting,
        mut after: Option<CustomerId>,
        until: Instant,
        outcome: &mut RefreshOutcome,
    ) -> Result<Option<CustomerId>, Error> {
        let mut is_held = after.is_some();
        loop {
            let page = self.favorites.holders(&seen.product_id, after).await?;
            let held = self.favorites.held_by(&page.customers, &seen.product_id).await?;
            is_held |= !held.is_empty();
            outcome.written += self.write(&held, seen).await?;
            after = page.next;
            match after {
                None if is_held => return Ok(None),
                None => {
                    let before = seen.at.saturating_sub(SURELY_NOT_HELD).unwrap_or(Timestamp::MIN);
                    self.products.let_go(&seen.product_id, before).await?;
                    return Ok(None);
                }
                Some(_) if Instant::now() >= until => return Ok(after),
                Some(_) => {}
            }
        }
    }

    /// One that cannot be read must not keep the others from being refreshed, now or whenever the request comes again.
    async fn write(
        &self,
        held: &[(CustomerId, Result<Favorite, store::Error>)],
        seen: &Sighting,
    ) -> Result<usize, store::Error> {
        let readable = held.iter().filter_map(|(customer, favorite)| match favorite {
            Ok(favorite) => Some((*customer, favorite)),
            Err(error) => {
                tracing::error!(%error, %customer, product = %seen.product_id, "a favourite cannot be refreshed");
                None
            }
        });
        let writes = readable.map(|(customer, favorite)| self.favorites.refresh(customer, favorite, seen));
        let written: Vec<bool> = stream::iter(writes).buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(written.into_iter().filter(|written| *written).count())
    }
}
