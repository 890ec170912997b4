use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::Clock,
    domain::{CachedProduct, Error, Product, ProductId, truncate_to_millis},
    store::{self, CachedPage, Products},
    upstream::{Catalog, CatalogError, CatalogPage},
};

/// The age up to which a cached product or page is served without a request to the catalogue.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(5);
/// The age up to which a cached negative result is served without a request to the catalogue.
const NEGATIVE_MAX_AGE: SignedDuration = SignedDuration::from_mins(1);

/// A read-through cache of the catalogue, stored in the table.
///
/// An entry that is up to five minutes old is served from the cache. An older entry is fetched
/// again. While the catalogue is unavailable or its response is invalid, the older entry is
/// served and marked as stale. When
/// the table is unavailable, every call fetches from the catalogue.
#[derive(Debug, Clone)]
pub struct ProductCache {
    catalog: Catalog,
    products: Products,
    clock: Clock,
}

/// A value with the time at which it was fetched from the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached<T> {
    /// The value.
    pub value: T,
    /// The time at which the catalogue was queried.
    pub fetched_at: Timestamp,
    /// `true` when the value is too old and only served because the catalogue is unavailable.
    pub is_stale: bool,
}

impl ProductCache {
    /// Creates a cache over `catalog` that stores its entries in `products`.
    #[must_use]
    pub const fn new(catalog: Catalog, products: Products, clock: Clock) -> Self {
        Self { catalog, products, clock }
    }

    /// Reads a product. Returns `None` when the catalogue has no product with this id.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the catalogue is unavailable and the product is not cached.
    pub async fn product(&self, id: &ProductId) -> Result<Option<Cached<Product>>, Error> {
        let cached = log_read_error(self.products.get(id).await);
        let (latest, is_stale) = match cached {
            Some(cached) if self.is_fresh(&cached) => (cached, false),
            cached => match self.fetch(id).await {
                Ok(fetched) => (fetched, false),
                // An expired negative result is not served as stale, because the product may exist
                // by now.
                Err(error) => match cached.filter(|cached| cached.snapshot.is_some()) {
                    Some(cached) => (cached, true),
                    None => return Err(error.into()),
                },
            },
        };
        let CachedProduct { product_id: id, fetched_at, snapshot } = latest;
        Ok(snapshot.map(|snapshot| Cached { value: Product { id, snapshot }, fetched_at, is_stale }))
    }

    /// Reads a page of products. The first page is 1; a page after the last one is empty.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the catalogue is unavailable and the page is not cached.
    pub async fn page(&self, number: u32) -> Result<Cached<CatalogPage>, Error> {
        let cached = log_read_error(self.products.page(number).await);
        let (latest, is_stale) = match cached {
            Some(cached) if self.age(cached.fetched_at) < MAX_AGE => (cached, false),
            cached => match (self.fetch_page(number).await, cached) {
                (Ok(fetched), _) => (fetched, false),
                (Err(_), Some(cached)) => (cached, true),
                (Err(error), None) => return Err(error.into()),
            },
        };
        let CachedPage { fetched_at, products, has_more } = latest;
        Ok(Cached { value: CatalogPage { products, has_more }, fetched_at, is_stale })
    }

    /// Fetches a product from the catalogue and caches it.
    ///
    /// # Errors
    /// The catalogue is unavailable, or its response is invalid.
    pub(super) async fn fetch(&self, id: &ProductId) -> Result<CachedProduct, CatalogError> {
        // Taken before the request, so that the data is at least as recent as this time.
        let fetched_at = truncate_to_millis(self.clock.now());
        let product = self.catalog.product(id).await?;
        let fetched =
            CachedProduct { product_id: id.clone(), fetched_at, snapshot: product.map(|product| product.snapshot) };
        // Results for invalid ids are not cached: they cost no request, and random ids would fill
        // the table.
        if self.catalog.is_valid_id(id) {
            log_write_error(self.products.put(&fetched).await);
        }
        Ok(fetched)
    }

    /// Reads a cached product that was fetched at `since` or later. An entry with a time in the
    /// future is ignored: the clock of the instance that wrote it was ahead.
    pub(super) async fn cached_since(&self, id: &ProductId, since: Timestamp) -> Option<CachedProduct> {
        let now = self.clock.now();
        log_read_error(self.products.get(id).await).filter(|cached| (since..=now).contains(&cached.fetched_at))
    }

    async fn fetch_page(&self, number: u32) -> Result<CachedPage, CatalogError> {
        let fetched_at = truncate_to_millis(self.clock.now());
        let CatalogPage { products, has_more } = self.catalog.page(number).await?;
        let fetched = CachedPage { fetched_at, products, has_more };
        log_write_error(self.products.put_page(number, &fetched).await);
        Ok(fetched)
    }

    fn is_fresh(&self, cached: &CachedProduct) -> bool {
        let max_age = if cached.snapshot.is_some() { MAX_AGE } else { NEGATIVE_MAX_AGE };
        self.age(cached.fetched_at) < max_age
    }

    /// The age of an entry as an absolute value, so that an entry with a time in the future
    /// expires too.
    fn age(&self, fetched_at: Timestamp) -> SignedDuration {
        self.clock.now().duration_since(fetched_at).abs()
    }
}

fn log_read_error<T>(cached: Result<Option<T>, store::Error>) -> Option<T> {
    cached.unwrap_or_else(|error| {
        tracing::warn!(%error, cause = error.cause(), "the product cache cannot be read");
        None
    })
}

fn log_write_error(stored: Result<(), store::Error>) {
    if let Err(error) = stored {
        tracing::warn!(%error, cause = error.cause(), "the product cache cannot be written");
    }
}
