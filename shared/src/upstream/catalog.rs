//! The client of the external product catalogue. The catalogue is operated by a third party and not
//! trusted.
//!
//! A product is absent only when the catalogue reports its absence in its own format. Anything else
//! that is not a valid product is a [`CatalogError`]: no response, an HTML page, a truncated
//! response, an invalid product.
//!
//! | limit | value |
//! | --- | --- |
//! | time | 2 s in total for connecting, retries and reading |
//! | retries | two, 50 to 200 ms apart, after a failed connection, a 5xx or a 429; all requests are reads, so a retry is safe |
//! | size | 256 KiB |
//! | host | the configured one: no redirect is followed, and only validated ids become part of a URL |
//! | circuit breaker | opens after 3 failures in a row; one request per 5 s then tests whether the catalogue is available |
//!
//! The trait `Adapter` describes a catalogue's API. Its three implementations are files in
//! `catalog/`. The rules for a valid product are the same for all of them (`catalog/fields.rs`).

mod adapter;
mod error;
mod fakestore;
mod fields;
mod json;
mod luizalabs;
mod parse;
#[cfg(test)]
mod property_tests;
mod simple;

pub use error::CatalogError;
pub use fields::InvalidField;

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, Url};
use tokio::time::timeout;

use super::client::{self, RequestError, Response};
use crate::{
    breaker::Breaker,
    clock::Clock,
    config::{CatalogConfig, CatalogKind},
    domain::{Error, Product, ProductId},
};
use adapter::Adapter;

/// The number of failures in a row that opens the circuit breaker.
const FAILURE_THRESHOLD: u32 = 3;
/// The time between two test requests while the circuit breaker is open.
const BREAKER_PAUSE: Duration = Duration::from_secs(5);
/// The minimum delay before the first retry. It doubles for the second, and jitter adds up to as
/// much again.
const MIN_BACKOFF: Duration = Duration::from_millis(50);
const MAX_RETRIES: usize = 2;

/// A client of the catalogue. Clones share the connections and the circuit breaker.
#[derive(Debug, Clone)]
pub struct Catalog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    base_url: String,
    adapter: &'static dyn Adapter,
    breaker: Breaker,
}

/// A page of products.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogPage {
    /// The valid products, in the catalogue's order.
    pub products: Vec<Product>,
    /// `false` when the next page has no products.
    pub has_more: bool,
}

impl Catalog {
    /// Creates a client. Sends no request yet.
    ///
    /// # Errors
    /// The base URL is invalid, or the TLS stack cannot be set up.
    pub fn new(config: CatalogConfig, clock: Clock) -> Result<Self, Error> {
        let CatalogConfig { kind, url: mut base_url } = config;
        Url::parse(&base_url).map_err(|cause| Error::Internal(Arc::new(cause)))?;
        base_url.truncate(base_url.trim_end_matches('/').len());
        Ok(Self(Arc::new(Inner {
            client: client::build().map_err(|cause| Error::Internal(Arc::new(cause)))?,
            base_url,
            adapter: adapter_for(kind),
            breaker: Breaker::new(FAILURE_THRESHOLD, BREAKER_PAUSE, clock),
        })))
    }

    /// Fetches a product. Returns `None` when the catalogue reports it as absent.
    ///
    /// An id that this catalogue cannot have gives `None` without a request.
    ///
    /// # Errors
    /// [`CatalogError`] for any other response, or when there is none within two seconds.
    pub async fn product(&self, id: &ProductId) -> Result<Option<Product>, CatalogError> {
        let adapter = self.0.adapter;
        if !self.is_valid_id(id) {
            return Ok(None);
        }
        self.fetch(&adapter.product_path(id), |response| parse::product(adapter, id, response)).await
    }

    /// Returns `true` when the id has the format of this catalogue's ids.
    #[must_use]
    pub fn is_valid_id(&self, id: &ProductId) -> bool {
        self.0.adapter.is_valid_id(id)
    }

    /// Fetches a page of products. The first page is 1; page 0 and pages after the last one are
    /// empty.
    ///
    /// An invalid product is left out, so that the rest of its page stays readable.
    ///
    /// # Errors
    /// Same as [`Catalog::product`]; also when no product of a page is valid.
    pub async fn page(&self, page: u32) -> Result<CatalogPage, CatalogError> {
        let adapter = self.0.adapter;
        if page == 0 {
            return Ok(CatalogPage::default());
        }
        self.fetch(&adapter.page_path(page), |response| parse::page(adapter, page, response)).await
    }

    /// Sends a request and parses the response, unless the circuit breaker is open.
    async fn fetch<T>(
        &self,
        path: &str,
        parse: impl FnOnce(&Response) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        if !self.0.breaker.allows_attempt() {
            return Err(CatalogError::CircuitOpen);
        }
        let result = self.get(path).await.and_then(|response| parse(&response));
        self.update_breaker(result.as_ref().err());
        result
    }

    async fn get(&self, path: &str) -> Result<Response, CatalogError> {
        let Inner { client, base_url, .. } = &*self.0;
        let url = format!("{base_url}{path}");
        let backoff = ExponentialBuilder::new().with_min_delay(MIN_BACKOFF).with_max_times(MAX_RETRIES).with_jitter();
        let get = (|| client::get(client, &url)).retry(backoff).when(RequestError::is_transient);
        match timeout(client::TOTAL_TIMEOUT, get).await {
            Ok(response) => Ok(response?),
            Err(late) => Err(CatalogError::Timeout(Arc::new(late))),
        }
    }

    fn update_breaker(&self, error: Option<&CatalogError>) {
        match error {
            Some(error) if error.is_host_failure() => {
                if self.0.breaker.record_failure() {
                    let cause = error.cause();
                    tracing::warn!(dependency = "catalogue", %error, cause, "dependency down");
                }
            }
            _ => {
                if self.0.breaker.record_success() {
                    tracing::info!(dependency = "catalogue", "dependency up");
                }
            }
        }
    }
}

const fn adapter_for(kind: CatalogKind) -> &'static dyn Adapter {
    match kind {
        CatalogKind::Luizalabs => &luizalabs::Luizalabs,
        CatalogKind::Fakestore => &fakestore::Fakestore,
        CatalogKind::Simple => &simple::Simple,
    }
}
