//! The catalogue client, tested with each of the three APIs against a stub server.

mod absence;
mod apis;
mod breaker;
mod faults;
mod fields;
mod limits;
mod pages;
mod products;
mod retries;

use futures_util::future::join_all;
use shared::{
    config::CatalogConfig,
    domain::{Product, ProductId},
    upstream::{Catalog, CatalogError},
};

use crate::support::{
    stub_server::{Reply, StubServer},
    time::TestClock,
};
use apis::{APIS, Api};

/// A stub of one API, its client, and the client's clock.
struct StubbedCatalog {
    api: &'static Api,
    server: StubServer,
    catalog: Catalog,
    clock: TestClock,
}

impl StubbedCatalog {
    async fn new(api: &'static Api, reply: Reply) -> Self {
        let (server, clock) = (StubServer::new(reply).await, TestClock::new());
        let catalog = catalog(api, &server.url(), &clock);
        Self { api, server, catalog, clock }
    }

    /// Fetches the product of the API's valid response.
    async fn product(&self) -> Result<Option<Product>, CatalogError> {
        self.catalog.product(&id(self.api.id)).await
    }
}

fn catalog(api: &Api, url: &str, clock: &TestClock) -> Catalog {
    Catalog::new(CatalogConfig { kind: api.kind, url: url.to_owned() }, clock.clock()).unwrap()
}

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

/// Runs a slow check with all APIs concurrently.
async fn for_each_api(check: impl AsyncFn(&'static Api)) {
    join_all(APIS.map(|api| check(api))).await;
}

/// The kind of error.
fn kind<T: std::fmt::Debug>(outcome: &Result<T, CatalogError>) -> &'static str {
    match outcome.as_ref().unwrap_err() {
        CatalogError::Timeout(_) => "timeout",
        CatalogError::Connection(_) => "connection",
        CatalogError::InvalidResponse(_) => "invalid response",
        CatalogError::Rejected(_) => "rejected",
        CatalogError::InvalidProduct(_) => "invalid product",
        CatalogError::CircuitOpen => "circuit open",
    }
}
