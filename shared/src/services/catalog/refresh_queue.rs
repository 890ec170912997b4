use std::sync::Arc;

use jiff::Timestamp;

use super::RefreshRequest;
use crate::{
    domain::{CustomerId, Error, ProductId},
    queue::Queue,
};

/// Products in one message: at ten questions a second, of which a worker asks half, some five seconds of work.
const IN_ONE_MESSAGE: usize = 25;

/// Asks for refreshes through the queue `catalog`. A message that is sent twice does no harm.
#[derive(Debug, Clone)]
pub struct RefreshQueue(Queue);

impl RefreshQueue {
    /// Sends to `queue`.
    #[must_use]
    pub const fn new(queue: Queue) -> Self {
        Self(queue)
    }

    /// Asks for these products, for one customer's favourites or for everybody's: a call of SQS for each 250.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when SQS did not take all of them; it may have taken some.
    pub async fn ask(
        &self,
        customer: Option<CustomerId>,
        asked_at: Timestamp,
        products: &[ProductId],
    ) -> Result<(), Error> {
        let requests = products.chunks(IN_ONE_MESSAGE).map(|products| {
            let product_ids = products.to_vec();
            RefreshRequest { asked_at, customer, product_ids, done_up_to: None }
        });
        self.send(requests).await
    }

    /// Asks for what is left of a request: its first product, which may have been begun, apart from the others, which need not
    /// wait for it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when SQS does not take it.
    pub(super) async fn go_on(&self, mut request: RefreshRequest) -> Result<(), Error> {
        let others = request.product_ids.split_off(request.product_ids.len().min(1));
        let others = RefreshRequest { product_ids: others, done_up_to: None, ..request.clone() };
        self.send([request, others].into_iter().filter(|request| !request.product_ids.is_empty())).await
    }

    async fn send(&self, requests: impl Iterator<Item = RefreshRequest>) -> Result<(), Error> {
        let messages: Vec<String> = requests.map(|request| request.write()).collect();
        self.0.send_all(&messages).await.map_err(|error| Error::Unavailable(Arc::new(error)))
    }

    /// The queue, to be connected to during init.
    pub(crate) const fn queue(&self) -> &Queue {
        &self.0
    }
}
