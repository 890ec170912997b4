use super::{Cache, Generation, Page, PageKey, SingleFlight};
use crate::domain::Error;

/// What Redis keeps of a page that a request asks for.
#[derive(Debug)]
pub enum Kept {
    /// The page.
    Hit(Page),
    /// Nothing; a page that is made now may be kept under this generation.
    Miss(Generation),
    /// Redis is away, or was not asked.
    Bypass,
}

impl Kept {
    pub(crate) fn new(page: Option<Page>, generation: Generation) -> Self {
        page.map_or(Self::Miss(generation), Self::Hit)
    }

    /// For the header `X-Cache`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Hit(_) => "HIT",
            Self::Miss(_) => "MISS",
            Self::Bypass => "BYPASS",
        }
    }
}

/// Pages of lists, made once for all who miss at once and kept in Redis.
#[derive(Debug, Clone)]
pub struct Pages {
    cache: Cache,
    being_made: SingleFlight<(PageKey, Generation), Page, Error>,
}

impl Pages {
    /// Pages that are kept in `cache`.
    #[must_use]
    pub fn new(cache: Cache) -> Self {
        Self { cache, being_made: SingleFlight::default() }
    }

    /// The page that is kept, or the one that `make` makes, which is kept from then on.
    ///
    /// # Errors
    /// What `make` fails with.
    pub async fn get<F>(&self, key: &PageKey, kept: Kept, make: impl FnOnce() -> F) -> Result<Page, Error>
    where
        F: Future<Output = Result<Page, Error>>,
    {
        match kept {
            Kept::Hit(page) => Ok(page),
            Kept::Bypass => make().await,
            Kept::Miss(generation) => {
                let refill = || async {
                    let page = make().await?;
                    self.cache.keep_page(key, &generation, &page).await;
                    Ok(page)
                };
                self.being_made.run((key.clone(), generation.clone()), refill).await
            }
        }
    }
}
