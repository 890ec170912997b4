//! The middleware around all handlers of products and lists: counts the request, waits for the
//! latency and applies the fault.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::state::MockCatalog;

/// A response extension with the number of the requested product, whatever id its format uses.
/// Handlers add it so that reads are counted per product.
#[derive(Clone, Copy)]
pub(super) struct RequestedProduct(pub(super) u16);

pub(super) async fn inject_fault(State(catalog): State<Arc<MockCatalog>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let requested = response.extensions().get().map(|RequestedProduct(number)| *number);
    let (latency, fault) = catalog.record_read(requested);
    wait(latency).await;
    fault.apply_to(response).await
}

#[expect(clippy::disallowed_methods, reason = "simulates a slow catalogue")]
async fn wait(latency: Duration) {
    tokio::time::sleep(latency).await;
}
