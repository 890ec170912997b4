use aws_sdk_dynamodb::types::ReturnValue;

use super::{Favorites, item, key};
use crate::{
    domain::{CustomerId, Favorite, ProductId},
    store::{Error, client, keys},
};

impl Favorites {
    /// Removes a favourite and gives it; `None` when it is not there. Tried once: repeated after a lost answer, it could not
    /// tell its own deletion from a favourite that was never there.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn remove(&self, customer: CustomerId, product: &ProductId) -> Result<Option<Favorite>, Error> {
        let delete = self.0.delete(key(customer, product));
        let delete = delete.return_values(ReturnValue::AllOld).customize().config_override(client::once());
        let output = Box::pin(delete.send()).await.map_err(Error::from_sdk)?;
        output.attributes.as_ref().map(item::read).transpose()
    }

    /// Removes what a favourite was that is none any more. Nobody sees it: what is left of it when this fails goes with the
    /// customer.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn remove_history(&self, customer: CustomerId, favorite: &Favorite) -> Result<(), Error> {
        let prefix = keys::history_prefix(&favorite.product_id, favorite.id);
        self.0.wipe(keys::histories(customer), Some(prefix)).await
    }
}
