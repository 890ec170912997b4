use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::Clock,
    domain::{Error, Product, ProductId, Sighting, to_the_millisecond},
    store::{self, Products, SeenPage},
    upstream::{Catalog, Unreachable},
};

/// How long what the catalogue said is served without asking it again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long a product that the catalogue did not have is taken not to be there.
const ABSENT: SignedDuration = SignedDuration::from_mins(1);

/// The catalogue through what is kept of it.
///
/// What is younger than five minutes is served as it is. What is older is asked for again, and served all the same, marked as
/// stale, while the catalogue cannot be reached. When the table cannot be read or written here, the catalogue is asked each
/// time.
#[derive(Debug, Clone)]
pub struct Shelf {
    catalog: Catalog,
    products: Products,
    clock: Clock,
}

/// Something of the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<T> {
    /// What it is.
    pub what: T,
    /// When the catalogue said so.
    pub at: Timestamp,
    /// Whether it is older than it should be, because the catalogue cannot be reached.
    pub is_stale: bool,
}

impl Shelf {
    /// Asks `catalog` and keeps what it says in `products`.
    #[must_use]
    pub const fn new(catalog: Catalog, products: Products, clock: Clock) -> Self {
        Self { catalog, products, clock }
    }

    /// A product; `None` when the catalogue has none with this id.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the catalogue cannot be reached and nothing is kept.
    pub async fn product(&self, id: &ProductId) -> Result<Option<Seen<Product>>, Error> {
        let kept = if_readable(self.products.get(id).await);
        let is_fresh = |seen: &Sighting| self.age(seen.at) < if seen.snapshot.is_some() { FRESH } else { ABSENT };
        let (seen, is_stale) = match kept {
            Some(kept) if is_fresh(&kept) => (kept, false),
            kept => match self.ask(id).await {
                Ok(seen) => (seen, false),
                // What was not there some time ago may be there by now: only what was there can be served.
                Err(away) => match kept.filter(|kept| kept.snapshot.is_some()) {
                    Some(kept) => (kept, true),
                    None => return Err(away.into()),
                },
            },
        };
        let Sighting { product_id: id, at, snapshot } = seen;
        Ok(snapshot.map(|snapshot| Seen { what: Product { id, snapshot }, at, is_stale }))
    }

    /// A page of products, from 1; an empty one behind the last.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the catalogue cannot be reached and nothing is kept.
    pub async fn page(&self, page: u32) -> Result<Seen<SeenPage>, Error> {
        let kept = if_readable(self.products.page(page).await);
        let (seen, is_stale) = match kept {
            Some(kept) if self.age(kept.at) < FRESH => (kept, false),
            kept => {
                let at = to_the_millisecond(self.clock.now());
                match (self.catalog.page(page).await, kept) {
                    (Ok(answer), _) => {
                        let seen = SeenPage { at, products: answer.products, has_more: answer.has_more };
                        log_if_failed(self.products.put_page(page, &seen).await);
                        (seen, false)
                    }
                    (Err(_away), Some(kept)) => (kept, true),
                    (Err(away), None) => return Err(away.into()),
                }
            }
        };
        Ok(Seen { at: seen.at, what: seen, is_stale })
    }

    /// What the catalogue says of a product now, which is kept for those who ask next.
    ///
    /// # Errors
    /// The catalogue cannot be reached, or answers nonsense.
    pub(super) async fn ask(&self, id: &ProductId) -> Result<Sighting, Unreachable> {
        // Before the question: whatever happens to the product afterwards is newer than what it answers.
        let at = to_the_millisecond(self.clock.now());
        let product = self.catalog.product(id).await?;
        let seen = Sighting { product_id: id.clone(), at, snapshot: product.map(|product| product.snapshot) };
        // Whatever anybody makes up is not kept: nobody was asked for it.
        if self.catalog.may_have(id) {
            log_if_failed(self.products.put(&seen).await);
        }
        Ok(seen)
    }

    /// How long ago it was. What was seen in the future, by an instance whose clock goes wrong, is as old as that is far.
    fn age(&self, at: Timestamp) -> SignedDuration {
        self.clock.now().duration_since(at).abs()
    }

    /// What was seen of a product at this instant or later, and not by a clock that is ahead.
    pub(super) async fn seen_since(&self, id: &ProductId, since: Timestamp) -> Option<Sighting> {
        let now = self.clock.now();
        if_readable(self.products.get(id).await).filter(|seen| (since..=now).contains(&seen.at))
    }
}

fn if_readable<T>(kept: Result<Option<T>, store::Error>) -> Option<T> {
    kept.unwrap_or_else(|error| {
        tracing::warn!(%error, cause = error.cause(), "what is kept of the catalogue cannot be read");
        None
    })
}

fn log_if_failed(kept: Result<(), store::Error>) {
    if let Err(error) = kept {
        tracing::warn!(%error, cause = error.cause(), "what the catalogue said cannot be kept");
    }
}
