use std::sync::Arc;

use jiff::Timestamp;

use super::RefreshRequest;
use crate::{
    domain::{CustomerId, Error, ProductId},
    queue::Queue,
};

/// The number of products in a message: about five seconds of work, because each of the two workers
/// makes five requests a second.
const PRODUCTS_PER_MESSAGE: usize = 25;

/// Enqueues refresh requests in the SQS queue `catalog`. A duplicate message is harmless.
#[derive(Debug, Clone)]
pub struct RefreshQueue(Queue);

impl RefreshQueue {
    /// Creates a queue of refresh requests on top of `queue`.
    #[must_use]
    pub const fn new(queue: Queue) -> Self {
        Self(queue)
    }

    /// Enqueues products for one customer's favourites, or for all favourites when `customer` is
    /// `None`. Sends one SQS request per 250 products.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when SQS did not accept all messages. It may have accepted some.
    pub async fn enqueue(
        &self,
        customer: Option<CustomerId>,
        requested_at: Timestamp,
        products: &[ProductId],
    ) -> Result<(), Error> {
        let requests = products.chunks(PRODUCTS_PER_MESSAGE).map(|products| {
            let product_ids = products.to_vec();
            RefreshRequest { requested_at, customer, product_ids, resume_after: None }
        });
        self.send(requests).await
    }

    /// Enqueues the unfinished part of a request.
    ///
    /// The first product may be partly done and gets a message of its own, so that the others need
    /// not wait for it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when SQS did not accept the messages.
    pub(super) async fn enqueue_rest(&self, mut request: RefreshRequest) -> Result<(), Error> {
        let others = request.product_ids.split_off(request.product_ids.len().min(1));
        let others = RefreshRequest { product_ids: others, resume_after: None, ..request.clone() };
        self.send([request, others].into_iter().filter(|request| !request.product_ids.is_empty())).await
    }

    async fn send(&self, requests: impl Iterator<Item = RefreshRequest>) -> Result<(), Error> {
        let messages: Vec<String> = requests.map(|request| request.to_message()).collect();
        self.0.send_all(&messages).await.map_err(|error| Error::Unavailable(Arc::new(error)))
    }
}
