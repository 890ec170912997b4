//! A read-through cache of watchlist pages.

use super::{Cache, Generation, PageKey, RenderedPage, SingleFlight};
use crate::domain::Error;

/// The result of looking up a page.
#[derive(Debug)]
pub enum PageLookup {
    /// The page is cached.
    Hit(RenderedPage),
    /// The page is not cached. A page rendered now can be stored under this generation.
    Miss(Generation),
    /// Redis is unavailable, or the route does not use the cache.
    Bypass,
}

impl PageLookup {
    pub(crate) fn new(page: Option<RenderedPage>, generation: Generation) -> Self {
        page.map_or(Self::Miss(generation), Self::Hit)
    }

    /// The value of the `X-Cache` header.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Hit(_) => "HIT",
            Self::Miss(_) => "MISS",
            Self::Bypass => "BYPASS",
        }
    }
}

/// Pages of watchlists, stored in Redis for `store::PAGE_LIFETIME` (30 seconds). Concurrent misses
/// of a page render it once.
#[derive(Debug, Clone)]
pub struct PageCache {
    cache: Cache,
    in_flight: SingleFlight<(PageKey, Generation), RenderedPage, Error>,
}

impl PageCache {
    /// Creates a page cache that stores its pages in `cache`.
    #[must_use]
    pub fn new(cache: Cache) -> Self {
        Self { cache, in_flight: SingleFlight::default() }
    }

    /// Returns the cached page, or renders and stores it.
    ///
    /// # Errors
    /// `render` failed.
    pub async fn get_or_render<F>(
        &self,
        key: &PageKey,
        lookup: PageLookup,
        render: impl FnOnce() -> F,
    ) -> Result<RenderedPage, Error>
    where
        F: Future<Output = Result<RenderedPage, Error>>,
    {
        match lookup {
            PageLookup::Hit(page) => Ok(page),
            PageLookup::Bypass => render().await,
            PageLookup::Miss(generation) => {
                let render_and_store = || async {
                    let page = render().await?;
                    self.cache.store_page(key, &generation, &page).await;
                    Ok(page)
                };
                self.in_flight.run((key.clone(), generation.clone()), render_and_store).await
            }
        }
    }
}
