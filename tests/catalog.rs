//! The catalogue's client: one suite for each of the shapes, against a host at the wire. The functions that use it have
//! tests of their own.

mod absence;
mod bounds;
mod breaker;
mod faults;
mod pages;
mod products;
mod retries;
mod shapes;
mod values;

use futures_util::future::join_all;
use shared::{
    config::CatalogConfig,
    domain::{Product, ProductId},
    upstream::{Catalog, CatalogError},
};

use crate::support::{
    catalogue::{Host, Reply},
    time::TestClock,
};
use shapes::{SHAPES, Shape};

/// A catalogue of one shape, the client that asks it, and the client's clock.
struct Scene {
    shape: &'static Shape,
    host: Host,
    catalog: Catalog,
    clock: TestClock,
}

impl Scene {
    async fn new(shape: &'static Shape, reply: Reply) -> Self {
        let (host, clock) = (Host::saying(reply).await, TestClock::new());
        let catalog = catalog(shape, &host.url(), &clock);
        Self { shape, host, catalog, clock }
    }

    /// Asks for the product that the shape's good answer is about.
    async fn product(&self) -> Result<Option<Product>, CatalogError> {
        self.catalog.product(&id(self.shape.id)).await
    }
}

fn catalog(shape: &Shape, url: &str, clock: &TestClock) -> Catalog {
    Catalog::new(CatalogConfig { kind: shape.kind, url: url.to_owned() }, clock.clock()).unwrap()
}

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

/// What takes time, at once: retries wait in between, and some answers never come.
async fn in_each_shape(check: impl AsyncFn(&'static Shape)) {
    join_all(SHAPES.map(|shape| check(shape))).await;
}

/// Which kind of failure it is, as the log tells them apart.
fn kind<T: std::fmt::Debug>(outcome: &Result<T, CatalogError>) -> &'static str {
    match outcome.as_ref().unwrap_err() {
        CatalogError::Timeout(_) => "timeout",
        CatalogError::Connection(_) => "no answer",
        CatalogError::InvalidResponse(_) => "bad answer",
        CatalogError::Rejected(_) => "refused",
        CatalogError::InvalidProduct(_) => "bad product",
        CatalogError::CircuitOpen => "left alone",
    }
}
