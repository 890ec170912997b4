use aws_sdk_dynamodb::types::ReturnValue;

use super::{Favorites, item, key};
use crate::{
    domain::{CustomerId, Favorite, ProductId},
    store::{Error, client, keys},
};

impl Favorites {
    /// Removes a favourite and returns it. Returns `None` when it does not exist.
    ///
    /// The request is not retried: after a lost response, a second attempt could not distinguish
    /// its own deletion from a favourite that never existed.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn remove(&self, customer: CustomerId, product: &ProductId) -> Result<Option<Favorite>, Error> {
        let delete = self.0.delete(key(customer, product));
        let delete = delete.return_values(ReturnValue::AllOld).customize().config_override(client::without_retries());
        let output = Box::pin(delete.send()).await.map_err(Error::from_sdk)?;
        output.attributes.as_ref().map(item::read).transpose()
    }

    /// Removes the history of a removed favourite. The history is not reachable any more. If this
    /// fails, the rest is deleted with the customer.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub async fn remove_history(&self, customer: CustomerId, favorite: &Favorite) -> Result<(), Error> {
        let prefix = keys::history_prefix(&favorite.product_id, favorite.id);
        self.0.delete_prefix(keys::histories(customer), prefix).await
    }
}
