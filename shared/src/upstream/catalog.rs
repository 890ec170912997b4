//! The catalogue of products: somebody else's, and not to be trusted.
//!
//! "Absent" is what the catalogue says itself, in the words of its shape. Everything else that is no product is
//! [`Unreachable`]: no answer, a page of HTML, half an answer, a product that cannot be one.
//!
//! | bound | |
//! | --- | --- |
//! | time | 2 s in all: connecting, retries and reading |
//! | retries | two, 50 to 200 ms apart, after a broken connection, a 5xx or a 429; every call is a read, so asking twice does no harm |
//! | size | 256 KiB |
//! | host | the configured one: no redirect is followed, and nothing but ids of its own becomes part of an address |
//! | breaker | after 3 failures in a row nobody asks for 5 s, then one in every 5 s does until one is answered |
//!
//! Each shape is a file in `catalog/`; what a product may look like is the same for all, in `catalog/values.rs`.

#[cfg(test)]
mod any_bytes;
mod fakestore;
mod luizalabs;
mod read;
mod shape;
mod simple;
mod unreachable;
mod values;

pub use unreachable::Unreachable;
pub use values::Unusable;

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, Url};
use tokio::time::timeout;

use super::client::{self, Answer, Failure};
use crate::{
    breaker::Breaker,
    clock::Clock,
    config::CatalogConfig,
    domain::{Error, Product, ProductId},
};
use shape::Shape;

/// How many failures in a row open the breaker, and how long it keeps everybody away.
const OPENS_AFTER: u32 = 3;
const PAUSE: Duration = Duration::from_secs(5);
/// The least time before the first retry; twice as much before the second, and up to as much again at random.
const BACKOFF: Duration = Duration::from_millis(50);
const RETRIES: usize = 2;

/// A handle to the catalogue.
#[derive(Debug, Clone)]
pub struct Catalog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    root: String,
    shape: &'static dyn Shape,
    breaker: Breaker,
}

/// A page of products.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogPage {
    /// In the catalogue's order, without those that cannot be read.
    pub products: Vec<Product>,
    /// Whether the next page may have some.
    pub has_more: bool,
}

impl Catalog {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// The address is none, or the TLS stack cannot be set up.
    pub fn new(config: CatalogConfig, clock: Clock) -> Result<Self, Error> {
        let CatalogConfig { kind, url: mut root } = config;
        Url::parse(&root).map_err(|cause| Error::Internal(Arc::new(cause)))?;
        root.truncate(root.trim_end_matches('/').len());
        Ok(Self(Arc::new(Inner {
            client: client::build().map_err(|cause| Error::Internal(Arc::new(cause)))?,
            root,
            shape: shape::of(kind),
            breaker: Breaker::new(OPENS_AFTER, PAUSE, clock),
        })))
    }

    /// A product as it is now. `None` when the catalogue says that there is none; when the id cannot be one of this
    /// catalogue's, it is not even asked.
    ///
    /// # Errors
    /// Whatever else comes, or does not come within two seconds.
    pub async fn product(&self, id: &ProductId) -> Result<Option<Product>, Unreachable> {
        let shape = self.0.shape;
        if !self.may_have(id) {
            return Ok(None);
        }
        self.ask(&shape.product_path(id), |answer| read::product(shape, id, answer)).await
    }

    /// Whether the id may be one of this catalogue's. One that may not is not asked for.
    #[must_use]
    pub fn may_have(&self, id: &ProductId) -> bool {
        self.0.shape.may_have(id)
    }

    /// The products of a page. The first page is 1; before it and beyond the last one there are none. One that cannot be read is left out, so that the
    /// rest of its page is not lost.
    ///
    /// # Errors
    /// As [`Catalog::product`]; also when nothing on the page can be read.
    pub async fn page(&self, page: u32) -> Result<CatalogPage, Unreachable> {
        let shape = self.0.shape;
        if page == 0 {
            return Ok(CatalogPage::default());
        }
        self.ask(&shape.page_path(page), |answer| read::page(shape, page, answer)).await
    }

    async fn ask<T>(&self, path: &str, read: impl FnOnce(&Answer) -> Result<T, Unreachable>) -> Result<T, Unreachable> {
        if !self.0.breaker.lets_try() {
            return Err(Unreachable::LeftAlone);
        }
        let outcome = self.get(path).await.and_then(|answer| read(&answer));
        self.note(outcome.as_ref().err());
        outcome
    }

    async fn get(&self, path: &str) -> Result<Answer, Unreachable> {
        let Inner { client, root, .. } = &*self.0;
        let url = format!("{root}{path}");
        let backoff = ExponentialBuilder::new().with_min_delay(BACKOFF).with_max_times(RETRIES).with_jitter();
        let get = (|| client::get(client, &url)).retry(backoff).when(Failure::may_pass);
        match timeout(client::TOTAL, get).await {
            Ok(answer) => Ok(answer?),
            Err(late) => Err(Unreachable::Timeout(Arc::new(late))),
        }
    }

    fn note(&self, error: Option<&Unreachable>) {
        match error {
            Some(error) if error.tells_of_the_host() => {
                if self.0.breaker.failed() {
                    let cause = error.cause();
                    tracing::warn!(dependency = "catalogue", %error, cause, "dependency down");
                }
            }
            _ => {
                if self.0.breaker.worked() {
                    tracing::info!(dependency = "catalogue", "dependency up");
                }
            }
        }
    }
}
